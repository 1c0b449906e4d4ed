//! Weights of `pallet_emission`, measured by `scripts/benchmark.sh --pallet pallet_emission`: 20 steps,
//! 10 repeats, on AMD EPYC, 2026-11-22.
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
		// At least 139_447 ns.
		Weight::from_parts(170_615_956, 4345)
			// ± 701_216
			.saturating_add(Weight::from_parts(42_432_533, 0).saturating_mul(l.into()))
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().reads(3u64.saturating_mul(l.into())))
			.saturating_add(T::DbWeight::get().writes(3))
			.saturating_add(T::DbWeight::get().writes(2u64.saturating_mul(l.into())))
			.saturating_add(Weight::from_parts(0, 3284).saturating_mul(l.into()))
	}
	fn sweep() -> Weight {
		// At least 47_731 ns.
		Weight::from_parts(49_274_000, 6100)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(3))
	}
}
