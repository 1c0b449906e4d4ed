//! Time that is paid for by one who uses a device's service or data, as one part of the chain asks it of another.

use sp_runtime::Permill;

use crate::{AccountId32, CreditBalance, DeviceId, NetworkId, ReportKey, H256};

/// What is agreed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
	/// Who pays.
	pub buyer: AccountId32,
	/// Who is paid: the device's owner.
	pub provider: AccountId32,
	/// The network that has its part of the sale.
	pub network: NetworkId,
	/// The device: the lease ends when it changes hands.
	pub device: DeviceId,
	/// The block in which it ends at the latest: nothing is paid for what comes after.
	pub until: u32,
	/// What a block costs.
	pub rate: CreditBalance,
	/// What tokens burned for credits have to be worth now, as a part of those.
	pub backing: Permill,
	/// The key of who uses it; the buyer's account if there is none.
	pub key: Option<ReportKey>,
	/// Hash of what is said elsewhere of it.
	pub document: H256,
}
