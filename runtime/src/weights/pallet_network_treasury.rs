//! Weights of `pallet_network_treasury`, measured by `scripts/benchmark.sh --pallet pallet_network_treasury`: 20 steps,
//! 10 repeats, on AMD EPYC, 2026-11-23.
//!
//! substation-node benchmark pallet --wasm-execution=compiled --pallet=pallet_network_treasury --extrinsic=*
//! --steps=20 --repeat=10 --template=scripts/weights.hbs

#![allow(missing_docs, unused_imports, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};
use polkadot_sdk::*;

/// Weights of `pallet_network_treasury`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_network_treasury::WeightInfo for WeightInfo<T> {
	fn set_route() -> Weight {
		// At least 14_772 ns.
		Weight::from_parts(17_496_000, 0).saturating_add(T::DbWeight::get().writes(1))
	}
	/// `m` from 1 to 16.
	fn award(m: u32) -> Weight {
		// At least 112_277 ns.
		Weight::from_parts(115_396_570, 3820)
			// ± 1_395_592
			.saturating_add(Weight::from_parts(11_445_439, 0).saturating_mul(m.into()))
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn release() -> Weight {
		// At least 25_869 ns.
		Weight::from_parts(33_400_000, 4763)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	fn release_by_work() -> Weight {
		// At least 29_284 ns.
		Weight::from_parts(30_425_000, 4763)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	fn draw() -> Weight {
		// At least 73_760 ns.
		Weight::from_parts(76_083_000, 6196)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	fn cancel() -> Weight {
		// At least 152_066 ns.
		Weight::from_parts(155_181_000, 6196)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn post_bounty() -> Weight {
		// At least 141_961 ns.
		Weight::from_parts(145_807_000, 13545)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	fn end_bounty() -> Weight {
		// At least 108_432 ns.
		Weight::from_parts(110_314_000, 6196)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// `b` from 0 to 2.
	fn note_service(b: u32) -> Weight {
		// At least 4_496 ns.
		Weight::from_parts(5_896_367, 6196)
			// ± 443_361
			.saturating_add(Weight::from_parts(54_309_181, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().reads(1u64.saturating_mul(b.into())))
			.saturating_add(T::DbWeight::get().writes(2u64.saturating_mul(b.into())))
	}
	fn note_work() -> Weight {
		// At least 9_544 ns.
		Weight::from_parts(10_265_000, 3545)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn round_step() -> Weight {
		// At least 72_488 ns.
		Weight::from_parts(74_170_000, 6196)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(3))
	}
}
