//! Scopes, grants, tariffs, and what is told of them.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use sp_runtime::Permill;
use substation_primitives::{CreditBalance, NetworkId, ReportKey, Tenure, H256};

use crate::{AccountId32, AgreementId, Balance, Block};

/// Tariffs of a device at the most.
pub const MAX_TARIFFS: u32 = 4;

/// What may be done with a device's data: one bit each. None is implied by another.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Default,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Scopes(pub u32);

impl Scopes {
	/// Where it is, as a cell of H3 at resolution 5: some 250 square kilometres.
	pub const COARSE_PLACE: Self = Self(1);
	/// Where it is, as it says itself.
	pub const EXACT_PLACE: Self = Self(1 << 1);
	/// What it reads now.
	pub const LIVE: Self = Self(1 << 2);
	/// What it has read before.
	pub const HISTORY: Self = Self(1 << 3);
	/// What it sends to judges.
	pub const EVIDENCE: Self = Self(1 << 4);
	/// To have it do something.
	pub const COMMANDS: Self = Self(1 << 5);
	/// To hand on what was got.
	pub const SHARING: Self = Self(1 << 6);
	/// Sums and means only.
	pub const STATISTICS: Self = Self(1 << 7);

	/// Whether all of these are among them. Bits from the eighth on mean what the network's document says.
	pub fn contain(&self, asked: Self) -> bool {
		self.0 & asked.0 == asked.0
	}

	/// Whether there is none.
	pub fn is_empty(&self) -> bool {
		self.0 == 0
	}
}

/// An owner's word that somebody may have a device's data.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Grant {
	/// What may be done.
	pub scope: Scopes,
	/// The block from which on it is void.
	pub until: Block,
	/// Since when the device was whose it was: it is void when that changes.
	pub tenure: Tenure,
	/// The agreement by which it is paid for: it is void once that has ended. None of a gift.
	pub agreement: Option<AgreementId>,
	/// The key by which whoever has the data knows who asks. The account's own if there is none.
	pub key: Option<ReportKey>,
	/// Hash of what was agreed on beside.
	pub document: H256,
	/// Of whom the deposit is held.
	pub payer: AccountId32,
	/// What is held for the rows.
	pub deposit: Balance,
}

/// What an owner asks for a grant.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Tariff {
	/// The network that has its part of the sale: one in which the device has a seat.
	pub network: NetworkId,
	/// What may be done.
	pub scope: Scopes,
	/// What a block costs, in credits.
	pub rate: CreditBalance,
	/// For how many blocks at the most.
	pub longest: Block,
	/// What tokens burned for credits have to be worth now, as a part of those: it keeps away credits that were cheap.
	pub backing: Permill,
	/// Who may buy it. Anybody if that is nobody.
	pub only: Option<AccountId32>,
	/// Hash of what is agreed on beside.
	pub document: H256,
}

/// A device's tariffs.
pub type TariffList = BoundedVec<Tariff, ConstU32<MAX_TARIFFS>>;

/// What an owner has posted.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Posted {
	/// By whom.
	pub owner: AccountId32,
	/// Since when the device was its: what was posted is void when that changes.
	pub tenure: Tenure,
	/// What is asked.
	pub tariffs: TariffList,
	/// What is held for the row.
	pub deposit: Balance,
}

/// That somebody may do something with a device's data.
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
pub struct Permit {
	/// The block from which on it may not, if nobody does anything.
	pub until: Block,
	/// The key that signs when it asks.
	pub key: ReportKey,
}

/// Why somebody may not have a device's data.
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
pub enum Reason {
	/// There is no such device.
	#[codec(index = 0)]
	NoDevice,
	/// The owner has granted nothing.
	#[codec(index = 1)]
	NoGrant,
	/// The device has changed hands since, or was registered anew.
	#[codec(index = 2)]
	Transferred,
	/// Its time is over.
	#[codec(index = 3)]
	Expired,
	/// It is not paid for any more.
	#[codec(index = 4)]
	Unpaid,
	/// Something else was granted.
	#[codec(index = 5)]
	OutOfScope,
}
