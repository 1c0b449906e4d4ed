//! Sending transactions, and learning what became of them.

use std::time::Duration;

use anyhow::{bail, Context, Result};
use subxt::{
	client::OnlineClientAtBlockImpl,
	config::DefaultExtrinsicParamsBuilder,
	error::{DispatchError, TransactionFinalizedSuccessError, TransactionProgressError},
	rpcs::rpc_params,
	transactions::TransactionProgress,
	tx::{Payload, Signer},
	utils::{AccountId32 as RpcAccount, MultiSignature, H256 as RpcHash},
	PolkadotConfig,
};

use super::{
	connection::{AtBlock, Chain, Events},
	costs::Costs,
	refusals::{explained, reason, Full},
};
use crate::{failure::Failure, identity::bytes};

/// For how many blocks a transaction is valid after the one as of which it was signed, unless its signer says otherwise.
const VALIDITY: u64 = 32;

/// How many seconds a node may fail to answer before it is given up.
const PATIENCE: u32 = 60;

/// As of how many blocks a call is tried while they are full.
const FULL_BLOCKS: usize = 8;

/// How long the block after a full one is waited for.
const NEXT_BLOCK: Duration = Duration::from_secs(30);

/// How often it is looked for.
const LOOK: Duration = Duration::from_millis(500);

/// What became of a call that was to be sent, or only to be tried.
pub enum Written {
	/// It has succeeded in a finalized block, and emitted this.
	Done(Events),
	/// Nothing was sent. The chain has tried it out: it would succeed, and cost this.
	Tried(Box<Costs>),
}

impl Chain {
	/// Signs a call with an account's key, and waits until it has succeeded in a finalized block.
	///
	/// It takes the place after what is in the best block: as of the last finalized block it would be that of a transaction
	/// sent a moment ago, through another node too. While another transaction of the signer's waits in that place it is
	/// refused, so who repeats what may have been sent does not do it twice.
	pub async fn submit<C: Payload>(
		&self,
		call: &C,
		signer: &impl Signer<PolkadotConfig>,
	) -> Result<Events> {
		let best = self.at_best().await?;
		let nonce = best.tx().account_nonce(&signer.account_id()).await?;
		let at = self.client.at_current_block().await?;
		let parameters = DefaultExtrinsicParamsBuilder::new().nonce(nonce).build();
		let progress = at.tx().sign_and_submit_then_watch(call, signer, parameters).await?;
		self.succeeded(progress, at.block_number()).await
	}

	/// Signs all `calls` with one account's key, one nonce after the other, and waits until all have
	/// succeeded in finalized blocks; gives back what happened in each.
	pub async fn submit_all<C: Payload>(
		&self,
		calls: &[C],
		signer: &impl Signer<PolkadotConfig>,
	) -> Result<Vec<Events>> {
		let at = self.client.at_current_block().await?;
		let account = signer.account_id();
		let first: u64 = self.rpc.request("system_accountNextIndex", rpc_params![account]).await?;
		let mut sent = Vec::new();
		for (nonce, call) in (first..).zip(calls) {
			let parameters = DefaultExtrinsicParamsBuilder::new().nonce(nonce).build();
			let transaction = at.tx().create_signed(call, signer, parameters).await?;
			sent.push(transaction.submit_and_watch().await?);
		}
		let mut happened = Vec::new();
		for progress in sent {
			happened.push(self.succeeded(progress, at.block_number()).await?);
		}
		Ok(happened)
	}

	/// With `commit`, as [`Self::submit`]. Without, sends nothing and tells what the call would cost. Both
	/// have the chain try it first, and fail alike where it refuses. `what` says in words what the call
	/// does, should it fail.
	pub async fn write<C: Payload>(
		&self,
		what: &str,
		call: &C,
		signer: &impl Signer<PolkadotConfig>,
		commit: bool,
	) -> Result<Written> {
		self.write_trying(what, call, call, signer, commit).await
	}

	/// As [`Self::write`]; the chain tries `tried` in place of `call`, where that holds something that
	/// only sending makes.
	pub async fn write_trying<C: Payload, T: Payload>(
		&self,
		what: &str,
		call: &C,
		tried: &T,
		signer: &impl Signer<PolkadotConfig>,
		commit: bool,
	) -> Result<Written> {
		let verb = if commit { "not done" } else { "would be refused" };
		let refused =
			|error: &anyhow::Error| Failure::Refused(format!("{verb}: {what}: {}", reason(error)));
		// What is sent is judged as of the best block; what is only tried, as of one that stays.
		let stage = async || match commit {
			true => self.at_best().await,
			false => Ok(self.client.at_current_block().await?),
		};
		let rehearse = async || self.rehearse(call, tried, signer, &stage().await?).await;
		let rehearsed = async || match rehearse().await {
			Err(error) if Failure::code_of(&error) == 6 || error.is::<Full>() => Err(error),
			// The best block may be another by then, and its state gone.
			Err(_) => rehearse().await,
			costs => costs,
		};
		let mut costs = rehearsed().await;
		// A block of elections, or one that everybody wants to be in, has no room, and the next one does.
		for _ in 1..FULL_BLOCKS {
			if !costs.as_ref().is_err_and(|error| error.is::<Full>()) {
				break;
			}
			let full = stage().await?.block_hash();
			let next = async {
				while stage().await?.block_hash() == full {
					tokio::time::sleep(LOOK).await;
				}
				rehearsed().await
			};
			// A chain that stands still has no room to wait for.
			let Ok(next) = tokio::time::timeout(NEXT_BLOCK, next).await else { break };
			costs = next;
		}
		let costs = match costs {
			Ok(costs) => Some(costs),
			Err(error) if Failure::code_of(&error) == 6 => return Err(refused(&error).into()),
			// A node that cannot try it may still send it.
			Err(_) if commit => None,
			Err(error) => return Err(error),
		};
		match costs {
			Some(costs) if !commit => Ok(Written::Tried(Box::new(costs))),
			_ => {
				Ok(Written::Done(self.submit(call, signer).await.map_err(|error| refused(&error))?))
			}
		}
	}

	/// Sends a call that carries its own authorization, as a general transaction, and returns as soon
	/// as the pool has taken it.
	pub async fn submit_authorized<C: Payload>(&self, call: &C) -> Result<()> {
		let at = self.client.at_current_block().await?;
		let parameters = DefaultExtrinsicParamsBuilder::new().immortal().nonce(0).build();
		let nobody = RpcAccount([0; 32]);
		let unsigned = MultiSignature::Sr25519([0; 64]);
		let transaction = at
			.tx()
			.create_v5_signable_offline(call, parameters)?
			.sign_with_account_and_signature(&nobody, &unsigned)?;
		let Err(error) = transaction.submit().await else { return Ok(()) };
		match self.refusal(transaction.encoded()).await {
			Some(reason) => Err(Failure::Refused(reason.into()).into()),
			None => Err(error.into()),
		}
	}

	/// Why the pool does not take a transaction, where the attestation pallet has a reason of its own.
	async fn refusal(&self, transaction: &[u8]) -> Option<&'static str> {
		let best: RpcHash = self.rpc.request("chain_getBlockHash", rpc_params![]).await.ok()?;
		// From outside; the transaction as it is, length included; the block.
		let input = [&[2u8][..], transaction, best.as_ref()].concat();
		let call = "TaggedTransactionQueue_validate_transaction";
		let input = format!("0x{}", hex::encode(input));
		let answer: String =
			self.rpc.request("state_call", rpc_params![call, input, best]).await.ok()?;
		// An error; invalid; with a code of the pallet's.
		match bytes(&answer).ok()?[..] {
			[1, 0, 7, code] => explained(code),
			_ => None,
		}
	}

	/// Waits until a transaction that was signed as of a block has succeeded in a finalized one.
	async fn succeeded(
		&self,
		progress: TransactionProgress<PolkadotConfig, OnlineClientAtBlockImpl<PolkadotConfig>>,
		signed_at: u64,
	) -> Result<Events> {
		let hash = progress.extrinsic_hash();
		match progress.wait_for_finalized_success().await {
			// A node ends what it tells of transactions when it has to catch up. That says nothing of this one.
			Err(TransactionFinalizedSuccessError::FinalizationError(
				TransactionProgressError::CannotGetNextProgressUpdate(_)
				| TransactionProgressError::UnexpectedEndOfTransactionStatusStream,
			)) => self.outcome(hash, signed_at).await,
			// A pool that goes by several forks gives one up that is in a block of another.
			Err(TransactionFinalizedSuccessError::FinalizationError(
				error @ TransactionProgressError::TransactionStatusError(_),
			)) => match self.outcome(hash, signed_at).await {
				Err(outcome) if outcome.is::<Failure>() => Err(outcome.context(error)),
				outcome => outcome,
			},
			outcome => Ok(outcome?),
		}
	}

	/// What happened in a transaction of this hash that was signed as of a block, once the block that it is in is finalized.
	/// Fails if the transaction has failed, or was in none of the blocks in which it was valid.
	pub async fn outcome(&self, hash: RpcHash, signed_at: u64) -> Result<Events> {
		for number in signed_at.saturating_add(1)..=signed_at.saturating_add(VALIDITY) {
			let at = self
				.when_final(number)
				.await
				.context("nobody knows yet whether it is done: look again later")?;
			let transactions = at.extrinsics().fetch().await?;
			let sought = transactions
				.iter()
				.find(|one| one.as_ref().map_or(true, |transaction| transaction.hash() == hash));
			let Some(transaction) = sought.transpose()? else { continue };
			let events = transaction.events().await?;
			for event in events.iter() {
				let event = event?;
				if event.pallet_name() == "System" && event.event_name() == "ExtrinsicFailed" {
					bail!(DispatchError::decode_from(event.field_bytes(), at.metadata())?);
				}
			}
			return Ok(events);
		}
		Err(Failure::Refused(format!(
			"no block has taken the transaction {hash:?}, and none will any more: send it again"
		))
		.into())
	}

	/// The block of a height, once it is finalized. The node may fail to answer meanwhile, as when it is catching up, but
	/// not for good.
	async fn when_final(&self, number: u64) -> Result<AtBlock> {
		let mut failures = 0;
		loop {
			match self.at_final(number).await {
				Ok(Some(at)) => return Ok(at),
				Ok(None) => failures = 0,
				Err(error) if failures >= PATIENCE => return Err(error),
				Err(_) => failures += 1,
			}
			tokio::time::sleep(Duration::from_secs(1)).await;
		}
	}

	/// The block of a height, if it is finalized.
	async fn at_final(&self, number: u64) -> Result<Option<AtBlock>> {
		let reached = self.finalized().await? >= number;
		Ok(if reached { Some(self.client.at_block(number).await?) } else { None })
	}

	/// A call as wallets take it, in hexadecimal digits.
	pub async fn call_data<C: Payload>(&self, call: &C) -> Result<String> {
		let bytes = self.client.at_current_block().await?.tx().call_data(call)?;
		Ok(format!("0x{}", hex::encode(bytes)))
	}
}
