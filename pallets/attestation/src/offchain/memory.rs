//! What the worker remembers between runs, in the node's local storage.

use alloc::{collections::BTreeMap, vec::Vec};
use codec::{Decode, Encode};
use sp_io::hashing::blake2_256;
use sp_runtime::offchain::{
	storage::{MutateStorageError, StorageValueRef},
	Duration, Timestamp,
};
use substation_primitives::{
	worker::{EarlyEnds, Totals, EARLY_ENDS_KEY, MAX_THREADS, THREADS_KEY, TOTALS_KEY},
	BatchId, EpochIndex, H256,
};

use super::LOCK_MILLIS;
use crate::Outcome;

/// Blocks after which a transaction that has not come into a block is sent again.
const RESEND_AFTER: u32 = 3;

/// How often a change is tried while others make theirs.
const TRIES: u32 = 64;

/// The lengths of bodies, by their hashes.
pub(super) type Lengths = BTreeMap<H256, u32>;

/// A value in this node's local storage.
pub(super) struct Remembered<V>(pub(super) Vec<u8>, core::marker::PhantomData<V>);

impl<V: Encode + Decode> Remembered<V> {
	pub(super) fn read(&self) -> Option<V> {
		StorageValueRef::persistent(&self.0).get().ok().flatten()
	}

	pub(super) fn write(&self, value: &V) {
		StorageValueRef::persistent(&self.0).set(value);
	}

	pub(super) fn clear(&self) {
		StorageValueRef::persistent(&self.0).clear();
	}

	/// Changes the value as long as `change` makes another of it, whatever another thread does to it meanwhile. Tells
	/// what it is then; nothing if `change` makes nothing of it, or others are faster again and again.
	pub(super) fn change(&self, change: impl Fn(Option<V>) -> Option<V>) -> Option<V> {
		for _ in 0..TRIES {
			let changed = StorageValueRef::persistent(&self.0)
				.mutate(|value| change(value.ok().flatten()).ok_or(()));
			match changed {
				Ok(value) => return Some(value),
				Err(MutateStorageError::ConcurrentModification(_)) => continue,
				Err(MutateStorageError::ValueFunctionFailed(())) => return None,
			}
		}
		None
	}
}

/// When something was last sent.
pub(super) struct Sent(Remembered<u32>);

impl Sent {
	pub(super) fn is_recent(&self, now: u32) -> bool {
		self.0.read().is_some_and(|sent| sent.abs_diff(now) < RESEND_AFTER)
	}

	pub(super) fn is_noted(&self) -> bool {
		self.0.read().is_some()
	}

	pub(super) fn note(&self, reports: EpochIndex, now: u32) {
		if self.0.read().is_none() {
			Memory::leave_trail(reports, &self.0 .0);
		}
		self.0.write(&now);
	}
}

/// What the worker remembers, by name.
pub(super) struct Memory;

impl Memory {
	pub(super) fn at<V>(name: &[u8], key: &impl Encode) -> Remembered<V> {
		let mut path = b"substation/worker/".to_vec();
		path.extend_from_slice(name);
		path.push(b'/');
		path.extend_from_slice(&key.using_encoded(blake2_256));
		Remembered(path, Default::default())
	}

	pub(super) fn body(hash: &H256) -> Remembered<Vec<u8>> {
		Self::at(b"body", hash)
	}

	/// Hashes and lengths of the bodies copied for an epoch.
	pub(super) fn copied(epoch: EpochIndex) -> Remembered<Lengths> {
		Self::at(b"copied", &epoch)
	}

	/// Hashes and lengths of bodies that were longer than a batch of an epoch had declared.
	pub(super) fn longer(epoch: EpochIndex) -> Remembered<Lengths> {
		Self::at(b"longer", &epoch)
	}

	/// The batch at which the last run's budget ended.
	pub(super) fn bookmark() -> Remembered<BatchId> {
		Self::at(b"bookmark", &())
	}

	/// The batch at which the last run had copied as much as it may.
	pub(super) fn copying() -> Remembered<BatchId> {
		Self::at(b"copying", &())
	}

	/// Epochs for which bodies are kept.
	pub(super) fn kept() -> Remembered<Vec<EpochIndex>> {
		Self::at(b"kept", &())
	}

	/// The copies with these hashes, if all are there.
	pub(super) fn bodies(hashes: &[H256]) -> Option<Vec<Vec<u8>>> {
		hashes.iter().map(|hash| Self::body(hash).read()).collect()
	}

	pub(super) fn outcome(key: &impl Encode) -> Remembered<Outcome> {
		Self::at(b"outcome", key)
	}

	pub(super) fn sent(name: &[u8], key: &impl Encode) -> Sent {
		Sent(Self::at(name, key))
	}

	/// Until when a run holds the lock at `key`.
	pub(super) fn lock(key: &[u8]) -> Remembered<Timestamp> {
		Remembered(key.to_vec(), Default::default())
	}

	/// Which batches threads judge, and until when each is its thread's.
	pub(super) fn taken() -> Remembered<Vec<(BatchId, Timestamp)>> {
		Self::at(b"taken", &())
	}

	/// Takes a batch to be judged by this thread, which is its for as long as a run may last. Nothing if another has it.
	pub(super) fn take(batch: &BatchId) -> Option<(BatchId, Timestamp)> {
		let taken = Self::taken().change(|taken| {
			// Read after what others have left: none of that is from another clock then.
			let now = sp_io::offchain::timestamp();
			let until = now.add(Duration::from_millis(LOCK_MILLIS));
			let mut taken = taken.unwrap_or_default();
			taken.retain(|(_, end)| *end > now && *end <= until);
			taken.iter().all(|(other, _)| other != batch).then(|| {
				taken.push((*batch, until));
				taken
			})
		});
		taken?.last().copied()
	}

	/// Gives back what was taken.
	pub(super) fn give_back(own: &(BatchId, Timestamp)) {
		Self::taken().change(|taken| {
			Some(taken.unwrap_or_default().into_iter().filter(|one| one != own).collect())
		});
	}

	/// How many places of the trail are taken.
	pub(super) fn trail_length(epoch: EpochIndex) -> Remembered<u32> {
		Self::at(b"trail-length", &epoch)
	}

	/// Where something else lies that is remembered for an epoch's reports.
	pub(super) fn trail(epoch: EpochIndex, place: u32) -> Remembered<Vec<u8>> {
		Self::at(b"trail", &(epoch, place))
	}

	/// Notes that `path` is to be forgotten with its epoch.
	pub(super) fn leave_trail(epoch: EpochIndex, path: &[u8]) {
		let longer = |length: Option<u32>| Some(length.unwrap_or_default().saturating_add(1));
		let Some(length) = Self::trail_length(epoch).change(longer) else { return };
		Self::trail(epoch, length.saturating_sub(1)).write(&path.to_vec());
		Self::keep(epoch);
	}

	/// Notes that something is remembered for an epoch's reports.
	pub(super) fn keep(epoch: EpochIndex) {
		Self::kept().change(|kept| {
			let mut kept = kept.unwrap_or_default();
			(!kept.contains(&epoch)).then(|| {
				kept.push(epoch);
				kept
			})
		});
	}

	/// Forgets what is remembered for an epoch's reports, but for the bodies in `named`.
	pub(super) fn forget(epoch: EpochIndex, named: &Lengths) {
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
		for hash in copied.read().unwrap_or_default().into_keys() {
			if !named.contains_key(&hash) {
				Self::body(&hash).clear();
			}
		}
		copied.clear();
		Self::longer(epoch).clear();
	}

	/// How often a run ended early, and why.
	pub(super) fn early_ends() -> Remembered<EarlyEnds> {
		Remembered(EARLY_ENDS_KEY.to_vec(), Default::default())
	}

	/// The last block at which a run ended early.
	pub(super) fn ended_early() -> Remembered<u32> {
		Self::at(b"ended-early", &())
	}

	/// At which block, and under which parent, the last run began that sends something.
	pub(super) fn began() -> Remembered<(u32, H256)> {
		Self::at(b"began", &())
	}

	/// What was counted so far.
	pub(super) fn totals() -> Remembered<Totals> {
		Remembered(TOTALS_KEY.to_vec(), Default::default())
	}

	/// How many threads may judge at once.
	pub(super) fn threads() -> u32 {
		let threads = StorageValueRef::persistent(THREADS_KEY).get().ok().flatten();
		threads.unwrap_or(1).clamp(1, MAX_THREADS)
	}
}
