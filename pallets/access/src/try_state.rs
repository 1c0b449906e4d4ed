//! What has to hold of the state after every block.

use alloc::collections::BTreeMap;
use frame_support::{ensure, traits::fungible::InspectHold};
use sp_runtime::TryRuntimeError;

use crate::{AccountId32, Balance, Config, Granted, Grants, HoldReason, Pallet, Tariffs};

impl<T: Config> Pallet<T> {
	/// Checks that both sides find each grant, and that what is held is what rows say.
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut held = BTreeMap::<(bool, AccountId32), Balance>::new();
		let mut grants = 0usize;
		for (device, to, grant) in Grants::<T>::iter() {
			ensure!(Granted::<T>::contains_key(&to, device), "somebody does not find its grant");
			ensure!(!grant.scope.is_empty(), "a grant is of nothing");
			let sum = held.entry((false, grant.payer)).or_default();
			*sum = sum.saturating_add(grant.deposit);
			grants = grants.saturating_add(1);
		}
		ensure!(Granted::<T>::iter().count() == grants, "somebody finds a grant that is not there");
		for posted in Tariffs::<T>::iter_values() {
			ensure!(!posted.tariffs.is_empty(), "nothing is posted, and paid for");
			let sum = held.entry((true, posted.owner)).or_default();
			*sum = sum.saturating_add(posted.deposit);
		}
		for ((tariffs, who), amount) in held {
			let reason = if tariffs { HoldReason::Tariffs } else { HoldReason::Grant };
			ensure!(
				T::Currency::balance_on_hold(&reason.into(), &who) == amount,
				"what is held is not what rows say"
			);
		}
		Ok(())
	}
}
