//! Profiles: what aggregators are called, where they are reached, and what they ask for.

use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::{
	dispatch::DispatchResult,
	ensure,
	traits::{fungible::hold::Mutate, tokens::Precision, Get},
};
use scale_info::TypeInfo;
use sp_runtime::traits::{Saturating, Zero};
use substation_primitives::{profile::AggregatorProfile, AccountId32};

use crate::{Aggregators, BalanceOf, Config, Error, Event, HoldReason, Pallet, Profiles};

/// What an aggregator says of itself, and what is held for that.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Said<Balance> {
	/// What it says.
	pub profile: AggregatorProfile,
	/// What is held for the row.
	pub deposit: Balance,
}

impl<T: Config> Pallet<T> {
	/// What is held for a profile: for its row and each byte.
	pub fn profile_deposit(profile: &AggregatorProfile) -> BalanceOf<T> {
		let bytes = T::ProfileByteDeposit::get().saturating_mul(profile.bytes().into());
		T::ProfileDeposit::get().saturating_add(bytes)
	}

	/// Takes a profile in place of the one before, and holds as much as it takes; none removes it.
	pub(crate) fn do_set_profile(
		who: AccountId32,
		profile: Option<AggregatorProfile>,
	) -> DispatchResult {
		let row = Aggregators::<T>::get(&who).ok_or(Error::<T>::NotAggregator)?;
		// Who was evicted does not say it again.
		ensure!(profile.is_none() || row.leaving.is_none(), Error::<T>::AlreadyLeaving);
		ensure!(profile.as_ref().is_none_or(AggregatorProfile::is_sound), Error::<T>::BadProfile);
		let before = Profiles::<T>::get(&who).map_or_else(Zero::zero, |said| said.deposit);
		let said = profile
			.clone()
			.map(|profile| Said { deposit: Self::profile_deposit(&profile), profile });
		let deposit = said.as_ref().map_or_else(Zero::zero, |said| said.deposit);
		if deposit > before {
			let reason = HoldReason::Profile.into();
			T::Currency::hold(&reason, &who, deposit.saturating_sub(before))?;
		} else {
			Self::release_profile(&who, before.saturating_sub(deposit))?;
		}
		Profiles::<T>::set(&who, said);
		Self::deposit_event(Event::ProfileSet { aggregator: who, profile });
		Ok(())
	}

	/// Removes the profile of one that is no aggregator any more, and gives back what was held for it.
	pub(crate) fn end_profile(who: &AccountId32) -> DispatchResult {
		match Profiles::<T>::take(who) {
			Some(said) => Self::release_profile(who, said.deposit),
			None => Ok(()),
		}
	}

	fn release_profile(who: &AccountId32, amount: BalanceOf<T>) -> DispatchResult {
		let reason = HoldReason::Profile.into();
		T::Currency::release(&reason, who, amount, Precision::BestEffort).map(|_| ())
	}
}
