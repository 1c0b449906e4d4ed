//! Weights of `pallet_democracy`, measured by `scripts/benchmark.sh --pallet pallet_democracy`: 20 steps,
//! 10 repeats, on Intel(R) Xeon(R) Processor, 2026-11-29.
//!
//! frame-omni-bencher v1 benchmark pallet --wasm-execution=compiled --pallet=pallet_democracy --extrinsic=*
//! --steps=20 --repeat=10 --template=scripts/weights.hbs

#![allow(missing_docs, unused_imports, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};
use polkadot_sdk::*;

/// Weights of `pallet_democracy`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_democracy::WeightInfo for WeightInfo<T> {
	fn propose() -> Weight {
		// At least 146_079 ns.
		Weight::from_parts(154_506_000, 18187)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn second() -> Weight {
		// At least 114_123 ns.
		Weight::from_parts(120_268_000, 6695)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn vote_new() -> Weight {
		// At least 278_031 ns.
		Weight::from_parts(291_731_000, 7260)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn vote_existing() -> Weight {
		// At least 284_701 ns.
		Weight::from_parts(314_954_000, 7260)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn emergency_cancel() -> Weight {
		// At least 64_686 ns.
		Weight::from_parts(71_544_000, 3666)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn blacklist() -> Weight {
		// At least 384_269 ns.
		Weight::from_parts(413_820_000, 18187)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	fn external_propose() -> Weight {
		// At least 32_480 ns.
		Weight::from_parts(38_108_000, 6703)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn external_propose_majority() -> Weight {
		// At least 9_147 ns.
		Weight::from_parts(10_380_000, 0).saturating_add(T::DbWeight::get().writes(1))
	}
	fn external_propose_default() -> Weight {
		// At least 8_765 ns.
		Weight::from_parts(10_583_000, 0).saturating_add(T::DbWeight::get().writes(1))
	}
	fn fast_track() -> Weight {
		// At least 60_654 ns.
		Weight::from_parts(66_505_000, 3518)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn veto_external() -> Weight {
		// At least 70_626 ns.
		Weight::from_parts(74_056_000, 6703)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn cancel_proposal() -> Weight {
		// At least 330_620 ns.
		Weight::from_parts(350_325_000, 18187)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn cancel_referendum() -> Weight {
		// At least 45_924 ns.
		Weight::from_parts(51_146_000, 3518)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// `r` from 0 to 99.
	fn on_initialize_base(r: u32) -> Weight {
		// At least 15_915 ns.
		Weight::from_parts(12_668_336, 1489)
			// ± 46_748
			.saturating_add(Weight::from_parts(10_140_325, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().reads(1u64.saturating_mul(r.into())))
			.saturating_add(T::DbWeight::get().writes(1))
			.saturating_add(Weight::from_parts(0, 2676).saturating_mul(r.into()))
	}
	/// `r` from 0 to 99.
	fn on_initialize_base_with_launch_period(r: u32) -> Weight {
		// At least 24_644 ns.
		Weight::from_parts(26_144_490, 18187)
			// ± 60_735
			.saturating_add(Weight::from_parts(9_847_613, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().reads(1u64.saturating_mul(r.into())))
			.saturating_add(T::DbWeight::get().writes(1))
			.saturating_add(Weight::from_parts(0, 2676).saturating_mul(r.into()))
	}
	/// `r` from 0 to 99.
	fn delegate(r: u32) -> Weight {
		// At least 202_006 ns.
		Weight::from_parts(212_760_733, 19800)
			// ± 67_310
			.saturating_add(Weight::from_parts(13_231_336, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().reads(1u64.saturating_mul(r.into())))
			.saturating_add(T::DbWeight::get().writes(6))
			.saturating_add(T::DbWeight::get().writes(1u64.saturating_mul(r.into())))
			.saturating_add(Weight::from_parts(0, 2676).saturating_mul(r.into()))
	}
	/// `r` from 0 to 99.
	fn undelegate(r: u32) -> Weight {
		// At least 55_221 ns.
		Weight::from_parts(126_428_582, 13530)
			// ± 388_419
			.saturating_add(Weight::from_parts(8_777_804, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().reads(1u64.saturating_mul(r.into())))
			.saturating_add(T::DbWeight::get().writes(2))
			.saturating_add(T::DbWeight::get().writes(1u64.saturating_mul(r.into())))
			.saturating_add(Weight::from_parts(0, 2676).saturating_mul(r.into()))
	}
	fn clear_public_proposals() -> Weight {
		// At least 6_504 ns.
		Weight::from_parts(14_641_000, 0).saturating_add(T::DbWeight::get().writes(1))
	}
	/// `r` from 0 to 99.
	fn unlock_remove(r: u32) -> Weight {
		// At least 50_444 ns.
		Weight::from_parts(96_619_614, 7260)
			// ± 69_025
			.saturating_add(Weight::from_parts(33_008, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// `r` from 0 to 99.
	fn unlock_set(r: u32) -> Weight {
		// At least 59_075 ns.
		Weight::from_parts(49_734_212, 7260)
			// ± 74_089
			.saturating_add(Weight::from_parts(1_345_000, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(4))
			.saturating_add(Weight::from_parts(0, 10).saturating_mul(r.into()))
	}
	/// `r` from 1 to 100.
	fn remove_vote(_r: u32) -> Weight {
		// At least 47_553 ns.
		Weight::from_parts(78_048_581, 7260)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// `r` from 1 to 100.
	fn remove_other_vote(r: u32) -> Weight {
		// At least 29_479 ns.
		Weight::from_parts(33_303_765, 7260)
			// ± 7_090
			.saturating_add(Weight::from_parts(262_189, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	fn set_external_metadata() -> Weight {
		// At least 30_581 ns.
		Weight::from_parts(33_150_000, 3556)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn clear_external_metadata() -> Weight {
		// At least 24_233 ns.
		Weight::from_parts(25_639_000, 3518)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn set_proposal_metadata() -> Weight {
		// At least 78_000 ns.
		Weight::from_parts(92_846_000, 18187)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn clear_proposal_metadata() -> Weight {
		// At least 67_278 ns.
		Weight::from_parts(71_614_000, 18187)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn set_referendum_metadata() -> Weight {
		// At least 22_797 ns.
		Weight::from_parts(25_783_000, 3556)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn clear_referendum_metadata() -> Weight {
		// At least 29_182 ns.
		Weight::from_parts(33_598_000, 3666)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
}
