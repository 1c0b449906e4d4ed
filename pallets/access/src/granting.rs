//! Giving a grant, and taking it away.

use frame_support::{
	dispatch::DispatchResult,
	ensure,
	traits::{fungible::hold::Mutate, tokens::Precision, Get},
};
use sp_runtime::DispatchError;
use substation_primitives::{DeviceId, Tenure};

use crate::{
	AccountId32, Balance, Config, Error, Grant, Granted, Grants, HoldReason, InspectDevices,
	Pallet, Streams,
};

impl<T: Config> Pallet<T> {
	/// Since when a device is this account's.
	pub(crate) fn owned(who: &AccountId32, device: &DeviceId) -> Result<Tenure, Error<T>> {
		let (owner, tenure) = T::Devices::tenure(device).ok_or(Error::<T>::NotFound)?;
		ensure!(owner == *who, Error::<T>::NotOwner);
		Ok(tenure)
	}

	/// Holds what the rows of a grant cost.
	pub(crate) fn hold_grant(who: &AccountId32) -> Result<Balance, DispatchError> {
		let deposit = T::GrantDeposit::get();
		T::Currency::hold(&HoldReason::Grant.into(), who, deposit)
			.map_err(|_| Error::<T>::CannotPay)?;
		Ok(deposit)
	}

	/// Stores a grant where both sides find it.
	pub(crate) fn add_grant(device: DeviceId, to: &AccountId32, grant: Grant) {
		Granted::<T>::insert(to, device, ());
		Grants::<T>::insert(device, to, grant);
	}

	/// Makes room for a new grant: one that is void, or a gift where `gifts` are replaced, is taken away.
	pub(crate) fn make_room(device: &DeviceId, to: &AccountId32, gifts: bool) -> DispatchResult {
		let Some(grant) = Grants::<T>::get(device, to) else { return Ok(()) };
		let replaced = gifts && grant.agreement.is_none();
		ensure!(replaced || Self::valid_until(device, &grant).is_err(), Error::<T>::AlreadyGranted);
		Self::remove_grant(device, to, grant)
	}

	/// Takes a grant away: its deposit goes back, and what it is paid by ends.
	pub(crate) fn remove_grant(
		device: &DeviceId,
		to: &AccountId32,
		grant: Grant,
	) -> DispatchResult {
		if let Some(agreement) = grant.agreement {
			T::Streams::end(agreement)?;
		}
		let reason = HoldReason::Grant.into();
		T::Currency::release(&reason, &grant.payer, grant.deposit, Precision::BestEffort)?;
		Grants::<T>::remove(device, to);
		Granted::<T>::remove(to, device);
		Ok(())
	}
}
