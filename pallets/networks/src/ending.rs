//! Ending: a network is closed for good, and removed once nothing hangs on it.

use frame_support::{dispatch::DispatchResult, ensure};
use substation_primitives::{epoch::InspectEpochs, history::DELAY, History, NetworkId};

use crate::{
	BalanceOf, Config, Error, Event, HoldReason, InspectMembers, Network, NetworkTerms,
	NetworkWeights, Networks, Pallet, Terms, TermsOf, TERMS_KEPT,
};

impl<T: Config> Pallet<T> {
	/// Closes a network from two epochs later on.
	pub(crate) fn do_retire(
		network: NetworkId,
		mut row: Network<BalanceOf<T>>,
		mut history: History<TermsOf<T>, TERMS_KEPT>,
	) -> DispatchResult {
		let now = T::Epochs::now();
		let last = history.latest().cloned().ok_or(Error::<T>::NotFound)?;
		history
			.set_reserved(now, Self::retention(), Terms { open: false, ..last })
			.map_err(|_| Error::<T>::TooManyChanges)?;
		let from = now.saturating_add(DELAY);
		row.retired = Some(from);
		NetworkTerms::<T>::insert(network, history);
		Networks::<T>::insert(network, row);
		Self::deposit_event(Event::Retired { network, from });
		Ok(())
	}

	/// Removes a network that has no claims, makers, members or weight left.
	pub(crate) fn do_remove(network: NetworkId, row: &Network<BalanceOf<T>>) -> DispatchResult {
		let last = row.retired.and_then(|from| from.checked_sub(1));
		ensure!(last.is_some_and(T::Epochs::is_expired), Error::<T>::StillInUse);
		ensure!(row.makers == 0, Error::<T>::HasMakers);
		ensure!(!T::Members::has_members(network), Error::<T>::HasMembers);
		let weight = NetworkWeights::<T>::get(network).latest().copied().unwrap_or(0);
		ensure!(weight == 0, Error::<T>::StillInUse);
		Self::release(HoldReason::Network, &row.owner, row.deposit)?;
		Networks::<T>::remove(network);
		NetworkTerms::<T>::remove(network);
		NetworkWeights::<T>::remove(network);
		Self::deposit_event(Event::Removed { network });
		Ok(())
	}
}
