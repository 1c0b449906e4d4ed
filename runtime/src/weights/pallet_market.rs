//! Weights of `pallet_market`, measured by `scripts/benchmark.sh --pallet pallet_market`: 20 steps,
//! 10 repeats, on Intel(R) Xeon(R) Processor, 2026-11-29.
//!
//! frame-omni-bencher v1 benchmark pallet --wasm-execution=compiled --pallet=pallet_market --extrinsic=*
//! --steps=20 --repeat=10 --template=scripts/weights.hbs

#![allow(missing_docs, unused_imports, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};
use polkadot_sdk::*;

/// Weights of `pallet_market`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_market::WeightInfo for WeightInfo<T> {
	fn offer() -> Weight {
		// At least 324_986 ns.
		Weight::from_parts(364_373_000, 8523)
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn withdraw_offer() -> Weight {
		// At least 146_073 ns.
		Weight::from_parts(153_402_000, 3874)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn open() -> Weight {
		// At least 580_865 ns.
		Weight::from_parts(598_045_000, 11402)
			.saturating_add(T::DbWeight::get().reads(22))
			.saturating_add(T::DbWeight::get().writes(12))
	}
	fn fund() -> Weight {
		// At least 334_291 ns.
		Weight::from_parts(377_281_000, 8799)
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	fn settle_units() -> Weight {
		// At least 302_157 ns.
		Weight::from_parts(459_000_000, 8799)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn settle_time() -> Weight {
		// At least 288_552 ns.
		Weight::from_parts(304_922_000, 8799)
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn close() -> Weight {
		// At least 103_428 ns.
		Weight::from_parts(111_680_000, 4282)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn finish() -> Weight {
		// At least 476_581 ns.
		Weight::from_parts(522_001_000, 11402)
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(11))
	}
	fn set_division() -> Weight {
		// At least 63_229 ns.
		Weight::from_parts(66_870_000, 4118)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
}
