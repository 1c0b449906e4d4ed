//! Weights of `pallet_devices`, measured by `scripts/benchmark.sh --pallet pallet_devices`: 20 steps,
//! 10 repeats, on AMD EPYC, 2026-11-22.
//!
//! substation-node benchmark pallet --wasm-execution=compiled --pallet=pallet_devices --extrinsic=*
//! --steps=20 --repeat=10 --template=scripts/weights.hbs

#![allow(missing_docs, unused_imports, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};
use polkadot_sdk::*;

/// Weights of `pallet_devices`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_devices::WeightInfo for WeightInfo<T> {
	fn register() -> Weight {
		// At least 254_178 ns.
		Weight::from_parts(266_105_000, 4274)
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn join() -> Weight {
		// At least 196_392 ns.
		Weight::from_parts(220_298_000, 4274)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	fn leave() -> Weight {
		// At least 78_117 ns.
		Weight::from_parts(87_200_000, 4274)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	fn remove_membership() -> Weight {
		// At least 101_391 ns.
		Weight::from_parts(131_856_000, 4274)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	fn set_seat() -> Weight {
		// At least 51_867 ns.
		Weight::from_parts(56_715_000, 4274)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn set_paused() -> Weight {
		// At least 79_729 ns.
		Weight::from_parts(86_619_000, 4274)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	fn assert_place() -> Weight {
		// At least 351_102 ns.
		Weight::from_parts(412_323_000, 49390)
			.saturating_add(T::DbWeight::get().reads(37))
			.saturating_add(T::DbWeight::get().writes(18))
	}
	fn commit_data_set() -> Weight {
		// At least 41_431 ns.
		Weight::from_parts(46_028_000, 4274)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn rotate() -> Weight {
		// At least 92_908 ns.
		Weight::from_parts(96_464_000, 4274)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn offer() -> Weight {
		// At least 29_434 ns.
		Weight::from_parts(33_320_000, 4274)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn accept() -> Weight {
		// At least 125_396 ns.
		Weight::from_parts(133_448_000, 6326)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn retire() -> Weight {
		// At least 65_137 ns.
		Weight::from_parts(71_606_000, 4274)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn prune_cell() -> Weight {
		// At least 24_436 ns.
		Weight::from_parts(25_328_000, 4015)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}
}
