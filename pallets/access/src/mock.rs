//! A chain with this pallet: devices and agreements are whatever a test says.

use std::collections::{BTreeMap, BTreeSet};

use frame_support::{dispatch::DispatchResult, parameter_types};
use sp_runtime::{BuildStorage, DispatchError};
use substation_primitives::{CreditBalance, DeviceId, Lease, NetworkId, Tenure};
use substation_testing::endowed;

use crate::*;

pub use substation_testing::{account, signed};

substation_testing::mock_runtime! {
	balance: Balance,
	existential_deposit: MinimumBalance,

	#[runtime::pallet_index(2)]
	pub type Access = crate::Pallet<Test>;
}

/// The block in which tests begin.
pub const START: Block = 100;

/// An agreement of a test: who pays, what was put in, when it began, and when it ends.
pub type Agreed = (Lease, CreditBalance, Block, Block);

parameter_types! {
	pub const MinimumBalance: Balance = 5;
	pub const GrantDeposit: Balance = 40;
	pub const TariffDeposit: Balance = 60;
	pub static Tenures: BTreeMap<DeviceId, (AccountId32, Tenure)> = BTreeMap::new();
	pub static Seats: BTreeSet<(NetworkId, DeviceId)> = BTreeSet::new();
	pub static Agreements: BTreeMap<AgreementId, Agreed> = BTreeMap::new();
	pub static Purses: BTreeMap<AccountId32, CreditBalance> = BTreeMap::new();
	pub static Enrolled: BTreeSet<AccountId32> = BTreeSet::new();
	pub static Paid: CreditBalance = 0;
	pub static NextAgreement: AgreementId = 0;
}

pub struct World;

impl InspectDevices for World {
	fn tenure(device: &DeviceId) -> Option<(AccountId32, Tenure)> {
		Tenures::get().get(device).cloned()
	}

	fn is_seated(network: NetworkId, device: &DeviceId) -> bool {
		Seats::get().contains(&(network, *device))
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn seated_device() -> (NetworkId, DeviceId, AccountId32) {
		(0, device(), account(1))
	}
}

impl Streams for World {
	fn enrol(provider: &AccountId32) -> DispatchResult {
		Enrolled::mutate(|all| all.insert(provider.clone()));
		Ok(())
	}

	fn open(lease: Lease, credits: CreditBalance) -> Result<AgreementId, DispatchError> {
		if !Enrolled::get().contains(&lease.provider) {
			return Err("not enrolled".into());
		}
		let left = Purses::get().get(&lease.buyer).copied().unwrap_or(0);
		let left = left.checked_sub(credits).ok_or("not enough")?;
		Purses::mutate(|purses| purses.insert(lease.buyer.clone(), left));
		let number = NextAgreement::get();
		NextAgreement::set(number + 1);
		let dry = Access::now() + u32::try_from(credits / lease.rate).unwrap_or(Block::MAX);
		let ends = dry.min(lease.until);
		Agreements::mutate(|all| all.insert(number, (lease, credits, Access::now(), ends)));
		Ok(number)
	}

	fn ends_at(agreement: AgreementId) -> Option<Block> {
		Agreements::get().get(&agreement).map(|(_, _, _, ends)| *ends)
	}

	fn end(agreement: AgreementId) -> DispatchResult {
		let Some((lease, credits, since, ends)) = Agreements::mutate(|all| all.remove(&agreement))
		else {
			return Ok(());
		};
		let passed = ends.min(Access::now()) - since;
		let paid = u128::from(passed) * lease.rate;
		Paid::mutate(|all| *all += paid);
		Purses::mutate(|purses| *purses.entry(lease.buyer).or_default() += credits - paid);
		Ok(())
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn endow(who: &AccountId32) -> CreditBalance {
		Purses::mutate(|purses| purses.insert(who.clone(), 1_000_000));
		10
	}
}

impl Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Devices = World;
	type Streams = World;
	type GrantDeposit = GrantDeposit;
	type TariffDeposit = TariffDeposit;
	type WeightInfo = ();
}

/// Device 1, which account 1 owns and which has a seat in network 0.
pub fn device() -> DeviceId {
	DeviceId::repeat_byte(1)
}

/// The device changes hands in this block.
pub fn transfer(to: u8) {
	let now = Access::now();
	Tenures::mutate(|all| {
		if let Some((owner, tenure)) = all.get_mut(&device()) {
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

/// Runs `test` in block 100, where accounts 1 to 5 have 1,000 planck each and accounts 2 and 3 have 10,000 credits, and
/// checks the state after it.
pub fn chain<R>(test: impl FnOnce() -> R) -> R {
	substation_testing::run::<Test, _>(externalities(), Access::do_try_state, || {
		System::set_block_number(START.into());
		test()
	})
}

pub fn externalities() -> sp_io::TestExternalities {
	Tenures::set([(device(), (account(1), Tenure::default()))].into());
	Seats::set([(0, device())].into());
	Agreements::set(BTreeMap::new());
	Enrolled::set(BTreeSet::new());
	NextAgreement::set(0);
	Paid::set(0);
	Purses::set([(account(2), 10_000), (account(3), 10_000)].into());
	let genesis = RuntimeGenesisConfig {
		balances: BalancesConfig { balances: endowed(1..6, 1_000), ..Default::default() },
		..Default::default()
	};
	genesis.build_storage().unwrap().into()
}
