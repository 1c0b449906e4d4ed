//! Results: which outcome enough seals match, and what it settles.

use frame_support::{
	ensure,
	pallet_prelude::{TransactionValidityWithRefund, ValidTransaction},
	traits::Get,
	weights::Weight,
};
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionSource};
use substation_primitives::{
	batch::{self, Sums, Vector},
	epoch::{threshold, EpochRecord, Judge},
	signing, BatchId, EpochIndex, WorkUnits, H256,
};
use substation_proofs::can_be_found;

use crate::{
	set_bit, BatchState, CommitmentOf, Commitments, Config, Epochs, Event, InspectFacts, Matched,
	OnSettled, Outcome, Pallet, Round, Seals, Totals,
};

/// What is known of a reveal once it was checked.
struct Checked<T: Config> {
	/// The epoch of the reports.
	reports: EpochIndex,
	/// The batch's record.
	commitment: CommitmentOf<T>,
	/// Whose seals match.
	matched: Matched,
	/// What it comes to.
	found: Found,
}

/// What an outcome comes to.
#[derive(Default)]
pub(crate) struct Found {
	/// What a result adds up to.
	sums: Sums,
	/// Whether that is more than the batch declared.
	underdeclared: bool,
}

/// What judge's seal for `root` is.
pub(crate) fn seal_of(
	genesis: &H256,
	opening: &H256,
	batch: &BatchId,
	judge: &Judge,
	root: &H256,
) -> H256 {
	signing::seal(genesis, opening, batch, judge.key.as_ref(), root)
}

impl<T: Config> Pallet<T> {
	/// The judges whose seals `root` recomputes, if they settle the batch.
	///
	/// A committee does not settle beside a seal that says that the body is not there: a lie about a body that nobody
	/// else has would be settled otherwise.
	fn matching(
		record: &EpochRecord,
		round: Round,
		reports: EpochIndex,
		batch: &BatchId,
		needed: u32,
		root: &H256,
	) -> Option<Matched> {
		let opening = record.opening?;
		let seals = Seals::<T>::get(reports, (batch, round));
		// Anybody may try, for nothing: no hash is computed that cannot matter any more.
		let mut tolerated = round.tolerated(seals.len() as u32, needed)?;
		let genesis = Self::genesis_hash();
		let unavailable = batch::unavailable();
		let mut matched = Matched::default();
		for (number, seal) in &seals {
			let judge = record.judges.get(usize::from(*number))?;
			if seal_of(&genesis, &opening, batch, judge, root) == *seal {
				set_bit(&mut matched, *number);
				continue;
			}
			tolerated = tolerated.checked_sub(1)?;
			if round == Round::Committee
				&& seal_of(&genesis, &opening, batch, judge, &unavailable) == *seal
			{
				return None;
			}
		}
		Some(matched)
	}

	/// How many seals it takes to settle, if as many have sealed, whatever they have sealed: asked before anything else
	/// is read.
	pub(crate) fn may_settle(
		record: &EpochRecord,
		round: Round,
		reports: EpochIndex,
		batch: &BatchId,
	) -> Option<u32> {
		let needed = threshold(Self::members(record, round, batch)?.len() as u32);
		let seals = Seals::<T>::decode_len(reports, (batch, round)).unwrap_or_default();
		(seals as u32 >= needed).then_some(needed)
	}

	/// Whether `outcome` would settle the batch, which `needed` seals do, once reveals are open.
	pub(crate) fn settles(
		record: &EpochRecord,
		round: Round,
		reports: EpochIndex,
		batch: &BatchId,
		needed: u32,
		commitment: &CommitmentOf<T>,
		outcome: &Outcome,
	) -> bool {
		Self::found_in(record, round, reports, batch, commitment, outcome).is_some()
			&& Self::matching(record, round, reports, batch, needed, &outcome.root()).is_some()
	}

	/// What an outcome comes to, if it is one that the judges of `round` can have found and may settle.
	fn found_in(
		record: &EpochRecord,
		round: Round,
		reports: EpochIndex,
		batch: &BatchId,
		commitment: &CommitmentOf<T>,
		outcome: &Outcome,
	) -> Option<Found> {
		if round == Round::Committee && Self::is_missing(record, reports, batch) {
			return None;
		}
		let Outcome::Result(vector) = outcome else {
			// A committee cannot end a batch for want of its body: it may be that only the committee lacks it.
			return (round == Round::FullSet).then(Found::default);
		};
		let rules = Epochs::<T>::get(reports)?.rules;
		let policy = T::Facts::policy(commitment.network, reports)?;
		let found = vector.iter().all(|element| can_be_found(rules, &policy, element));
		let sums = Sums::of(vector).filter(|_| found && vector.len() == commitment.cuts.len())?;
		// What costs an aggregator its bond is for all judges to say.
		let underdeclared = sums.exceed(commitment.work, commitment.count);
		(round == Round::FullSet || !underdeclared).then_some(Found { sums, underdeclared })
	}

	/// Everything that has to hold for a reveal.
	fn check_reveal(
		round: Round,
		batch: &BatchId,
		outcome: &Outcome,
	) -> Result<Checked<T>, InvalidTransaction> {
		let (epoch, index, record) = Self::now().ok_or(InvalidTransaction::Stale)?;
		ensure!(record.parameters.takes_reveals(index), InvalidTransaction::Stale);
		let reports = round.reports_of(epoch).ok_or(InvalidTransaction::Stale)?;
		let commitment = Commitments::<T>::get(reports, batch).ok_or(InvalidTransaction::Stale)?;
		ensure!(commitment.state.is_open(), InvalidTransaction::Stale);
		let needed =
			Self::may_settle(&record, round, reports, batch).ok_or(InvalidTransaction::BadProof)?;
		let found = Self::found_in(&record, round, reports, batch, &commitment, outcome)
			.ok_or(InvalidTransaction::Call)?;
		let matched = Self::matching(&record, round, reports, batch, needed, &outcome.root())
			.ok_or(InvalidTransaction::BadProof)?;
		Ok(Checked { reports, commitment, matched, found })
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

	/// Settles a batch.
	pub(crate) fn do_reveal(
		round: Round,
		batch: BatchId,
		outcome: Outcome,
	) -> Result<(), InvalidTransaction> {
		let Checked { reports, mut commitment, matched, found } =
			Self::check_reveal(round, &batch, &outcome)?;
		// A committee's may have to be looked at again, if the batch turns out to be shown to too few.
		if round == Round::FullSet {
			Self::keep_dissent(reports, batch, &matched);
		}
		match outcome {
			Outcome::Result(vector) => {
				Self::settle(reports, batch, &mut commitment, round, matched, found, &vector)?;
			}
			Outcome::Unavailable => {
				commitment.state = BatchState::Unavailable { matched };
				Self::deposit_event(Event::Unavailable { batch, epoch: reports });
			}
		}
		Commitments::<T>::insert(reports, batch, commitment);
		Ok(())
	}

	/// Removes those seals of all judges that match the result. The others stay until the freeze.
	fn keep_dissent(reports: EpochIndex, batch: BatchId, matched: &Matched) {
		let key = (batch, Round::FullSet);
		Seals::<T>::mutate_exists(reports, key, |seals| {
			let mut rest = seals.take().unwrap_or_default();
			rest.retain(|(judge, _)| !crate::has_matched(matched, *judge));
			*seals = (!rest.is_empty()).then_some(rest);
		});
	}

	fn settle(
		epoch: EpochIndex,
		batch: BatchId,
		commitment: &mut CommitmentOf<T>,
		by: Round,
		matched: Matched,
		Found { sums, underdeclared }: Found,
		vector: &Vector,
	) -> Result<(), InvalidTransaction> {
		let network = commitment.network;
		let total = if underdeclared { 0 } else { sums.score };
		// What may have to be taken back one day is added exactly.
		let sum =
			Totals::<T>::get(epoch, network).checked_add(total).ok_or(InvalidTransaction::Call)?;
		Totals::<T>::insert(epoch, network, sum);
		T::OnSettled::settled(network, epoch, total);
		let agreed = crate::bits_in(&matched);
		commitment.state = BatchState::Settled {
			by,
			matched,
			vector_root: batch::vector_root(vector),
			total,
			work: sums.work.try_into().unwrap_or(WorkUnits::MAX),
			underdeclared,
		};
		Self::deposit_event(Event::Settled {
			batch,
			network,
			epoch,
			round: by,
			matched: agreed,
			total,
		});
		if underdeclared {
			Self::deposit_event(Event::Underdeclared { batch, epoch });
		}
		Ok(())
	}
}
