//! Letting an agreement end.

use super::*;

fn close(number: u8) -> DispatchResult {
	Market::close(signed(number), 0)
}

#[test]
fn a_buyers_ends_after_the_notice_and_receipts_count_until_then() {
	metered(10, 1_000, || {
		assert_ok!(close(2));
		assert_eq!(last_event(), Event::Closing { agreement: 0, at: START + 10 });
		pass(9);
		assert!(Market::is_covered(0, 50));
		assert_ok!(settle(receipt(7, 0, 50)));
		pass(1);
		assert!(!Market::is_covered(0, 50));
		assert_noop!(settle(receipt(7, 0, 60)), Error::Ended);
	});
}

#[test]
fn a_providers_ends_at_once() {
	streaming(100, 10_000, || {
		pass(3);
		assert_ok!(close(1));
		assert_eq!(last_event(), Event::Closing { agreement: 0, at: START + 3 });
		pass(50);
		assert_ok!(Market::finish(signed(5), 0));
		assert_eq!(purse(2).credits, 100_000_000 - 300);
	});
}

#[test]
fn one_that_runs_dry_before_ends_then() {
	streaming(100, 1_000, || {
		pass(5);
		assert_ok!(close(2));
		assert_eq!(last_event(), Event::Closing { agreement: 0, at: START + 10 });
		pass(5);
		assert_eq!(Market::agreement(0).unwrap().end, Some((START + 10, Reason::Overdrawn)));
	});
}

#[test]
fn credits_put_in_meanwhile_do_not_make_it_longer_than_the_notice() {
	streaming(100, 1_000, || {
		pass(5);
		assert_ok!(close(2));
		assert_ok!(Market::fund(signed(3), 0, 100_000));
		assert_eq!(Market::agreement(0).unwrap().end, Some((START + 15, Reason::Closed)));
	});
}

#[test]
fn it_is_not_closed_again_unless_that_is_sooner() {
	metered(10, 1_000, || {
		assert_ok!(close(2));
		assert_noop!(close(2), Error::AlreadyClosing);
		pass(3);
		assert_noop!(close(2), Error::AlreadyClosing);
		assert_ok!(close(1));
		assert_noop!(close(1), Error::Ended);
	});
}

#[test]
fn only_its_sides_may() {
	metered(10, 1_000, || {
		for number in [3, 5, 9] {
			assert_noop!(close(number), Error::NotYours);
		}
		for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
			assert_noop!(Market::close(origin, 0), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn what_is_not_there_is_not_closed() {
	chain(|| {
		assert_noop!(close(2), Error::NotFound);
	});
}

#[test]
fn a_buyer_does_not_close_units_while_receipts_are_refused() {
	metered(10, 1_000, || {
		ReceiptsStopped::set(true);
		assert_noop!(close(2), Error::ReceiptsStopped);
		assert_ok!(close(1));
	});
	streaming(10, 1_000, || {
		// The same with a key: it signs for no time.
		assert_ok!(Market::open(signed(2), 0, 0, 1_000, key(7)));
		ReceiptsStopped::set(true);
		assert_ok!(close(2));
		assert_ok!(Market::close(signed(2), 1));
	});
}
