//! Weights of `pallet_networks`, measured by `scripts/benchmark.sh --pallet pallet_networks`: 20 steps,
//! 10 repeats, on Intel(R) Xeon(R) Processor, 2026-11-30.
//!
//! frame-omni-bencher v1 benchmark pallet --wasm-execution=compiled --pallet=pallet_networks --extrinsic=*
//! --steps=20 --repeat=10 --template=scripts/weights.hbs

#![allow(missing_docs, unused_imports, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};
use polkadot_sdk::*;

/// Weights of `pallet_networks`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_networks::WeightInfo for WeightInfo<T> {
	fn create() -> Weight {
		// At least 130_852 ns.
		Weight::from_parts(135_627_000, 6012)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	fn set_terms() -> Weight {
		// At least 81_604 ns.
		Weight::from_parts(88_032_000, 4150)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	fn retire() -> Weight {
		// At least 123_298 ns.
		Weight::from_parts(211_729_000, 4150)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn remove() -> Weight {
		// And a profile's row, by hand.
		// At least 313_637 ns.
		Weight::from_parts(337_998_000, 4150)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	fn set_weight() -> Weight {
		// At least 151_463 ns.
		Weight::from_parts(164_481_000, 4150)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	fn license_maker() -> Weight {
		// At least 162_442 ns.
		Weight::from_parts(273_526_000, 6012)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	fn post_maker_key() -> Weight {
		// At least 188_976 ns.
		Weight::from_parts(211_320_000, 3964)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn end_licence() -> Weight {
		// At least 92_523 ns.
		Weight::from_parts(102_882_000, 3604)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn remove_maker() -> Weight {
		// At least 176_864 ns.
		Weight::from_parts(251_485_000, 6938)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	fn offer() -> Weight {
		// At least 38_657 ns.
		Weight::from_parts(40_526_000, 4150)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn accept() -> Weight {
		// And a profile's row, by hand.
		// At least 325_863 ns.
		Weight::from_parts(464_906_000, 6938)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	fn set_profile() -> Weight {
		// As `pallet_networks::license_maker`, which checks and holds the same, was measured: at least 162_442 ns.
		Weight::from_parts(273_526_000, 6012)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(4))
	}
}
