//! What service is paid with: what it costs, what one has, and burning tokens for it.

use anyhow::Result;
use substation_primitives::{
	amount::{read, CREDIT_PLACES, TOKEN_PLACES},
	mul_div, AccountId32,
};
use substation_sdk::{
	amount::{dollars, tokens},
	chain::{Chain, Written},
	credits::{bought, buy, buy_exact, reason, shown_price, Quote},
	failure::Failure,
};
use subxt::utils::AccountId32 as RpcAccount;

use super::signer::Write;
use crate::{connection::NodeOptions, output::Output};

/// What `credits` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
	/// What to do.
	#[command(subcommand)]
	pub command: Command,
	#[command(flatten)]
	pub nodes: NodeOptions,
}

/// What is done about credits.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum Command {
	/// Say what they cost, how many may be made today yet, and what was burned for all of them.
	Price,
	/// Say how many an account has, and what was burned for them.
	Purse {
		/// Whose.
		#[arg(value_name = "ADDRESS")]
		who: RpcAccount,
	},
	/// Burn tokens for credits. They buy service, cannot be sent, and are not given back.
	Buy {
		#[command(flatten)]
		amount: Amount,
		/// By how many hundredths the price may change until the block that takes it.
		#[arg(long, value_name = "HUNDREDTHS", default_value_t = 1, value_parser = clap::value_parser!(u32).range(0..=50))]
		slippage: u32,
		#[command(flatten)]
		write: Write,
	},
}

/// How many.
#[derive(Clone, Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub struct Amount {
	/// Tokens to burn, such as 12.5.
	#[arg(long, value_name = "TOKENS", value_parser = read_tokens)]
	pub tokens: Option<u128>,
	/// What the credits are to be worth in dollars, such as 5.25.
	#[arg(long, value_name = "DOLLARS", value_parser = read_dollars)]
	pub dollars: Option<u128>,
}

/// An amount of tokens.
pub(super) fn read_tokens(text: &str) -> Result<u128, String> {
	read(text, TOKEN_PLACES).ok_or_else(|| "not an amount of tokens, such as 1000 or 0.25".into())
}

/// An amount of credits by what they are worth.
pub(super) fn read_dollars(text: &str) -> Result<u128, String> {
	read(text, CREDIT_PLACES).ok_or_else(|| "not an amount of dollars, such as 5 or 0.25".into())
}

/// So many hundredths less, or more.
fn less(amount: u128, hundredths: u32) -> u128 {
	amount - mul_div(amount, hundredths.into(), 100)
}

fn more(amount: u128, hundredths: u32) -> u128 {
	amount.saturating_add(mul_div(amount, hundredths.into(), 100))
}

/// Does it.
pub async fn run(options: &Options, output: Output) -> Result<()> {
	let chain = options.nodes.connect().await?;
	match &options.command {
		Command::Price => price(&chain, output).await,
		Command::Purse { who } => purse(&chain, &AccountId32::new(who.0), output).await,
		Command::Buy { amount, slippage, write } => {
			let written = match (amount.tokens, amount.dollars) {
				(Some(burned), _) => {
					let worth = known(chain.worth(burned).await?)?;
					let call = buy(burned, less(worth, *slippage));
					write.send(&chain, &in_words(burned, worth), call, output).await?
				}
				(None, credits) => {
					let credits = credits.unwrap_or_default();
					let cost = known(chain.cost_of(credits).await?)?;
					let call = buy_exact(credits, more(cost, *slippage));
					write.send(&chain, &in_words(cost, credits), call, output).await?
				}
			};
			if let Written::Done(events) = written {
				let Some((made, burned)) = bought(&events)? else { return Ok(()) };
				output.result(
					&serde_json::json!({
						"credits": made.to_string(),
						"burned": burned.to_string(),
					}),
					format!("made       {made} credits out of {}", tokens(burned)),
				);
			}
			Ok(())
		}
	}
}

fn in_words(burned: u128, credits: u128) -> String {
	format!("burn {} for credits worth {}", tokens(burned), dollars(credits))
}

/// A sum that follows from the price, or why there is none.
fn known<T>(sum: Result<T, substation_sdk::credits::NoPrice>) -> Result<T, Failure> {
	sum.map_err(|why| {
		Failure::Refused(format!(
			"no credits are made, since there is no price: {}. Nothing was burned",
			reason(&why)
		))
	})
}

async fn price(chain: &Chain, output: Output) -> Result<()> {
	let (left, totals) = (chain.issue_left().await?, chain.credit_totals().await?);
	let quote = chain.price().await?;
	let mut lines = Vec::new();
	let seen = |quote: &Quote| {
		vec![
			format!("median     {} dollars, of {} feeders", shown_price(quote.median), quote.fresh),
			format!("slow mean  {} dollars", shown_price(quote.slow)),
		]
	};
	match &quote {
		Ok(quote) => {
			lines.push(format!("price      {} dollars for a token", shown_price(quote.price)));
			lines.extend(seen(quote));
		}
		Err((why, last)) => {
			lines.push(format!("price      none: {}", reason(why)));
			lines.extend(last.as_ref().map(seen).unwrap_or_default());
		}
	}
	lines.push(format!("today      credits worth {} may be made yet", dollars(left)));
	lines.push(format!("burned     {}", tokens(totals.burned)));
	lines.push(format!("unspent    {}", tokens(totals.outstanding)));
	lines.push(format!(
		"spent      {}, of which {} for who sold",
		tokens(totals.consumed),
		tokens(totals.remade)
	));
	let last = match &quote {
		Ok(quote) => Some(quote),
		Err((_, last)) => last.as_ref(),
	};
	output.result(
		&serde_json::json!({
			"price": quote.as_ref().ok().map(|quote| quote.price.to_string()),
			"none": quote.as_ref().err().map(|(why, _)| reason(why)),
			"median": last.map(|quote| quote.median.to_string()),
			"slow": last.map(|quote| quote.slow.to_string()),
			"feeders": last.map(|quote| quote.fresh),
			"asOf": last.map(|quote| quote.as_of),
			"left": left.to_string(),
			"burned": totals.burned.to_string(),
			"outstanding": totals.outstanding.to_string(),
			"consumed": totals.consumed.to_string(),
			"remade": totals.remade.to_string(),
		}),
		lines.join("\n"),
	);
	Ok(())
}

async fn purse(chain: &Chain, who: &AccountId32, output: Output) -> Result<()> {
	let purse = chain.purse(who).await?;
	output.result(
		&serde_json::json!({
			"credits": purse.credits.to_string(),
			"cost": purse.cost.to_string(),
		}),
		format!(
			"credits    {}, worth {}\nburned     {} for them",
			purse.credits,
			dollars(purse.credits),
			tokens(purse.cost)
		),
	);
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn amounts_are_read_as_people_write_them() {
		assert_eq!(read_tokens("12.5"), Ok(12_500_000_000_000));
		assert_eq!(read_dollars("5.25"), Ok(5_250_000));
		for wrong in ["", "-1", "1.0000001", "five"] {
			assert!(read_dollars(wrong).unwrap_err().contains("dollars"), "{wrong}");
		}
	}

	#[test]
	fn the_price_may_slip_by_so_much_and_no_more() {
		assert_eq!((less(1_000, 1), more(1_000, 1)), (990, 1_010));
		assert_eq!((less(u128::MAX, 0), more(u128::MAX, 50)), (u128::MAX, u128::MAX));
	}
}
