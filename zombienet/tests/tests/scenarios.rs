//! What a network has to stand, beyond what every change is tested for: `scripts/nightly.sh`.

use std::{collections::BTreeSet, time::Duration};

use anyhow::{anyhow, ensure, Context, Result};
use sp_keyring::Sr25519Keyring;
use substation_sdk::chain::{api, Chain};
use substation_zombienet_tests::{
	namespaces::{self, Switch},
	turn, until, Network, Node, Options,
};
use subxt::rpcs::rpc_params;

const A_MINUTE: Duration = Duration::from_secs(60);
const LONG: Duration = Duration::from_secs(300);

/// Waits until a node has finalized `more` blocks than it had.
async fn finalizes(node: &Node, more: u64) -> Result<()> {
	let before = node.height(true).await?;
	until(LONG, &format!("{} finalizes {more} more", node.name), || async {
		Ok(node.height(true).await? >= before + more)
	})
	.await
}

/// Fails if two nodes have finalized different blocks of one height.
async fn agree(nodes: &[&Node]) -> Result<()> {
	let mut height = u64::MAX;
	for node in nodes {
		height = height.min(node.height(true).await?);
	}
	let mut hashes = Vec::new();
	for node in nodes {
		hashes.push(node.block_hash(height).await?.context("a final block has a hash")?);
	}
	ensure!(hashes.windows(2).all(|pair| pair[0] == pair[1]), "at {height}: {hashes:?}");
	Ok(())
}

/// With one of four standing still finality goes on; with two it stalls, blocks go on, and it recovers without a
/// fork when they come back.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "scripts/nightly.sh runs it: it takes minutes"]
async fn finality_stands_one_of_four_and_waits_for_three() -> Result<()> {
	let _turn = turn().await;
	Network::start(4, Options::default()).await?.tell(standing_still).await
}

async fn standing_still(network: &Network) -> Result<()> {
	let [alice, bob, charlie, dave] = &network.nodes[..] else { return Err(anyhow!("four nodes")) };
	finalizes(alice, 3).await?;
	dave.set_still(true)?;
	finalizes(alice, 5).await?;

	charlie.set_still(true)?;
	// What was voted on already may still become final.
	tokio::time::sleep(Duration::from_secs(15)).await;
	let (stalled, best) = (alice.height(true).await?, alice.height(false).await?);
	tokio::time::sleep(A_MINUTE).await;
	ensure!(alice.height(true).await? == stalled, "half of the validators have finalized a block");
	ensure!(bob.height(true).await? <= stalled, "half of the validators have finalized a block");
	ensure!(alice.height(false).await? > best, "two validators make no blocks");

	charlie.set_still(false)?;
	dave.set_still(false)?;
	for node in &network.nodes {
		until(LONG, &format!("{} recovers", node.name), || async {
			Ok(node.height(true).await? > stalled + 5)
		})
		.await?;
	}
	agree(&[alice, bob, charlie, dave]).await
}

/// While a network is cut in halves neither makes anything final; cut off alone, a node lags, and the others go on. When
/// the cable is back all are on one chain again.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "scripts/nightly.sh runs it: it takes minutes"]
async fn a_network_that_was_cut_is_one_again() -> Result<()> {
	let _turn = turn().await;
	if !namespaces::inside() {
		return namespaces::enter("a_network_that_was_cut_is_one_again");
	}
	let options = Options { namespaces: true, ..Default::default() };
	Network::start(4, options).await?.tell(cut).await
}

/// Plugs those from `first` on into a switch. Nodes do not see that: for minutes they have the peers that they had, and
/// hear nothing from them.
async fn plug(network: &Network, first: usize, switch: Switch) -> Result<()> {
	for number in first..network.nodes.len() {
		namespaces::plug(number, switch)?;
	}
	// What was on its way has arrived.
	tokio::time::sleep(Duration::from_secs(5)).await;
	Ok(())
}

async fn cut(network: &Network) -> Result<()> {
	let [alice, bob, charlie, dave] = &network.nodes[..] else { return Err(anyhow!("four nodes")) };
	finalizes(alice, 3).await?;

	// Halves.
	plug(network, 2, Switch::Second).await?;
	let stalled = alice.height(true).await?.max(charlie.height(true).await?);
	let before = [alice.height(false).await?, charlie.height(false).await?];
	tokio::time::sleep(A_MINUTE).await;
	for node in &network.nodes {
		let height = node.height(true).await?;
		ensure!(height <= stalled, "{} has finalized {height} after {stalled}", node.name);
	}
	let tips = [alice.height(false).await?, charlie.height(false).await?];
	ensure!(tips[0] > before[0] && tips[1] > before[1], "a half makes no blocks: {tips:?}");
	let fork = tips[0].min(tips[1]);
	let hashes = [alice.block_hash(fork).await?, charlie.block_hash(fork).await?];
	ensure!(hashes[0] != hashes[1], "halves that are cut off have made one block");

	plug(network, 2, Switch::First).await?;
	for node in &network.nodes {
		until(LONG, &format!("{} finalizes what came after", node.name), || async {
			Ok(node.height(true).await? > fork.max(stalled) + 3)
		})
		.await?;
	}
	agree(&[alice, bob, charlie, dave]).await?;
	let last = alice.block_hash(fork).await?;
	ensure!(hashes.contains(&last), "the chain is neither half's");
	for node in &network.nodes {
		ensure!(node.block_hash(fork).await? == last, "{} is on the dead half", node.name);
	}

	// One alone.
	plug(network, 3, Switch::Second).await?;
	let alone = dave.height(true).await?;
	finalizes(alice, 5).await?;
	ensure!(dave.height(true).await? == alone, "one validator alone has finalized a block");
	plug(network, 3, Switch::First).await?;
	let goal = alice.height(true).await?;
	until(LONG, "dave has what the others have", || async { Ok(dave.height(true).await? >= goal) })
		.await?;
	agree(&[alice, bob, charlie, dave]).await
}

/// A new node has the chain's state after it was shown proofs of finality, without executing what was before.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "scripts/nightly.sh runs it: it takes minutes"]
async fn a_new_node_begins_at_the_last_final_block() -> Result<()> {
	let _turn = turn().await;
	Network::start(4, Options { guest: true, ..Default::default() }).await?.tell(warp).await
}

async fn warp(network: &Network) -> Result<()> {
	let alice = &network.nodes[0];
	// Over an era and more, so that the set of keys by which blocks are final has changed: proofs are about that.
	let eras = Duration::from_secs(600);
	until(eras, "two eras are final", || async { Ok(alice.height(true).await? >= 130) }).await?;
	let node = network.join("newcomer", &["--validator", "--sync=warp"]).await?;
	let goal = alice.height(true).await?;
	until(LONG, "the newcomer has caught up", || async { Ok(node.height(true).await? >= goal) })
		.await
		.with_context(|| node.log())?;
	ensure!(node.log().contains("Warp sync is complete"), "it has synced in another way");
	agree(&[alice, &node]).await?;
	let height = node.height(true).await?;
	let hash = node.block_hash(height).await?;
	let mut roots = Vec::new();
	for one in [alice, &node] {
		let rpc = one.rpc().await?;
		// Read from the state itself: all accounts.
		let prefix = "0x26aa394eea5630e07c48ae0c9558cef7b99d880ec681799c0cf30e8886371da9";
		let keys: Vec<String> =
			rpc.request("state_getKeysPaged", rpc_params![prefix, 100, prefix, &hash]).await?;
		ensure!(!keys.is_empty(), "there are accounts");
		let values: serde_json::Value =
			rpc.request("state_queryStorageAt", rpc_params![&keys, &hash]).await?;
		let changes = values[0]["changes"].as_array().context("values are listed")?.clone();
		ensure!(changes.len() == keys.len(), "{} of {} accounts", changes.len(), keys.len());
		roots.push(changes);
	}
	ensure!(roots[0] == roots[1], "the newcomer has another state");
	finalizes(&node, 3).await
}

const TWO_BLOCKS: [u8; 16] = *b"babe:equivocatio";
const TWO_VOTES: [u8; 16] = *b"grandpa:equivoca";

/// Who runs one validator's keys twice makes two blocks of a slot, or votes for two in a round of GRANDPA's. Whichever is
/// found first has it slashed, and disabled, so that it does neither any more; nobody else is slashed.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "scripts/nightly.sh runs it: it takes minutes"]
async fn who_contradicts_itself_is_slashed() -> Result<()> {
	let _turn = turn().await;
	let network = Network::start(4, Options { guest: true, ..Default::default() }).await?;
	network
		.tell(async |network: &Network| equivocation(network, &[], &[TWO_BLOCKS, TWO_VOTES]).await)
		.await
}

/// The same where the second one does not vote: two blocks of a slot are all that there is against it.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "scripts/nightly.sh runs it: it takes minutes"]
async fn who_makes_two_blocks_of_a_slot_is_slashed() -> Result<()> {
	let _turn = turn().await;
	let network = Network::start(4, Options { guest: true, ..Default::default() }).await?;
	network
		.tell(async |network: &Network| {
			equivocation(network, &["--no-grandpa"], &[TWO_BLOCKS]).await
		})
		.await
}

/// Runs Dave's keys twice, the second time with `arguments`, until the chain has slashed him for one of `kinds`.
async fn equivocation(network: &Network, arguments: &[&str], kinds: &[[u8; 16]]) -> Result<()> {
	let alice = &network.nodes[0];
	let chain = Chain::connect(&alice.url).await?;
	finalizes(alice, 2).await?;
	ensure!(slashed(&chain).await?.is_empty(), "somebody is slashed before anything has happened");
	let twin = network
		.join("twin", &[&["--validator", "--dave", "--name=twin"], arguments].concat())
		.await?;
	let dave = Sr25519Keyring::Dave.to_account_id();
	until(LONG, "the twins are found out", || async {
		let found = offences(&chain).await?;
		ensure!(found.iter().all(|kind| kinds.contains(kind)), "other offences: {found:?}");
		let known = !found.is_empty();
		Ok(known && slashed(&chain).await?.contains(&<[u8; 32]>::from(dave.clone())))
	})
	.await
	.with_context(|| twin.log())?;
	twin.kill()?;
	let all = slashed(&chain).await?;
	ensure!(
		all.iter().all(|who| *who == <[u8; 32]>::from(dave.clone())),
		"others are slashed: {all:?}"
	);
	finalizes(alice, 5).await?;
	agree(&network.nodes.iter().collect::<Vec<_>>()).await
}

/// Stashes whose slash waits to be applied.
async fn slashed(chain: &Chain) -> Result<Vec<[u8; 32]>> {
	let at = chain.client.at_current_block().await?;
	let mut found = Vec::new();
	let mut rows =
		at.storage().entry(api::storage().staking().unapplied_slashes())?.iter(()).await?;
	while let Some(row) = rows.next().await {
		for slash in row?.value().decode()? {
			found.push(slash.validator.0);
		}
	}
	Ok(found)
}

/// Kinds of the offences that the chain knows of.
async fn offences(chain: &Chain) -> Result<BTreeSet<[u8; 16]>> {
	let at = chain.client.at_current_block().await?;
	let mut found = BTreeSet::new();
	let mut rows =
		at.storage().entry(api::storage().offences().concurrent_reports_index())?.iter(()).await?;
	while let Some(row) = rows.next().await {
		let row = row?;
		found.insert(row.key()?.decode()?.0);
	}
	Ok(found)
}
