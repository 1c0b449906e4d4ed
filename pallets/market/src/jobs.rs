//! Jobs: work that is delivered once, looked at, and paid; and who decides if its buyer is not content.

use frame_support::{dispatch::DispatchResult, ensure, traits::Get};
use sp_runtime::{DispatchError, PerThing, Permill};
use substation_primitives::{CreditBalance, H256};

use crate::{
	sales::Sale, settling::tell, AccountId32, Agreement, AgreementId, Agreements, Arbitration,
	Block, Config, Error, Event, Pallet, Parties, Reason, State, Terms,
};

/// A job's price, the time to look at it, and who decides about it.
type Asked<'a> = (CreditBalance, Block, Option<&'a Arbitration>);

impl<T: Config> Pallet<T> {
	/// Notes that a job was delivered. The first block in which it is too late to say something against it.
	pub(crate) fn note_delivered(
		who: &AccountId32,
		agreement: AgreementId,
		result: H256,
	) -> Result<Block, DispatchError> {
		let mut row = Agreements::<T>::get(agreement).ok_or(Error::<T>::NotFound)?;
		ensure!(*who == row.provider, Error::<T>::NotYours);
		let (_, review, _) = Self::asked(&row)?;
		ensure!(matches!(row.state, State::Working { .. }), Error::<T>::Delivered);
		ensure!(!Self::is_over(&row), Error::<T>::Ended);
		let until = Self::now().saturating_add(review);
		row.state = State::Delivered { result, until };
		// What its buyer has said of an end is past.
		row.closes = None;
		Agreements::<T>::insert(agreement, row);
		Ok(until)
	}

	/// Pays a job that its buyer is content with, and finishes it.
	pub(crate) fn accept_job(who: &AccountId32, agreement: AgreementId) -> DispatchResult {
		let mut row = Agreements::<T>::get(agreement).ok_or(Error::<T>::NotFound)?;
		ensure!(*who == row.buyer, Error::<T>::NotYours);
		Self::asked(&row)?;
		match row.state {
			State::Delivered { .. } => {}
			State::Disputed { .. } => ensure!(!Self::is_over(&row), Error::<T>::Ended),
			_ => return Err(Error::<T>::NotDelivered.into()),
		}
		Self::pay_job(agreement, &mut row, Permill::one())?;
		Self::refund(agreement, row, Reason::Completed)
	}

	/// Notes that a buyer is not content with a job. The first block in which it is too late to decide.
	pub(crate) fn note_dispute(
		who: &AccountId32,
		agreement: AgreementId,
		document: H256,
	) -> Result<Block, DispatchError> {
		let mut row = Agreements::<T>::get(agreement).ok_or(Error::<T>::NotFound)?;
		ensure!(*who == row.buyer, Error::<T>::NotYours);
		let (_, _, arbitration) = Self::asked(&row)?;
		ensure!(arbitration.is_some(), Error::<T>::NoArbiter);
		let State::Delivered { result, .. } = row.state else {
			return Err(Error::<T>::NotDelivered.into());
		};
		ensure!(!Self::is_over(&row), Error::<T>::Ended);
		let until = Self::now().saturating_add(T::ArbiterTime::get());
		if let Some(arbitration) = arbitration {
			Parties::<T>::insert(&arbitration.arbiter, agreement, ());
		}
		row.state = State::Disputed { result, document, until, proposed: None };
		Self::count(&row.provider, |record| record.disputed = record.disputed.saturating_add(1));
		Agreements::<T>::insert(agreement, row);
		Ok(until)
	}

	/// Decides what part of a job's price is paid, and finishes it; or notes what a side proposes, if the other has not
	/// proposed the same.
	pub(crate) fn decide(
		who: AccountId32,
		agreement: AgreementId,
		share: Permill,
	) -> DispatchResult {
		let mut row = Agreements::<T>::get(agreement).ok_or(Error::<T>::NotFound)?;
		let (price, ..) = Self::asked(&row)?;
		let arbitration = row.terms.decides(&who).cloned();
		let provides = who == row.provider;
		ensure!(arbitration.is_some() || provides || who == row.buyer, Error::<T>::NotYours);
		let State::Disputed { result, document, until, proposed } = row.state else {
			return Err(Error::<T>::NotDisputed.into());
		};
		ensure!(!Self::is_over(&row), Error::<T>::Ended);
		if let Some(Arbitration { arbiter, .. }) = arbitration {
			let fee = row.terms.fee();
			let spent = row.purse.take(fee).ok_or(Error::<T>::NotEnough)?;
			let sale = match spent.is_empty() {
				true => Sale::default(),
				false => Self::pay_arbiter(&row, &arbiter, spent)?,
			};
			if share < Permill::from_percent(50) {
				Self::count(&row.provider, |record| record.lost = record.lost.saturating_add(1));
			}
			// Each side bears the fee as far as it was decided against it; the provider no more than it gets.
			let borne = share.left_from_one().mul_floor(fee);
			let due = share.mul_floor(price).saturating_sub(borne);
			Self::pay_credits(agreement, &mut row, due)?;
			Self::tell_ruled(agreement, share, fee, sale);
		} else if proposed == Some((!provides, share)) {
			Self::pay_job(agreement, &mut row, share)?;
			Self::tell_ruled(agreement, share, 0, Sale::default());
		} else {
			let proposed = Some((provides, share));
			row.state = State::Disputed { result, document, until, proposed };
			Agreements::<T>::insert(agreement, row);
			Self::deposit_event(Event::Proposed { agreement, who, share });
			return Ok(());
		}
		Self::refund(agreement, row, Reason::Ruled)
	}

	/// Pays what is due of a job that has ended for this reason.
	pub(crate) fn end_job(
		agreement: AgreementId,
		row: &mut Agreement,
		reason: Reason,
	) -> DispatchResult {
		let (_, _, arbitration) = Self::asked(row)?;
		match reason {
			Reason::Completed => Self::pay_job(agreement, row, Permill::one()),
			Reason::Ruled => {
				let share = arbitration.map_or(Permill::one(), |arbitration| arbitration.silence);
				Self::pay_job(agreement, row, share)?;
				Self::tell_ruled(agreement, share, 0, Sale::default());
				Ok(())
			}
			Reason::NotDelivered | Reason::Transferred => {
				Self::count(&row.provider, |record| {
					record.undelivered = record.undelivered.saturating_add(1)
				});
				Ok(())
			}
			// By its buyer.
			Reason::Closed | Reason::Overdrawn | Reason::Missed => Ok(()),
		}
	}

	/// Pays a share of a job's price.
	fn pay_job(agreement: AgreementId, row: &mut Agreement, share: Permill) -> DispatchResult {
		let (price, ..) = Self::asked(row)?;
		Self::pay_credits(agreement, row, share.mul_floor(price))
	}

	fn pay_credits(
		agreement: AgreementId,
		row: &mut Agreement,
		credits: CreditBalance,
	) -> DispatchResult {
		if credits == 0 {
			return Ok(());
		}
		let spent = row.purse.take(credits).ok_or(Error::<T>::NotEnough)?;
		let sale = Self::sell_anyway(row, spent)?;
		Self::count(&row.provider, |record| record.jobs = record.jobs.saturating_add(1));
		tell::<T>(agreement, 0, credits, sale);
		Ok(())
	}

	fn tell_ruled(agreement: AgreementId, share: Permill, fee: CreditBalance, sale: Sale) {
		let Sale { cost, seller: paid, network } = sale;
		Self::deposit_event(Event::Ruled { agreement, share, fee, cost, paid, network });
	}

	fn asked(row: &Agreement) -> Result<Asked<'_>, Error<T>> {
		match &row.terms {
			Terms::Job { price, review, arbitration, .. } => {
				Ok((*price, *review, arbitration.as_ref()))
			}
			_ => Err(Error::<T>::WrongShape),
		}
	}
}
