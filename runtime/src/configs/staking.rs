//! Validators' stake, and what is pooled of it.

use crate::*;
use constants::{
	currency::{MICRO, STN},
	time::{BONDING_ERAS, PAYABLE_ERAS, SESSIONS_PER_ERA, SLASH_DEFER_ERAS},
};
use frame_support::{derive_impl, instances::Instance1, PalletId};
use frame_system::EnsureRoot;
use pallet_emission::Returns;
use polkadot_sdk::{
	frame_election_provider_support::VoteWeight,
	sp_core::U256,
	sp_runtime::{traits::Convert, FixedU128, Perbill, Permill},
	sp_staking::currency_to_vote::CurrencyToVote,
};

/// Voters that back a winner of an election at the most: those with most at stake. What of an exposure has to be gone through
/// where a contradiction is reported has to fit a block.
pub const MAX_BACKERS: u32 = 1_024;

/// Bags by which voters are sorted.
const BAGS: usize = 256;

/// Stake, in votes, up to which a voter belongs to each bag: from ten tokens on, seven and a half hundredths more for each next
/// one, so that the last ends above all tokens that there can be.
pub const BAG_THRESHOLDS: [VoteWeight; BAGS] = {
	let mut thresholds = [0; BAGS];
	let mut threshold = (10 * STN / MICRO) as VoteWeight;
	let mut bag = 0;
	while bag < BAGS {
		thresholds[bag] = threshold;
		threshold = threshold.saturating_add(threshold / 1_000 * 75);
		bag += 1;
	}
	thresholds
};

parameter_types! {
	pub const SessionsPerEra: u32 = SESSIONS_PER_ERA;
	pub const BondingDuration: u32 = BONDING_ERAS;
	pub const SlashDeferDuration: u32 = SLASH_DEFER_ERAS;
	pub const HistoryDepth: u32 = PAYABLE_ERAS;
	pub const BagThresholds: &'static [VoteWeight] = &BAG_THRESHOLDS;
}

/// What stake earns in a year: sixteen hundredths where next to nothing is staked, eight where half of all tokens are.
pub const STAKE_RETURNS: Returns = Returns {
	scarce: Permill::from_percent(16),
	ample: Permill::from_percent(8),
	ideal: Permill::from_percent(50),
};

const _: () = assert!(STAKE_RETURNS.is_sound());

parameter_types! {
	pub const StakeReturns: Returns = STAKE_RETURNS;
}

/// Votes by stake: one for each millionth of a token, so that all tokens there can be are far below what votes hold, and
/// nobody's votes change with issuance. What is less than that has none.
pub struct MicroVotes;

impl CurrencyToVote<Balance> for MicroVotes {
	fn to_vote(value: Balance, _: Balance) -> u64 {
		(value / MICRO).try_into().unwrap_or(u64::MAX)
	}

	fn to_currency(votes: u128, _: Balance) -> Balance {
		votes.saturating_mul(MICRO)
	}

	fn will_downscale(_: Balance) -> Option<bool> {
		Some(true)
	}
}

#[derive_impl(pallet_staking::config_preludes::TestDefaultConfig)]
impl pallet_staking::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type OldCurrency = Balances;
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type CurrencyBalance = Balance;
	type UnixTime = Timestamp;
	type CurrencyToVote = MicroVotes;
	type ElectionProvider = configs::election::Election;
	type GenesisElectionProvider = configs::election::InstantElection;
	type NominationsQuota = pallet_staking::FixedNominationsQuota<16>;
	type HistoryDepth = HistoryDepth;
	type RewardRemainder = ();
	type Slash = configs::Income;
	type Reward = ();
	type SessionsPerEra = SessionsPerEra;
	type BondingDuration = BondingDuration;
	type SlashDeferDuration = SlashDeferDuration;
	type AdminOrigin = frame_system::EnsureRoot<AccountId>;
	type SessionInterface = Self;
	type EraPayout = Emission;
	type NextNewSession = Session;
	type MaxExposurePageSize = ConstU32<256>;
	type MaxValidatorSet = crate::configs::MaxValidators;
	type VoterList = VoterList;
	type TargetList = pallet_staking::UseValidatorsMap<Self>;
	// A pool may unbond in each era, so it takes a part for each.
	type MaxUnlockingChunks = ConstU32<{ BONDING_ERAS + SPARE_ERAS }>;
	type MaxControllersInDeprecationBatch = ConstU32<64>;
	type EventListeners = (NominationPools, DelegatedStaking);
	// Who has stake in a pool has none of its own.
	type Filter = pallet_nomination_pools::AllPoolMembers<Runtime>;
	type BenchmarkingConfig = StakingBenchmarks;
	type WeightInfo = pallet_staking::weights::SubstrateWeight<Runtime>;
}

/// Eras beyond bonding for which what leaves a pool in different eras is told apart.
const SPARE_ERAS: u32 = 4;

parameter_types! {
	pub const DelegationsId: PalletId = PalletId(*b"stn/dlgs");
	pub const PoolsId: PalletId = PalletId(*b"stn/pool");
	/// Of what a member is slashed, to who applies it.
	pub const LazySlashReward: Perbill = Perbill::from_percent(1);
}

/// Stake of a pool's members, which stays in their accounts.
impl pallet_delegated_staking::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type PalletId = DelegationsId;
	type Currency = Balances;
	type OnSlash = configs::Income;
	type SlashRewardFraction = LazySlashReward;
	type RuntimeHoldReason = RuntimeHoldReason;
	type CoreStaking = Staking;
}

/// Sums that pools multiply.
pub struct AsU256;

impl Convert<Balance, U256> for AsU256 {
	fn convert(balance: Balance) -> U256 {
		balance.into()
	}
}

impl Convert<U256, Balance> for AsU256 {
	fn convert(sum: U256) -> Balance {
		sum.try_into().unwrap_or(Balance::MAX)
	}
}

/// Pools that nominate for who has too little to nominate alone.
impl pallet_nomination_pools::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_nomination_pools::weights::SubstrateWeight<Runtime>;
	type Currency = Balances;
	type RuntimeFreezeReason = RuntimeFreezeReason;
	type RewardCounter = FixedU128;
	type PalletId = PoolsId;
	type MaxPointsToBalance = ConstU8<10>;
	type MaxUnbonding = ConstU32<32>;
	type BalanceToU256 = AsU256;
	type U256ToBalance = AsU256;
	type StakeAdapter =
		pallet_nomination_pools::adapter::DelegateStake<Runtime, Staking, DelegatedStaking>;
	type MaxUnbondingPools = ConstU32<{ BONDING_ERAS + SPARE_ERAS }>;
	type MaxMetadataLen = ConstU32<256>;
	type AdminOrigin = EnsureRoot<AccountId>;
	type BlockNumberProvider = System;
	// Who has stake of its own has none in a pool.
	type Filter = pallet_staking::AllStakers<Runtime>;
}

/// All who stand or nominate, sorted by stake as far as bags go: an election looks at the foremost, so nobody keeps more stake
/// out by coming first. Who is in the wrong bag is moved in idle blocks, or by anybody (`voter_list.rebag`).
impl pallet_bags_list::Config<Instance1> for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_bags_list::weights::SubstrateWeight<Runtime>;
	type ScoreProvider = Staking;
	type BagThresholds = BagThresholds;
	type MaxAutoRebagPerBlock = ConstU32<10>;
	type Score = VoteWeight;
}

/// Sizes at which staking's benchmarks run.
pub struct StakingBenchmarks;

impl pallet_staking::BenchmarkingConfig for StakingBenchmarks {
	type MaxNominators = ConstU32<1_000>;
	type MaxValidators = ConstU32<1_000>;
}
