//! Why a device was paid what it was paid for an epoch: every factor, or the refusal.

use std::path::PathBuf;

use anyhow::{anyhow, Result};
use codec::Decode;
use serde_json::{json, Value};
use substation_primitives::{
	batch::{Leaf, Terms},
	report::{report_hash, Report},
	DeviceId, EpochIndex, NetworkId, FULL_SCORE,
};
use substation_proofs::{coverage, coverage_evidence, facts::DeviceFacts, geo, KindPolicy, Policy};

use crate::{
	archive::Archive,
	chain::{BatchState, Chain, Commitment, NODE},
	failure::Failure,
	output::{tokens, Output},
	recompute::{batch_of, chunks, findings, parse_id, recompute, Recomputed},
};

/// What `why` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
	/// The device's identity.
	pub device: String,
	/// The epoch.
	pub epoch: EpochIndex,
	/// Only this network; all that the device is in if left out.
	#[arg(long)]
	pub network: Option<NetworkId>,
	/// RPC address of a node.
	#[arg(long, default_value = NODE)]
	pub url: String,
	/// Where bodies and leaves are kept; else bodies are taken from the node's statement store.
	#[arg(long, value_name = "DIR")]
	pub archive: Option<PathBuf>,
}

/// An explanation: lines for people, values for programs.
#[derive(Default)]
struct Explanation {
	lines: Vec<String>,
	values: serde_json::Map<String, Value>,
}

impl Explanation {
	fn add(&mut self, name: &str, value: impl Into<Value>, text: impl Into<String>) {
		self.values.insert(name.into(), value.into());
		self.lines.push(format!("{:<12}{}", name.replace('_', " "), text.into()));
	}
}

/// Explains.
pub async fn run(options: &Options, output: Output) -> Result<()> {
	let chain = Chain::connect(&options.url).await?;
	let genesis = chain.genesis();
	let archive =
		options.archive.as_deref().map(|folder| Archive::open(folder, &genesis)).transpose()?;
	let device = parse_id(&options.device)?;
	let view = chain.device(device).await?.ok_or_else(|| {
		Failure::NotFound(format!("no device {device:?} is registered on this chain"))
	})?;
	let networks: Vec<NetworkId> = view
		.seats
		.iter()
		.map(|(network, _)| *network)
		.filter(|network| options.network.is_none_or(|wanted| wanted == *network))
		.collect();
	if networks.is_empty() {
		return Err(Failure::NotFound("the device is not in that network".into()).into());
	}
	let mut results = Vec::new();
	let mut texts = Vec::new();
	for network in networks {
		let explanation =
			explain(&chain, archive.as_ref(), &device, network, options.epoch, output).await?;
		results.push(Value::Object(explanation.values));
		texts.push(explanation.lines.join("\n"));
	}
	output.result(&Value::Array(results), texts.join("\n\n"));
	Ok(())
}

async fn explain(
	chain: &Chain,
	archive: Option<&Archive>,
	device: &DeviceId,
	network: NetworkId,
	epoch: EpochIndex,
	output: Output,
) -> Result<Explanation> {
	let mut told = Explanation::default();
	told.add("device", format!("{device:?}"), format!("{device:?}"));
	told.add("network", network, network.to_string());
	told.add("epoch", epoch, epoch.to_string());
	let clock = chain.clock().await?;
	if epoch >= clock.epoch {
		told.add("answer", "not over", format!("the epoch is not over: now is {}", clock.epoch));
		return Ok(told);
	}
	if chain.record(epoch).await?.is_some_and(|record| record.void) {
		told.add("answer", "void", "time stood still in this epoch: it pays nobody");
		return Ok(told);
	}
	let facts = chain.facts(network, *device, epoch).await?;
	let readable = clock.epoch.saturating_sub(epoch) <= clock.record.parameters.fact_window();
	match &facts {
		Some(facts) => tell_facts(&mut told, facts, epoch),
		None if readable => {
			told.add(
				"answer",
				"not a member",
				"the device had no active seat in this network as of this epoch: it had not joined \
				 two epochs before, had left, or was paused",
			);
			return Ok(told);
		}
		None => told.add(
			"facts",
			Value::Null,
			"the chain has forgotten the facts of this epoch; what was kept is shown",
		),
	}
	let batches = batch_of(chain, network, epoch, device, None).await?;
	let mut found = None;
	for commitment in &batches {
		match find(chain, archive, commitment, epoch, device, output).await? {
			Some(leaf) => {
				found = Some((commitment, leaf));
				break;
			}
			None => continue,
		}
	}
	match found {
		Some((commitment, (leaf, recomputed))) => {
			tell_batch(&mut told, commitment, epoch);
			if let Some(recomputed) = &recomputed {
				tell_evidence(&mut told, recomputed, device, facts.as_ref(), epoch);
			}
			tell_payment(&mut told, chain, commitment, &leaf, network, epoch).await?;
		}
		None => tell_absence(&mut told, &batches, epoch, facts.as_ref()),
	}
	Ok(told)
}

/// The device's leaf in a batch, and the batch judged again if its bodies can be had.
async fn find(
	chain: &Chain,
	archive: Option<&Archive>,
	commitment: &Commitment<u128>,
	epoch: EpochIndex,
	device: &DeviceId,
	output: Output,
) -> Result<Option<(Leaf, Option<Recomputed>)>> {
	let terms: Terms = commitment.terms(epoch);
	let mine = |leaf: &&Leaf| leaf.device == *device;
	if let Some(chunks) = chunks(chain, archive, &terms).await? {
		if let Ok(recomputed) = recompute(chain, &terms, chunks, output).await {
			// Of a device that is listed twice, the report that counts stands first.
			let leaf = recomputed.judged.iter().flat_map(|chunk| &chunk.leaves).find(mine).copied();
			return Ok(leaf.map(|leaf| (leaf, Some(recomputed))));
		}
	}
	match findings(chain, archive, epoch, commitment, output).await {
		Ok(judged) => {
			let leaf = judged.iter().flat_map(|chunk| &chunk.leaves).find(mine).copied();
			Ok(leaf.map(|leaf| (leaf, None)))
		}
		Err(error) if Failure::code_of(&error) == 4 => Ok(None),
		Err(error) => Err(error),
	}
}

fn tell_facts(told: &mut Explanation, facts: &DeviceFacts, epoch: EpochIndex) {
	told.add(
		"aggregator",
		format!("{:?}", facts.aggregator),
		format!("{:?}, for {} millionths of each payment", facts.aggregator, facts.cut),
	);
	told.add(
		"since",
		facts.since,
		format!("epoch {}: {} epoch(s) served", facts.since, epoch.saturating_sub(facts.since) + 1),
	);
}

fn tell_batch(told: &mut Explanation, commitment: &Commitment<u128>, epoch: EpochIndex) {
	let batch = commitment.terms(epoch).batch_id();
	told.add("batch", format!("{batch:?}"), format!("{batch:?}, {}", commitment.state_name()));
}

fn tell_absence(
	told: &mut Explanation,
	batches: &[Commitment<u128>],
	epoch: EpochIndex,
	facts: Option<&DeviceFacts>,
) {
	let own: Vec<_> = batches
		.iter()
		.filter(|commitment| {
			let aggregator = commitment.terms(epoch).aggregator;
			facts.is_none_or(|facts| facts.aggregator == aggregator)
		})
		.collect();
	for commitment in &own {
		tell_batch(told, commitment, epoch);
	}
	let text = match own.first().map(|commitment| &commitment.state) {
		None => "the device's aggregator has committed to no batch that could hold its report",
		Some(BatchState::Unavailable) => {
			"the aggregator has not published what it committed to: nobody in the batch is paid"
		}
		Some(BatchState::Expired) => "no result found enough judges: nobody in the batch is paid",
		Some(BatchState::Settled { underdeclared: true, .. }) => {
			"the batch held more than it declared: nobody in it is paid"
		}
		Some(_) => {
			"the batch does not hold the device's report, or its bodies are neither in the archive \
			 nor on the node any more"
		}
	};
	told.add("answer", "not found", text);
}

fn tell_evidence(
	told: &mut Explanation,
	recomputed: &Recomputed,
	device: &DeviceId,
	facts: Option<&DeviceFacts>,
	epoch: EpochIndex,
) {
	let Some(facts) = facts else { return };
	let bytes =
		recomputed.chunks.iter().flat_map(|chunk| chunk.iter()).find(|bytes| {
			Report::decode(&mut &bytes[..]).is_ok_and(|report| report.device == *device)
		});
	let Some(bytes) = bytes else { return };
	let hash = report_hash(bytes);
	told.add("report", format!("{hash:?}"), format!("{hash:?}, {} bytes", bytes.len()));
	match &recomputed.policy.kind {
		KindPolicy::Storage(policy) => {
			let held = facts.data_set.map_or(0, |set| u64::from(set.pieces) * 256);
			told.add(
				"held",
				held,
				format!(
					"{held} bytes of {} for a full score, {} pieces shown",
					policy.cap, policy.shown
				),
			);
		}
		KindPolicy::Coverage(policy) => {
			tell_coverage(told, recomputed, policy, device, facts, bytes)
		}
	}
	let Policy { ramp, .. } = recomputed.policy;
	let served = epoch.saturating_sub(facts.since) + 1;
	if ramp > 0 {
		told.add(
			"seniority",
			served,
			format!("{} of {ramp} epochs until a full score", served.min(ramp.into())),
		);
	}
}

fn tell_coverage(
	told: &mut Explanation,
	recomputed: &Recomputed,
	policy: &coverage::Policy,
	device: &DeviceId,
	facts: &DeviceFacts,
	bytes: &[u8],
) {
	let Some(evidence) = coverage_evidence(bytes) else { return };
	let distance = |other: &DeviceId| {
		let other = recomputed.facts.get(other).and_then(|facts| facts.place);
		let (own, other) = (facts.place?, other?);
		Some(geo::distance(own.point(), other.point()))
	};
	let metres =
		|other: &DeviceId| distance(other).map_or("?".into(), |distance| format!("{distance} m"));
	let judged =
		coverage::assess(&recomputed.context, policy, &recomputed.facts, device, facts, &evidence);
	let assessment = match judged {
		Ok(assessment) => assessment,
		Err(fault) => {
			told.add("evidence", fault.explanation(), fault.explanation());
			return;
		}
	};
	let mut receptions = Vec::new();
	let mut lines = Vec::new();
	if let Some(beacon) = &evidence.beacon {
		for (receipt, result) in beacon.receipts.iter().zip(&assessment.receipts) {
			let verdict = result.as_ref().err().map(|rejection| format!("{rejection:?}"));
			lines.push(format!(
				"heard by {:?} at {} dBm from {}: {}",
				receipt.witness,
				f32::from(receipt.power) / 10.0,
				metres(&receipt.witness),
				verdict.as_deref().unwrap_or("counts")
			));
			receptions.push(json!({
				"witness": format!("{:?}", receipt.witness),
				"power": receipt.power,
				"metres": distance(&receipt.witness),
				"rejected": verdict,
			}));
		}
	}
	for (heard, result) in evidence.heard.iter().zip(&assessment.heard) {
		let verdict = result.as_ref().err().map(|rejection| format!("{rejection:?}"));
		lines.push(format!(
			"heard {:?} at {} dBm from {}, one of {} witnesses: {}",
			heard.beaconer,
			f32::from(heard.power) / 10.0,
			metres(&heard.beaconer),
			heard.witnesses,
			match result {
				Ok(points) => format!("{points} points"),
				Err(rejection) => format!("{rejection:?}"),
			}
		));
		receptions.push(json!({
			"beaconer": format!("{:?}", heard.beaconer),
			"power": heard.power,
			"metres": distance(&heard.beaconer),
			"points": result.as_ref().ok(),
			"rejected": verdict,
		}));
	}
	told.add("receptions", receptions, format!("\n    {}", lines.join("\n    ")));
	told.add(
		"points",
		assessment.points,
		format!(
			"{}, {} of them for the own beacon, of {} for a full score",
			assessment.points, assessment.beacon_points, policy.full_marks
		),
	);
	told.add(
		"occupied",
		facts.occupied,
		format!("{} devices in the cell, {} wanted", facts.occupied, policy.target),
	);
}

async fn tell_payment(
	told: &mut Explanation,
	chain: &Chain,
	commitment: &Commitment<u128>,
	leaf: &Leaf,
	network: NetworkId,
	epoch: EpochIndex,
) -> Result<()> {
	told.add("score", leaf.score, format!("{} of {FULL_SCORE}", leaf.score));
	if let Some(fault) = leaf.fault {
		told.add("answer", format!("{fault:?}"), fault.explanation());
		return Ok(());
	}
	match &commitment.state {
		BatchState::Settled { underdeclared: false, .. } => (),
		state => {
			let waits = matches!(state, BatchState::Committed);
			let answer = if waits { "not settled" } else { "no pay" };
			told.add("answer", answer, format!("the batch: {}", commitment.state_name()));
			return Ok(());
		}
	}
	let rates = chain
		.rates(network, epoch)
		.await?
		.ok_or_else(|| anyhow!("a settled network has no pool for epoch {epoch}"))?;
	told.add(
		"pool",
		rates.pool.to_string(),
		format!("{} for {} points of all devices", tokens(rates.pool), rates.total),
	);
	told.add(
		"rate_cap",
		rates.rate_cap.to_string(),
		format!(
			"{} for a full score{}",
			tokens(rates.rate_cap),
			if rates.is_capped() { ", which limits here" } else { "" }
		),
	);
	let payment = rates.payment(leaf);
	told.add("cut", payment.aggregator.to_string(), tokens(payment.aggregator));
	told.add("payment", payment.owner.to_string(), tokens(payment.owner));
	let clock = chain.clock().await?;
	let freeze = chain.schedules().await?.get(&epoch).map(|schedule| schedule.freeze);
	let answer = if chain.is_paid(network, leaf.device, epoch).await? {
		("paid", "claimed: it went to who owned the device at that time".to_string())
	} else {
		match freeze {
			Some(freeze) if clock.epoch < freeze => (
				"frozen later",
				format!("totals may still change until epoch {freeze}; now is {}", clock.epoch),
			),
			Some(_) => ("to be claimed", "anybody may claim for the chunk now".to_string()),
			None => ("not claimed", "claims for the epoch have ended".to_string()),
		}
	};
	told.add("answer", answer.0, answer.1);
	Ok(())
}
