//! What has to hold of the state after every block.

use alloc::collections::BTreeMap;
use frame_support::{ensure, traits::fungible::InspectHold};
use sp_runtime::TryRuntimeError;
use substation_primitives::purse::MOST_REMADE;

use crate::{
	AccountId32, Agreements, Balance, Config, Divisions, HoldReason, NextAgreementId, NextOfferId,
	Offers, Pallet, Parties, Records, State, Terms, Usages,
};

impl<T: Config> Pallet<T> {
	/// Checks that rows fit each other, and that what is held is what they say.
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut held = BTreeMap::<(bool, AccountId32), Balance>::new();
		let mut taken = BTreeMap::<u32, u16>::new();
		let mut parties = 0usize;
		for (number, row) in Agreements::<T>::iter() {
			ensure!(number < NextAgreementId::<T>::get(), "an agreement's number was not given");
			ensure!(row.division.is_sound(), "an agreement's sales make too much again");
			let fits = match (&row.terms, &row.state) {
				(Terms::Meter { .. }, State::Metered { .. }) => row.key.is_some(),
				(Terms::Stream { .. }, State::Streaming { .. }) => true,
				_ => false,
			};
			ensure!(fits, "an agreement is not as its terms are");
			for party in [&row.buyer, &row.provider] {
				ensure!(
					Parties::<T>::contains_key(party, number),
					"a side does not find its agreement"
				);
			}
			parties = parties.saturating_add(if row.buyer == row.provider { 1 } else { 2 });
			let sum = held.entry((false, row.buyer)).or_default();
			*sum = sum.saturating_add(row.deposit);
			if let Some(offer) = row.offer {
				let places = taken.entry(offer).or_default();
				*places = places.saturating_add(1);
			}
		}
		ensure!(
			Parties::<T>::iter().count() == parties,
			"a side finds an agreement that is not there"
		);
		for (_, offer, row) in Offers::<T>::iter() {
			ensure!(offer < NextOfferId::<T>::get(), "an offer's number was not given");
			ensure!(Records::<T>::contains_key(&row.provider), "a provider has no record");
			ensure!(row.taken <= row.ask.places, "an offer has more agreements than places");
			ensure!(
				row.taken == taken.get(&offer).copied().unwrap_or(0),
				"an offer's places are not what agreements take"
			);
			let sum = held.entry((true, row.provider)).or_default();
			*sum = sum.saturating_add(row.deposit);
		}
		for ((offer, who), amount) in held {
			let reason = if offer { HoldReason::Offer } else { HoldReason::Agreement };
			ensure!(
				T::Currency::balance_on_hold(&reason.into(), &who) == amount,
				"what is held is not what rows say"
			);
		}
		for division in Divisions::<T>::iter_values() {
			ensure!(division.is_sound(), "a network's sales make too much again");
		}
		for (_, slot, usage) in Usages::<T>::iter() {
			ensure!(
				slot == Self::usage_slot(usage.epoch),
				"use is counted in another epoch's place"
			);
			let remade = usage.seller.saturating_add(usage.network);
			let most = MOST_REMADE.mul_floor(usage.cost);
			ensure!(remade <= most, "more was made again of sales than may be");
		}
		Ok(())
	}
}
