//! Amounts that fade: after a half-life, half of one is left.

use codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_runtime::{
	traits::{CheckedDiv, Saturating},
	FixedPointNumber, FixedU128,
};
use substation_primitives::EpochIndex;

/// The part of an amount that an epoch leaves, `2^(-1/half_life)`, within `10^-15` from a half-life of ten
/// epochs on: `1 - x + x²/2 - x³/6 + x⁴/24` with `x = ln 2 / half_life`. A half-life of 0 leaves nothing.
pub fn left_by_an_epoch(half_life: EpochIndex) -> FixedU128 {
	const LN_2: u128 = 693_147_180_559_945_309;
	let Some(x) = LN_2.checked_div(half_life.into()).map(FixedU128::from_inner) else {
		return FixedU128::from_u32(0);
	};
	let term = |power: usize, divisor: u32| {
		x.saturating_pow(power).checked_div(&FixedU128::from_u32(divisor)).unwrap_or_default()
	};
	let less = x.saturating_add(term(3, 6));
	FixedU128::from_u32(1)
		.saturating_add(term(2, 2))
		.saturating_add(term(4, 24))
		.saturating_sub(less)
}

/// An amount as of an epoch.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Fading {
	/// How much.
	pub amount: u128,
	/// When.
	pub at: EpochIndex,
}

impl Fading {
	/// What is left in `now`, of which an epoch leaves the part `left`; rounded down. The same as ever
	/// before `at`.
	pub fn in_epoch(&self, now: EpochIndex, left: FixedU128) -> u128 {
		let epochs = now.saturating_sub(self.at);
		left.saturating_pow(epochs as usize).saturating_mul_int(self.amount)
	}

	/// Adds `more` in `now`.
	pub fn add(&mut self, now: EpochIndex, left: FixedU128, more: u128) {
		self.amount = self.in_epoch(now, left).saturating_add(more);
		self.at = now.max(self.at);
	}

	/// Takes `less` away in `now`, or what is left of it.
	pub fn subtract(&mut self, now: EpochIndex, left: FixedU128, less: u128) {
		self.amount = self.in_epoch(now, left).saturating_sub(less);
		self.at = now.max(self.at);
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	#[test]
	fn a_half_life_halves() {
		for half_life in [10, 24, 540, 10_000] {
			let fading = Fading { amount: 1_000_000_000_000, at: 5 };
			let left = left_by_an_epoch(half_life);

			let half = fading.in_epoch(5 + half_life, left);
			assert!((499_999_900_000..=500_000_100_000).contains(&half), "{half_life}: {half}");
			let quarter = fading.in_epoch(5 + 2 * half_life, left);
			assert!((249_999_900_000..=250_000_100_000).contains(&quarter), "{quarter}");
		}
		assert_eq!(left_by_an_epoch(0), FixedU128::from_u32(0));
	}

	proptest! {
		#[test]
		fn fading_in_steps_is_fading_at_once(
			amount in 0u128..1_000_000_000_000_000_000,
			steps in prop::collection::vec(0u32..50, 1..20),
		) {
			let left = left_by_an_epoch(540);
			let mut stepped = Fading { amount, at: 0 };
			let mut now = 0;
			for step in &steps {
				now += step;
				stepped.add(now, left, 0);
			}
			let at_once = Fading { amount, at: 0 }.in_epoch(now, left);
			// Each step rounds down, and the power does.
			let error = at_once.abs_diff(stepped.amount);
			prop_assert!(error <= amount / 1_000_000_000_000 + steps.len() as u128 + 1);
		}

		#[test]
		fn nothing_grows_by_waiting(amount: u64, first in 0u32..5_000, second in 0u32..5_000) {
			let left = left_by_an_epoch(540);
			let fading = Fading { amount: amount.into(), at: 0 };
			let (early, late) = (first.min(second), first.max(second));
			prop_assert!(fading.in_epoch(late, left) <= fading.in_epoch(early, left));
			prop_assert!(fading.in_epoch(0, left) == u128::from(amount));
		}
	}
}
