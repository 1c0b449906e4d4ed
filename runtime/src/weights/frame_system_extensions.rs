//! Weights of `frame_system_extensions`, measured by `scripts/benchmark.sh --pallet frame_system_extensions`: 20 steps,
//! 10 repeats, on Intel(R) Xeon(R) Processor, 2026-11-28.
//!
//! frame-omni-bencher v1 benchmark pallet --wasm-execution=compiled --pallet=frame_system_extensions --extrinsic=*
//! --steps=20 --repeat=10 --template=scripts/weights.hbs

#![allow(missing_docs, unused_imports, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};
use polkadot_sdk::*;

/// Weights of `frame_system_extensions`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> frame_system::ExtensionsWeightInfo for WeightInfo<T> {
	fn check_genesis() -> Weight {
		// At least 2_945 ns.
		Weight::from_parts(3_131_000, 0)
	}
	fn check_mortality_mortal_transaction() -> Weight {
		// At least 5_666 ns.
		Weight::from_parts(6_404_000, 0)
	}
	fn check_mortality_immortal_transaction() -> Weight {
		// At least 5_894 ns.
		Weight::from_parts(6_426_000, 0)
	}
	fn check_non_zero_sender() -> Weight {
		// At least 913 ns.
		Weight::from_parts(990_000, 0)
	}
	fn check_nonce() -> Weight {
		// At least 10_813 ns.
		Weight::from_parts(11_567_000, 3593)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn check_spec_version() -> Weight {
		// At least 733 ns.
		Weight::from_parts(815_000, 0)
	}
	fn check_tx_version() -> Weight {
		// At least 717 ns.
		Weight::from_parts(786_000, 0)
	}
	fn check_weight() -> Weight {
		// At least 5_961 ns.
		Weight::from_parts(6_627_000, 0)
	}
	fn weight_reclaim() -> Weight {
		// At least 3_605 ns.
		Weight::from_parts(4_148_000, 0)
	}
}
