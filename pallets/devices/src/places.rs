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

use crate::{Config, DeviceOf, Devices, Error, Event, Memberships, Pallet};

impl<T: Config> Pallet<T> {
	/// Checks a place, burns the fee, and counts the device out of its old cells and into the new.
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
		let before = *row.place.latest().unwrap_or(&None);
		let now = T::Epochs::now();
		row.place
			.set(now, T::Epochs::window(), Some(place))
			.map_err(|_| Error::<T>::TooManyChanges)?;
		T::Currency::burn_from(
			&row.owner,
			T::PlaceFee::get(),
			Preservation::Preserve,
			Precision::Exact,
			Fortitude::Polite,
		)?;
		for network in &row.networks {
			let counted = Memberships::<T>::get(network, device)
				.and_then(|membership| membership.seat.latest().cloned().flatten())
				.is_some_and(|seat| seat.may_report());
			if counted {
				Self::count(*network, Some(&before), false)?;
				Self::count(*network, Some(&Some(place)), true)?;
			}
		}
		Devices::<T>::insert(device, row);
		let from = now.saturating_add(history::DELAY);
		Self::deposit_event(Event::PlaceAsserted { device, from, place });
		Ok(())
	}
}
