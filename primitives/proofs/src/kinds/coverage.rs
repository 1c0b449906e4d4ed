//! Radio coverage: devices send beacons, others witness them, both are paid for what is plausible.
//!
//! A witness answers a beacon with a frame of its own, and the beaconer hears that. So each of the two measures the other, and
//! signs what it measured: the witness in its receipt, the beaconer in its word to the witness. Nobody's gain hangs on
//! what it measured alone.
//!
//! A device's report holds its own beacon with the receipts that witnesses signed, and the beacons
//! of others that it heard, each with the beaconer's word: of how many witnesses this one was which, and how strong its answer was.
//! A receipt that cannot be true counts nothing; the others beside it do. The reward follows HIP-15 (N = 4, r = 0.8): a
//! beacon gains with its witnesses up to a limit, and a witness's share thins out in a crowd. Who sits in one of the first
//! chairs of its cell, as many as the policy wants devices there, is paid in full; others get a part. So who comes later takes
//! nothing from who was there.

use alloc::{collections::BTreeSet, vec::Vec};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::ConstU32;
use sp_runtime::BoundedVec;
use substation_primitives::{
	keys::Signature,
	report::Fault,
	signing::{ReportContext, Witnessed},
	DeviceId, Score, WorkUnits, FULL_SCORE,
};

use crate::{
	facts::{Chair, DeviceFacts, FactSource, Numbering, Place},
	geo, radio, share, Checked, ResourceKind,
};

/// Witnesses of a beacon that count: the first fourteen (HIP-83).
pub const MAX_WITNESSES: u32 = 14;
/// Receipts and beacons heard in one report: with the report's own signature that is sixteen.
pub const MAX_RECEPTIONS: u32 = 15;
/// Witnesses up to which each adds fully (HIP-15's N).
const DESIRED_WITNESSES: u32 = 4;
/// The first powers of HIP-15's r = 0.8, from the zeroth, in millionths, rounded down.
const DECAY: [u32; 11] = [
	1_000_000, 800_000, 640_000, 512_000, 409_600, 327_680, 262_144, 209_715, 167_772, 134_217,
	107_374,
];

/// The lowest floor for receptions that a policy may set, in tenths of a dBm: the noise of a single hertz at room temperature.
const LEAST_SENSITIVITY: i16 = -1_740;

/// A range of frequencies in hertz, both ends included.
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
pub struct Band {
	/// The lowest frequency.
	pub from: u32,
	/// The highest frequency.
	pub to: u32,
}

/// What a coverage network pays for.
#[derive(
	Clone,
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
	/// Metres below which two devices are one place. At least 1.
	pub min_distance: u32,
	/// Metres above which nothing is heard.
	pub max_distance: u32,
	/// Tenths of a decibel by which a reception may exceed the free-space value.
	pub margin: u16,
	/// Tenths of a dBm below which nothing is received.
	pub sensitivity: i16,
	/// Tenths of a decibel by which the losses of the two ways between two devices may differ.
	pub reciprocity: u16,
	/// Tenths of a dBm above which a declared EIRP counts as this.
	pub max_eirp: i16,
	/// The region's plan.
	pub bands: BoundedVec<Band, ConstU32<4>>,
	/// H3 resolution of the cells in which devices are counted, from 0 to 12.
	pub resolution: u8,
	/// Devices that a cell is wanted to hold: so many chairs are paid in full. At least 1.
	pub target: u32,
	/// The part of its score, in millionths, that a device in any other chair gets.
	pub spare: u32,
	/// Points, in millionths, for a full score. A beacon earns up to two, each beacon heard up to one.
	pub full_marks: u32,
}

impl Policy {
	/// Whether all values are in their ranges.
	pub fn is_sound(&self) -> bool {
		self.min_distance >= 1
			&& self.min_distance < self.max_distance
			&& self.max_distance <= 1_000_000
			&& self.margin <= 300
			&& (LEAST_SENSITIVITY..=0).contains(&self.sensitivity)
			&& self.reciprocity <= 300
			&& self.max_eirp <= 700
			&& !self.bands.is_empty()
			&& self.bands.iter().all(|band| band.from <= band.to && band.from >= 1_000_000)
			&& self.resolution <= crate::facts::PLACE_RESOLUTION
			&& self.target >= 1
			&& self.spare <= FULL_SCORE
			&& (100_000..=100_000_000).contains(&self.full_marks)
	}

	fn allows(&self, frequency: u32) -> bool {
		self.bands.iter().any(|band| (band.from..=band.to).contains(&frequency))
	}
}

/// A witness's word that it heard the beacon.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Receipt {
	/// Who heard it.
	pub witness: DeviceId,
	/// How strongly, in tenths of a dBm.
	pub power: i16,
	/// Over [`ReportContext::receipt`], by the witness's report key.
	pub signature: Signature,
	/// How strongly the beaconer heard the witness's answer, in tenths of a dBm.
	pub answered: i16,
}

/// A device's own beacon.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Beacon {
	/// What was sent: [`ReportContext::challenge`] of the device.
	pub challenge: [u8; 8],
	/// On which frequency, in hertz.
	pub frequency: u32,
	/// Who heard it.
	pub receipts: BoundedVec<Receipt, ConstU32<MAX_WITNESSES>>,
}

/// Another device's beacon that was heard.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Heard {
	/// Who sent it.
	pub beaconer: DeviceId,
	/// What was heard.
	pub challenge: [u8; 8],
	/// On which frequency, in hertz.
	pub frequency: u32,
	/// How strongly, in tenths of a dBm.
	pub power: i16,
	/// What the beaconer says.
	pub word: Witnessed,
	/// Over [`ReportContext::witnessed`], by the beaconer's report key.
	pub signature: Signature,
}

/// What a coverage report holds.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub struct Evidence {
	/// The device's own beacon, if it sent one.
	pub beacon: Option<Beacon>,
	/// Beacons of others.
	pub heard: BoundedVec<Heard, ConstU32<MAX_RECEPTIONS>>,
}

impl Evidence {
	fn receptions(&self) -> u32 {
		let receipts = self.beacon.as_ref().map_or(0, |beacon| beacon.receipts.len());
		(receipts + self.heard.len()) as u32
	}
}

/// What checking a reception takes at the most: a signature and the facts of the other device.
const RECEPTION_WORK: WorkUnits = 2;

/// Why one reception counts nothing, though the report may count.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[cfg_attr(feature = "std", derive(serde::Serialize))]
pub enum Rejection {
	/// The other device was not an active member of the network.
	UnknownDevice,
	/// The other device has asserted no place.
	NoPlace,
	/// The frequency is not in the region's plan.
	OutsideBands,
	/// The two devices are nearer than the policy's floor.
	TooNear,
	/// The two devices are farther than the policy's ceiling.
	TooFar,
	/// No signal can arrive so strongly from so far.
	TooStrong,
	/// No receiver hears so weak a signal.
	TooWeak,
	/// The losses of the two ways differ by more than the policy allows.
	NotReciprocal,
	/// The beacon carried another epoch's or device's challenge.
	StaleChallenge,
	/// The count of witnesses is not between one and fourteen.
	WrongCount,
	/// The witness's rank is not below the count of witnesses.
	WrongRank,
	/// The other device did not sign this.
	BadSignature,
}

impl Rejection {
	/// Work that was done before it was found: none, the facts of the other device, or a signature beside them.
	fn work(&self) -> WorkUnits {
		match self {
			Self::OutsideBands
			| Self::TooWeak
			| Self::StaleChallenge
			| Self::WrongCount
			| Self::WrongRank => 0,
			Self::UnknownDevice
			| Self::NoPlace
			| Self::TooNear
			| Self::TooFar
			| Self::TooStrong
			| Self::NotReciprocal => 1,
			Self::BadSignature => RECEPTION_WORK,
		}
	}
}

/// How a score came about.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Assessment {
	/// For each receipt of the own beacon, whether it counts.
	pub receipts: Vec<Result<(), Rejection>>,
	/// For each beacon heard, the points it brings in millionths.
	pub heard: Vec<Result<u32, Rejection>>,
	/// Points for the own beacon, in millionths.
	pub beacon_points: u32,
	/// Points in all, in millionths.
	pub points: u64,
	/// The device's chair, if it has one.
	pub chair: Option<Chair>,
	/// Whether that is one of those that are paid in full.
	pub wanted: bool,
	/// From 0 to [`FULL_SCORE`].
	pub score: Score,
}

impl Assessment {
	/// Work that was done for it, reception by reception.
	fn work(&self) -> WorkUnits {
		fn of<T>(outcome: &Result<T, Rejection>) -> WorkUnits {
			outcome.as_ref().map_or_else(Rejection::work, |_| RECEPTION_WORK)
		}
		let receipts = self.receipts.iter().map(of).fold(0, WorkUnits::saturating_add);
		self.heard.iter().map(of).fold(receipts, WorkUnits::saturating_add)
	}
}

/// Points of a beacon with `witnesses` witnesses, in millionths (HIP-15).
pub fn beacon_points(witnesses: u32) -> u32 {
	match witnesses.checked_sub(DESIRED_WITNESSES) {
		None | Some(0) => witnesses * FULL_SCORE / DESIRED_WITNESSES,
		Some(more) => 2 * FULL_SCORE - decay(more),
	}
}

/// Points of one of `witnesses` witnesses, in millionths, rounded down (HIP-15).
pub fn witness_points(witnesses: u32) -> u32 {
	match witnesses.checked_sub(DESIRED_WITNESSES) {
		None | Some(0) => FULL_SCORE,
		Some(more) => ((DESIRED_WITNESSES - 1) * FULL_SCORE + decay(more)) / witnesses,
	}
}

fn decay(power: u32) -> u32 {
	DECAY.get(power as usize).copied().unwrap_or(0)
}

/// The kind.
pub struct Coverage;

struct Assessor<'a, F> {
	context: &'a ReportContext,
	policy: &'a Policy,
	facts: &'a F,
	device: &'a DeviceId,
	own: &'a DeviceFacts,
	place: Place,
}

/// Powers with which two devices heard each other, in tenths of a dBm.
#[derive(Clone, Copy)]
struct Powers {
	/// With which the witness heard the beacon.
	beacon: i16,
	/// With which the beaconer heard the witness's answer.
	answer: i16,
}

impl<F: FactSource> Assessor<'_, F> {
	/// The other side of a reception, if what is claimed is physically possible.
	fn other(
		&self,
		other: &DeviceId,
		frequency: u32,
		powers: Powers,
		other_is_beaconer: bool,
	) -> Result<DeviceFacts, Rejection> {
		let policy = self.policy;
		if !policy.allows(frequency) {
			return Err(Rejection::OutsideBands);
		}
		if powers.beacon.min(powers.answer) < policy.sensitivity {
			return Err(Rejection::TooWeak);
		}
		let facts = self.facts.device(other).ok_or(Rejection::UnknownDevice)?;
		let place = facts.place.ok_or(Rejection::NoPlace)?;
		let distance = geo::distance(self.place.point(), place.point());
		if distance < policy.min_distance {
			return Err(Rejection::TooNear);
		}
		if distance > policy.max_distance {
			return Err(Rejection::TooFar);
		}
		let (beaconer, witness) = match other_is_beaconer {
			true => (place, self.place),
			false => (self.place, place),
		};
		let (sent, returned) =
			(beaconer.eirp.min(policy.max_eirp), witness.eirp.min(policy.max_eirp));
		let arrives =
			|power, eirp| radio::is_possible(power, eirp, policy.margin, distance, frequency);
		if !arrives(powers.beacon, sent) || !arrives(powers.answer, returned) {
			return Err(Rejection::TooStrong);
		}
		let there = i32::from(sent) - i32::from(powers.beacon);
		let back = i32::from(returned) - i32::from(powers.answer);
		if there.abs_diff(back) > policy.reciprocity.into() {
			return Err(Rejection::NotReciprocal);
		}
		Ok(facts)
	}

	fn receipt(&self, beacon: &Beacon, receipt: &Receipt) -> Result<(), Rejection> {
		let powers = Powers { beacon: receipt.power, answer: receipt.answered };
		let witness = self.other(&receipt.witness, beacon.frequency, powers, false)?;
		let message = self.context.receipt(
			self.device,
			&receipt.witness,
			&beacon.challenge,
			beacon.frequency,
			receipt.power,
		);
		let signed = witness.key.verify(&receipt.signature, &message);
		signed.then_some(()).ok_or(Rejection::BadSignature)
	}

	fn heard(&self, heard: &Heard) -> Result<u32, Rejection> {
		let word = &heard.word;
		if !(1..=MAX_WITNESSES).contains(&word.witnesses.into()) {
			return Err(Rejection::WrongCount);
		}
		if word.rank >= word.witnesses {
			return Err(Rejection::WrongRank);
		}
		if heard.challenge != self.context.challenge(&heard.beaconer) {
			return Err(Rejection::StaleChallenge);
		}
		let powers = Powers { beacon: heard.power, answer: word.answered };
		let beaconer = self.other(&heard.beaconer, heard.frequency, powers, true)?;
		let message = self.context.witnessed(
			&heard.beaconer,
			self.device,
			&heard.challenge,
			heard.frequency,
			word,
		);
		if !beaconer.key.verify(&heard.signature, &message) {
			return Err(Rejection::BadSignature);
		}
		Ok(witness_points(word.witnesses.into()))
	}

	fn assess(&self, evidence: &Evidence) -> Result<Assessment, Fault> {
		let chair = self.own.chair;
		let wanted = chair.is_some_and(|chair| chair.index < self.policy.target);
		let mut assessment = Assessment { chair, wanted, ..Default::default() };
		if let Some(beacon) = &evidence.beacon {
			if beacon.challenge != self.context.challenge(self.device) {
				return Err(Fault::StaleChallenge);
			}
			let mut witnesses = BTreeSet::new();
			for receipt in &beacon.receipts {
				if receipt.witness == *self.device {
					return Err(Fault::SelfWitness);
				}
				if !witnesses.insert(receipt.witness) {
					return Err(Fault::RepeatedWitness);
				}
			}
		}
		let mut beaconers = BTreeSet::new();
		for heard in &evidence.heard {
			if heard.beaconer == *self.device {
				return Err(Fault::SelfWitness);
			}
			if !beaconers.insert(heard.beaconer) {
				return Err(Fault::RepeatedBeacon);
			}
		}
		// Nothing is checked before all that is known without checking.
		if let Some(beacon) = &evidence.beacon {
			assessment.receipts =
				beacon.receipts.iter().map(|receipt| self.receipt(beacon, receipt)).collect();
		}
		assessment.heard = evidence.heard.iter().map(|heard| self.heard(heard)).collect();

		let witnesses = assessment.receipts.iter().filter(|receipt| receipt.is_ok()).count();
		assessment.beacon_points = beacon_points(witnesses as u32);
		assessment.points = assessment
			.heard
			.iter()
			.filter_map(|heard| heard.ok())
			.fold(assessment.beacon_points.into(), |sum: u64, points| sum + u64::from(points));
		let full = share(FULL_SCORE, assessment.points, self.policy.full_marks.into());
		assessment.score = match wanted {
			true => full,
			false => share(full, self.policy.spare.into(), FULL_SCORE.into()),
		};
		Ok(assessment)
	}
}

/// Assesses a report reception by reception; what [`ResourceKind::score`] sums up. With no points at
/// all, the score is 0.
pub fn assess(
	context: &ReportContext,
	policy: &Policy,
	facts: &impl FactSource,
	device: &DeviceId,
	own: &DeviceFacts,
	evidence: &Evidence,
) -> Result<Assessment, Fault> {
	let place = own.place.ok_or(Fault::NoPlace)?;
	Assessor { context, policy, facts, device, own, place }.assess(evidence)
}

impl ResourceKind for Coverage {
	type Policy = Policy;
	type Evidence = Evidence;

	const NAME: &'static str = "coverage";
	const MAX_WORK: WorkUnits = RECEPTION_WORK * (MAX_WITNESSES + MAX_RECEPTIONS);

	fn is_sound(policy: &Policy) -> bool {
		policy.is_sound()
	}

	fn numbering(policy: &Policy) -> Numbering {
		Numbering::InCell(policy.resolution)
	}

	fn signatures(evidence: &Evidence) -> u32 {
		evidence.receptions()
	}

	fn work(_: &Policy, evidence: &Evidence) -> WorkUnits {
		evidence.receptions() * RECEPTION_WORK
	}

	fn score(
		context: &ReportContext,
		policy: &Policy,
		facts: &impl FactSource,
		device: &DeviceId,
		own: &DeviceFacts,
		evidence: &Evidence,
	) -> Checked {
		let assessment = match assess(context, policy, facts, device, own, evidence) {
			Ok(assessment) => assessment,
			Err(fault) => return Checked::at_once(fault),
		};
		let score = match assessment.points {
			0 => Err(Fault::NothingCounts),
			_ => Ok(assessment.score),
		};
		Checked { score, work: assessment.work() }
	}
}
