//! Vouchers: a maker's word for a device.

use frame_support::{dispatch::DispatchResult, ensure};
use substation_primitives::{keys::Signature, AccountId32, NetworkId};

use crate::{Config, Error, Makers, Networks, Pallet};

impl<T: Config> Pallet<T> {
	/// Takes a maker's voucher over `message` if the network demands one. A voucher spends one
	/// device of the maker's quota.
	pub fn take_voucher(
		network: NetworkId,
		voucher: Option<&(AccountId32, Signature)>,
		message: &[u8],
	) -> DispatchResult {
		let row = Networks::<T>::get(network).ok_or(Error::<T>::NotFound)?;
		if !row.vouched {
			return Ok(());
		}
		let (maker, signature) = voucher.ok_or(Error::<T>::BadVoucher)?;
		let mut licence = Makers::<T>::get(network, maker).ok_or(Error::<T>::NotLicensed)?;
		ensure!(licence.ended.is_none(), Error::<T>::LicenceEnded);
		ensure!(licence.quota > 0, Error::<T>::NoQuota);
		let signed = licence.key.is_some_and(|key| key.verify(signature, message));
		ensure!(signed, Error::<T>::BadVoucher);
		licence.quota = licence.quota.saturating_sub(1);
		Makers::<T>::insert(network, maker, licence);
		Ok(())
	}
}
