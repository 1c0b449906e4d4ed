//! A body that half of all judges have.

use std::time::Duration;

use anyhow::{ensure, Result};
use substation_primitives::batch::quota_of;
use substation_sdk::{
	chain::{BatchState, Chain},
	claim,
	progress::Quiet,
	publish::sign_bodies,
	recompute::recompute,
};
use substation_zombienet_tests::{
	field::{endow, reach, reach_best, signer, Aggregator, StorageDevice, LIFETIME},
	until, Network, Options,
};

/// What judges' work on a unit costs whose body is not there, in planck: of the local preset's fees.
const JUDGING_FEE: u128 = 10_000_000;

/// Four validators, two and two, and between them a node that hands on all but bodies. An aggregator shows its body to
/// one half: no round settles the batch, nobody is paid for it, and the aggregator pays for both rounds of judging.
pub async fn run() -> Result<()> {
	let options = Options { guest: true, ..Default::default() };
	Network::start(4, options).await?.tell(story).await
}

async fn story(network: &Network) -> Result<()> {
	let between = network.join("between", &["--no-bodies"]).await?;
	network.set_split(true).await?;
	// One of its half, and the node between.
	network.has_peers(2).await?;
	ensure!(between.peers().await? == 4, "the node between knows all four");

	let sides = [
		Chain::connect(&network.nodes[0].url).await?,
		Chain::connect(&network.nodes[2].url).await?,
	];
	let chain = &sides[0];
	endow(chain, &["partial", "owner", "claimant"]).await?;
	let aggregator = Aggregator::register(chain, "partial", 10_000, 4_000_000).await?;
	let device = StorageDevice::new(7, 10_000);
	device.register(chain, &signer("owner"), &aggregator.account()).await?;
	let epoch = chain.clock().await?.epoch + 2;
	reach(chain, epoch, 2).await?;
	let packed = device.batch(chain, epoch, &aggregator.account()).await?;
	let published = sign_bodies(&chain.genesis(), &aggregator.publisher, &packed, LIFETIME)?;
	published.publish(chain).await?;
	reach_best(chain, epoch + 1, 1).await?;
	let before = aggregator.means(chain).await?;
	let batch = published.commit_for_good(chain, &aggregator.publisher).await?;

	// Until the freeze neither round settles it, though the half that has the body judges it.
	while let Some(commitment) = chain.batch(epoch, batch).await? {
		let state = commitment.state;
		ensure!(matches!(state, BatchState::Committed), "it ended as {state:?}");
		let has = [chain.bodies(&published.terms).await?, sides[1].bodies(&published.terms).await?];
		let shown = has.map(|bodies| bodies.is_some());
		ensure!(shown == [true, false], "shown to {shown:?} of the halves");
		tokio::time::sleep(Duration::from_secs(2)).await;
	}
	ensure!(chain.clock().await?.epoch >= epoch + 4, "it is gone before the freeze");
	let quota = quota_of(published.terms.work, published.terms.bodies.len(), 0);
	let lost = async || {
		let now = aggregator.means(chain).await?;
		anyhow::Ok(before.balance - now.balance - now.rent_since(&before))
	};
	// What two questions are answered may be of two blocks.
	until(Duration::from_secs(60), "the aggregator has paid for it", || async {
		Ok(lost().await? > 0)
	})
	.await?;
	let lost = lost().await?;
	ensure!(lost == 2 * JUDGING_FEE * u128::from(quota), "the aggregator has lost {lost}");
	let recomputed = recompute(chain, &published.terms, packed.chunks.clone(), &Quiet).await?;
	let claim = claim::call(epoch, &batch, &recomputed.judged, 0)?;
	ensure!(chain.submit(&claim, &signer("claimant")).await.is_err(), "somebody is paid for it");
	Ok(())
}
