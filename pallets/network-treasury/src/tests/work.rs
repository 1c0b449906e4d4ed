//! Milestones that are reached by work.

use super::*;
use crate::Works;

#[test]
fn work_that_was_paid_after_the_award_reaches_a_milestone() {
	chain(|| {
		NetworkTreasury::note_work(1, &account(2), 500);
		assert_ok!(award(Fund::Network(0), 2, vec![by_work(20, 1, 60), by_work(30, 1, 100)]));
		NetworkTreasury::note_work(1, &account(2), 59);
		NetworkTreasury::note_work(0, &account(2), 100);
		NetworkTreasury::note_work(1, &account(3), 100);
		assert_noop!(NetworkTreasury::release_by_work(signed(1), 0, 0), Error::NotEnoughWork);
		NetworkTreasury::note_work(1, &account(2), 1);
		assert_ok!(NetworkTreasury::release_by_work(signed(1), 0, 0));
		assert_noop!(NetworkTreasury::release_by_work(signed(1), 0, 0), Error::AlreadyReached);
		assert_ok!(NetworkTreasury::draw(signed(1), 0));
		assert_eq!(free(&account(2)), 1_020);

		// A grant that is awarded later does not count what was paid before.
		assert_ok!(award(Fund::Network(0), 2, vec![by_work(20, 1, 60)]));
		NetworkTreasury::note_work(1, &account(2), 40);
		assert_ok!(NetworkTreasury::release_by_work(signed(1), 0, 1));
		assert_noop!(NetworkTreasury::release_by_work(signed(1), 1, 0), Error::NotEnoughWork);
		NetworkTreasury::note_work(1, &account(2), 20);
		assert_ok!(NetworkTreasury::release_by_work(signed(1), 1, 0));
		assert_eq!(Works::<Test>::iter().count(), 0);
	});
}

#[test]
fn those_who_grant_may_decide_on_a_milestone_of_work_too() {
	chain(|| {
		assert_ok!(award(Fund::Common, 2, vec![by_work(20, 1, 60)]));
		assert_ok!(NetworkTreasury::release(RuntimeOrigin::root(), 0, 0));
		assert_eq!(Works::<Test>::iter().count(), 0);
		assert_ok!(NetworkTreasury::draw(signed(1), 0));
		assert_eq!(free(&account(2)), 1_020);
	});
}
