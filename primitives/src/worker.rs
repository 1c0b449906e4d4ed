//! What the judging worker leaves in its node's local storage for others to read.

use codec::{Decode, Encode, MaxEncodedLen};

/// Where [`Totals`] lie in local storage.
pub const TOTALS_KEY: &[u8] = b"substation/worker/totals";

/// Running totals of one node's worker.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, MaxEncodedLen)]
pub struct Totals {
	/// Batches judged.
	pub batches: u64,
	/// Reports judged.
	pub reports: u64,
	/// Milliseconds spent on judging them.
	pub millis: u64,
	/// Batches that wait to be judged.
	pub backlog: u64,
	/// Seals sent.
	pub seals: u64,
	/// Settled batches that this node was to judge and whose result it did not seal.
	pub missed: u64,
	/// Batches whose bodies this node said it lacked.
	pub lacked: u64,
}

impl Totals {
	/// These, and what was counted since. The backlog is none that adds up: it stays.
	pub fn and(&self, since: &Self) -> Self {
		Self {
			batches: self.batches.saturating_add(since.batches),
			reports: self.reports.saturating_add(since.reports),
			millis: self.millis.saturating_add(since.millis),
			backlog: self.backlog,
			seals: self.seals.saturating_add(since.seals),
			missed: self.missed.saturating_add(since.missed),
			lacked: self.lacked.saturating_add(since.lacked),
		}
	}
}

/// Where the node says, as a `u32`, how many threads may judge at once. One, if it says nothing.
pub const THREADS_KEY: &[u8] = b"substation/worker/threads";

/// The most threads that judge at once.
pub const MAX_THREADS: u32 = 8;

/// Where [`EarlyEnds`] lie in local storage.
pub const EARLY_ENDS_KEY: &[u8] = b"substation/worker/early-ends";

/// How often a run of one node's worker ended before it had looked at any duty, by reason.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, MaxEncodedLen)]
pub struct EarlyEnds {
	/// Another run was not finished.
	pub busy: u64,
	/// The epoch had just opened.
	pub not_open: u64,
	/// None of the node's keys judged in the epoch.
	pub not_a_judge: u64,
}
