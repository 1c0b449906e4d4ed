//! Weights of `pallet_credits`, measured by `scripts/benchmark.sh --pallet pallet_credits`: 20 steps,
//! 10 repeats, on Intel(R) Xeon(R) Processor, 2026-11-29.
//!
//! frame-omni-bencher v1 benchmark pallet --wasm-execution=compiled --pallet=pallet_credits --extrinsic=*
//! --steps=20 --repeat=10 --template=scripts/weights.hbs

#![allow(missing_docs, unused_imports, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};
use polkadot_sdk::*;

/// Weights of `pallet_credits`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_credits::WeightInfo for WeightInfo<T> {
	fn buy() -> Weight {
		// At least 92_236 ns.
		Weight::from_parts(108_278_000, 8523)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn buy_exact() -> Weight {
		// At least 90_316 ns.
		Weight::from_parts(100_151_000, 8523)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn set_feeders() -> Weight {
		// At least 163_692 ns.
		Weight::from_parts(180_386_000, 41758)
			.saturating_add(T::DbWeight::get().reads(18))
			.saturating_add(T::DbWeight::get().writes(18))
	}
	fn stop() -> Weight {
		// At least 12_805 ns.
		Weight::from_parts(14_833_000, 1486)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn resume() -> Weight {
		// At least 9_220 ns.
		Weight::from_parts(11_917_000, 0).saturating_add(T::DbWeight::get().writes(1))
	}
	fn feed() -> Weight {
		// At least 209_104 ns.
		Weight::from_parts(228_294_000, 41758)
			.saturating_add(T::DbWeight::get().reads(23))
			.saturating_add(T::DbWeight::get().writes(3))
	}
}
