//! A chain with nothing but this pallet: the clock and networks are whatever a test says.

use std::collections::BTreeMap;

use frame_support::{parameter_types, PalletId};
use frame_system::EnsureRoot;
use sp_runtime::{BuildStorage, Permill};
use substation_primitives::{AccountId32, EpochIndex, NetworkId};
use substation_testing::endowed;

use crate::*;

pub use substation_testing::{account, signed};

substation_testing::mock_runtime! {
	balance: Balance,
	existential_deposit: MinimumBalance,

	#[runtime::pallet_index(2)]
	pub type NetworkTreasury = crate::Pallet<Test>;
}

parameter_types! {
	pub const MinimumBalance: Balance = 5;
	pub static Weights: BTreeMap<NetworkId, u32> = BTreeMap::new();
	pub static CommonFund: AccountId32 = common();
	pub const TreasuryPalletId: PalletId = PalletId(*b"stn/ntrs");
	pub const RoundLength: EpochIndex = 4;
	pub const MaxMilestones: u32 = 3;
	pub const MaxBounties: u32 = 2;
	pub static MinPrice: Balance = 50;
	pub static MinRate: Balance = 1;
	pub static BountyDeposit: Balance = 7;
	pub const MaxTerm: EpochIndex = 20;
}

/// The only cell there is, in networks 0 to 2 alike.
pub const CELL: Cell = 77;

pub struct World;

substation_testing::mock_clock!(World);

impl InspectNetworks for World {
	fn count() -> NetworkId {
		3
	}

	fn weight(network: NetworkId, _: EpochIndex) -> (u32, u64) {
		let weights = Weights::get();
		let sum = weights.values().map(|weight| u64::from(*weight)).sum();
		(weights.get(&network).copied().unwrap_or(0), sum)
	}

	fn is_open(network: NetworkId) -> bool {
		network < 3
	}

	fn fund(network: NetworkId) -> AccountId32 {
		account(220 + network as u8)
	}

	fn counts_in(_: NetworkId, cell: Cell) -> bool {
		cell == CELL
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn network_with_cell() -> (NetworkId, Cell) {
		(1, CELL)
	}
}

impl Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Epochs = World;
	type Networks = World;
	type RouteOrigin = EnsureRoot<AccountId32>;
	type GrantOrigin = EnsureRoot<AccountId32>;
	type CommonFund = CommonFund;
	type PalletId = TreasuryPalletId;
	type RoundLength = RoundLength;
	type MaxMilestones = MaxMilestones;
	type MaxBounties = MaxBounties;
	type MinPrice = MinPrice;
	type MinRate = MinRate;
	type BountyDeposit = BountyDeposit;
	type MaxTerm = MaxTerm;
	type WeightInfo = ();
}

pub fn common() -> AccountId32 {
	account(200)
}

pub fn route(burned: u32, networks: u32) -> Route {
	Route { burned: Permill::from_percent(burned), networks: Permill::from_percent(networks) }
}

/// Runs `test` in epoch 10 with accounts 1 to 4, and checks the state after it.
pub fn chain<R>(test: impl FnOnce() -> R) -> R {
	substation_testing::run::<Test, _>(externalities(), NetworkTreasury::do_try_state, test)
}

pub fn externalities() -> sp_io::TestExternalities {
	Now::set(10);
	Expired::set(0);
	CommonFund::set(common());
	MinPrice::set(50);
	MinRate::set(1);
	BountyDeposit::set(7);
	Weights::set([(0, 30), (1, 10)].into());
	let genesis = RuntimeGenesisConfig {
		balances: BalancesConfig {
			balances: [endowed(1..5, 1_000), vec![(common(), 1_005), (World::fund(0), 505)]]
				.concat(),
			..Default::default()
		},
		network_treasury: NetworkTreasuryConfig {
			routes: vec![(Source::Fees, route(80, 0)), (Source::Claims, route(0, 100))],
			..Default::default()
		},
		..Default::default()
	};
	genesis.build_storage().unwrap().into()
}
