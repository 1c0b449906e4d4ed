//! What a device signs, and what becomes of it.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::ConstU32;
use sp_io::hashing::blake2_256;
use sp_runtime::BoundedVec;

use crate::{keys::Signature, DeviceId, Score, WorkUnits, H256};

/// Length of a report: it may fill a chunk, whose length is what fits a dispute's transaction.
pub const MAX_REPORT_BYTES: u32 = 128 * 1024;

/// A report as it lies in a body: encoded, and perhaps not a report at all.
pub type ReportBytes = BoundedVec<u8, ConstU32<MAX_REPORT_BYTES>>;

/// What one device claims for one network and epoch. The network, the epoch, the aggregator and the
/// entropy are signed (see [`crate::signing::ReportContext::report`]) but not repeated.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Report {
	/// Whose report this is.
	pub device: DeviceId,
	/// By the device's report key, in that key's scheme.
	pub signature: Signature,
	/// SCALE-encoded evidence of the network's kind.
	pub evidence: alloc::vec::Vec<u8>,
}

/// The hash of a report's bytes.
pub fn report_hash(bytes: &[u8]) -> H256 {
	blake2_256(bytes).into()
}

/// Why a report is worth nothing. The numbers are part of the leaves that judges agree on.
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
pub enum Fault {
	/// The bytes are not a report, or its evidence is not of the network's kind.
	#[codec(index = 0)]
	Malformed,
	/// The device lies outside the range of the chunk that it was put into.
	#[codec(index = 1)]
	OutOfRange,
	/// The device does not follow the one before it: a second report of it, or a wrong order.
	#[codec(index = 2)]
	OutOfOrder,
	/// The device had no active membership in the network as of the epoch.
	#[codec(index = 3)]
	NotMember,
	/// The device had chosen another aggregator as of the epoch.
	#[codec(index = 4)]
	OtherAggregator,
	/// The signature is not the device's over this report, network, epoch, aggregator and entropy.
	#[codec(index = 5)]
	BadSignature,
	/// More signatures than a report may hold.
	#[codec(index = 6)]
	TooManySignatures,
	/// The evidence was made for another epoch or device.
	#[codec(index = 7)]
	StaleChallenge,
	/// The device has asserted no place.
	#[codec(index = 16)]
	NoPlace,
	/// A device witnessed itself.
	#[codec(index = 17)]
	SelfWitness,
	/// One beacon is listed twice, or with two witness counts.
	#[codec(index = 18)]
	RepeatedBeacon,
	/// One witness is listed twice for a beacon.
	#[codec(index = 19)]
	RepeatedWitness,
	/// Nothing in the evidence counts.
	#[codec(index = 20)]
	NothingCounts,
	/// The device has committed no data set.
	#[codec(index = 32)]
	NoDataSet,
	/// Another number of pieces is shown than asked for.
	#[codec(index = 33)]
	WrongPieceCount,
	/// A piece does not lie under the committed root where it was asked for.
	#[codec(index = 34)]
	WrongPiece,
	/// Samples, or a witness's values, are not as many as the policy has slots.
	#[codec(index = 48)]
	WrongSampleCount,
	/// A word is shown of somebody whom the lot has not named.
	#[codec(index = 49)]
	NotCalled,
	/// A witness that has spoken is left out.
	#[codec(index = 50)]
	WitnessLeftOut,
	/// Fewer slots are valid than the policy asks for.
	#[codec(index = 51)]
	TooFewSamples,
	/// The sensor gives the same for too long.
	#[codec(index = 52)]
	Stuck,
	/// What was measured is too far from what witnesses have measured.
	#[codec(index = 53)]
	Disagrees,
	/// Fewer members have heard the machine than the policy asks for.
	#[codec(index = 80)]
	TooFewAnswers,
	/// A track is one of no drive: its steps are too straight, or too even.
	#[codec(index = 104)]
	Synthetic,
	/// A track begins or ends outside the time that the report is about.
	#[codec(index = 112)]
	OutsidePeriod,
	/// A track leaves the Earth's coordinates.
	#[codec(index = 113)]
	OutsideWorld,
	/// A step of a track takes no time.
	#[codec(index = 114)]
	TimeStandsStill,
	/// Too many steps of a track are longer than anything moves.
	#[codec(index = 115)]
	Unphysical,
	/// One leaf of a bill is shown twice.
	#[codec(index = 128)]
	RepeatedBill,
}

impl Fault {
	/// Whether the bytes alone tell it, before any fact is asked for and any signature checked.
	pub fn is_told_at_once(&self) -> bool {
		matches!(
			self,
			Self::Malformed | Self::OutOfRange | Self::OutOfOrder | Self::TooManySignatures
		)
	}

	/// What went wrong, as a sentence for people.
	pub fn explanation(&self) -> &'static str {
		match self {
			Self::Malformed => "the bytes are not a report of this network's kind",
			Self::OutOfRange => "the device lies outside its chunk's range",
			Self::OutOfOrder => "the device is listed twice or out of order",
			Self::NotMember => "the device had no active membership in this epoch",
			Self::OtherAggregator => "the device had chosen another aggregator",
			Self::BadSignature => "the signature is not the device's over this report",
			Self::TooManySignatures => "the report holds more than sixteen signatures",
			Self::StaleChallenge => "the evidence answers another epoch's or device's challenge",
			Self::NoPlace => "the device has asserted no place",
			Self::SelfWitness => "the device witnessed itself",
			Self::RepeatedBeacon => "one beacon is claimed twice",
			Self::RepeatedWitness => "one witness is listed twice",
			Self::NothingCounts => "nothing in the evidence counts",
			Self::NoDataSet => "the device has committed no data set",
			Self::WrongPieceCount => "another number of pieces is shown than asked for",
			Self::WrongPiece => "a piece does not lie where it was asked for",
			Self::WrongSampleCount => "the samples, or a witness's values, are not as many as the network has slots",
			Self::WitnessLeftOut => "a witness that has spoken is left out",
			Self::TooFewSamples => "too few slots hold a sample that counts: in range, of enough readings, and sealed in time",
			Self::Stuck => "the sensor gave the same for too long",
			Self::Disagrees => "what was measured is too far from what the witnesses have measured",
			Self::NotCalled => "somebody has signed whom the lot has not named",
			Self::TooFewAnswers => {
				"fewer callers have signed for the machine than the network asks for"
			}
			Self::Synthetic => "the track is one of no drive: too straight, or too even",
			Self::OutsidePeriod => "the track lies outside the time that the report is about",
			Self::OutsideWorld => "the track leaves the Earth: are its coordinates degrees?",
			Self::TimeStandsStill => "a step of the track takes no time",
			Self::Unphysical => "too many steps of the track are longer than anything moves",
			Self::RepeatedBill => "one part of a bill is shown twice",
		}
	}
}

/// The outcome for one report.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Judgement {
	/// From 0 to [`crate::FULL_SCORE`]; 0 if there is a fault.
	pub score: Score,
	/// Why the report is worth nothing.
	pub fault: Option<Fault>,
	/// The aggregator's part of the payment, in millionths, as of the epoch; 0 if there is a fault.
	pub cut: u32,
	/// What was checked, in units: what is refused before it is checked counts the least.
	pub work: WorkUnits,
}

impl Judgement {
	/// A report that is worth nothing.
	pub fn faulty(fault: Fault, work: WorkUnits) -> Self {
		Self { score: 0, fault: Some(fault), cut: 0, work }
	}
}
