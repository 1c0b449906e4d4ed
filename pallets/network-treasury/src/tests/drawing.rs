//! Paying what is due of a grant.

use super::*;

#[test]
fn what_is_due_is_paid_to_the_beneficiary_whoever_asks_for_it() {
	chain(|| {
		assert_ok!(award(Fund::Common, 2, vec![governed(90, 3)]));
		assert_ok!(release(0, 0));
		Now::set(11);
		assert_ok!(NetworkTreasury::draw(signed(3), 0));
		assert_eq!(last_event(), Event::Drawn { grant: 0, amount: 30, unpaid: 60 });
		assert_eq!((free(&account(2)), free(&account(3))), (1_030, 1_000));
		assert_eq!(NetworkTreasury::fund(Fund::Common), (common(), 915, 60));
		assert_eq!(stage_of(0, 0).paid, 30);
	});
}

#[test]
fn the_last_part_leaves_nothing_unpaid_and_no_grant() {
	chain(|| {
		assert_ok!(award(Fund::Common, 2, vec![governed(100, 3)]));
		assert_ok!(release(0, 0));
		Now::set(12);
		assert_ok!(draw(0));
		assert_eq!(last_event(), Event::Drawn { grant: 0, amount: 66, unpaid: 34 });
		Now::set(13);
		assert_ok!(draw(0));
		assert_eq!(last_event(), Event::Drawn { grant: 0, amount: 34, unpaid: 0 });
		assert!(Grants::<Test>::get(0).is_none());
		assert_eq!(NetworkTreasury::fund(Fund::Common), (common(), 905, 0));
		assert_eq!(free(&account(2)), 1_100);
	});
}

#[test]
fn nothing_is_due_before_a_milestone_is_reached_nor_in_the_epoch_a_stream_begins() {
	chain(|| {
		assert_ok!(award(Fund::Common, 2, vec![governed(90, 3)]));
		Now::set(100);
		assert_noop!(draw(0), Error::NothingDue);
		assert_ok!(release(0, 0));
		assert_noop!(draw(0), Error::NothingDue);
		Now::set(101);
		assert_ok!(draw(0));
		assert_noop!(draw(0), Error::NothingDue);
	});
}

#[test]
fn a_part_that_rounds_to_nothing_is_not_due_yet() {
	chain(|| {
		assert_ok!(award(Fund::Common, 2, vec![governed(2, 4)]));
		assert_ok!(release(0, 0));
		Now::set(11);
		assert_noop!(draw(0), Error::NothingDue);
		Now::set(12);
		assert_ok!(draw(0));
		assert_eq!(last_event(), Event::Drawn { grant: 0, amount: 1, unpaid: 1 });
	});
}

#[test]
fn what_is_due_of_all_milestones_is_paid_at_once() {
	chain(|| {
		let milestones = vec![governed(90, 3), governed(10, 0), by_work(20, 1, 60)];
		assert_ok!(award(Fund::Network(0), 2, milestones));
		assert_ok!(release(0, 0));
		assert_ok!(release(0, 1));
		Now::set(12);
		assert_ok!(draw(0));
		assert_eq!(last_event(), Event::Drawn { grant: 0, amount: 70, unpaid: 50 });
		assert_eq!([0, 1, 2].map(|milestone| stage_of(0, milestone).paid), [60, 10, 0]);
		assert_eq!(NetworkTreasury::fund(Fund::Network(0)), (fund(0), 385, 50));
	});
}

#[test]
fn a_stream_pays_no_more_than_its_amount_however_late_it_is_drawn() {
	chain(|| {
		assert_ok!(award(Fund::Common, 2, vec![governed(90, 3), governed(10, 0)]));
		assert_ok!(release(0, 0));
		Now::set(EpochIndex::MAX);
		assert_ok!(draw(0));
		assert_eq!(last_event(), Event::Drawn { grant: 0, amount: 90, unpaid: 10 });
		assert_eq!(free(&account(2)), 1_090);
	});
}

#[test]
fn of_a_grant_that_there_is_not_nothing_is_drawn() {
	chain(|| {
		assert_noop!(draw(0), Error::NoGrant);
		assert_ok!(award(Fund::Common, 2, vec![governed(10, 0)]));
		assert_ok!(release(0, 0));
		assert_ok!(draw(0));
		assert_noop!(draw(0), Error::NoGrant);
	});
}

#[test]
fn neither_nobody_nor_root_draws() {
	chain(|| {
		assert_ok!(award(Fund::Common, 2, vec![governed(10, 0)]));
		assert_ok!(release(0, 0));
		for origin in [none(), root()] {
			assert_noop!(NetworkTreasury::draw(origin, 0), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn what_an_account_cannot_hold_stays_due() {
	chain(|| {
		assert_ok!(award(Fund::Common, 9, vec![governed(4, 0), governed(1, 0)]));
		assert_ok!(release(0, 0));
		assert_noop!(draw(0), TokenError::CannotCreate);
		assert_ok!(release(0, 1));
		assert_ok!(draw(0));
		assert_eq!(last_event(), Event::Drawn { grant: 0, amount: 5, unpaid: 0 });
		assert_eq!(free(&account(9)), 5);
	});
}

#[test]
fn one_grant_is_drawn_and_the_other_is_left() {
	chain(|| {
		for grant in 0..2 {
			assert_ok!(award(Fund::Common, 2, vec![governed(10, 0)]));
			assert_ok!(release(grant, 0));
		}
		assert_ok!(draw(1));
		assert_eq!(last_event(), Event::Drawn { grant: 1, amount: 10, unpaid: 0 });
		assert_eq!(held(HoldReason::Grant, &common()), 10);
		assert_eq!(NetworkTreasury::grant(0).unwrap().1, 10);
	});
}
