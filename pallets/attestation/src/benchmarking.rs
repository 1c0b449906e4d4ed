//! What each call, each step of a hook and each check of an authorized call costs, at the largest
//! sizes that compile-time bounds allow.

// What goes wrong here ends a measurement, and nothing else.
#![allow(
	clippy::unwrap_used,
	clippy::indexing_slicing,
	clippy::arithmetic_side_effects,
	clippy::panic
)]

mod scenes;

use super::*;
use alloc::{vec, vec::Vec};
use frame_benchmarking::v2::*;
use frame_support::{
	traits::{fungible::Mutate, Authorize, EnsureOrigin, Get, Hooks, OneSessionHandler},
	BoundedVec,
};
use frame_system::{pallet_prelude::BlockNumberFor, RawOrigin};
use scenes::*;
use sp_runtime::transaction_validity::TransactionSource;
use substation_primitives::{
	batch::{Element, MAX_BODY_BYTES, MAX_CHUNKS},
	epoch::{Parameters, MAX_COMMITTEE, MAX_JUDGES},
	profile::AggregatorProfile,
	signing, AccountId32, BatchId, ReportKey, H256,
};

/// What the pool and a block check.
fn authorize(call: &impl Authorize) -> Result<(), BenchmarkError> {
	call.authorize(TransactionSource::InBlock)
		.ok_or("the call has no authorization")?
		.map_err(|_| "the call is not authorized")?;
	Ok(())
}

/// The last batch of a bundle.
fn last_of(bundle: &SealBundle) -> Result<(BatchId, Round), BenchmarkError> {
	let last = bundle.seals.last().ok_or("a bundle has a seal")?;
	Ok((last.batch, last.round))
}

#[benchmarks(where
	<T as frame_system::Config>::RuntimeCall: From<Call<T>>,
	T::Currency: Mutate<AccountId32>,
)]
mod benchmarks {
	use super::*;

	/// The block that completes the draw, after a gap that voids the epoch.
	#[benchmark]
	fn on_initialize() {
		let drawn = parameters().commit_blocks + parameters().draw_blocks + 1;
		clock::<T>(&keys(MAX_JUDGES), drawn);
		LastSlot::<T>::put(1);
		T::BenchmarkHelper::set_slot(1_000_000);
		let now: BlockNumberFor<T> = (OPENED + drawn).into();

		#[block]
		{
			Pallet::<T>::on_initialize(now);
		}

		assert!(Epochs::<T>::get(NOW).is_some_and(|record| record.void));
	}

	/// The session change that opens an epoch. Its weight is part of what the session pallet takes
	/// for such a block, which is the whole of it; it is measured to be known.
	#[benchmark(extra)]
	fn open_epoch() {
		let keys = keys(MAX_JUDGES);
		clock::<T>(&keys, 600);
		SteadyBlocks::<T>::put(parameters().min_epoch_blocks);
		let accounts: Vec<AccountId32> =
			(0..MAX_JUDGES).map(|number| account("judge", number, 0)).collect();
		let set: Vec<_> = accounts.iter().zip(keys).collect();

		#[block]
		{
			<Pallet<T> as OneSessionHandler<_>>::on_new_session(
				true,
				set.clone().into_iter(),
				set.into_iter(),
			);
		}

		assert_eq!(CurrentEpoch::<T>::get(), NOW + 1);
	}

	/// A batch that was shown to some: part of its bond is taken, all judges and a whole committee have looked for it in
	/// vain and are paid, and all that was kept of it goes.
	#[benchmark]
	fn return_bond() {
		let record = clock::<T>(&keys(MAX_JUDGES), 0);
		T::BenchmarkHelper::set_validators(
			record.judges.iter().map(|judge| judge.account.clone()).collect(),
		);
		let (who, _) = aggregator::<T>();
		let bond = T::CommitmentBond::get();
		assert!(<T::Currency as frame_support::traits::fungible::hold::Mutate<_>>::hold(
			&HoldReason::Commitment.into(),
			&who,
			bond,
		)
		.is_ok());
		let epoch = 3;
		Schedules::<T>::insert(
			epoch,
			Schedule { freeze: NOW, expiry: NOW + 1, stood_still: 0, void: false },
		);
		FirstUnfrozen::<T>::put(epoch);
		let before = committed::<T>(0, epoch, 0, BatchState::Committed);
		FreezeCursor::<T>::put(before);
		for round in Round::ALL {
			Epochs::<T>::insert(round.judging_of(epoch), &record);
		}
		let terms = terms(0, epoch, &who, 0, MAX_CHUNKS);
		// Whichever comes first in the map is the one behind the cursor.
		let batch = terms.batch_id();
		Shards::<T>::insert(epoch, (0, &who, 0), batch);
		Commitments::<T>::insert(epoch, batch, Commitment::new(terms, bond));
		let lack = Matched::truncate_from(vec![0xff; (MAX_JUDGES / 8) as usize]);
		Missing::<T>::insert(epoch, batch, lack);
		let (genesis, opening) = (Pallet::<T>::genesis_hash(), H256::repeat_byte(1));
		for (round, sealed) in
			[(Round::Committee, usize::from(MAX_COMMITTEE)), (Round::FullSet, MAX_JUDGES as usize)]
		{
			let root = Outcome::Unavailable.root();
			let seals = (0u16..).zip(&record.judges).take(sealed).map(|(number, judge)| {
				(number, signing::seal(&genesis, &opening, &batch, judge.key.as_ref(), &root))
			});
			Seals::<T>::insert(epoch, (batch, round), SealsOf::truncate_from(seals.collect()));
		}
		if Commitments::<T>::iter_key_prefix(epoch).next() == Some(batch) {
			FreezeCursor::<T>::kill();
		}

		#[block]
		{
			Pallet::<T>::return_next_bond();
		}

		assert!(!Commitments::<T>::contains_key(epoch, batch));
		assert!(!Missing::<T>::contains_key(epoch, batch));
	}

	/// One row of each kind, each as large as it gets.
	#[benchmark]
	fn prune() {
		clock::<T>(&keys(1), 0);
		let epoch = 3;
		Schedules::<T>::insert(
			epoch,
			Schedule { freeze: 1, expiry: 2, stood_still: 0, void: false },
		);
		FirstRecord::<T>::put(NOW);
		FirstUnpruned::<T>::put(epoch);
		FirstUnfrozen::<T>::put(NOW);
		let settled = BatchState::Settled {
			by: Round::FullSet,
			matched: BoundedVec::truncate_from(vec![0xff; (MAX_JUDGES / 8) as usize]),
			vector_root: H256::zero(),
			total: 1,
			work: 1,
			underdeclared: false,
		};
		let batch = committed::<T>(0, epoch, 0, settled);
		FalseSeals::<T>::insert(epoch, account::<AccountId32>("judge", 0, 0), 1);
		Totals::<T>::insert(epoch, 0, 1);
		Corrections::<T>::insert(epoch, (batch, 0), Element::default());

		#[block]
		{
			Pallet::<T>::prune_next(&mut None);
		}

		assert_eq!(Commitments::<T>::iter_prefix(epoch).count(), 0);
	}

	#[benchmark]
	fn register_aggregator() {
		clock::<T>(&keys(1), 0);
		let (who, key) = (rich::<T>(), publisher());
		let proof = signed(&key, &signing::publisher(&Pallet::<T>::genesis_hash(), &who));

		#[extrinsic_call]
		_(
			RawOrigin::Signed(who.clone()),
			ReportKey::Sr25519(key),
			proof,
			Pallet::<T>::limits().most_work,
			MAX_BODY_BYTES,
		);

		assert!(Aggregators::<T>::contains_key(who));
	}

	#[benchmark]
	fn leave() {
		let who = neglected::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()));

		assert!(Aggregators::<T>::get(who).is_some_and(|row| row.leaving.is_some()));
	}

	#[benchmark]
	fn withdraw() {
		let who = neglected::<T>();
		known::<T>(&who);
		change::<T>(&who, |row| row.leaving = Some(NOW));

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()));

		assert!(!Aggregators::<T>::contains_key(who));
	}

	/// A second shard, which is compared with the first.
	#[benchmark]
	fn commit(c: Linear<1, MAX_CHUNKS>) {
		let (terms, signature) = second_shard::<T>(c);
		let batch = terms.batch_id();

		#[extrinsic_call]
		_(RawOrigin::Authorized, terms, signature);

		assert!(Commitments::<T>::contains_key(REPORTS, batch));
	}

	#[benchmark]
	fn authorize_commit(c: Linear<1, MAX_CHUNKS>) -> Result<(), BenchmarkError> {
		let (terms, signature) = second_shard::<T>(c);
		let call: <T as frame_system::Config>::RuntimeCall =
			Call::commit { terms, signature }.into();

		#[block]
		{
			authorize(&call)?;
		}

		Ok(())
	}

	#[benchmark]
	fn seal_committee(s: Linear<1, MAX_SEALS>) -> Result<(), BenchmarkError> {
		let (bundle, signature) = bundle::<T>(Round::Committee, s);
		let last = last_of(&bundle)?;
		let before = Seals::<T>::get(REPORTS, last).len();

		#[extrinsic_call]
		seal(RawOrigin::Authorized, bundle, signature);

		assert_eq!(Seals::<T>::get(REPORTS, last).len(), before + 1);
		Ok(())
	}

	#[benchmark]
	fn seal_full_set(s: Linear<1, MAX_SEALS>) -> Result<(), BenchmarkError> {
		let (bundle, signature) = bundle::<T>(Round::FullSet, s);
		let last = last_of(&bundle)?;

		#[extrinsic_call]
		seal(RawOrigin::Authorized, bundle, signature);

		assert_eq!(Seals::<T>::get(EARLIER, last).len() as u32, MAX_JUDGES);
		Ok(())
	}

	#[benchmark]
	fn authorize_seal_committee(s: Linear<1, MAX_SEALS>) -> Result<(), BenchmarkError> {
		let (bundle, signature) = bundle::<T>(Round::Committee, s);
		let call: <T as frame_system::Config>::RuntimeCall =
			Call::seal { bundle, signature }.into();

		#[block]
		{
			authorize(&call)?;
		}

		Ok(())
	}

	#[benchmark]
	fn authorize_seal_full_set(s: Linear<1, MAX_SEALS>) -> Result<(), BenchmarkError> {
		let (bundle, signature) = bundle::<T>(Round::FullSet, s);
		let call: <T as frame_system::Config>::RuntimeCall =
			Call::seal { bundle, signature }.into();

		#[block]
		{
			authorize(&call)?;
		}

		Ok(())
	}

	#[benchmark]
	fn reveal(j: Linear<1, MAX_JUDGES>) {
		let (batch, outcome) = sealed::<T>(j);

		#[extrinsic_call]
		_(RawOrigin::Authorized, Round::FullSet, batch, outcome);

		assert!(Commitments::<T>::get(EARLIER, batch)
			.is_some_and(|batch| matches!(batch.state, BatchState::Settled { .. })));
	}

	#[benchmark]
	fn authorize_reveal(j: Linear<1, MAX_JUDGES>) -> Result<(), BenchmarkError> {
		let (batch, outcome) = sealed::<T>(j);
		let call: <T as frame_system::Config>::RuntimeCall =
			Call::reveal { round: Round::FullSet, batch, outcome }.into();

		#[block]
		{
			authorize(&call)?;
		}

		Ok(())
	}

	/// Each batch listed goes to all judges with it.
	#[benchmark]
	fn report_missing(b: Linear<1, MAX_LISTED>) -> Result<(), BenchmarkError> {
		let (list, signature) = listed::<T>(b);
		let last = *list.batches.last().ok_or("a list has a batch")?;

		#[extrinsic_call]
		_(RawOrigin::Authorized, list, signature);

		assert!(Commitments::<T>::get(REPORTS, last)
			.is_some_and(|batch| batch.state == BatchState::Committed));
		Ok(())
	}

	#[benchmark]
	fn authorize_missing(b: Linear<1, MAX_LISTED>) -> Result<(), BenchmarkError> {
		let (list, signature) = listed::<T>(b);
		let call: <T as frame_system::Config>::RuntimeCall =
			Call::report_missing { list, signature }.into();

		#[block]
		{
			authorize(&call)?;
		}

		Ok(())
	}

	#[benchmark]
	fn rotate_publisher() {
		clock::<T>(&keys(1), 0);
		let ((who, _), key) = (aggregator::<T>(), publisher());
		let proof = signed(&key, &signing::publisher(&Pallet::<T>::genesis_hash(), &who));

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), ReportKey::Sr25519(key), proof);

		assert_eq!(Publishers::<T>::get(ReportKey::Sr25519(key)), Some(who));
	}

	/// One aggregator is between that which was visited last and the end.
	#[benchmark]
	fn visit() {
		let who = neglected::<T>();
		let before = Aggregators::<T>::get(&who);

		#[block]
		{
			Pallet::<T>::visit_next();
		}

		assert!(Aggregators::<T>::get(&who) != before);
		assert_eq!(Visited::<T>::get(), Some(who));
	}

	#[benchmark]
	fn set_capacity() {
		let who = neglected::<T>();
		let quota = Pallet::<T>::limits().least_work;

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), quota, 1);

		assert!(Aggregators::<T>::get(who).is_some_and(|row| row.quota.asked == quota));
	}

	#[benchmark]
	fn set_profile() {
		clock::<T>(&keys(1), 0);
		let (who, _) = aggregator::<T>();
		let origin = RawOrigin::Signed(who.clone());
		let longest = longest_profile();
		let short = AggregatorProfile { endpoint: Default::default(), ..longest.clone() };
		let said = Pallet::<T>::set_profile(origin.clone().into(), Some(short));
		assert!(said.is_ok(), "an aggregator says what it is called");

		#[extrinsic_call]
		_(origin, Some(longest.clone()));

		assert_eq!(Pallet::<T>::profile(who), Some(longest));
	}

	#[benchmark]
	fn collect_rent() {
		let who = neglected::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(account("anybody", 0, 0)), who.clone());

		assert!(Aggregators::<T>::get(who).is_some_and(|row| row.lapses > NOW));
	}

	#[benchmark]
	fn evict() -> Result<(), BenchmarkError> {
		let who = neglected::<T>();
		known::<T>(&who);
		let origin =
			T::EvictOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, who.clone());

		assert!(Aggregators::<T>::get(who).is_some_and(|row| row.leaving.is_some()));
		Ok(())
	}

	#[benchmark]
	fn set_parameters() -> Result<(), BenchmarkError> {
		clock::<T>(&keys(1), 0);
		let origin =
			T::ParametersOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, Parameters::default());

		assert_eq!(Pallet::<T>::latest_parameters(), Parameters::default());
		Ok(())
	}

	impl_benchmark_test_suite! {
		Pallet,
		mock::benchmark_externalities(),
		mock::Test
	}
}
