//! What judges do.
//!
//! At every new best block the worker derives its duties from that block's state alone: which batches
//! this node's key has to judge, which of them it has not sealed on this branch, which results wait
//! to be revealed. Nothing it remembers is needed for that. What it does remember, in local storage,
//! are copies of bodies until the freeze, results already computed (they are keyed by everything they
//! depend on, so a fork cannot mislead it), and when it last sent what.

use alloc::collections::BTreeSet;

use sp_application_crypto::RuntimeAppPublic;
use sp_runtime::offchain::{
	storage_lock::{StorageLock, Time},
	Duration, Timestamp,
};
use substation_primitives::{
	batch::{MAX_BODIES, SEAT_BYTES},
	epoch::{EpochRecord, Parameters},
	BatchId,
};

use crate::{sr25519::JudgeId, Config, InspectConsensus, Pallet};

mod bodies;
mod duties;
mod judging;
mod memory;

pub(crate) use judging::judge_bodies;
pub use judging::{judge_batch, EpochFacts};

use bodies::copy_bodies;
use duties::Run;
use memory::Memory;

/// Target of log lines.
pub const LOG_TARGET: &str = "runtime::attestation";
/// Blocks that a seal waits after the draw, so that a short fork does not cost it.
const SETTLE_BLOCKS: u32 = 2;
/// Where the lock lies that keeps two runs apart that send something. Those of runs that help follow it.
const LOCK_KEY: &[u8] = b"substation/worker/lock";
/// Nobody runs longer than this.
const LOCK_MILLIS: u64 = 20_000;

/// Statements that an allowance of so many bytes is good for: as many as a batch has bodies, and one for each part of it
/// that a device has a claim to in an epoch. So there is room for a body of each device, though each be of a network of
/// its own.
pub fn statements_for(bytes: u32) -> u32 {
	MAX_BODIES.saturating_add(bytes / SEAT_BYTES)
}

/// Why a run did nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Idle {
	/// The node is no validator.
	NotAValidator,
	/// Other runs are not finished, as many as the node allows at once.
	Busy,
	/// The epoch has just opened: its record is not complete.
	NotOpen,
	/// None of this node's keys judges in this epoch, or the chain has disabled its validator.
	NotAJudge,
}

impl Idle {
	/// Counts an early end at block `now` under its reason: once a block, however many threads find it so. The node's
	/// metrics tell.
	fn count(self, now: u32) {
		if Memory::ended_early().change(|last| (last != Some(now)).then_some(now)).is_none() {
			return;
		}
		Memory::early_ends().change(|ends| {
			let mut ends = ends.unwrap_or_default();
			let end = match self {
				Self::NotAValidator => return None,
				Self::Busy => &mut ends.busy,
				Self::NotOpen => &mut ends.not_open,
				Self::NotAJudge => &mut ends.not_a_judge,
			};
			*end = end.saturating_add(1);
			Some(ends)
		});
	}
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
	/// Batches said to be missing.
	pub listed: u32,
}

/// A run of the worker at block `now`.
pub fn run<T: Config>(now: u32) -> Result<Done, Idle> {
	if !sp_io::offchain::is_validator() {
		return Err(Idle::NotAValidator);
	}
	let done = lead_or_help::<T>(now);
	// That others are busy is counted where it is known with what.
	if let Err(idle @ (Idle::NotOpen | Idle::NotAJudge)) = done {
		idle.count(now);
	}
	done
}

fn lead_or_help<T: Config>(now: u32) -> Result<Done, Idle> {
	if let Some(done) = alone(LOCK_KEY, || lead::<T>(now, Done::default())) {
		return done;
	}
	let helped = help::<T>(now);
	if Memory::began().read().is_none_or(|(block, _)| block != now) {
		Idle::Busy.count(now);
	}
	let helped = helped?;
	if helped.judged == 0 {
		return Ok(helped);
	}
	// If the one that would have sent it has ended meanwhile: there may be no later block for it.
	alone(LOCK_KEY, || lead::<T>(now, helped)).unwrap_or(Ok(helped))
}

/// What `run` does while nothing else runs under the lock `key`. Nothing, if something does.
fn alone<R>(key: &[u8], run: impl FnOnce() -> R) -> Option<R> {
	void_impossible_lock(key);
	let mut lock = StorageLock::<Time>::with_deadline(key, Duration::from_millis(LOCK_MILLIS));
	let _guard = lock.try_lock().ok()?;
	Some(run())
}

/// All duties, after what was `done` to help with them.
fn lead<T: Config>(now: u32, mut done: Done) -> Result<Done, Idle> {
	let block = (now, frame_system::Pallet::<T>::parent_hash());
	// A later one of several threads may find that all was done at this block, but for what others have judged since.
	let again = Memory::threads() > 1 && Memory::began().read() == Some(block);
	Memory::began().write(&block);
	let absent = if again { BTreeSet::new() } else { copy_bodies::<T>(&mut done) };

	let (mut run, index) = match open::<T>(now, absent) {
		Ok(opened) => opened,
		Err(idle) => {
			if idle == Idle::NotAJudge {
				// Whoever left has nothing to do.
				Run::<T>::note_backlog(0);
			}
			return Err(idle);
		}
	};
	if again {
		run.rest();
	} else {
		run.count_missed();
	}
	let parameters = run.record.parameters;
	if parameters.takes_seals(index.saturating_add(1)) {
		if may_judge(&parameters, index) {
			run.seal(&mut done);
		}
	} else if parameters.takes_reveals(index.saturating_add(1)) {
		if parameters.takes_lists(index.saturating_add(1)) {
			run.list_missing(&mut done);
		}
		run.reveal(&mut done);
	}
	run.note_gained();
	Run::<T>::note_backlog(run.backlog);
	Ok(done)
}

/// Judges, beside a run that does all duties, what that has not got to, and sends nothing. There are as many at once as
/// the node allows.
fn help<T: Config>(now: u32) -> Result<Done, Idle> {
	let run = || {
		let mut done = Done::default();
		// What is not there yet is the other run's to copy, and its to say.
		let (mut run, index) = open::<T>(now, BTreeSet::new())?;
		let parameters = run.record.parameters;
		if parameters.takes_seals(index.saturating_add(1)) && may_judge(&parameters, index) {
			run.help(&mut done);
			run.note_gained();
		}
		Ok(done)
	};
	(1..Memory::threads())
		.find_map(|thread| alone(&[LOCK_KEY, &[b'/', thread as u8]].concat(), run))
		.unwrap_or(Err(Idle::Busy))
}

/// What a run at block `now` begins with, having looked in vain for batches that are `absent`, and how many blocks its
/// epoch is old.
fn open<T: Config>(now: u32, absent: BTreeSet<BatchId>) -> Result<(Run<T>, u32), Idle> {
	let (epoch, index, record) = Pallet::<T>::now().ok_or(Idle::NotOpen)?;
	let opening = record.opening.ok_or(Idle::NotOpen)?;
	let (judge, key) = local_judge(&record).ok_or(Idle::NotAJudge)?;
	let account = record.judges.get(usize::from(judge)).map(|judge| &judge.account);
	if account.is_some_and(T::Consensus::is_disabled) {
		return Err(Idle::NotAJudge);
	}
	let run = Run::<T> {
		now,
		epoch,
		opening,
		judge,
		key,
		record,
		budget: duties::RUN_BUDGET,
		exhausted: false,
		skipped: false,
		absent,
		copies: Default::default(),
		gained: Default::default(),
		backlog: 0,
		_config: Default::default(),
	};
	Ok((run, index))
}

/// Whether the draw is old enough, in the block of this index, that a short fork costs nobody its seals.
fn may_judge(parameters: &Parameters, index: u32) -> bool {
	let drawn = parameters.commit_blocks.saturating_add(parameters.draw_blocks);
	index >= drawn.saturating_add(SETTLE_BLOCKS)
}

/// Removes a lock, under `key`, that ends later than any run takes it for: the clock went back after it was taken, perhaps with a loss of
/// power between. Nothing would be judged until the clock comes by again.
fn void_impossible_lock(key: &[u8]) {
	let void = Memory::lock(key).change(|deadline| {
		// Read after what others have left: that is not from another clock then.
		let latest = sp_io::offchain::timestamp().add(Duration::from_millis(LOCK_MILLIS));
		(deadline? > latest).then(|| Timestamp::from_unix_millis(0))
	});
	if void.is_some() {
		log::warn!(target: LOG_TARGET, "the worker's lock was taken under another clock: it is void");
	}
}

/// The place in `record` of a key that this node holds.
fn local_judge(record: &EpochRecord) -> Option<(u16, JudgeId)> {
	let local = JudgeId::all();
	(0u16..).zip(&record.judges).find_map(|(index, judge)| {
		let key = JudgeId::from(judge.key);
		local.contains(&key).then_some((index, key))
	})
}
