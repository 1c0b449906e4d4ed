//! Identities of devices and batches, and other bytes, as people write them.

use anyhow::{anyhow, Result};
use substation_primitives::H256;

use crate::failure::Failure;

/// Parses an identity in hexadecimal. What is none is a wrong argument.
pub fn parse_id(text: &str) -> Result<H256> {
	let bytes = bytes(text.trim()).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
	let wrong =
		|| Failure::Arguments(format!("{text} is no identity: it has 64 hexadecimal digits"));
	Ok(H256(bytes.ok_or_else(wrong)?))
}

/// Bytes in hexadecimal digits, with `0x` before them or without, but not with two.
pub fn bytes(text: &str) -> Result<Vec<u8>> {
	hex::decode(text.strip_prefix("0x").unwrap_or(text))
		.map_err(|error| anyhow!("{text} is not in hexadecimal: {error}"))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn an_identity_is_32_bytes_with_one_prefix_at_the_most() {
		let digits = "ab".repeat(32);

		for right in [digits.clone(), format!("0x{digits}"), format!(" 0x{digits}\n")] {
			assert_eq!(parse_id(&right).unwrap(), H256::repeat_byte(0xab));
		}
		for wrong in [format!("0x0x{digits}"), format!("{digits}ab"), "0x".into(), "abc".into()] {
			assert_eq!(Failure::code_of(&parse_id(&wrong).unwrap_err()), 2, "{wrong}");
		}
	}
}
