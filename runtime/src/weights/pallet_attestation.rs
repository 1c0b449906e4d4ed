//! Weights of `pallet_attestation`, measured by `scripts/benchmark.sh --pallet pallet_attestation`: 20 steps,
//! 10 repeats, on AMD EPYC, 2026-11-23.
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
		// At least 129_843 ns.
		Weight::from_parts(148_992_000, 20007)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn return_bond() -> Weight {
		// Estimated from parts that were measured: 272 seals are looked at and as many judges paid.
		Weight::from_parts(4_000_000_000, 60894)
			.saturating_add(T::DbWeight::get().reads(20))
			.saturating_add(T::DbWeight::get().writes(10))
	}
	fn prune() -> Weight {
		// At least 75_242 ns.
		Weight::from_parts(82_232_000, 23474)
			.saturating_add(T::DbWeight::get().reads(18))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	fn register_aggregator() -> Weight {
		// At least 160_689 ns.
		Weight::from_parts(194_760_000, 11034)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	fn leave() -> Weight {
		// At least 30_455 ns.
		Weight::from_parts(32_909_000, 3583)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn withdraw() -> Weight {
		// At least 83_664 ns.
		Weight::from_parts(125_707_000, 3986)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	/// `c` from 1 to 64.
	fn commit(_c: u32) -> Weight {
		// At least 110_594 ns.
		Weight::from_parts(143_570_696, 4345)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// `c` from 1 to 64.
	fn authorize_commit(_c: u32) -> Weight {
		// At least 120_660 ns.
		Weight::from_parts(150_388_861, 20007).saturating_add(T::DbWeight::get().reads(9))
	}
	/// `s` from 1 to 64.
	fn seal_committee(s: u32) -> Weight {
		// At least 95_332 ns.
		Weight::from_parts(33_196_387, 20007)
			// ± 614_450
			.saturating_add(Weight::from_parts(42_038_629, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().reads(2u64.saturating_mul(s.into())))
			.saturating_add(T::DbWeight::get().writes(1u64.saturating_mul(s.into())))
			.saturating_add(Weight::from_parts(0, 11242).saturating_mul(s.into()))
	}
	/// `s` from 1 to 64.
	fn seal_full_set(s: u32) -> Weight {
		// At least 155_851 ns.
		Weight::from_parts(161_931_000, 20007)
			// ± 822_542
			.saturating_add(Weight::from_parts(76_656_301, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().reads(2u64.saturating_mul(s.into())))
			.saturating_add(T::DbWeight::get().writes(1u64.saturating_mul(s.into())))
			.saturating_add(Weight::from_parts(0, 11242).saturating_mul(s.into()))
	}
	/// `s` from 1 to 64.
	fn authorize_seal_committee(s: u32) -> Weight {
		// At least 136_973 ns.
		Weight::from_parts(112_418_811, 20007)
			// ± 842_069
			.saturating_add(Weight::from_parts(44_490_071, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().reads(2u64.saturating_mul(s.into())))
			.saturating_add(Weight::from_parts(0, 11242).saturating_mul(s.into()))
	}
	/// `s` from 1 to 64.
	fn authorize_seal_full_set(s: u32) -> Weight {
		// At least 121_481 ns.
		Weight::from_parts(138_238_295, 20007)
			// ± 616_753
			.saturating_add(Weight::from_parts(21_778_558, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().reads(2u64.saturating_mul(s.into())))
			.saturating_add(Weight::from_parts(0, 11242).saturating_mul(s.into()))
	}
	/// `j` from 1 to 256.
	fn reveal(j: u32) -> Weight {
		// At least 528_576 ns.
		Weight::from_parts(669_936_402, 60894)
			// ± 137_737
			.saturating_add(Weight::from_parts(3_549_118, 0).saturating_mul(j.into()))
			.saturating_add(T::DbWeight::get().reads(38))
			.saturating_add(T::DbWeight::get().writes(6))
			.saturating_add(Weight::from_parts(0, 98).saturating_mul(j.into()))
	}
	/// `j` from 1 to 256.
	fn authorize_reveal(j: u32) -> Weight {
		// At least 177_534 ns.
		Weight::from_parts(226_193_309, 20007)
			// ± 67_164
			.saturating_add(Weight::from_parts(1_723_839, 0).saturating_mul(j.into()))
			.saturating_add(T::DbWeight::get().reads(5))
	}
	/// `b` from 1 to 256.
	fn report_missing(b: u32) -> Weight {
		// Estimated from parts that were measured.
		Weight::from_parts(100_000_000, 20007)
			.saturating_add(Weight::from_parts(60_000_000, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().reads(5u64.saturating_mul(b.into())))
			.saturating_add(T::DbWeight::get().writes(4u64.saturating_mul(b.into())))
	}
	/// `b` from 1 to 256.
	fn authorize_missing(b: u32) -> Weight {
		// Estimated from parts that were measured.
		Weight::from_parts(120_000_000, 20007)
			.saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().reads(2u64.saturating_mul(b.into())))
	}
	fn rotate_publisher() -> Weight {
		// Estimated from parts that were measured.
		Weight::from_parts(200_000_000, 11034)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	fn set_parameters() -> Weight {
		// At least 24_867 ns.
		Weight::from_parts(27_170_000, 1638)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
}
