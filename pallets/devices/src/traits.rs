//! What this pallet asks of others.

use sp_runtime::DispatchError;
use substation_primitives::NetworkId;
use substation_proofs::facts::Numbering;

use crate::{Licence, Voucher};

/// What this pallet asks of networks.
pub trait InspectNetworks {
	/// Whether devices may join.
	fn takes_members(network: NetworkId) -> bool;

	/// Whether the network is retired, and takes no reports any more.
	fn has_ended(network: NetworkId) -> bool;

	/// How the network numbers its members.
	fn numbering(network: NetworkId) -> Numbering;

	/// Every how many epochs members report, as set last; 1 if there is no such network.
	fn cadence(network: NetworkId) -> u16;

	/// Checks a maker's voucher over `message`, and tells the licence that it spends a device of;
	/// nothing where no voucher is demanded.
	fn check_voucher(
		network: NetworkId,
		voucher: Option<&Voucher>,
		message: &[u8],
	) -> Result<Option<Licence>, DispatchError>;

	/// Takes one from the devices that a licence may still vouch for. There is one, as
	/// [`Self::check_voucher`] has told.
	fn spend_licence(network: NetworkId, licence: &Licence);

	/// Gives one back, if the licence is still there.
	fn restore_licence(network: NetworkId, licence: &Licence);
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
