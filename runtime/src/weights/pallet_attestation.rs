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
		// At least 78_747 ns.
		Weight::from_parts(85_397_000, 20007)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn return_bond() -> Weight {
		// At least 101_220 ns.
		Weight::from_parts(104_716_000, 7700)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn prune() -> Weight {
		// At least 59_779 ns.
		Weight::from_parts(62_413_000, 12232)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	fn register_aggregator() -> Weight {
		// At least 133_819 ns.
		Weight::from_parts(137_274_000, 3767)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	fn leave() -> Weight {
		// At least 25_008 ns.
		Weight::from_parts(26_199_000, 3583)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn withdraw() -> Weight {
		// At least 72_819 ns.
		Weight::from_parts(73_920_000, 3986)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	/// `c` from 1 to 64.
	fn commit(_c: u32) -> Weight {
		// At least 124_015 ns.
		Weight::from_parts(139_895_132, 4345)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// `c` from 1 to 64.
	fn authorize_commit(_c: u32) -> Weight {
		// At least 102_773 ns.
		Weight::from_parts(121_231_892, 20007).saturating_add(T::DbWeight::get().reads(7))
	}
	/// `s` from 1 to 64.
	fn seal_committee(s: u32) -> Weight {
		// At least 93_619 ns.
		Weight::from_parts(47_302_083, 20007)
			// ± 453_213
			.saturating_add(Weight::from_parts(39_732_174, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().reads(2u64.saturating_mul(s.into())))
			.saturating_add(T::DbWeight::get().writes(1u64.saturating_mul(s.into())))
			.saturating_add(Weight::from_parts(0, 11242).saturating_mul(s.into()))
	}
	/// `s` from 1 to 64.
	fn seal_full_set(s: u32) -> Weight {
		// At least 123_294 ns.
		Weight::from_parts(208_325_355, 20007)
			// ± 1_097_582
			.saturating_add(Weight::from_parts(62_911_389, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().reads(2u64.saturating_mul(s.into())))
			.saturating_add(T::DbWeight::get().writes(1u64.saturating_mul(s.into())))
			.saturating_add(Weight::from_parts(0, 11242).saturating_mul(s.into()))
	}
	/// `s` from 1 to 64.
	fn authorize_seal_committee(s: u32) -> Weight {
		// At least 126_808 ns.
		Weight::from_parts(140_157_110, 20007)
			// ± 433_427
			.saturating_add(Weight::from_parts(31_858_423, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().reads(2u64.saturating_mul(s.into())))
			.saturating_add(Weight::from_parts(0, 11242).saturating_mul(s.into()))
	}
	/// `s` from 1 to 64.
	fn authorize_seal_full_set(s: u32) -> Weight {
		// At least 110_324 ns.
		Weight::from_parts(112_538_000, 20007)
			// ± 1_286_376
			.saturating_add(Weight::from_parts(20_136_298, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().reads(2u64.saturating_mul(s.into())))
			.saturating_add(Weight::from_parts(0, 11242).saturating_mul(s.into()))
	}
	/// `j` from 1 to 256.
	fn reveal(j: u32) -> Weight {
		// At least 511_090 ns.
		Weight::from_parts(570_016_547, 60894)
			// ± 155_859
			.saturating_add(Weight::from_parts(2_657_757, 0).saturating_mul(j.into()))
			.saturating_add(T::DbWeight::get().reads(37))
			.saturating_add(T::DbWeight::get().writes(6))
			.saturating_add(Weight::from_parts(0, 98).saturating_mul(j.into()))
	}
	/// `j` from 1 to 256.
	fn authorize_reveal(j: u32) -> Weight {
		// At least 125_497 ns.
		Weight::from_parts(162_411_294, 20007)
			// ± 64_678
			.saturating_add(Weight::from_parts(1_765_210, 0).saturating_mul(j.into()))
			.saturating_add(T::DbWeight::get().reads(5))
	}
	fn set_parameters() -> Weight {
		// At least 16_344 ns.
		Weight::from_parts(20_240_000, 1638)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
}
