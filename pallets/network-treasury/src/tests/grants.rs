//! Awarding, and what a grant has come to.

use super::*;
use crate::{Grant, NextGrantId};
use frame_support::BoundedVec;

#[test]
fn a_grant_is_held_reached_by_decision_streamed_and_gone() {
	chain(|| {
		assert_ok!(award(Fund::Common, 9, vec![governed(90, 3), governed(10, 0)]));
		let beneficiary = account(9);
		assert_eq!(
			last_event(),
			Event::Awarded { grant: 0, fund: Fund::Common, beneficiary, amount: 100 }
		);
		assert_eq!(NetworkTreasury::fund(Fund::Common), (common(), 905, 100));
		assert_noop!(draw(0), Error::NothingDue);

		assert_ok!(release(0, 0));
		assert_eq!(last_event(), Event::Reached { grant: 0, milestone: 0 });
		Now::set(11);
		assert_eq!(NetworkTreasury::grant(0).unwrap().1, 30);
		assert_ok!(draw(0));
		assert_eq!(last_event(), Event::Drawn { grant: 0, amount: 30, unpaid: 70 });
		assert_noop!(draw(0), Error::NothingDue);
		assert_ok!(release(0, 1));
		assert_ok!(draw(0));
		assert_eq!(free(&account(9)), 40);
		Now::set(40);
		assert_ok!(draw(0));
		assert_eq!(free(&account(9)), 100);
		assert!(Grants::<Test>::get(0).is_none());
		assert_noop!(draw(0), Error::NoGrant);
		assert_eq!(NetworkTreasury::fund(Fund::Common), (common(), 905, 0));
	});
}

#[test]
fn a_grant_of_a_network_is_held_on_its_fund_and_no_other() {
	chain(|| {
		let from = Fund::Network(0);
		assert_ok!(award(from, 2, vec![governed(40, 0), by_work(2, 1, 60)]));
		let awarded = Event::Awarded { grant: 0, fund: from, beneficiary: account(2), amount: 42 };
		assert_eq!(last_event(), awarded);
		assert_eq!(NetworkTreasury::fund(from), (fund(0), 463, 42));
		assert_eq!(NetworkTreasury::fund(Fund::Common), (common(), 1_005, 0));
		let stages = [governed(40, 0), by_work(2, 1, 60)].map(|milestone| Stage {
			milestone,
			before: 0,
			reached: None,
			paid: 0,
		});
		let row = Grant {
			fund: from,
			beneficiary: account(2),
			stages: stages.to_vec().try_into().unwrap(),
		};
		assert_eq!(NetworkTreasury::grant(0), Some((row, 0)));
		assert_eq!(free(&account(2)), 1_000);
	});
}

#[test]
fn a_grant_has_as_many_milestones_as_there_may_be_and_no_more() {
	chain(|| {
		let most = MaxMilestones::get() as usize;
		assert_ok!(award(Fund::Common, 2, vec![governed(7, 0); most]));
		assert_eq!(Grants::<Test>::get(0).unwrap().stages.len(), most);
		assert_eq!(held(HoldReason::Grant, &common()), 21);
		let more = vec![governed(7, 0); most + 1];
		assert!(BoundedVec::<_, MaxMilestones>::try_from(more).is_err());
	});
}

#[test]
fn numbers_count_up_and_none_is_given_twice() {
	chain(|| {
		let next = || award(Fund::Common, 2, vec![governed(10, 0)]);
		assert_ok!(next());
		assert_ok!(next());
		assert_ok!(cancel(1));
		assert_noop!(award(Fund::Common, 2, vec![]), Error::NothingGranted);
		assert_ok!(next());
		let given = |event| match event {
			Event::Awarded { grant, .. } => Some(grant),
			_ => None,
		};
		assert_eq!(events().into_iter().filter_map(given).collect::<Vec<_>>(), [0, 1, 2]);
		assert_eq!(NextGrantId::<Test>::get(), 3);
		assert!(Grants::<Test>::contains_key(2) && !Grants::<Test>::contains_key(1));
	});
}

#[test]
fn the_least_that_an_account_holds_stays_on_the_fund() {
	chain(|| {
		assert_noop!(award(Fund::Common, 2, vec![governed(1_001, 0)]), Error::FundTooSmall);
		let two = vec![governed(1_000, 0), governed(1, 0)];
		assert_noop!(award(Fund::Common, 2, two), Error::FundTooSmall);
		assert_ok!(award(Fund::Common, 2, vec![governed(1_000, 0)]));
		assert_eq!(NetworkTreasury::fund(Fund::Common), (common(), 5, 1_000));
		assert_noop!(award(Fund::Common, 2, vec![governed(1, 0)]), Error::FundTooSmall);
	});
}

#[test]
fn milestones_worth_more_than_can_be_counted_are_more_than_a_fund_holds() {
	chain(|| {
		let much = vec![governed(u128::MAX, 0), governed(1, 0)];
		assert_noop!(award(Fund::Common, 2, much), Error::FundTooSmall);
	});
}

#[test]
fn a_fund_without_an_account_grants_nothing() {
	chain(|| {
		assert_noop!(award(Fund::Network(2), 2, vec![governed(1, 0)]), Error::FundTooSmall);
	});
}

#[test]
fn what_is_locked_on_a_fund_is_not_granted() {
	chain(|| {
		lock(&common(), 905);
		assert_noop!(award(Fund::Common, 2, vec![governed(101, 0)]), Error::FundTooSmall);
		assert_ok!(award(Fund::Common, 2, vec![governed(100, 0)]));
		assert_eq!(NetworkTreasury::fund(Fund::Common), (common(), 905, 100));
	});
}

#[test]
fn work_is_counted_by_one_row_however_many_milestones_wait_for_it() {
	chain(|| {
		assert!(!NetworkTreasury::note_work(1, &account(2), 500));
		assert_ok!(award(Fund::Common, 2, vec![by_work(20, 1, 60), by_work(30, 1, 100)]));
		assert_eq!(Works::<Test>::get(1, account(2)), Some(Work { paid: 0, waiting: 2 }));
		assert!(NetworkTreasury::note_work(1, &account(2), 59));
		assert_ok!(award(Fund::Network(0), 2, vec![by_work(5, 1, 60), governed(5, 0)]));
		assert_eq!(Works::<Test>::get(1, account(2)), Some(Work { paid: 59, waiting: 3 }));
		assert_eq!(Works::<Test>::iter().count(), 1);
		// What was paid before does not count for the later one.
		assert_eq!((stage_of(0, 1).before, stage_of(1, 0).before), (0, 59));
		assert_eq!(stage_of(1, 1).before, 0);
	});
}

#[test]
fn whoever_is_granted_needs_no_account() {
	chain(|| {
		assert_ok!(award(Fund::Common, 9, vec![governed(1, 0)]));
		assert_eq!(Grants::<Test>::get(0).unwrap().beneficiary, account(9));
		assert!(!System::account_exists(&account(9)));
	});
}

#[test]
fn nobody_but_its_origin_awards() {
	chain(|| {
		for origin in [none(), signed(1)] {
			let milestones = vec![governed(1, 0)].try_into().unwrap();
			assert_noop!(
				NetworkTreasury::award(origin, Fund::Common, account(2), milestones),
				DispatchError::BadOrigin
			);
		}
	});
}

#[test]
fn a_grant_without_milestones_or_of_nothing_is_none() {
	chain(|| {
		for milestones in [
			vec![],
			vec![governed(0, 1)],
			vec![governed(1, 0), governed(0, 0)],
			vec![by_work(1, 1, 0)],
		] {
			assert_noop!(award(Fund::Common, 2, milestones), Error::NothingGranted);
		}
		assert_ok!(award(Fund::Common, 2, vec![by_work(1, 1, 1)]));
	});
}

#[test]
fn a_networks_fund_and_its_work_are_those_of_a_network_that_there_is() {
	chain(|| {
		endow(222, 100);
		assert_noop!(award(Fund::Common, 2, vec![by_work(1, 3, 1)]), Error::NoNetwork);
		assert_noop!(award(Fund::Network(3), 2, vec![governed(1, 0)]), Error::NoNetwork);
		assert_ok!(award(Fund::Network(2), 2, vec![by_work(1, 2, 1)]));
		assert_eq!(Works::<Test>::get(2, account(2)), Some(Work { paid: 0, waiting: 1 }));
	});
}

fn stage(amount: Balance, over: EpochIndex, reached: Option<EpochIndex>) -> Stage {
	let milestone = Milestone { amount, over, release: Release::Governed };
	Stage { milestone, before: 0, reached, paid: 0 }
}

#[test]
fn a_stage_streams_from_when_it_is_reached() {
	let waiting = stage(100, 3, None);
	assert_eq!(waiting.earned(1_000), 0);
	let reached = stage(100, 3, Some(10));
	assert_eq!([9, 10, 11, 12, 13, 99].map(|now| reached.earned(now)), [0, 0, 33, 66, 100, 100]);
	assert_eq!(stage(100, 0, Some(10)).earned(10), 100);
	let paid = Stage { paid: 40, ..reached };
	assert_eq!((paid.due(11), paid.due(12), paid.unpaid()), (0, 26, 60));
}

proptest! {
	#[test]
	fn what_is_earned_grows_and_ends_at_the_amount(
		amount: Balance,
		over in 0u32..1_000,
		early in 0u32..2_000,
		late in 0u32..2_000,
	) {
		let stage = stage(amount, over, Some(10));
		let (early, late) = (early.min(late), early.max(late));
		prop_assert!(stage.earned(early) <= stage.earned(late));
		prop_assert!(stage.earned(late) <= amount);
		prop_assert_eq!(stage.earned(10 + over), amount);
	}
}
