//! Amounts as people write them: decimal fractions of which the chain counts the last place.

use alloc::{format, string::String};

/// A token has twelve decimals.
pub const TOKEN: u128 = 1_000_000_000_000;
/// Decimals of an amount of tokens.
pub const TOKEN_PLACES: u32 = 12;
/// Decimals of a price: the chain counts it in 10^-9 dollars.
pub const PRICE_PLACES: u32 = 9;
/// What is a price at all: from a millionth of a dollar to a thousand million dollars for a token. Below, what is rounded
/// would be more than a thousandth; a price is never nothing.
pub const PRICES: core::ops::RangeInclusive<u128> = 1_000..=1_000_000_000_000_000_000;
/// Decimals of an amount of credits in dollars: one is a millionth.
pub const CREDIT_PLACES: u32 = 6;

/// An amount of tokens.
pub fn tokens(planck: u128) -> String {
	format!("{} STN", decimal(planck, TOKEN_PLACES))
}

/// What credits are worth, in dollars.
pub fn dollars(credits: u128) -> String {
	format!("${}", decimal(credits, CREDIT_PLACES))
}

/// A decimal fraction with so many places, 38 at the most: all of them, so that columns align.
pub fn decimal(count: u128, places: u32) -> String {
	let one = 10u128.saturating_pow(places);
	format!("{}.{:0width$}", count / one, count % one, width = places as usize)
}

/// Reads a decimal fraction with up to so many places, such as `1_000_000.25`: the count of its last place. Nothing if it is
/// no such number, has more places, or is too great.
pub fn read(text: &str, places: u32) -> Option<u128> {
	let plain = text.replace('_', "");
	let (whole, part) = plain.split_once('.').unwrap_or((&plain, "0"));
	let digits = |text: &str| !text.is_empty() && text.bytes().all(|one| one.is_ascii_digit());
	if !digits(whole) || !digits(part) || part.len() > places as usize {
		return None;
	}
	let part: u128 = format!("{part:0<width$}", width = places as usize).parse().ok()?;
	let whole: u128 = whole.parse().ok()?;
	whole.checked_mul(10u128.checked_pow(places)?)?.checked_add(part)
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	#[test]
	fn amounts_are_shown_with_all_their_places() {
		assert_eq!(tokens(1_500_000_000_001), "1.500000000001 STN");
		assert_eq!(dollars(995_000), "$0.995000");
		assert_eq!(decimal(100_000_000, PRICE_PLACES), "0.100000000");
		assert_eq!(decimal(7, 0), "7.0");
	}

	#[test]
	fn what_is_no_number_is_not_read() {
		for (text, count) in [
			("1", Some(1_000_000_000)),
			("1_000.25", Some(1_000_250_000_000)),
			("0.000000001", Some(1)),
			("0.0000000001", None),
			("340282366920938463463374607431.768211455", Some(u128::MAX)),
			("340282366920938463463374607431.768211456", None),
			("340282366920938463463374607432", None),
		] {
			assert_eq!(read(text, PRICE_PLACES), count, "{text}");
		}
		for wrong in ["", ".", "1.", ".5", "-1", "+1", "1e3", "1,5", " 1", "1.2.3", "0x1", "nan"] {
			assert_eq!(read(wrong, PRICE_PLACES), None, "{wrong}");
		}
	}

	proptest! {
		#[test]
		fn what_is_shown_is_read_as_the_same(count: u128, places in 1u32..20) {
			prop_assert_eq!(read(&decimal(count, places), places), Some(count));
		}
	}
}
