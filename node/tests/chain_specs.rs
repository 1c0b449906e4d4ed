//! `chain-specs/` is what the node writes, but for the code, which differs between compilers. It is never
//! edited: `UPDATE_CHAIN_SPECS=1 cargo test --workspace --test chain_specs` writes it anew.

use clap::Parser;
use serde_json::Value;
use staging_chain_spec_builder::ChainSpecBuilder;
use std::{error::Error, ffi::OsStr, fs, path::Path, process::Command, sync::OnceLock};
use substation_runtime::genesis_config_presets::{DEVELOPMENT, LOCAL, TESTNET};

/// Files, and the chains that they are of.
const SPECS: [(&str, &str); 3] =
	[("development", "dev"), ("local", "local"), ("testnet", "testnet")];

/// Chains, and the presets that they are of.
const PRESETS: [(&str, &str); 3] = [("dev", DEVELOPMENT), ("local", LOCAL), ("testnet", TESTNET)];

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

/// A chain's specification in raw form. Making one takes long, so it is made once.
fn raw(chain: &str) -> Result<&'static Value, Box<dyn Error>> {
	static MADE: [OnceLock<Value>; PRESETS.len()] = [const { OnceLock::new() }; PRESETS.len()];
	let place = PRESETS.iter().position(|(name, _)| *name == chain).ok_or("an unknown chain")?;
	if let Some(made) = MADE[place].get() {
		return Ok(made);
	}
	let spec = exported(chain, true)?;
	Ok(MADE[place].get_or_init(|| spec))
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

/// The same with accounts and keys that are not the example's.
fn with_other_keys(text: &str) -> String {
	let quoted = text.split('"').skip(1).step_by(2);
	let keys: std::collections::BTreeSet<_> = quoted.filter(|key| key.len() >= 47).collect();
	keys.iter().enumerate().fold(text.to_owned(), |text, (number, key)| {
		text.replace(key, &format!("0x{:064x}", number + 1))
	})
}

/// What is made of a file is a genesis that the runtime takes, and none is made of one that is unsafe.
#[test]
fn a_launch_is_made_from_a_file() -> Result<(), Box<dyn Error>> {
	const EXAMPLE: &str = "../chain-specs/launch.example.toml";
	let launch = |file: &Path, more: &[&str]| {
		let mut command = Command::new(env!("CARGO_BIN_EXE_substation-node"));
		command.args(["launch-spec", "--from"]).arg(file).args(more).output()
	};
	let made = launch(Path::new(EXAMPLE), &["--rehearsal", "--raw"])?;
	assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
	let spec: Value = serde_json::from_slice(&made.stdout)?;
	assert_eq!(
		(&spec["id"], &spec["chainType"]),
		(&"substation_rehearsal".into(), &"Local".into())
	);
	assert!(spec.pointer("/genesis/raw/top").is_some_and(|top| top.get("0x3a636f6465").is_some()));

	// A chain that carries value is made by a node whose code has a digest of its metadata.
	let folder = tempfile::tempdir()?;
	let own_file = folder.path().join("own.toml");
	fs::write(&own_file, with_other_keys(&fs::read_to_string(EXAMPLE)?))?;
	let live = launch(&own_file, &[])?;
	assert_eq!(live.status.success(), substation_runtime::HAS_METADATA_DIGEST);
	let said = String::from_utf8_lossy(&live.stderr);
	assert!(live.status.success() || said.contains("metadata-hash"), "{said}");
	let unsafe_file = folder.path().join("launch.toml");
	fs::write(&unsafe_file, fs::read_to_string(EXAMPLE)?.replace("ramp = 720", "ramp = 0"))?;
	let refused = launch(&unsafe_file, &["--rehearsal"])?;
	let said = String::from_utf8_lossy(&refused.stderr);
	assert!(!refused.status.success() && said.contains("network 1 is open"), "{said}");
	assert!(refused.stdout.is_empty());
	// What no check here knows the runtime does.
	fs::write(
		&unsafe_file,
		fs::read_to_string(EXAMPLE)?.replace("rate_cap = 10", "rate_cap = 5_000"),
	)?;
	let refused = launch(&unsafe_file, &["--rehearsal"])?;
	let said = String::from_utf8_lossy(&refused.stderr);
	assert!(!refused.status.success() && said.contains("the runtime refuses it"), "{said}");
	assert!(refused.stdout.is_empty());
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
		let spec = raw(name)?;
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

/// Runs the SDK's chain-spec-builder as its command line would, which writes to `output`.
fn chain_spec_builder(output: &Path, arguments: &[&OsStr]) -> Result<Value, Box<dyn Error>> {
	let program = ["chain-spec-builder".as_ref(), "--chain-spec-path".as_ref(), output.as_os_str()];
	let line = program.iter().chain(arguments);
	ChainSpecBuilder::try_parse_from(line)?.run()?;
	Ok(serde_json::from_slice(&fs::read(output)?)?)
}

#[test]
fn chain_spec_builder_reads_the_presets() -> Result<(), Box<dyn Error>> {
	let directory = tempfile::tempdir()?;
	let [code_file, output] = ["code.wasm", "output.json"].map(|name| directory.path().join(name));
	let create = ["create", "--verify", "--raw-storage", "--runtime"].map(OsStr::new);
	let create = [&create[..], &[code_file.as_ref(), "named-preset".as_ref()]].concat();
	for (chain, preset) in PRESETS {
		let spec = raw(chain)?;
		let code = spec.pointer("/genesis/raw/top/0x3a636f6465").and_then(Value::as_str);
		let code = code.and_then(|code| code.strip_prefix("0x")).ok_or("a genesis has code")?;
		fs::write(&code_file, hex::decode(code)?)?;
		let created = chain_spec_builder(&output, &[&create[..], &[preset.as_ref()]].concat())?;
		assert!(
			created["genesis"] == spec["genesis"],
			"{preset} is another genesis than {chain}'s"
		);
	}
	let unknown = [&create[..], &["none".as_ref()]].concat();
	assert!(chain_spec_builder(&output, &unknown).is_err(), "there is no such preset");
	Ok(())
}
