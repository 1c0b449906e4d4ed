//! Enlisting, being paid, withdrawing.

use super::*;

fn withdraw(number: u8) -> DispatchResult {
	Contribution::withdraw(signed(number))
}

#[test]
fn who_enlists_has_a_row_and_its_deposit_is_held() {
	chain(|| {
		enlist([1]);
		assert_eq!(events(), [Event::Enlisted { contributor: account(1) }]);
		let earned = Fading { amount: 0, at: 10 };
		let row = Contributor { earned, deposit: 100, home: Default::default(), counted: earned };
		assert_eq!(Contributors::<Test>::get(account(1)), Some(row));
		assert_eq!((free(1), held(1)), (900, 100));
		assert_eq!(Balances::total_balance_on_hold(&account(1)), 100);
		assert_eq!(Contributors::<Test>::iter().count(), 1);
	});
}

#[test]
fn what_is_paid_counts_from_then_on() {
	chain(|| {
		assert_storage_noop!(assert!(!Contribution::note_paid(&account(1), 0, 500)));
		assert_eq!(Contribution::contribution(account(1)), None);
		enlist([1]);
		assert_eq!(Contribution::contribution(account(1)), Some(0));
		assert!(Contribution::note_paid(&account(1), 0, 500));
		assert!(Contribution::note_paid(&account(1), 0, 20));
		assert_eq!(Contribution::contribution(account(1)), Some(520));
		assert_eq!(Contribution::total_contribution(), 520);
	});
}

#[test]
fn nobody_enlists_twice() {
	chain(|| {
		enlist([1]);
		assert_noop!(Contribution::enlist(signed(1)), Error::AlreadyEnlisted);
		Now::set(500);
		assert_noop!(Contribution::enlist(signed(1)), Error::AlreadyEnlisted);
	});
}

#[test]
fn the_deposit_is_held_beside_the_least_that_an_account_holds() {
	chain(|| {
		Balances::set_balance(&account(20), 100);
		assert_noop!(Contribution::enlist(signed(20)), TokenError::FundsUnavailable);
		Balances::set_balance(&account(20), 101);
		enlist([20]);
		assert_eq!((free(20), held(20)), (1, 100));
	});
}

#[test]
fn nobody_enlists_without_an_account() {
	chain(|| {
		assert_noop!(Contribution::enlist(signed(50)), TokenError::FundsUnavailable);
	});
}

#[test]
fn neither_nobody_nor_root_enlists() {
	chain(|| {
		for origin in [none(), root()] {
			assert_noop!(Contribution::enlist(origin), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn tokens_that_are_locked_behind_votes_can_be_held() {
	chain(|| {
		let first = referendum();
		assert_ok!(Democracy::vote(signed(1), first, aye(1_000)));
		enlist([1]);
		assert_eq!((locked(1), held(1)), (1_000, 100));
	});
}

#[test]
fn who_enlists_changes_nothing_for_others() {
	chain(|| {
		enlist([1]);
		pay(1, 500);
		Now::set(12);
		let row = Contributors::<Test>::get(account(1));
		let total = Contribution::total_contribution();
		enlist([2]);
		assert_eq!(Contributors::<Test>::get(account(1)), row);
		assert_eq!(Contribution::total_contribution(), total);
		assert_eq!(Contributors::<Test>::get(account(2)).unwrap().earned.at, 12);
	});
}

#[test]
fn a_deposit_is_that_of_the_day() {
	chain(|| {
		enlist([1]);
		Deposit::set(70);
		enlist([2]);
		assert_eq!((held(1), held(2)), (100, 70));
		assert_eq!(Contributors::<Test>::get(account(2)).unwrap().deposit, 70);
	});
}

#[test]
fn who_withdraws_has_the_deposit_back_and_counts_for_nothing() {
	chain(|| {
		enlist([1]);
		pay(1, 500);
		assert_ok!(withdraw(1));
		assert_eq!(last_event(), Event::Withdrawn { contributor: account(1) });
		assert_eq!((free(1), held(1)), (1_000, 0));
		assert_eq!(Contribution::contribution(account(1)), None);
		assert_eq!(Contribution::total_contribution(), 0);
		assert_eq!(Contributors::<Test>::iter().count(), 0);
	});
}

#[test]
fn who_comes_back_begins_at_nothing() {
	chain(|| {
		enlist([1]);
		pay(1, 500);
		assert_ok!(withdraw(1));
		pay(1, 500);
		enlist([1]);
		assert_eq!(Contribution::contribution(account(1)), Some(0));
	});
}

#[test]
fn who_does_not_stand_leaves_candidates_as_they_are() {
	chain(|| {
		enlist([1, 2]);
		assert_ok!(withdraw(1));
		assert!(!Candidates::<Test>::exists());
		assert_eq!(last_event(), Event::Withdrawn { contributor: account(1) });
		candidate(3, 10);
		let told = events().len();
		assert_ok!(withdraw(2));
		assert_eq!(events()[told..], [Event::Withdrawn { contributor: account(2) }]);
		assert_eq!(Candidates::<Test>::get(), accounts([3]));
	});
}

#[test]
fn a_candidate_who_withdraws_stands_down() {
	chain(|| {
		for number in 1..=3 {
			candidate(number, 10);
		}
		let told = events().len();
		assert_ok!(withdraw(2));
		assert_eq!(
			events()[told..],
			[
				Event::StandsDown { candidate: account(2) },
				Event::Withdrawn { contributor: account(2) }
			]
		);
		assert_eq!(Candidates::<Test>::get(), accounts([1, 3]));
	});
}

#[test]
fn the_last_candidate_who_withdraws_leaves_no_row() {
	chain(|| {
		candidate(1, 10);
		assert_ok!(withdraw(1));
		assert!(!Candidates::<Test>::exists());
	});
}

#[test]
fn who_withdraws_sits_until_the_next_seating() {
	chain(|| {
		candidate(1, 10);
		begin_block();
		assert_eq!(Members::get(), accounts([1, 7, 8]));
		assert_ok!(withdraw(1));
		Now::set(16);
		begin_block();
		assert_eq!(Members::get(), accounts([1, 7, 8]));
		Now::set(17);
		begin_block();
		assert_eq!(Members::get(), accounts([7, 8]));
	});
}

#[test]
fn what_was_held_comes_back_whatever_a_row_costs_by_then() {
	chain(|| {
		enlist([1, 2]);
		for (number, deposit) in [(1, 1), (2, 5_000)] {
			Deposit::set(deposit);
			assert_ok!(withdraw(number));
			assert_eq!((free(number), held(number)), (1_000, 0));
		}
	});
}

#[test]
fn nobody_withdraws_without_having_enlisted() {
	chain(|| {
		assert_noop!(withdraw(1), Error::NotEnlisted);
		enlist([1]);
		assert_ok!(withdraw(1));
		assert_noop!(withdraw(1), Error::NotEnlisted);
	});
}

#[test]
fn neither_nobody_nor_root_withdraws() {
	chain(|| {
		enlist([1]);
		for origin in [none(), root()] {
			assert_noop!(Contribution::withdraw(origin), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn what_has_not_faded_of_the_others_stays_counted() {
	chain(|| {
		enlist([1, 2]);
		pay(1, 500);
		pay(2, 300);
		Now::set(30);
		let row = Contributors::<Test>::get(account(2));
		assert_ok!(withdraw(1));
		assert_eq!(Contributors::<Test>::get(account(2)), row);
		// A half-life of three hundred, rounded down once or twice.
		assert!((149..=150).contains(&Contribution::total_contribution()));
	});
}
