//! Trying a call out: what it would come to is known before anything is sent.
//!
//! The chain itself tries it: the runtime applies the signed transaction to the state of a block, and
//! the node throws away what comes of it. What is signed for that is good in blocks that are there
//! already and in none that is to come, so nobody who gets hold of it can have it done.

use std::time::Duration;

use anyhow::{Context, Result};
use subxt::{
	config::DefaultExtrinsicParamsBuilder,
	rpcs::rpc_params,
	tx::{Payload, Signer},
	utils::H256 as RpcHash,
	PolkadotConfig,
};

use super::{
	connection::{AtBlock, Chain},
	costs::Costs,
	refusals::applied,
};
use crate::{failure::Failure, identity::bytes};

/// Blocks for which what is signed for a rehearsal is good, the last one included: the least there is.
const GOOD_FOR: u64 = 4;
/// How often the best block is asked for, before it is said that there is none.
const BEST_TRIES: u32 = 5;
/// How long the next one is waited for.
const NEXT_TRY: Duration = Duration::from_millis(200);

impl Chain {
	/// The best block, which may yet be replaced: as of it is what is sent now judged.
	pub(super) async fn at_best(&self) -> Result<AtBlock> {
		let mut tries = 1;
		loop {
			let best: RpcHash = self.rpc.request("chain_getBlockHash", rpc_params![]).await?;
			match self.client.at_block(best).await {
				Ok(at) => return Ok(at),
				// Another may be best by now, and nothing of this one be left.
				Err(_) if tries < BEST_TRIES => tries += 1,
				Err(error) => return Err(error.into()),
			}
			tokio::time::sleep(NEXT_TRY).await;
		}
	}

	/// A transaction that is signed for a rehearsal as of a block.
	async fn signed_for_the_past<C: Payload>(
		&self,
		call: &C,
		signer: &impl Signer<PolkadotConfig>,
		at: &AtBlock,
	) -> Result<Vec<u8>> {
		let born = birth(at.block_number()).ok_or_else(|| {
			Failure::NotFound("the chain has only just begun: try again in a moment".into())
		})?;
		let hash: RpcHash = self.rpc.request("chain_getBlockHash", rpc_params![born]).await?;
		let parameters = DefaultExtrinsicParamsBuilder::new()
			.mortal_from_unchecked(GOOD_FOR, born, hash)
			.build();
		Ok(at.tx().create_signed(call, signer, parameters).await?.into_encoded())
	}

	/// Why the chain would refuse a call as of a block, if it would.
	pub(super) async fn refusal_of<C: Payload>(
		&self,
		call: &C,
		signer: &impl Signer<PolkadotConfig>,
		at: &AtBlock,
	) -> Result<Option<String>> {
		let transaction = self.signed_for_the_past(call, signer, at).await?;
		let input = format!("0x{}", hex::encode(transaction));
		let function = "BlockBuilder_apply_extrinsic";
		let answer: String = self
			.rpc
			.request("state_call", rpc_params![function, input, at.block_hash()])
			.await
			.context("the node cannot try the transaction out")?;
		applied(&bytes(&answer)?, at.metadata())
	}

	/// What a call costs as of a block.
	pub(super) async fn costs<C: Payload>(
		&self,
		call: &C,
		signer: &impl Signer<PolkadotConfig>,
		at: &AtBlock,
	) -> Result<Costs> {
		let account = signer.account_id();
		let transaction = self.signed_for_the_past(call, signer, at).await?;
		let fee = at.tx().from_bytes(transaction).partial_fee_estimate().await?;
		let funds = self.funds(&account, at).await?;
		let call = at.tx().call_data(call)?;
		// A runtime that this library was not made for may have calls that it cannot read.
		let taken = match self.has_known_runtime() {
			true => self.taken(at, &account, &call).await?,
			false => self.taken(at, &account, &call).await.unwrap_or_default(),
		};
		Ok(Costs { account, fee, taken, funds })
	}

	/// Tries a call out as of a block. Fails as the call would fail: with why the chain refuses it, or
	/// with what the account lacks. `tried` is what the chain is to try, in place of `call`, where that
	/// holds something that only sending makes.
	pub async fn rehearse<C: Payload, T: Payload>(
		&self,
		call: &C,
		tried: &T,
		signer: &impl Signer<PolkadotConfig>,
		at: &AtBlock,
	) -> Result<Costs> {
		let costs = self.costs(call, signer, at).await?;
		if let Some(reason) = self.refusal_of(tried, signer, at).await? {
			return Err(Failure::Refused(match costs.lack() {
				Some(lack) => format!("{reason}; {lack}"),
				None => reason,
			})
			.into());
		}
		match costs.lack() {
			Some(lack) => Err(Failure::Refused(lack).into()),
			None => Ok(costs),
		}
	}
}

/// The first of the blocks in which something is good of which `last` is the last one. Nothing while
/// there are too few of them.
fn birth(last: u64) -> Option<u64> {
	last.checked_sub(GOOD_FOR - 1)
}

#[cfg(test)]
mod tests {
	use super::*;
	use subxt::utils::Era;

	#[test]
	fn what_is_signed_for_a_rehearsal_is_good_in_no_block_to_come() {
		for last in [3, 4, 5, 6, 7, 1_000_001] {
			let born = birth(last).unwrap();
			let Era::Mortal { period, phase } = Era::mortal(GOOD_FOR, born) else {
				panic!("it is good for ever");
			};
			// As the chain reads it: the hash of this block was signed.
			let read = |now: u64| (now.max(phase) - phase) / period * period + phase;
			assert_eq!(read(last), born, "it is good as of block {last}");
			assert_ne!(read(last + 1), born, "it is good in block {}", last + 1);
		}
		assert_eq!((birth(0), birth(2), birth(3)), (None, None, Some(0)));
	}
}
