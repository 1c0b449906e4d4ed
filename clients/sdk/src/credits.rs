//! Credits: what they cost, what an account has of them, and what feeders say.

use anyhow::{anyhow, Result};
use substation_primitives::{
	amount::{decimal, read, PRICES, PRICE_PLACES},
	AccountId32, Purse,
};
use subxt::tx::Payload;

pub use api::runtime_types::pallet_credits::{
	price::{NoPrice, Quote},
	purses::Totals,
};

use crate::chain::{api, rpc_account, Chain, Events};
use api::runtime_types::{
	bounded_collections::bounded_vec::BoundedVec, substation_runtime::configs::credits::Pair,
};

/// Reads a price in dollars for a token, such as `0.1034`: in 10^-9 dollars.
///
/// # Errors
///
/// If it is no number, has more than nine decimals, or is less than a millionth of a dollar or more than 10^9 dollars.
pub fn read_price(text: &str) -> Result<u128> {
	read(text.trim(), PRICE_PLACES).filter(|price| PRICES.contains(price)).ok_or_else(|| {
		anyhow!(
			"{:?} is no price: dollars for a token, from 0.000001 to 1000000000, with nine decimals at the most",
			text.trim()
		)
	})
}

/// A price in dollars for a token.
pub fn shown_price(price: u128) -> String {
	decimal(price, PRICE_PLACES)
}

/// Why there is no price, in words.
pub fn reason(why: &NoPrice) -> &'static str {
	match why {
		NoPrice::TooFew => "fewer than three feeders have said a price lately",
		NoPrice::Apart => "feeders do not agree",
		NoPrice::Wild => "it has risen by more than a fifth above its slow mean",
		NoPrice::Stale => "the last one is too old",
	}
}

/// The call by which a feeder says what a token costs. It costs a feeder nothing, but not within another.
pub fn feed(price: u128) -> impl Payload {
	api::tx().oracle().feed_values(BoundedVec(vec![(Pair::StnUsd, price)]))
}

/// The call that burns `tokens` for at least as many credits.
pub fn buy(tokens: u128, least: u128) -> impl Payload {
	api::tx().credits().buy(tokens, least)
}

/// The call that burns `most` tokens or fewer for so many credits.
pub fn buy_exact(credits: u128, most: u128) -> impl Payload {
	api::tx().credits().buy_exact(credits, most)
}

/// Credits that a purchase has made, and tokens that it has burned for them, in planck.
pub fn bought(events: &Events) -> Result<Option<(u128, u128)>> {
	let event = events.find_first::<api::credits::events::Bought>();
	Ok(event.transpose()?.map(|event| (event.credits, event.burned)))
}

impl Chain {
	/// The price at which credits are made now; or why there is none, and the last that was reckoned.
	pub async fn price(&self) -> Result<Result<Quote, (NoPrice, Option<Quote>)>> {
		self.view(api::view_functions().credits().price()).await
	}

	/// What so many tokens are worth now, or why nobody knows.
	pub async fn worth(&self, tokens: u128) -> Result<Result<u128, NoPrice>> {
		self.view(api::view_functions().credits().worth(tokens)).await
	}

	/// What so many credits cost now, in planck, or why nobody knows.
	pub async fn cost_of(&self, credits: u128) -> Result<Result<u128, NoPrice>> {
		self.view(api::view_functions().credits().cost_of(credits)).await
	}

	/// An account's credits, and what was burned for them.
	pub async fn purse(&self, who: &AccountId32) -> Result<Purse> {
		let purse = self.view(api::view_functions().credits().purse(rpc_account(who))).await?;
		Ok(Purse { credits: purse.credits, cost: purse.cost })
	}

	/// Credits that may be made today yet.
	pub async fn issue_left(&self) -> Result<u128> {
		self.view(api::view_functions().credits().issue_left()).await
	}

	/// What was burned for credits, and where it is.
	pub async fn credit_totals(&self) -> Result<Totals> {
		self.view(api::view_functions().credits().totals()).await
	}

	/// Whether an account is one of those who say what a token costs.
	pub async fn is_feeder(&self, who: &AccountId32) -> Result<bool> {
		let feeders = self.view(api::view_functions().credits().feeders()).await?;
		Ok(feeders.contains(&rpc_account(who)))
	}

	/// For how long what a feeder has said counts.
	pub async fn price_age(&self) -> Result<std::time::Duration> {
		let millis = self.view(api::view_functions().credits().max_age()).await?;
		Ok(std::time::Duration::from_millis(millis))
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_price_is_read_in_dollars_and_shown_so() {
		assert_eq!(read_price(" 0.1034\n").unwrap(), 103_400_000);
		assert_eq!(shown_price(103_400_000), "0.103400000");
		assert_eq!(read_price("0.000001").unwrap(), 1_000);
		assert_eq!(read_price("1000000000").unwrap(), 1_000_000_000_000_000_000);
		for wrong in ["", "0", "0.000000999", "1000000000.000000001", "-1", "1e3", "0,5", "$1"] {
			assert!(read_price(wrong).unwrap_err().to_string().contains("is no price"), "{wrong}");
		}
	}
}
