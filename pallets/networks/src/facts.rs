//! Facts: what is true of a network as of an epoch, and what others may ask about it.

use alloc::vec::Vec;
use substation_primitives::{epoch::InspectEpochs, EpochIndex, History, NetworkId};

use crate::{
	BalanceOf, Config, Network, NetworkTerms, NetworkWeights, Networks, Pallet, Steady, TermsOf,
	WeightSum, MAX_CADENCE, TERMS_KEPT,
};

impl<T: Config> Pallet<T> {
	/// For how many epochs terms and weights can be read: a pool adds up the parts of as many
	/// epochs before its own as the longest cadence has.
	pub(crate) fn retention() -> EpochIndex {
		T::Epochs::window().saturating_add(MAX_CADENCE.into())
	}

	/// A network's terms as of `epoch`.
	pub fn terms_at(network: NetworkId, epoch: EpochIndex) -> Option<TermsOf<T>> {
		NetworkTerms::<T>::get(network)?.at(epoch).cloned()
	}

	/// A network's terms as of `epoch`, and all that count from later on.
	pub fn terms_since(network: NetworkId, epoch: EpochIndex) -> Vec<TermsOf<T>> {
		let terms = NetworkTerms::<T>::get(network);
		terms.map(|terms| terms.since(epoch).cloned().collect()).unwrap_or_default()
	}

	/// A network's weight as of `epoch`, and the sum of all weights.
	pub fn weight_at(network: NetworkId, epoch: EpochIndex) -> (u32, u64) {
		(
			NetworkWeights::<T>::get(network).at(epoch).copied().unwrap_or(0),
			WeightSum::<T>::get().at(epoch).copied().unwrap_or(0),
		)
	}

	/// Whether devices may join `network`, as terms were set last.
	pub fn takes_members(network: NetworkId) -> bool {
		Networks::<T>::get(network).is_some_and(|row| row.retired.is_none())
	}

	/// Whether `network` is retired, and takes no reports any more.
	pub fn has_ended(network: NetworkId) -> bool {
		let retired = Networks::<T>::get(network).and_then(|row| row.retired);
		retired.is_some_and(|from| from <= T::Epochs::now())
	}

	/// From which epoch on `network` takes reports, or not, as it does now.
	pub fn steady_since(network: NetworkId) -> EpochIndex {
		let (before, last) = Steady::<T>::get(network);
		if last <= T::Epochs::now() {
			last
		} else {
			before
		}
	}

	/// Stores a network's terms.
	pub(crate) fn store_terms(network: NetworkId, terms: History<TermsOf<T>, TERMS_KEPT>) {
		let same = |one: &TermsOf<T>, other: &TermsOf<T>| {
			(one.open, one.cadence) == (other.open, other.cadence)
		};
		let before = Self::steady_since(network);
		let last = terms.last_change(T::Epochs::now(), same).unwrap_or(before);
		Steady::<T>::insert(network, (before, last));
		NetworkTerms::<T>::insert(network, terms);
	}

	/// See [`Pallet::network`].
	pub(crate) fn view_of(network: NetworkId) -> Option<(Network<BalanceOf<T>>, TermsOf<T>)> {
		let terms = NetworkTerms::<T>::get(network)?.latest().cloned()?;
		Some((Networks::<T>::get(network)?, terms))
	}
}
