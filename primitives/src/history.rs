//! Values whose state as of any recent epoch can still be read.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{ConstU32, Get};
use sp_runtime::BoundedVec;

use crate::EpochIndex;

/// A change made in epoch `e` counts from epoch `e + DELAY`.
pub const DELAY: EpochIndex = 2;

/// Why a change was refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Full;

/// The recent values of a fact, each with the epoch it counts from, oldest first.
///
/// The value as of `e` is that of the last entry that counts from `e` or earlier. Because a change
/// made in `e` counts from `e + 2`, the value as of `e` cannot change once `e` is over.
///
/// One slot of the `N` is reserved: only [`History::set_reserved`] fills it.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[scale_info(skip_type_params(N))]
#[codec(mel_bound(V: MaxEncodedLen))]
pub struct History<V, const N: u32> {
	entries: BoundedVec<(EpochIndex, V), ConstU32<N>>,
}

impl<V, const N: u32> Default for History<V, N> {
	fn default() -> Self {
		Self { entries: BoundedVec::new() }
	}
}

impl<V: Clone + PartialEq, const N: u32> History<V, N> {
	/// A fact that has always been `value`: for genesis.
	pub fn always(value: V) -> Self {
		let mut history = Self::default();
		// A history with no slot at all remembers nothing.
		let _ = history.entries.try_push((0, value));
		history
	}

	/// A fact first set in `now`.
	pub fn starting(now: EpochIndex, value: V) -> Self {
		let mut history = Self::default();
		let _ = history.entries.try_push((now.saturating_add(DELAY), value));
		history
	}

	/// The value as of `epoch`, if there was one.
	pub fn at(&self, epoch: EpochIndex) -> Option<&V> {
		self.entry_at(epoch).map(|(_, value)| value)
	}

	/// The value as of `epoch`, with the epoch that it counts from.
	pub fn entry_at(&self, epoch: EpochIndex) -> Option<(EpochIndex, &V)> {
		let entry = self.entries.iter().rev().find(|(since, _)| *since <= epoch);
		entry.map(|(since, value)| (*since, value))
	}

	/// Whether the fact never had, and is not to have, another value than this one.
	pub fn is_always(&self, value: &V) -> bool {
		self.entries.iter().all(|(_, one)| one == value)
	}

	/// The value that was set last, whether it counts already or not.
	pub fn latest(&self) -> Option<&V> {
		self.entries.last().map(|(_, value)| value)
	}

	/// Since when the latest value counts.
	pub fn latest_since(&self) -> Option<EpochIndex> {
		self.entries.last().map(|(since, _)| *since)
	}

	/// From when on the last value counts that is not as the one before it, of those that count only after `epoch`. Nothing if
	/// all of these are the `same` as what counts in `epoch`.
	pub fn last_change(
		&self,
		epoch: EpochIndex,
		same: impl Fn(&V, &V) -> bool,
	) -> Option<EpochIndex> {
		let pairs = self.entries.iter().zip(self.entries.iter().skip(1));
		let changes = pairs.filter(|((_, before), (_, after))| !same(before, after));
		changes.map(|(_, (since, _))| *since).filter(|since| *since > epoch).last()
	}

	/// The value as of `epoch`, and all that count from later on, oldest first.
	pub fn since(&self, epoch: EpochIndex) -> impl Iterator<Item = &V> {
		let first = self.entries.iter().rposition(|(since, _)| *since <= epoch);
		self.entries.iter().skip(first.unwrap_or_default()).map(|(_, value)| value)
	}

	/// How many entries are kept.
	pub fn len(&self) -> usize {
		self.entries.len()
	}

	/// Whether the fact was never set.
	pub fn is_empty(&self) -> bool {
		self.entries.is_empty()
	}

	/// Sets the value in epoch `now`; it counts from `now + 2`. A change still pending from the same
	/// epoch is replaced. Refused if it would push out an entry that may still be read, which is one
	/// that counted less than `window` epochs ago.
	pub fn set(&mut self, now: EpochIndex, window: EpochIndex, value: V) -> Result<(), Full> {
		self.insert(now, now, window, value, N.saturating_sub(1))
	}

	/// As [`Self::set`], but leaves a slot for that: for who must not be able to keep others from it by filling the list.
	pub fn set_sparing(
		&mut self,
		now: EpochIndex,
		window: EpochIndex,
		value: V,
	) -> Result<(), Full> {
		self.insert(now, now, window, value, N.saturating_sub(2))
	}

	/// As [`Self::set`], but may use the reserved slot: for leaving, revoking and rotating by the
	/// hardware key, which nobody may be able to block by filling the list.
	pub fn set_reserved(
		&mut self,
		now: EpochIndex,
		window: EpochIndex,
		value: V,
	) -> Result<(), Full> {
		self.set_last(now, now, window, value)
	}

	/// As [`Self::set_reserved`], but the value counts from `later + 2`, if that is after `now + 2`. What would count from then
	/// or later is replaced: it is for a value after which none is set, unless it is taken back.
	pub fn set_last(
		&mut self,
		now: EpochIndex,
		later: EpochIndex,
		window: EpochIndex,
		value: V,
	) -> Result<(), Full> {
		self.insert(now, later, window, value, N)
	}

	/// Takes the latest value back, if it does not count before `now + 2`; false if it does, or is the only one.
	pub fn take_back(&mut self, now: EpochIndex) -> bool {
		let pending = self.latest_since().is_some_and(|since| since >= now.saturating_add(DELAY));
		pending && self.entries.len() > 1 && self.entries.pop().is_some()
	}

	fn insert(
		&mut self,
		now: EpochIndex,
		later: EpochIndex,
		window: EpochIndex,
		value: V,
		capacity: u32,
	) -> Result<(), Full> {
		let since = now.max(later).saturating_add(DELAY);
		let mut entries = self.entries.clone();
		// Replace what is pending from this same epoch, or would count later.
		while entries.last().is_some_and(|(last, _)| *last >= since) {
			entries.pop();
		}
		if entries.last().is_some_and(|(_, last)| *last == value) {
			self.entries = entries;
			return Ok(());
		}
		// The first entry is out of reach once the second has counted for the whole window.
		let horizon = now.saturating_sub(window);
		while entries.get(1).is_some_and(|(second, _)| *second <= horizon) {
			entries.remove(0);
		}
		if entries.len() as u32 >= capacity.min(<ConstU32<N> as Get<u32>>::get()) {
			return Err(Full);
		}
		entries.try_push((since, value)).map_err(|_| Full)?;
		self.entries = entries;
		Ok(())
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	#[test]
	fn a_last_value_counts_when_it_is_said_to_and_can_be_taken_back_before() {
		let mut fact = History::<u8, 4>::always(1);
		fact.set(10, 8, 2).unwrap();
		fact.set_last(10, 20, 8, 3).unwrap();
		assert_eq!([11, 12, 21, 22].map(|epoch| *fact.at(epoch).unwrap()), [1, 2, 2, 3]);
		let (mut sooner, mut late) = (fact.clone(), fact.clone());
		// Sooner, but not before two epochs have passed.
		sooner.set_last(15, 3, 8, 3).unwrap();
		assert_eq!([16, 17, 22].map(|epoch| *sooner.at(epoch).unwrap()), [2, 3, 3]);
		assert!(!late.take_back(21));
		assert_eq!(late, fact);
		assert!(fact.take_back(20));
		assert_eq!([12, 22, 100].map(|epoch| *fact.at(epoch).unwrap()), [2; 3]);
		assert!(fact.take_back(10) && !fact.take_back(10), "the first stays");
	}

	#[test]
	fn a_change_counts_from_two_epochs_later() {
		let mut fact = History::<u8, 4>::always(1);
		fact.set(10, 8, 2).unwrap();

		assert_eq!(fact.at(11), Some(&1));
		assert_eq!(fact.at(12), Some(&2));
		assert_eq!(fact.latest(), Some(&2));
		assert_eq!(fact.latest_since(), Some(12));
	}

	#[test]
	fn values_since_an_epoch_are_the_one_then_and_all_later_ones() {
		let mut fact = History::<u8, 4>::starting(10, 1);
		fact.set(20, 100, 2).unwrap();
		fact.set(30, 100, 3).unwrap();
		let since = |epoch| fact.since(epoch).copied().collect::<Vec<_>>();

		assert_eq!((since(0), since(12), since(21)), (vec![1, 2, 3], vec![1, 2, 3], vec![1, 2, 3]));
		assert_eq!((since(22), since(31), since(32)), (vec![2, 3], vec![2, 3], vec![3]));
		assert_eq!(History::<u8, 4>::default().since(5).count(), 0);
	}

	#[test]
	fn a_fact_has_no_value_before_it_is_first_set() {
		let fact = History::<u8, 4>::starting(10, 1);

		assert_eq!(fact.at(11), None);
		assert_eq!(fact.at(12), Some(&1));
	}

	#[test]
	fn a_pending_change_of_the_same_epoch_is_replaced() {
		let mut fact = History::<u8, 4>::always(1);
		for value in 2..100 {
			fact.set(10, 8, value).unwrap();
		}

		assert_eq!(fact.len(), 2);
		assert_eq!(fact.at(12), Some(&99));
	}

	#[test]
	fn the_reserved_slot_is_there_when_all_others_are_in_use() {
		let mut fact = History::<u8, 3>::always(0);
		fact.set(10, 8, 1).unwrap();
		assert_eq!(fact.set(11, 8, 2), Err(Full));
		assert_eq!(fact.at(13), Some(&1), "a refused change changes nothing");

		fact.set_reserved(11, 8, 3).unwrap();

		assert_eq!(fact.at(13), Some(&3));
		assert_eq!(fact.set_reserved(12, 8, 4), Err(Full));
	}

	#[test]
	fn entries_are_dropped_once_nobody_can_ask_for_them() {
		let mut fact = History::<u8, 3>::always(0);
		fact.set(10, 8, 1).unwrap();
		// The second entry counts since 12: at 20 the first is last needed for epoch 12 - 1 = 11,
		// which is out of the window.
		assert_eq!(fact.set(19, 8, 2), Err(Full));
		fact.set(20, 8, 2).unwrap();

		assert_eq!(fact.at(12), Some(&1));
		assert_eq!(fact.at(22), Some(&2));
	}

	proptest! {
		/// Whatever is done from the opening of `e + 1` on, the value as of `e` stays.
		#[test]
		fn the_past_never_changes(
			changes in prop::collection::vec((0u32..3, any::<u8>(), any::<bool>()), 1..60),
		) {
			const WINDOW: u32 = 8;
			let mut fact = History::<u8, 5>::always(0);
			let mut model: Vec<(u32, u8)> = vec![(0, 0)];
			let mut now = 0;
			for (step, value, reserved) in changes {
				now += step;
				let set = if reserved {
					fact.set_reserved(now, WINDOW, value)
				} else {
					fact.set(now, WINDOW, value)
				};
				if set.is_ok() {
					model.retain(|(since, _)| *since < now + 2);
					model.push((now + 2, value));
				}
				for epoch in now.saturating_sub(WINDOW)..now + 4 {
					let expected = model.iter().rev().find(|(since, _)| *since <= epoch).unwrap().1;
					prop_assert_eq!(fact.at(epoch), Some(&expected), "as of {} in {}", epoch, now);
				}
			}
		}
	}

	#[test]
	fn the_last_change_that_is_to_come_is_known() {
		let mut history = History::<u8, 6>::starting(0, 1);
		let same = |one: &u8, other: &u8| one % 2 == other % 2;
		assert_eq!(history.last_change(0, same), None, "there is nothing before it");
		history.set(5, 100, 3).unwrap();
		assert_eq!(history.last_change(5, same), None);
		history.set(6, 100, 4).unwrap();
		assert_eq!([7, 8].map(|epoch| history.last_change(epoch, same)), [Some(8), None]);
		history.set(7, 100, 6).unwrap();
		assert_eq!(history.last_change(7, same), Some(8));
		// What is pending is replaced.
		history.set(7, 100, 5).unwrap();
		assert_eq!(history.last_change(7, same), Some(9));
		history.set(7, 100, 4).unwrap();
		assert_eq!(history.last_change(7, same), Some(8));
	}
}
