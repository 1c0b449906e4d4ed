//! What a payer owes many hosts for an epoch, in one hash: a Merkle tree that adds up.
//!
//! Each leaf holds what one device is owed, and each node both of its children's sums, so that a root and a total stand for
//! leaves that add up to exactly that: no leaf can claim more than its part. Prefixes, indices and padding are those of
//! [`crate::merkle`].

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{ConstU32, H256};
use sp_io::hashing::blake2_256;
use sp_runtime::BoundedVec;

use crate::{merkle, CreditBalance, DeviceId};

const NODE: u8 = 2;

/// Levels of the largest bill.
pub const MAX_LEVELS: u32 = 16;
/// Hosts of the largest bill.
pub const MAX_LEAVES: u32 = 1 << MAX_LEVELS;

/// What one device is owed for an epoch.
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
pub struct Leaf {
	/// Which.
	pub device: DeviceId,
	/// Bytes that its users had of it.
	pub down: u64,
	/// Bytes that they sent by it.
	pub up: u64,
	/// For how long, in seconds.
	pub seconds: u32,
	/// What is owed for that.
	pub credits: CreditBalance,
}

impl Leaf {
	/// Its hash, where it is the leaf of this index: `H(01, index, device, down, up, seconds, credits)`.
	pub fn hash(&self, index: u32) -> H256 {
		merkle::leaf(index, &self.encode())
	}
}

/// A subtree: its hash, and what its leaves add up to.
pub type Summed = (H256, CreditBalance);

/// What lies beside a leaf, from itself up.
pub type SumPath = BoundedVec<Summed, ConstU32<MAX_LEVELS>>;

/// A node over two subtrees: `H(02, left, its sum, right, its sum)`, and both sums. Nothing if they are too much to be
/// counted.
fn node(left: &Summed, right: &Summed) -> Option<Summed> {
	let sum = left.1.checked_add(right.1)?;
	Some((blake2_256(&(NODE, left, right).encode()).into(), sum))
}

/// The root and the total to which a leaf at `index` and its path lead; nothing if the path is not exactly as long as a
/// tree of `leaves` leaves is deep, the index lies outside it, or sums are too large.
pub fn root_of(leaf: &Leaf, index: u32, leaves: u32, path: &[Summed]) -> Option<Summed> {
	if index >= leaves || path.len() as u32 != merkle::depth(leaves) {
		return None;
	}
	let mut at = index;
	let mut hash = (leaf.hash(index), leaf.credits);
	for beside in path {
		hash = if at & 1 == 0 { node(&hash, beside)? } else { node(beside, &hash)? };
		at >>= 1;
	}
	Some(hash)
}

/// A whole bill, to take paths from.
#[derive(Clone, Debug)]
pub struct Bill {
	leaves: Vec<Leaf>,
	/// From the leaves up to the root; each is padded to a power of two.
	levels: Vec<Vec<Summed>>,
}

impl Bill {
	/// The bill over these leaves, in this order. Nothing if there are none, more than [`MAX_LEAVES`], or they add up to
	/// more than can be counted.
	pub fn new(leaves: Vec<Leaf>) -> Option<Self> {
		let count = u32::try_from(leaves.len()).ok().filter(|count| *count <= MAX_LEAVES)?;
		if count == 0 {
			return None;
		}
		let mut level: Vec<Summed> =
			(0..).zip(&leaves).map(|(index, leaf)| (leaf.hash(index), leaf.credits)).collect();
		level.resize(leaves.len().next_power_of_two(), (merkle::empty(), 0));
		let mut levels = alloc::vec![level];
		while let Some(below) = levels.last().filter(|below| below.len() > 1) {
			let above = below
				.chunks_exact(2)
				.map(|pair| node(pair.first()?, pair.get(1)?))
				.collect::<Option<Vec<_>>>()?;
			levels.push(above);
		}
		Some(Self { leaves, levels })
	}

	/// The root, and what all leaves add up to.
	pub fn root(&self) -> Summed {
		let top = self.levels.last().and_then(|top| top.first());
		top.copied().unwrap_or((merkle::empty(), 0))
	}

	/// All leaves.
	pub fn leaves(&self) -> &[Leaf] {
		&self.leaves
	}

	/// What lies beside the leaf at `index`; nothing if there is none.
	pub fn path(&self, index: u32) -> Option<Vec<Summed>> {
		let mut at = index as usize;
		self.leaves.get(at)?;
		let below = self.levels.split_last()?.1;
		below
			.iter()
			.map(|level| {
				let beside = level.get(at ^ 1).copied();
				at /= 2;
				beside
			})
			.collect()
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	fn leaf(number: u8, credits: CreditBalance) -> Leaf {
		Leaf { device: DeviceId::repeat_byte(number), down: 1, up: 2, seconds: 3, credits }
	}

	proptest! {
		#[test]
		fn every_leaf_leads_to_the_root_and_the_total(
			credits in prop::collection::vec(0u128..1_000_000, 1..70),
		) {
			let leaves: Vec<_> =
				(0..).zip(&credits).map(|(number, credits)| leaf(number, *credits)).collect();
			let bill = Bill::new(leaves.clone()).unwrap();
			prop_assert_eq!(bill.root().1, credits.iter().sum::<u128>());
			let count = leaves.len() as u32;
			for (index, leaf) in (0..).zip(&leaves) {
				let path = bill.path(index).unwrap();
				prop_assert_eq!(root_of(leaf, index, count, &path), Some(bill.root()));
				// Nor a planck more, at another place, or in a tree of another size.
				let more = Leaf { credits: leaf.credits + 1, ..*leaf };
				prop_assert_ne!(root_of(&more, index, count, &path), Some(bill.root()));
				prop_assert_ne!(root_of(leaf, index ^ 1, count, &path), Some(bill.root()));
				prop_assert_eq!(root_of(leaf, index, 2 * count + 1, &path), None);
			}
			prop_assert_eq!(bill.path(count), None);
		}
	}

	#[test]
	fn a_leaf_cannot_be_raised_by_lowering_its_neighbours() {
		let leaves = alloc::vec![leaf(1, 60), leaf(2, 40)];
		let bill = Bill::new(leaves).unwrap();
		let (hash, sum) = bill.path(0).unwrap()[0];
		assert_eq!(sum, 40);
		let raised = root_of(&leaf(1, 100), 0, 2, &[(hash, 0)]).unwrap();
		assert_eq!(raised.1, bill.root().1);
		assert_ne!(raised.0, bill.root().0);
	}

	#[test]
	fn two_leaves_of_all_of_it_cannot_both_be_under_one_total() {
		let bill = Bill::new(alloc::vec![leaf(1, 100), leaf(2, 100)]).unwrap();
		assert_eq!(bill.root().1, 200);
	}

	#[test]
	fn what_cannot_be_counted_is_no_bill() {
		assert!(Bill::new(Vec::new()).is_none());
		assert!(Bill::new(alloc::vec![leaf(1, u128::MAX), leaf(2, 1)]).is_none());
		assert!(Bill::new(alloc::vec![leaf(1, u128::MAX), leaf(2, 0)]).is_some());
		let all = alloc::vec![leaf(1, 1); MAX_LEAVES as usize];
		let bill = Bill::new(all.clone()).unwrap();
		assert_eq!(bill.path(MAX_LEAVES - 1).unwrap().len() as u32, MAX_LEVELS);
		assert!(Bill::new([all, alloc::vec![leaf(1, 1)]].concat()).is_none());
		assert_eq!(root_of(&leaf(1, u128::MAX), 0, 2, &[(H256::zero(), 1)]), None);
	}

	#[test]
	fn a_bill_of_one_is_its_leaf() {
		let bill = Bill::new(alloc::vec![leaf(1, 7)]).unwrap();
		assert_eq!(bill.root(), (leaf(1, 7).hash(0), 7));
		assert_eq!(bill.path(0), Some(Vec::new()));
	}
}
