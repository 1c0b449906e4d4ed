//! What judges do.
//!
//! At every new best block the worker derives its duties from that block's state alone: which batches
//! this node's key has to judge, which of them it has not sealed on this branch, which results wait
//! to be revealed. Nothing it remembers is needed for that. What it does remember, in local storage,
//! are copies of bodies until the freeze, results already computed (they are keyed by everything they
//! depend on, so a fork cannot mislead it), and when it last sent what.

use sp_application_crypto::RuntimeAppPublic;
use sp_runtime::offchain::{
	storage::StorageValueRef,
	storage_lock::{StorageLock, Time},
	Duration, Timestamp,
};
use substation_primitives::{
	batch::MAX_BODY_BYTES,
	epoch::{EpochRecord, Parameters},
};

use crate::{sr25519::JudgeId, Config, Pallet};

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
	/// Other runs are not finished, as many as the node allows at once.
	Busy,
	/// The epoch has just opened: its record is not complete.
	NotOpen,
	/// None of this node's keys judges in this epoch.
	NotAJudge,
}

impl Idle {
	/// Counts an early end at block `now` under its reason, that others are busy once a block, however many threads find
	/// it so. The node's metrics tell.
	fn count(self, now: u32) {
		if self == Self::Busy && Memory::busy().read() == Some(now) {
			return;
		}
		let mut ends = Memory::early_ends();
		let end = match self {
			Self::NotAValidator => return,
			Self::Busy => &mut ends.busy,
			Self::NotOpen => &mut ends.not_open,
			Self::NotAJudge => &mut ends.not_a_judge,
		};
		*end = end.saturating_add(1);
		Memory::set_early_ends(&ends);
		if self == Self::Busy {
			Memory::busy().write(&now);
		}
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
	let done = run_alone::<T>(now);
	if let Err(idle) = done {
		idle.count(now);
	}
	done
}

fn run_alone<T: Config>(now: u32) -> Result<Done, Idle> {
	void_impossible_lock(LOCK_KEY);
	let mut lock = StorageLock::<Time>::with_deadline(LOCK_KEY, Duration::from_millis(LOCK_MILLIS));
	let Ok(_guard) = lock.try_lock() else { return help::<T>(now) };
	Memory::began().write(&now);
	let mut done = Done::default();
	let all_copied = copy_bodies::<T>(&mut done);

	let opened = open::<T>(now, all_copied);
	let (mut run, index) = match opened {
		Ok(opened) => opened,
		Err(Idle::NotAJudge) => {
			// Whoever left has nothing to do.
			Run::<T>::note_backlog(0);
			return Err(Idle::NotAJudge);
		}
		Err(idle) => return Err(idle),
	};
	run.count_missed();
	let parameters = run.record.parameters;
	if parameters.takes_seals(index.saturating_add(1)) {
		if may_judge(&parameters, index) {
			run.seal(&mut done);
		}
	} else if parameters.takes_reveals(index.saturating_add(1)) {
		// What there was no time to copy is not missing.
		if all_copied && parameters.takes_lists(index.saturating_add(1)) {
			run.list_missing(&mut done);
		}
		run.reveal(&mut done);
	}
	run.note_gained();
	Run::<T>::note_backlog(run.backlog);
	Ok(done)
}

/// A run while another one is not finished: judges beside it what that has not got to, and sends nothing. There are as
/// many at once as the node allows.
fn help<T: Config>(now: u32) -> Result<Done, Idle> {
	if Memory::began().read() != Some(now) {
		Idle::Busy.count(now);
	}
	for thread in 1..Memory::threads() {
		let key = [LOCK_KEY, &[b'/', thread as u8]].concat();
		void_impossible_lock(&key);
		let mut lock = StorageLock::<Time>::with_deadline(&key, Duration::from_millis(LOCK_MILLIS));
		let Ok(_guard) = lock.try_lock() else { continue };
		let mut done = Done::default();
		// What is not there yet is the other run's to copy, and its to say.
		let (mut run, index) = open::<T>(now, false)?;
		let parameters = run.record.parameters;
		if parameters.takes_seals(index.saturating_add(1)) && may_judge(&parameters, index) {
			run.help(&mut done);
			run.note_gained();
		}
		return Ok(done);
	}
	Err(Idle::Busy)
}

/// What a run at block `now` begins with, and how many blocks its epoch is old.
fn open<T: Config>(now: u32, all_copied: bool) -> Result<(Run<T>, u32), Idle> {
	let (epoch, index, record) = Pallet::<T>::now().ok_or(Idle::NotOpen)?;
	let opening = record.opening.ok_or(Idle::NotOpen)?;
	let (judge, key) = local_judge(&record).ok_or(Idle::NotAJudge)?;
	let run = Run::<T> {
		now,
		epoch,
		opening,
		judge,
		key,
		record,
		budget: duties::RUN_BUDGET,
		exhausted: false,
		all_copied,
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
	let lock = StorageValueRef::persistent(key);
	let latest = sp_io::offchain::timestamp().add(Duration::from_millis(LOCK_MILLIS));
	if lock.get::<Timestamp>().ok().flatten().is_some_and(|deadline| deadline > latest) {
		log::warn!(target: LOG_TARGET, "the worker's lock was taken under another clock: it is void");
		let mut lock = lock;
		lock.clear();
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
