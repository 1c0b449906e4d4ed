//! Selling and buying service, one step at a time.

use std::path::PathBuf;

use anyhow::{bail, Result};
use comfy_table::{presets::UTF8_FULL_CONDENSED, Table};
use substation_primitives::{AccountId32, NetworkId, ReportKey, H256};
use substation_sdk::{
	amount::{dollars, tokens},
	chain::{Chain, Written, NODE},
	failure::Failure,
	identity::parse_id,
	keys,
	market::{self, AgreementView, Terms, Unit, Wanted},
};
use subxt::utils::AccountId32 as RpcAccount;

use super::{credits::read_dollars, files::document_hash, signer::Write};
use crate::{
	connection::{connect_any, node_address},
	output::Output,
};

/// What `market` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
	/// What to do.
	#[command(subcommand)]
	pub command: Command,
	/// RPC addresses of nodes: one that answers is asked.
	#[arg(long = "url", default_value = NODE, value_parser = node_address, global = true)]
	pub urls: Vec<String>,
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
	/// Finish an agreement that has ended: what is left comes back.
	Finish {
		/// Its number.
		agreement: u32,
		#[command(flatten)]
		write: Write,
	},
}

/// What is offered.
#[derive(Clone, Debug, clap::Args)]
pub struct Offering {
	/// In which network.
	pub network: NetworkId,
	/// Credits for a unit: a millionth of a dollar each.
	#[arg(long, required_unless_present = "rate", conflicts_with = "rate")]
	pub price: Option<u128>,
	/// What is counted.
	#[arg(long, value_enum, default_value = "packets", conflicts_with = "rate")]
	pub unit: Counted,
	/// Units that are paid in one epoch at the most: what a stolen key can spend.
	#[arg(long, default_value_t = u64::MAX, conflicts_with = "rate")]
	pub most: u64,
	/// Credits for a block of time, in place of units.
	#[arg(long)]
	pub rate: Option<u128>,
	/// Identity of the device that serves: agreements end when it changes hands.
	#[arg(long, value_parser = parse_id)]
	pub device: Option<H256>,
	/// Credits that are paid at once.
	#[arg(long, default_value_t = 0)]
	pub setup: u128,
	/// What tokens burned for a buyer's credits have to be worth now, in hundredths of those.
	#[arg(long, value_name = "HUNDREDTHS", default_value_t = 80, value_parser = clap::value_parser!(u32).range(0..=100))]
	pub backing: u32,
	/// Blocks from when a buyer closes until an agreement ends.
	#[arg(long, value_name = "BLOCKS", default_value_t = 100)]
	pub notice: u32,
	/// File that says more of the service: its hash is in the offer.
	#[arg(long, value_name = "FILE")]
	pub document: Option<PathBuf>,
	/// Agreements that may be open at a time.
	#[arg(long, default_value_t = 100)]
	pub places: u16,
	/// For how many blocks it can be taken.
	#[arg(long, default_value_t = 432_000)]
	pub blocks: u32,
	#[command(flatten)]
	pub write: Write,
}

/// What is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Counted {
	/// Packets carried.
	Packets,
	/// Bytes carried.
	Bytes,
	/// Thousands of bytes.
	Kilobytes,
	/// Millions of bytes.
	Megabytes,
	/// Tiles of a map.
	Tiles,
	/// Requests answered.
	Requests,
	/// Seconds.
	Seconds,
	/// Thousandths of a watt for an hour.
	MilliwattHours,
	/// Steps of a computation.
	Fuel,
}

impl From<Counted> for Unit {
	fn from(counted: Counted) -> Self {
		match counted {
			Counted::Packets => Self::Packets,
			Counted::Bytes => Self::Bytes,
			Counted::Kilobytes => Self::Kilobytes,
			Counted::Megabytes => Self::Megabytes,
			Counted::Tiles => Self::Tiles,
			Counted::Requests => Self::Requests,
			Counted::Seconds => Self::Seconds,
			Counted::MilliwattHours => Self::MilliwattHours,
			Counted::Fuel => Self::Fuel,
		}
	}
}

/// A receipt that can be read.
fn a_receipt(text: &str) -> Result<String, String> {
	market::read(text).map(|_| text.into()).map_err(|error| error.to_string())
}

/// Terms in words.
pub(super) fn terms(terms: &Terms) -> String {
	match terms {
		Terms::Meter { price, unit, most } => {
			let bound =
				if *most == u64::MAX { String::new() } else { format!(", {most} an epoch") };
			format!("{} for each of {}{bound}", dollars(*price), named(unit))
		}
		Terms::Stream { rate } => format!("{} a block", dollars(*rate)),
	}
}

fn named(unit: &Unit) -> String {
	match unit {
		Unit::Other(number) => format!("what the document names as {number}"),
		other => format!("{other:?}").to_lowercase(),
	}
}

/// Does it.
pub async fn run(options: &Options, output: Output) -> Result<()> {
	let chain = connect_any(&options.urls).await?;
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
		Command::Offer(offering) => offer(&chain, offering, output).await,
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
			let call = market::settle(*agreement, receipt);
			if let Written::Done(events) = write.send(&chain, &what, call, output).await? {
				if let Some((units, credits, seller)) = market::paid(&events)? {
					output.result(
						&serde_json::json!({
							"units": units,
							"credits": credits.to_string(),
							"seller": seller.to_string(),
						}),
						format!(
							"paid       {units} for {}: {} to who sold",
							dollars(credits),
							tokens(seller)
						),
					);
				}
			}
			Ok(())
		}
		Command::Close { agreement, write } => {
			let what = format!("let agreement {agreement} end");
			write.send(&chain, &what, market::close(*agreement), output).await?;
			Ok(())
		}
		Command::Finish { agreement, write } => {
			let what = format!("finish agreement {agreement}");
			let call = market::finish(*agreement);
			if let Written::Done(events) = write.send(&chain, &what, call, output).await? {
				if let Some((why, refunded)) = market::finished(&events)? {
					output.result(
						&serde_json::json!({
							"reason": format!("{why:?}"),
							"refunded": refunded.to_string(),
						}),
						format!("came back  {} ({why:?})", dollars(refunded)),
					);
				}
			}
			Ok(())
		}
	}
}

/// The number that something new was given.
fn given(what: &str, number: Option<u32>, output: Output) {
	if let Some(number) = number {
		output.result(&serde_json::json!({ what: number }), format!("{what} {number}"));
	}
}

async fn offer(chain: &Chain, offering: &Offering, output: Output) -> Result<()> {
	let document = document_hash(offering.document.as_deref())?;
	let asked = match (offering.rate, offering.price) {
		(Some(rate), _) => Terms::Stream { rate },
		(None, price) => Terms::Meter {
			price: price.unwrap_or_default(),
			unit: offering.unit.into(),
			most: offering.most,
		},
	};
	let what = format!("offer in network {}: {}", offering.network, terms(&asked));
	let now = u32::try_from(chain.finalized().await?).unwrap_or(u32::MAX);
	let wanted = Wanted {
		terms: asked,
		device: offering.device,
		setup: offering.setup,
		backing: offering.backing,
		notice: offering.notice,
		document,
		places: offering.places,
		until: now.saturating_add(offering.blocks),
	};
	let call = market::offer(offering.network, wanted);
	if let Written::Done(events) = offering.write.send(chain, &what, call, output).await? {
		given("offer", market::number_given(&events)?, output);
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
	if let Some((at, why)) = &seen.end {
		lines.push(format!("ends       in block {at} ({why:?})"));
	}
	lines.join("\n")
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn terms_are_said_in_money() {
		let meter = |unit, most| Terms::Meter { price: 10, unit, most };
		assert_eq!(terms(&meter(Unit::Packets, u64::MAX)), "$0.000010 for each of packets");
		assert_eq!(terms(&meter(Unit::Bytes, 7)), "$0.000010 for each of bytes, 7 an epoch");
		assert_eq!(
			terms(&meter(Unit::Other(3), u64::MAX)),
			"$0.000010 for each of what the document names as 3"
		);
		assert_eq!(terms(&Terms::Stream { rate: 1_500_000 }), "$1.500000 a block");
	}
}
