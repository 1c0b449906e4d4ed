//! Re-enacting recordings of real devices on a development chain: places, powers and frequencies are
//! those that were measured, keys and clock are ours.

mod act;
pub mod community;
mod counts;
pub mod helium;
pub mod sensing;
mod stage;
mod staging;
pub mod streets;
pub mod traffic;
pub mod uptime;

pub use act::{Act, Player, Scene};
pub use counts::{Counted, Counts};
pub use stage::Stage;

use std::{collections::BTreeMap, path::PathBuf};

use anyhow::{bail, Context, Result};
use sp_core::crypto::Ss58Codec;
use substation_proofs::KindPolicy;
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
	/// Readings of sensors, a row each, as Sensor.Community's archive has them: a machine was up around its readings.
	Presence,
	/// Readings of fine dust, in the same form: what sensors measured, by the hour.
	Sensing,
	/// Where devices drove: GPX, logs of NMEA receivers, or tables of positions, a file each. A stretch of forty seconds in each epoch.
	Mapping,
	/// Rates of a line, a row about every second, as UCC's 5G dataset has them: what a host has carried.
	Bandwidth,
}

/// What `replay` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
	/// The recording's format.
	#[arg(value_enum)]
	pub format: Format,
	/// The recording: of frames one file, of readings a file for each machine and day.
	#[arg(required = true)]
	pub files: Vec<PathBuf>,
	/// Deal the frames out to so many epochs. A device sends one beacon per epoch: with fewer epochs
	/// than a place has frames, several devices stand at that place. Of uptimes, play so many hours, one an epoch; of sensors, so many
	/// reporting times, of an hour for each of the network's slots.
	#[arg(long, default_value_t = 4)]
	pub epochs: u32,
	/// RPC addresses of nodes of a development chain. Bodies are handed to all of them.
	#[arg(long = "url", default_value = NODE)]
	pub urls: Vec<String>,
	/// The first hour to play, or of drives the first stretch, from 0.
	#[arg(long, default_value_t = 0)]
	pub from: u32,
	/// Of drives, the same stretch in each epoch: what was mapped once is worth less afterwards.
	#[arg(long)]
	pub again: bool,
	/// The network to report to; the development chain's of this kind, if left out.
	#[arg(long)]
	pub network: Option<u32>,
	/// Register the devices, report and claim; without it, say what there is to re-enact.
	#[arg(long)]
	pub commit: bool,
	#[command(flatten)]
	pub signer: SignerOptions,
}

/// What there is to re-enact where a network pays for `kind`, and what was left out of it.
fn read(options: &Options, kind: &KindPolicy, output: Output) -> Result<Act> {
	let left_out = |rows: &BTreeMap<&'static str, u32>| {
		for (reason, times) in rows {
			output.say(format!("{times} rows left out: {reason}"));
		}
	};
	match (options.format, &options.files[..]) {
		(Format::Helium, [file]) => {
			let recording = helium::Recording::read(file)?;
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
			Ok(act)
		}
		(Format::Helium, _) => {
			bail!(Failure::Arguments("a recording of frames is one file".into()))
		}
		(Format::Presence, files) => {
			let recording = uptime::Uptimes::read(files)?;
			output.say(format!(
				"{} readings of {} machines in {} hours",
				recording.readings(),
				recording.machines().count(),
				recording.hours()
			));
			left_out(&recording.left_out);
			recording.act(options.from, options.epochs)
		}
		(Format::Mapping, files) => {
			let recording = streets::Streets::read(files)?;
			for (name, positions) in &recording.rides {
				output.say(format!("{name}: {} positions", positions.len()));
			}
			left_out(&recording.left_out);
			recording.act(options.from, options.epochs, options.again)
		}
		(Format::Bandwidth, files) => {
			let recording = traffic::Traffic::read(files)?;
			for session in &recording.sessions {
				let total = session.total();
				output.say(format!(
					"{}: {} bytes down and {} up in {} s, signed for in {} steps",
					session.name,
					total.down,
					total.up,
					total.seconds,
					session.steps.len()
				));
			}
			left_out(&recording.left_out);
			recording.act(options.epochs)
		}
		(Format::Sensing, files) => {
			let KindPolicy::Sensing(policy) = kind else {
				let text = format!("the network pays for {}, and not for sensing", kind.name());
				bail!(Failure::Arguments(text))
			};
			let recording = sensing::Measured::read(files)?;
			output.say(format!(
				"{} readings of {} sensors in {} hours",
				recording.readings(),
				recording.sensors(),
				recording.hours()
			));
			left_out(&recording.left_out);
			recording.act(options.from, options.epochs, policy.slots)
		}
	}
}

/// Re-enacts a recording.
pub async fn run(options: &Options, output: Output) -> Result<()> {
	let network = options.network.unwrap_or(match options.format {
		Format::Helium => 0,
		Format::Presence => 2,
		Format::Sensing => 3,
		Format::Bandwidth => 4,
		Format::Mapping => 5,
	});
	let mut nodes = Vec::new();
	for url in &options.urls {
		nodes.push(connect_for_good(url).await?);
	}
	let chain = nodes.first().context("at least one --url is needed")?;
	let epoch = chain.clock().await?.epoch;
	let policy = chain
		.policy(network, epoch)
		.await?
		.ok_or_else(|| Failure::NotFound(format!("there is no network {network} on this chain")))?;
	let act = read(options, &policy.kind, output)?;
	let expected = act.rehearse(&policy)?;
	// Looked at before anything is said: what could not be signed is no rehearsal.
	let signer = options.signer.keypair_on(chain).await?;
	output.say(format!("signs as {}", account(&signer).to_ss58check()));
	if !options.commit {
		output.result(&serde_json::to_value(&expected)?, expected.describe(true));
		output.say("nothing was sent: say --commit to register the devices and let them report");
		return Ok(());
	}
	let mut stage = Stage::set(nodes, signer, network, act, output).await?;
	let counts = stage.play().await?;
	let paid = format!("{}\npaid to the owner: {}", counts.describe(false), tokens(counts.owner));
	output.result(&serde_json::to_value(&counts)?, paid);
	// Whom a lot names hangs on the chain's entropy.
	let alike = counts.of == Counted::Reports
		|| (counts.paid, &counts.refused) == (expected.paid, &expected.refused);
	if !alike {
		bail!(Failure::Mismatch(format!("the judge alone finds otherwise: {expected:?}")));
	}
	Ok(())
}
