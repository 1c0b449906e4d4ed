//! `fork-state`: a specification that begins with the state of a chain, and whose blocks other keys make.
//!
//! What an upgrade does to a live chain is rehearsed on a copy of its state. A state as `export-state` writes it makes no
//! block: it holds the number of the block that it is of, which the first block of a new chain does not follow, and the keys of
//! validators that are elsewhere. Here the number goes, and whose keys make blocks comes from another specification's genesis.
//! No validators are elected any more.

use codec::{Decode, Encode};
use sc_cli::{CliConfiguration, DatabaseParams, PruningParams, Result, SharedParams};
use sc_client_api::{HeaderBackend, StorageProvider, UsageProvider};
use sc_service::ChainSpec;
use serde_json::Value;
use sp_core::storage::StorageMap;
use sp_io::hashing::{blake2_128, twox_128};
use std::{io::Write, sync::Arc};
use substation_runtime::{opaque::Block, AccountId, Balance};

use crate::client::{FullBackend, FullClient};

/// Arguments of the command.
#[derive(Debug, Clone, clap::Parser)]
pub struct ForkStateCmd {
	/// Which state, and where it is.
	#[clap(flatten)]
	pub export: sc_cli::ExportStateCmd,

	/// The chain whose validators and administrator the copy has: `dev` has one validator, `local` has four.
	#[arg(long, value_name = "CHAIN", default_value = "dev")]
	pub keys_of: String,

	/// The code to begin with, in place of the chain's own: its migrations run in the first block. Without it the copy runs the
	/// chain's code, and a live chain's has nobody who could replace it at once.
	#[arg(long, value_name = "FILE")]
	pub code: Option<std::path::PathBuf>,
}

impl CliConfiguration for ForkStateCmd {
	fn shared_params(&self) -> &SharedParams {
		self.export.shared_params()
	}

	fn pruning_params(&self) -> Option<&PruningParams> {
		self.export.pruning_params()
	}

	fn database_params(&self) -> Option<&DatabaseParams> {
		self.export.database_params()
	}
}

/// What `System` keeps of the last block. An account, and the version that the last upgrade was to, are not of a block.
const OF_THE_LAST_BLOCK: [&str; 13] = [
	"BlockHash",
	"BlockSize",
	"BlockWeight",
	"Digest",
	"EventCount",
	"Events",
	"EventTopics",
	"ExecutionPhase",
	"ExtrinsicCount",
	"ExtrinsicData",
	"InherentsApplied",
	"Number",
	"ParentHash",
];

/// Whose keys make blocks, and who administers. The session's index stays: eras are reckoned from it.
const OF_VALIDATORS: [(&str, &[&str]); 6] = [
	("Babe", &[]),
	("Grandpa", &[]),
	("Authorship", &[]),
	("Sudo", &[]),
	// Of an election that was to come nothing is left.
	("ElectionProviderMultiPhase", &[]),
	(
		"Session",
		&[
			"DisabledValidators",
			"KeyOwner",
			"NextKeys",
			"QueuedChanged",
			"QueuedKeys",
			"Validators",
		],
	),
];

/// Of staking's ways to begin an era: none.
const FORCE_NONE: u8 = 2;
/// What the administrator of the copy has for fees, if it has no account: a million tokens.
const ENDOWMENT: Balance = 1_000_000 * 1_000_000_000_000;

/// Writes the specification to standard output.
pub async fn run(
	cmd: ForkStateCmd,
	client: Arc<FullClient>,
	mut spec: Box<dyn ChainSpec>,
	keys_of: Box<dyn ChainSpec>,
) -> Result<()> {
	let block = cmd.export.input.as_ref().map(|block| block.parse()).transpose()?;
	let hash = match block {
		Some(id) => client.expect_block_hash_from_id(&id)?,
		None => client.usage_info().chain.best_hash,
	};
	let mut state = export(client, hash)?;
	let keys = keys_of.as_storage_builder().build_storage()?;
	fork(&mut state.top, &keys.top);
	if let Some(file) = &cmd.code {
		let code = std::fs::read(file)
			.map_err(|error| sc_cli::Error::Input(format!("{}: {error}", file.display())))?;
		state.top.insert(sp_core::storage::well_known_keys::CODE.to_vec(), code);
	}
	spec.set_storage(state);
	let text = sc_service::chain_ops::build_spec(&*spec, true)?;
	let text = renamed(&text, hash).map_err(|error| error.to_string())?;
	std::io::stdout().write_all(text.as_bytes())?;
	Ok(())
}

fn export<C>(client: Arc<C>, hash: sp_core::H256) -> Result<sp_core::storage::Storage>
where
	C: UsageProvider<Block> + StorageProvider<Block, FullBackend>,
{
	Ok(sc_service::chain_ops::export_raw_state(client, hash)?)
}

/// Makes of a state one that a chain may begin with, whose blocks are made by who makes them in `keys`.
fn fork(state: &mut StorageMap, keys: &StorageMap) {
	for value in OF_THE_LAST_BLOCK {
		remove(state, &prefix("System", Some(value)));
	}
	for (pallet, values) in OF_VALIDATORS {
		let prefixes = match values {
			[] => vec![prefix(pallet, None)],
			values => values.iter().map(|value| prefix(pallet, Some(value))).collect(),
		};
		for prefix in prefixes {
			remove(state, &prefix);
			let taken = keys.iter().filter(|(key, _)| key.starts_with(&prefix));
			state.extend(taken.map(|(key, value)| (key.clone(), value.clone())));
		}
	}
	state.insert(prefix("Staking", Some("ForceEra")), vec![FORCE_NONE]);
	let administrator = state.get(&prefix("Sudo", Some("Key")));
	if let Some(account) = administrator.and_then(|key| AccountId::decode(&mut &key[..]).ok()) {
		endow(state, &account);
	}
}

/// Gives an account that there is not something for fees.
fn endow(state: &mut StorageMap, account: &AccountId) {
	let mut key = prefix("System", Some("Account"));
	account.using_encoded(|id| key.extend([&blake2_128(id), id].concat()));
	if state.contains_key(&key) {
		return;
	}
	// As `frame_system::AccountInfo` of `pallet_balances::AccountData` is encoded: nonce, consumers, providers, sufficients;
	// free, reserved, frozen, and the flag of the new logic.
	let info = ((0u32, 0u32, 1u32, 0u32), (ENDOWMENT, 0u128, 0u128, 1u128 << 127));
	state.insert(key, info.encode());
	// What is endowed beside the curve is known as such, so that all tokens add up.
	let endowed = prefix("Emission", Some("Endowed"));
	if state.contains_key(&endowed) {
		add(state, endowed);
	}
	add(state, prefix("Balances", Some("TotalIssuance")));
}

/// Adds the endowment to a sum.
fn add(state: &mut StorageMap, key: Vec<u8>) {
	let before = state.get(&key).and_then(|value| Balance::decode(&mut &value[..]).ok());
	state.insert(key, before.unwrap_or_default().saturating_add(ENDOWMENT).encode());
}

/// What the keys of a pallet, or of one of its values, begin with.
fn prefix(pallet: &str, value: Option<&str>) -> Vec<u8> {
	let mut prefix = twox_128(pallet.as_bytes()).to_vec();
	prefix.extend(value.map(|value| twox_128(value.as_bytes())).into_iter().flatten());
	prefix
}

fn remove(state: &mut StorageMap, prefix: &[u8]) {
	state.retain(|key, _| !key.starts_with(prefix));
}

/// A specification that nobody takes for the chain that it is a copy of.
fn renamed(text: &str, hash: sp_core::H256) -> std::result::Result<String, serde_json::Error> {
	let mut spec: Value = serde_json::from_str(text)?;
	let of = |field: &str| spec.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
	let changed = [
		("name", format!("{}, a copy as of {hash:?}", of("name")).into()),
		("id", format!("{}_copy", of("id")).into()),
		("chainType", "Local".into()),
		("bootNodes", Value::Array(Vec::new())),
		("telemetryEndpoints", Value::Null),
	];
	if let Some(fields) = spec.as_object_mut() {
		fields.remove("lightSyncState");
		fields.extend(changed.map(|(field, value)| (field.to_owned(), value)));
	}
	Ok(format!("{}\n", serde_json::to_string_pretty(&spec)?))
}

#[cfg(test)]
mod tests {
	use super::*;

	fn value(pallet: &str, name: &str, rest: &[u8]) -> Vec<u8> {
		[&prefix(pallet, Some(name))[..], rest].concat()
	}

	#[test]
	fn blocks_begin_anew_and_all_else_stays() {
		let alice = AccountId::new([1; 32]);
		let live: StorageMap = [
			(b":code".to_vec(), vec![1]),
			(value("System", "Number", &[]), 500u32.encode()),
			(value("System", "BlockHash", &[7]), vec![2]),
			(value("System", "LastRuntimeUpgrade", &[]), vec![3]),
			(value("System", "Account", &[9]), vec![4]),
			(value("Babe", "Authorities", &[]), vec![5]),
			(value("Babe", "EpochIndex", &[]), vec![6]),
			(value("Session", "CurrentIndex", &[]), vec![7]),
			(value("Session", "NextKeys", &[8]), vec![8]),
			(value("Staking", "ForceEra", &[]), vec![0]),
			(value("Balances", "TotalIssuance", &[]), (5 as Balance).encode()),
			(value("Emission", "Endowed", &[]), (4 as Balance).encode()),
		]
		.into();
		let keys: StorageMap = [
			(b":code".to_vec(), vec![11]),
			(value("System", "Number", &[]), 0u32.encode()),
			(value("Babe", "Authorities", &[]), vec![15]),
			(value("Session", "CurrentIndex", &[]), vec![17]),
			(value("Session", "NextKeys", &[18]), vec![18]),
			(value("Sudo", "Key", &[]), alice.encode()),
		]
		.into();
		let mut state = live;
		fork(&mut state, &keys);
		let mut account = value("System", "Account", &blake2_128(&[1; 32]));
		account.extend([1; 32]);
		let info = state.remove(&account).expect("the administrator has an account");
		assert_eq!(info.len(), 4 * 4 + 4 * 16);
		let expected: StorageMap = [
			(b":code".to_vec(), vec![1]),
			(value("System", "LastRuntimeUpgrade", &[]), vec![3]),
			(value("System", "Account", &[9]), vec![4]),
			(value("Babe", "Authorities", &[]), vec![15]),
			(value("Session", "CurrentIndex", &[]), vec![7]),
			(value("Session", "NextKeys", &[18]), vec![18]),
			(value("Staking", "ForceEra", &[]), vec![FORCE_NONE]),
			(value("Sudo", "Key", &[]), alice.encode()),
			(value("Balances", "TotalIssuance", &[]), (ENDOWMENT + 5).encode()),
			(value("Emission", "Endowed", &[]), (ENDOWMENT + 4).encode()),
		]
		.into();
		assert_eq!(state, expected);
	}

	#[test]
	fn the_administrator_keeps_an_account_that_it_has() {
		let alice = AccountId::new([1; 32]);
		let mut account = value("System", "Account", &blake2_128(&[1; 32]));
		account.extend([1; 32]);
		let mut state: StorageMap = [(account.clone(), vec![42])].into();
		fork(&mut state, &[(value("Sudo", "Key", &[]), alice.encode())].into());
		assert_eq!(state.get(&account), Some(&vec![42]));
		assert_eq!(state.get(&value("Balances", "TotalIssuance", &[])), None);
		assert_eq!(state.get(&value("Emission", "Endowed", &[])), None);
	}

	#[test]
	fn nobody_takes_it_for_the_chain_that_it_is_a_copy_of(
	) -> std::result::Result<(), serde_json::Error> {
		let live = r#"{"name":"Live","id":"live","chainType":"Live","bootNodes":["/dns/a"],"lightSyncState":{},"properties":{"a":1}}"#;
		let spec: Value = serde_json::from_str(&renamed(live, Default::default())?)?;
		assert_eq!(spec["id"], "live_copy");
		assert_eq!(spec["chainType"], "Local");
		assert_eq!(spec["bootNodes"], Value::Array(Vec::new()));
		assert_eq!(spec["properties"]["a"], 1);
		assert!(spec.get("lightSyncState").is_none());
		Ok(())
	}
}
