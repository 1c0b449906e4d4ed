//! Everything that is stored twice, checked against each other.

use frame_support::{ensure, traits::fungible::InspectHold};
use substation_primitives::EpochIndex;

use crate::{
	Aggregators, BalanceOf, BatchState, ByteMarket, Commitments, Config, CurrentEpoch, Epochs,
	FirstUnfrozen, HoldReason, Missing, Pallet, Profiles, Publishers, Refused, Rented, Schedules,
	Seals, Shards, Totals, WorkMarket,
};
use sp_runtime::traits::{Saturating, Zero};
use substation_proofs::Rules;

impl<T: Config> Pallet<T> {
	/// Checks everything that is stored twice against each other. Epochs whose claims have ended
	/// are being pruned and are left out.
	pub(crate) fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
		let now = CurrentEpoch::<T>::get();
		let (mut quota, mut allowance) = ((0u64, 0u64), (0u64, 0u64));
		let add = |(due, granted): &mut (u64, u64), rented: &Rented| {
			*due = due.saturating_add(rented.due.into());
			*granted = granted.saturating_add(rented.granted.into());
		};
		for (who, aggregator) in Aggregators::<T>::iter() {
			add(&mut quota, &aggregator.quota);
			add(&mut allowance, &aggregator.allowance);
			ensure!(
				Publishers::<T>::get(aggregator.publisher) == Some(who.clone()),
				"an aggregator's publisher key does not lead back to it"
			);
			ensure!(
				T::Currency::balance_on_hold(&HoldReason::Aggregator.into(), &who)
					== aggregator.bond,
				"an aggregator's bond is not what is held"
			);
		}
		for (market, sums) in [(WorkMarket::<T>::get(), quota), (ByteMarket::<T>::get(), allowance)]
		{
			ensure!(
				(market.due, market.granted) == sums,
				"a market's sums drifted from the aggregators"
			);
		}
		ensure!(
			Publishers::<T>::iter().count() == Aggregators::<T>::iter().count(),
			"a publisher key belongs to no aggregator"
		);
		for (who, said) in Profiles::<T>::iter() {
			ensure!(Aggregators::<T>::contains_key(&who), "a profile belongs to no aggregator");
			ensure!(said.profile.is_sound(), "an aggregator says what cannot be shown");
			ensure!(
				T::Currency::balance_on_hold(&HoldReason::Profile.into(), &who) == said.deposit,
				"a profile's deposit is not what is held"
			);
		}
		ensure!(Epochs::<T>::contains_key(now), "the present epoch has no record");

		let mut totals = alloc::collections::BTreeMap::<_, u64>::new();
		let mut bonds = alloc::collections::BTreeMap::<_, BalanceOf<T>>::new();
		let pruned = |epoch: &EpochIndex| {
			Schedules::<T>::get(epoch).is_some_and(|schedule| Self::claims_end(&schedule) <= now)
		};
		for (epoch, batch, commitment) in
			Commitments::<T>::iter().filter(|(epoch, ..)| !pruned(epoch))
		{
			ensure!(epoch < now, "a commitment is for an epoch that is not over");
			ensure!(Schedules::<T>::contains_key(epoch), "a commitment outlived its epoch");
			let key = (commitment.network, commitment.aggregator.clone(), commitment.shard);
			let frozen = commitment.bond.is_zero();
			ensure!(
				frozen || Shards::<T>::get(epoch, key) == Some(batch),
				"a commitment is not found by its shard"
			);
			ensure!(
				commitment.terms(epoch).batch_id() == batch,
				"a commitment is stored under another batch's identity"
			);
			ensure!(
				epoch >= FirstUnfrozen::<T>::get()
					|| matches!(commitment.state, BatchState::Settled { underdeclared: false, .. }),
				"a batch that nobody can claim for has outlived its freeze"
			);
			if let BatchState::Settled { total, .. } = commitment.state {
				let sum = totals.entry((epoch, commitment.network)).or_default();
				*sum = sum.saturating_add(total);
			}
			let bond = bonds.entry(commitment.aggregator).or_default();
			*bond = bond.saturating_add(commitment.bond);
		}
		for (epoch, network, total) in Totals::<T>::iter().filter(|(epoch, ..)| !pruned(epoch)) {
			ensure!(
				totals.remove(&(epoch, network)).unwrap_or_default() == total,
				"a total drifted from its batches"
			);
		}
		ensure!(totals.values().all(|total| *total == 0), "settled batches have no total");
		for (aggregator, bond) in bonds {
			ensure!(
				<T::Currency as frame_support::traits::fungible::InspectHold<_>>::balance_on_hold(
					&HoldReason::Commitment.into(),
					&aggregator
				) == bond,
				"commitments' bonds are not what is held"
			);
		}
		for (epoch, (batch, _), seals) in Seals::<T>::iter().filter(|(epoch, ..)| !pruned(epoch)) {
			ensure!(
				Commitments::<T>::get(epoch, batch)
					.is_some_and(|commitment| !commitment.bond.is_zero()),
				"seals have outlived their freeze"
			);
			let mut judges: Vec<_> = seals.iter().map(|(judge, _)| judge).collect();
			judges.sort_unstable();
			judges.dedup();
			ensure!(judges.len() == seals.len(), "a judge has sealed a batch twice");
		}
		for (epoch, batch, _) in Missing::<T>::iter() {
			ensure!(
				Commitments::<T>::get(epoch, batch)
					.is_some_and(|commitment| !commitment.bond.is_zero()),
				"a list of what is missing has outlived its freeze"
			);
		}
		for (epoch, _, _) in Refused::<T>::iter() {
			ensure!(epoch >= FirstUnfrozen::<T>::get(), "a refusal has outlived its freeze");
		}
		for (epoch, record) in Epochs::<T>::iter() {
			ensure!(
				epoch < FirstUnfrozen::<T>::get() || Rules::are_kept(record.rules),
				"an epoch that is not frozen is judged by rules that are not kept"
			);
		}
		Ok(())
	}
}
