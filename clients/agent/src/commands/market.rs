//! Selling and buying service, one step at a time.

use std::path::PathBuf;

use anyhow::{bail, Result};
use comfy_table::{presets::UTF8_FULL_CONDENSED, Table};
use substation_primitives::{AccountId32, NetworkId, ReportKey, H256};
use substation_sdk::{
	amount::{dollars, tokens},
	chain::{Chain, Written},
	failure::Failure,
	identity::parse_id,
	keys,
	market::{self, AgreementView, State},
};
use subxt::{tx::Payload, utils::AccountId32 as RpcAccount};

use super::{
	bills::{self, Billing, Named},
	credits::read_dollars,
	files::document_hash,
	offering::{self, given, percent, terms, Offering},
	signer::Write,
};
use crate::{connection::NodeOptions, output::Output};

/// What `market` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
	/// What to do.
	#[command(subcommand)]
	pub command: Command,
	#[command(flatten)]
	pub nodes: NodeOptions,
}

/// What is done on the market.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum Command {
	/// Say what is offered in a network.
	Offers {
		/// Which.
		network: NetworkId,
	},
	/// Say what was sold in a network in the last epochs, beside what was paid there for presence.
	Usage {
		/// Which.
		network: NetworkId,
		/// How many epochs: 64 are kept.
		#[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=64))]
		epochs: u32,
	},
	/// Say how an agreement stands.
	Agreement {
		/// Its number.
		agreement: u32,
	},
	/// Say how all agreements stand of which an account is a side.
	Agreements {
		/// Whose.
		#[arg(value_name = "ADDRESS")]
		who: RpcAccount,
	},
	/// Offer something in a network.
	Offer(Box<Offering>),
	/// Take an offer back. Agreements about it go on.
	Withdraw {
		/// In which network.
		network: NetworkId,
		/// Its number.
		offer: u32,
		#[command(flatten)]
		write: Write,
	},
	/// Take an offer: open an agreement with credits in it.
	Open {
		/// In which network.
		network: NetworkId,
		/// The offer's number.
		offer: u32,
		/// What is put in, in dollars.
		#[arg(long, value_parser = read_dollars)]
		dollars: u128,
		/// Key file that signs for units, and when service is asked for (see `init`). It is not needed where time is paid for.
		#[arg(long, value_name = "FILE")]
		key: Option<PathBuf>,
		#[command(flatten)]
		write: Write,
	},
	/// Put more credits into an agreement: anybody may.
	Fund {
		/// Its number.
		agreement: u32,
		/// What is put in, in dollars.
		#[arg(long, value_parser = read_dollars)]
		dollars: u128,
		#[command(flatten)]
		write: Write,
	},
	/// Sign for units that were taken in all, and print the receipt for who serves.
	Sign {
		/// The agreement's number.
		agreement: u32,
		/// How many units, from the beginning.
		units: u64,
		/// Key file that the agreement was opened with.
		#[arg(long, value_name = "FILE")]
		key: PathBuf,
	},
	/// Have what is due paid: units by a receipt, or time.
	Settle {
		/// The agreement's number.
		agreement: u32,
		/// The last receipt, as `market sign` has printed it.
		#[arg(long, value_parser = a_receipt)]
		receipt: Option<String>,
		#[command(flatten)]
		write: Write,
	},
	/// Let an agreement end: at once as its provider, after its notice as its buyer.
	Close {
		/// Its number.
		agreement: u32,
		#[command(flatten)]
		write: Write,
	},
	/// Deliver a job, as its provider.
	Deliver {
		/// The agreement's number.
		agreement: u32,
		/// File that is delivered: its hash is noted.
		#[arg(long, value_name = "FILE")]
		result: PathBuf,
		#[command(flatten)]
		write: Write,
	},
	/// Accept a job, as its buyer: it is paid.
	Accept {
		/// The agreement's number.
		agreement: u32,
		#[command(flatten)]
		write: Write,
	},
	/// Say something against a job that was delivered: its arbiter decides.
	Dispute {
		/// The agreement's number.
		agreement: u32,
		/// File that says what: its hash is noted.
		#[arg(long, value_name = "FILE")]
		document: PathBuf,
		#[command(flatten)]
		write: Write,
	},
	/// Decide about a disputed job as its arbiter, or propose a part to the other side.
	Rule {
		/// The agreement's number.
		agreement: u32,
		/// What the provider gets, in hundredths of the price.
		#[arg(long, value_name = "HUNDREDTHS", value_parser = clap::value_parser!(u32).range(0..=100))]
		share: u32,
		#[command(flatten)]
		write: Write,
	},
	/// Spend credits for what many hosts are owed for this epoch: each collects its part.
	Bill(Box<Billing>),
	/// Write anew what hosts collect by, from the table of a bill that was posted.
	Paths {
		#[command(flatten)]
		named: Named,
		/// The table that it was posted with.
		#[arg(value_name = "FILE")]
		table: PathBuf,
		/// Folder for it, in which there is one for each epoch.
		#[arg(long, value_name = "FOLDER")]
		paths: PathBuf,
	},
	/// Say how a bill stands.
	Owed(Named),
	/// Have a host paid what a bill owes it.
	Collect {
		/// What its payer has handed on.
		#[arg(value_name = "FILE")]
		owed: PathBuf,
		#[command(flatten)]
		write: Write,
	},
	/// Clear a bill once claims for its epoch have ended: its deposit goes back.
	ClearBill {
		#[command(flatten)]
		named: Named,
		#[command(flatten)]
		write: Write,
	},
	/// Have what stays burned of a device's sales counted, as its owner: a network that pays for use asks for it.
	Count {
		/// In which network.
		network: NetworkId,
		/// Which device's.
		#[arg(value_parser = parse_id)]
		device: H256,
		#[command(flatten)]
		write: Write,
	},
	/// Have it counted no more, and the deposit back.
	Forget {
		/// In which network.
		network: NetworkId,
		/// Which device's.
		#[arg(value_parser = parse_id)]
		device: H256,
		#[command(flatten)]
		write: Write,
	},
	/// Finish an agreement that has ended: what is left comes back.
	Finish {
		/// Its number.
		agreement: u32,
		#[command(flatten)]
		write: Write,
	},
}

/// A receipt that can be read.
fn a_receipt(text: &str) -> Result<String, String> {
	market::read(text).map(|_| text.into()).map_err(|error| error.to_string())
}

/// Does it.
pub async fn run(options: &Options, output: Output) -> Result<()> {
	let chain = options.nodes.connect().await?;
	match &options.command {
		Command::Offers { network } => offers(&chain, *network, output).await,
		Command::Usage { network, epochs } => usage(&chain, *network, *epochs, output).await,
		Command::Agreement { agreement } => {
			let seen = chain.agreement(*agreement).await?.ok_or_else(|| {
				Failure::NotFound(format!("there is no agreement {agreement}, or it has ended"))
			})?;
			output.result(&json(*agreement, &seen), text(*agreement, &seen));
			Ok(())
		}
		Command::Agreements { who } => {
			let all = chain.agreements_of(&AccountId32::new(who.0)).await?;
			let shown: Vec<_> = all.iter().map(|(number, seen)| json(*number, seen)).collect();
			let lines: Vec<_> = all.iter().map(|(number, seen)| text(*number, seen)).collect();
			let lines = if lines.is_empty() { "none".into() } else { lines.join("\n\n") };
			output.result(&shown.into(), lines);
			Ok(())
		}
		Command::Offer(offering) => offering::run(&chain, offering, output).await,
		Command::Withdraw { network, offer, write } => {
			let what = format!("take offer {offer} back");
			write.send(&chain, &what, market::withdraw(*network, *offer), output).await?;
			Ok(())
		}
		Command::Open { network, offer, dollars: credits, key, write } => {
			let key: Option<ReportKey> =
				key.as_ref().map(|file| keys::load(file)).transpose()?.map(|pair| pair.public());
			let what = format!("take offer {offer} with {}", dollars(*credits));
			let call = market::open(*network, *offer, *credits, key);
			if let Written::Done(events) = write.send(&chain, &what, call, output).await? {
				given("agreement", market::number_given(&events)?, output);
			}
			Ok(())
		}
		Command::Fund { agreement, dollars: credits, write } => {
			let what = format!("put {} into agreement {agreement}", dollars(*credits));
			write.send(&chain, &what, market::fund(*agreement, *credits), output).await?;
			Ok(())
		}
		Command::Sign { agreement, units, key } => {
			let pair = keys::load(key)?;
			let seen = chain.agreement(*agreement).await?;
			if seen.is_none_or(|seen| seen.row.key.map(|key| key.0) != Some(pair.public())) {
				bail!(Failure::Mismatch(format!(
					"agreement {agreement} was not opened with this key: nobody would be paid by its receipt"
				)))
			}
			let receipt = market::sign(&chain.genesis(), &pair, *agreement, *units);
			let receipt = market::written(&receipt);
			output.result(&serde_json::json!({ "receipt": receipt, "units": units }), &receipt);
			Ok(())
		}
		Command::Settle { agreement, receipt, write } => {
			let what = format!("have paid what is due by agreement {agreement}");
			let receipt = receipt.as_deref().map(market::read).transpose()?;
			ended(&chain, write, &what, market::settle(*agreement, receipt), output).await
		}
		Command::Close { agreement, write } => {
			let what = format!("let agreement {agreement} end");
			ended(&chain, write, &what, market::close(*agreement), output).await
		}
		Command::Deliver { agreement, result, write } => {
			let what = format!("deliver {} by agreement {agreement}", result.display());
			let call = market::deliver(*agreement, document_hash(Some(result))?);
			write.send(&chain, &what, call, output).await?;
			Ok(())
		}
		Command::Accept { agreement, write } => {
			let what = format!("accept what was delivered by agreement {agreement}");
			ended(&chain, write, &what, market::accept(*agreement), output).await
		}
		Command::Dispute { agreement, document, write } => {
			let what = format!("say something against what was delivered by agreement {agreement}");
			let call = market::dispute(*agreement, document_hash(Some(document))?);
			write.send(&chain, &what, call, output).await?;
			Ok(())
		}
		Command::Rule { agreement, share, write } => {
			let what = format!("say that {share} % are paid by agreement {agreement}");
			ended(&chain, write, &what, market::rule(*agreement, *share), output).await
		}
		Command::Bill(billing) => bills::bill(&chain, billing, output).await,
		Command::Paths { named, table, paths } => {
			bills::paths(&chain, named, (table, paths), output).await
		}
		Command::Owed(named) => bills::owed(&chain, named, output).await,
		Command::Collect { owed, write } => bills::collect(&chain, owed, write, output).await,
		Command::ClearBill { named, write } => bills::clear(&chain, named, write, output).await,
		Command::Count { network, device, write } => {
			let what = "count what stays burned of the device's sales from now on";
			write.send(&chain, what, market::count_sales(*network, *device), output).await?;
			Ok(())
		}
		Command::Forget { network, device, write } => {
			let what = "count the device's sales no more";
			write.send(&chain, what, market::forget_sales(*network, *device), output).await?;
			Ok(())
		}
		Command::Finish { agreement, write } => {
			let what = format!("finish agreement {agreement}");
			ended(&chain, write, &what, market::finish(*agreement), output).await
		}
	}
}

/// Sends a call that pays or ends an agreement, and says what was paid and what came back.
async fn ended(
	chain: &Chain,
	write: &Write,
	what: &str,
	call: impl Payload,
	output: Output,
) -> Result<()> {
	let Written::Done(events) = write.send(chain, what, call, output).await? else {
		return Ok(());
	};
	let (mut value, mut lines) = (serde_json::Map::new(), Vec::new());
	if let Some((units, credits, seller)) = market::paid(&events)? {
		value.insert("units".into(), units.into());
		value.insert("credits".into(), credits.to_string().into());
		value.insert("seller".into(), seller.to_string().into());
		let much = if units > 0 { format!("{units} for ") } else { String::new() };
		lines.push(format!(
			"paid       {much}{}: {} to who sold",
			dollars(credits),
			tokens(seller)
		));
	}
	if let Some((share, fee)) = market::ruled(&events)? {
		value.insert("share".into(), share.into());
		value.insert("fee".into(), fee.to_string().into());
		lines.push(format!("decided    {} of the price, for {}", percent(share), dollars(fee)));
	}
	if let Some(amount) = market::compensated(&events)? {
		value.insert("compensation".into(), amount.to_string().into());
		lines.push(format!("amends     {} of the provider's", tokens(amount)));
	}
	if let Some((why, refunded)) = market::finished(&events)? {
		value.insert("reason".into(), format!("{why:?}").into());
		value.insert("refunded".into(), refunded.to_string().into());
		lines.push(format!("came back  {} ({why:?})", dollars(refunded)));
	}
	if !lines.is_empty() {
		output.result(&value.into(), lines.join("\n"));
	}
	Ok(())
}

/// What devices were paid for being there, and what was burned for using them, by epoch.
async fn usage(chain: &Chain, network: NetworkId, epochs: u32, output: Output) -> Result<()> {
	let now = chain.clock().await?.epoch;
	let (mut rows, mut table) = (Vec::new(), Table::new());
	table.load_preset(UTF8_FULL_CONDENSED).set_header([
		"epoch",
		"sales",
		"burned for use",
		"to who sold",
		"to the network",
		"left burned",
		"paid for presence",
	]);
	for epoch in (now.saturating_sub(epochs - 1)..=now).rev() {
		let used = chain.usage(network, epoch).await?;
		let paid = chain.pool(network, epoch).await?.map_or(0, |pool| pool.paid);
		let (sales, cost, seller, part) =
			used.map_or((0, 0, 0, 0), |used| (used.sales, used.cost, used.seller, used.network));
		let left = cost.saturating_sub(seller).saturating_sub(part);
		rows.push(serde_json::json!({
			"epoch": epoch,
			"sales": sales,
			"burned": cost.to_string(),
			"seller": seller.to_string(),
			"network": part.to_string(),
			"leftBurned": left.to_string(),
			"presence": paid.to_string(),
		}));
		table.add_row([
			epoch.to_string(),
			sales.to_string(),
			tokens(cost),
			tokens(seller),
			tokens(part),
			tokens(left),
			tokens(paid),
		]);
	}
	output.result(&rows.into(), table);
	Ok(())
}

async fn offers(chain: &Chain, network: NetworkId, output: Output) -> Result<()> {
	let all = chain.offers(network).await?;
	let now = chain.finalized().await?;
	let shown: Vec<_> = all
		.iter()
		.map(|(number, offer)| {
			serde_json::json!({
				"offer": number,
				"provider": offer.provider.to_string(),
				"terms": terms(&offer.ask.terms),
				"setup": offer.ask.setup.to_string(),
				"notice": offer.ask.notice,
				"places": offer.ask.places,
				"taken": offer.taken,
				"until": offer.ask.until,
			})
		})
		.collect();
	let lines: Vec<_> = all
		.iter()
		.map(|(number, offer)| {
			let free = offer.ask.places.saturating_sub(offer.taken);
			let over = if u64::from(offer.ask.until) < now { ", over" } else { "" };
			format!(
				"{number}: {}, {} at once, {} blocks of notice, {free} places free{over}, by {}",
				terms(&offer.ask.terms),
				dollars(offer.ask.setup),
				offer.ask.notice,
				offer.provider
			)
		})
		.collect();
	let lines = if lines.is_empty() { "nothing is offered".into() } else { lines.join("\n") };
	output.result(&shown.into(), lines);
	Ok(())
}

fn json(number: u32, seen: &AgreementView) -> serde_json::Value {
	serde_json::json!({
		"agreement": number,
		"buyer": seen.row.buyer.to_string(),
		"provider": seen.row.provider.to_string(),
		"network": seen.row.network,
		"terms": terms(&seen.row.terms),
		"credits": seen.row.purse.credits.to_string(),
		"cost": seen.row.purse.cost.to_string(),
		"coveredUnits": seen.covered_units,
		"due": seen.due.to_string(),
		"refund": seen.refund.to_string(),
		"ends": seen.end.as_ref().map(|(at, _)| at),
		"reason": seen.end.as_ref().map(|(_, why)| format!("{why:?}")),
		"warnAt": seen.warn_at,
		"state": state(&seen.row.state),
	})
}

/// How far an agreement has come, for programs.
fn state(state: &State) -> serde_json::Value {
	match state {
		State::Metered { units, .. } => serde_json::json!({ "is": "metered", "paidUnits": units }),
		State::Streaming { paid_to } => {
			serde_json::json!({ "is": "streaming", "paidTo": paid_to })
		}
		State::Working { deliver_by } => {
			serde_json::json!({ "is": "working", "deliverBy": deliver_by })
		}
		State::Delivered { result, until } => {
			serde_json::json!({ "is": "delivered", "result": result, "until": until })
		}
		State::Disputed { result, document, until, proposed } => serde_json::json!({
			"is": "disputed",
			"result": result,
			"document": document,
			"until": until,
			"proposed": proposed.as_ref().map(|(provider, share)| serde_json::json!({
				"by": if *provider { "provider" } else { "buyer" },
				"share": share.0,
			})),
		}),
		State::Proving { first, cadence, served, score } => serde_json::json!({
			"is": "proving",
			"first": first,
			"cadence": cadence,
			"served": served,
			"score": score,
		}),
	}
}

/// How far a job or a deal has come.
fn stands(state: &State) -> Option<String> {
	Some(match state {
		State::Working { deliver_by } => {
			format!("job        to be delivered before block {deliver_by}")
		}
		State::Delivered { result, until } => {
			format!("job        delivered {result:?}, paid in block {until} if nothing is said against it")
		}
		State::Disputed { result, document, until, proposed } => {
			let proposed = proposed.as_ref().map_or_else(String::new, |(provider, share)| {
				let who = if *provider { "provider" } else { "buyer" };
				format!("; the {who} proposes {}", percent(share.0))
			});
			format!(
				"job        delivered {result:?}, disputed by {document:?}, decided before block {until}{proposed}"
			)
		}
		State::Proving { first, cadence, served, score } => format!(
			"deal       {served} reports served since epoch {first}, one in {cadence}, scores {score} in all"
		),
		State::Metered { .. } | State::Streaming { .. } => return None,
	})
}

fn text(number: u32, seen: &AgreementView) -> String {
	let row = &seen.row;
	let mut lines = vec![
		format!("agreement  {number} in network {}: {}", row.network, terms(&row.terms)),
		format!("buyer      {}", row.buyer),
		format!("provider   {}", row.provider),
		format!(
			"credits    {}, for which {} was burned",
			dollars(row.purse.credits),
			tokens(row.purse.cost)
		),
	];
	if let Some(units) = seen.covered_units {
		lines.push(format!("covered    {units} units in all"));
	} else {
		lines.push(format!("due        {}, the rest would come back", dollars(seen.due)));
	}
	lines.extend(stands(&row.state));
	if let Some((at, why)) = &seen.end {
		lines.push(format!("ends       in block {at} ({why:?})"));
	}
	lines.join("\n")
}
