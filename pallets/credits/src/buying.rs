//! Burning tokens for credits.

use frame_support::{
	dispatch::DispatchResult,
	ensure,
	traits::{
		fungible::{Inspect, Mutate},
		tokens::{Fortitude, Precision, Preservation},
		Get,
	},
};
use substation_primitives::{CreditBalance, Purse};

use crate::{
	AccountId32, Balance, Config, Error, Event, Issues, Pallet, Price, Purses, Stop, Totals,
};

impl<T: Config> Pallet<T> {
	/// The price at which credits are made now, if they are.
	pub(crate) fn ensure_price() -> Result<Price, Error<T>> {
		ensure!(!Stop::<T>::get(), Error::<T>::Stopped);
		Ok(Self::quote()?.price)
	}

	/// Burns `tokens` and makes `credits` of them, or changes nothing.
	pub(crate) fn make(
		who: &AccountId32,
		tokens: Balance,
		credits: CreditBalance,
		price: Price,
	) -> DispatchResult {
		ensure!(credits >= T::Least::get(), Error::<T>::TooLittle);
		let free = T::Currency::reducible_balance(who, Preservation::Preserve, Fortitude::Polite);
		ensure!(free >= tokens, Error::<T>::NotEnough);
		let issue = Self::issue_with(credits)?;
		let made = Purse { credits, cost: tokens };
		let purse = Purses::<T>::get(who).unwrap_or_default().with(made);
		let purse = purse.ok_or(Error::<T>::IssueFull)?;
		T::Currency::burn_from(
			who,
			tokens,
			Preservation::Preserve,
			Precision::Exact,
			Fortitude::Polite,
		)?;
		Purses::<T>::insert(who, purse);
		Issues::<T>::put(issue);
		Totals::<T>::mutate(|totals| {
			totals.burned = totals.burned.saturating_add(tokens);
			totals.outstanding = totals.outstanding.saturating_add(tokens);
		});
		let who = who.clone();
		Self::deposit_event(Event::Bought { who, burned: tokens, credits, price });
		Ok(())
	}
}
