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
		Weight::from_parts(500000000, 9000)
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(9))
	}
	fn set_tariffs() -> Weight {
		Weight::from_parts(300000000, 9000)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	fn buy() -> Weight {
		Weight::from_parts(800000000, 9000)
			.saturating_add(T::DbWeight::get().reads(26))
			.saturating_add(T::DbWeight::get().writes(14))
	}
	fn revoke() -> Weight {
		Weight::from_parts(600000000, 9000)
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(10))
	}
	fn clear() -> Weight {
		Weight::from_parts(600000000, 9000)
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(10))
	}
	fn clear_tariffs() -> Weight {
		Weight::from_parts(200000000, 9000)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}
}
