//! A Merkle tree in which every opening has exactly one shape.
//!
//! Empty positions, leaves and nodes are hashed under different prefixes, a leaf's hash holds its
//! index, the tree is padded to a power of two, and a path is as long as the tree is deep: a path of
//! another length, a node passed off as a leaf, or a leaf passed off under another index is refused.

use alloc::vec::Vec;
use codec::Encode;
use sp_core::H256;
use sp_io::hashing::blake2_256;

const EMPTY: u8 = 0;
const LEAF: u8 = 1;
const NODE: u8 = 2;

/// A tree is at most this deep: 2^32 leaves.
pub const MAX_DEPTH: u32 = 32;

/// Hash of a position that holds nothing.
pub fn empty() -> H256 {
	blake2_256(&[EMPTY]).into()
}

/// Hash of the leaf at `index`.
pub fn leaf(index: u32, bytes: &[u8]) -> H256 {
	let mut preimage = Vec::with_capacity(bytes.len().saturating_add(5));
	preimage.push(LEAF);
	index.encode_to(&mut preimage);
	preimage.extend_from_slice(bytes);
	blake2_256(&preimage).into()
}

/// Hash of a node with these children.
pub fn node(left: &H256, right: &H256) -> H256 {
	let mut preimage = [NODE; 65];
	preimage[1..33].copy_from_slice(left.as_bytes());
	preimage[33..].copy_from_slice(right.as_bytes());
	blake2_256(&preimage).into()
}

/// Levels of nodes over `leaves` leaves: the exact length of every path.
pub fn depth(leaves: u32) -> u32 {
	match leaves {
		0 | 1 => 0,
		more => u32::BITS.saturating_sub(more.saturating_sub(1).leading_zeros()),
	}
}

/// Root of an empty tree that is `depth` deep.
pub fn empty_root(depth: u32) -> H256 {
	(0..depth.min(MAX_DEPTH)).fold(empty(), |child, _| node(&child, &child))
}

/// A tree with all its nodes, to take many paths from.
#[derive(Clone, Debug)]
pub struct Tree {
	/// From the leaves up to the root; each level is padded to an even length.
	levels: Vec<Vec<H256>>,
}

impl Tree {
	/// The tree over the hashes of leaves, padded with the empty leaf.
	pub fn new(leaves: Vec<H256>) -> Self {
		Self::padded(leaves, empty())
	}

	/// The tree over `leaves`, which may be roots of subtrees, padded with `padding`.
	pub fn padded(mut leaves: Vec<H256>, padding: H256) -> Self {
		let depth = depth(leaves.len() as u32);
		if leaves.is_empty() {
			leaves.push(padding);
		}
		let mut padding = padding;
		let mut levels = Vec::with_capacity(depth as usize);
		let mut level = leaves;
		for _ in 0..depth {
			if level.len() % 2 == 1 {
				level.push(padding);
			}
			let above = level
				.chunks_exact(2)
				.filter_map(|pair| Some(node(pair.first()?, pair.get(1)?)))
				.collect();
			padding = node(&padding, &padding);
			levels.push(level);
			level = above;
		}
		levels.push(level);
		Self { levels }
	}

	/// The root.
	pub fn root(&self) -> H256 {
		self.levels.last().and_then(|top| top.first()).copied().unwrap_or_else(empty)
	}

	/// Hashes from the leaf at `index` up, without the root; nothing if there is no such leaf.
	pub fn path(&self, index: u32) -> Option<Vec<H256>> {
		let mut index = index as usize;
		let nodes = self.levels.split_last()?.1;
		if index >= self.levels.first()?.len() {
			return None;
		}
		nodes
			.iter()
			.map(|level| {
				let sibling = level.get(index ^ 1).copied();
				index /= 2;
				sibling
			})
			.collect()
	}
}

/// The root that a hash at `index` and its path lead to; nothing if the path is not exactly as long
/// as a tree of `leaves` leaves is deep, or the index lies outside it.
pub fn root_of(hash: H256, index: u32, leaves: u32, path: &[H256]) -> Option<H256> {
	if index >= leaves || path.len() as u32 != depth(leaves) {
		return None;
	}
	let (root, _) = path.iter().fold((hash, index), |(hash, index), sibling| {
		let above = if index % 2 == 0 { node(&hash, sibling) } else { node(sibling, &hash) };
		(above, index / 2)
	});
	Some(root)
}

/// Whether `bytes` is the leaf at `index` of the tree of `leaves` leaves under `root`.
pub fn verify(root: &H256, bytes: &[u8], index: u32, leaves: u32, path: &[H256]) -> bool {
	root_of(leaf(index, bytes), index, leaves, path) == Some(*root)
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	fn tree(leaves: &[Vec<u8>]) -> Tree {
		Tree::new(leaves.iter().enumerate().map(|(i, bytes)| leaf(i as u32, bytes)).collect())
	}

	#[test]
	fn depth_is_the_number_of_levels_over_the_padded_leaves() {
		let depths: Vec<_> = [0, 1, 2, 3, 4, 5, 64, 65, 4_096].map(depth).into();

		assert_eq!(depths, [0, 0, 1, 2, 2, 3, 6, 7, 12]);
		assert_eq!(depth(u32::MAX), 32);
	}

	#[test]
	fn an_empty_tree_has_the_root_of_its_padding() {
		assert_eq!(Tree::new(Vec::new()).root(), empty());
		assert_eq!(Tree::new(vec![empty(); 64]).root(), empty_root(6));
		assert_eq!(Tree::new(vec![empty(); 33]).root(), empty_root(6));
	}

	#[test]
	fn two_child_hashes_are_not_a_leaf() {
		// A tree that does not tell leaves from nodes can be opened one level up: the 64 bytes of
		// two hashes pass for a leaf, with a path that is one short.
		let leaves: Vec<_> = (0..1_000u32).map(|i| i.encode()).collect();
		let tree = tree(&leaves);
		let root = tree.root();

		for index in 0..500 {
			let forged = (
				leaf(2 * index, &leaves[2 * index as usize]),
				leaf(2 * index + 1, &leaves[2 * index as usize + 1]),
			)
				.encode();
			let path = tree.path(2 * index).unwrap();
			for path in [&path[1..], &path[..]] {
				for leaves in [500, 512, 1_000, 1_024] {
					assert!(!verify(&root, &forged, index, leaves, path));
					assert!(!verify(&root, &forged, 2 * index, leaves, path));
				}
			}
		}
	}

	proptest! {
		#[test]
		fn every_leaf_opens_and_only_where_it_is(
			leaves in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..80), 1..140),
			pick in any::<prop::sample::Index>(),
			other in any::<prop::sample::Index>(),
		) {
			let tree = tree(&leaves);
			let (root, count) = (tree.root(), leaves.len() as u32);
			let index = pick.index(leaves.len());
			let path = tree.path(index as u32).unwrap();
			let bytes = &leaves[index];
			prop_assert!(verify(&root, bytes, index as u32, count, &path));

			let other = other.index(leaves.len());
			prop_assert_eq!(
				verify(&root, bytes, other as u32, count, &path),
				other == index,
			);
			if other != index {
				let path = tree.path(other as u32).unwrap();
				prop_assert!(!verify(&root, bytes, index as u32, count, &path));
			}
		}

		#[test]
		fn a_path_of_another_length_is_refused(
			count in 1u32..200,
			pick in any::<prop::sample::Index>(),
			change in prop_oneof![Just(-1i32), Just(1), Just(2)],
		) {
			let leaves: Vec<_> = (0..count).map(|i| i.encode()).collect();
			let tree = tree(&leaves);
			let index = pick.index(leaves.len());
			let mut path = tree.path(index as u32).unwrap();
			if change < 0 {
				prop_assume!(path.pop().is_some());
			} else {
				path.extend(vec![empty(); change as usize]);
			}
			prop_assert!(!verify(&tree.root(), &leaves[index], index as u32, count, &path));
		}

		#[test]
		fn a_changed_leaf_or_path_is_refused(
			count in 2u32..200,
			pick in any::<prop::sample::Index>(),
			level in any::<prop::sample::Index>(),
			bit in 0usize..256,
		) {
			let leaves: Vec<_> = (0..count).map(|i| i.encode()).collect();
			let tree = tree(&leaves);
			let index = pick.index(leaves.len());
			let mut path = tree.path(index as u32).unwrap();
			let mut bytes = leaves[index].clone();
			bytes[bit % 4] ^= 1 << (bit % 8);
			prop_assert!(!verify(&tree.root(), &bytes, index as u32, count, &path));

			let level = level.index(path.len());
			path[level].0[bit / 8] ^= 1 << (bit % 8);
			prop_assert!(!verify(&tree.root(), &leaves[index], index as u32, count, &path));
		}

		/// Subtrees of 64 make the same root as the whole: a chunk is a subtree.
		#[test]
		fn chunks_are_subtrees(count in 1u32..600) {
			let leaves: Vec<_> = (0..count).map(|i| leaf(i, &i.encode())).collect();
			let chunks: Vec<_> = leaves
				.chunks(64)
				.map(|chunk| {
					let mut chunk = chunk.to_vec();
					chunk.resize(64, empty());
					Tree::new(chunk).root()
				})
				.collect();
			let mut padded = leaves;
			padded.resize(chunks.len() * 64, empty());
			prop_assert_eq!(Tree::padded(chunks, empty_root(6)).root(), Tree::new(padded).root());
		}
	}
}
