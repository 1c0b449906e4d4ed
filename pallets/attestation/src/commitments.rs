//! Commitments: what an aggregator's pool and block check, and what a commitment spends and writes.

use frame_support::{
	ensure,
	pallet_prelude::{TransactionValidityWithRefund, ValidTransaction},
	traits::{fungible::hold, Get},
	weights::Weight,
};
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionSource};
use substation_primitives::{
	batch::{quota_of, Terms},
	epoch::EpochRecord,
	keys::Signature,
	WorkUnits,
};

use crate::{
	Aggregators, Commitment, Commitments, Config, Event, HoldReason, InspectFacts, Invalid, Pallet,
	Refusal, Refused, Schedules, Shards, Spent,
};

impl<T: Config> Pallet<T> {
	pub(crate) fn authorize_commit(
		source: TransactionSource,
		terms: &Terms,
		signature: &Signature,
	) -> TransactionValidityWithRefund {
		let (epoch, index, record) = Self::now().ok_or(InvalidTransaction::Stale)?;
		match terms.epoch.checked_add(1) {
			Some(judged) if judged > epoch => return Err(InvalidTransaction::Future.into()),
			Some(judged) if judged == epoch => (),
			_ => return Err(InvalidTransaction::Stale.into()),
		}
		ensure!(record.parameters.takes_commitments(index), InvalidTransaction::Stale);
		let aggregator =
			Aggregators::<T>::get(&terms.aggregator).ok_or(InvalidTransaction::BadSigner)?;
		ensure!(aggregator.may_commit(), InvalidTransaction::BadSigner);
		ensure!(terms.is_well_formed(), Invalid::Malformed);
		// No more shards in a pool than the quota is good for.
		let spends = Self::quota_for(terms, &record);
		let least = quota_of(0, 1, Self::least_quota(&record));
		let behind = u32::from(terms.shard).saturating_mul(least);
		ensure!(
			aggregator.quota_left(epoch, terms.epoch) >= spends
				&& aggregator.quota.in_force(epoch) >= spends.saturating_add(behind),
			Invalid::QuotaSpent
		);
		ensure!(aggregator.bytes_left(epoch, terms.epoch) >= terms.bytes, Invalid::AllowanceSpent);
		let key = (terms.network, &terms.aggregator, terms.shard);
		ensure!(!Shards::<T>::contains_key(terms.epoch, key), InvalidTransaction::Stale);
		let refused = Refused::<T>::contains_key(terms.epoch, terms.batch_id());
		ensure!(!refused, InvalidTransaction::Stale);
		let void = Schedules::<T>::get(terms.epoch).is_none_or(|schedule| schedule.void);
		ensure!(!void, Invalid::EpochVoid);
		ensure!(T::Facts::policy(terms.network, terms.epoch).is_some(), Invalid::NetworkClosed);
		let payload = terms.signing_payload(&Self::genesis_hash());
		ensure!(aggregator.publisher.verify(signature, &payload), InvalidTransaction::BadProof);

		let left = record.parameters.commit_blocks.saturating_sub(index);
		// A shard is committed to behind the one before it, in whatever order they arrive. An author
		// who turned them round would have the later one refused for good.
		let mut valid = ValidTransaction::with_tag_prefix("attestation/commit");
		if let Some(before) = terms.shard.checked_sub(1) {
			let before = (terms.network, &terms.aggregator, before);
			if !Shards::<T>::contains_key(terms.epoch, before) {
				ensure!(source != TransactionSource::InBlock, InvalidTransaction::Future);
				valid = valid.and_requires((terms.epoch, before));
			}
		}
		valid
			.and_provides((terms.epoch, key))
			.and_provides((
				terms.epoch,
				&terms.aggregator,
				Self::place_of(terms, aggregator.quota.in_force(epoch), least),
			))
			.priority(T::Priority::get())
			.longevity(u64::from(left).max(1))
			.propagate(true)
			.build()
			.map(|valid| (valid, Weight::zero()))
	}

	pub(crate) fn do_commit(terms: Terms) {
		let batch = terms.batch_id();
		let who = terms.aggregator.clone();
		let Some((_, _, record)) = Self::now() else { return };
		let spends = Self::quota_for(&terms, &record);
		// Bodies of all these epochs lie in stores at a time.
		let open_epochs = record.parameters.open_epochs();
		Aggregators::<T>::mutate(&who, |aggregator| {
			if let Some(aggregator) = aggregator {
				let Spent { epoch, work, bytes } = aggregator.spent_in(terms.epoch);
				let work = work.saturating_add(spends);
				let bytes = bytes.saturating_add(terms.bytes);
				aggregator.quota.note_used(work);
				aggregator.allowance.note_used(bytes.saturating_mul(open_epochs));
				aggregator.spent = Spent { epoch, work, bytes };
			}
		});
		let bond = T::CommitmentBond::get();
		match Self::check_order(&terms).and_then(|()| {
			<T::Currency as hold::Mutate<_>>::hold(&HoldReason::Commitment.into(), &who, bond)
				.map_err(|_| Refusal::BondNotCovered)
		}) {
			Ok(()) => {
				let (network, epoch) = (terms.network, terms.epoch);
				Shards::<T>::insert(epoch, (network, who.clone(), terms.shard), batch);
				Commitments::<T>::insert(epoch, batch, Commitment::new(terms, bond));
				Self::deposit_event(Event::Committed { batch, network, epoch, aggregator: who });
			}
			Err(reason) => {
				Refused::<T>::insert(terms.epoch, batch, ());
				Self::deposit_event(Event::CommitRefused { aggregator: who, batch, reason })
			}
		}
	}

	/// Which of its aggregator's places in a pool a commitment takes. There are as many as its quota is good for, whatever
	/// networks it commits in; each network's begin elsewhere, spread by the golden ratio (Knuth, TAOCP 3, 6.4), so that
	/// those of two rarely meet. Where they do, one waits until the other is in a block.
	fn place_of(terms: &Terms, quota: WorkUnits, least: WorkUnits) -> u32 {
		const GOLDEN: u32 = 0x9E37_79B9;
		let places = u64::from(quota.checked_div(least).unwrap_or_default().max(1));
		let part = u64::from(terms.network.wrapping_mul(GOLDEN));
		let begin = part.saturating_mul(places) >> 32;
		let place = begin.saturating_add(terms.shard.into()).checked_rem(places);
		place.unwrap_or_default() as u32
	}

	/// What a batch takes of its aggregator's quota, if `record` is that of the epoch in which it is committed to.
	fn quota_for(terms: &Terms, record: &EpochRecord) -> WorkUnits {
		quota_of(terms.work, terms.bodies.len(), Self::least_quota(record))
	}

	/// What cannot be seen before the shard in front of it is on the chain.
	fn check_order(terms: &Terms) -> Result<(), Refusal> {
		if let Some(before) = terms.shard.checked_sub(1) {
			let key = (terms.network, &terms.aggregator, before);
			let last = Shards::<T>::get(terms.epoch, key)
				.and_then(|batch| Commitments::<T>::get(terms.epoch, batch))
				.map(|commitment| commitment.last)
				.ok_or(Refusal::ShardOutOfOrder)?;
			ensure!(
				terms.cuts.first().is_some_and(|first| *first > last),
				Refusal::ShardOutOfOrder
			);
		}
		Ok(())
	}
}
