//! Files that are read whole: only files, and none longer than what reads it has room for.

use std::{fs::File, io::Read, path::Path};

use anyhow::{bail, Context, Result};
use substation_sdk::failure::Failure;

/// The bytes of a file of `most` bytes at the most; `remedy` says what to do about a longer one. What is no file, such as a pipe, is
/// not waited for.
pub(crate) fn read(path: &Path, most: u64, remedy: &str) -> Result<Vec<u8>> {
	let name = path.display();
	let unreadable = || format!("{name} cannot be read");
	let metadata = path.metadata().with_context(unreadable)?;
	if !metadata.is_file() {
		bail!(Failure::Arguments(format!(
			"{name} is no file: name one, or a copy of what it holds"
		)));
	}
	let mut bytes = Vec::new();
	// It may be growing.
	if metadata.len() <= most {
		let file = File::open(path).with_context(unreadable)?;
		file.take(most.saturating_add(1)).read_to_end(&mut bytes).with_context(unreadable)?;
	}
	if metadata.len() > most || bytes.len() as u64 > most {
		bail!(Failure::Arguments(format!("{name} is longer than {}: {remedy}", size(most))));
	}
	Ok(bytes)
}

/// So many bytes, in words.
fn size(bytes: u64) -> String {
	match bytes >> 20 {
		0 => format!("{} KiB", bytes >> 10),
		mebibytes => format!("{mebibytes} MiB"),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::{fs, os::unix::net::UnixListener};

	#[test]
	fn a_file_that_is_too_long_is_not_read_and_it_is_said_what_to_do() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("a");
		fs::write(&path, [7; 2_048]).unwrap();
		assert_eq!(read(&path, 2_048, "cut it").unwrap(), [7; 2_048]);
		let error = read(&path, 2_047, "cut it").unwrap_err();
		assert_eq!(Failure::code_of(&error), 2);
		assert_eq!(error.to_string(), format!("{} is longer than 1 KiB: cut it", path.display()));
		// As long as a disk, and nothing of it is there.
		File::create(&path).unwrap().set_len(1 << 40).unwrap();
		let error = read(&path, 256 << 20, "cut it").unwrap_err().to_string();
		assert!(error.ends_with("is longer than 256 MiB: cut it"), "{error}");
	}

	#[test]
	fn what_is_no_file_is_named_and_not_waited_for() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("socket");
		let _listener = UnixListener::bind(&path).unwrap();
		let error = read(&path, 10, "").unwrap_err().to_string();
		assert!(error.contains("is no file"), "{error}");
		let gone = read(&folder.path().join("gone"), 10, "").unwrap_err().to_string();
		assert!(gone.contains("gone cannot be read"), "{gone}");
	}
}
