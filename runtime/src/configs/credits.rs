//! What tokens are burned for, and who says what they cost.

use crate::*;
use configs::{
	governance::GoOn,
	parameters::{CreditIssue, LeastPurchase, PriceAge, PriceMargin, PriceRise},
};
use constants::time::{DAYS, SLOT_MILLIS};
use frame_support::{weights::Weight, PalletId};
use pallet_credits::{Moment, Price, MAX_FEEDERS};
use pallet_oracle::TimestampedValue;
use polkadot_sdk::{frame_system::EnsureRoot, pallet_oracle::CombineData};

parameter_types! {
	pub const OracleId: PalletId = PalletId(*b"stn/orcl");
	/// A day of the bound on what is made; a development chain's passes faster.
	pub const Day: Moment = DAYS as Moment * SLOT_MILLIS;
}

/// What feeders say the price of.
#[derive(
	Copy,
	Clone,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Debug,
	codec::Encode,
	codec::Decode,
	codec::DecodeWithMemTracking,
	codec::MaxEncodedLen,
	scale_info::TypeInfo,
)]
pub enum Pair {
	/// A token, in 10^-9 dollars.
	#[codec(index = 0)]
	StnUsd,
}

/// What feeders say goes to credits, which keep what follows from it: the pallet that takes it asks for this once, whenever
/// somebody has spoken.
pub struct Heard;

type Said = TimestampedValue<Price, Moment>;

impl CombineData<Pair, Said> for Heard {
	fn combine_data(_: &Pair, said: Vec<Said>, _: Option<Said>) -> Option<Said> {
		let said = said.into_iter().map(|one| (one.value, one.timestamp));
		let (value, timestamp) = Credits::hear(said)?;
		Some(TimestampedValue { value, timestamp })
	}
}

/// As the pallet itself weighs, and for each value what was measured of taking one where all have spoken.
pub struct FeedWeight;

impl pallet_oracle::WeightInfo for FeedWeight {
	fn feed_values(values: u32) -> Weight {
		use pallet_credits::WeightInfo as _;
		type Stock = pallet_oracle::weights::SubstrateWeight<Runtime>;
		let each = weights::pallet_credits::WeightInfo::<Runtime>::feed();
		Stock::feed_values(values).saturating_add(each.saturating_mul(values.into()))
	}

	fn on_finalize() -> Weight {
		pallet_oracle::weights::SubstrateWeight::<Runtime>::on_finalize()
	}
}

impl pallet_oracle::Config for Runtime {
	type OnNewData = ();
	type CombineData = Heard;
	type Time = Timestamp;
	type OracleKey = Pair;
	type OracleValue = Price;
	type PalletId = OracleId;
	type Members = Credits;
	type WeightInfo = FeedWeight;
	// All of them, and root.
	type MaxHasDispatchedSize = ConstU32<{ MAX_FEEDERS + 1 }>;
	// There is one pair, and feeding costs nothing.
	type MaxFeedValues = ConstU32<1>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = ();
}

impl pallet_credits::Config for Runtime {
	type Currency = Balances;
	type Time = Timestamp;
	type Feeds = Oracle;
	type Held = configs::market::HeldByMarket;
	type FeedersOrigin = EnsureRoot<AccountId>;
	type StopOrigin = GoOn;
	type MaxAge = PriceAge;
	type Margin = PriceMargin;
	type Rise = PriceRise;
	type IssueFloor = CreditIssue;
	type Least = LeastPurchase;
	type Day = Day;
	type WeightInfo = weights::pallet_credits::WeightInfo<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::Helper;
}
