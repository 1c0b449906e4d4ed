//! Who a device is, what runs beside it, and what it has made for an epoch: whatever kind its network pays for.

use substation_primitives::{DeviceId, NetworkId};
use substation_proofs::author::DevicePair;
use substation_sdk::chain::Chain;
use tokio::task::JoinHandle;

/// Who a device is, and where it asks.
#[derive(Clone)]
pub(super) struct Own {
	pub(super) chain: Chain,
	pub(super) network: NetworkId,
	pub(super) device: DeviceId,
	pub(super) pair: DevicePair,
}

/// What runs beside, until this is dropped.
pub(super) struct Beside(pub(super) Vec<JoinHandle<()>>);

impl Drop for Beside {
	fn drop(&mut self) {
		self.0.iter().for_each(JoinHandle::abort);
	}
}

/// Evidence, or a report, encoded, or none yet.
pub(super) enum Made {
	/// This.
	Now(Vec<u8>),
	/// Judges would find it worth nothing, and for this epoch that stays so.
	Worthless(String),
	/// There is something to wait for, if it is worth a word.
	Later(Option<String>),
}
