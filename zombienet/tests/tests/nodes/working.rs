//! Jobs, a deal and a bill from the command line: work that is accepted, disputed, and never delivered; stored data that is
//! paid for by judged reports until its provider gives up; and a host that collects what it is owed.

use std::{fs, time::Duration};

use anyhow::{anyhow, bail, ensure, Context, Result};
use serde_json::Value;
use sp_core::crypto::Ss58Codec;
use substation_sdk::{
	amount::TOKEN,
	chain::{account, Chain},
	claim,
	market::State,
	progress::Quiet,
	publish::sign_bodies,
	recompute::recompute,
};
use substation_zombienet_tests::{
	agent::Agent,
	field::{reach, reach_best, signer, Aggregator, StorageDevice, COVERAGE, LIFETIME, STORAGE},
	until,
};

/// Accounts that have to be endowed.
pub const ACCOUNTS: [&str; 5] = ["artisan", "patron", "referee", "dealer", "saver"];

const PROVIDER: &str = "//test//artisan";
const BUYER: &str = "//test//patron";
const ARBITER: &str = "//test//referee";
/// Who stores data, and carries its own reports.
const DEALER: &str = "//test//dealer";
/// Who wants it stored.
const SAVER: &str = "//test//saver";
/// What a job costs, in credits: half a dollar.
const JOB: u128 = 500_000;
/// What a deal pays for a full score.
const RATE: u128 = 100_000;

/// The command line of somebody.
struct Line<'a> {
	agent: &'a Agent,
	chain: &'a Chain,
}

impl Line<'_> {
	async fn market(&self, suri: &str, words: &str) -> Result<Value> {
		self.agent.json(suri, &self.words(words)).await
	}

	fn words<'a>(&'a self, words: &'a str) -> Vec<&'a str> {
		let market = ["market"].into_iter().chain(words.split(' '));
		market.chain(["--url", &self.agent.url, "--json"]).collect()
	}

	/// A call that is refused by this name.
	async fn refused(&self, suri: &str, words: &str, why: &str) -> Result<()> {
		let output = self.agent.run(suri, &self.words(words)).await?;
		let said = String::from_utf8_lossy(&output.stderr).into_owned();
		ensure!(!output.status.success() && said.contains(why), "{words}: {said}");
		Ok(())
	}

	async fn number(&self, suri: &str, words: &str, name: &str) -> Result<u32> {
		let said = self.market(suri, words).await?;
		let number = said[name].as_u64().with_context(|| format!("{name} of {said}"))?;
		Ok(u32::try_from(number)?)
	}

	/// Opens an agreement of an offer of jobs, and has it delivered.
	async fn delivered(&self, offer: u32, result: &str) -> Result<u32> {
		let open = format!("open {COVERAGE} {offer} --dollars 0.55 --commit");
		let job = self.number(BUYER, &open, "agreement").await?;
		self.market(PROVIDER, &format!("deliver {job} --result {result} --commit")).await?;
		Ok(job)
	}
}

/// A provider, a buyer and an arbiter, while what a token costs is known.
pub async fn run(agent: &Agent, chain: &Chain) -> Result<()> {
	let line = Line { agent, chain };
	for who in [BUYER, SAVER] {
		let buy = ["credits", "buy", "--dollars", "2", "--commit", "--json", "--url", &agent.url];
		agent.json(who, &buy).await?;
	}
	let (jobs, deal) = tokio::join!(jobs(&line), deal(&line));
	jobs?;
	deal
}

/// Jobs at half a dollar: one is accepted, one divided by the arbiter, one by both sides, and one is not delivered.
async fn jobs(line: &Line<'_>) -> Result<()> {
	let (result, complaint) = (line.agent.path("map.tar"), line.agent.path("complaint.txt"));
	fs::write(&result, "a map")?;
	fs::write(&complaint, "it is upside down")?;
	let arbiter = account(&signer("referee")).to_ss58check();
	let offer = format!(
		"offer {COVERAGE} --job {JOB} --time 60 --review 400 --notice 10 --backing 0 --arbiter {arbiter} --fee 10 --silence 50 --commit"
	);
	let offer = line.number(PROVIDER, &offer, "offer").await?;

	let first = line.delivered(offer, &result).await?;
	let seen = line.market(BUYER, &format!("agreement {first}")).await?;
	ensure!(seen["due"] == JOB.to_string() && seen["reason"] == "Completed", "{seen}");
	ensure!(seen["state"]["is"] == "delivered", "{seen}");
	let accepted = line.market(BUYER, &format!("accept {first} --commit")).await?;
	ensure!(accepted["credits"] == JOB.to_string(), "{accepted}");
	// What the arbiter would have had.
	ensure!(accepted["refunded"] == (JOB / 10).to_string(), "{accepted}");

	let second = line.delivered(offer, &result).await?;
	let again = format!("deliver {second} --result {result} --commit");
	line.refused(PROVIDER, &again, "Delivered").await?;
	line.refused(ARBITER, &format!("rule {second} --share 40 --commit"), "NotDisputed").await?;
	let dispute = format!("dispute {second} --document {complaint} --commit");
	line.refused(PROVIDER, &dispute, "NotYours").await?;
	line.market(BUYER, &dispute).await?;
	let ruled = line.market(ARBITER, &format!("rule {second} --share 40 --commit")).await?;
	// Four tenths are the provider's, less six tenths of the arbiter's fee; four tenths of that are the buyer's.
	ensure!(ruled["credits"] == "170000" && ruled["refunded"] == "330000", "{ruled}");
	ensure!(ruled["fee"] == (JOB / 10).to_string(), "{ruled}");

	let third = line.delivered(offer, &result).await?;
	line.market(BUYER, &format!("dispute {third} --document {complaint} --commit")).await?;
	line.market(PROVIDER, &format!("rule {third} --share 80 --commit")).await?;
	let proposed = line.market(BUYER, &format!("agreement {third}")).await?;
	let said = &proposed["state"]["proposed"];
	ensure!(said["by"] == "provider" && said["share"] == 800_000, "{proposed}");
	// Its arbiter finds it.
	let found = line.market(ARBITER, &format!("agreements {arbiter}")).await?;
	ensure!(found[0]["agreement"] == third, "{found}");
	let agreed = line.market(BUYER, &format!("rule {third} --share 80 --commit")).await?;
	ensure!(agreed["credits"] == "400000" && agreed["reason"] == "Ruled", "{agreed}");

	let open = format!("open {COVERAGE} {offer} --dollars 0.55 --commit");
	let fourth = line.number(BUYER, &open, "agreement").await?;
	line.refused(BUYER, &format!("accept {fourth} --commit"), "NotDelivered").await?;
	until(Duration::from_secs(300), "the time to deliver is over", || async {
		Ok(!line.chain.is_covered(fourth, 0).await?)
	})
	.await?;
	let late = format!("deliver {fourth} --result {result} --commit");
	line.refused(PROVIDER, &late, "Ended").await?;
	let finished = line.market(ARBITER, &format!("finish {fourth} --commit")).await?;
	ensure!(finished["reason"] == "NotDelivered", "{finished}");
	ensure!(finished["refunded"] == (JOB + JOB / 10).to_string(), "{finished}");
	Ok(())
}

/// A deal of ten reports: one is served and paid, then the provider gives up.
async fn deal(line: &Line<'_>) -> Result<()> {
	let Line { chain, .. } = line;
	let carrier = Aggregator::register(chain, "dealer", 10_000, 4_000_000).await?;
	let device = StorageDevice::new(77, 1_000_000);
	device.register(chain, &carrier.signer, &carrier.account()).await?;
	let from = chain.clock().await?.epoch + 2;
	reach(chain, from - 1, 0).await?;
	let offer = format!(
		"offer {STORAGE} --deal {RATE} --reports 10 --may-miss 2 --collateral 20 --backing 0 --device {:?} --commit",
		device.id()
	);
	let offer = line.number(DEALER, &offer, "offer").await?;
	let short = format!("open {STORAGE} {offer} --dollars 0.9 --commit");
	line.refused(SAVER, &short, "TooLittle").await?;
	let open = format!("open {STORAGE} {offer} --dollars 1 --commit");
	let deal = line.number(SAVER, &open, "agreement").await?;
	let State::Proving { first, .. } = state(chain, deal).await? else { bail!("it is no deal") };
	line.refused(SAVER, &format!("close {deal} --commit"), "WrongShape").await?;

	// One report, judged by validators as any other.
	reach(chain, first, 2).await?;
	let packed = device.batch(chain, first, &carrier.account()).await?;
	let genesis = chain.genesis();
	let published = sign_bodies(&genesis, &carrier.publisher, &packed, LIFETIME)?;
	published.publish(chain).await?;
	reach_best(chain, first + 1, 1).await?;
	let batch = published.commit_for_good(chain, &carrier.publisher).await?;
	reach(chain, first + 4, 0).await?;
	let judged = recompute(chain, &published.terms, packed.chunks.clone(), &Quiet).await?;
	let before = chain.credit_totals().await?;
	let claim = claim::call(first, &batch, &judged.judged, 0)?;
	chain.submit(&claim, &carrier.signer).await?;
	let State::Proving { served, score, .. } = state(chain, deal).await? else {
		bail!("it is no deal")
	};
	ensure!((served, u128::from(score)) == (1, device.score()), "{served}, {score}");
	let seen = chain.agreement(deal).await?.ok_or_else(|| anyhow!("it is gone"))?;
	let paid = RATE * device.score() / 1_000_000;
	ensure!(seen.row.purse.credits == 10 * RATE - paid, "{:?}", seen.row.purse);
	ensure!(chain.credit_totals().await?.consumed > before.consumed);
	ensure!(chain.deals_of(&device.id()).await? == [deal]);

	// Nine of ten were not served.
	line.market(DEALER, &format!("close {deal} --commit")).await?;
	let ended = line.market(DEALER, &format!("finish {deal} --commit")).await?;
	ensure!(ended["compensation"] == (20 * TOKEN * 9 / 10).to_string(), "{ended}");
	ensure!(ended["refunded"] == (10 * RATE - paid).to_string(), "{ended}");
	bill(line, &device).await
}

/// A bill of one host, which collects by the file that its payer has written.
async fn bill(line: &Line<'_>, device: &StorageDevice) -> Result<()> {
	let (table, folder) = (line.agent.path("owed.csv"), line.agent.path("owed"));
	let owed =
		format!("device,down,up,seconds,credits\n{:?},5000000,1000,60,100000\n", device.id());
	fs::write(&table, owed)?;
	let spend = format!("bill {STORAGE} {table} --paths {folder} --commit");
	let billed = line.market(SAVER, &spend).await?;
	ensure!(billed["credits"] == "100000" && billed["hosts"] == 1, "{billed}");
	let burned: u128 = billed["burned"].as_str().unwrap_or_default().parse()?;
	let collect = format!("collect {folder}/{}/0-{:?}.json --commit", billed["epoch"], device.id());
	let payer = account(&signer("saver")).to_ss58check();
	let anew = format!("paths {STORAGE} {payer} {} {table} --paths {folder}", billed["epoch"]);
	let written = line.market(SAVER, &anew).await?;
	ensure!(written["hosts"] == 1, "{written}");
	let got = line.market(DEALER, &collect).await?;
	ensure!(got["amount"] == (burned * 9 / 10).to_string(), "{got} of {burned}");
	line.refused(DEALER, &collect, "AlreadyCollected").await
}

async fn state(chain: &Chain, agreement: u32) -> Result<State> {
	let seen = chain.agreement(agreement).await?;
	Ok(seen.ok_or_else(|| anyhow!("agreement {agreement} is gone"))?.row.state)
}
