//! A chain with this pallet and the one that makes credits: networks, devices and prices are whatever a test says.

use std::collections::{BTreeMap, BTreeSet};

use frame_support::{
	parameter_types,
	traits::{
		fungible::{Balanced, Mutate},
		ChangeMembers, Time,
	},
};
use frame_system::EnsureRoot;
use sp_core::{ed25519, Pair};
use sp_runtime::{BuildStorage, DispatchError, Permill};
use substation_primitives::{
	signing, CreditBalance, DeviceId, NetworkId, Purse, ReportKey, Tenure,
};
use substation_testing::endowed;

use crate::*;

pub use substation_testing::{account, signed};

substation_testing::mock_runtime! {
	balance: Balance,
	existential_deposit: MinimumBalance,

	#[runtime::pallet_index(2)]
	pub type Credits = pallet_credits::Pallet<Test>;
	#[runtime::pallet_index(3)]
	pub type Market = crate::Pallet<Test>;
}

/// A token, in planck.
pub const STN: Balance = 1_000_000_000_000;
/// A dollar for a token.
pub const PAR: u128 = 1_000_000_000;
/// The block in which tests begin.
pub const START: Block = 100;

parameter_types! {
	pub static MinimumBalance: Balance = 5;
	pub static Millis: u64 = 1;
	pub static Tenures: BTreeMap<DeviceId, (AccountId32, Tenure)> = BTreeMap::new();
	pub static Seats: BTreeSet<(NetworkId, DeviceId)> = BTreeSet::new();
	pub static OpenNetworks: BTreeSet<NetworkId> = BTreeSet::new();
	pub const MaxAge: u64 = u64::MAX;
	pub const Margin: Permill = Permill::zero();
	pub const Rise: Permill = Permill::one();
	pub const IssueFloor: u128 = u128::MAX;
	pub const LeastPurchase: u128 = 1;
	pub const Day: u64 = 1_000;
	pub static ReceiptsStopped: bool = false;
	pub static MinNotice: Block = 5;
	pub const MaxNotice: Block = 1_000;
	pub static Least: CreditBalance = 1_000;
	pub const OfferDeposit: Balance = 50;
	pub const AgreementDeposit: Balance = 86;
	pub const IndexDeposit: Balance = 15;
	pub const ArbiterTime: Block = 30;
	pub const BillDeposit: Balance = 40;
	pub const BillByteDeposit: Balance = 1;
	pub const SoldDeposit: Balance = 60;
	pub static Reports: Option<Reporting> = None;
	pub const RecordFee: Balance = 20;
}

pub struct World;

substation_testing::mock_clock!(World);

impl Time for World {
	type Moment = u64;

	fn now() -> u64 {
		Millis::get()
	}
}

impl ChangeMembers<AccountId32> for World {
	fn change_members_sorted(_: &[AccountId32], _: &[AccountId32], _: &[AccountId32]) {}
}

impl pallet_credits::InspectHeld for World {
	fn cost() -> Balance {
		Agreements::<Test>::iter_values().map(|row| row.purse.cost).sum()
	}
}

#[cfg(feature = "runtime-benchmarks")]
impl pallet_credits::traits::BenchmarkHelper for World {
	fn feed(_: Option<AccountId32>, price: u128) {
		set_price(price);
	}
}

impl pallet_credits::Config for Test {
	type Currency = Balances;
	type Time = World;
	type Feeds = World;
	type Held = World;
	type FeedersOrigin = EnsureRoot<AccountId32>;
	type StopOrigin = EnsureRoot<AccountId32>;
	type MaxAge = MaxAge;
	type Margin = Margin;
	type Rise = Rise;
	type IssueFloor = IssueFloor;
	type Least = LeastPurchase;
	type Day = Day;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = World;
}

impl Purses for World {
	fn take(who: &AccountId32, credits: CreditBalance) -> Result<Purse, DispatchError> {
		Credits::take(who, credits)
	}

	fn give(who: &AccountId32, credits: Purse) {
		Credits::give(who, credits);
	}

	fn consume(cost: Balance, remade: Balance) -> Result<(), DispatchError> {
		Credits::consume(cost, remade)
	}

	fn remake(amount: Balance) -> Result<(), DispatchError> {
		Credits::remake(amount)
	}

	fn worth(tokens: Balance) -> Result<CreditBalance, DispatchError> {
		Credits::worth(tokens).map_err(|why| pallet_credits::Error::<Test>::from(why).into())
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn endow(who: &AccountId32, credits: CreditBalance) {
		set_price(PAR);
		Balances::mint_into(who, 10 * credits * 1_000_000).unwrap();
		Credits::buy_exact(RuntimeOrigin::signed(who.clone()), credits, Balance::MAX).unwrap();
	}
}

impl InspectNetworks for World {
	fn is_open(network: NetworkId) -> bool {
		OpenNetworks::get().contains(&network)
	}

	fn reporting(network: NetworkId) -> Option<Reporting> {
		(network < 3).then(Reports::get).flatten()
	}

	fn owner(network: NetworkId) -> Option<AccountId32> {
		(network < 3).then(|| account(30 + network as u8))
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn open_network() -> (NetworkId, AccountId32) {
		(0, account(30))
	}
}

impl InspectDevices for World {
	fn is_seated(network: NetworkId, device: &DeviceId) -> bool {
		Seats::get().contains(&(network, *device))
	}

	fn tenure(device: &DeviceId) -> Option<(AccountId32, Tenure)> {
		Tenures::get().get(device).cloned()
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn seated_device(network: NetworkId, owner: &AccountId32) -> DeviceId {
		let device = DeviceId::repeat_byte(9);
		register(device, owner.clone());
		Seats::mutate(|seats| seats.insert((network, device)));
		device
	}
}

impl TakeSales<CreditOf<Test>> for World {
	fn sold(network: NetworkId, part: CreditOf<Test>) {
		let _ = Balances::resolve(&fund(network), part);
	}
}

impl Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Epochs = World;
	type Purses = World;
	type Networks = World;
	type Devices = World;
	type Sales = World;
	type ReceiptsStopped = ReceiptsStopped;
	type MinNotice = MinNotice;
	type MaxNotice = MaxNotice;
	type Least = Least;
	type OfferDeposit = OfferDeposit;
	type AgreementDeposit = AgreementDeposit;
	type IndexDeposit = IndexDeposit;
	type ArbiterTime = ArbiterTime;
	type BillDeposit = BillDeposit;
	type BillByteDeposit = BillByteDeposit;
	type SoldDeposit = SoldDeposit;
	type RecordFee = RecordFee;
	type WeightInfo = ();
}

/// A network's fund.
pub fn fund(network: NetworkId) -> AccountId32 {
	account(220 + network as u8)
}

/// All feeders say what a token costs.
pub fn set_price(price: u128) {
	let at = Millis::get();
	// However fast it has risen.
	pallet_credits::Quotes::<Test>::kill();
	Credits::hear([(price, at); 3]);
}

/// Device 1, which account 1 owns and which has a seat in network 0.
pub fn device() -> DeviceId {
	DeviceId::repeat_byte(1)
}

/// A device is registered in this block.
pub fn register(device: DeviceId, owner: AccountId32) {
	let tenure = Tenure { registered_at: Market::now(), ..Default::default() };
	Tenures::mutate(|tenures| tenures.insert(device, (owner, tenure)));
}

/// The device changes hands in this block.
pub fn transfer(to: u8) {
	let now = Market::now();
	Tenures::mutate(|tenures| {
		if let Some((owner, tenure)) = tenures.get_mut(&device()) {
			*owner = account(to);
			tenure.transfers += 1;
			tenure.transferred_at = now;
		}
	});
}

/// Blocks pass.
pub fn pass(blocks: Block) {
	System::set_block_number(System::block_number() + u64::from(blocks));
}

/// What a buyer signs units with.
pub fn pair(number: u8) -> ed25519::Pair {
	ed25519::Pair::from_seed(&[number; 32])
}

pub fn key(number: u8) -> Option<ReportKey> {
	Some(ReportKey::Ed25519(pair(number).public()))
}

/// A receipt by the key of this number.
pub fn receipt(number: u8, agreement: AgreementId, units: u64) -> Option<Receipt> {
	let message = signing::usage(&Market::genesis_hash(), agreement, units);
	Some(Receipt { units, signature: pair(number).sign(&message).0 })
}

/// What is asked for a unit, or a block, where nothing else matters.
pub fn meter(price: CreditBalance) -> Ask {
	ask(Terms::Meter { price, unit: Unit::Packets, most: 1_000_000 })
}

pub fn stream(rate: CreditBalance) -> Ask {
	ask(Terms::Stream { rate })
}

/// A job at a thousand credits: twenty blocks to deliver it, ten to look at it; account 4 decides, for a tenth, and if it says
/// nothing the provider gets a quarter.
pub fn job() -> Ask {
	ask(Terms::Job {
		price: 1_000,
		time: 20,
		review: 10,
		arbitration: Some(Arbitration {
			arbiter: account(4),
			fee: Permill::from_percent(10),
			silence: Permill::from_percent(25),
		}),
	})
}

/// A deal about device 1: ten reports at a thousand credits, of which two may fail, with a hundred tokens held.
pub fn deal() -> Ask {
	let terms = Terms::Proof { rate: 1_000, epochs: 10, may_miss: 2, collateral: 100 * STN };
	Ask { device: Some(device()), ..ask(terms) }
}

fn ask(terms: Terms) -> Ask {
	Ask {
		device: None,
		terms,
		setup: 0,
		backing: Permill::zero(),
		notice: 10,
		document: substation_primitives::H256::zero(),
		places: 10,
		until: 1_000_000,
	}
}

/// Runs `test` in block 100 and epoch 10, where accounts 1 to 5 have a thousand tokens each, accounts 2 and 3 credits worth a
/// hundred dollars beside them, for a hundred tokens; and checks the state after it.
pub fn chain<R>(test: impl FnOnce() -> R) -> R {
	let state = || {
		Market::do_try_state()?;
		check_credits();
		Ok(())
	};
	substation_testing::run::<Test, _>(externalities(), state, || {
		System::set_block_number(START.into());
		set_price(PAR);
		for number in [2, 3] {
			Balances::mint_into(&account(number), 100 * STN).unwrap();
			Credits::buy(signed(number), 100 * STN, 0).unwrap();
		}
		System::reset_events();
		test()
	})
}

/// What was burned is in purses and agreements, or was spent.
pub fn check_credits() {
	let totals = Credits::totals();
	let purses: Balance =
		pallet_credits::Purses::<Test>::iter_values().map(|purse| purse.cost).sum();
	let held = <World as pallet_credits::InspectHeld>::cost();
	assert_eq!(totals.outstanding, purses + held);
	assert_eq!(totals.burned, totals.outstanding + totals.consumed);
	assert!(totals.remade * 100 <= totals.consumed * 95);
}

pub fn externalities() -> sp_io::TestExternalities {
	Now::set(10);
	Expired::set(0);
	Millis::set(1);
	MinNotice::set(5);
	ReceiptsStopped::set(false);
	Least::set(1_000);
	MinimumBalance::set(5);
	Reports::set(Some(Reporting { cadence: 2, since: 0, settled: true }));
	Tenures::set([(device(), (account(1), Tenure::default()))].into());
	Seats::set([(0, device())].into());
	OpenNetworks::set([0, 1].into());
	let genesis = RuntimeGenesisConfig {
		balances: BalancesConfig { balances: endowed(1..6, 1_000 * STN), ..Default::default() },
		..Default::default()
	};
	genesis.build_storage().unwrap().into()
}
