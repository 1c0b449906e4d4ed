//! Enlisting, being paid, withdrawing.

use super::*;
use crate::Candidates;

#[test]
fn what_is_paid_counts_from_then_on() {
	chain(|| {
		Contribution::note_paid(&account(1), 500);
		assert_eq!(Contribution::contribution(account(1)), None);
		enlist([1]);
		assert_eq!(last_event(), Event::Enlisted { contributor: account(1) });
		assert_eq!(Balances::free_balance(account(1)), 900);
		assert_eq!(Contribution::contribution(account(1)), Some(0));
		Contribution::note_paid(&account(1), 500);
		Contribution::note_paid(&account(1), 20);

		assert_eq!(Contribution::contribution(account(1)), Some(520));
		assert_eq!(Contribution::total_contribution(), 520);
	});
}

#[test]
fn nobody_enlists_twice_or_without_the_deposit() {
	chain(|| {
		enlist([1]);
		assert_noop!(Contribution::enlist(signed(1)), Error::AlreadyEnlisted);
		assert_noop!(Contribution::enlist(signed(50)), TokenError::FundsUnavailable);
		assert_noop!(Contribution::enlist(RuntimeOrigin::root()), DispatchError::BadOrigin);
	});
}

#[test]
fn who_withdraws_has_the_deposit_back_and_counts_for_nothing() {
	chain(|| {
		enlist([2]);
		candidate(1, 500);
		assert_ok!(Contribution::withdraw(signed(1)));
		assert_eq!(last_event(), Event::Withdrawn { contributor: account(1) });
		assert_eq!(Balances::free_balance(account(1)), 1_000);
		assert_eq!(Contribution::contribution(account(1)), None);
		assert_eq!(Contribution::total_contribution(), 0);
		assert!(Candidates::<Test>::get().is_empty());
		assert_noop!(Contribution::withdraw(signed(1)), Error::NotEnlisted);
		assert_noop!(Contribution::withdraw(RuntimeOrigin::none()), DispatchError::BadOrigin);

		// Beginning again is beginning at nothing.
		enlist([1]);
		assert_eq!(Contribution::contribution(account(1)), Some(0));
	});
}
