//! What this pallet stores and takes.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{pallet_prelude::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError};
use substation_primitives::{
	batch::{Cuts, Element, ElementPath, Leaves, Shard, Terms, Vector, MAX_BODIES},
	epoch::{EpochRecord, Parameters, MAX_JUDGES},
	AccountId32, BatchId, EpochIndex, NetworkId, ReportKey, WorkUnits, H256,
};

/// Seals in one transaction.
pub const MAX_SEALS: u32 = 64;

/// An account that gathers reports and publishes them.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Aggregator<Balance> {
	/// Signs commitments and the statements that hold the bodies.
	pub publisher: ReportKey,
	/// Units of work that may be committed to in one epoch.
	pub quota: Rented,
	/// What it has committed to last.
	pub spent: Spent,
	/// Bytes that the publisher key may have in the statement store.
	pub allowance: Rented,
	/// What is held for all this.
	pub bond: Balance,
	/// What was to be held when it asked.
	pub bonded: Balance,
	/// From which epoch on the bond can be taken back, once leaving was announced.
	pub leaving: Option<EpochIndex>,
	/// From which epoch on what was not used is no longer asked for.
	pub lapses: EpochIndex,
}

/// What an aggregator rents of a capacity.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Rented {
	/// What it asks for, and has bonded.
	pub asked: u32,
	/// What it has a claim to: what it asks for, as far as its devices may need it.
	pub due: u32,
	/// What it has: that, or its part where claims are more than there is.
	pub granted: u32,
	/// The last epoch in which it was granted something else, and what counts until that ends.
	pub changed: (EpochIndex, u32),
	/// The sum of prices up to which rent is paid.
	pub paid: u128,
	/// The most that it has used in an epoch, since it asked or anything last lapsed.
	pub used: u32,
	/// The most before that, since it asked or the time before.
	pub used_before: u32,
}

/// What all rent of a capacity, and for what price.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Market {
	/// What all have a claim to, in sum.
	pub due: u64,
	/// The same as of the present epoch's beginning: by this it is divided.
	pub opening: u64,
	/// What all are granted, in sum.
	pub granted: u64,
	/// The rent of one unit or byte for the present epoch, in the token's smallest unit.
	pub price: u128,
	/// Prices of all epochs up to the present one, in sum.
	pub index: u128,
}

/// What is rented, of how much, and for what price.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct Capacity {
	/// Work in an epoch.
	pub work: Market,
	/// How many units there are.
	pub all_work: u64,
	/// How many one account may ask for.
	pub most_work: u32,
	/// How many an account may have that no device names.
	pub base_work: u32,
	/// Bytes in nodes' statement stores.
	pub bytes: Market,
	/// How many there are.
	pub all_bytes: u64,
	/// How many one account may ask for.
	pub most_bytes: u32,
	/// How many an account may have that no device names.
	pub base_bytes: u32,
}

/// Why an aggregator leaves.
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
)]
pub enum Why {
	/// It said so.
	Asked,
	/// Government said so.
	Evicted,
	/// Its account could not pay the rent, and less than half of the bond was left.
	RentUnpaid,
}

/// What an aggregator has committed to for one epoch.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Spent {
	/// The epoch of the reports.
	pub epoch: EpochIndex,
	/// Quota, in units of work.
	pub work: WorkUnits,
	/// Bytes of bodies.
	pub bytes: u32,
}

impl<Balance> Aggregator<Balance> {
	/// What has been committed to for `epoch` so far.
	pub fn spent_in(&self, epoch: EpochIndex) -> Spent {
		if self.spent.epoch == epoch {
			self.spent
		} else {
			Spent { epoch, ..Default::default() }
		}
	}

	/// Quota that is left in epoch `now` for reports of `epoch`, in units of work.
	pub fn quota_left(&self, now: EpochIndex, epoch: EpochIndex) -> WorkUnits {
		self.quota.in_force(now).saturating_sub(self.spent_in(epoch).work)
	}

	/// Bytes of bodies that may still be committed to in epoch `now` for `epoch`.
	pub fn bytes_left(&self, now: EpochIndex, epoch: EpochIndex) -> u32 {
		self.allowance.in_force(now).saturating_sub(self.spent_in(epoch).bytes)
	}

	/// Whether commitments are taken.
	pub fn may_commit(&self) -> bool {
		self.leaving.is_none()
	}
}

/// Who judges a batch, and when.
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
	PartialOrd,
	Ord,
)]
pub enum Round {
	/// A committee, in the epoch after the reports'.
	#[codec(index = 0)]
	Committee,
	/// All judges, in the epoch after that.
	#[codec(index = 1)]
	FullSet,
}

impl Round {
	/// Both rounds, in the order in which a batch goes through them.
	pub const ALL: [Self; 2] = [Self::Committee, Self::FullSet];

	/// How many epochs after their own reports are judged.
	fn delay(&self) -> EpochIndex {
		match self {
			Self::Committee => 1,
			Self::FullSet => 2,
		}
	}

	/// The epoch of the reports that are judged in `judging`.
	pub fn reports_of(&self, judging: EpochIndex) -> Option<EpochIndex> {
		judging.checked_sub(self.delay())
	}

	/// The epoch in which reports of `epoch` are judged.
	pub fn judging_of(&self, reports: EpochIndex) -> EpochIndex {
		reports.saturating_add(self.delay())
	}

	/// How many of `seals` present may differ from a result that `threshold` have to match. A committee with two
	/// dissenters leaves the batch to the full set.
	pub fn tolerated(&self, seals: u32, threshold: u32) -> Option<u32> {
		let spare = seals.checked_sub(threshold)?;
		Some(match self {
			Self::Committee => spare.min(1),
			Self::FullSet => spare,
		})
	}
}

/// Which judges sealed the result, one bit each by their place in the record of the epoch in which
/// they judged.
pub type Matched = BoundedVec<u8, ConstU32<{ MAX_JUDGES / 8 }>>;

/// Whether a judge's bit is set.
pub fn has_matched(matched: &Matched, judge: u16) -> bool {
	let byte = matched.get(usize::from(judge >> 3));
	byte.is_some_and(|byte| byte & 1u8.wrapping_shl((judge & 7).into()) != 0)
}

/// Sets a judge's bit. False if it was set, or if there is no such judge.
pub fn set_bit(bits: &mut Matched, judge: u16) -> bool {
	let (byte, bit) = (usize::from(judge >> 3), 1u8.wrapping_shl((judge & 7).into()));
	while bits.len() <= byte {
		if bits.try_push(0).is_err() {
			return false;
		}
	}
	match bits.get_mut(byte) {
		Some(byte) if *byte & bit == 0 => {
			*byte |= bit;
			true
		}
		_ => false,
	}
}

/// The judges whose bits are set, in ascending order.
pub fn judges_in(bits: &Matched) -> Vec<u16> {
	(0..(MAX_JUDGES as u16)).filter(|judge| has_matched(bits, *judge)).collect()
}

/// How many bits are set.
pub fn bits_in(bits: &Matched) -> u32 {
	bits.iter().map(|byte| byte.count_ones()).fold(0, u32::saturating_add)
}

/// Where a batch stands.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum BatchState {
	/// Committed to, not settled.
	#[codec(index = 0)]
	Committed,
	/// Enough judges sealed one result.
	#[codec(index = 1)]
	Settled {
		/// Who they were.
		by: Round,
		/// Which of them.
		matched: Matched,
		/// Root of the tree over the result's elements.
		vector_root: H256,
		/// Scores in sum; 0 if the terms declared too little.
		total: u64,
		/// Work that judges found, in sum: what they are paid for.
		work: WorkUnits,
		/// Whether there was more work or there were more reports than declared. Such a batch pays
		/// nobody and costs the bond.
		underdeclared: bool,
	},
	/// The full set has not got what was committed to.
	#[codec(index = 2)]
	Unavailable {
		/// Who said so.
		matched: Matched,
	},
}

impl BatchState {
	/// Whether judges are still waited for.
	pub fn is_open(&self) -> bool {
		matches!(self, Self::Committed)
	}
}

/// The record of a batch.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Commitment<Balance> {
	/// The network reported to.
	pub network: NetworkId,
	/// Who published.
	pub aggregator: AccountId32,
	/// Which part of what it published.
	pub shard: Shard,
	/// Root of the tree of reports.
	pub root: H256,
	/// Which devices each chunk may hold.
	pub cuts: Cuts,
	/// Prefix of the last device.
	pub last: u64,
	/// Reports, as declared.
	pub count: u32,
	/// Work, as declared.
	pub work: WorkUnits,
	/// Length of the bodies in bytes, as declared.
	pub bytes: u32,
	/// Hashes of the statements that hold the bodies.
	pub bodies: BoundedVec<H256, ConstU32<MAX_BODIES>>,
	/// Held from the aggregator until the freeze.
	pub bond: Balance,
	/// Where the batch stands.
	pub state: BatchState,
}

impl<Balance> Commitment<Balance> {
	/// The record of a batch just committed to.
	pub fn new(terms: Terms, bond: Balance) -> Self {
		let Terms {
			network,
			aggregator,
			shard,
			root,
			cuts,
			last,
			count,
			work,
			bytes,
			bodies,
			epoch: _,
		} = terms;
		let state = BatchState::Committed;
		Self {
			network,
			aggregator,
			shard,
			root,
			cuts,
			last,
			count,
			work,
			bytes,
			bodies,
			bond,
			state,
		}
	}

	/// What was committed to.
	pub fn terms(&self, epoch: EpochIndex) -> Terms {
		Terms {
			network: self.network,
			epoch,
			aggregator: self.aggregator.clone(),
			shard: self.shard,
			root: self.root,
			cuts: self.cuts.clone(),
			last: self.last,
			count: self.count,
			work: self.work,
			bytes: self.bytes,
			bodies: self.bodies.clone(),
		}
	}
}

/// What it takes to claim for a chunk of a settled batch: the arguments of `emission.claim_chunk`.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct Claimable {
	/// The chunk's number in the batch.
	pub number: u32,
	/// What judges agreed on.
	pub element: Element,
	/// From the element to the root of the result.
	pub path: ElementPath,
	/// What its reports are worth.
	pub leaves: Leaves,
}

/// When an epoch freezes and when its claims end; kept until then.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Schedule {
	/// The epoch at whose start totals are final and claims open.
	pub freeze: EpochIndex,
	/// The epoch at whose start claims end; as the views give it, with what has stood still since.
	pub expiry: EpochIndex,
	/// Epochs that had stood still when it opened.
	pub stood_still: EpochIndex,
	/// Whether nothing is paid for the epoch.
	pub void: bool,
}

/// One seal of a bundle.
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
)]
pub struct SealEntry {
	/// As a member of what.
	pub round: Round,
	/// Which batch.
	pub batch: BatchId,
	/// See [`substation_primitives::signing::seal`].
	pub seal: H256,
}

/// A judge's seals.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct SealBundle {
	/// The epoch in which they are made.
	pub epoch: EpochIndex,
	/// The judge's place in that epoch's record.
	pub judge: u16,
	/// The seals.
	pub seals: BoundedVec<SealEntry, ConstU32<MAX_SEALS>>,
}

impl SealBundle {
	/// What the judge signs. The opening block's hash keeps a bundle off other branches.
	pub fn signing_payload(&self, genesis: &H256, opening: &H256) -> Vec<u8> {
		(substation_primitives::signing::SEALS, genesis, opening, self).encode()
	}
}

/// Batches in one list of those that a judge lacks.
pub const MAX_LISTED: u32 = 256;

/// Batches whose bodies a judge lacks once seals are closed.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct MissingList {
	/// The epoch in which the list is made: the one after the reports'.
	pub epoch: EpochIndex,
	/// The judge's place in that epoch's record.
	pub judge: u16,
	/// The batches.
	pub batches: BoundedVec<BatchId, ConstU32<MAX_LISTED>>,
}

impl MissingList {
	/// What the judge signs. The opening block's hash keeps a list off other branches.
	pub fn signing_payload(&self, genesis: &H256, opening: &H256) -> Vec<u8> {
		(substation_primitives::signing::MISSING, genesis, opening, self).encode()
	}
}

/// What a batch's judges found.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Outcome {
	/// The result.
	#[codec(index = 0)]
	Result(Vector),
	/// What was committed to is not there.
	#[codec(index = 1)]
	Unavailable,
}

impl Outcome {
	/// What was sealed.
	pub fn root(&self) -> H256 {
		match self {
			Self::Result(vector) => substation_primitives::batch::vector_root(vector),
			Self::Unavailable => substation_primitives::batch::unavailable(),
		}
	}
}

/// Why a commitment was refused after it had spent quota.
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
)]
pub enum Refusal {
	/// The shard does not start above the range of the one before: cut the batch again.
	#[codec(index = 0)]
	ShardOutOfOrder,
	/// The aggregator cannot pay the commitment's bond: leave more balance free.
	#[codec(index = 1)]
	BondNotCovered,
}

/// Why a pool takes no such commitment, bundle of seals or list, where the SDK has no word for it: a code of
/// [`InvalidTransaction::Custom`]. Nothing is spent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Invalid {
	/// Cuts, count, work or bodies do not fit each other: pack the batch again.
	Malformed = 1,
	/// The network takes no reports for this epoch: it does not exist, is paused, or reports in other
	/// epochs.
	NetworkClosed = 2,
	/// Time stood still in this epoch, so it pays nothing: report for the next.
	EpochVoid = 3,
	/// The aggregator's quota of the epoch is not enough: register with a larger one.
	QuotaSpent = 4,
	/// More than half of the entries of a bundle or a list are taken already, not to be taken, or said twice: send
	/// the others alone.
	MostlyStale = 5,
	/// The aggregator's allowance does not hold so many bytes in an epoch: register with a larger one.
	AllowanceSpent = 6,
	/// The judge was found out for an offence: it judges again once it is elected after that.
	Disabled = 7,
}

impl From<Invalid> for TransactionValidityError {
	fn from(reason: Invalid) -> Self {
		InvalidTransaction::Custom(reason as u8).into()
	}
}

/// A chunk whose result is final.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SettledChunk {
	/// The network.
	pub network: NetworkId,
	/// Who carried the reports.
	pub aggregator: AccountId32,
}

/// The clock as of now.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct EpochClock {
	/// The epoch.
	pub epoch: EpochIndex,
	/// Blocks since the one that opened it.
	pub index: u32,
	/// What is in force.
	pub record: EpochRecord,
	/// Quota that any batch takes at the least, in units of work: what its judges' acts take of the chain.
	pub least_quota: WorkUnits,
	/// Parameters for the epoch after the next.
	pub upcoming: Parameters,
}
