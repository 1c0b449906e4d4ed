//! Cells: how many devices of a network stand in each, as a fact.

use frame_support::{dispatch::DispatchResult, ensure};
use substation_primitives::{epoch::InspectEpochs, DeviceId, EpochIndex, NetworkId};
use substation_proofs::facts::{Place, PLACE_RESOLUTION};

use crate::{Config, Count, DeviceOf, Devices, Error, Event, InspectNetworks, Occupancy, Pallet};

/// What a cell's count becomes; nothing is stored yet.
#[must_use]
pub(crate) struct Recount {
	network: NetworkId,
	cell: u64,
	count: Count,
}

impl Recount {
	/// Stores it.
	pub(crate) fn store<T: Config>(self) {
		let Self { network, cell, count } = self;
		// A device that was to enter and has changed its mind leaves no row behind.
		match count.is_always(&0) {
			true => Occupancy::<T>::remove(network, cell),
			false => Occupancy::<T>::insert(network, cell, count),
		}
	}
}

impl<T: Config> Pallet<T> {
	/// The H3 cell at [`PLACE_RESOLUTION`] that holds a place's point.
	///
	/// It is found in floating point, and is still the same on every machine: the chain's is
	/// computed by WebAssembly alone, whose arithmetic on finite numbers is everywhere the same,
	/// with sines and the like by Rust code that is compiled into it. A program that links its
	/// platform's instead may find another cell for a point within a millionth of a metre of an
	/// edge.
	pub fn cell_of(place: &Place) -> Option<u64> {
		let degrees = |value: i32| f64::from(value) / 1e7;
		let point = h3o::LatLng::new(degrees(place.latitude), degrees(place.longitude)).ok()?;
		let resolution = h3o::Resolution::try_from(PLACE_RESOLUTION).ok()?;
		Some(point.to_cell(resolution).into())
	}

	/// The cell of `network` that a device counts in as of `epoch`, if it does and this is still
	/// known.
	pub fn cell(network: NetworkId, device: &DeviceId, epoch: EpochIndex) -> Option<u64> {
		let place = (*Devices::<T>::get(device)?.place.at(epoch)?)?;
		Self::counted_cell(network, &place)
	}

	/// Whether `network` counts devices in cells, and `cell` is one of these.
	pub fn counts_in(network: NetworkId, cell: u64) -> bool {
		let resolution = T::Networks::cell_resolution(network);
		let cell = h3o::CellIndex::try_from(cell).ok();
		cell.is_some_and(|cell| Some(u8::from(cell.resolution())) == resolution)
	}

	/// The cell in which `network` counts a device at `place`, if it counts devices.
	pub(crate) fn counted_cell(network: NetworkId, place: &Place) -> Option<u64> {
		let resolution = T::Networks::cell_resolution(network)?;
		let resolution = h3o::Resolution::try_from(resolution).ok()?;
		let cell = h3o::CellIndex::try_from(place.cell).ok()?;
		cell.parent(resolution).map(Into::into)
	}

	/// The cell in which `network` counts a device where it was placed last.
	pub(crate) fn latest_cell(network: NetworkId, row: &DeviceOf<T>) -> Option<u64> {
		let place = row.place.latest().copied().flatten()?;
		Self::counted_cell(network, &place)
	}

	/// What becomes of a cell's count when a device enters, or leaves; nothing if there is no cell.
	pub(crate) fn recount(
		network: NetworkId,
		cell: Option<u64>,
		enters: bool,
	) -> Result<Option<Recount>, Error<T>> {
		let Some(cell) = cell else {
			return Ok(None);
		};
		let mut count = Occupancy::<T>::get(network, cell);
		let now = count.latest().copied().unwrap_or(0);
		let next = if enters { now.saturating_add(1) } else { now.saturating_sub(1) };
		count
			.set(T::Epochs::now(), T::Epochs::window(), next)
			.map_err(|_| Error::<T>::TooManyChanges)?;
		Ok(Some(Recount { network, cell, count }))
	}

	/// Removes the row of a cell that has been empty for as long as anybody may ask.
	pub(crate) fn do_prune_cell(network: NetworkId, cell: u64) -> DispatchResult {
		let count = Occupancy::<T>::get(network, cell);
		let since = count.latest_since().ok_or(Error::<T>::NotFound)?;
		let horizon = T::Epochs::now().saturating_sub(T::Epochs::window());
		ensure!(count.latest() == Some(&0) && since <= horizon, Error::<T>::CellInUse);
		Occupancy::<T>::remove(network, cell);
		Self::deposit_event(Event::CellPruned { network, cell });
		Ok(())
	}
}
