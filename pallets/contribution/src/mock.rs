//! A chain with this pallet and the stock referenda: the clock is whatever a test says.

use frame_support::{
	dispatch::DispatchResult,
	parameter_types,
	traits::{
		ChangeMembers, ConstBool, ConstU128, ConstU32, ConstU64, EqualPrivilegeOnly,
		InitializeMembers, LockIdentifier,
	},
	weights::Weight,
};
use frame_system::{EnsureRoot, EnsureSigned};
use pallet_democracy::VoteThreshold;
use sp_runtime::{BuildStorage, DispatchError, Perbill};
use substation_primitives::{AccountId32, EpochIndex};
use substation_testing::endowed;

use crate::*;

pub use substation_testing::{account, signed};

substation_testing::mock_runtime! {
	balance: Balance,
	existential_deposit: ConstU128<1>,

	#[runtime::pallet_index(2)]
	pub type Contribution = crate::Pallet<Test>;
	#[runtime::pallet_index(3)]
	pub type Scheduler = pallet_scheduler::Pallet<Test>;
	#[runtime::pallet_index(4)]
	pub type Democracy = pallet_democracy::Pallet<Test>;
}

parameter_types! {
	pub static Members: Vec<AccountId32> = Vec::new();
	pub static Deposit: Balance = 100;
	pub const HalfLife: EpochIndex = 20;
	pub const Term: EpochIndex = 7;
	pub const Seats: u32 = 3;
	pub static SeatMinimum: Balance = 2;
	pub static MinFounders: u32 = 1;
	pub static MaxChanges: u32 = 3;
	pub static NetworkSeats: u32 = 3;
	pub const MaxStops: u32 = 2;
	pub const StopsWithin: u64 = 10;
	pub const MaxCandidates: u32 = 5;
	pub static VoterCap: Perbill = Perbill::from_percent(100);
	pub static Idle: Balance = 0;
	/// Whether bringing votes down fails once all of it is done.
	pub static Stuck: bool = false;
	pub const MaximumWeight: Weight = Weight::MAX;
}

pub struct World;

substation_testing::mock_clock!(World);

impl ChangeMembers<AccountId32> for World {
	fn change_members_sorted(
		incoming: &[AccountId32],
		outgoing: &[AccountId32],
		sorted_new: &[AccountId32],
	) {
		let before = Members::get();
		assert!(outgoing.iter().all(|member| before.contains(member)));
		assert!(incoming.iter().all(|member| !before.contains(member)));
		assert!(sorted_new.windows(2).all(|pair| pair[0] < pair[1]));
		Members::set(sorted_new.to_vec());
	}
}

impl InitializeMembers<AccountId32> for World {
	fn initialize_members(members: &[AccountId32]) {
		assert!(members.windows(2).all(|pair| pair[0] < pair[1]));
		Members::set(members.to_vec());
	}
}

impl Ballots for World {
	const LOCK: LockIdentifier = DemocracyBallots::<Test>::LOCK;

	fn largest(voter: &AccountId32) -> Balance {
		DemocracyBallots::<Test>::largest(voter)
	}

	fn bring_down(voter: &AccountId32, votes: Balance) -> DispatchResult {
		DemocracyBallots::<Test>::bring_down(voter, votes)?;
		if Stuck::get() {
			return Err(DispatchError::Other("stuck"));
		}
		Ok(())
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn fill(voter: &AccountId32) {
		DemocracyBallots::<Test>::fill(voter);
	}
}

impl pallet_scheduler::Config for Test {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeOrigin = RuntimeOrigin;
	type PalletsOrigin = OriginCaller;
	type RuntimeCall = RuntimeCall;
	type MaximumWeight = MaximumWeight;
	type ScheduleOrigin = EnsureRoot<AccountId32>;
	type OriginPrivilegeCmp = EqualPrivilegeOnly;
	type MaxScheduledPerBlock = ConstU32<10>;
	type WeightInfo = ();
	type Preimages = ();
	type BlockNumberProvider = System;
}

impl pallet_democracy::Config for Test {
	type WeightInfo = ();
	type RuntimeEvent = RuntimeEvent;
	type Scheduler = Scheduler;
	type Preimages = ();
	type Currency = VotingPower<Test>;
	type EnactmentPeriod = ConstU64<10>;
	type LaunchPeriod = ConstU64<10>;
	type VotingPeriod = ConstU64<100>;
	type VoteLockingPeriod = ConstU64<10>;
	type MinimumDeposit = ConstU128<10>;
	type InstantAllowed = ConstBool<false>;
	type FastTrackVotingPeriod = ConstU64<5>;
	type CooloffPeriod = ConstU64<10>;
	type MaxVotes = ConstU32<5>;
	type MaxProposals = ConstU32<5>;
	type MaxDeposits = ConstU32<5>;
	type MaxBlacklisted = ConstU32<5>;
	type ExternalOrigin = EnsureRoot<AccountId32>;
	type ExternalMajorityOrigin = EnsureRoot<AccountId32>;
	type ExternalDefaultOrigin = EnsureRoot<AccountId32>;
	type SubmitOrigin = EnsureSigned<AccountId32>;
	type FastTrackOrigin = EnsureRoot<AccountId32>;
	type InstantOrigin = EnsureRoot<AccountId32>;
	type CancellationOrigin = EnsureRoot<AccountId32>;
	type BlacklistOrigin = EnsureRoot<AccountId32>;
	type CancelProposalOrigin = EnsureRoot<AccountId32>;
	type VetoOrigin = EnsureSigned<AccountId32>;
	type PalletsOrigin = OriginCaller;
	type Slash = ();
}

impl Config for Test {
	type Currency = Balances;
	type Tokens = Balances;
	type Ballots = World;
	type Proposals = DemocracyProposals<Test>;
	type MaxProposals = ConstU32<5>;
	type FoundersOrigin = EnsureRoot<AccountId32>;
	type VoterCap = VoterCap;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Idle = Idle;
	type Epochs = World;
	type Council = World;
	type Deposit = Deposit;
	type HalfLife = HalfLife;
	type Term = Term;
	type Seats = Seats;
	type SeatMinimum = SeatMinimum;
	type MinFounders = MinFounders;
	type MaxChanges = MaxChanges;
	type NetworkSeats = NetworkSeats;
	type MaxStops = MaxStops;
	type StopsWithin = StopsWithin;
	type MaxCandidates = MaxCandidates;
	type MaxMotions = ConstU32<2>;
	type WeightInfo = ();
}

/// Begins a referendum that runs for a hundred blocks. Its number.
pub fn referendum() -> u32 {
	let call = RuntimeCall::System(frame_system::Call::remark { remark: Vec::new() });
	let proposal = <() as frame_support::traits::StorePreimage>::bound(call).unwrap();
	Democracy::internal_start_referendum(proposal, VoteThreshold::SuperMajorityApprove, 0)
}

/// Runs `test` in epoch 10 with accounts 1 to 9, and checks the state after it.
pub fn chain<R>(test: impl FnOnce() -> R) -> R {
	substation_testing::run::<Test, _>(externalities(), Contribution::do_try_state, test)
}

/// Founders are accounts 8 and 7, in this order.
pub fn externalities() -> sp_io::TestExternalities {
	Now::set(10);
	Members::set(Vec::new());
	VoterCap::set(Perbill::from_percent(100));
	MinFounders::set(1);
	MaxChanges::set(3);
	NetworkSeats::set(3);
	SeatMinimum::set(2);
	Deposit::set(100);
	Idle::set(0);
	Stuck::set(false);
	let genesis = RuntimeGenesisConfig {
		balances: BalancesConfig { balances: endowed(1..10, 1_000), ..Default::default() },
		contribution: ContributionConfig {
			founders: vec![account(8), account(7)],
			..Default::default()
		},
		..Default::default()
	};
	genesis.build_storage().unwrap().into()
}
