//! Candidates: who stands for the council.

use frame_support::ensure;

use crate::{AccountId32, Balance, Candidates, Config, Error, Event, Pallet};

impl<T: Config> Pallet<T> {
	/// Adds a candidate who counts for so much. Where there is no more room, who counts for least makes
	/// it.
	pub(crate) fn add_candidate(who: &AccountId32, counts: Balance) -> Result<(), Error<T>> {
		let mut candidates = Candidates::<T>::get();
		ensure!(candidates.binary_search(who).is_err(), Error::<T>::AlreadyStands);
		if candidates.is_full() {
			let (least, last) = candidates
				.iter()
				.map(|candidate| (Self::counts(candidate), candidate.clone()))
				.min()
				.ok_or(Error::<T>::CountsForTooLittle)?;
			ensure!(least < counts, Error::<T>::CountsForTooLittle);
			candidates.retain(|candidate| *candidate != last);
			Self::deposit_event(Event::StandsDown { candidate: last });
		}
		let place = candidates.binary_search(who).unwrap_or_else(|place| place);
		candidates.try_insert(place, who.clone()).map_err(|_| Error::<T>::CountsForTooLittle)?;
		Candidates::<T>::put(candidates);
		Ok(())
	}

	/// Lets an account stand no more. Whether it did.
	pub(crate) fn remove_candidate(who: &AccountId32) -> bool {
		let mut candidates = Candidates::<T>::get();
		let Ok(place) = candidates.binary_search(who) else { return false };
		candidates.remove(place);
		if candidates.is_empty() {
			Candidates::<T>::kill();
		} else {
			Candidates::<T>::put(candidates);
		}
		true
	}
}
