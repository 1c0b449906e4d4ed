//! Stops: how often the council may have stopped what moves money. Nobody is paid in a stop, and nobody's contribution
//! grows: whoever sits could sit for ever.

use frame_support::traits::{Get, SafeModeNotify};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::Saturating;

use crate::{Config, Pallet, Stops};

impl<T: Config> Pallet<T> {
	/// Whether the council may stop what moves money: there were fewer than [`Config::MaxStops`] stops, whoever made them, in
	/// the last [`Config::StopsWithin`] blocks.
	pub fn may_stop() -> bool {
		let now = frame_system::Pallet::<T>::block_number();
		let recent = |at: &&BlockNumberFor<T>| now.saturating_sub(**at) < T::StopsWithin::get();
		(Stops::<T>::get().iter().filter(recent).count() as u32) < T::MaxStops::get()
	}

	/// Notes that it was stopped.
	fn note_stop() {
		let mut stops = Stops::<T>::get();
		if stops.is_full() && !stops.is_empty() {
			stops.remove(0);
		}
		// There is room now, or none at all.
		let _ = stops.try_push(frame_system::Pallet::<T>::block_number());
		Stops::<T>::put(stops);
	}
}

impl<T: Config> SafeModeNotify for Pallet<T> {
	fn entered() {
		Self::note_stop();
	}

	fn exited() {}
}
