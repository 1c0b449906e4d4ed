//! Joining and leaving those who validate and judge.

use anyhow::{anyhow, bail, Context, Result};
use subxt::{
	error::StorageError, ext::codec::Decode, rpcs::rpc_params, utils::AccountId32 as RpcAccount,
};
use subxt_signer::sr25519::Keypair;

use crate::{
	chain::{account, api, Chain, RuntimeCall, NODE},
	failure::Failure,
	keys::SignerOptions,
	output::{tokens, Output, TOKEN},
};

use api::runtime_types::{
	pallet_session, pallet_staking, pallet_staking::RewardDestination,
	pallet_staking::ValidatorPrefs, sp_arithmetic::per_things::Perbill,
	substation_runtime::SessionKeys,
};

/// What `validator` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
	/// What to do.
	#[command(subcommand)]
	pub command: Command,
	/// RPC address of the validator's own node, which holds the session keys. To rotate them it has to
	/// allow unsafe methods on this address: let it listen on this machine only.
	#[arg(long, default_value = NODE, global = true)]
	pub url: String,
}

/// What a validator does.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum Command {
	/// Have the node make new session keys, and announce them with a proof that the node holds them.
	/// They count from the session after the next.
	RotateKeys(Write),
	/// Bond stake, announce session keys and stand for election, in one transaction.
	Join {
		/// How much to bond, in whole tokens. What is bonded already counts.
		#[arg(long, value_name = "TOKENS")]
		bond: u64,
		/// The part of the pay that is not shared with nominators, in hundredths.
		#[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=100))]
		commission: u32,
		#[command(flatten)]
		write: Write,
	},
	/// Stand no more, from the next era on. The stake stays bonded.
	Chill(Write),
	/// Take stake out of the bond. It can be withdrawn when unbonding is over.
	Unbond {
		/// How much, in whole tokens; all if left out.
		#[arg(long, value_name = "TOKENS")]
		amount: Option<u64>,
		#[command(flatten)]
		write: Write,
	},
	/// Withdraw what has finished unbonding.
	Withdraw(Write),
	/// Have a validator and its nominators paid for an era. Anybody may.
	Payout {
		/// Address of the validator's stash; the signer's if left out.
		#[arg(long)]
		stash: Option<RpcAccount>,
		/// The era; the last one that has ended if left out.
		#[arg(long)]
		era: Option<u32>,
		#[command(flatten)]
		write: Write,
	},
	/// Say how a validator stands.
	Status {
		/// Address of its stash.
		stash: RpcAccount,
	},
}

/// What all that changes the chain takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Write {
	/// Send; without it, say what would be sent.
	#[arg(long)]
	pub commit: bool,
	#[command(flatten)]
	pub signer: SignerOptions,
}

/// Does it.
pub async fn run(options: &Options, output: Output) -> Result<()> {
	let chain = Chain::connect(&options.url).await?;
	match &options.command {
		Command::RotateKeys(write) => {
			let signer = write.signer.keypair()?;
			let call = set_keys(&chain, &signer, write.commit).await?;
			send(&chain, "announce new session keys", call, write, output).await
		}
		Command::Join { bond, commission, write } => {
			join(&chain, u128::from(*bond) * TOKEN, *commission, write, output).await
		}
		Command::Chill(write) => {
			let call = RuntimeCall::Staking(pallet_staking::pallet::pallet::Call::chill);
			send(&chain, "stand no more", call, write, output).await
		}
		Command::Unbond { amount, write } => {
			let stash = RpcAccount(account(&write.signer.keypair()?).into());
			let ledger = chain.stake(&stash).await?.ok_or_else(|| not_bonded(&stash))?;
			let value = amount.map_or(ledger.active, |amount| u128::from(amount) * TOKEN);
			let call = RuntimeCall::Staking(pallet_staking::pallet::pallet::Call::unbond { value });
			send(&chain, &format!("unbond {}", tokens(value)), call, write, output).await
		}
		Command::Withdraw(write) => {
			let stash = RpcAccount(account(&write.signer.keypair()?).into());
			let num_slashing_spans = chain.slashing_spans(&stash).await?;
			let call =
				RuntimeCall::Staking(pallet_staking::pallet::pallet::Call::withdraw_unbonded {
					num_slashing_spans,
				});
			send(&chain, "withdraw what has finished unbonding", call, write, output).await
		}
		Command::Payout { stash, era, write } => {
			let own = RpcAccount(account(&write.signer.keypair()?).into());
			let validator_stash = stash.unwrap_or(own);
			let era = match era {
				Some(era) => *era,
				None => chain
					.active_era()
					.await?
					.checked_sub(1)
					.ok_or_else(|| Failure::NotFound("no era has ended yet".into()))?,
			};
			let what = format!("have {validator_stash} paid for era {era}");
			let call = RuntimeCall::Staking(pallet_staking::pallet::pallet::Call::payout_stakers {
				validator_stash,
				era,
			});
			send(&chain, &what, call, write, output).await
		}
		Command::Status { stash } => status(&chain, stash, output).await,
	}
}

/// What is said of an account that has no stake.
fn not_bonded(stash: &RpcAccount) -> Failure {
	Failure::NotFound(format!("{stash} has bonded nothing: see `validator join`"))
}

async fn send(
	chain: &Chain,
	what: &str,
	call: RuntimeCall,
	write: &Write,
	output: Output,
) -> Result<()> {
	let signer = write.signer.keypair()?;
	// One call in a batch of its own: a batch takes calls as values.
	let call = api::tx().utility().batch_all(vec![call]);
	chain.write(what, &call, &signer, write.commit, output).await?;
	Ok(())
}

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

/// The call that announces new keys. Only if it is to be sent does the node make any.
async fn set_keys(chain: &Chain, signer: &Keypair, commit: bool) -> Result<RuntimeCall> {
	let stash = RpcAccount(account(signer).into());
	let NewKeys { keys, proof } = match commit {
		true => NewKeys::rotate(chain, &stash).await?,
		// As long as real ones are, for the fee.
		false => NewKeys::of(&[0; 96], vec![0; 192])?,
	};
	Ok(RuntimeCall::Session(pallet_session::pallet::Call::set_keys { keys, proof }))
}

async fn join(
	chain: &Chain,
	bond: u128,
	commission: u32,
	write: &Write,
	output: Output,
) -> Result<()> {
	use pallet_staking::pallet::pallet::Call;
	let signer = write.signer.keypair()?;
	let stash = RpcAccount(account(&signer).into());
	let bonded = chain.stake(&stash).await?.map(|ledger| ledger.active);
	let mut calls = Vec::new();
	match bonded {
		None => calls.push(Call::bond { value: bond, payee: RewardDestination::Staked }),
		Some(active) if active < bond => {
			calls.push(Call::bond_extra { max_additional: bond - active });
		}
		Some(_) => (),
	}
	let prefs = ValidatorPrefs { commission: Perbill(commission * 10_000_000), blocked: false };
	let stand = RuntimeCall::Staking(Call::validate { prefs });
	let mut calls: Vec<_> = calls.into_iter().map(RuntimeCall::Staking).collect();
	calls.push(set_keys(chain, &signer, write.commit).await?);
	calls.push(stand);
	let what = format!("stand for election with {}", tokens(bond.max(bonded.unwrap_or(0))));
	let call = api::tx().utility().batch_all(calls);
	chain.write(&what, &call, &signer, write.commit, output).await?;
	Ok(())
}

async fn status(chain: &Chain, stash: &RpcAccount, output: Output) -> Result<()> {
	let at = chain.client.at_current_block().await?;
	let storage = at.storage();
	let ledger = chain.stake(stash).await?.ok_or_else(|| not_bonded(stash))?;
	let era = chain.active_era().await?;
	let elected = match storage.try_fetch(api::storage().session().validators(), ()).await? {
		Some(value) => value.decode()?.contains(stash),
		None => false,
	};
	let address = api::storage().staking().validators();
	// Whoever does not stand has the default preferences, and no row.
	let entry = storage.entry(address)?;
	let row = storage.fetch_raw(entry.fetch_key((*stash,))?).await;
	let commission = match row {
		Ok(_) => Some(entry.fetch((*stash,)).await?.decode()?.commission.0 / 10_000_000),
		Err(StorageError::NoValueFound) => None,
		Err(error) => return Err(error.into()),
	};
	let points = storage.try_fetch(api::storage().staking().eras_reward_points(), (era,)).await?;
	let points = match points {
		Some(value) => value
			.decode()?
			.individual
			.iter()
			.find(|(who, _)| who == stash)
			.map(|(_, points)| *points),
		None => None,
	}
	.unwrap_or(0);
	let unlocking: u128 = ledger.unlocking.0.iter().map(|chunk| chunk.value).sum();
	let judges = chain.clock().await?.record.judges;
	let judges_now =
		judges.iter().any(|judge| <_ as AsRef<[u8]>>::as_ref(&judge.account) == stash.0);
	let lines = [
		format!("bonded      {}", tokens(ledger.active)),
		format!("unbonding   {}", tokens(unlocking)),
		match commission {
			Some(part) => format!("stands      yes, with a commission of {part} %"),
			None => "stands      no: see `validator join`".into(),
		},
		format!("elected     {}", if elected { "yes, in this session" } else { "no" }),
		format!("judges      {}", if judges_now { "yes, in this epoch" } else { "no" }),
		format!("points      {points} in era {era}"),
	];
	output.result(
		&serde_json::json!({
			"stash": stash.to_string(),
			"bonded": ledger.active.to_string(),
			"unbonding": unlocking.to_string(),
			"commission": commission,
			"elected": elected,
			"judges": judges_now,
			"era": era,
			"points": points,
		}),
		lines.join("\n"),
	);
	Ok(())
}

/// What an account has at stake.
type Ledger = api::runtime_types::pallet_staking::StakingLedger;

impl Chain {
	/// What an account has at stake, if it has bonded anything.
	async fn stake(&self, stash: &RpcAccount) -> Result<Option<Ledger>> {
		let at = self.client.at_current_block().await?;
		let found = at.storage().try_fetch(api::storage().staking().ledger(), (*stash,)).await?;
		Ok(found.map(|value| value.decode()).transpose()?)
	}

	/// How many spans of slashing an account has: a ledger that ends takes their rows along.
	async fn slashing_spans(&self, stash: &RpcAccount) -> Result<u32> {
		let at = self.client.at_current_block().await?;
		let found =
			at.storage().try_fetch(api::storage().staking().slashing_spans(), (*stash,)).await?;
		Ok(match found {
			Some(value) => u32::try_from(value.decode()?.prior.len())?.saturating_add(1),
			None => 0,
		})
	}

	/// The era that is going on.
	async fn active_era(&self) -> Result<u32> {
		let at = self.client.at_current_block().await?;
		let found = at.storage().try_fetch(api::storage().staking().active_era(), ()).await?;
		let era = found.ok_or_else(|| anyhow!("the chain's first era has not begun"))?;
		Ok(era.decode()?.index)
	}
}
