//! Validators' stake and its election.

use crate::*;
use constants::{
	currency::STN,
	time::{BONDING_ERAS, PAYABLE_ERAS, SESSIONS_PER_ERA, SLASH_DEFER_ERAS},
};
use frame_support::{derive_impl, instances::Instance1};
use pallet_emission::Returns;
use polkadot_sdk::{
	frame_election_provider_support::{
		bounds::{ElectionBounds, ElectionBoundsBuilder},
		onchain, SequentialPhragmen, VoteWeight,
	},
	sp_runtime::{Perbill, Permill},
	sp_staking::currency_to_vote::SaturatingCurrencyToVote,
};

/// Candidates that an election can look at. Genesis lets no more be: one more would end elections.
pub const MAX_ELECTION_TARGETS: u32 = 1_000;
/// Nominators that an election looks at, beside as many candidates: those with most at stake. There may be more.
pub const MAX_ELECTION_VOTERS: u32 = 4_000;

/// Bags by which voters are sorted.
const BAGS: usize = 200;

/// Stake, in planck, up to which a voter belongs to each bag: from ten tokens on, seven and a half hundredths more for each next
/// one, so that the last begins above seventeen million.
pub const BAG_THRESHOLDS: [VoteWeight; BAGS] = {
	let mut thresholds = [0; BAGS];
	let mut threshold = (10 * STN) as VoteWeight;
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
	/// The election runs in one block: it has to stay small enough to fit.
	pub OnChainElectionBounds: ElectionBounds = ElectionBoundsBuilder::default()
		.voters_count((MAX_ELECTION_VOTERS + MAX_ELECTION_TARGETS).into())
		.targets_count(MAX_ELECTION_TARGETS.into())
		.build();
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

/// One Phragmén election in one block, over all voters.
pub struct OnChainElection;

impl onchain::Config for OnChainElection {
	type Sort = ConstBool<true>;
	type System = Runtime;
	type Solver = SequentialPhragmen<AccountId, Perbill>;
	type MaxBackersPerWinner = ConstU32<5_000>;
	type MaxWinnersPerPage = crate::configs::MaxValidators;
	type DataProvider = Staking;
	type WeightInfo =
		polkadot_sdk::frame_election_provider_support::weights::SubstrateWeight<Runtime>;
	type Bounds = OnChainElectionBounds;
}

#[derive_impl(pallet_staking::config_preludes::TestDefaultConfig)]
impl pallet_staking::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type OldCurrency = Balances;
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type CurrencyBalance = Balance;
	type UnixTime = Timestamp;
	type CurrencyToVote = SaturatingCurrencyToVote;
	type ElectionProvider = onchain::OnChainExecution<OnChainElection>;
	type GenesisElectionProvider = onchain::OnChainExecution<OnChainElection>;
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
	type MaxUnlockingChunks = ConstU32<32>;
	type MaxControllersInDeprecationBatch = ConstU32<64>;
	type EventListeners = ();
	type Filter = frame_support::traits::Nothing;
	type BenchmarkingConfig = StakingBenchmarks;
	type WeightInfo = pallet_staking::weights::SubstrateWeight<Runtime>;
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
