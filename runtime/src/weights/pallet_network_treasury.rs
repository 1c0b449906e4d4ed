//! Weights of `pallet_network_treasury`, measured by `scripts/benchmark.sh --pallet pallet_network_treasury`: 20 steps,
//! 10 repeats, on Intel(R) Xeon(R) Processor, 2026-11-28.
//!
//! frame-omni-bencher v1 benchmark pallet --wasm-execution=compiled --pallet=pallet_network_treasury --extrinsic=*
//! --steps=20 --repeat=10 --template=scripts/weights.hbs

#![allow(missing_docs, unused_imports, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};
use polkadot_sdk::*;

/// Weights of `pallet_network_treasury`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_network_treasury::WeightInfo for WeightInfo<T> {
	fn set_route() -> Weight {
		// At least 9_837 ns.
		Weight::from_parts(11_729_000, 0).saturating_add(T::DbWeight::get().writes(1))
	}
	/// `m` from 1 to 16.
	fn award(m: u32) -> Weight {
		// At least 97_873 ns.
		Weight::from_parts(102_745_256, 3820)
			// ± 120_155
			.saturating_add(Weight::from_parts(6_517_319, 0).saturating_mul(m.into()))
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn release() -> Weight {
		// At least 31_746 ns.
		Weight::from_parts(34_783_000, 4763)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	fn release_by_work() -> Weight {
		// At least 35_434 ns.
		Weight::from_parts(38_321_000, 4763)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	fn draw() -> Weight {
		// At least 93_734 ns.
		Weight::from_parts(102_092_000, 6196)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	fn cancel() -> Weight {
		// At least 184_041 ns.
		Weight::from_parts(194_079_000, 6196)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn post_bounty() -> Weight {
		// At least 169_225 ns.
		Weight::from_parts(173_081_000, 13545)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	fn end_bounty() -> Weight {
		// At least 134_093 ns.
		Weight::from_parts(138_319_000, 6196)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// `b` from 0 to 2.
	fn note_service(b: u32) -> Weight {
		// At least 5_752 ns.
		Weight::from_parts(7_913_149, 6196)
			// ± 668_257
			.saturating_add(Weight::from_parts(65_670_047, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().reads(1u64.saturating_mul(b.into())))
			.saturating_add(T::DbWeight::get().writes(2u64.saturating_mul(b.into())))
	}
	fn note_work() -> Weight {
		// At least 11_939 ns.
		Weight::from_parts(12_746_000, 3545)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn round_step() -> Weight {
		// At least 92_891 ns.
		Weight::from_parts(97_224_000, 6196)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(3))
	}
}
