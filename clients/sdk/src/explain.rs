//! Why a device was paid what it was paid for an epoch: every factor, or the refusal.

use anyhow::{anyhow, Result};
use codec::Decode;
use substation_primitives::{
	batch::{Leaf, Terms},
	report::{report_hash, Fault, Report, ReportBytes},
	DeviceId, EpochIndex, NetworkId, H256,
};
use substation_proofs::{
	bandwidth,
	coverage::{self, Rejection},
	evidence_in,
	facts::{Chair, DeviceFacts, FactSource as _},
	geo, mapping, presence, sensing, storage, KindPolicy,
};

use crate::{
	archive::Archive,
	chain::{BatchState, Chain, Commitment},
	failure::Failure,
	pay::{Payment, Rates},
	progress::Progress,
	recompute::{answers, batch_of, chunks, findings, recompute, Recomputed},
};

/// What came of a device's membership in a network in an epoch, and why.
pub struct Explanation {
	/// The device.
	pub device: DeviceId,
	/// The network.
	pub network: NetworkId,
	/// The epoch.
	pub epoch: EpochIndex,
	/// What the explanation is.
	pub answer: Answer,
}

/// What there is to say.
pub enum Answer {
	/// The epoch is not over.
	NotOver {
		/// The epoch that is now.
		now: EpochIndex,
	},
	/// Time stood still in the epoch: it pays nobody.
	Void,
	/// The device had no active seat in the network.
	NotMember,
	/// Its report is in no batch that could be looked into.
	NotFound(Absence),
	/// Its report is in a batch.
	Found(Found),
}

/// A report that was not found.
pub struct Absence {
	/// What the chain knew of the device, unless it has forgotten.
	pub facts: Option<DeviceFacts>,
	/// Batches that the report could be in: those of the device's aggregator, as far as that is known.
	pub batches: Vec<Commitment<u128>>,
}

/// A report that was found.
pub struct Found {
	/// What the chain knew of the device, unless it has forgotten.
	pub facts: Option<DeviceFacts>,
	/// The batch.
	pub commitment: Commitment<u128>,
	/// What judges found.
	pub leaf: Leaf,
	/// What the report shows, if the batch's bodies can be had and the facts are known.
	pub report: Option<ReportShown>,
	/// What it earns.
	pub earning: Earning,
}

/// A report, looked into.
pub struct ReportShown {
	/// Its hash.
	pub hash: H256,
	/// Its bytes.
	pub length: usize,
	/// What it shows.
	pub shown: Shown,
	/// Epochs that the device has served at its place, this one included.
	pub served: u32,
	/// And how many it takes until a full score; 0 if none.
	pub ramp: u16,
}

/// What a report shows.
pub enum Shown {
	/// That data is held.
	Storage {
		/// Bytes held.
		held: u64,
		/// What the network pays for.
		policy: storage::Policy,
	},
	/// That radios hear each other.
	Coverage(Receptions),
	/// That a machine is there.
	Presence(Answers),
	/// What a sensor has measured.
	Sensing(Box<Sensed>),
	/// What a device has driven through.
	Mapping(Driven),
	/// What was burned for a host.
	Bandwidth(Billed),
	/// Nothing, as a whole.
	Faulty(Fault),
	/// Nothing that can be read.
	Unreadable,
}

/// The receptions of a report, each with what it counts for.
pub struct Receptions {
	/// Who heard the device.
	pub heard_by: Vec<HeardBy>,
	/// Whom the device heard.
	pub heard: Vec<Heard>,
	/// Points in all, in millionths.
	pub points: u64,
	/// Points for the own beacon, in millionths.
	pub beacon_points: u32,
	/// Where the device sits, if it has a chair.
	pub chair: Option<Chair>,
	/// Whether its chair is one that is paid in full.
	pub wanted: bool,
	/// What the network pays for.
	pub policy: coverage::Policy,
}

/// What a machine's callers have signed, and what each word counts for.
pub struct Answers {
	/// How it was assessed.
	pub assessment: presence::Assessment,
	/// How long each answer took, in microseconds.
	pub delays: Vec<u32>,
	/// What the network pays for.
	pub policy: presence::Policy,
}

/// What a device has measured, beside what its witnesses have.
pub struct Sensed {
	/// How it was assessed.
	pub assessment: sensing::Assessment,
	/// Where the device sits, if it has a chair.
	pub chair: Option<Chair>,
	/// What the network pays for.
	pub policy: sensing::Policy,
}

/// Where a device has driven, and what that counts for.
pub struct Driven {
	/// How it was assessed.
	pub assessment: mapping::Assessment,
	/// How many images were taken.
	pub frames: u16,
	/// What the network pays for.
	pub policy: mapping::Policy,
}

/// What a host's payers have billed, and what each part counts for.
pub struct Billed {
	/// How it was assessed.
	pub assessment: bandwidth::Assessment,
	/// What each part says.
	pub parts: Vec<bandwidth::Share>,
	/// What the network pays for.
	pub policy: bandwidth::Policy,
}

/// One who heard the device.
pub struct HeardBy {
	/// Who.
	pub witness: DeviceId,
	/// How strongly, in tenths of a dBm.
	pub power: i16,
	/// How strongly the device heard its answer, in tenths of a dBm.
	pub answered: i16,
	/// From how far, if both places are known.
	pub metres: Option<u32>,
	/// Whether it counts.
	pub result: Result<(), Rejection>,
}

/// One whom the device heard.
pub struct Heard {
	/// Who.
	pub beaconer: DeviceId,
	/// How strongly, in tenths of a dBm.
	pub power: i16,
	/// How strongly that one heard the device's answer, in tenths of a dBm.
	pub answered: i16,
	/// From how far, if both places are known.
	pub metres: Option<u32>,
	/// How many heard the same.
	pub witnesses: u8,
	/// The points that it brings, in millionths.
	pub result: Result<u32, Rejection>,
}

/// What a report earns.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Earning {
	/// Nothing: judges found this.
	Fault(Fault),
	/// Nothing yet: the batch waits for its judges.
	NotSettled,
	/// Nothing: the batch has ended without a result, or held more than it declared.
	NoPay,
	/// This.
	Pay {
		/// What the network pays.
		rates: Rates,
		/// What the report gets.
		payment: Payment,
		/// Whether it was claimed.
		claim: Claim,
	},
}

/// Where a claim stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Claim {
	/// It was claimed.
	Paid,
	/// Totals may still change.
	FrozenLater {
		/// Until this epoch.
		freeze: EpochIndex,
		/// The epoch that is now.
		now: EpochIndex,
	},
	/// Anybody may claim.
	Open,
	/// It was not claimed in time.
	Ended,
}

/// Explains what came of a device's membership in a network in an epoch.
pub async fn explain(
	chain: &Chain,
	archive: Option<&Archive>,
	device: &DeviceId,
	network: NetworkId,
	epoch: EpochIndex,
	progress: &dyn Progress,
) -> Result<Explanation> {
	let answer = answer(chain, archive, device, network, epoch, progress).await?;
	Ok(Explanation { device: *device, network, epoch, answer })
}

async fn answer(
	chain: &Chain,
	archive: Option<&Archive>,
	device: &DeviceId,
	network: NetworkId,
	epoch: EpochIndex,
	progress: &dyn Progress,
) -> Result<Answer> {
	let clock = chain.clock().await?;
	if epoch >= clock.epoch {
		return Ok(Answer::NotOver { now: clock.epoch });
	}
	if chain.record(epoch).await?.is_some_and(|record| record.void) {
		return Ok(Answer::Void);
	}
	let facts = chain.facts(network, *device, epoch).await?;
	let readable = clock.epoch.saturating_sub(epoch) <= clock.record.parameters.fact_window();
	if facts.is_none() && readable {
		return Ok(Answer::NotMember);
	}
	let mut batches = batch_of(chain, network, epoch, device, None).await?;
	let mut found = None;
	for (number, commitment) in batches.iter().enumerate() {
		if let Some(leaf) = find(chain, archive, commitment, epoch, device, progress).await? {
			found = Some((number, leaf));
			break;
		}
	}
	let Some((number, (leaf, recomputed))) = found else {
		batches.retain(|commitment| {
			let aggregator = commitment.terms(epoch).aggregator;
			facts.as_ref().is_none_or(|facts| facts.aggregator == aggregator)
		});
		return Ok(Answer::NotFound(Absence { facts, batches }));
	};
	let commitment = batches.swap_remove(number);
	let mut recomputed = recomputed;
	if let Some(recomputed) = &mut recomputed {
		learn_places(chain, recomputed, device, progress).await?;
	}
	let report = match (&recomputed, &facts) {
		(Some(recomputed), Some(facts)) => look_into(recomputed, device, facts, epoch),
		_ => None,
	};
	let earning = earning(chain, &commitment, &leaf, network, epoch).await?;
	Ok(Answer::Found(Found { facts, commitment, leaf, report, earning }))
}

/// The device's leaf in a batch, and the batch judged again if its bodies can be had.
async fn find(
	chain: &Chain,
	archive: Option<&Archive>,
	commitment: &Commitment<u128>,
	epoch: EpochIndex,
	device: &DeviceId,
	progress: &dyn Progress,
) -> Result<Option<(Leaf, Option<Recomputed>)>> {
	let terms: Terms = commitment.terms(epoch);
	let mine = |leaf: &&Leaf| leaf.device == *device;
	if let Some(chunks) = chunks(chain, archive, &terms).await? {
		if let Ok(recomputed) = recompute(chain, &terms, chunks, progress).await {
			// Of a device that is listed twice, the report that counts stands first.
			let leaf = recomputed.judged.iter().flat_map(|chunk| &chunk.leaves).find(mine).copied();
			return Ok(leaf.map(|leaf| (leaf, Some(recomputed))));
		}
	}
	match findings(chain, archive, epoch, commitment, progress).await {
		Ok(judged) => {
			let leaf = judged.iter().flat_map(|chunk| &chunk.leaves).find(mine).copied();
			Ok(leaf.map(|leaf| (leaf, None)))
		}
		Err(error) if Failure::code_of(&error) == 4 => Ok(None),
		Err(error) => Err(error),
	}
}

/// The bytes of a device's report in a batch.
fn report_of<'a>(recomputed: &'a Recomputed, device: &DeviceId) -> Option<&'a ReportBytes> {
	recomputed
		.chunks
		.iter()
		.flat_map(|chunk| chunk.iter())
		.find(|bytes| Report::decode(&mut &bytes[..]).is_ok_and(|report| report.device == *device))
}

/// Fetches the facts of all whom a report of coverage names: of some the judge knows enough without.
async fn learn_places(
	chain: &Chain,
	recomputed: &mut Recomputed,
	device: &DeviceId,
	progress: &dyn Progress,
) -> Result<()> {
	let (KindPolicy::Coverage(_), Some(bytes)) =
		(&recomputed.policy.kind, report_of(recomputed, device))
	else {
		return Ok(());
	};
	let Some(evidence) = evidence_in::<coverage::Evidence>(bytes) else { return Ok(()) };
	let receipts = evidence.beacon.iter().flat_map(|beacon| beacon.receipts.iter());
	let witnesses = receipts.map(|receipt| receipt.witness);
	for other in witnesses.chain(evidence.heard.iter().map(|heard| heard.beaconer)) {
		let _ = recomputed.facts.device(&other);
	}
	let lacking = recomputed.facts.take_lacking();
	let (network, epoch) = (recomputed.context.network, recomputed.context.epoch);
	for (question, answer) in answers(chain, network, epoch, lacking, progress).await? {
		recomputed.facts.note(question, answer);
	}
	Ok(())
}

fn look_into(
	recomputed: &Recomputed,
	device: &DeviceId,
	facts: &DeviceFacts,
	epoch: EpochIndex,
) -> Option<ReportShown> {
	let bytes = report_of(recomputed, device)?;
	let shown = match &recomputed.policy.kind {
		KindPolicy::Storage(policy) => Shown::Storage {
			held: facts.data_set.map_or(0, |set| u64::from(set.pieces) * 256),
			policy: *policy,
		},
		KindPolicy::Coverage(policy) => match evidence_in::<coverage::Evidence>(bytes) {
			Some(evidence) => receptions(recomputed, policy, device, facts, &evidence)
				.map_or_else(Shown::Faulty, Shown::Coverage),
			None => Shown::Unreadable,
		},
		KindPolicy::Sensing(policy) => match evidence_in::<sensing::Evidence>(bytes) {
			Some(evidence) => sensed(recomputed, policy, device, facts, &evidence)
				.map_or_else(Shown::Faulty, |sensed| Shown::Sensing(Box::new(sensed))),
			None => Shown::Unreadable,
		},
		KindPolicy::Mapping(policy) => match evidence_in::<mapping::Evidence>(bytes) {
			Some(evidence) => driven(recomputed, policy, device, facts, &evidence)
				.map_or_else(Shown::Faulty, Shown::Mapping),
			None => Shown::Unreadable,
		},
		KindPolicy::Bandwidth(policy) => match evidence_in::<bandwidth::Evidence>(bytes) {
			Some(evidence) => bandwidth::assess(policy, &recomputed.facts, device, &evidence)
				.0
				.map_or_else(Shown::Faulty, |assessment| {
					let (policy, parts) = (*policy, evidence.bills.to_vec());
					Shown::Bandwidth(Billed { assessment, parts, policy })
				}),
			None => Shown::Unreadable,
		},
		KindPolicy::Presence(policy) => match evidence_in::<presence::Evidence>(bytes) {
			Some(evidence) => answered(recomputed, policy, device, facts, &evidence)
				.map_or_else(Shown::Faulty, Shown::Presence),
			None => Shown::Unreadable,
		},
	};
	Some(ReportShown {
		hash: report_hash(bytes),
		length: bytes.len(),
		shown,
		served: served(facts, epoch),
		ramp: recomputed.policy.ramp,
	})
}

/// Epochs that a device had served at its place by the end of `epoch`.
pub fn served(facts: &DeviceFacts, epoch: EpochIndex) -> u32 {
	epoch.saturating_sub(facts.since) + 1
}

fn sensed(
	recomputed: &Recomputed,
	policy: &sensing::Policy,
	device: &DeviceId,
	facts: &DeviceFacts,
	evidence: &sensing::Evidence,
) -> Result<Sensed, Fault> {
	let context = &recomputed.context;
	let (assessed, _) =
		sensing::assess(context, policy, &recomputed.facts, device, facts, evidence);
	Ok(Sensed { assessment: assessed?, chair: facts.chair, policy: policy.clone() })
}

fn driven(
	recomputed: &Recomputed,
	policy: &mapping::Policy,
	device: &DeviceId,
	facts: &DeviceFacts,
	evidence: &mapping::Evidence,
) -> Result<Driven, Fault> {
	let context = &recomputed.context;
	let (assessed, _) =
		mapping::assess(context, policy, &recomputed.facts, device, facts, evidence);
	Ok(Driven { assessment: assessed?, frames: evidence.frames, policy: *policy })
}

fn answered(
	recomputed: &Recomputed,
	policy: &presence::Policy,
	device: &DeviceId,
	facts: &DeviceFacts,
	evidence: &presence::Evidence,
) -> Result<Answers, Fault> {
	let context = &recomputed.context;
	let (assessed, _) =
		presence::assess(context, policy, &recomputed.facts, device, facts, evidence);
	let delays = evidence.answers.iter().map(|answer| answer.delay).collect();
	Ok(Answers { assessment: assessed?, delays, policy: *policy })
}

fn receptions(
	recomputed: &Recomputed,
	policy: &coverage::Policy,
	device: &DeviceId,
	facts: &DeviceFacts,
	evidence: &coverage::Evidence,
) -> Result<Receptions, Fault> {
	let metres = |other: &DeviceId| {
		let other = recomputed.facts.device(other).and_then(|facts| facts.place);
		let (own, other) = (facts.place?, other?);
		Some(geo::distance(own.point(), other.point()))
	};
	let assessment =
		coverage::assess(&recomputed.context, policy, &recomputed.facts, device, facts, evidence)?;
	let receipts = evidence.beacon.iter().flat_map(|beacon| &beacon.receipts);
	let heard_by = receipts.zip(assessment.receipts).map(|(receipt, result)| HeardBy {
		witness: receipt.witness,
		power: receipt.power,
		answered: receipt.answered,
		metres: metres(&receipt.witness),
		result,
	});
	let heard = evidence.heard.iter().zip(assessment.heard).map(|(heard, result)| Heard {
		beaconer: heard.beaconer,
		power: heard.power,
		metres: metres(&heard.beaconer),
		answered: heard.word.answered,
		witnesses: heard.word.witnesses,
		result,
	});
	Ok(Receptions {
		heard_by: heard_by.collect(),
		heard: heard.collect(),
		points: assessment.points,
		beacon_points: assessment.beacon_points,
		chair: assessment.chair,
		wanted: assessment.wanted,
		policy: policy.clone(),
	})
}

async fn earning(
	chain: &Chain,
	commitment: &Commitment<u128>,
	leaf: &Leaf,
	network: NetworkId,
	epoch: EpochIndex,
) -> Result<Earning> {
	if let Some(fault) = leaf.fault {
		return Ok(Earning::Fault(fault));
	}
	match &commitment.state {
		BatchState::Settled { underdeclared: false, .. } => (),
		BatchState::Committed => return Ok(Earning::NotSettled),
		_ => return Ok(Earning::NoPay),
	}
	let rates = chain
		.rates(network, epoch)
		.await?
		.ok_or_else(|| anyhow!("a settled network has no pool for epoch {epoch}"))?;
	let payment = rates.payment(leaf);
	let now = chain.clock().await?.epoch;
	let freeze = chain.schedules().await?.get(&epoch).map(|schedule| schedule.freeze);
	let claim = if chain.is_paid(network, leaf.device, epoch).await? {
		Claim::Paid
	} else {
		match freeze {
			Some(freeze) if now < freeze => Claim::FrozenLater { freeze, now },
			Some(_) => Claim::Open,
			None => Claim::Ended,
		}
	};
	Ok(Earning::Pay { rates, payment, claim })
}
