//! Who says what a token costs.

use alloc::{collections::BTreeSet, vec::Vec};
use frame_support::{
	ensure,
	traits::{ChangeMembers, SortedMembers, Time},
	BoundedVec,
};

use crate::{
	AccountId32, Config, Error, Feeders, FeedersOf, Pallet, Price, PriceState, Quote, Quotes,
	PRICES, QUORUM,
};

impl<T: Config> Pallet<T> {
	/// Checks that there are enough of them, each once.
	pub(crate) fn sorted(feeders: Vec<AccountId32>) -> Result<FeedersOf, Error<T>> {
		let count = feeders.len();
		let sorted: BTreeSet<AccountId32> = feeders.into_iter().collect();
		ensure!(sorted.len() == count && count >= QUORUM as usize, Error::<T>::FeedersOutOfRange);
		BoundedVec::try_from(sorted.into_iter().collect::<Vec<_>>())
			.map_err(|_| Error::<T>::FeedersOutOfRange)
	}

	/// Checks what the slow mean is to begin with: the first ones never say that alone.
	pub(crate) fn ensure_beginning(slow: Option<Price>) -> Result<(), Error<T>> {
		ensure!(slow.is_some() || Quotes::<T>::exists(), Error::<T>::NoBeginning);
		ensure!(slow.is_none_or(|slow| PRICES.contains(&slow)), Error::<T>::PriceOutOfRange);
		Ok(())
	}

	/// Puts others in place of those there are. What has been said by those who leave is forgotten, and there is no price
	/// until somebody feeds.
	pub(crate) fn replace_feeders(feeders: FeedersOf, slow: Option<Price>) {
		let before = Feeders::<T>::get();
		T::Feeds::set_members_sorted(&feeders, &before);
		Feeders::<T>::put(feeders);
		match slow {
			Some(slow) => Quotes::<T>::put(Quote::beginning(slow, T::Time::now())),
			None => Quotes::<T>::mutate_extant(|quote| quote.state = PriceState::TooFew),
		}
	}
}

impl<T: Config> SortedMembers<AccountId32> for Pallet<T> {
	fn sorted_members() -> Vec<AccountId32> {
		Feeders::<T>::get().into_inner()
	}

	fn contains(who: &AccountId32) -> bool {
		Feeders::<T>::get().binary_search(who).is_ok()
	}

	fn count() -> usize {
		Feeders::<T>::decode_len().unwrap_or(0)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn add(who: &AccountId32) {
		let _ = Feeders::<T>::try_mutate(|feeders| match feeders.binary_search(who) {
			Ok(_) => Ok(()),
			Err(place) => feeders.try_insert(place, who.clone()).map_err(|_| ()),
		});
	}
}
