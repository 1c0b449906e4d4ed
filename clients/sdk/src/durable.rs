//! Files that outlive a loss of power: they hold what was written last, or what was before, and never half of it.

use std::{
	fs,
	io::Write,
	path::{Path, PathBuf},
	sync::atomic::{AtomicU64, Ordering},
};

use anyhow::{Context, Result};

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

/// Takes a folder for this process alone, for as long as the file lives that is given back. Nothing if another process has
/// it.
///
/// # Errors
///
/// If it cannot be locked at all.
pub fn try_lock(folder: &Path) -> Result<Option<fs::File>> {
	fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
	let path = folder.join("lock");
	let file = fs::File::options().create(true).truncate(false).write(true).open(&path);
	let file = file.with_context(|| format!("{} cannot be opened", path.display()))?;
	match file.try_lock() {
		Ok(()) => Ok(Some(file)),
		Err(fs::TryLockError::WouldBlock) => Ok(None),
		Err(fs::TryLockError::Error(error)) => {
			Err(error).with_context(|| format!("{} cannot be locked", path.display()))
		}
	}
}

/// The same of a folder that has to be free.
///
/// # Errors
///
/// If another process has it, or it cannot be locked at all.
pub fn lock(folder: &Path) -> Result<fs::File> {
	let taken = || {
		Failure::Refused(format!(
			"{} is in use by another process: end that, or name another folder",
			folder.display()
		))
	};
	Ok(try_lock(folder)?.ok_or_else(taken)?)
}

/// The path with `more` behind its name.
pub(crate) fn behind(path: &Path, more: &str) -> PathBuf {
	let mut name = path.as_os_str().to_os_string();
	name.push(more);
	name.into()
}
