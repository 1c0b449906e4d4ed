//! What is stored of tiles.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::ConstU32;
use sp_runtime::BoundedVec;
use substation_primitives::{history::DELAY, EpochIndex};
use substation_proofs::tiles::{Tiles, TILES};

use crate::{AccountId32, Balance};

/// That somebody wants tiles to be mapped.
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
pub struct Want {
	/// Which tiles, bit by bit.
	pub tiles: u64,
	/// From which epoch on.
	pub from: EpochIndex,
	/// The first epoch in which they are not wanted any more; each before that, once it was marked since.
	pub until: EpochIndex,
}

/// Wishes of a row, those included by which somebody judges yet.
pub const MAX_WANTS: u32 = 4;

/// What is known of a parent's tiles.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Row {
	/// The epochs in which each tile was marked last and before that; 0 for none.
	pub marks: [(EpochIndex, EpochIndex); TILES],
	/// What is, or was lately, wanted.
	pub wanted: BoundedVec<Want, ConstU32<MAX_WANTS>>,
	/// Who has changed the row last, and pays for it.
	pub payer: AccountId32,
	/// What is held of that.
	pub deposit: Balance,
}

impl Row {
	/// A row of which nothing is known.
	pub fn new(payer: AccountId32, deposit: Balance) -> Self {
		Self { marks: [(0, 0); TILES], wanted: BoundedVec::new(), payer, deposit }
	}

	/// What is known as of `epoch`: of each tile the last mark that counts, and what is wanted in it.
	pub fn at(&self, epoch: EpochIndex) -> Tiles {
		let counts = |mark: &EpochIndex| *mark != 0 && mark.saturating_add(DELAY) <= epoch;
		let marked = self
			.marks
			.map(|(last, before)| [last, before].into_iter().find(counts).unwrap_or_default());
		let wanted = self.wanted.iter().filter(|want| (want.from..want.until).contains(&epoch));
		// What was mapped since it is wanted is there.
		let lacking = |want: &Want| {
			let bits = (0u32..).zip(&marked).filter(|(_, marked)| **marked >= want.from);
			bits.fold(want.tiles, |tiles, (slot, _)| tiles & !1u64.wrapping_shl(slot))
		};
		let wanted = wanted.map(lacking).fold(0, |all, tiles| all | tiles);
		Tiles { marked, wanted }
	}

	/// Marks a tile in epoch `now`, if nobody judges any more by what was known before its last mark: facts are read for `window` epochs. So a
	/// report of an epoch that is judged is later than that mark. False if it is not marked.
	pub fn mark(&mut self, slot: u8, now: EpochIndex, window: EpochIndex) -> bool {
		let Some(mark) = self.marks.get_mut(usize::from(slot)) else { return false };
		let last = mark.0;
		let may = last == 0 || last.saturating_add(DELAY).saturating_add(window) <= now;
		if may {
			*mark = (now, last);
		}
		may
	}

	/// The last epoch of whose facts the row says anything that no row would not say, if tiles are worth all of their metres `replenish` epochs
	/// after a mark: in those after it nobody misses it.
	pub fn needed_until(&self, replenish: EpochIndex) -> EpochIndex {
		let least = replenish.max(DELAY);
		let marks = self.marks.iter().filter(|(last, _)| *last != 0);
		let marks = marks.map(|(last, _)| last.saturating_add(least)).max();
		let wanted = self.wanted.iter().map(|want| want.until).max();
		marks.into_iter().chain(wanted).max().unwrap_or_default()
	}
}
