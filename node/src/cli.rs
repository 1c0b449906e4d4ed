//! The command line.

use sc_cli::RunCmd;
use std::path::PathBuf;
use substation_primitives::worker::MAX_THREADS;

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

	/// How many batches a validator judges at the same time, from 1 to 8: half as many as it has cores, and four at the
	/// most, if left out. Making blocks needs a core of its own.
	#[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_THREADS)))]
	pub judging_threads: Option<u32>,

	/// Take no bodies of batches from peers, and hand none on: for a node that judges nothing and serves no aggregator,
	/// such as a boot node. It need not carry what others publish. Not for validators, who have to read all bodies.
	#[arg(long, conflicts_with = "validator")]
	pub no_bodies: bool,
}

impl Cli {
	/// How many batches are judged at the same time.
	pub fn judging_threads(&self) -> u32 {
		self.judging_threads.unwrap_or_else(|| {
			let cores = std::thread::available_parallelism().map_or(1, usize::from);
			(cores / 2).clamp(1, 4) as u32
		})
	}
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

	/// Write the specification of a chain that carries value, from a file; refused, with the reasons, if it is unsafe.
	LaunchSpec(crate::launch::LaunchSpecCmd),

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

#[cfg(test)]
mod tests {
	use super::*;
	use clap::Parser;

	#[test]
	fn who_judges_takes_bodies() {
		let with = |arguments: &[&str]| Cli::try_parse_from([&["node"], arguments].concat());
		assert!(with(&["--validator"]).is_ok_and(|cli| !cli.no_bodies));
		assert!(with(&["--no-bodies"]).is_ok_and(|cli| cli.no_bodies));
		let refused = with(&["--no-bodies", "--validator"]).expect_err("it judges").to_string();
		assert!(refused.contains("--validator"), "{refused}");
	}

	#[test]
	fn a_node_judges_in_one_to_eight_threads() {
		let threads = |number: &str| {
			Cli::try_parse_from(["node", "--judging-threads", number])
				.map(|cli| cli.judging_threads())
		};
		assert_eq!((threads("1").ok(), threads("8").ok()), (Some(1), Some(8)));
		for number in ["0", "9", "x"] {
			let refused = threads(number).expect_err("it is out of range").to_string();
			assert!(refused.contains("--judging-threads"), "{refused}");
		}
		let by_itself = Cli::try_parse_from(["node"]).map(|cli| cli.judging_threads());
		assert!(by_itself.is_ok_and(|threads| (1..=4).contains(&threads)));
	}
}
