//! Pruning: rows of epochs whose claims have ended go, and records that nobody may ask for.

use alloc::boxed::Box;
use frame_support::weights::WeightMeter;

use crate::{
	Commitments, Config, Corrections, CurrentEpoch, Epochs, FalseSeals, FirstRecord, FirstUnfrozen,
	FirstUnpruned, Pallet, Schedules, Totals, WeightInfo,
};

/// Rows of an epoch that go, of each kind: whatever comes next is removed.
pub(crate) type Pruned = [Box<dyn Iterator<Item = ()>>; 4];

impl<T: Config> Pallet<T> {
	/// Removes rows of epochs whose claims have ended, and records that nobody may ask for.
	pub(crate) fn prune(meter: &mut WeightMeter) {
		let mut rows = None;
		while meter.try_consume(T::WeightInfo::prune()).is_ok() && Self::prune_next(&mut rows) {}
	}

	/// Removes one record, or one row of each kind, or goes on to the next epoch; false if there
	/// is nothing to do. What is removed from is kept in `rows` from one step of a block to the
	/// next: finding the first row anew would pass over all that the block has removed.
	pub(crate) fn prune_next(rows: &mut Option<Pruned>) -> bool {
		let now = CurrentEpoch::<T>::get();
		let first = FirstRecord::<T>::get();
		if first < now.saturating_sub(Self::fact_window()) {
			Epochs::<T>::remove(first);
			FirstRecord::<T>::put(first.saturating_add(1));
			return true;
		}
		let epoch = FirstUnpruned::<T>::get();
		match Schedules::<T>::get(epoch) {
			Some(schedule)
				if Self::claims_end(&schedule) <= now && epoch < FirstUnfrozen::<T>::get() => {}
			_ => return false,
		}
		// Their numbers are bounded by quotas.
		let kinds: &mut Pruned = rows.get_or_insert_with(|| {
			[
				Box::new(Commitments::<T>::drain_prefix(epoch).map(drop)),
				Box::new(Totals::<T>::drain_prefix(epoch).map(drop)),
				Box::new(Corrections::<T>::drain_prefix(epoch).map(drop)),
				Box::new(FalseSeals::<T>::drain_prefix(epoch).map(drop)),
			]
		});
		// Each of them goes on by one.
		let removed = kinds.iter_mut().filter_map(|kind| kind.next()).count();
		if removed == 0 {
			*rows = None;
			Schedules::<T>::remove(epoch);
			FirstUnpruned::<T>::put(epoch.saturating_add(1));
		}
		true
	}
}
