//! Joining and leaving those who validate and judge.

use anyhow::{bail, Result};
use substation_sdk::{
	amount::{tokens, TOKEN},
	chain::{Chain, RuntimeCall, Standing, NODE},
	failure::Failure,
	register::all,
	validator::{chill, join, payout, set_keys, stash, unbond, withdraw},
};
use subxt::utils::AccountId32 as RpcAccount;

use super::signer::Write;
use crate::{
	connection::{connect_any, node_address},
	output::Output,
};

/// What `validator` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
	/// What to do.
	#[command(subcommand)]
	pub command: Command,
	/// RPC address of the validator's own node, which holds the session keys. To rotate them it has to
	/// allow unsafe methods on this address: let it listen on this machine only. What concerns no session
	/// keys may be given several addresses: one that answers is asked.
	#[arg(long = "url", default_value = NODE, value_parser = node_address, global = true)]
	pub urls: Vec<String>,
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

/// Does it.
pub async fn run(options: &Options, output: Output) -> Result<()> {
	let keys = matches!(&options.command, Command::RotateKeys(_) | Command::Join { .. });
	if keys && options.urls.len() > 1 {
		bail!("session keys are made by one node: give the validator's own as the only --url");
	}
	let chain = connect_any(&options.urls).await?;
	match &options.command {
		Command::RotateKeys(write) => {
			let signer = write.signer.keypair_on(&chain).await?;
			let call = set_keys(&chain, &signer, write.commit).await?;
			// There is nothing to try before there are keys.
			let calls = (vec![call], Vec::new());
			send_trying(&chain, "announce new session keys", calls, write, output).await
		}
		Command::Join { bond, commission, write } => {
			let (signer, bond) =
				(write.signer.keypair_on(&chain).await?, u128::from(*bond) * TOKEN);
			let joining = join(&chain, &signer, bond, *commission, write.commit).await?;
			let what = format!("stand for election with {}", tokens(joining.bonded));
			send_trying(&chain, &what, (joining.calls, joining.tried), write, output).await
		}
		Command::Chill(write) => send(&chain, "stand no more", chill, write, output).await,
		Command::Unbond { amount, write } => {
			let stash = stash(&write.signer.keypair_on(&chain).await?);
			let ledger = chain.stake(&stash).await?.ok_or_else(|| not_bonded(&stash))?;
			let value = amount.map_or(ledger.active, |amount| u128::from(amount) * TOKEN);
			let what = format!("unbond {}", tokens(value));
			send(&chain, &what, || unbond(value), write, output).await
		}
		Command::Withdraw(write) => {
			let spans =
				chain.slashing_spans(&stash(&write.signer.keypair_on(&chain).await?)).await?;
			let what = "withdraw what has finished unbonding";
			send(&chain, what, || withdraw(spans), write, output).await
		}
		Command::Payout { stash: other, era, write } => {
			let own = stash(&write.signer.keypair_on(&chain).await?);
			let stash = other.unwrap_or(own);
			let era = match era {
				Some(era) => *era,
				None => chain
					.active_era()
					.await?
					.checked_sub(1)
					.ok_or_else(|| Failure::NotFound("no era has ended yet".into()))?,
			};
			let what = format!("have {stash} paid for era {era}");
			send(&chain, &what, || payout(stash, era), write, output).await
		}
		Command::Status { stash } => status(&chain, stash, output).await,
	}
}

/// What is said of an account that has no stake.
fn not_bonded(stash: &RpcAccount) -> Failure {
	Failure::NotFound(format!("{stash} has bonded nothing: see `validator join`"))
}

/// One call.
async fn send(
	chain: &Chain,
	what: &str,
	call: impl Fn() -> RuntimeCall,
	write: &Write,
	output: Output,
) -> Result<()> {
	send_trying(chain, what, (vec![call()], vec![call()]), write, output).await
}

/// All calls, or none, in one transaction; and those of them that can be tried out.
async fn send_trying(
	chain: &Chain,
	what: &str,
	(calls, tried): (Vec<RuntimeCall>, Vec<RuntimeCall>),
	write: &Write,
	output: Output,
) -> Result<()> {
	let signer = write.signer.keypair_on(chain).await?;
	let (call, tried) = (all(calls), all(tried));
	let written = chain.write_trying(what, &call, &tried, &signer, write.commit).await?;
	output.written(what, &written);
	Ok(())
}

async fn status(chain: &Chain, stash: &RpcAccount, output: Output) -> Result<()> {
	let standing = chain.standing(stash).await?.ok_or_else(|| not_bonded(stash))?;
	let Standing { bonded, unbonding, commission, elected, judges, era, points } = standing;
	let lines = [
		format!("bonded      {}", tokens(bonded)),
		format!("unbonding   {}", tokens(unbonding)),
		match commission {
			Some(part) => format!("stands      yes, with a commission of {part} %"),
			None => "stands      no: see `validator join`".into(),
		},
		format!("elected     {}", if elected { "yes, in this session" } else { "no" }),
		format!("judges      {}", if judges { "yes, in this epoch" } else { "no" }),
		format!("points      {points} in era {era}"),
	];
	output.result(
		&serde_json::json!({
			"stash": stash.to_string(),
			"bonded": bonded.to_string(),
			"unbonding": unbonding.to_string(),
			"commission": commission,
			"elected": elected,
			"judges": judges,
			"era": era,
			"points": points,
		}),
		lines.join("\n"),
	);
	Ok(())
}
