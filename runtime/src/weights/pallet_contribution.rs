//! Weights of `pallet_contribution`, measured by `scripts/benchmark.sh --pallet pallet_contribution`: 20 steps,
//! 10 repeats, on Intel(R) Xeon(R) Processor, 2026-11-28.
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
		// At least 97_169 ns.
		Weight::from_parts(101_690_000, 6012)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn withdraw() -> Weight {
		// At least 108_913 ns.
		Weight::from_parts(114_582_000, 3820)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn stand() -> Weight {
		// At least 319_953 ns.
		Weight::from_parts(339_846_000, 85437)
			.saturating_add(T::DbWeight::get().reads(36))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn stand_down() -> Weight {
		// At least 22_138 ns.
		Weight::from_parts(24_587_000, 2510)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn revise() -> Weight {
		// At least 7_232_526 ns.
		Weight::from_parts(7_313_134_000, 268590)
			.saturating_add(T::DbWeight::get().reads(109))
			.saturating_add(T::DbWeight::get().writes(104))
	}
	fn set_founders() -> Weight {
		// At least 9_080 ns.
		Weight::from_parts(9_910_000, 0).saturating_add(T::DbWeight::get().writes(1))
	}
	fn note_paid() -> Weight {
		// At least 25_774 ns.
		Weight::from_parts(27_463_000, 3549)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	fn seat() -> Weight {
		// At least 403_260 ns.
		Weight::from_parts(423_840_000, 82878)
			.saturating_add(T::DbWeight::get().reads(38))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	fn put_forward() -> Weight {
		Weight::from_parts(1_000_000_000, 400_000)
			.saturating_add(T::DbWeight::get().reads(105))
			.saturating_add(T::DbWeight::get().writes(2))
	}
}
