//! Four validators that are split two and two, and joined again.

use std::time::Duration;

use anyhow::{anyhow, bail, ensure, Context, Result};
use codec::Encode;
use substation_sdk::{
	chain::{account, BatchState, Chain},
	claim,
	progress::Quiet,
	publish::sign_bodies,
	recompute::recompute,
};
use substation_zombienet_tests::{
	field::{endow, reach, reach_best, signer, Aggregator, StorageDevice, LIFETIME, STORAGE},
	until, Network, Node, Options,
};
use subxt::rpcs::rpc_params;

/// The fewest blocks of an epoch.
const EPOCH_BLOCKS: u32 = 14;

/// All transactions of a node's blocks from `from` on that are sealing bundles: `attestation.seal` is
/// call 4 of pallet 42, and stands right behind the extension of a general transaction.
async fn seals(node: &Node, from: u64) -> Result<Vec<String>> {
	let rpc = node.rpc().await?;
	let mut found = Vec::new();
	for height in from..=node.height(false).await? {
		let hash = node.block_hash(height).await?;
		let block: serde_json::Value = rpc.request("chain_getBlock", rpc_params![hash]).await?;
		for extrinsic in block["block"]["extrinsics"].as_array().into_iter().flatten() {
			let text = extrinsic.as_str().unwrap_or_default();
			let bytes = hex::decode(text.trim_start_matches("0x"))?;
			if is_seal(&bytes) {
				found.push(text.to_string());
			}
		}
	}
	Ok(found)
}

fn is_seal(bytes: &[u8]) -> bool {
	const GENERAL: u8 = 0x45;
	// The length, one or two or four bytes; then the version.
	let Some(start) = bytes.iter().take(5).position(|byte| *byte == GENERAL) else { return false };
	bytes[start..].windows(2).take(40).any(|pair| pair == [42, 4])
}

/// What a node's pool would say to a transaction as of a block.
async fn validity(node: &Node, block: &str, transaction: &str) -> Result<Vec<u8>> {
	let bytes = hex::decode(transaction.trim_start_matches("0x"))?;
	let hash = hex::decode(block.trim_start_matches("0x"))?;
	// From outside; the transaction as it is, length included; the block.
	let mut input = vec![2u8];
	input.extend(&bytes);
	input.extend(&hash);
	let answer: String = node
		.rpc()
		.await?
		.request(
			"state_call",
			rpc_params![
				"TaggedTransactionQueue_validate_transaction",
				format!("0x{}", hex::encode(input)),
				block
			],
		)
		.await?;
	Ok(hex::decode(answer.trim_start_matches("0x"))?)
}

/// A batch that is judged on two branches is settled on one, and paid once.
pub async fn run() -> Result<()> {
	// Two of four validators make half of the blocks: their epochs are allowed to be as short as the
	// windows need.
	let options = Options { min_epoch_blocks: Some(EPOCH_BLOCKS), ..Default::default() };
	Network::start(4, options).await?.tell(story).await
}

async fn story(network: &Network) -> Result<()> {
	let sides = [
		Chain::connect(&network.nodes[0].url).await?,
		Chain::connect(&network.nodes[2].url).await?,
	];
	let chain = &sides[0];
	endow(chain, &["carrier", "owner", "claimant"]).await?;
	let aggregator = Aggregator::register(chain, "carrier", 10_000, 4_000_000).await?;
	let owner = signer("owner");
	let device = StorageDevice::new(7, 1_000_000);
	device.register(chain, &owner, &aggregator.account()).await?;
	let genesis = chain.genesis();
	let mut attempts = 0;
	let (epoch, packed, published, fork) = loop {
		let epoch = chain.clock().await?.epoch + 2;
		reach(chain, epoch, 2).await?;
		let packed = device.batch(chain, epoch, &aggregator.account()).await?;
		let published = sign_bodies(&genesis, &aggregator.publisher, &packed, LIFETIME)?;
		for side in &sides {
			published.publish(side).await?;
		}
		// Late, so that both sides have the blocks by which the epoch can end with this session: a side that
		// has to wait for the next opens its epoch when the other's is over.
		reach_best(chain, epoch, EPOCH_BLOCKS - 2).await?;
		let fork = network.nodes[0].height(true).await?;
		network.set_split(true).await?;
		network.has_peers(1).await?;
		let clocks = [sides[0].best_clock().await?, sides[1].best_clock().await?];
		if clocks.iter().all(|clock| clock.epoch == epoch) {
			break (epoch, packed, published, fork);
		}
		// The next epoch may have been opened by both: there is but one branch of it to be judged on.
		attempts += 1;
		ensure!(attempts < 3, "the split came too late {attempts} times");
		network.set_split(false).await?;
	};

	// Each side opens the next epoch, takes the commitment and seals, two seals of the three needed; each in
	// its own time.
	let seal = |side: usize| {
		let (node, side) = (&network.nodes[2 * side], &sides[side]);
		let (published, publisher) = (&published, &aggregator.publisher);
		async move {
			reach_best(side, epoch + 1, 1).await?;
			// There is no finality to wait for, and a fork within the side may yet end.
			let batch = published.terms.batch_id();
			until(Duration::from_secs(60), "this side has the commitment", || async {
				let had = side.batch_at_best(epoch, batch).await?.is_some();
				if !had {
					published.commit(side, publisher).await?;
				}
				Ok(had)
			})
			.await?;
			until(Duration::from_secs(200), "this side has sealed", || async {
				Ok(!seals(node, fork).await?.is_empty())
			})
			.await
			.with_context(|| node.name)?;
			anyhow::Ok(batch)
		}
	};
	let (batch, _) = tokio::try_join!(seal(0), seal(1))?;
	let branches = [seals(&network.nodes[0], fork).await?, seals(&network.nodes[2], fork).await?];
	let heights = [network.nodes[0].height(false).await?, network.nodes[2].height(false).await?];
	let tips = [
		network.nodes[0].block_hash(heights[0]).await?,
		network.nodes[2].block_hash(heights[1]).await?,
	];
	ensure!(tips[0] != tips[1], "both sides have built the same blocks");
	for side in &sides {
		ensure!(side.clock().await?.epoch <= epoch + 1, "a half has finalized an epoch");
	}
	network.set_split(false).await?;
	until(Duration::from_secs(200), "finality goes on", || async {
		Ok(network.nodes[0].height(true).await? > heights[0].max(heights[1]))
	})
	.await?;

	// One branch lives. What was sealed on the other is no seal there, not even while seals were open.
	let living = match network.nodes[1].block_hash(heights[0]).await? == tips[0] {
		true => 0,
		false => 1,
	};
	let dead = 1 - living;
	let node = &network.nodes[2 * living];
	let tip = tips[living].as_deref().ok_or_else(|| anyhow!("the living branch has no tip"))?;
	for seal in &branches[dead] {
		if branches[living].contains(seal) {
			bail!("one transaction was a seal on both branches");
		}
		let answer = validity(node, tip, seal).await?;
		// An error, invalid: Stale if the window closed with this block, else BadProof.
		let bad_proof = (1u8, 0u8, 4u8).encode();
		let stale = (1u8, 0u8, 3u8).encode();
		ensure!(answer == bad_proof || answer == stale, "a dead seal is answered {answer:?}");
	}

	// The batch is settled once, by seals of the living branch alone, and paid once.
	until(Duration::from_secs(300), "the batch is settled", || async {
		let state = chain.batch(epoch, batch).await?.map(|batch| batch.state);
		ensure!(
			!matches!(state, Some(BatchState::Unavailable { .. })),
			"the batch ended as {state:?}"
		);
		Ok(matches!(state, Some(BatchState::Settled { .. })))
	})
	.await?;
	let recomputed = recompute(chain, &published.terms, packed.chunks.clone(), &Quiet).await?;
	let state = chain.batch(epoch, batch).await?.map(|batch| batch.state);
	let Some(BatchState::Settled { vector_root, matched, .. }) = state else { bail!("{state:?}") };
	ensure!(vector_root.0 == recomputed.root().0, "settled otherwise than recomputed");
	let matched: u32 = matched.0.iter().map(|byte| byte.count_ones()).sum();
	ensure!(matched >= 3, "{matched} seals settled it");
	reach(chain, epoch + 4, 0).await?;
	let before = chain.balance(&account(&owner)).await?;
	let call = claim::call(epoch, &batch, &recomputed.judged, 0)?;
	chain.submit(&call, &signer("claimant")).await?;
	ensure!(chain.submit(&call, &signer("claimant")).await.is_err(), "paid twice");
	ensure!(chain.is_paid(STORAGE, device.id(), epoch).await?);
	// Alone in the network: the rate cap limits.
	ensure!(chain.balance(&account(&owner)).await? - before == device.pay());
	Ok(())
}
