//! What has to hold of the state after every block.

use alloc::collections::BTreeMap;
use frame_support::{ensure, traits::fungible::InspectHold};
use sp_runtime::TryRuntimeError;
use substation_primitives::purse::MOST_REMADE;

use crate::{
	AccountId32, Agreements, Balance, Bills, Collected, Config, Deals, Divisions, HoldReason,
	NextAgreementId, NextOfferId, Offers, Pallet, Parties, Records, SoldOf, State, Terms, Usages,
};

/// What rows say that is held, by the reason's index and whose it is.
type Held = BTreeMap<(u8, AccountId32), (HoldReason, Balance)>;

fn hold(held: &mut Held, reason: HoldReason, who: &AccountId32, amount: Balance) {
	let (_, sum) = held.entry((reason as u8, who.clone())).or_insert((reason, 0));
	*sum = sum.saturating_add(amount);
}

impl<T: Config> Pallet<T> {
	/// Checks that rows fit each other, and that what is held is what they say.
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut held = Held::new();
		let mut deals = 0usize;
		let mut taken = BTreeMap::<u32, u16>::new();
		let mut parties = 0usize;
		for (number, row) in Agreements::<T>::iter() {
			ensure!(number < NextAgreementId::<T>::get(), "an agreement's number was not given");
			ensure!(row.division.is_sound(), "an agreement's sales make too much again");
			let fits = match (&row.terms, &row.state) {
				(Terms::Meter { .. }, State::Metered { .. }) => row.key.is_some(),
				(Terms::Stream { .. }, State::Streaming { .. }) => true,
				(
					Terms::Job { .. },
					State::Working { .. } | State::Delivered { .. } | State::Disputed { .. },
				) => row.purse.credits >= row.terms.least(),
				(Terms::Proof { rate, epochs, .. }, State::Proving { served, .. }) => {
					let left = epochs.saturating_sub(*served);
					served <= epochs && row.purse.credits >= rate.saturating_mul(left.into())
				}
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
			if let (State::Disputed { .. }, Some(arbitration)) =
				(&row.state, row.terms.arbitration())
			{
				let finds = Parties::<T>::contains_key(&arbitration.arbiter, number);
				ensure!(finds, "an arbiter does not find what it decides about");
				parties = parties.saturating_add(1);
			}
			if let (Terms::Proof { collateral: amount, .. }, Some((device, _))) =
				(&row.terms, &row.device)
			{
				let found = Deals::<T>::get(device).contains(&number);
				ensure!(found, "claims do not find a deal");
				deals = deals.saturating_add(1);
				hold(&mut held, HoldReason::Collateral, &row.provider, *amount);
			}
			hold(&mut held, HoldReason::Agreement, &row.buyer, row.deposit);
			if let Some(offer) = row.offer {
				let places = taken.entry(offer).or_default();
				*places = places.saturating_add(1);
			}
		}
		ensure!(
			Parties::<T>::iter().count() == parties,
			"a side finds an agreement that is not there"
		);
		let found =
			Deals::<T>::iter_values().fold(0usize, |sum, all| sum.saturating_add(all.len()));
		ensure!(found == deals, "claims find a deal that is not there");
		for (_, offer, row) in Offers::<T>::iter() {
			ensure!(offer < NextOfferId::<T>::get(), "an offer's number was not given");
			ensure!(Records::<T>::contains_key(&row.provider), "a provider has no record");
			ensure!(row.taken <= row.ask.places, "an offer has more agreements than places");
			ensure!(
				row.taken == taken.get(&offer).copied().unwrap_or(0),
				"an offer's places are not what agreements take"
			);
			hold(&mut held, HoldReason::Offer, &row.provider, row.deposit);
		}
		for (network, (payer, epoch), bill) in Bills::<T>::iter() {
			let most = bill.seller.mul_floor(bill.cost);
			ensure!(bill.collected <= most, "more was collected of a bill than is its hosts'");
			let bits = Collected::<T>::get(network, (&payer, epoch)).len();
			ensure!(bits == bill.leaves.div_ceil(8) as usize, "a bill's bits are not its leaves'");
			hold(&mut held, HoldReason::Bill, &payer, bill.deposit);
		}
		ensure!(
			Collected::<T>::iter_keys().count() == Bills::<T>::iter_keys().count(),
			"bits are kept of a bill that is not there"
		);
		for sold in SoldOf::<T>::iter_values() {
			let mut pairs = sold.epochs.iter().zip(sold.epochs.iter().skip(1));
			let ascends = pairs.all(|((one, _), (next, _))| one < next);
			ensure!(ascends, "a device's sales are not in the order of epochs");
			hold(&mut held, HoldReason::Sold, &sold.payer, sold.deposit);
		}
		for ((_, who), (reason, amount)) in held {
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
