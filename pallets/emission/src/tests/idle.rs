//! Closing pools in what a block has left: a chain on which a step weighs something.

use crate::{
	mock::{Expired, Now, Void, World, CURVE},
	CreditOf, FirstOpen, Issued, Pools, TakeIncome,
};
use frame_support::{
	parameter_types,
	traits::{fungible::Balanced, ConstU128, ConstU32, Hooks},
	weights::Weight,
	PalletId,
};
use proptest::prelude::*;
use sp_runtime::BuildStorage;
use substation_primitives::{AccountId32, Balance, NetworkId};
use substation_testing::account;

substation_testing::mock_runtime! {
	balance: Balance,
	existential_deposit: ConstU128<1>,

	#[runtime::pallet_index(2)]
	pub type Emission = crate::Pallet<Test>;
}

parameter_types! {
	pub const ReserveId: PalletId = PalletId(*b"stn/rsrv");
}

/// A step of closing pools weighs one.
pub struct Weights;

impl crate::WeightInfo for Weights {
	fn claim_memberships(_: u32) -> Weight {
		Weight::zero()
	}
	fn claim_owners(_: u32) -> Weight {
		Weight::zero()
	}
	fn claim_epochs(_: u32) -> Weight {
		Weight::zero()
	}

	fn set_division() -> Weight {
		Weight::zero()
	}

	fn sweep() -> Weight {
		Weight::from_parts(1, 1)
	}
}

/// A network's fund takes what was not claimed.
pub struct Funds;

impl TakeIncome<CreditOf<Test>> for Funds {
	fn issued(_: CreditOf<Test>) {}

	fn expired(network: NetworkId, rest: CreditOf<Test>) {
		let _ = Balances::resolve(&account(220 + network as u8), rest);
	}
}

impl crate::Config for Test {
	type Currency = Balances;
	type Settlements = World;
	type Networks = World;
	type Devices = World;
	type OnPaid = ();
	type DivisionOrigin = frame_system::EnsureRoot<AccountId32>;
	type Income = Funds;
	type MaxEpochsPerEra = ConstU32<8>;
	type ReserveId = ReserveId;
	type Returns = crate::mock::StakeReturns;
	type EpochsPerYear = ConstU32<1_000>;
	type WeightInfo = Weights;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = World;
}

/// Runs `test` once networks 1 and 2 have settled for epochs 0 to 2, and claims for 0 and 1 have ended.
fn chain<R>(test: impl FnOnce() -> R) -> R {
	// Sets the clock, and what networks are paid by.
	crate::mock::externalities();
	let emission = EmissionConfig { curve: CURVE, ..Default::default() };
	let genesis = RuntimeGenesisConfig { emission, ..Default::default() };
	let externalities = genesis.build_storage().unwrap().into();
	substation_testing::run::<Test, _>(externalities, Emission::do_try_state, || {
		for epoch in 0..3 {
			Emission::note_settled(1, epoch, 1_000_000);
			Emission::note_settled(2, epoch, 1_000_000);
		}
		Expired::set(2);
		test()
	})
}

/// What a block with room for so many steps has used.
fn idle(steps: u64) -> u64 {
	let used = Emission::on_idle(1, Weight::from_parts(steps, steps));
	assert_eq!(used.ref_time(), used.proof_size());
	used.ref_time()
}

fn pools() -> usize {
	Pools::<Test>::iter().count()
}

#[test]
fn a_block_without_room_closes_nothing() {
	chain(|| {
		assert_eq!(substation_testing::stores_nothing(|| idle(0)), 0);
		let narrow = Weight::from_parts(9, 0);
		assert_eq!(Emission::on_idle(1, narrow), Weight::zero());
		assert_eq!((pools(), FirstOpen::<Test>::get()), (6, 0));
	});
}

#[test]
fn a_block_closes_as_many_pools_as_it_has_room_for() {
	chain(|| {
		assert_eq!((idle(1), pools(), FirstOpen::<Test>::get()), (1, 5, 0));
		assert_eq!((idle(1), pools(), FirstOpen::<Test>::get()), (1, 4, 0));
		// Finding that an epoch has no more pools is a step as well.
		assert_eq!((idle(1), pools(), FirstOpen::<Test>::get()), (1, 4, 1));
		assert_eq!((idle(2), pools(), FirstOpen::<Test>::get()), (2, 2, 1));
		// And so is finding that there is nothing to do.
		assert_eq!((idle(9), pools(), FirstOpen::<Test>::get()), (2, 2, 2));
		assert_eq!((idle(9), pools(), FirstOpen::<Test>::get()), (1, 2, 2));
	});
}

#[test]
fn pools_of_an_epoch_that_goes_on_stay_whatever_the_clock_says_of_claims() {
	chain(|| {
		Expired::set(u32::MAX);
		Now::set(2);
		idle(99);
		assert_eq!((pools(), FirstOpen::<Test>::get()), (2, 2));
		Now::set(3);
		idle(99);
		assert_eq!((pools(), FirstOpen::<Test>::get()), (0, 3));
	});
}

proptest! {
	/// However much room blocks have, each pool's rest is issued once, and goes to its own network.
	#[test]
	fn rests_are_conserved_over_blocks(rooms in prop::collection::vec(0u64..4, 0..12)) {
		chain(|| {
			prop_assert!(Void::get().is_empty());
			for room in rooms {
				prop_assert!(idle(room) <= room);
				let closed = (6 - pools()) as u128;
				let [first, second] = [221, 222].map(|number| Balances::free_balance(account(number)));
				prop_assert_eq!(first % 52_500, 0);
				prop_assert_eq!(second % 17_500, 0);
				prop_assert_eq!(first / 52_500 + second / 17_500, closed);
				prop_assert_eq!(Balances::total_issuance(), first + second);
				prop_assert_eq!(Issued::<Test>::get(), first + second);
				Emission::do_try_state().unwrap();
			}
			while idle(1) > 0 && FirstOpen::<Test>::get() < 2 {}
			prop_assert_eq!(Balances::free_balance(account(221)), 2 * 52_500);
			prop_assert_eq!(Balances::free_balance(account(222)), 2 * 17_500);
			Ok(())
		})?;
	}
}
