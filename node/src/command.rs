//! What each subcommand does.

use crate::{
	chain_spec,
	cli::{Cli, Subcommand},
	fork, launch, panics, purge, service,
};
use sc_cli::{Result, SubstrateCli};
use sc_network::config::NetworkBackendType;

impl SubstrateCli for Cli {
	fn impl_name() -> String {
		"Substation Node".into()
	}

	fn impl_version() -> String {
		env!("SUBSTRATE_CLI_IMPL_VERSION").into()
	}

	fn description() -> String {
		env!("CARGO_PKG_DESCRIPTION").into()
	}

	fn author() -> String {
		"Substation".into()
	}

	fn support_url() -> String {
		"docs/CONTRIBUTING.md in the sources".into()
	}

	fn copyright_start_year() -> i32 {
		2026
	}

	fn load_spec(&self, id: &str) -> std::result::Result<Box<dyn sc_service::ChainSpec>, String> {
		chain_spec::load(id)
	}
}

/// The longest answer over RPC of a build that is not optimised, in megabytes, unless another is asked for: its runtime is not
/// compressed, and a chain's specification holds it in hexadecimal digits.
const LONGEST_ANSWER: u32 = 32;

/// Reads the command line and does what it says.
pub fn run() -> Result<()> {
	let mut cli = Cli::from_args();
	let longest = &mut cli.run.rpc_params.rpc_max_response_size;
	if cfg!(debug_assertions) && *longest == sc_cli::RPC_DEFAULT_MAX_RESPONSE_SIZE_MB {
		*longest = LONGEST_ANSWER;
	}
	match &cli.subcommand {
		None => cli.create_runner(&cli.run)?.run_node_until_exit(|config| async move {
			if !matches!(config.network.network_backend, NetworkBackendType::Litep2p) {
				return Err(sc_cli::Error::Input(
					"this node speaks litep2p only: leave out --network-backend".into(),
				));
			}
			panics::limit();
			// `--alice` and the like make a validator without saying so.
			if cli.no_bodies && config.role.is_authority() {
				return Err(sc_cli::Error::Input(
					"a validator has to read all bodies: leave out --no-bodies".into(),
				));
			}
			let options = service::Options {
				runtime_cache: cli.runtime_cache.as_deref(),
				judging_threads: cli.judging_threads(),
				takes_bodies: !cli.no_bodies,
			};
			service::new_full(config, options).map_err(sc_cli::Error::Service)
		}),
		Some(Subcommand::Key(cmd)) => cmd.run(&cli),
		Some(Subcommand::BuildSpec(cmd)) => {
			cli.create_runner(cmd)?.sync_run(|config| cmd.run(config.chain_spec, config.network))
		}
		Some(Subcommand::ExportChainSpec(cmd)) => {
			// Why the runtime refuses a genesis is said nowhere else.
			sc_cli::LoggerBuilder::new("error").init()?;
			let chain_spec = cli.load_spec(&cmd.chain)?;
			cmd.run(chain_spec)
		}
		Some(Subcommand::LaunchSpec(cmd)) => {
			// Why the runtime refuses a genesis is said nowhere else.
			sc_cli::LoggerBuilder::new("error").init()?;
			launch::run(cmd).map_err(sc_cli::Error::Input)
		}
		Some(Subcommand::CheckBlock(cmd)) => cli.create_runner(cmd)?.async_run(|config| {
			let parts = service::for_command(&config, cli.runtime_cache.as_deref())?;
			Ok((cmd.run(parts.client, parts.import_queue), parts.task_manager))
		}),
		Some(Subcommand::ExportBlocks(cmd)) => cli.create_runner(cmd)?.async_run(|config| {
			let parts = service::for_command(&config, cli.runtime_cache.as_deref())?;
			Ok((cmd.run(parts.client, config.database), parts.task_manager))
		}),
		Some(Subcommand::ExportState(cmd)) => cli.create_runner(cmd)?.async_run(|config| {
			let parts = service::for_command(&config, cli.runtime_cache.as_deref())?;
			Ok((cmd.run(parts.client, config.chain_spec), parts.task_manager))
		}),
		Some(Subcommand::ForkState(cmd)) => {
			let keys_of = cli.load_spec(&cmd.keys_of)?;
			cli.create_runner(cmd)?.async_run(|config| {
				let parts = service::for_command(&config, cli.runtime_cache.as_deref())?;
				let run = fork::run(cmd.clone(), parts.client, config.chain_spec, keys_of);
				Ok((run, parts.task_manager))
			})
		}
		Some(Subcommand::ImportBlocks(cmd)) => cli.create_runner(cmd)?.async_run(|config| {
			let parts = service::for_command(&config, cli.runtime_cache.as_deref())?;
			Ok((cmd.run(parts.client, parts.import_queue), parts.task_manager))
		}),
		Some(Subcommand::PurgeChain(cmd)) => {
			cli.create_runner(cmd)?.sync_run(|config| purge::run(cmd.yes, &config))
		}
		Some(Subcommand::Revert(cmd)) => cli.create_runner(cmd)?.async_run(|config| {
			let parts = service::for_command(&config, cli.runtime_cache.as_deref())?;
			let revert_consensus = Box::new(|client, backend, blocks| {
				sc_consensus_babe::revert(std::sync::Arc::clone(&client), backend, blocks)?;
				sc_consensus_grandpa::revert(client, blocks)?;
				Ok(())
			});
			Ok((cmd.run(parts.client, parts.backend, Some(revert_consensus)), parts.task_manager))
		}),
		Some(Subcommand::ChainInfo(cmd)) => cli
			.create_runner(cmd)?
			.sync_run(|config| cmd.run::<substation_runtime::opaque::Block>(&config)),
	}
}
