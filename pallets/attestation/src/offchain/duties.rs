//! A judge's duties in a run: to seal, and to reveal.

use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use frame_support::{traits::Get, BoundedVec};
use frame_system::offchain::{CreateAuthorizedTransaction, SubmitTransaction};
use sp_application_crypto::RuntimeAppPublic;
use substation_primitives::{
	batch::reading_work,
	epoch::{EpochRecord, Parameters},
	signing,
	worker::Totals,
	BatchId, EpochIndex, WorkUnits, H256,
};

use super::{
	bodies::length_in,
	judging::judge_batch,
	local_judge,
	memory::{Lengths, Memory, Sent},
	Done, LOG_TARGET,
};
use crate::{
	pallet::CommitmentOf, sr25519::JudgeId, types::has_matched, BatchState, Call, Commitments,
	Config, Epochs, MissingList, Outcome, Pallet, Round, SealBundle, SealEntry, MAX_LISTED,
	MAX_SEALS,
};

/// Work that one run takes on: about two seconds. What is left waits for the next block.
pub(super) const RUN_BUDGET: WorkUnits = 40_000;
/// Blocks before seals close from which on a missing body is sealed as such: a quarter of the
/// sealing window, and as many at least, so that the seals come into a block.
const LAST_CHANCE: u32 = 3;
/// Epochs after which nobody judges an epoch's reports any more.
const OVER_AFTER: EpochIndex = 3;
/// Epochs that a node looks back at when it has been away.
const CATCH_UP: EpochIndex = 8;

/// What is to be said of a batch, when it was last sent, and the epoch of the reports.
struct Due<Entry> {
	entry: Entry,
	sent: Sent,
	reports: EpochIndex,
}

/// A judge's run at one block.
pub(super) struct Run<T> {
	pub(super) now: u32,
	pub(super) epoch: EpochIndex,
	pub(super) opening: H256,
	pub(super) judge: u16,
	pub(super) key: JudgeId,
	pub(super) record: EpochRecord,
	pub(super) budget: WorkUnits,
	/// Whether a batch did not fit the budget any more: nothing else is judged.
	pub(super) exhausted: bool,
	/// Whether another thread judges a batch that this run wanted to.
	pub(super) skipped: bool,
	/// Batches that this run has looked for, and of which something is not there.
	pub(super) absent: BTreeSet<BatchId>,
	/// What was copied, by epoch, as far as it was looked at.
	pub(super) copies: BTreeMap<EpochIndex, Lengths>,
	/// What was counted since it was last noted.
	pub(super) gained: Totals,
	/// Batches that wait to be judged.
	pub(super) backlog: u64,
	pub(super) _config: core::marker::PhantomData<T>,
}

impl<T: Config> Run<T> {
	/// Adds what was counted to what the node has counted before, and to what its other threads count.
	pub(super) fn note_gained(&mut self) {
		let gained = core::mem::take(&mut self.gained);
		Memory::totals().change(|totals| Some(totals.unwrap_or_default().and(&gained)));
	}

	/// Notes how much waits to be judged.
	pub(super) fn note_backlog(backlog: u64) {
		Memory::totals().change(|totals| {
			let totals = totals.unwrap_or_default();
			(totals.backlog != backlog).then_some(Totals { backlog, ..totals })
		});
	}

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
					self.gained.missed = self.gained.missed.saturating_add(1);
				}
			}
			// Together: a run that ends in between counts an epoch again, or not at all.
			self.note_gained();
			counted.write(&reports);
		}
	}

	/// Batches of both rounds that this node has to seal, those first at which the last run's budget ended.
	fn duties(&self) -> Vec<(Round, EpochIndex, BatchId, CommitmentOf<T>)> {
		let mut duties = Vec::new();
		for round in Round::ALL {
			let Some(reports) = round.reports_of(self.epoch) else { continue };
			let mine = Commitments::<T>::iter_prefix(reports).filter(|(batch, _)| {
				Pallet::<T>::may_seal(self.epoch, &self.record, self.judge, round, batch).is_some()
			});
			duties.extend(mine.map(|(batch, commitment)| (round, reports, batch, commitment)));
		}
		let bookmark = Memory::bookmark().read();
		let first = duties.iter().position(|(_, _, batch, _)| Some(*batch) == bookmark);
		duties.rotate_left(first.unwrap_or_default());
		duties
	}

	/// Judges what another thread of this node has not got to yet, and sends nothing.
	pub(super) fn help(&mut self, done: &mut Done) {
		for (_, reports, batch, commitment) in self.duties() {
			self.outcome(reports, &batch, &commitment, done);
			if self.exhausted {
				break;
			}
		}
	}

	/// Judges what is this node's to judge, and sends seals; then looks once more for what other threads have judged
	/// meanwhile.
	pub(super) fn seal(&mut self, done: &mut Done) {
		self.seal_once(done);
		if self.skipped {
			self.rest();
			self.seal_once(done);
		}
	}

	/// Lets the run judge nothing more: it sends what was found before, and what other threads find.
	pub(super) fn rest(&mut self) {
		self.exhausted = true;
	}

	/// What is sent again goes apart from what is new: a pool that still has the one would not take the other with it.
	fn seal_once(&mut self, done: &mut Done) {
		self.backlog = 0;
		let genesis = Pallet::<T>::genesis_hash();
		let (mut new, mut again) = (Vec::new(), Vec::new());
		for (round, reports, batch, commitment) in self.duties() {
			let was_exhausted = self.exhausted;
			let Some(outcome) = self.outcome(reports, &batch, &commitment, done) else {
				// The body may still come, another thread judges it, or this run has judged enough. The next one begins
				// here: nobody keeps others behind by what comes first.
				if self.exhausted && !was_exhausted {
					Memory::bookmark().write(&batch);
				}
				self.backlog = self.backlog.saturating_add(1);
				continue;
			};
			let root = outcome.root();
			let sent = Memory::sent(b"seal", &(self.opening, round, batch));
			if sent.is_recent(self.now) {
				continue;
			}
			let seal = signing::seal(&genesis, &self.opening, &batch, self.key.as_ref(), &root);
			let seals = if sent.is_noted() { &mut again } else { &mut new };
			seals.push(Due { entry: SealEntry { round, batch, seal }, sent, reports });
		}
		let sealed = self.send([new, again], MAX_SEALS, |seals| {
			let seals = BoundedVec::truncate_from(seals);
			let bundle = SealBundle { epoch: self.epoch, judge: self.judge, seals };
			let payload = bundle.signing_payload(&genesis, &self.opening);
			Some(Call::seal { signature: self.key.sign(&payload)?, bundle })
		});
		done.sealed = done.sealed.saturating_add(sealed);
		self.gained.seals = self.gained.seals.saturating_add(sealed.into());
	}

	/// Sends what `call` makes of entries, at most so many at a time: of those that are new, and apart from them of those
	/// that were sent before. Tells how many the pool has taken.
	fn send<Entry: Copy>(
		&self,
		lists: [Vec<Due<Entry>>; 2],
		most: u32,
		call: impl Fn(Vec<Entry>) -> Option<Call<T>>,
	) -> u32 {
		let mut taken = 0u32;
		for part in lists.iter().flat_map(|list| list.chunks(most as usize)) {
			let Some(call) = call(part.iter().map(|due| due.entry).collect()) else { continue };
			if submit::<T>(call) {
				part.iter().for_each(|due| due.sent.note(due.reports, self.now));
				taken = taken.saturating_add(part.len() as u32);
			}
		}
		taken
	}

	/// What was copied for an epoch's reports, read once in a run.
	fn copies(&mut self, reports: EpochIndex) -> &Lengths {
		let read = || Memory::copied(reports).read().unwrap_or_default();
		self.copies.entry(reports).or_insert_with(read)
	}

	/// Says which bodies of batches of the epoch before this node has not got.
	pub(super) fn list_missing(&mut self, done: &mut Done) {
		let Some(reports) = Round::Committee.reports_of(self.epoch) else { return };
		let (judge, opening, now) = (self.judge, self.opening, self.now);
		let lacked: Vec<_> = Commitments::<T>::iter_key_prefix(reports)
			.filter(|batch| self.absent.contains(batch))
			.filter(|batch| Pallet::<T>::may_list(reports, judge, batch))
			.map(|batch| (batch, Memory::sent(b"missing", &(opening, batch))))
			.filter(|(_, sent)| !sent.is_recent(now))
			.map(|(entry, sent)| Due { entry, sent, reports })
			.collect();
		let (again, new) = lacked.into_iter().partition(|due| due.sent.is_noted());
		let listed = self.send([new, again], MAX_LISTED, |batches| {
			let batches = BoundedVec::truncate_from(batches);
			let list = MissingList { epoch: self.epoch, judge, batches };
			let payload = list.signing_payload(&Pallet::<T>::genesis_hash(), &opening);
			Some(Call::report_missing { signature: self.key.sign(&payload)?, list })
		});
		done.listed = done.listed.saturating_add(listed);
		self.gained.lacked = self.gained.lacked.saturating_add(listed.into());
	}

	/// A batch's result. Nothing while its body may still come, while another thread judges it, when the budget is spent,
	/// or where the rules that judge it are not kept. At the last chance, a body that is not there is a result of its own.
	fn outcome(
		&mut self,
		reports: EpochIndex,
		batch: &BatchId,
		commitment: &CommitmentOf<T>,
		done: &mut Done,
	) -> Option<Outcome> {
		// Facts as of the reports' epoch are the same in all descendants of the block that opened
		// the next one; its hash stands for the branch. Other code may judge otherwise.
		let branch = Epochs::<T>::get(reports.saturating_add(1))?.opening?;
		let code = <T as frame_system::Config>::Version::get().spec_version;
		let memory = Memory::outcome(&(branch, batch, code));
		if let Some(outcome) = memory.read() {
			return Some(outcome);
		}
		let copies = self.copies(reports);
		let Some(length) = length_in(copies, commitment) else {
			let Parameters { commit_blocks, draw_blocks, seal_close, .. } = self.record.parameters;
			let window = seal_close.saturating_sub(commit_blocks).saturating_sub(draw_blocks);
			let index = self.now.saturating_sub(self.record.opened_at);
			let last_chance = index.saturating_add(LAST_CHANCE.max(window / 4)) >= seal_close;
			// What there was no time to copy is not missing.
			return (last_chance && self.absent.contains(batch)).then_some(Outcome::Unavailable);
		};
		// Bodies cost time too. Asked before anything is read.
		let reading = reading_work(length);
		let work = commitment.work.saturating_add(reading);
		if self.exhausted || (work > self.budget && self.budget < RUN_BUDGET) {
			self.exhausted = true;
			return None;
		}
		let Some(turn) = Memory::take(batch) else {
			self.skipped = true;
			return None;
		};
		// Another thread may have had it until a moment ago.
		if let Some(outcome) = memory.read() {
			Memory::give_back(&turn);
			return Some(outcome);
		}
		let start = sp_io::offchain::timestamp();
		let judged = Memory::bodies(&commitment.bodies)
			.and_then(|bodies| judge_batch::<T>(reports, commitment, &bodies));
		let millis = sp_io::offchain::timestamp().diff(&start).millis();
		if let Some((outcome, _)) = &judged {
			memory.write(outcome);
			Memory::leave_trail(reports, &memory.0);
		}
		Memory::give_back(&turn);
		// Also where nothing was found: it was read. There may be more work in it than declared.
		let taken = judged.as_ref().map_or(0, |(_, taken)| *taken);
		let spent = work.max(taken.saturating_add(reading));
		self.budget = self.budget.saturating_sub(spent);
		let (outcome, _) = judged?;
		log::debug!(
			target: LOG_TARGET,
			"judged {} reports of batch {batch:?} in {millis} ms",
			commitment.count
		);
		self.gained.millis = self.gained.millis.saturating_add(millis);
		done.judged = done.judged.saturating_add(1);
		self.gained.batches = self.gained.batches.saturating_add(1);
		self.gained.reports = self.gained.reports.saturating_add(commitment.count.into());
		Some(outcome)
	}

	/// Reveals the results that enough seals match.
	pub(super) fn reveal(&mut self, done: &mut Done) {
		let record = self.record.clone();
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
				// Nothing is judged for what too few have sealed.
				let Some(needed) = Pallet::<T>::may_settle(&record, round, reports, &batch) else {
					continue;
				};
				// A body that came too late does not undo that all judges missed it.
				let settles = |outcome: &Outcome| {
					Pallet::<T>::settles(
						&record,
						round,
						reports,
						&batch,
						needed,
						&commitment,
						outcome,
					)
				};
				let outcome = if settles(&Outcome::Unavailable) {
					Outcome::Unavailable
				} else {
					match self.outcome(reports, &batch, &commitment, done) {
						Some(outcome) if settles(&outcome) => outcome,
						_ => continue,
					}
				};
				if submit::<T>(Call::reveal { round, batch, outcome }) {
					sent.note(reports, self.now);
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
