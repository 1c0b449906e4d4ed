//! A device's keys: for which chain they sign, and how the report key is rotated.

use frame_support::{dispatch::DispatchResult, ensure};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::Zero;
use substation_primitives::{
	epoch::InspectEpochs, history, keys::Signature, signing, DeviceId, ReportKey, H256,
};

use crate::{Config, DeviceOf, Devices, Error, Event, Pallet};

impl<T: Config> Pallet<T> {
	/// Hash of the chain's first block.
	pub fn genesis_hash() -> H256 {
		frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero())
	}

	/// Checks the hardware key's certificate, and lets the new key sign from two epochs later on.
	pub(crate) fn do_rotate(
		device: DeviceId,
		mut row: DeviceOf<T>,
		key: ReportKey,
		certificate: &Signature,
	) -> DispatchResult {
		let message = signing::rotation(&Self::genesis_hash(), &device, &key, row.rotations);
		let certified = row
			.hardware
			.as_report_key()
			.is_some_and(|hardware| hardware.verify(certificate, &message));
		ensure!(certified, Error::<T>::BadCertificate);
		let now = T::Epochs::now();
		row.report_key
			.set_reserved(now, T::Epochs::window(), key)
			.map_err(|_| Error::<T>::TooManyChanges)?;
		row.rotations = row.rotations.saturating_add(1);
		Devices::<T>::insert(device, row);
		let from = now.saturating_add(history::DELAY);
		Self::deposit_event(Event::Rotated { device, from, key });
		Ok(())
	}
}
