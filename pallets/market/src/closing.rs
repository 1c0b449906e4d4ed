//! Ending an agreement.

use frame_support::{
	dispatch::DispatchResult,
	ensure,
	storage::with_storage_layer,
	traits::{fungible::hold::Mutate as HoldMutate, tokens::Precision, Get},
};
use sp_runtime::DispatchError;
use substation_primitives::Purse as Held;

use crate::{
	settling::tell, AccountId32, Agreement, AgreementId, Agreements, Block, Config, Error, Event,
	HoldReason, Offers, Pallet, Parties, Purses,
};

impl<T: Config> Pallet<T> {
	/// Lets an agreement end: after its notice if the buyer asks, at once if the provider does. When it ends.
	pub(crate) fn let_end(
		who: &AccountId32,
		agreement: AgreementId,
	) -> Result<Block, DispatchError> {
		let mut row = Agreements::<T>::get(agreement).ok_or(Error::<T>::NotFound)?;
		let now = Self::now();
		let closes = match who {
			who if *who == row.provider => now,
			who if *who == row.buyer => now.saturating_add(row.notice),
			_ => return Err(Error::<T>::NotYours.into()),
		};
		ensure!(!Self::is_over(&row), Error::<T>::Ended);
		// Time runs on, units do not.
		let waits = *who != row.provider && row.terms.is_metered() && T::ReceiptsStopped::get();
		ensure!(!waits, Error::<T>::ReceiptsStopped);
		ensure!(row.closes.is_none_or(|before| closes < before), Error::<T>::AlreadyClosing);
		row.closes = Some(closes);
		let at = row.end(Self::transferred(&row)).map_or(closes, |(at, _)| at);
		Agreements::<T>::insert(agreement, row);
		Ok(at)
	}

	/// Ends an agreement that is over, and tells so: time that was served is paid, and what is left is the buyer's.
	pub(crate) fn end(agreement: AgreementId) -> DispatchResult {
		let mut row = Agreements::<T>::get(agreement).ok_or(Error::<T>::NotFound)?;
		let end = row.end(Self::transferred(&row)).filter(|(at, _)| *at <= Self::now());
		let (_, reason) = end.ok_or(Error::<T>::StillRunning)?;
		Self::pay_last(agreement, &mut row)?;
		let refunded = core::mem::take(&mut row.purse);
		T::Purses::give(&row.buyer, refunded);
		Self::remove(agreement, &row)?;
		let Held { credits: refunded, cost } = refunded;
		Self::deposit_event(Event::Finished { agreement, reason, refunded, cost });
		Ok(())
	}

	/// Pays time that was served and not paid. A provider whose account cannot take it keeps nobody from ending: its part
	/// stays burned.
	fn pay_last(agreement: AgreementId, row: &mut Agreement) -> DispatchResult {
		let (due, credits) = Self::pass_time(row);
		if due == 0 {
			return Ok(());
		}
		let spent = row.purse.take(credits).ok_or(Error::<T>::NotEnough)?;
		let sale = match with_storage_layer(|| Self::sell(row, spent)) {
			Ok(sale) => sale,
			Err(_) => Self::sell_for_nobody(row, spent)?,
		};
		tell::<T>(agreement, due.into(), credits, sale);
		Ok(())
	}

	fn remove(agreement: AgreementId, row: &Agreement) -> DispatchResult {
		let reason = HoldReason::Agreement.into();
		T::Currency::release(&reason, &row.buyer, row.deposit, Precision::BestEffort)?;
		for party in [&row.buyer, &row.provider] {
			Parties::<T>::remove(party, agreement);
		}
		Agreements::<T>::remove(agreement);
		// One that was taken back has no places.
		let Some(number) = row.offer else { return Ok(()) };
		if let Some(mut offer) = Offers::<T>::get(row.network, number) {
			offer.taken = offer.taken.saturating_sub(1);
			Offers::<T>::insert(row.network, number, offer);
		}
		Ok(())
	}
}
