//! What has to hold of the state after every block.

use frame_support::{ensure, traits::fungible::InspectHold};
use sp_runtime::TryRuntimeError;
use substation_primitives::epoch::InspectEpochs;

use crate::{AccountId32, Candidates, Config, Contributors, HoldReason, Pallet, Seated};

impl<T: Config> Pallet<T> {
	/// Checks that candidates are contributors, that the total is the sum of all rows, and that
	/// deposits are held.
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
		let (mut sum, mut rows) = (0u128, 0u128);
		for (who, row) in Contributors::<T>::iter() {
			ensure!(row.earned.at <= now, "something was earned in the future");
			ensure!(
				T::Currency::balance_on_hold(&HoldReason::Contributor.into(), &who) >= row.deposit,
				"a contributor's deposit is not held"
			);
			sum = sum.saturating_add(row.earned.in_epoch(now, left));
			rows = rows.saturating_add(1);
		}
		// Each is rounded down whenever it fades, and the power is exact to 10^-18 an epoch.
		let total = Self::total_contribution();
		let tolerated = (sum.max(total) / 1_000_000_000).saturating_add(rows).saturating_add(1_000);
		ensure!(total.abs_diff(sum) <= tolerated, "the total is not the sum of contributions");
		Ok(())
	}
}
