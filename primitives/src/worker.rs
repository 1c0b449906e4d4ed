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
}
