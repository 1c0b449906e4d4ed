//! Everything that is stored twice, checked against each other.

use alloc::collections::BTreeMap;
use codec::Encode;
use frame_support::{ensure, traits::fungible::InspectHold};
use sp_runtime::traits::{Saturating, Zero};
use substation_primitives::{AccountId32, NetworkId};

use crate::{
	BalanceOf, Config, HoldReason, Makers, NetworkTerms, NetworkWeights, Networks, NextNetworkId,
	Pallet, Profiles, Steady, WeightSum,
};

impl<T: Config> Pallet<T> {
	/// Checks everything that is stored twice against each other.
	pub(crate) fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
		let mut holds = BTreeMap::new();
		let mut holds_for = |reason: HoldReason, who: AccountId32, amount: BalanceOf<T>| {
			let sum = holds.entry((who, reason.encode())).or_insert((reason, Zero::zero()));
			sum.1 = amount.saturating_add(sum.1);
		};
		let mut sum = 0u64;
		for (network, row) in Networks::<T>::iter() {
			let mut licences: BalanceOf<T> = Zero::zero();
			for (maker, licence) in Makers::<T>::iter_prefix(network) {
				licences = licences.saturating_add(licence.deposit);
				holds_for(HoldReason::Licence, row.owner.clone(), licence.deposit);
				holds_for(HoldReason::Maker, maker, licence.bond);
			}
			if let Some(from) = row.retired {
				let terms = NetworkTerms::<T>::get(network).unwrap_or_default();
				ensure!(
					terms.latest().is_some_and(|terms| !terms.open),
					"a retired network is open"
				);
				let since = terms.latest_since();
				ensure!(since.is_some_and(|since| since <= from), "a network closes too late");
			}
			if let Some(said) = Profiles::<T>::get(network) {
				ensure!(said.profile.is_sound(), "a profile cannot be shown");
				holds_for(HoldReason::Profile, row.owner.clone(), said.deposit);
			}
			holds_for(HoldReason::Network, row.owner, row.deposit);
			ensure!(network < NextNetworkId::<T>::get(), "a network's number was not given");
			ensure!(NetworkTerms::<T>::contains_key(network), "a network has no terms");
			ensure!(
				Makers::<T>::iter_prefix(network).count() as u32 == row.makers,
				"a network's count of makers drifted"
			);
			ensure!(row.licences == licences, "a network's sum of licences' deposits drifted");
			sum = sum.saturating_add(Self::latest_weight(network).into());
		}
		ensure!(
			WeightSum::<T>::get().latest().copied().unwrap_or(0) == sum,
			"WeightSum drifted from the networks' weights"
		);
		let is_there = |network: NetworkId| Networks::<T>::contains_key(network);
		ensure!(NetworkTerms::<T>::iter_keys().all(is_there), "terms belong to no network");
		ensure!(Profiles::<T>::iter_keys().all(is_there), "a profile belongs to no network");
		ensure!(Steady::<T>::iter_keys().all(is_there), "a steady time belongs to no network");
		ensure!(NetworkWeights::<T>::iter_keys().all(is_there), "a weight belongs to no network");
		ensure!(
			Makers::<T>::iter_keys().all(|(network, _)| is_there(network)),
			"a maker belongs to no network"
		);
		for ((who, _), (reason, amount)) in holds {
			ensure!(
				T::Currency::balance_on_hold(&reason.into(), &who) == amount,
				"what is held is not what rows say"
			);
		}
		Ok(())
	}
}
