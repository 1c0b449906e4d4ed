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
