//! Service is sold from the command line: a million packets by one receipt, receipts that count for nothing, and time that
//! runs dry with nobody saying so.

use std::{path::Path, time::Duration};

use anyhow::{ensure, Result};
use serde_json::Value;
use substation_primitives::H256;
use substation_sdk::{
	chain::{account, Chain},
	keys,
	market::{sign, written},
};
use substation_zombienet_tests::{
	agent::Agent,
	field::{signer, COVERAGE},
	until,
};

/// Accounts that have to be endowed.
pub const ACCOUNTS: [&str; 1] = ["provider"];

const PROVIDER: &str = "//test//provider";
const CONSUMER: &str = "//test//consumer";
/// Packets that are bought, at ten credits each.
const PACKETS: u64 = 1_000_000;

/// What the command line says, as numbers.
fn number(said: &Value, name: &str) -> Result<u128> {
	let value = &said[name];
	let text = value.as_str().map_or_else(|| value.to_string(), Into::into);
	Ok(text.parse()?)
}

/// The consumer, who has credits worth more than ten dollars and a half, buys of a provider.
pub async fn run(agent: &Agent, chain: &Chain) -> Result<()> {
	let market = |suri: &'static str, arguments: String| async move {
		let words: Vec<&str> = arguments.split(' ').collect();
		let all = [&["market"][..], &words, &["--url", &agent.url, "--json"]].concat();
		agent.json(suri, &all).await
	};
	let refused = |suri: &'static str, arguments: String, code: i32, why: &'static str| async move {
		let words: Vec<&str> = arguments.split(' ').collect();
		let all = [&["market"][..], &words, &["--url", &agent.url, "--json"]].concat();
		let output = agent.run(suri, &all).await?;
		let said = String::from_utf8_lossy(&output.stderr).into_owned();
		ensure!(output.status.code() == Some(code) && said.contains(why), "{arguments}: {said}");
		Ok(())
	};
	let provider = account(&signer("provider"));
	let consumer = account(&signer("consumer"));
	let app = agent.path("app.key");
	agent.json(CONSUMER, &["init", &app, "--json"]).await?;
	let before = chain.purse(&consumer).await?;
	let totals = chain.credit_totals().await?;

	// Packets.
	let offered = format!("offer {COVERAGE} --price 10 --notice 10 --commit");
	let offer = number(&market(PROVIDER, offered).await?, "offer")?;
	let opened = format!("open {COVERAGE} {offer} --dollars 10.5 --key {app} --commit");
	let packets = number(&market(CONSUMER, opened).await?, "agreement")?;
	let agreement = u32::try_from(packets)?;
	let held = chain.agreement(agreement).await?.map_or(0, |seen| seen.row.purse.cost);
	ensure!(chain.is_covered(agreement, 1_050_000).await?);
	ensure!(!chain.is_covered(agreement, 1_050_001).await?);

	// Words that count for nothing.
	let pair = keys::load(Path::new(&app))?;
	let elsewhere = written(&sign(&H256::repeat_byte(1), &pair, agreement, PACKETS));
	let settle = |receipt: &str| format!("settle {agreement} --receipt {receipt} --commit");
	refused(PROVIDER, settle(&elsewhere), 6, "BadReceipt").await?;
	let other = written(&sign(&chain.genesis(), &pair, agreement + 1, PACKETS));
	refused(PROVIDER, settle(&other), 6, "BadReceipt").await?;
	let wrong = agent.path("wrong.key");
	agent.json(CONSUMER, &["init", &wrong, "--json"]).await?;
	let signing = |key: &str| format!("sign {agreement} {PACKETS} --key {key}");
	refused(CONSUMER, signing(&wrong), 3, "was not opened with this key").await?;
	refused(CONSUMER, format!("finish {agreement} --commit"), 6, "StillRunning").await?;

	// One that does.
	let receipt = market(CONSUMER, signing(&app)).await?;
	let receipt = receipt["receipt"].as_str().unwrap_or_default().to_string();
	let earlier = chain.balance(&provider).await?;
	let paid = market(PROVIDER, settle(&receipt)).await?;
	ensure!(
		number(&paid, "units")? == u128::from(PACKETS) && number(&paid, "credits")? == 10_000_000
	);
	let seller = number(&paid, "seller")?;
	let cost = held * 10_000_000 / 10_500_000;
	ensure!(seller == cost * 9 / 10, "{seller} of {cost}");
	let now = chain.balance(&provider).await?;
	// Less the fee.
	ensure!(
		now > earlier + seller - 10_000_000_000 && now < earlier + seller,
		"{now} of {earlier}"
	);
	refused(PROVIDER, settle(&receipt), 6, "NothingDue").await?;
	market(PROVIDER, format!("close {agreement} --commit")).await?;
	until(Duration::from_secs(60), "the agreement has ended", || async {
		Ok(!chain.is_covered(agreement, 0).await?)
	})
	.await?;
	let ended = market(CONSUMER, format!("finish {agreement} --commit")).await?;
	ensure!(number(&ended, "refunded")? == 500_000 && ended["reason"] == "Closed", "{ended}");
	let left = chain.purse(&consumer).await?;
	ensure!(left.credits == before.credits - 10_000_000 && left.cost == before.cost - cost);

	// Time that runs dry: nothing is sent until it has.
	let offered = format!("offer {COVERAGE} --rate 10000 --notice 10 --backing 0 --commit");
	let offer = number(&market(PROVIDER, offered).await?, "offer")?;
	let opened = format!("open {COVERAGE} {offer} --dollars 0.105 --commit");
	let time = number(&market(CONSUMER, opened).await?, "agreement")?;
	let agreement = u32::try_from(time)?;
	until(Duration::from_secs(120), "the stream has run dry", || async {
		Ok(!chain.is_covered(agreement, 0).await?)
	})
	.await?;
	let seen = market(CONSUMER, format!("agreement {agreement}")).await?;
	ensure!(
		seen["reason"] == "Overdrawn" && seen["due"] == "100000" && seen["refund"] == "5000",
		"{seen}"
	);
	let ended = market(CONSUMER, format!("finish {agreement} --commit")).await?;
	ensure!(number(&ended, "refunded")? == 5_000 && ended["reason"] == "Overdrawn", "{ended}");
	ensure!(chain.purse(&consumer).await?.credits == left.credits - 100_000);

	// What was burned is where it is said to be.
	let after = chain.credit_totals().await?;
	ensure!(after.burned == totals.burned && after.burned == after.outstanding + after.consumed);
	ensure!(after.remade * 100 <= after.consumed * 95, "{after:?}");
	ensure!(after.outstanding == chain.purse(&consumer).await?.cost, "{after:?}");
	Ok(())
}
