//! The public's proposals: which of them goes to a vote. What backs one counts again at each vote of the public that it waits for,
//! so nobody keeps a proposal waiting by backing new ones, again and again, with tokens that come back. It counts as of then:
//! what backs an old one late counts no more for its age.

use alloc::{collections::BTreeMap, vec::Vec};
use core::{cmp::Reverse, marker::PhantomData};
use frame_support::{
	traits::{Currency, Get, PreInherents},
	weights::Weight,
	BoundedVec,
};
use frame_system::pallet_prelude::BlockNumberFor;
use pallet_democracy::{
	BoundedCallOf, LastTabledWasExternal, NextExternal, PropIndex, PublicProps,
};
use sp_runtime::traits::{CheckedDiv, Saturating};

use crate::{AccountId32, Balance, Config, Pallet, Waits, WeightInfo};

/// The public's proposals, as they are kept.
pub trait Proposals<BlockNumber> {
	/// Whether one of them goes to a vote in block `now`, if there is any.
	fn is_turn(now: BlockNumber) -> bool;

	/// All of them, each with the tokens that back it, in planck.
	fn backed() -> Vec<(u32, Balance)>;

	/// Puts all but one aside, so that it goes to a vote, until [`Self::restore`].
	fn put_forward(proposal: u32);

	/// Brings back what was put aside.
	fn restore();

	/// Has as many as there may be.
	#[cfg(feature = "runtime-benchmarks")]
	fn fill();
}

impl<T: Config> Pallet<T> {
	/// Which goes to a vote next, the foremost first, each with what backs it and what has, at the votes that it has waited for.
	pub(crate) fn ranked_proposals() -> Vec<(u32, Balance, Balance)> {
		let waits: BTreeMap<_, _> = Waits::<T>::get().into_iter().collect();
		let waited = |proposal| waits.get(&proposal).copied().unwrap_or_default();
		let mut all: Vec<_> = T::Proposals::backed()
			.into_iter()
			.map(|(proposal, backing)| (proposal, backing, waited(proposal)))
			.collect();
		// Of two that are alike the older one.
		all.sort_by_key(|(proposal, backing, waited)| {
			(Reverse(backing.saturating_add(*waited)), *proposal)
		});
		all
	}

	/// Has the foremost of the public's proposals go to a vote, if one does in this block.
	pub(crate) fn put_forward(now: BlockNumberFor<T>) -> Weight {
		let looked = T::DbWeight::get().reads(2);
		if !T::Proposals::is_turn(now) {
			return looked;
		}
		let mut ranked = Self::ranked_proposals().into_iter();
		if let Some((foremost, ..)) = ranked.next() {
			T::Proposals::put_forward(foremost);
		}
		let waits =
			ranked.map(|(proposal, backing, waited)| (proposal, waited.saturating_add(backing)));
		Waits::<T>::put(BoundedVec::truncate_from(waits.collect::<Vec<_>>()));
		looked.saturating_add(T::WeightInfo::put_forward())
	}
}

/// [`Proposals`] of a runtime's `pallet-democracy`. What is put aside comes back before any transaction: this has to be among the
/// runtime's `PreInherents`, and [`crate::Pallet`] has to stand before `pallet-democracy` in it.
pub struct DemocracyProposals<T>(PhantomData<T>);

/// Proposals that are put aside: never from one block to the next.
#[frame_support::storage_alias]
type Aside<T: pallet_democracy::Config> = StorageValue<
	Contribution,
	BoundedVec<
		(PropIndex, BoundedCallOf<T>, <T as frame_system::Config>::AccountId),
		<T as pallet_democracy::Config>::MaxProposals,
	>,
>;

impl<T> Proposals<BlockNumberFor<T>> for DemocracyProposals<T>
where
	T: pallet_democracy::Config + frame_system::Config<AccountId = AccountId32>,
	T::Currency: Currency<AccountId32, Balance = Balance>,
{
	fn is_turn(now: BlockNumberFor<T>) -> bool {
		let period = T::LaunchPeriod::get();
		let begins =
			now.checked_div(&period).is_some_and(|times| times.saturating_mul(period) == now);
		begins && (LastTabledWasExternal::<T>::get() || !NextExternal::<T>::exists())
	}

	fn backed() -> Vec<(u32, Balance)> {
		let backing =
			|proposal| pallet_democracy::Pallet::<T>::backing_for(proposal).unwrap_or_default();
		PublicProps::<T>::get()
			.iter()
			.map(|(proposal, ..)| (*proposal, backing(*proposal)))
			.collect()
	}

	fn put_forward(proposal: u32) {
		let mut aside = PublicProps::<T>::get();
		let Some(at) = aside.iter().position(|(one, ..)| *one == proposal) else { return };
		let foremost = aside.swap_remove(at);
		PublicProps::<T>::put(BoundedVec::truncate_from(alloc::vec![foremost]));
		Aside::<T>::put(aside);
	}

	fn restore() {
		let Some(mut all) = Aside::<T>::take() else { return };
		// What was put forward and did not go to a vote is still there.
		for left in PublicProps::<T>::get() {
			let _ = all.try_push(left);
		}
		PublicProps::<T>::put(all);
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn fill() {
		use frame_support::traits::Bounded;
		let who: AccountId32 = frame_benchmarking::account("proposer", 0, 0);
		let all: Vec<_> = (0..T::MaxProposals::get())
			.map(|proposal| {
				let seconders = alloc::vec![who.clone(); T::MaxDeposits::get() as usize];
				let backing = (BoundedVec::truncate_from(seconders), Balance::from(proposal));
				pallet_democracy::DepositOf::<T>::insert(proposal, backing);
				(
					proposal,
					Bounded::Inline(BoundedVec::truncate_from(alloc::vec![1; 128])),
					who.clone(),
				)
			})
			.collect();
		PublicProps::<T>::put(BoundedVec::truncate_from(all));
		LastTabledWasExternal::<T>::put(true);
	}
}

impl<T> PreInherents for DemocracyProposals<T>
where
	Self: Proposals<BlockNumberFor<T>>,
	T: frame_system::Config,
{
	fn pre_inherents() {
		Self::restore();
	}
}
