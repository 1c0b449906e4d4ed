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
