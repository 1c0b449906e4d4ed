//! Marking tiles by reports.

use alloc::{collections::BTreeMap, vec::Vec};
use codec::DecodeAll;
use frame_support::{
	ensure,
	traits::{fungible::hold::Mutate, tokens::Precision, Get},
};
use sp_runtime::DispatchError;
use substation_primitives::{
	batch::ChunkClaim,
	epoch::InspectEpochs,
	mul_div,
	report::{report_hash, Report, ReportBytes},
	AccountId32, NetworkId, FULL_SCORE,
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
		let mut by_parent = BTreeMap::<Parent, Vec<(u8, u64)>>::new();
		for (tile, length) in tiles {
			let metres = length.checked_div(1_000).unwrap_or_default();
			if metres >= LEAST_METRES {
				by_parent.entry(tile.parent()).or_default().push((tile.slot(), metres));
			}
		}
		let parents = by_parent.len() as u32;
		// What a report is paid for is what it marks: a full score is for so many metres, as tiles were worth.
		let (full, mut worth) = (u64::from(policy.full), 0u64);
		let (mut marked, mut metres) = (0u32, 0u64);
		for (parent, slots) in by_parent {
			let known = Rows::<T>::get(network, parent);
			let as_of = known.as_ref().map(|row| row.at(epoch)).unwrap_or_default();
			let mut row = known.unwrap_or_else(|| Row::new(who.clone(), 0));
			let before = marked;
			for (slot, length) in slots {
				if worth >= full {
					break;
				}
				let weight = as_of.weight(slot, epoch, policy.replenish);
				let counted = mul_div(length.into(), weight.into(), FULL_SCORE.into()) as u64;
				worth = worth.saturating_add(counted);
				if row.mark(slot, now, window) {
					marked = marked.saturating_add(1);
					metres = metres.saturating_add(counted);
				}
			}
			if marked > before {
				Self::take_over(who, &mut row)?;
				Rows::<T>::insert(network, parent, row);
			}
		}
		ensure!(marked > 0, Error::<T>::NothingToMark);
		let bounty = mul_div(T::MarkBounty::get(), metres.min(full).into(), 1_000);
		let paid = T::Funds::pay(network, who, bounty);
		let device = leaf.device;
		Self::deposit_event(Event::Marked { network, device, epoch, tiles: marked, paid });
		Ok(parents)
	}

	/// Has `who` pay for a row, in place of whoever has paid for it before.
	pub(crate) fn take_over(who: &AccountId32, row: &mut Row) -> Result<(), Error<T>> {
		let deposit = T::TilesDeposit::get();
		if row.payer == *who && row.deposit == deposit {
			return Ok(());
		}
		let reason = HoldReason::Tiles.into();
		Self::give_back(row)?;
		T::Currency::hold(&reason, who, deposit).map_err(|_| Error::<T>::CannotPay)?;
		(row.payer, row.deposit) = (who.clone(), deposit);
		Ok(())
	}

	/// Gives a row's deposit back to who has paid it.
	pub(crate) fn give_back(row: &Row) -> Result<(), Error<T>> {
		let (reason, exact) = (HoldReason::Tiles.into(), Precision::BestEffort);
		T::Currency::release(&reason, &row.payer, row.deposit, exact)
			.map(drop)
			.map_err(|_| Error::<T>::CannotPay)
	}

	/// A parent's row; a new one, for which nobody has paid yet, if there is none.
	pub(crate) fn row_of(who: &AccountId32, network: NetworkId, parent: &Parent) -> Row {
		Rows::<T>::get(network, parent).unwrap_or_else(|| Row::new(who.clone(), 0))
	}
}
