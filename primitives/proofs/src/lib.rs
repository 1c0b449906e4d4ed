//! # The judge
//!
//! Decides what a device's report is worth. The same function runs in validators' off-chain workers,
//! on the chain when a result is doubted, in the agent before it sends, and in anybody's audit: it is
//! pure, uses integers only, and reads nothing but its arguments.
//!
//! Each kind of resource is a file of [`kinds`] that implements [`ResourceKind`].

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "std")]
pub mod author;
pub mod facts;
pub mod geo;
mod judge;
pub mod kinds;
#[cfg(feature = "std")]
pub mod known;
pub mod lot;
pub mod radio;
pub mod rules;
pub mod tiles;

#[cfg(test)]
mod tests;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use substation_primitives::{batch, WorkUnits};

use facts::Numbering;
pub use judge::{
	can_be_found, evidence_in, judge, judge_chunk, judge_chunks, reporter, work_of, JudgedChunk,
};
pub use kinds::{
	bandwidth, coverage, mapping, presence, sensing, storage, Checked, KindPolicy, ResourceKind,
};
pub use rules::{Rules, RULES};

/// Work of any report: its own signature, and the facts of its device.
pub const BASE_WORK: WorkUnits = batch::REPORT_WORK;

/// What a network pays for.
#[derive(
	Clone,
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
pub struct Policy {
	/// Epochs of membership at one place until a device earns its full score; 0 for at once.
	pub ramp: u16,
	/// The kind's own part.
	pub kind: KindPolicy,
}

impl Policy {
	/// Whether all values are in their ranges.
	pub fn is_sound(&self) -> bool {
		self.kind.is_sound()
	}

	/// The kind's name.
	pub fn kind_name(&self) -> &'static str {
		self.kind.name()
	}

	/// The most work that judging one report can take.
	pub fn max_report_work(&self) -> WorkUnits {
		BASE_WORK.saturating_add(self.kind.max_work())
	}

	/// How the network numbers its members.
	pub fn numbering(&self) -> Numbering {
		self.kind.numbering()
	}

	/// Whether a network may change from this policy to `next`: the kind stays, and so do the chairs in which its members
	/// sit.
	pub fn may_become(&self, next: &Self) -> bool {
		self.kind.may_become(&next.kind) && self.numbering() == next.numbering()
	}
}

/// `whole * min(1, part / of)`, rounded down; the whole if `of` is 0.
pub fn share(whole: u32, part: u64, of: u64) -> u32 {
	let limited = part.min(of);
	u128::from(whole)
		.checked_mul(limited.into())
		.and_then(|product| product.checked_div(of.into()))
		.map_or(whole, |share| share as u32)
}
