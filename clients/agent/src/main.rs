//! The agent's command line.

use anyhow::Result;
use clap::Parser;
use substation_agent::{chain::Chain, fleet};

#[derive(Parser)]
#[command(name = "substation-agent", version, about = "What device owners and aggregators run")]
struct Cli {
	#[command(subcommand)]
	command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
	/// Run a fleet of honest and cheating devices on a development chain.
	Fleet(fleet::Options),
	/// Say where the protocol's clock stands.
	Status {
		/// RPC address of a node.
		#[arg(long, default_value = "ws://127.0.0.1:9944")]
		url: String,
		/// Print JSON.
		#[arg(long)]
		json: bool,
	},
}

#[tokio::main]
async fn main() -> Result<()> {
	match Cli::parse().command {
		Command::Fleet(options) => fleet::run(options).await,
		Command::Status { url, json } => status(&url, json).await,
	}
}

async fn status(url: &str, json: bool) -> Result<()> {
	let chain = Chain::connect(url).await?;
	let clock = chain.clock().await?;
	let record = &clock.record;
	if json {
		let status = serde_json::json!({
			"genesis": format!("{:?}", chain.genesis()),
			"finalized": chain.finalized().await?,
			"epoch": clock.epoch,
			"block": clock.index,
			"void": record.void,
			"entropy": record.entropy.map(|entropy| format!("{entropy:?}")),
			"judges": record.judges.len(),
			"parameters": record.parameters,
		});
		println!("{}", serde_json::to_string_pretty(&status)?);
		return Ok(());
	}
	println!("chain      {:?}", chain.genesis());
	println!("finalized  block {}", chain.finalized().await?);
	println!("epoch      {}, block {} of it", clock.epoch, clock.index);
	println!("judges     {}", record.judges.len());
	if let Some(entropy) = record.entropy {
		println!("entropy    {entropy:?}");
	}
	if record.void {
		println!("time stood still in this epoch: it pays nothing");
	}
	Ok(())
}
