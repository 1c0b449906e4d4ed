//! Bandwidth: a host carries the traffic of others, and is paid for what has burned for it.
//!
//! Who owes many hosts something for an epoch adds it up in a tree that sums, and burns for the total at once. A report holds a host's leaves of such
//! bills. What counts is what stays burned of its parts: so who pays himself loses by it, and nobody has to know whether bytes were of use to anybody.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::ConstU32;
use sp_runtime::BoundedVec;
use substation_primitives::{
	bill::{root_of, Leaf, SumPath},
	mul_div,
	report::Fault,
	signing::ReportContext,
	AccountId32, DeviceId, Score, WorkUnits, FULL_SCORE,
};

use crate::{
	facts::{DeviceFacts, FactSource, Numbering},
	kinds::{least_burn, marks},
	Checked, ResourceKind,
};

/// Bills that a report shows its leaves of, at the most.
pub const MAX_BILLS: u32 = 4;
/// Work of a bill: it is read, and a path of sixteen levels is hashed.
const BILL_WORK: WorkUnits = 2;
/// Bounds of the fastest rate that a policy may believe, in kilobits a second.
const RATES: core::ops::RangeInclusive<u32> = 1_000..=1_000_000_000;

/// What a bandwidth network pays for.
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
	/// Planck that have to stay burned in an epoch for a full score. At least 1.
	pub full_burn: u128,
	/// Kilobits a second above which nobody is believed, from 1,000 to 1,000,000,000.
	pub max_rate: u32,
}

impl Policy {
	/// Whether all values are in their ranges.
	pub fn is_sound(&self) -> bool {
		self.full_burn >= 1 && RATES.contains(&self.max_rate)
	}

	/// Whether so many bytes can have been carried in so many seconds.
	fn allows(&self, leaf: &Leaf) -> bool {
		let bits = (u128::from(leaf.down) + u128::from(leaf.up)) * 8;
		bits <= u128::from(self.max_rate) * 1_000 * u128::from(leaf.seconds)
	}
}

/// A host's leaf of a bill. Which device it is for is the report's.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Share {
	/// Who pays.
	pub payer: AccountId32,
	/// Which leaf it is.
	pub index: u32,
	/// Bytes that the host's users had of it.
	pub down: u64,
	/// Bytes that they sent by it.
	pub up: u64,
	/// For how long, in seconds.
	pub seconds: u32,
	/// What is owed for that.
	pub credits: u128,
	/// What lies beside it, from itself up.
	pub path: SumPath,
}

impl Share {
	/// A leaf of somebody's bill, with what lies beside it.
	pub fn of(payer: AccountId32, index: u32, leaf: &Leaf, path: SumPath) -> Self {
		let Leaf { down, up, seconds, credits, .. } = *leaf;
		Self { payer, index, down, up, seconds, credits, path }
	}

	/// The leaf, for a device.
	pub fn leaf(&self, device: &DeviceId) -> Leaf {
		let Self { down, up, seconds, credits, .. } = *self;
		Leaf { device: *device, down, up, seconds, credits }
	}
}

/// What a bandwidth report holds.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub struct Evidence {
	/// Leaves of bills.
	pub bills: BoundedVec<Share, ConstU32<MAX_BILLS>>,
}

/// Why one bill counts nothing, though the report may count.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[cfg_attr(feature = "std", derive(serde::Serialize))]
pub enum Rejection {
	/// The payer has posted no bill in the network for this epoch.
	NoBill,
	/// The leaf is none of that bill.
	WrongBill,
	/// More bytes in this time than the policy believes anybody.
	TooFast,
}

/// How a score came about.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Assessment {
	/// For each leaf, who pays, and what stays burned of it, in planck.
	pub bills: Vec<(AccountId32, Result<u128, Rejection>)>,
	/// What stays burned, in sum.
	pub left_burned: u128,
	/// From 0 to [`FULL_SCORE`].
	pub score: Score,
}

/// Assesses a report leaf by leaf; what [`ResourceKind::score`] sums up. Beside it, the work that it took.
pub fn assess(
	policy: &Policy,
	facts: &impl FactSource,
	device: &DeviceId,
	evidence: &Evidence,
) -> (Result<Assessment, Fault>, WorkUnits) {
	let bills = &evidence.bills;
	let repeated = bills.iter().enumerate().any(|(place, one)| {
		let same = |other: &Share| (&other.payer, other.index) == (&one.payer, one.index);
		bills.iter().take(place).any(same)
	});
	if repeated {
		return (Err(Fault::RepeatedBill), 0);
	}
	let check = |share: &Share| {
		let bill = facts.bill(&share.payer).ok_or(Rejection::NoBill)?;
		let leaf = share.leaf(device);
		let root = root_of(&leaf, share.index, bill.leaves, &share.path);
		if root != Some((bill.root, bill.credits)) {
			return Err(Rejection::WrongBill);
		}
		match policy.allows(&leaf) {
			true => Ok(mul_div(bill.left_burned, leaf.credits, bill.credits)),
			false => Err(Rejection::TooFast),
		}
	};
	let found: Vec<_> = bills.iter().map(|share| (share.payer.clone(), check(share))).collect();
	let work = BILL_WORK.saturating_mul(bills.len() as u32);
	let counted = found.iter().filter_map(|(_, result)| result.ok());
	let left_burned = counted.fold(0u128, u128::saturating_add);
	match marks(left_burned, policy.full_burn) {
		0 => (Err(Fault::NothingCounts), work),
		score => (Ok(Assessment { bills: found, left_burned, score }), work),
	}
}

/// The kind.
pub struct Bandwidth;

impl ResourceKind for Bandwidth {
	type Policy = Policy;
	type Evidence = Evidence;

	const NAME: &'static str = "bandwidth";
	const MAX_WORK: WorkUnits = BILL_WORK * MAX_BILLS;

	fn is_sound(policy: &Policy) -> bool {
		policy.is_sound()
	}

	fn fits_cap(policy: &Policy, rate_cap: u128) -> bool {
		policy.full_burn >= least_burn(rate_cap, FULL_SCORE)
	}

	/// A bill counts in its epoch: where not every epoch is reported for, who pays would choose whether it counts.
	fn fits_cadence(_: &Policy, cadence: u16) -> bool {
		cadence == 1
	}

	fn numbering(_: &Policy) -> Numbering {
		Numbering::None
	}

	fn signatures(_: &Evidence) -> u32 {
		0
	}

	fn work(_: &Policy, evidence: &Evidence) -> WorkUnits {
		BILL_WORK * evidence.bills.len() as u32
	}

	fn score(
		_: &ReportContext,
		policy: &Policy,
		facts: &impl FactSource,
		device: &DeviceId,
		_: &DeviceFacts,
		evidence: &Evidence,
	) -> Checked {
		let (assessment, work) = assess(policy, facts, device, evidence);
		Checked { score: assessment.map(|assessment| assessment.score), work }
	}
}
