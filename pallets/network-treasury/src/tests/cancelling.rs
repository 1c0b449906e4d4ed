//! Ending a grant before all of it was paid.

use super::*;

#[test]
fn cancelling_pays_what_is_due_and_returns_the_rest() {
	chain(|| {
		let milestones = vec![governed(90, 3), governed(10, 0), by_work(20, 1, 60)];
		assert_ok!(award(Fund::Network(0), 2, milestones));
		assert_ok!(release(0, 0));
		Now::set(12);
		assert_ok!(cancel(0));
		assert_eq!(last_event(), Event::Cancelled { grant: 0, returned: 60 });
		assert_eq!(free(&account(2)), 1_060);
		assert_eq!(NetworkTreasury::fund(Fund::Network(0)), (fund(0), 445, 0));
		assert!(Grants::<Test>::get(0).is_none());
		assert_eq!(Works::<Test>::iter().count(), 0);
		assert_noop!(cancel(0), Error::NoGrant);
	});
}

#[test]
fn where_nothing_is_due_nothing_is_drawn() {
	chain(|| {
		assert_ok!(award(Fund::Common, 2, vec![governed(90, 3), governed(10, 0)]));
		assert_ok!(release(0, 0));
		let told = events().len();
		assert_ok!(cancel(0));
		assert_eq!(events()[told..], [Event::Cancelled { grant: 0, returned: 100 }]);
		assert_eq!(NetworkTreasury::fund(Fund::Common), (common(), 1_005, 0));
		assert_eq!(free(&account(2)), 1_000);
	});
}

#[test]
fn what_is_due_is_drawn_before_the_grant_has_ended() {
	chain(|| {
		assert_ok!(award(Fund::Common, 2, vec![governed(90, 3), governed(10, 0)]));
		assert_ok!(release(0, 0));
		Now::set(11);
		let told = events().len();
		assert_ok!(cancel(0));
		assert_eq!(
			events()[told..],
			[
				Event::Drawn { grant: 0, amount: 30, unpaid: 70 },
				Event::Cancelled { grant: 0, returned: 70 }
			]
		);
		assert_eq!(NetworkTreasury::fund(Fund::Common), (common(), 975, 0));
	});
}

#[test]
fn of_a_grant_that_is_reached_in_full_nothing_is_returned() {
	chain(|| {
		assert_ok!(award(Fund::Common, 2, vec![governed(90, 3), governed(10, 0)]));
		assert_ok!(release(0, 0));
		assert_ok!(release(0, 1));
		Now::set(13);
		assert_ok!(cancel(0));
		assert_eq!(last_event(), Event::Cancelled { grant: 0, returned: 0 });
		assert_eq!((free(&account(2)), free(&common())), (1_100, 905));
		assert!(Grants::<Test>::get(0).is_none());
		assert_eq!(held(HoldReason::Grant, &common()), 0);
	});
}

#[test]
fn what_was_drawn_before_is_not_returned() {
	chain(|| {
		assert_ok!(award(Fund::Common, 2, vec![governed(90, 3)]));
		assert_ok!(release(0, 0));
		Now::set(12);
		assert_ok!(draw(0));
		assert_ok!(cancel(0));
		assert_eq!(last_event(), Event::Cancelled { grant: 0, returned: 30 });
		assert_eq!((free(&account(2)), free(&common())), (1_060, 945));
	});
}

#[test]
fn nobody_but_its_origin_cancels() {
	chain(|| {
		assert_ok!(award(Fund::Common, 2, vec![governed(1, 0)]));
		for origin in [none(), signed(2)] {
			assert_noop!(NetworkTreasury::cancel(origin, 0), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn a_grant_that_there_is_not_is_not_cancelled() {
	chain(|| {
		assert_noop!(cancel(0), Error::NoGrant);
		assert_ok!(award(Fund::Common, 2, vec![governed(10, 0)]));
		assert_noop!(cancel(1), Error::NoGrant);
		assert_ok!(release(0, 0));
		assert_ok!(draw(0));
		assert_noop!(cancel(0), Error::NoGrant);
	});
}

#[test]
fn a_beneficiary_without_an_account_keeps_no_grant_from_ending() {
	chain(|| {
		assert_ok!(award(Fund::Common, 9, vec![governed(4, 0), governed(1, 0)]));
		assert_ok!(release(0, 0));
		let told = events().len();
		assert_ok!(cancel(0));
		assert_eq!(events()[told..], [Event::Cancelled { grant: 0, returned: 5 }]);
		assert_eq!((free(&account(9)), free(&common())), (0, 1_005));
	});
}

#[test]
fn another_grants_work_is_still_counted() {
	chain(|| {
		assert_ok!(award(Fund::Common, 2, vec![by_work(20, 1, 60), by_work(20, 0, 60)]));
		assert_ok!(award(Fund::Common, 2, vec![by_work(20, 1, 60)]));
		NetworkTreasury::note_work(1, &account(2), 60);
		assert_ok!(cancel(0));
		assert_eq!(Works::<Test>::get(1, account(2)), Some(Work { paid: 60, waiting: 1 }));
		assert_eq!(Works::<Test>::get(0, account(2)), None);
		assert_ok!(NetworkTreasury::release_by_work(signed(1), 1, 0));
		assert_eq!(held(HoldReason::Grant, &common()), 20);
	});
}

#[test]
fn what_is_returned_can_be_granted_again() {
	chain(|| {
		assert_ok!(award(Fund::Common, 2, vec![governed(1_000, 0)]));
		assert_noop!(award(Fund::Common, 3, vec![governed(1, 0)]), Error::FundTooSmall);
		assert_ok!(cancel(0));
		assert_ok!(award(Fund::Common, 3, vec![governed(1_000, 0)]));
		assert_eq!(NetworkTreasury::fund(Fund::Common), (common(), 5, 1_000));
	});
}
