//! The calls with which an account joins those who validate and judge, and leaves them.

use anyhow::{bail, Context, Result};
use subxt::{ext::codec::Decode, rpcs::rpc_params, utils::AccountId32 as RpcAccount};
use subxt_signer::sr25519::Keypair;

use crate::{
	chain::{
		account,
		api::{
			self,
			runtime_types::{
				pallet_session,
				pallet_staking::{pallet::pallet::Call, RewardDestination, ValidatorPrefs},
				sp_arithmetic::per_things::Perbill,
				substation_runtime::SessionKeys,
			},
		},
		Chain, RuntimeCall,
	},
	failure::Failure,
};

/// Session keys that the chain takes: BABE's, GRANDPA's and the judge's, and a proof that whoever made them
/// holds them.
struct NewKeys {
	keys: SessionKeys,
	proof: Vec<u8>,
}

/// The node's answer, in hexadecimal.
#[derive(serde::Deserialize)]
struct Rotated {
	keys: String,
	proof: String,
}

impl NewKeys {
	/// Has the node make new ones for `stash`.
	async fn rotate(chain: &Chain, stash: &RpcAccount) -> Result<Self> {
		let owner = format!("0x{}", hex::encode(stash.0));
		let rotated: Rotated = chain
			.rpc
			.request("author_rotateKeysWithOwner", rpc_params![owner])
			.await
			.map_err(anyhow::Error::from)
			.context(Failure::Refused(format!(
				"the node at {} makes no session keys: it has to be the validator's own, started with \
				 `--rpc-methods unsafe`",
				chain.url()
			)))?;
		let bytes = |text: &str| hex::decode(text.trim_start_matches("0x"));
		Self::of(&bytes(&rotated.keys)?, bytes(&rotated.proof)?)
	}

	/// Keys as the node has them: three of 32 bytes.
	fn of(keys: &[u8], proof: Vec<u8>) -> Result<Self> {
		let Ok([babe, grandpa, verdict]) = <[[u8; 32]; 3]>::decode(&mut &keys[..]) else {
			bail!("{} bytes are no session keys of this chain", keys.len());
		};
		let keys = SessionKeys {
			babe: api::runtime_types::sp_consensus_babe::app::Public(babe),
			grandpa: api::runtime_types::sp_consensus_grandpa::app::Public(grandpa),
			verdict: api::runtime_types::pallet_attestation::sr25519::app::Public(verdict),
		};
		Ok(Self { keys, proof })
	}
}

/// The account of a stash, as the client library names it.
pub fn stash(signer: &Keypair) -> RpcAccount {
	RpcAccount(account(signer).into())
}

/// The call that announces new session keys. Only with `commit` does the node make any: without, the
/// call holds none, and is as long as one that does.
pub async fn set_keys(chain: &Chain, signer: &Keypair, commit: bool) -> Result<RuntimeCall> {
	let NewKeys { keys, proof } = match commit {
		true => NewKeys::rotate(chain, &stash(signer)).await?,
		// As long as real ones are, for the fee.
		false => NewKeys::of(&[0; 96], vec![0; 192])?,
	};
	Ok(RuntimeCall::Session(pallet_session::pallet::Call::set_keys { keys, proof }))
}

/// How an account joins.
pub struct Joining {
	/// What it has bonded then, in planck.
	pub bonded: u128,
	/// The calls, in order.
	pub calls: Vec<RuntimeCall>,
}

/// How the signer joins: bonds until at least `bond` planck are bonded, announces session keys as
/// [`set_keys`] does, and stands for election with a commission in hundredths.
pub async fn join(
	chain: &Chain,
	signer: &Keypair,
	bond: u128,
	commission: u32,
	commit: bool,
) -> Result<Joining> {
	let bonded = chain.stake(&stash(signer)).await?.map(|ledger| ledger.active);
	let bonding = match bonded {
		None => Some(Call::bond { value: bond, payee: RewardDestination::Staked }),
		Some(active) if active < bond => Some(Call::bond_extra { max_additional: bond - active }),
		Some(_) => None,
	};
	let prefs = ValidatorPrefs { commission: Perbill(commission * 10_000_000), blocked: false };
	let mut calls: Vec<_> = bonding.into_iter().map(RuntimeCall::Staking).collect();
	calls.push(set_keys(chain, signer, commit).await?);
	calls.push(RuntimeCall::Staking(Call::validate { prefs }));
	Ok(Joining { bonded: bond.max(bonded.unwrap_or(0)), calls })
}

/// The call that stands no more, from the next era on.
pub fn chill() -> RuntimeCall {
	RuntimeCall::Staking(Call::chill)
}

/// The call that takes `value` planck out of the bond.
pub fn unbond(value: u128) -> RuntimeCall {
	RuntimeCall::Staking(Call::unbond { value })
}

/// The call that withdraws what has finished unbonding; see [`Chain::slashing_spans`].
pub fn withdraw(num_slashing_spans: u32) -> RuntimeCall {
	RuntimeCall::Staking(Call::withdraw_unbonded { num_slashing_spans })
}

/// The call that has a validator and its nominators paid for an era.
pub fn payout(validator_stash: RpcAccount, era: u32) -> RuntimeCall {
	RuntimeCall::Staking(Call::payout_stakers { validator_stash, era })
}
