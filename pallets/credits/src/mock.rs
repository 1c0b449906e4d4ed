//! A chain with nothing but this pallet: the time, and what feeders say, are whatever a test says.

use std::collections::BTreeMap;

use frame_support::{
	parameter_types,
	traits::{ChangeMembers, EitherOfDiverse, Time},
};
use frame_system::{EnsureRoot, EnsureSignedBy};
use sp_runtime::{BuildStorage, Permill};
use substation_primitives::AccountId32;
use substation_testing::endowed;

use crate::*;

pub use substation_testing::{account, signed};

substation_testing::mock_runtime! {
	balance: Balance,
	existential_deposit: MinimumBalance,

	#[runtime::pallet_index(2)]
	pub type Credits = crate::Pallet<Test>;
}

/// A token, in planck.
pub const STN: Balance = 1_000_000_000_000;
/// A dollar, in credits; and as a price.
pub const DOLLAR: u128 = 1_000_000;
/// A dollar for a token, as a price.
pub const PAR: Price = 1_000_000_000;
/// A minute, in milliseconds.
pub const MINUTE: Moment = 60_000;
/// When tests begin.
pub const START: Moment = 1_000 * DAY;
/// A day, in milliseconds.
pub const DAY: Moment = 86_400_000;

parameter_types! {
	pub const MinimumBalance: Balance = 5;
	pub static Now: Moment = START;
	pub static Said: BTreeMap<AccountId32, (Price, Moment)> = BTreeMap::new();
	pub static HeldElsewhere: Balance = 0;
	pub static MaxAge: Moment = 30 * MINUTE;
	pub static Margin: Permill = Permill::from_parts(5_000);
	pub static Rise: Permill = Permill::from_percent(2);
	pub static IssueFloor: u128 = 10_000 * DOLLAR;
	pub static Least: u128 = 100_000;
	pub const Day: Moment = DAY;
}

pub struct World;

impl Time for World {
	type Moment = Moment;

	fn now() -> Moment {
		Now::get()
	}
}

impl InspectHeld for World {
	fn cost() -> Balance {
		HeldElsewhere::get()
	}
}

impl ChangeMembers<AccountId32> for World {
	fn change_members_sorted(_: &[AccountId32], outgoing: &[AccountId32], _: &[AccountId32]) {
		Said::mutate(|said| said.retain(|who, _| !outgoing.contains(who)));
	}
}

#[cfg(feature = "runtime-benchmarks")]
impl traits::BenchmarkHelper for World {
	fn feed(feeder: Option<AccountId32>, price: Price) {
		feed(feeder.unwrap_or(account(99)), price);
	}
}

frame_support::ord_parameter_types! {
	pub const CouncilAccount: AccountId32 = account(50);
}

impl Config for Test {
	type Currency = Balances;
	type Time = World;
	type Feeds = World;
	type Held = World;
	type FeedersOrigin = EnsureRoot<AccountId32>;
	type StopOrigin =
		EitherOfDiverse<EnsureRoot<AccountId32>, EnsureSignedBy<CouncilAccount, AccountId32>>;
	type MaxAge = MaxAge;
	type Margin = Margin;
	type Rise = Rise;
	type IssueFloor = IssueFloor;
	type Least = Least;
	type Day = Day;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = World;
}

/// A feeder says what a token costs.
pub fn feed(who: AccountId32, price: Price) {
	let now = Now::get();
	Said::mutate(|said| said.insert(who, (price, now)));
	Credits::hear(Said::get().into_values());
}

/// The feeders 11, 12, … each say what a token costs.
pub fn feed_all(prices: &[Price]) {
	for (number, price) in prices.iter().enumerate() {
		feed(account(11 + number as u8), *price);
	}
}

/// Time passes.
pub fn wait(time: Moment) {
	Now::mutate(|now| *now += time);
}

/// Runs `test` with the feeders 11 to 15, and with accounts 1 to 4 which have a thousand tokens each; and checks the state
/// after it.
pub fn chain<R>(test: impl FnOnce() -> R) -> R {
	substation_testing::run::<Test, _>(externalities(), Credits::do_try_state, test)
}

pub fn externalities() -> sp_io::TestExternalities {
	Now::set(START);
	Said::set(BTreeMap::new());
	HeldElsewhere::set(0);
	MaxAge::set(30 * MINUTE);
	Margin::set(Permill::from_parts(5_000));
	Rise::set(Permill::from_percent(2));
	IssueFloor::set(10_000 * DOLLAR);
	Least::set(100_000);
	let genesis = RuntimeGenesisConfig {
		balances: BalancesConfig { balances: endowed(1..5, 1_000 * STN), ..Default::default() },
		..Default::default()
	};
	let mut chain: sp_io::TestExternalities = genesis.build_storage().unwrap().into();
	chain.execute_with(|| {
		Feeders::<Test>::put(Credits::sorted((11..16).map(account).collect()).unwrap())
	});
	chain.commit_all().unwrap();
	chain
}
