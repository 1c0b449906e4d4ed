//! What a score earns: the chain's formula in plain arithmetic, for checking it from outside.

use substation_primitives::{batch::Leaf, FULL_SCORE};

/// What a network pays for an epoch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rates {
	/// What there is to pay, in planck.
	pub pool: u128,
	/// The most that a full score earns, in planck.
	pub rate_cap: u128,
	/// Scores of the network's settled batches, in sum.
	pub total: u64,
}

/// One payment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Payment {
	/// What the owner gets.
	pub owner: u128,
	/// What the aggregator gets.
	pub aggregator: u128,
}

impl Rates {
	/// `min(pool × score / total, rate cap × score / full score)`, rounded down, of which the
	/// aggregator gets its cut, rounded down, and the owner the rest.
	pub fn payment(&self, leaf: &Leaf) -> Payment {
		if self.total == 0 {
			return Payment::default();
		}
		let score = u128::from(leaf.score);
		let share = self.pool * score / u128::from(self.total);
		let payment = share.min(self.rate_cap * score / u128::from(FULL_SCORE));
		let aggregator = payment * u128::from(leaf.cut) / 1_000_000;
		Payment { owner: payment - aggregator, aggregator }
	}

	/// Whether the rate cap, not the pool, limits what scores earn.
	pub fn is_capped(&self) -> bool {
		self.total > 0
			&& self.rate_cap * u128::from(self.total) < self.pool * u128::from(FULL_SCORE)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn leaf(score: u32, cut: u32) -> Leaf {
		Leaf {
			index: 0,
			device: Default::default(),
			report: Default::default(),
			score,
			fault: None,
			cut,
		}
	}

	#[test]
	fn a_payment_is_the_smaller_of_share_and_cap_and_the_owner_gets_the_odd_planck() {
		let rates = Rates { pool: 1_000, rate_cap: 1_000_000, total: 3_000_000 };

		// A third of 1,000 rounded down is 333, half of which is 166.
		let payment = rates.payment(&leaf(1_000_000, 500_000));
		assert_eq!(payment, Payment { owner: 167, aggregator: 166 });
		assert!(!rates.is_capped());
		let capped = Rates { rate_cap: 100, ..rates };
		assert_eq!(capped.payment(&leaf(500_000, 0)), Payment { owner: 50, aggregator: 0 });
		assert!(capped.is_capped());
	}

	#[test]
	fn nothing_is_paid_of_a_total_of_zero() {
		let rates = Rates { pool: 1_000, rate_cap: 1_000, total: 0 };

		assert_eq!(rates.payment(&leaf(0, 0)), Payment::default());
	}
}
