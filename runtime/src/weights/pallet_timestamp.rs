//! Weights of `pallet_timestamp`, measured by `scripts/benchmark.sh --pallet pallet_timestamp`: 20 steps,
//! 10 repeats, on Intel(R) Xeon(R) Processor, 2026-11-28.
//!
//! frame-omni-bencher v1 benchmark pallet --wasm-execution=compiled --pallet=pallet_timestamp --extrinsic=*
//! --steps=20 --repeat=10 --template=scripts/weights.hbs

#![allow(missing_docs, unused_imports, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};
use polkadot_sdk::*;

/// Weights of `pallet_timestamp`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_timestamp::WeightInfo for WeightInfo<T> {
	fn set() -> Weight {
		// At least 10_545 ns.
		Weight::from_parts(12_471_000, 1493)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn on_finalize() -> Weight {
		// At least 1_537 ns.
		Weight::from_parts(1_672_000, 0)
	}
}
