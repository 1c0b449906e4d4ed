//! How much is issued when: a budget per epoch that halves at a fixed interval, under a hard cap.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use substation_primitives::EpochIndex;

use crate::Balance;

/// A halving curve.
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
	serde::Serialize,
	serde::Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub struct Curve {
	/// The most that is ever issued, in planck.
	pub cap: Balance,
	/// The budget of each epoch before the first halving, in planck.
	pub initial: Balance,
	/// Epochs between halvings.
	pub halving: EpochIndex,
}

impl Default for Curve {
	/// A thousand million tokens over all time; half of them in the first four years of epochs of an
	/// hour.
	fn default() -> Self {
		const TOKEN: Balance = 1_000_000_000_000;
		const HALVING: EpochIndex = 4 * 365 * 24;
		const CAP: Balance = 1_000_000_000 * TOKEN;
		const INITIAL: Balance = CAP / (2 * HALVING as Balance);
		Self { cap: CAP, initial: INITIAL, halving: HALVING }
	}
}

impl Curve {
	/// Whether all budgets together stay under the cap: `initial * halving * (1 + 1/2 + …)`.
	pub fn is_sound(&self) -> bool {
		self.halving > 0
			&& self
				.initial
				.checked_mul(self.halving.into())
				.and_then(|first| first.checked_mul(2))
				.is_some_and(|all| all <= self.cap)
	}

	/// The budget of `epoch`, rounded down.
	pub fn budget(&self, epoch: EpochIndex) -> Balance {
		let halvings = epoch.checked_div(self.halving).unwrap_or(EpochIndex::MAX);
		self.initial.checked_shr(halvings).unwrap_or(0)
	}

	/// The budgets of all epochs before `epoch`, in sum.
	pub fn total_before(&self, epoch: EpochIndex) -> Balance {
		let mut total: Balance = 0;
		let mut first: EpochIndex = 0;
		while first < epoch {
			let budget = self.budget(first);
			if budget == 0 {
				break;
			}
			let halvings = first.checked_div(self.halving).unwrap_or(0);
			let next = halvings.saturating_add(1).saturating_mul(self.halving).min(epoch);
			let epochs: Balance = next.saturating_sub(first).into();
			total = total.saturating_add(budget.saturating_mul(epochs));
			first = next.max(first.saturating_add(1));
		}
		total
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	#[test]
	fn the_default_curve_ends_under_its_cap() {
		let curve = Curve::default();
		assert!(curve.is_sound());
		let all = curve.total_before(EpochIndex::MAX);

		assert!(all <= curve.cap);
		assert!(all > curve.cap / 1_000 * 999);
	}

	#[test]
	fn budgets_halve_and_end() {
		let curve = Curve { cap: 2_000, initial: 100, halving: 10 };
		assert!(curve.is_sound());
		assert!(!Curve { cap: 1_999, ..curve }.is_sound());
		assert!(!Curve { halving: 0, ..curve }.is_sound());

		let budgets: Vec<_> = [0, 9, 10, 20, 60, 69, 70, 2_000].map(|e| curve.budget(e)).into();
		assert_eq!(budgets, [100, 100, 50, 25, 1, 1, 0, 0]);
	}

	proptest! {
		#[test]
		fn totals_are_the_sum_of_budgets(
			initial in 0u128..1_000_000,
			halving in 1u32..50,
			epoch in 0u32..500,
		) {
			let curve = Curve { cap: Balance::MAX, initial, halving };
			let sum: Balance = (0..epoch).map(|epoch| curve.budget(epoch)).sum();
			prop_assert_eq!(curve.total_before(epoch), sum);
			prop_assert!(sum <= initial * u128::from(halving) * 2);
		}
	}
}
