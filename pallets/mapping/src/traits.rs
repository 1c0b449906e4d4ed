//! What this pallet asks of others.

use sp_runtime::DispatchError;
use substation_primitives::{
	batch::ChunkClaim, AccountId32, Balance, DeviceId, EpochIndex, NetworkId,
};
use substation_proofs::{geo::Point, mapping::Policy};

/// Reports and their settled outcomes.
pub trait InspectReports {
	/// Checks that these are the outcomes of a chunk as judges have settled it; tells its network.
	fn settled(shown: &ChunkClaim) -> Result<NetworkId, DispatchError>;

	/// Where a device was at home as of `epoch`.
	fn home(network: NetworkId, device: &DeviceId, epoch: EpochIndex) -> Option<Point>;
}

/// Networks that pay for mapping.
pub trait InspectNetworks {
	/// What a network pays for as of `epoch`, if that is mapping.
	fn policy(network: NetworkId, epoch: EpochIndex) -> Option<Policy>;

	/// The most that one device is paid in an epoch for a tile that is worth all of its metres, as of `epoch`; nothing if the network pays for no
	/// mapping.
	fn worth(network: NetworkId, epoch: EpochIndex) -> Option<Balance>;

	/// The longest time after which a tile is worth all of its metres again, by any policy that the network had in `since` or has had or is to
	/// have since then; nothing if it pays for no mapping.
	fn slowest(network: NetworkId, since: EpochIndex) -> Option<u16>;
}

/// Funds of networks.
pub trait PayMarks {
	/// Pays so much from a network's fund, or as much as there is that nothing else was promised. Tells what was paid.
	fn pay(network: NetworkId, to: &AccountId32, amount: Balance) -> Balance;
}

/// What benchmarks need.
#[cfg(feature = "runtime-benchmarks")]
pub trait BenchmarkHelper {
	/// A report of which so many parents' tiles can be marked, in a chunk as full as can be, with its place, and the account that shows it.
	fn drive(parents: u32) -> (ChunkClaim, u8, substation_primitives::report::ReportBytes);

	/// A network that pays for mapping.
	fn network() -> NetworkId;

	/// Gives an account what deposits and fees take.
	fn endow(who: &AccountId32);
}
