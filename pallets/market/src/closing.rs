//! Ending an agreement.

use frame_support::{
	dispatch::DispatchResult,
	ensure,
	traits::{fungible::hold::Mutate as HoldMutate, tokens::Precision, Get},
};
use substation_primitives::Purse as Held;

use crate::{
	settling::tell, AccountId32, Agreement, AgreementId, Agreements, Config, Error, Event,
	HoldReason, Offers, Pallet, Parties, Purses, Reason, State, Terms,
};

impl<T: Config> Pallet<T> {
	/// Lets an agreement end: after its notice if the buyer asks, at once if the provider does. A provider that closes a job
	/// gives all of it back. The buyer of a job that was delivered is past that, and a deal binds its buyer to the end.
	pub(crate) fn let_end(who: &AccountId32, agreement: AgreementId) -> DispatchResult {
		let mut row = Agreements::<T>::get(agreement).ok_or(Error::<T>::NotFound)?;
		let now = Self::now();
		let provides = *who == row.provider;
		ensure!(provides || *who == row.buyer, Error::<T>::NotYours);
		ensure!(!Self::is_over(&row), Error::<T>::Ended);
		match row.state {
			State::Working { .. } | State::Delivered { .. } if provides => {
				return Self::give_back(agreement, row);
			}
			State::Delivered { .. } | State::Disputed { .. } => {
				return Err(Error::<T>::Delivered.into())
			}
			State::Proving { .. } => ensure!(provides, Error::<T>::WrongShape),
			// Time runs on, units do not.
			State::Metered { .. } => {
				ensure!(provides || !T::ReceiptsStopped::get(), Error::<T>::ReceiptsStopped)
			}
			State::Working { .. } | State::Streaming { .. } => {}
		}
		let closes = if provides { now } else { now.saturating_add(row.notice) };
		ensure!(row.closes.is_none_or(|before| closes < before), Error::<T>::AlreadyClosing);
		row.closes = Some(closes);
		let at = Self::end_of(&row).map_or(closes, |(at, _)| at);
		Agreements::<T>::insert(agreement, row);
		Self::deposit_event(Event::Closing { agreement, at });
		Ok(())
	}

	/// Ends a job whose provider gives it back.
	fn give_back(agreement: AgreementId, row: Agreement) -> DispatchResult {
		Self::count(&row.provider, |record| {
			record.undelivered = record.undelivered.saturating_add(1)
		});
		Self::deposit_event(Event::Closing { agreement, at: Self::now() });
		Self::refund(agreement, row, Reason::Closed)
	}

	/// Ends an agreement that is over, and tells so: what was served is paid, and what is left is the buyer's.
	pub(crate) fn end(agreement: AgreementId) -> DispatchResult {
		let mut row = Agreements::<T>::get(agreement).ok_or(Error::<T>::NotFound)?;
		let end = Self::end_of(&row).filter(|(at, _)| *at <= Self::now());
		let (_, reason) = end.ok_or(Error::<T>::StillRunning)?;
		match &row.terms {
			Terms::Job { .. } => Self::end_job(agreement, &mut row, reason)?,
			Terms::Proof { .. } => Self::end_deal(agreement, &row, reason)?,
			Terms::Meter { .. } | Terms::Stream { .. } => Self::pay_last(agreement, &mut row)?,
		}
		Self::refund(agreement, row, reason)
	}

	/// Gives what is left to the buyer, and tells that the agreement has ended.
	pub(crate) fn refund(
		agreement: AgreementId,
		mut row: Agreement,
		reason: Reason,
	) -> DispatchResult {
		let refunded = core::mem::take(&mut row.purse);
		T::Purses::give(&row.buyer, refunded);
		Self::remove(agreement, &row)?;
		let Held { credits: refunded, cost } = refunded;
		Self::deposit_event(Event::Finished { agreement, reason, refunded, cost });
		Ok(())
	}

	/// Pays time that was served and not paid.
	fn pay_last(agreement: AgreementId, row: &mut Agreement) -> DispatchResult {
		let (due, credits) = Self::pass_time(row);
		if due == 0 {
			return Ok(());
		}
		let spent = row.purse.take(credits).ok_or(Error::<T>::NotEnough)?;
		let sale = Self::sell_anyway(row, spent)?;
		tell::<T>(agreement, due.into(), credits, sale);
		Ok(())
	}

	fn remove(agreement: AgreementId, row: &Agreement) -> DispatchResult {
		let reason = HoldReason::Agreement.into();
		T::Currency::release(&reason, &row.buyer, row.deposit, Precision::BestEffort)?;
		for party in [&row.buyer, &row.provider] {
			Parties::<T>::remove(party, agreement);
		}
		if let Some(arbitration) = row.terms.arbitration() {
			Parties::<T>::remove(&arbitration.arbiter, agreement);
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
