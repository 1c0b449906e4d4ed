//! Credits, together with what was burned for them.
//!
//! A credit is a millionth of a dollar, made when tokens are burned and worth nothing but service. What a sale of credits
//! lets come back is a part of *their own* cost, so no price of another day decides about it: whoever sells to itself gets
//! less than it burned, whatever happened in between.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_runtime::Permill;

use crate::{mul_div, Balance};

/// Credits, each a millionth of a dollar.
pub type CreditBalance = u128;

/// The most that a sale lets come back of what its credits cost: 95 %. The rest stays burned.
pub const MOST_REMADE: Permill = Permill::from_percent(95);

/// Credits of which it is known what they cost.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Default,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Purse {
	/// How many.
	pub credits: CreditBalance,
	/// The tokens that were burned for them, in planck.
	pub cost: Balance,
}

impl Purse {
	/// Takes `credits` out with their part of the cost, rounded down: the last ones take what is left of it. Nothing if
	/// there are not as many.
	pub fn take(&mut self, credits: CreditBalance) -> Option<Self> {
		let left = self.credits.checked_sub(credits)?;
		let cost = if left == 0 { self.cost } else { mul_div(self.cost, credits, self.credits) };
		self.credits = left;
		self.cost = self.cost.saturating_sub(cost);
		Some(Self { credits, cost })
	}

	/// Both together, if they can be counted.
	pub fn with(&self, other: Self) -> Option<Self> {
		Some(Self {
			credits: self.credits.checked_add(other.credits)?,
			cost: self.cost.checked_add(other.cost)?,
		})
	}

	/// Whether there are no credits.
	pub fn is_empty(&self) -> bool {
		self.credits == 0
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	#[test]
	fn a_part_costs_its_share_rounded_down_and_the_last_all_that_is_left() {
		let mut purse = Purse { credits: 3, cost: 10 };
		assert_eq!(purse.take(1), Some(Purse { credits: 1, cost: 3 }));
		assert_eq!(purse.take(1), Some(Purse { credits: 1, cost: 3 }));
		assert_eq!(purse.take(1), Some(Purse { credits: 1, cost: 4 }));
		assert_eq!(purse, Purse::default());
	}

	#[test]
	fn more_than_there_is_cannot_be_taken() {
		let mut purse = Purse { credits: 3, cost: 10 };
		assert_eq!(purse.take(4), None);
		assert_eq!(purse, Purse { credits: 3, cost: 10 });
		assert_eq!(Purse::default().take(1), None);
		assert_eq!(Purse::default().take(0), Some(Purse::default()));
	}

	#[test]
	fn what_cannot_be_counted_is_not_added() {
		let (all, one) = (Purse { credits: u128::MAX, cost: 0 }, Purse { credits: 1, cost: 0 });
		assert_eq!(all.with(one), None);
		assert_eq!(Purse { credits: 0, cost: u128::MAX }.with(Purse { credits: 0, cost: 1 }), None);
		assert_eq!(one.with(one), Some(Purse { credits: 2, cost: 0 }));
	}

	#[test]
	fn the_greatest_numbers_are_divided_too() {
		let mut purse = Purse { credits: u128::MAX, cost: u128::MAX };
		let half = u128::MAX / 2;
		assert_eq!(purse.take(half), Some(Purse { credits: half, cost: half }));
		assert_eq!(purse.credits, half + 1);
		assert_eq!(purse.cost, half + 1);
	}

	proptest! {
		#[test]
		fn parts_cost_together_what_the_whole_did(
			credits in 1u128..u128::MAX, cost: u128, parts in prop::collection::vec(any::<u128>(), 0..20),
		) {
			let mut purse = Purse { credits, cost };
			let mut taken = Purse::default();
			for part in parts {
				let part = part % purse.credits.max(1);
				taken = taken.with(purse.take(part).unwrap()).unwrap();
			}
			prop_assert_eq!(taken.with(purse), Some(Purse { credits, cost }));
		}
	}
}
