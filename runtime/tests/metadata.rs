//! The metadata that clients are built against is that of this runtime.

use codec::{Decode, Encode};
use frame_metadata::{RuntimeMetadata, RuntimeMetadataPrefixed};
use sc_executor::WasmExecutor;
use sp_core::traits::{CallContext, CodeExecutor, RuntimeCode, WrappedRuntimeCode};
use std::path::PathBuf;
use substation_runtime::{fast_runtime_binary, WASM_BINARY};

fn committed() -> PathBuf {
	PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../clients/sdk/metadata.scale")
}

/// Written anew with `UPDATE_METADATA=1 cargo test --workspace --test metadata`.
#[test]
fn committed_metadata_is_this_runtimes() {
	// Some constants of stock pallets are parameters, which are read from the state.
	let metadata = sp_io::TestExternalities::default()
		.execute_with(|| substation_runtime::Runtime::metadata_at_version(16))
		.map(|opaque| (*opaque).clone())
		.expect("the runtime knows metadata of version 16");
	if std::env::var_os("UPDATE_METADATA").is_some() {
		std::fs::write(committed(), &metadata).expect("the file can be written");
	}
	let read = std::fs::read(committed()).expect("clients/sdk/metadata.scale is committed");

	assert!(
		read == metadata,
		"clients/sdk/metadata.scale is not this runtime's: write it anew with \
		 `UPDATE_METADATA=1 cargo test --workspace --test metadata`"
	);
}

/// Pallets of a blob.
fn pallets(blob: &[u8]) -> Vec<String> {
	let executor = WasmExecutor::<(
		sp_io::SubstrateHostFunctions,
		polkadot_sdk::sp_statement_store::runtime_api::HostFunctions,
	)>::builder()
	.with_allow_missing_host_functions(true)
	.build();
	let code = RuntimeCode {
		code_fetcher: &WrappedRuntimeCode(blob.into()),
		hash: (blob.len() as u64).encode(),
		heap_pages: None,
	};
	let mut state = sp_io::TestExternalities::default();
	let mut ext = state.ext();
	let method = "Metadata_metadata_at_version";
	let (said, _) = executor.call(&mut ext, &code, method, &16u32.encode(), CallContext::Offchain);
	let opaque = Option::<Vec<u8>>::decode(&mut &said.unwrap()[..]).unwrap().unwrap();
	let prefixed = RuntimeMetadataPrefixed::decode(&mut &opaque[..]).unwrap();
	let RuntimeMetadata::V16(metadata) = prefixed.1 else { panic!("another version") };
	metadata.pallets.into_iter().map(|pallet| pallet.name).collect()
}

/// What a live chain runs holds nothing with which one key could do anything.
#[test]
fn a_live_chains_code_holds_no_sudo() {
	let (Some(live), Some(fast)) = (WASM_BINARY, fast_runtime_binary::WASM_BINARY) else {
		// Built without blobs, there is none to look at: the whole build has them.
		assert!(option_env!("SKIP_WASM_BUILD").is_some(), "there is no blob");
		return;
	};
	let (live, fast) = (pallets(live), pallets(fast));
	assert!(live.contains(&"Attestation".to_owned()) && !live.contains(&"Sudo".to_owned()));
	// In all else they are alike.
	let others: Vec<_> = fast.iter().filter(|name| *name != "Sudo").cloned().collect();
	assert_eq!((others, fast.len()), (live.clone(), live.len() + 1));
}
