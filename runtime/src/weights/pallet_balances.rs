//! Weights of `pallet_balances`, measured by `scripts/benchmark.sh --pallet pallet_balances`: 20 steps,
//! 10 repeats, on AMD EPYC, 2026-11-22.
//!
//! substation-node benchmark pallet --wasm-execution=compiled --pallet=pallet_balances --extrinsic=*
//! --steps=20 --repeat=10 --template=scripts/weights.hbs

#![allow(missing_docs, unused_imports, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};
use polkadot_sdk::*;

/// Weights of `pallet_balances`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_balances::WeightInfo for WeightInfo<T> {
	fn transfer_allow_death() -> Weight {
		// At least 85_057 ns.
		Weight::from_parts(93_158_000, 3593)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn transfer_keep_alive() -> Weight {
		// At least 61_661 ns.
		Weight::from_parts(67_761_000, 3593)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn force_set_balance_creating() -> Weight {
		// At least 30_175 ns.
		Weight::from_parts(36_975_000, 3593)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn force_set_balance_killing() -> Weight {
		// At least 35_994 ns.
		Weight::from_parts(41_271_000, 3593)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn force_transfer() -> Weight {
		// At least 86_569 ns.
		Weight::from_parts(89_834_000, 6196)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	fn transfer_all() -> Weight {
		// At least 74_751 ns.
		Weight::from_parts(75_573_000, 3593)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn force_unreserve() -> Weight {
		// At least 27_111 ns.
		Weight::from_parts(32_399_000, 3593)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// `u` from 1 to 1000.
	fn upgrade_accounts(u: u32) -> Weight {
		// At least 27_010 ns.
		Weight::from_parts(27_521_000, 990)
			// ± 461_550
			.saturating_add(Weight::from_parts(22_940_469, 0).saturating_mul(u.into()))
			.saturating_add(T::DbWeight::get().reads(1u64.saturating_mul(u.into())))
			.saturating_add(T::DbWeight::get().writes(1u64.saturating_mul(u.into())))
			.saturating_add(Weight::from_parts(0, 2603).saturating_mul(u.into()))
	}
	fn force_adjust_total_issuance() -> Weight {
		// At least 6_901 ns.
		Weight::from_parts(7_371_000, 0)
	}
	fn burn_allow_death() -> Weight {
		// At least 39_419 ns.
		Weight::from_parts(44_607_000, 0)
	}
	fn burn_keep_alive() -> Weight {
		// At least 26_109 ns.
		Weight::from_parts(27_711_000, 0)
	}
}
