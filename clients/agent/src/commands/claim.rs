//! Claiming for settled chunks.

use std::path::PathBuf;

use anyhow::Result;
use substation_primitives::EpochIndex;
use substation_sdk::{
	amount::tokens,
	chain::Written,
	claim,
	failure::{told, Failure},
	identity::parse_id,
	progress::Progress,
	recompute::findings,
};

use super::{files::archive_beside, signer::SignerOptions};
use crate::{
	connection::{with_sources, NodeOptions},
	output::Output,
};

/// What `claim` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
	#[command(flatten)]
	pub nodes: NodeOptions,
	/// Addresses of aggregators that are asked for bodies before nodes are.
	#[arg(long = "aggregator", value_name = "URL")]
	pub aggregators: Vec<String>,
	/// Only for this epoch; all that can be claimed for if left out.
	#[arg(long)]
	pub epoch: Option<EpochIndex>,
	/// Only for this batch.
	#[arg(long)]
	pub batch: Option<String>,
	/// Where leaves and bodies are kept.
	#[arg(long, value_name = "DIR")]
	pub archive: Option<PathBuf>,
	/// Send; without it, have the chain try it, and say what it takes.
	#[arg(long)]
	pub commit: bool,
	#[command(flatten)]
	pub signer: SignerOptions,
}

/// Claims for everything that is asked for and can be claimed for.
pub async fn run(options: &Options, output: Output) -> Result<()> {
	let wanted = options.batch.as_deref().map(parse_id).transpose()?;
	let chain = with_sources(options.nodes.connect().await?, &options.aggregators, output)?;
	let signer = options.signer.keypair_on(&chain).await?;
	let archive = archive_beside(&chain, options.archive.as_deref()).await?;
	let epochs = claim::epochs(&chain, options.epoch).await?;
	let mut all = claim::Claimed::default();
	let mut due = Vec::new();
	let mut missing = Vec::new();
	let mut refused = false;
	let bar = output.begin(epochs.len() as u64, "epochs");
	for epoch in epochs {
		bar.advance(1);
		for commitment in chain.batches(epoch).await? {
			let batch = commitment.terms(epoch).batch_id();
			if !commitment.is_payable() || wanted.is_some_and(|wanted| wanted != batch) {
				continue;
			}
			let judged = match findings(&chain, archive.as_ref(), epoch, &commitment, &output).await
			{
				Ok(judged) => judged,
				Err(error) if Failure::code_of(&error) == 4 => {
					missing.push(format!("epoch {epoch}: {}", told(&error)));
					continue;
				}
				Err(error) => return Err(error),
			};
			due.extend(claim::due(&chain, (commitment.network, epoch, &batch), &judged).await?);
		}
	}
	for group in claim::together(due) {
		let epoch = group.first().map_or(0, claim::Due::epoch);
		let hear = |what: &str, written: &Written| output.written(what, written);
		let at_a_loss = claim::AtALoss::Claim;
		let commit = options.commit;
		match claim::claim_group(&chain, &signer, group, at_a_loss, commit, hear).await {
			Ok(part) => all += part,
			// Somebody else may have been faster: the others are still to be claimed for.
			Err(error) => {
				refused |= Failure::code_of(&error) == 6;
				missing.push(format!("from epoch {epoch} on: {}", told(&error)));
			}
		}
	}
	drop(bar);
	for text in &missing {
		output.say(format!("cannot be claimed for from here: {text}"));
	}
	output.result(
		&serde_json::json!({
			"sent": options.commit,
			"chunks": all.chunks,
			"devices": all.devices,
			"owners": all.owners.to_string(),
			"aggregators": all.aggregators.to_string(),
			"missing": missing,
			"calls": all.calls,
		}),
		format!(
			"{} {} chunks: {} for owners of {} devices, {} for aggregators",
			if options.commit { "claimed for" } else { "would claim for" },
			all.chunks,
			tokens(all.owners),
			all.devices,
			tokens(all.aggregators)
		),
	);
	if all.chunks == 0 && refused {
		return Err(Failure::Refused("nothing could be claimed for: see above".into()).into());
	}
	if all.chunks == 0 {
		return Err(Failure::NotFound("there is nothing to claim for".into()).into());
	}
	Ok(())
}
