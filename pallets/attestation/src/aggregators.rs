//! Aggregators: who may commit, for what bond, and how they leave.

use frame_support::{
	dispatch::DispatchResult,
	ensure,
	traits::{fungible::hold, tokens::Precision, Get},
};
use sp_runtime::traits::Saturating;
use substation_primitives::{
	batch::BODY_WORK, keys::Signature, signing, AccountId32, ReportKey, WorkUnits,
};

use crate::{
	offchain, Aggregator, Aggregators, BalanceOf, Config, CurrentEpoch, Error, Event, HoldReason,
	MutateAllowance, Pallet, Publishers, Spent, TotalAllowance, TotalQuota,
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
		let least = Self::now().map_or(0, |(_, _, record)| Self::least_quota(&record));
		ensure!(quota >= BODY_WORK.max(least), Error::<T>::QuotaTooSmall);
		ensure!(allowance > 0, Error::<T>::AllowanceTooSmall);
		let total_quota = TotalQuota::<T>::get().saturating_add(quota.into());
		ensure!(
			total_quota <= Self::latest_parameters().epoch_work.into(),
			Error::<T>::QuotaExhausted
		);
		let total_allowance = TotalAllowance::<T>::get().saturating_add(allowance.into());
		ensure!(total_allowance <= T::StoreQuota::get(), Error::<T>::AllowanceExhausted);
		let message = signing::publisher(&Self::genesis_hash(), &who);
		ensure!(publisher.verify(proof, &message), Error::<T>::BadProof);
		let bond = Self::bond_for(quota, allowance);
		<T::Currency as hold::Mutate<_>>::hold(&HoldReason::Aggregator.into(), &who, bond)?;

		T::Allowances::grant(&publisher, offchain::statements_for(allowance), allowance);
		TotalQuota::<T>::put(total_quota);
		TotalAllowance::<T>::put(total_allowance);
		Publishers::<T>::insert(publisher, &who);
		let spent = Spent::default();
		let aggregator = Aggregator { publisher, quota, spent, allowance, bond, leaving: None };
		Aggregators::<T>::insert(&who, aggregator);
		Self::deposit_event(Event::AggregatorRegistered { aggregator: who, publisher, quota });
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

		let statements = offchain::statements_for(aggregator.allowance);
		T::Allowances::revoke(&aggregator.publisher, statements, aggregator.allowance);
		T::Allowances::grant(&publisher, statements, aggregator.allowance);
		Publishers::<T>::remove(aggregator.publisher);
		Publishers::<T>::insert(publisher, &who);
		aggregator.publisher = publisher;
		Aggregators::<T>::insert(&who, aggregator);
		Self::deposit_event(Event::PublisherRotated { aggregator: who, publisher });
		Ok(())
	}

	/// Notes from when on an aggregator may have its bond back.
	pub(crate) fn do_leave(who: AccountId32) -> DispatchResult {
		let mut aggregator = Aggregators::<T>::get(&who).ok_or(Error::<T>::NotAggregator)?;
		ensure!(aggregator.leaving.is_none(), Error::<T>::AlreadyLeaving);
		// The last commitment it can have made is for the epoch before this one.
		let free_at = CurrentEpoch::<T>::get().saturating_add(Self::fact_window());
		aggregator.leaving = Some(free_at);
		Aggregators::<T>::insert(&who, aggregator);
		Self::deposit_event(Event::AggregatorLeaving { aggregator: who, free_at });
		Ok(())
	}

	/// Gives an aggregator's bond back and takes its grants.
	pub(crate) fn do_withdraw(who: AccountId32) -> DispatchResult {
		let aggregator = Aggregators::<T>::get(&who).ok_or(Error::<T>::NotAggregator)?;
		let free_at = aggregator.leaving.ok_or(Error::<T>::NotLeaving)?;
		ensure!(CurrentEpoch::<T>::get() >= free_at, Error::<T>::StillBound);
		let Aggregator { publisher, quota, allowance, bond, .. } = aggregator;
		<T::Currency as hold::Mutate<_>>::release(
			&HoldReason::Aggregator.into(),
			&who,
			bond,
			Precision::BestEffort,
		)?;

		T::Allowances::revoke(&publisher, offchain::statements_for(allowance), allowance);
		TotalQuota::<T>::mutate(|total| *total = total.saturating_sub(quota.into()));
		TotalAllowance::<T>::mutate(|total| *total = total.saturating_sub(allowance.into()));
		Publishers::<T>::remove(publisher);
		Aggregators::<T>::remove(&who);
		Self::deposit_event(Event::AggregatorLeft { aggregator: who, bond });
		Ok(())
	}
}
