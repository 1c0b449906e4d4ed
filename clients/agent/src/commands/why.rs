//! Why a device was paid what it was paid for an epoch, in words.

use std::path::PathBuf;

use anyhow::Result;
use serde_json::{json, Value};
use sp_core::crypto::Ss58Codec;
use substation_primitives::{EpochIndex, NetworkId, FULL_SCORE};
use substation_proofs::{
	bandwidth::{self, Share},
	coverage::Rejection,
	facts::DeviceFacts,
	mapping,
};
use substation_sdk::{
	amount::{dollars, tokens},
	chain::{BatchState, Commitment},
	explain::{
		explain, served, Absence, Answer, Answers, Billed, Claim, Driven, Earning, Explanation,
		Found, Heard, HeardBy, Receptions, ReportShown, Sensed, Shown,
	},
	failure::Failure,
	identity::parse_id,
};

use super::files::archive_beside;
use crate::{
	connection::{with_sources, NodeOptions},
	output::Output,
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
	#[command(flatten)]
	pub nodes: NodeOptions,
	/// Addresses of aggregators that are asked for bodies before nodes are.
	#[arg(long = "aggregator", value_name = "URL")]
	pub aggregators: Vec<String>,
	/// Where bodies and leaves are kept; else bodies are taken from the node's statement store.
	#[arg(long, value_name = "DIR")]
	pub archive: Option<PathBuf>,
}

/// An explanation: lines for people, values for programs.
#[derive(Default)]
struct Told {
	lines: Vec<String>,
	values: serde_json::Map<String, Value>,
}

impl Told {
	fn add(&mut self, name: &str, value: impl Into<Value>, text: impl Into<String>) {
		self.values.insert(name.into(), value.into());
		self.lines.push(format!("{:<12}{}", name.replace('_', " "), text.into()));
	}
}

/// Explains.
pub async fn run(options: &Options, output: Output) -> Result<()> {
	let device = parse_id(&options.device)?;
	let chain = with_sources(options.nodes.connect().await?, &options.aggregators, output)?;
	let archive = archive_beside(&chain, options.archive.as_deref()).await?;
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
			explain(&chain, archive.as_ref(), &device, network, options.epoch, &output).await?;
		let told = tell(&explanation);
		results.push(Value::Object(told.values));
		texts.push(told.lines.join("\n"));
	}
	output.result(&Value::Array(results), texts.join("\n\n"));
	Ok(())
}

fn tell(explanation: &Explanation) -> Told {
	let Explanation { device, network, epoch, answer } = explanation;
	let mut told = Told::default();
	told.add("device", format!("{device:?}"), format!("{device:?}"));
	told.add("network", *network, network.to_string());
	told.add("epoch", *epoch, epoch.to_string());
	match answer {
		Answer::NotOver { now } => {
			told.add("answer", "not over", format!("the epoch is not over: now is {now}"));
		}
		Answer::Void => {
			told.add("answer", "void", "time stood still in this epoch: it pays nobody");
		}
		Answer::NotMember => told.add(
			"answer",
			"not a member",
			"the device had no active seat in this network as of this epoch: it had not joined \
			 two epochs before, had left, or was paused",
		),
		Answer::NotFound(absence) => {
			tell_facts(&mut told, absence.facts.as_ref(), *epoch);
			tell_absence(&mut told, absence, *epoch);
		}
		Answer::Found(found) => {
			tell_facts(&mut told, found.facts.as_ref(), *epoch);
			tell_batch(&mut told, &found.commitment, *epoch);
			if let Some(report) = &found.report {
				tell_report(&mut told, report);
			}
			tell_earning(&mut told, found);
		}
	}
	told
}

fn tell_facts(told: &mut Told, facts: Option<&DeviceFacts>, epoch: EpochIndex) {
	let Some(facts) = facts else {
		told.add(
			"facts",
			Value::Null,
			"the chain has forgotten the facts of this epoch; what was kept is shown",
		);
		return;
	};
	told.add(
		"aggregator",
		format!("{:?}", facts.aggregator),
		format!("{:?}, for {} millionths of each payment", facts.aggregator, facts.cut),
	);
	told.add(
		"since",
		facts.since,
		format!("epoch {}: {} epoch(s) served", facts.since, served(facts, epoch)),
	);
}

fn tell_batch(told: &mut Told, commitment: &Commitment<u128>, epoch: EpochIndex) {
	let batch = commitment.terms(epoch).batch_id();
	told.add("batch", format!("{batch:?}"), format!("{batch:?}, {}", commitment.state_name()));
}

fn tell_absence(told: &mut Told, absence: &Absence, epoch: EpochIndex) {
	for commitment in &absence.batches {
		tell_batch(told, commitment, epoch);
	}
	let text = match absence.batches.first().map(|commitment| &commitment.state) {
		None => {
			"the device's aggregator has committed to no batch that could hold its report, or to one that ended at the \
			 freeze: no result found enough judges, its bodies were not there, or it held more than it declared"
		}
		Some(BatchState::Unavailable { .. }) => {
			"the aggregator has not published what it committed to: nobody in the batch is paid"
		}
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

fn tell_report(told: &mut Told, report: &ReportShown) {
	let ReportShown { hash, length, shown, served, ramp } = report;
	told.add("report", format!("{hash:?}"), format!("{hash:?}, {length} bytes"));
	match shown {
		Shown::Storage { held, policy } => told.add(
			"held",
			*held,
			format!(
				"{held} bytes of {} for a full score, {} pieces shown",
				policy.cap, policy.shown
			),
		),
		Shown::Coverage(receptions) => tell_receptions(told, receptions),
		Shown::Presence(answers) => tell_answers(told, answers),
		Shown::Sensing(sensed) => tell_sensed(told, sensed),
		Shown::Mapping(driven) => tell_driven(told, driven),
		Shown::Bandwidth(billed) => tell_billed(told, billed),
		Shown::Faulty(fault) => told.add("evidence", fault.explanation(), fault.explanation()),
		Shown::Unreadable => (),
	}
	if *ramp > 0 {
		let counted = (*served).min(u32::from(*ramp));
		told.add("seniority", *served, format!("{counted} of {ramp} epochs until a full score"));
	}
}

/// Why a sighting counts nothing.
fn unseen(rejection: &mapping::Rejection) -> &'static str {
	match rejection {
		mapping::Rejection::UnknownWitness => "was no member",
		mapping::Rejection::OwnWitness => "is the same owner's",
		mapping::Rejection::Repeated => "has said it already",
		mapping::Rejection::NoPlace => "stands nowhere",
		mapping::Rejection::NoPoint => "names a point that the track does not have",
		mapping::Rejection::TooLate => "has heard it at another time than it says",
		mapping::Rejection::TooFar => "is too far away to hear anything",
		mapping::Rejection::TooStrong => "cannot have heard it so strongly from there",
		mapping::Rejection::BadSignature => "has not signed that",
	}
}

fn tell_driven(told: &mut Told, driven: &Driven) {
	let Driven { assessment, frames, policy } = driven;
	told.add("length", assessment.length, format!("{} metres that count", assessment.length));
	told.add("frames", *frames, format!("{frames} images, which no judge has seen"));
	let metres = |length: u64| length / 1_000;
	let all: u64 = assessment.tiles.values().map(|mapped| mapped.length).sum();
	let whole = assessment.tiles.values().filter(|mapped| mapped.weight == FULL_SCORE).count();
	let values: Vec<Value> = assessment
		.tiles
		.iter()
		.map(|(tile, mapped)| {
			json!({
				"north": tile.north,
				"east": tile.east,
				"millimetres": mapped.length,
				"weight": mapped.weight,
			})
		})
		.collect();
	let text = format!(
		"{} metres in {} tiles, of which {whole} are worth all of theirs",
		metres(all),
		assessment.tiles.len()
	);
	told.add("tiles", values, text);
	let text = format!(
		"{} metres as tiles are worth; a full score is for {}",
		assessment.metres, policy.full
	);
	told.add("metres", assessment.metres, text);
	let (members, wanted) = assessment.members;
	if members > wanted {
		told.add("members", members, format!("{members} in the region, where {wanted} are wanted"));
	}
	if policy.sightings > 0 {
		let lines: Vec<String> = assessment
			.sightings
			.iter()
			.map(|(witness, outcome)| {
				let text = outcome.as_ref().map_or_else(unseen, |_| "has heard it");
				format!("{witness:?} {text}")
			})
			.collect();
		let heard = assessment.sightings.iter().filter(|(_, outcome)| outcome.is_ok()).count();
		let text = format!(
			"{heard} of {} wanted, for {} of {FULL_SCORE}\n    {}",
			policy.sightings,
			policy.sighted,
			lines.join("\n    ")
		);
		told.add("sightings", heard, text);
	}
}

fn tell_billed(told: &mut Told, billed: &Billed) {
	let Billed { assessment, parts, policy } = billed;
	let mut values = Vec::new();
	let mut lines = Vec::new();
	for (part, (payer, counted)) in parts.iter().zip(&assessment.bills) {
		let payer = payer.to_ss58check();
		let Share { index, down, up, seconds, credits, .. } = part;
		let (left, reason) = match counted {
			Ok(left) => (*left, None),
			Err(rejection) => (
				0,
				Some(match rejection {
					bandwidth::Rejection::NoBill => "has posted no bill for this epoch",
					bandwidth::Rejection::WrongBill => "has posted another bill",
					bandwidth::Rejection::TooFast => "believes more bytes than a line carries",
				}),
			),
		};
		lines.push(format!(
			"{payer}, part {index}: {down} bytes down and {up} up in {seconds} s, {}: {}",
			dollars(*credits),
			reason.map_or_else(|| format!("{} stay burned", tokens(left)), Into::into)
		));
		values.push(serde_json::json!({
			"payer": payer,
			"index": index,
			"down": down,
			"up": up,
			"seconds": seconds,
			"credits": credits.to_string(),
			"leftBurned": left.to_string(),
			"rejected": counted.err(),
		}));
	}
	told.add("bills", values, format!("\n    {}", lines.join("\n    ")));
	told.add(
		"leftBurned",
		assessment.left_burned.to_string(),
		format!(
			"{}; a full score is for {}",
			tokens(assessment.left_burned),
			tokens(policy.full_burn)
		),
	);
}

fn tell_sensed(told: &mut Told, sensed: &Sensed) {
	let Sensed { assessment, chair, policy } = sensed;
	let called = assessment.called.len();
	told.add(
		"valid",
		assessment.valid,
		format!("{} of {} slots are valid", assessment.valid, policy.slots),
	);
	let names: Vec<String> = assessment.shown.iter().map(|one| format!("{one:?}")).collect();
	told.add("witnesses", names.clone(), format!("\n    {}", names.join("\n    ")));
	if assessment.tunes.is_empty() {
		let (name, part, text) = match called < usize::from(policy.quorum) {
			true => ("alone", policy.alone, format!("{called} elders are around")),
			false => (
				"level",
				policy.level,
				format!(
					"{} of {called} that were called have spoken, {} with a word for it",
					assessment.shown.len(),
					assessment.words
				),
			),
		};
		let text = format!(
			"{part} millionths: {text}, {} are compared, and {} make a comparison",
			assessment.witnesses, policy.quorum
		);
		return told.add(name, part, text);
	}
	let text = format!(
		"{} millionths: {} of {called} that were called have spoken, {} with a word for it, and {} are compared",
		assessment.credit,
		assessment.shown.len(),
		assessment.words,
		assessment.witnesses
	);
	told.add("credit", assessment.credit, text);
	let (fits, compared) = assessment.fits;
	let text = format!(
		"{} millionths: {fits} of {compared} slots are near the witnesses' median",
		assessment.fit
	);
	told.add("fit", assessment.fit, text);
	let spans = ["from slot to slot", "over all slots"];
	let lines = spans.iter().zip(&assessment.tunes).map(|(span, tune)| {
		let own = tune.own.map_or("nothing".into(), |own| own.to_string());
		format!(
			"{span}: {own} with the witnesses, who have {} among themselves: {} millionths",
			tune.bar, tune.marks
		)
	});
	let lines: Vec<String> = lines.collect();
	told.add(
		"marks",
		assessment.marks,
		format!(
			"{} millionths for moving with them\n    {}",
			assessment.marks,
			lines.join("\n    ")
		),
	);
	if let Some(chair) = chair.filter(|chair| chair.index >= policy.target) {
		let text = format!(
			"number {} of its cell, from 0: the first {} are paid in full, and this one for {} of {FULL_SCORE}",
			chair.index, policy.target, policy.spare
		);
		told.add("chair", chair.index, text);
	}
}

fn tell_answers(told: &mut Told, answers: &Answers) {
	let Answers { assessment, delays, policy } = answers;
	let mut values = Vec::new();
	let mut lines = Vec::new();
	for ((caller, result), delay) in assessment.answers.iter().zip(delays) {
		let rejected = result.as_ref().err().map(|rejection| format!("{rejection:?}"));
		let text = rejected.as_deref().unwrap_or("counts");
		lines.push(format!("called by {caller:?}, answered after {delay} microseconds: {text}"));
		values.push(json!({
			"caller": format!("{caller:?}"),
			"delay": delay,
			"rejected": rejected,
		}));
	}
	told.add("answers", values, format!("\n    {}", lines.join("\n    ")));
	let silent: Vec<String> = assessment
		.called
		.iter()
		.filter(|one| assessment.answers.iter().all(|(caller, _)| caller != *one))
		.map(|one| format!("{one:?}"))
		.collect();
	if !silent.is_empty() {
		let text = format!("\n    {}", silent.join("\n    "));
		told.add("silent", silent, text);
	}
	told.add(
		"there",
		assessment.there,
		format!(
			"{} of {FULL_SCORE}: {} of {} callers have signed, {} are enough; this counts for {} millionths of the score",
			assessment.there,
			assessment.count,
			assessment.called.len(),
			assessment.needed,
			policy.presence
		),
	);
	if policy.presence < FULL_SCORE {
		let text = format!(
			"{} of the {} that have to stay burned of sales for the rest",
			tokens(assessment.left_burned),
			tokens(policy.full_burn)
		);
		told.add("left_burned", assessment.left_burned.to_string(), text);
	}
}

fn tell_receptions(told: &mut Told, receptions: &Receptions) {
	let far = |metres: Option<u32>| metres.map_or("?".into(), |metres| format!("{metres} m"));
	let decibels = |power: i16| f32::from(power) / 10.0;
	let reason = |rejection: &Rejection| format!("{rejection:?}");
	let mut values = Vec::new();
	let mut lines = Vec::new();
	for HeardBy { witness, power, answered, metres, result } in &receptions.heard_by {
		let rejected = result.as_ref().err().map(reason);
		lines.push(format!(
			"heard by {witness:?} at {} dBm from {}, its answer at {} dBm: {}",
			decibels(*power),
			far(*metres),
			decibels(*answered),
			rejected.as_deref().unwrap_or("counts")
		));
		values.push(json!({
			"witness": format!("{witness:?}"),
			"power": power,
			"answered": answered,
			"metres": metres,
			"rejected": rejected,
		}));
	}
	for Heard { beaconer, power, answered, metres, witnesses, result } in &receptions.heard {
		lines.push(format!(
			"heard {beaconer:?} at {} dBm from {}, answered and heard at {} dBm, one of {witnesses} witnesses: {}",
			decibels(*power),
			far(*metres),
			decibels(*answered),
			match result {
				Ok(points) => format!("{points} points"),
				Err(rejection) => reason(rejection),
			}
		));
		values.push(json!({
			"beaconer": format!("{beaconer:?}"),
			"power": power,
			"answered": answered,
			"metres": metres,
			"points": result.as_ref().ok(),
			"rejected": result.as_ref().err().map(reason),
		}));
	}
	told.add("receptions", values, format!("\n    {}", lines.join("\n    ")));
	told.add(
		"points",
		receptions.points,
		format!(
			"{}, {} of them for the own beacon, of {} for a full score",
			receptions.points, receptions.beacon_points, receptions.policy.full_marks
		),
	);
	let target = receptions.policy.target;
	let Some(chair) = receptions.chair else {
		return told.add("chair", Value::Null, "the device sits in none of its cell");
	};
	let part = match receptions.wanted {
		true => "in full".into(),
		false => format!("for {} of {FULL_SCORE}", receptions.policy.spare),
	};
	let text = format!(
		"number {} of {} in its cell, from 0: the first {target} are paid in full, and this one {part}",
		chair.index, chair.cell.chairs
	);
	told.add("chair", chair.index, text);
}

fn tell_earning(told: &mut Told, found: &Found) {
	let (leaf, batch) = (&found.leaf, &found.commitment);
	told.add("score", leaf.score, format!("{} of {FULL_SCORE}", leaf.score));
	let (rates, payment, claim) = match &found.earning {
		Earning::Fault(fault) => {
			return told.add("answer", format!("{fault:?}"), fault.explanation())
		}
		Earning::NotSettled => {
			let text = format!("the batch: {}", batch.state_name());
			return told.add("answer", "not settled", text);
		}
		Earning::NoPay => {
			return told.add("answer", "no pay", format!("the batch: {}", batch.state_name()))
		}
		Earning::Pay { rates, payment, claim } => (rates, payment, claim),
	};
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
	told.add("cut", payment.aggregator.to_string(), tokens(payment.aggregator));
	told.add("payment", payment.owner.to_string(), tokens(payment.owner));
	let (answer, text) = match claim {
		Claim::Paid => {
			("paid", "claimed: it went to who owned the device at that time".to_string())
		}
		Claim::FrozenLater { freeze, now } => {
			("frozen later", format!("totals may still change until epoch {freeze}; now is {now}"))
		}
		Claim::Open => ("to be claimed", "anybody may claim for the chunk now".to_string()),
		Claim::Ended => ("not claimed", "claims for the epoch have ended".to_string()),
	};
	told.add("answer", answer, text);
}
