//! A device changes hands while agreements about it go on.

use super::*;

fn about_the_device(terms: Ask, test: impl FnOnce()) {
	agreed(Ask { device: Some(device()), ..terms }, 10_000, test);
}

#[test]
fn time_is_paid_until_then() {
	about_the_device(stream(100), || {
		pass(4);
		transfer(4);
		pass(30);
		assert!(!Market::is_covered(0, 0));
		let seen = Market::agreement(0).unwrap();
		assert_eq!((seen.end, seen.due), (Some((START + 4, Reason::Transferred)), 400));
		let seller = free(1);
		assert_ok!(Market::finish(signed(5), 0));
		assert_eq!(free(1), seller + 360_000_000);
		assert_eq!(purse(2).credits, 100_000_000 - 400);
	});
}

#[test]
fn receipts_for_units_count_for_as_long_as_a_notice() {
	about_the_device(meter(10), || {
		assert_ok!(settle(receipt(7, 0, 5)));
		transfer(4);
		assert_ok!(settle(receipt(7, 0, 10)));
		pass(9);
		assert_ok!(settle(receipt(7, 0, 11)));
		pass(1);
		assert_noop!(settle(receipt(7, 0, 12)), Error::Ended);
		assert_ok!(Market::finish(signed(5), 0));
		assert_eq!(purse(2).credits, 100_000_000 - 110);
	});
}

#[test]
fn of_one_that_did_twice_nothing_is_due_that_was_not_settled() {
	about_the_device(stream(100), || {
		pass(4);
		assert_ok!(settle(None));
		pass(2);
		transfer(4);
		pass(2);
		transfer(1);
		pass(30);
		assert_noop!(settle(None), Error::NothingDue);
		assert_ok!(Market::finish(signed(5), 0));
		assert_eq!(purse(2).credits, 100_000_000 - 400);
	});
}

#[test]
fn one_that_is_gone_ends_it() {
	about_the_device(stream(100), || {
		pass(4);
		Tenures::set(Default::default());
		assert!(!Market::is_covered(0, 0));
		assert_ok!(Market::finish(signed(5), 0));
		assert_eq!(purse(2).credits, 100_000_000);
	});
}

#[test]
fn one_that_had_changed_hands_before_does_not() {
	chain(|| {
		transfer(4);
		transfer(1);
		assert_ok!(offer(Ask { device: Some(device()), ..stream(100) }));
		assert_ok!(open(10_000));
		pass(4);
		assert_ok!(settle(None));
		assert!(Market::is_covered(0, 0));
	});
}

#[test]
fn one_that_was_registered_anew_ends_it_whoever_has_it() {
	for owner in [1, 4] {
		about_the_device(stream(100), || {
			pass(4);
			Tenures::set(Default::default());
			pass(1);
			register(device(), account(owner));
			assert!(!Market::is_covered(0, 0));
			pass(50);
			assert_noop!(settle(None), Error::NothingDue);
			// Nor is it one that has changed hands once.
			transfer(5);
			pass(50);
			assert_noop!(settle(None), Error::NothingDue);
			assert_ok!(Market::finish(signed(5), 0));
			assert_eq!(purse(2).credits, 100_000_000);
		});
	}
}
