//! Weights of `pallet_attestation`, measured by `scripts/benchmark.sh --pallet pallet_attestation`: 20 steps,
//! 10 repeats, on AMD EPYC, 2026-11-22.
//!
//! substation-node benchmark pallet --wasm-execution=compiled --pallet=pallet_attestation --extrinsic=*
//! --steps=20 --repeat=10 --template=scripts/weights.hbs

#![allow(missing_docs, unused_imports, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};
use polkadot_sdk::*;

/// Weights of `pallet_attestation`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_attestation::WeightInfo for WeightInfo<T> {
	fn on_initialize() -> Weight {
		// At least 74_300 ns.
		Weight::from_parts(78_106_000, 20007)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn return_bond() -> Weight {
		// At least 97_685 ns.
		Weight::from_parts(101_712_000, 7700)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn prune() -> Weight {
		// At least 75_732 ns.
		Weight::from_parts(78_877_000, 23474)
			.saturating_add(T::DbWeight::get().reads(18))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	fn register_aggregator() -> Weight {
		// At least 140_979 ns.
		Weight::from_parts(155_512_000, 3767)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	fn leave() -> Weight {
		// At least 26_630 ns.
		Weight::from_parts(30_365_000, 3583)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn withdraw() -> Weight {
		// At least 71_797 ns.
		Weight::from_parts(74_451_000, 3986)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	/// `c` from 1 to 64.
	fn commit(c: u32) -> Weight {
		// At least 100_580 ns.
		Weight::from_parts(114_105_489, 4345)
			// ± 63_798
			.saturating_add(Weight::from_parts(74_035, 0).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// `c` from 1 to 64.
	fn authorize_commit(_c: u32) -> Weight {
		// At least 121_541 ns.
		Weight::from_parts(137_173_154, 20007).saturating_add(T::DbWeight::get().reads(9))
	}
	/// `s` from 1 to 64.
	fn seal_committee(s: u32) -> Weight {
		// At least 85_297 ns.
		Weight::from_parts(1_217_968, 20007)
			// ± 518_230
			.saturating_add(Weight::from_parts(42_913_158, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().reads(2u64.saturating_mul(s.into())))
			.saturating_add(T::DbWeight::get().writes(1u64.saturating_mul(s.into())))
			.saturating_add(Weight::from_parts(0, 11242).saturating_mul(s.into()))
	}
	/// `s` from 1 to 64.
	fn seal_full_set(s: u32) -> Weight {
		// At least 111_376 ns.
		Weight::from_parts(170_115_975, 20007)
			// ± 1_800_563
			.saturating_add(Weight::from_parts(71_622_976, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().reads(2u64.saturating_mul(s.into())))
			.saturating_add(T::DbWeight::get().writes(1u64.saturating_mul(s.into())))
			.saturating_add(Weight::from_parts(0, 11242).saturating_mul(s.into()))
	}
	/// `s` from 1 to 64.
	fn authorize_seal_committee(s: u32) -> Weight {
		// At least 124_134 ns.
		Weight::from_parts(54_115_507, 20007)
			// ± 870_202
			.saturating_add(Weight::from_parts(36_036_433, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().reads(2u64.saturating_mul(s.into())))
			.saturating_add(Weight::from_parts(0, 11242).saturating_mul(s.into()))
	}
	/// `s` from 1 to 64.
	fn authorize_seal_full_set(s: u32) -> Weight {
		// At least 113_338 ns.
		Weight::from_parts(140_769_009, 20007)
			// ± 482_850
			.saturating_add(Weight::from_parts(15_284_960, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().reads(2u64.saturating_mul(s.into())))
			.saturating_add(Weight::from_parts(0, 11242).saturating_mul(s.into()))
	}
	/// `j` from 1 to 256.
	fn reveal(j: u32) -> Weight {
		// At least 491_281 ns.
		Weight::from_parts(671_473_512, 60894)
			// ± 146_094
			.saturating_add(Weight::from_parts(1_581_883, 0).saturating_mul(j.into()))
			.saturating_add(T::DbWeight::get().reads(37))
			.saturating_add(T::DbWeight::get().writes(6))
			.saturating_add(Weight::from_parts(0, 98).saturating_mul(j.into()))
	}
	/// `j` from 1 to 256.
	fn authorize_reveal(j: u32) -> Weight {
		// At least 121_400 ns.
		Weight::from_parts(184_546_869, 20007)
			// ± 76_093
			.saturating_add(Weight::from_parts(1_626_352, 0).saturating_mul(j.into()))
			.saturating_add(T::DbWeight::get().reads(5))
	}
	fn set_parameters() -> Weight {
		// At least 14_552 ns.
		Weight::from_parts(15_413_000, 1638)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
}
