//! The kinds of resource. Each is a file here, and a line in the list at the end of this one; nothing else in this crate
//! knows which there are.

pub mod bandwidth;
pub mod coverage;
pub mod mapping;
pub mod presence;
pub mod sensing;
pub mod storage;

use codec::{Decode, DecodeAll, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use substation_primitives::{
	mul_div, report::Fault, signing::ReportContext, DeviceId, Score, WorkUnits, FULL_SCORE,
};

use crate::facts::{DeviceFacts, FactSource, Numbering};

/// A kind of resource.
pub trait ResourceKind {
	/// What a network of this kind pays for.
	type Policy;
	/// What a report of this kind holds.
	type Evidence: Decode;

	/// What people call it.
	const NAME: &'static str;

	/// The most work that judging evidence of this kind can take, without [`crate::BASE_WORK`]: its lengths are bounded.
	const MAX_WORK: WorkUnits;

	/// Whether all values of a policy are in their ranges.
	fn is_sound(policy: &Self::Policy) -> bool;

	/// Whether a network with this policy may pay `rate_cap` planck for a full score: false where somebody would gain by
	/// buying of himself.
	fn fits_cap(_: &Self::Policy, _rate_cap: u128) -> bool {
		true
	}

	/// Whether a network with this policy may have its members report every `cadence` epochs only.
	fn fits_cadence(_: &Self::Policy, _cadence: u16) -> bool {
		true
	}

	/// Whether a network may change from one policy to another of the same kind and numbering.
	fn may_become(_: &Self::Policy, _next: &Self::Policy) -> bool {
		true
	}

	/// How a network with this policy numbers its members.
	fn numbering(policy: &Self::Policy) -> Numbering;

	/// Signatures in the evidence.
	fn signatures(evidence: &Self::Evidence) -> u32;

	/// Work of judging the evidence, known from its lengths and the policy alone, without [`crate::BASE_WORK`].
	fn work(policy: &Self::Policy, evidence: &Self::Evidence) -> WorkUnits;

	/// What the evidence is worth, and what was checked to find that out. The report's own signature is checked elsewhere,
	/// before this.
	fn score(
		context: &ReportContext,
		policy: &Self::Policy,
		facts: &impl FactSource,
		device: &DeviceId,
		own: &DeviceFacts,
		evidence: &Self::Evidence,
	) -> Checked;
}

/// What evidence is worth, and what was checked to find that out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Checked {
	/// From 0 to [`substation_primitives::FULL_SCORE`].
	pub score: Result<Score, Fault>,
	/// Work, without [`crate::BASE_WORK`]: at the most what its lengths say.
	pub work: WorkUnits,
}

impl Checked {
	/// Refused before anything was checked.
	pub(crate) fn at_once(fault: Fault) -> Self {
		Self { score: Err(fault), work: 0 }
	}
}

/// Whether places in a list of those whom a lot has named ascend, and so none is there twice.
pub(crate) fn ascend(mut places: impl Iterator<Item = u8>) -> bool {
	let mut last = None;
	places.all(|place| last.replace(place).is_none_or(|last| last < place))
}

/// The part of what has to stay burned that washing brings back at the most, in millionths: what the market leaves burned of a sale is
/// worth more than what it adds to a score.
const MOST_BACK: u128 = 950_000;

/// How much has to stay burned at the least, in planck and rounded up, for `part` millionths of a score, where a full score is paid `rate_cap` at the
/// most: then nobody who buys of himself gains by it, for what that adds to his pay is 95 % of what stays burned.
pub(crate) fn least_burn(rate_cap: u128, part: Score) -> u128 {
	rate_cap.saturating_mul(part.into()).div_ceil(MOST_BACK)
}

/// Marks for what stayed burned: `FULL_SCORE * burned / full`, rounded down, at most [`FULL_SCORE`]; none for nothing.
pub(crate) fn marks(burned: u128, full: u128) -> Score {
	match burned {
		0 => 0,
		_ if burned >= full => FULL_SCORE,
		// Below the whole, so it fits.
		_ => mul_div(FULL_SCORE.into(), burned, full) as Score,
	}
}

/// Makes of a list of kinds what has to tell them apart.
macro_rules! kinds {
	($($(#[$doc:meta])* $index:literal => $module:ident::$Kind:ident,)*) => {
		/// What a network pays for, by kind.
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
		pub enum KindPolicy {
			$($(#[$doc])* #[codec(index = $index)] $Kind($module::Policy),)*
		}

		impl KindPolicy {
			/// Whether all values are in their ranges.
			pub fn is_sound(&self) -> bool {
				match self {
					$(Self::$Kind(policy) => $module::$Kind::is_sound(policy),)*
				}
			}

			/// The kind's name.
			pub fn name(&self) -> &'static str {
				match self {
					$(Self::$Kind(_) => $module::$Kind::NAME,)*
				}
			}

			/// Whether the network may pay `rate_cap` planck for a full score: see [`ResourceKind::fits_cap`].
			pub fn fits_cap(&self, rate_cap: u128) -> bool {
				match self {
					$(Self::$Kind(policy) => $module::$Kind::fits_cap(policy, rate_cap),)*
				}
			}

			/// Whether members may report every `cadence` epochs only: see [`ResourceKind::fits_cadence`].
			pub fn fits_cadence(&self, cadence: u16) -> bool {
				match self {
					$(Self::$Kind(policy) => $module::$Kind::fits_cadence(policy, cadence),)*
				}
			}

			/// Whether the network may change to another policy: one of the same kind, see [`ResourceKind::may_become`].
			pub fn may_become(&self, next: &Self) -> bool {
				match (self, next) {
					$((Self::$Kind(policy), Self::$Kind(next)) => {
						$module::$Kind::may_become(policy, next)
					})*
					_ => false,
				}
			}

			/// How the network numbers its members.
			pub fn numbering(&self) -> Numbering {
				match self {
					$(Self::$Kind(policy) => $module::$Kind::numbering(policy),)*
				}
			}

			/// The most work that judging evidence of this kind can take, without [`crate::BASE_WORK`].
			pub(crate) fn max_work(&self) -> WorkUnits {
				match self {
					$(Self::$Kind(_) => $module::$Kind::MAX_WORK,)*
				}
			}

			/// Reads evidence of this kind. Nothing if the bytes are none.
			pub(crate) fn read(&self, bytes: &[u8]) -> Option<ReadEvidence> {
				match self {
					$(Self::$Kind(_) => read::<$module::$Kind>(bytes).map(ReadEvidence::$Kind),)*
				}
			}

			/// Work of judging evidence, without [`crate::BASE_WORK`]. None for evidence of another kind.
			pub(crate) fn work(&self, evidence: &ReadEvidence) -> WorkUnits {
				match (self, evidence) {
					$((Self::$Kind(policy), ReadEvidence::$Kind(evidence)) => {
						$module::$Kind::work(policy, evidence)
					})*
					_ => 0,
				}
			}

			/// What the evidence of a report is worth: see [`ResourceKind::score`].
			pub(crate) fn score(
				&self,
				context: &ReportContext,
				facts: &impl FactSource,
				device: &DeviceId,
				own: &DeviceFacts,
				evidence: &ReadEvidence,
			) -> Checked {
				match (self, evidence) {
					$((Self::$Kind(policy), ReadEvidence::$Kind(evidence)) => {
						$module::$Kind::score(context, policy, facts, device, own, evidence)
					})*
					_ => Checked::at_once(Fault::Malformed),
				}
			}
		}

		/// Evidence whose form is known to be right, and nothing else.
		pub(crate) enum ReadEvidence {
			$($Kind($module::Evidence),)*
		}

		impl ReadEvidence {
			/// Signatures in it.
			pub(crate) fn signatures(&self) -> u32 {
				match self {
					$(Self::$Kind(evidence) => $module::$Kind::signatures(evidence),)*
				}
			}
		}
	};
}

fn read<K: ResourceKind>(bytes: &[u8]) -> Option<K::Evidence> {
	K::Evidence::decode_all(&mut &bytes[..]).ok()
}

kinds! {
	/// Radio coverage.
	0 => coverage::Coverage,
	/// Possession of stored data.
	1 => storage::Storage,
	/// Sensing.
	2 => sensing::Sensing,
	/// Presence of machines.
	4 => presence::Presence,
	/// Mapping.
	6 => mapping::Mapping,
	/// Bandwidth.
	7 => bandwidth::Bandwidth,
}
