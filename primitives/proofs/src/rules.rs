//! Versions of the judging rules.
//!
//! An epoch's record names the version by which its reports are judged, however long judging takes. So the code keeps
//! each version until no record of an epoch that is not frozen names it. A version that the code does not keep is *no
//! answer*: nothing is sealed by it, and no chunk judged again. It is never a zero.
//!
//! Whatever decides over a score or an element belongs to a version: the bounds below, and the kinds' constants. A
//! change of any of them is a new version. The vectors in `docs/vectors.json` hold each kept version to what it was.

use substation_primitives::{
	batch::{MAX_CHUNK_BYTES, MAX_CHUNK_WORK},
	WorkUnits,
};

/// A version of the rules: bounds that differ between versions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rules {
	/// The number that an epoch's record names.
	pub version: u16,
	/// Signatures in one report, its own included.
	pub max_signatures: u32,
	/// Length of a chunk's reports in bytes, in sum. A longer chunk is worth nothing as a whole.
	pub max_chunk_bytes: u32,
	/// Work in a chunk. One that takes more is worth nothing as a whole.
	pub max_chunk_work: WorkUnits,
}

/// The version in which both ends of a reception measure and sign. No earlier one was in force on a chain of value.
const FOURTH: Rules = Rules {
	version: 4,
	max_signatures: 16,
	max_chunk_bytes: MAX_CHUNK_BYTES,
	max_chunk_work: MAX_CHUNK_WORK,
};

/// The number of what is only rehearsed: never that of a version that a chain of value has.
const REHEARSAL: u16 = u16::MAX;

/// What a rehearsal of an upgrade takes for the version after it. Programs beside a node know it, too: they have to be ready
/// before the chain is.
#[cfg(any(feature = "next-rules", feature = "std"))]
const REHEARSED: Rules = Rules { version: REHEARSAL, max_signatures: 15, ..FOURTH };

/// The versions that this code keeps, the newest last.
pub const KEPT: &[Rules] = &[
	FOURTH,
	#[cfg(any(feature = "next-rules", feature = "std"))]
	REHEARSED,
];

/// The version that an epoch which opens now is judged by.
pub const RULES: u16 = if cfg!(feature = "next-rules") { REHEARSAL } else { FOURTH.version };

impl Rules {
	/// A version by its number, if it is kept.
	pub fn of(version: u16) -> Option<&'static Self> {
		KEPT.iter().find(|rules| rules.version == version)
	}

	/// Whether a version is kept.
	pub fn are_kept(version: u16) -> bool {
		Self::of(version).is_some()
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn versions_ascend_and_are_found_by_their_numbers() {
		assert!(KEPT.windows(2).all(|pair| pair[0].version < pair[1].version));
		for rules in KEPT {
			assert_eq!(Rules::of(rules.version), Some(rules));
		}
		assert!(Rules::are_kept(RULES));
	}

	#[test]
	fn a_version_that_is_not_kept_is_not_found() {
		for version in [0, KEPT[0].version - 1, FOURTH.version + 1, u16::MAX - 1] {
			assert!(!Rules::are_kept(version));
		}
	}
}
