//! Creating: a network gets its number, its owner and its first terms.

use frame_support::{
	dispatch::DispatchResult,
	traits::{fungible::hold::Mutate, Get},
};
use sp_runtime::traits::Zero;
use substation_primitives::{epoch::InspectEpochs, history::DELAY, AccountId32, History};

use crate::{
	Config, Error, Event, HoldReason, Network, NetworkTerms, Networks, NextNetworkId, Pallet,
	Steady, TermsOf,
};

impl<T: Config> Pallet<T> {
	/// Checks the terms, holds the deposit, and stores the network under the next number.
	pub(crate) fn do_create(
		owner: AccountId32,
		terms: TermsOf<T>,
		vouched: bool,
	) -> DispatchResult {
		Self::check_rate_cap(&terms)?;
		Self::check_terms(&terms)?;
		let network = NextNetworkId::<T>::get();
		let next = network.checked_add(1).ok_or(Error::<T>::NumbersExhausted)?;
		let deposit = T::NetworkDeposit::get();

		T::Currency::hold(&HoldReason::Network.into(), &owner, deposit)?;
		NextNetworkId::<T>::put(next);
		let now = T::Epochs::now();
		let from = now.saturating_add(DELAY);
		Steady::<T>::insert(network, (from, from));
		NetworkTerms::<T>::insert(network, History::starting(now, terms.clone()));
		let row = Network {
			owner: owner.clone(),
			deposit,
			vouched,
			makers: 0,
			licences: Zero::zero(),
			retired: None,
			offer: None,
		};
		Networks::<T>::insert(network, row);
		Self::deposit_event(Event::Created { network, owner, terms });
		Ok(())
	}
}
