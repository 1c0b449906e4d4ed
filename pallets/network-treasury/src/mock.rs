//! A chain with nothing but this pallet: the clock and networks are whatever a test says.

use std::collections::BTreeMap;

use frame_support::{derive_impl, parameter_types, PalletId};
use frame_system::EnsureRoot;
use sp_runtime::{traits::IdentityLookup, BuildStorage, Permill};
use substation_primitives::{epoch::InspectEpochs, AccountId32, EpochIndex, NetworkId};

use crate::*;

type Block = frame_system::mocking::MockBlock<Test>;

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask,
		RuntimeViewFunction
	)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system::Pallet<Test>;
	#[runtime::pallet_index(1)]
	pub type Balances = pallet_balances::Pallet<Test>;
	#[runtime::pallet_index(2)]
	pub type NetworkTreasury = crate::Pallet<Test>;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountId = AccountId32;
	type Lookup = IdentityLookup<AccountId32>;
	type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
	type Balance = Balance;
	type ExistentialDeposit = MinimumBalance;
}

parameter_types! {
	pub const MinimumBalance: Balance = 5;
	pub static Now: EpochIndex = 10;
	pub static Expired: EpochIndex = 0;
	pub static Weights: BTreeMap<NetworkId, u32> = BTreeMap::new();
	pub CommonFund: AccountId32 = common();
	pub const TreasuryPalletId: PalletId = PalletId(*b"stn/ntrs");
	pub const RoundLength: EpochIndex = 4;
	pub const MaxMilestones: u32 = 3;
	pub const MaxBounties: u32 = 2;
	pub const MinPrice: Balance = 50;
	pub static MinRate: Balance = 1;
	pub const BountyDeposit: Balance = 7;
	pub const MaxTerm: EpochIndex = 20;
}

/// The only cell there is, in networks 0 to 2 alike.
pub const CELL: Cell = 77;

pub struct World;

impl InspectEpochs for World {
	fn now() -> EpochIndex {
		Now::get()
	}

	fn window() -> EpochIndex {
		8
	}

	fn is_expired(epoch: EpochIndex) -> bool {
		epoch < Expired::get()
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn set_now(epoch: EpochIndex) {
		Now::set(epoch);
		Expired::set(epoch);
	}
}

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

pub fn account(number: u8) -> AccountId32 {
	AccountId32::new([number; 32])
}

pub fn common() -> AccountId32 {
	account(200)
}

pub fn signed(number: u8) -> RuntimeOrigin {
	RuntimeOrigin::signed(account(number))
}

pub fn route(burned: u32, networks: u32) -> Route {
	Route { burned: Permill::from_percent(burned), networks: Permill::from_percent(networks) }
}

/// Runs `test` in epoch 10 with accounts 1 to 4, and checks the state after it.
pub fn chain<R>(test: impl FnOnce() -> R) -> R {
	externalities().execute_with(|| {
		System::set_block_number(1);
		let result = test();
		NetworkTreasury::do_try_state().unwrap();
		result
	})
}

pub fn externalities() -> sp_io::TestExternalities {
	Now::set(10);
	Expired::set(0);
	Weights::set([(0, 30), (1, 10)].into());
	let genesis = RuntimeGenesisConfig {
		balances: BalancesConfig {
			balances: (1..5)
				.map(account)
				.map(|who| (who, 1_000))
				.chain([(common(), 1_005), (World::fund(0), 505)])
				.collect(),
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
