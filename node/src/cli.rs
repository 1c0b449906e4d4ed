//! The command line.

use sc_cli::RunCmd;
use std::path::PathBuf;

/// Arguments of the node.
#[derive(Debug, clap::Parser)]
pub struct Cli {
	/// What to do instead of running a node.
	#[command(subcommand)]
	pub subcommand: Option<Subcommand>,

	/// How to run a node.
	#[clap(flatten)]
	pub run: RunCmd,

	/// Where compiled runtimes are kept, so that a node that starts again need not compile anew: beside the
	/// database if left out. Nodes may share one. Who can write there can make the node run anything.
	#[arg(long, value_name = "DIR", global = true)]
	pub runtime_cache: Option<PathBuf>,
}

/// What the binary can do besides running a node.
#[derive(Debug, clap::Subcommand)]
#[allow(clippy::large_enum_variant)]
pub enum Subcommand {
	/// Make, inspect and store keys.
	#[command(subcommand)]
	Key(sc_cli::KeySubcommand),

	/// Write a chain specification (an older name of `export-chain-spec`).
	BuildSpec(sc_cli::BuildSpecCmd),

	/// Write a chain specification.
	ExportChainSpec(sc_cli::ExportChainSpecCmd),

	/// Check a block again.
	CheckBlock(sc_cli::CheckBlockCmd),

	/// Write blocks to a file.
	ExportBlocks(sc_cli::ExportBlocksCmd),

	/// Write the state at a block as a chain specification, as it is. A chain does not begin with it: see `fork-state`.
	ExportState(sc_cli::ExportStateCmd),

	/// Write the state at a block as a chain specification that runs with keys of another: to rehearse an upgrade.
	ForkState(crate::fork::ForkStateCmd),

	/// Read blocks from a file.
	ImportBlocks(sc_cli::ImportBlocksCmd),

	/// Remove all that the node keeps of the chain: the database, the statement store, compiled runtimes. Keys stay.
	PurgeChain(sc_cli::PurgeChainCmd),

	/// Go back some blocks.
	Revert(sc_cli::RevertCmd),

	/// Print what the database knows of the chain.
	ChainInfo(sc_cli::ChainInfoCmd),
}
