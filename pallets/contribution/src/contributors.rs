//! Contributors: what an account was paid counts, and fades.

use frame_support::traits::Get;
use sp_runtime::FixedU128;
use substation_primitives::epoch::InspectEpochs;

use crate::{
	fading::left_by_an_epoch, AccountId32, Balance, Config, Contributors, Fading, Pallet, Total,
};

impl<T: Config> Pallet<T> {
	/// An account was paid `amount` for settled work. Whether that counts.
	pub fn note_paid(who: &AccountId32, amount: Balance) -> bool {
		let Some(mut row) = Contributors::<T>::get(who) else { return false };
		let (now, left) = (T::Epochs::now(), Self::left());
		row.earned.add(now, left, amount);
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
