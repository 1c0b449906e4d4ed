//! A chain with nothing but this pallet, and a clock that tests set.

use frame_support::{derive_impl, parameter_types, traits::ConstU64, PalletId};
use frame_system::EnsureRoot;
use sp_runtime::{traits::IdentityLookup, BuildStorage};
use substation_primitives::{epoch::InspectEpochs, AccountId32, EpochIndex};
use substation_proofs::{
	coverage::{self, Band},
	storage, KindPolicy, Policy,
};

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
	pub type Networks = crate::Pallet<Test>;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountId = AccountId32;
	type Lookup = IdentityLookup<AccountId32>;
	type AccountData = pallet_balances::AccountData<u64>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
}

parameter_types! {
	pub static Now: EpochIndex = 10;
	pub static Members: bool = false;
	pub static Expired: EpochIndex = 0;
	pub const NetworksPalletId: PalletId = PalletId(*b"stn/netw");
}

pub struct Clock;

impl InspectEpochs for Clock {
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

impl InspectMembers for Clock {
	fn has_members(_: substation_primitives::NetworkId) -> bool {
		Members::get()
	}
}

impl Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Epochs = Clock;
	type WeightOrigin = EnsureRoot<AccountId32>;
	type Members = Clock;
	type NetworkDeposit = ConstU64<100>;
	type MakerDeposit = ConstU64<10>;
	type MakerBondPerDevice = ConstU64<3>;
	type MaxRateCap = ConstU64<1_000>;
	type PalletId = NetworksPalletId;
	type WeightInfo = ();
}

pub fn account(number: u8) -> AccountId32 {
	AccountId32::new([number; 32])
}

pub fn signed(number: u8) -> RuntimeOrigin {
	RuntimeOrigin::signed(account(number))
}

pub fn storage_terms() -> Terms<u64> {
	let kind = KindPolicy::Storage(storage::Policy { shown: 2, cap: 1_000_000 });
	Terms { policy: Policy { ramp: 0, kind }, cadence: 1, rate_cap: 50, open: true }
}

pub fn coverage_terms(resolution: u8) -> Terms<u64> {
	let kind = KindPolicy::Coverage(coverage::Policy {
		min_distance: 300,
		max_distance: 100_000,
		margin: 30,
		max_eirp: 160,
		bands: vec![Band { from: 863_000_000, to: 870_000_000 }].try_into().unwrap(),
		resolution,
		target: 4,
		full_marks: 4_000_000,
	});
	Terms { policy: Policy { ramp: 0, kind }, ..storage_terms() }
}

/// Runs `test` in epoch 10, and checks the state after it.
pub fn chain(test: impl FnOnce()) {
	externalities().execute_with(|| {
		System::set_block_number(1);
		test();
		Networks::do_try_state().unwrap();
	});
}

pub fn externalities() -> sp_io::TestExternalities {
	Now::set(10);
	Expired::set(0);
	Members::set(false);
	let genesis = RuntimeGenesisConfig {
		balances: BalancesConfig {
			balances: (1..10).map(|i| (account(i), 10_000)).collect(),
			..Default::default()
		},
		..Default::default()
	};
	genesis.build_storage().unwrap().into()
}
