//! Recomputing a settlement.

use std::path::PathBuf;

use anyhow::Result;
use comfy_table::{presets::UTF8_FULL_CONDENSED, Table};
use substation_primitives::EpochIndex;
use substation_sdk::{
	failure::Failure,
	identity::parse_id,
	verify::{verify, Verdict},
};

use super::files::archive_beside;
use crate::{
	connection::{with_sources, NodeOptions},
	output::Output,
};

/// What `verify` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
	/// The epoch of the reports.
	pub epoch: EpochIndex,
	/// Only this batch; all of the epoch's if left out.
	#[arg(long)]
	pub batch: Option<String>,
	#[command(flatten)]
	pub nodes: NodeOptions,
	/// Addresses of aggregators that are asked for bodies before nodes are.
	#[arg(long = "aggregator", value_name = "URL")]
	pub aggregators: Vec<String>,
	/// Where bodies are kept; else they are taken from the node's statement store.
	#[arg(long, value_name = "DIR")]
	pub archive: Option<PathBuf>,
}

fn words(verdict: Verdict) -> &'static str {
	match verdict {
		Verdict::Right => "true",
		Verdict::Wrong => "FALSE",
		Verdict::HereNow => "its bodies are here now",
		Verdict::NotHereEither => "true as far as this node can tell",
		Verdict::NotSettled => "nothing was settled",
		Verdict::Unseen => "cannot be told: the bodies are gone",
	}
}

/// Judges settled batches again from their bodies, and compares.
pub async fn run(options: &Options, output: Output) -> Result<()> {
	let wanted = options.batch.as_deref().map(parse_id).transpose()?;
	let chain = with_sources(options.nodes.connect().await?, &options.aggregators, output)?;
	let archive = archive_beside(&chain, options.archive.as_deref()).await?;
	let epoch = options.epoch;
	let mut table = Table::new();
	table
		.load_preset(UTF8_FULL_CONDENSED)
		.set_header(["batch", "network", "reports", "points", "state", "verdict"]);
	let mut rows = Vec::new();
	let verified = verify(&chain, archive.as_ref(), epoch, wanted, &output).await?;
	for one in &verified {
		let (batch, commitment) = (one.batch, &one.commitment);
		let points = one.total.map_or("?".into(), |total| total.to_string());
		table.add_row([
			format!("{batch:?}"),
			commitment.network.to_string(),
			commitment.count.to_string(),
			points,
			commitment.state_name(),
			words(one.verdict).into(),
		]);
		rows.push(serde_json::json!({
			"batch": format!("{batch:?}"),
			"network": commitment.network,
			"reports": commitment.count,
			"points": one.total,
			"state": commitment.state_name(),
			"verdict": words(one.verdict),
		}));
	}
	if rows.is_empty() {
		return Err(Failure::NotFound(format!(
			"no batch is recorded for epoch {epoch}: none was committed to, or its claims have ended"
		))
		.into());
	}
	output.result(&serde_json::json!(rows), &table);
	let count = |verdict| verified.iter().filter(|one| one.verdict == verdict).count();
	let (wrong, unseen) = (count(Verdict::Wrong), count(Verdict::Unseen));
	if wrong > 0 {
		return Err(Failure::Mismatch(format!("{wrong} batches were settled falsely")).into());
	}
	if unseen > 0 {
		return Err(Failure::NotFound(format!(
			"the bodies of {unseen} batches are gone: verify nearer to the epoch, with an archive, or with the --aggregator that has them"
		))
		.into());
	}
	Ok(())
}
