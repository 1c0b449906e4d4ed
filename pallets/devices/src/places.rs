//! Places: where a device says that it stands.

use frame_support::{
	dispatch::DispatchResult,
	ensure,
	traits::{
		fungible::Mutate,
		tokens::{Fortitude, Precision, Preservation},
		Get,
	},
};
use substation_primitives::{epoch::InspectEpochs, history, DeviceId};
use substation_proofs::facts::Place;

use crate::{Config, DeviceOf, Devices, Error, Event, Pallet};

impl<T: Config> Pallet<T> {
	/// Checks a place, burns the fee, and lets the device rise from its chairs in old cells and sit down in the new.
	pub(crate) fn do_assert_place(
		device: DeviceId,
		mut row: DeviceOf<T>,
		place: Place,
	) -> DispatchResult {
		ensure!(
			place.latitude.unsigned_abs() <= 900_000_000
				&& place.longitude.unsigned_abs() <= 1_800_000_000,
			Error::<T>::PlaceOutOfRange
		);
		ensure!(Self::cell_of(&place) == Some(place.cell), Error::<T>::WrongCell);
		let now = T::Epochs::now();
		let before = row.clone();
		row.place
			.set(now, T::Epochs::window(), Some(place))
			.map_err(|_| Error::<T>::TooManyChanges)?;
		Self::do_move(&device, &before, &row)?;

		T::Currency::burn_from(
			&row.owner,
			T::PlaceFee::get(),
			Preservation::Preserve,
			Precision::Exact,
			Fortitude::Polite,
		)?;
		Devices::<T>::insert(device, row);
		let from = now.saturating_add(history::DELAY);
		Self::deposit_event(Event::PlaceAsserted { device, from, place });
		Ok(())
	}
}
