//! Judging reports, chunks and batches of any kind.

use alloc::vec::Vec;
use codec::{Decode, DecodeAll};
use substation_primitives::{
	batch::{self, Chunk, Element, Leaf, Terms},
	report::{report_hash, Fault, Judgement, Report, ReportBytes},
	signing::ReportContext,
	DeviceId, WorkUnits, FULL_SCORE,
};

use crate::{
	facts::{AsOf, FactSource},
	kinds::ReadEvidence,
	share, Checked, Policy, Rules, BASE_WORK,
};

/// Judges the bytes of one report under version `rules` of the rules. Also tells whose report it is,
/// if that can be read. Nothing, if that version is not kept.
pub fn judge(
	rules: u16,
	context: &ReportContext,
	policy: &Policy,
	facts: &impl FactSource,
	bytes: &[u8],
) -> Option<(Option<DeviceId>, Judgement)> {
	let rules = Rules::of(rules)?;
	let Some(read) = ReadReport::of(policy, bytes) else {
		return Some((None, Judgement::faulty(Fault::Malformed, BASE_WORK)));
	};
	Some((Some(read.report.device), read.judge(rules, context, policy, facts)))
}

/// A report whose form is known to be right, and nothing else.
struct ReadReport {
	report: Report,
	evidence: ReadEvidence,
	signatures: u32,
	work: WorkUnits,
}

impl ReadReport {
	fn of(policy: &Policy, bytes: &[u8]) -> Option<Self> {
		let report = Report::decode_all(&mut &bytes[..]).ok()?;
		let evidence = policy.kind.read(&report.evidence)?;
		let signatures = evidence.signatures().saturating_add(1);
		let work = BASE_WORK.saturating_add(policy.kind.work(&evidence));
		Some(Self { report, evidence, signatures, work })
	}

	/// Whose report it is comes first: only what a device has signed is looked into, so that nobody makes work with the
	/// devices of others.
	fn judge(
		&self,
		rules: &Rules,
		context: &ReportContext,
		policy: &Policy,
		facts: &impl FactSource,
	) -> Judgement {
		let device = &self.report.device;
		let refused = |fault| Judgement::faulty(fault, BASE_WORK);
		if self.signatures > rules.max_signatures {
			return refused(Fault::TooManySignatures);
		}
		let Some(own) = facts.device(device) else { return refused(Fault::NotMember) };
		if own.aggregator != context.aggregator {
			return refused(Fault::OtherAggregator);
		}
		let message = context.report(device, &self.report.evidence);
		if !own.key.verify(&self.report.signature, &message) {
			return refused(Fault::BadSignature);
		}
		let Checked { score, work } = policy.kind.score(
			context,
			&AsOf { epoch: context.epoch, facts },
			device,
			&own,
			&self.evidence,
		);
		let work = BASE_WORK.saturating_add(work);
		match score {
			Ok(score) => {
				let served = u64::from(context.epoch.saturating_sub(own.since)).saturating_add(1);
				let score = share(score.min(FULL_SCORE), served, policy.ramp.into());
				Judgement { score, fault: None, cut: own.cut.min(1_000_000), work }
			}
			Err(fault) => Judgement::faulty(fault, work),
		}
	}
}

/// A chunk's outcome.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct JudgedChunk {
	/// What judges agree on.
	pub element: Element,
	/// What claims show; empty for a chunk that is worth nothing as a whole.
	pub leaves: Vec<Leaf>,
}

/// Reports whose bytes alone say that they are worth nothing: a judge reads so many in the time of one unit.
const AT_ONCE: WorkUnits = 8;

impl JudgedChunk {
	/// The work that judging the chunk has taken. What only had to be read takes less than it counts for.
	pub fn taken(&self) -> WorkUnits {
		let unchecked = match self.leaves.is_empty() {
			true => self.element.count,
			false => {
				let told = |leaf: &&Leaf| leaf.fault.is_some_and(|fault| fault.is_told_at_once());
				self.leaves.iter().filter(told).count() as u32
			}
		};
		let checked = self.element.work.saturating_sub(unchecked.saturating_mul(BASE_WORK));
		checked.saturating_add(unchecked.div_ceil(AT_ONCE))
	}
}

/// Judges the reports of chunk number `chunk` of the batch that `terms` commits to, under version `rules` of the rules.
/// Nothing, if that version is not kept.
///
/// The outcome is a function of this chunk and the terms, and of no other chunk: whoever judges it alone finds the same. A
/// chunk that is too long or would take too much work is worth nothing as a whole, and none of its signatures is checked; its
/// count is told all the same. Its work is what was checked: reports of which nothing is count for the least.
pub fn judge_chunk(
	rules: u16,
	context: &ReportContext,
	policy: &Policy,
	facts: &impl FactSource,
	terms: &Terms,
	chunk: u32,
	reports: &[ReportBytes],
) -> Option<JudgedChunk> {
	let rules = Rules::of(rules)?;
	let bytes: u64 = reports.iter().map(|report| report.len() as u64).sum();
	let read: Vec<_> = reports.iter().map(|bytes| ReadReport::of(policy, bytes)).collect();
	// By lengths, before anything is checked.
	let most = read
		.iter()
		.map(|read| read.as_ref().map_or(BASE_WORK, |read| read.work))
		.fold(0, WorkUnits::saturating_add);
	let count = reports.len() as u32;
	if bytes > rules.max_chunk_bytes.into() || most > rules.max_chunk_work {
		let work = count.saturating_mul(BASE_WORK);
		let element = Element { count, work, ..Default::default() };
		return Some(JudgedChunk { element, leaves: Vec::new() });
	}

	let mut before: Option<DeviceId> = None;
	let mut work: WorkUnits = 0;
	let start = chunk.saturating_mul(batch::CHUNK_LEAVES);
	let leaves: Vec<Leaf> = (start..)
		.zip(reports.iter().zip(&read))
		.map(|(index, (bytes, read))| {
			let report = report_hash(bytes);
			let device = read.as_ref().map_or_else(DeviceId::zero, |read| read.report.device);
			let refused = |fault| Judgement::faulty(fault, BASE_WORK);
			let judgement = match read {
				None => refused(Fault::Malformed),
				Some(_) if !terms.in_range(chunk, batch::prefix(&device)) => {
					refused(Fault::OutOfRange)
				}
				Some(_) if before.is_some_and(|before| before >= device) => {
					refused(Fault::OutOfOrder)
				}
				Some(read) => {
					before = Some(device);
					read.judge(rules, context, policy, facts)
				}
			};
			let Judgement { score, fault, cut, work: found } = judgement;
			work = work.saturating_add(found);
			Leaf { index, device, report, score, fault, cut }
		})
		.collect();
	let element = Element {
		score_root: batch::score_root(&leaves),
		sum: leaves.iter().map(|leaf| u64::from(leaf.score)).sum(),
		count,
		work,
	};
	Some(JudgedChunk { element, leaves })
}

/// Judges all chunks of the batch that `terms` commits to, each for itself. Nothing, if version `rules` is not kept.
///
/// Whether the batch declared too little follows from the sums, and the chain alone says so.
pub fn judge_chunks(
	rules: u16,
	context: &ReportContext,
	policy: &Policy,
	facts: &impl FactSource,
	terms: &Terms,
	chunks: &[Chunk],
) -> Option<Vec<JudgedChunk>> {
	(0u32..)
		.zip(chunks)
		.map(|(number, chunk)| judge_chunk(rules, context, policy, facts, terms, number, chunk))
		.collect()
}

/// Whether a judge can have found `element` for a chunk of reports under `policy`, by version `rules`. What no judge finds
/// is not settled, however many have sealed it.
pub fn can_be_found(rules: u16, policy: &Policy, element: &Element) -> bool {
	let Some(rules) = Rules::of(rules) else { return false };
	let Element { score_root, sum, count, work } = *element;
	let most = count.saturating_mul(policy.max_report_work());
	let least = count.saturating_mul(BASE_WORK);
	let whole = work <= rules.max_chunk_work && !score_root.is_zero();
	// Of what is worth nothing as a whole, nothing is checked.
	let worthless = work == least && sum == 0 && score_root.is_zero();
	count <= batch::CHUNK_LEAVES
		&& (least..=most).contains(&work)
		&& sum <= u64::from(count).saturating_mul(FULL_SCORE.into())
		&& (whole || worthless)
}

/// Whose report the bytes are. Nothing for bytes that are none of the network's kind.
pub fn reporter(policy: &Policy, bytes: &[u8]) -> Option<DeviceId> {
	ReadReport::of(policy, bytes).map(|read| read.report.device)
}

/// The evidence in a report, for those who explain it. Nothing for bytes that hold none of this form.
pub fn evidence_in<E: Decode>(bytes: &[u8]) -> Option<E> {
	let report = Report::decode_all(&mut &bytes[..]).ok()?;
	E::decode_all(&mut &report.evidence[..]).ok()
}

/// The work that judging `bytes` takes, for an aggregator that packs a batch.
pub fn work_of(policy: &Policy, bytes: &[u8]) -> WorkUnits {
	ReadReport::of(policy, bytes).map_or(BASE_WORK, |read| read.work)
}
