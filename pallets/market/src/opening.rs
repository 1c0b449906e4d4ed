//! Taking an offer, and putting credits in.

use frame_support::{
	dispatch::DispatchResult,
	ensure,
	traits::{fungible::hold::Mutate as HoldMutate, Get},
};
use sp_runtime::{DispatchError, Permill};
use substation_primitives::{
	epoch::InspectEpochs, CreditBalance, NetworkId, Purse as Held, ReportKey,
};

use crate::{
	sales::Sale, AccountId32, Agreement, AgreementId, Agreements, Balance, Config, Divisions,
	Error, Event, HoldReason, InspectDevices, InspectNetworks, NextAgreementId, Offer, OfferId,
	Offers, Pallet, Parties, Purses, State, Terms,
};

impl<T: Config> Pallet<T> {
	/// The offer, if it can be taken.
	pub(crate) fn open_offer(network: NetworkId, offer: OfferId) -> Result<Offer, Error<T>> {
		let row = Offers::<T>::get(network, offer).ok_or(Error::<T>::NotFound)?;
		ensure!(T::Networks::is_open(network), Error::<T>::NoNetwork);
		ensure!(row.ask.until >= Self::now(), Error::<T>::Expired);
		let division = Divisions::<T>::get(network);
		ensure!(division.seller >= row.division.seller, Error::<T>::DivisionLowered);
		ensure!(row.taken < row.ask.places, Error::<T>::NoPlace);
		if let Some(device) = &row.ask.device {
			Self::ensure_serves(&row.provider, network, device)?;
		}
		Ok(row)
	}

	/// Checks that units are signed for by somebody. Time is signed for by nobody; a key says who uses it.
	pub(crate) fn ensure_key(terms: &Terms, key: &Option<ReportKey>) -> Result<(), Error<T>> {
		ensure!(!terms.is_metered() || key.is_some(), Error::<T>::WrongShape);
		Ok(())
	}

	/// Checks that what was burned for credits is worth enough now.
	pub(crate) fn ensure_backed(backing: Permill, put_in: &Held) -> DispatchResult {
		if backing.is_zero() {
			return Ok(());
		}
		let worth = T::Purses::worth(put_in.cost)?;
		ensure!(worth >= backing.mul_ceil(put_in.credits), Error::<T>::TooThin);
		Ok(())
	}

	/// Takes an offer: `setup` is paid at once, and the rest is there to pay with. The agreement, and what was paid.
	pub(crate) fn take_offer(
		buyer: AccountId32,
		(network, offer): (NetworkId, OfferId),
		mut row: Offer,
		credits: CreditBalance,
		key: Option<ReportKey>,
	) -> Result<(AgreementId, Agreement, Option<(CreditBalance, Sale)>), DispatchError> {
		let (now, ask) = (Self::now(), row.ask.clone());
		ensure!(row.ask.terms.decides(&buyer).is_none(), Error::<T>::NoArbiter);
		let all = credits.checked_add(ask.setup).ok_or(Error::<T>::NotEnough)?;
		ensure!(all >= T::Least::get() && credits >= ask.terms.least(), Error::<T>::TooLittle);
		let mut purse = T::Purses::take(&buyer, all).map_err(|_| Error::<T>::NotEnough)?;
		Self::ensure_backed(ask.backing, &purse)?;
		let deposit = Self::hold_deposit(&buyer, &ask.terms)?;
		Self::hold_collateral(&row.provider, &ask.terms)?;
		let tenure = ask.device.as_ref().and_then(T::Devices::tenure);
		let agreement = Agreement {
			device: ask
				.device
				.map(|device| (device, tenure.map_or(0, |(_, tenure)| tenure.transfers))),
			provider: row.provider.clone(),
			purse: Held::default(),
			division: Divisions::<T>::get(network),
			state: match ask.terms {
				Terms::Meter { .. } => {
					State::Metered { units: 0, epoch: T::Epochs::now(), in_epoch: 0 }
				}
				Terms::Stream { .. } => State::Streaming { paid_to: now },
				Terms::Job { time, .. } => State::Working { deliver_by: now.saturating_add(time) },
				Terms::Proof { epochs, .. } => Self::proving(network, epochs)?,
			},
			terms: ask.terms,
			backing: ask.backing,
			notice: ask.notice,
			document: ask.document,
			since: now,
			closes: None,
			buyer,
			network,
			offer: Some(offer),
			key,
			deposit,
		};
		let setup = purse.take(ask.setup).ok_or(Error::<T>::NotEnough)?;
		let paid = match setup.is_empty() {
			true => None,
			false => Some((setup.credits, Self::sell(&agreement, setup)?)),
		};
		let agreement = Agreement { purse, ..agreement };
		row.taken = row.taken.saturating_add(1);
		Offers::<T>::insert(network, offer, row);
		let number = Self::add_agreement(&agreement)?;
		Ok((number, agreement, paid))
	}

	/// Holds what the rows of an agreement cost its buyer.
	pub(crate) fn hold_deposit(
		buyer: &AccountId32,
		terms: &Terms,
	) -> Result<Balance, DispatchError> {
		let more = if terms.has_index() { T::IndexDeposit::get() } else { 0 };
		let deposit = T::AgreementDeposit::get().saturating_add(more);
		T::Currency::hold(&HoldReason::Agreement.into(), buyer, deposit)
			.map_err(|_| Error::<T>::CannotPay)?;
		Ok(deposit)
	}

	/// Stores a new agreement where its sides find it.
	pub(crate) fn add_agreement(agreement: &Agreement) -> Result<AgreementId, DispatchError> {
		let number = NextAgreementId::<T>::get();
		NextAgreementId::<T>::put(number.checked_add(1).ok_or(Error::<T>::NoPlace)?);
		for party in [&agreement.buyer, &agreement.provider] {
			Parties::<T>::insert(party, number, ());
		}
		Self::add_deal(number, agreement)?;
		Agreements::<T>::insert(number, agreement);
		Ok(number)
	}

	/// Tells that an agreement was opened.
	pub(crate) fn tell_opened(agreement: AgreementId, row: &Agreement) {
		Self::deposit_event(Event::Opened {
			agreement,
			offer: row.offer,
			buyer: row.buyer.clone(),
			provider: row.provider.clone(),
			network: row.network,
			credits: row.purse.credits,
			cost: row.purse.cost,
		});
	}

	/// Puts credits into an agreement. Time that was served before is paid first, out of what was there then.
	pub(crate) fn put_in(
		who: &AccountId32,
		agreement: AgreementId,
		credits: CreditBalance,
	) -> DispatchResult {
		ensure!(credits > 0, Error::<T>::TooLittle);
		let mut row = Agreements::<T>::get(agreement).ok_or(Error::<T>::NotFound)?;
		ensure!(!row.terms.is_fixed(), Error::<T>::WrongShape);
		ensure!(!Self::is_over(&row), Error::<T>::Ended);
		Self::pay_time(agreement, &mut row)?;
		let more = T::Purses::take(who, credits).map_err(|_| Error::<T>::NotEnough)?;
		Self::ensure_backed(row.backing, &more)?;
		row.purse = row.purse.with(more).ok_or(Error::<T>::NotEnough)?;
		Agreements::<T>::insert(agreement, row);
		Ok(())
	}
}
