//! Milestones that are reached by a decision.

use super::*;

#[test]
fn a_decision_reaches_a_milestone_and_pays_nobody_yet() {
	chain(|| {
		assert_ok!(award(Fund::Common, 2, vec![governed(90, 3), governed(10, 0)]));
		Now::set(12);
		assert_ok!(release(0, 1));
		assert_eq!(last_event(), Event::Reached { grant: 0, milestone: 1 });
		assert_eq!(
			stage_of(0, 1),
			Stage { milestone: governed(10, 0), before: 0, reached: Some(12), paid: 0 }
		);
		assert_eq!((free(&account(2)), held(HoldReason::Grant, &common())), (1_000, 100));
	});
}

#[test]
fn the_other_milestones_of_a_grant_still_wait() {
	chain(|| {
		assert_ok!(award(Fund::Common, 2, vec![governed(90, 3), governed(10, 0)]));
		let other = stage_of(0, 0);
		assert_ok!(release(0, 1));
		assert_eq!(stage_of(0, 0), other);
		assert_eq!(NetworkTreasury::grant(0).unwrap().1, 10);
	});
}

#[test]
fn the_last_milestone_is_released_and_there_is_none_after_it() {
	chain(|| {
		assert_ok!(award(Fund::Common, 2, vec![governed(1, 0); 3]));
		assert_noop!(release(0, 3), Error::NoMilestone);
		assert_noop!(release(0, u32::MAX), Error::NoMilestone);
		assert_ok!(release(0, 2));
		assert_eq!(last_event(), Event::Reached { grant: 0, milestone: 2 });
	});
}

#[test]
fn a_grant_that_was_never_awarded_has_no_milestones() {
	chain(|| {
		assert_noop!(release(0, 0), Error::NoGrant);
		assert_ok!(award(Fund::Common, 2, vec![governed(1, 0)]));
		assert_noop!(release(1, 0), Error::NoGrant);
	});
}

#[test]
fn a_grant_that_was_paid_out_or_cancelled_has_no_milestones() {
	chain(|| {
		for grant in 0..2 {
			assert_ok!(award(Fund::Common, 2, vec![governed(1, 0)]));
			assert_ok!(release(grant, 0));
		}
		assert_ok!(draw(0));
		assert_noop!(release(0, 0), Error::NoGrant);
		assert_ok!(cancel(1));
		assert_noop!(release(1, 0), Error::NoGrant);
	});
}

#[test]
fn a_milestone_is_reached_once() {
	chain(|| {
		assert_ok!(award(Fund::Common, 2, vec![governed(90, 3), by_work(10, 1, 60)]));
		assert_ok!(release(0, 0));
		assert_noop!(release(0, 0), Error::AlreadyReached);
		Now::set(12);
		assert_noop!(release(0, 0), Error::AlreadyReached);
		NetworkTreasury::note_work(1, &account(2), 60);
		assert_ok!(NetworkTreasury::release_by_work(signed(1), 0, 1));
		assert_noop!(release(0, 1), Error::AlreadyReached);
	});
}

#[test]
fn nobody_but_its_origin_decides() {
	chain(|| {
		assert_ok!(award(Fund::Common, 2, vec![governed(1, 0)]));
		for origin in [none(), signed(2)] {
			assert_noop!(NetworkTreasury::release(origin, 0, 0), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn work_is_counted_no_more_for_a_milestone_that_was_decided_on() {
	chain(|| {
		assert_ok!(award(Fund::Common, 2, vec![by_work(20, 1, 60), by_work(20, 1, 70)]));
		NetworkTreasury::note_work(1, &account(2), 10);
		assert_ok!(release(0, 0));
		assert_eq!(last_event(), Event::Reached { grant: 0, milestone: 0 });
		assert_eq!(Works::<Test>::get(1, account(2)), Some(Work { paid: 10, waiting: 1 }));
		assert_ok!(release(0, 1));
		assert_eq!(Works::<Test>::iter().count(), 0);
	});
}

#[test]
fn a_milestone_streams_from_its_release_not_from_the_award() {
	chain(|| {
		assert_ok!(award(Fund::Common, 2, vec![governed(90, 3)]));
		Now::set(50);
		assert_ok!(release(0, 0));
		assert_eq!(NetworkTreasury::grant(0).unwrap().1, 0);
		Now::set(51);
		assert_eq!(NetworkTreasury::grant(0).unwrap().1, 30);
	});
}
