//! Key files: made once, readable by their owner only.

use std::{
	fs::{self, OpenOptions},
	io::{ErrorKind, Write},
	os::unix::fs::{OpenOptionsExt, PermissionsExt},
	path::Path,
};

use anyhow::{anyhow, bail, ensure, Context, Result};
use serde::{Deserialize, Serialize};
use sp_core::{ed25519, sr25519, Pair};
use substation_proofs::author::DevicePair;
use subxt_signer::sr25519::Keypair;

use crate::identity::bytes;

/// A signature scheme.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
	/// Ed25519: for devices.
	Ed25519,
	/// Sr25519: for devices, accounts and publisher keys.
	Sr25519,
}

#[derive(Serialize, Deserialize)]
struct KeyFile {
	scheme: Scheme,
	/// 32 bytes, in hexadecimal.
	seed: String,
}

impl KeyFile {
	/// Refused if others than the file's owner may read it.
	fn read(path: &Path) -> Result<Self> {
		let name = path.display();
		let mode = fs::metadata(path)
			.with_context(|| format!("there is no key file {name}: make one with `init`"))?
			.permissions()
			.mode();
		ensure!(
			mode & 0o077 == 0,
			"{name} can be read by others (mode {:o}): run `chmod 600 {name}`",
			mode & 0o777
		);
		serde_json::from_slice(&fs::read(path)?)
			.with_context(|| format!("{name} is no key file of this program"))
	}

	fn seed(&self) -> Result<[u8; 32]> {
		// What is wrong with it is not said: it may be most of a seed.
		let seed = bytes(&self.seed).ok().and_then(|seed| <[u8; 32]>::try_from(seed).ok());
		let seed = seed.ok_or_else(|| anyhow!("the seed is not 32 bytes in hexadecimal"))?;
		ensure!(seed != [0; 32], "the seed is nothing but zeros: make a key with `init`");
		Ok(seed)
	}

	fn pair(&self) -> Result<DevicePair> {
		let seed = self.seed()?;
		Ok(match self.scheme {
			Scheme::Ed25519 => DevicePair::Ed25519(ed25519::Pair::from_seed(&seed)),
			Scheme::Sr25519 => DevicePair::Sr25519(sr25519::Pair::from_seed(&seed)),
		})
	}
}

/// Makes a key and writes it to a new file that nobody else may read. An existing file is left alone.
pub fn create(path: &Path, scheme: Scheme) -> Result<DevicePair> {
	let (_, seed) = sr25519::Pair::generate();
	let file = KeyFile { scheme, seed: format!("0x{}", hex::encode(seed)) };
	let mut out = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(
		|error| match error.kind() {
			ErrorKind::AlreadyExists => anyhow!(
				"{} is there already: a key is never overwritten, choose another name",
				path.display()
			),
			_ => anyhow!("{} cannot be made: {error}", path.display()),
		},
	)?;
	let text = serde_json::to_vec_pretty(&file)?;
	if let Err(error) = out.write_all(&text).and_then(|()| out.sync_all()) {
		// Half a key would be in the way of a whole one.
		let _ = fs::remove_file(path);
		bail!("{} cannot be written: {error}", path.display());
	}
	file.pair()
}

/// Reads a key file; refused if others than its owner may read it.
pub fn load(path: &Path) -> Result<DevicePair> {
	KeyFile::read(path)?.pair()
}

/// An account's key pair from its file.
pub fn account(path: &Path) -> Result<Keypair> {
	let file = KeyFile::read(path)?;
	ensure!(file.scheme == Scheme::Sr25519, "{} is no Sr25519 key", path.display());
	Ok(Keypair::from_secret_key(file.seed()?)?)
}

/// A publisher key from its file.
pub fn publisher(path: &Path) -> Result<sr25519::Pair> {
	match load(path)? {
		DevicePair::Sr25519(pair) => Ok(pair),
		DevicePair::Ed25519(_) => {
			bail!("{} is an Ed25519 key: a publisher signs with Sr25519", path.display())
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_key_file_is_the_owners_alone_and_never_overwritten() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("key");
		let made = create(&path, Scheme::Sr25519).unwrap();

		assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
		assert_eq!(load(&path).unwrap().public(), made.public());
		assert!(create(&path, Scheme::Sr25519).is_err());
		assert_eq!(load(&path).unwrap().public(), made.public());
	}

	#[test]
	fn a_key_that_others_can_read_is_refused_with_the_remedy() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("key");
		create(&path, Scheme::Ed25519).unwrap();
		fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();

		let refused = load(&path).err().unwrap().to_string();

		assert!(refused.contains("chmod 600"), "{refused}");
	}

	#[test]
	fn an_account_is_the_same_whichever_library_reads_its_key() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("key");
		let DevicePair::Sr25519(pair) = create(&path, Scheme::Sr25519).unwrap() else {
			panic!("asked for Sr25519");
		};

		assert_eq!(account(&path).unwrap().public_key().0, pair.public().0);
	}

	#[test]
	fn a_seed_has_one_prefix_at_the_most_and_is_not_nothing() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("key");
		let digits = "ab".repeat(32);
		let read = |seed: &str| {
			let text = format!(r#"{{"scheme": "sr25519", "seed": "{seed}"}}"#);
			fs::write(&path, text).unwrap();
			fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
			account(&path)
		};

		assert!(read(&digits).is_ok() && read(&format!("0x{digits}")).is_ok());
		let zeros = "00".repeat(32);
		for wrong in ["", "0x", " ", &format!("0x0x{digits}"), &format!("{digits} "), &zeros] {
			let error = read(wrong).err().unwrap().to_string();
			assert!(error.starts_with("the seed is "), "{wrong}: {error}");
			assert!(!error.contains(&digits), "the seed is not shown");
		}
	}

	#[test]
	fn why_a_key_cannot_be_made_is_said_as_it_is() {
		let folder = tempfile::tempdir().unwrap();
		let made = |name: &str| create(&folder.path().join(name), Scheme::Ed25519);

		assert!(made("key").is_ok());
		assert!(made("key").err().unwrap().to_string().contains("never overwritten"));
		let nowhere = made("nowhere/key").err().unwrap().to_string();
		assert!(nowhere.contains("cannot be made: No such file"), "{nowhere}");
	}

	#[test]
	fn an_ed25519_key_signs_for_no_account_and_publishes_nothing() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("key");
		create(&path, Scheme::Ed25519).unwrap();

		assert!(publisher(&path).is_err());
		assert!(account(&path).is_err());
	}
}
