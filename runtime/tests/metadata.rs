//! The metadata that clients are built against is that of this runtime.

use std::path::PathBuf;

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
