//! Weights of `pallet_utility`, measured by `scripts/benchmark.sh --pallet pallet_utility`: 20 steps,
//! 10 repeats, on AMD EPYC, 2026-11-22.
//!
//! substation-node benchmark pallet --wasm-execution=compiled --pallet=pallet_utility --extrinsic=*
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
		// At least 9_233 ns.
		Weight::from_parts(532_400_918, 0)
			// ± 118_915
			.saturating_add(Weight::from_parts(3_286_193, 0).saturating_mul(c.into()))
	}
	fn as_derivative() -> Weight {
		// At least 5_197 ns.
		Weight::from_parts(5_608_000, 0)
	}
	/// `c` from 0 to 1000.
	fn batch_all(c: u32) -> Weight {
		// At least 5_428 ns.
		Weight::from_parts(5_799_000, 0)
			// ± 64_243
			.saturating_add(Weight::from_parts(4_072_244, 0).saturating_mul(c.into()))
	}
	fn dispatch_as() -> Weight {
		// At least 7_681 ns.
		Weight::from_parts(8_172_000, 0)
	}
	/// `c` from 0 to 1000.
	fn force_batch(c: u32) -> Weight {
		// At least 5_528 ns.
		Weight::from_parts(5_638_000, 0)
			// ± 20_794
			.saturating_add(Weight::from_parts(3_585_623, 0).saturating_mul(c.into()))
	}
	fn dispatch_as_fallible() -> Weight {
		// At least 7_641 ns.
		Weight::from_parts(8_373_000, 0)
	}
	fn if_else() -> Weight {
		// At least 9_494 ns.
		Weight::from_parts(11_698_000, 0)
	}
}
