//! The council: who is seated when a term ends, and what that weighs.

use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use core::cmp::Reverse;
use frame_support::{
	ensure,
	traits::{ChangeMembers, Get},
	weights::Weight,
	BoundedVec,
};
use substation_primitives::{epoch::InspectEpochs, NetworkId};

use crate::{
	AccountId32, Candidates, Config, Contributors, Error, Event, Founders, NextSeating, Pallet,
	Seated, WeightInfo,
};

impl<T: Config> Pallet<T> {
	/// Seats the foremost, until the next term ends. No more than [`Config::MaxChanges`] come, and no more go: whoever has a
	/// majority earned at once does not have the council at once.
	pub(crate) fn seat() {
		NextSeating::<T>::put(T::Epochs::now().saturating_add(T::Term::get()));
		let foremost = Self::ranked();
		let least = T::MinFounders::get().max(1) as usize;
		// It never is one or two people: whoever sat there goes on.
		if foremost.len() < least {
			return;
		}
		let before = Seated::<T>::get();
		let members = Self::changed(&before, &foremost, least);
		if before.as_slice() != members.as_slice() {
			T::Council::set_members_sorted(&members, &before);
			Seated::<T>::put(BoundedVec::truncate_from(members.clone()));
		}
		Self::deposit_event(Event::CouncilSeated { members });
	}

	/// Who sits after `before`, by account, if `foremost` are to: never fewer than `least`.
	fn changed(before: &[AccountId32], foremost: &[AccountId32], least: usize) -> Vec<AccountId32> {
		let most = T::MaxChanges::get() as usize;
		let mut going: Vec<_> = before
			.iter()
			.filter(|member| !foremost.contains(member))
			.map(|member| (Self::counts(member), member.clone()))
			.collect();
		// Who counts for least goes first.
		going.sort_unstable();
		let new = foremost.iter().filter(|member| !before.contains(member));
		// The first council comes at once.
		let may_come = if before.is_empty() { foremost.len() } else { most };
		let may_go = before
			.len()
			.saturating_add(new.clone().count().min(may_come))
			.saturating_sub(least)
			.min(most);
		let gone: BTreeSet<_> = going.into_iter().take(may_go).map(|(_, member)| member).collect();
		let mut members: Vec<_> =
			before.iter().filter(|member| !gone.contains(member)).cloned().collect();
		// Of those who come none makes a network stronger than it may be beside those who stay.
		let founders = Founders::<T>::get();
		let mut of_networks = BTreeMap::<NetworkId, u32>::new();
		for member in members.iter().filter(|member| !founders.contains(member)) {
			Self::count_seat(&mut of_networks, member);
		}
		let mut came = 0usize;
		for member in new {
			let full = came >= may_come || members.len() >= T::Seats::get() as usize;
			if full {
				break;
			}
			if founders.contains(member)
				|| Self::count_seat(&mut of_networks, member) <= T::NetworkSeats::get()
			{
				members.push(member.clone());
				came = came.saturating_add(1);
			}
		}
		// Who would go stays where nobody comes.
		for member in gone {
			if members.len() >= least {
				break;
			}
			members.push(member);
		}
		members.sort_unstable();
		members
	}

	/// Who would sit if all seats were given at once, the foremost first: candidates who count for enough, of each network no
	/// more than [`Config::NetworkSeats`]; then founders. As long as there are not as many such candidates as seats, some seats
	/// ([`Config::MinFounders`]) are the founders'.
	pub(crate) fn ranked() -> Vec<AccountId32> {
		let least = T::SeatMinimum::get();
		let mut candidates: Vec<_> = Candidates::<T>::get()
			.into_iter()
			.map(|candidate| (Reverse(Self::counts(&candidate)), candidate))
			.filter(|(counts, _)| counts.0 >= least)
			.collect();
		candidates.sort_unstable();
		let mut of_networks = BTreeMap::<NetworkId, u32>::new();
		let mut members: Vec<_> = candidates
			.into_iter()
			.filter(|(_, candidate)| {
				Self::count_seat(&mut of_networks, candidate) <= T::NetworkSeats::get()
			})
			.map(|(_, candidate)| candidate)
			.take(T::Seats::get() as usize)
			.collect();
		let seats = T::Seats::get() as usize;
		let founders: Vec<_> =
			Founders::<T>::get().into_iter().filter(|founder| !members.contains(founder)).collect();
		if members.len() < seats {
			let kept = founders.len().min(T::MinFounders::get() as usize);
			members.truncate(seats.saturating_sub(kept));
		}
		members.extend(founders);
		members.truncate(seats);
		members
	}

	/// Counts a seat for the network in which somebody was paid most. How many it has then.
	fn count_seat(of_networks: &mut BTreeMap<NetworkId, u32>, who: &AccountId32) -> u32 {
		let home = Contributors::<T>::get(who).map_or(0, |row| row.home.network);
		let seats = of_networks.entry(home).or_default();
		*seats = seats.saturating_add(1);
		*seats
	}

	/// Checks that founders are named once each, and that there are enough of them.
	pub(crate) fn ensure_founders(founders: &[AccountId32]) -> Result<(), Error<T>> {
		ensure!(Self::are_distinct(founders), Error::<T>::FounderTwice);
		let least = T::MinFounders::get() as usize;
		ensure!(founders.len() >= least, Error::<T>::TooFewFounders);
		Ok(())
	}

	/// Whether nobody is named twice.
	pub(crate) fn are_distinct(accounts: &[AccountId32]) -> bool {
		accounts.iter().collect::<BTreeSet<_>>().len() == accounts.len()
	}

	/// What seating weighs, with what the council does about its motions.
	pub(crate) fn weight_of_seating() -> Weight {
		let motions = T::MaxMotions::get().into();
		T::WeightInfo::seat().saturating_add(T::DbWeight::get().reads_writes(motions, motions))
	}
}
