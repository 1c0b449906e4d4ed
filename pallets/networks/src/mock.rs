//! A chain with nothing but this pallet, and a clock that tests set.

use frame_support::{parameter_types, traits::ConstU64, PalletId};
use frame_system::EnsureRoot;
use sp_runtime::BuildStorage;
use substation_primitives::AccountId32;
use substation_proofs::{
	coverage::{self, Band},
	presence, storage, KindPolicy, Policy,
};
use substation_testing::endowed;

use crate::*;

pub use substation_testing::{account, signed};

substation_testing::mock_runtime! {
	balance: u64,
	existential_deposit: ConstU64<1>,

	#[runtime::pallet_index(2)]
	pub type Networks = crate::Pallet<Test>;
}

parameter_types! {
	pub static Members: bool = false;
	pub static BondPerDevice: u64 = 3;
	pub static HighestRateCap: u64 = 1_000;
	pub const Notice: EpochIndex = 50;
	pub const NetworksPalletId: PalletId = PalletId(*b"stn/netw");
}

pub struct Clock;

substation_testing::mock_clock!(Clock);

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
	type Notice = Notice;
	type Members = Clock;
	type NetworkDeposit = ConstU64<100>;
	type MakerDeposit = ConstU64<10>;
	type ProfileDeposit = ConstU64<10>;
	type ProfileByteDeposit = ConstU64<1>;
	type MakerBondPerDevice = BondPerDevice;
	type MaxRateCap = HighestRateCap;
	type PalletId = NetworksPalletId;
	type WeightInfo = ();
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
		sensitivity: -1_500,
		reciprocity: 150,
		max_eirp: 160,
		bands: vec![Band { from: 863_000_000, to: 870_000_000 }].try_into().unwrap(),
		resolution,
		target: 4,
		spare: 100_000,
		full_marks: 4_000_000,
	});
	Terms { policy: Policy { ramp: 0, kind }, ..storage_terms() }
}

/// Machines that are paid for being there, and for what stays burned of their sales: a planck less of it, and the rate cap
/// would pay who buys of himself.
pub fn presence_terms(change: impl FnOnce(&mut presence::Policy)) -> Terms<u64> {
	let terms = storage_terms();
	let mut policy = presence::Policy {
		callers: 4,
		quorum: 2,
		needed: 1_000_000,
		elder: 0,
		overhead: 0,
		pace: 0,
		presence: 200_000,
		full_burn: 0,
	};
	policy.full_burn = policy.least_burn(terms.rate_cap.into());
	change(&mut policy);
	Terms { policy: Policy { ramp: 0, kind: KindPolicy::Presence(policy) }, ..terms }
}

/// Runs `test` in epoch 10, and checks the state after it.
pub fn chain<R>(test: impl FnOnce() -> R) -> R {
	substation_testing::run::<Test, _>(externalities(), Networks::do_try_state, test)
}

pub fn externalities() -> sp_io::TestExternalities {
	Now::set(10);
	Expired::set(0);
	Members::set(false);
	BondPerDevice::set(3);
	HighestRateCap::set(1_000);
	let genesis = RuntimeGenesisConfig {
		balances: BalancesConfig { balances: endowed(1..10, 10_000), ..Default::default() },
		..Default::default()
	};
	genesis.build_storage().unwrap().into()
}
