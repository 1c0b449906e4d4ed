//! Makers: who licenses them, what they put at stake, and how a licence ends.

use frame_support::{
	dispatch::DispatchResult,
	ensure,
	traits::{fungible::hold::Mutate, Get},
};
use sp_runtime::{
	traits::{CheckedMul, Saturating, Zero},
	ArithmeticError,
};
use substation_primitives::{epoch::InspectEpochs, AccountId32, NetworkId, ReportKey};

use crate::{
	BalanceOf, Config, Error, Event, HoldReason, Maker, Makers, Network, Networks, Pallet,
};

impl<T: Config> Pallet<T> {
	/// Holds the row's deposit from the network's owner, and licenses a maker.
	pub(crate) fn do_license_maker(
		network: NetworkId,
		mut row: Network<BalanceOf<T>>,
		maker: AccountId32,
		quota: u32,
	) -> DispatchResult {
		ensure!(!Makers::<T>::contains_key(network, &maker), Error::<T>::AlreadyLicensed);
		ensure!(quota > 0, Error::<T>::NoQuota);
		// Who takes it over takes over what is held for makers, too.
		let is_taken = row.offer.as_ref().is_some_and(|offer| offer.by_governance);
		ensure!(!is_taken, Error::<T>::OfferedByGovernance);
		let deposit = T::MakerDeposit::get();
		T::Currency::hold(&HoldReason::Licence.into(), &row.owner, deposit)?;
		row.makers = row.makers.saturating_add(1);
		row.licences = row.licences.saturating_add(deposit);
		Networks::<T>::insert(network, row);
		let (since, bond) = (T::Epochs::now(), Zero::zero());
		let licence = Maker { quota, since, deposit, key: None, bond, ended: None };
		Makers::<T>::insert(network, &maker, licence);
		Self::deposit_event(Event::MakerLicensed { network, maker, quota });
		Ok(())
	}

	/// Holds a maker's bond, and lets its key sign vouchers.
	pub(crate) fn do_post_maker_key(
		network: NetworkId,
		maker: AccountId32,
		key: ReportKey,
	) -> DispatchResult {
		let mut licence = Makers::<T>::get(network, &maker).ok_or(Error::<T>::NotLicensed)?;
		ensure!(licence.ended.is_none(), Error::<T>::LicenceEnded);
		ensure!(licence.key.is_none(), Error::<T>::KeyPosted);
		let bond = T::MakerBondPerDevice::get()
			.checked_mul(&licence.quota.into())
			.ok_or(ArithmeticError::Overflow)?;
		T::Currency::hold(&HoldReason::Maker.into(), &maker, bond)?;
		licence.key = Some(key);
		licence.bond = bond;
		Makers::<T>::insert(network, &maker, licence);
		Self::deposit_event(Event::MakerReady { network, maker, key });
		Ok(())
	}

	/// Ends a licence; the bond is free when the window has passed.
	pub(crate) fn do_end_licence(
		who: &AccountId32,
		network: NetworkId,
		maker: AccountId32,
	) -> DispatchResult {
		let row = Networks::<T>::get(network).ok_or(Error::<T>::NotFound)?;
		let mut licence = Makers::<T>::get(network, &maker).ok_or(Error::<T>::NotLicensed)?;
		ensure!(*who == row.owner || *who == maker, Error::<T>::NotOwner);
		ensure!(licence.ended.is_none(), Error::<T>::LicenceEnded);
		let free_at = T::Epochs::now().saturating_add(T::Epochs::window());
		licence.ended = Some(free_at);
		Makers::<T>::insert(network, &maker, licence);
		Self::deposit_event(Event::MakerEnded { network, maker, free_at });
		Ok(())
	}

	/// Gives deposit and bond of an ended licence back.
	pub(crate) fn do_remove_maker(network: NetworkId, maker: AccountId32) -> DispatchResult {
		let mut row = Networks::<T>::get(network).ok_or(Error::<T>::NotFound)?;
		let licence = Makers::<T>::get(network, &maker).ok_or(Error::<T>::NotLicensed)?;
		let free = licence.ended.is_some_and(|free_at| T::Epochs::now() >= free_at);
		ensure!(free, Error::<T>::StillLicensed);
		Self::release(HoldReason::Licence, &row.owner, licence.deposit)?;
		Self::release(HoldReason::Maker, &maker, licence.bond)?;
		row.makers = row.makers.saturating_sub(1);
		row.licences = row.licences.saturating_sub(licence.deposit);
		Networks::<T>::insert(network, row);
		Makers::<T>::remove(network, &maker);
		Self::deposit_event(Event::MakerRemoved { network, maker });
		Ok(())
	}
}
