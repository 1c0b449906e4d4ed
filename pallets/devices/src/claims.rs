//! Which epochs a membership was paid for.

use codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use substation_primitives::EpochIndex;

/// Epochs that are told apart: more than any claim can be old.
pub const SPAN: u32 = 256;

/// A ring of one bit per epoch. It outlives a membership, and bits are cleared only as epochs
/// advance, never because a claim was made: otherwise leaving and joining again, or claiming a later
/// epoch first, would let an epoch be paid twice.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct ClaimBits {
	bits: [u8; (SPAN / 8) as usize],
	/// The latest epoch that has a bit.
	latest: EpochIndex,
}

impl ClaimBits {
	/// Bits for a membership that begins in `now`: what lies before counts as paid.
	pub fn new(now: EpochIndex) -> Self {
		Self { bits: [u8::MAX; (SPAN / 8) as usize], latest: now }
	}

	/// Whether `epoch` was marked; also true for epochs too old to have a bit, and for the future.
	pub fn is_marked(&self, epoch: EpochIndex, now: EpochIndex) -> bool {
		let mut advanced = self.clone();
		advanced.advance(now);
		!advanced.has_bit(epoch) || advanced.byte(epoch) & Self::bit(epoch) != 0
	}

	/// Marks `epoch`, which is in the past of `now`; false if it was marked already.
	pub fn mark(&mut self, epoch: EpochIndex, now: EpochIndex) -> bool {
		self.advance(now);
		if !self.has_bit(epoch) || self.byte(epoch) & Self::bit(epoch) != 0 {
			return false;
		}
		if let Some(byte) = self.bits.get_mut(Self::place(epoch)) {
			*byte |= Self::bit(epoch);
		}
		true
	}

	fn advance(&mut self, now: EpochIndex) {
		let steps = now.saturating_sub(self.latest);
		if steps >= SPAN {
			self.bits = Default::default();
		} else {
			for step in 0..steps {
				let epoch = now.saturating_sub(step);
				if let Some(byte) = self.bits.get_mut(Self::place(epoch)) {
					*byte &= !Self::bit(epoch);
				}
			}
		}
		self.latest = self.latest.max(now);
	}

	fn has_bit(&self, epoch: EpochIndex) -> bool {
		epoch <= self.latest && self.latest.saturating_sub(epoch) < SPAN
	}

	fn byte(&self, epoch: EpochIndex) -> u8 {
		self.bits.get(Self::place(epoch)).copied().unwrap_or(u8::MAX)
	}

	fn place(epoch: EpochIndex) -> usize {
		((epoch % SPAN) / 8) as usize
	}

	fn bit(epoch: EpochIndex) -> u8 {
		1u8.wrapping_shl(epoch % 8)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;
	use std::collections::BTreeSet;

	#[test]
	fn an_epoch_is_marked_once() {
		let mut bits = ClaimBits::new(90);

		assert!(!bits.mark(85, 100), "before it began");
		assert!(!bits.is_marked(95, 100));
		assert!(bits.mark(95, 100));
		assert!(bits.is_marked(95, 100));
		assert!(!bits.mark(95, 100));
		assert!(!bits.mark(95, 340));
		assert!(!bits.mark(94, 350), "its bit is another epoch's by now");
	}

	#[test]
	fn claiming_a_later_epoch_first_loses_nothing() {
		let mut bits = ClaimBits::new(10);

		assert!(bits.mark(99, 100));
		assert!(bits.mark(40, 100));
		assert!(!bits.mark(40, 101));
	}

	proptest! {
		/// However epochs advance and whatever is claimed when, each is marked at most once, and an
		/// epoch recent enough can always be marked.
		#[test]
		fn never_twice(steps in prop::collection::vec((0u32..300, 0u32..400), 1..200)) {
			let mut now = 500;
			let mut bits = ClaimBits::new(0);
			let mut marked = BTreeSet::new();
			for (step, age) in steps {
				now += step;
				let epoch = now.saturating_sub(age);
				let recent = age < SPAN;
				prop_assert_eq!(bits.is_marked(epoch, now), !recent || marked.contains(&epoch));
				prop_assert_eq!(bits.mark(epoch, now), recent && marked.insert(epoch));
			}
		}
	}
}
