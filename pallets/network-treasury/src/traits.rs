//! What this pallet asks of the runtime.

use substation_primitives::{AccountId32, EpochIndex, NetworkId};

use crate::Cell;

/// What this pallet asks of networks.
pub trait InspectNetworks {
	/// Networks have lower numbers than this.
	fn count() -> NetworkId;

	/// A network's weight in issuance as of `epoch`, and the sum of all weights.
	fn weight(network: NetworkId, epoch: EpochIndex) -> (u32, u64);

	/// Whether devices may join `network`.
	fn is_open(network: NetworkId) -> bool;

	/// The account of a network's fund.
	fn fund(network: NetworkId) -> AccountId32;

	/// Whether `network` counts its devices in cells, and `cell` is one of these.
	fn counts_in(network: NetworkId, cell: Cell) -> bool;

	/// Makes a network that counts devices in cells, with one of these: for benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn network_with_cell() -> (NetworkId, Cell);
}
