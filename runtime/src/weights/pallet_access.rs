//! Weights of `pallet_access`, measured by `scripts/benchmark.sh --pallet pallet_access`: 20 steps,
//! 10 repeats, on Intel(R) Xeon(R) Processor, 2026-11-29.
//!
//! frame-omni-bencher v1 benchmark pallet --wasm-execution=compiled --pallet=pallet_access --extrinsic=*
//! --steps=20 --repeat=10 --template=scripts/weights.hbs

#![allow(missing_docs, unused_imports, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};
use polkadot_sdk::*;

/// Weights of `pallet_access`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_access::WeightInfo for WeightInfo<T> {
	fn grant() -> Weight {
		// At least 461_229 ns.
		Weight::from_parts(469_533_000, 8799)
			.saturating_add(T::DbWeight::get().reads(18))
			.saturating_add(T::DbWeight::get().writes(12))
	}
	fn set_tariffs() -> Weight {
		// At least 208_261 ns.
		Weight::from_parts(231_683_000, 6012)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn buy() -> Weight {
		// At least 599_535 ns.
		Weight::from_parts(647_798_000, 11034)
			.saturating_add(T::DbWeight::get().reads(25))
			.saturating_add(T::DbWeight::get().writes(15))
	}
	fn revoke() -> Weight {
		// At least 369_385 ns.
		Weight::from_parts(425_463_000, 8799)
			.saturating_add(T::DbWeight::get().reads(15))
			.saturating_add(T::DbWeight::get().writes(11))
	}
	fn clear() -> Weight {
		// At least 370_602 ns.
		Weight::from_parts(437_038_000, 8799)
			.saturating_add(T::DbWeight::get().reads(15))
			.saturating_add(T::DbWeight::get().writes(11))
	}
	fn clear_tariffs() -> Weight {
		// At least 109_644 ns.
		Weight::from_parts(174_052_000, 4286)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}
}
