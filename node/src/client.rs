//! What a node's other parts know the client and the database by.

use crate::{panics::Limited, runtime_log};
use sc_executor::{sp_wasm_interface::ExtendedHostFunctions, WasmExecutor};
use substation_runtime::{apis::RuntimeApi, opaque::Block};

/// The runtime's functions into the node: the SDK's own, and the statement store's. How much a runtime writes into the
/// log is limited.
pub type HostFunctions = ExtendedHostFunctions<
	(sp_io::SubstrateHostFunctions, sp_statement_store::runtime_api::HostFunctions),
	runtime_log::logging::HostFunctions,
>;

/// Executes the runtime's WASM, never native code.
pub type Executor = Limited<WasmExecutor<HostFunctions>>;
/// The client.
pub type FullClient = sc_service::TFullClient<Block, RuntimeApi, Executor>;
/// The database.
pub type FullBackend = sc_service::TFullBackend<Block>;
