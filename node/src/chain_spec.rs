//! Chain specifications, made from the runtime's own presets.

use sc_chain_spec::Properties;
use sc_service::ChainType;
use substation_runtime::{fast_runtime_binary, genesis_config_presets};

/// No extensions: light clients refuse a specification with fields they do not know.
pub type ChainSpec = sc_service::GenericChainSpec;

fn properties() -> Properties {
	let mut properties = Properties::new();
	properties.insert("tokenSymbol".into(), "STN".into());
	properties.insert("tokenDecimals".into(), 12.into());
	properties.insert("ss58Format".into(), substation_runtime::constants::SS58_PREFIX.into());
	properties
}

/// The specification called `id`: `dev` and `local` are made from presets, anything else is a file.
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
		path => return Ok(Box::new(ChainSpec::from_json_file(path.into())?)),
	};
	let wasm = fast_runtime_binary::WASM_BINARY.ok_or(
		"this binary was built without the runtime: unset SKIP_WASM_BUILD and build again",
	)?;
	Ok(Box::new(
		ChainSpec::builder(wasm, Default::default())
			.with_name(name)
			.with_id(chain_id)
			.with_protocol_id("stn")
			.with_chain_type(chain_type)
			.with_properties(properties())
			.with_genesis_config_preset_name(preset)
			.build(),
	))
}
