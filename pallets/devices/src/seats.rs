//! Seats: who carries a device's reports in a network, for which cut, and whether it is paused.

use frame_support::{
	dispatch::DispatchResult,
	ensure,
	traits::{fungible::hold::Mutate, Get},
};
use sp_runtime::{traits::Saturating, Permill};
use substation_primitives::{
	epoch::InspectEpochs, history, signing, AccountId32, DeviceId, NetworkId,
};

use crate::{
	claims, Config, DeviceOf, Devices, Error, Event, HoldReason, InspectNetworks, Membership,
	MembershipOf, Memberships, Pallet, Seat, Voucher,
};

impl Seat {
	/// Whether reports count.
	pub fn may_report(&self) -> bool {
		!self.paused
	}
}

impl<T: Config> Pallet<T> {
	/// A membership with a seat, as set last.
	pub(crate) fn member(
		device: &DeviceId,
		network: NetworkId,
	) -> Result<(MembershipOf<T>, Seat), Error<T>> {
		let membership = Memberships::<T>::get(network, device).ok_or(Error::<T>::NotMember)?;
		let seat = membership.seat.latest().cloned().flatten().ok_or(Error::<T>::NotMember)?;
		Ok((membership, seat))
	}

	/// Seats a device in a network, and stores it.
	pub(crate) fn seat(
		device: DeviceId,
		mut row: DeviceOf<T>,
		network: NetworkId,
		aggregator: AccountId32,
		cut: Permill,
		voucher: Option<Voucher>,
	) -> DispatchResult {
		let now = T::Epochs::now();
		let since = now.saturating_add(history::DELAY);
		let seat = Seat { aggregator, cut, since, paused: false };
		let membership = match Memberships::<T>::get(network, device) {
			Some(membership) => {
				let left = matches!(membership.seat.latest(), Some(None));
				ensure!(left, Error::<T>::AlreadyMember);
				membership
			}
			None => {
				row.networks.try_push(network).map_err(|_| Error::<T>::TooManyNetworks)?;
				let message = signing::voucher(&Self::genesis_hash(), network, &device);
				T::Networks::take_voucher(network, voucher.as_ref(), &message)?;
				let deposit = match T::Networks::is_vouched(network) {
					true => T::VouchedDeposit::get(),
					false => T::OpenDeposit::get(),
				};
				T::Currency::hold(&HoldReason::Device.into(), &row.owner, deposit)?;
				row.deposit = row.deposit.saturating_add(deposit);
				let claims = claims::ClaimBits::new(now);
				Membership { seat: Default::default(), claims, deposit }
			}
		};
		Self::count(network, row.place.latest(), true)?;
		Devices::<T>::insert(device, row);
		Self::change_seat(device, network, membership, seat)
	}

	/// Stores a seat that counts from two epochs later on.
	pub(crate) fn change_seat(
		device: DeviceId,
		network: NetworkId,
		mut membership: MembershipOf<T>,
		seat: Seat,
	) -> DispatchResult {
		let now = T::Epochs::now();
		membership
			.seat
			.set(now, T::Epochs::window(), Some(seat.clone()))
			.map_err(|_| Error::<T>::TooManyChanges)?;
		Memberships::<T>::insert(network, device, membership);
		let from = now.saturating_add(history::DELAY);
		Self::deposit_event(Event::Seated { device, network, from, seat });
		Ok(())
	}

	/// Pauses a device, or lets it report again; its cell counts it only while it reports.
	pub(crate) fn do_set_paused(
		device: DeviceId,
		row: &DeviceOf<T>,
		network: NetworkId,
		paused: bool,
	) -> DispatchResult {
		let (membership, seat) = Self::member(&device, network)?;
		if seat.paused != paused {
			Self::count(network, row.place.latest(), !paused)?;
		}
		Self::change_seat(device, network, membership, Seat { paused, ..seat })
	}
}
