//! A network's share of issuance: its weight, which governance sets, over the sum of all weights.

use frame_support::{dispatch::DispatchResult, ensure};
use substation_primitives::{epoch::InspectEpochs, history::DELAY, NetworkId};

use crate::{Config, Error, Event, NetworkWeights, Networks, Pallet, WeightSum};

impl<T: Config> Pallet<T> {
	/// Lets weight and sum count from two epochs later on. A retired network keeps or loses its
	/// share.
	pub(crate) fn do_set_weight(network: NetworkId, weight: u32) -> DispatchResult {
		let row = Networks::<T>::get(network).ok_or(Error::<T>::NotFound)?;
		ensure!(weight == 0 || row.retired.is_none(), Error::<T>::AlreadyRetired);
		let (now, window) = (T::Epochs::now(), Self::retention());
		let mut history = NetworkWeights::<T>::get(network);
		let mut sum = WeightSum::<T>::get();
		let before = history.latest().copied().unwrap_or(0);
		let total = sum
			.latest()
			.copied()
			.unwrap_or(0)
			.saturating_sub(before.into())
			.saturating_add(weight.into());
		history.set(now, window, weight).map_err(|_| Error::<T>::TooManyChanges)?;
		sum.set(now, window, total).map_err(|_| Error::<T>::TooManyChanges)?;
		NetworkWeights::<T>::insert(network, history);
		WeightSum::<T>::put(sum);
		let from = now.saturating_add(DELAY);
		Self::deposit_event(Event::WeightSet { network, from, weight });
		Ok(())
	}
}
