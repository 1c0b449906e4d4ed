//! The files that are stored: one after the other, in the order of their paths, read in pieces.

use std::{
	fs::{self, File},
	io::{ErrorKind, Read, Seek, SeekFrom},
	os::unix::fs::FileTypeExt,
	path::{Path, PathBuf},
};

use anyhow::{anyhow, ensure, Context, Result};

use crate::failure::Failure;

/// A file, and where it stands among all bytes.
struct Part {
	path: PathBuf,
	from: u64,
	length: u64,
}

/// Files, one after the other.
pub(super) struct Files {
	parts: Vec<Part>,
	length: u64,
}

impl Files {
	/// The file at `path`, or all files of the folder at `path` and below, as far as `most` bytes go.
	/// Folders named `.git` are left out, links are followed, and what is no file is refused. What lies
	/// beyond `most` is not looked at.
	pub(super) fn find(path: &Path, most: u64) -> Result<Self> {
		let mut files = Self { parts: Vec::new(), length: 0 };
		if most > 0 {
			files.walk(path, &mut Vec::new(), most)?;
		}
		files.length = files.length.min(most);
		if files.length == 0 {
			let text = format!(
				"{} holds nothing to store: name files that hold something",
				path.display()
			);
			return Err(Failure::Arguments(text).into());
		}
		Ok(files)
	}

	/// How many bytes there are.
	pub(super) fn length(&self) -> u64 {
		self.length
	}

	/// How many files there are.
	pub(super) fn count(&self) -> usize {
		self.parts.len()
	}

	/// Adds what is at `path`, within the folders `above`. Tells whether more is wanted.
	fn walk(&mut self, path: &Path, above: &mut Vec<PathBuf>, most: u64) -> Result<bool> {
		let found = match fs::metadata(path) {
			Ok(found) => found,
			Err(error) => return Err(unreadable(path, &error)),
		};
		let kind = found.file_type();
		if kind.is_file() {
			let (from, length) = (self.length, found.len());
			if length > 0 {
				self.parts.push(Part { path: path.into(), from, length });
			}
			self.length = from.saturating_add(length);
			return Ok(self.length < most);
		}
		if !kind.is_dir() {
			let what = if kind.is_fifo() {
				"a pipe"
			} else if kind.is_socket() {
				"a socket"
			} else {
				"a device"
			};
			return Err(Failure::Arguments(format!(
				"{} is neither a file nor a folder but {what}, which cannot be stored: take it out, or \
				 write what comes from it to a file",
				path.display()
			))
			.into());
		}
		let real = fs::canonicalize(path)?;
		if above.contains(&real) {
			return Err(Failure::Arguments(format!(
				"{} is a link to a folder that it is in, so there would be no end of it: take it out",
				path.display()
			))
			.into());
		}
		let mut entries = fs::read_dir(path)
			.and_then(Iterator::collect::<std::io::Result<Vec<_>>>)
			.with_context(|| format!("{} cannot be read", path.display()))?;
		entries.sort_by_key(|entry| entry.file_name());
		above.push(real);
		for entry in entries {
			let inner = entry.path();
			if entry.file_name() == ".git" && inner.is_dir() {
				continue;
			}
			if !self.walk(&inner, above, most)? {
				return Ok(false);
			}
		}
		above.pop();
		Ok(true)
	}

	/// The bytes from `from` on, `length` of them or as many as there are.
	pub(super) fn read(&self, from: u64, length: usize) -> Result<Vec<u8>> {
		let end = self.length.min(from.saturating_add(length as u64));
		let mut bytes = Vec::with_capacity(usize::try_from(end.saturating_sub(from))?);
		let first =
			self.parts.partition_point(|part| part.from.saturating_add(part.length) <= from);
		for part in self.parts.iter().skip(first).take_while(|part| part.from < end) {
			let start = from.max(part.from) - part.from;
			let wanted = (end - part.from).min(part.length) - start;
			let name = || format!("{} cannot be read", part.path.display());
			let mut file = File::open(&part.path).with_context(name)?;
			if start > 0 {
				file.seek(SeekFrom::Start(start)).with_context(name)?;
			}
			let read = file.take(wanted).read_to_end(&mut bytes).with_context(name)?;
			ensure!(
				read as u64 == wanted,
				"{} has become shorter since it was looked at: leave it as it is while it is stored",
				part.path.display()
			);
		}
		Ok(bytes)
	}
}

/// What is said of something that cannot be looked at.
fn unreadable(path: &Path, error: &std::io::Error) -> anyhow::Error {
	let name = path.display();
	if error.kind() != ErrorKind::NotFound {
		return anyhow!("{name} cannot be read: {error}");
	}
	let text = match fs::symlink_metadata(path) {
		Ok(_) => format!("{name} is a link to nothing: mend it, or take it out"),
		Err(_) => format!("there is no {name}"),
	};
	Failure::Arguments(text).into()
}
