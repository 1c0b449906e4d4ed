//! How validators are elected: over several blocks, or in one where the chain slept.
//!
//! A quarter of a session before an era is planned the chain writes down who is looked at. Validators' workers then compute an
//! election and submit it; the block that plans the era takes the best that was found right. Where nobody submitted any, or the
//! chain slept and nothing was written down, that block elects by itself, of as many as it can hold.

use crate::*;
use alloc::vec;
use configs::{MaxValidators, RuntimeBlockLength, RuntimeBlockWeights, MAX_BACKERS};
use constants::time::SESSION_SLOTS;
use frame_support::{
	dispatch::DispatchClass, pallet_prelude::TransactionPriority, traits::ConstU128,
	weights::Weight,
};
use frame_system::EnsureRoot;
use polkadot_sdk::{
	frame_election_provider_support::{
		bounds::{ElectionBounds, ElectionBoundsBuilder},
		generate_solution_type, onchain, BoundedSupportsOf, ElectionDataProvider, ElectionProvider,
		InstantElectionProvider, PageIndex, SequentialPhragmen, VoterOf,
	},
	pallet_election_provider_multi_phase::{
		self as multi_phase, ElectionError, SolutionAccuracyOf, WeightInfo as _,
	},
	sp_runtime::{PerU16, Perbill, Percent},
};

/// Candidates that an election can look at. Genesis lets no more be: one more would end elections.
pub const MAX_ELECTION_TARGETS: u32 = 1_000;
/// Nominators that an election looks at, beside as many candidates: those with most at stake. There may be more.
pub const MAX_ELECTION_VOTERS: u32 = 10_000;
/// Nominators that an election in one block looks at, beside as many candidates.
pub const MAX_INSTANT_VOTERS: u32 = 2_000;

type MaxBackers = ConstU32<MAX_BACKERS>;

/// From the block in which voters are written down to the election, if no slot is missed.
const ELECTION_BLOCKS: BlockNumber = SESSION_SLOTS / 4;

/// All candidates, who vote for themselves, and so many nominators.
fn bounds(nominators: u32) -> ElectionBounds {
	ElectionBoundsBuilder::default()
		.voters_count((nominators + MAX_ELECTION_TARGETS).into())
		.targets_count(MAX_ELECTION_TARGETS.into())
		.build()
}

parameter_types! {
	pub ElectionLooksAt: ElectionBounds = bounds(MAX_ELECTION_VOTERS);
	pub InstantElectionLooksAt: ElectionBounds = bounds(MAX_INSTANT_VOTERS);
	pub const ElectionVoters: u32 = MAX_ELECTION_VOTERS + MAX_ELECTION_TARGETS;
	/// Of all that waits an election comes first, but for what has to be in a block.
	pub const ElectionPriority: TransactionPriority = TransactionPriority::MAX / 2;
	/// What is submitted may take as much of a block as the largest transaction of a user.
	pub SolutionWeight: Weight = RuntimeBlockWeights::get()
		.get(DispatchClass::Normal)
		.max_extrinsic
		.unwrap_or_default();
	/// And as many bytes as half of all of them.
	pub SolutionLength: u32 = *RuntimeBlockLength::get().max.get(DispatchClass::Normal) / 2;
	pub const NoIncrease: Percent = Percent::zero();
	pub const Nothing: Perbill = Perbill::zero();
}

// An election as it travels: of each voter whom it backs, and with which parts.
generate_solution_type!(
	#[compact]
	pub struct Solution::<
		VoterIndex = u32,
		TargetIndex = u16,
		Accuracy = PerU16,
		MaxVoters = ElectionVoters,
	>(16)
);

/// One Phragmén election in one block, over as many voters as it holds.
pub struct OnChainElection;

impl onchain::Config for OnChainElection {
	type Sort = ConstBool<true>;
	type System = Runtime;
	type Solver = SequentialPhragmen<AccountId, Perbill>;
	type MaxBackersPerWinner = MaxBackers;
	type MaxWinnersPerPage = MaxValidators;
	type DataProvider = Staking;
	type WeightInfo =
		polkadot_sdk::frame_election_provider_support::weights::SubstrateWeight<Runtime>;
	type Bounds = InstantElectionLooksAt;
}

/// An election in one block, of voters as they are in it.
pub type InstantElection = onchain::OnChainExecution<OnChainElection>;

/// The same where nobody submitted any: it does not take what was written down, which is more than one block holds.
pub struct Fallback;

impl ElectionProvider for Fallback {
	type AccountId = AccountId;
	type BlockNumber = BlockNumber;
	type Error = onchain::Error;
	type MaxWinnersPerPage = MaxValidators;
	type MaxBackersPerWinner = MaxBackers;
	type MaxBackersPerWinnerFinal = MaxBackers;
	type Pages = ConstU32<1>;
	type DataProvider = Staking;

	fn elect(page: PageIndex) -> Result<BoundedSupportsOf<Self>, Self::Error> {
		InstantElection::elect(page)
	}

	fn duration() -> BlockNumber {
		InstantElection::duration()
	}

	fn start() -> Result<(), Self::Error> {
		InstantElection::start()
	}

	fn status() -> Result<Option<Weight>, ()> {
		InstantElection::status()
	}
}

impl InstantElectionProvider for Fallback {
	fn instant_elect(
		_: Vec<VoterOf<Staking>>,
		_: Vec<AccountId>,
		_: u32,
	) -> Result<BoundedSupportsOf<Self>, onchain::Error> {
		Self::elect(0)
	}

	fn bother() -> bool {
		false
	}
}

/// What staking asks for validators.
pub struct Election;

impl ElectionProvider for Election {
	type AccountId = AccountId;
	type BlockNumber = BlockNumber;
	type Error = ElectionError<Runtime>;
	type MaxWinnersPerPage = MaxValidators;
	type MaxBackersPerWinner = MaxBackers;
	type MaxBackersPerWinnerFinal = MaxBackers;
	type Pages = ConstU32<1>;
	type DataProvider = Staking;

	fn elect(page: PageIndex) -> Result<BoundedSupportsOf<Self>, Self::Error> {
		if multi_phase::CurrentPhase::<Runtime>::get().is_off() {
			// No block was made in the quarter of a session before: the pallet would wait for a referendum.
			return InstantElection::elect(page).map_err(ElectionError::Fallback);
		}
		ElectionProviderMultiPhase::elect(page)
	}

	fn duration() -> BlockNumber {
		ElectionProviderMultiPhase::duration()
	}

	fn start() -> Result<(), Self::Error> {
		ElectionProviderMultiPhase::start()
	}

	fn status() -> Result<Option<Weight>, ()> {
		ElectionProviderMultiPhase::status()
	}
}

/// What validators' workers compute: it has to fit a block.
pub struct Miner;

impl multi_phase::MinerConfig for Miner {
	type AccountId = AccountId;
	type Solution = Solution;
	type MaxVotesPerVoter = <Staking as ElectionDataProvider>::MaxVotesPerVoter;
	type MaxLength = SolutionLength;
	type MaxWeight = SolutionWeight;
	type MaxWinners = MaxValidators;
	type MaxBackersPerWinner = MaxBackers;

	fn solution_weight(voters: u32, targets: u32, active: u32, winners: u32) -> Weight {
		<Runtime as multi_phase::Config>::WeightInfo::submit_unsigned(
			voters, targets, active, winners,
		)
	}
}

/// Validators compute elections for nothing, as they make blocks; nobody else submits any.
impl multi_phase::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type Currency = Balances;
	type EstimateCallFee = TransactionPayment;
	type UnsignedPhase = ConstU32<ELECTION_BLOCKS>;
	type SignedPhase = ConstU32<0>;
	type BetterSignedThreshold = Nothing;
	type OffchainRepeat = ConstU32<{ ELECTION_BLOCKS / 5 }>;
	type MinerTxPriority = ElectionPriority;
	type MinerConfig = Miner;
	type SignedMaxSubmissions = ConstU32<0>;
	type SignedMaxWeight = SolutionWeight;
	type SignedMaxRefunds = ConstU32<0>;
	type SignedRewardBase = ConstU128<0>;
	type SignedDepositByte = ConstU128<0>;
	type SignedDepositWeight = ConstU128<0>;
	type SignedDepositBase = multi_phase::GeometricDepositBase<Balance, ConstU128<0>, NoIncrease>;
	type MaxWinners = MaxValidators;
	type MaxBackersPerWinner = MaxBackers;
	type ElectionBounds = ElectionLooksAt;
	type SlashHandler = ();
	type RewardHandler = ();
	type DataProvider = Staking;
	type Fallback = Fallback;
	type GovernanceFallback = Fallback;
	type Solver = SequentialPhragmen<AccountId, SolutionAccuracyOf<Runtime>>;
	type ForceOrigin = EnsureRoot<AccountId>;
	type BenchmarkingConfig = Benchmarks;
	type WeightInfo = multi_phase::weights::SubstrateWeight<Runtime>;
}

/// Sizes at which the pallet's benchmarks run.
pub struct Benchmarks;

impl multi_phase::BenchmarkingConfig for Benchmarks {
	const VOTERS: [u32; 2] = [1_000, 2_000];
	const TARGETS: [u32; 2] = [500, 1_000];
	const ACTIVE_VOTERS: [u32; 2] = [500, 800];
	const DESIRED_TARGETS: [u32; 2] = [200, 256];
	const SNAPSHOT_MAXIMUM_VOTERS: u32 = 1_000;
	const MINER_MAXIMUM_VOTERS: u32 = 1_000;
	const MAXIMUM_TARGETS: u32 = 300;
}
