//! Where the protocol's clock stands.

use anyhow::Result;
use substation_sdk::chain::NODE;

use crate::{connection::connect, output::Output};

/// What `status` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
	/// RPC address of a node.
	#[arg(long, default_value = NODE)]
	pub url: String,
}

/// Says it.
pub async fn run(options: &Options, output: Output) -> Result<()> {
	let chain = connect(&options.url).await?;
	let clock = chain.clock().await?;
	let (record, finalized) = (&clock.record, chain.finalized().await?);
	let mut lines = vec![
		format!("chain      {:?}", chain.genesis()),
		format!("finalized  block {finalized}"),
		format!("epoch      {}, block {} of it", clock.epoch, clock.index),
		format!("judges     {}", record.judges.len()),
	];
	if let Some(entropy) = record.entropy {
		lines.push(format!("entropy    {entropy:?}"));
	}
	if record.void {
		lines.push("time stood still in this epoch: it pays nothing".into());
	}
	output.result(
		&serde_json::json!({
			"genesis": format!("{:?}", chain.genesis()),
			"finalized": finalized,
			"epoch": clock.epoch,
			"block": clock.index,
			"void": record.void,
			"entropy": record.entropy.map(|entropy| format!("{entropy:?}")),
			"judges": record.judges.len(),
			"parameters": record.parameters,
		}),
		lines.join("\n"),
	);
	Ok(())
}
