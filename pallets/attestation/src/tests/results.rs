//! Revealing and settling: by a committee, by the full set, or not at all.

use super::*;
use crate::{BatchState, Commitments, FirstUnfrozen, Outcome, Round, Seals, Totals};
use frame_support::{
	traits::{fungible::InspectHold, Hooks},
	weights::Weight,
};
use substation_primitives::{
	batch::{Element, Vector},
	BatchId,
};

fn ready() -> (BatchId, Outcome) {
	let batch = committed_to(&[StorageDevice::new(1, 4), StorageDevice::new(2, 2)]);
	to_index(8);
	let result = result_of(1, batch);
	assert_ne!(result, Outcome::Unavailable);
	(batch, result)
}

fn seal_by(judges: &[u8], round: Round, batch: BatchId, outcome: &Outcome) {
	for judge in judges {
		assert_ok!(seal(*judge, round, batch, outcome.root()));
	}
}

fn total(batch: BatchId) -> Option<u64> {
	match state(1, batch) {
		BatchState::Settled { total, .. } => Some(total),
		_ => None,
	}
}

#[test]
fn three_of_four_settle_a_batch() {
	Chain::default().run(|| {
		let (batch, result) = ready();
		seal_by(&[0, 1, 3], Round::Committee, batch, &result);
		to_index(13);
		assert_ok!(reveal(Round::Committee, batch, result));

		// Four pieces and two pieces of a cap of ten: 400,000 and 200,000 millionths.
		assert_eq!(total(batch), Some(600_000));
		assert_eq!(Totals::<Test>::get(1, NETWORK), 600_000);
		assert_eq!(SettledTotals::get(), [(NETWORK, 1, 600_000)]);
		let BatchState::Settled { matched, .. } = state(1, batch) else { unreachable!() };
		assert_eq!(matched.to_vec(), [0b1011]);
		assert!(has_event(|event| matches!(event, Event::Settled { matched: 3, .. })));
		assert!(Rewarded::get().is_empty(), "judges are paid at the freeze");
		to_epoch(5);
		next_block();
		let rewarded: Vec<_> = [0, 1, 3].map(judge_account).into();
		assert_eq!(Rewarded::get(), [(rewarded, 6)]);
		assert_eq!(Seals::<Test>::iter().count(), 0);
	});
}

#[test]
fn two_of_four_do_not() {
	Chain::default().run(|| {
		let (batch, result) = ready();
		seal_by(&[0, 1], Round::Committee, batch, &result);
		to_index(13);
		assert_refused(|| reveal(Round::Committee, batch, result), InvalidTransaction::BadProof);
	});
}

#[test]
fn nothing_is_revealed_before_seals_close_or_twice() {
	Chain::default().run(|| {
		let (batch, result) = ready();
		seal_by(&[0, 1, 2, 3], Round::Committee, batch, &result);
		to_index(12);
		assert_refused(
			|| reveal(Round::Committee, batch, result.clone()),
			InvalidTransaction::Stale,
		);
		to_index(13);
		assert_ok!(reveal(Round::Committee, batch, result.clone()));
		assert_refused(
			|| reveal(Round::Committee, batch, result.clone()),
			InvalidTransaction::Stale,
		);
		// Two of them that met in one block: the second was authorized, and changes nothing.
		let origin = RuntimeOrigin::from(frame_system::RawOrigin::Authorized);
		assert_noop!(
			Attestation::reveal(origin, Round::Committee, batch, result),
			Error::NotAuthorized
		);
	});
}

#[test]
fn a_result_that_nobody_sealed_is_refused() {
	Chain::default().run(|| {
		let (batch, result) = ready();
		seal_by(&[0, 1, 2, 3], Round::Committee, batch, &result);
		to_index(13);
		assert_refused(
			|| reveal(Round::Committee, batch, lie(1_000_000)),
			InvalidTransaction::BadProof,
		);
		let empty = Outcome::Result(Default::default());
		assert_refused(|| reveal(Round::Committee, batch, empty), InvalidTransaction::Call);
		assert_refused(
			|| reveal(Round::Committee, H256::repeat_byte(3), result),
			InvalidTransaction::Stale,
		);
	});
}

#[test]
fn one_dissenter_does_not_stop_a_committee_and_two_do() {
	Chain::default().judges(8).run(|| {
		let (batch, result) = ready();
		seal_by(&[0, 1, 2, 3, 4, 5, 6], Round::Committee, batch, &result);
		seal_by(&[7], Round::Committee, batch, &lie(9));
		to_index(13);
		assert_ok!(reveal(Round::Committee, batch, result));
	});
	Chain::default().judges(8).run(|| {
		let (batch, result) = ready();
		seal_by(&[0, 1, 2, 3, 4, 5], Round::Committee, batch, &result);
		seal_by(&[6, 7], Round::Committee, batch, &lie(9));
		to_index(13);
		assert_refused(
			|| reveal(Round::Committee, batch, result.clone()),
			InvalidTransaction::BadProof,
		);

		// The full set settles it in the next epoch, dissenters or not.
		to_epoch(3);
		to_index(8);
		seal_by(&[0, 1, 2, 3, 4, 5], Round::FullSet, batch, &result);
		seal_by(&[6, 7], Round::FullSet, batch, &lie(9));
		to_index(13);
		assert_ok!(reveal(Round::FullSet, batch, result));
		assert!(matches!(state(1, batch), BatchState::Settled { by: Round::FullSet, .. }));
	});
}

#[test]
fn the_full_set_has_its_turn_only_once_the_committee_has_failed() {
	Chain::default().run(|| {
		let (batch, result) = ready();
		assert_refused(|| seal(0, Round::FullSet, batch, result.root()), InvalidTransaction::Stale);
		seal_by(&[0, 1, 2], Round::Committee, batch, &result);
		to_index(13);
		assert_ok!(reveal(Round::Committee, batch, result.clone()));
		to_epoch(3);
		to_index(8);
		assert_refused(|| seal(0, Round::FullSet, batch, result.root()), InvalidTransaction::Stale);
		assert_refused(
			|| seal(3, Round::Committee, batch, result.root()),
			InvalidTransaction::Stale,
		);
	});
}

#[test]
fn a_committee_cannot_call_a_batch_unavailable_and_the_full_set_can() {
	Chain::default().run(|| {
		let (batch, _) = ready();
		seal_by(&[0, 1, 2, 3], Round::Committee, batch, &Outcome::Unavailable);
		to_index(13);
		assert_refused(
			|| reveal(Round::Committee, batch, Outcome::Unavailable),
			InvalidTransaction::Call,
		);
		to_epoch(3);
		to_index(8);
		seal_by(&[0, 1, 2], Round::FullSet, batch, &Outcome::Unavailable);
		to_index(13);
		assert_ok!(reveal(Round::FullSet, batch, Outcome::Unavailable));

		assert!(matches!(state(1, batch), BatchState::Unavailable { .. }));
		assert_eq!(Totals::<Test>::get(1, NETWORK), 0);
		assert!(has_event(|event| matches!(event, Event::Unavailable { .. })));

		// It costs the judging, that of the smallest batch at least, and not the bond.
		to_epoch(5);
		next_block();
		let held = Balances::balance_on_hold(&crate::HoldReason::Commitment.into(), &account(1));
		assert_eq!(held, 0);
		let bond = crate::Aggregators::<Test>::get(account(1)).unwrap().bond;
		assert_eq!(Balances::free_balance(account(1)), ENDOWMENT - bond - 256);
		// Who looked for the body is paid as for reading it.
		let rewarded: Vec<_> = [0, 1, 2].map(judge_account).into();
		assert_eq!(Rewarded::get(), [(rewarded, 1)]);
		assert!(Commitments::<Test>::get(1, batch).is_none());
	});
}

#[test]
fn a_batch_that_holds_more_than_it_declared_pays_nobody_and_loses_its_bond() {
	for change in [
		(|terms: &mut substation_primitives::batch::Terms| terms.work -= 1) as fn(&mut _),
		|terms| terms.count -= 1,
	] {
		Chain::default().run(|| {
			let devices = [StorageDevice::new(1, 4), StorageDevice::new(2, 2)];
			let who = register(1);
			devices.iter().for_each(|device| device.enrol(&who));
			to_epoch(2);
			next_block();
			let mut packed = published(1, 1, &devices);
			change(&mut packed.terms);
			let batch = commit(1, &packed);
			to_index(8);
			let result = result_of(1, batch);
			seal_by(&[0, 1, 2, 3], Round::Committee, batch, &result);
			to_index(13);
			// What costs a bond is for all judges to say.
			assert_refused(
				|| reveal(Round::Committee, batch, result.clone()),
				InvalidTransaction::Call,
			);
			to_epoch(3);
			to_index(8);
			seal_by(&[0, 1, 2], Round::FullSet, batch, &result);
			to_index(13);
			assert_ok!(reveal(Round::FullSet, batch, result));

			assert_eq!(total(batch), Some(0));
			assert!(has_event(|event| matches!(event, Event::Underdeclared { .. })));
			to_epoch(5);
			next_block();
			let bond = crate::Aggregators::<Test>::get(who).unwrap().bond;
			assert_eq!(Balances::free_balance(account(1)), ENDOWMENT - bond - 256_000);
			// Both rounds have found the six units that there were; no more is paid than was declared.
			let paid = packed.terms.work;
			let judges = |places: &[u8]| places.iter().map(|judge| judge_account(*judge)).collect();
			assert_eq!(
				Rewarded::get(),
				[(judges(&[0, 1, 2]), paid), (judges(&[0, 1, 2, 3]), paid)]
			);
			assert!(Commitments::<Test>::get(1, batch).is_none(), "nobody can claim for it");
		});
	}
}

#[test]
fn what_nobody_settles_expires_at_the_freeze_and_gives_the_bond_back() {
	Chain::default().run(|| {
		let (batch, _) = ready();
		seal_by(&[0], Round::Committee, batch, &lie(3));
		to_epoch(5);
		assert_eq!(state(1, batch), BatchState::Committed);
		assert_eq!(FirstUnfrozen::<Test>::get(), 1);
		let _ = Attestation::on_idle(System::block_number(), Weight::MAX);

		assert_eq!(FirstUnfrozen::<Test>::get(), 2);
		assert!(has_event(|event| matches!(event, Event::Expired { epoch: 1, .. })));
		assert!(has_event(|event| matches!(event, Event::BondReturned { returned: 256_000, .. })));
		let bond = crate::Aggregators::<Test>::get(account(1)).unwrap().bond;
		assert_eq!(Balances::free_balance(account(1)), ENDOWMENT - bond);
		assert!(Commitments::<Test>::get(1, batch).is_none());
		assert_eq!(Seals::<Test>::iter().count(), 0);
	});
}

#[test]
fn a_body_that_is_not_what_was_committed_to_is_no_body() {
	Chain::default().run(|| {
		let devices = [StorageDevice::new(1, 4)];
		let others = [StorageDevice::new(2, 4)];
		let who = register(1);
		devices.iter().chain(&others).for_each(|device| device.enrol(&who));
		to_epoch(2);
		next_block();
		let mut packed = published(1, 1, &devices);
		packed.terms.bodies = published(1, 1, &others).terms.bodies;
		let batch = commit(1, &packed);

		assert_eq!(result_of(1, batch), Outcome::Unavailable);
	});
}

#[test]
fn a_single_validator_settles_alone() {
	Chain::default().judges(1).run(|| {
		let (batch, result) = ready();
		seal_by(&[0], Round::Committee, batch, &result);
		to_index(13);
		assert_ok!(reveal(Round::Committee, batch, result));
		assert_eq!(total(batch), Some(600_000));
	});
}

#[test]
fn a_committee_does_not_settle_beside_a_word_that_the_body_is_not_there() {
	Chain::default().judges(8).run(|| {
		let (batch, result) = ready();
		seal_by(&[0, 1, 2, 3, 4, 5, 6], Round::Committee, batch, &result);
		seal_by(&[7], Round::Committee, batch, &Outcome::Unavailable);
		to_index(13);
		assert_refused(
			|| reveal(Round::Committee, batch, result.clone()),
			InvalidTransaction::BadProof,
		);
		// One of all judges who lacks it is one dissenter.
		to_epoch(3);
		to_index(8);
		seal_by(&[0, 1, 2, 3, 4, 5, 6], Round::FullSet, batch, &result);
		seal_by(&[7], Round::FullSet, batch, &Outcome::Unavailable);
		to_index(13);
		assert_ok!(reveal(Round::FullSet, batch, result));
	});
}

/// An element of each kind that no judge finds, sealed by everybody.
#[test]
fn what_no_judge_can_have_found_is_not_settled_however_many_have_sealed_it() {
	let honest = Element { score_root: H256::repeat_byte(1), sum: 9, count: 2, work: 6 };
	for false_element in [
		Element { sum: u64::MAX, ..honest },
		Element { sum: 2_000_001, ..honest },
		Element { count: 65, work: 200, ..honest },
		Element { count: u32::MAX, work: u32::MAX, ..honest },
		Element { work: 3, ..honest },
		Element { work: 13, ..honest },
		Element { score_root: H256::zero(), ..honest },
	] {
		for round in Round::ALL {
			Chain::default().run(|| {
				let (batch, _) = ready();
				let outcome = |element| Outcome::Result(Vector::truncate_from(vec![element]));
				to_epoch(round.judging_of(1));
				to_index(8);
				seal_by(&[0, 1, 2, 3], round, batch, &outcome(false_element));
				to_index(13);
				assert_refused(
					|| reveal(round, batch, outcome(false_element)),
					InvalidTransaction::Call,
				);
				assert_eq!(Totals::<Test>::get(1, NETWORK), 0);
			});
		}
	}
	Chain::default().run(|| {
		let (batch, _) = ready();
		let outcome = Outcome::Result(Vector::truncate_from(vec![honest]));
		seal_by(&[0, 1, 2], Round::Committee, batch, &outcome);
		to_index(13);
		assert_ok!(reveal(Round::Committee, batch, outcome));
	});
}

#[test]
fn a_sum_that_would_not_be_exact_is_not_added() {
	Chain::default().run(|| {
		let (batch, result) = ready();
		seal_by(&[0, 1, 2], Round::Committee, batch, &result);
		to_index(13);
		Totals::<Test>::insert(1, NETWORK, u64::MAX - 599_999);
		let origin = RuntimeOrigin::from(frame_system::RawOrigin::Authorized);
		assert_noop!(
			Attestation::reveal(origin, Round::Committee, batch, result.clone()),
			Error::NotAuthorized
		);
		Totals::<Test>::remove(1, NETWORK);
		assert_ok!(reveal(Round::Committee, batch, result));
	});
}
