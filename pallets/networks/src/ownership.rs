//! Whose a network is: who may decide for it, and how it goes to somebody else.

use frame_support::{
	dispatch::DispatchResult,
	ensure,
	traits::{fungible::hold::Mutate, EnsureOrigin},
};
use frame_system::{ensure_signed, pallet_prelude::OriginFor};
use sp_runtime::DispatchError;
use substation_primitives::{
	epoch::InspectEpochs, history::DELAY, AccountId32, History, NetworkId,
};

use crate::{
	BalanceOf, Config, Error, Event, HoldReason, Network, NetworkTerms, Networks, Offer, Pallet,
	TermsOf, TERMS_KEPT,
};

/// Who decides for a network.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum By {
	/// Its owner.
	Owner,
	/// [`Config::WeightOrigin`].
	Governance,
}

/// A network's row, and its terms.
type Owned<T> = (Network<BalanceOf<T>>, History<TermsOf<T>, TERMS_KEPT>);

impl<T: Config> Pallet<T> {
	/// The row and the terms of a network that the signer owns.
	pub(crate) fn owned(
		origin: OriginFor<T>,
		network: NetworkId,
	) -> Result<Owned<T>, DispatchError> {
		let who = ensure_signed(origin)?;
		let (row, terms) = Self::found(network)?;
		ensure!(row.owner == who, Error::<T>::NotOwner);
		Ok((row, terms))
	}

	/// The same; or of any network, if governance asks.
	pub(crate) fn owned_or_governed(
		origin: OriginFor<T>,
		network: NetworkId,
	) -> Result<(By, Owned<T>), DispatchError> {
		Ok(match T::WeightOrigin::try_origin(origin) {
			Ok(_) => (By::Governance, Self::found(network)?),
			Err(origin) => (By::Owner, Self::owned(origin, network)?),
		})
	}

	fn found(network: NetworkId) -> Result<Owned<T>, Error<T>> {
		let row = Networks::<T>::get(network).ok_or(Error::<T>::NotFound)?;
		let terms = NetworkTerms::<T>::get(network).ok_or(Error::<T>::NotFound)?;
		Ok((row, terms))
	}

	/// Says who may take the network over.
	pub(crate) fn do_offer(
		by: By,
		network: NetworkId,
		mut row: Network<BalanceOf<T>>,
		to: Option<AccountId32>,
	) -> DispatchResult {
		let by_governance = by == By::Governance;
		let is_kept = row.offer.as_ref().is_some_and(|offer| offer.by_governance);
		ensure!(by_governance || !is_kept, Error::<T>::OfferedByGovernance);
		row.offer = to.clone().map(|to| Offer { to, by_governance });
		Networks::<T>::insert(network, row);
		Self::deposit_event(Event::Offered { network, to, by_governance });
		Ok(())
	}

	/// Lets the network change hands, and its deposits with it.
	pub(crate) fn do_accept(network: NetworkId, to: AccountId32) -> DispatchResult {
		let (mut row, mut terms) = Self::found(network)?;
		let offer = row.offer.take().filter(|offer| offer.to == to);
		let Offer { by_governance, .. } = offer.ok_or(Error::<T>::NotOffered)?;
		let deposits = [
			(HoldReason::Network, row.deposit),
			(HoldReason::Licence, row.licences),
			(HoldReason::Profile, Self::held_for_profile(network)),
		];
		for (reason, deposit) in deposits {
			T::Currency::hold(&reason.into(), &to, deposit)?;
		}
		for (reason, deposit) in deposits {
			Self::release(reason, &row.owner, deposit)?;
		}
		let now = T::Epochs::now();
		let soonest = now.saturating_add(DELAY);
		let kept = by_governance && row.retired.is_some_and(|from| from >= soonest);
		if kept {
			// It may have been closed before: then there is nothing to take back.
			if terms.latest_since() == row.retired && terms.take_back(now) {
				Self::store_terms(network, terms);
			}
			row.retired = None;
		}
		let from = core::mem::replace(&mut row.owner, to.clone());
		Networks::<T>::insert(network, row);
		Self::deposit_event(Event::Transferred { network, from, to, kept });
		Ok(())
	}
}
