//! The freeze: what a batch comes to is final. Judges are paid for what they found, bonds go back less what is due, and
//! rows go that nobody reads any more.

use alloc::vec::Vec;
use frame_support::{
	traits::{fungible::hold, tokens::Precision, Get, OnUnbalanced},
	weights::WeightMeter,
};
use sp_runtime::traits::{Saturating, Zero};
use substation_primitives::{
	batch::{quota_of, reading_work, unavailable},
	epoch::EpochRecord,
	AccountId32, BatchId, EpochIndex, WorkUnits, H256,
};

use crate::{
	judges_in, results::seal_of, BalanceOf, BatchState, CommitmentOf, Commitments, Config,
	CurrentEpoch, Epochs, Event, FalseSeals, FirstUnfrozen, FreezeCursor, HoldReason, Missing,
	Pallet, Refused, RewardJudges, Round, Schedules, Seals, Shards, WeightInfo,
};

/// What a batch comes to at the freeze.
struct Final<Balance> {
	/// What is taken from the commitment's bond.
	due: Balance,
	/// Whom it pays, and for how much work.
	paid: Vec<(Vec<AccountId32>, WorkUnits)>,
	/// Judges whose seals as members of a committee are neither the result nor that the body is not there.
	falsely: Vec<AccountId32>,
	/// Whether anybody can claim for it.
	claimable: bool,
}

/// Members of a committee by what they have sealed.
#[derive(Default)]
struct Members {
	/// The result.
	right: Vec<u16>,
	/// Something else.
	wrong: Vec<u16>,
}

impl<T: Config> Pallet<T> {
	/// Gives bonds of frozen epochs back, or takes from them what is due.
	pub(crate) fn return_bonds(meter: &mut WeightMeter) {
		while meter.try_consume(T::WeightInfo::return_bond()).is_ok() && Self::return_next_bond() {}
	}

	/// Gives one bond back, or removes one refusal, or goes on to the next epoch; false if there is nothing to do.
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
		if let Some((batch, commitment)) = rest.next() {
			FreezeCursor::<T>::put(batch);
			Self::freeze(epoch, batch, commitment);
		} else if let Some(batch) = Refused::<T>::iter_key_prefix(epoch).next() {
			// Nobody can commit to reports of this epoch any more.
			Refused::<T>::remove(epoch, batch);
		} else {
			FreezeCursor::<T>::kill();
			FirstUnfrozen::<T>::put(epoch.saturating_add(1));
		}
		true
	}

	fn freeze(epoch: EpochIndex, batch: BatchId, mut commitment: CommitmentOf<T>) {
		let Final { due, paid, falsely, claimable } = Self::come_to(epoch, &batch, &commitment);
		for (judges, work) in paid {
			T::Rewards::reward(judges, work);
		}
		for judge in falsely {
			FalseSeals::<T>::mutate(epoch, &judge, |seals| *seals = seals.saturating_add(1));
			Self::deposit_event(Event::FalselySealed { judge, batch, epoch });
		}
		let aggregator = commitment.aggregator.clone();
		let returned = Self::settle_bond(&aggregator, commitment.bond, due);
		// A row lives as long as the reader of it.
		for round in Round::ALL {
			Seals::<T>::remove(epoch, (batch, round));
		}
		Missing::<T>::remove(epoch, batch);
		Shards::<T>::remove(epoch, (commitment.network, &aggregator, commitment.shard));
		if commitment.state.is_open() {
			Self::deposit_event(Event::Expired { batch, epoch });
		}
		if claimable {
			commitment.bond = Zero::zero();
			Commitments::<T>::insert(epoch, batch, commitment);
		} else {
			Commitments::<T>::remove(epoch, batch);
		}
		Self::deposit_event(Event::BondReturned { batch, aggregator, returned });
	}

	/// Takes `due` from a commitment's bond and gives the rest back.
	fn settle_bond(
		aggregator: &AccountId32,
		bond: BalanceOf<T>,
		due: BalanceOf<T>,
	) -> BalanceOf<T> {
		let reason = HoldReason::Commitment.into();
		let (taken, _) = <T::Currency as hold::Balanced<_>>::slash(&reason, aggregator, due);
		T::Slashed::on_unbalanced(taken);
		let returned = bond.saturating_sub(due);
		let released = <T::Currency as hold::Mutate<_>>::release(
			&reason,
			aggregator,
			returned,
			Precision::BestEffort,
		);
		debug_assert!(released.is_ok(), "what was held can be released");
		returned
	}

	/// What a batch comes to, by where it stands at the freeze.
	fn come_to(
		epoch: EpochIndex,
		batch: &BatchId,
		commitment: &CommitmentOf<T>,
	) -> Final<BalanceOf<T>> {
		// One round's judging; the bond covers both of the largest batch.
		let quota = quota_of(commitment.work, commitment.bodies.len(), 0);
		let fee = T::JudgingFee::get().saturating_mul(quota.into());
		// Who judges has read the bodies, whatever was in them; who says that they are not there is paid no more than that.
		// So nobody is better off for saying it, and bodies of any other length than the declared are not judged.
		let reading = reading_work(commitment.bytes);
		match &commitment.state {
			BatchState::Settled { by, matched, vector_root, work, underdeclared, .. } => {
				let members = Self::members_by_seal(epoch, batch, vector_root);
				// Members of a committee who found what all judges settled have found it, too.
				let (all, first) = match by {
					Round::Committee => (Vec::new(), judges_in(matched)),
					Round::FullSet => (judges_in(matched), members.right),
				};
				let paid = [(Round::FullSet, all), (Round::Committee, first)]
					.into_iter()
					.filter_map(|(round, judges)| Self::accounts(epoch, round, &judges))
					// Nor is more paid than quota was spent for.
					.map(|judges| (judges, (*work).min(commitment.work).max(reading)))
					.collect();
				Final {
					due: if *underdeclared { commitment.bond } else { Zero::zero() },
					paid,
					falsely: Self::accounts(epoch, Round::Committee, &members.wrong)
						.unwrap_or_default(),
					claimable: !underdeclared,
				}
			}
			BatchState::Unavailable { matched } => Final {
				due: fee.min(commitment.bond),
				paid: Self::accounts(epoch, Round::FullSet, &judges_in(matched))
					.into_iter()
					.map(|judges| (judges, reading))
					.collect(),
				falsely: Vec::new(),
				claimable: false,
			},
			BatchState::Committed => {
				let (sealed, shown_to_some) = Self::present(epoch, batch);
				if !shown_to_some {
					// Nobody knows whose fault it is that nothing came of it.
					return Final {
						due: Zero::zero(),
						paid: Vec::new(),
						falsely: Vec::new(),
						claimable: false,
					};
				}
				let paid = Round::ALL
					.into_iter()
					.filter_map(|round| {
						let judges: Vec<_> = sealed
							.iter()
							.filter(|(sealed_in, _)| *sealed_in == round)
							.map(|(_, judge)| *judge)
							.collect();
						Some((Self::accounts(epoch, round, &judges)?, reading))
					})
					.collect();
				let both = fee.saturating_mul(2u32.into());
				let due = both.min(commitment.bond);
				Final { due, paid, falsely: Vec::new(), claimable: false }
			}
		}
	}

	/// The accounts of judges by their places in the record of the epoch in which they judged. Nothing if there are none.
	fn accounts(reports: EpochIndex, round: Round, judges: &[u16]) -> Option<Vec<AccountId32>> {
		let record = Epochs::<T>::get(round.judging_of(reports))?;
		let accounts: Vec<_> = judges
			.iter()
			.filter_map(|judge| record.judges.get(usize::from(*judge)))
			.map(|judge| judge.account.clone())
			.collect();
		(!accounts.is_empty()).then_some(accounts)
	}

	/// The rounds and places of those who sealed a batch that nobody settled, and whether a third of all judges say that its
	/// body is not there: those of the full set, where a third of it has sealed at all; otherwise those of the committee's
	/// epoch, by their lists. A committee is too few to decide what costs money, and who is silent says nothing.
	fn present(epoch: EpochIndex, batch: &BatchId) -> (Vec<(Round, u16)>, bool) {
		let (mut sealed, mut lacks) = (Vec::new(), false);
		// The full set last: it has the last word.
		for round in Round::ALL {
			let Some(record) = Epochs::<T>::get(round.judging_of(epoch)) else { continue };
			let seals = Self::read_seals(&record, epoch, round, batch, [&unavailable()]);
			let third =
				|judges: usize| judges > 0 && judges.saturating_mul(3) >= record.judges.len();
			match round {
				Round::Committee => lacks = Self::is_missing(&record, epoch, batch),
				Round::FullSet if third(seals.len()) => {
					lacks = third(seals.iter().filter(|(_, [says_missing])| *says_missing).count())
				}
				Round::FullSet => (),
			}
			sealed.extend(seals.into_iter().map(|(judge, _)| (round, judge)));
		}
		(sealed, lacks)
	}

	/// What the members of the committee have sealed, beside the final `result`. A seal that is neither the result nor that
	/// the body is not there is wrong: honest judges never make one.
	fn members_by_seal(epoch: EpochIndex, batch: &BatchId, result: &H256) -> Members {
		let roots = [result, &unavailable()];
		let mut members = Members::default();
		let round = Round::Committee;
		let Some(record) = Epochs::<T>::get(round.judging_of(epoch)) else { return members };
		for (judge, seal_is) in Self::read_seals(&record, epoch, round, batch, roots) {
			match seal_is {
				[true, _] => members.right.push(judge),
				[false, true] => (),
				[false, false] => members.wrong.push(judge),
			}
		}
		members
	}

	/// Who has sealed in a round, as far as seals are kept, and for which of `roots`; `record` is of the epoch in which
	/// they judge.
	fn read_seals<const ROOTS: usize>(
		record: &EpochRecord,
		epoch: EpochIndex,
		round: Round,
		batch: &BatchId,
		roots: [&H256; ROOTS],
	) -> Vec<(u16, [bool; ROOTS])> {
		let Some(opening) = record.opening else { return Vec::new() };
		let genesis = Self::genesis_hash();
		Seals::<T>::get(epoch, (batch, round))
			.into_iter()
			.filter_map(|(number, seal)| {
				let judge = record.judges.get(usize::from(number))?;
				let is_for = |root| seal_of(&genesis, &opening, batch, judge, root) == seal;
				Some((number, roots.map(is_for)))
			})
			.collect()
	}
}
