//! Weights of `pallet_emission`, measured by `scripts/benchmark.sh --pallet pallet_emission`: 20 steps,
//! 10 repeats, on Intel(R) Xeon(R) Processor, 2026-11-28.
//!
//! frame-omni-bencher v1 benchmark pallet --wasm-execution=compiled --pallet=pallet_emission --extrinsic=*
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
		// At least 184_094 ns.
		Weight::from_parts(181_226_351, 6196)
			// ± 96_120
			.saturating_add(Weight::from_parts(22_921_710, 0).saturating_mul(m.into()))
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().reads(2u64.saturating_mul(m.into())))
			.saturating_add(T::DbWeight::get().writes(4))
			.saturating_add(T::DbWeight::get().writes(1u64.saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 3284).saturating_mul(m.into()))
	}
	/// `o` from 1 to 64.
	fn claim_owners(o: u32) -> Weight {
		// At least 1_654_660 ns.
		Weight::from_parts(1_664_117_077, 211166)
			// ± 331_189
			.saturating_add(Weight::from_parts(47_774_740, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(136))
			.saturating_add(T::DbWeight::get().reads(3u64.saturating_mul(o.into())))
			.saturating_add(T::DbWeight::get().writes(67))
			.saturating_add(T::DbWeight::get().writes(1u64.saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 2603).saturating_mul(o.into()))
	}
	/// `e` from 1 to 24.
	fn claim_epochs(e: u32) -> Weight {
		// At least 1_605_500 ns.
		Weight::from_parts(1_205_204_522, 211166)
			// ± 2_971_027
			.saturating_add(Weight::from_parts(395_757_723, 0).saturating_mul(e.into()))
			.saturating_add(T::DbWeight::get().reads(135))
			.saturating_add(T::DbWeight::get().reads(4u64.saturating_mul(e.into())))
			.saturating_add(T::DbWeight::get().writes(67))
			.saturating_add(T::DbWeight::get().writes(1u64.saturating_mul(e.into())))
			.saturating_add(Weight::from_parts(0, 3363).saturating_mul(e.into()))
	}
	fn set_division() -> Weight {
		// At least 21_223 ns.
		Weight::from_parts(22_460_000, 1806)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn sweep() -> Weight {
		// At least 90_862 ns.
		Weight::from_parts(96_805_000, 6196)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(3))
	}
}
