//! Claiming for settled chunks.

use std::{ops::AddAssign, path::PathBuf};

use anyhow::{anyhow, Result};
use substation_primitives::{batch::vector_tree, BatchId, EpochIndex, NetworkId};
use substation_proofs::JudgedChunk;
use subxt::{
	tx::Payload,
	utils::{Static, H256 as RpcHash},
};
use subxt_signer::sr25519::Keypair;

use crate::{
	archive::Archive,
	chain::{api, BatchState, Chain, NODE},
	failure::Failure,
	keys::SignerOptions,
	output::{tokens, Output},
	recompute::{elements, findings, parse_id},
};

/// What `claim` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
	/// RPC address of a node.
	#[arg(long, default_value = NODE)]
	pub url: String,
	/// Only for this epoch; all that can be claimed for if left out.
	#[arg(long)]
	pub epoch: Option<EpochIndex>,
	/// Only for this batch.
	#[arg(long)]
	pub batch: Option<String>,
	/// Where leaves and bodies are kept.
	#[arg(long, value_name = "DIR")]
	pub archive: Option<PathBuf>,
	/// Send; without it, say what would be sent.
	#[arg(long)]
	pub commit: bool,
	#[command(flatten)]
	pub signer: SignerOptions,
}

/// What a claim came to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Claimed {
	/// Chunks that were claimed for, or would be.
	pub chunks: u32,
	/// Devices that are paid by it.
	pub devices: u32,
	/// What owners get, in planck.
	pub owners: u128,
	/// What aggregators get, in planck.
	pub aggregators: u128,
	/// The calls, in hexadecimal digits: any wallet can sign and send them.
	pub calls: Vec<String>,
}

impl AddAssign for Claimed {
	fn add_assign(&mut self, part: Self) {
		self.chunks += part.chunks;
		self.devices += part.devices;
		self.owners += part.owners;
		self.aggregators += part.aggregators;
		self.calls.extend(part.calls);
	}
}

/// The call that claims for chunk number `number` of a result.
pub fn call(
	epoch: EpochIndex,
	batch: &BatchId,
	judged: &[JudgedChunk],
	number: u32,
) -> Result<impl Payload> {
	use api::runtime_types::bounded_collections::bounded_vec::BoundedVec;
	let chunk = judged.get(number as usize).ok_or_else(|| anyhow!("there is no chunk {number}"))?;
	let path = vector_tree(&elements(judged))
		.path(number)
		.ok_or_else(|| anyhow!("there is no chunk {number}"))?;
	Ok(api::tx().emission().claim_chunk(
		epoch,
		RpcHash(batch.0),
		number,
		Static(chunk.element),
		BoundedVec(path.iter().map(|hash| RpcHash(hash.0)).collect()),
		BoundedVec(chunk.leaves.iter().map(|leaf| Static(*leaf)).collect()),
	))
}

/// Claims for all chunks of a batch in which somebody is still to be paid. What was claimed before,
/// by anybody, is left out.
pub async fn claim_batch(
	chain: &Chain,
	signer: &Keypair,
	(network, epoch, batch): (NetworkId, EpochIndex, &BatchId),
	judged: &[JudgedChunk],
	commit: bool,
	output: Output,
) -> Result<Claimed> {
	let mut claimed = Claimed::default();
	let Some(rates) = chain.rates(network, epoch).await? else { return Ok(claimed) };
	for (number, chunk) in (0u32..).zip(judged) {
		let mut part = Claimed { chunks: 1, ..Default::default() };
		for leaf in chunk.leaves.iter().filter(|leaf| leaf.score > 0) {
			if chain.is_paid(network, leaf.device, epoch).await? {
				continue;
			}
			let payment = rates.payment(leaf);
			part.devices += 1;
			part.owners += payment.owner;
			part.aggregators += payment.aggregator;
		}
		if part.devices == 0 {
			continue;
		}
		let what = format!(
			"claim for chunk {number} of batch {batch:?} of epoch {epoch}: {} for owners of {} \
			 devices, {} for the aggregator",
			tokens(part.owners),
			part.devices,
			tokens(part.aggregators)
		);
		let call = call(epoch, batch, judged, number)?;
		part.calls.push(chain.call_data(&call).await?);
		chain.write(&what, &call, signer, commit, output).await?;
		claimed += part;
	}
	Ok(claimed)
}

/// Claims for everything that is asked for and can be claimed for.
pub async fn run(options: &Options, output: Output) -> Result<()> {
	let chain = Chain::connect(&options.url).await?;
	let signer = options.signer.keypair()?;
	let genesis = chain.genesis();
	let archive =
		options.archive.as_deref().map(|folder| Archive::open(folder, &genesis)).transpose()?;
	let wanted = options.batch.as_deref().map(parse_id).transpose()?;
	let clock = chain.clock().await?;
	let schedules = chain.schedules().await?;
	let epochs: Vec<EpochIndex> = match options.epoch {
		Some(epoch) => match schedules.get(&epoch) {
			Some(schedule) if schedule.freeze > clock.epoch => {
				return Err(Failure::Refused(format!(
					"epoch {epoch} freezes at the start of epoch {}; now is {}: claim then",
					schedule.freeze, clock.epoch
				))
				.into())
			}
			Some(_) => vec![epoch],
			None if epoch > clock.epoch => {
				let now = clock.epoch;
				return Err(
					Failure::Refused(format!("epoch {epoch} is to come: now is {now}")).into()
				);
			}
			None => {
				return Err(Failure::NotFound(format!("claims for epoch {epoch} have ended")).into())
			}
		},
		None => schedules
			.into_iter()
			.filter(|(_, schedule)| schedule.freeze <= clock.epoch)
			.map(|(epoch, _)| epoch)
			.collect(),
	};
	let mut all = Claimed::default();
	let mut missing = Vec::new();
	let bar = output.progress(epochs.len() as u64, "epochs");
	for epoch in epochs {
		bar.inc(1);
		for commitment in chain.batches(epoch).await? {
			let batch = commitment.terms(epoch).batch_id();
			let settled =
				matches!(commitment.state, BatchState::Settled { underdeclared: false, .. });
			if !settled || wanted.is_some_and(|wanted| wanted != batch) {
				continue;
			}
			let judged = match findings(&chain, archive.as_ref(), epoch, &commitment, output).await
			{
				Ok(judged) => judged,
				Err(error) if Failure::code_of(&error) == 4 => {
					missing.push(format!("epoch {epoch}: {error:#}"));
					continue;
				}
				Err(error) => return Err(error),
			};
			let place = (commitment.network, epoch, &batch);
			match claim_batch(&chain, &signer, place, &judged, options.commit, output).await {
				Ok(part) => all += part,
				// Somebody else may have been faster: the others are still to be claimed for.
				Err(error) => missing.push(format!("epoch {epoch}: {error:#}")),
			}
		}
	}
	bar.finish_and_clear();
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
	if all.chunks == 0 {
		return Err(Failure::NotFound("there is nothing to claim for".into()).into());
	}
	Ok(())
}
