//! What has to hold of the state after every block.

use alloc::collections::{BTreeMap, BTreeSet};
use frame_support::{
	ensure,
	traits::fungible::{Inspect, InspectHold},
};
use sp_runtime::TryRuntimeError;

use crate::{
	AccountId32, Balance, Bounties, Config, Grants, HoldReason, InspectNetworks, NetworkId,
	NextGrantId, Pallet, Rounds, Routes, Source, Works,
};

impl<T: Config> Pallet<T> {
	/// Checks that what is held is what rows say, that rows are within their bounds, that a round can be
	/// ended, and that work is counted exactly where milestones wait for it.
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::try_grants()?;
		Self::try_bounties()?;
		Self::try_round()?;
		for source in Source::ALL {
			ensure!(Routes::<T>::get(source).is_sound(), "a route gives away too much");
		}
		Ok(())
	}

	fn try_grants() -> Result<(), TryRuntimeError> {
		let mut granted = BTreeMap::<AccountId32, Balance>::new();
		let mut waiting = BTreeMap::<(NetworkId, AccountId32), u32>::new();
		for (grant, row) in Grants::<T>::iter() {
			ensure!(grant < NextGrantId::<T>::get(), "a grant's number was not given");
			ensure!(row.unpaid() > 0, "a grant outlived its payment");
			for stage in &row.stages {
				ensure!(stage.paid <= stage.milestone.amount, "a milestone was overpaid");
				ensure!(
					stage.reached.is_some() || stage.paid == 0,
					"a milestone was paid before it was reached"
				);
				if let Some(network) = stage.counts_in() {
					let count = waiting.entry((network, row.beneficiary.clone())).or_default();
					*count = count.saturating_add(1);
				}
			}
			let sum = granted.entry(Self::account(row.fund)).or_default();
			*sum = sum.saturating_add(row.unpaid());
		}
		for (account, amount) in granted {
			ensure!(
				T::Currency::balance_on_hold(&HoldReason::Grant.into(), &account) == amount,
				"a fund does not hold what it has granted"
			);
		}
		for (network, who, work) in Works::<T>::iter() {
			ensure!(
				waiting.remove(&(network, who)) == Some(work.waiting),
				"work is counted that no milestone waits for"
			);
		}
		ensure!(waiting.is_empty(), "a milestone waits for work that is not counted");
		Ok(())
	}

	fn try_round() -> Result<(), TryRuntimeError> {
		let Some(round) = Rounds::<T>::get() else { return Ok(()) };
		let count = T::Networks::count();
		ensure!(round.next <= count, "a round goes on beyond the last network");
		let left = (round.next..count)
			.map(|network| Self::part_of(&round, network))
			.fold(0, Balance::saturating_add);
		ensure!(Self::gathered() >= left, "the pot does not hold what is left of a round");
		Ok(())
	}

	fn try_bounties() -> Result<(), TryRuntimeError> {
		let (mut held, mut prices) = (BTreeMap::<AccountId32, Balance>::new(), 0 as Balance);
		for (_, _, bounties) in Bounties::<T>::iter() {
			ensure!(!bounties.is_empty(), "a cell without bounties has a row");
			let buyers: BTreeSet<_> = bounties.iter().map(|bounty| &bounty.buyer).collect();
			ensure!(buyers.len() == bounties.len(), "a buyer has two bounties in a cell");
			for bounty in bounties {
				ensure!(bounty.from <= bounty.until, "a bounty ends before it begins");
				ensure!(bounty.paid <= bounty.price, "a bounty was overpaid");
				ensure!(bounty.delivered <= bounty.target, "too much was delivered");
				let sum = held.entry(bounty.buyer.clone()).or_default();
				*sum = sum.saturating_add(bounty.deposit);
				prices = prices.saturating_add(bounty.left());
			}
		}
		for (buyer, amount) in held {
			ensure!(
				T::Currency::balance_on_hold(&HoldReason::Bounty.into(), &buyer) == amount,
				"what is held from a buyer is not what rows say"
			);
		}
		ensure!(
			T::Currency::balance(&Self::escrow()) >= prices,
			"less is put aside than bounties promise"
		);
		Ok(())
	}
}
