//! Cells: how many devices of a network are numbered together, and how many of them report, as a fact.

use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::{dispatch::DispatchResult, ensure, pallet_prelude::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use substation_primitives::{
	epoch::InspectEpochs, history, DeviceId, EpochIndex, History, NetworkId,
};
use substation_proofs::facts::{Numbering, Place, PLACE_RESOLUTION};

use crate::{Cells, Config, DeviceOf, Devices, Error, Event, InspectNetworks, Pallet, COUNTS_KEPT};

/// Chairs of a cell that were left lately and are remembered.
pub const LEFT_KEPT: u32 = 4;

/// What is counted in a cell.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Counts {
	/// Devices that sit in it and report.
	pub occupied: u32,
	/// Chairs, free ones included: their numbers begin at 0.
	pub chairs: u32,
}

/// A cell of a network.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Cell {
	/// What is counted, as a fact.
	pub counts: History<Counts, COUNTS_KEPT>,
	/// Devices that sit in it, those that pause included, as set last.
	pub seated: u32,
	/// From when on that is so.
	pub since: EpochIndex,
	/// Chairs that were left lately, in the order of their numbers: who comes takes the first of them.
	pub left: BoundedVec<u32, ConstU32<LEFT_KEPT>>,
}

impl Cell {
	/// Notes that a chair was left. Of more than are kept, the first ones are.
	pub(crate) fn note_left(&mut self, index: u32) {
		if let Err(place) = self.left.binary_search(&index) {
			let _ = self.left.force_insert_keep_left(place, index);
		}
	}

	/// What is counted, as set last.
	pub(crate) fn latest(&self) -> Counts {
		self.counts.latest().copied().unwrap_or_default()
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

	/// The H3 cell of `network` that a device stands in as of `epoch`, if the network has such cells and this is still
	/// known.
	pub fn cell(network: NetworkId, device: &DeviceId, epoch: EpochIndex) -> Option<u64> {
		let place = (*Devices::<T>::get(device)?.place.at(epoch)?)?;
		let resolution = T::Networks::numbering(network).resolution()?;
		Self::parent(resolution, &place)
	}

	/// Whether `network` numbers devices in H3 cells, and `cell` is one of these.
	pub fn counts_in(network: NetworkId, cell: u64) -> bool {
		let resolution = T::Networks::numbering(network).resolution();
		let cell = h3o::CellIndex::try_from(cell).ok();
		cell.is_some_and(|cell| Some(u8::from(cell.resolution())) == resolution)
	}

	fn parent(resolution: u8, place: &Place) -> Option<u64> {
		let resolution = h3o::Resolution::try_from(resolution).ok()?;
		let cell = h3o::CellIndex::try_from(place.cell).ok()?;
		cell.parent(resolution).map(Into::into)
	}

	/// The cell in which `network` has a chair for a device at `place`, if it has any.
	pub(crate) fn cell_at(network: NetworkId, place: Option<&Place>) -> Option<u64> {
		match T::Networks::numbering(network) {
			Numbering::None => None,
			Numbering::InCell(resolution) => Self::parent(resolution, place?),
			Numbering::InNetwork => Some(0),
		}
	}

	/// The cell in which `network` has a chair for a device where it was placed last.
	pub(crate) fn latest_cell(network: NetworkId, row: &DeviceOf<T>) -> Option<u64> {
		Self::cell_at(network, row.place.latest().and_then(Option::as_ref))
	}

	/// Counts in a cell from two epochs later on.
	pub(crate) fn recount(
		network: NetworkId,
		id: u64,
		change: impl FnOnce(&mut Cell, &mut Counts),
	) -> Result<(), Error<T>> {
		let mut cell = Cells::<T>::get(network, id);
		let mut counts = cell.latest();
		let seated = cell.seated;
		change(&mut cell, &mut counts);
		if cell.seated != seated {
			cell.since = T::Epochs::now().saturating_add(history::DELAY);
		}
		cell.counts
			.set(T::Epochs::now(), T::Epochs::window(), counts)
			.map_err(|_| Error::<T>::TooManyChanges)?;
		// A device that was to enter and has changed its mind leaves no row behind.
		match cell.seated == 0 && cell.counts.is_always(&Counts::default()) {
			true => Cells::<T>::remove(network, id),
			false => Cells::<T>::insert(network, id, cell),
		}
		Ok(())
	}

	/// Removes the row of a cell in which nobody has sat for as long as anybody may ask.
	pub(crate) fn do_prune_cell(network: NetworkId, id: u64) -> DispatchResult {
		let cell = Cells::<T>::get(network, id);
		ensure!(!cell.counts.is_empty(), Error::<T>::NotFound);
		let horizon = T::Epochs::now().saturating_sub(T::Epochs::window());
		ensure!(cell.seated == 0 && cell.since <= horizon, Error::<T>::CellInUse);
		Cells::<T>::remove(network, id);
		Self::deposit_event(Event::CellPruned { network, cell: id });
		Ok(())
	}
}
