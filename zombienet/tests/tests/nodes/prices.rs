//! Feeders say what a token costs, and somebody burns tokens for credits: before they speak, while they do, when one of them
//! is far off, and after they have fallen silent.

use std::{path::Path, time::Duration};

use super::{market, selling, washing, working};
use anyhow::{ensure, Result};
use substation_primitives::Purse;
use substation_sdk::{
	amount::TOKEN,
	chain::{account, Chain},
	credits::{NoPrice, Quote},
};
use substation_zombienet_tests::{
	agent::{Agent, Daemon},
	field::signer,
	until, Network,
};

/// Accounts that have to be endowed.
pub const ACCOUNTS: [&str; 1] = ["consumer"];

/// The feeders of a development chain.
const FEEDERS: [&str; 3] = ["//Charlie//stash", "//Dave//stash", "//Eve//stash"];
const CONSUMER: &str = "//test//consumer";
/// A cent for a token, as a price.
const CENT: u128 = 10_000_000;

/// Three feeders and a consumer, with nothing but the command line.
pub async fn run(network: &Network) -> Result<()> {
	let folder = tempfile::tempdir()?;
	let result = play(network, folder.path()).await;
	if result.is_err() {
		for number in 0..FEEDERS.len() {
			let log = format!("feeder-{number}.log");
			let text = std::fs::read_to_string(folder.path().join(&log)).unwrap_or_default();
			eprintln!("--- {log} ---\n{text}");
		}
	}
	result
}

/// Somebody who buys, and the books that are kept of it.
struct Consumer<'a> {
	agent: &'a Agent,
	chain: &'a Chain,
	/// What was bought so far.
	bought: Purse,
}

impl Consumer<'_> {
	async fn try_to_buy(&self, amount: [&str; 2]) -> Result<std::process::Output> {
		let order = ["credits", "buy", amount[0], amount[1], "--commit", "--json"];
		let arguments: Vec<&str> = order.into_iter().chain(["--url", &self.agent.url]).collect();
		self.agent.run(CONSUMER, &arguments).await
	}

	/// Buys, and checks that as much was made and burned as was told.
	async fn buys(&mut self, amount: [&str; 2]) -> Result<Purse> {
		let output = self.try_to_buy(amount).await?;
		ensure!(output.status.success(), "{amount:?}: {}", String::from_utf8_lossy(&output.stderr));
		let told: serde_json::Value = serde_json::from_slice(&output.stdout)?;
		let number = |name: &str| told[name].as_str().unwrap_or_default().parse::<u128>();
		let made = Purse { credits: number("credits")?, cost: number("burned")? };
		self.bought.credits += made.credits;
		self.bought.cost += made.cost;
		self.keeps_what_it_has().await?;
		Ok(made)
	}

	/// Is refused for this reason, and loses nothing.
	async fn is_refused(&self, why: &str) -> Result<()> {
		let before = self.chain.balance(&account(&signer("consumer"))).await?;
		let output = self.try_to_buy(["--tokens", "10"]).await?;
		let said = String::from_utf8_lossy(&output.stderr).into_owned();
		ensure!(output.status.code() == Some(6) && said.contains(why), "{said}");
		ensure!(self.chain.balance(&account(&signer("consumer"))).await? == before);
		self.keeps_what_it_has().await
	}

	/// What it has is what it bought, and nobody else has bought anything.
	async fn keeps_what_it_has(&self) -> Result<()> {
		let purse = self.chain.purse(&account(&signer("consumer"))).await?;
		ensure!(purse == self.bought, "{purse:?} in place of {:?}", self.bought);
		let totals = self.chain.credit_totals().await?;
		ensure!(
			(totals.burned, totals.outstanding, totals.consumed, totals.remade)
				== (self.bought.cost, self.bought.cost, 0, 0),
			"{totals:?}"
		);
		Ok(())
	}
}

fn feeder(agent: &Agent, number: usize) -> Result<Daemon> {
	let file = agent.path(&format!("price-{number}"));
	let command = format!("cat '{file}'");
	// One of them asks a program.
	let source = if number == 0 { ["--command", &command] } else { ["--price", &file] };
	let arguments: Vec<&str> = ["feed", "--url", &agent.url, "--every", "2", "--commit"]
		.into_iter()
		.chain(source)
		.collect();
	agent.start(FEEDERS[number], &format!("feeder-{number}.log"), &arguments)
}

fn writes(agent: &Agent, number: usize, price: &str) -> Result<()> {
	// As a whole, so that nobody reads half of it.
	let (draft, file) = (format!("draft-{number}"), format!("price-{number}"));
	std::fs::write(agent.folder.join(&draft), format!("{price}\n"))?;
	Ok(std::fs::rename(agent.folder.join(draft), agent.folder.join(file))?)
}

/// Waits for a quote of all feeders of which this holds.
async fn quoted(chain: &Chain, what: &str, holds: impl Fn(&Quote) -> bool) -> Result<()> {
	until(Duration::from_secs(120), what, || async {
		Ok(chain.price().await?.is_ok_and(|quote| quote.fresh == 3 && holds(&quote)))
	})
	.await
}

async fn play(network: &Network, folder: &Path) -> Result<()> {
	let chain = Chain::connect(&network.nodes[0].url).await?;
	let agent = Agent { folder: folder.into(), url: network.nodes[0].url.clone() };
	let mut consumer = Consumer { agent: &agent, chain: &chain, bought: Purse::default() };

	// Nobody has spoken.
	ensure!(matches!(chain.price().await?, Err((NoPrice::TooFew, _))));
	consumer.is_refused("fewer than three feeders have said a price lately").await?;

	// Who is no feeder is told so.
	let output = agent
		.run(CONSUMER, &["feed", "--command", "echo 0.1", "--commit", "--url", &agent.url])
		.await?;
	ensure!(output.status.code() == Some(4), "{output:?}");

	// All three say ten cents.
	for number in 0..3 {
		writes(&agent, number, "0.1")?;
	}
	let mut feeders = (0..3).map(|number| feeder(&agent, number)).collect::<Result<Vec<_>>>()?;
	quoted(&chain, "three feeders have spoken", |quote| quote.price == 10 * CENT / 1_000 * 995)
		.await?;
	let made = consumer.buys(["--tokens", "100"]).await?;
	ensure!(made == Purse { credits: 9_950_000, cost: 100 * TOKEN }, "{made:?}");
	let made = consumer.buys(["--dollars", "1.5"]).await?;
	ensure!(made.credits == 1_500_000, "{made:?}");
	ensure!(made.cost == (1_500_000 * 1_000_000_000_000_000u128).div_ceil(99_500_000), "{made:?}");

	// One of them is ten times off: nobody gets more for it.
	writes(&agent, 2, "1")?;
	until(Duration::from_secs(60), "the third feeder has said a dollar", || async {
		let log = std::fs::read_to_string(agent.path("feeder-2.log"))?;
		Ok(log.contains("fed 1.000000000, it has moved"))
	})
	.await?;
	let quote = chain.price().await?.map_err(|(why, _)| anyhow::anyhow!("{why:?}"))?;
	ensure!((quote.median, quote.price) == (10 * CENT, 99_500_000), "{quote:?}");
	consumer.buys(["--tokens", "2"]).await?;

	// The price walks: a fall counts at once, a rise only slowly.
	for (price, median) in [("0.098", 98_000_000), ("0.095", 95_000_000)] {
		for number in 0..3 {
			writes(&agent, number, price)?;
		}
		quoted(&chain, "the price has fallen", |quote| {
			quote.median == median && quote.price == median - median / 200
		})
		.await?;
	}
	for number in 0..3 {
		writes(&agent, number, "0.105")?;
	}
	quoted(&chain, "the price has risen", |quote| {
		quote.median == 105_000_000 && (94_525_000..95_500_000).contains(&quote.price)
	})
	.await?;
	consumer.buys(["--tokens", "2"]).await?;

	// They die: what they have said counts for two minutes.
	feeders.clear();
	consumer.buys(["--tokens", "2"]).await?;
	until(Duration::from_secs(180), "the price is too old", || async {
		Ok(matches!(chain.price().await?, Err((NoPrice::Stale, Some(_)))))
	})
	.await?;
	consumer.is_refused("there is no price: the last one is too old. Nothing was burned").await?;

	// Two of them are too few, and with the third it goes on.
	for number in 0..3 {
		writes(&agent, number, "0.09")?;
	}
	feeders.extend([feeder(&agent, 0)?, feeder(&agent, 1)?]);
	until(Duration::from_secs(60), "two feeders have spoken", || async {
		Ok(matches!(chain.price().await?, Err((NoPrice::TooFew, Some(quote))) if quote.fresh == 2))
	})
	.await?;
	consumer.is_refused("fewer than three feeders").await?;
	feeders.push(feeder(&agent, 2)?);
	quoted(&chain, "three feeders speak again", |quote| quote.median == 9 * CENT).await?;
	consumer.buys(["--dollars", "0.1"]).await?;
	market::run(&agent, &chain).await?;
	// Feeders say nothing of a price that nobody has written lately.
	for number in 0..3 {
		writes(&agent, number, "0.09")?;
	}
	quoted(&chain, "three feeders speak on", |quote| quote.median == 9 * CENT).await?;
	tokio::try_join!(
		selling::run(&agent, &chain),
		washing::run(&agent, &chain),
		working::run(&agent, &chain)
	)?;
	Ok(())
}
