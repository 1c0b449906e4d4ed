//! Referenda, the two bodies beside them, and what can be stopped in need.
//!
//! Root acts through referenda alone. The contributors' council proposes to them, the technical
//! committee makes the clock run faster or ends one; neither can do anything else.

use crate::*;
use configs::parameters::{caps, Deposit, ProposalDeposit, Within};
use constants::{
	currency::STN,
	time::{DAYS, HOURS},
};
use frame_support::{
	traits::{
		fungible::HoldConsideration, Contains, EitherOf, EitherOfDiverse, EnsureOrigin,
		EqualPrivilegeOnly, Get, GetCallMetadata, InsideBoth, LinearStoragePrice, MapSuccess,
		NeverEnsureOrigin, PalletInfoAccess,
	},
	weights::Weight,
};
use frame_system::{EnsureRoot, EnsureRootWithSuccess, EnsureSigned};
use polkadot_sdk::{
	pallet_collective::{EnsureProportionAtLeast, EnsureProportionMoreThan},
	sp_runtime::{
		traits::{Replace, StaticLookup},
		FixedU128, Perbill,
	},
};
use substation_primitives::EpochIndex;

/// The contributors' council.
pub type CouncilInstance = pallet_collective::Instance1;
/// The technical committee.
pub type TechnicalInstance = pallet_collective::Instance2;

type PartOfCouncil<const N: u32, const D: u32> =
	EnsureProportionAtLeast<AccountId, CouncilInstance, N, D>;
type MoreThanHalfOfCouncil = EnsureProportionMoreThan<AccountId, CouncilInstance, 1, 2>;
type Committee<const N: u32, const D: u32> =
	EnsureProportionAtLeast<AccountId, TechnicalInstance, N, D>;

parameter_types! {
	pub MaximumSchedulerWeight: Weight =
		Perbill::from_percent(80) * configs::RuntimeBlockWeights::get().max_block;
	pub MaxMotionWeight: Weight =
		Perbill::from_percent(50) * configs::RuntimeBlockWeights::get().max_block;
	pub const PreimageHoldReason: RuntimeHoldReason =
		RuntimeHoldReason::Preimage(pallet_preimage::HoldReason::Preimage);
}

impl pallet_preimage::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_preimage::weights::SubstrateWeight<Runtime>;
	type Currency = Balances;
	type ManagerOrigin = EnsureRoot<AccountId>;
	type Consideration = HoldConsideration<
		AccountId,
		Balances,
		PreimageHoldReason,
		LinearStoragePrice<Deposit<1, 0>, Deposit<0, 1>, Balance>,
	>;
}

impl pallet_scheduler::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeOrigin = RuntimeOrigin;
	type PalletsOrigin = OriginCaller;
	type RuntimeCall = RuntimeCall;
	type MaximumWeight = MaximumSchedulerWeight;
	type ScheduleOrigin = EnsureRoot<AccountId>;
	type OriginPrivilegeCmp = EqualPrivilegeOnly;
	type MaxScheduledPerBlock = ConstU32<50>;
	type WeightInfo = pallet_scheduler::weights::SubstrateWeight<Runtime>;
	type Preimages = Preimage;
	type BlockNumberProvider = System;
}

impl pallet_multisig::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type Currency = Balances;
	type DepositBase = Deposit<1, 120>;
	type DepositFactor = Deposit<0, 32>;
	type MaxSignatories = ConstU32<100>;
	type WeightInfo = pallet_multisig::weights::SubstrateWeight<Runtime>;
	type BlockNumberProvider = System;
}

parameter_types! {
	/// For a motion, when there is no other; whoever made it has it back by `release_proposal_cost` once it is decided.
	pub const MotionDeposit: Balance = STN;
	/// A quarter more for each that is open: the thirty-second costs a thousand times as much.
	pub MotionGrowth: FixedU128 = FixedU128::from_rational(5, 4);
	pub const CouncilMotion: RuntimeHoldReason =
		RuntimeHoldReason::Council(pallet_collective::HoldReason::ProposalSubmission);
	pub const TechnicalMotion: RuntimeHoldReason =
		RuntimeHoldReason::TechnicalCommittee(pallet_collective::HoldReason::ProposalSubmission);
}

/// What a motion costs until it is decided.
type Motion<Reason> = HoldConsideration<
	AccountId,
	Balances,
	Reason,
	pallet_collective::deposit::Geometric<MotionGrowth, MotionDeposit>,
	u32,
>;

/// Who is silent agrees to nothing. A body's prime, which a referendum may name, speaks for nobody else.
pub struct SilenceIsNay;

impl pallet_collective::DefaultVote for SilenceIsNay {
	fn default_vote(_: Option<bool>, _: u32, _: u32, _: u32) -> bool {
		false
	}
}

impl pallet_collective::Config<CouncilInstance> for Runtime {
	type RuntimeOrigin = RuntimeOrigin;
	type Proposal = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type MotionDuration = ConstU32<{ 3 * DAYS }>;
	type MaxProposals = MaxMotions;
	type MaxMembers = ConstU32<13>;
	type DefaultVote = SilenceIsNay;
	type WeightInfo = pallet_collective::weights::SubstrateWeight<Runtime>;
	// Seats are earned: see pallet-contribution.
	type SetMembersOrigin = NeverEnsureOrigin<()>;
	type MaxProposalWeight = MaxMotionWeight;
	type DisapproveOrigin = EnsureRoot<AccountId>;
	type KillOrigin = EnsureRoot<AccountId>;
	type Consideration = Motion<CouncilMotion>;
}

parameter_types! {
	/// What was earned counts for half after ninety days.
	pub const ContributionHalfLife: EpochIndex = 90 * EPOCHS_A_DAY;
	/// A week.
	pub const CouncilTerm: EpochIndex = 7 * EPOCHS_A_DAY;
	pub const CouncilSeats: u32 = COUNCIL_SEATS;
	pub const CouncilCandidates: u32 = 32;
	/// Motions of either body that may be open.
	pub const MaxMotions: u32 = 32;
	pub const MinFounders: u32 = 3;
	/// Proposals of the public that may wait.
	pub const MaxProposals: u32 = 100;
}

const COUNCIL_SEATS: u32 = 7;
/// More than half of them: what those who were paid in one network never are.
const MAJORITY_OF_COUNCIL: u32 = COUNCIL_SEATS / 2 + 1;

/// Epochs of a day, if none is missed.
pub(crate) const EPOCHS_A_DAY: EpochIndex = DAYS.div_ceil(constants::time::SESSION_SLOTS);

/// What the reserve has, and what income, grants and bounties wait with, beside the treasury, whose tokens the token takes for
/// inactive by itself. A network's fund is not among them: there may be any number of these.
pub struct IdleTokens;

impl Get<Balance> for IdleTokens {
	fn get() -> Balance {
		let accounts = [Emission::reserve(), NetworkTreasury::pot(), NetworkTreasury::escrow()];
		let balance = <Balances as frame_support::traits::Currency<AccountId>>::total_balance;
		accounts.iter().map(balance).fold(0, Balance::saturating_add)
	}
}

impl pallet_contribution::Config for Runtime {
	type Currency = Balances;
	type Tokens = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Epochs = configs::Clock;
	type Council = Council;
	type Ballots = pallet_contribution::DemocracyBallots<Runtime>;
	type FoundersOrigin = EnsureRoot<AccountId>;
	type Idle = IdleTokens;
	type Proposals = pallet_contribution::DemocracyProposals<Runtime>;
	type MaxProposals = MaxProposals;
	type Deposit = Deposit<1, 172>;
	type HalfLife = ContributionHalfLife;
	type VoterCap = configs::parameters::VoterCap;
	type Term = CouncilTerm;
	type Seats = CouncilSeats;
	type SeatMinimum = Within<1, { u128::MAX }, caps::Seat>;
	type MaxChanges = ConstU32<2>;
	type NetworkSeats = ConstU32<{ MAJORITY_OF_COUNCIL - 1 }>;
	type MinFounders = MinFounders;
	type MaxCandidates = CouncilCandidates;
	type MaxStops = ConstU32<3>;
	type StopsWithin = ConstU32<{ 28 * DAYS }>;
	type MaxMotions = MaxMotions;
	type WeightInfo = weights::pallet_contribution::WeightInfo<Runtime>;
}

impl pallet_collective::Config<TechnicalInstance> for Runtime {
	type RuntimeOrigin = RuntimeOrigin;
	type Proposal = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type MotionDuration = ConstU32<{ 3 * DAYS }>;
	type MaxProposals = MaxMotions;
	type MaxMembers = ConstU32<13>;
	type DefaultVote = SilenceIsNay;
	type WeightInfo = pallet_collective::weights::SubstrateWeight<Runtime>;
	type SetMembersOrigin = EnsureRoot<AccountId>;
	type MaxProposalWeight = MaxMotionWeight;
	type DisapproveOrigin = EnsureRoot<AccountId>;
	type KillOrigin = EnsureRoot<AccountId>;
	type Consideration = Motion<TechnicalMotion>;
}

/// How often a proposal goes to a vote, in blocks. The council's and the public's take turns, so two of the public's do in a
/// day.
const LAUNCH_PERIOD: BlockNumber = 6 * HOURS;
/// How long a vote runs, in blocks.
const VOTING_PERIOD: BlockNumber = 4 * DAYS;
/// From a decision to its enactment, in blocks.
const ENACTMENT_PERIOD: BlockNumber = DAYS;
/// For how long a vote of the least conviction locks, in blocks: the strongest locks 32 times as long, 224 days.
const CONVICTION_PERIOD: BlockNumber = 7 * DAYS;
const _: () = assert!(CONVICTION_PERIOD >= ENACTMENT_PERIOD);
/// From a proposal to its enactment, in blocks.
pub(crate) const LONGEST_REFERENDUM: BlockNumber =
	2 * LAUNCH_PERIOD + VOTING_PERIOD + ENACTMENT_PERIOD;

// Slashes wait for longer, so that a referendum can cancel one, also if the offence is shown in the last session in which
// it can be: an era may have begun by then. Eras count slots and referenda blocks: up to a fifth of all slots may have none.
const _: () = assert!(
	LONGEST_REFERENDUM * 5 / 4
		< (constants::time::APPEAL_ERAS - 1)
			* constants::time::SESSIONS_PER_ERA
			* constants::time::SESSION_SLOTS
);

impl pallet_democracy::Config for Runtime {
	type WeightInfo = weights::pallet_democracy::WeightInfo<Runtime>;
	type RuntimeEvent = RuntimeEvent;
	type Scheduler = Scheduler;
	type Preimages = Preimage;
	type Currency = pallet_contribution::VotingPower<Runtime>;
	type EnactmentPeriod = ConstU32<ENACTMENT_PERIOD>;
	type LaunchPeriod = ConstU32<LAUNCH_PERIOD>;
	type VotingPeriod = ConstU32<VOTING_PERIOD>;
	// Who has won by a conviction cannot sell before the change is in force, and the longest conviction binds for much longer
	// than stake is bonded anyway.
	type VoteLockingPeriod = ConstU32<CONVICTION_PERIOD>;
	type MinimumDeposit = ProposalDeposit;
	type InstantAllowed = ConstBool<false>;
	type FastTrackVotingPeriod = ConstU32<{ 3 * HOURS }>;
	type CooloffPeriod = ConstU32<{ 7 * DAYS }>;
	type MaxVotes = ConstU32<100>;
	type MaxProposals = MaxProposals;
	type MaxDeposits = ConstU32<100>;
	type MaxBlacklisted = ConstU32<100>;
	type ExternalOrigin = MoreThanHalfOfCouncil;
	type ExternalMajorityOrigin = PartOfCouncil<3, 4>;
	// A council of few who agree would pass what it likes, unless many more vote against it than vote at all.
	#[cfg(not(feature = "runtime-benchmarks"))]
	type ExternalDefaultOrigin = NeverEnsureOrigin<()>;
	// Somebody has to call what is measured.
	#[cfg(feature = "runtime-benchmarks")]
	type ExternalDefaultOrigin = EnsureRoot<AccountId>;
	type SubmitOrigin = EnsureSigned<AccountId>;
	type FastTrackOrigin = Committee<2, 3>;
	type InstantOrigin = NeverEnsureOrigin<()>;
	type CancellationOrigin = Committee<2, 3>;
	type BlacklistOrigin = EnsureRoot<AccountId>;
	// It takes the deposits of all who have seconded.
	type CancelProposalOrigin = EnsureRoot<AccountId>;
	#[cfg(not(feature = "runtime-benchmarks"))]
	type VetoOrigin = NeverEnsureOrigin<AccountId>;
	#[cfg(feature = "runtime-benchmarks")]
	type VetoOrigin = EnsureSigned<AccountId>;
	type PalletsOrigin = OriginCaller;
	type Slash = configs::Income;
}

/// Calls that nothing stops: what keeps the chain going, what judges evidence, what a voice in government
/// takes, and what can end the stop again.
pub struct Unstoppable;

impl Unstoppable {
	fn contains_pallet(name: &[u8]) -> bool {
		let pallets = [
			<System as PalletInfoAccess>::name(),
			<Timestamp as PalletInfoAccess>::name(),
			<Babe as PalletInfoAccess>::name(),
			<Grandpa as PalletInfoAccess>::name(),
			<Session as PalletInfoAccess>::name(),
			<ElectionProviderMultiPhase as PalletInfoAccess>::name(),
			<Attestation as PalletInfoAccess>::name(),
			#[cfg(any(feature = "std", feature = "fast-runtime"))]
			<Sudo as PalletInfoAccess>::name(),
			<SafeMode as PalletInfoAccess>::name(),
			<TxPause as PalletInfoAccess>::name(),
			<Preimage as PalletInfoAccess>::name(),
			<Scheduler as PalletInfoAccess>::name(),
			<Democracy as PalletInfoAccess>::name(),
			<Council as PalletInfoAccess>::name(),
			<TechnicalCommittee as PalletInfoAccess>::name(),
			<Contribution as PalletInfoAccess>::name(),
			// What these carry is looked at by itself.
			<Utility as PalletInfoAccess>::name(),
			<Multisig as PalletInfoAccess>::name(),
			<Proxy as PalletInfoAccess>::name(),
		];
		pallets.iter().any(|pallet| pallet.as_bytes() == name)
	}
}

impl Unstoppable {
	/// Agreements and grants run on, so who pays and whose data it is may end them, and what has to be said of a job in time is
	/// said, and bills collected; and what a token costs is said on, so that nobody gains by having been silent.
	fn contains_call(pallet: &[u8], call: &[u8]) -> bool {
		let calls: [(&str, &[u8]); 10] = [
			(<Market as PalletInfoAccess>::name(), b"close"),
			(<Market as PalletInfoAccess>::name(), b"deliver"),
			(<Market as PalletInfoAccess>::name(), b"dispute"),
			(<Market as PalletInfoAccess>::name(), b"accept"),
			(<Market as PalletInfoAccess>::name(), b"rule"),
			(<Market as PalletInfoAccess>::name(), b"collect"),
			(<Access as PalletInfoAccess>::name(), b"revoke"),
			(<Oracle as PalletInfoAccess>::name(), b"feed_values"),
			(<Credits as PalletInfoAccess>::name(), b"stop"),
			(<Credits as PalletInfoAccess>::name(), b"resume"),
		];
		calls.iter().any(|one| (one.0.as_bytes(), one.1) == (pallet, call))
			|| Self::contains_pallet(pallet)
	}
}

impl Contains<RuntimeCall> for Unstoppable {
	fn contains(call: &RuntimeCall) -> bool {
		// What is owed when an agreement ends is paid in safe mode too. A referendum may pause it: it may find that it is not
		// owed.
		let settles = matches!(call, RuntimeCall::Market(pallet_market::Call::settle { .. }));
		let name = call.get_call_metadata();
		settles || Self::contains_call(name.pallet_name.as_bytes(), name.function_name.as_bytes())
	}
}

impl Contains<pallet_tx_pause::RuntimeCallNameOf<Runtime>> for Unstoppable {
	fn contains(name: &pallet_tx_pause::RuntimeCallNameOf<Runtime>) -> bool {
		Self::contains_call(&name.0, &name.1)
	}
}

/// A referendum.
type ByReferendum = EnsureRootWithSuccess<AccountId, ConstU32<DAYS>>;
/// Two thirds of the council.
type MostOfCouncil = MapSuccess<PartOfCouncil<2, 3>, Replace<ConstU32<DAYS>>>;
/// Two thirds of the council, three days in four weeks.
pub struct CouncilStops;

impl EnsureOrigin<RuntimeOrigin> for CouncilStops {
	type Success = BlockNumber;

	fn try_origin(origin: RuntimeOrigin) -> Result<BlockNumber, RuntimeOrigin> {
		match Contribution::may_stop() {
			true => MostOfCouncil::try_origin(origin),
			false => Err(origin),
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn try_successful_origin() -> Result<RuntimeOrigin, ()> {
		MostOfCouncil::try_successful_origin()
	}
}

/// Who stops the chain for a day.
type StopForADay = EitherOf<ByReferendum, CouncilStops>;
/// Two thirds of the council, or a referendum.
pub(crate) type GoOn = EitherOfDiverse<EnsureRoot<AccountId>, PartOfCouncil<2, 3>>;

impl pallet_safe_mode::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type WhitelistedCalls = Unstoppable;
	type EnterDuration = ConstU32<DAYS>;
	type ExtendDuration = ConstU32<DAYS>;
	// Nobody buys a stop.
	type EnterDepositAmount = ();
	type ExtendDepositAmount = ();
	type ForceEnterOrigin = StopForADay;
	// One motion could extend it for years: the council enters anew each day.
	type ForceExtendOrigin = ByReferendum;
	type ForceExitOrigin = GoOn;
	type ForceDepositOrigin = EnsureRoot<AccountId>;
	type Notify = Contribution;
	type ReleaseDelay = ();
	type WeightInfo = pallet_safe_mode::weights::SubstrateWeight<Runtime>;
}

impl pallet_tx_pause::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	// A pause has no end.
	type PauseOrigin = EnsureRoot<AccountId>;
	type UnpauseOrigin = GoOn;
	type WhitelistedCalls = Unstoppable;
	type MaxNameLen = ConstU32<256>;
	type WeightInfo = pallet_tx_pause::weights::SubstrateWeight<Runtime>;
}

/// Keeps the technical committee from putting a vote off: it may only make it shorter. Democracy itself lets it do so with what a
/// simple majority decides, and with nothing else, since nobody proposes what passes against a majority.
pub struct Hastening;

impl Contains<RuntimeCall> for Hastening {
	fn contains(call: &RuntimeCall) -> bool {
		match call {
			RuntimeCall::Democracy(pallet_democracy::Call::fast_track {
				voting_period,
				delay,
				..
			}) => *voting_period <= VOTING_PERIOD && *delay <= ENACTMENT_PERIOD,
			_ => true,
		}
	}
}

/// Keeps a motion from being made anew while the deposit for the one like it before was not taken back: the pallet would
/// forget that one.
pub struct Motions;

impl Motions {
	/// Whether a deposit waits for a motion that is decided. What is longer than was paid for is refused by the pallet.
	fn is_owed<I: 'static>(proposal: &RuntimeCall, length_bound: u32) -> bool
	where
		Runtime: pallet_collective::Config<I>,
	{
		if codec::Encode::encoded_size(proposal) > length_bound as usize {
			return false;
		}
		let hash = <BlakeTwo256 as polkadot_sdk::sp_runtime::traits::Hash>::hash_of(proposal);
		pallet_collective::CostOf::<Runtime, I>::contains_key(hash)
			&& !pallet_collective::ProposalOf::<Runtime, I>::contains_key(hash)
	}
}

impl Contains<RuntimeCall> for Motions {
	fn contains(call: &RuntimeCall) -> bool {
		use pallet_collective::Call::propose;
		match call {
			RuntimeCall::Council(propose { threshold: 2.., proposal, length_bound }) => {
				!Self::is_owed::<CouncilInstance>(proposal, *length_bound)
			}
			RuntimeCall::TechnicalCommittee(propose { threshold: 2.., proposal, length_bound }) => {
				!Self::is_owed::<TechnicalInstance>(proposal, *length_bound)
			}
			_ => true,
		}
	}
}

/// The least that somebody votes with or delegates: a tenth of it is a vote without conviction.
const LEAST_VOTE: Balance = configs::EXISTENTIAL_DEPOSIT;

/// Keeps referenda from writing rows, which no deposit pays for, for accounts that have never voted, and for votes of next to
/// nothing.
pub struct Voters;

impl Voters {
	/// Whether somebody votes with something.
	fn counts(vote: &pallet_democracy::AccountVote<Balance>) -> bool {
		match vote {
			pallet_democracy::AccountVote::Standard { balance, .. } => *balance >= LEAST_VOTE,
			pallet_democracy::AccountVote::Split { aye, nay } => {
				aye.saturating_add(*nay) >= LEAST_VOTE
			}
		}
	}
}

impl Contains<RuntimeCall> for Voters {
	fn contains(call: &RuntimeCall) -> bool {
		let account = |address| <Runtime as frame_system::Config>::Lookup::lookup(address).ok();
		match call {
			RuntimeCall::Democracy(pallet_democracy::Call::unlock { target }) => {
				account(target.clone())
					.is_some_and(pallet_democracy::VotingOf::<Runtime>::contains_key)
			}
			// Its row stays when the delegation has ended.
			RuntimeCall::Democracy(pallet_democracy::Call::delegate { to, balance, .. }) => {
				*balance >= LEAST_VOTE
					&& account(to.clone()).is_some_and(|to| System::account_exists(&to))
			}
			RuntimeCall::Democracy(pallet_democracy::Call::vote { vote, .. }) => Self::counts(vote),
			_ => true,
		}
	}
}

/// Calls that are taken now.
pub type TakenCalls =
	InsideBoth<InsideBoth<Hastening, InsideBoth<Motions, Voters>>, InsideBoth<SafeMode, TxPause>>;
