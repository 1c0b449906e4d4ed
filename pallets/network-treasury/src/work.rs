//! Work that milestones wait for: it is counted for an account as long as one does.

use frame_support::ensure;

use crate::{
	AccountId32, Balance, Config, Error, GrantOf, NetworkId, Pallet, Release, Stage, Works,
};

impl<T: Config> Pallet<T> {
	/// An account was paid `amount` for work in `network`. Whether a milestone waits for that.
	pub fn note_work(network: NetworkId, who: &AccountId32, amount: Balance) -> bool {
		let Some(mut work) = Works::<T>::get(network, who) else { return false };
		work.paid = work.paid.saturating_add(amount);
		Works::<T>::insert(network, who, work);
		true
	}

	/// Checks that a stage's beneficiary was paid enough for work since the award.
	pub(crate) fn ensure_worked(beneficiary: &AccountId32, stage: &Stage) -> Result<(), Error<T>> {
		let Release::Work { network, paid } = stage.milestone.release else {
			return Err(Error::<T>::NeedsDecision);
		};
		let work = Works::<T>::get(network, beneficiary).unwrap_or_default();
		let since = work.paid.saturating_sub(stage.before);
		ensure!(since >= paid, Error::<T>::NotEnoughWork);
		Ok(())
	}

	/// One more milestone waits for an account's work. What was counted so far.
	pub(crate) fn wait_for_work(network: NetworkId, who: &AccountId32) -> Balance {
		let mut work = Works::<T>::get(network, who).unwrap_or_default();
		work.waiting = work.waiting.saturating_add(1);
		let before = work.paid;
		Works::<T>::insert(network, who, work);
		before
	}

	/// One milestone less waits for an account's work.
	pub(crate) fn wait_no_more(network: NetworkId, who: &AccountId32) {
		Works::<T>::mutate_exists(network, who, |row| {
			if let Some(work) = row {
				work.waiting = work.waiting.saturating_sub(1);
				if work.waiting == 0 {
					*row = None;
				}
			}
		});
	}

	/// No milestone of a grant waits any more.
	pub(crate) fn count_no_more(row: &GrantOf<T>) {
		for network in row.stages.iter().filter_map(Stage::counts_in) {
			Self::wait_no_more(network, &row.beneficiary);
		}
	}
}
