//! Marking tiles by reports.

use alloc::collections::BTreeMap;
use codec::DecodeAll;
use frame_support::{ensure, traits::Get};
use sp_runtime::DispatchError;
use substation_primitives::{
	batch::ChunkClaim,
	epoch::InspectEpochs,
	report::{report_hash, Report, ReportBytes},
	AccountId32, NetworkId,
};
use substation_proofs::{
	mapping::{passed, Evidence},
	tiles::Parent,
};

use crate::{
	Config, Error, Event, HoldReason, InspectNetworks as _, InspectReports as _, Pallet,
	PayMarks as _, Row, Rows, LEAST_METRES,
};

impl<T: Config> Pallet<T> {
	/// Marks the tiles of a report's track; tells how many rows were looked at.
	pub(crate) fn do_mark(
		who: &AccountId32,
		shown: ChunkClaim,
		place: u8,
		report: &ReportBytes,
	) -> Result<u32, DispatchError> {
		let network = T::Reports::settled(&shown)?;
		let leaf = shown.leaves.get(usize::from(place)).ok_or(Error::<T>::NoSuchReport)?;
		ensure!(leaf.score > 0, Error::<T>::WorthNothing);
		ensure!(report_hash(report) == leaf.report, Error::<T>::WrongReport);
		let (epoch, now, window) = (shown.epoch, T::Epochs::now(), T::Epochs::window());
		ensure!(epoch.saturating_add(window) >= now, Error::<T>::TooOld);
		let policy = T::Networks::policy(network, epoch).ok_or(Error::<T>::NotMapping)?;
		// What judges have found good can be read, and so can its device's home.
		let read = Report::decode_all(&mut &report[..])
			.and_then(|read| Evidence::decode_all(&mut &read.evidence[..]));
		let evidence = read.map_err(|_| Error::<T>::WrongReport)?;
		let home = T::Reports::home(network, &leaf.device, epoch).ok_or(Error::<T>::TooOld)?;
		let tiles = passed(&policy, home, &evidence).map_err(|_| Error::<T>::WorthNothing)?;
		let mut by_parent = BTreeMap::<Parent, alloc::vec::Vec<u8>>::new();
		for (tile, length) in tiles {
			if length >= LEAST_METRES.saturating_mul(1_000) {
				by_parent.entry(tile.parent()).or_default().push(tile.slot());
			}
		}
		let parents = by_parent.len() as u32;
		let mut marked = 0u32;
		for (parent, slots) in by_parent {
			let known = Rows::<T>::get(network, parent);
			let is_new = known.is_none();
			let mut row = known.unwrap_or_else(|| Row::new(who.clone(), T::TilesDeposit::get()));
			let before = marked;
			for slot in slots {
				let done = row.mark(slot, now, window);
				marked = marked.saturating_add(done.into());
			}
			if marked > before {
				if is_new {
					Self::hold(who, row.deposit)?;
				}
				Rows::<T>::insert(network, parent, row);
			}
		}
		ensure!(marked > 0, Error::<T>::NothingToMark);
		let bounty = T::MarkBounty::get().saturating_mul(marked.into());
		let paid = T::Funds::pay(network, who, bounty);
		let device = leaf.device;
		Self::deposit_event(Event::Marked { network, device, epoch, tiles: marked, paid });
		Ok(parents)
	}

	/// Holds the deposit of a row.
	pub(crate) fn hold(who: &AccountId32, deposit: crate::Balance) -> Result<(), Error<T>> {
		use frame_support::traits::fungible::hold::Mutate;
		T::Currency::hold(&HoldReason::Tiles.into(), who, deposit)
			.map_err(|_| Error::<T>::CannotPay)
	}

	/// A parent's row; one more, for which `who` pays, if there is none.
	pub(crate) fn row_for(
		who: &AccountId32,
		network: NetworkId,
		parent: &Parent,
	) -> Result<Row, Error<T>> {
		if let Some(row) = Rows::<T>::get(network, parent) {
			return Ok(row);
		}
		let row = Row::new(who.clone(), T::TilesDeposit::get());
		Self::hold(who, row.deposit)?;
		Ok(row)
	}
}
