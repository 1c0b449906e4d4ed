//! How amounts fade.

use super::*;
use crate::fading::{left_by_an_epoch, Fading};
use sp_runtime::FixedU128;

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
