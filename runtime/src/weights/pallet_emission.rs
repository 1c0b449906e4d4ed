//! Weights of `pallet_emission`, measured by `scripts/benchmark.sh --pallet pallet_emission`: 20 steps,
//! 10 repeats, on AMD EPYC, 2026-11-23.
//!
//! substation-node benchmark pallet --wasm-execution=compiled --pallet=pallet_emission --extrinsic=*
//! --steps=20 --repeat=10 --template=scripts/weights.hbs

#![allow(missing_docs, unused_imports, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};
use polkadot_sdk::*;

/// Weights of `pallet_emission`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_emission::WeightInfo for WeightInfo<T> {
	/// `m` from 1 to 64.
	fn claim_memberships(m: u32) -> Weight {
		// Estimated from what a claim for a chunk was measured with.
		Weight::from_parts(201_883_341, 4345)
			.saturating_add(Weight::from_parts(40_000_000, 0).saturating_mul(m.into()))
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().reads(2u64.saturating_mul(m.into())))
			.saturating_add(T::DbWeight::get().writes(5))
			.saturating_add(T::DbWeight::get().writes(1u64.saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 3284).saturating_mul(m.into()))
	}
	/// `o` from 1 to 64.
	fn claim_owners(o: u32) -> Weight {
		// Estimated from what a claim for a chunk was measured with.
		Weight::from_parts(3_000_000_000, 4345)
			.saturating_add(Weight::from_parts(45_000_000, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(3u64.saturating_mul(o.into())))
			.saturating_add(T::DbWeight::get().writes(1u64.saturating_mul(o.into())))
	}
	/// `e` from 1 to 24.
	fn claim_epochs(e: u32) -> Weight {
		// Estimated from what a claim for a chunk was measured with.
		Weight::from_parts(3_000_000_000, 4345)
			.saturating_add(Weight::from_parts(900_000_000, 0).saturating_mul(e.into()))
			.saturating_add(T::DbWeight::get().reads(4u64.saturating_mul(e.into())))
			.saturating_add(T::DbWeight::get().writes(1u64.saturating_mul(e.into())))
	}
	fn set_division() -> Weight {
		// At least 30_615 ns.
		Weight::from_parts(32_628_000, 1806)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn sweep() -> Weight {
		// At least 111_365 ns.
		Weight::from_parts(121_130_000, 6196)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(3))
	}
}
