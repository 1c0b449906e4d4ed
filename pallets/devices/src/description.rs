//! Descriptions: where a device is reached and for what, what else it is called, and the key to agree on secrets with.

use alloc::vec::Vec;
use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::{
	dispatch::DispatchResult,
	ensure,
	traits::{fungible::hold::Mutate, Get},
};
use scale_info::TypeInfo;
use sp_runtime::traits::{Saturating, Zero};
use substation_primitives::{
	did::{self, Description},
	epoch::InspectEpochs,
	keys::Signature,
	signing, DeviceId,
};

use crate::{BalanceOf, Config, Descriptions, DeviceOf, Devices, Error, Event, HoldReason, Pallet};

/// What a device's owner says of it, and what is held for that.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Said<Balance> {
	/// What is said.
	pub description: Description,
	/// The part of the device's deposit that is for this row.
	pub deposit: Balance,
}

/// What there is to say of a device's document beside it (DID Resolution, metadata). Numbers of blocks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct Resolution {
	/// When the device was registered.
	pub created: u32,
	/// When it changed hands last, or was registered, if it never has.
	pub transferred: u32,
	/// How often its report key was rotated, and how often it has changed hands, in sum.
	pub version: u32,
	/// As of which block the document is.
	pub read: u32,
}

impl<T: Config> Pallet<T> {
	/// What is held for a description: for its row and each byte, nothing for an empty one.
	pub(crate) fn description_deposit(description: &Description) -> BalanceOf<T> {
		if description.is_empty() {
			return Zero::zero();
		}
		let bytes: BalanceOf<T> = description.bytes().into();
		T::DescriptionDeposit::get()
			.saturating_add(T::DescriptionByteDeposit::get().saturating_mul(bytes))
	}

	/// Takes a description in place of the one before, and holds as much as it takes. A new key to agree on secrets with has the
	/// hardware key's certificate.
	pub(crate) fn do_describe(
		device: DeviceId,
		mut row: DeviceOf<T>,
		description: Description,
		certificate: Option<Signature>,
	) -> DispatchResult {
		ensure!(description.is_sound(), Error::<T>::BadAddress);
		let before = Descriptions::<T>::get(device);
		let known = before.as_ref().and_then(|said| said.description.agreement_key);
		if let Some(key) = description.agreement_key.filter(|key| known != Some(*key)) {
			let message = signing::agreement(&Self::genesis_hash(), &device, &row.owner, &key);
			let signed = certificate.zip(row.hardware.as_report_key());
			let certified = signed.is_some_and(|(by, hardware)| hardware.verify(&by, &message));
			ensure!(certified, Error::<T>::BadCertificate);
		}
		let before = before.map_or_else(Zero::zero, |said| said.deposit);
		let deposit = Self::description_deposit(&description);
		if deposit > before {
			let reason = HoldReason::Device.into();
			T::Currency::hold(&reason, &row.owner, deposit.saturating_sub(before))?;
		} else {
			Self::release(&row.owner, before.saturating_sub(deposit))?;
		}
		row.deposit = row.deposit.saturating_sub(before).saturating_add(deposit);
		Devices::<T>::insert(device, row);
		let said = Said { description: description.clone(), deposit };
		Descriptions::<T>::set(device, Some(said).filter(|said| !said.description.is_empty()));
		Self::deposit_event(Event::Described { device, description });
		Ok(())
	}

	/// Forgets what was said of a device when it changes hands: that ends with its owner. What was held for it goes back.
	pub(crate) fn end_description(device: &DeviceId, row: &mut DeviceOf<T>) -> DispatchResult {
		let Some(said) = Descriptions::<T>::take(device) else { return Ok(()) };
		Self::release(&row.owner, said.deposit)?;
		row.deposit = row.deposit.saturating_sub(said.deposit);
		Ok(())
	}

	/// See [`Pallet::did_document`].
	pub(crate) fn did_document_of(device: DeviceId) -> Option<Vec<u8>> {
		let row = Devices::<T>::get(device)?;
		let (genesis, key) = (Self::genesis_hash(), row.report_key.at(T::Epochs::now()));
		let said = Self::description(device);
		let text = did::document(&genesis, &device, &row.owner, &row.hardware, key, &said);
		Some(text.into_bytes())
	}

	/// See [`Pallet::did_resolution`].
	pub(crate) fn did_resolution_of(device: DeviceId) -> Option<Resolution> {
		let row = Devices::<T>::get(device)?;
		let tenure = row.tenure;
		Some(Resolution {
			created: tenure.registered_at,
			transferred: tenure.registered_at.max(tenure.transferred_at),
			version: row.rotations.saturating_add(tenure.transfers),
			read: Self::block(),
		})
	}
}
