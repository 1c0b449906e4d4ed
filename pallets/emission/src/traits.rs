//! What this pallet asks of others, and who hears of it.

use alloc::vec::Vec;
use frame_support::weights::Weight;
use sp_runtime::DispatchError;
use substation_primitives::{
	batch::{Element, ElementPath, Leaves},
	AccountId32, Balance, BatchId, DeviceId, EpochIndex, NetworkId,
};

#[cfg(feature = "runtime-benchmarks")]
use crate::ChunkClaim;

/// A chunk whose outcome is final.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FinalChunk {
	/// The network.
	pub network: NetworkId,
	/// Who carried the reports.
	pub aggregator: AccountId32,
}

/// What an owner was paid for a settled report.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Payment {
	/// In which network.
	pub network: NetworkId,
	/// For which epoch.
	pub epoch: EpochIndex,
	/// For which device.
	pub device: DeviceId,
	/// The report's score.
	pub score: u32,
	/// What, after the aggregator's cut.
	pub amount: Balance,
}

/// Who hears of payments.
pub trait OnPaid {
	/// An owner was paid this, in one sum. What hearing it took.
	fn paid(owner: &AccountId32, payments: &[Payment]) -> Weight;

	/// What hearing takes at the most of payments for so many memberships, each another owner's, and for so many reports.
	fn weight(memberships: u32, reports: u32) -> Weight;
}

impl OnPaid for () {
	fn paid(_: &AccountId32, _: &[Payment]) -> Weight {
		Weight::zero()
	}

	fn weight(_: u32, _: u32) -> Weight {
		Weight::zero()
	}
}

/// Where what is issued for nobody's work goes.
pub trait TakeIncome<Credit> {
	/// The treasury's share of issuance.
	fn issued(share: Credit);

	/// What of a network's pool was not claimed in time.
	fn expired(network: NetworkId, rest: Credit);
}

/// What this pallet asks of settlements.
pub trait InspectSettlements {
	/// Scores of a network's settled batches, in sum.
	fn total(network: NetworkId, epoch: EpochIndex) -> u64;

	/// The present epoch.
	fn now() -> EpochIndex;

	/// Whether nothing is paid for `epoch`.
	fn is_void(epoch: EpochIndex) -> bool;

	/// Whether claims for `epoch` have ended.
	fn is_expired(epoch: EpochIndex) -> bool;

	/// Checks that `leaves` are the final outcome of a chunk and that claims for it are open.
	fn final_chunk(
		epoch: EpochIndex,
		batch: &BatchId,
		chunk: u32,
		element: &Element,
		path: &ElementPath,
		leaves: &Leaves,
	) -> Result<FinalChunk, DispatchError>;
}

/// What a network is paid by, as of an epoch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Share {
	/// Its weight.
	pub weight: u32,
	/// The sum of all weights.
	pub weights: u64,
	/// It reports in epochs divisible by this.
	pub cadence: u16,
	/// Whether it took reports for the epoch, which then has a pool of its own.
	pub reports: bool,
	/// The most that a full score earns.
	pub rate_cap: Balance,
}

/// What this pallet asks of networks.
pub trait InspectShares {
	/// By what `network` is paid, as of `epoch`.
	fn share(network: NetworkId, epoch: EpochIndex) -> Option<Share>;
}

/// What this pallet asks of devices.
pub trait ClaimMemberships {
	/// A device's owner.
	fn owner(device: &DeviceId) -> Option<AccountId32>;

	/// Marks these epochs of a membership as paid. For each in turn, whether it had not been; a later one that is the same
	/// had.
	fn claim(network: NetworkId, device: &DeviceId, epochs: &[EpochIndex]) -> Vec<bool>;
}

/// What benchmarks need of others.
#[cfg(feature = "runtime-benchmarks")]
pub trait BenchmarkHelper {
	/// A chunk of a network's for each of `epochs` epochs that can be claimed for now, of `leaves` leaves each. The devices
	/// are the same in all, and belong to `owners` owners.
	fn settled_chunks(epochs: u32, leaves: u32, owners: u32) -> (NetworkId, Vec<ChunkClaim>);

	/// An epoch for which claims have ended.
	fn expired_epoch() -> EpochIndex;
}
