//! Whose a device is: who may decide for it, and how it goes to somebody else.

use frame_support::{
	dispatch::DispatchResult,
	ensure,
	traits::{fungible::hold::Mutate, tokens::Precision, Get},
};
use frame_system::{ensure_signed, pallet_prelude::OriginFor};
use sp_runtime::{DispatchError, SaturatedConversion};
use substation_primitives::{epoch::InspectEpochs, AccountId32, DeviceId, NetworkId, Tenure};

use crate::{
	BalanceOf, Config, DeviceOf, Devices, Error, Event, HoldReason, InspectNetworks, Memberships,
	Pallet,
};

impl<T: Config> Pallet<T> {
	/// The row of a device that the signer owns.
	pub(crate) fn owned(
		origin: OriginFor<T>,
		device: &DeviceId,
	) -> Result<DeviceOf<T>, DispatchError> {
		let who = ensure_signed(origin)?;
		let row = Devices::<T>::get(device).ok_or(Error::<T>::NotFound)?;
		ensure!(row.owner == who, Error::<T>::NotOwner);
		Ok(row)
	}

	/// The row of a device that the signer owns; of anybody's where it is a network that has ended.
	pub(crate) fn owned_or_ended(
		origin: OriginFor<T>,
		device: &DeviceId,
		network: NetworkId,
	) -> Result<DeviceOf<T>, DispatchError> {
		let who = ensure_signed(origin)?;
		let row = Devices::<T>::get(device).ok_or(Error::<T>::NotFound)?;
		ensure!(row.owner == who || T::Networks::has_ended(network), Error::<T>::NotOwner);
		Ok(row)
	}

	/// Gives an owner back what was held.
	pub(crate) fn release(owner: &AccountId32, deposit: BalanceOf<T>) -> DispatchResult {
		let reason = HoldReason::Device.into();
		T::Currency::release(&reason, owner, deposit, Precision::BestEffort)?;
		Ok(())
	}

	/// The block.
	pub(crate) fn block() -> u32 {
		frame_system::Pallet::<T>::block_number().saturated_into()
	}

	/// Whether a device has a seat in a network, as set last.
	pub fn is_seated(network: NetworkId, device: &DeviceId) -> bool {
		Memberships::<T>::get(network, device)
			.is_some_and(|row| row.seat.latest().is_some_and(Option::is_some))
	}

	/// Says who may take the device over.
	pub(crate) fn do_offer(
		device: DeviceId,
		mut row: DeviceOf<T>,
		to: Option<AccountId32>,
	) -> DispatchResult {
		row.offered_to = to.clone();
		Devices::<T>::insert(device, row);
		Self::deposit_event(Event::Offered { device, to });
		Ok(())
	}

	/// Lets the device change hands, and its deposit with it.
	pub(crate) fn do_accept(device: DeviceId, to: AccountId32) -> DispatchResult {
		let mut row = Devices::<T>::get(device).ok_or(Error::<T>::NotFound)?;
		ensure!(row.offered_to.as_ref() == Some(&to), Error::<T>::NotOffered);
		// What was agreed about it ends when it changes hands: there is time to see that before it does again.
		let Tenure { transfers, transferred_at, .. } = row.tenure;
		let pause = transferred_at.saturating_add(T::TransferPause::get());
		ensure!(transfers == 0 || pause <= Self::block(), Error::<T>::JustTransferred);
		row.owners
			.set(T::Epochs::now(), T::Epochs::window(), to.clone())
			.map_err(|_| Error::<T>::TooManyChanges)?;
		Self::end_description(&device, &mut row)?;
		let reason = HoldReason::Device.into();
		T::Currency::hold(&reason, &to, row.deposit)?;
		Self::release(&row.owner, row.deposit)?;
		row.offered_to = None;
		row.tenure.transfers = row.tenure.transfers.saturating_add(1);
		row.tenure.transferred_at = Self::block();
		let from = core::mem::replace(&mut row.owner, to.clone());
		Devices::<T>::insert(device, row);
		Self::deposit_event(Event::Transferred { device, from, to });
		Ok(())
	}
}
