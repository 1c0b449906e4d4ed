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
		// At least 78_416 ns.
		Weight::from_parts(80_430_000, 20007)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn return_bond() -> Weight {
		// At least 101_521 ns.
		Weight::from_parts(124_155_000, 7700)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn prune() -> Weight {
		// At least 74_280 ns.
		Weight::from_parts(79_889_000, 23474)
			.saturating_add(T::DbWeight::get().reads(18))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	fn register_aggregator() -> Weight {
		// At least 149_712 ns.
		Weight::from_parts(159_157_000, 3767)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	fn leave() -> Weight {
		// At least 27_681 ns.
		Weight::from_parts(30_125_000, 3583)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn withdraw() -> Weight {
		// At least 73_940 ns.
		Weight::from_parts(82_152_000, 3986)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	/// `c` from 1 to 64.
	fn commit(_c: u32) -> Weight {
		// At least 105_877 ns.
		Weight::from_parts(127_102_219, 4345)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// `c` from 1 to 64.
	fn authorize_commit(_c: u32) -> Weight {
		// At least 120_028 ns.
		Weight::from_parts(138_418_973, 20007).saturating_add(T::DbWeight::get().reads(9))
	}
	/// `s` from 1 to 64.
	fn seal_committee(s: u32) -> Weight {
		// At least 101_251 ns.
		Weight::from_parts(121_101_072, 20007)
			// ± 954_783
			.saturating_add(Weight::from_parts(40_240_734, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().reads(2u64.saturating_mul(s.into())))
			.saturating_add(T::DbWeight::get().writes(1u64.saturating_mul(s.into())))
			.saturating_add(Weight::from_parts(0, 11242).saturating_mul(s.into()))
	}
	/// `s` from 1 to 64.
	fn seal_full_set(s: u32) -> Weight {
		// At least 122_712 ns.
		Weight::from_parts(195_459_885, 20007)
			// ± 769_965
			.saturating_add(Weight::from_parts(60_985_787, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().reads(2u64.saturating_mul(s.into())))
			.saturating_add(T::DbWeight::get().writes(1u64.saturating_mul(s.into())))
			.saturating_add(Weight::from_parts(0, 11242).saturating_mul(s.into()))
	}
	/// `s` from 1 to 64.
	fn authorize_seal_committee(s: u32) -> Weight {
		// At least 119_037 ns.
		Weight::from_parts(160_289_661, 20007)
			// ± 903_643
			.saturating_add(Weight::from_parts(32_861_813, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().reads(2u64.saturating_mul(s.into())))
			.saturating_add(Weight::from_parts(0, 11242).saturating_mul(s.into()))
	}
	/// `s` from 1 to 64.
	fn authorize_seal_full_set(s: u32) -> Weight {
		// At least 98_937 ns.
		Weight::from_parts(132_408_240, 20007)
			// ± 316_449
			.saturating_add(Weight::from_parts(14_511_500, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().reads(2u64.saturating_mul(s.into())))
			.saturating_add(Weight::from_parts(0, 11242).saturating_mul(s.into()))
	}
	/// `j` from 1 to 256.
	fn reveal(j: u32) -> Weight {
		// At least 501_345 ns.
		Weight::from_parts(564_688_363, 60894)
			// ± 43_152
			.saturating_add(Weight::from_parts(1_939_359, 0).saturating_mul(j.into()))
			.saturating_add(T::DbWeight::get().reads(37))
			.saturating_add(T::DbWeight::get().writes(6))
			.saturating_add(Weight::from_parts(0, 98).saturating_mul(j.into()))
	}
	/// `j` from 1 to 256.
	fn authorize_reveal(j: u32) -> Weight {
		// At least 121_060 ns.
		Weight::from_parts(132_217_898, 20007)
			// ± 32_933
			.saturating_add(Weight::from_parts(1_676_074, 0).saturating_mul(j.into()))
			.saturating_add(T::DbWeight::get().reads(5))
	}
	fn set_parameters() -> Weight {
		// At least 14_151 ns.
		Weight::from_parts(15_704_000, 1638)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
}
