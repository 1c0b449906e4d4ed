//! Weights of `pallet_devices`, measured by `scripts/benchmark.sh --pallet pallet_devices`: 20 steps,
//! 10 repeats, on AMD EPYC, 2026-11-23.
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
		// At least 278_384 ns.
		Weight::from_parts(300_397_000, 6012)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn join() -> Weight {
		// At least 223_923 ns.
		Weight::from_parts(231_224_000, 6012)
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	fn leave() -> Weight {
		// At least 85_618 ns.
		Weight::from_parts(96_413_000, 4274)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	fn remove_membership() -> Weight {
		// With the row of the maker's licence, which is estimated.
		// At least 107_520 ns.
		Weight::from_parts(156_513_000, 4274)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn set_seat() -> Weight {
		// At least 56_845 ns.
		Weight::from_parts(61_251_000, 4274)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn set_paused() -> Weight {
		// At least 83_845 ns.
		Weight::from_parts(89_412_000, 4274)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	fn assert_place() -> Weight {
		// At least 382_289 ns.
		Weight::from_parts(394_807_000, 49390)
			.saturating_add(T::DbWeight::get().reads(38))
			.saturating_add(T::DbWeight::get().writes(18))
	}
	fn commit_data_set() -> Weight {
		// At least 46_830 ns.
		Weight::from_parts(53_409_000, 4274)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn rotate() -> Weight {
		// At least 108_822 ns.
		Weight::from_parts(113_719_000, 4274)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn offer() -> Weight {
		// At least 33_640 ns.
		Weight::from_parts(38_577_000, 4274)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn accept() -> Weight {
		// At least 136_743 ns.
		Weight::from_parts(142_171_000, 6650)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn retire() -> Weight {
		// At least 67_110 ns.
		Weight::from_parts(71_767_000, 4274)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn prune_cell() -> Weight {
		// At least 25_678 ns.
		Weight::from_parts(27_220_000, 4015)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}
}
