//! Weights of `pallet_market`, measured by `scripts/benchmark.sh --pallet pallet_market`: 20 steps,
//! 10 repeats, on Intel(R) Xeon(R) Processor, 2026-11-29.
//!
//! frame-omni-bencher v1 benchmark pallet --wasm-execution=compiled --pallet=pallet_market --extrinsic=*
//! --steps=20 --repeat=10 --template=scripts/weights.hbs

#![allow(missing_docs, unused_imports, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};
use polkadot_sdk::*;

/// Weights of `pallet_market`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_market::WeightInfo for WeightInfo<T> {
	fn offer() -> Weight {
		// At least 184_900 ns.
		Weight::from_parts(209_913_000, 8523)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn withdraw_offer() -> Weight {
		// At least 90_060 ns.
		Weight::from_parts(108_590_000, 3910)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn open() -> Weight {
		// At least 374_807 ns.
		Weight::from_parts(609_669_000, 11402)
			.saturating_add(T::DbWeight::get().reads(24))
			.saturating_add(T::DbWeight::get().writes(12))
	}
	fn fund() -> Weight {
		// At least 232_685 ns.
		Weight::from_parts(264_049_000, 8799)
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	fn settle_units() -> Weight {
		// At least 257_299 ns.
		Weight::from_parts(284_136_000, 8799)
			.saturating_add(T::DbWeight::get().reads(13))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn settle_time() -> Weight {
		// At least 284_651 ns.
		Weight::from_parts(303_860_000, 8799)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn close() -> Weight {
		// At least 102_232 ns.
		Weight::from_parts(106_586_000, 4286)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn finish() -> Weight {
		// At least 332_275 ns.
		Weight::from_parts(491_168_000, 11402)
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(11))
	}
	fn set_division() -> Weight {
		// At least 27_692 ns.
		Weight::from_parts(29_758_000, 4118)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn open_deal() -> Weight {
		// Reckoned from `open`, and not measured yet.
		Weight::from_parts(800_000_000, 11402)
			.saturating_add(T::DbWeight::get().reads(28))
			.saturating_add(T::DbWeight::get().writes(15))
	}
	fn close_job() -> Weight {
		// Reckoned from `finish`, and not measured yet.
		Weight::from_parts(500_000_000, 11402)
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(12))
	}
	fn finish_job() -> Weight {
		// Reckoned from `finish`, and not measured yet.
		Weight::from_parts(700_000_000, 11402)
			.saturating_add(T::DbWeight::get().reads(20))
			.saturating_add(T::DbWeight::get().writes(13))
	}
	fn finish_deal() -> Weight {
		// Reckoned from `finish`, and not measured yet.
		Weight::from_parts(800_000_000, 11402)
			.saturating_add(T::DbWeight::get().reads(20))
			.saturating_add(T::DbWeight::get().writes(12))
	}
	fn deliver() -> Weight {
		// Reckoned from `close`, and not measured yet.
		Weight::from_parts(150_000_000, 11402)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn accept() -> Weight {
		// Reckoned from `finish`, and not measured yet.
		Weight::from_parts(600_000_000, 11402)
			.saturating_add(T::DbWeight::get().reads(18))
			.saturating_add(T::DbWeight::get().writes(12))
	}
	fn dispute() -> Weight {
		// Reckoned from `close`, and not measured yet.
		Weight::from_parts(200_000_000, 11402)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	fn rule() -> Weight {
		// Reckoned from `finish`, and not measured yet.
		Weight::from_parts(750_000_000, 11402)
			.saturating_add(T::DbWeight::get().reads(22))
			.saturating_add(T::DbWeight::get().writes(14))
	}
	fn bill() -> Weight {
		// Reckoned from `open`, and not measured yet.
		Weight::from_parts(600_000_000, 11402)
			.saturating_add(T::DbWeight::get().reads(18))
			.saturating_add(T::DbWeight::get().writes(11))
	}
	fn collect() -> Weight {
		// Reckoned from `settle_units`, and not measured yet.
		Weight::from_parts(500_000_000, 11402)
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn clear_bill() -> Weight {
		// Reckoned from `withdraw_offer`, and not measured yet.
		Weight::from_parts(250_000_000, 11402)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	fn note_served(d: u32, r: u32) -> Weight {
		// Reckoned from `settle_time`, and not measured yet.
		Weight::from_parts(200_000_000, 8799)
			.saturating_add(Weight::from_parts(100_000_000, 4286).saturating_mul(d.into()))
			.saturating_add(Weight::from_parts(1_500_000, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().reads(3).saturating_mul(d.into()))
			.saturating_add(T::DbWeight::get().writes(4))
			.saturating_add(T::DbWeight::get().writes(1).saturating_mul(d.into()))
	}
	fn count_sales() -> Weight {
		Weight::from_parts(150_000_000, 8_000)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn forget_sales() -> Weight {
		Weight::from_parts(150_000_000, 8_000)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
}
