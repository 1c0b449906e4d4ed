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
		// At least 71_686 ns.
		Weight::from_parts(72_628_000, 3658)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn set_terms() -> Weight {
		// At least 34_220 ns.
		Weight::from_parts(35_382_000, 4118)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn retire() -> Weight {
		// At least 35_783 ns.
		Weight::from_parts(38_898_000, 4118)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	fn remove() -> Weight {
		// At least 84_686 ns.
		Weight::from_parts(86_429_000, 4118)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn set_weight() -> Weight {
		// At least 39_259 ns.
		Weight::from_parts(40_881_000, 3542)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	fn license_maker() -> Weight {
		// At least 81_371 ns.
		Weight::from_parts(85_407_000, 4118)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	fn post_maker_key() -> Weight {
		// At least 66_959 ns.
		Weight::from_parts(68_441_000, 3658)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn end_licence() -> Weight {
		// At least 32_017 ns.
		Weight::from_parts(33_820_000, 3600)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn remove_maker() -> Weight {
		// At least 114_730 ns.
		Weight::from_parts(117_946_000, 6326)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(6))
	}
}
