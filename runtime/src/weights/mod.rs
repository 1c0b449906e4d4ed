//! What this chain's own calls weigh.
//!
//! These are upper estimates, counted from what each call reads, writes, hashes and verifies, at the
//! largest size that its bounds allow: they keep blocks inside their limits until they are replaced
//! by measurements on reference hardware. [`Cost`] says what each step is taken to cost.

use core::marker::PhantomData;
use frame_support::{
	traits::Get,
	weights::{constants::WEIGHT_REF_TIME_PER_MICROS, Weight},
};
use substation_primitives::{batch::MAX_CHUNKS, epoch::MAX_JUDGES};

/// A call's steps.
#[derive(Clone, Copy, Default)]
struct Cost {
	/// Rows read.
	reads: u64,
	/// Rows written.
	writes: u64,
	/// Signatures verified, at 60 µs in WASM through a host function.
	signatures: u64,
	/// Hashes of short inputs, at 1 µs.
	hashes: u64,
	/// Time for everything else, in microseconds.
	micros: u64,
}

impl Cost {
	fn weight<T: frame_system::Config>(self) -> Weight {
		let micros = self
			.signatures
			.saturating_mul(60)
			.saturating_add(self.hashes)
			.saturating_add(self.micros);
		Weight::from_parts(micros.saturating_mul(WEIGHT_REF_TIME_PER_MICROS), 0)
			.saturating_add(T::DbWeight::get().reads_writes(self.reads, self.writes))
	}
}

fn cost<T: frame_system::Config>(reads: u64, writes: u64, signatures: u64, micros: u64) -> Weight {
	Cost { reads, writes, signatures, hashes: 0, micros }.weight::<T>()
}

/// Attestation's.
pub struct Attestation<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_attestation::WeightInfo for Attestation<T> {
	fn on_initialize() -> Weight {
		// An epoch's record holds up to 256 judges: 17 kB to decode and encode.
		cost::<T>(12, 8, 0, 120)
	}
	fn return_bond() -> Weight {
		cost::<T>(6, 5, 0, 60)
	}
	fn prune() -> Weight {
		cost::<T>(10, 8, 0, 80)
	}
	fn register_aggregator() -> Weight {
		cost::<T>(9, 8, 0, 80)
	}
	fn leave() -> Weight {
		cost::<T>(3, 1, 0, 30)
	}
	fn withdraw() -> Weight {
		cost::<T>(8, 8, 0, 80)
	}
	fn commit(_chunks: u32) -> Weight {
		cost::<T>(12, 5, 0, 120)
	}
	fn authorize_commit(_chunks: u32) -> Weight {
		cost::<T>(5, 0, 1, 80)
	}
	fn seal_committee(seals: u32) -> Weight {
		let entries = u64::from(seals);
		cost::<T>(3 + entries * 3, entries, 0, 60 + entries * 30)
	}
	fn seal_full_set(seals: u32) -> Weight {
		Self::seal_committee(seals)
	}
	fn authorize_seal_committee(seals: u32) -> Weight {
		let entries = u64::from(seals);
		cost::<T>(3 + entries * 2, 0, 1, 60 + entries * 30)
	}
	fn authorize_seal_full_set(seals: u32) -> Weight {
		Self::authorize_seal_committee(seals)
	}
	fn reveal(judges: u32) -> Weight {
		let hashes = u64::from(judges.max(MAX_JUDGES)).saturating_add(u64::from(MAX_CHUNKS) * 3);
		Cost { reads: 16, writes: 10, hashes, micros: 200, signatures: 0 }.weight::<T>()
	}
	fn authorize_reveal(judges: u32) -> Weight {
		let hashes = u64::from(judges.max(MAX_JUDGES)).saturating_add(u64::from(MAX_CHUNKS) * 3);
		Cost { reads: 6, writes: 0, hashes, micros: 120, signatures: 0 }.weight::<T>()
	}
	fn set_parameters() -> Weight {
		cost::<T>(2, 1, 0, 20)
	}
}

/// Networks'.
pub struct Networks<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_networks::WeightInfo for Networks<T> {
	fn create() -> Weight {
		cost::<T>(5, 5, 0, 60)
	}
	fn set_terms() -> Weight {
		cost::<T>(4, 1, 0, 50)
	}
	fn retire() -> Weight {
		cost::<T>(4, 2, 0, 50)
	}
	fn remove() -> Weight {
		cost::<T>(6, 5, 0, 60)
	}
	fn set_weight() -> Weight {
		cost::<T>(5, 2, 0, 40)
	}
	fn license_maker() -> Weight {
		cost::<T>(6, 4, 0, 50)
	}
	fn post_maker_key() -> Weight {
		cost::<T>(4, 3, 0, 50)
	}
	fn end_licence() -> Weight {
		cost::<T>(4, 1, 0, 30)
	}
	fn remove_maker() -> Weight {
		cost::<T>(7, 6, 0, 70)
	}
}

/// Devices'. Occupancies and facts are lists of up to 64 entries.
pub struct Devices<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_devices::WeightInfo for Devices<T> {
	fn register() -> Weight {
		cost::<T>(14, 8, 2, 120)
	}
	fn join() -> Weight {
		cost::<T>(13, 8, 1, 100)
	}
	fn leave() -> Weight {
		cost::<T>(7, 2, 0, 60)
	}
	fn remove_membership() -> Weight {
		cost::<T>(6, 4, 0, 60)
	}
	fn set_seat() -> Weight {
		cost::<T>(4, 1, 0, 40)
	}
	fn set_paused() -> Weight {
		cost::<T>(7, 2, 0, 60)
	}
	fn assert_place() -> Weight {
		// Every network that the device is in counts it out of one cell and into another.
		let networks = u64::from(pallet_devices::MAX_MEMBERSHIPS);
		cost::<T>(
			6u64.saturating_add(networks.saturating_mul(4)),
			4u64.saturating_add(networks.saturating_mul(2)),
			0,
			200,
		)
	}
	fn commit_data_set() -> Weight {
		cost::<T>(4, 1, 0, 40)
	}
	fn rotate() -> Weight {
		cost::<T>(4, 1, 1, 40)
	}
	fn offer() -> Weight {
		cost::<T>(2, 1, 0, 30)
	}
	fn accept() -> Weight {
		cost::<T>(6, 5, 0, 80)
	}
	fn retire() -> Weight {
		cost::<T>(4, 3, 0, 60)
	}
	fn prune_cell() -> Weight {
		cost::<T>(4, 1, 0, 30)
	}
}

/// Emission's.
pub struct Emission<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_emission::WeightInfo for Emission<T> {
	fn claim_chunk(leaves: u32) -> Weight {
		let leaves = u64::from(leaves);
		Cost {
			reads: 8u64.saturating_add(leaves.saturating_mul(4)),
			writes: 4u64.saturating_add(leaves.saturating_mul(2)),
			hashes: 150,
			micros: 100u64.saturating_add(leaves.saturating_mul(60)),
			signatures: 0,
		}
		.weight::<T>()
	}
	fn sweep() -> Weight {
		cost::<T>(6, 5, 0, 60)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{configs::RuntimeBlockWeights, Runtime};
	use frame_support::dispatch::DispatchClass;
	use pallet_attestation::WeightInfo as _;
	use pallet_devices::WeightInfo as _;
	use pallet_emission::WeightInfo as _;

	/// The dearest calls are a small part of a block, so that none can keep others out.
	#[test]
	fn no_call_takes_a_tenth_of_a_block() {
		let block = RuntimeBlockWeights::get().get(DispatchClass::Normal).max_total.unwrap();
		let seals = Attestation::<Runtime>::seal_committee(pallet_attestation::MAX_SEALS)
			.saturating_add(Attestation::<Runtime>::authorize_seal_committee(
				pallet_attestation::MAX_SEALS,
			));
		let reveal =
			Attestation::<Runtime>::reveal(MAX_JUDGES)
				.saturating_add(Attestation::<Runtime>::authorize_reveal(MAX_JUDGES));
		for weight in [
			seals,
			reveal,
			Devices::<Runtime>::assert_place(),
			Emission::<Runtime>::claim_chunk(64),
		] {
			assert!(weight.ref_time() * 10 < block.ref_time(), "{weight:?} of {block:?}");
		}
	}
}
