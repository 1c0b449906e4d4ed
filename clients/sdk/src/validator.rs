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
	identity::bytes,
};

/// Session keys of a validator, of 32 bytes each; a proof is a signature of 64 by each.
const KEYS: usize = 4;

/// Session keys that the chain takes: BABE's, GRANDPA's, the judge's and the one of addresses, and a proof that whoever made them
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
			.with_context(|| makes_none(chain))?;
		Self::of(&bytes(&rotated.keys)?, bytes(&rotated.proof)?)
	}

	/// Keys as the node has them: four of 32 bytes.
	fn of(keys: &[u8], proof: Vec<u8>) -> Result<Self> {
		let Ok([babe, grandpa, verdict, discovery]) = <[[u8; 32]; KEYS]>::decode(&mut &keys[..])
		else {
			bail!("{} bytes are no session keys of this chain", keys.len());
		};
		let keys = SessionKeys {
			babe: api::runtime_types::sp_consensus_babe::app::Public(babe),
			grandpa: api::runtime_types::sp_consensus_grandpa::app::Public(grandpa),
			verdict: api::runtime_types::pallet_attestation::sr25519::app::Public(verdict),
			discovery: api::runtime_types::sp_authority_discovery::app::Public(discovery),
		};
		Ok(Self { keys, proof })
	}
}

/// What is said of a node that makes no session keys.
fn makes_none(chain: &Chain) -> Failure {
	Failure::Refused(format!(
		"the node at {} makes no session keys: it has to be the validator's own, started with \
		 `--rpc-methods unsafe`",
		chain.url()
	))
}

/// Asks the node something that it answers only to whom it would make keys for.
async fn would_make_keys(chain: &Chain) -> Result<()> {
	let nobodys = format!("0x{}", hex::encode([0u8; 32 * KEYS]));
	let asked = chain.rpc.request::<bool>("author_hasSessionKeys", rpc_params![nobodys]).await;
	asked.map(|_| ()).map_err(anyhow::Error::from).with_context(|| makes_none(chain))
}

/// The account of a stash, as the client library names it.
pub fn stash(signer: &Keypair) -> RpcAccount {
	RpcAccount(account(signer).into())
}

/// The call that announces new session keys. Only with `commit` does the node make any: without, it is
/// asked whether it would, and the call holds none and is as long as one that does.
pub async fn set_keys(chain: &Chain, signer: &Keypair, commit: bool) -> Result<RuntimeCall> {
	let NewKeys { keys, proof } = match commit {
		true => NewKeys::rotate(chain, &stash(signer)).await?,
		// As long as real ones are, for the fee.
		false => {
			would_make_keys(chain).await?;
			NewKeys::of(&[0; 32 * KEYS], vec![0; 64 * KEYS])?
		}
	};
	Ok(RuntimeCall::Session(pallet_session::pallet::Call::set_keys { keys, proof }))
}

/// How an account joins.
pub struct Joining {
	/// What it has bonded then, in planck.
	pub bonded: u128,
	/// The calls, in order.
	pub calls: Vec<RuntimeCall>,
	/// Those of them that can be tried out before there are keys.
	pub tried: Vec<RuntimeCall>,
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
	let bonding = || match bonded {
		None => Some(Call::bond { value: bond, payee: RewardDestination::Staked }),
		Some(active) if active < bond => Some(Call::bond_extra { max_additional: bond - active }),
		Some(_) => None,
	};
	let standing = || {
		let commission = Perbill(commission.min(100) * 10_000_000);
		Call::validate { prefs: ValidatorPrefs { commission, blocked: false } }
	};
	let staking = |call: Option<Call>| call.map(RuntimeCall::Staking);
	let keys = set_keys(chain, signer, commit).await?;
	Ok(Joining {
		bonded: bond.max(bonded.unwrap_or(0)),
		calls: [staking(bonding()), Some(keys), staking(Some(standing()))]
			.into_iter()
			.flatten()
			.collect(),
		tried: [bonding(), Some(standing())].into_iter().flat_map(staking).collect(),
	})
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
