//! The runtime's metadata, for those who look whether it says something.

use codec::Decode;
use frame_metadata::{v16::RuntimeMetadataV16, RuntimeMetadata, RuntimeMetadataPrefixed};
use substation_runtime::Runtime;

/// This chain's own pallets.
pub const PALLETS: [&str; 10] = [
	"Access",
	"Attestation",
	"Contribution",
	"Credits",
	"Devices",
	"Emission",
	"Mapping",
	"Market",
	"NetworkTreasury",
	"Networks",
];

/// As it is at genesis. Some constants of stock pallets are parameters, which are read from the state.
pub fn metadata() -> RuntimeMetadataV16 {
	let mut state = sp_io::TestExternalities::default();
	let metadata = state.execute_with(|| Runtime::metadata_at_version(16)).unwrap();
	let prefixed = RuntimeMetadataPrefixed::decode(&mut &metadata[..]).unwrap();
	let RuntimeMetadata::V16(metadata) = prefixed.1 else { panic!("another version") };
	metadata
}
