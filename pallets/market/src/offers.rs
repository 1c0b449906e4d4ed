//! What providers ask.

use frame_support::{
	dispatch::DispatchResult,
	ensure,
	traits::{
		fungible::{hold::Mutate as HoldMutate, Mutate},
		tokens::{Fortitude, Precision, Preservation},
		Get,
	},
};
use sp_runtime::DispatchError;
use substation_primitives::{DeviceId, EpochIndex, NetworkId};

use crate::{
	AccountId32, Ask, Config, Divisions, Error, HoldReason, InspectDevices, InspectNetworks,
	NextOfferId, Offer, OfferId, Offers, Pallet, Record, Records, Terms, MAX_DEAL_EPOCHS,
};

impl<T: Config> Pallet<T> {
	/// Checks that what is asked makes sense, and that the provider may ask it.
	pub(crate) fn ensure_ask(
		provider: &AccountId32,
		network: NetworkId,
		ask: &Ask,
	) -> DispatchResult {
		ensure!(T::Networks::is_open(network), Error::<T>::NoNetwork);
		ensure!(ask.terms.is_sound() && ask.places > 0, Error::<T>::NothingAsked);
		let notices = T::MinNotice::get()..=T::MaxNotice::get();
		ensure!(notices.contains(&ask.notice), Error::<T>::NoticeOutOfRange);
		ensure!(ask.until > Self::now(), Error::<T>::Expired);
		match ask.terms {
			Terms::Proof { epochs, .. } => {
				ensure!(ask.device.is_some(), Error::<T>::NoDevice);
				ensure!(EpochIndex::from(epochs) <= MAX_DEAL_EPOCHS, Error::<T>::TooLong);
			}
			// A buyer has to be able to look at it.
			Terms::Job { review, .. } => {
				ensure!(review >= T::MinNotice::get(), Error::<T>::NoticeOutOfRange)
			}
			Terms::Meter { .. } | Terms::Stream { .. } => {}
		}
		ensure!(ask.terms.decides(provider).is_none(), Error::<T>::NoArbiter);
		if let Some(device) = &ask.device {
			Self::ensure_serves(provider, network, device)?;
		}
		Ok(())
	}

	/// Checks that a device is the provider's, and serves in the network.
	pub(crate) fn ensure_serves(
		provider: &AccountId32,
		network: NetworkId,
		device: &DeviceId,
	) -> Result<(), Error<T>> {
		let owned = T::Devices::tenure(device).is_some_and(|(owner, _)| owner == *provider);
		ensure!(owned && T::Devices::is_seated(network, device), Error::<T>::NotMember);
		Ok(())
	}

	/// Makes a provider's record, if it has none, and burns its price.
	///
	/// ## Errors
	///
	/// [`Error::CannotPay`].
	pub fn enrol(provider: &AccountId32) -> DispatchResult {
		if Records::<T>::contains_key(provider) {
			return Ok(());
		}
		T::Currency::burn_from(
			provider,
			T::RecordFee::get(),
			Preservation::Preserve,
			Precision::Exact,
			Fortitude::Polite,
		)
		.map_err(|_| Error::<T>::CannotPay)?;
		Records::<T>::insert(provider, Record::default());
		Ok(())
	}

	/// Stores an offer, with its deposit held. The first one burns the price of the provider's record.
	pub(crate) fn add_offer(
		provider: AccountId32,
		network: NetworkId,
		ask: Ask,
	) -> Result<OfferId, DispatchError> {
		Self::enrol(&provider)?;
		let deposit = T::OfferDeposit::get();
		T::Currency::hold(&HoldReason::Offer.into(), &provider, deposit)
			.map_err(|_| Error::<T>::CannotPay)?;
		let offer = NextOfferId::<T>::get();
		NextOfferId::<T>::put(offer.checked_add(1).ok_or(Error::<T>::NoPlace)?);
		let division = Divisions::<T>::get(network);
		Offers::<T>::insert(network, offer, Offer { provider, ask, division, taken: 0, deposit });
		Ok(offer)
	}

	/// Takes an offer back, with its deposit. Agreements go on.
	pub(crate) fn remove_offer(
		provider: &AccountId32,
		network: NetworkId,
		offer: OfferId,
	) -> DispatchResult {
		let row = Offers::<T>::get(network, offer).ok_or(Error::<T>::NotFound)?;
		ensure!(row.provider == *provider, Error::<T>::NotYours);
		T::Currency::release(
			&HoldReason::Offer.into(),
			provider,
			row.deposit,
			Precision::BestEffort,
		)?;
		Offers::<T>::remove(network, offer);
		Ok(())
	}
}
