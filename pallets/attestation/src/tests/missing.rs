//! Saying which bodies are missing: who may, when, and what comes of it.

use super::*;
use crate::{
	types::{Invalid, MissingList},
	BatchState, Call, Commitments, Missing, Outcome, Round, Totals,
};
use substation_primitives::BatchId;

/// A batch that a committee of all is about to settle, in the epoch in which it does.
fn sealed(judges: u8) -> (BatchId, Outcome) {
	let batch = one_committed();
	to_index(8);
	let result = result_of(1, batch);
	for judge in 0..judges {
		assert_ok!(seal(judge, Round::Committee, batch, result.root()));
	}
	to_index(13);
	(batch, result)
}

#[test]
fn what_more_than_a_third_lack_goes_to_all_judges_though_a_committee_has_settled_it() {
	Chain::default().judges(6).run(|| {
		let (batch, result) = sealed(6);
		assert_ok!(reveal(Round::Committee, batch, result.clone()));
		assert_eq!(Totals::<Test>::get(1, NETWORK), 400_000);
		for judge in [0, 3] {
			assert_ok!(lack(judge, &[batch]));
			assert!(matches!(state(1, batch), BatchState::Settled { .. }), "two of six lack it");
		}
		assert!(has_event(|event| matches!(event, Event::MissingListed { batches: 1, .. })));
		assert_ok!(lack(5, &[batch]));

		assert_eq!(state(1, batch), BatchState::Committed);
		assert_eq!(Totals::<Test>::get(1, NETWORK), 0);
		assert_eq!(CorrectedTotals::get(), [(NETWORK, 1, 400_000, 0)]);
		assert!(has_event(|event| matches!(event, Event::Reopened { epoch: 1, .. })));
		assert_refused(
			|| reveal(Round::Committee, batch, result.clone()),
			InvalidTransaction::Call,
		);

		// It has arrived in the meantime: all judges settle it, and those of the first round are paid, too.
		to_epoch(3);
		to_index(8);
		for judge in 0..5 {
			assert_ok!(seal(judge, Round::FullSet, batch, result.root()));
		}
		to_index(13);
		assert_refused(|| lack(1, &[batch]), InvalidTransaction::Stale);
		assert_ok!(reveal(Round::FullSet, batch, result));
		assert_eq!(Totals::<Test>::get(1, NETWORK), 400_000);
		to_epoch(5);
		next_block();
		assert_eq!(Rewarded::get().iter().map(|(judges, _)| judges.len()).sum::<usize>(), 5 + 6);
		assert_eq!(Missing::<Test>::iter().count(), 0);
	});
}

#[test]
fn what_is_missing_before_it_is_revealed_is_not_settled_by_a_committee() {
	Chain::default().run(|| {
		let (batch, result) = sealed(4);
		assert_ok!(lack(0, &[batch]));
		assert_ok!(lack(1, &[batch]));
		assert_refused(|| reveal(Round::Committee, batch, result), InvalidTransaction::Call);
		assert!(CorrectedTotals::get().is_empty());
	});
}

/// Exactly a third is not more than a third.
#[test]
fn more_than_a_third_is_one_more_than_a_third() {
	for (judges, third) in [(4, 1), (6, 2), (7, 2), (9, 3), (10, 3)] {
		Chain::default().judges(judges).run(|| {
			let (batch, result) = sealed(judges);
			assert_ok!(reveal(Round::Committee, batch, result));
			for judge in 0..third {
				assert_ok!(lack(judge, &[batch]));
				assert!(matches!(state(1, batch), BatchState::Settled { .. }), "{judges}: {judge}");
			}
			assert_ok!(lack(third, &[batch]));
			assert_eq!(state(1, batch), BatchState::Committed, "{judges}");
		});
	}
}

#[test]
fn a_list_holds_so_many_and_no_more() {
	let list = |count: u64| {
		let batches: Vec<_> = (0..count).map(BatchId::from_low_u64_be).collect();
		frame_support::BoundedVec::<_, frame_support::traits::ConstU32<{ crate::MAX_LISTED }>>::try_from(
			batches,
		)
	};
	assert!(list(crate::MAX_LISTED.into()).is_ok());
	assert!(list(u64::from(crate::MAX_LISTED) + 1).is_err());
}

#[test]
fn a_judge_says_it_once_and_only_while_lists_are_taken() {
	Chain::default().run(|| {
		let batch = one_committed();
		to_index(12);
		assert_refused(|| lack(0, &[batch]), InvalidTransaction::Stale);
		to_index(13);
		assert_refused(|| lack(0, &[]), InvalidTransaction::Stale);
		assert_refused(|| lack(0, &[BatchId::repeat_byte(1)]), InvalidTransaction::Stale);
		assert_ok!(lack(0, &[batch]));
		assert_refused(|| lack(0, &[batch]), InvalidTransaction::Stale);
		assert_eq!(Missing::<Test>::get(1, batch).unwrap().to_vec(), [1]);
		// A list made in one epoch is no list in the next.
		to_epoch(3);
		to_index(13);
		assert_refused(|| lack(1, &[batch]), InvalidTransaction::Stale);
	});
}

#[test]
fn a_list_is_refused_from_who_is_no_judge_of_another_branch_or_full_of_what_is_said() {
	Chain::default().run(|| {
		let (batch, _) = sealed(4);
		let (epoch, _, record) = Attestation::now().unwrap();
		let signed = |list: MissingList, opening: H256, judge: u8| {
			let payload = list.signing_payload(&Attestation::genesis_hash(), &opening);
			let signature: crate::sr25519::JudgeSignature = judge_pair(judge).sign(&payload).into();
			send(Call::report_missing { list, signature })
		};
		let list = |epoch, judge, batches: &[BatchId]| MissingList {
			epoch,
			judge,
			batches: batches.to_vec().try_into().unwrap(),
		};
		let opening = record.opening.unwrap();
		let other = H256::repeat_byte(7);
		for (list, opening, by, error) in [
			(list(epoch, 0, &[batch]), opening, 1, InvalidTransaction::BadProof),
			(list(epoch, 0, &[batch]), other, 0, InvalidTransaction::BadProof),
			(list(epoch, 4, &[batch]), opening, 0, InvalidTransaction::BadSigner),
			(list(epoch, u16::MAX, &[batch]), opening, 0, InvalidTransaction::BadSigner),
			(list(epoch - 1, 0, &[batch]), opening, 0, InvalidTransaction::Stale),
			(list(epoch + 1, 0, &[batch]), opening, 0, InvalidTransaction::Future),
		] {
			assert_refused(|| signed(list, opening, by), error);
		}
		let strangers = [batch, BatchId::repeat_byte(1), BatchId::repeat_byte(2)];
		let stale = InvalidTransaction::Custom(Invalid::MostlyStale as u8);
		assert_refused(|| signed(list(epoch, 0, &strangers), opening, 0), stale);
		assert_refused(|| signed(list(epoch, 0, &[batch; 3]), opening, 0), stale);
		assert_ok!(signed(list(epoch, 0, &strangers[..2]), opening, 0));
	});
}

#[test]
fn the_call_takes_no_other_origin() {
	Chain::default().run(|| {
		let (batch, _) = sealed(4);
		let list = MissingList { epoch: 2, judge: 0, batches: vec![batch].try_into().unwrap() };
		for origin in
			[RuntimeOrigin::none(), RuntimeOrigin::root(), RuntimeOrigin::signed(account(1))]
		{
			let signature: crate::sr25519::JudgeSignature = judge_pair(0).sign(b"").into();
			assert_noop!(
				Attestation::report_missing(origin, list.clone(), signature),
				DispatchError::BadOrigin
			);
		}
		assert!(Commitments::<Test>::get(1, batch).is_some());
	});
}
