//! Terms: the policy by which a network pays, how often devices report, and the most that is paid.

use codec::Encode;
use frame_support::{dispatch::DispatchResult, ensure, traits::Get};
use sp_io::hashing::blake2_256;
use sp_runtime::{traits::Zero, SaturatedConversion};
use substation_primitives::{
	epoch::InspectEpochs, history::DELAY, EpochIndex, History, NetworkId, H256,
};

use crate::{
	ownership::By, Config, Error, Event, NetworkTerms, NetworkWeights, Pallet, Terms, TermsOf,
	MAX_CADENCE, TERMS_KEPT,
};

impl<Balance> Terms<Balance> {
	/// Whether reports are taken for `epoch`.
	pub fn takes_reports(&self, epoch: EpochIndex) -> bool {
		self.open && epoch.checked_rem(self.cadence.into()) == Some(0)
	}
}

impl<T: Config> Pallet<T> {
	/// Checks that policy and cadence are in their ranges.
	pub(crate) fn check_terms(terms: &TermsOf<T>) -> Result<(), Error<T>> {
		ensure!(terms.policy.is_sound(), Error::<T>::UnsoundPolicy);
		ensure!((1..=MAX_CADENCE).contains(&terms.cadence), Error::<T>::CadenceOutOfRange);
		let fits = terms.policy.kind.fits_cap(terms.rate_cap.saturated_into());
		ensure!(fits, Error::<T>::PaysForWashing);
		let counted = terms.policy.kind.fits_cadence(terms.cadence);
		ensure!(counted, Error::<T>::UseNotCounted);
		Ok(())
	}

	/// Checks that the rate cap is in its range.
	pub(crate) fn check_rate_cap(terms: &TermsOf<T>) -> Result<(), Error<T>> {
		let allowed = !terms.rate_cap.is_zero() && terms.rate_cap <= T::MaxRateCap::get();
		ensure!(allowed, Error::<T>::RateCapOutOfRange);
		Ok(())
	}

	/// The hash of the terms that were set last.
	pub(crate) fn hash_of_terms(network: NetworkId) -> Option<H256> {
		let terms = NetworkTerms::<T>::get(network)?;
		Some(H256(terms.latest()?.using_encoded(blake2_256)))
	}

	/// Whether an owner may make of terms that a weight was voted for these other ones: close, open again, and pay less.
	fn may_become(before: &TermsOf<T>, after: &TermsOf<T>) -> bool {
		let Terms { policy, cadence, rate_cap, open: _ } = after;
		*policy == before.policy && *cadence == before.cadence && *rate_cap <= before.rate_cap
	}

	/// Whether no pool that new terms could count in adds up an epoch in which the network had a weight: a pool goes back as far
	/// as the longest cadence.
	fn pays_nothing(network: NetworkId, now: EpochIndex) -> bool {
		let weights = NetworkWeights::<T>::get(network);
		let from = now.saturating_add(DELAY);
		let is_past = |since: EpochIndex| since.saturating_add(MAX_CADENCE.into()) <= from;
		weights.is_always(&0)
			|| weights.latest() == Some(&0) && weights.latest_since().is_some_and(is_past)
	}

	/// Checks that the terms fit what the network is, and lets them count from two epochs later on.
	pub(crate) fn do_set_terms(
		by: By,
		network: NetworkId,
		mut history: History<TermsOf<T>, TERMS_KEPT>,
		terms: TermsOf<T>,
	) -> DispatchResult {
		Self::check_terms(&terms)?;
		let before = history.latest().ok_or(Error::<T>::NotFound)?;
		// Governance may have lowered the highest since: that must not keep a network from pausing.
		if terms.open || terms.rate_cap != before.rate_cap {
			Self::check_rate_cap(&terms)?;
		}
		ensure!(before.policy.may_become(&terms.policy), Error::<T>::OtherKind);
		let now = T::Epochs::now();
		let free = by == By::Governance || Self::pays_nothing(network, now);
		ensure!(free || Self::may_become(before, &terms), Error::<T>::Weighted);
		let (retention, set) = (Self::retention(), terms.clone());
		match by {
			By::Governance => history.set(now, retention, set),
			// Governance can always answer.
			By::Owner => history.set_sparing(now, retention, set),
		}
		.map_err(|_| Error::<T>::TooManyChanges)?;
		Self::store_terms(network, history);
		let from = now.saturating_add(DELAY);
		Self::deposit_event(Event::TermsSet { network, from, terms });
		Ok(())
	}
}
