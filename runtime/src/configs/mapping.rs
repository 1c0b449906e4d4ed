//! The map, and what it asks of networks, devices and judges.

use crate::*;
use configs::{
	parameters::{fees, Deposit},
	physical::Clock,
};
use frame_support::traits::{
	fungible::{Inspect, Mutate},
	tokens::{Fortitude, Preservation},
};
use pallet_mapping::{InspectNetworks, InspectReports, PayMarks};
use polkadot_sdk::sp_runtime::DispatchError;
use substation_primitives::{batch::ChunkClaim, DeviceId, EpochIndex, NetworkId};
use substation_proofs::{geo::Point, mapping::Policy, KindPolicy};

parameter_types! {
	/// What a kilometre that is marked brings. The ten of a full score pay for the transaction that shows them.
	pub const MarkBounty: Balance = 2_500 * constants::currency::MICRO;
}

impl pallet_mapping::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Epochs = Clock;
	type Networks = Maps;
	type Reports = Maps;
	type Funds = Maps;
	// A key of 32 bytes, and the row of 609 with its four wishes.
	type TilesDeposit = Deposit<1, 641>;
	type MarkBounty = MarkBounty;
	type WantFee = fees::Want;
	type WeightInfo = weights::pallet_mapping::WeightInfo<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::Helper;
}

/// Metres that are credited in a tile at the most: the diagonal of its 182 metres, where parts of a track of 64 metres reach beyond both ends.
const TILE_METRES: Balance = 350;

/// What the map is made from.
pub struct Maps;

/// What a policy says, if it is one of mapping.
fn mapping(policy: substation_proofs::Policy) -> Option<Policy> {
	match policy.kind {
		KindPolicy::Mapping(policy) => Some(policy),
		_ => None,
	}
}

impl InspectNetworks for Maps {
	fn policy(network: NetworkId, epoch: EpochIndex) -> Option<Policy> {
		Networks::terms_at(network, epoch).and_then(|terms| mapping(terms.policy))
	}

	fn worth(network: NetworkId, epoch: EpochIndex) -> Option<Balance> {
		let terms = Networks::terms_at(network, epoch).filter(|terms| terms.open)?;
		let full = mapping(terms.policy)?.full;
		Some(terms.rate_cap.saturating_mul(TILE_METRES).div_ceil(full.max(1).into()))
	}

	fn slowest(network: NetworkId, since: EpochIndex) -> Option<u16> {
		let all = Networks::terms_since(network, since).into_iter();
		all.filter_map(|terms| mapping(terms.policy)).map(|policy| policy.replenish).max()
	}
}

impl InspectReports for Maps {
	fn settled(shown: &ChunkClaim) -> Result<NetworkId, DispatchError> {
		let ChunkClaim { epoch, batch, chunk, element, path, leaves } = shown;
		let settled = Attestation::verify_settled(*epoch, batch, *chunk, element, path, leaves)?;
		Ok(settled.network)
	}

	fn home(network: NetworkId, device: &DeviceId, epoch: EpochIndex) -> Option<Point> {
		Devices::facts(network, device, epoch)?.place.map(|place| place.point())
	}
}

impl PayMarks for Maps {
	fn pay(network: NetworkId, to: &AccountId, amount: Balance) -> Balance {
		let fund = Networks::fund(network);
		// What is granted from a fund is held on it.
		let free = Balances::reducible_balance(&fund, Preservation::Preserve, Fortitude::Polite);
		let paid = amount.min(free);
		Balances::transfer(&fund, to, paid, Preservation::Preserve).unwrap_or_default()
	}
}
