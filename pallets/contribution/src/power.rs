//! Votes of tokens and contribution together.

use core::marker::PhantomData;
use frame_support::{
	dispatch::{DispatchClass, DispatchResult},
	traits::{
		tokens::{BalanceStatus, WithdrawReasons},
		Currency, ExistenceRequirement, Get, LockIdentifier, LockableCurrency, ReservableCurrency,
		SignedImbalance,
	},
};
use sp_runtime::{helpers_128bit::multiply_by_rational_with_rounding, DispatchError, Rounding};

use crate::{AccountId32, Balance, Config, Locks, Pallet};

/// What an account can vote with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Power {
	/// Tokens, free and held, in planck.
	pub tokens: Balance,
	/// Contribution as far as it counts: never more than the tokens.
	pub contribution: Balance,
}

impl Power {
	/// Both together.
	pub fn votes(&self) -> Balance {
		self.tokens.saturating_add(self.contribution)
	}

	/// The tokens that stand behind so many votes, pro rata and rounded up; all of them if there are not as
	/// many votes. What these tokens do not cover is at most the contribution, and at most as much again.
	pub fn tokens_behind(&self, votes: Balance) -> Balance {
		let all = self.votes();
		if votes >= all {
			return self.tokens;
		}
		multiply_by_rational_with_rounding(votes, self.tokens, all, Rounding::Up)
			.unwrap_or(self.tokens)
			.min(self.tokens)
	}

	/// The most votes that so many tokens stand behind ([`Self::tokens_behind`]), rounded down.
	pub fn votes_on(&self, tokens: Balance) -> Balance {
		let all = self.votes();
		if tokens >= self.tokens {
			return all;
		}
		multiply_by_rational_with_rounding(tokens, all, self.tokens, Rounding::Down)
			.unwrap_or(all)
			.min(all)
	}
}

impl<T: Config> Pallet<T> {
	/// What an account can vote with now.
	pub(crate) fn power(who: &AccountId32) -> Power {
		let tokens = T::Tokens::total_balance(who);
		Power { tokens, contribution: Self::votable(who, Self::counts(who)) }
	}

	/// What of `earned` an account can vote with now.
	pub(crate) fn votable(who: &AccountId32, earned: Balance) -> Balance {
		let cap = T::VoterCap::get().mul_floor(Self::total_contribution());
		earned.min(T::Tokens::total_balance(who)).min(cap)
	}

	/// Notes how many tokens are locked behind votes. None is no lock, and has no row.
	fn note_locked(who: &AccountId32, tokens: Balance) {
		if tokens == 0 {
			Locks::<T>::remove(who);
		} else {
			Locks::<T>::insert(who, tokens);
		}
	}
}

/// The token as `pallet-democracy` sees it. A balance that can be voted with holds contribution as well
/// ([`Currency::free_balance`]), and so does the electorate ([`Currency::total_issuance`]); a lock on votes
/// falls on tokens, as many as stand behind the votes when they are cast. Whatever moves, reserves or slashes
/// sees tokens only. For referenda alone: no other pallet must be given this currency.
pub struct VotingPower<T>(PhantomData<T>);

type Tokens<T> = <T as Config>::Tokens;
type Positive<T> = <Tokens<T> as Currency<AccountId32>>::PositiveImbalance;
type Negative<T> = <Tokens<T> as Currency<AccountId32>>::NegativeImbalance;

impl<T: Config> Currency<AccountId32> for VotingPower<T> {
	type Balance = Balance;
	type PositiveImbalance = Positive<T>;
	type NegativeImbalance = Negative<T>;

	/// The electorate: all tokens but those that nobody votes with, such as the treasury's, and of contribution what can be voted
	/// with, as far as it is known: what beyond an account's tokens, or the largest part that one may have, makes turnout no
	/// smaller.
	fn total_issuance() -> Balance {
		let (tokens, counted) = Pallet::<T>::electorate_now();
		tokens.saturating_add(counted)
	}

	/// What an account can vote with.
	fn free_balance(who: &AccountId32) -> Balance {
		Pallet::<T>::power(who).votes()
	}

	fn total_balance(who: &AccountId32) -> Balance {
		Tokens::<T>::total_balance(who)
	}

	fn can_slash(who: &AccountId32, value: Balance) -> bool {
		Tokens::<T>::can_slash(who, value)
	}

	fn minimum_balance() -> Balance {
		Tokens::<T>::minimum_balance()
	}

	fn burn(amount: Balance) -> Positive<T> {
		Tokens::<T>::burn(amount)
	}

	fn issue(amount: Balance) -> Negative<T> {
		Tokens::<T>::issue(amount)
	}

	fn ensure_can_withdraw(
		who: &AccountId32,
		amount: Balance,
		reasons: WithdrawReasons,
		new_balance: Balance,
	) -> DispatchResult {
		Tokens::<T>::ensure_can_withdraw(who, amount, reasons, new_balance)
	}

	fn transfer(
		source: &AccountId32,
		dest: &AccountId32,
		value: Balance,
		existence: ExistenceRequirement,
	) -> DispatchResult {
		Tokens::<T>::transfer(source, dest, value, existence)
	}

	fn slash(who: &AccountId32, value: Balance) -> (Negative<T>, Balance) {
		Tokens::<T>::slash(who, value)
	}

	fn deposit_into_existing(
		who: &AccountId32,
		value: Balance,
	) -> Result<Positive<T>, DispatchError> {
		Tokens::<T>::deposit_into_existing(who, value)
	}

	fn deposit_creating(who: &AccountId32, value: Balance) -> Positive<T> {
		Tokens::<T>::deposit_creating(who, value)
	}

	fn withdraw(
		who: &AccountId32,
		value: Balance,
		reasons: WithdrawReasons,
		liveness: ExistenceRequirement,
	) -> Result<Negative<T>, DispatchError> {
		Tokens::<T>::withdraw(who, value, reasons, liveness)
	}

	fn make_free_balance_be(
		who: &AccountId32,
		balance: Balance,
	) -> SignedImbalance<Balance, Positive<T>> {
		Tokens::<T>::make_free_balance_be(who, balance)
	}
}

impl<T: Config> LockableCurrency<AccountId32> for VotingPower<T> {
	type Moment = <Tokens<T> as LockableCurrency<AccountId32>>::Moment;
	type MaxLocks = <Tokens<T> as LockableCurrency<AccountId32>>::MaxLocks;

	fn set_lock(id: LockIdentifier, who: &AccountId32, votes: Balance, reasons: WithdrawReasons) {
		// How votes and tokens stand to each other by now is not how they stood when the votes were cast: so
		// a lock never grows by being set anew, and shrinks only where there are fewer votes than tokens.
		let tokens = Locks::<T>::get(who).min(votes);
		Pallet::<T>::note_locked(who, tokens);
		Tokens::<T>::set_lock(id, who, tokens, reasons);
	}

	fn extend_lock(
		id: LockIdentifier,
		who: &AccountId32,
		votes: Balance,
		reasons: WithdrawReasons,
	) {
		let power = Pallet::<T>::power(who);
		// What votes is in the electorate. No vote's weight was measured with it.
		Pallet::<T>::count(who, power.contribution);
		let recounted = T::DbWeight::get().reads_writes(2, 2);
		frame_system::Pallet::<T>::register_extra_weight_unchecked(
			recounted,
			DispatchClass::Normal,
		);
		let tokens = power.tokens_behind(votes).max(Locks::<T>::get(who));
		Pallet::<T>::note_locked(who, tokens);
		Tokens::<T>::extend_lock(id, who, tokens, reasons);
	}

	fn remove_lock(id: LockIdentifier, who: &AccountId32) {
		Locks::<T>::remove(who);
		Tokens::<T>::remove_lock(id, who);
	}
}

impl<T: Config> ReservableCurrency<AccountId32> for VotingPower<T> {
	fn can_reserve(who: &AccountId32, value: Balance) -> bool {
		Tokens::<T>::can_reserve(who, value)
	}

	fn slash_reserved(who: &AccountId32, value: Balance) -> (Negative<T>, Balance) {
		Tokens::<T>::slash_reserved(who, value)
	}

	fn reserved_balance(who: &AccountId32) -> Balance {
		Tokens::<T>::reserved_balance(who)
	}

	fn reserve(who: &AccountId32, value: Balance) -> DispatchResult {
		Tokens::<T>::reserve(who, value)
	}

	fn unreserve(who: &AccountId32, value: Balance) -> Balance {
		Tokens::<T>::unreserve(who, value)
	}

	fn repatriate_reserved(
		slashed: &AccountId32,
		beneficiary: &AccountId32,
		value: Balance,
		status: BalanceStatus,
	) -> Result<Balance, DispatchError> {
		Tokens::<T>::repatriate_reserved(slashed, beneficiary, value, status)
	}
}
