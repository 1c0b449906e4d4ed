//! Access to what devices record, and what it asks of devices and the market.

use crate::*;
use configs::parameters::Deposit;
use frame_support::dispatch::DispatchResult;
use pallet_access::{AgreementId, Block as Number, Streams};
use polkadot_sdk::sp_runtime::DispatchError;
use substation_primitives::{CreditBalance, DeviceId, Lease, NetworkId, Tenure};

impl pallet_access::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Devices = AccessDevices;
	type Streams = Leases;
	type GrantDeposit = Deposit<2, 420>;
	type TariffDeposit = Deposit<1, 560>;
	type WeightInfo = weights::pallet_access::WeightInfo<Runtime>;
}

/// Devices, as grants see them.
pub struct AccessDevices;

impl pallet_access::InspectDevices for AccessDevices {
	fn tenure(device: &DeviceId) -> Option<(AccountId, Tenure)> {
		<configs::market::MarketDevices as pallet_market::InspectDevices>::tenure(device)
	}

	fn is_seated(network: NetworkId, device: &DeviceId) -> bool {
		Devices::is_seated(network, device)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn seated_device() -> (NetworkId, DeviceId, AccountId) {
		use frame_support::traits::fungible::Mutate;
		use polkadot_sdk::frame_benchmarking::account;
		let (network, _) = crate::benchmarks::open_network();
		let owner = account("owner", 0, 0);
		let _ = Balances::mint_into(&owner, constants::currency::STN * 1_000);
		(network, crate::benchmarks::seated_device(network, &owner), owner)
	}
}

/// Grants are paid for by agreements of the market.
pub struct Leases;

impl Streams for Leases {
	fn enrol(provider: &AccountId) -> DispatchResult {
		Market::enrol(provider)
	}

	fn open(lease: Lease, credits: CreditBalance) -> Result<AgreementId, DispatchError> {
		Market::lease(lease, credits)
	}

	fn ends_at(agreement: AgreementId) -> Option<Number> {
		Market::ends_at(agreement)
	}

	fn end(agreement: AgreementId) -> DispatchResult {
		Market::end_lease(agreement)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn endow(who: &AccountId) -> CreditBalance {
		crate::benchmarks::endow_credits(who, 10_000_000);
		1
	}
}
