//! What is done with credits once they are made.

use super::*;

#[test]
fn what_is_taken_is_held_elsewhere_until_it_is_given_back() {
	at_par(|| {
		assert_ok!(Credits::buy(signed(1), 10 * STN, 0));
		let taken = Credits::take(&account(1), 995_000).unwrap();
		assert_eq!(taken, Purse { credits: 995_000, cost: STN });
		assert_eq!(purse(1), Purse { credits: 8_955_000, cost: 9 * STN });
		HeldElsewhere::set(STN);
		assert_ok!(Credits::do_try_state());
		Credits::give(&account(2), taken);
		HeldElsewhere::set(0);
		assert_eq!(purse(2), taken);
	});
}

#[test]
fn an_empty_purse_has_no_row() {
	at_par(|| {
		assert_ok!(Credits::buy(signed(1), STN, 0));
		let taken = Credits::take(&account(1), 995_000).unwrap();
		assert!(!Purses::<Test>::contains_key(account(1)));
		Credits::give(&account(1), taken);
		assert!(Purses::<Test>::contains_key(account(1)));
		Credits::give(&account(2), Purse::default());
		assert!(!Purses::<Test>::contains_key(account(2)));
	});
}

#[test]
fn more_than_there_is_cannot_be_taken() {
	at_par(|| {
		assert_ok!(Credits::buy(signed(1), STN, 0));
		for (who, credits) in [(1, 995_001), (1, u128::MAX), (2, 1)] {
			assert_noop!(Credits::take(&account(who), credits), Error::NotEnough);
		}
		assert_eq!(Credits::take(&account(2), 0).unwrap(), Purse::default());
	});
}

#[test]
fn ninety_five_hundredths_may_be_made_again_and_a_planck_more_may_not() {
	at_par(|| {
		assert_ok!(Credits::buy(signed(1), STN, 0));
		let taken = Credits::take(&account(1), 995_000).unwrap();
		assert_noop!(Credits::consume(taken.cost, 950_000_000_001), Error::TooMuchRemade);
		assert_ok!(Credits::consume(taken.cost, 950_000_000_000));
		assert_eq!(
			Credits::totals(),
			Sums { burned: STN, outstanding: 0, consumed: STN, remade: 950_000_000_000 }
		);
	});
}
