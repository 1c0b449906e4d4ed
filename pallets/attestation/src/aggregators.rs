//! Aggregators: who may commit, for what bond, and how they leave.

use frame_support::{
	dispatch::DispatchResult,
	ensure,
	traits::{fungible::hold, tokens::Precision, Get},
};
use sp_runtime::traits::Saturating;
use substation_primitives::{keys::Signature, signing, AccountId32, ReportKey, WorkUnits};

use crate::{
	Aggregator, AggregatorOf, Aggregators, BalanceOf, ByteMarket, Config, CurrentEpoch, Error,
	Event, HoldReason, Market, Pallet, Publishers, Rented, Spent, Why, WorkMarket,
};

impl<T: Config> Pallet<T> {
	/// What an aggregator's bond is.
	pub fn bond_for(quota: WorkUnits, allowance: u32) -> BalanceOf<T> {
		let work = T::WorkBond::get().saturating_mul(quota.into());
		let bytes = T::ByteBond::get().saturating_mul(allowance.into());
		T::AggregatorBond::get().saturating_add(work).saturating_add(bytes)
	}

	/// Checks an aggregator's words and key, holds its bond, and grants what it is good for.
	pub(crate) fn do_register_aggregator(
		who: AccountId32,
		publisher: ReportKey,
		proof: &Signature,
		quota: WorkUnits,
		allowance: u32,
	) -> DispatchResult {
		ensure!(!Aggregators::<T>::contains_key(&who), Error::<T>::AlreadyRegistered);
		ensure!(!Publishers::<T>::contains_key(publisher), Error::<T>::PublisherInUse);
		let limits = Self::limits();
		limits.check::<T>(quota, allowance)?;
		let message = signing::publisher(&Self::genesis_hash(), &who);
		ensure!(publisher.verify(proof, &message), Error::<T>::BadProof);
		let bond = Self::bond_for(quota, allowance);
		<T::Currency as hold::Mutate<_>>::hold(&HoldReason::Aggregator.into(), &who, bond)?;

		let rented =
			|asked, market: Market| Rented { asked, paid: market.index, ..Rented::default() };
		let aggregator = Aggregator {
			publisher,
			quota: rented(quota, WorkMarket::<T>::get()),
			spent: Spent::default(),
			allowance: rented(allowance, ByteMarket::<T>::get()),
			bond,
			bonded: bond,
			leaving: None,
			lapses: Self::first_lapse(),
		};
		Publishers::<T>::insert(publisher, &who);
		Self::deposit_event(Event::AggregatorRegistered {
			aggregator: who.clone(),
			publisher,
			quota,
		});
		Self::store_claims(&who, aggregator, &limits);
		Ok(())
	}

	/// Lets another key sign for an aggregator, and moves its allowance there.
	pub(crate) fn do_rotate_publisher(
		who: AccountId32,
		publisher: ReportKey,
		proof: &Signature,
	) -> DispatchResult {
		let mut aggregator = Aggregators::<T>::get(&who).ok_or(Error::<T>::NotAggregator)?;
		ensure!(!Publishers::<T>::contains_key(publisher), Error::<T>::PublisherInUse);
		let message = signing::publisher(&Self::genesis_hash(), &who);
		ensure!(publisher.verify(proof, &message), Error::<T>::BadProof);

		Self::revoke(&aggregator, aggregator.allowance.granted);
		Publishers::<T>::remove(aggregator.publisher);
		Publishers::<T>::insert(publisher, &who);
		aggregator.publisher = publisher;
		Self::grant(&aggregator);
		Aggregators::<T>::insert(&who, aggregator);
		Self::deposit_event(Event::PublisherRotated { aggregator: who, publisher });
		Ok(())
	}

	/// Lets an aggregator leave.
	pub(crate) fn do_leave(who: AccountId32, why: Why) -> DispatchResult {
		let mut aggregator = Aggregators::<T>::get(&who).ok_or(Error::<T>::NotAggregator)?;
		ensure!(aggregator.leaving.is_none(), Error::<T>::AlreadyLeaving);
		Self::charge(&who, &mut aggregator);
		Self::begin_leaving(&who, &mut aggregator, why);
		Self::store_claims(&who, aggregator, &Self::limits());
		Ok(())
	}

	/// Notes from when on an aggregator may have its bond back. What it is granted is to be stored afterwards.
	pub(crate) fn begin_leaving(who: &AccountId32, aggregator: &mut AggregatorOf<T>, why: Why) {
		// The last commitment it can have made is for the epoch before this one.
		let free_at = CurrentEpoch::<T>::get().saturating_add(Self::fact_window());
		aggregator.leaving = Some(free_at);
		Self::deposit_event(Event::AggregatorLeaving { aggregator: who.clone(), free_at, why });
	}

	/// Gives an aggregator's bond back and takes its grants.
	pub(crate) fn do_withdraw(who: AccountId32) -> DispatchResult {
		let mut aggregator = Aggregators::<T>::get(&who).ok_or(Error::<T>::NotAggregator)?;
		let free_at = aggregator.leaving.ok_or(Error::<T>::NotLeaving)?;
		ensure!(CurrentEpoch::<T>::get() >= free_at, Error::<T>::StillBound);
		Self::charge(&who, &mut aggregator);
		let (publisher, bond) = (aggregator.publisher, aggregator.bond);
		<T::Currency as hold::Mutate<_>>::release(
			&HoldReason::Aggregator.into(),
			&who,
			bond,
			Precision::BestEffort,
		)?;
		Self::end_profile(&who)?;

		Self::store_claims(&who, aggregator, &Self::limits());
		Publishers::<T>::remove(publisher);
		Aggregators::<T>::remove(&who);
		Self::deposit_event(Event::AggregatorLeft { aggregator: who, bond });
		Ok(())
	}
}
