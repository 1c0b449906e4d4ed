//! Claims: a chunk's owners are paid by their devices' scores, and its aggregator its cut.

use frame_support::{
	dispatch::DispatchResultWithPostInfo, ensure, storage::with_storage_layer,
	traits::fungible::Mutate, weights::Weight,
};
use sp_runtime::DispatchError;
use substation_primitives::{
	batch::{Leaf, Leaves},
	mul_div, AccountId32, Balance, EpochIndex, NetworkId,
};

use crate::{
	ClaimMemberships, Config, Error, Event, FinalChunk, Issued, OnPaid, Pallet, Payment, Pools,
	WeightInfo,
};

impl<T: Config> Pallet<T> {
	/// Pays for the leaves of a chunk whose outcome is final.
	pub(crate) fn do_claim(
		epoch: EpochIndex,
		settled: FinalChunk,
		leaves: &Leaves,
	) -> DispatchResultWithPostInfo {
		let FinalChunk { network, aggregator } = settled;
		let mut pool = Pools::<T>::get(epoch, network).ok_or(Error::<T>::NoPool)?;
		// Whatever judges have agreed on, a pool pays no more than it holds.
		let left = pool.payable().saturating_sub(pool.paid);
		let mut cuts: Balance = 0;
		let mut paid: Balance = 0;
		let mut devices = 0u32;
		let mut weight = T::WeightInfo::claim_chunk(leaves.len() as u32);
		for leaf in leaves.iter().filter(|leaf| leaf.score > 0) {
			let device = leaf.device;
			let payment = pool.payment(leaf.score).min(left.saturating_sub(paid));
			// The cut is rounded down: the owner gets the odd planck.
			let cut = mul_div(payment, leaf.cut.min(1_000_000).into(), 1_000_000);
			let amount = payment.saturating_sub(cut);
			let Some((owner, heard)) = Self::pay(network, epoch, leaf, amount) else {
				continue;
			};
			weight = weight.saturating_add(heard);
			cuts = cuts.saturating_add(cut);
			paid = paid.saturating_add(payment);
			devices = devices.saturating_add(1);
			Self::deposit_event(Event::Paid { network, epoch, device, owner, amount });
		}
		ensure!(devices > 0, Error::<T>::NobodyToPay);
		// The cut of an aggregator whose account is gone is left to the network's income.
		if T::Currency::mint_into(&aggregator, cuts).is_ok() {
			Self::deposit_event(Event::CutPaid { network, epoch, aggregator, amount: cuts });
		} else {
			paid = paid.saturating_sub(cuts);
		}
		pool.paid = pool.paid.saturating_add(paid);
		Pools::<T>::insert(epoch, network, pool);
		Issued::<T>::mutate(|issued| *issued = issued.saturating_add(paid));
		Ok(Some(weight).into())
	}

	/// Marks an epoch of a membership as paid and pays its owner; does neither if there is nobody
	/// to pay or the owner's account cannot take it, so that nobody can spoil others' claim.
	fn pay(
		network: NetworkId,
		epoch: EpochIndex,
		leaf: &Leaf,
		amount: Balance,
	) -> Option<(AccountId32, Weight)> {
		let Leaf { device, score, .. } = leaf;
		with_storage_layer(|| {
			let owner = T::Devices::claim(network, device, epoch).ok_or(Error::<T>::NobodyToPay)?;
			if amount > 0 {
				T::Currency::mint_into(&owner, amount)?;
			}
			let payment = Payment { network, epoch, device, owner: &owner, score: *score, amount };
			let heard = T::OnPaid::paid(&payment);
			Ok::<_, DispatchError>((owner, heard))
		})
		.ok()
	}

	/// What claiming for a chunk weighs at the most.
	pub(crate) fn weight_of_claim(leaves: u32) -> Weight {
		let heard = T::OnPaid::weight().saturating_mul(leaves.into());
		T::WeightInfo::claim_chunk(leaves).saturating_add(heard)
	}
}
