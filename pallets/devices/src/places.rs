//! Places: where a device says that it stands.

use alloc::vec::Vec;
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

use crate::{cells::Recount, Config, DeviceOf, Devices, Error, Event, Pallet};

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
		let recounts = Self::recounts(&device, &row, &place)?;
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
		for recount in recounts {
			recount.store::<T>();
		}
		Devices::<T>::insert(device, row);
		let from = now.saturating_add(history::DELAY);
		Self::deposit_event(Event::PlaceAsserted { device, from, place });
		Ok(())
	}

	/// What becomes of the counts of the cells that a device goes from and to, in each network in
	/// which it reports.
	fn recounts(
		device: &DeviceId,
		row: &DeviceOf<T>,
		place: &Place,
	) -> Result<Vec<Recount>, Error<T>> {
		let mut recounts = Vec::new();
		for network in &row.networks {
			let old = Self::latest_cell(*network, row);
			let new = Self::counted_cell(*network, place);
			// In the same cell, nothing changes.
			if old == new
				|| !Self::member(device, *network).is_ok_and(|(_, seat)| seat.may_report())
			{
				continue;
			}
			recounts.extend(Self::recount(*network, old, false)?);
			recounts.extend(Self::recount(*network, new, true)?);
		}
		Ok(recounts)
	}
}
