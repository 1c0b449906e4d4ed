//! Frames that real hotspots witnessed, re-enacted and paid.

use anyhow::{ensure, Result};
use substation_agent::{
	output::Output,
	replay::{helium::Recording, Stage},
};
use substation_primitives::EpochIndex;
use substation_sdk::chain::Chain;
use substation_zombienet_tests::{
	field::{reach, recording, signer, COVERAGE},
	Network,
};
use tokio::sync::oneshot;

/// Accounts that have to be endowed.
pub const ACCOUNTS: [&str; 1] = ["radios"];

/// Without the recording at hand: two frames, one of which a hotspot 12.4 km away claims to have heard
/// at -78 dBm.
const MADE_UP: &[u8] = include_bytes!("../../fixtures/frames.ndjson");

/// All receptions of the tower's recording are paid but the one that is physically impossible; the
/// others beside it are. `fleet` says in which epoch the fleet reports last.
pub async fn run(network: &Network, fleet: oneshot::Receiver<EpochIndex>) -> Result<()> {
	let (recording, paid) = match recording("radio/helium_ems_tourperret_2023-01_first800.ndjson") {
		Some(path) => (Recording::read(&path)?, 799),
		None => {
			eprintln!("no recording at hand (SUBSTATION_RECORDINGS): a made-up one is played");
			(Recording::parse(MADE_UP)?, 3)
		}
	};
	let act = recording.deal(2)?;
	let mut nodes = Vec::new();
	for node in &network.nodes[..3] {
		nodes.push(Chain::connect(&node.url).await?);
	}
	let stage_clock = nodes[0].clone();
	let output = Output { json: true };
	let mut stage = Stage::set(nodes, signer("radios"), COVERAGE, act, output).await?;
	// The fleet recomputes its payments from its own reports: no others may share its network's pool in
	// the epochs that it reports for. The first frames are sent two epochs from the present one.
	let taken = fleet.await?;
	reach(&stage_clock, taken.saturating_sub(1), 1).await?;
	// Fails by itself if the owner does not get exactly what is recomputed.
	let counts = stage.play().await?;
	ensure!(counts.paid == paid, "{} receptions were paid", counts.paid);
	let refused: Vec<_> =
		counts.refused.iter().map(|(reason, times)| (reason.as_str(), *times)).collect();
	ensure!(refused == [("TooStrong", 1)], "refused: {refused:?}");
	ensure!(counts.owner > 0, "nothing was paid");
	Ok(())
}
