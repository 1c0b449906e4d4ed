//! Services: where a device is reached, and for what.

use frame_support::{
	dispatch::DispatchResult,
	ensure,
	traits::{fungible::hold::Mutate, tokens::Precision, Get},
	BoundedVec,
};
use sp_runtime::{
	traits::{Saturating, Zero},
	SaturatedConversion,
};
use substation_primitives::{
	did::{Service, MAX_SERVICES},
	AccountId32, DeviceId,
};

use crate::{
	BalanceOf, Config, DeviceOf, Devices, Error, Event, HoldReason, Pallet, Services, ServicesOf,
};

/// What a device says of where it is reached.
pub type ServiceList = BoundedVec<Service, frame_support::traits::ConstU32<MAX_SERVICES>>;

impl<T: Config> Pallet<T> {
	/// What is held for a list: for its row and each byte of its addresses, nothing for an empty one.
	pub(crate) fn services_deposit(services: &ServiceList) -> BalanceOf<T> {
		if services.is_empty() {
			return Zero::zero();
		}
		let bytes: usize = services.iter().map(|service| service.endpoint.len()).sum();
		let bytes: BalanceOf<T> = bytes.saturated_into::<u32>().into();
		T::ServicesDeposit::get().saturating_add(T::ServiceByteDeposit::get().saturating_mul(bytes))
	}

	/// Takes a list in place of the one before, and holds as much as it takes.
	pub(crate) fn do_set_services(
		device: DeviceId,
		mut row: DeviceOf<T>,
		services: ServiceList,
	) -> DispatchResult {
		ensure!(services.iter().all(Service::is_sound), Error::<T>::BadEndpoint);
		let before = Services::<T>::get(device).map_or_else(Zero::zero, |said| said.deposit);
		let deposit = Self::services_deposit(&services);
		let reason = HoldReason::Device.into();
		if deposit > before {
			T::Currency::hold(&reason, &row.owner, deposit.saturating_sub(before))?;
		} else {
			Self::release(&row.owner, before.saturating_sub(deposit))?;
		}
		row.deposit = row.deposit.saturating_sub(before).saturating_add(deposit);
		Devices::<T>::insert(device, row);
		Services::<T>::set(
			device,
			(!services.is_empty()).then(|| ServicesOf::<T> { services: services.clone(), deposit }),
		);
		Self::deposit_event(Event::ServicesSet { device, services });
		Ok(())
	}

	/// Forgets where a device is reached, when it changes hands: what its owner has said ends with that. What was held for it goes back.
	pub(crate) fn end_services(device: &DeviceId, row: &mut DeviceOf<T>) -> DispatchResult {
		let Some(said) = Services::<T>::take(device) else { return Ok(()) };
		Self::release(&row.owner, said.deposit)?;
		row.deposit = row.deposit.saturating_sub(said.deposit);
		Ok(())
	}

	fn release(owner: &AccountId32, deposit: BalanceOf<T>) -> DispatchResult {
		let reason = HoldReason::Device.into();
		T::Currency::release(&reason, owner, deposit, Precision::BestEffort)?;
		Ok(())
	}
}
