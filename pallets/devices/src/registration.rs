//! Registering: a device comes to the chain with its word that this owner may have it.

use frame_support::{
	dispatch::DispatchResult,
	ensure,
	traits::{fungible::hold::Mutate, Get},
};
use sp_runtime::{traits::SaturatedConversion, Permill};
use substation_primitives::{
	epoch::InspectEpochs, signing, AccountId32, HardwareKey, History, NetworkId, Tenure,
};

use crate::{
	Config, Device, Devices, Error, Event, HoldReason, InspectNetworks, Pallet, RegistrationProof,
	Voucher,
};

impl<T: Config> Pallet<T> {
	/// Checks a device's word for its owner, holds the deposits, and seats it.
	pub(crate) fn do_register(
		owner: AccountId32,
		hardware: HardwareKey,
		proof: RegistrationProof,
		network: NetworkId,
		aggregator: AccountId32,
		cut: Permill,
		voucher: Option<Voucher>,
	) -> DispatchResult {
		let key = hardware.as_report_key().ok_or(Error::<T>::UnsupportedKey)?;
		let device = hardware.device_id();
		ensure!(!Devices::<T>::contains_key(device), Error::<T>::AlreadyRegistered);
		let block: u32 = frame_system::Pallet::<T>::block_number().saturated_into();
		let RegistrationProof { expires, signature } = proof;
		ensure!(block <= expires, Error::<T>::ProofExpired);
		ensure!(T::Networks::takes_members(network), Error::<T>::NetworkClosed);
		let message = signing::registration(&Self::genesis_hash(), &owner, network, expires);
		ensure!(key.verify(&signature, &message), Error::<T>::BadProof);
		let row = Device {
			owner: owner.clone(),
			owners: History::starting(T::Epochs::now(), owner.clone()),
			hardware,
			report_key: History::starting(T::Epochs::now(), key),
			rotations: 0,
			place: Default::default(),
			data_set: Default::default(),
			networks: Default::default(),
			deposit: T::DeviceDeposit::get(),
			offered_to: None,
			tenure: Tenure { registered_at: Self::block(), ..Default::default() },
		};
		let seating = Self::check_seat(&device, row, network, aggregator, cut, voucher)?;

		T::Currency::hold(&HoldReason::Device.into(), &owner, seating.row.deposit)?;
		Self::deposit_event(Event::Registered { device, owner });
		Self::take_seat(device, seating)
	}
}
