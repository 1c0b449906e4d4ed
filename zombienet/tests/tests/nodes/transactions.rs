//! Transactions that follow each other, and such whose node stops telling what becomes of them.

use anyhow::{anyhow, ensure, Context, Result};
use substation_sdk::{
	chain::{account, api, Chain},
	failure::Failure,
};
use substation_zombienet_tests::{field::signer, Network};
use subxt::utils::H256;

/// Accounts that need tokens.
pub const ACCOUNTS: [&str; 1] = ["sender"];

/// They are found in the blocks in which they may be: done, failed, or never taken. What follows another
/// may be sent through another node at once.
pub async fn run(network: &Network) -> Result<()> {
	let chain = Chain::connect(&network.nodes[1].url).await?;
	let sender = signer("sender");
	let to = subxt::utils::MultiAddress::Id(subxt::utils::AccountId32(*account(&sender).as_ref()));
	let transfer = |amount: u128| api::tx().balances().transfer_keep_alive(to.clone(), amount);
	let send = async |amount: u128| -> Result<_> {
		let at = chain.client.at_current_block().await?;
		let call = transfer(amount);
		let progress = at.tx().sign_and_submit_then_watch_default(&call, &sender).await?;
		Ok((progress.extrinsic_hash(), at.block_number()))
	};
	let (hash, at) = send(1).await?;
	let events = chain.outcome(hash, at).await?;
	ensure!(events.has::<api::system::events::ExtrinsicSuccess>(), "what is done has succeeded");
	let (hash, at) = send(u128::MAX / 2).await?;
	let failed = chain.outcome(hash, at).await.err().ok_or_else(|| anyhow!("too much was sent"))?;
	ensure!(format!("{failed:#}").contains("Underflow"), "{failed:#}");
	let last = chain.finalized().await?;
	let never = chain.outcome(H256::repeat_byte(1), last).await;
	let error = never.err().ok_or_else(|| anyhow!("what was never sent is found"))?;
	let refused = matches!(error.downcast_ref::<Failure>(), Some(Failure::Refused(_)));
	ensure!(refused && error.to_string().contains("send it again"), "{error:#}");

	// Nodes that finalize a moment later than the one before.
	for node in [&network.nodes[2], &network.nodes[0]] {
		let through = Chain::connect(&node.url).await?;
		through.submit(&transfer(2), &sender).await.context("what follows through another node")?;
	}
	Ok(())
}
