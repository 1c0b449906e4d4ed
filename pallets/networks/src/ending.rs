//! Ending: a network is closed for good, and removed once nothing hangs on it.

use frame_support::{dispatch::DispatchResult, ensure, traits::Get};
use substation_primitives::{epoch::InspectEpochs, history::DELAY, History, NetworkId};

use crate::{
	ownership::By, BalanceOf, Config, Error, Event, HoldReason, InspectMembers, Network,
	NetworkTerms, NetworkWeights, Networks, Pallet, Profiles, Steady, Terms, TermsOf, TERMS_KEPT,
};

impl<T: Config> Pallet<T> {
	/// Closes a network: two epochs later, or when its members have had notice. Governance takes its weight away, too.
	pub(crate) fn do_retire(
		by: By,
		network: NetworkId,
		mut row: Network<BalanceOf<T>>,
		mut history: History<TermsOf<T>, TERMS_KEPT>,
	) -> DispatchResult {
		let now = T::Epochs::now();
		let soonest = now.saturating_add(DELAY);
		let from = match by {
			By::Owner if T::Members::has_members(network) => {
				now.saturating_add(T::Notice::get()).max(soonest)
			}
			_ => soonest,
		};
		// Governance may bring forward what the owner has begun.
		let is_sooner = |begun| by == By::Governance && from < begun;
		ensure!(row.retired.is_none_or(is_sooner), Error::<T>::AlreadyRetired);
		let last = history.latest().cloned().ok_or(Error::<T>::NotFound)?;
		let closed = Terms { open: false, ..last };
		history
			.set_last(now, from.saturating_sub(DELAY), Self::retention(), closed)
			.map_err(|_| Error::<T>::TooManyChanges)?;
		if by == By::Governance {
			// Who was to have it would go on with it otherwise.
			row.offer = None;
			if Self::latest_weight(network) > 0 {
				Self::do_set_weight(network, 0, Default::default())?;
			}
		}
		row.retired = Some(from);
		Self::store_terms(network, history);
		Networks::<T>::insert(network, row);
		Self::deposit_event(Event::Retired { network, from });
		Ok(())
	}

	/// Removes a network that has no claims, makers or members left, and its weight.
	pub(crate) fn do_remove(network: NetworkId, row: &Network<BalanceOf<T>>) -> DispatchResult {
		let last = row.retired.and_then(|from| from.checked_sub(1));
		ensure!(last.is_some_and(T::Epochs::is_expired), Error::<T>::StillInUse);
		ensure!(row.makers == 0, Error::<T>::HasMakers);
		ensure!(!T::Members::has_members(network), Error::<T>::HasMembers);
		Self::change_sum(Self::latest_weight(network), 0)?;
		Self::release(HoldReason::Network, &row.owner, row.deposit)?;
		Self::release(HoldReason::Profile, &row.owner, Self::held_for_profile(network))?;
		Profiles::<T>::remove(network);
		Networks::<T>::remove(network);
		NetworkTerms::<T>::remove(network);
		Steady::<T>::remove(network);
		NetworkWeights::<T>::remove(network);
		Self::deposit_event(Event::Removed { network });
		Ok(())
	}
}
