//! Validators compute an election and submit it, and the chain takes it.

use std::time::Duration;

use anyhow::Result;
use substation_zombienet_tests::{until, Network};

/// Two eras and a half, if nothing is missed: an era is elected a session before it begins.
const LIMIT: Duration = Duration::from_secs(400);

/// As the pallet writes where an election was computed by a validator's worker, and not in the block that needed it.
const COMPUTED: &str = "Finalized election round with compute Unsigned";

pub async fn run(network: &Network) -> Result<()> {
	until(LIMIT, "an election that a validator's worker computed", || async {
		Ok(network.nodes.iter().any(|node| node.log().contains(COMPUTED)))
	})
	.await
}
