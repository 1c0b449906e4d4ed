//! The agent's command line.

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;
use substation_agent::{
	commands::{
		access, buy, chair, claim, credits, describe, init, map, market, profile, register, status,
		validator, verify, why,
	},
	daemons::{aggregator, device, feeder, seller, sharing},
	fleet,
	output::Output,
	replay,
};
use substation_sdk::failure::{told, Failure};

/// What device owners and aggregators run.
///
/// What would change the chain is said and not done unless `--commit` is given. Exit codes: 0 done,
/// 1 failed, 2 wrong arguments, 3 what was checked is not so, 4 not there, 5 nobody answers,
/// 6 refused.
#[derive(Parser)]
#[command(name = "substation-agent", version)]
struct Cli {
	#[command(subcommand)]
	command: Command,
	#[command(flatten)]
	output: Output,
}

#[derive(clap::Subcommand)]
enum Command {
	/// Make a key for a device, an account or a publisher.
	Init(init::Options),
	/// Register a device in a network.
	Register(register::Options),
	/// Run a device: a report for each epoch, handed to the aggregator.
	Device(device::Options),
	/// Run an aggregator: take reports, publish them, commit to them, claim for them.
	Aggregator(aggregator::Options),
	/// Run a feeder: say what a token costs, for the price of credits.
	Feed(feeder::Options),
	/// What service is paid with: what it costs, and burning tokens for it.
	Credits(credits::Options),
	/// Sell and buy service: offers, agreements, receipts.
	Market(market::Options),
	/// The map of a network that pays for mapping: which tiles were mapped, marking them, wanting them.
	Map(map::Options),
	/// Sell files, or a service on this machine, to who has an agreement.
	Sell(seller::Options),
	/// Use what somebody sells, and pay for it.
	Buy(buy::Options),
	/// Who may have a device's data: granting, selling, buying and revoking that.
	Access(access::Options),
	/// Where a device sits among the members of its cell, and taking another chair.
	Chair(chair::Options),
	/// What an owner says of a device: where it is reached, what else it is called; and its DID document.
	Describe(describe::Options),
	/// What a network or an aggregator is called, and where it is found.
	Profile(profile::Options),
	/// Hand a device's data out to those whom its owner has granted it.
	Share(sharing::Options),
	/// Run a fleet of honest and cheating devices on a development chain.
	Fleet(fleet::Options),
	/// Re-enact a recording of real devices on a development chain.
	Replay(replay::Options),
	/// Claim for settled reports.
	Claim(claim::Options),
	/// Say where the protocol's clock stands.
	Status(status::Options),
	/// Join, leave and look after a validator.
	Validator(validator::Options),
	/// Judge the batches of an epoch again and compare with what was settled.
	Verify(verify::Options),
	/// Explain what a device was paid for an epoch, or why it was not.
	Why(why::Options),
}

#[tokio::main]
async fn main() -> ExitCode {
	let Cli { command, output } = Cli::parse();
	match run(command, output).await {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			eprintln!("error: {}", told(&error));
			ExitCode::from(Failure::code_of(&error))
		}
	}
}

async fn run(command: Command, output: Output) -> Result<()> {
	match command {
		Command::Init(options) => init::run(&options, output),
		Command::Register(options) => register::run(&options, output).await,
		Command::Device(options) => device::run(&options, output).await,
		Command::Aggregator(options) => {
			options.signer.check_on(&options.urls).await?;
			aggregator::run(&options, output).await
		}
		Command::Feed(options) => feeder::run(&options, output).await,
		Command::Credits(options) => credits::run(&options, output).await,
		Command::Market(options) => market::run(&options, output).await,
		Command::Map(options) => map::run(&options, output).await,
		Command::Sell(options) => seller::run(&options, output).await,
		Command::Buy(options) => buy::run(&options, output).await,
		Command::Access(options) => access::run(&options, output).await,
		Command::Chair(options) => chair::run(&options, output).await,
		Command::Describe(options) => describe::run(&options, output).await,
		Command::Profile(options) => profile::run(&options, output).await,
		Command::Share(options) => sharing::run(&options, output).await,
		Command::Fleet(options) => fleet::run(options, output).await,
		Command::Replay(options) => replay::run(&options, output).await,
		Command::Claim(options) => claim::run(&options, output).await,
		Command::Status(options) => status::run(&options, output).await,
		Command::Validator(options) => validator::run(&options, output).await,
		Command::Verify(options) => verify::run(&options, output).await,
		Command::Why(options) => why::run(&options, output).await,
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::{fs, path::Path};

	/// Words of this program's command lines that a page shows, in blocks and within sentences.
	fn shown(page: &str) -> Vec<Vec<String>> {
		let joined = page.replace("\\\n", " ");
		// Numbers that an earlier block has written down.
		let joined = ["$(cat job.offer)", "$(cat job.agreement)"]
			.iter()
			.fold(joined, |page, number| page.replace(number, "1"));
		joined
			.lines()
			.flat_map(|line| line.split('`'))
			.map(|code| {
				code.split_whitespace()
					.skip_while(|word| word.contains('='))
					.take_while(|word| !word.starts_with(['#', '&', '|', '>']))
					.map(|word| match word {
						"$EVE" | "ADDRESS" => {
							"5HGjWAeFDfFCWPsjFQdVV2Msvz2XtMktvgocEZcCj68kUMaw".into()
						}
						"EPOCH" => "1".into(),
						"\"$RECEIPT\"" => format!("0x{}", "00".repeat(72)),
						"$CAR" | "DEVICE" | "\"$DEVICE\"" => format!("0x{}", "00".repeat(32)),
						"$FLEET" | "$CHARLIE" | "$FERDIE" | "\"$ARBITER\"" => {
							"5FLSigC9HGRKVhB9FiEo4Y3koPsNmBmLJbpXg2mp1hXcS59Y".into()
						}
						word => word.to_string(),
					})
					.collect::<Vec<_>>()
			})
			.filter(|words| words.len() > 1 && words[0] == "substation-agent")
			.collect()
	}

	#[test]
	fn every_command_that_the_pages_show_is_taken() {
		let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
		let docs = fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path());
		let pages = docs.chain([root.join("README.md")]);
		let mut taken = 0;
		for path in pages.filter(|path| path.extension().is_some_and(|end| end == "md")) {
			for words in shown(&fs::read_to_string(&path).unwrap()) {
				if let Err(error) = Cli::try_parse_from(&words) {
					panic!("{}: {}\n{error}", path.display(), words.join(" "));
				}
				taken += 1;
			}
		}
		assert!(taken >= 15, "only {taken} commands were found");
	}

	#[test]
	fn every_command_that_asks_nodes_takes_several() {
		let cli = <Cli as clap::CommandFactory>::command();
		let mut asks = Vec::new();
		for command in cli.get_subcommands() {
			let mut arguments = command.get_arguments();
			let Some(url) = arguments.find(|one| one.get_long() == Some("url")) else { continue };
			let several = matches!(url.get_action(), clap::ArgAction::Append);
			assert!(several, "`{}` takes one node only", command.get_name());
			asks.push(command.get_name());
		}
		for name in ["sell", "share", "feed", "register", "status", "device", "claim"] {
			assert!(asks.contains(&name), "{name}: {asks:?}");
		}
		let two = ["--url", "ws://127.0.0.1:1", "--url", "ws://127.0.0.1:2"];
		let words = ["substation-agent", "market", "offers", "0"].into_iter().chain(two);
		let Command::Market(options) = Cli::try_parse_from(words).unwrap().command else {
			panic!("another command")
		};
		assert_eq!(options.nodes.urls.len(), 2);
	}

	#[test]
	fn a_command_is_read_with_what_stands_around_it() {
		let page = "```sh\nA=//B substation-agent claim \\\n    --commit & # pays\n```\nand `substation-agent why X 1`";
		let words = |line: &str| line.split(' ').map(String::from).collect::<Vec<_>>();
		assert_eq!(
			shown(page),
			[words("substation-agent claim --commit"), words("substation-agent why X 1")]
		);
	}
}
