//! Weights of `pallet_mapping`. Reckoned, not measured: of what claims, places and bounties cost; to be measured by
//! `scripts/benchmark.sh --pallet pallet_mapping`.

#![allow(missing_docs, unused_imports, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};
use polkadot_sdk::*;

/// Weights of `pallet_mapping`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_mapping::WeightInfo for WeightInfo<T> {
	/// A chunk's leaves and path are hashed, a track of as many parts as count is walked, and for each parent a row is read, its deposit goes from one
	/// account to another, and the row is written.
	fn mark(p: u32) -> Weight {
		Weight::from_parts(4_500_000_000, 20_000)
			.saturating_add(Weight::from_parts(160_000_000, 9_600).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().reads(3_u64.saturating_mul(p.into())))
			.saturating_add(T::DbWeight::get().writes(4))
			.saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(p.into())))
	}
	fn want() -> Weight {
		Weight::from_parts(260_000_000, 11_000)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	fn clear() -> Weight {
		Weight::from_parts(140_000_000, 8_000)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(4))
	}
}
