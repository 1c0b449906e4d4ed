//! The freeze: who is paid for what, what a bond is good for, and which rows go.

use super::*;
use crate::{
	Aggregators, BatchState, Commitments, FalseSeals, Missing, Outcome, Refused, Round, Seals,
	Shards,
};
use frame_support::{
	traits::{
		fungible::{Inspect, InspectHold},
		Hooks,
	},
	weights::Weight,
};
use substation_primitives::{
	batch::{Chunk, Sums, REPORT_WORK},
	BatchId,
};

fn held(number: u8) -> u64 {
	Balances::balance_on_hold(&crate::HoldReason::Commitment.into(), &account(number))
}

/// What aggregator 1 has lost.
fn lost() -> u64 {
	let bond = Aggregators::<Test>::get(account(1)).unwrap().bond;
	ENDOWMENT - bond - Balances::balance(&account(1))
}

/// Goes on to the freeze of epoch 1, and does what is done then.
fn freeze() {
	to_epoch(5);
	let _ = Attestation::on_idle(System::block_number(), Weight::MAX);
}

fn judges(places: &[u8]) -> Vec<substation_primitives::AccountId32> {
	places.iter().map(|judge| judge_account(*judge)).collect()
}

fn committed(work: Option<u32>) -> (BatchId, Outcome) {
	let devices = [StorageDevice::new(1, 1)];
	let who = register_with(1, 2_000, 1_000_000);
	devices[0].enrol(&who);
	to_epoch(2);
	next_block();
	let mut packed = published(1, 1, &devices);
	packed.terms.work = work.unwrap_or(packed.terms.work);
	let batch = commit(1, &packed);
	to_index(8);
	(batch, result_of(1, batch))
}

fn seal_by(places: &[u8], round: Round, batch: BatchId, outcome: &Outcome) {
	for judge in places {
		assert_ok!(seal(*judge, round, batch, outcome.root()));
	}
}

#[test]
fn judges_are_paid_for_what_they_found_and_not_for_what_was_declared() {
	Chain::default().run(|| {
		// One report of three units; its aggregator declares as much as a chunk can hold.
		let (batch, result) = committed(Some(2_000));
		seal_by(&[0, 1, 2], Round::Committee, batch, &result);
		to_index(13);
		assert_ok!(reveal(Round::Committee, batch, result));
		assert!(Rewarded::get().is_empty());
		freeze();

		assert_eq!(Rewarded::get(), [(judges(&[0, 1, 2]), 3)]);
		assert_eq!((held(1), lost()), (0, 0));
	});
}

#[test]
fn judges_are_paid_for_all_that_they_checked() {
	Chain::default().run(|| {
		let devices: Vec<_> = (1..=100).map(|number| StorageDevice::new(number, 1)).collect();
		let batch = committed_to(&devices);
		to_index(8);
		let result = result_of(1, batch);
		seal_by(&[0, 1, 2], Round::Committee, batch, &result);
		to_index(13);
		assert_ok!(reveal(Round::Committee, batch, result));
		freeze();
		assert_eq!(Rewarded::get(), [(judges(&[0, 1, 2]), 300)]);
	});
}

/// A long batch in which there is nothing to check, as many units as it is worth for who says that it is not there.
#[test]
fn to_say_that_a_body_is_not_there_pays_no_better_than_to_judge_it() {
	let ends = [false, true].map(|lacks| {
		Chain::default().run(|| {
			register_with(1, 2_000, 1_000_000);
			to_epoch(2);
			next_block();
			let chunk: Chunk = vec![vec![0; 30_000].try_into().unwrap()].try_into().unwrap();
			let terms = holding(vec![chunk], empty_terms(1, 0, 2_000, H256::zero()));
			commit_signed(&terms, &publisher(1)).unwrap();
			let batch = terms.batch_id();
			let result = result_of(1, batch);
			let Outcome::Result(vector) = &result else { panic!() };
			assert_eq!(Sums::of(vector).unwrap().work, u64::from(REPORT_WORK));
			to_epoch(3);
			to_index(8);
			let outcome = if lacks { Outcome::Unavailable } else { result };
			seal_by(&[0, 1, 2], Round::FullSet, batch, &outcome);
			to_index(13);
			assert_ok!(reveal(Round::FullSet, batch, outcome));
			freeze();
			assert_eq!(lost() > 0, lacks);
			Rewarded::take()
		})
	});
	assert_eq!(ends[0], [(judges(&[0, 1, 2]), 8)]);
	assert_eq!(ends[0], ends[1]);
}

#[test]
fn more_work_than_its_chunks_can_hold_is_not_declared() {
	Chain::default().parameters(|p| p.epoch_work = 2_000_000).run(|| {
		register_with(1, 400_000, 1_000_000);
		to_epoch(2);
		next_block();
		let terms = |work| empty_terms(1, 0, work, H256::zero());
		let malformed = InvalidTransaction::Custom(crate::types::Invalid::Malformed as u8);
		assert_refused(|| commit_signed(&terms(2_001), &publisher(1)), malformed);
		assert_ok!(commit_signed(&terms(2_000), &publisher(1)));
	});
}

#[test]
fn a_body_that_half_of_the_judges_have_costs_both_rounds_of_judging() {
	Chain::default().judges(8).run(|| {
		let (batch, truth) = committed(None);
		for (epoch, round) in [(2, Round::Committee), (3, Round::FullSet)] {
			to_epoch(epoch);
			to_index(8);
			seal_by(&[0, 1, 2, 3], round, batch, &truth);
			seal_by(&[4, 5, 6], round, batch, &Outcome::Unavailable);
			to_index(13);
			assert!(reveal(round, batch, truth.clone()).is_err());
			assert!(reveal(round, batch, Outcome::Unavailable).is_err());
		}
		freeze();

		assert_eq!(lost(), 2 * 256);
		// Who has judged or looked is paid as for reading; who was silent is not.
		let sealed = judges(&[0, 1, 2, 3, 4, 5, 6]);
		assert_eq!(Rewarded::get(), [(sealed.clone(), 1), (sealed, 1)]);
		assert!(has_event(|event| matches!(event, Event::Expired { epoch: 1, .. })));
		assert_eq!(FalseSeals::<Test>::iter().count(), 0, "nobody lied");
		assert_eq!(Seals::<Test>::iter().count(), 0);
		assert!(Commitments::<Test>::get(1, batch).is_none());
	});
}

/// A committee may have a body that a third of all judges have not got: what it seals says nothing of them.
#[test]
fn a_body_that_a_third_of_all_judges_lack_is_paid_for_though_a_committee_had_it() {
	Chain::default().judges(24).run(|| {
		let (batch, truth) = committed(None);
		let record = Attestation::now().unwrap().2;
		for judge in 0..24 {
			if Attestation::is_member(&record, Round::Committee, &batch, judge.into()) {
				assert_ok!(seal(judge, Round::Committee, batch, truth.root()));
			}
		}
		to_index(13);
		assert_ok!(reveal(Round::Committee, batch, truth.clone()));
		for judge in 15..24 {
			assert_ok!(lack(judge, &[batch]));
		}
		assert_eq!(state(1, batch), BatchState::Committed);
		to_epoch(3);
		to_index(8);
		for judge in 0..24 {
			let lacks = judge >= 15;
			let root = if lacks { Outcome::Unavailable.root() } else { truth.root() };
			assert_ok!(seal(judge, Round::FullSet, batch, root));
		}
		to_index(13);
		assert!(reveal(Round::FullSet, batch, truth).is_err());
		freeze();

		assert_eq!(lost(), 2 * 256);
		assert_eq!(Rewarded::get().iter().map(|(judges, _)| judges.len()).sum::<usize>(), 16 + 24);
	});
}

/// Of 24 judges: a committee of sixteen, in which six say that the body is not there. What becomes of it where so many
/// of all judges say that they lack it, and where these have, or lack it in the round of all.
fn six_of_a_committee(lists: u8, have: u8, lack_it: u8) -> u64 {
	Chain::default().judges(24).run(|| {
		let (batch, truth) = committed(None);
		let record = Attestation::now().unwrap().2;
		let members = Attestation::members(&record, Round::Committee, &batch).unwrap();
		for (place, judge) in members.iter().enumerate() {
			let outcome = if place < 6 { &Outcome::Unavailable } else { &truth };
			seal_by(&[*judge as u8], Round::Committee, batch, outcome);
		}
		to_index(13);
		assert!(reveal(Round::Committee, batch, truth.clone()).is_err());
		for judge in 0..lists {
			assert_ok!(lack(judge, &[batch]));
		}
		to_epoch(3);
		to_index(8);
		for judge in 0..have {
			seal_by(&[judge], Round::FullSet, batch, &truth);
		}
		for judge in have..have + lack_it {
			seal_by(&[judge], Round::FullSet, batch, &Outcome::Unavailable);
		}
		freeze();
		assert_eq!(held(1), 0);
		let paid = Rewarded::get().iter().map(|(judges, _)| judges.len()).sum::<usize>();
		assert_eq!(paid, if lost() > 0 { (16 + have + lack_it).into() } else { 0 });
		lost()
	})
}

/// A committee is too few: an honest aggregator pays for nothing that a third of it says alone.
#[test]
fn that_a_body_is_not_there_is_for_all_judges_to_say() {
	const BOTH_ROUNDS: u64 = 2 * 256;
	// A third of all has sealed: it alone decides.
	assert_eq!(six_of_a_committee(0, 12, 0), 0);
	assert_eq!(six_of_a_committee(9, 8, 0), 0);
	assert_eq!(six_of_a_committee(9, 15, 7), 0);
	assert_eq!(six_of_a_committee(0, 14, 8), BOTH_ROUNDS);
	assert_eq!(six_of_a_committee(0, 0, 8), BOTH_ROUNDS);
	// Fewer have: then it is what all said in the epoch before.
	assert_eq!(six_of_a_committee(8, 0, 7), 0);
	assert_eq!(six_of_a_committee(9, 7, 0), BOTH_ROUNDS);
	assert_eq!(six_of_a_committee(9, 0, 0), BOTH_ROUNDS);
}

/// Who is silent says nothing: few seals alone decide over no fine.
#[test]
fn one_judge_that_seals_alone_fines_nobody() {
	Chain::default().judges(8).run(|| {
		let (batch, truth) = committed(None);
		seal_by(&[0, 1, 2, 3], Round::Committee, batch, &truth);
		to_epoch(3);
		to_index(8);
		seal_by(&[4, 5], Round::FullSet, batch, &Outcome::Unavailable);
		freeze();
		assert_eq!((lost(), held(1)), (0, 0));
		assert!(Rewarded::get().is_empty());
	});
}

#[test]
fn less_than_a_third_that_lack_a_body_cost_its_aggregator_nothing() {
	Chain::default().judges(8).run(|| {
		let (batch, truth) = committed(None);
		seal_by(&[0, 1, 2, 3], Round::Committee, batch, &truth);
		seal_by(&[4], Round::Committee, batch, &Outcome::Unavailable);
		to_epoch(3);
		to_index(8);
		seal_by(&[0, 1, 2, 3], Round::FullSet, batch, &truth);
		freeze();
		assert_eq!((lost(), held(1)), (0, 0));
		assert!(Rewarded::get().is_empty());
	});
}

#[test]
fn a_seal_that_is_neither_the_result_nor_that_there_is_no_body_is_counted() {
	Chain::default().judges(8).run(|| {
		let (batch, truth) = committed(None);
		seal_by(&[0, 1, 2, 3, 4, 5, 6], Round::Committee, batch, &truth);
		seal_by(&[7], Round::Committee, batch, &lie(9));
		to_index(13);
		assert_ok!(reveal(Round::Committee, batch, truth));
		assert_eq!(FalseSeals::<Test>::iter().count(), 0);
		freeze();

		assert!(has_event(|event| matches!(event, Event::FalselySealed { epoch: 1, .. })));
		assert_eq!(Attestation::false_seals(1), [(judge_account(7), 1)]);
		to_epoch(37);
		next_block();
		next_block();
		assert!(Attestation::false_seals(1).is_empty(), "a count outlives its epoch's claims");
	});
}

#[test]
fn a_committee_that_all_judges_prove_wrong_is_counted_and_who_was_right_is_paid() {
	Chain::default().judges(8).run(|| {
		let (batch, truth) = committed(None);
		seal_by(&[0, 1, 2, 3], Round::Committee, batch, &truth);
		seal_by(&[4, 5], Round::Committee, batch, &lie(9));
		seal_by(&[6], Round::Committee, batch, &Outcome::Unavailable);
		to_epoch(3);
		to_index(8);
		seal_by(&[0, 1, 2, 3, 6, 7], Round::FullSet, batch, &truth);
		// Only seals of committees are counted: two thirds outvoted these.
		seal_by(&[5], Round::FullSet, batch, &lie(9));
		to_index(13);
		assert_ok!(reveal(Round::FullSet, batch, truth));
		freeze();

		let mut counted = Attestation::false_seals(1);
		counted.sort();
		assert_eq!(counted, [(judge_account(4), 1), (judge_account(5), 1)]);
		let paid = [(judges(&[0, 1, 2, 3, 6, 7]), 3), (judges(&[0, 1, 2, 3]), 3)];
		assert_eq!(Rewarded::get(), paid);
	});
}

#[test]
fn nothing_outlives_its_reader() {
	Chain::default().run(|| {
		let (settled, truth) = committed(None);
		seal_by(&[0, 1, 2], Round::Committee, settled, &truth);
		to_index(13);
		assert_ok!(lack(3, &[settled]));
		assert_ok!(reveal(Round::Committee, settled, truth));
		freeze();

		assert!(matches!(state(1, settled), BatchState::Settled { .. }), "it can be claimed");
		assert_eq!(Seals::<Test>::iter().count(), 0);
		assert_eq!(Missing::<Test>::iter().count(), 0);
		assert_eq!(Shards::<Test>::iter().count(), 0);
	});
}

#[test]
fn a_refused_commitment_is_forgotten_at_the_freeze() {
	Chain::default().run(|| {
		let who = register(1);
		let free = Balances::balance(&who);
		// Nothing is left for the commitment's bond.
		assert_ok!(Balances::transfer_allow_death(
			RuntimeOrigin::signed(who),
			account(2),
			free - 10
		));
		to_epoch(2);
		next_block();
		for number in 0..7 {
			let mut terms = empty_terms(1, 0, 256, H256::zero());
			terms.root = H256::repeat_byte(number);
			assert_ok!(commit_signed(&terms, &publisher(1)));
		}
		assert_eq!(Refused::<Test>::iter_prefix(1).count(), 7);
		freeze();
		assert_eq!(Refused::<Test>::iter().count(), 0);
	});
}
