//! Weights of `pallet_attestation`, measured by `scripts/benchmark.sh --pallet pallet_attestation`: 20 steps,
//! 10 repeats, on Intel(R) Xeon(R) Processor, 2026-11-29.
//!
//! frame-omni-bencher v1 benchmark pallet --wasm-execution=compiled --pallet=pallet_attestation --extrinsic=*
//! --steps=20 --repeat=10 --template=scripts/weights.hbs

#![allow(missing_docs, unused_imports, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};
use polkadot_sdk::*;

/// Weights of `pallet_attestation`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_attestation::WeightInfo for WeightInfo<T> {
	fn on_initialize() -> Weight {
		// At least 92_859 ns.
		Weight::from_parts(98_370_000, 20007)
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	fn return_bond() -> Weight {
		// At least 974_004 ns.
		Weight::from_parts(1_035_510_000, 40380)
			.saturating_add(T::DbWeight::get().reads(21))
			.saturating_add(T::DbWeight::get().writes(9))
	}
	fn prune() -> Weight {
		// At least 123_632 ns.
		Weight::from_parts(127_550_000, 7716)
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	fn register_aggregator() -> Weight {
		// At least 267_337 ns.
		Weight::from_parts(426_953_000, 20007)
			.saturating_add(T::DbWeight::get().reads(15))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	fn leave() -> Weight {
		// At least 154_111 ns.
		Weight::from_parts(167_134_000, 20007)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	fn withdraw() -> Weight {
		// And a profile's row, by hand.
		// At least 198_672 ns.
		Weight::from_parts(219_536_000, 20822)
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(7))
	}
	/// `c` from 1 to 64.
	fn commit(_c: u32) -> Weight {
		// At least 146_823 ns.
		Weight::from_parts(224_320_394, 20007)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// `c` from 1 to 64.
	fn authorize_commit(_c: u32) -> Weight {
		// At least 142_736 ns.
		Weight::from_parts(200_283_892, 20007).saturating_add(T::DbWeight::get().reads(9))
	}
	/// `s` from 1 to 64.
	fn seal_committee(s: u32) -> Weight {
		// At least 78_730 ns.
		Weight::from_parts(317_792_456, 20007)
			// ± 1_804_792
			.saturating_add(Weight::from_parts(46_599_403, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().reads(2u64.saturating_mul(s.into())))
			.saturating_add(T::DbWeight::get().writes(1u64.saturating_mul(s.into())))
			.saturating_add(Weight::from_parts(0, 11242).saturating_mul(s.into()))
	}
	/// `s` from 1 to 64.
	fn seal_full_set(s: u32) -> Weight {
		// At least 107_037 ns.
		Weight::from_parts(108_120_000, 20007)
			// ± 1_307_188
			.saturating_add(Weight::from_parts(79_880_919, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().reads(2u64.saturating_mul(s.into())))
			.saturating_add(T::DbWeight::get().writes(1u64.saturating_mul(s.into())))
			.saturating_add(Weight::from_parts(0, 11242).saturating_mul(s.into()))
	}
	/// `s` from 1 to 64.
	fn authorize_seal_committee(s: u32) -> Weight {
		// Two reads by hand: who is disabled, and who validates.
		// At least 128_812 ns.
		Weight::from_parts(72_791_797, 20007)
			// ± 405_316
			.saturating_add(Weight::from_parts(43_785_000, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().reads(2u64.saturating_mul(s.into())))
			.saturating_add(Weight::from_parts(0, 11242).saturating_mul(s.into()))
	}
	/// `s` from 1 to 64.
	fn authorize_seal_full_set(s: u32) -> Weight {
		// Two reads by hand: who is disabled, and who validates.
		// At least 110_755 ns.
		Weight::from_parts(33_493_940, 20007)
			// ± 731_994
			.saturating_add(Weight::from_parts(26_397_538, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().reads(2u64.saturating_mul(s.into())))
			.saturating_add(Weight::from_parts(0, 11242).saturating_mul(s.into()))
	}
	/// `j` from 1 to 256.
	fn reveal(j: u32) -> Weight {
		// At least 629_815 ns.
		Weight::from_parts(626_505_040, 60894)
			// ± 90_513
			.saturating_add(Weight::from_parts(2_629_718, 0).saturating_mul(j.into()))
			.saturating_add(T::DbWeight::get().reads(37))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// `j` from 1 to 256.
	fn authorize_reveal(j: u32) -> Weight {
		// At least 185_626 ns.
		Weight::from_parts(187_054_021, 39024)
			// ± 124_753
			.saturating_add(Weight::from_parts(2_518_498, 0).saturating_mul(j.into()))
			.saturating_add(T::DbWeight::get().reads(7))
	}
	/// `b` from 1 to 256.
	fn report_missing(b: u32) -> Weight {
		// At least 101_887 ns.
		Weight::from_parts(105_264_000, 20007)
			// ± 591_938
			.saturating_add(Weight::from_parts(57_762_037, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().reads(4u64.saturating_mul(b.into())))
			.saturating_add(T::DbWeight::get().writes(4u64.saturating_mul(b.into())))
			.saturating_add(Weight::from_parts(0, 3363).saturating_mul(b.into()))
	}
	/// `b` from 1 to 256.
	fn authorize_missing(b: u32) -> Weight {
		// Two reads by hand: who is disabled, and who validates.
		// At least 107_883 ns.
		Weight::from_parts(129_780_537, 20007)
			// ± 216_500
			.saturating_add(Weight::from_parts(17_724_586, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().reads(2u64.saturating_mul(b.into())))
			.saturating_add(Weight::from_parts(0, 3363).saturating_mul(b.into()))
	}
	fn rotate_publisher() -> Weight {
		// At least 107_409 ns.
		Weight::from_parts(117_955_000, 4079)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn visit() -> Weight {
		// At least 256_152 ns.
		Weight::from_parts(289_557_000, 20007)
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn set_capacity() -> Weight {
		// At least 307_008 ns.
		Weight::from_parts(329_313_000, 20860)
			.saturating_add(T::DbWeight::get().reads(13))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn collect_rent() -> Weight {
		// At least 249_742 ns.
		Weight::from_parts(270_477_000, 20007)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	fn evict() -> Weight {
		// And a profile's row, by hand.
		// At least 143_139 ns.
		Weight::from_parts(157_132_000, 20007)
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn set_parameters() -> Weight {
		// At least 18_922 ns.
		Weight::from_parts(21_368_000, 1638)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn set_profile() -> Weight {
		// As `pallet_networks::license_maker`, which checks and holds the same, was measured: at least 162_442 ns.
		Weight::from_parts(273_526_000, 6012)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(4))
	}
}
