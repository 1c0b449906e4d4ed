//! What is told of grants.

use alloc::vec::Vec;
use substation_primitives::DeviceId;

use crate::{AccountId32, Config, Grant, Granted, Grants, Pallet};

/// What one answer holds at the most.
pub const PAGE: u32 = 50;

impl<T: Config> Pallet<T> {
	pub(crate) fn grants_from(
		device: DeviceId,
		after: Option<AccountId32>,
		limit: u32,
	) -> Vec<(AccountId32, Grant)> {
		let rows = match after {
			Some(who) => {
				let key = Grants::<T>::hashed_key_for(device, &who);
				Grants::<T>::iter_prefix_from(device, key)
			}
			None => Grants::<T>::iter_prefix(device),
		};
		rows.take(limit.min(PAGE) as usize).collect()
	}

	pub(crate) fn granted_from(
		who: AccountId32,
		after: Option<DeviceId>,
		limit: u32,
	) -> Vec<(DeviceId, Grant)> {
		let devices = match after {
			Some(device) => {
				let key = Granted::<T>::hashed_key_for(&who, device);
				Granted::<T>::iter_prefix_from(&who, key)
			}
			None => Granted::<T>::iter_prefix(&who),
		};
		devices
			.take(limit.min(PAGE) as usize)
			.filter_map(|(device, ())| Some((device, Grants::<T>::get(device, &who)?)))
			.collect()
	}
}
