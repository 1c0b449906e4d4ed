//! Contributors: what an account was paid counts, and fades.

use frame_support::traits::{Currency, Get};
use sp_runtime::FixedU128;
use substation_primitives::{epoch::InspectEpochs, EpochIndex, NetworkId};

use crate::{
	fading::left_by_an_epoch, AccountId32, Balance, Config, Contributor, Contributors, Counted,
	Fading, Home, Pallet, Total,
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
		Total::<T>::mutate(|total| total.add(now, left, amount));
		let votable = Self::votable(who, row.earned.amount);
		Self::recount(&mut row, votable);
		Contributors::<T>::insert(who, row);
		true
	}

	/// Has the electorate count a contributor with so much of what it has earned.
	pub(crate) fn count(who: &AccountId32, votable: Balance) {
		Contributors::<T>::mutate_extant(who, |row| Self::recount(row, votable));
	}

	/// The same, of a row.
	fn recount(row: &mut Contributor, votable: Balance) {
		let (now, left) = (T::Epochs::now(), Self::left());
		let before = row.counted.in_epoch(now, left);
		row.counted = Fading { amount: votable, at: now };
		Counted::<T>::mutate(|counted| {
			counted.subtract(now, left, before);
			counted.add(now, left, votable);
		});
	}

	/// With how much of what it has earned the electorate counts an account.
	pub(crate) fn counted_of(who: &AccountId32) -> Balance {
		let row = Contributors::<T>::get(who);
		row.map_or(0, |row| row.counted.in_epoch(T::Epochs::now(), Self::left()))
	}

	/// Tokens that somebody can vote with, and contribution as it was counted: never more than these.
	pub(crate) fn electorate_now() -> (Balance, Balance) {
		let tokens = T::Tokens::active_issuance().saturating_sub(T::Idle::get());
		let counted = Counted::<T>::get().in_epoch(T::Epochs::now(), Self::left());
		(tokens, counted.min(tokens))
	}

	/// Takes what a contributor has earned from the sums of all.
	pub(crate) fn forget(row: &Contributor) {
		let (now, left) = (T::Epochs::now(), Self::left());
		let take = |total: &mut Fading, what: &Fading| {
			total.subtract(now, left, what.in_epoch(now, left));
		};
		Total::<T>::mutate(|total| take(total, &row.earned));
		Counted::<T>::mutate(|counted| take(counted, &row.counted));
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
