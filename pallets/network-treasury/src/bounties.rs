//! Bounties: a price for verified service in a cell by a date.

use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::{
	dispatch::DispatchResult,
	ensure,
	storage::with_storage_layer,
	traits::{
		fungible::{hold::Mutate as HoldMutate, Inspect, Mutate},
		tokens::{Fortitude, Precision, Preservation},
		Get,
	},
	BoundedVec,
};
use scale_info::TypeInfo;
use sp_runtime::DispatchError;
use substation_primitives::{
	epoch::InspectEpochs, mul_div, AccountId32, EpochIndex, NetworkId, FULL_SCORE,
};

use crate::{Balance, Bounties, Cell, Config, Error, Event, HoldReason, Pallet};

/// What a buyer pays for service in a cell of a network. The price is put aside, the deposit held from the buyer.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Bounty {
	/// Who pays.
	pub buyer: AccountId32,
	/// What all of the service costs.
	pub price: Balance,
	/// How much service: the sum of scores.
	pub target: u64,
	/// The first epoch whose service counts.
	pub from: EpochIndex,
	/// The last one.
	pub until: EpochIndex,
	/// Scores that were delivered, in sum.
	pub delivered: u64,
	/// What was paid.
	pub paid: Balance,
	/// What is held for the row, beside the price.
	pub deposit: Balance,
}

impl Bounty {
	/// Whether service of `epoch` counts.
	pub fn wants(&self, epoch: EpochIndex) -> bool {
		(self.from..=self.until).contains(&epoch) && !self.is_delivered()
	}

	/// Whether all of the service was delivered.
	pub fn is_delivered(&self) -> bool {
		self.delivered >= self.target
	}

	/// Notes that `score` was delivered, and tells what it costs: the price by parts, rounded down each
	/// time over all that was delivered, so that the last part leaves nothing.
	pub fn deliver(&mut self, score: u32) -> Balance {
		self.delivered = self.delivered.saturating_add(score.into()).min(self.target);
		let earned = mul_div(self.price, self.delivered.into(), self.target.into());
		let due = earned.saturating_sub(self.paid);
		self.paid = self.paid.saturating_add(due);
		due
	}

	/// What of the price is left.
	pub fn left(&self) -> Balance {
		self.price.saturating_sub(self.paid)
	}
}

impl<T: Config> Pallet<T> {
	/// Checks that a price is enough for so much service.
	pub(crate) fn ensure_price(price: Balance, target: u64) -> Result<(), Error<T>> {
		ensure!(price >= T::MinPrice::get(), Error::<T>::PriceTooLow);
		ensure!(target > 0, Error::<T>::NoService);
		let rate = mul_div(price, FULL_SCORE.into(), target.into());
		ensure!(rate >= T::MinRate::get(), Error::<T>::PriceTooLow);
		Ok(())
	}

	/// Checks that service can be asked for until then. The first epoch whose service counts.
	pub(crate) fn ensure_term(until: EpochIndex) -> Result<EpochIndex, Error<T>> {
		let now = T::Epochs::now();
		let from = now.saturating_add(1);
		let last = now.saturating_add(T::MaxTerm::get());
		ensure!((from..=last).contains(&until), Error::<T>::TermOutOfRange);
		Ok(from)
	}

	/// Adds a bounty, with its price put aside and its deposit held.
	pub(crate) fn add_bounty(network: NetworkId, cell: Cell, bounty: Bounty) -> DispatchResult {
		let (buyer, deposit, price) = (bounty.buyer.clone(), bounty.deposit, bounty.price);
		let mut bounties = Bounties::<T>::get(network, cell);
		ensure!(bounties.iter().all(|other| other.buyer != buyer), Error::<T>::AlreadyPosted);
		bounties.try_push(bounty).map_err(|_| Error::<T>::CellTaken)?;
		// Put aside on an account of its own: what is held from a buyer can be locked behind votes, and
		// then pays nobody.
		T::Currency::hold(&HoldReason::Bounty.into(), &buyer, deposit)
			.map_err(|_| Error::<T>::CannotPay)?;
		let free =
			T::Currency::reducible_balance(&buyer, Preservation::Preserve, Fortitude::Polite);
		ensure!(free >= price, Error::<T>::CannotPay);
		T::Currency::transfer(&buyer, &Self::escrow(), price, Preservation::Preserve)?;
		Bounties::<T>::insert(network, cell, bounties);
		Ok(())
	}

	/// Whether all was delivered, or nothing more can be.
	pub(crate) fn is_over(bounty: &Bounty) -> bool {
		bounty.is_delivered()
			|| (bounty.until < T::Epochs::now() && T::Epochs::is_expired(bounty.until))
	}

	/// Gives a buyer the deposit back, and what of the price is left: the latter is returned.
	pub(crate) fn refund(bounty: &Bounty) -> Result<Balance, DispatchError> {
		let (reason, buyer, left) = (HoldReason::Bounty.into(), &bounty.buyer, bounty.left());
		T::Currency::release(&reason, buyer, bounty.deposit, Precision::BestEffort)?;
		T::Currency::transfer(&Self::escrow(), buyer, left, Preservation::Preserve)?;
		Ok(left)
	}

	/// Stores a cell's bounties; a cell without any has no row.
	pub(crate) fn put_bounties(
		network: NetworkId,
		cell: Cell,
		bounties: BoundedVec<Bounty, T::MaxBounties>,
	) {
		if bounties.is_empty() {
			Bounties::<T>::remove(network, cell);
		} else {
			Bounties::<T>::insert(network, cell, bounties);
		}
	}

	/// Whether anybody has put a bounty on service in a network.
	pub fn has_bounties(network: NetworkId) -> bool {
		Bounties::<T>::iter_key_prefix(network).next().is_some()
	}

	/// An owner's devices in `cell` of `network` have served with these scores, each in an epoch: the owner is paid what
	/// bounties there have for it, once by each. For how many of them it counts, which is what this weighs.
	pub fn note_service(
		network: NetworkId,
		cell: Cell,
		owner: &AccountId32,
		served: &[(EpochIndex, u32)],
	) -> u32 {
		if served.iter().all(|(_, score)| *score == 0) {
			return 0;
		}
		let mut bounties = Bounties::<T>::get(network, cell);
		let mut counted = 0u32;
		for bounty in bounties.iter_mut() {
			let mut next = bounty.clone();
			let mut amount: Balance = 0;
			for (epoch, score) in served.iter().filter(|(_, score)| *score > 0) {
				if next.wants(*epoch) {
					amount = amount.saturating_add(next.deliver((*score).min(FULL_SCORE)));
				}
			}
			if next == *bounty {
				continue;
			}
			// An owner whose account cannot take it goes without; the service is still asked for.
			if amount > 0 && Self::pay_for_service(owner, amount).is_err() {
				continue;
			}
			*bounty = next;
			counted = counted.saturating_add(1);
			// What earns less than a planck is part of what the next service earns.
			if amount > 0 {
				let (buyer, owner) = (bounty.buyer.clone(), owner.clone());
				Self::deposit_event(Event::BountyPaid { network, cell, buyer, owner, amount });
			}
		}
		if counted > 0 {
			Bounties::<T>::insert(network, cell, bounties);
		}
		counted
	}

	/// Pays an owner out of what buyers have put aside, or does nothing.
	fn pay_for_service(owner: &AccountId32, amount: Balance) -> DispatchResult {
		with_storage_layer(|| {
			T::Currency::transfer(&Self::escrow(), owner, amount, Preservation::Preserve)?;
			Ok(())
		})
	}
}
