//! Sums of money.

use sp_runtime::{helpers_128bit::multiply_by_rational_with_rounding, Rounding};

/// `a * b / c`, rounded down: 0 if `c` is 0, and the greatest there is if the result is greater. The product in
/// between may be any.
pub fn mul_div(a: u128, b: u128, c: u128) -> u128 {
	rounded(a, b, c, Rounding::Down)
}

/// The same, rounded up.
pub fn mul_div_up(a: u128, b: u128, c: u128) -> u128 {
	rounded(a, b, c, Rounding::Up)
}

fn rounded(a: u128, b: u128, c: u128, rounding: Rounding) -> u128 {
	if c == 0 {
		return 0;
	}
	multiply_by_rational_with_rounding(a, b, c, rounding).unwrap_or(u128::MAX)
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	#[test]
	fn the_edges_are_what_is_said() {
		assert_eq!(mul_div(u128::MAX, u128::MAX, u128::MAX), u128::MAX);
		assert_eq!(mul_div(u128::MAX, 2, 1), u128::MAX);
		assert_eq!(mul_div(u128::MAX, 1, u128::MAX), 1);
		assert_eq!(mul_div(1, 2, 0), 0);
		assert_eq!(mul_div(2, 2, 3), 1);
		assert_eq!([mul_div_up(2, 2, 3), mul_div_up(2, 3, 3), mul_div_up(1, 2, 0)], [2, 2, 0]);
		assert_eq!(mul_div_up(u128::MAX, 2, 1), u128::MAX);
	}

	proptest! {
		#[test]
		fn it_is_the_quotient_of_the_product(a: u64, b: u64, c in 1u64..) {
			let [a, b, c] = [a, b, c].map(u128::from);
			prop_assert_eq!(mul_div(a, b, c), a * b / c);
			prop_assert_eq!(mul_div_up(a, b, c), (a * b).div_ceil(c));
		}

		#[test]
		fn parts_of_a_whole_are_no_more_than_it(whole: u128, parts in proptest::collection::vec(any::<u64>(), 1..8)) {
			let sum: u128 = parts.iter().copied().map(u128::from).sum();
			let paid: u128 = parts.iter().map(|part| mul_div(whole, (*part).into(), sum)).sum();
			prop_assert!(paid <= whole && (sum == 0 || whole - paid < parts.len() as u128));
		}
	}
}
