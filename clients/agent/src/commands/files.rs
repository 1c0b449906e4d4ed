//! Files that commands read and write.

use std::{io::Write, path::Path};

use anyhow::{Context, Result};
use futures::{Stream, StreamExt};
use substation_primitives::H256;
use substation_sdk::{archive::Archive, chain::Chain};

/// The hash of a document's file, as the chain keeps it; nothing but zeros if there is none.
pub(super) fn document_hash(file: Option<&Path>) -> Result<H256> {
	let Some(file) = file else { return Ok(H256::zero()) };
	let text = std::fs::read(file).with_context(|| file.display().to_string())?;
	Ok(sp_crypto_hashing::blake2_256(&text).into())
}

/// The archive in a folder that is named, beside the daemon that may have it open; refused if it is another chain's.
pub(super) async fn archive_beside(
	chain: &Chain,
	folder: Option<&Path>,
) -> Result<Option<Archive>> {
	let Some(folder) = folder else { return Ok(None) };
	let archive = Archive::open_beside(folder, &chain.genesis())?;
	if let Some(second) = chain.second_block().await? {
		archive.check_second(&second)?;
	}
	Ok(Some(archive))
}

/// Writes what comes to a new file, or to standard output. How many bytes it was.
pub(super) async fn write_to<Piece: AsRef<[u8]>>(
	file: Option<&Path>,
	pieces: impl Stream<Item = Result<Piece>>,
) -> Result<u64> {
	let mut out: Box<dyn Write> = match file {
		Some(file) => {
			let made = std::fs::File::create(file);
			Box::new(made.with_context(|| file.display().to_string())?)
		}
		None => Box::new(std::io::stdout().lock()),
	};
	let mut pieces = std::pin::pin!(pieces);
	let mut length = 0u64;
	while let Some(piece) = pieces.next().await {
		let piece = piece?;
		out.write_all(piece.as_ref())?;
		length = length.saturating_add(piece.as_ref().len() as u64);
	}
	out.flush()?;
	Ok(length)
}
