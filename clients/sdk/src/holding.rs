//! What a storage device holds: real files.

use std::{
	fs,
	path::{Path, PathBuf},
};

use anyhow::{anyhow, ensure, Context, Result};
use substation_primitives::{signing::ReportContext, DeviceId};
use substation_proofs::{
	facts::DataSet,
	storage::{Committed, Evidence, Policy},
};

/// Files, one after the other in the order of their paths.
pub struct Holding(Vec<u8>);

impl Holding {
	/// The file at `path`, or all files of the folder at `path` and below, as far as `most` bytes go.
	/// Folders named `.git` are left out.
	pub fn read(path: &Path, most: usize) -> Result<Self> {
		let mut data = Vec::new();
		for file in files(path)? {
			data.extend(
				fs::read(&file).with_context(|| format!("{} cannot be read", file.display()))?,
			);
			if data.len() >= most {
				data.truncate(most);
				break;
			}
		}
		ensure!(!data.is_empty(), "{} holds nothing to store", path.display());
		Ok(Self(data))
	}

	/// These bytes.
	pub fn of(data: Vec<u8>) -> Self {
		Self(data)
	}

	/// The bytes.
	pub fn bytes(&self) -> &[u8] {
		&self.0
	}

	fn committed(&self) -> Result<Committed> {
		Committed::new(&self.0).ok_or_else(|| anyhow!("a data set has from one byte to a tebibyte"))
	}

	/// The fact to commit.
	pub fn data_set(&self) -> Result<DataSet> {
		Ok(self.committed()?.data_set())
	}

	/// The evidence that `device` holds this.
	pub fn prove(
		&self,
		context: &ReportContext,
		policy: &Policy,
		device: &DeviceId,
	) -> Result<Evidence> {
		self.committed()?
			.prove(context, policy, device, &self.0)
			.ok_or_else(|| anyhow!("the pieces asked for cannot be shown"))
	}
}

fn files(path: &Path) -> Result<Vec<PathBuf>> {
	let kind = fs::metadata(path).with_context(|| format!("there is no {}", path.display()))?;
	if kind.is_file() {
		return Ok(vec![path.into()]);
	}
	let mut found = Vec::new();
	let mut entries: Vec<_> = fs::read_dir(path)
		.with_context(|| format!("{} cannot be read", path.display()))?
		.collect::<std::io::Result<_>>()?;
	entries.sort_by_key(|entry| entry.file_name());
	for entry in entries {
		let kind = entry.file_type()?;
		if kind.is_dir() && entry.file_name() != ".git" {
			found.extend(files(&entry.path())?);
		} else if kind.is_file() {
			found.push(entry.path());
		}
	}
	Ok(found)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn files_are_read_in_the_order_of_their_paths_and_cut_where_told() {
		let folder = tempfile::tempdir().unwrap();
		fs::create_dir(folder.path().join("b")).unwrap();
		fs::create_dir(folder.path().join(".git")).unwrap();
		for (name, text) in [("c", "third"), ("b/x", "second"), ("a", "first"), (".git/y", "no")] {
			fs::write(folder.path().join(name), text).unwrap();
		}

		let read = |most| Holding::read(folder.path(), most).unwrap().0;
		assert_eq!(read(usize::MAX), b"firstsecondthird");
		assert_eq!(read(7), b"firstse");
		assert!(Holding::read(&folder.path().join(".git/z"), 9).is_err());
	}

	#[test]
	fn an_empty_folder_is_nothing_to_store() {
		let folder = tempfile::tempdir().unwrap();

		assert!(Holding::read(folder.path(), 9).is_err());
	}
}
