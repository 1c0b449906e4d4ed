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
	/// `l` from 1 to 64.
	fn claim_chunk(l: u32) -> Weight {
		// At least 226_797 ns.
		Weight::from_parts(201_883_341, 4345)
			// ± 865_713
			.saturating_add(Weight::from_parts(85_001_665, 0).saturating_mul(l.into()))
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().reads(5u64.saturating_mul(l.into())))
			.saturating_add(T::DbWeight::get().writes(3))
			.saturating_add(T::DbWeight::get().writes(2u64.saturating_mul(l.into())))
			.saturating_add(Weight::from_parts(0, 3284).saturating_mul(l.into()))
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
