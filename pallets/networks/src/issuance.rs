//! A network's share of issuance: its weight, which governance sets, over the sum of all weights.

use frame_support::{dispatch::DispatchResult, ensure};
use substation_primitives::{epoch::InspectEpochs, history::DELAY, NetworkId, H256};

use crate::{Config, Error, Event, NetworkWeights, Networks, Pallet, WeightSum};

impl<T: Config> Pallet<T> {
	/// The weight of a network that was set last.
	pub(crate) fn latest_weight(network: NetworkId) -> u32 {
		NetworkWeights::<T>::get(network).latest().copied().unwrap_or(0)
	}

	/// Lets the sum of all weights count from two epochs later on as if one of them was another.
	pub(crate) fn change_sum(before: u32, after: u32) -> Result<(), Error<T>> {
		let mut sum = WeightSum::<T>::get();
		let total = sum.latest().copied().unwrap_or(0);
		let total = total.saturating_sub(before.into()).saturating_add(after.into());
		sum.set(T::Epochs::now(), Self::retention(), total)
			.map_err(|_| Error::<T>::TooManyChanges)?;
		WeightSum::<T>::put(sum);
		Ok(())
	}

	/// Lets weight and sum count from two epochs later on. It is given for the terms whose hash is `terms`, and taken away
	/// whatever they are. A retired network keeps or loses its share.
	pub(crate) fn do_set_weight(network: NetworkId, weight: u32, terms: H256) -> DispatchResult {
		let row = Networks::<T>::get(network).ok_or(Error::<T>::NotFound)?;
		if weight > 0 {
			ensure!(row.retired.is_none(), Error::<T>::AlreadyRetired);
			ensure!(Self::hash_of_terms(network) == Some(terms), Error::<T>::OtherTerms);
		}
		let now = T::Epochs::now();
		let mut history = NetworkWeights::<T>::get(network);
		let before = history.latest().copied().unwrap_or(0);
		// To take a weight away is never refused for what was changed before.
		let changed = match weight {
			0 => history.set_reserved(now, Self::retention(), weight),
			_ => history.set(now, Self::retention(), weight),
		};
		changed.map_err(|_| Error::<T>::TooManyChanges)?;
		Self::change_sum(before, weight)?;
		NetworkWeights::<T>::insert(network, history);
		let from = now.saturating_add(DELAY);
		Self::deposit_event(Event::WeightSet { network, from, weight });
		Ok(())
	}
}
