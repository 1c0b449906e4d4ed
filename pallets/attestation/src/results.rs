//! Results: which outcome enough seals match, and what it settles.

use alloc::vec::Vec;
use frame_support::{
	ensure,
	pallet_prelude::{TransactionValidityWithRefund, ValidTransaction},
	traits::Get,
	weights::Weight,
};
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionSource};
use substation_primitives::{
	batch::{self, Sums, Vector},
	epoch::{threshold, EpochRecord},
	signing, BatchId, EpochIndex, H256,
};

use crate::{
	BatchState, CommitmentOf, Commitments, Config, Event, Matched, OnSettled, Outcome, Pallet,
	RewardJudges, Round, Seals, Totals,
};

impl<T: Config> Pallet<T> {
	/// The judges whose seals `root` recomputes, if they settle the batch.
	fn matching(
		record: &EpochRecord,
		round: Round,
		reports: EpochIndex,
		batch: &BatchId,
		root: &H256,
	) -> Option<Vec<u16>> {
		let opening = record.opening?;
		let members = Self::members(record, round, batch)?.len() as u32;
		let genesis = Self::genesis_hash();
		let seals = Seals::<T>::get(reports, (batch, round));
		let matched: Vec<u16> = seals
			.iter()
			.filter(|(judge, seal)| {
				record.judges.get(usize::from(*judge)).is_some_and(|judge| {
					signing::seal(&genesis, &opening, batch, judge.key.as_ref(), root) == *seal
				})
			})
			.map(|(judge, _)| *judge)
			.collect();
		let agree = matched.len() as u32;
		let dissenters = (seals.len() as u32).saturating_sub(agree);
		(agree >= threshold(members) && round.tolerates(dissenters)).then_some(matched)
	}

	/// Whether `outcome` would settle the batch once reveals are open.
	pub(crate) fn settles(
		record: &EpochRecord,
		round: Round,
		reports: EpochIndex,
		batch: &BatchId,
		outcome: &Outcome,
	) -> bool {
		let allowed = round == Round::FullSet || *outcome != Outcome::Unavailable;
		allowed && Self::matching(record, round, reports, batch, &outcome.root()).is_some()
	}

	/// Everything that has to hold for a reveal: the epoch of the reports and those who match.
	fn check_reveal(
		round: Round,
		batch: &BatchId,
		outcome: &Outcome,
	) -> Result<(EpochIndex, CommitmentOf<T>, EpochRecord, Vec<u16>), InvalidTransaction> {
		let (epoch, index, record) = Self::now().ok_or(InvalidTransaction::Stale)?;
		ensure!(record.parameters.takes_reveals(index), InvalidTransaction::Stale);
		let reports = round.reports_of(epoch).ok_or(InvalidTransaction::Stale)?;
		let commitment = Commitments::<T>::get(reports, batch).ok_or(InvalidTransaction::Stale)?;
		ensure!(commitment.state.is_open(), InvalidTransaction::Stale);
		let fits = match outcome {
			Outcome::Result(vector) => vector.len() == commitment.cuts.len(),
			// A committee cannot end a batch for want of its body: it may be that only the
			// committee lacks it.
			Outcome::Unavailable => round == Round::FullSet,
		};
		ensure!(fits, InvalidTransaction::Call);
		let matched = Self::matching(&record, round, reports, batch, &outcome.root())
			.ok_or(InvalidTransaction::BadProof)?;
		Ok((reports, commitment, record, matched))
	}

	pub(crate) fn authorize_reveal(
		_source: TransactionSource,
		round: &Round,
		batch: &BatchId,
		outcome: &Outcome,
	) -> TransactionValidityWithRefund {
		Self::check_reveal(*round, batch, outcome)?;
		ValidTransaction::with_tag_prefix("attestation/reveal")
			.and_provides((round, batch))
			.priority(T::Priority::get())
			.longevity(4)
			.propagate(true)
			.build()
			.map(|valid| (valid, Weight::zero()))
	}

	pub(crate) fn do_reveal(
		round: Round,
		batch: BatchId,
		outcome: Outcome,
	) -> Result<(), InvalidTransaction> {
		let (epoch, mut commitment, record, matched) = Self::check_reveal(round, &batch, &outcome)?;
		match outcome {
			Outcome::Result(vector) => {
				Self::settle(epoch, batch, &mut commitment, round, &matched, &vector)
			}
			Outcome::Unavailable => {
				commitment.state = BatchState::Unavailable;
				Self::deposit_event(Event::Unavailable { batch, epoch });
			}
		}
		for round in Round::ALL {
			Seals::<T>::remove(epoch, (batch, round));
		}
		let judges = matched
			.iter()
			.filter_map(|judge| record.judges.get(usize::from(*judge)))
			.map(|judge| judge.account.clone())
			.collect();
		T::Rewards::reward(judges, commitment.work);
		Commitments::<T>::insert(epoch, batch, commitment);
		Ok(())
	}

	fn settle(
		epoch: EpochIndex,
		batch: BatchId,
		commitment: &mut CommitmentOf<T>,
		by: Round,
		matched: &[u16],
		vector: &Vector,
	) {
		let network = commitment.network;
		let sums = Sums::of(vector);
		let underdeclared =
			sums.work > commitment.work.into() || sums.count > commitment.count.into();
		let total = if underdeclared { 0 } else { sums.score };
		commitment.state = BatchState::Settled {
			by,
			matched: Self::bits(matched),
			vector_root: batch::vector_root(vector),
			total,
			underdeclared,
		};
		Totals::<T>::mutate(epoch, network, |sum| *sum = sum.saturating_add(total));
		T::OnSettled::settled(network, epoch, total);
		let matched = matched.len() as u32;
		Self::deposit_event(Event::Settled { batch, network, epoch, round: by, matched, total });
		if underdeclared {
			Self::deposit_event(Event::Underdeclared { batch, epoch });
		}
	}

	fn bits(judges: &[u16]) -> Matched {
		let mut bits = Vec::new();
		for judge in judges {
			let (byte, bit) = (usize::from(judge >> 3), judge & 7);
			if bits.len() <= byte {
				bits.resize(byte.saturating_add(1), 0u8);
			}
			if let Some(byte) = bits.get_mut(byte) {
				*byte |= 1u8.wrapping_shl(bit.into());
			}
		}
		Matched::truncate_from(bits)
	}
}
