//! Paying for what was used.

use frame_support::{dispatch::DispatchResult, ensure};
use sp_runtime::DispatchError;
use substation_primitives::{epoch::InspectEpochs, signing, CreditBalance};

use crate::{
	sales::Sale, Agreement, AgreementId, Block, Config, Error, Event, InspectDevices, Pallet,
	Reason, Receipt, State, Terms,
};

impl<T: Config> Pallet<T> {
	/// When an agreement's device has changed hands, if it has since. Of one that did so more than once, is gone, or was
	/// registered anew, it is not known when it did first: then nothing is due that was not settled.
	pub(crate) fn transferred(agreement: &Agreement) -> Option<Block> {
		let (device, before) = agreement.device.as_ref()?;
		let tenure = T::Devices::tenure(device).map(|(_, tenure)| tenure);
		match tenure.filter(|tenure| tenure.registered_at <= agreement.since) {
			Some(tenure) if tenure.transfers == *before => None,
			Some(tenure) if Some(tenure.transfers) == before.checked_add(1) => {
				Some(tenure.transferred_at)
			}
			_ => Some(agreement.settled_to()),
		}
	}

	/// Whether an agreement has ended.
	pub(crate) fn is_over(agreement: &Agreement) -> bool {
		Self::end_of(agreement).is_some_and(|(at, _)| at <= Self::now())
	}

	/// When an agreement ends if nobody does anything, or has ended, and why. Of a deal that is broken, or complete, it is
	/// not known since when: by now.
	pub(crate) fn end_of(agreement: &Agreement) -> Option<(Block, Reason)> {
		let end = agreement.end(Self::transferred(agreement));
		let now = Self::now();
		match Self::deal_over(agreement) {
			// Whatever becomes of the device later.
			Some(Reason::Completed) if agreement.closes.is_none() => Some((now, Reason::Completed)),
			Some(reason) if end.is_none_or(|(at, _)| at > now) => Some((now, reason)),
			_ => end,
		}
	}

	/// Pays what is due for units that the buyer has signed for.
	pub(crate) fn pay_units(
		agreement: AgreementId,
		row: &mut Agreement,
		receipt: &Receipt,
	) -> DispatchResult {
		ensure!(!Self::is_over(row), Error::<T>::Ended);
		let (&Terms::Meter { price, .. }, State::Metered { units, .. }, Some(key)) =
			(&row.terms, row.state, row.key)
		else {
			return Err(Error::<T>::WrongShape.into());
		};
		let epoch = T::Epochs::now();
		let signed = receipt.units.checked_sub(units).filter(|more| *more > 0);
		let signed = signed.ok_or(Error::<T>::NothingDue)?;
		let (covered, left) = (row.covered_units().unwrap_or(0), row.left_in(epoch));
		ensure!(covered > units, Error::<T>::Uncovered);
		ensure!(left > 0, Error::<T>::TooFast);
		// The dearest check last.
		let message = signing::usage(&Self::genesis_hash(), agreement, receipt.units);
		ensure!(key.verify(&receipt.signature, &message), Error::<T>::BadReceipt);
		let due = signed.min(covered.saturating_sub(units)).min(left);
		let credits = price.checked_mul(due.into()).ok_or(Error::<T>::NotEnough)?;
		let in_epoch = row.paid_in(epoch).saturating_add(due);
		row.state = State::Metered { units: units.saturating_add(due), epoch, in_epoch };
		tell::<T>(agreement, due, credits, Self::pay_by(row, credits)?);
		Ok(())
	}

	/// Pays what is due for time, if anything is. What it came to, in blocks.
	pub(crate) fn pay_time(
		agreement: AgreementId,
		row: &mut Agreement,
	) -> Result<Block, DispatchError> {
		let (due, credits) = Self::pass_time(row);
		if due > 0 {
			let sale = Self::pay_by(row, credits)?;
			tell::<T>(agreement, due.into(), credits, sale);
		}
		Ok(due)
	}

	/// Notes that time was paid for until now. Blocks that are due, and what they cost.
	pub(crate) fn pass_time(row: &mut Agreement) -> (Block, CreditBalance) {
		let (&Terms::Stream { rate }, State::Streaming { paid_to }) = (&row.terms, row.state)
		else {
			return (0, 0);
		};
		let end = Self::end_of(row).map(|(at, _)| at);
		let due = row.due_blocks(Self::now(), end);
		row.state = State::Streaming { paid_to: paid_to.saturating_add(due) };
		// There are as many: it ends where there are none.
		(due, rate.saturating_mul(due.into()))
	}

	/// Takes credits out of an agreement and sells for them.
	fn pay_by(row: &mut Agreement, credits: CreditBalance) -> Result<Sale, DispatchError> {
		let spent = row.purse.take(credits).ok_or(Error::<T>::NotEnough)?;
		Self::sell(row, spent)
	}
}

/// Tells that something was paid.
pub(crate) fn tell<T: Config>(
	agreement: AgreementId,
	units: u64,
	credits: CreditBalance,
	sale: Sale,
) {
	let Sale { cost, seller, network } = sale;
	Pallet::<T>::deposit_event(Event::Settled { agreement, units, credits, cost, seller, network });
}
