//! Weights of `pallet_devices`, measured by `scripts/benchmark.sh --pallet pallet_devices`: 20 steps,
//! 10 repeats, on Intel(R) Xeon(R) Processor, 2026-11-28.
//!
//! frame-omni-bencher v1 benchmark pallet --wasm-execution=compiled --pallet=pallet_devices --extrinsic=*
//! --steps=20 --repeat=10 --template=scripts/weights.hbs

#![allow(missing_docs, unused_imports, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};
use polkadot_sdk::*;

/// Weights of `pallet_devices`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_devices::WeightInfo for WeightInfo<T> {
	fn register() -> Weight {
		// At least 272_605 ns.
		Weight::from_parts(300_602_000, 6012)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn join() -> Weight {
		// At least 243_638 ns.
		Weight::from_parts(273_606_000, 6012)
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	fn leave() -> Weight {
		// At least 91_863 ns.
		Weight::from_parts(103_025_000, 4274)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	fn remove_membership() -> Weight {
		// With the row of the maker's licence, which is estimated.
		// At least 118_035 ns.
		Weight::from_parts(136_800_000, 4274)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	fn set_seat() -> Weight {
		// At least 65_939 ns.
		Weight::from_parts(70_999_000, 4274)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn set_paused() -> Weight {
		// At least 89_863 ns.
		Weight::from_parts(106_817_000, 4274)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	fn assert_place() -> Weight {
		// At least 431_188 ns.
		Weight::from_parts(477_085_000, 49390)
			.saturating_add(T::DbWeight::get().reads(38))
			.saturating_add(T::DbWeight::get().writes(18))
	}
	fn commit_data_set() -> Weight {
		// At least 53_718 ns.
		Weight::from_parts(63_284_000, 4274)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn rotate() -> Weight {
		// At least 103_252 ns.
		Weight::from_parts(120_700_000, 4274)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn offer() -> Weight {
		// At least 35_239 ns.
		Weight::from_parts(39_762_000, 4274)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn accept() -> Weight {
		// At least 153_584 ns.
		Weight::from_parts(178_736_000, 6650)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn retire() -> Weight {
		// At least 84_641 ns.
		Weight::from_parts(88_770_000, 4274)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn prune_cell() -> Weight {
		// At least 34_466 ns.
		Weight::from_parts(38_478_000, 4015)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}
}
