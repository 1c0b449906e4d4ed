//! What goes once claims have ended.

use super::*;
use crate::{
	Commitments, Corrections, Epochs, FalseSeals, FirstRecord, FirstUnpruned, Round, Schedules,
	Shards, Totals,
};
use substation_primitives::batch::Element;

#[test]
fn all_rows_of_an_expired_epoch_go_in_one_idle_block() {
	let mut ext = Chain::default().parameters(|p| p.claim_epochs = 8).externalities();
	ext.execute_with(|| {
		for number in 1..5 {
			register(number);
		}
		to_epoch(2);
		next_block();
		let batches: Vec<_> = (1..5)
			.map(|number| {
				let device = StorageDevice::new(number.into(), 1);
				device.enrol(&account(number));
				commit(number, &published(number, 1, &[device]))
			})
			.collect();
		to_index(8);
		let results: Vec<_> = batches.iter().map(|batch| (*batch, result_of(1, *batch))).collect();
		for judge in 0..3 {
			let entries = results
				.iter()
				.map(|(batch, result)| entry(Round::Committee, *batch, judge, result.root()));
			assert_ok!(seal_all(judge, entries.collect()));
		}
		to_index(13);
		for (batch, result) in results {
			assert_ok!(reveal(Round::Committee, batch, result));
		}
		to_epoch(13);
	});
	// Into the backend, where removing by prefix would find the same row again and again.
	ext.commit_all().unwrap();
	ext.execute_with(|| {
		assert_eq!(Commitments::<Test>::iter().count(), 4);
		next_block();
		assert_eq!(Commitments::<Test>::iter().count(), 0);
		assert_eq!(Totals::<Test>::iter().count(), 0);
		Attestation::do_try_state().unwrap();
	});
}

/// Epoch 1 with a row of each kind, in the last epoch in which claims for it are open.
fn about_to_end() -> BatchId {
	let batch = one_committed();
	to_index(8);
	let result = result_of(1, batch);
	for judge in 0..3 {
		assert_ok!(seal(judge, Round::Committee, batch, result.root()));
	}
	to_index(13);
	assert_ok!(reveal(Round::Committee, batch, result));
	to_epoch(12);
	next_block();
	Corrections::<Test>::insert(1, (batch, 0), Element::default());
	FalseSeals::<Test>::insert(1, judge_account(0), 1);
	batch
}

fn rows() -> [usize; 4] {
	[
		Commitments::<Test>::iter_prefix(1).count(),
		Totals::<Test>::iter_prefix(1).count(),
		Corrections::<Test>::iter_prefix(1).count(),
		FalseSeals::<Test>::iter_prefix(1).count(),
	]
}

#[test]
fn rows_of_each_kind_stay_until_claims_have_ended_and_then_go() {
	Chain::default().parameters(|p| p.claim_epochs = 8).run(|| {
		about_to_end();
		to_index(19);
		assert_eq!((rows(), FirstUnpruned::<Test>::get()), ([1; 4], 1));
		assert!(Schedules::<Test>::contains_key(1));
		to_epoch(13);
		next_block();
		assert_eq!((rows(), FirstUnpruned::<Test>::get()), ([0; 4], 2));
		assert!(!Schedules::<Test>::contains_key(1));
		assert_eq!(Shards::<Test>::iter_prefix(1).count(), 0);
	});
}

#[test]
fn records_go_once_nobody_may_ask_for_facts_of_their_epochs() {
	Chain::default().run(|| {
		for now in [5, 9, 20] {
			to_epoch(now);
			next_block();
			let first = now.saturating_sub(Attestation::fact_window());
			assert_eq!(FirstRecord::<Test>::get(), first);
			assert_eq!(Epochs::<Test>::iter_keys().min(), Some(first));
			assert!((first..=now).all(Epochs::<Test>::contains_key));
		}
	});
}
