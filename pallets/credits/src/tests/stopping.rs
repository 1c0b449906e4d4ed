//! The council stops the making of credits, and lets it go on.

use super::*;

#[test]
fn the_council_and_root_may() {
	at_par(|| {
		assert_ok!(Credits::stop(signed(50)));
		assert_eq!(last_event(), Event::Stopped);
		assert_noop!(Credits::buy(signed(1), STN, 0), Error::Stopped);
		assert_eq!(Credits::issue_left(), 0);
		assert_ok!(Credits::resume(signed(50)));
		assert_eq!(last_event(), Event::Resumed);
		assert_ok!(Credits::buy(signed(1), STN, 0));
		assert_ok!(Credits::stop(root()));
		assert_ok!(Credits::resume(root()));
	});
}

#[test]
fn nobody_else_may() {
	at_par(|| {
		for origin in [signed(1), signed(11), RuntimeOrigin::none()] {
			assert_noop!(Credits::stop(origin.clone()), DispatchError::BadOrigin);
			assert_noop!(Credits::resume(origin), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn what_is_stopped_is_not_stopped_again() {
	chain(|| {
		assert_ok!(Credits::stop(root()));
		assert_noop!(Credits::stop(root()), Error::Stopped);
	});
}

#[test]
fn where_nothing_is_stopped_nothing_changes() {
	chain(|| {
		let before = substation_testing::storage_root();
		assert_ok!(Credits::resume(root()));
		System::reset_events();
		assert_eq!(substation_testing::storage_root(), before);
	});
}

#[test]
fn credits_are_spent_meanwhile_and_prices_heard() {
	at_par(|| {
		assert_ok!(Credits::buy(signed(1), STN, 0));
		assert_ok!(Credits::stop(root()));
		let taken = Credits::take(&account(1), 1_000).unwrap();
		assert_ok!(Credits::consume(taken.cost, 0));
		feed_all(&[PAR / 2; 5]);
		assert_eq!(Credits::price().unwrap().median, PAR / 2);
	});
}
