//! Weights of `pallet_networks`, measured by `scripts/benchmark.sh --pallet pallet_networks`: 20 steps,
//! 10 repeats, on Intel(R) Xeon(R) Processor, 2026-11-28.
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
		// At least 98_269 ns.
		Weight::from_parts(102_833_000, 6012)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn set_terms() -> Weight {
		// At least 49_636 ns.
		Weight::from_parts(56_728_000, 4118)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn retire() -> Weight {
		// At least 49_504 ns.
		Weight::from_parts(52_600_000, 4118)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	fn remove() -> Weight {
		// At least 109_893 ns.
		Weight::from_parts(112_427_000, 4118)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn set_weight() -> Weight {
		// At least 57_161 ns.
		Weight::from_parts(60_724_000, 3542)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	fn license_maker() -> Weight {
		// At least 120_234 ns.
		Weight::from_parts(125_342_000, 6012)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	fn post_maker_key() -> Weight {
		// At least 94_733 ns.
		Weight::from_parts(97_330_000, 3820)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn end_licence() -> Weight {
		// At least 43_966 ns.
		Weight::from_parts(49_131_000, 3604)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn remove_maker() -> Weight {
		// At least 144_170 ns.
		Weight::from_parts(155_083_000, 6650)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	fn offer() -> Weight {
		// At least 1 ns.
		Weight::from_parts(60_000_000, 6012)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn accept() -> Weight {
		// At least 1 ns.
		Weight::from_parts(260_000_000, 6012)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(6))
	}
}
