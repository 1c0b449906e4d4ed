//! Files that outlive a loss of power: they hold what was written last, or what was before, and never half of it.

use std::{
	fs,
	io::Write,
	path::{Path, PathBuf},
};

use anyhow::{Context, Result};

/// Replaces a file's content by these pieces, and makes its folder if there is none. Not before it returns may anybody rely
/// on them.
///
/// # Errors
///
/// If it cannot be written; then it holds what it held.
pub fn replace(path: &Path, pieces: &[&[u8]]) -> Result<()> {
	let failed = || format!("{} cannot be written", path.display());
	if let Some(folder) = path.parent() {
		fs::create_dir_all(folder).with_context(failed)?;
	}
	// Whoever else writes the same file writes beside it under another name.
	let beside = behind(path, &format!(".{}.new", std::process::id()));
	let mut file = fs::File::create(&beside).with_context(failed)?;
	for piece in pieces {
		file.write_all(piece).with_context(failed)?;
	}
	file.sync_all().with_context(failed)?;
	fs::rename(&beside, path).with_context(failed)?;
	// The name, too, has to outlive a loss of power.
	if let Some(folder) = path.parent() {
		fs::File::open(folder)?.sync_all()?;
	}
	Ok(())
}

/// The path with `more` behind its name.
pub(crate) fn behind(path: &Path, more: &str) -> PathBuf {
	let mut name = path.as_os_str().to_os_string();
	name.push(more);
	name.into()
}
