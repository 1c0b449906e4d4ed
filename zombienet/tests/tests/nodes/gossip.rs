//! What happens to a body that cannot travel.

use std::time::Duration;

use anyhow::{anyhow, bail, ensure, Context, Result};
use substation_sdk::{
	chain::{BatchState, Chain},
	publish::sign_bodies,
};
use substation_zombienet_tests::{
	field::{endow, reach, reach_best, signer, Aggregator, StorageDevice, LIFETIME},
	until, Network, Options,
};

/// A node that holds a body, and has lost its peers: nobody else reads the body, and the batch ends as
/// unavailable. What the same node hands on while it has peers is read by all: that is the other test.
pub async fn run() -> Result<()> {
	// Without one of four validators three blocks of four are made: epochs are allowed to be as short as
	// that.
	let options = Options { min_epoch_blocks: Some(14), ..Default::default() };
	Network::start(4, options).await?.tell(story).await
}

async fn story(network: &Network) -> Result<()> {
	let chain = Chain::connect(&network.nodes[1].url).await?;
	endow(&chain, &["lonely", "owner"]).await?;
	let aggregator = Aggregator::register(&chain, "lonely", 10_000, 4_000_000).await?;
	let device = StorageDevice::new(7, 10_000);
	device.register(&chain, &signer("owner"), &aggregator.account()).await?;
	let epoch = chain.clock().await?.epoch + 2;

	// The first node has got the blocks in which the aggregator was given its allowance, and gets no more.
	let (lone, others) =
		network.nodes.split_first().ok_or_else(|| anyhow!("there are four nodes"))?;
	let granted = chain.finalized().await?;
	until(Duration::from_secs(60), "the first node knows the allowance", || async {
		Ok(lone.height(true).await? >= granted)
	})
	.await?;
	for other in others {
		lone.set_peer(other, false).await?;
		other.set_peer(lone, false).await?;
	}
	until(Duration::from_secs(60), "the first node has no peers", || async {
		Ok(lone.peers().await? == 0)
	})
	.await?;
	let holder = Chain::connect(&lone.url).await?;
	// Three of four judges have to seal in time, all of them: a fork may cost one of them its seal.
	for epoch in (epoch..).step_by(4).take(3) {
		reach(&chain, epoch, 2).await?;
		let packed = device.batch(&chain, epoch, &aggregator.account()).await?;
		let published = sign_bodies(&chain.genesis(), &aggregator.publisher, &packed, LIFETIME)?;
		published.publish(&holder).await.context("the first node did not take the body")?;
		reach_best(&chain, epoch + 1, 1).await?;
		let found = holder.bodies(&published.terms).await?;
		ensure!(found == Some(packed.bodies.clone()), "the first node does not hold the body");
		let batch = published.commit_for_good(&chain, &aggregator.publisher).await?;

		// The committee's epoch and all judges' have to end.
		reach(&chain, epoch + 3, 1).await?;
		let state = chain.batch(epoch, batch).await?.map(|batch| batch.state);
		if matches!(state, Some(BatchState::Unavailable { .. })) {
			return Ok(());
		}
		ensure!(matches!(state, Some(BatchState::Committed)), "the batch is {state:?}");
	}
	bail!("in none of three epochs was the batch found to be unavailable")
}
