//! Weights of `frame_system_extensions`, measured by `scripts/benchmark.sh --pallet frame_system_extensions`: 20 steps,
//! 10 repeats, on AMD EPYC, 2026-11-22.
//!
//! substation-node benchmark pallet --wasm-execution=compiled --pallet=frame_system_extensions --extrinsic=*
//! --steps=20 --repeat=10 --template=scripts/weights.hbs

#![allow(missing_docs, unused_imports, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};
use polkadot_sdk::*;

/// Weights of `frame_system_extensions`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> frame_system::ExtensionsWeightInfo for WeightInfo<T> {
	fn check_genesis() -> Weight {
		// At least 2_173 ns.
		Weight::from_parts(2_304_000, 0)
	}
	fn check_mortality_mortal_transaction() -> Weight {
		// At least 4_316 ns.
		Weight::from_parts(4_557_000, 0)
	}
	fn check_mortality_immortal_transaction() -> Weight {
		// At least 4_196 ns.
		Weight::from_parts(4_387_000, 0)
	}
	fn check_non_zero_sender() -> Weight {
		// At least 661 ns.
		Weight::from_parts(681_000, 0)
	}
	fn check_nonce() -> Weight {
		// At least 9_003 ns.
		Weight::from_parts(9_474_000, 3593)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn check_spec_version() -> Weight {
		// At least 501 ns.
		Weight::from_parts(521_000, 0)
	}
	fn check_tx_version() -> Weight {
		// At least 481 ns.
		Weight::from_parts(541_000, 0)
	}
	fn check_weight() -> Weight {
		// At least 4_506 ns.
		Weight::from_parts(4_807_000, 0)
	}
	fn weight_reclaim() -> Weight {
		// At least 2_674 ns.
		Weight::from_parts(2_935_000, 0)
	}
}
