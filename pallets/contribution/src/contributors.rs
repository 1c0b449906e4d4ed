//! Contributors: what an account was paid counts, and fades.

use frame_support::traits::Get;
use sp_runtime::FixedU128;
use substation_primitives::{epoch::InspectEpochs, EpochIndex, NetworkId};

use crate::{
	fading::left_by_an_epoch, AccountId32, Balance, Config, Contributors, Fading, Home, Pallet,
	Total,
};

impl Home {
	/// Takes a payment into account: a network's own add to its lead, others' take from it, and whoever has the lead when it
	/// is used up has it (Boyer and Moore's majority vote, with weights that fade). So a network that paid more than half of
	/// everything has the lead, in whatever order payments came.
	pub fn note(&mut self, network: NetworkId, now: EpochIndex, left: FixedU128, paid: Balance) {
		let lead = self.lead.in_epoch(now, left);
		if self.network == network {
			self.lead.add(now, left, paid);
		} else if lead >= paid {
			self.lead.subtract(now, left, paid);
		} else {
			*self = Self { network, lead: Fading { amount: paid.saturating_sub(lead), at: now } };
		}
	}
}

impl<T: Config> Pallet<T> {
	/// An account was paid `amount` for settled work in `network`. Whether that counts.
	pub fn note_paid(who: &AccountId32, network: NetworkId, amount: Balance) -> bool {
		let Some(mut row) = Contributors::<T>::get(who) else { return false };
		let (now, left) = (T::Epochs::now(), Self::left());
		row.earned.add(now, left, amount);
		row.home.note(network, now, left, amount);
		Contributors::<T>::insert(who, row);
		Total::<T>::mutate(|total| total.add(now, left, amount));
		true
	}

	/// Takes what a contributor has earned from the sum of all.
	pub(crate) fn forget(earned: Fading) {
		let (now, left) = (T::Epochs::now(), Self::left());
		Total::<T>::mutate(|total| total.subtract(now, left, earned.in_epoch(now, left)));
	}

	/// The part of an amount that an epoch leaves.
	pub(crate) fn left() -> FixedU128 {
		left_by_an_epoch(T::HalfLife::get())
	}

	/// What an account counts for now; nothing if it has not enlisted.
	pub(crate) fn counts(who: &AccountId32) -> Balance {
		Self::contribution(who.clone()).unwrap_or_default()
	}
}
