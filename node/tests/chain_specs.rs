//! `chain-specs/` is what the node writes, but for the code, which differs between compilers. It is never
//! edited: `UPDATE_CHAIN_SPECS=1 cargo test --workspace --test chain_specs` writes it anew.

use serde_json::Value;
use std::{error::Error, fs, path::Path, process::Command};

/// Files, and the chains that they are of.
const SPECS: [(&str, &str); 3] =
	[("development", "dev"), ("local", "local"), ("testnet", "testnet")];

/// What the node writes for a chain.
fn exported(chain: &str, raw: bool) -> Result<Value, Box<dyn Error>> {
	let mut command = Command::new(env!("CARGO_BIN_EXE_substation-node"));
	command.args(["export-chain-spec", "--chain", chain]);
	if raw {
		command.arg("--raw");
	}
	let output = command.output()?;
	if !output.status.success() {
		return Err(String::from_utf8_lossy(&output.stderr).into());
	}
	Ok(serde_json::from_slice(&output.stdout)?)
}

#[test]
fn what_is_committed_is_what_the_node_writes() -> Result<(), Box<dyn Error>> {
	for (name, chain) in SPECS {
		let mut spec = exported(chain, false)?;
		let code = spec
			.pointer_mut("/genesis/runtimeGenesis")
			.and_then(Value::as_object_mut)
			.and_then(|genesis| genesis.remove("code"))
			.ok_or("a specification has code")?;
		assert!(code.as_str().is_some_and(|code| code.len() > 100_000), "{name}: {code}");
		let text = format!("{}\n", serde_json::to_string_pretty(&spec)?);
		let path = Path::new("../chain-specs").join(format!("{name}.json"));
		if std::env::var_os("UPDATE_CHAIN_SPECS").is_some() {
			fs::write(&path, &text)?;
		}
		let committed = fs::read_to_string(&path)?;
		assert!(
			committed == text,
			"{} is not what the node writes: run this test with UPDATE_CHAIN_SPECS=1",
			path.display()
		);
	}
	Ok(())
}

/// Light clients take a genesis in raw form only, and refuse whatever field they do not know.
#[test]
fn raw_ones_have_nothing_that_a_light_client_refuses() -> Result<(), Box<dyn Error>> {
	const KNOWN: [&str; 14] = [
		"name",
		"id",
		"chainType",
		"bootNodes",
		"telemetryEndpoints",
		"protocolId",
		"properties",
		"forkId",
		"consensusEngine",
		"lightSyncState",
		"codeSubstitutes",
		"forkBlocks",
		"badBlocks",
		"genesis",
	];
	for name in ["local", "testnet"] {
		let spec = exported(name, true)?;
		let fields = spec.as_object().ok_or("a specification is an object")?;
		for field in fields.keys() {
			assert!(KNOWN.contains(&field.as_str()), "{name} has {field}");
		}
		let top = spec.pointer("/genesis/raw/top").and_then(Value::as_object);
		assert!(top.is_some_and(|top| top.contains_key("0x3a636f6465")), "{name} has no code");
		let children = spec.pointer("/genesis/raw/childrenDefault").and_then(Value::as_object);
		assert!(children.is_some_and(|children| children.is_empty()), "{name} has child tries");
	}
	Ok(())
}
