//! Where the protocol's clock stands.

use anyhow::Result;
use substation_sdk::{amount::tokens, chain::Market};

use crate::{connection::NodeOptions, output::Output};

/// What `status` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
	#[command(flatten)]
	pub nodes: NodeOptions,
}

/// Says it.
pub async fn run(options: &Options, output: Output) -> Result<()> {
	let chain = options.nodes.connect().await?;
	let clock = chain.clock().await?;
	let (record, finalized) = (&clock.record, chain.finalized().await?);
	let mut lines = vec![
		format!("chain      {:?}", chain.genesis()),
		format!("finalized  block {finalized}"),
		format!("epoch      {}, block {} of it", clock.epoch, clock.index),
		format!("judges     {}", record.judges.len()),
	];
	let capacity = chain.capacity().await?;
	let rented = |market: &Market, all: u64, what: &str| {
		let price = tokens(market.price);
		format!("capacity   {} of {all} {what} claimed, {price} for each and epoch", market.due)
	};
	lines.push(rented(&capacity.work, capacity.all_work, "units of work"));
	lines.push(rented(&capacity.bytes, capacity.all_bytes, "bytes in stores"));
	if let Some(entropy) = record.entropy {
		lines.push(format!("entropy    {entropy:?}"));
	}
	if record.void {
		lines.push("time stood still in this epoch: it pays nothing".into());
	}
	let shown = |market: &Market, all: u64| {
		serde_json::json!({
			"all": all,
			"claimed": market.due,
			"granted": market.granted,
			"price": market.price.to_string(),
		})
	};
	output.result(
		&serde_json::json!({
			"genesis": format!("{:?}", chain.genesis()),
			"finalized": finalized,
			"epoch": clock.epoch,
			"block": clock.index,
			"void": record.void,
			"entropy": record.entropy.map(|entropy| format!("{entropy:?}")),
			"judges": record.judges.len(),
			"capacity": {
				"work": shown(&capacity.work, capacity.all_work),
				"bytes": shown(&capacity.bytes, capacity.all_bytes),
			},
			"parameters": record.parameters,
		}),
		lines.join("\n"),
	);
	Ok(())
}
