//! Validators' stake and its election.

use crate::*;
use constants::time::{BONDING_ERAS, SESSIONS_PER_ERA, SLASH_DEFER_ERAS};
use frame_support::derive_impl;
use polkadot_sdk::{
	frame_election_provider_support::{
		bounds::{ElectionBounds, ElectionBoundsBuilder},
		onchain, SequentialPhragmen,
	},
	sp_runtime::Perbill,
	sp_staking::currency_to_vote::SaturatingCurrencyToVote,
};

/// Candidates that an election can look at. Genesis lets no more be: one more would end elections.
pub const MAX_ELECTION_TARGETS: u32 = 1_000;
/// Nominators that an election can look at, beside the candidates.
pub const MAX_ELECTION_VOTERS: u32 = 4_000;

parameter_types! {
	pub const SessionsPerEra: u32 = SESSIONS_PER_ERA;
	pub const BondingDuration: u32 = BONDING_ERAS;
	pub const SlashDeferDuration: u32 = SLASH_DEFER_ERAS;
	pub const HistoryDepth: u32 = BONDING_ERAS;
	/// The election runs in one block: it has to stay small enough to fit.
	pub OnChainElectionBounds: ElectionBounds = ElectionBoundsBuilder::default()
		.voters_count((MAX_ELECTION_VOTERS + MAX_ELECTION_TARGETS).into())
		.targets_count(MAX_ELECTION_TARGETS.into())
		.build();
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
	type VoterList = pallet_staking::UseNominatorsAndValidatorsMap<Self>;
	type TargetList = pallet_staking::UseValidatorsMap<Self>;
	type MaxUnlockingChunks = ConstU32<32>;
	type MaxControllersInDeprecationBatch = ConstU32<64>;
	type EventListeners = ();
	type Filter = frame_support::traits::Nothing;
	type BenchmarkingConfig = StakingBenchmarks;
	type WeightInfo = pallet_staking::weights::SubstrateWeight<Runtime>;
}

/// Sizes at which staking's benchmarks run.
pub struct StakingBenchmarks;

impl pallet_staking::BenchmarkingConfig for StakingBenchmarks {
	type MaxNominators = ConstU32<1_000>;
	type MaxValidators = ConstU32<1_000>;
}
