//! The council: who is seated when a term ends, and what that weighs.

use alloc::{collections::BTreeSet, vec::Vec};
use core::cmp::Reverse;
use frame_support::{
	ensure,
	traits::{ChangeMembers, Get},
	weights::Weight,
	BoundedVec,
};
use substation_primitives::epoch::InspectEpochs;

use crate::{
	AccountId32, Candidates, Config, Error, Event, Founders, NextSeating, Pallet, Seated,
	WeightInfo,
};

impl<T: Config> Pallet<T> {
	/// Seats the foremost, until the next term ends.
	pub(crate) fn seat() {
		NextSeating::<T>::put(T::Epochs::now().saturating_add(T::Term::get()));
		let mut members = Self::ranked();
		// It never is one or two people: whoever sat there goes on.
		if members.len() < T::MinFounders::get().max(1) as usize {
			return;
		}
		members.sort_unstable();
		let before = Seated::<T>::get();
		if before.as_slice() != members.as_slice() {
			T::Council::set_members_sorted(&members, &before);
			Seated::<T>::put(BoundedVec::truncate_from(members.clone()));
		}
		Self::deposit_event(Event::CouncilSeated { members });
	}

	/// Who would be seated now, the foremost first: candidates who count for enough, then founders.
	pub(crate) fn ranked() -> Vec<AccountId32> {
		let mut candidates: Vec<_> = Candidates::<T>::get()
			.into_iter()
			.map(|candidate| (Reverse(Self::counts(&candidate)), candidate))
			.filter(|(counts, _)| counts.0 >= T::SeatMinimum::get())
			.collect();
		candidates.sort_unstable();
		let mut members: Vec<_> = candidates.into_iter().map(|(_, candidate)| candidate).collect();
		for founder in Founders::<T>::get() {
			if !members.contains(&founder) {
				members.push(founder);
			}
		}
		members.truncate(T::Seats::get() as usize);
		members
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
