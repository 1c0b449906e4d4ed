//! Rules that the code does not keep, and code that is another than before.

use super::{
	offchain::{node_with, sent, Pool},
	*,
};
use crate::{offchain::run, Call, Epochs, Outcome, Round};

/// A version that nobody has written.
const UNKNOWN: u16 = 99;

/// The node of judge 1.
fn node(test: impl FnOnce(&Pool)) {
	node_with(Chain::default(), Some(1), |storage| storage, test);
}

fn work() -> crate::offchain::Done {
	run::<Test>(System::block_number() as u32).unwrap()
}

/// Says by which version reports of epoch 1 are judged.
fn judged_by(version: u16) {
	Epochs::<Test>::mutate(1, |record| record.as_mut().unwrap().rules = version);
}

/// A batch that a version judges which the code does not keep, and what the present one would have found.
fn unknown() -> (BatchId, Outcome) {
	let batch = one_committed();
	let result = result_of(1, batch);
	judged_by(UNKNOWN);
	(batch, result)
}

#[test]
fn by_rules_that_it_does_not_keep_a_node_seals_nothing_to_the_last_chance() {
	node(|pool| {
		let (batch, _) = unknown();
		for epoch in [2, 3] {
			to_epoch(epoch);
			for index in 1..=15 {
				to_index(index);
				let done = work();
				assert_eq!((done.judged, done.sealed, done.revealed), (0, 0, 0), "{epoch}/{index}");
				assert_eq!(done.listed, 0, "the body is there");
			}
		}
		assert!(sent(pool).is_empty());
		assert!(state(1, batch).is_open());
		judged_by(substation_proofs::RULES);
	});
}

#[test]
fn what_cannot_be_judged_is_not_revealed_however_many_have_sealed_it() {
	for round in Round::ALL {
		Chain::default().run(|| {
			let (batch, result) = unknown();
			to_epoch(round.judging_of(1));
			to_index(8);
			for judge in 0..4 {
				assert_ok!(seal(judge, round, batch, result.root()));
			}
			to_index(13);
			assert_refused(|| reveal(round, batch, result.clone()), InvalidTransaction::Call);
			// It was the version alone.
			judged_by(substation_proofs::RULES);
			assert_ok!(reveal(round, batch, result));
		});
	}
}

#[test]
fn what_cannot_be_judged_cannot_be_shown_to_a_claim_either() {
	Chain::default().run(|| {
		let batch = one_committed();
		let bodies: Vec<_> = StoredBodies::get().into_values().collect();
		let packed = published(1, 1, &[StorageDevice::new(1, 4)]);
		assert!(bodies.contains(&packed.bodies[0]));
		judged_by(UNKNOWN);
		assert_eq!(Attestation::claimable(1, batch, packed.bodies), None);
		judged_by(substation_proofs::RULES);
	});
}

#[test]
fn an_open_epoch_by_rules_that_are_not_kept_is_no_state_to_be_in() {
	Chain::default().run(|| {
		to_epoch(2);
		for version in [0, UNKNOWN, substation_proofs::RULES + 1] {
			judged_by(version);
			assert!(Attestation::do_try_state().is_err(), "{version}");
		}
		judged_by(substation_proofs::RULES);
	});
	// Of what is frozen nobody asks any more.
	Chain::default().run(|| {
		to_epoch(5);
		next_block();
		next_block();
		judged_by(UNKNOWN);
	});
}

#[test]
fn other_code_judges_again() {
	node(|pool| {
		let batch = one_committed();
		to_index(8);
		assert_eq!((work().judged, sent(pool).len()), (1, 1));
		next_block();
		assert_eq!(work().judged, 0, "the same code remembers");
		// An upgrade: it may find something else, and does not take the earlier code's word for it.
		SpecVersion::set(2);
		next_block();
		assert_eq!(work().judged, 1);
		next_block();
		let done = work();
		assert_eq!((done.judged, done.sealed), (0, 1), "what is not in a block is sent again");
		let calls = sent(pool);
		let [Call::seal { bundle, .. }] = &calls[..] else { panic!("{calls:?}") };
		let root = result_of(1, batch).root();
		assert_eq!(bundle.seals[..], [entry(Round::Committee, batch, 1, root)]);
		// And back.
		SpecVersion::set(1);
		to_epoch(3);
		to_index(8);
		assert_eq!(work().judged, 0, "what that one has found is remembered, too");
	});
}
