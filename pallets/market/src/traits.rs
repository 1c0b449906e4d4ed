//! What this pallet asks of others.

use sp_runtime::DispatchError;
use substation_primitives::{CreditBalance, DeviceId, EpochIndex, NetworkId, Purse, Tenure};

use crate::{AccountId32, Balance};

/// Credits, and who has them.
pub trait Purses {
	/// Takes credits out of somebody's purse, with their part of what was burned for them.
	///
	/// ## Errors
	///
	/// If there are not as many.
	fn take(who: &AccountId32, credits: CreditBalance) -> Result<Purse, DispatchError>;
	/// Gives them, or a part of them, to somebody.
	fn give(who: &AccountId32, credits: Purse);
	/// Credits that were taken were spent: what they cost, and what of it is made again.
	///
	/// ## Errors
	///
	/// If more is made again than may be.
	fn consume(cost: Balance, remade: Balance) -> Result<(), DispatchError>;
	/// Tokens are made again for credits that were spent before.
	///
	/// ## Errors
	///
	/// If more is made again than may be.
	fn remake(amount: Balance) -> Result<(), DispatchError>;
	/// Credits that so many tokens are worth now.
	///
	/// ## Errors
	///
	/// Why nobody knows.
	fn worth(tokens: Balance) -> Result<CreditBalance, DispatchError>;
	/// Makes credits for somebody.
	#[cfg(feature = "runtime-benchmarks")]
	fn endow(who: &AccountId32, credits: CreditBalance);
}

/// How a network's devices report.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reporting {
	/// From one epoch in which they do to the next.
	pub cadence: u16,
	/// Since when that is so.
	pub since: EpochIndex,
	/// Whether nothing else was decided yet.
	pub settled: bool,
}

/// Networks.
pub trait InspectNetworks {
	/// Whether a network takes members.
	fn is_open(network: NetworkId) -> bool;
	/// How a network's devices report now; nothing if it takes no reports.
	fn reporting(network: NetworkId) -> Option<Reporting>;
	/// Whose a network is.
	fn owner(network: NetworkId) -> Option<AccountId32>;
	/// A network that is open, and whose it is.
	#[cfg(feature = "runtime-benchmarks")]
	fn open_network() -> (NetworkId, AccountId32);
}

/// Devices.
pub trait InspectDevices {
	/// Whether it has a seat in a network.
	fn is_seated(network: NetworkId, device: &DeviceId) -> bool;
	/// Whose it is, and since when.
	fn tenure(device: &DeviceId) -> Option<(AccountId32, Tenure)>;
	/// A device of somebody that has a seat in a network.
	#[cfg(feature = "runtime-benchmarks")]
	fn seated_device(network: NetworkId, owner: &AccountId32) -> DeviceId;
}

/// Who gets a network's part of sales.
pub trait TakeSales<Credit> {
	/// A network's part of a sale.
	fn sold(network: NetworkId, part: Credit);
}
