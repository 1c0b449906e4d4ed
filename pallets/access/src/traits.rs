//! What this pallet asks of others.

use frame_support::dispatch::DispatchResult;
use sp_runtime::DispatchError;
use substation_primitives::{CreditBalance, DeviceId, Lease, NetworkId, Tenure};

use crate::{AccountId32, AgreementId, Block};

/// Devices.
pub trait InspectDevices {
	/// Whose it is, and since when.
	fn tenure(device: &DeviceId) -> Option<(AccountId32, Tenure)>;
	/// Whether it has a seat in a network.
	fn is_seated(network: NetworkId, device: &DeviceId) -> bool;
	/// A device with a seat in an open network, that network, and whose the device is.
	#[cfg(feature = "runtime-benchmarks")]
	fn seated_device() -> (NetworkId, DeviceId, AccountId32);
}

/// Agreements about time.
pub trait Streams {
	/// Makes the row in which somebody's sales are counted, and burns its price, if there is none.
	///
	/// ## Errors
	///
	/// If it cannot be paid.
	fn enrol(provider: &AccountId32) -> DispatchResult;
	/// Opens one, with so many credits of the buyer's.
	///
	/// ## Errors
	///
	/// If the buyer cannot pay, or the device serves no more.
	fn open(lease: Lease, credits: CreditBalance) -> Result<AgreementId, DispatchError>;
	/// The block from which on it is not paid for; nothing if it is not there.
	fn ends_at(agreement: AgreementId) -> Option<Block>;
	/// Ends one now, with what is left given back. One that is not there any more has ended.
	///
	/// ## Errors
	///
	/// If it is none of those that were opened here.
	fn end(agreement: AgreementId) -> DispatchResult;
	/// Gives somebody credits, and how many a block may cost.
	#[cfg(feature = "runtime-benchmarks")]
	fn endow(who: &AccountId32) -> CreditBalance;
}
