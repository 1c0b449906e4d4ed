//! Weights of `pallet_utility`, measured by `scripts/benchmark.sh --pallet pallet_utility`: 20 steps,
//! 10 repeats, on Intel(R) Xeon(R) Processor, 2026-11-28.
//!
//! frame-omni-bencher v1 benchmark pallet --wasm-execution=compiled --pallet=pallet_utility --extrinsic=*
//! --steps=20 --repeat=10 --template=scripts/weights.hbs

#![allow(missing_docs, unused_imports, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};
use polkadot_sdk::*;

/// Weights of `pallet_utility`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_utility::WeightInfo for WeightInfo<T> {
	/// `c` from 0 to 1000.
	fn batch(c: u32) -> Weight {
		// At least 7_044 ns.
		Weight::from_parts(7_206_000, 1489)
			// ± 27_329
			.saturating_add(Weight::from_parts(5_286_885, 0).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads(1))
	}
	fn as_derivative() -> Weight {
		// At least 15_172 ns.
		Weight::from_parts(24_568_000, 1489).saturating_add(T::DbWeight::get().reads(1))
	}
	/// `c` from 0 to 1000.
	fn batch_all(c: u32) -> Weight {
		// At least 7_825 ns.
		Weight::from_parts(340_822_276, 1489)
			// ± 73_435
			.saturating_add(Weight::from_parts(5_515_094, 0).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads(1))
	}
	fn dispatch_as() -> Weight {
		// At least 10_380 ns.
		Weight::from_parts(10_782_000, 0)
	}
	/// `c` from 0 to 1000.
	fn force_batch(c: u32) -> Weight {
		// At least 6_910 ns.
		Weight::from_parts(7_524_000, 1489)
			// ± 114_938
			.saturating_add(Weight::from_parts(6_170_118, 0).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads(1))
	}
	fn dispatch_as_fallible() -> Weight {
		// At least 11_120 ns.
		Weight::from_parts(14_272_000, 0)
	}
	fn if_else() -> Weight {
		// At least 17_977 ns.
		Weight::from_parts(20_186_000, 1489).saturating_add(T::DbWeight::get().reads(1))
	}
}
