//! Identities of devices and batches, as people write them.

use anyhow::{anyhow, Result};
use substation_primitives::H256;

/// Parses an identity in hexadecimal.
pub fn parse_id(text: &str) -> Result<H256> {
	let bytes = hex::decode(text.trim().trim_start_matches("0x"))
		.map_err(|error| anyhow!("{text} is not in hexadecimal: {error}"))?;
	let bytes: [u8; 32] =
		bytes.try_into().map_err(|_| anyhow!("{text} is not 32 bytes in hexadecimal"))?;
	Ok(H256(bytes))
}
