//! Whose account signs, and pays.

use std::path::PathBuf;

use anyhow::{anyhow, Result};
use sp_core::{sr25519, Pair};
use substation_proofs::author::DevicePair;
use substation_sdk::{
	chain::{Chain, Written},
	failure::Failure,
	keys,
	secrets::{ensure_own, has_well_known_key, is_well_known, keypair},
};
use subxt::tx::Payload;
use subxt_signer::sr25519::Keypair;

use crate::output::Output;

/// Whose account signs, and pays.
#[derive(Clone, Debug, clap::Args)]
pub struct SignerOptions {
	/// Key file of the account that signs and pays (Sr25519, see `init`).
	#[arg(long, value_name = "FILE")]
	pub account: Option<PathBuf>,
	/// Secret URI of that account instead, such as `//Alice` on development chains. Other users of
	/// this machine can see arguments: use the environment variable or a file for anything of value.
	#[arg(long, env = "SUBSTATION_SURI", hide_env_values = true)]
	pub suri: Option<String>,
}

/// What all that changes the chain takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Write {
	/// Send; without it, have the chain try it, and say what it takes.
	#[arg(long)]
	pub commit: bool,
	#[command(flatten)]
	pub signer: SignerOptions,
}

impl Write {
	/// One call, which does `what`, and what became of it.
	pub async fn send(
		&self,
		chain: &Chain,
		what: &str,
		call: impl Payload,
		output: Output,
	) -> Result<Written> {
		let signer = self.signer.keypair_on(chain).await?;
		let written = chain.write(what, &call, &signer, self.commit).await?;
		output.written(what, &written);
		Ok(written)
	}
}

/// Where the account's secret is.
enum Secret<'a> {
	File(&'a PathBuf),
	Uri(&'a str),
}

impl SignerOptions {
	fn secret(&self) -> Result<Secret<'_>, Failure> {
		Err(Failure::Arguments(match (&self.account, &self.suri) {
			(Some(file), None) => return Ok(Secret::File(file)),
			(None, Some(suri)) => return Ok(Secret::Uri(suri)),
			(None, None) => {
				"whose account signs? Give --account FILE or set SUBSTATION_SURI".into()
			}
			(Some(_), Some(_)) => {
				"there are two accounts that may sign: leave --account out, or --suri and \
			                       the environment variable SUBSTATION_SURI"
					.to_string()
			}
		}))
	}

	/// The key pair for use on a chain: a secret that everybody knows is refused where tokens may be
	/// worth something.
	pub async fn keypair_on(&self, chain: &Chain) -> Result<Keypair> {
		let pair = self.keypair()?;
		if self.is_well_known(&pair)? {
			ensure_own(&chain.kind().await?, true)?;
		}
		Ok(pair)
	}

	/// Whether everybody knows the secret, of which this is the key pair.
	fn is_well_known(&self, pair: &Keypair) -> Result<bool> {
		Ok(match self.secret()? {
			Secret::File(_) => has_well_known_key(pair),
			Secret::Uri(suri) => is_well_known(suri),
		})
	}

	/// The same, to sign what is no transaction.
	pub async fn pair_on(&self, chain: &Chain) -> Result<DevicePair> {
		// Refused alike.
		self.keypair_on(chain).await?;
		match self.secret()? {
			Secret::File(path) => keys::load(path),
			Secret::Uri(suri) => {
				let pair = sr25519::Pair::from_string(suri, None);
				Ok(DevicePair::Sr25519(pair.map_err(|_| anyhow!("the secret URI cannot be read"))?))
			}
		}
	}

	/// The key pair, of a secret that is known to be good for the chain: see [`Self::check_on`].
	pub fn keypair(&self) -> Result<Keypair> {
		match self.secret()? {
			Secret::File(path) => keys::account(path),
			Secret::Uri(suri) => keypair(suri),
		}
	}

	/// Checks the secret, before anything else is done, for the chain of the first of these nodes that
	/// answers. Where none answers that is said by whatever comes next.
	pub async fn check_on(&self, urls: &[String]) -> Result<()> {
		// How it is written is wrong on every chain.
		let pair = self.keypair()?;
		if !self.is_well_known(&pair)? {
			return Ok(());
		}
		for url in urls {
			if let Ok(chain) = Chain::connect(url).await {
				return self.keypair_on(&chain).await.map(drop);
			}
		}
		Ok(())
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn given(account: Option<&str>, suri: Option<&str>) -> SignerOptions {
		SignerOptions { account: account.map(Into::into), suri: suri.map(Into::into) }
	}

	#[test]
	fn one_account_signs_and_not_two() {
		for (options, words) in [
			(given(None, None), "whose account signs?"),
			(given(Some("key"), Some("//Alice")), "the environment variable SUBSTATION_SURI"),
		] {
			let error = options.keypair().err().unwrap();
			assert_eq!(Failure::code_of(&error), 2);
			assert!(error.to_string().contains(words), "{error}");
		}
	}

	#[test]
	fn a_key_file_with_a_seed_that_everybody_knows_is_known_for_one() {
		use std::os::unix::fs::PermissionsExt;
		let folder = tempfile::tempdir().unwrap();
		let is_known = |name: &str, seed: &str| {
			let path = folder.path().join(name);
			let text = format!("{{\"scheme\":\"sr25519\",\"seed\":\"0x{seed}\"}}");
			std::fs::write(&path, text).unwrap();
			std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
			let options = given(path.to_str(), None);
			options.is_well_known(&options.keypair().unwrap()).unwrap()
		};
		let alice = "e5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a";
		assert!(is_known("alice", alice));
		assert!(!is_known("own", &"ab".repeat(32)));
		let uri = |suri: &str| {
			let options = given(None, Some(suri));
			options.is_well_known(&options.keypair().unwrap()).unwrap()
		};
		assert!(uri("//Alice") && uri("//Anybody") && uri(&format!("0x{alice}")));
	}

	#[tokio::test]
	async fn a_secret_that_is_wrong_everywhere_is_refused_before_any_node_is_asked() {
		let nobody = ["ws://127.0.0.1:1".to_string()];
		for wrong in ["", " ", "///", "//", "//Alice\n", "//Alice "] {
			let error = given(None, Some(wrong)).check_on(&nobody).await.err().unwrap();
			assert_eq!(Failure::code_of(&error), 2, "{wrong:?}");
		}
		assert!(given(None, Some("//Alice")).check_on(&nobody).await.is_ok());
	}
}
