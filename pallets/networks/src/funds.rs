//! Funds and deposits: a network's account, and what is given back of what was held.

use frame_support::{
	dispatch::DispatchResult,
	traits::{fungible::hold::Mutate, tokens::Precision, Get},
};
use sp_runtime::traits::AccountIdConversion;
use substation_primitives::{AccountId32, NetworkId};

use crate::{BalanceOf, Config, HoldReason, Pallet};

impl<T: Config> Pallet<T> {
	/// The account of a network's fund.
	pub fn fund(network: NetworkId) -> AccountId32 {
		T::PalletId::get().into_sub_account_truncating(network)
	}

	/// Gives back what was held for `reason`.
	pub(crate) fn release(
		reason: HoldReason,
		who: &AccountId32,
		amount: BalanceOf<T>,
	) -> DispatchResult {
		T::Currency::release(&reason.into(), who, amount, Precision::BestEffort).map(drop)
	}
}
