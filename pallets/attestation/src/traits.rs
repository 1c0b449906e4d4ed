//! What this pallet asks of others.

use alloc::vec::Vec;
use substation_primitives::{
	AccountId32, DeviceId, EpochIndex, NetworkId, ReportKey, WorkUnits, H256,
};
use substation_proofs::{
	facts::{Bill, DeviceFacts},
	tiles::{Parent, Tiles},
	Policy,
};

/// Facts, as of any epoch within the window.
pub trait InspectFacts {
	/// What a network pays for, if it takes reports for `epoch`.
	fn policy(network: NetworkId, epoch: EpochIndex) -> Option<Policy>;

	/// A device's facts, if it was an active member.
	fn device(network: NetworkId, device: &DeviceId, epoch: EpochIndex) -> Option<DeviceFacts>;

	/// Who sat in a chair of a cell.
	fn chair(network: NetworkId, cell: u64, index: u32, epoch: EpochIndex) -> Option<DeviceId>;

	/// What stayed burned of sales of a device's service, in planck.
	fn left_burned(network: NetworkId, device: &DeviceId, epoch: EpochIndex) -> u128;

	/// What an account has burned by a bill.
	fn bill(network: NetworkId, payer: &AccountId32, epoch: EpochIndex) -> Option<Bill>;

	/// What is known of the tiles of a parent.
	fn tiles(network: NetworkId, parent: &Parent, epoch: EpochIndex) -> Option<Tiles>;
}

/// Bodies, as the node's statement store has them. Off-chain only.
pub trait InspectBodies {
	/// The data of the statement with this hash.
	fn body(hash: &H256) -> Option<Vec<u8>>;
}

/// What a key may keep in nodes' statement stores.
pub trait MutateAllowance {
	/// Grants `publisher` so many statements and bytes more.
	fn grant(publisher: &ReportKey, statements: u32, bytes: u32);

	/// Takes so many back.
	fn revoke(publisher: &ReportKey, statements: u32, bytes: u32);
}

/// Devices' choices of aggregators.
pub trait InspectSeats {
	/// How many seats name `aggregator` as of now, in all networks.
	fn naming(aggregator: &AccountId32) -> u32;
}

/// Who is told of settlements.
pub trait OnSettled {
	/// A batch of `network` for `epoch` was settled with this total.
	fn settled(network: NetworkId, epoch: EpochIndex, total: u64);

	/// The total of a batch that was settled is `after` now, and was `before`.
	fn corrected(network: NetworkId, epoch: EpochIndex, before: u64, after: u64);
}

impl OnSettled for () {
	fn settled(_: NetworkId, _: EpochIndex, _: u64) {}

	fn corrected(_: NetworkId, _: EpochIndex, _: u64, _: u64) {}
}

/// Who rewards judges.
pub trait RewardJudges {
	/// These judges sealed what became the result of a batch in which they found so much work, or looked for bodies for
	/// as much. Said at the freeze.
	fn reward(judges: Vec<AccountId32>, work: WorkUnits);
}

impl RewardJudges for () {
	fn reward(_: Vec<AccountId32>, _: WorkUnits) {}
}

/// What benchmarks need of others.
#[cfg(feature = "runtime-benchmarks")]
pub trait BenchmarkHelper {
	/// The `number`th network that takes reports for epochs divisible by `cadence`, with as many old terms and
	/// weights as are kept.
	fn open_network(number: u32, cadence: u16) -> NetworkId;

	/// The longest cadence.
	fn longest_cadence() -> u16;

	/// Lets these be the validators.
	fn set_validators(validators: Vec<AccountId32>);

	/// Lets consensus be at this slot.
	fn set_slot(slot: u64);
}

/// The chain's consensus.
pub trait InspectConsensus {
	/// The slot of the present block.
	fn slot() -> u64;

	/// When that slot began, in milliseconds of Unix time.
	fn moment() -> u64;

	/// The present session.
	fn session() -> u32;

	/// The randomness that consensus uses from this session on.
	fn session_randomness() -> H256;

	/// The last block's author's VRF output.
	fn last_author_randomness() -> Option<H256>;

	/// Whether a validator was found out for an offence, and does nothing until others are elected.
	fn is_disabled(validator: &AccountId32) -> bool;
}
