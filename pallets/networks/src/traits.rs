//! What this pallet asks of others.

use substation_primitives::NetworkId;

/// What this pallet asks of devices.
pub trait InspectMembers {
	/// Whether any device has a row in `network`.
	fn has_members(network: NetworkId) -> bool;
}
