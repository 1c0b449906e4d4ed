//! What stake earns: as much as it takes that enough is staked, and no more than validators' part of the budgets.

use sp_runtime::{traits::Saturating, Permill};
use substation_primitives::{
	arithmetic::{mul_div, mul_div_up},
	Balance,
};

/// What stake earns in a year, by the part of all tokens that is staked. It falls in a straight line from `scarce`, where
/// next to nothing is staked, to `ample`, where `ideal` or more of all tokens are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Returns {
	/// A year's return where next to nothing is staked.
	pub scarce: Permill,
	/// A year's return where enough is.
	pub ample: Permill,
	/// The part of all tokens that is enough.
	pub ideal: Permill,
}

impl Returns {
	/// Whether more stake never earns a higher return, nor less in sum: `scarce` is no more than twice `ample`.
	pub const fn is_sound(&self) -> bool {
		let (scarce, ample) = (self.scarce.deconstruct(), self.ample.deconstruct());
		self.ideal.deconstruct() > 0 && ample <= scarce && scarce <= ample.saturating_mul(2)
	}

	/// A year's return where `staked` of `issuance` is staked, rounded down to millionths.
	pub fn at(&self, staked: Balance, issuance: Balance) -> Permill {
		const WHOLE: Balance = Permill::one().deconstruct() as Balance;
		let ideal = self.ideal.deconstruct().max(1).into();
		let part = mul_div_up(staked, WHOLE, issuance.max(1)).min(ideal);
		let falls = self.scarce.saturating_sub(self.ample).deconstruct();
		let fallen = mul_div_up(falls.into(), part, ideal);
		self.scarce.saturating_sub(Permill::from_parts(fallen.try_into().unwrap_or(falls)))
	}

	/// What `staked` of `issuance` earns in `epochs` epochs, of which a year has `year`; rounded down.
	pub fn earned(&self, staked: Balance, issuance: Balance, epochs: u32, year: u32) -> Balance {
		let yearly = self.at(staked, issuance).mul_floor(staked);
		mul_div(yearly, epochs.into(), year.max(1).into())
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	const RETURNS: Returns = Returns {
		scarce: Permill::from_percent(16),
		ample: Permill::from_percent(8),
		ideal: Permill::from_percent(50),
	};

	#[test]
	fn a_return_falls_as_more_is_staked() {
		let at = |staked| RETURNS.at(staked, 1_000).deconstruct();
		assert_eq!(
			[0, 1, 250, 499, 500, 1_000].map(at),
			[160_000, 159_840, 120_000, 80_160, 80_000, 80_000]
		);
		assert_eq!(RETURNS.at(0, 0), RETURNS.scarce);
	}

	#[test]
	fn a_quarter_of_all_tokens_earns_twelve_hundredths_in_a_year() {
		const YEAR: u32 = 8_766;
		assert_eq!(RETURNS.earned(3_000_000, 12_000_000, YEAR, YEAR), 360_000);
		assert_eq!(RETURNS.earned(3_000_000, 12_000_000, 6, YEAR), 246);
		assert_eq!(RETURNS.earned(3_000_000, 12_000_000, 0, YEAR), 0);
		assert_eq!(RETURNS.earned(0, 12_000_000, YEAR, YEAR), 0);
	}

	#[test]
	fn what_would_pay_more_stake_less_is_not_sound() {
		assert!(RETURNS.is_sound());
		let with = |change: &dyn Fn(&mut Returns)| {
			let mut returns = RETURNS;
			change(&mut returns);
			returns.is_sound()
		};
		assert!(with(&|r| r.scarce = r.ample));
		assert!(!with(&|r| r.scarce = Permill::from_parts(160_001)));
		assert!(!with(&|r| r.scarce = Permill::from_parts(79_999)));
		assert!(!with(&|r| r.ideal = Permill::zero()));
	}

	proptest! {
		/// Against fractions of real numbers, and never above them.
		#[test]
		fn it_is_what_the_line_says(
			issuance in 1u64..=1_000_000_000_000,
			part in 0.0f64..=1.0,
			epochs in 0u32..=100,
		) {
			let staked = (issuance as f64 * part) as u64;
			let line = (0.16 - 0.08 * (staked as f64 / issuance as f64 / 0.5).min(1.0)).max(0.08);
			let exact = staked as f64 * line * f64::from(epochs) / 8_766.0;
			let earned = RETURNS.earned(staked.into(), issuance.into(), epochs, 8_766) as f64;
			// The part of what is staked is rounded to a millionth, and so is the return.
			let slip = staked as f64 * 1.4e-6 * f64::from(epochs) / 8_766.0 + 1.0;
			prop_assert!(exact - earned <= slip, "{earned} instead of {exact}");
			// So much a real number of 64 bits is off.
			prop_assert!(earned <= exact * (1.0 + 1e-12), "{earned}, and {exact} at the most");
		}

		/// Nobody who stakes makes all stake together earn less.
		#[test]
		fn more_stake_earns_no_less_in_sum(issuance in 1u64..=1_000_000_000, parts in [0.0f64..=1.0, 0.0f64..=1.0]) {
			let mut staked = parts.map(|part| (issuance as f64 * part) as u128);
			staked.sort();
			let [less, more] = staked.map(|staked| RETURNS.earned(staked, issuance.into(), 8_766, 8_766));
			prop_assert!(less <= more + u128::from(issuance / 500_000) + 2, "{less} {more}");
		}
	}
}
