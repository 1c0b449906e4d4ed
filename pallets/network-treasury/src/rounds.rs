//! Rounds: what has gathered for all networks is given out to their funds, by weight.

use frame_support::traits::{
	fungible::{Inspect, Mutate},
	tokens::{Fortitude, Preservation},
	Get,
};
use substation_primitives::{epoch::InspectEpochs, mul_div, NetworkId};

use crate::{Balance, Config, Event, InspectNetworks, NextRound, Pallet, Round, Rounds};

impl<T: Config> Pallet<T> {
	/// What of the pot can be given out: its account stays.
	pub(crate) fn gathered() -> Balance {
		let (keep, polite) = (Preservation::Preserve, Fortitude::Polite);
		T::Currency::reducible_balance(&Self::pot(), keep, polite)
	}

	/// A network's part of what a round gives out, rounded down.
	pub(crate) fn part_of(round: &Round, network: NetworkId) -> Balance {
		let (weight, sum) = T::Networks::weight(network, round.epoch);
		mul_div(round.amount, weight.into(), sum.into())
	}

	/// Begins a round, or gives one network its part; false if there is nothing to do.
	pub(crate) fn round_step() -> bool {
		let now = T::Epochs::now();
		let Some(round) = Rounds::<T>::get() else {
			let amount = Self::gathered();
			if now < NextRound::<T>::get() || amount == 0 {
				return false;
			}
			NextRound::<T>::put(now.saturating_add(T::RoundLength::get()));
			Rounds::<T>::put(Round { amount, epoch: now, next: 0 });
			Self::deposit_event(Event::RoundBegun { amount, epoch: now });
			return true;
		};
		let network = round.next;
		if network >= T::Networks::count() {
			Rounds::<T>::kill();
			return false;
		}
		Rounds::<T>::put(Round { next: network.saturating_add(1), ..round });
		let part = Self::part_of(&round, network).min(Self::gathered());
		let (pot, fund) = (Self::pot(), T::Networks::fund(network));
		// What a fund cannot take, because it is less than an account holds, waits for the next round.
		if part > 0 && T::Currency::transfer(&pot, &fund, part, Preservation::Preserve).is_ok() {
			Self::deposit_event(Event::NetworkFunded { network, amount: part });
		}
		true
	}
}
