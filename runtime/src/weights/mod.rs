//! What calls, hooks and transaction extensions weigh, as `scripts/benchmark.sh` has measured them.
//!
//! Stock pallets that are not listed here use the weights that come with them.

pub mod frame_system_extensions;
pub mod pallet_access;
pub mod pallet_attestation;
pub mod pallet_balances;
pub mod pallet_contribution;
pub mod pallet_credits;
pub mod pallet_democracy;
pub mod pallet_devices;
pub mod pallet_emission;
pub mod pallet_mapping;
pub mod pallet_market;
pub mod pallet_network_treasury;
pub mod pallet_networks;
pub mod pallet_parameters;
pub mod pallet_timestamp;
pub mod pallet_transaction_payment;
pub mod pallet_utility;

#[cfg(test)]
mod tests {
	use crate::{configs::RuntimeBlockWeights, Runtime};
	use ::pallet_attestation::{WeightInfo as _, MAX_SEALS};
	use ::pallet_devices::WeightInfo as _;
	use ::pallet_emission::{OnPaid, WeightInfo as _, MAX_CLAIMS};
	use frame_support::dispatch::DispatchClass;
	use substation_primitives::{
		batch::{CHUNK_LEAVES, MAX_CHUNKS},
		epoch::MAX_JUDGES,
	};

	type Attestation = super::pallet_attestation::WeightInfo<Runtime>;
	type Devices = super::pallet_devices::WeightInfo<Runtime>;
	type Emission = super::pallet_emission::WeightInfo<Runtime>;

	/// The dearest calls are a small part of a block, so that none can keep others out.
	#[test]
	fn no_call_takes_a_tenth_of_a_block() {
		let block = RuntimeBlockWeights::get().get(DispatchClass::Normal).max_total.unwrap();
		let seals = Attestation::seal_committee(MAX_SEALS)
			.max(Attestation::seal_full_set(MAX_SEALS))
			.saturating_add(
				Attestation::authorize_seal_committee(MAX_SEALS)
					.max(Attestation::authorize_seal_full_set(MAX_SEALS)),
			);
		let reveal = Attestation::reveal(MAX_JUDGES)
			.saturating_add(Attestation::authorize_reveal(MAX_JUDGES));
		let commit = Attestation::commit(MAX_CHUNKS)
			.saturating_add(Attestation::authorize_commit(MAX_CHUNKS));
		let heard =
			|reports| <Runtime as ::pallet_emission::Config>::OnPaid::weight(CHUNK_LEAVES, reports);
		let claim = Emission::claim_memberships(CHUNK_LEAVES)
			.saturating_add(Emission::claim_owners(CHUNK_LEAVES))
			.saturating_add(heard(CHUNK_LEAVES));
		let day = Emission::claim_epochs(MAX_CLAIMS).saturating_add(claim);
		for weight in [
			seals,
			reveal,
			commit,
			Devices::assert_place(),
			claim,
			day,
			Attestation::on_initialize(),
		] {
			assert!(weight.ref_time() * 10 < block.ref_time(), "{weight:?} of {block:?}");
		}
	}
}
