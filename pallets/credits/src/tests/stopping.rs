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

#[test]
fn no_way_to_make_credits_is_left_open() {
	at_par(|| {
		assert_ok!(Credits::stop(root()));
		assert_noop!(Credits::buy(signed(1), STN, 0), Error::Stopped);
		assert_noop!(Credits::buy_exact(signed(1), 100_000, Balance::MAX), Error::Stopped);
		assert_ok!(Credits::resume(root()));
		assert_ok!(Credits::buy_exact(signed(1), 100_000, Balance::MAX));
	});
}

#[test]
fn what_was_refused_while_it_was_stopped_costs_nothing_and_is_made_up_by_nothing() {
	at_par(|| {
		let (tokens, totals) = (balance(1), Credits::totals());
		assert_ok!(Credits::stop(root()));
		assert_noop!(Credits::buy(signed(1), STN, 0), Error::Stopped);
		assert_ok!(Credits::resume(root()));
		assert_eq!((balance(1), Credits::totals()), (tokens, totals));
		assert_eq!(purse(1), Purse::default());
	});
}

#[test]
fn who_has_credits_keeps_them() {
	at_par(|| {
		assert_ok!(Credits::buy(signed(1), STN, 0));
		let before = (purse(1), Credits::totals());
		assert_ok!(Credits::stop(signed(50)));
		assert_eq!((purse(1), Credits::totals()), before);
		assert_ok!(Credits::resume(signed(50)));
		assert_eq!((purse(1), Credits::totals()), before);
	});
}

#[test]
fn one_who_may_stops_what_another_lets_go_on_and_the_other_way_round() {
	at_par(|| {
		assert_ok!(Credits::stop(root()));
		assert_ok!(Credits::resume(signed(50)));
		assert_ok!(Credits::stop(signed(50)));
		assert_ok!(Credits::resume(root()));
		assert_ok!(Credits::buy(signed(1), STN, 0));
	});
}

#[test]
fn a_refusal_to_let_it_go_on_leaves_it_stopped() {
	at_par(|| {
		assert_ok!(Credits::stop(root()));
		for origin in [signed(1), signed(11), RuntimeOrigin::none()] {
			assert_noop!(Credits::resume(origin), DispatchError::BadOrigin);
			assert_noop!(Credits::buy(signed(1), STN, 0), Error::Stopped);
		}
	});
}

#[test]
fn a_price_that_has_grown_old_meanwhile_is_not_the_price_when_it_goes_on() {
	at_par(|| {
		assert_ok!(Credits::stop(root()));
		wait(MaxAge::get() + 1);
		assert_ok!(Credits::resume(root()));
		assert_noop!(Credits::buy(signed(1), STN, 0), Error::PriceStale);
		feed_all(&[PAR; 5]);
		assert_ok!(Credits::buy(signed(1), STN, 0));
	});
}

#[test]
fn it_goes_on_at_the_price_that_was_heard_meanwhile() {
	at_par(|| {
		assert_ok!(Credits::stop(root()));
		feed_all(&[PAR / 2; 5]);
		assert_ok!(Credits::resume(root()));
		assert_eq!(Credits::price().unwrap().median, PAR / 2);
		assert_ok!(Credits::buy(signed(1), STN, 0));
	});
}
