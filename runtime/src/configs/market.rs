//! Service is sold: the market, and what it asks of credits, networks and devices.

use crate::*;
use configs::parameters::{ArbiterTime, Deposit, LeastAgreement, MinNotice};
use constants::{currency::MILLI, time::DAYS};
use frame_support::traits::{fungible::Credit, Contains, Get};
use pallet_credits::Error as CreditsError;
use pallet_network_treasury::Source;
use polkadot_sdk::sp_runtime::DispatchError;
use substation_primitives::{
	epoch::InspectEpochs, CreditBalance, DeviceId, NetworkId, Purse, Tenure,
};

parameter_types! {
	/// A provider's record stays: its row is paid for once.
	pub const RecordFee: Balance = 20 * MILLI;
}

/// Whether receipts are refused now, since a referendum has paused the call.
pub struct ReceiptsStopped;

impl Get<bool> for ReceiptsStopped {
	fn get() -> bool {
		let settle = pallet_market::Call::settle { agreement: 0, receipt: None };
		!configs::TakenCalls::contains(&settle.into())
	}
}

impl pallet_market::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Epochs = configs::Clock;
	type Purses = MarketPurses;
	type Networks = MarketNetworks;
	type Devices = MarketDevices;
	type Sales = MarketSales;
	type ReceiptsStopped = ReceiptsStopped;
	type MinNotice = MinNotice;
	type MaxNotice = ConstU32<{ 30 * DAYS }>;
	type Least = LeastAgreement;
	type OfferDeposit = Deposit<1, 400>;
	type AgreementDeposit = Deposit<3, 640>;
	type IndexDeposit = Deposit<1, 96>;
	type ArbiterTime = ArbiterTime;
	type BillDeposit = Deposit<2, 360>;
	type BillByteDeposit = Deposit<0, 1>;
	type SoldDeposit = Deposit<1, 1_404>;
	type RecordFee = RecordFee;
	type WeightInfo = weights::pallet_market::WeightInfo<Runtime>;
}

/// Credits, as the market sees them.
pub struct MarketPurses;

impl pallet_market::Purses for MarketPurses {
	fn take(who: &AccountId, credits: CreditBalance) -> Result<Purse, DispatchError> {
		Credits::take(who, credits)
	}

	fn give(who: &AccountId, credits: Purse) {
		Credits::give(who, credits);
	}

	fn consume(cost: Balance, remade: Balance) -> Result<(), DispatchError> {
		Credits::consume(cost, remade)
	}

	fn remake(amount: Balance) -> Result<(), DispatchError> {
		Credits::remake(amount)
	}

	fn worth(tokens: Balance) -> Result<CreditBalance, DispatchError> {
		Credits::worth(tokens).map_err(|why| CreditsError::<Runtime>::from(why).into())
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn endow(who: &AccountId, credits: CreditBalance) {
		crate::benchmarks::endow_credits(who, credits);
	}
}

/// What agreements hold, as credits see it.
pub struct HeldByMarket;

impl pallet_credits::InspectHeld for HeldByMarket {
	fn cost() -> Balance {
		pallet_market::Agreements::<Runtime>::iter_values()
			.fold(0, |sum: Balance, row| sum.saturating_add(row.purse.cost))
	}
}

/// Networks, as the market sees them.
pub struct MarketNetworks;

impl pallet_market::InspectNetworks for MarketNetworks {
	fn is_open(network: NetworkId) -> bool {
		Networks::takes_members(network)
	}

	fn reporting(network: NetworkId) -> Option<pallet_market::Reporting> {
		if Networks::has_ended(network) {
			return None;
		}
		let now = configs::Clock::now();
		let history = pallet_networks::NetworkTerms::<Runtime>::get(network)?;
		let cadence = history.at(now).filter(|terms| terms.open)?.cadence;
		Some(pallet_market::Reporting {
			cadence,
			since: Networks::steady_since(network),
			settled: history.latest().is_some_and(|last| last.open && last.cadence == cadence),
		})
	}

	fn owner(network: NetworkId) -> Option<AccountId> {
		Networks::network(network).map(|(row, _)| row.owner)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn open_network() -> (NetworkId, AccountId) {
		crate::benchmarks::open_network()
	}
}

/// Devices, as the market sees them.
pub struct MarketDevices;

impl pallet_market::InspectDevices for MarketDevices {
	fn is_seated(network: NetworkId, device: &DeviceId) -> bool {
		Devices::is_seated(network, device)
	}

	fn tenure(device: &DeviceId) -> Option<(AccountId, Tenure)> {
		pallet_devices::Devices::<Runtime>::get(device).map(|row| (row.owner, row.tenure))
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn seated_device(network: NetworkId, owner: &AccountId) -> DeviceId {
		crate::benchmarks::seated_device(network, owner)
	}
}

/// Networks' parts of sales are income of theirs; of one that is gone, of all others.
pub struct MarketSales;

impl pallet_market::TakeSales<Credit<AccountId, Balances>> for MarketSales {
	fn sold(network: NetworkId, part: Credit<AccountId, Balances>) {
		let there = Networks::network(network).is_some();
		NetworkTreasury::take(Source::Sales, there.then_some(network), part);
	}
}
