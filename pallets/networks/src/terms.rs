//! Terms: the policy by which a network pays, how often devices report, and the most that is paid.

use frame_support::{dispatch::DispatchResult, ensure, traits::Get};
use sp_runtime::traits::Zero;
use substation_primitives::{epoch::InspectEpochs, history::DELAY, EpochIndex, History, NetworkId};

use crate::{Config, Error, Event, NetworkTerms, Pallet, Terms, TermsOf, MAX_CADENCE, TERMS_KEPT};

impl<Balance> Terms<Balance> {
	/// Whether reports are taken for `epoch`.
	pub fn takes_reports(&self, epoch: EpochIndex) -> bool {
		self.open && epoch.checked_rem(self.cadence.into()) == Some(0)
	}
}

impl<T: Config> Pallet<T> {
	/// Checks that policy, cadence and rate cap are in their ranges.
	pub(crate) fn check_terms(terms: &TermsOf<T>) -> DispatchResult {
		ensure!(terms.policy.is_sound(), Error::<T>::UnsoundPolicy);
		ensure!((1..=MAX_CADENCE).contains(&terms.cadence), Error::<T>::CadenceOutOfRange);
		ensure!(
			!terms.rate_cap.is_zero() && terms.rate_cap <= T::MaxRateCap::get(),
			Error::<T>::RateCapOutOfRange
		);
		Ok(())
	}

	/// Checks that the terms fit what the network is, and lets them count from two epochs later on.
	pub(crate) fn do_set_terms(
		network: NetworkId,
		mut history: History<TermsOf<T>, TERMS_KEPT>,
		terms: TermsOf<T>,
	) -> DispatchResult {
		Self::check_terms(&terms)?;
		let fits = history.latest().is_some_and(|now| now.policy.may_become(&terms.policy));
		ensure!(fits, Error::<T>::OtherKind);
		let now = T::Epochs::now();
		history
			.set(now, Self::retention(), terms.clone())
			.map_err(|_| Error::<T>::TooManyChanges)?;
		NetworkTerms::<T>::insert(network, history);
		let from = now.saturating_add(DELAY);
		Self::deposit_event(Event::TermsSet { network, from, terms });
		Ok(())
	}
}
