//! Leaving: a seat is given up, its row removed once nothing can be claimed, and a device retired.

use frame_support::{dispatch::DispatchResult, ensure};
use sp_runtime::traits::Saturating;
use substation_primitives::{epoch::InspectEpochs, history, DeviceId, NetworkId};

use crate::{
	Config, Descriptions, DeviceOf, Devices, Error, Event, InspectNetworks, Memberships, Pallet,
};

impl<T: Config> Pallet<T> {
	/// Gives a seat up, and the chair with it.
	pub(crate) fn do_leave(device: DeviceId, network: NetworkId) -> DispatchResult {
		let (mut membership, seat) = Self::member(&device, network)?;
		let now = T::Epochs::now();
		membership
			.seat
			.set_reserved(now, T::Epochs::window(), None)
			.map_err(|_| Error::<T>::TooManyChanges)?;
		Self::rise(network, &mut membership, seat.may_report())?;
		Self::unname_aggregator(&seat.aggregator);
		Memberships::<T>::insert(network, device, membership);
		let from = now.saturating_add(history::DELAY);
		Self::deposit_event(Event::Left { device, network, from });
		Ok(())
	}

	/// Removes a membership's row once claims for its last epoch have ended. What a voucher has
	/// spent goes back: however often an owner joins and leaves, a device takes no more than one of
	/// what a maker may vouch for.
	pub(crate) fn do_remove_membership(
		device: DeviceId,
		mut row: DeviceOf<T>,
		network: NetworkId,
	) -> DispatchResult {
		let membership = Memberships::<T>::get(network, device).ok_or(Error::<T>::NotMember)?;
		ensure!(matches!(membership.seat.latest(), Some(None)), Error::<T>::AlreadyMember);
		let last = membership.seat.latest_since().and_then(|since| since.checked_sub(1));
		ensure!(last.is_some_and(T::Epochs::is_expired), Error::<T>::StillClaimable);
		Self::release(&row.owner, membership.deposit)?;
		if let Some(licence) = &membership.licence {
			T::Networks::restore_licence(network, licence);
		}
		row.deposit = row.deposit.saturating_sub(membership.deposit);
		row.networks.retain(|joined| *joined != network);
		Devices::<T>::insert(device, row);
		Self::drop_chair(network, &membership);
		Memberships::<T>::remove(network, device);
		Self::deposit_event(Event::MembershipRemoved { device, network });
		Ok(())
	}

	/// Removes a device that is in no network.
	pub(crate) fn do_retire(device: DeviceId, row: &DeviceOf<T>) -> DispatchResult {
		ensure!(row.networks.is_empty(), Error::<T>::HasMemberships);
		Self::release(&row.owner, row.deposit)?;
		Descriptions::<T>::remove(device);
		Devices::<T>::remove(device);
		Self::deposit_event(Event::Retired { device });
		Ok(())
	}
}
