//! Chairs: where members of a network sit, and the calls that change it.

use anyhow::Result;
use substation_primitives::{DeviceId, EpochIndex, NetworkId};
use subxt::{tx::Payload, utils::H256 as RpcHash};

pub use api::runtime_types::pallet_devices::chairs::Chair;

use crate::chain::{api, Chain};

/// Chairs that are looked at for a free one.
const LOOKS: u32 = 1_024;

/// The call that lets a device sit in a free chair before its own.
pub fn take(device: DeviceId, network: NetworkId, index: u32) -> impl Payload {
	api::tx().devices().take_chair(RpcHash(device.0), network, index)
}

/// The call that sends a device which has earned nothing for long to the end of its cell, behind one that has.
pub fn vacate(device: DeviceId, network: NetworkId, behind: DeviceId) -> impl Payload {
	api::tx().devices().vacate(RpcHash(device.0), network, RpcHash(behind.0))
}

impl Chain {
	/// Where a device sits in a network, as set last, if it sits anywhere.
	pub async fn chair_of(&self, device: DeviceId, network: NetworkId) -> Result<Option<Chair>> {
		let device = self.device(device).await?;
		let chairs = device.into_iter().flat_map(|device| device.chairs);
		Ok(chairs.filter(|(of, _)| *of == network).map(|(_, chair)| chair).next())
	}

	/// Members that report and chairs of a cell, as of an epoch.
	pub async fn counts(
		&self,
		network: NetworkId,
		cell: u64,
		epoch: EpochIndex,
	) -> Result<Option<(u32, u32)>> {
		let counts = api::view_functions().devices().counts(network, cell, epoch);
		Ok(self.view(counts).await?.map(|counts| (counts.occupied, counts.chairs)))
	}

	/// The first free chair of a cell, as set last, if one of the first thousand is free.
	pub async fn free_chair(&self, network: NetworkId, cell: u64) -> Result<Option<u32>> {
		self.view(api::view_functions().devices().free_chair(network, cell, LOOKS)).await
	}
}
