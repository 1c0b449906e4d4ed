//! What happens to a body that cannot travel.

use std::time::Duration;

use anyhow::Result;
use substation_agent::{
	chain::{BatchState, Chain},
	publish::sign_bodies,
};
use substation_zombienet_tests::{
	field::{endow, reach, reach_best, signer, Aggregator, StorageDevice, LIFETIME},
	until, Network, Options,
};

/// Without gossip a body is read by nobody else, and the batch ends as unavailable.
pub async fn run() -> Result<()> {
	// The first validator has no peers. The others make three blocks of four: their epochs are
	// allowed to be as short as that.
	let options = Options { isolated: Some(0), min_epoch_blocks: Some(14), quiet: true };
	let network = Network::start(4, options).await?;
	assert_eq!(network.nodes[0].peers().await?, 0);
	let chain = Chain::connect(&network.nodes[1].url).await?;
	endow(&chain, &["lonely", "owner"]).await?;
	let aggregator = Aggregator::register(&chain, "lonely", 10_000, 4_000_000).await?;
	let device = StorageDevice::new(7, 10_000);
	device.register(&chain, &signer("owner"), &aggregator.account()).await?;
	let epoch = chain.clock().await?.epoch + 2;
	reach(&chain, epoch, 2).await?;
	let packed = device.batch(&chain, epoch, &aggregator.account()).await?;
	let genesis = chain.genesis();
	let published = sign_bodies(&genesis, &aggregator.publisher, &packed, LIFETIME)?;

	// The lone node refuses what its own chain grants no allowance for.
	let lone = Chain::connect(&network.nodes[0].url).await?;
	let refused = published.publish(&lone).await;
	assert!(refused.is_err(), "a node without the allowance took the body");
	reach_best(&chain, epoch + 1, 1).await?;
	let batch = published.commit(&chain, &aggregator.publisher).await?;

	until(Duration::from_secs(400), "the batch is unavailable", || async {
		let commitment = chain.batch(epoch, batch).await?;
		Ok(matches!(commitment.map(|batch| batch.state), Some(BatchState::Unavailable)))
	})
	.await
}
