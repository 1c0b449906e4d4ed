//! Where each fund lies, and what else this pallet keeps on accounts of its own.

use frame_support::{ensure, traits::Get};
use sp_runtime::traits::AccountIdConversion;

use crate::{AccountId32, Config, Error, Fund, InspectNetworks, Pallet};

impl<T: Config> Pallet<T> {
	/// The account where networks' parts gather.
	pub fn pot() -> AccountId32 {
		T::PalletId::get().into_account_truncating()
	}

	/// The account on which bounties' prices are put aside.
	pub fn escrow() -> AccountId32 {
		T::PalletId::get().into_sub_account_truncating(*b"bounties")
	}

	/// A fund's account.
	pub(crate) fn account(fund: Fund) -> AccountId32 {
		match fund {
			Fund::Common => T::CommonFund::get(),
			Fund::Network(network) => T::Networks::fund(network),
		}
	}

	/// Checks that there is such a fund.
	pub(crate) fn ensure_fund(fund: Fund) -> Result<(), Error<T>> {
		if let Fund::Network(network) = fund {
			ensure!(network < T::Networks::count(), Error::<T>::NoNetwork);
		}
		Ok(())
	}
}
