//! Lists of batches whose bodies judges lack: availability is a condition of being paid.
//!
//! Once seals are closed, each judge says which bodies it has not got. A batch that more than a third lack goes to all
//! judges, whether a committee has settled it or not: what was shown to a committee alone is not settled by it.

use frame_support::{
	pallet_prelude::{TransactionValidityWithRefund, ValidTransaction},
	traits::Get,
	weights::Weight,
};
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionSource};
use substation_primitives::{
	epoch::{EpochRecord, Parameters},
	BatchId, EpochIndex,
};

use crate::{
	bits_in, has_matched, judges::Said, set_bit, sr25519::JudgeSignature, BatchState, Commitments,
	Config, Event, Missing, MissingList, OnSettled, Pallet, Round, Totals,
};

impl<T: Config> Pallet<T> {
	/// Whether more than a third of `record`'s judges lack a batch of `reports`.
	pub(crate) fn is_missing(record: &EpochRecord, reports: EpochIndex, batch: &BatchId) -> bool {
		let lack = Missing::<T>::get(reports, batch).map_or(0, |judges| bits_in(&judges));
		lack.saturating_mul(3) > record.judges.len() as u32
	}

	/// Whether judge number `judge` may still say that it lacks a batch of `reports`.
	pub(crate) fn may_list(reports: EpochIndex, judge: u16, batch: &BatchId) -> bool {
		let judged = Commitments::<T>::get(reports, batch).is_some_and(|batch| {
			matches!(
				batch.state,
				BatchState::Committed | BatchState::Settled { by: Round::Committee, .. }
			)
		});
		judged && !Missing::<T>::get(reports, batch).is_some_and(|lack| has_matched(&lack, judge))
	}

	pub(crate) fn authorize_missing(
		_source: TransactionSource,
		list: &MissingList,
		signature: &JudgeSignature,
	) -> TransactionValidityWithRefund {
		let Said { epoch, .. } = Self::said_by(
			list.epoch,
			list.judge,
			Parameters::takes_lists,
			|opening| list.signing_payload(&Self::genesis_hash(), opening),
			signature,
		)?;
		let reports = Round::Committee.reports_of(epoch).ok_or(InvalidTransaction::Stale)?;
		let batches = list.batches.iter().copied();
		let fresh = batches.filter(|batch| Self::may_list(reports, list.judge, batch));
		let first = Self::first_of_fresh(fresh, list.batches.len())?;
		ValidTransaction::with_tag_prefix("attestation/missing")
			.and_provides((epoch, list.judge, first))
			.priority(T::Priority::get())
			.longevity(8)
			.propagate(true)
			.build()
			.map(|valid| (valid, Weight::zero()))
	}

	/// Notes what a judge lacks. A batch that a committee has settled is open again as soon as more than a third lack it.
	pub(crate) fn do_report_missing(list: MissingList) {
		let Some((epoch, _, record)) = Self::now() else { return };
		let Some(reports) = Round::Committee.reports_of(epoch) else { return };
		let Some(judge) = record.judges.get(usize::from(list.judge)) else { return };
		let mut batches = 0u32;
		for batch in list.batches {
			if !Self::may_list(reports, list.judge, &batch) {
				continue;
			}
			let listed = Missing::<T>::mutate(reports, batch, |lack| {
				set_bit(lack.get_or_insert_with(Default::default), list.judge)
			});
			if listed {
				batches = batches.saturating_add(1);
			}
			if Self::is_missing(&record, reports, &batch) {
				Self::reopen(reports, batch);
			}
		}
		Self::deposit_event(Event::MissingListed { judge: judge.account.clone(), batches });
	}

	/// Takes back what a committee has settled: all judges decide.
	fn reopen(epoch: EpochIndex, batch: BatchId) {
		let Some(mut commitment) = Commitments::<T>::get(epoch, batch) else { return };
		let BatchState::Settled { by: Round::Committee, total, .. } = commitment.state else {
			return;
		};
		let network = commitment.network;
		let Some(rest) = Totals::<T>::get(epoch, network).checked_sub(total) else { return };
		Totals::<T>::insert(epoch, network, rest);
		T::OnSettled::corrected(network, epoch, total, 0);
		commitment.state = BatchState::Committed;
		Commitments::<T>::insert(epoch, batch, commitment);
		Self::deposit_event(Event::Reopened { batch, network, epoch });
	}
}
