//! Milestones that are reached by work.

use super::*;

fn show(grant: GrantId, milestone: u32) -> DispatchResult {
	NetworkTreasury::release_by_work(signed(3), grant, milestone)
}

#[test]
fn work_that_was_paid_after_the_award_reaches_a_milestone() {
	chain(|| {
		NetworkTreasury::note_work(1, &account(2), 500);
		assert_ok!(award(Fund::Network(0), 2, vec![by_work(20, 1, 60), by_work(30, 1, 100)]));
		NetworkTreasury::note_work(1, &account(2), 59);
		NetworkTreasury::note_work(0, &account(2), 100);
		NetworkTreasury::note_work(1, &account(3), 100);
		assert_noop!(show(0, 0), Error::NotEnoughWork);
		NetworkTreasury::note_work(1, &account(2), 1);
		assert_ok!(show(0, 0));
		assert_noop!(show(0, 0), Error::AlreadyReached);
		assert_ok!(draw(0));
		assert_eq!(free(&account(2)), 1_020);

		// A grant that is awarded later does not count what was paid before.
		assert_ok!(award(Fund::Network(0), 2, vec![by_work(20, 1, 60)]));
		NetworkTreasury::note_work(1, &account(2), 40);
		assert_ok!(show(0, 1));
		assert_noop!(show(1, 0), Error::NotEnoughWork);
		NetworkTreasury::note_work(1, &account(2), 20);
		assert_ok!(show(1, 0));
		assert_eq!(Works::<Test>::iter().count(), 0);
	});
}

#[test]
fn anybody_shows_that_a_milestone_was_reached_and_it_is_told() {
	chain(|| {
		assert_ok!(award(Fund::Common, 2, vec![governed(5, 0), by_work(20, 1, 60)]));
		NetworkTreasury::note_work(1, &account(2), 61);
		Now::set(13);
		assert_ok!(show(0, 1));
		assert_eq!(last_event(), Event::Reached { grant: 0, milestone: 1 });
		assert_eq!(
			stage_of(0, 1),
			Stage { milestone: by_work(20, 1, 60), before: 0, reached: Some(13), paid: 0 }
		);
		assert_eq!(Works::<Test>::iter().count(), 0);
		assert_eq!((free(&account(2)), free(&account(3))), (1_000, 1_000));
	});
}

#[test]
fn a_grant_that_there_is_not_is_reached_by_no_work() {
	chain(|| {
		assert_noop!(show(0, 0), Error::NoGrant);
		assert_ok!(award(Fund::Common, 2, vec![by_work(20, 1, 60)]));
		assert_noop!(show(1, 0), Error::NoGrant);
		assert_ok!(cancel(0));
		assert_noop!(show(0, 0), Error::NoGrant);
	});
}

#[test]
fn a_milestone_that_there_is_not_is_reached_by_no_work() {
	chain(|| {
		assert_ok!(award(Fund::Common, 2, vec![by_work(20, 1, 60)]));
		NetworkTreasury::note_work(1, &account(2), 60);
		assert_noop!(show(0, 1), Error::NoMilestone);
		assert_noop!(show(0, u32::MAX), Error::NoMilestone);
		assert_ok!(show(0, 0));
	});
}

#[test]
fn a_milestone_that_is_decided_on_is_reached_by_no_work() {
	chain(|| {
		assert_ok!(award(Fund::Common, 2, vec![governed(5, 0), by_work(5, 1, 1)]));
		NetworkTreasury::note_work(1, &account(2), 1_000);
		assert_noop!(show(0, 0), Error::NeedsDecision);
	});
}

#[test]
fn those_who_grant_may_decide_on_a_milestone_of_work_too() {
	chain(|| {
		assert_ok!(award(Fund::Common, 2, vec![by_work(20, 1, 60)]));
		assert_ok!(release(0, 0));
		assert_eq!(Works::<Test>::iter().count(), 0);
		assert_noop!(show(0, 0), Error::AlreadyReached);
		assert_ok!(draw(0));
		assert_eq!(free(&account(2)), 1_020);
	});
}

#[test]
fn neither_nobody_nor_root_shows_work() {
	chain(|| {
		assert_ok!(award(Fund::Common, 2, vec![by_work(20, 1, 60)]));
		NetworkTreasury::note_work(1, &account(2), 60);
		for origin in [none(), root()] {
			assert_noop!(NetworkTreasury::release_by_work(origin, 0, 0), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn work_in_another_network_or_of_somebody_else_does_not_count() {
	chain(|| {
		assert_ok!(award(Fund::Common, 2, vec![by_work(20, 1, 60)]));
		assert!(!NetworkTreasury::note_work(0, &account(2), 60));
		assert!(!NetworkTreasury::note_work(1, &account(3), 60));
		assert_noop!(show(0, 0), Error::NotEnoughWork);
		assert_eq!(Works::<Test>::get(1, account(2)), Some(Work { paid: 0, waiting: 1 }));
	});
}

#[test]
fn work_is_counted_only_while_a_milestone_waits_for_it() {
	chain(|| {
		assert_storage_noop!(assert!(!NetworkTreasury::note_work(1, &account(2), 60)));
		assert_ok!(award(Fund::Common, 2, vec![by_work(20, 1, 60)]));
		assert!(NetworkTreasury::note_work(1, &account(2), 60));
		assert_ok!(show(0, 0));
		assert_storage_noop!(assert!(!NetworkTreasury::note_work(1, &account(2), 60)));
	});
}

#[test]
fn work_that_was_counted_stays_counted_for_a_milestone_that_waits_longer() {
	chain(|| {
		assert_ok!(award(Fund::Common, 2, vec![by_work(20, 1, 60), by_work(20, 1, 61)]));
		NetworkTreasury::note_work(1, &account(2), 60);
		assert_ok!(show(0, 0));
		assert_eq!(Works::<Test>::get(1, account(2)), Some(Work { paid: 60, waiting: 1 }));
		assert_noop!(show(0, 1), Error::NotEnoughWork);
		NetworkTreasury::note_work(1, &account(2), 1);
		assert_ok!(show(0, 1));
	});
}
