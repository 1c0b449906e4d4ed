//! A feeder's daemon: says what a token costs, again before it is forgotten, and at once when it has moved.
//!
//! Where the price comes from is the feeder's own business: a file that something else writes, or a program that prints it.
//! What cannot be read is never sent: the chain does without this feeder, and its price ends if too many are silent.

use std::{
	path::{Path, PathBuf},
	process::Stdio,
	time::{Duration, Instant, SystemTime},
};

use anyhow::{bail, Context, Result};
use substation_sdk::{
	chain::{account, Chain, Written},
	credits::{feed, read_price, reason, shown_price},
	failure::{told, Failure},
};
use subxt_signer::sr25519::Keypair;
use tokio::{fs, process::Command, time};

use super::said::Said;
use crate::{
	bounded,
	commands::signer::SignerOptions,
	connection::{compare_clocks, words, NodeOptions},
	output::Output,
};

/// What is fed is fed again after this part of the time for which it counts: two feeds may fail before it is forgotten.
const OF_ITS_AGE: u32 = 3;
/// For how long a program may take to print the price.
const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes of a file that says the price, at the most.
const LONGEST: u64 = 1 << 20;
/// The longest wait after feeds that have failed.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// What `feed` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
	#[command(flatten)]
	pub nodes: NodeOptions,
	#[command(flatten)]
	pub source: Source,
	/// Seconds between two looks at the price.
	#[arg(long, value_name = "SECONDS", default_value_t = 6, value_parser = clap::value_parser!(u64).range(1..=3_600))]
	pub every: u64,
	/// Feed at once when the price has moved by so many thousandths since it was said.
	#[arg(long, value_name = "THOUSANDTHS", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1_000))]
	pub moved: u32,
	/// End after so many feeds.
	#[arg(long)]
	pub feeds: Option<u32>,
	/// Feed; without it, have the chain try what would be fed now, and end.
	#[arg(long)]
	pub commit: bool,
	#[command(flatten)]
	pub signer: SignerOptions,
}

/// Where the price is read.
#[derive(Clone, Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub struct Source {
	/// File whose last line says what a token costs in dollars, such as 0.1034. It is read anew at each look, and has to be
	/// written anew before it is as old as a price may be (`credits.maxAge`), so that a source that has died is noticed.
	#[arg(long, value_name = "FILE")]
	pub price: Option<PathBuf>,
	/// Program, run by the shell at each look, whose last printed line says it.
	#[arg(long, value_name = "COMMAND")]
	pub command: Option<String>,
}

impl Source {
	/// The price now, in 10^-9 dollars for a token. A file that nobody has written for so long as a price counts says
	/// nothing: what writes it may have died.
	async fn price(&self, age: Duration) -> Result<u128> {
		let (text, from) = match (&self.price, &self.command) {
			(Some(path), _) => {
				ensure_fresh(path, age).await?;
				let file = path.clone();
				let remedy = "have the price alone written to it, anew each time";
				let read = move || bounded::read(&file, LONGEST, remedy);
				let text = String::from_utf8(tokio::task::spawn_blocking(read).await??);
				let name = || path.display().to_string();
				(text.with_context(|| format!("{} is no text", name()))?, name())
			}
			(None, Some(command)) => (printed(command).await?, format!("`{command}`")),
			// The command line does not let it.
			(None, None) => bail!("nobody says the price: give --price FILE or --command COMMAND"),
		};
		let line = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
		read_price(line).with_context(|| from)
	}
}

/// Checks that a file was written lately.
async fn ensure_fresh(path: &Path, age: Duration) -> Result<()> {
	let written = fs::metadata(path).await.and_then(|file| file.modified());
	let written = written.with_context(|| path.display().to_string())?;
	let old = SystemTime::now().duration_since(written).unwrap_or_default();
	if old > age {
		bail!(
			"{} was written {} ago: write the price anew at least every {}, also if it is the same",
			path.display(),
			words(old.as_secs()),
			words(age.as_secs())
		);
	}
	Ok(())
}

/// What a program prints.
async fn printed(command: &str) -> Result<String> {
	let running = Command::new("sh")
		.args(["-c", command])
		.stdin(Stdio::null())
		.stderr(Stdio::inherit())
		.kill_on_drop(true)
		.output();
	let output = time::timeout(PATIENCE, running)
		.await
		.with_context(|| format!("`{command}` has not ended after {} seconds", PATIENCE.as_secs()))?
		.with_context(|| format!("`{command}` cannot be run"))?;
	if !output.status.success() {
		bail!("`{command}` has failed: {}", output.status);
	}
	String::from_utf8(output.stdout).with_context(|| format!("`{command}` prints no text"))
}

/// Whether a price has moved by so many thousandths of what was said.
fn has_moved(said: u128, price: u128, thousandths: u32) -> bool {
	said.abs_diff(price).saturating_mul(1_000) >= said.saturating_mul(thousandths.into())
}

/// What was said last.
struct Fed {
	price: u128,
	at: Instant,
}

impl Fed {
	/// Why it is to be said again, if it is.
	fn again(&self, price: u128, age: Duration, thousandths: u32) -> Option<&'static str> {
		if has_moved(self.price, price, thousandths) {
			return Some("it has moved");
		}
		(self.at.elapsed() >= age / OF_ITS_AGE).then_some("before it is forgotten")
	}
}

/// Feeds until it is stopped.
pub async fn run(options: &Options, output: Output) -> Result<()> {
	let chain = options.nodes.connect().await?;
	let signer = options.signer.keypair_on(&chain).await?;
	let who = account(&signer);
	if !chain.is_feeder(&who).await? {
		bail!(Failure::NotFound(format!(
			"{} is none of those who say what a token costs: a referendum names them (`credits.setFeeders`)",
			signer.public_key().to_account_id()
		)))
	}
	compare_clocks(&chain, output).await?;
	if !options.commit {
		let price = options.source.price(chain.price_age().await?).await?;
		let written = say(&chain, &signer, price, false).await?;
		output.written(&what(price), &written);
		return Ok(());
	}
	let (mut said, mut fed, mut count) = (Said::new(output), None::<Fed>, 0);
	let mut wait = Duration::from_secs(options.every);
	loop {
		chain.is_the_same()?;
		match step(&chain, &signer, options, &mut fed).await {
			Ok(None) => {
				said.over();
				wait = Duration::from_secs(options.every);
			}
			Ok(Some(text)) => {
				output.say(text);
				said.over();
				count += 1;
				wait = Duration::from_secs(options.every);
			}
			Err(error) => {
				said.say(format!("not fed: {}", told(&error)));
				wait = (wait * 2).min(LONGEST_WAIT.max(Duration::from_secs(options.every)));
			}
		}
		if options.feeds.is_some_and(|feeds| count >= feeds) {
			return Ok(());
		}
		time::sleep(wait).await;
	}
}

fn what(price: u128) -> String {
	format!("say that a token costs {} dollars", shown_price(price))
}

async fn say(chain: &Chain, signer: &Keypair, price: u128, commit: bool) -> Result<Written> {
	chain.write(&what(price), &feed(price), signer, commit).await
}

/// Looks at the price, and says it where that is due: then what there is to tell.
async fn step(
	chain: &Chain,
	signer: &Keypair,
	options: &Options,
	fed: &mut Option<Fed>,
) -> Result<Option<String>> {
	let age = chain.price_age().await?;
	let price = options.source.price(age).await?;
	let why = match fed {
		None => Some("for the first time"),
		Some(fed) => fed.again(price, age, options.moved),
	};
	let Some(why) = why else { return Ok(None) };
	// When it was read, not when the chain had it.
	let at = Instant::now();
	say(chain, signer, price, true).await?;
	*fed = Some(Fed { price, at });
	let now = match chain.price().await {
		Ok(Ok(quote)) => format!("credits are made at {}", shown_price(quote.price)),
		Ok(Err((none, _))) => format!("there is no price: {}", reason(&none)),
		// It is fed all the same.
		Err(error) => format!("what comes of it cannot be read: {}", told(&error)),
	};
	Ok(Some(format!("fed {}, {why}; {now}", shown_price(price))))
}

#[cfg(test)]
mod tests {
	use super::*;

	const LONG: Duration = Duration::from_secs(3_600);

	fn file(text: &str) -> (tempfile::TempDir, Source) {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("price");
		std::fs::write(&path, text).unwrap();
		(folder, Source { price: Some(path), command: None })
	}

	#[tokio::test]
	async fn the_last_line_of_a_file_is_the_price() {
		for (text, price) in [("0.5", 500_000_000), ("0.5\n0.25\n\n", 250_000_000)] {
			assert_eq!(file(text).1.price(LONG).await.unwrap(), price);
		}
		for wrong in ["", "\n", "cheap", "0.5\n-1"] {
			let (_folder, source) = file(wrong);
			let error = source.price(LONG).await.unwrap_err();
			assert!(told(&error).contains("is no price"), "{error:#}");
		}
	}

	#[tokio::test]
	async fn a_file_that_nobody_writes_any_more_says_nothing() {
		let (_folder, source) = file("0.5");
		let path = source.price.clone().unwrap();
		let then = SystemTime::now() - Duration::from_secs(600);
		std::fs::File::options().write(true).open(path).unwrap().set_modified(then).unwrap();
		assert!(source.price(LONG).await.is_ok());
		let error = source.price(Duration::from_secs(60)).await.unwrap_err();
		assert!(error.to_string().contains("was written 10 minutes ago"), "{error:#}");
	}

	#[tokio::test]
	async fn a_file_that_is_not_there_is_named() {
		let source = Source { price: Some("/nowhere/price".into()), command: None };
		assert!(source.price(LONG).await.unwrap_err().to_string().contains("/nowhere/price"));
	}

	#[tokio::test]
	async fn what_a_program_prints_is_the_price_if_it_succeeds() {
		let source = |command: &str| Source { price: None, command: Some(command.into()) };
		assert_eq!(source("echo hello; echo 0.125").price(LONG).await.unwrap(), 125_000_000);
		let error = source("echo 0.125; exit 3").price(LONG).await.unwrap_err();
		assert!(error.to_string().contains("exit status: 3"), "{error:#}");
		assert!(source("true").price(LONG).await.is_err());
	}

	#[test]
	fn a_price_is_said_again_when_it_has_moved_or_grows_old() {
		assert!(has_moved(1_000, 1_005, 5) && has_moved(1_000, 995, 5));
		assert!(!has_moved(1_000, 1_004, 5) && !has_moved(1_000, 996, 5));
		assert!(has_moved(u128::MAX, 1, 5));
		let (age, fed) = (Duration::from_secs(3_600), Fed { price: 1_000, at: Instant::now() });
		assert_eq!(fed.again(1_000, age, 5), None);
		assert_eq!(fed.again(1_100, age, 5), Some("it has moved"));
		assert_eq!(fed.again(1_000, Duration::ZERO, 5), Some("before it is forgotten"));
	}
}
