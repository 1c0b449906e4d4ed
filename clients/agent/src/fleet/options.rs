//! What a fleet is asked to do.

use std::path::PathBuf;

use substation_sdk::{amount::TOKEN, chain::NODE};

/// What the fleet is to do.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
	/// RPC addresses of nodes of a development chain. Bodies are handed to all of them, everything
	/// else to the first.
	#[arg(long = "url", default_value = NODE)]
	pub urls: Vec<String>,
	/// Stop after so many paid epochs, with a table; run on until stopped if left out.
	#[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
	pub epochs: Option<u32>,
	/// The folder whose files the storage devices hold, of which the first four mebibytes are read.
	/// Links are followed.
	#[arg(long, default_value = ".")]
	pub data: PathBuf,
	/// Honest devices that store.
	#[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=64))]
	pub storage: u8,
	/// Honest devices that cover. Each hears all others; no more than fourteen may witness one.
	#[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u8).range(2..=12))]
	pub coverage: u8,
	/// Honest machines that are there, and call each other.
	#[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(3..=64))]
	pub presence: u8,
	/// Honest sensors of one place. Three make a comparison.
	#[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u8).range(4..=16))]
	pub sensing: u8,
	/// Honest hosts that carry traffic, for which somebody posts a bill in each epoch; none leaves the cheat out, too.
	#[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(0..=16))]
	pub bandwidth: u8,
	/// Honest devices that map the streets around them.
	#[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=3))]
	pub mapping: u8,
	/// Leave the cheating devices out.
	#[arg(long)]
	pub honest: bool,
	/// Packets that somebody buys in each epoch, of somebody who carries them. Feeders have to say what a token costs.
	#[arg(long, default_value_t = 0)]
	pub packets: u64,
	/// What is issued in an epoch before the first halving, in planck, if the chain's genesis says something else.
	#[arg(long, default_value_t = 100 * TOKEN)]
	pub initial: u128,
	/// Epochs between halvings, likewise.
	#[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(1..))]
	pub halving: u32,
	/// Write the table to this file too, as comma-separated values; amounts are in planck.
	#[arg(long, value_name = "FILE")]
	pub csv: Option<PathBuf>,
	/// Register, report and claim; without it, say what the fleet would do.
	#[arg(long)]
	pub commit: bool,
}
