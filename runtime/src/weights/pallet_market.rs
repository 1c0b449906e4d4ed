//! Weights of `pallet_market`, measured by `scripts/benchmark.sh --pallet pallet_market`: 20 steps,
//! 10 repeats, on Intel(R) Xeon(R) Processor, 2026-11-30.
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
		// At least 178_102 ns.
		Weight::from_parts(185_604_000, 8523)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn withdraw_offer() -> Weight {
		// At least 90_251 ns.
		Weight::from_parts(95_308_000, 3964)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn open() -> Weight {
		// At least 339_949 ns.
		Weight::from_parts(379_668_000, 11402)
			.saturating_add(T::DbWeight::get().reads(25))
			.saturating_add(T::DbWeight::get().writes(13))
	}
	fn open_deal() -> Weight {
		// At least 425_695 ns.
		Weight::from_parts(442_232_000, 11402)
			.saturating_add(T::DbWeight::get().reads(28))
			.saturating_add(T::DbWeight::get().writes(15))
	}
	fn fund() -> Weight {
		// At least 221_407 ns.
		Weight::from_parts(227_641_000, 8799)
			.saturating_add(T::DbWeight::get().reads(17))
			.saturating_add(T::DbWeight::get().writes(7))
	}
	fn settle_units() -> Weight {
		// At least 264_890 ns.
		Weight::from_parts(277_254_000, 8799)
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	fn settle_time() -> Weight {
		// At least 197_931 ns.
		Weight::from_parts(202_941_000, 8799)
			.saturating_add(T::DbWeight::get().reads(13))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	fn close() -> Weight {
		// At least 68_469 ns.
		Weight::from_parts(70_457_000, 4503)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn close_job() -> Weight {
		// At least 154_850 ns.
		Weight::from_parts(161_226_000, 4503)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(9))
	}
	fn finish() -> Weight {
		// At least 296_599 ns.
		Weight::from_parts(310_098_000, 11402)
			.saturating_add(T::DbWeight::get().reads(17))
			.saturating_add(T::DbWeight::get().writes(12))
	}
	fn finish_deal() -> Weight {
		// At least 296_716 ns.
		Weight::from_parts(313_606_000, 6938)
			.saturating_add(T::DbWeight::get().reads(15))
			.saturating_add(T::DbWeight::get().writes(11))
	}
	fn finish_job() -> Weight {
		// At least 301_062 ns.
		Weight::from_parts(317_139_000, 11402)
			.saturating_add(T::DbWeight::get().reads(17))
			.saturating_add(T::DbWeight::get().writes(13))
	}
	fn deliver() -> Weight {
		// At least 43_966 ns.
		Weight::from_parts(52_435_000, 4503)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn accept() -> Weight {
		// At least 306_698 ns.
		Weight::from_parts(324_336_000, 11402)
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(14))
	}
	fn dispute() -> Weight {
		// At least 68_723 ns.
		Weight::from_parts(72_692_000, 4503)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn rule() -> Weight {
		// At least 389_191 ns.
		Weight::from_parts(403_894_000, 14005)
			.saturating_add(T::DbWeight::get().reads(18))
			.saturating_add(T::DbWeight::get().writes(14))
	}
	fn bill() -> Weight {
		// At least 254_745 ns.
		Weight::from_parts(276_330_000, 8799)
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	fn collect() -> Weight {
		// At least 138_353 ns.
		Weight::from_parts(147_345_000, 11723)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	fn clear_bill() -> Weight {
		// At least 106_070 ns.
		Weight::from_parts(112_831_000, 3964)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// `d` from 1 to 2.
	/// `r` from 1 to 24.
	fn note_served(d: u32, _r: u32) -> Weight {
		// At least 199_302 ns.
		Weight::from_parts(233_318_001, 8799)
			// ± 8_646_915
			.saturating_add(Weight::from_parts(35_334_415, 0).saturating_mul(d.into()))
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().reads(1u64.saturating_mul(d.into())))
			.saturating_add(T::DbWeight::get().writes(4))
			.saturating_add(T::DbWeight::get().writes(1u64.saturating_mul(d.into())))
			.saturating_add(Weight::from_parts(0, 2877).saturating_mul(d.into()))
	}
	fn count_sales() -> Weight {
		// At least 129_483 ns.
		Weight::from_parts(141_513_000, 6012)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn forget_sales() -> Weight {
		// At least 114_193 ns.
		Weight::from_parts(124_422_000, 4847)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn set_division() -> Weight {
		// At least 31_139 ns.
		Weight::from_parts(40_588_000, 4150)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
}
