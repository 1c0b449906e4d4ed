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
		// At least 243_923 ns.
		Weight::from_parts(248_229_000, 4274)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn join() -> Weight {
		// At least 206_647 ns.
		Weight::from_parts(263_161_000, 4274)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	fn leave() -> Weight {
		// At least 76_594 ns.
		Weight::from_parts(81_371_000, 4274)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	fn remove_membership() -> Weight {
		// At least 103_574 ns.
		Weight::from_parts(107_440_000, 4274)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	fn set_seat() -> Weight {
		// At least 48_292 ns.
		Weight::from_parts(50_495_000, 4274)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn set_paused() -> Weight {
		// At least 76_834 ns.
		Weight::from_parts(79_939_000, 4274)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	fn assert_place() -> Weight {
		// At least 338_834 ns.
		Weight::from_parts(346_956_000, 49390)
			.saturating_add(T::DbWeight::get().reads(36))
			.saturating_add(T::DbWeight::get().writes(18))
	}
	fn commit_data_set() -> Weight {
		// At least 41_561 ns.
		Weight::from_parts(43_905_000, 4274)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn rotate() -> Weight {
		// At least 91_977 ns.
		Weight::from_parts(96_694_000, 4274)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn offer() -> Weight {
		// At least 30_836 ns.
		Weight::from_parts(35_012_000, 4274)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn accept() -> Weight {
		// At least 127_941 ns.
		Weight::from_parts(130_444_000, 6326)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn retire() -> Weight {
		// At least 67_270 ns.
		Weight::from_parts(70_195_000, 4274)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn prune_cell() -> Weight {
		// At least 21_552 ns.
		Weight::from_parts(23_055_000, 4015)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
}
