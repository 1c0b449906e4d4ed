//! A price for verified service in a cell by a date.

use codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use substation_primitives::{mul_div, AccountId32, EpochIndex};

use crate::Balance;

/// What a buyer pays for service in a cell of a network. The price is put aside, the deposit held from the buyer.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Bounty {
	/// Who pays.
	pub buyer: AccountId32,
	/// What all of the service costs.
	pub price: Balance,
	/// How much service: the sum of scores.
	pub target: u64,
	/// The first epoch whose service counts.
	pub from: EpochIndex,
	/// The last one.
	pub until: EpochIndex,
	/// Scores that were delivered, in sum.
	pub delivered: u64,
	/// What was paid.
	pub paid: Balance,
	/// What is held for the row, beside the price.
	pub deposit: Balance,
}

impl Bounty {
	/// Whether service of `epoch` counts.
	pub fn wants(&self, epoch: EpochIndex) -> bool {
		(self.from..=self.until).contains(&epoch) && !self.is_delivered()
	}

	/// Whether all of the service was delivered.
	pub fn is_delivered(&self) -> bool {
		self.delivered >= self.target
	}

	/// Notes that `score` was delivered, and tells what it costs: the price by parts, rounded down each
	/// time over all that was delivered, so that the last part leaves nothing.
	pub fn deliver(&mut self, score: u32) -> Balance {
		self.delivered = self.delivered.saturating_add(score.into()).min(self.target);
		let earned = mul_div(self.price, self.delivered.into(), self.target.into());
		let due = earned.saturating_sub(self.paid);
		self.paid = self.paid.saturating_add(due);
		due
	}

	/// What of the price is left.
	pub fn left(&self) -> Balance {
		self.price.saturating_sub(self.paid)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	fn bounty(price: Balance, target: u64) -> Bounty {
		Bounty {
			buyer: [1; 32].into(),
			price,
			target,
			from: 5,
			until: 9,
			delivered: 0,
			paid: 0,
			deposit: 0,
		}
	}

	#[test]
	fn service_counts_from_the_first_epoch_to_the_last_until_there_is_enough() {
		let mut bounty = bounty(10, 3);
		assert_eq!([4, 5, 9, 10].map(|epoch| bounty.wants(epoch)), [false, true, true, false]);
		assert_eq!([1, 1, 5, 1].map(|score| bounty.deliver(score)), [3, 3, 4, 0]);
		assert!(!bounty.wants(6));
		assert_eq!(bounty.left(), 0);
	}

	proptest! {
		#[test]
		fn parts_add_up_to_what_was_delivered(
			price: Balance,
			target in 1u64..10_000_000_000,
			scores in prop::collection::vec(0u32..=1_000_000, 0..100),
		) {
			let mut bounty = bounty(price, target);
			let paid: Balance = scores.iter().map(|score| bounty.deliver(*score)).sum();
			let delivered = scores.iter().map(|score| u64::from(*score)).sum::<u64>().min(target);
			prop_assert_eq!(bounty.delivered, delivered);
			prop_assert_eq!(bounty.paid, paid);
			prop_assert_eq!(paid + bounty.left(), price);
			prop_assert_eq!(delivered == target, bounty.left() == 0 || price == 0);
		}
	}
}
