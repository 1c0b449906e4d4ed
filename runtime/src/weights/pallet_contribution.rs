//! Weights of `pallet_contribution`, measured by `scripts/benchmark.sh --pallet pallet_contribution`: 20 steps,
//! 10 repeats, on Intel(R) Xeon(R) Processor, 2026-11-29.
//!
//! frame-omni-bencher v1 benchmark pallet --wasm-execution=compiled --pallet=pallet_contribution --extrinsic=*
//! --steps=20 --repeat=10 --template=scripts/weights.hbs

#![allow(missing_docs, unused_imports, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};
use polkadot_sdk::*;

/// Weights of `pallet_contribution`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_contribution::WeightInfo for WeightInfo<T> {
	fn enlist() -> Weight {
		// At least 119_700 ns.
		Weight::from_parts(208_769_000, 6012)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn withdraw() -> Weight {
		// At least 136_615 ns.
		Weight::from_parts(150_844_000, 3838)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	fn stand() -> Weight {
		// At least 372_825 ns.
		Weight::from_parts(384_981_000, 86889)
			.saturating_add(T::DbWeight::get().reads(36))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn stand_down() -> Weight {
		// At least 24_419 ns.
		Weight::from_parts(29_232_000, 2510)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn revise() -> Weight {
		// At least 9_776_365 ns.
		Weight::from_parts(10_144_192_000, 268590)
			.saturating_add(T::DbWeight::get().reads(110))
			.saturating_add(T::DbWeight::get().writes(106))
	}
	fn set_founders() -> Weight {
		// At least 14_085 ns.
		Weight::from_parts(19_892_000, 0).saturating_add(T::DbWeight::get().writes(1))
	}
	fn note_paid() -> Weight {
		// At least 77_775 ns.
		Weight::from_parts(99_040_000, 3593)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn seat() -> Weight {
		// At least 433_850 ns.
		Weight::from_parts(479_851_000, 84286)
			.saturating_add(T::DbWeight::get().reads(38))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	fn put_forward() -> Weight {
		// At least 937_451 ns.
		Weight::from_parts(1_176_648_000, 571490)
			.saturating_add(T::DbWeight::get().reads(103))
			.saturating_add(T::DbWeight::get().writes(3))
	}
}
