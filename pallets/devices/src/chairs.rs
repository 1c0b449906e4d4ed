//! Chairs: the members of a cell are numbered, so that lots can be cast over them.
//!
//! Who comes takes a chair that was left lately, or one more at the end. Who leaves, or moves to another cell, leaves its chair
//! free; nobody else is moved. A device keeps its chair while it pauses. One that has earned nothing for a long time is sent
//! to the end by anybody who names one behind it that has, and whoever finds a free chair before its own may take it.

use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::{dispatch::DispatchResult, ensure};
use scale_info::TypeInfo;
use substation_primitives::{
	epoch::{InspectEpochs, MAX_CLAIM_EPOCHS, MAX_DISPUTE_EPOCHS},
	history, DeviceId, EpochIndex, NetworkId,
};

use crate::{
	cells::Counts, Cells, Chairs, Config, DeviceOf, Error, Event, MembershipOf, Memberships,
	Pallet, Seat,
};

/// Epochs for which a device has earned nothing before it can be sent to the end.
pub const IDLE: EpochIndex = 272;
/// Of these, epochs whose claims have to have ended: in any network, devices were to report twice.
pub const SEEN: EpochIndex = 48;

// What was paid so long ago is still told apart, and enough of it is over whatever the windows are.
const _: () = assert!(IDLE < crate::claims::SPAN);
const _: () = assert!(IDLE >= 2 + MAX_DISPUTE_EPOCHS + MAX_CLAIM_EPOCHS + SEEN);

/// Where a device sits.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Chair {
	/// In which cell.
	pub cell: u64,
	/// In which of its chairs.
	pub index: u32,
}

/// Whose change it is that where a device sits was changed. Each leaves room for the next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum By {
	/// The device's owner, who seats it.
	Owner,
	/// Somebody who sends it to the end.
	Anybody,
	/// Whoever lets it rise.
	Leaving,
}

impl<T: Config> Pallet<T> {
	/// Who sits in a chair as of `epoch`.
	pub fn chair_at(
		network: NetworkId,
		cell: u64,
		index: u32,
		epoch: EpochIndex,
	) -> Option<DeviceId> {
		Chairs::<T>::get((network, cell, index)).at(epoch).copied().flatten()
	}

	/// Whether nobody sits in a chair of a cell, as set last.
	pub(crate) fn is_free(network: NetworkId, cell: u64, index: u32) -> bool {
		Chairs::<T>::get((network, cell, index)).latest().copied().flatten().is_none()
	}

	/// The first free chair of a cell, if any of the first `looks` is free.
	pub(crate) fn first_free(network: NetworkId, cell: u64, looks: u32) -> Option<u32> {
		let chairs = Cells::<T>::get(network, cell).latest().chairs;
		(0..chairs.min(looks)).find(|index| Self::is_free(network, cell, *index))
	}

	/// Seats a device in a cell, in the first chair that was left lately or in one more. It is counted as one that reports, or
	/// not.
	pub(crate) fn sit(
		network: NetworkId,
		device: &DeviceId,
		membership: &mut MembershipOf<T>,
		cell: Option<u64>,
		reports: bool,
	) -> Result<(), Error<T>> {
		let Some(cell) = cell else { return Ok(()) };
		let row = Cells::<T>::get(network, cell);
		let name = |index: &u32| {
			Self::is_free(network, cell, *index)
				&& Self::name(network, cell, *index, device).is_ok()
		};
		let index = match row.left.iter().copied().find(name) {
			Some(index) => index,
			// There is none, or those there are have changed too often.
			None => {
				let last = row.latest().chairs;
				Self::name(network, cell, last, device)?;
				last
			}
		};
		Self::count_in(network, cell, index, reports)?;
		Self::set_chair(membership, Some(Chair { cell, index }), By::Owner)?;
		Self::tell_chair(*device, network, Chair { cell, index });
		Ok(())
	}

	fn tell_chair(device: DeviceId, network: NetworkId, Chair { cell, index }: Chair) {
		let from = T::Epochs::now().saturating_add(history::DELAY);
		Self::deposit_event(Event::ChairTaken { device, network, from, cell, index });
	}

	/// Writes a device's name on a chair that is free, or on one more.
	fn name(network: NetworkId, cell: u64, index: u32, device: &DeviceId) -> Result<(), Error<T>> {
		let key = (network, cell, index);
		let mut chair = Chairs::<T>::get(key);
		chair
			.set(T::Epochs::now(), T::Epochs::window(), Some(*device))
			.map_err(|_| Error::<T>::TooManyChanges)?;
		Chairs::<T>::insert(key, chair);
		Ok(())
	}

	/// Counts a device in that has sat down.
	fn count_in(network: NetworkId, cell: u64, index: u32, reports: bool) -> Result<(), Error<T>> {
		Self::recount(network, cell, |cell, counts| {
			cell.left.retain(|left| *left != index);
			cell.seated = cell.seated.saturating_add(1);
			counts.chairs = counts.chairs.max(index.saturating_add(1));
			counts.occupied = counts.occupied.saturating_add(reports.into());
		})
	}

	/// Notes where a device sits.
	fn set_chair(
		membership: &mut MembershipOf<T>,
		chair: Option<Chair>,
		by: By,
	) -> Result<(), Error<T>> {
		let (now, window) = (T::Epochs::now(), T::Epochs::window());
		let set = match by {
			By::Owner => membership.chair.set_sparing(now, window, chair),
			By::Anybody => membership.chair.set(now, window, chair),
			By::Leaving => membership.chair.set_reserved(now, window, chair),
		};
		set.map_err(|_| Error::<T>::TooManyChanges)
	}

	/// Lets a device rise from its chair, if it sits in one. It was counted as one that reports, or not.
	pub(crate) fn rise(
		network: NetworkId,
		membership: &mut MembershipOf<T>,
		reported: bool,
	) -> Result<(), Error<T>> {
		let Some(chair) = membership.chair.latest().copied().flatten() else { return Ok(()) };
		Self::leave_chair(network, chair, reported)?;
		Self::set_chair(membership, None, By::Leaving)
	}

	/// Takes a device's name off its chair. A list of names keeps a slot for that.
	fn leave_chair(
		network: NetworkId,
		Chair { cell, index }: Chair,
		reported: bool,
	) -> Result<(), Error<T>> {
		let key = (network, cell, index);
		let mut chair = Chairs::<T>::get(key);
		chair
			.set_reserved(T::Epochs::now(), T::Epochs::window(), None)
			.map_err(|_| Error::<T>::TooManyChanges)?;
		// Nobody has sat in it yet.
		let untouched = chair.is_always(&None);
		match untouched {
			true => Chairs::<T>::remove(key),
			false => Chairs::<T>::insert(key, chair),
		}
		Self::recount(network, cell, |cell, counts| {
			cell.seated = cell.seated.saturating_sub(1);
			counts.occupied = counts.occupied.saturating_sub(reported.into());
			let soon = T::Epochs::now().saturating_add(1);
			let before = cell.counts.at(soon).map_or(0, |counts| counts.chairs);
			match untouched && index.saturating_add(1) == counts.chairs && index >= before {
				true => counts.chairs = index,
				false => cell.note_left(index),
			}
		})
	}

	/// Counts a device that pauses, or reports again, where it sits.
	pub(crate) fn recount_active(
		network: NetworkId,
		membership: &MembershipOf<T>,
		reports: bool,
	) -> Result<(), Error<T>> {
		let Some(Chair { cell, .. }) = membership.chair.latest().copied().flatten() else {
			return Ok(());
		};
		Self::recount(network, cell, |_, counts| {
			counts.occupied = match reports {
				true => counts.occupied.saturating_add(1),
				false => counts.occupied.saturating_sub(1),
			};
		})
	}

	/// Lets a device sit where its place is to be, in each network in which it has a seat.
	pub(crate) fn do_move(
		device: &DeviceId,
		before: &DeviceOf<T>,
		after: &DeviceOf<T>,
	) -> Result<(), Error<T>> {
		for network in &before.networks {
			let (old, new) =
				(Self::latest_cell(*network, before), Self::latest_cell(*network, after));
			// In the same cell, nothing changes.
			if old == new {
				continue;
			}
			let Ok((mut membership, seat)) = Self::member(device, *network) else { continue };
			let reports = seat.may_report();
			Self::rise(*network, &mut membership, reports)?;
			Self::sit(*network, device, &mut membership, new, reports)?;
			Memberships::<T>::insert(network, device, membership);
		}
		Ok(())
	}

	/// Takes a free chair before a device's own.
	pub(crate) fn do_take_chair(
		device: DeviceId,
		network: NetworkId,
		index: u32,
	) -> DispatchResult {
		let (mut membership, seat) = Self::member(&device, network)?;
		let chair = membership.chair.latest().copied().flatten().ok_or(Error::<T>::NoChair)?;
		ensure!(index < chair.index, Error::<T>::ChairNotBefore);
		ensure!(Self::is_free(network, chair.cell, index), Error::<T>::ChairTaken);
		Self::change_chair(device, network, (&mut membership, &seat), chair, index, By::Owner)
	}

	/// Sends a device that has earned nothing for long to the end of its cell, behind one that has.
	pub(crate) fn do_vacate(
		device: DeviceId,
		network: NetworkId,
		behind: DeviceId,
	) -> DispatchResult {
		let (mut membership, seat) = Self::member(&device, network)?;
		let chair = membership.chair.latest().copied().flatten().ok_or(Error::<T>::NoChair)?;
		let (paid, its) = Self::member(&behind, network)?;
		let other = paid.chair.latest().copied().flatten().ok_or(Error::<T>::NoChair)?;
		let follows = other.cell == chair.cell && other.index > chair.index;
		ensure!(follows, Error::<T>::NotBehind);
		let now = T::Epochs::now();
		let Some(first) = now.checked_sub(IDLE) else { return Err(Error::<T>::NotIdle.into()) };
		let ended = Self::first_open(first, now);
		// Of epochs before it was a member bits say nothing.
		let since = its.since.max(first);
		ensure!(paid.claims.any_marked(since..ended.max(since), now), Error::<T>::NotPaid);
		let idle =
			ended.saturating_sub(first) >= SEEN && !membership.claims.any_marked(first..now, now);
		ensure!(idle, Error::<T>::NotIdle);
		let last = Cells::<T>::get(network, chair.cell).latest().chairs;
		let membership = (&mut membership, &seat);
		Self::change_chair(device, network, membership, chair, last, By::Anybody)
	}

	/// The first epoch of these whose claims have not ended.
	pub(crate) fn first_open(first: EpochIndex, now: EpochIndex) -> EpochIndex {
		let (mut ended, mut open) = (first, now);
		while ended < open {
			let middle = ended.saturating_add(open.saturating_sub(ended) / 2);
			match T::Epochs::is_expired(middle) {
				true => ended = middle.saturating_add(1),
				false => open = middle,
			}
		}
		ended
	}

	fn change_chair(
		device: DeviceId,
		network: NetworkId,
		(membership, seat): (&mut MembershipOf<T>, &Seat),
		chair: Chair,
		index: u32,
		by: By,
	) -> DispatchResult {
		let (cell, reports) = (chair.cell, seat.may_report());
		Self::name(network, cell, index, &device)?;
		Self::leave_chair(network, chair, reports)?;
		Self::count_in(network, cell, index, reports)?;
		Self::set_chair(membership, Some(Chair { cell, index }), by)?;
		Memberships::<T>::insert(network, device, membership);
		Self::tell_chair(device, network, Chair { cell, index });
		Ok(())
	}

	/// Removes the row of a chair that has been free for as long as anybody may ask. If it is the cell's last, the cell has one
	/// chair less from two epochs later on.
	pub(crate) fn do_prune_chair(network: NetworkId, cell: u64, index: u32) -> DispatchResult {
		let key = (network, cell, index);
		let is_last = |counts: &Counts| index.saturating_add(1) == counts.chairs;
		let last = is_last(&Cells::<T>::get(network, cell).latest());
		ensure!(Chairs::<T>::contains_key(key) || last, Error::<T>::NotFound);
		ensure!(Self::is_long_free(network, cell, index), Error::<T>::ChairInUse);
		Chairs::<T>::remove(key);
		if last {
			Self::recount(network, cell, |cell, counts| {
				counts.chairs = index;
				cell.left.retain(|left| *left != index);
			})?;
		}
		Self::deposit_event(Event::ChairPruned { network, cell, index });
		Ok(())
	}

	/// Whether a chair has been free for as long as anybody may ask.
	fn is_long_free(network: NetworkId, cell: u64, index: u32) -> bool {
		let chair = Chairs::<T>::get((network, cell, index));
		let horizon = T::Epochs::now().saturating_sub(T::Epochs::window());
		let since = chair.latest_since();
		Self::is_free(network, cell, index) && since.is_none_or(|since| since <= horizon)
	}

	/// Removes the row of the chair that a membership has had last, if nobody needs it.
	pub(crate) fn drop_chair(network: NetworkId, membership: &MembershipOf<T>) {
		let left = membership.chair.latest_since().and_then(|since| since.checked_sub(1));
		let had = left.and_then(|before| membership.chair.at(before).copied().flatten());
		if let Some(Chair { cell, index }) = had {
			if Self::is_long_free(network, cell, index) {
				Chairs::<T>::remove((network, cell, index));
			}
		}
	}
}
