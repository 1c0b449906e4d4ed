//! Vouchers: a maker's word for a device.
//!
//! A voucher spends one device of a licence, and may be shown again and again: what keeps its
//! devices in the network remembers the licence, and gives the device back to it when it goes. So
//! no more rows than a licence is for hang on it, and who comes and goes spends nothing of it. A
//! licence is known by the epoch in which it was given: one that a maker is given later gets
//! nothing back for an earlier.

use frame_support::ensure;
use sp_runtime::DispatchError;
use substation_primitives::{keys::Signature, AccountId32, EpochIndex, NetworkId};

use crate::{Config, Error, Makers, Networks, Pallet};

impl<T: Config> Pallet<T> {
	/// Checks a maker's voucher over `message` if the network demands one, and tells whose licence
	/// it spends a device of, and since when the maker has had it.
	pub fn check_voucher(
		network: NetworkId,
		voucher: Option<&(AccountId32, Signature)>,
		message: &[u8],
	) -> Result<Option<(AccountId32, EpochIndex)>, DispatchError> {
		let row = Networks::<T>::get(network).ok_or(Error::<T>::NotFound)?;
		if !row.vouched {
			return Ok(None);
		}
		let (maker, signature) = voucher.ok_or(Error::<T>::BadVoucher)?;
		let licence = Makers::<T>::get(network, maker).ok_or(Error::<T>::NotLicensed)?;
		ensure!(licence.ended.is_none(), Error::<T>::LicenceEnded);
		ensure!(licence.quota > 0, Error::<T>::NoQuota);
		let signed = licence.key.is_some_and(|key| key.verify(signature, message));
		ensure!(signed, Error::<T>::BadVoucher);
		Ok(Some((maker.clone(), licence.since)))
	}

	/// Takes one from the devices that a licence may still vouch for. There is one, as
	/// [`Self::check_voucher`] has told.
	pub fn spend_licence(network: NetworkId, maker: &AccountId32, since: EpochIndex) {
		Self::change_quota(network, maker, since, |quota| quota.saturating_sub(1));
	}

	/// Gives one back, if the licence is still there.
	pub fn restore_licence(network: NetworkId, maker: &AccountId32, since: EpochIndex) {
		Self::change_quota(network, maker, since, |quota| quota.saturating_add(1));
	}

	fn change_quota(
		network: NetworkId,
		maker: &AccountId32,
		since: EpochIndex,
		change: impl FnOnce(u32) -> u32,
	) {
		Makers::<T>::mutate(network, maker, |row| {
			if let Some(licence) = row.as_mut().filter(|licence| licence.since == since) {
				licence.quota = change(licence.quota);
			}
		});
	}
}
