//! Possession of stored data: entropy picks pieces, the device shows them under the committed root.
//!
//! A data set is cut into pieces of 256 bytes, the leaves of a Merkle tree whose root is a fact. Who
//! shows `s` pieces chosen after the epoch has opened, and holds a part `p` of the data, passes with
//! probability `p^s`.
//!
//! Possession is not yet a unique replica: two devices that commit the same data may share one copy,
//! and data that its holder made up costs nothing to hold if it can be computed again on demand. Such
//! data would earn what real data earns, up to the policy's cap per device; that cap, the rate cap
//! and the deposit for a data set are all that bounds it.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::ConstU32;
use sp_runtime::BoundedVec;
use substation_primitives::{
	merkle, report::Fault, signing::ReportContext, DeviceId, WorkUnits, FULL_SCORE, H256,
};

use crate::{
	facts::{DataSet, DeviceFacts, FactSource, Numbering},
	share, Checked, ResourceKind,
};

/// Length of a piece in bytes. The last piece of a data set is filled up with zeros.
pub const PIECE_BYTES: u32 = 256;
/// Pieces that a policy may ask for.
pub const MAX_SHOWN: u32 = 4;

/// What a storage network pays for.
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
pub struct Policy {
	/// Pieces to show in each report, from 1 to [`MAX_SHOWN`].
	pub shown: u8,
	/// Bytes for a full score. At least one piece.
	pub cap: u64,
}

impl Policy {
	/// Whether all values are in their ranges.
	pub fn is_sound(&self) -> bool {
		(1..=MAX_SHOWN).contains(&self.shown.into()) && self.cap >= u64::from(PIECE_BYTES)
	}
}

/// A piece with its path.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Shown {
	/// The piece.
	pub piece: [u8; PIECE_BYTES as usize],
	/// Hashes from the piece up to the root, without it.
	pub path: BoundedVec<H256, ConstU32<{ merkle::MAX_DEPTH }>>,
}

/// What a storage report holds: the pieces asked for, in the order in which they are asked for.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub struct Evidence {
	/// The pieces.
	pub shown: BoundedVec<Shown, ConstU32<MAX_SHOWN>>,
}

/// The kind.
pub struct Storage;

impl ResourceKind for Storage {
	type Policy = Policy;
	type Evidence = Evidence;

	const NAME: &'static str = "storage";
	const MAX_WORK: WorkUnits = MAX_SHOWN;

	fn is_sound(policy: &Policy) -> bool {
		policy.is_sound()
	}

	fn numbering(_: &Policy) -> Numbering {
		Numbering::None
	}

	fn signatures(_: &Evidence) -> u32 {
		0
	}

	/// Hashing a piece and its path costs less than one signature.
	fn work(_: &Policy, evidence: &Evidence) -> WorkUnits {
		evidence.shown.len() as u32
	}

	fn score(
		context: &ReportContext,
		policy: &Policy,
		_: &impl FactSource,
		device: &DeviceId,
		own: &DeviceFacts,
		evidence: &Evidence,
	) -> Checked {
		let Some(DataSet { root, pieces }) = own.data_set else {
			return Checked::at_once(Fault::NoDataSet);
		};
		if evidence.shown.len() != usize::from(policy.shown) {
			return Checked::at_once(Fault::WrongPieceCount);
		}
		for (draw, shown) in (0u32..).zip(&evidence.shown) {
			let index = context.piece(device, draw, pieces);
			if !merkle::verify(&root, &shown.piece, index, pieces, &shown.path) {
				return Checked { score: Err(Fault::WrongPiece), work: draw.saturating_add(1) };
			}
		}
		let held = u64::from(pieces) * u64::from(PIECE_BYTES);
		Checked {
			score: Ok(share(FULL_SCORE, held, policy.cap)),
			work: Self::work(policy, evidence),
		}
	}
}

/// A data set as its holder keeps it: the tree over its pieces.
pub struct Committed {
	tree: merkle::Tree,
	pieces: u32,
}

impl Committed {
	/// Cuts `data` into pieces. Nothing if it is empty or has more than 2^32 - 1 pieces.
	pub fn new(data: &[u8]) -> Option<Self> {
		let pieces = u32::try_from(data.len().div_ceil(PIECE_BYTES as usize)).ok()?;
		if pieces == 0 {
			return None;
		}
		let leaves: Vec<_> =
			(0..pieces).map(|index| merkle::leaf(index, &Self::piece(data, index))).collect();
		Some(Self { tree: merkle::Tree::new(leaves), pieces })
	}

	/// The fact to commit.
	pub fn data_set(&self) -> DataSet {
		DataSet { root: self.tree.root(), pieces: self.pieces }
	}

	/// The piece of `data` at `index`, filled up with zeros.
	pub fn piece(data: &[u8], index: u32) -> [u8; PIECE_BYTES as usize] {
		let mut piece = [0; PIECE_BYTES as usize];
		let start = (index as usize).saturating_mul(PIECE_BYTES as usize).min(data.len());
		let bytes = &data[start..data.len().min(start + PIECE_BYTES as usize)];
		piece[..bytes.len()].copy_from_slice(bytes);
		piece
	}

	/// The evidence that `device` holds `data`.
	pub fn prove(
		&self,
		context: &ReportContext,
		policy: &Policy,
		device: &DeviceId,
		data: &[u8],
	) -> Option<Evidence> {
		let shown = (0..u32::from(policy.shown))
			.map(|draw| {
				let index = context.piece(device, draw, self.pieces);
				let path = self.tree.path(index)?.try_into().ok()?;
				Some(Shown { piece: Self::piece(data, index), path })
			})
			.collect::<Option<Vec<_>>>()?;
		Some(Evidence { shown: shown.try_into().ok()? })
	}
}
