//! Whether a folder is of this chain, or of one that has ended and began anew from the same genesis, where everything is
//! numbered as it was.

use std::{fs, io::ErrorKind, path::Path};

use anyhow::{bail, Context, Result};
use substation_primitives::H256;

use crate::{durable, failure::Failure, identity::parse_id};

/// The file that holds the hash of the chain's second block, in hexadecimal digits.
const FILE: &str = "second";

/// Refuses a folder of a chain that has begun anew since; `second` is the hash of the second block now. A folder that says nothing is as
/// good as new. `remedy` says what to do.
///
/// # Errors
///
/// If it is such a folder, or cannot be read.
pub fn check(folder: &Path, second: &H256, remedy: &str) -> Result<()> {
	let path = folder.join(FILE);
	let text = match fs::read_to_string(&path) {
		Ok(text) => text,
		Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
		Err(error) => return Err(error).with_context(|| path.display().to_string()),
	};
	match parse_id(text.trim()) {
		Ok(known) if known == *second => Ok(()),
		Ok(known) => bail!(anew(folder, &known, second, remedy)),
		// What a folder is about has to be somebody's decision.
		Err(_) => bail!(
			"{} is damaged: remove it if {} is of this chain, or name another folder",
			path.display(),
			folder.display()
		),
	}
}

/// Checks the same, and writes down of which chain the folder is.
///
/// # Errors
///
/// As [`check`]; and if it cannot be written.
pub fn settle(folder: &Path, second: &H256, remedy: &str) -> Result<()> {
	check(folder, second, remedy)?;
	let path = folder.join(FILE);
	match path.exists() {
		true => Ok(()),
		false => durable::replace(&path, &[format!("{second:?}\n").as_bytes()]),
	}
}

/// Why a folder is of no use on a chain whose second block was `known` when it was written, and is another one.
pub(crate) fn anew(folder: &Path, known: &H256, second: &H256, remedy: &str) -> Failure {
	Failure::Mismatch(format!(
		"{} is of a chain that has begun anew since: its second block was {known:?} and is {second:?}. {remedy}",
		folder.display()
	))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_folder_of_a_chain_that_began_anew_is_refused_and_said_what_to_do() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("state");
		let (first, other) = (H256::repeat_byte(1), H256::repeat_byte(2));
		check(&path, &first, "").unwrap();
		assert!(!path.exists(), "who only looks writes nothing");
		settle(&path, &first, "").unwrap();
		settle(&path, &first, "").unwrap();
		check(&path, &first, "").unwrap();
		for refused in [check(&path, &other, "Do this"), settle(&path, &other, "Do this")] {
			let error = refused.unwrap_err();
			assert_eq!(Failure::code_of(&error), 3);
			assert!(error.to_string().ends_with("Do this"), "{error}");
		}
		check(&path, &first, "").unwrap();
		fs::write(path.join(FILE), "0x12").unwrap();
		assert!(check(&path, &first, "").unwrap_err().to_string().contains("is damaged"));
	}
}
