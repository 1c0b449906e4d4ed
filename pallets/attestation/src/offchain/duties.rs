//! A judge's duties in a run: to seal, and to reveal.

use alloc::vec::Vec;
use frame_support::BoundedVec;
use frame_system::offchain::{CreateAuthorizedTransaction, SubmitTransaction};
use sp_application_crypto::RuntimeAppPublic;
use substation_primitives::{
	epoch::{EpochRecord, Parameters},
	signing,
	worker::Totals,
	BatchId, EpochIndex, WorkUnits, H256,
};

use super::{judging::judge_batch, local_judge, memory::Memory, Done, LOG_TARGET};
use crate::{
	pallet::CommitmentOf, sr25519::JudgeId, types::has_matched, BatchState, Call, Commitments,
	Config, Epochs, Outcome, Pallet, Round, SealBundle, SealEntry, MAX_SEALS,
};

/// Work that one run takes on: about two seconds. What is left waits for the next block.
pub(super) const RUN_BUDGET: WorkUnits = 40_000;
/// Blocks before seals close from which on a committee seals a missing body as such: a quarter of the
/// sealing window, and as many at least, so that the seals come into a block. All judges, whose turn it is
/// an epoch later, have waited for it long enough.
const LAST_CHANCE: u32 = 3;
/// Epochs after which nobody judges an epoch's reports any more.
const OVER_AFTER: EpochIndex = 3;
/// Epochs that a node looks back at when it has been away.
const CATCH_UP: EpochIndex = 8;

/// A judge's run at one block.
pub(super) struct Run<T> {
	pub(super) now: u32,
	pub(super) epoch: EpochIndex,
	pub(super) opening: H256,
	pub(super) judge: u16,
	pub(super) key: JudgeId,
	pub(super) record: EpochRecord,
	pub(super) budget: WorkUnits,
	pub(super) totals: Totals,
	pub(super) _config: core::marker::PhantomData<T>,
}

impl<T: Config> Run<T> {
	/// Counts settled batches that this node was to judge and whose result it did not seal, once everybody
	/// has had a turn.
	pub(super) fn count_missed(&mut self) {
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
	pub(super) fn seal(&mut self, done: &mut Done) {
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
	pub(super) fn reveal(&mut self, done: &mut Done) {
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
