//! Whose account signs, and pays.

use std::path::PathBuf;

use anyhow::{bail, Result};
use substation_sdk::keys;
use subxt_signer::sr25519::Keypair;

/// Whose account signs, and pays.
#[derive(Clone, Debug, clap::Args)]
pub struct SignerOptions {
	/// Key file of the account that signs and pays (Sr25519, see `init`).
	#[arg(long, value_name = "FILE")]
	pub account: Option<PathBuf>,
	/// Secret URI of that account instead, such as `//Alice` on development chains. Other users of
	/// this machine can see arguments: use the environment variable or a file for anything of value.
	#[arg(long, env = "SUBSTATION_SURI", hide_env_values = true, conflicts_with = "account")]
	pub suri: Option<String>,
}

impl SignerOptions {
	/// The key pair.
	pub fn keypair(&self) -> Result<Keypair> {
		match (&self.account, &self.suri) {
			(Some(path), _) => keys::account(path),
			(None, Some(suri)) => keys::keypair(suri),
			(None, None) => {
				bail!("whose account signs? Give --account FILE or set SUBSTATION_SURI")
			}
		}
	}
}
