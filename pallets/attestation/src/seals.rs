//! Seals: who judges a batch, what a bundle of seals has to be, and where seals go.

use alloc::{collections::BTreeSet, vec::Vec};
use frame_support::{
	ensure,
	pallet_prelude::{TransactionValidityWithRefund, ValidTransaction},
	traits::Get,
	weights::Weight,
};
use sp_application_crypto::RuntimeAppPublic;
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionSource};
use substation_primitives::{
	epoch::{committee, EpochRecord},
	BatchId, EpochIndex,
};

use crate::{
	sr25519::{JudgeId, JudgeSignature},
	Commitments, Config, Event, Invalid, Pallet, Round, SealBundle, SealEntry, Seals,
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
		let (epoch, index, record) = Self::now().ok_or(InvalidTransaction::Stale)?;
		match bundle.epoch {
			later if later > epoch => return Err(InvalidTransaction::Future.into()),
			earlier if earlier < epoch => return Err(InvalidTransaction::Stale.into()),
			_ => (),
		}
		ensure!(record.parameters.takes_seals(index), InvalidTransaction::Stale);
		let opening = record.opening.ok_or(InvalidTransaction::Stale)?;
		let judge =
			record.judges.get(usize::from(bundle.judge)).ok_or(InvalidTransaction::BadSigner)?;
		// One signature is cheaper than looking sixty-four batches up.
		let payload = bundle.signing_payload(&Self::genesis_hash(), &opening);
		ensure!(JudgeId::from(judge.key).verify(&payload, signature), InvalidTransaction::BadProof);
		let fresh: Vec<_> = bundle
			.seals
			.iter()
			.map(|entry| (entry.round, entry.batch))
			.filter(|(round, batch)| {
				Self::may_seal(epoch, &record, bundle.judge, *round, batch).is_some()
			})
			.collect();
		let first = *fresh.first().ok_or(InvalidTransaction::Stale)?;
		// What is skipped is weighed all the same: nobody fills blocks with it.
		let distinct: BTreeSet<_> = fresh.into_iter().collect();
		ensure!(distinct.len().saturating_mul(2) >= bundle.seals.len(), Invalid::MostlyStale);

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
