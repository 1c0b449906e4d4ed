//! Profiles: what networks are called, and where people read about them.

use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::{
	dispatch::DispatchResult,
	ensure,
	traits::{fungible::hold::Mutate, Get},
};
use scale_info::TypeInfo;
use sp_runtime::traits::{Saturating, Zero};
use substation_primitives::{profile::Profile, AccountId32, NetworkId};

use crate::{BalanceOf, Config, Error, Event, HoldReason, Pallet, Profiles};

/// What a network's owner says of it, and what is held for that.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Said<Balance> {
	/// What is said.
	pub profile: Profile,
	/// What is held from the network's owner for the row.
	pub deposit: Balance,
}

impl<T: Config> Pallet<T> {
	/// What is held for a profile: for its row and each byte.
	pub fn profile_deposit(profile: &Profile) -> BalanceOf<T> {
		let bytes = T::ProfileByteDeposit::get().saturating_mul(profile.bytes().into());
		T::ProfileDeposit::get().saturating_add(bytes)
	}

	/// What is held for a network's profile.
	pub(crate) fn held_for_profile(network: NetworkId) -> BalanceOf<T> {
		Profiles::<T>::get(network).map_or_else(Zero::zero, |said| said.deposit)
	}

	/// Takes a profile in place of the one before, and holds as much as it takes; none removes it.
	pub(crate) fn do_set_profile(
		network: NetworkId,
		owner: &AccountId32,
		profile: Option<Profile>,
	) -> DispatchResult {
		ensure!(profile.as_ref().is_none_or(Profile::is_sound), Error::<T>::BadProfile);
		let before = Self::held_for_profile(network);
		let said = profile
			.clone()
			.map(|profile| Said { deposit: Self::profile_deposit(&profile), profile });
		let deposit = said.as_ref().map_or_else(Zero::zero, |said| said.deposit);
		if deposit > before {
			let reason = HoldReason::Profile.into();
			T::Currency::hold(&reason, owner, deposit.saturating_sub(before))?;
		} else {
			Self::release(HoldReason::Profile, owner, before.saturating_sub(deposit))?;
		}
		Profiles::<T>::set(network, said);
		Self::deposit_event(Event::ProfileSet { network, profile });
		Ok(())
	}
}
