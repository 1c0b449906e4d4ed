//! A fleet of devices in one process: the chain's main job, shown on a development chain.
//!
//! Honest devices store real files and witness each other's beacons; others cheat, each in a way of
//! its own. The fleet reports, publishes, commits and claims as real devices and aggregators do, then
//! recomputes from the published bodies what everybody should have got and compares it with what the
//! chain paid.

mod bills;
mod card;
mod devices;
mod drives;
mod epochs;
mod judging;
mod options;
mod preset;
mod reports;
mod setup;
mod trade;
mod weather;

pub use options::Options;
pub use setup::Fleet;

use anyhow::Result;

use crate::output::Output;

/// Runs a fleet.
pub async fn run(options: Options, output: Output) -> Result<()> {
	let mut fleet = Fleet::connect(&options, output).await?;
	if !options.commit {
		let plan: Vec<_> = fleet
			.devices
			.iter()
			.map(|device| (device.name.as_str(), device.manner.name()))
			.collect();
		let lines: Vec<_> =
			plan.iter().map(|(name, manner)| format!("    {name:<12} {manner}")).collect();
		let plan: Vec<_> = plan
			.iter()
			.map(|(name, manner)| serde_json::json!({ "device": name, "manner": manner }))
			.collect();
		output.result(&serde_json::json!({ "sent": false, "devices": plan }), lines.join("\n"));
		output.say("nothing was sent: say --commit to register the devices and let them report");
		return Ok(());
	}
	let trading = match options.packets {
		0 => None,
		packets => Some(trade::Trading::begin(&fleet.chain, packets, output)?),
	};
	let first = fleet.register().await?;
	fleet.work(first, options.epochs).await?;
	match trading {
		Some(trading) => trading.end().await,
		None => Ok(()),
	}
}
