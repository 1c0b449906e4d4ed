//! Weights of `pallet_contribution`, measured by `scripts/benchmark.sh --pallet pallet_contribution`: 20 steps,
//! 10 repeats, on AMD EPYC, 2026-11-23.
//!
//! substation-node benchmark pallet --wasm-execution=compiled --pallet=pallet_contribution --extrinsic=*
//! --steps=20 --repeat=10 --template=scripts/weights.hbs

#![allow(missing_docs, unused_imports, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};
use polkadot_sdk::*;

/// Weights of `pallet_contribution`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_contribution::WeightInfo for WeightInfo<T> {
	fn enlist() -> Weight {
		// At least 130_644 ns.
		Weight::from_parts(133_869_000, 6012)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn withdraw() -> Weight {
		// At least 119_167 ns.
		Weight::from_parts(139_187_000, 3820)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn stand() -> Weight {
		// At least 367_005 ns.
		Weight::from_parts(446_053_000, 85437)
			.saturating_add(T::DbWeight::get().reads(36))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn stand_down() -> Weight {
		// At least 41_541 ns.
		Weight::from_parts(44_807_000, 2510)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn revise() -> Weight {
		// At least 8_230_618 ns.
		Weight::from_parts(9_337_194_000, 268590)
			.saturating_add(T::DbWeight::get().reads(109))
			.saturating_add(T::DbWeight::get().writes(104))
	}
	fn set_founders() -> Weight {
		// At least 17_046 ns.
		Weight::from_parts(18_637_000, 0).saturating_add(T::DbWeight::get().writes(1))
	}
	fn note_paid() -> Weight {
		// At least 31_617 ns.
		Weight::from_parts(37_746_000, 3549)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	fn seat() -> Weight {
		// At least 452_473 ns.
		Weight::from_parts(478_401_000, 82878)
			.saturating_add(T::DbWeight::get().reads(38))
			.saturating_add(T::DbWeight::get().writes(4))
	}
}
