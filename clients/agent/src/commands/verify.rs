//! Recomputing a settlement.

use std::path::PathBuf;

use anyhow::Result;
use comfy_table::{presets::UTF8_FULL_CONDENSED, Table};
use substation_primitives::{EpochIndex, H256};

use crate::{
	archive::Archive,
	chain::{BatchState, Chain, NODE},
	failure::Failure,
	output::Output,
	recompute::{chunks, parse_id, recompute},
};

/// What `verify` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
	/// The epoch of the reports.
	pub epoch: EpochIndex,
	/// Only this batch; all of the epoch's if left out.
	#[arg(long)]
	pub batch: Option<String>,
	/// RPC address of a node.
	#[arg(long, default_value = NODE)]
	pub url: String,
	/// Where bodies are kept; else they are taken from the node's statement store.
	#[arg(long, value_name = "DIR")]
	pub archive: Option<PathBuf>,
}

/// Judges settled batches again from their bodies, and compares.
pub async fn run(options: &Options, output: Output) -> Result<()> {
	let chain = Chain::connect(&options.url).await?;
	let genesis = chain.genesis();
	let archive =
		options.archive.as_deref().map(|folder| Archive::open(folder, &genesis)).transpose()?;
	let wanted = options.batch.as_deref().map(parse_id).transpose()?;
	let epoch = options.epoch;
	let mut table = Table::new();
	table
		.load_preset(UTF8_FULL_CONDENSED)
		.set_header(["batch", "network", "reports", "points", "state", "verdict"]);
	let mut rows = Vec::new();
	let (mut wrong, mut unseen) = (0, 0);
	for commitment in chain.batches(epoch).await? {
		let terms = commitment.terms(epoch);
		let batch = terms.batch_id();
		if wanted.is_some_and(|wanted| wanted != batch) {
			continue;
		}
		let chunks = chunks(&chain, archive.as_ref(), &terms).await?;
		let recomputed = match chunks {
			Some(chunks) => Some(recompute(&chain, &terms, chunks, output).await?),
			None => None,
		};
		let total = recomputed.as_ref().map(|recomputed| recomputed.total());
		let verdict = match (&commitment.state, &recomputed) {
			(BatchState::Settled { vector_root, .. }, Some(recomputed))
				if recomputed.root() == H256(vector_root.0) =>
			{
				"true"
			}
			(BatchState::Settled { .. }, Some(_)) => {
				wrong += 1;
				"FALSE"
			}
			(BatchState::Unavailable, Some(_)) => "its bodies are here now",
			(BatchState::Unavailable, None) => "true as far as this node can tell",
			(_, Some(_)) => "nothing was settled",
			(_, None) => {
				unseen += 1;
				"cannot be told: the bodies are gone"
			}
		};
		let points = total.map_or("?".into(), |total| total.to_string());
		table.add_row([
			format!("{batch:?}"),
			terms.network.to_string(),
			terms.count.to_string(),
			points,
			commitment.state_name(),
			verdict.into(),
		]);
		rows.push(serde_json::json!({
			"batch": format!("{batch:?}"),
			"network": terms.network,
			"reports": terms.count,
			"points": total,
			"state": commitment.state_name(),
			"verdict": verdict,
		}));
	}
	if rows.is_empty() {
		return Err(Failure::NotFound(format!(
			"no batch is recorded for epoch {epoch}: none was committed to, or its claims have ended"
		))
		.into());
	}
	output.result(&serde_json::json!(rows), &table);
	if wrong > 0 {
		return Err(Failure::Mismatch(format!("{wrong} batches were settled falsely")).into());
	}
	if unseen > 0 {
		return Err(Failure::NotFound(format!(
			"the bodies of {unseen} batches are gone: verify nearer to the epoch, or with an archive"
		))
		.into());
	}
	Ok(())
}
