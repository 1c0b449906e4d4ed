//! Weights of `pallet_democracy`, measured by `scripts/benchmark.sh --pallet pallet_democracy`: 20 steps,
//! 10 repeats, on AMD EPYC, 2026-11-23.
//!
//! substation-node benchmark pallet --wasm-execution=compiled --pallet=pallet_democracy --extrinsic=*
//! --steps=20 --repeat=10 --template=scripts/weights.hbs

#![allow(missing_docs, unused_imports, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};
use polkadot_sdk::*;

/// Weights of `pallet_democracy`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_democracy::WeightInfo for WeightInfo<T> {
	fn propose() -> Weight {
		// At least 57_956 ns.
		Weight::from_parts(65_388_000, 18187)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn second() -> Weight {
		// At least 56_945 ns.
		Weight::from_parts(78_106_000, 6695)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn vote_new() -> Weight {
		// At least 113_449 ns.
		Weight::from_parts(128_502_000, 7260)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	fn vote_existing() -> Weight {
		// At least 121_140 ns.
		Weight::from_parts(140_770_000, 7260)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	fn emergency_cancel() -> Weight {
		// At least 27_331 ns.
		Weight::from_parts(30_515_000, 3666)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn blacklist() -> Weight {
		// At least 171_816 ns.
		Weight::from_parts(196_573_000, 18187)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	fn external_propose() -> Weight {
		// At least 14_161 ns.
		Weight::from_parts(15_293_000, 6703)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn external_propose_majority() -> Weight {
		// At least 3_375 ns.
		Weight::from_parts(3_886_000, 0).saturating_add(T::DbWeight::get().writes(1))
	}
	fn external_propose_default() -> Weight {
		// At least 3_616 ns.
		Weight::from_parts(6_720_000, 0).saturating_add(T::DbWeight::get().writes(1))
	}
	fn fast_track() -> Weight {
		// At least 25_678 ns.
		Weight::from_parts(27_561_000, 3518)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn veto_external() -> Weight {
		// At least 0 ns.
		Weight::from_parts(0, 0)
	}
	fn cancel_proposal() -> Weight {
		// At least 143_163 ns.
		Weight::from_parts(155_491_000, 18187)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn cancel_referendum() -> Weight {
		// At least 18_588 ns.
		Weight::from_parts(19_849_000, 3518)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// `r` from 0 to 99.
	fn on_initialize_base(r: u32) -> Weight {
		// At least 8_293 ns.
		Weight::from_parts(10_946_000, 1489)
			// ± 118_920
			.saturating_add(Weight::from_parts(5_735_355, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().reads(1u64.saturating_mul(r.into())))
			.saturating_add(T::DbWeight::get().writes(1))
			.saturating_add(Weight::from_parts(0, 2676).saturating_mul(r.into()))
	}
	/// `r` from 0 to 99.
	fn on_initialize_base_with_launch_period(r: u32) -> Weight {
		// At least 15_743 ns.
		Weight::from_parts(52_314_391, 18187)
			// ± 138_281
			.saturating_add(Weight::from_parts(4_898_745, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().reads(1u64.saturating_mul(r.into())))
			.saturating_add(T::DbWeight::get().writes(1))
			.saturating_add(Weight::from_parts(0, 2676).saturating_mul(r.into()))
	}
	/// `r` from 0 to 99.
	fn delegate(r: u32) -> Weight {
		// At least 80_600 ns.
		Weight::from_parts(104_293_618, 19800)
			// ± 129_923
			.saturating_add(Weight::from_parts(5_794_313, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().reads(1u64.saturating_mul(r.into())))
			.saturating_add(T::DbWeight::get().writes(5))
			.saturating_add(T::DbWeight::get().writes(1u64.saturating_mul(r.into())))
			.saturating_add(Weight::from_parts(0, 2676).saturating_mul(r.into()))
	}
	/// `r` from 0 to 99.
	fn undelegate(r: u32) -> Weight {
		// At least 23_065 ns.
		Weight::from_parts(10_667_526, 13530)
			// ± 65_110
			.saturating_add(Weight::from_parts(5_905_901, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().reads(1u64.saturating_mul(r.into())))
			.saturating_add(T::DbWeight::get().writes(2))
			.saturating_add(T::DbWeight::get().writes(1u64.saturating_mul(r.into())))
			.saturating_add(Weight::from_parts(0, 2676).saturating_mul(r.into()))
	}
	fn clear_public_proposals() -> Weight {
		// At least 3_605 ns.
		Weight::from_parts(4_106_000, 0).saturating_add(T::DbWeight::get().writes(1))
	}
	/// `r` from 0 to 99.
	fn unlock_remove(r: u32) -> Weight {
		// At least 29_183 ns.
		Weight::from_parts(43_930_659, 7260)
			// ± 40_362
			.saturating_add(Weight::from_parts(438_736, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// `r` from 0 to 99.
	fn unlock_set(r: u32) -> Weight {
		// At least 41_512 ns.
		Weight::from_parts(75_931_212, 7260)
			// ± 54_364
			.saturating_add(Weight::from_parts(108_225, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(4))
			.saturating_add(Weight::from_parts(0, 10).saturating_mul(r.into()))
	}
	/// `r` from 1 to 100.
	fn remove_vote(r: u32) -> Weight {
		// At least 21_021 ns.
		Weight::from_parts(22_338_504, 7260)
			// ± 22_038
			.saturating_add(Weight::from_parts(369_980, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// `r` from 1 to 100.
	fn remove_other_vote(r: u32) -> Weight {
		// At least 25_729 ns.
		Weight::from_parts(26_165_524, 7260)
			// ± 18_982
			.saturating_add(Weight::from_parts(315_860, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	fn set_external_metadata() -> Weight {
		// At least 20_390 ns.
		Weight::from_parts(21_622_000, 3556)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn clear_external_metadata() -> Weight {
		// At least 16_735 ns.
		Weight::from_parts(17_306_000, 3518)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn set_proposal_metadata() -> Weight {
		// At least 61_762 ns.
		Weight::from_parts(66_739_000, 18187)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn clear_proposal_metadata() -> Weight {
		// At least 59_288 ns.
		Weight::from_parts(63_183_000, 18187)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn set_referendum_metadata() -> Weight {
		// At least 15_834 ns.
		Weight::from_parts(16_785_000, 3556)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn clear_referendum_metadata() -> Weight {
		// At least 19_850 ns.
		Weight::from_parts(20_280_000, 3666)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
}
