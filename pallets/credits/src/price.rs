//! The price at which credits are made, out of what feeders say.
//!
//! All of it is reckoned when somebody feeds, so that whoever buys reads one row. The rules, and figures for what feeders
//! in league can do to them, are in `docs/protocol.md`.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::traits::{Get, Time};
use scale_info::TypeInfo;
use sp_runtime::{Permill, Rounding};
use substation_primitives::{amount::PRICES, arithmetic::mul_div_up, mul_div, CreditBalance};

use crate::{Balance, Config, Feeders, Moment, Pallet, Price, Quotes, QUORUM};

/// Above such a spread feeders do not agree.
const MOST_SPREAD: Permill = Permill::from_percent(5);
/// So far above the slow mean the median is not believed.
const MOST_AHEAD: Permill = Permill::from_percent(20);
/// Tokens, in planck, times their price, for a credit: a token is 10^12 planck, a price 10^-9 dollars, a credit 10^-6.
pub const UNIT: u128 = 1_000_000_000_000_000;
/// The milliseconds of an hour.
const HOUR: Moment = 3_600_000;

/// Whether there was a price when somebody fed last.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum PriceState {
	/// There is.
	#[codec(index = 0)]
	Good,
	/// Too few feeders have said one lately.
	#[codec(index = 1)]
	TooFew,
	/// Feeders do not agree.
	#[codec(index = 2)]
	Apart,
	/// It has risen too fast to be believed yet.
	#[codec(index = 3)]
	Wild,
}

/// Why there is no price.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum NoPrice {
	/// Too few feeders have said one lately.
	#[codec(index = 0)]
	TooFew,
	/// Feeders do not agree.
	#[codec(index = 1)]
	Apart,
	/// It has risen too fast to be believed yet.
	#[codec(index = 2)]
	Wild,
	/// The last is too old.
	#[codec(index = 3)]
	Stale,
}

/// What feeders have said, put together.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Quote {
	/// At which credits are made, in 10^-9 dollars for a token.
	pub price: Price,
	/// The median of what was said.
	pub median: Price,
	/// What follows the median: down at once, up slowly.
	pub slow: Price,
	/// Until when it has followed; 0 if it was set before there was time.
	pub slow_at: Moment,
	/// The median distance from the median, as a part of it.
	pub spread: Permill,
	/// Until then as many were fresh as there have to be, counted from when they spoke: it is stale when these are.
	pub as_of: Moment,
	/// How many were used.
	pub fresh: u8,
	/// Whether credits are made at it.
	pub state: PriceState,
}

impl Quote {
	/// What follows from a price that was named for the slow mean to begin with: nothing is sold at it yet.
	pub fn beginning(slow: Price, now: Moment) -> Self {
		Self {
			price: 0,
			median: slow,
			slow,
			slow_at: now,
			spread: Permill::zero(),
			as_of: 0,
			fresh: 0,
			state: PriceState::TooFew,
		}
	}
}

/// The middle of what is sorted, or the mean of both in the middle, rounded as is said; 0 of nothing.
fn median(sorted: &[Price], rounding: Rounding) -> Price {
	let middle = sorted.len() / 2;
	let upper = sorted.get(middle).copied().unwrap_or(0);
	if sorted.len() % 2 == 1 {
		return upper;
	}
	let lower = middle.checked_sub(1).and_then(|place| sorted.get(place)).copied().unwrap_or(0);
	let sum = lower.saturating_add(upper);
	let up = matches!(rounding, Rounding::Up) && sum % 2 == 1;
	(sum / 2).saturating_add(up.into())
}

/// The median distance from `middle`, as a part of it: rounded up, against who buys.
fn spread(values: &[Price], middle: Price) -> Permill {
	let mut distances: Vec<_> = values.iter().map(|value| value.abs_diff(middle)).collect();
	distances.sort_unstable();
	let parts = mul_div_up(median(&distances, Rounding::Up), 1_000_000, middle);
	Permill::from_parts(u32::try_from(parts).unwrap_or(u32::MAX))
}

/// Credits for so many tokens at a price, rounded down.
pub fn credits_for(tokens: Balance, price: Price) -> CreditBalance {
	mul_div(tokens, price, UNIT)
}

/// Tokens for so many credits at a price, rounded up.
pub fn tokens_for(credits: CreditBalance, price: Price) -> Balance {
	mul_div_up(credits, UNIT, price)
}

impl<T: Config> Pallet<T> {
	/// Puts together what feeders have said, each with when it was. The median and as of when it is,
	/// unless too few of them are fresh.
	pub fn hear(said: impl IntoIterator<Item = (Price, Moment)>) -> Option<(Price, Moment)> {
		let now = T::Time::now();
		let fresh: Vec<(Price, Moment)> = said
			.into_iter()
			.filter(|(price, at)| PRICES.contains(price) && Self::is_fresh(*at, now))
			.collect();
		let before = Quotes::<T>::get();
		let count = u8::try_from(fresh.len()).unwrap_or(u8::MAX);
		let quorum = Self::quorum();
		if fresh.len() < quorum {
			// What it was stays to be seen, and what the slow mean stands at.
			if let Some(before) = before {
				Quotes::<T>::put(Quote { fresh: count, state: PriceState::TooFew, ..before });
			}
			return None;
		}
		// Until when as many of them are fresh: one who falls silent takes nothing from the others.
		let mut times: Vec<Moment> = fresh.iter().map(|(_, at)| *at).collect();
		times.sort_unstable_by(|one, other| other.cmp(one));
		let as_of = times.get(quorum.saturating_sub(1)).copied().unwrap_or(now);
		let mut values: Vec<Price> = fresh.into_iter().map(|(price, _)| price).collect();
		values.sort_unstable();
		let median = median(&values, Rounding::Down);
		let spread = spread(&values, median);
		let apart = spread > MOST_SPREAD;
		let (slow, slow_at) = match before {
			// What is not believed moves nothing.
			Some(before) if apart => (before.slow, before.slow_at),
			Some(before) => Self::follow(&before, median, now),
			None => (median, now),
		};
		let state = if apart {
			PriceState::Apart
		} else if median > slow.saturating_add(MOST_AHEAD.mul_floor(slow)) {
			PriceState::Wild
		} else {
			PriceState::Good
		};
		let margin =
			T::Margin::get().max(Permill::from_parts(spread.deconstruct().saturating_mul(2)));
		let price = median.min(slow);
		let price = price.saturating_sub(margin.mul_ceil(price));
		Quotes::<T>::put(Quote {
			price,
			median,
			slow,
			slow_at,
			spread,
			as_of,
			fresh: count,
			state,
		});
		Some((median, as_of))
	}

	/// How many have to have spoken: two thirds of all feeders, and three. So whoever is less than a third of them never
	/// speaks for them, however many are silent.
	fn quorum() -> usize {
		let feeders = Feeders::<T>::decode_len().unwrap_or(0);
		feeders.saturating_mul(2).div_ceil(3).max(QUORUM as usize)
	}

	/// The slow mean, which has followed until now, and when it did: down at once, up by so much of itself an hour at the
	/// most. Silence of more than an hour does not count: nobody may save it up. What was too short for a whole step counts
	/// next time.
	fn follow(before: &Quote, median: Price, now: Moment) -> (Price, Moment) {
		let from =
			if before.slow_at == 0 { now } else { before.slow_at.max(now.saturating_sub(HOUR)) };
		let since = now.saturating_sub(from);
		let an_hour = T::Rise::get().mul_floor(before.slow);
		let step = mul_div(an_hour, since.into(), HOUR.into());
		let risen = before.slow.saturating_add(step);
		if median <= risen {
			return (median, now);
		}
		let used = mul_div_up(step, HOUR.into(), an_hour);
		(risen, from.saturating_add(u64::try_from(used).unwrap_or(since)).min(now))
	}

	/// Whether what was said then still counts.
	fn is_fresh(at: Moment, now: Moment) -> bool {
		at.saturating_add(T::MaxAge::get()) >= now
	}

	/// The quote at which credits are made now, or why there is none.
	pub fn quote() -> Result<Quote, NoPrice> {
		let quote = Quotes::<T>::get().ok_or(NoPrice::TooFew)?;
		match quote.state {
			PriceState::TooFew => Err(NoPrice::TooFew),
			// However it was: it is not known how it is.
			_ if !Self::is_fresh(quote.as_of, T::Time::now()) => Err(NoPrice::Stale),
			PriceState::Apart => Err(NoPrice::Apart),
			PriceState::Wild => Err(NoPrice::Wild),
			PriceState::Good => Ok(quote),
		}
	}
}
