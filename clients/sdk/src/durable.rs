//! Files that outlive a loss of power: they hold what was written last, or what was before, and never half of it.

use std::{
	fs,
	io::Write,
	path::{Path, PathBuf},
	sync::atomic::{AtomicU64, Ordering},
};

use anyhow::{bail, Context, Result};

use crate::failure::Failure;

/// Of the next file that is written beside another.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// Replaces a file's content by these pieces, and makes its folder if there is none. Not before it returns may anybody rely
/// on them.
///
/// # Errors
///
/// If it cannot be written: then it holds what it held, or, where the disk has failed in the last step, perhaps the new
/// content.
pub fn replace(path: &Path, pieces: &[&[u8]]) -> Result<()> {
	let failed = || format!("{} cannot be written", path.display());
	let folder = match path.parent() {
		Some(folder) if folder != Path::new("") => folder,
		_ => Path::new("."),
	};
	fs::create_dir_all(folder).with_context(failed)?;
	// Whoever else writes the same file writes beside it under another name.
	let number = NEXT.fetch_add(1, Ordering::Relaxed);
	let beside = behind(path, &format!(".{}-{number}.new", std::process::id()));
	let mut file = fs::File::create(&beside).with_context(failed)?;
	for piece in pieces {
		file.write_all(piece).with_context(failed)?;
	}
	file.sync_all().with_context(failed)?;
	fs::rename(&beside, path).with_context(failed)?;
	// The name, too, has to outlive a loss of power.
	fs::File::open(folder)?.sync_all()?;
	Ok(())
}

/// Takes a folder for this process alone, for as long as the file lives that is given back.
///
/// # Errors
///
/// If another process has it.
pub fn lock(folder: &Path) -> Result<fs::File> {
	let path = folder.join("lock");
	let failed = || format!("{} cannot be locked", path.display());
	fs::create_dir_all(folder).with_context(failed)?;
	let file = fs::File::options().create(true).append(true).open(&path).with_context(failed)?;
	match file.try_lock() {
		Ok(()) => Ok(file),
		Err(fs::TryLockError::WouldBlock) => bail!(Failure::Refused(format!(
			"{} is in use by another process: end that, or name another folder",
			folder.display()
		))),
		Err(fs::TryLockError::Error(error)) => Err(error).with_context(failed),
	}
}

/// The path with `more` behind its name.
pub(crate) fn behind(path: &Path, more: &str) -> PathBuf {
	let mut name = path.as_os_str().to_os_string();
	name.push(more);
	name.into()
}
