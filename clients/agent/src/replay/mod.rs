//! Re-enacting recordings of real devices on a development chain: places, powers and frequencies are
//! those that were measured, keys and clock are ours.

mod act;
mod counts;
pub mod helium;
mod stage;

pub use act::{Act, Player};
pub use counts::Counts;
pub use stage::Stage;

use std::path::PathBuf;

use anyhow::{bail, Context, Result};
use sp_core::crypto::Ss58Codec;
use substation_sdk::{
	amount::tokens,
	chain::{account, NODE},
	failure::Failure,
};

use crate::{commands::signer::SignerOptions, connection::connect_for_good, output::Output};

/// A format of recordings.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Format {
	/// Frames with their witnesses, one JSON object a line, as Helium's console delivers them.
	Helium,
}

/// What `replay` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
	/// The recording's format.
	#[arg(value_enum)]
	pub format: Format,
	/// The recording.
	pub file: PathBuf,
	/// Deal the frames out to so many epochs. A device sends one beacon per epoch: with fewer epochs
	/// than a place has frames, several devices stand at that place.
	#[arg(long, default_value_t = 4)]
	pub epochs: u32,
	/// RPC addresses of nodes of a development chain. Bodies are handed to all of them.
	#[arg(long = "url", default_value = NODE)]
	pub urls: Vec<String>,
	/// The coverage network to report to.
	#[arg(long, default_value_t = 0)]
	pub network: u32,
	/// Register the devices, report and claim; without it, say what there is to re-enact.
	#[arg(long)]
	pub commit: bool,
	#[command(flatten)]
	pub signer: SignerOptions,
}

/// Re-enacts a recording.
pub async fn run(options: &Options, output: Output) -> Result<()> {
	let recording = match options.format {
		Format::Helium => helium::Recording::read(&options.file)?,
	};
	let act = recording.deal(options.epochs)?;
	output.say(format!(
		"{} receptions of {} frames by {} hotspots; {} left out: no position",
		recording.receptions(),
		recording.frames.len(),
		recording.hotspots.len(),
		recording.unplaced,
	));
	output.say(format!(
		"{} devices, {} epochs, {} receptions beyond the first fourteen of a frame",
		act.cast.len(),
		act.epochs.len(),
		act.beyond
	));
	let mut nodes = Vec::new();
	for url in &options.urls {
		nodes.push(connect_for_good(url).await?);
	}
	let chain = nodes.first().context("at least one --url is needed")?;
	let epoch = chain.clock().await?.epoch;
	let policy = chain.policy(options.network, epoch).await?.ok_or_else(|| {
		Failure::NotFound(format!("there is no network {} on this chain", options.network))
	})?;
	let expected = act.rehearse(&policy)?;
	// Looked at before anything is said: what could not be signed is no rehearsal.
	let signer = options.signer.keypair_on(chain).await?;
	output.say(format!("signs as {}", account(&signer).to_ss58check()));
	if !options.commit {
		output.result(&serde_json::to_value(&expected)?, expected.describe("would be paid"));
		output.say("nothing was sent: say --commit to register the devices and let them report");
		return Ok(());
	}
	let mut stage = Stage::set(nodes, signer, options.network, act, output).await?;
	let counts = stage.play().await?;
	let paid =
		format!("{}\npaid to the owner: {}", counts.describe("were paid"), tokens(counts.owner));
	output.result(&serde_json::to_value(&counts)?, paid);
	if (counts.paid, &counts.refused) != (expected.paid, &expected.refused) {
		bail!(Failure::Mismatch(format!("the judge alone finds otherwise: {expected:?}")));
	}
	Ok(())
}
