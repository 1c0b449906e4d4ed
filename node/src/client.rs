//! What a node's other parts know the client and the database by.

use sc_executor::WasmExecutor;
use substation_runtime::{apis::RuntimeApi, opaque::Block};

/// The runtime's functions into the node: the SDK's own, and the statement store's.
pub type HostFunctions =
	(sp_io::SubstrateHostFunctions, sp_statement_store::runtime_api::HostFunctions);

/// The client: executes the runtime's WASM, never native code.
pub type FullClient = sc_service::TFullClient<Block, RuntimeApi, WasmExecutor<HostFunctions>>;
/// The database.
pub type FullBackend = sc_service::TFullBackend<Block>;
