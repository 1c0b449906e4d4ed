//! Presence: a machine is there, others have called it, and what it does for its customers has burned tokens.
//!
//! The lot names members of the network who call a machine, each in a part of the epoch of its own. A caller gives it a number, the
//! machine signs that, and the caller signs that it did, and how long it took. A report holds what callers have signed. Being there is
//! worth a part of the score; the rest is worth what stayed burned of what its customers have paid.
//!
//! It cannot tell a machine from a process that holds its key: a thousand keys on one server all answer. And it does not know
//! which callers are away: a machine that is away, too, and whose owner has a third of all members, is paid in half of all epochs.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::ConstU32;
use sp_runtime::BoundedVec;
use substation_primitives::{
	keys::Signature, report::Fault, signing::ReportContext, DeviceId, Score, WorkUnits, FULL_SCORE,
};

use crate::{
	facts::{DeviceFacts, FactSource, Numbering},
	geo,
	kinds::{ascend, least_burn, marks},
	lot, share, Checked, ResourceKind,
};

/// Members who call a machine in an epoch, at the most: with the report's own that is fifteen signatures.
pub const MAX_CALLERS: u32 = 14;
/// Metres that light covers in a microsecond, rounded up.
const LIGHT: u64 = 300;
/// The most metres in a microsecond that a policy may ask of a call: half the speed of light.
const MAX_PACE: u16 = 150;
/// The longest time beside the way that a policy may allow a call: a second, in microseconds.
const MAX_OVERHEAD: u32 = 1_000_000;
/// What a presence network pays for.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	serde::Serialize,
	serde::Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub struct Policy {
	/// Members whom the lot names to call a machine, from 1 to [`MAX_CALLERS`].
	pub callers: u8,
	/// Answers without which a report is worth nothing, from 1 to `callers`; all, where fewer are called.
	pub quorum: u8,
	/// The part of the calls, in millionths, that has to be answered for full marks. At least 1.
	pub needed: u32,
	/// Epochs of membership before a machine may call.
	pub elder: u16,
	/// Microseconds that a call may take beside the way, where places matter.
	pub overhead: u32,
	/// Metres that a call covers in a microsecond at the least, to 150; 0 if places do not matter.
	pub pace: u16,
	/// The part of the score, in millionths, that is for being there. The rest is for what stayed burned.
	pub presence: u32,
	/// Planck that have to stay burned in an epoch for the rest in full.
	pub full_burn: u128,
}

impl Policy {
	/// Whether all values are in their ranges.
	pub fn is_sound(&self) -> bool {
		(1..=MAX_CALLERS).contains(&self.callers.into())
			&& (1..=self.callers).contains(&self.quorum)
			&& (1..=FULL_SCORE).contains(&self.needed)
			&& self.overhead <= MAX_OVERHEAD
			&& self.pace <= MAX_PACE
			&& self.presence <= FULL_SCORE
			&& (self.presence == FULL_SCORE || self.full_burn > 0)
	}

	/// The least [`Self::full_burn`], rounded up, with which nobody who buys of his own machine gains by it, where a full score is
	/// paid `rate_cap` at the most: what use adds to the pay is 95 % of what stayed burned.
	pub fn least_burn(&self, rate_cap: u128) -> u128 {
		least_burn(rate_cap, FULL_SCORE.saturating_sub(self.presence))
	}

	/// Whether an answer that took `delay` microseconds can have come from `metres` away: neither faster than light, nor
	/// slower than the policy allows.
	fn allows(&self, delay: u32, metres: u32) -> Result<(), Rejection> {
		let way = u64::from(metres) * 2;
		if u64::from(delay) * LIGHT < way {
			return Err(Rejection::TooFast);
		}
		let longest = u64::from(self.overhead) + way.checked_div(self.pace.into()).unwrap_or(0);
		match u64::from(delay) > longest {
			true => Err(Rejection::TooSlow),
			false => Ok(()),
		}
	}
}

/// What a caller has signed.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Answer {
	/// The caller's place in the list of those whom the lot has named, from 0.
	pub place: u8,
	/// Microseconds from its call to the answer.
	pub delay: u32,
	/// Over [`ReportContext::heartbeat`], by the caller's report key.
	pub signature: Signature,
}

/// What a presence report holds: callers' words, in the order of their places.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub struct Evidence {
	/// The words.
	pub answers: BoundedVec<Answer, ConstU32<MAX_CALLERS>>,
}

/// Why one answer counts nothing, though the report may count.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[cfg_attr(feature = "std", derive(serde::Serialize))]
pub enum Rejection {
	/// Places matter, and one of the two has asserted none.
	NoPlace,
	/// It came faster than light.
	TooFast,
	/// It took longer than the policy allows from so far.
	TooSlow,
	/// The caller has not signed this.
	BadSignature,
}

/// How a score came about.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Assessment {
	/// Whom the lot has named.
	pub called: Vec<DeviceId>,
	/// For each answer, who has signed, and whether it counts.
	pub answers: Vec<(DeviceId, Result<(), Rejection>)>,
	/// Answers that count.
	pub count: u32,
	/// As many as are needed for full marks.
	pub needed: u32,
	/// Marks for being there, from 0 to [`FULL_SCORE`].
	pub there: Score,
	/// What stayed burned, in planck.
	pub left_burned: u128,
	/// From 0 to [`FULL_SCORE`].
	pub score: Score,
}

/// Whom the lot names to call a machine, with their facts.
pub fn called(
	context: &ReportContext,
	policy: &Policy,
	facts: &impl FactSource,
	device: &DeviceId,
	own: &DeviceFacts,
) -> Vec<(DeviceId, DeviceFacts)> {
	own.chair.map_or_else(Vec::new, |chair| {
		let (callers, elder) = (policy.callers.into(), policy.elder.into());
		lot::called(context, facts, device, &chair, callers, elder, |_| true)
	})
}

/// Assesses a report answer by answer; what [`ResourceKind::score`] sums up. Beside it, the work that it took.
pub fn assess(
	context: &ReportContext,
	policy: &Policy,
	facts: &impl FactSource,
	device: &DeviceId,
	own: &DeviceFacts,
	evidence: &Evidence,
) -> (Result<Assessment, Fault>, WorkUnits) {
	if !ascend(evidence.answers.iter().map(|answer| answer.place)) {
		return (Err(Fault::RepeatedWitness), 0);
	}
	let who = called(context, policy, facts, device, own);
	let mut work = lot::work(policy.callers.into());
	let named: Option<Vec<_>> = evidence
		.answers
		.iter()
		.map(|answer| who.get(usize::from(answer.place)).map(|caller| (answer, caller)))
		.collect();
	let Some(named) = named else { return (Err(Fault::NotCalled), work) };

	let check = |answer: &Answer, caller: &DeviceId, facts: &DeviceFacts| {
		if policy.pace > 0 {
			let (Some(here), Some(there)) = (own.place, facts.place) else {
				return Err(Rejection::NoPlace);
			};
			policy.allows(answer.delay, geo::distance(here.point(), there.point()))?;
		}
		let message = context.heartbeat(caller, device, answer.delay);
		let signed = facts.key.verify(&answer.signature, &message);
		signed.then_some(()).ok_or(Rejection::BadSignature)
	};
	let answers: Vec<_> = named
		.into_iter()
		.map(|(answer, (caller, facts))| {
			let result = check(answer, caller, facts);
			if matches!(result, Ok(()) | Err(Rejection::BadSignature)) {
				work = work.saturating_add(1);
			}
			(*caller, result)
		})
		.collect();

	let count = answers.iter().filter(|(_, result)| result.is_ok()).count() as u32;
	let called = who.len() as u32;
	let quorum = u32::from(policy.quorum).min(called);
	if count < quorum.max(1) {
		return (Err(Fault::TooFewAnswers), work);
	}
	let wanted = u64::from(called) * u64::from(policy.needed);
	let needed = quorum.max(wanted.div_ceil(FULL_SCORE.into()) as u32);
	let there = share(FULL_SCORE, count.into(), needed.into());
	// Where all is for being there, nobody asks what was burned.
	let rest = FULL_SCORE.saturating_sub(policy.presence);
	let left_burned = if rest > 0 { facts.left_burned(device) } else { 0 };
	let used = share(rest, marks(left_burned, policy.full_burn).into(), FULL_SCORE.into());
	let score = share(there, policy.presence.into(), FULL_SCORE.into()).saturating_add(used);
	let called = who.into_iter().map(|(device, _)| device).collect();
	(Ok(Assessment { called, answers, count, needed, there, left_burned, score }), work)
}

/// The kind.
pub struct Presence;

impl ResourceKind for Presence {
	type Policy = Policy;
	type Evidence = Evidence;

	const NAME: &'static str = "presence";
	const MAX_WORK: WorkUnits = lot::work(MAX_CALLERS) + MAX_CALLERS;

	fn is_sound(policy: &Policy) -> bool {
		policy.is_sound()
	}

	fn fits_cap(policy: &Policy, rate_cap: u128) -> bool {
		policy.full_burn >= policy.least_burn(rate_cap)
	}

	/// What stays burned counts in its epoch: where not every epoch is reported for, who settles a sale would choose whether it counts.
	fn fits_cadence(policy: &Policy, cadence: u16) -> bool {
		cadence == 1 || policy.presence == FULL_SCORE
	}

	fn numbering(_: &Policy) -> Numbering {
		Numbering::InNetwork
	}

	fn signatures(evidence: &Evidence) -> u32 {
		evidence.answers.len() as u32
	}

	fn work(policy: &Policy, evidence: &Evidence) -> WorkUnits {
		lot::work(policy.callers.into()) + evidence.answers.len() as u32
	}

	fn score(
		context: &ReportContext,
		policy: &Policy,
		facts: &impl FactSource,
		device: &DeviceId,
		own: &DeviceFacts,
		evidence: &Evidence,
	) -> Checked {
		let (assessment, work) = assess(context, policy, facts, device, own, evidence);
		Checked { score: assessment.map(|assessment| assessment.score), work }
	}
}
