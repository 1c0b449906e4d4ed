//! What has to hold of the state after every block.

use frame_support::ensure;
use sp_runtime::TryRuntimeError;
use substation_primitives::{purse::MOST_REMADE, Purse};

use crate::{
	traits::InspectHeld, Config, Feeders, Pallet, PriceState, Purses, Quotes, Totals, PRICES,
	QUORUM,
};

impl<T: Config> Pallet<T> {
	/// Checks that what was burned is where it is said to be, and that no more was made again than may be.
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		let totals = Totals::<T>::get();
		let sum = totals.outstanding.checked_add(totals.consumed);
		ensure!(sum == Some(totals.burned), "what was burned is not where it is said to be");
		ensure!(
			totals.remade <= MOST_REMADE.mul_floor(totals.consumed),
			"more was made again than what was spent allows"
		);
		let mut held = T::Held::cost();
		for Purse { credits, cost } in Purses::<T>::iter_values() {
			ensure!(credits > 0, "a purse without credits has a row");
			held = held.saturating_add(cost);
		}
		ensure!(held == totals.outstanding, "credits cost other than is outstanding");
		let feeders = Feeders::<T>::get();
		ensure!(
			feeders.windows(2).all(|pair| pair.first() < pair.last()),
			"feeders are not sorted"
		);
		ensure!(
			feeders.is_empty() || feeders.len() >= QUORUM as usize,
			"there are too few feeders for a price"
		);
		if let Some(quote) = Quotes::<T>::get() {
			ensure!(PRICES.contains(&quote.slow), "the slow mean is no price");
			ensure!(
				quote.state != PriceState::Good || (quote.price > 0 && quote.price <= quote.median),
				"credits are made at no price, or above the median"
			);
		}
		Ok(())
	}
}
