//! Bills: what a payer owes many hosts for an epoch is spent at once, and each host has its part by a leaf and its path.

use alloc::vec;
use frame_support::{
	dispatch::DispatchResult,
	ensure,
	traits::{
		fungible::{hold::Mutate as HoldMutate, Mutate},
		tokens::Precision,
		Get,
	},
};
use sp_runtime::{BoundedVec, DispatchError};
use substation_primitives::{
	bill::{self, Leaf, Summed, MAX_LEAVES},
	epoch::InspectEpochs,
	mul_div, CreditBalance, EpochIndex, NetworkId, H256,
};

use crate::{
	sales::Sale, AccountId32, Balance, Bill, Bills, Collected, Config, Divisions, Error,
	HoldReason, InspectDevices, InspectNetworks, Pallet, Purses,
};

/// Where a bill is: its network, who pays, and for which epoch.
pub(crate) type Place = (NetworkId, (AccountId32, EpochIndex));

impl<T: Config> Pallet<T> {
	/// Spends credits for what a payer owes in a network for this epoch: the network has its part at once, and those of
	/// hosts wait. The epoch, and what the credits have cost.
	pub(crate) fn add_bill(
		payer: &AccountId32,
		network: NetworkId,
		root: H256,
		leaves: u32,
		credits: CreditBalance,
	) -> Result<(EpochIndex, Balance), DispatchError> {
		ensure!(T::Networks::is_open(network), Error::<T>::NoNetwork);
		ensure!((1..=MAX_LEAVES).contains(&leaves), Error::<T>::BillTooLarge);
		ensure!(credits >= T::Least::get(), Error::<T>::TooLittle);
		let epoch = T::Epochs::now();
		let of = (payer.clone(), epoch);
		ensure!(!Bills::<T>::contains_key(network, &of), Error::<T>::AlreadyBilled);
		let spent = T::Purses::take(payer, credits).map_err(|_| Error::<T>::NotEnough)?;
		let bytes = leaves.div_ceil(8);
		let deposit = T::BillDeposit::get()
			.saturating_add(T::BillByteDeposit::get().saturating_mul(bytes.into()));
		T::Currency::hold(&HoldReason::Bill.into(), payer, deposit)
			.map_err(|_| Error::<T>::CannotPay)?;
		let division = Divisions::<T>::get(network);
		let (seller, part) = division.divide(spent.cost);
		// All that hosts will have is counted as sold here and now, and waits.
		Self::spend(network, &Sale { cost: spent.cost, seller, network: part }, 0)?;
		let bill = Bill {
			root,
			leaves,
			credits,
			cost: spent.cost,
			seller: division.seller,
			left_burned: spent.cost.saturating_sub(seller).saturating_sub(part),
			collected: 0,
			deposit,
		};
		let bits = BoundedVec::truncate_from(vec![0; bytes as usize]);
		Bills::<T>::insert(network, &of, bill);
		Collected::<T>::insert(network, &of, bits);
		Ok((epoch, spent.cost))
	}

	/// Pays a leaf of a bill to who owns its device. Who that is, and what it got.
	pub(crate) fn pay_leaf(
		(network, of): Place,
		index: u32,
		leaf: &Leaf,
		path: &[Summed],
	) -> Result<(AccountId32, Balance), DispatchError> {
		let mut bill = Bills::<T>::get(network, &of).ok_or(Error::<T>::NotFound)?;
		ensure!(!T::Epochs::is_expired(of.1), Error::<T>::Ended);
		let root = bill::root_of(leaf, index, bill.leaves, path);
		ensure!(root == Some((bill.root, bill.credits)), Error::<T>::WrongLeaf);
		let (owner, _) = T::Devices::tenure(&leaf.device).ok_or(Error::<T>::NoOwner)?;
		Collected::<T>::try_mutate(network, &of, |bits| {
			let byte = bits.get_mut((index / 8) as usize).ok_or(Error::<T>::WrongLeaf)?;
			let bit = 1u8 << (index % 8);
			ensure!(*byte & bit == 0, Error::<T>::AlreadyCollected);
			*byte |= bit;
			Ok::<_, DispatchError>(())
		})?;
		// What the bill has cost, by the leaf's part of it; and of that the seller's part. Both rounded down.
		let cost = mul_div(bill.cost, leaf.credits, bill.credits);
		let amount = bill.seller.mul_floor(cost);
		if amount > 0 {
			T::Currency::mint_into(&owner, amount).map_err(|_| Error::<T>::CannotReceive)?;
			T::Purses::remake(amount)?;
			bill.collected = bill.collected.saturating_add(amount);
			Bills::<T>::insert(network, &of, bill);
		}
		Ok((owner, amount))
	}

	/// Removes a bill whose epoch's claims have ended, and gives its deposit back. What was not collected stays burned.
	pub(crate) fn remove_bill((network, of): Place) -> DispatchResult {
		let bill = Bills::<T>::get(network, &of).ok_or(Error::<T>::NotFound)?;
		ensure!(T::Epochs::is_expired(of.1), Error::<T>::StillRunning);
		let reason = HoldReason::Bill.into();
		T::Currency::release(&reason, &of.0, bill.deposit, Precision::BestEffort)?;
		Bills::<T>::remove(network, &of);
		Collected::<T>::remove(network, &of);
		Ok(())
	}
}
