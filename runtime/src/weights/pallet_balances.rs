//! Weights of `pallet_balances`, measured by `scripts/benchmark.sh --pallet pallet_balances`: 20 steps,
//! 10 repeats, on Intel(R) Xeon(R) Processor, 2026-11-28.
//!
//! frame-omni-bencher v1 benchmark pallet --wasm-execution=compiled --pallet=pallet_balances --extrinsic=*
//! --steps=20 --repeat=10 --template=scripts/weights.hbs

#![allow(missing_docs, unused_imports, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};
use polkadot_sdk::*;

/// Weights of `pallet_balances`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_balances::WeightInfo for WeightInfo<T> {
	fn transfer_allow_death() -> Weight {
		// At least 80_007 ns.
		Weight::from_parts(86_641_000, 3593)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn transfer_keep_alive() -> Weight {
		// At least 61_336 ns.
		Weight::from_parts(65_422_000, 3593)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn force_set_balance_creating() -> Weight {
		// At least 32_177 ns.
		Weight::from_parts(34_632_000, 3593)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn force_set_balance_killing() -> Weight {
		// At least 32_641 ns.
		Weight::from_parts(34_109_000, 3593)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn force_transfer() -> Weight {
		// At least 81_462 ns.
		Weight::from_parts(85_175_000, 6196)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	fn transfer_all() -> Weight {
		// At least 76_993 ns.
		Weight::from_parts(79_656_000, 3593)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn force_unreserve() -> Weight {
		// At least 26_290 ns.
		Weight::from_parts(28_570_000, 3593)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// `u` from 1 to 1000.
	fn upgrade_accounts(u: u32) -> Weight {
		// At least 26_441 ns.
		Weight::from_parts(26_829_000, 990)
			// ± 22_340
			.saturating_add(Weight::from_parts(21_740_622, 0).saturating_mul(u.into()))
			.saturating_add(T::DbWeight::get().reads(1u64.saturating_mul(u.into())))
			.saturating_add(T::DbWeight::get().writes(1u64.saturating_mul(u.into())))
			.saturating_add(Weight::from_parts(0, 2603).saturating_mul(u.into()))
	}
	fn force_adjust_total_issuance() -> Weight {
		// At least 9_548 ns.
		Weight::from_parts(10_158_000, 0)
	}
	fn burn_allow_death() -> Weight {
		// At least 49_311 ns.
		Weight::from_parts(51_814_000, 0)
	}
	fn burn_keep_alive() -> Weight {
		// At least 32_147 ns.
		Weight::from_parts(36_321_000, 0)
	}
}
