//! Transactions whose node stops telling what becomes of them.

use anyhow::{anyhow, ensure, Result};
use substation_sdk::{
	chain::{account, api, Chain},
	failure::Failure,
};
use substation_zombienet_tests::{field::signer, Network};
use subxt::utils::H256;

/// Accounts that need tokens.
pub const ACCOUNTS: [&str; 1] = ["sender"];

/// They are found in the blocks in which they may be: done, failed, or never taken.
pub async fn run(network: &Network) -> Result<()> {
	let chain = Chain::connect(&network.nodes[1].url).await?;
	let sender = signer("sender");
	let to = subxt::utils::MultiAddress::Id(subxt::utils::AccountId32(*account(&sender).as_ref()));
	let sent = async |amount: u128| -> Result<_> {
		let call = api::tx().balances().transfer_keep_alive(to.clone(), amount);
		let at = chain.client.at_current_block().await?;
		let progress = at.tx().sign_and_submit_then_watch_default(&call, &sender).await?;
		chain.outcome(progress.extrinsic_hash(), at.block_number()).await
	};
	let events = sent(1).await?;
	ensure!(events.has::<api::system::events::ExtrinsicSuccess>(), "what is done has succeeded");
	let failed = sent(u128::MAX / 2).await.err().ok_or_else(|| anyhow!("too much was sent"))?;
	ensure!(format!("{failed:#}").contains("Underflow"), "{failed:#}");
	let last = chain.finalized().await?;
	let never = chain.outcome(H256::repeat_byte(1), last).await;
	let error = never.err().ok_or_else(|| anyhow!("what was never sent is found"))?;
	let refused = matches!(error.downcast_ref::<Failure>(), Some(Failure::Refused(_)));
	ensure!(refused && error.to_string().contains("send it again"), "{error:#}");
	Ok(())
}
