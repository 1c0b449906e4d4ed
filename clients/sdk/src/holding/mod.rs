//! What a storage device holds: real files, of which no more is in memory than is looked at.

mod files;

use std::path::Path;

use anyhow::{anyhow, ensure, Result};
use substation_primitives::{
	merkle::{self, Tree},
	signing::ReportContext,
	DeviceId, H256,
};
use substation_proofs::{
	facts::DataSet,
	storage::{Committed, Evidence, Policy, Shown, PIECE_BYTES},
};

use crate::progress::{Progress, Quiet};
use files::Files;

/// Levels of the tree of a block.
const BLOCK_DEPTH: u32 = 12;
/// Pieces that are read at a time: a mebibyte.
const BLOCK: u32 = 1 << BLOCK_DEPTH;
/// Their bytes.
const BLOCK_BYTES: usize = BLOCK as usize * PIECE_BYTES as usize;

/// Where the bytes are.
enum Bytes {
	Memory(Vec<u8>),
	Files(Files),
}

impl Bytes {
	fn length(&self) -> u64 {
		match self {
			Self::Memory(bytes) => bytes.len() as u64,
			Self::Files(files) => files.length(),
		}
	}

	/// Those of the block of this number.
	fn block(&self, number: u32) -> Result<Vec<u8>> {
		let from = u64::from(number) * BLOCK_BYTES as u64;
		match self {
			Self::Files(files) => files.read(from, BLOCK_BYTES),
			Self::Memory(bytes) => {
				let rest = bytes.get(usize::try_from(from)?..).unwrap_or_default();
				Ok(rest.get(..BLOCK_BYTES.min(rest.len())).unwrap_or_default().to_vec())
			}
		}
	}
}

/// Files, one after the other in the order of their paths, or bytes. Of the tree over their pieces the
/// part above blocks is kept, the rest is made again of the block that is asked for.
pub struct Holding {
	bytes: Bytes,
	pieces: u32,
	/// Of each block.
	roots: Vec<H256>,
	/// Over them.
	upper: Tree,
}

impl Holding {
	/// As [`Self::read_with`], and tells nobody how far it is.
	pub fn read(path: &Path, most: usize) -> Result<Self> {
		Self::read_with(path, most as u64, &Quiet)
	}

	/// The file at `path`, or all files of the folder at `path` and below, as far as `most` bytes go.
	/// Folders named `.git` are left out and links are followed. What is neither file nor folder is
	/// refused, as is a link to nothing or to a folder that it is in.
	pub fn read_with(path: &Path, most: u64, progress: &dyn Progress) -> Result<Self> {
		Self::over(Bytes::Files(Files::find(path, most)?), progress)
	}

	/// The first bytes of what [`Self::read_with`] would read, `most` of them or all that there are.
	pub fn first_bytes(path: &Path, most: usize) -> Result<Vec<u8>> {
		Files::find(path, most as u64)?.read(0, most)
	}

	/// These bytes.
	pub fn of(data: Vec<u8>) -> Result<Self> {
		Self::over(Bytes::Memory(data), &Quiet)
	}

	fn over(bytes: Bytes, progress: &dyn Progress) -> Result<Self> {
		let pieces = bytes.length().div_ceil(u64::from(PIECE_BYTES));
		let pieces = u32::try_from(pieces).ok().filter(|pieces| *pieces > 0);
		let pieces = pieces.ok_or_else(|| anyhow!("a data set has from one byte to a tebibyte"))?;
		let bar = progress.begin(pieces.div_ceil(BLOCK).into(), "mebibytes are read");
		let mut roots = Vec::new();
		for number in 0..pieces.div_ceil(BLOCK) {
			roots.push(subtree(pieces, number, &bytes.block(number)?).root());
			bar.advance(1);
		}
		let upper = Tree::padded(roots.clone(), merkle::empty_root(BLOCK_DEPTH));
		Ok(Self { bytes, pieces, roots, upper })
	}

	/// How many bytes there are.
	pub fn length(&self) -> u64 {
		self.bytes.length()
	}

	/// How many files there are, if there are any.
	pub fn files(&self) -> usize {
		match &self.bytes {
			Bytes::Memory(_) => 0,
			Bytes::Files(files) => files.count(),
		}
	}

	/// The fact to commit.
	pub fn data_set(&self) -> Result<DataSet> {
		Ok(DataSet { root: self.upper.root(), pieces: self.pieces })
	}

	/// The evidence that `device` holds this. Fails if what is asked for is not what it was.
	pub fn prove(
		&self,
		context: &ReportContext,
		policy: &Policy,
		device: &DeviceId,
	) -> Result<Evidence> {
		let mut shown = Vec::new();
		for draw in 0..u32::from(policy.shown) {
			shown.push(self.show(context.piece(device, draw, self.pieces))?);
		}
		let shown = shown.try_into().map_err(|_| anyhow!("too many pieces are asked for"))?;
		Ok(Evidence { shown })
	}

	/// The piece of this index, with its path.
	fn show(&self, index: u32) -> Result<Shown> {
		let (number, within) = (index / BLOCK, index % BLOCK);
		let bytes = self.bytes.block(number)?;
		let lower = subtree(self.pieces, number, &bytes);
		ensure!(
			self.roots.get(number as usize) == Some(&lower.root()),
			"what is stored has changed since it was read, so its evidence is worth nothing: put it \
			 back as it was, or register the device with what is there now and start again"
		);
		let path = lower.path(within).zip(self.upper.path(number));
		let path = path.map(|(lower, upper)| [lower, upper].concat());
		let path = path.and_then(|path| path.try_into().ok());
		let path = path.ok_or_else(|| anyhow!("piece {index} cannot be shown"))?;
		Ok(Shown { piece: Committed::piece(&bytes, within), path })
	}
}

/// The tree over the block of this number. It is as deep as every block's, save where there is one.
fn subtree(pieces: u32, number: u32, bytes: &[u8]) -> Tree {
	let first = number.saturating_mul(BLOCK);
	let count = pieces.saturating_sub(first).min(BLOCK);
	let mut leaves: Vec<_> = (0..count)
		.map(|within| merkle::leaf(first + within, &Committed::piece(bytes, within)))
		.collect();
	if pieces > BLOCK {
		leaves.resize(BLOCK as usize, merkle::empty());
	}
	Tree::new(leaves)
}

#[cfg(test)]
mod tests;
