//! Budgets: what there is for an epoch, and who is paid of it by the era.

use frame_support::traits::{
	fungible::{Balanced, Mutate},
	Get,
};
use sp_runtime::{traits::AccountIdConversion, Permill};
use substation_primitives::{AccountId32, Balance, EpochIndex};

use crate::{
	Config, Divisions, Event, FirstUnpaid, InspectSettlements, IssuanceCurve, Issued, Pallet,
	TakeIncome,
};

impl<T: Config> Pallet<T> {
	/// An epoch's budget; nothing if it was void.
	pub fn budget_of(epoch: EpochIndex) -> Balance {
		if T::Settlements::is_void(epoch) {
			return 0;
		}
		IssuanceCurve::<T>::get().budget(epoch)
	}

	/// The reserve's account.
	pub fn reserve() -> AccountId32 {
		T::ReserveId::get().into_account_truncating()
	}

	/// Pays treasury and reserve for the epochs that have ended since this was last called, and tells what validators get for
	/// them if `staked` of `issuance` is staked: what that earns, and their part of the budgets at the most. The caller issues
	/// it. What stake does not need goes to the reserve.
	pub fn pay_era(staked: Balance, issuance: Balance) -> Balance {
		let from = FirstUnpaid::<T>::get();
		let to = T::Settlements::now().min(from.saturating_add(T::MaxEpochsPerEra::get()));
		FirstUnpaid::<T>::put(to);
		let divisions = Divisions::<T>::get();
		let (mut part, mut treasury, mut reserve): (Balance, Balance, Balance) = (0, 0, 0);
		let mut epochs = 0u32;
		for epoch in from..to {
			let (budget, division) = (Self::budget_of(epoch), Self::division_at(&divisions, epoch));
			let add = |sum: &mut Balance, part: Permill| {
				*sum = sum.saturating_add(part.mul_floor(budget));
			};
			add(&mut part, division.validators);
			add(&mut treasury, division.treasury);
			add(&mut reserve, division.reserve);
			epochs = epochs.saturating_add((budget > 0).into());
		}
		let earned = T::Returns::get().earned(staked, issuance, epochs, T::EpochsPerYear::get());
		let validators = part.min(earned);
		reserve = reserve.saturating_add(part.saturating_sub(validators));
		let mut issued = validators.saturating_add(treasury);
		T::Income::issued(T::Currency::issue(treasury));
		if T::Currency::mint_into(&Self::reserve(), reserve).is_ok() {
			issued = issued.saturating_add(reserve);
		}
		Issued::<T>::mutate(|sum| *sum = sum.saturating_add(issued));
		Self::deposit_event(Event::FundsPaid { from, to, validators, treasury, reserve });
		validators
	}
}

impl<T: Config> sp_staking::EraPayout<Balance> for Pallet<T> {
	/// Epochs count, and not the time that they took: budgets are by epochs, too.
	fn era_payout(staked: Balance, issuance: Balance, _millis: u64) -> (Balance, Balance) {
		(Self::pay_era(staked, issuance), 0)
	}
}
