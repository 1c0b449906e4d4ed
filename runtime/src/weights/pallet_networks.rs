//! Weights of `pallet_networks`, measured by `scripts/benchmark.sh --pallet pallet_networks`: 20 steps,
//! 10 repeats, on Intel(R) Xeon(R) Processor, 2026-11-29.
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
		// At least 103_161 ns.
		Weight::from_parts(116_715_000, 6012)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	fn set_terms() -> Weight {
		// At least 55_964 ns.
		Weight::from_parts(59_096_000, 4118)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	fn retire() -> Weight {
		// At least 91_026 ns.
		Weight::from_parts(93_796_000, 4118)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn remove() -> Weight {
		// At least 138_420 ns.
		Weight::from_parts(147_306_000, 4118)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(7))
	}
	fn set_weight() -> Weight {
		// At least 69_927 ns.
		Weight::from_parts(75_629_000, 4118)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	fn license_maker() -> Weight {
		// At least 122_353 ns.
		Weight::from_parts(129_216_000, 6012)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	fn post_maker_key() -> Weight {
		// At least 96_051 ns.
		Weight::from_parts(100_580_000, 3838)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn end_licence() -> Weight {
		// At least 45_827 ns.
		Weight::from_parts(47_603_000, 3604)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn remove_maker() -> Weight {
		// At least 150_893 ns.
		Weight::from_parts(154_885_000, 6686)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	fn offer() -> Weight {
		// At least 30_525 ns.
		Weight::from_parts(33_771_000, 4118)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn accept() -> Weight {
		// At least 254_562 ns.
		Weight::from_parts(260_584_000, 6686)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(7))
	}
}
