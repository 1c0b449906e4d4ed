//! Weights of `pallet_attestation`, measured by `scripts/benchmark.sh --pallet pallet_attestation`: 20 steps,
//! 10 repeats, on Intel(R) Xeon(R) Processor, 2026-11-28.
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
		// At least 73_274 ns.
		Weight::from_parts(79_995_000, 20007)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn return_bond() -> Weight {
		// At least 822_560 ns.
		Weight::from_parts(858_483_000, 40283)
			.saturating_add(T::DbWeight::get().reads(20))
			.saturating_add(T::DbWeight::get().writes(9))
	}
	fn prune() -> Weight {
		// At least 60_154 ns.
		Weight::from_parts(63_329_000, 7716)
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	fn register_aggregator() -> Weight {
		// At least 158_091 ns.
		Weight::from_parts(168_496_000, 20007)
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	fn leave() -> Weight {
		// At least 34_828 ns.
		Weight::from_parts(37_163_000, 3587)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn withdraw() -> Weight {
		// At least 82_491 ns.
		Weight::from_parts(96_921_000, 3990)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	/// `c` from 1 to 64.
	fn commit(c: u32) -> Weight {
		// At least 118_452 ns.
		Weight::from_parts(125_668_904, 20007)
			// ± 64_019
			.saturating_add(Weight::from_parts(694_397, 0).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// `c` from 1 to 64.
	fn authorize_commit(_c: u32) -> Weight {
		// At least 119_453 ns.
		Weight::from_parts(143_716_769, 20007).saturating_add(T::DbWeight::get().reads(9))
	}
	/// `s` from 1 to 64.
	fn seal_committee(s: u32) -> Weight {
		// At least 73_838 ns.
		Weight::from_parts(41_552_524, 20007)
			// ± 356_093
			.saturating_add(Weight::from_parts(45_195_552, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().reads(2u64.saturating_mul(s.into())))
			.saturating_add(T::DbWeight::get().writes(1u64.saturating_mul(s.into())))
			.saturating_add(Weight::from_parts(0, 11242).saturating_mul(s.into()))
	}
	/// `s` from 1 to 64.
	fn seal_full_set(s: u32) -> Weight {
		// At least 99_796 ns.
		Weight::from_parts(47_378_187, 20007)
			// ± 253_718
			.saturating_add(Weight::from_parts(69_732_458, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().reads(2u64.saturating_mul(s.into())))
			.saturating_add(T::DbWeight::get().writes(1u64.saturating_mul(s.into())))
			.saturating_add(Weight::from_parts(0, 11242).saturating_mul(s.into()))
	}
	/// `s` from 1 to 64.
	fn authorize_seal_committee(s: u32) -> Weight {
		// At least 121_981 ns.
		Weight::from_parts(105_451_821, 20007)
			// ± 264_237
			.saturating_add(Weight::from_parts(38_484_669, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().reads(2u64.saturating_mul(s.into())))
			.saturating_add(Weight::from_parts(0, 11242).saturating_mul(s.into()))
	}
	/// `s` from 1 to 64.
	fn authorize_seal_full_set(s: u32) -> Weight {
		// At least 86_783 ns.
		Weight::from_parts(70_147_490, 20007)
			// ± 104_364
			.saturating_add(Weight::from_parts(20_185_184, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().reads(2u64.saturating_mul(s.into())))
			.saturating_add(Weight::from_parts(0, 11242).saturating_mul(s.into()))
	}
	/// `j` from 1 to 256.
	fn reveal(j: u32) -> Weight {
		// At least 609_868 ns.
		Weight::from_parts(636_112_355, 60894)
			// ± 54_306
			.saturating_add(Weight::from_parts(2_110_955, 0).saturating_mul(j.into()))
			.saturating_add(T::DbWeight::get().reads(37))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// `j` from 1 to 256.
	fn authorize_reveal(j: u32) -> Weight {
		// At least 179_964 ns.
		Weight::from_parts(187_173_319, 39024)
			// ± 21_529
			.saturating_add(Weight::from_parts(1_926_362, 0).saturating_mul(j.into()))
			.saturating_add(T::DbWeight::get().reads(7))
	}
	/// `b` from 1 to 256.
	fn report_missing(b: u32) -> Weight {
		// At least 89_629 ns.
		Weight::from_parts(95_523_000, 20007)
			// ± 144_461
			.saturating_add(Weight::from_parts(51_357_179, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().reads(4u64.saturating_mul(b.into())))
			.saturating_add(T::DbWeight::get().writes(4u64.saturating_mul(b.into())))
			.saturating_add(Weight::from_parts(0, 3363).saturating_mul(b.into()))
	}
	/// `b` from 1 to 256.
	fn authorize_missing(b: u32) -> Weight {
		// At least 87_131 ns.
		Weight::from_parts(39_714_546, 20007)
			// ± 118_053
			.saturating_add(Weight::from_parts(15_763_658, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().reads(2u64.saturating_mul(b.into())))
			.saturating_add(Weight::from_parts(0, 3363).saturating_mul(b.into()))
	}
	fn rotate_publisher() -> Weight {
		// At least 90_005 ns.
		Weight::from_parts(107_602_000, 3970)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn evict() -> Weight {
		Weight::from_parts(150_000_000, 0)
	}
	fn collect_rent() -> Weight {
		Weight::from_parts(150_000_000, 0)
	}
	fn set_capacity() -> Weight {
		Weight::from_parts(150_000_000, 0)
	}
	fn visit() -> Weight {
		Weight::from_parts(150_000_000, 0)
	}
	fn set_parameters() -> Weight {
		// At least 16_080 ns.
		Weight::from_parts(18_089_000, 1638)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
}
