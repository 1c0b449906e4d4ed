//! Chain specifications, made from the runtime's own presets.

use sc_chain_spec::{ChainSpecBuilder, ChainSpecExtension, Properties};
use sc_service::ChainType;
use serde::{Deserialize, Serialize};
use substation_runtime::{fast_runtime_binary, genesis_config_presets, WASM_BINARY};

/// What a specification holds beside the SDK's own. Light clients refuse fields that they do not know:
/// they know this one.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ChainSpecExtension)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Extensions {
	/// A finalized block from which a light client may begin, as `sync_state_genSyncSpec` gives it.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub light_sync_state: sc_sync_state_rpc::LightSyncStateExtension,
}

/// A chain's specification.
pub type ChainSpec = sc_service::GenericChainSpec<Extensions>;

fn properties() -> Properties {
	let mut properties = Properties::new();
	properties.insert("tokenSymbol".into(), "STN".into());
	properties.insert("tokenDecimals".into(), 12.into());
	properties.insert("ss58Format".into(), substation_runtime::constants::SS58_PREFIX.into());
	properties
}

/// The specification called `id`: `dev`, `local` and `testnet` are made from presets, anything else is a file.
pub fn load(id: &str) -> Result<Box<dyn sc_service::ChainSpec>, String> {
	let (name, chain_id, chain_type, preset) = match id {
		"" | "dev" => (
			"Substation Development",
			"substation_dev",
			ChainType::Development,
			genesis_config_presets::DEVELOPMENT,
		),
		"local" => (
			"Substation Local",
			"substation_local",
			ChainType::Local,
			genesis_config_presets::LOCAL,
		),
		"testnet" => (
			"Substation Testnet",
			"substation_testnet",
			ChainType::Live,
			genesis_config_presets::TESTNET,
		),
		path => return Ok(Box::new(ChainSpec::from_json_file(path.into())?)),
	};
	let fast = preset != genesis_config_presets::TESTNET;
	Ok(Box::new(
		builder(fast)?
			.with_name(name)
			.with_id(chain_id)
			.with_chain_type(chain_type)
			.with_genesis_config_preset_name(preset)
			.build(),
	))
}

/// What all specifications have in common, with the slots of a development chain or of a live one.
///
/// # Errors
///
/// A binary that was built without the runtime.
pub fn builder(fast: bool) -> Result<ChainSpecBuilder<Extensions>, String> {
	let blob = if fast { fast_runtime_binary::WASM_BINARY } else { WASM_BINARY };
	let wasm = blob.ok_or(
		"this binary was built without the runtime: unset SKIP_WASM_BUILD and build again",
	)?;
	Ok(ChainSpec::builder(wasm, Extensions::default())
		.with_protocol_id("stn")
		.with_properties(properties()))
}
