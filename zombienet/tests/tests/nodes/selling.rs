//! Service is sold and used by programs that know nothing of payments: a seller's daemon and a buyer, both killed in the
//! middle, packets, bytes and requests.

use std::{fs, path::Path, time::Duration};

use anyhow::{ensure, Context, Result};
use serde_json::Value;
use substation_sdk::chain::{account, Chain};
use substation_zombienet_tests::{
	agent::{Agent, Daemon},
	field::{recording, signer, COVERAGE},
	until,
};

const PROVIDER: &str = "//test//provider";
const CONSUMER: &str = "//test//consumer";

/// Two who deal with each other.
struct Deal<'a> {
	agent: &'a Agent,
	chain: &'a Chain,
	/// What is sold: files of this folder.
	sold: String,
	/// The buyer's key.
	key: String,
}

impl Deal<'_> {
	/// A seller of an offer by these terms, and its address.
	async fn sells(&self, name: &str, terms: &str) -> Result<(Daemon, String)> {
		let file = self.agent.path(&format!("{name}.toml"));
		let text = format!(
			"description = \"{name}\"\nnetwork = {COVERAGE}\nnotice = 20\nbacking = 0\n{terms}\n"
		);
		fs::write(&file, text)?;
		let (log, state) = (format!("{name}.log"), self.agent.path("seller"));
		let from = fs::read_to_string(self.agent.path(&log)).map_or(0, |said| said.len());
		let arguments = [
			&["sell", "--offer", &file, "--serve", &self.sold, "--state", &state][..],
			&["--listen", "127.0.0.1:0", "--url", &self.agent.url, "--commit"],
		];
		let daemon = self.agent.start(PROVIDER, &log, &arguments.concat())?;
		let said = || fs::read_to_string(self.agent.path(&log)).unwrap_or_default();
		until(Duration::from_secs(90), "the seller listens", || async {
			Ok(said()[from..].contains("sells offer"))
		})
		.await
		.with_context(said)?;
		let all = said();
		let address = all[from..].lines().find_map(|line| line.split_once(" at http://"));
		let (_, address) = address.context("an address")?;
		Ok((daemon, format!("http://{address}")))
	}

	fn arguments<'a>(&'a self, from: &'a str, state: &'a str) -> Vec<&'a str> {
		let all = ["buy", from, "--key", &self.key, "--state", state, "--url", &self.agent.url];
		all.to_vec()
	}

	/// Buys what is at an address, into a file.
	async fn buys(&self, from: &str, to: &str, more: &[&str]) -> Result<std::process::Output> {
		let state = self.agent.path("buyer");
		let all = [&self.arguments(from, &state)[..], &["--output", to, "--json"], more].concat();
		self.agent.run(CONSUMER, &all).await
	}

	/// The same, which has to succeed.
	async fn has(&self, from: &str, to: &str, more: &[&str]) -> Result<Value> {
		let output = self.buys(from, to, more).await?;
		let said = String::from_utf8_lossy(&output.stderr);
		ensure!(output.status.success(), "{from}: {said}");
		Ok(serde_json::from_slice(&output.stdout)?)
	}

	async fn paid(&self, agreement: u32) -> Result<u64> {
		use substation_sdk::market::State;
		let seen = self.chain.agreement(agreement).await?;
		Ok(match seen.map(|seen| seen.row.state) {
			Some(State::Metered { units, .. }) => units,
			_ => 0,
		})
	}

	/// Waits until so many units are paid.
	async fn is_paid(&self, agreement: u32, units: u64) -> Result<()> {
		until(Duration::from_secs(120), "what was taken is paid", || async {
			Ok(self.paid(agreement).await? == units)
		})
		.await
		.with_context(|| format!("{units} units of agreement {agreement}"))
	}

	/// The buyer ends an agreement, and the seller finishes it once the notice is over. Credits that came back.
	async fn ends(&self, agreement: u32) -> Result<u128> {
		let buyer = account(&signer("consumer"));
		let before = self.chain.purse(&buyer).await?.credits;
		let number = agreement.to_string();
		let close = ["market", "close", &number, "--url", &self.agent.url, "--commit", "--json"];
		let output = self.agent.run(CONSUMER, &close).await?;
		ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
		until(Duration::from_secs(180), "the seller has finished it", || async {
			Ok(self.chain.agreement(agreement).await?.is_none())
		})
		.await?;
		Ok(self.chain.purse(&buyer).await?.credits - before)
	}
}

fn number(value: &Value, name: &str) -> Result<u64> {
	let text = value[name].as_str().map_or_else(|| value[name].to_string(), Into::into);
	text.parse().with_context(|| format!("{name} of {value}"))
}

/// The provider sells to the consumer.
pub async fn run(agent: &Agent, chain: &Chain) -> Result<()> {
	let sold = agent.path("sold");
	fs::create_dir_all(&sold)?;
	// Frames that real gateways have received, one in a line, where they are at hand.
	let packets = match recording("radio/helium_ftd_2022-02.ndjson") {
		Some(file) => fs::read(file)?,
		None => {
			(0..1_000).map(|number| format!("{{\"fcnt\":{number}}}\n")).collect::<String>().into()
		}
	};
	let packets_file = Path::new(&sold).join("packets.ndjson");
	fs::write(&packets_file, &packets)?;
	let lines = packets.iter().filter(|byte| **byte == b'\n').count() as u64;
	let bytes: Vec<u8> = (0..3_000_000u32).map(|number| (number % 251) as u8).collect();
	fs::write(Path::new(&sold).join("film"), &bytes)?;
	let key = agent.path("device.key");
	agent.json(CONSUMER, &["init", &key, "--json"]).await?;
	let deal = Deal { agent, chain, sold, key };
	let to = agent.path("bought");

	// Packets, bought twice: the second time by the agreement of the first.
	let terms = "unit = \"packets\"\nprice = 10\nwindow = 64";
	let (seller, address) = deal.sells("packets", terms).await?;
	let from = format!("{address}/packets.ndjson");
	let refused = deal.buys(&from, &to, &["--commit"]).await?;
	ensure!(refused.status.code() == Some(4), "{refused:?}");
	let tried = deal.buys(&from, &to, &["--dollars", "0.1"]).await?;
	ensure!(tried.status.success() && !Path::new(&to).exists(), "{tried:?}");
	let first = deal.has(&from, &to, &["--dollars", "0.1", "--commit"]).await?;
	ensure!(fs::read(&to)? == packets && number(&first, "units")? == lines, "{first}");
	let second = deal.has(&from, &to, &["--dollars", "0.1", "--commit"]).await?;
	let agreement = u32::try_from(number(&second, "agreement")?)?;
	ensure!(number(&first, "agreement")? == u64::from(agreement), "{second}");
	ensure!(number(&second, "units")? == 2 * lines, "{second}");
	ensure!(number(&second, "credits")? == 20 * lines, "{second}");
	let wrong = deal.buys(&format!("{address}/nothing"), &to, &["--commit"]).await?;
	ensure!(wrong.status.code() == Some(4), "{wrong:?}");

	// The seller is killed before it has settled, and begun anew: its receipts are on disk. The buyer closes, and it settles.
	drop(seller);
	let (seller, _) = deal.sells("packets", terms).await?;
	let ended = {
		let (paid, ended) = tokio::join!(deal.is_paid(agreement, 2 * lines), deal.ends(agreement));
		paid?;
		ended?
	};
	ensure!(ended == 100_000 - 20 * u128::from(lines), "{ended}");
	drop(seller);

	// Bytes, and the buyer is killed in the middle: neither side is off by more than the window.
	let terms = "unit = \"kilobytes\"\nprice = 1\nwindow = 100";
	let (seller, address) = deal.sells("bytes", terms).await?;
	let from = format!("{address}/film");
	let state = agent.path("killed");
	let all = deal.arguments(&from, &state);
	let all = [&all[..], &["--output", &to, "--dollars", "0.02", "--commit"]].concat();
	fs::remove_file(&to)?;
	let buyer = agent.start(CONSUMER, "buyer.log", &all)?;
	until(Duration::from_secs(90), "something has come", || async {
		Ok(fs::metadata(&to).is_ok_and(|file| file.len() > 0))
	})
	.await?;
	drop(buyer);
	let had = fs::metadata(&to)?.len();
	let all = [&deal.arguments(&from, &state)[..], &["--output", &to, "--json", "--commit"]];
	let output = agent.run(CONSUMER, &all.concat()).await?;
	ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
	ensure!(fs::read(&to)? == bytes, "what was sold is what was bought");
	let said: Value = serde_json::from_slice(&output.stdout)?;
	let (units, agreement) = (number(&said, "units")?, number(&said, "agreement")?);
	// What had come to the buyer's disk when it was killed, and at the most a window beyond.
	ensure!(units >= (had + 3_000_000) / 1_000 - 1, "{units} kilobytes, and {had} bytes before");
	ensure!(units <= (had + 3_000_000) / 1_000 + 100, "{units} kilobytes, and {had} bytes before");
	let agreement = u32::try_from(agreement)?;
	let (paid, ended) = tokio::join!(deal.is_paid(agreement, units), deal.ends(agreement));
	paid?;
	ensure!(ended? == 20_000 - u128::from(units));
	drop(seller);

	// Requests, asked by a program that knows nothing of payments, until the money is used up.
	let terms = "unit = \"requests\"\nprice = 1000\nwindow = 2";
	let (seller, address) = deal.sells("requests", terms).await?;
	let state = agent.path("proxy");
	let all = deal.arguments(&address, &state);
	let all = [&all[..], &["--listen", "127.0.0.1:0", "--dollars", "0.02", "--commit"]].concat();
	let buyer = agent.start(CONSUMER, "proxy.log", &all)?;
	let said = || fs::read_to_string(agent.path("proxy.log")).unwrap_or_default();
	until(Duration::from_secs(90), "the buyer's door is open", || async {
		Ok(said().contains("is paid for by"))
	})
	.await
	.with_context(said)?;
	let all = said();
	let door = all.lines().find_map(|line| line.strip_prefix("what is asked at "));
	let door = door.and_then(|line| line.split(' ').next()).context("the door")?.to_string();
	let asked = |times: u64| {
		let from = format!("{door}/packets.ndjson");
		async move {
			let mut good = 0;
			for _ in 0..times {
				let response = reqwest::get(&from).await?;
				good += u64::from(response.status().is_success());
				response.bytes().await?;
			}
			Ok::<_, anyhow::Error>(good)
		}
	};
	until(Duration::from_secs(60), "the seller knows of the agreement", || async {
		Ok(asked(1).await? == 1)
	})
	.await?;
	let answered = asked(25).await?;
	ensure!(answered == 19, "{answered} of 25 answers for the money of 20");
	drop((seller, buyer));

	// Time: whatever is asked for while it is paid, and nothing is signed. It runs dry, and its seller is paid.
	let (_seller, address) = deal.sells("time", "rate = 1000").await?;
	let from = format!("{address}/film");
	let first = deal.has(&from, &to, &["--dollars", "0.03", "--commit"]).await?;
	ensure!(fs::read(&to)? == bytes, "what was sold is what was bought");
	let agreement = u32::try_from(number(&first, "agreement")?)?;
	let provider = account(&signer("provider"));
	let before = chain.sales_of(&provider).await?.context("a record")?.cost;
	let again = deal.has(&from, &to, &["--commit"]).await?;
	ensure!(number(&again, "agreement")? == u64::from(agreement), "{again}");
	until(Duration::from_secs(180), "time has run dry, and its seller has finished it", || async {
		Ok(chain.agreement(agreement).await?.is_none())
	})
	.await?;
	let after = chain.sales_of(&provider).await?.context("a record")?.cost;
	ensure!(after > before, "{after} after {before}");
	let refused = deal.buys(&from, &to, &["--commit"]).await?;
	ensure!(refused.status.code() == Some(4), "{refused:?}");
	Ok(())
}
