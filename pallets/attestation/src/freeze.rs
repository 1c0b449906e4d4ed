//! The freeze: bonds of frozen epochs go back, less what is due.

use frame_support::{
	traits::{fungible::hold, tokens::Precision, Get, OnUnbalanced},
	weights::WeightMeter,
};
use sp_runtime::traits::{Saturating, Zero};
use substation_primitives::{batch::quota_of, BatchId, EpochIndex};

use crate::{
	BatchState, CommitmentOf, Commitments, Config, CurrentEpoch, Event, FirstUnfrozen,
	FreezeCursor, HoldReason, Pallet, Schedules, WeightInfo,
};

impl<T: Config> Pallet<T> {
	/// Gives bonds of frozen epochs back, or takes from them what is due.
	pub(crate) fn return_bonds(meter: &mut WeightMeter) {
		while meter.try_consume(T::WeightInfo::return_bond()).is_ok() && Self::return_next_bond() {}
	}

	/// Gives one bond back, or goes on to the next epoch; false if there is nothing to do.
	pub(crate) fn return_next_bond() -> bool {
		let epoch = FirstUnfrozen::<T>::get();
		match Schedules::<T>::get(epoch) {
			Some(schedule) if schedule.freeze <= CurrentEpoch::<T>::get() => (),
			_ => return false,
		}
		let mut rest = match FreezeCursor::<T>::get() {
			Some(batch) => Commitments::<T>::iter_prefix_from(
				epoch,
				Commitments::<T>::hashed_key_for(epoch, batch),
			),
			None => Commitments::<T>::iter_prefix(epoch),
		};
		match rest.next() {
			Some((batch, commitment)) => {
				FreezeCursor::<T>::put(batch);
				Self::return_bond(epoch, batch, commitment);
			}
			None => {
				FreezeCursor::<T>::kill();
				FirstUnfrozen::<T>::put(epoch.saturating_add(1));
			}
		}
		true
	}

	fn return_bond(epoch: EpochIndex, batch: BatchId, mut commitment: CommitmentOf<T>) {
		let aggregator = commitment.aggregator.clone();
		let due = match commitment.state {
			BatchState::Settled { underdeclared: true, .. } => commitment.bond,
			BatchState::Unavailable => {
				let work = quota_of(commitment.work, commitment.bodies.len());
				T::JudgingFee::get().saturating_mul(work.into()).min(commitment.bond)
			}
			_ => Zero::zero(),
		};
		let reason = HoldReason::Commitment.into();
		let (taken, _) = <T::Currency as hold::Balanced<_>>::slash(&reason, &aggregator, due);
		T::Slashed::on_unbalanced(taken);
		let returned = commitment.bond.saturating_sub(due);
		let released = <T::Currency as hold::Mutate<_>>::release(
			&reason,
			&aggregator,
			returned,
			Precision::BestEffort,
		);
		debug_assert!(released.is_ok(), "what was held can be released");
		commitment.bond = Zero::zero();
		if commitment.state.is_open() {
			commitment.state = BatchState::Expired;
			Self::deposit_event(Event::Expired { batch, epoch });
		}
		Commitments::<T>::insert(epoch, batch, commitment);
		Self::deposit_event(Event::BondReturned { batch, aggregator, returned });
	}
}
