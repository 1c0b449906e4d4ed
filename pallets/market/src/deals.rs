//! Deals: service that judges find, for one buyer. Each report of the device that is claimed for is paid, and if too many
//! fail, the buyer gets a part of what was held from the provider.

use alloc::vec::Vec;
use frame_support::{
	dispatch::DispatchResult,
	ensure,
	traits::{
		fungible::hold::Mutate as HoldMutate,
		tokens::{Fortitude, Precision, Restriction},
	},
};
use substation_primitives::{
	epoch::InspectEpochs, mul_div, CreditBalance, DeviceId, EpochIndex, NetworkId, Purse,
	FULL_SCORE,
};

use crate::{
	sales::Sale, settling::tell, AccountId32, Agreement, AgreementId, Agreements, Balance, Config,
	Deals, Error, Event, HoldReason, InspectNetworks, Pallet, Reason, State, Terms,
	MAX_DEAL_EPOCHS,
};

impl<T: Config> Pallet<T> {
	/// Why a deal is over, if it is: all of it was served, all epochs' claims have ended, or those of so many that one more
	/// has failed than may.
	pub(crate) fn deal_over(agreement: &Agreement) -> Option<Reason> {
		let &Terms::Proof { epochs, may_miss, .. } = &agreement.terms else { return None };
		let State::Proving { served, .. } = agreement.state else { return None };
		let ended = |report: u16| {
			let epoch = agreement.state.epoch_of(report);
			epoch.is_some_and(T::Epochs::is_expired)
		};
		// Were as many ended as that, one more than may has failed: what was served is among them, or comes too late.
		let breaks = served.saturating_add(may_miss);
		if breaks < epochs && ended(breaks) {
			return Some(Reason::Missed);
		}
		let all = served >= epochs || ended(epochs.saturating_sub(1));
		all.then_some(Reason::Completed)
	}

	/// How a new deal stands: it begins with the next epoch in which the network's devices report.
	pub(crate) fn proving(network: NetworkId, epochs: u16) -> Result<State, Error<T>> {
		let reporting = T::Networks::reporting(network).filter(|reporting| reporting.settled);
		let cadence = reporting.ok_or(Error::<T>::NotReporting)?.cadence;
		let every = EpochIndex::from(cadence);
		let length = every.saturating_mul(epochs.into());
		ensure!(length <= MAX_DEAL_EPOCHS, Error::<T>::TooLong);
		let now = T::Epochs::now();
		let past = now.checked_rem(every).ok_or(Error::<T>::NotReporting)?;
		let first = now.saturating_sub(past).saturating_add(every);
		Ok(State::Proving { first, cadence, served: 0, score: 0 })
	}

	/// Holds a provider's collateral.
	pub(crate) fn hold_collateral(provider: &AccountId32, terms: &Terms) -> DispatchResult {
		let &Terms::Proof { collateral, .. } = terms else { return Ok(()) };
		T::Currency::hold(&HoldReason::Collateral.into(), provider, collateral)
			.map_err(|_| Error::<T>::NoCollateral.into())
	}

	/// Notes where claims find a deal.
	pub(crate) fn add_deal(agreement: AgreementId, row: &Agreement) -> DispatchResult {
		let (Terms::Proof { .. }, Some((device, _))) = (&row.terms, &row.device) else {
			return Ok(());
		};
		Deals::<T>::try_mutate(device, |deals| {
			deals.try_push(agreement).map_err(|_| Error::<T>::TooManyDeals.into())
		})
	}

	/// An owner was paid for reports in a network: deals about its devices pay for those that are theirs. How many deals
	/// were looked at.
	///
	/// `served` are devices, each with epochs and scores, each epoch for the first time. What all deals come to is paid,
	/// and counted, once.
	pub fn note_served(
		owner: &AccountId32,
		network: NetworkId,
		served: &[(DeviceId, Vec<(EpochIndex, u32)>)],
	) -> u32 {
		let mut looked: u32 = 0;
		let mut sales: Vec<(&DeviceId, AgreementId, u16, CreditBalance, Sale)> = Vec::new();
		for (device, reports) in served {
			for agreement in Deals::<T>::get(device) {
				looked = looked.saturating_add(1);
				let Some(mut row) = Agreements::<T>::get(agreement) else { continue };
				let theirs = row.network == network && row.provider == *owner;
				if !theirs || Self::is_over(&row) {
					continue;
				}
				let Some((count, spent)) = Self::take_reports(&mut row, reports) else { continue };
				let (seller, part) = row.division.divide(spent.cost);
				let sale = Sale { cost: spent.cost, seller, network: part };
				if !spent.is_empty() {
					sales.push((device, agreement, count, spent.credits, sale));
				}
				Agreements::<T>::insert(agreement, row);
			}
		}
		if sales.is_empty() {
			return looked;
		}
		// Who is paid here was paid by its network just now. What it could not take stays burned.
		let due = sales.iter().fold(0, |sum: Balance, (.., sale)| sum.saturating_add(sale.seller));
		let taken = Self::make(owner, due) == due;
		let mut all = Sale::default();
		for (device, agreement, count, credits, sale) in sales {
			let sale = Sale { seller: if taken { sale.seller } else { 0 }, ..sale };
			Self::count_sold(network, device, &sale);
			all = all.with(&sale);
			tell::<T>(agreement, count.into(), credits, sale);
		}
		let _ = Self::book(network, owner, all);
		looked
	}

	/// Takes what these reports cost out of a deal, as far as they are the deal's. How many are, and what was taken.
	fn take_reports(row: &mut Agreement, reports: &[(EpochIndex, u32)]) -> Option<(u16, Purse)> {
		let (&Terms::Proof { rate, epochs, .. }, State::Proving { first, cadence, served, score }) =
			(&row.terms, row.state)
		else {
			return None;
		};
		let last = row.state.epoch_of(epochs.saturating_sub(1))?;
		let (mut more, mut scores, mut credits) = (0u16, 0u64, CreditBalance::MIN);
		for (epoch, score) in reports {
			let in_turn =
				epoch.checked_sub(first).and_then(|past| past.checked_rem(cadence.into()));
			if in_turn == Some(0) && *epoch <= last && *score > 0 {
				more = more.saturating_add(1);
				scores = scores.saturating_add((*score).into());
				credits = credits.saturating_add(Self::worth_of(rate, *score));
			}
		}
		if more == 0 {
			return None;
		}
		let spent = row.purse.take(credits)?;
		let served = served.saturating_add(more);
		let score = score.saturating_add(scores);
		row.state = State::Proving { first, cadence, served, score };
		Some((more, spent))
	}

	/// What a report of this score costs: `⌊rate · score ÷ full score⌋` credits.
	fn worth_of(rate: CreditBalance, score: u32) -> CreditBalance {
		mul_div(rate, score.min(FULL_SCORE).into(), FULL_SCORE.into())
	}

	/// Gives the collateral of a deal that has ended for this reason to whom it belongs: `⌊collateral · not served ÷ all⌋` of
	/// a broken one to the buyer.
	///
	/// A provider that closes the deal, or hands the device on, breaks it. One whose network has not taken reports as it did
	/// all the time since could not serve, so nothing is taken from it. What was only decided does not count.
	pub(crate) fn end_deal(
		agreement: AgreementId,
		row: &Agreement,
		reason: Reason,
	) -> DispatchResult {
		let (
			&Terms::Proof { epochs, collateral, .. },
			State::Proving { first, cadence, served, .. },
		) = (&row.terms, row.state)
		else {
			return Err(Error::<T>::WrongShape.into());
		};
		let reports = T::Networks::reporting(row.network)
			.is_some_and(|now| now.cadence == cadence && now.since <= first);
		let kept = reason == Reason::Completed;
		if kept || reports {
			Self::count(&row.provider, |record| {
				let counted = if kept { &mut record.deals } else { &mut record.broken };
				*counted = counted.saturating_add(1);
			});
		}
		let not_served = epochs.saturating_sub(served);
		let due = match kept || !reports {
			true => 0,
			false => mul_div(collateral, not_served.into(), epochs.into()),
		};
		let paid = Self::compensate(row, due);
		let rest: Balance = collateral.saturating_sub(paid);
		let held = HoldReason::Collateral.into();
		T::Currency::release(&held, &row.provider, rest, Precision::BestEffort)?;
		if paid > 0 {
			Self::deposit_event(Event::Compensated { agreement, amount: paid });
		}
		if let Some((device, _)) = &row.device {
			Deals::<T>::mutate_exists(device, |deals| {
				if let Some(all) = deals {
					all.retain(|one| *one != agreement);
					if all.is_empty() {
						*deals = None;
					}
				}
			});
		}
		Ok(())
	}

	/// Takes an amount of a provider's collateral for the buyer. What was taken: nothing if the buyer's account cannot take it.
	fn compensate(row: &Agreement, amount: Balance) -> Balance {
		if amount == 0 {
			return 0;
		}
		T::Currency::transfer_on_hold(
			&HoldReason::Collateral.into(),
			&row.provider,
			&row.buyer,
			amount,
			Precision::BestEffort,
			Restriction::Free,
			Fortitude::Force,
		)
		.unwrap_or(0)
	}
}
