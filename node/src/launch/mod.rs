//! `launch-spec`: the specification of a chain that carries value, made from a file that people can read and check, and refused
//! if it is unsafe.

mod file;
mod refusals;
#[cfg(test)]
mod tests;

use sc_service::ChainType;
use std::{io::Write, path::PathBuf};
use substation_primitives::epoch::Parameters;
use substation_runtime::{
	genesis::{Genesis, GenesisNetwork, GenesisValidator, GenesisVesting, LIVE_CURVE},
	HAS_METADATA_DIGEST,
};

use self::file::{Account, File};
use crate::chain_spec;

/// Arguments of the command.
#[derive(Debug, Clone, clap::Parser)]
pub struct LaunchSpecCmd {
	/// The file: `chain-specs/launch.example.toml` explains each line.
	#[arg(long, value_name = "FILE")]
	pub from: PathBuf,

	/// With the short slots and epochs of a development chain, but all else as in the file: to see that it runs.
	#[arg(long)]
	pub rehearsal: bool,

	/// As nodes read it fastest, and light clients alone.
	#[arg(long)]
	pub raw: bool,
}

/// The fewest that an election gives: with four, none of them ends all eras by standing down.
const LEAST_ELECTED: u32 = 3;

impl File {
	fn genesis(&self, rehearsal: bool) -> Genesis {
		let accounts = |all: &[Account]| all.iter().map(|one| one.account()).collect();
		let endowments = self.endowments.iter();
		Genesis {
			endowments: endowments
				.clone()
				.map(|one| (one.account.account(), one.tokens.0))
				.collect(),
			vesting: endowments
				.filter_map(|one| {
					let vesting = one.vesting.as_ref()?;
					Some(GenesisVesting {
						who: one.account.account(),
						begin: vesting.from_block,
						blocks: vesting.blocks,
						liquid: one.tokens.0.saturating_sub(vesting.tokens.0),
					})
				})
				.collect(),
			validators: self
				.validators
				.iter()
				.map(|one| GenesisValidator {
					stash: one.stash.account(),
					keys: one.session_keys(),
					stake: one.stake.0,
				})
				.collect(),
			minimum_validators: LEAST_ELECTED,
			founders: accounts(&self.founders),
			committee: accounts(&self.committee),
			networks: self
				.networks
				.iter()
				.map(|one| GenesisNetwork {
					owner: one.owner.account(),
					policy: one.policy.clone(),
					cadence: one.cadence,
					rate_cap: one.rate_cap.0,
					vouched: one.vouched,
					weight: one.weight,
				})
				.collect(),
			parameters: if rehearsal { Parameters::development() } else { Parameters::default() },
			curve: LIVE_CURVE,
			feeders: self.feeders.as_ref().map(|one| (accounts(&one.accounts), one.price.0)),
			sudo: None,
		}
	}
}

/// Reads the file.
///
/// # Errors
///
/// What is no such file, and every reason for which it is unsafe.
fn read(text: &str, rehearsal: bool) -> Result<File, String> {
	let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
	let refused = file.refusals(rehearsal);
	if refused.is_empty() {
		return Ok(file);
	}
	Err(format!("no chain should begin so:\n- {}", refused.join("\n- ")))
}

/// Writes the specification to standard output.
///
/// # Errors
///
/// A file that cannot be read or is unsafe, and a node that was built without what a live chain needs.
pub fn run(cmd: &LaunchSpecCmd) -> Result<(), String> {
	let path = cmd.from.display();
	let text = std::fs::read_to_string(&cmd.from).map_err(|error| format!("{path}: {error}"))?;
	let file = read(&text, cmd.rehearsal).map_err(|reason| format!("{path}: {reason}"))?;
	if !cmd.rehearsal && !HAS_METADATA_DIGEST {
		return Err("this node was built without the digest by which hardware wallets know what they sign: build it \
		            with `--features substation-runtime/metadata-hash`"
			.into());
	}
	let (chain_type, name_ends, id_ends) = match cmd.rehearsal {
		true => (ChainType::Local, " (rehearsal)", "_rehearsal"),
		false => (ChainType::Live, "", ""),
	};
	let spec = chain_spec::builder(cmd.rehearsal)?
		.with_name(&format!("{}{name_ends}", file.name))
		.with_id(&format!("{}{id_ends}", file.id))
		.with_chain_type(chain_type)
		.with_boot_nodes(file.boot_nodes.clone())
		.with_genesis_config_patch(file.genesis(cmd.rehearsal).patch())
		.build();
	// Only the runtime knows whether it takes all of it.
	let raw =
		spec.as_json(true).map_err(|error| format!("{path}: the runtime refuses it: {error}"))?;
	let written = if cmd.raw { raw } else { spec.as_json(false)? };
	std::io::stdout().write_all(written.as_bytes()).map_err(|error| error.to_string())
}
