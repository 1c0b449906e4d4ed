//! Seats: who carries a device's reports in a network, for which cut, and whether it is paused.

use frame_support::{
	dispatch::DispatchResult,
	ensure,
	traits::{fungible::hold::Mutate, Get},
};
use sp_runtime::{
	traits::{CheckedAdd, Zero},
	ArithmeticError, DispatchError, Permill,
};
use substation_primitives::{
	epoch::InspectEpochs, history, signing, AccountId32, DeviceId, NetworkId,
};

use crate::{
	claims, BalanceOf, Carried, Config, DeviceOf, Devices, Error, Event, HoldReason,
	InspectNetworks, Licence, Membership, MembershipOf, Memberships, Pallet, Seat, Voucher,
};

impl Seat {
	/// Whether reports count.
	pub fn may_report(&self) -> bool {
		!self.paused
	}
}

/// A seat that a device may take; nothing is stored yet.
#[must_use]
pub(crate) struct Seating<T: Config> {
	/// The device's row, as it will be.
	pub(crate) row: DeviceOf<T>,
	/// To be held from the owner for the membership.
	pub(crate) deposit: BalanceOf<T>,
	network: NetworkId,
	membership: MembershipOf<T>,
	seat: Seat,
	/// The licence that a voucher spends a device of.
	spends: Option<Licence>,
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

	/// Gives a device one more seat, and holds the deposit for a new row.
	pub(crate) fn do_join(
		device: DeviceId,
		row: DeviceOf<T>,
		network: NetworkId,
		aggregator: AccountId32,
		cut: Permill,
		voucher: Option<Voucher>,
	) -> DispatchResult {
		let seating = Self::check_seat(&device, row, network, aggregator, cut, voucher)?;
		T::Currency::hold(&HoldReason::Device.into(), &seating.row.owner, seating.deposit)?;
		Self::take_seat(device, seating)
	}

	/// Checks that a device may take a seat, but not that its owner can pay.
	pub(crate) fn check_seat(
		device: &DeviceId,
		mut row: DeviceOf<T>,
		network: NetworkId,
		aggregator: AccountId32,
		cut: Permill,
		voucher: Option<Voucher>,
	) -> Result<Seating<T>, DispatchError> {
		let now = T::Epochs::now();
		let since = now.saturating_add(history::DELAY);
		let seat = Seat { aggregator, carried_since: since, cut, since, paused: false };
		let mut deposit = BalanceOf::<T>::zero();
		let mut spends = None;
		let mut membership = match Memberships::<T>::get(network, device) {
			Some(membership) => {
				let left = matches!(membership.seat.latest(), Some(None));
				ensure!(left, Error::<T>::AlreadyMember);
				membership
			}
			None => {
				row.networks.try_push(network).map_err(|_| Error::<T>::TooManyNetworks)?;
				let message = signing::voucher(&Self::genesis_hash(), network, device);
				spends = T::Networks::check_voucher(network, voucher.as_ref(), &message)?;
				deposit = match spends {
					Some(_) => T::VouchedDeposit::get(),
					None => T::OpenDeposit::get(),
				};
				row.deposit = row.deposit.checked_add(&deposit).ok_or(ArithmeticError::Overflow)?;
				let claims = claims::ClaimBits::new(now);
				Membership {
					seat: Default::default(),
					chair: Default::default(),
					claims,
					deposit,
					licence: spends.clone(),
				}
			}
		};
		Self::change_seat(&mut membership, seat.clone())?;
		Ok(Seating { row, deposit, network, membership, seat, spends })
	}

	/// Stores a seat that was checked and paid for, with a chair.
	pub(crate) fn take_seat(device: DeviceId, seating: Seating<T>) -> DispatchResult {
		let Seating { row, network, mut membership, seat, spends, .. } = seating;
		let cell = Self::latest_cell(network, &row);
		Self::sit(network, &device, &mut membership, cell, seat.may_report())?;
		if let Some(licence) = spends {
			T::Networks::spend_licence(network, &licence);
		}
		Devices::<T>::insert(device, row);
		Self::name_aggregator(&seat.aggregator);
		Self::store_seat(device, network, membership, seat);
		Ok(())
	}

	/// Counts one seat more for an aggregator.
	fn name_aggregator(aggregator: &AccountId32) {
		Carried::<T>::mutate(aggregator, |seats| *seats = seats.saturating_add(1));
	}

	/// Counts one seat less for an aggregator.
	pub(crate) fn unname_aggregator(aggregator: &AccountId32) {
		Carried::<T>::mutate_exists(aggregator, |seats| {
			*seats = seats.unwrap_or_default().checked_sub(1).filter(|left| *left > 0);
		});
	}

	/// Chooses another aggregator or cut. Nothing is told of a seat that is so already.
	pub(crate) fn do_set_seat(
		device: DeviceId,
		network: NetworkId,
		aggregator: AccountId32,
		cut: Permill,
	) -> DispatchResult {
		let (mut membership, before) = Self::member(&device, network)?;
		let carried_since = match aggregator == before.aggregator {
			true => before.carried_since,
			false => T::Epochs::now().saturating_add(history::DELAY),
		};
		let seat = Seat { aggregator, carried_since, cut, ..before.clone() };
		if seat == before {
			return Ok(());
		}
		Self::change_seat(&mut membership, seat.clone())?;
		Self::unname_aggregator(&before.aggregator);
		Self::name_aggregator(&seat.aggregator);
		Self::store_seat(device, network, membership, seat);
		Ok(())
	}

	/// Pauses a device, or lets it report again; its cell counts it only while it reports, and its chair stays its own. Nothing
	/// is told of a device that is so already.
	pub(crate) fn do_set_paused(
		device: DeviceId,
		network: NetworkId,
		paused: bool,
	) -> DispatchResult {
		let (mut membership, before) = Self::member(&device, network)?;
		if paused == before.paused {
			return Ok(());
		}
		let seat = Seat { paused, ..before };
		Self::change_seat(&mut membership, seat.clone())?;
		Self::recount_active(network, &membership, !paused)?;
		Self::store_seat(device, network, membership, seat);
		Ok(())
	}

	/// Lets a seat count from two epochs later on, in a row that is stored afterwards.
	fn change_seat(membership: &mut MembershipOf<T>, seat: Seat) -> Result<(), Error<T>> {
		membership
			.seat
			.set(T::Epochs::now(), T::Epochs::window(), Some(seat))
			.map_err(|_| Error::<T>::TooManyChanges)
	}

	fn store_seat(device: DeviceId, network: NetworkId, membership: MembershipOf<T>, seat: Seat) {
		Memberships::<T>::insert(network, device, membership);
		let from = T::Epochs::now().saturating_add(history::DELAY);
		Self::deposit_event(Event::Seated { device, network, from, seat });
	}
}
