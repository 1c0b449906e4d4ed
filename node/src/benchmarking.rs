//! The `benchmark` subcommand.

use crate::{cli::Cli, service};
use frame_benchmarking_cli::{BenchmarkCmd, SUBSTRATE_REFERENCE_HARDWARE};
use sc_cli::{Result, SubstrateCli};
use substation_runtime::opaque::Block;

/// What the runtime imports beside what benchmarks offer any.
type HostFunctions = sp_statement_store::runtime_api::HostFunctions;

/// Runs it.
pub fn run(cli: &Cli, cmd: &BenchmarkCmd) -> Result<()> {
	let runner = cli.create_runner(cmd)?;
	runner.sync_run(|config| match cmd {
		BenchmarkCmd::Pallet(cmd) => cmd
			.run_with_spec::<sp_runtime::traits::HashingFor<Block>, HostFunctions>(Some(
				config.chain_spec,
			)),
		BenchmarkCmd::Overhead(cmd) => {
			cmd.run_with_default_builder_and_spec::<Block, HostFunctions>(Some(config.chain_spec))
		}
		BenchmarkCmd::Block(cmd) => {
			let parts = service::new_partial(&config, cli.runtime_cache.as_deref())?;
			cmd.run(parts.client)
		}
		BenchmarkCmd::Storage(cmd) => {
			let parts = service::new_partial(&config, cli.runtime_cache.as_deref())?;
			let db = parts.backend.expose_db();
			let storage = parts.backend.expose_storage();
			let shared_trie_cache = parts.backend.expose_shared_trie_cache();
			cmd.run(config, parts.client, db, storage, shared_trie_cache)
		}
		BenchmarkCmd::Machine(cmd) => cmd.run(&config, SUBSTRATE_REFERENCE_HARDWARE.clone()),
		BenchmarkCmd::Extrinsic(_) => {
			Err("transactions are measured with `benchmark pallet` and `benchmark overhead`".into())
		}
	})
}
