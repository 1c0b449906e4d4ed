//! Weights of `pallet_democracy`, measured by `scripts/benchmark.sh --pallet pallet_democracy`: 20 steps,
//! 10 repeats, on Intel(R) Xeon(R) Processor, 2026-11-28.
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
		// At least 66_305 ns.
		Weight::from_parts(77_453_000, 18187)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn second() -> Weight {
		// At least 51_741 ns.
		Weight::from_parts(55_664_000, 6695)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn vote_new() -> Weight {
		// At least 123_919 ns.
		Weight::from_parts(135_161_000, 7260)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	fn vote_existing() -> Weight {
		// At least 127_965 ns.
		Weight::from_parts(143_989_000, 7260)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	fn emergency_cancel() -> Weight {
		// At least 32_945 ns.
		Weight::from_parts(37_083_000, 3666)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn blacklist() -> Weight {
		// At least 189_575 ns.
		Weight::from_parts(204_654_000, 18187)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	fn external_propose() -> Weight {
		// At least 18_278 ns.
		Weight::from_parts(21_665_000, 6703)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn external_propose_majority() -> Weight {
		// At least 4_364 ns.
		Weight::from_parts(5_179_000, 0).saturating_add(T::DbWeight::get().writes(1))
	}
	fn external_propose_default() -> Weight {
		// At least 4_544 ns.
		Weight::from_parts(5_246_000, 0).saturating_add(T::DbWeight::get().writes(1))
	}
	fn fast_track() -> Weight {
		// At least 34_037 ns.
		Weight::from_parts(36_567_000, 3518)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn veto_external() -> Weight {
		// At least 0 ns.
		Weight::from_parts(0, 0)
	}
	fn cancel_proposal() -> Weight {
		// At least 171_223 ns.
		Weight::from_parts(180_810_000, 18187)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn cancel_referendum() -> Weight {
		// At least 23_818 ns.
		Weight::from_parts(26_547_000, 3518)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// `r` from 0 to 99.
	fn on_initialize_base(r: u32) -> Weight {
		// At least 9_357 ns.
		Weight::from_parts(9_732_626, 1489)
			// ± 59_802
			.saturating_add(Weight::from_parts(5_356_064, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().reads(1u64.saturating_mul(r.into())))
			.saturating_add(T::DbWeight::get().writes(1))
			.saturating_add(Weight::from_parts(0, 2676).saturating_mul(r.into()))
	}
	/// `r` from 0 to 99.
	fn on_initialize_base_with_launch_period(r: u32) -> Weight {
		// At least 13_246 ns.
		Weight::from_parts(15_175_037, 18187)
			// ± 27_122
			.saturating_add(Weight::from_parts(5_245_542, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().reads(1u64.saturating_mul(r.into())))
			.saturating_add(T::DbWeight::get().writes(1))
			.saturating_add(Weight::from_parts(0, 2676).saturating_mul(r.into()))
	}
	/// `r` from 0 to 99.
	fn delegate(r: u32) -> Weight {
		// At least 100_246 ns.
		Weight::from_parts(114_283_135, 19800)
			// ± 148_991
			.saturating_add(Weight::from_parts(6_808_034, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().reads(1u64.saturating_mul(r.into())))
			.saturating_add(T::DbWeight::get().writes(5))
			.saturating_add(T::DbWeight::get().writes(1u64.saturating_mul(r.into())))
			.saturating_add(Weight::from_parts(0, 2676).saturating_mul(r.into()))
	}
	/// `r` from 0 to 99.
	fn undelegate(r: u32) -> Weight {
		// At least 29_564 ns.
		Weight::from_parts(23_762_326, 13530)
			// ± 29_631
			.saturating_add(Weight::from_parts(6_736_778, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().reads(1u64.saturating_mul(r.into())))
			.saturating_add(T::DbWeight::get().writes(2))
			.saturating_add(T::DbWeight::get().writes(1u64.saturating_mul(r.into())))
			.saturating_add(Weight::from_parts(0, 2676).saturating_mul(r.into()))
	}
	fn clear_public_proposals() -> Weight {
		// At least 4_498 ns.
		Weight::from_parts(4_724_000, 0).saturating_add(T::DbWeight::get().writes(1))
	}
	/// `r` from 0 to 99.
	fn unlock_remove(r: u32) -> Weight {
		// At least 37_892 ns.
		Weight::from_parts(53_123_412, 7260)
			// ± 13_381
			.saturating_add(Weight::from_parts(278_342, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// `r` from 0 to 99.
	fn unlock_set(r: u32) -> Weight {
		// At least 52_985 ns.
		Weight::from_parts(64_733_964, 7260)
			// ± 11_003
			.saturating_add(Weight::from_parts(293_451, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(4))
			.saturating_add(Weight::from_parts(0, 10).saturating_mul(r.into()))
	}
	/// `r` from 1 to 100.
	fn remove_vote(r: u32) -> Weight {
		// At least 26_095 ns.
		Weight::from_parts(30_071_408, 7260)
			// ± 6_285
			.saturating_add(Weight::from_parts(201_480, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// `r` from 1 to 100.
	fn remove_other_vote(r: u32) -> Weight {
		// At least 25_283 ns.
		Weight::from_parts(29_244_617, 7260)
			// ± 6_578
			.saturating_add(Weight::from_parts(239_157, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	fn set_external_metadata() -> Weight {
		// At least 27_441 ns.
		Weight::from_parts(30_194_000, 3556)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn clear_external_metadata() -> Weight {
		// At least 23_225 ns.
		Weight::from_parts(26_121_000, 3518)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn set_proposal_metadata() -> Weight {
		// At least 68_970 ns.
		Weight::from_parts(78_429_000, 18187)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn clear_proposal_metadata() -> Weight {
		// At least 60_351 ns.
		Weight::from_parts(67_187_000, 18187)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn set_referendum_metadata() -> Weight {
		// At least 23_766 ns.
		Weight::from_parts(27_533_000, 3556)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn clear_referendum_metadata() -> Weight {
		// At least 27_905 ns.
		Weight::from_parts(32_026_000, 3666)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
}
