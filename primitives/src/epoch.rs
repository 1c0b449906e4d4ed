//! The protocol's clock and what is in force while it shows an epoch.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{sr25519, ConstU32};
use sp_runtime::BoundedVec;

use crate::{signing, AccountId32, BatchId, EpochIndex, WorkUnits, H256};

/// Judges in an epoch record.
pub const MAX_JUDGES: u32 = 256;
/// The longest time between an epoch's end and its freeze.
pub const MAX_DISPUTE_EPOCHS: u32 = 48;
/// For how many epochs from its freeze on an epoch's facts and record can still be read.
pub const FACTS_AFTER_FREEZE: u32 = 4;
/// The most epochs for which facts can be read.
pub const MAX_FACT_WINDOW: u32 = 2 + MAX_DISPUTE_EPOCHS + FACTS_AFTER_FREEZE;
/// The most slots that an epoch takes: a day of slots of six seconds. An epoch that never ends could
/// not be made shorter.
pub const MAX_EPOCH_SLOTS: u32 = 14_400;
/// The longest time for which claims live.
pub const MAX_CLAIM_EPOCHS: u32 = 168;
/// Epochs by which that gets longer at the most, where claims are not taken meanwhile: more than the three days that a council
/// may stop the chain for in four weeks.
pub const MAX_STANDSTILL: u32 = 96;

/// The most members of a committee.
pub const MAX_COMMITTEE: u16 = 16;
/// The time of a unit of work, in picoseconds: one sr25519 verification.
pub const UNIT_PICOSECONDS: u64 = 50_000_000;
/// The most work that an epoch may hold, in units: what keeps sums over an era of it below 32 bits, whatever judges are
/// paid for.
pub const MAX_EPOCH_WORK: WorkUnits = 20_000_000;

/// The protocol's clock.
pub trait InspectEpochs {
	/// The present epoch.
	fn now() -> EpochIndex;

	/// For how many epochs facts can be read.
	fn window() -> EpochIndex;

	/// Whether nothing can be claimed any more for `epoch` and those before.
	fn is_expired(epoch: EpochIndex) -> bool;

	/// Sets the clock, for benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn set_now(epoch: EpochIndex);
}

/// The protocol's parameters. A change counts from two epochs later; each epoch's record keeps those
/// in force.
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
pub struct Parameters {
	/// An epoch has at least this many blocks since it opened and since its last gap.
	pub min_epoch_blocks: u32,
	/// Slots of a nominal epoch: a longer time between two blocks is a gap.
	pub nominal_slots: u32,
	/// `G`: commitments for an epoch close at this block of the next.
	pub commit_blocks: u32,
	/// `W`: so many blocks' author randomness makes the draw.
	pub draw_blocks: u32,
	/// `T`: seals close at this block.
	pub seal_close: u32,
	/// `D`: an epoch `e` freezes at the start of `e + 2 + D`.
	pub dispute_epochs: u32,
	/// `k`: members of a committee, or everybody if there are no more.
	pub committee: u16,
	/// Epochs for which claims live, from the freeze.
	pub claim_epochs: u32,
	/// The most work that all aggregators' quotas may add up to, per epoch.
	pub epoch_work: WorkUnits,
}

impl Default for Parameters {
	/// The values that a live chain starts with: an hour of 600 six-second slots.
	fn default() -> Self {
		Self {
			// With a third of the stake silent, 99.96 % of sessions have as many.
			min_epoch_blocks: 400,
			nominal_slots: 600,
			commit_blocks: 60,
			draw_blocks: 12,
			seal_close: 240,
			dispute_epochs: 12,
			committee: 16,
			claim_epochs: 168,
			// A third of what a worker judges in the window for seals, at two seconds of work a block: all
			// judges may have to judge all of it.
			epoch_work: 2_000_000,
		}
	}
}

impl Parameters {
	/// Values for a chain of twenty two-second slots per session.
	pub fn development() -> Self {
		Self {
			min_epoch_blocks: 14,
			nominal_slots: 20,
			commit_blocks: 4,
			draw_blocks: 2,
			seal_close: 12,
			dispute_epochs: 2,
			committee: 16,
			claim_epochs: 32,
			epoch_work: 100_000,
		}
	}

	/// Whether the windows follow each other inside the shortest epoch and all bounds are kept.
	pub fn is_sound(&self) -> bool {
		let draw = self.commit_blocks.saturating_add(self.draw_blocks);
		self.commit_blocks >= 1
			&& self.draw_blocks >= 1
			// The last of the draw's VRF outputs is read one block later; a seal follows at least two
			// blocks after the draw, so that a short fork does not cost it.
			&& draw.saturating_add(2) < self.seal_close
			&& self.seal_close.saturating_add(2) <= self.min_epoch_blocks
			&& self.min_epoch_blocks <= self.nominal_slots
			&& self.nominal_slots <= MAX_EPOCH_SLOTS
			&& (2..=MAX_DISPUTE_EPOCHS).contains(&self.dispute_epochs)
			&& (1..=MAX_COMMITTEE).contains(&self.committee)
			&& (8..=MAX_CLAIM_EPOCHS).contains(&self.claim_epochs)
			&& (1..=MAX_EPOCH_WORK).contains(&self.epoch_work)
	}

	/// Whether commitments are taken in the `index`-th block of an epoch, from 0.
	pub fn takes_commitments(&self, index: u32) -> bool {
		index <= self.commit_blocks
	}

	/// Whether the author randomness of the `index`-th block is part of the draw.
	pub fn is_drawn_from(&self, index: u32) -> bool {
		index > self.commit_blocks && index <= self.commit_blocks.saturating_add(self.draw_blocks)
	}

	/// Whether the draw is complete in the `index`-th block.
	pub fn is_drawn(&self, index: u32) -> bool {
		index > self.commit_blocks.saturating_add(self.draw_blocks)
	}

	/// Whether seals are taken in the `index`-th block.
	pub fn takes_seals(&self, index: u32) -> bool {
		self.is_drawn(index) && index <= self.seal_close
	}

	/// Whether results are revealed in the `index`-th block.
	pub fn takes_reveals(&self, index: u32) -> bool {
		index > self.seal_close
	}

	/// Whether judges say in the `index`-th block which bodies they lack.
	pub fn takes_lists(&self, index: u32) -> bool {
		self.takes_reveals(index)
	}

	/// The epoch at whose start `epoch` freezes.
	pub fn freeze_of(&self, epoch: EpochIndex) -> EpochIndex {
		epoch.saturating_add(2).saturating_add(self.dispute_epochs)
	}

	/// Epochs whose bodies are in nodes' stores at a time: those that are not frozen, and the one that is being published.
	pub fn open_epochs(&self) -> u32 {
		self.freeze_of(0).saturating_add(1)
	}

	/// The epoch at whose start claims for `epoch` end.
	pub fn expiry_of(&self, epoch: EpochIndex) -> EpochIndex {
		self.freeze_of(epoch).saturating_add(self.claim_epochs)
	}

	/// For how many epochs facts and records can be read.
	pub fn fact_window(&self) -> EpochIndex {
		self.freeze_of(FACTS_AFTER_FREEZE)
	}
}

/// A validator as a judge.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Judge {
	/// The validator's account.
	pub account: AccountId32,
	/// The session key that it seals with.
	pub key: sr25519::Public,
}

/// What was in force in an epoch.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct EpochRecord {
	/// The session in which the epoch opened.
	pub session: u32,
	/// The block that opened it.
	pub opened_at: u32,
	/// That block's hash, known from the next block on.
	pub opening: Option<H256>,
	/// `R`: what devices bind evidence to, known from the second block on.
	pub entropy: Option<H256>,
	/// `S`: what committees are drawn with, for batches of the epoch before.
	pub draw: Option<H256>,
	/// Version of the judging rules.
	pub rules: u16,
	/// The parameters in force.
	pub parameters: Parameters,
	/// Who judges.
	pub judges: BoundedVec<Judge, ConstU32<MAX_JUDGES>>,
	/// Whether time stood still for longer than a nominal epoch: then nothing is paid for it.
	pub void: bool,
}

/// How many of `members` matching seals settle a batch: ⌊2k/3⌋ + 1.
pub fn threshold(members: u32) -> u32 {
	(members.saturating_mul(2) / 3).saturating_add(1)
}

/// Which of `judges` judges make up the committee of `batch`: `size` of them, or all if there are no
/// more, in ascending order. A partial Fisher–Yates shuffle seeded with the draw.
pub fn committee(draw: &H256, batch: &BatchId, judges: u32, size: u32) -> Vec<u32> {
	let mut indices: Vec<u32> = (0..judges).collect();
	if size >= judges {
		return indices;
	}
	for position in 0..size {
		let hash = sp_io::hashing::blake2_256(&(signing::DRAW, draw, batch, position).encode());
		let mut word = [0; 8];
		word.copy_from_slice(&hash[..8]);
		let left = u64::from(judges.saturating_sub(position)).max(1);
		// The remainder's bias is below 2^-55 for 256 judges.
		let pick = (u64::from_le_bytes(word) % left) as u32;
		indices.swap(position as usize, position.saturating_add(pick) as usize);
	}
	indices.truncate(size as usize);
	indices.sort_unstable();
	indices
}

/// The whole, in which [`capture_chance`] counts.
pub const CHANCES: u128 = 1_000_000_000_000_000_000;

/// The chance that so many `liars` among `judges` can settle what they like in a committee of `size`, in parts of
/// [`CHANCES`], rounded up.
///
/// One seal may differ from a result, so they need all members but one; and where there is a committee of less than all,
/// those are more than the two thirds that have to match. Members are drawn without putting them back:
/// `P(size of size) + P(size - 1 of size)` of the hypergeometric distribution.
pub fn capture_chance(judges: u32, liars: u32, size: u32) -> u128 {
	let size = size.min(judges);
	let enough = size.saturating_sub(1).max(threshold(size));
	let times = |chance: u128, of: u32, among: u32| {
		chance.saturating_mul(of.into()).div_ceil(u128::from(among).max(1))
	};
	// So many members in a row are liars.
	let run = |length: u32| {
		(0..length).fold(CHANCES, |chance, drawn| {
			times(chance, liars.saturating_sub(drawn), judges.saturating_sub(drawn))
		})
	};
	let all = run(size);
	if enough >= size {
		return all;
	}
	let honest = judges.saturating_sub(liars);
	let all_but_one = times(run(enough), honest, judges.saturating_sub(enough));
	all.saturating_add(all_but_one.saturating_mul(size.into()))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn presets_are_sound_and_windows_follow_each_other() {
		for parameters in [Parameters::default(), Parameters::development()] {
			assert!(parameters.is_sound());
			let mut stages: Vec<u8> = (0..parameters.min_epoch_blocks)
				.map(|i| match i {
					i if parameters.takes_commitments(i) => 0,
					i if parameters.is_drawn_from(i) => 1,
					i if parameters.takes_seals(i) => 2,
					i if parameters.takes_reveals(i) => 3,
					_ => panic!("block {i} belongs to no window"),
				})
				.collect();
			stages.dedup();
			assert_eq!(stages, [0, 1, 2, 3]);
		}
	}

	#[test]
	fn windows_that_overlap_or_leave_their_bounds_are_unsound() {
		let unsound = |change: &dyn Fn(&mut Parameters)| {
			let mut parameters = Parameters::development();
			change(&mut parameters);
			!parameters.is_sound()
		};

		assert!(unsound(&|p| p.commit_blocks = 0));
		assert!(unsound(&|p| p.draw_blocks = 0));
		assert!(unsound(&|p| p.seal_close = 8));
		assert!(!unsound(&|p| p.seal_close = 9));
		assert!(!unsound(&|p| p.seal_close = 12));
		assert!(unsound(&|p| p.seal_close = 13));
		assert!(unsound(&|p| p.min_epoch_blocks = 21));
		assert!(!unsound(&|p| p.nominal_slots = MAX_EPOCH_SLOTS));
		assert!(unsound(&|p| p.nominal_slots = MAX_EPOCH_SLOTS + 1));
		assert!(unsound(&|p| p.dispute_epochs = 1));
		assert!(unsound(&|p| p.dispute_epochs = 49));
		assert!(unsound(&|p| p.committee = 0));
		assert!(!unsound(&|p| p.committee = MAX_COMMITTEE));
		assert!(unsound(&|p| p.committee = MAX_COMMITTEE + 1));
		assert!(unsound(&|p| p.claim_epochs = 7));
		assert!(unsound(&|p| p.claim_epochs = 169));
		assert!(unsound(&|p| p.epoch_work = 0));
		assert!(!unsound(&|p| p.epoch_work = MAX_EPOCH_WORK));
		assert!(unsound(&|p| p.epoch_work = MAX_EPOCH_WORK + 1));
	}

	#[test]
	fn two_thirds_and_one_more_settle() {
		let thresholds: Vec<_> = [1, 2, 3, 4, 5, 6, 7, 8].map(threshold).into();

		assert_eq!(thresholds, [1, 2, 3, 3, 4, 5, 5, 6]);
	}

	/// Against counting all committees one by one.
	#[test]
	fn the_chance_of_capture_is_that_of_counting_committees() {
		for (judges, liars, size) in
			[(9u32, 3u32, 4u32), (10, 3, 5), (12, 5, 6), (7, 2, 7), (8, 7, 8)]
		{
			let captured = |members: u32| {
				let lying = (members & ((1 << liars) - 1)).count_ones();
				lying >= threshold(size) && size - lying <= 1
			};
			let committees: Vec<u32> =
				(0u32..1 << judges).filter(|members| members.count_ones() == size).collect();
			let bad = committees.iter().filter(|members| captured(**members)).count() as u128;
			let exact = (bad * CHANCES).div_ceil(committees.len() as u128);
			let chance = capture_chance(judges, liars, size);
			assert!(
				chance >= exact && chance <= exact + 200,
				"{judges} {liars} {size}: {chance} {exact}"
			);
		}
	}

	#[test]
	fn sixteen_members_are_captured_once_in_nineteen_million_draws() {
		let once_in = |judges, liars, size| CHANCES / capture_chance(judges, liars, size);
		// Computed beside this from binomial coefficients.
		assert_eq!(once_in(100, 33, 16) / 1_000_000, 19);
		assert_eq!(once_in(100, 33, 8), 620);
		assert_eq!(once_in(100, 20, 8), 29_409);
		// Where all judge, less than a third can do nothing.
		assert_eq!(capture_chance(16, 5, 16), 0);
		assert_eq!(capture_chance(4, 1, 16), 0);
	}

	#[test]
	fn committees_have_the_size_asked_for_and_nobody_twice() {
		for judges in 0..40 {
			for batch in 0..20u8 {
				let drawn = committee(&H256::repeat_byte(9), &H256::repeat_byte(batch), judges, 8);
				assert_eq!(drawn.len() as u32, judges.min(8));
				assert!(drawn.windows(2).all(|pair| pair[0] < pair[1]));
				assert!(drawn.iter().all(|index| *index < judges));
			}
		}
	}

	#[test]
	fn every_judge_is_drawn_about_equally_often() {
		let mut drawn = [0u32; 20];
		for batch in 0..5_000u64 {
			let batch = sp_io::hashing::blake2_256(&batch.to_le_bytes()).into();
			for index in committee(&H256::repeat_byte(1), &batch, 20, 8) {
				drawn[index as usize] += 1;
			}
		}

		// 2,000 expected each; six standard deviations are 208.
		assert!(drawn.iter().all(|times| (1_792..2_208).contains(times)), "{drawn:?}");
	}
}
