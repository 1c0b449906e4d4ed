//! Weights of `pallet_networks`, measured by `scripts/benchmark.sh --pallet pallet_networks`: 20 steps,
//! 10 repeats, on AMD EPYC, 2026-11-22.
//!
//! substation-node benchmark pallet --wasm-execution=compiled --pallet=pallet_networks --extrinsic=*
//! --steps=20 --repeat=10 --template=scripts/weights.hbs

#![allow(missing_docs, unused_imports, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};
use polkadot_sdk::*;

/// Weights of `pallet_networks`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_networks::WeightInfo for WeightInfo<T> {
	fn create() -> Weight {
		// At least 69_043 ns.
		Weight::from_parts(70_885_000, 3658)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn set_terms() -> Weight {
		// At least 34_492 ns.
		Weight::from_parts(36_434_000, 4118)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn retire() -> Weight {
		// At least 35_593 ns.
		Weight::from_parts(37_246_000, 4118)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	fn remove() -> Weight {
		// At least 84_726 ns.
		Weight::from_parts(85_598_000, 4118)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn set_weight() -> Weight {
		// At least 40_811 ns.
		Weight::from_parts(42_974_000, 3542)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	fn license_maker() -> Weight {
		// At least 79_348 ns.
		Weight::from_parts(82_432_000, 4118)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	fn post_maker_key() -> Weight {
		// At least 65_297 ns.
		Weight::from_parts(66_629_000, 3658)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn end_licence() -> Weight {
		// At least 31_968 ns.
		Weight::from_parts(33_179_000, 3600)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn remove_maker() -> Weight {
		// At least 109_062 ns.
		Weight::from_parts(111_446_000, 6326)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(6))
	}
}
