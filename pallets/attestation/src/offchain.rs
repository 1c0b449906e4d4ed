//! What judges do.
//!
//! At every new best block the worker derives its duties from that block's state alone: which batches
//! this node's key has to judge, which of them it has not sealed on this branch, which results wait
//! to be revealed. Nothing it remembers is needed for that. What it does remember, in local storage,
//! are copies of bodies until the freeze, results already computed (they are keyed by everything they
//! depend on, so a fork cannot mislead it), and when it last sent what.

use alloc::{collections::BTreeSet, vec::Vec};
use codec::{Decode, Encode};
use frame_support::BoundedVec;
use frame_system::offchain::{CreateAuthorizedTransaction, SubmitTransaction};
use sp_application_crypto::RuntimeAppPublic;
use sp_io::hashing::blake2_256;
use sp_runtime::offchain::{
	storage::StorageValueRef,
	storage_lock::{StorageLock, Time},
	Duration,
};
use substation_primitives::{
	batch::{assemble, Vector, MAX_BODY_BYTES},
	epoch::{EpochRecord, Parameters},
	signing::{self, ReportContext},
	worker::{Totals, TOTALS_KEY},
	BatchId, DeviceId, EpochIndex, NetworkId, WorkUnits, H256,
};
use substation_proofs::{
	facts::{DeviceFacts, FactSource},
	judge_chunks, JudgedChunk,
};

use crate::{
	pallet::CommitmentOf, sr25519::JudgeId, types::has_matched, BatchState, Call, Commitments,
	Config, CurrentEpoch, Epochs, FirstUnfrozen, InspectBodies, InspectFacts, Outcome, Pallet,
	Round, SealBundle, SealEntry, MAX_SEALS,
};

/// Target of log lines.
pub const LOG_TARGET: &str = "runtime::attestation";
/// Work that one run takes on: about two seconds. What is left waits for the next block.
const RUN_BUDGET: WorkUnits = 40_000;
/// Blocks after which a transaction that has not come into a block is sent again.
const RESEND_AFTER: u32 = 3;
/// Blocks that a seal waits after the draw, so that a short fork does not cost it.
const SETTLE_BLOCKS: u32 = 2;
/// Blocks before seals close from which on a committee seals a missing body as such: a quarter of the
/// sealing window, and as many at least, so that the seals come into a block. All judges, whose turn it is
/// an epoch later, have waited for it long enough.
const LAST_CHANCE: u32 = 3;
/// Epochs after which nobody judges an epoch's reports any more.
const OVER_AFTER: EpochIndex = 3;
/// Epochs that a node looks back at when it has been away.
const CATCH_UP: EpochIndex = 8;
/// Nobody runs longer than this.
const LOCK_MILLIS: u64 = 20_000;

/// Statements that an allowance of so many bytes is good for.
pub fn statements_for(bytes: u32) -> u32 {
	// Bodies may be short: four of them to each full one.
	(bytes / MAX_BODY_BYTES).saturating_add(1).saturating_mul(4)
}

/// Why a run did nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Idle {
	/// The node is no validator.
	NotAValidator,
	/// Another run is not finished.
	Busy,
	/// The epoch has just opened: its record is not complete.
	NotOpen,
	/// None of this node's keys judges in this epoch.
	NotAJudge,
}

/// What a run did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Done {
	/// Bodies copied.
	pub copied: u32,
	/// Batches judged.
	pub judged: u32,
	/// Seals sent.
	pub sealed: u32,
	/// Results revealed.
	pub revealed: u32,
}

/// Facts of one network as of one epoch.
pub struct EpochFacts<T>(NetworkId, EpochIndex, core::marker::PhantomData<T>);

impl<T> EpochFacts<T> {
	/// Facts of `network` as of `epoch`.
	pub fn new(network: NetworkId, epoch: EpochIndex) -> Self {
		Self(network, epoch, core::marker::PhantomData)
	}
}

impl<T: Config> FactSource for EpochFacts<T> {
	fn device(&self, device: &DeviceId) -> Option<DeviceFacts> {
		T::Facts::device(self.0, device, self.1)
	}
}

/// Judges a batch from its bodies. Nothing but the state and the bodies goes in.
pub fn judge_batch<T: Config>(
	reports: EpochIndex,
	commitment: &CommitmentOf<T>,
	bodies: &[Vec<u8>],
) -> Outcome {
	match judge_bodies::<T>(reports, commitment, bodies) {
		Some(judged) => {
			let elements = judged.into_iter().map(|chunk| chunk.element).collect();
			Outcome::Result(Vector::truncate_from(elements))
		}
		None => Outcome::Unavailable,
	}
}

/// What the chunks of a batch are worth. Nothing if `bodies` are not what it committed to.
pub(crate) fn judge_bodies<T: Config>(
	reports: EpochIndex,
	commitment: &CommitmentOf<T>,
	bodies: &[Vec<u8>],
) -> Option<Vec<JudgedChunk>> {
	let terms = commitment.terms(reports);
	let chunks = assemble(&terms, bodies)?;
	let record = Epochs::<T>::get(reports)?;
	let policy = T::Facts::policy(terms.network, reports)?;
	let (entropy, rules) = (record.entropy?, record.rules);
	let context = ReportContext {
		genesis: Pallet::<T>::genesis_hash(),
		network: terms.network,
		epoch: reports,
		aggregator: terms.aggregator.clone(),
		entropy,
	};
	let facts = EpochFacts::<T>::new(terms.network, reports);
	Some(judge_chunks(rules, &context, &policy, &facts, &terms, &chunks))
}

/// A run of the worker at block `now`.
pub fn run<T: Config>(now: u32) -> Result<Done, Idle> {
	if !sp_io::offchain::is_validator() {
		return Err(Idle::NotAValidator);
	}
	let mut lock = StorageLock::<Time>::with_deadline(
		b"substation/worker/lock",
		Duration::from_millis(LOCK_MILLIS),
	);
	let _guard = lock.try_lock().map_err(|_| Idle::Busy)?;
	let mut done = Done::default();
	copy_bodies::<T>(&mut done);

	let (epoch, index, record) = Pallet::<T>::now().ok_or(Idle::NotOpen)?;
	let opening = record.opening.ok_or(Idle::NotOpen)?;
	let Some((judge, key)) = local_judge(&record) else {
		// Whoever left has nothing to do.
		let mut totals = Memory::totals();
		if totals.backlog > 0 {
			totals.backlog = 0;
			Memory::set_totals(&totals);
		}
		return Err(Idle::NotAJudge);
	};
	let mut run = Run::<T> {
		now,
		epoch,
		opening,
		judge,
		key,
		record,
		budget: RUN_BUDGET,
		totals: Memory::totals(),
		_config: Default::default(),
	};
	run.totals.backlog = 0;
	run.count_missed();
	if run.record.parameters.takes_seals(index.saturating_add(1)) {
		let drawn =
			run.record.parameters.commit_blocks.saturating_add(run.record.parameters.draw_blocks);
		if index > drawn.saturating_add(SETTLE_BLOCKS).saturating_sub(1) {
			run.seal(&mut done);
		}
	} else if run.record.parameters.takes_reveals(index.saturating_add(1)) {
		run.reveal(&mut done);
	}
	Memory::set_totals(&run.totals);
	Ok(done)
}

/// The place in `record` of a key that this node holds.
fn local_judge(record: &EpochRecord) -> Option<(u16, JudgeId)> {
	let local = JudgeId::all();
	(0u16..).zip(&record.judges).find_map(|(index, judge)| {
		let key = JudgeId::from(judge.key);
		local.contains(&key).then_some((index, key))
	})
}

struct Run<T> {
	now: u32,
	epoch: EpochIndex,
	opening: H256,
	judge: u16,
	key: JudgeId,
	record: EpochRecord,
	budget: WorkUnits,
	totals: Totals,
	_config: core::marker::PhantomData<T>,
}

impl<T: Config> Run<T> {
	/// Counts settled batches that this node was to judge and whose result it did not seal, once everybody
	/// has had a turn.
	fn count_missed(&mut self) {
		let Some(last) = self.epoch.checked_sub(OVER_AFTER) else { return };
		let counted = Memory::at::<EpochIndex>(b"counted", &());
		let next = counted.read().map_or(last, |before| before.saturating_add(1));
		for reports in next.max(last.saturating_sub(CATCH_UP))..=last {
			let judged = Round::ALL.map(|round| {
				let record = Epochs::<T>::get(round.judging_of(reports))?;
				let (judge, _) = local_judge(&record)?;
				Some((round, record, judge))
			});
			for (batch, commitment) in Commitments::<T>::iter_prefix(reports) {
				let BatchState::Settled { by, matched, .. } = &commitment.state else { continue };
				let mut judged = judged.iter().flatten();
				let Some((_, record, judge)) = judged.find(|(round, ..)| round == by) else {
					continue;
				};
				let drawn = Pallet::<T>::is_member(record, *by, &batch, *judge);
				if drawn && !has_matched(matched, *judge) {
					self.totals.missed = self.totals.missed.saturating_add(1);
				}
			}
			// Together: a run that ends in between counts an epoch again, or not at all.
			Memory::set_totals(&self.totals);
			counted.write(&reports);
		}
	}

	/// Judges what is this node's to judge, and sends seals.
	fn seal(&mut self, done: &mut Done) {
		let genesis = Pallet::<T>::genesis_hash();
		let mut seals: Vec<SealEntry> = Vec::new();
		for round in Round::ALL {
			let Some(reports) = round.reports_of(self.epoch) else { continue };
			for (batch, commitment) in Commitments::<T>::iter_prefix(reports) {
				let duty =
					Pallet::<T>::may_seal(self.epoch, &self.record, self.judge, round, &batch);
				if duty.is_none() {
					continue;
				}
				let Some(outcome) = self.outcome(round, reports, &batch, &commitment, done) else {
					// The body may still come, or this run has judged enough.
					self.totals.backlog = self.totals.backlog.saturating_add(1);
					continue;
				};
				let root = outcome.root();
				let sent = Memory::sent(b"seal", &(self.opening, round, batch));
				if sent.is_recent(self.now) {
					continue;
				}
				sent.note(reports, self.now);
				let seal = signing::seal(&genesis, &self.opening, &batch, self.key.as_ref(), &root);
				seals.push(SealEntry { round, batch, seal });
			}
		}
		for part in seals.chunks(MAX_SEALS as usize) {
			let bundle = SealBundle {
				epoch: self.epoch,
				judge: self.judge,
				seals: BoundedVec::truncate_from(part.to_vec()),
			};
			let payload = bundle.signing_payload(&genesis, &self.opening);
			let Some(signature) = self.key.sign(&payload) else { continue };
			if submit::<T>(Call::seal { bundle, signature }) {
				let sent = part.len() as u32;
				done.sealed = done.sealed.saturating_add(sent);
				self.totals.seals = self.totals.seals.saturating_add(sent.into());
			}
		}
	}

	/// A batch's result. Nothing while its body may still come, or when the budget is spent; then a body
	/// that is not there is a result of its own.
	fn outcome(
		&mut self,
		round: Round,
		reports: EpochIndex,
		batch: &BatchId,
		commitment: &CommitmentOf<T>,
		done: &mut Done,
	) -> Option<Outcome> {
		// Facts as of the reports' epoch are the same in all descendants of the block that opened
		// the next one; its hash stands for the branch.
		let branch = Epochs::<T>::get(reports.saturating_add(1))?.opening?;
		let memory = Memory::outcome(&(branch, batch));
		if let Some(outcome) = memory.read() {
			return Some(outcome);
		}
		let Some(bodies) = Memory::bodies::<T>(&commitment.bodies) else {
			let Parameters { commit_blocks, draw_blocks, seal_close, .. } = self.record.parameters;
			let window = seal_close.saturating_sub(commit_blocks).saturating_sub(draw_blocks);
			let index = self.now.saturating_sub(self.record.opened_at);
			let last_chance = index.saturating_add(LAST_CHANCE.max(window / 4)) >= seal_close;
			return (last_chance || round == Round::FullSet).then_some(Outcome::Unavailable);
		};
		// Bodies cost time too: about a unit for four kilobytes read and hashed.
		let bytes: u32 = bodies.iter().map(|body| body.len() as u32).fold(0, u32::saturating_add);
		let work = commitment.work.saturating_add(bytes / 4_096);
		if work > self.budget && self.budget < RUN_BUDGET {
			return None;
		}
		let start = sp_io::offchain::timestamp();
		let outcome = judge_batch::<T>(reports, commitment, &bodies);
		let millis = sp_io::offchain::timestamp().diff(&start).millis();
		log::debug!(
			target: LOG_TARGET,
			"judged {} reports of batch {batch:?} in {millis} ms",
			commitment.count
		);
		self.totals.millis = self.totals.millis.saturating_add(millis);
		memory.write(&outcome);
		Memory::leave_trail(reports, &memory.0);
		self.budget = self.budget.saturating_sub(work);
		done.judged = done.judged.saturating_add(1);
		self.totals.batches = self.totals.batches.saturating_add(1);
		self.totals.reports = self.totals.reports.saturating_add(commitment.count.into());
		Some(outcome)
	}

	/// Reveals the results that enough seals match.
	fn reveal(&mut self, done: &mut Done) {
		for round in Round::ALL {
			let Some(reports) = round.reports_of(self.epoch) else { continue };
			for (batch, commitment) in Commitments::<T>::iter_prefix(reports) {
				if !commitment.state.is_open() {
					continue;
				}
				let sent = Memory::sent(b"reveal", &(self.opening, round, batch));
				if sent.is_recent(self.now) {
					continue;
				}
				// A body that came too late does not undo that all judges missed it.
				let record = self.record.clone();
				let settles = |outcome: &Outcome| {
					Pallet::<T>::settles(&record, round, reports, &batch, outcome)
				};
				let outcome = if settles(&Outcome::Unavailable) {
					Outcome::Unavailable
				} else {
					match self.outcome(round, reports, &batch, &commitment, done) {
						Some(outcome) if settles(&outcome) => outcome,
						_ => continue,
					}
				};
				sent.note(reports, self.now);
				if submit::<T>(Call::reveal { round, batch, outcome }) {
					done.revealed = done.revealed.saturating_add(1);
				}
			}
		}
	}
}

fn submit<T: Config>(call: Call<T>) -> bool {
	let transaction =
		<T as CreateAuthorizedTransaction<Call<T>>>::create_authorized_transaction(call.into());
	let sent = SubmitTransaction::<T, Call<T>>::submit_transaction(transaction);
	if sent.is_err() {
		log::debug!(target: LOG_TARGET, "the pool did not take a transaction");
	}
	sent.is_ok()
}

/// Copies bodies of batches that are not frozen from the statement store, which may lose them, and
/// forgets those of frozen ones.
fn copy_bodies<T: Config>(done: &mut Done) {
	let now = CurrentEpoch::<T>::get();
	let first = FirstUnfrozen::<T>::get();
	let kept = Memory::kept();
	let mut epochs: Vec<EpochIndex> = kept.read().unwrap_or_default();
	epochs.retain(|epoch| {
		let keep = *epoch >= first;
		if !keep {
			Memory::forget(*epoch);
		}
		keep
	});
	// Bodies are published while commitments are open and travel for a while after that.
	for reports in now.saturating_sub(3).max(first)..now {
		let mut list: Vec<H256> = Memory::copied(reports).read().unwrap_or_default();
		let before = list.len();
		let mut known: BTreeSet<H256> = list.iter().copied().collect();
		for (_, commitment) in Commitments::<T>::iter_prefix(reports) {
			for hash in &commitment.bodies {
				if known.contains(hash) {
					continue;
				}
				let Some(body) = T::Bodies::body(hash) else { continue };
				if body.len() > MAX_BODY_BYTES as usize {
					continue;
				}
				Memory::body(hash).write(&body);
				list.push(*hash);
				known.insert(*hash);
				done.copied = done.copied.saturating_add(1);
			}
		}
		if list.len() > before {
			Memory::copied(reports).write(&list);
		}
		if !list.is_empty() && !epochs.contains(&reports) {
			epochs.push(reports);
		}
	}
	kept.write(&epochs);
}

/// A value in this node's local storage.
struct Remembered<V>(Vec<u8>, core::marker::PhantomData<V>);

impl<V: Encode + Decode> Remembered<V> {
	fn read(&self) -> Option<V> {
		StorageValueRef::persistent(&self.0).get().ok().flatten()
	}

	fn write(&self, value: &V) {
		StorageValueRef::persistent(&self.0).set(value);
	}

	fn clear(&self) {
		StorageValueRef::persistent(&self.0).clear();
	}
}

/// When something was last sent.
struct Sent(Remembered<u32>);

impl Sent {
	fn is_recent(&self, now: u32) -> bool {
		self.0.read().is_some_and(|sent| sent.abs_diff(now) < RESEND_AFTER)
	}

	fn note(&self, reports: EpochIndex, now: u32) {
		if self.0.read().is_none() {
			Memory::leave_trail(reports, &self.0 .0);
		}
		self.0.write(&now);
	}
}

/// What the worker remembers, by name.
struct Memory;

impl Memory {
	fn at<V>(name: &[u8], key: &impl Encode) -> Remembered<V> {
		let mut path = b"substation/worker/".to_vec();
		path.extend_from_slice(name);
		path.push(b'/');
		path.extend_from_slice(&key.using_encoded(blake2_256));
		Remembered(path, Default::default())
	}

	fn body(hash: &H256) -> Remembered<Vec<u8>> {
		Self::at(b"body", hash)
	}

	/// Hashes of the bodies copied for an epoch.
	fn copied(epoch: EpochIndex) -> Remembered<Vec<H256>> {
		Self::at(b"copied", &epoch)
	}

	/// Epochs for which bodies are kept.
	fn kept() -> Remembered<Vec<EpochIndex>> {
		Self::at(b"kept", &())
	}

	/// The bodies with these hashes, if all are there.
	fn bodies<T: Config>(hashes: &[H256]) -> Option<Vec<Vec<u8>>> {
		hashes
			.iter()
			.map(|hash| Self::body(hash).read().or_else(|| T::Bodies::body(hash)))
			.collect()
	}

	fn outcome(key: &impl Encode) -> Remembered<Outcome> {
		Self::at(b"outcome", key)
	}

	fn sent(name: &[u8], key: &impl Encode) -> Sent {
		Sent(Self::at(name, key))
	}

	/// How many places of the trail are taken.
	fn trail_length(epoch: EpochIndex) -> Remembered<u32> {
		Self::at(b"trail-length", &epoch)
	}

	/// Where something else lies that is remembered for an epoch's reports.
	fn trail(epoch: EpochIndex, place: u32) -> Remembered<Vec<u8>> {
		Self::at(b"trail", &(epoch, place))
	}

	/// Notes that `path` is to be forgotten with its epoch.
	fn leave_trail(epoch: EpochIndex, path: &[u8]) {
		let length = Self::trail_length(epoch);
		let place = length.read().unwrap_or_default();
		Self::trail(epoch, place).write(&path.to_vec());
		length.write(&place.saturating_add(1));
		let kept = Self::kept();
		let mut epochs: Vec<EpochIndex> = kept.read().unwrap_or_default();
		if !epochs.contains(&epoch) {
			epochs.push(epoch);
			kept.write(&epochs);
		}
	}

	fn forget(epoch: EpochIndex) {
		let length = Self::trail_length(epoch);
		for place in 0..length.read().unwrap_or_default() {
			let path = Self::trail(epoch, place);
			if let Some(path) = path.read() {
				StorageValueRef::persistent(&path).clear();
			}
			path.clear();
		}
		length.clear();
		let copied = Self::copied(epoch);
		for hash in copied.read().unwrap_or_default() {
			Self::body(&hash).clear();
		}
		copied.clear();
	}

	fn totals() -> Totals {
		StorageValueRef::persistent(TOTALS_KEY).get().ok().flatten().unwrap_or_default()
	}

	fn set_totals(totals: &Totals) {
		StorageValueRef::persistent(TOTALS_KEY).set(totals);
	}
}
