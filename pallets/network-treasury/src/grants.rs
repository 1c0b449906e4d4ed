//! What is granted, and when it is paid.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
	traits::Get, BoundedVec, CloneNoBound, DebugNoBound, EqNoBound, PartialEqNoBound,
};
use scale_info::TypeInfo;
use substation_primitives::{mul_div, AccountId32, EpochIndex, NetworkId};

use crate::Balance;

/// Whose money.
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
)]
pub enum Fund {
	/// Everybody's.
	#[codec(index = 0)]
	Common,
	/// A network's.
	#[codec(index = 1)]
	Network(NetworkId),
}

/// By what a milestone is reached.
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
)]
pub enum Release {
	/// By a decision of those who grant.
	#[codec(index = 0)]
	Governed,
	/// By work that was verified and paid after the award, or by a decision.
	#[codec(index = 1)]
	Work {
		/// In which network.
		network: NetworkId,
		/// What the beneficiary was paid for it, in planck.
		paid: Balance,
	},
}

/// A part of a grant.
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
)]
pub struct Milestone {
	/// What is granted for it.
	pub amount: Balance,
	/// Over how many epochs it is paid once it is reached; 0 for at once.
	pub over: EpochIndex,
	/// By what it is reached.
	pub release: Release,
}

/// A milestone, and how far it has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Stage {
	/// The milestone.
	pub milestone: Milestone,
	/// What the beneficiary had been paid for work when it was awarded, as far as it was counted.
	pub before: Balance,
	/// When it was reached.
	pub reached: Option<EpochIndex>,
	/// What of it was paid.
	pub paid: Balance,
}

impl Stage {
	/// What of it the beneficiary has earned by `now`: nothing before it is reached, then as much more
	/// with each epoch, rounded down.
	pub fn earned(&self, now: EpochIndex) -> Balance {
		let Milestone { amount, over, .. } = self.milestone;
		let Some(reached) = self.reached else { return 0 };
		let passed = now.saturating_sub(reached);
		if passed >= over {
			return amount;
		}
		mul_div(amount, passed.into(), over.into())
	}

	/// What is due by `now`.
	pub fn due(&self, now: EpochIndex) -> Balance {
		self.earned(now).saturating_sub(self.paid)
	}

	/// What was not paid.
	pub fn unpaid(&self) -> Balance {
		self.milestone.amount.saturating_sub(self.paid)
	}

	/// The network in which work for it is counted, while it is.
	pub fn counts_in(&self) -> Option<NetworkId> {
		match (self.reached, self.milestone.release) {
			(None, Release::Work { network, .. }) => Some(network),
			_ => None,
		}
	}
}

/// Money that somebody gets from a fund by reaching milestones. It is held on the fund's account.
#[derive(
	CloneNoBound, PartialEqNoBound, EqNoBound, DebugNoBound, Encode, Decode, MaxEncodedLen, TypeInfo,
)]
#[scale_info(skip_type_params(N))]
#[codec(mel_bound())]
pub struct Grant<N: Get<u32>> {
	/// From which fund.
	pub fund: Fund,
	/// To whom.
	pub beneficiary: AccountId32,
	/// Its parts.
	pub stages: BoundedVec<Stage, N>,
}

impl<N: Get<u32>> Grant<N> {
	/// What is due by `now`.
	pub fn due(&self, now: EpochIndex) -> Balance {
		self.stages.iter().map(|stage| stage.due(now)).fold(0, Balance::saturating_add)
	}

	/// What was not paid.
	pub fn unpaid(&self) -> Balance {
		self.stages.iter().map(Stage::unpaid).fold(0, Balance::saturating_add)
	}
}

/// What an account was paid for work, while a milestone waits for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Work {
	/// How much, in planck, since it is counted.
	pub paid: Balance,
	/// Milestones that wait.
	pub waiting: u32,
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	fn stage(amount: Balance, over: EpochIndex, reached: Option<EpochIndex>) -> Stage {
		let milestone = Milestone { amount, over, release: Release::Governed };
		Stage { milestone, before: 0, reached, paid: 0 }
	}

	#[test]
	fn a_stage_streams_from_when_it_is_reached() {
		let waiting = stage(100, 3, None);
		assert_eq!(waiting.earned(1_000), 0);
		let reached = stage(100, 3, Some(10));
		assert_eq!(
			[9, 10, 11, 12, 13, 99].map(|now| reached.earned(now)),
			[0, 0, 33, 66, 100, 100]
		);
		assert_eq!(stage(100, 0, Some(10)).earned(10), 100);
		let paid = Stage { paid: 40, ..reached };
		assert_eq!((paid.due(11), paid.due(12), paid.unpaid()), (0, 26, 60));
	}

	proptest! {
		#[test]
		fn what_is_earned_grows_and_ends_at_the_amount(
			amount: Balance,
			over in 0u32..1_000,
			early in 0u32..2_000,
			late in 0u32..2_000,
		) {
			let stage = stage(amount, over, Some(10));
			let (early, late) = (early.min(late), early.max(late));
			prop_assert!(stage.earned(early) <= stage.earned(late));
			prop_assert!(stage.earned(late) <= amount);
			prop_assert_eq!(stage.earned(10 + over), amount);
		}
	}
}
