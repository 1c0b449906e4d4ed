//! Standstill: where claims are not taken, their time does not pass. Epochs open, are judged and freeze as ever; but what owners
//! may claim would lapse while they are kept from it.

use frame_support::traits::Get;
use substation_primitives::{
	epoch::{EpochRecord, MAX_STANDSTILL},
	EpochIndex,
};

use crate::{Config, Event, Pallet, Schedule, StoodStill, StoppedBlocks};

/// An epoch stood still if claims were not taken in one of so many of its blocks.
const PART: u32 = 4;

impl<T: Config> Pallet<T> {
	/// The epoch at whose start claims end: as it was when the epoch opened, and as many later as have stood still since, up to
	/// [`MAX_STANDSTILL`]. What has ended never begins again: when one more has stood still, one more has opened.
	pub fn claims_end(schedule: &Schedule) -> EpochIndex {
		let since = StoodStill::<T>::get().saturating_sub(schedule.stood_still);
		schedule.expiry.saturating_add(since.min(MAX_STANDSTILL))
	}

	/// Notes whether claims are taken in this block.
	pub(crate) fn note_stop() {
		if T::ClaimsStopped::get() {
			StoppedBlocks::<T>::mutate(|blocks| *blocks = blocks.saturating_add(1));
		}
	}

	/// An epoch is over in block `now`: it stood still if a quarter of it did.
	pub(crate) fn note_standstill(epoch: EpochIndex, record: &EpochRecord, now: u32) {
		let stopped = StoppedBlocks::<T>::take();
		let blocks = now.saturating_sub(record.opened_at);
		if stopped > 0 && stopped.saturating_mul(PART) >= blocks {
			StoodStill::<T>::mutate(|epochs| *epochs = epochs.saturating_add(1));
			Self::deposit_event(Event::EpochStoodStill { epoch });
		}
	}
}
