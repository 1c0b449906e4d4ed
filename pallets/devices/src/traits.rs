//! What this pallet asks of others.

use frame_support::dispatch::DispatchResult;
use substation_primitives::NetworkId;

use crate::Voucher;

/// What this pallet asks of networks.
pub trait InspectNetworks {
	/// Whether devices may join.
	fn takes_members(network: NetworkId) -> bool;

	/// Whether the network is retired, and takes no reports any more.
	fn has_ended(network: NetworkId) -> bool;

	/// Whether a maker has to vouch for each device.
	fn is_vouched(network: NetworkId) -> bool;

	/// The H3 resolution at which the network counts its devices, if it does.
	fn cell_resolution(network: NetworkId) -> Option<u8>;

	/// Takes a maker's voucher over `message` where one is demanded.
	fn take_voucher(
		network: NetworkId,
		voucher: Option<&Voucher>,
		message: &[u8],
	) -> DispatchResult;
}

/// What benchmarks need of networks.
#[cfg(feature = "runtime-benchmarks")]
pub trait BenchmarkHelper {
	/// One of [`crate::MAX_MEMBERSHIPS`] networks and one more that count devices in cells and
	/// demand vouchers.
	fn network(number: u32) -> NetworkId;

	/// A voucher by a maker that `network` has licensed.
	fn voucher(network: NetworkId, message: &[u8]) -> Option<Voucher>;
}
