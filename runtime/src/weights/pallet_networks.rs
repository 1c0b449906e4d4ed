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
		// At least 67_520 ns.
		Weight::from_parts(69_934_000, 3658)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn set_terms() -> Weight {
		// At least 29_294 ns.
		Weight::from_parts(30_065_000, 4118)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn retire() -> Weight {
		// At least 30_085 ns.
		Weight::from_parts(31_386_000, 4118)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	fn remove() -> Weight {
		// At least 83_054 ns.
		Weight::from_parts(84_937_000, 4118)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn set_weight() -> Weight {
		// At least 34_852 ns.
		Weight::from_parts(36_665_000, 3542)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	fn license_maker() -> Weight {
		// At least 78_988 ns.
		Weight::from_parts(80_900_000, 4118)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	fn post_maker_key() -> Weight {
		// At least 65_177 ns.
		Weight::from_parts(66_569_000, 3658)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn end_licence() -> Weight {
		// At least 27_180 ns.
		Weight::from_parts(29_274_000, 3600)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn remove_maker() -> Weight {
		// At least 110_645 ns.
		Weight::from_parts(112_367_000, 6326)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(6))
	}
}
