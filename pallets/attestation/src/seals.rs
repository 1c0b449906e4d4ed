//! Seals: who judges a batch, what a bundle of seals has to be, and where seals go.

use alloc::vec::Vec;
use frame_support::{
	pallet_prelude::{TransactionValidityWithRefund, ValidTransaction},
	traits::Get,
	weights::Weight,
};
use sp_runtime::transaction_validity::TransactionSource;
use substation_primitives::{
	epoch::{committee, EpochRecord, Parameters},
	BatchId, EpochIndex,
};

use crate::{
	judges::Said, sr25519::JudgeSignature, Commitments, Config, Event, Pallet, Round, SealBundle,
	SealEntry, Seals,
};

impl<T: Config> Pallet<T> {
	/// The places of a batch's judges in `record`, that of the epoch in which they judge.
	pub(crate) fn members(record: &EpochRecord, round: Round, batch: &BatchId) -> Option<Vec<u32>> {
		let judges = record.judges.len() as u32;
		let draw = record.draw?;
		Some(match round {
			Round::Committee => committee(&draw, batch, judges, record.parameters.committee.into()),
			Round::FullSet => (0..judges).collect(),
		})
	}

	/// Whether judge number `judge` is among those whose seals count for the batch.
	pub(crate) fn is_member(
		record: &EpochRecord,
		round: Round,
		batch: &BatchId,
		judge: u16,
	) -> bool {
		Self::members(record, round, batch)
			.is_some_and(|members| members.binary_search(&judge.into()).is_ok())
	}

	/// Whether judge number `judge` may still seal `entry`, and which epoch's reports it seals.
	pub(crate) fn may_seal(
		epoch: EpochIndex,
		record: &EpochRecord,
		judge: u16,
		round: Round,
		batch: &BatchId,
	) -> Option<EpochIndex> {
		let reports = round.reports_of(epoch)?;
		Commitments::<T>::get(reports, batch).filter(|batch| batch.state.is_open())?;
		if !Self::is_member(record, round, batch, judge) {
			return None;
		}
		let sealed = Seals::<T>::get(reports, (batch, round));
		sealed.iter().all(|(sealer, _)| *sealer != judge).then_some(reports)
	}

	pub(crate) fn authorize_seal(
		_source: TransactionSource,
		bundle: &SealBundle,
		signature: &JudgeSignature,
	) -> TransactionValidityWithRefund {
		let Said { epoch, index, record } = Self::said_by(
			bundle.epoch,
			bundle.judge,
			Parameters::takes_seals,
			|opening| bundle.signing_payload(&Self::genesis_hash(), opening),
			signature,
		)?;
		let entries = bundle.seals.iter().map(|entry| (entry.round, entry.batch));
		let fresh = entries.filter(|(round, batch)| {
			Self::may_seal(epoch, &record, bundle.judge, *round, batch).is_some()
		});
		let first = Self::first_of_fresh(fresh, bundle.seals.len())?;
		let left = record.parameters.seal_close.saturating_sub(index);
		ValidTransaction::with_tag_prefix("attestation/seal")
			.and_provides((epoch, bundle.judge, first))
			.priority(T::Priority::get())
			.longevity(u64::from(left).max(1))
			.propagate(true)
			.build()
			.map(|valid| (valid, Weight::zero()))
	}

	pub(crate) fn do_seal(bundle: SealBundle) {
		let Some((epoch, _, record)) = Self::now() else { return };
		let Some(judge) = record.judges.get(usize::from(bundle.judge)) else { return };
		let mut seals = 0u32;
		for SealEntry { round, batch, seal } in bundle.seals {
			let Some(reports) = Self::may_seal(epoch, &record, bundle.judge, round, &batch) else {
				continue;
			};
			Seals::<T>::mutate(reports, (batch, round), |sealed| {
				if sealed.try_push((bundle.judge, seal)).is_ok() {
					seals = seals.saturating_add(1);
				}
			});
		}
		Self::deposit_event(Event::Sealed { judge: judge.account.clone(), seals });
	}

	pub(crate) fn judges_at_most() -> u32 {
		substation_primitives::epoch::MAX_JUDGES
	}
}
