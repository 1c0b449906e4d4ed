//! Whose a network is.

use frame_support::ensure;
use frame_system::{ensure_signed, pallet_prelude::OriginFor};
use sp_runtime::DispatchError;
use substation_primitives::{History, NetworkId};

use crate::{
	BalanceOf, Config, Error, Network, NetworkTerms, Networks, Pallet, TermsOf, TERMS_KEPT,
};

impl<T: Config> Pallet<T> {
	/// The row and the terms of a network that the signer owns.
	pub(crate) fn owned(
		origin: OriginFor<T>,
		network: NetworkId,
	) -> Result<(Network<BalanceOf<T>>, History<TermsOf<T>, TERMS_KEPT>), DispatchError> {
		let who = ensure_signed(origin)?;
		let row = Networks::<T>::get(network).ok_or(Error::<T>::NotFound)?;
		ensure!(row.owner == who, Error::<T>::NotOwner);
		let terms = NetworkTerms::<T>::get(network).ok_or(Error::<T>::NotFound)?;
		Ok((row, terms))
	}
}
