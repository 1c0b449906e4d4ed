//! A validator that is killed while it judges, and started again.

use std::time::Duration;

use anyhow::{anyhow, ensure, Result};
use substation_sdk::chain::Chain;
use substation_zombienet_tests::{field::reach_best, until, Network};
use subxt::rpcs::rpc_params;

/// The fourth validator is killed in the sealing window of the first epoch in which batches are
/// judged, and started again on its old database: nothing final is lost, and it judges again.
pub async fn run(network: &Network) -> Result<()> {
	let chain = Chain::connect(&network.nodes[0].url).await?;
	let judging = chain.clock().await?.epoch + 3;
	reach_best(&chain, judging, 8).await?;
	let victim = &network.nodes[3];
	let before = victim.height(true).await?;
	let rpc = victim.rpc().await?;
	let hash: String = rpc.request("chain_getBlockHash", rpc_params![before]).await?;
	victim.kill()?;
	victim.restart()?;

	until(Duration::from_secs(120), "the validator answers again", || async {
		Ok(victim.height(true).await.is_ok())
	})
	.await?;
	let rpc = victim.rpc().await?;
	let again: Option<String> = rpc.request("chain_getBlockHash", rpc_params![before]).await?;
	ensure!(again.as_ref() == Some(&hash), "final block {before} was lost: {again:?}");
	let goal = chain.finalized().await?;
	until(Duration::from_secs(120), "the validator has caught up", || async {
		Ok(victim.height(true).await? >= goal)
	})
	.await?;

	// What it sends from now on it has judged after its restart.
	let sealed = victim.metric("substation_seals_sent").await?.unwrap_or(0.0);
	until(Duration::from_secs(200), "the validator seals again", || async {
		let now = victim.metric("substation_seals_sent").await?;
		Ok(now.ok_or_else(|| anyhow!("there is no such metric"))? > sealed)
	})
	.await
}
