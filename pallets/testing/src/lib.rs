//! What the mocks of pallets have in common: a runtime with System and Balances beside the pallet, a
//! clock that tests set, accounts by number, and what every test ends with. A mock adds what its own
//! pallet asks for.

use core::ops::Range;

use frame_system::{Config, RawOrigin};
use sp_io::TestExternalities;
use sp_keystore::{testing::MemoryKeystore, KeystoreExt};
use sp_runtime::{StateVersion, TryRuntimeError};
use substation_primitives::AccountId32;

/// A runtime `Test` with System and Balances, which have the indices 0 and 1, and the given pallets.
///
/// ```ignore
/// substation_testing::mock_runtime! {
///     balance: u64,
///     existential_deposit: ConstU64<1>,
///
///     #[runtime::pallet_index(2)]
///     pub type Devices = crate::Pallet<Test>;
/// }
/// ```
///
/// A line `block: …,` before these names another block than the stock mock's, and a line `version: …,` after that who says
/// which code this is. The crate that uses it
/// has to depend on `frame-support`, `frame-system`, `pallet-balances`, `sp-runtime` and
/// `substation-primitives`.
#[macro_export]
macro_rules! mock_runtime {
	(
		block: $block:ty,
		$(version: $version:ty,)?
		balance: $balance:ty,
		existential_deposit: $deposit:ty,
		$($pallets:tt)*
	) => {
		// It expands to itself by this name.
		use frame_support::derive_impl;

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
			$($pallets)*
		}

		#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
		impl frame_system::Config for Test {
			type Block = $block;
			type AccountId = substation_primitives::AccountId32;
			type Lookup = sp_runtime::traits::IdentityLookup<substation_primitives::AccountId32>;
			type AccountData = pallet_balances::AccountData<$balance>;
			$(type Version = $version;)?
		}

		#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
		impl pallet_balances::Config for Test {
			type AccountStore = System;
			type Balance = $balance;
			type ExistentialDeposit = $deposit;
		}
	};
	(balance: $balance:ty, $($rest:tt)*) => {
		$crate::mock_runtime! {
			block: frame_system::mocking::MockBlock<Test>,
			balance: $balance,
			$($rest)*
		}
	};
}

/// `Now` and `Expired`, which tests set, and the protocol's clock by them, for the given type. Claims for
/// epochs before `Expired` have ended; eight epochs are kept.
#[macro_export]
macro_rules! mock_clock {
	($clock:ty) => {
		frame_support::parameter_types! {
			pub static Now: substation_primitives::EpochIndex = 10;
			pub static Expired: substation_primitives::EpochIndex = 0;
		}

		impl substation_primitives::epoch::InspectEpochs for $clock {
			fn now() -> substation_primitives::EpochIndex {
				Now::get()
			}

			fn window() -> substation_primitives::EpochIndex {
				8
			}

			fn is_expired(epoch: substation_primitives::EpochIndex) -> bool {
				epoch < Expired::get()
			}

			// Of the crate that uses this.
			#[cfg(feature = "runtime-benchmarks")]
			fn set_now(epoch: substation_primitives::EpochIndex) {
				Now::set(epoch);
				Expired::set(epoch);
			}
		}
	};
}

/// Account `number`.
pub fn account(number: u8) -> AccountId32 {
	AccountId32::new([number; 32])
}

/// Account `number` as who signs a call.
pub fn signed<Origin: From<RawOrigin<AccountId32>>>(number: u8) -> Origin {
	RawOrigin::Signed(account(number)).into()
}

/// Accounts with these numbers, each with `amount` at genesis.
pub fn endowed<Balance: Copy>(numbers: Range<u8>, amount: Balance) -> Vec<(AccountId32, Balance)> {
	numbers.map(|number| (account(number), amount)).collect()
}

/// Runs `test` in block 1 of `chain`, and checks the state after it with the pallet's `try_state`.
pub fn run<T: Config, R>(
	mut chain: TestExternalities,
	try_state: impl FnOnce() -> Result<(), TryRuntimeError>,
	test: impl FnOnce() -> R,
) -> R {
	chain.execute_with(|| {
		frame_system::Pallet::<T>::set_block_number(1u32.into());
		let result = test();
		try_state().unwrap();
		result
	})
}

/// `chain` with an empty keystore, for benchmarks that make keys.
pub fn with_keystore(mut chain: TestExternalities) -> TestExternalities {
	chain.register_extension(KeystoreExt::new(MemoryKeystore::new()));
	chain
}

/// The root of all that is stored.
pub fn storage_root() -> Vec<u8> {
	sp_io::storage::root(StateVersion::V1)
}

/// What `refuse` returns, which must leave all that is stored as it was.
#[track_caller]
pub fn stores_nothing<R>(refuse: impl FnOnce() -> R) -> R {
	let before = storage_root();
	let result = refuse();
	assert_eq!(storage_root(), before, "a refusal stored something");
	result
}

/// All events of this pallet, in their order.
pub fn events<T: Config<RuntimeEvent: TryInto<Event>>, Event>() -> Vec<Event> {
	let all = frame_system::Pallet::<T>::events().into_iter();
	all.filter_map(|record| record.event.try_into().ok()).collect()
}

/// The last event, which must be of the pallet that is asked for.
#[track_caller]
pub fn last_event<T: Config<RuntimeEvent: TryInto<Event>>, Event>() -> Event {
	let last = frame_system::Pallet::<T>::events().pop().expect("there is an event").event;
	let shown = format!("{last:?}");
	last.try_into().unwrap_or_else(|_| panic!("{shown} is another pallet's"))
}
