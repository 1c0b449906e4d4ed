//! What a referendum changes without setting code: prices, bonds, deposits and caps.
//!
//! Judges' own parameters are elsewhere: all judges have to agree on them as of an epoch, so changes of
//! them count from two epochs later (`attestation.set_parameters`, `networks.set_weight`).

use crate::*;
use constants::{
	currency::{MICRO, MILLI, STN},
	time::{DAYS, HOURS},
};
use frame_support::{
	dynamic_params::{dynamic_pallet_params, dynamic_params},
	traits::{AsEnsureOriginWithArg, Get},
};
use frame_system::EnsureRoot;
use polkadot_sdk::{
	pallet_transaction_payment::Multiplier,
	sp_runtime::{Perbill, Permill, Perquintill},
};
use substation_primitives::{
	batch::{MAX_CHUNKS, MAX_CHUNK_WORK},
	EpochIndex,
};

/// Half an hour; two minutes on a development chain.
#[cfg(not(feature = "fast-runtime"))]
const MAX_PRICE_AGE: u64 = 30 * 60_000;
/// Half an hour; two minutes on a development chain.
#[cfg(feature = "fast-runtime")]
const MAX_PRICE_AGE: u64 = 2 * 60_000;

/// Ten minutes: a provider's agent settles meanwhile. Ten seconds on a development chain.
#[cfg(not(feature = "fast-runtime"))]
const MIN_NOTICE: u32 = 100;
/// Ten minutes: a provider's agent settles meanwhile. Ten seconds on a development chain.
#[cfg(feature = "fast-runtime")]
const MIN_NOTICE: u32 = 5;

/// A week; two minutes on a development chain.
#[cfg(not(feature = "fast-runtime"))]
const ARBITER_TIME: u32 = 7 * DAYS;
/// A week; two minutes on a development chain.
#[cfg(feature = "fast-runtime")]
const ARBITER_TIME: u32 = 60;

/// The parameters, each with the value that it has before it is ever set.
#[dynamic_params(RuntimeParameters, pallet_parameters::Parameters::<Runtime>)]
pub mod dynamic_params {
	use super::*;

	/// What rows of state cost while they are there.
	#[dynamic_pallet_params]
	#[codec(index = 0)]
	pub mod deposits {
		/// For a row.
		#[codec(index = 0)]
		pub static Row: Balance = 10 * MILLI;
		/// For a byte of it.
		#[codec(index = 1)]
		pub static Byte: Balance = 100 * MICRO;
		/// For a network.
		#[codec(index = 2)]
		pub static Network: Balance = 100 * STN;
		/// For a public proposal.
		#[codec(index = 3)]
		pub static Proposal: Balance = 100 * STN;
	}

	/// What is at stake.
	#[dynamic_pallet_params]
	#[codec(index = 1)]
	pub mod bonds {
		/// An aggregator's, beside what its quota and allowance take.
		#[codec(index = 0)]
		pub static Aggregator: Balance = 10 * STN;
		/// An aggregator's for a unit of work of its quota.
		#[codec(index = 1)]
		pub static Work: Balance = MILLI;
		/// An aggregator's for a byte of its allowance.
		#[codec(index = 2)]
		pub static Byte: Balance = MICRO;
		/// A maker's for a device.
		#[codec(index = 3)]
		pub static MakerPerDevice: Balance = 10 * MILLI;
	}

	/// What is charged.
	#[dynamic_pallet_params]
	#[codec(index = 2)]
	pub mod fees {
		/// For judging a unit of work, where nothing comes of it.
		#[codec(index = 0)]
		pub static Judging: Balance = 10 * MICRO;
		/// For asserting a place.
		#[codec(index = 1)]
		pub static Place: Balance = 50 * MILLI;
		/// For a byte of a transaction; a thousandth of a token at the most.
		#[codec(index = 2)]
		pub static TransactionByte: Balance = MICRO;
		/// How full blocks may be, of what transactions may fill, before fees rise; below it they fall again.
		#[codec(index = 3)]
		pub static Fullness: Perbill = Perbill::from_percent(50);
		/// By how much they rise after a block that is full where none should be, and in proportion otherwise.
		#[codec(index = 4)]
		pub static Rise: Perbill = Perbill::from_parts(4_000_000);
		/// The least rent of a unit of an aggregator's quota for an epoch.
		#[codec(index = 5)]
		pub static WorkRent: Balance = MICRO;
		/// The least rent of a byte of an aggregator's allowance for an epoch.
		#[codec(index = 6)]
		pub static ByteRent: Balance = MICRO / 1_000;
		/// For wanting a tile to be mapped, for each epoch.
		#[codec(index = 7)]
		pub static Want: Balance = 100 * MICRO;
	}

	/// How much there may be.
	#[dynamic_pallet_params]
	#[codec(index = 3)]
	pub mod caps {
		/// What a network may let a full score earn.
		#[codec(index = 0)]
		pub static Rate: Balance = 1_000 * STN;
		/// Bytes of bodies that every node has room for; one body at the least.
		#[codec(index = 1)]
		pub static Store: u64 = 1 << 30;
		/// The part of all contribution that one account votes with.
		#[codec(index = 2)]
		pub static Voter: Perbill = Perbill::from_percent(5);
		/// What a contributor counts for who is seated, at the least.
		#[codec(index = 3)]
		pub static Seat: Balance = 100 * STN;
	}

	/// Bounties.
	#[dynamic_pallet_params]
	#[codec(index = 4)]
	pub mod bounties {
		/// The least price.
		#[codec(index = 0)]
		pub static Price: Balance = 10 * STN;
		/// The least that a full score is paid.
		#[codec(index = 1)]
		pub static Rate: Balance = 100 * MILLI;
		/// The longest term, in epochs.
		#[codec(index = 2)]
		pub static Term: EpochIndex = 90 * configs::EPOCHS_A_DAY;
	}

	/// Credits, and the price at which they are made.
	#[dynamic_pallet_params]
	#[codec(index = 5)]
	pub mod credits {
		/// For how long what a feeder has said counts, in milliseconds: three times as long as feeders wait.
		#[codec(index = 0)]
		pub static MaxAge: u64 = MAX_PRICE_AGE;
		/// How far below what feeders say credits are made, at the least.
		#[codec(index = 1)]
		pub static Margin: Permill = Permill::from_parts(5_000);
		/// By which part of itself the slow mean rises in an hour, at the most.
		#[codec(index = 2)]
		pub static Rise: Permill = Permill::from_percent(2);
		/// Credits that may be made on any day.
		#[codec(index = 3)]
		pub static IssueFloor: u128 = 10_000_000_000;
		/// The least purchase, in credits.
		#[codec(index = 4)]
		pub static Least: u128 = 100_000;
	}

	/// The market.
	#[dynamic_pallet_params]
	#[codec(index = 6)]
	pub mod market {
		/// The shortest notice of a buyer, in blocks.
		#[codec(index = 0)]
		pub static Notice: u32 = MIN_NOTICE;
		/// The least that an agreement is opened with, in credits.
		#[codec(index = 1)]
		pub static Least: u128 = 10_000;
		/// Blocks within which an arbiter decides about a job.
		#[codec(index = 2)]
		pub static Arbiter: u32 = ARBITER_TIME;
	}
}

pub use dynamic_params::*;

impl pallet_parameters::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeParameters = RuntimeParameters;
	type AdminOrigin = AsEnsureOriginWithArg<EnsureRoot<AccountId>>;
	type WeightInfo = weights::pallet_parameters::WeightInfo<Runtime>;
}

#[cfg(feature = "runtime-benchmarks")]
impl Default for RuntimeParameters {
	fn default() -> Self {
		Self::Fees(fees::Parameters::Judging(fees::Judging, Some(MICRO)))
	}
}

// Bounds keep a referendum's slip from stopping the chain, and stock pallets' unchecked sums from overflowing.

type RowDeposit = Within<0, { 1_000 * STN }, deposits::Row>;
type ByteDeposit = Within<0, { 10 * STN }, deposits::Byte>;
/// Never nothing: there are a hundred places for proposals, and a round of income goes through all networks.
pub type ProposalDeposit = Within<STN, { 1_000_000 * STN }, deposits::Proposal>;
/// Never nothing, as before.
pub type NetworkDeposit = Within<STN, { 1_000_000 * STN }, deposits::Network>;
/// Never nothing: what is bonded while it is cheap stays as cheap.
pub type AggregatorBond = Within<{ STN / 10 }, { 1_000_000 * STN }, bonds::Aggregator>;
/// For a unit of work of an aggregator's quota.
pub type WorkBond = Within<{ 10 * MICRO }, { 10 * STN }, bonds::Work>;
/// For a byte of an aggregator's allowance.
pub type ByteBond = Within<{ MICRO / 100 }, { 10 * MILLI }, bonds::Byte>;
/// The least rent of a unit of work for an epoch: never nothing, or a price could never rise.
pub type WorkRent = Within<{ MICRO / 1_000 }, { 10 * MILLI }, fees::WorkRent>;
/// The least rent of a byte for an epoch: never nothing, as before.
pub type ByteRent = Within<{ MICRO / 1_000_000 }, { 10 * MICRO }, fees::ByteRent>;
/// A maker's for a device.
pub type MakerBond = Within<{ 100 * MICRO }, { 100 * STN }, bonds::MakerPerDevice>;
/// For judging a unit of work: never nothing, or declaring too little would cost nothing; and 6.4 STN at the most for
/// the largest batch, which an aggregator's bond has to cover.
pub type JudgingFee = Within<{ MICRO / 10 }, { 50 * MICRO }, fees::Judging>;

/// The part of all contribution that one account votes with: never nothing.
pub struct VoterCap;

impl Get<Perbill> for VoterCap {
	fn get() -> Perbill {
		caps::Voter::get().max(Perbill::from_parts(1))
	}
}

/// How full blocks are where fees stay as they are: a tenth to nine tenths.
pub struct TargetFullness;

impl Get<Perquintill> for TargetFullness {
	fn get() -> Perquintill {
		let (least, most) = (Perbill::from_percent(10), Perbill::from_percent(90));
		let parts = fees::Fullness::get().clamp(least, most).deconstruct();
		Perquintill::from_parts(u64::from(parts).saturating_mul(1_000_000_000))
	}
}

/// By how much fees rise: by a ten-thousandth to a twentieth.
pub struct FeeRise;

impl Get<Multiplier> for FeeRise {
	fn get() -> Multiplier {
		let (least, most) = (Perbill::from_parts(100_000), Perbill::from_percent(5));
		fees::Rise::get().clamp(least, most).into()
	}
}

/// For how long what a feeder has said counts, in milliseconds: a minute to a day.
pub type PriceAge = Within<60_000, 86_400_000, credits::MaxAge>;
/// What may be made on any day: a hundred dollars to a thousand million, so that something can be bought and the bound is one.
pub type CreditIssue = Within<100_000_000, 1_000_000_000_000_000, credits::IssueFloor>;
/// The least purchase, which pays for a row: a thousandth of a dollar to a hundred.
pub type LeastPurchase = Within<1_000, 100_000_000, credits::Least>;

/// The shortest notice of a buyer: a block at the least, a day at the most.
pub type MinNotice = Within<1, { DAYS as u128 }, market::Notice>;
/// Blocks within which an arbiter decides about a job: an hour at the least, thirty days at the most.
pub type ArbiterTime = Within<{ HOURS as u128 }, { 30 * DAYS as u128 }, market::Arbiter>;
/// The least that an agreement is opened with: a thousandth of a dollar to a hundred.
pub type LeastAgreement = Within<1_000, 100_000_000, market::Least>;

/// How far below what feeders say credits are made: up to a fifth.
pub struct PriceMargin;

impl Get<Permill> for PriceMargin {
	fn get() -> Permill {
		credits::Margin::get().min(Permill::from_percent(20))
	}
}

/// By which part of itself the slow mean rises in an hour: a thousandth, or it would never follow, to a fifth.
pub struct PriceRise;

impl Get<Permill> for PriceRise {
	fn get() -> Permill {
		credits::Rise::get().clamp(Permill::from_parts(1_000), Permill::from_percent(20))
	}
}

/// What so many rows with so many bytes cost their owner.
pub struct Deposit<const ROWS: u32, const BYTES: u32>;

impl<const ROWS: u32, const BYTES: u32> Get<Balance> for Deposit<ROWS, BYTES> {
	fn get() -> Balance {
		let rows = RowDeposit::get().saturating_mul(ROWS.into());
		rows.saturating_add(ByteDeposit::get().saturating_mul(BYTES.into()))
	}
}

/// As many times as much.
pub struct Times<const FACTOR: u32, P>(core::marker::PhantomData<P>);

impl<const FACTOR: u32, P: Get<Balance>> Get<Balance> for Times<FACTOR, P> {
	fn get() -> Balance {
		P::get().saturating_mul(FACTOR.into())
	}
}

/// What judging the largest batch costs in both rounds.
pub type CommitmentBond = Times<{ 2 * MAX_CHUNKS * MAX_CHUNK_WORK }, JudgingFee>;

/// A parameter, or the least or most that makes sense. Whoever sets it beyond that gets that.
pub struct Within<const LEAST: u128, const MOST: u128, P>(core::marker::PhantomData<P>);

impl<const LEAST: u128, const MOST: u128, P: Get<V>, V: TryFrom<u128> + Into<u128> + Copy> Get<V>
	for Within<LEAST, MOST, P>
{
	fn get() -> V {
		let value = P::get();
		V::try_from(value.into().clamp(LEAST, MOST)).unwrap_or(value)
	}
}
