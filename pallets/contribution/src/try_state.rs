//! What has to hold of the state after every block.

use frame_support::{
	ensure,
	traits::{fungible::InspectHold, InspectLockableCurrency},
};
use sp_runtime::TryRuntimeError;
use substation_primitives::epoch::InspectEpochs;

use crate::{
	AccountId32, Balance, Ballots, Candidates, Config, Contributors, Counted, Founders, HoldReason,
	Locks, Pallet, Seated,
};

impl<T: Config> Pallet<T> {
	/// Checks that candidates are contributors, that nobody is a founder twice, that the total is the sum
	/// of all rows, that deposits are held, and that tokens are locked where rows say so.
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		let (now, left) = (T::Epochs::now(), Self::left());
		let ascending = |list: &[AccountId32]| {
			list.iter().zip(list.iter().skip(1)).all(|(one, next)| one < next)
		};
		let candidates = Candidates::<T>::get();
		ensure!(ascending(&candidates), "candidates are not in order");
		ensure!(ascending(&Seated::<T>::get()), "members are not in order");
		for who in &candidates {
			ensure!(Contributors::<T>::contains_key(who), "a candidate is no contributor");
		}
		ensure!(Self::are_distinct(&Founders::<T>::get()), "a founder is named twice");
		Self::try_locks()?;
		let (mut sum, mut counted, mut rows) = (0u128, 0u128, 0u128);
		for (who, row) in Contributors::<T>::iter() {
			ensure!(row.earned.at <= now, "something was earned in the future");
			ensure!(
				T::Currency::balance_on_hold(&HoldReason::Contributor.into(), &who) >= row.deposit,
				"a contributor's deposit is not held"
			);
			sum = sum.saturating_add(row.earned.in_epoch(now, left));
			counted = counted.saturating_add(row.counted.in_epoch(now, left));
			rows = rows.saturating_add(1);
		}
		// Each is rounded down whenever it fades, and the power is exact to 10^-18 an epoch.
		let is_sum = |total: Balance, sum: Balance| {
			let tolerated = sum.max(total) / 1_000_000_000;
			total.abs_diff(sum) <= tolerated.saturating_add(rows).saturating_add(1_000)
		};
		ensure!(
			is_sum(Self::total_contribution(), sum),
			"the total is not the sum of contributions"
		);
		let electorate = Counted::<T>::get().in_epoch(now, left);
		ensure!(
			is_sum(electorate, counted),
			"the electorate's part is not the sum of what is counted"
		);
		Ok(())
	}

	fn try_locks() -> Result<(), TryRuntimeError> {
		let locked = |who: &AccountId32| T::Tokens::balance_locked(T::Ballots::LOCK, who);
		for (who, tokens) in Locks::<T>::iter() {
			ensure!(tokens > 0, "nothing is locked, and has a row");
			ensure!(locked(&who) == tokens, "what is locked behind votes is not what its row says");
		}
		for who in frame_system::Account::<T>::iter_keys() {
			ensure!(
				locked(&who) == 0 || Locks::<T>::contains_key(&who),
				"tokens are locked behind votes without a row"
			);
		}
		Ok(())
	}
}
