//! Weights of `pallet_timestamp`, measured by `scripts/benchmark.sh --pallet pallet_timestamp`: 20 steps,
//! 10 repeats, on AMD EPYC, 2026-11-22.
//!
//! substation-node benchmark pallet --wasm-execution=compiled --pallet=pallet_timestamp --extrinsic=*
//! --steps=20 --repeat=10 --template=scripts/weights.hbs

#![allow(missing_docs, unused_imports, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};
use polkadot_sdk::*;

/// Weights of `pallet_timestamp`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_timestamp::WeightInfo for WeightInfo<T> {
	fn set() -> Weight {
		// At least 7_361 ns.
		Weight::from_parts(7_692_000, 1493)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn on_finalize() -> Weight {
		// At least 1_352 ns.
		Weight::from_parts(1_482_000, 0)
	}
}
