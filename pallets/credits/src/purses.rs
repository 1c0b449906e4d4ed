//! What is done with credits once they are made: by others, who hold them in the meantime.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{dispatch::DispatchResult, ensure};
use scale_info::TypeInfo;
use sp_runtime::DispatchError;
use substation_primitives::{purse::MOST_REMADE, CreditBalance, Purse};

use crate::{AccountId32, Balance, Config, Error, Pallet, Purses, Totals as TotalsOf};

/// What was burned for credits, and where it is: burned = outstanding + consumed. In planck.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Default,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Totals {
	/// What was burned, ever.
	pub burned: Balance,
	/// What of it stands behind credits that were not spent.
	pub outstanding: Balance,
	/// What of it stood behind credits that were.
	pub consumed: Balance,
	/// What was made again for those who sold, and for networks: never more than 95 % of what was consumed.
	pub remade: Balance,
}

impl<T: Config> Pallet<T> {
	/// Takes credits out of somebody's purse: who takes them holds them from now on.
	///
	/// ## Errors
	///
	/// [`Error::NotEnough`].
	pub fn take(who: &AccountId32, credits: CreditBalance) -> Result<Purse, DispatchError> {
		let mut purse = Purses::<T>::get(who).unwrap_or_default();
		let taken = purse.take(credits).ok_or(Error::<T>::NotEnough)?;
		Self::put(who, purse);
		Ok(taken)
	}

	/// Gives credits back to somebody: what was taken, or a part of it.
	pub fn give(who: &AccountId32, credits: Purse) {
		let purse = Purses::<T>::get(who).unwrap_or_default();
		// All that was ever made can be counted, so what is given back can.
		if let Some(purse) = purse.with(credits) {
			Self::put(who, purse);
		}
	}

	/// Credits that were taken were spent: what they cost, and what of it is made again.
	///
	/// ## Errors
	///
	/// [`Error::TooMuchRemade`], and nothing is changed.
	pub fn consume(cost: Balance, remade: Balance) -> DispatchResult {
		ensure!(remade <= MOST_REMADE.mul_floor(cost), Error::<T>::TooMuchRemade);
		TotalsOf::<T>::mutate(|totals| {
			totals.outstanding = totals.outstanding.saturating_sub(cost);
			totals.consumed = totals.consumed.saturating_add(cost);
			totals.remade = totals.remade.saturating_add(remade);
		});
		Ok(())
	}

	/// Makes tokens again for credits that were spent before: what was put off then.
	///
	/// ## Errors
	///
	/// [`Error::TooMuchRemade`], and nothing is changed.
	pub fn remake(amount: Balance) -> DispatchResult {
		TotalsOf::<T>::try_mutate(|totals| {
			let remade = totals.remade.saturating_add(amount);
			ensure!(remade <= MOST_REMADE.mul_floor(totals.consumed), Error::<T>::TooMuchRemade);
			totals.remade = remade;
			Ok(())
		})
	}

	/// Stores a purse; an empty one has no row.
	fn put(who: &AccountId32, purse: Purse) {
		if purse.is_empty() {
			Purses::<T>::remove(who);
		} else {
			Purses::<T>::insert(who, purse);
		}
	}
}
