//! Weights of `pallet_devices`, measured by `scripts/benchmark.sh --pallet pallet_devices`: 20 steps,
//! 10 repeats, on Intel(R) Xeon(R) Processor, 2026-11-30.
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
		// At least 673_142 ns.
		Weight::from_parts(719_713_000, 6012)
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	fn join() -> Weight {
		// At least 473_778 ns.
		Weight::from_parts(715_193_000, 6012)
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	fn leave() -> Weight {
		// At least 254_593 ns.
		Weight::from_parts(281_218_000, 4503)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	fn remove_membership() -> Weight {
		// At least 260_578 ns.
		Weight::from_parts(296_276_000, 4503)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn set_seat() -> Weight {
		// At least 175_926 ns.
		Weight::from_parts(196_783_000, 6044)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn set_paused() -> Weight {
		// At least 189_947 ns.
		Weight::from_parts(221_407_000, 4503)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	fn assert_place() -> Weight {
		// At least 1_995_894 ns.
		Weight::from_parts(2_208_874_000, 53886)
			.saturating_add(T::DbWeight::get().reads(54))
			.saturating_add(T::DbWeight::get().writes(42))
	}
	// Not measured yet: what `rotate` and `accept` take together.
	fn describe() -> Weight {
		Self::rotate().saturating_add(Self::accept())
	}
	fn commit_data_set() -> Weight {
		// At least 127_178 ns.
		Weight::from_parts(145_850_000, 4503)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn rotate() -> Weight {
		// At least 240_740 ns.
		Weight::from_parts(259_476_000, 4503)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn offer() -> Weight {
		// At least 85_116 ns.
		Weight::from_parts(105_654_000, 4503)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn accept() -> Weight {
		// At least 380_846 ns.
		Weight::from_parts(428_588_000, 6938)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn retire() -> Weight {
		// At least 191_336 ns.
		Weight::from_parts(239_538_000, 4503)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn prune_cell() -> Weight {
		// At least 94_782 ns.
		Weight::from_parts(109_294_000, 4296)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn take_chair() -> Weight {
		// At least 299_468 ns.
		Weight::from_parts(364_987_000, 6482)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	fn vacate() -> Weight {
		// At least 330_536 ns.
		Weight::from_parts(358_254_000, 7062)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	fn prune_chair() -> Weight {
		// At least 218_292 ns.
		Weight::from_parts(252_390_000, 4296)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(2))
	}
}
