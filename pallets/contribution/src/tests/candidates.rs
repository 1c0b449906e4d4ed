//! Standing for the council.

use super::*;

fn stand_down(number: u8) -> DispatchResult {
	Contribution::stand_down(signed(number))
}

/// As many candidates as there is room for, accounts 1 to 5, who count for these amounts.
fn full(amounts: [u128; 5]) {
	for (number, amount) in (1..).zip(amounts) {
		candidate(number, amount);
	}
}

#[test]
fn a_contributor_stands() {
	chain(|| {
		candidate(1, 10);
		assert_eq!(last_event(), Event::Stands { candidate: account(1) });
		assert_eq!(Candidates::<Test>::get(), accounts([1]));
		assert_eq!(Contribution::foremost(), accounts([1, 8, 7]));
	});
}

#[test]
fn who_has_not_enlisted_does_not_stand() {
	chain(|| {
		assert_noop!(stand(1), Error::NotEnlisted);
		enlist([1]);
		pay(1, 10);
		assert_ok!(Contribution::withdraw(signed(1)));
		assert_noop!(stand(1), Error::NotEnlisted);
	});
}

#[test]
fn who_counts_for_less_than_a_seat_takes_does_not_stand() {
	chain(|| {
		enlist([1]);
		assert_noop!(stand(1), Error::CountsForTooLittle);
		pay(1, 1);
		assert_noop!(stand(1), Error::CountsForTooLittle);
		pay(1, 1);
		assert_ok!(stand(1));
	});
}

#[test]
fn nobody_stands_twice_whether_there_is_room_or_not() {
	chain(|| {
		candidate(1, 10);
		assert_noop!(stand(1), Error::AlreadyStands);
		for number in 2..=5 {
			candidate(number, 20);
		}
		// The least and the foremost.
		assert_noop!(stand(1), Error::AlreadyStands);
		assert_noop!(stand(5), Error::AlreadyStands);
	});
}

#[test]
fn neither_nobody_nor_root_stands() {
	chain(|| {
		enlist([1]);
		pay(1, 10);
		for origin in [none(), root()] {
			assert_noop!(Contribution::stand(origin), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn candidates_are_in_the_order_of_accounts() {
	chain(|| {
		for number in [4, 1, 3] {
			candidate(number, 10);
		}
		assert_eq!(Candidates::<Test>::get(), accounts([1, 3, 4]));
	});
}

#[test]
fn where_there_is_no_room_the_least_makes_it_for_one_who_counts_for_more() {
	chain(|| {
		full([10, 20, 30, 40, 50]);
		enlist([6]);
		pay(6, 10);
		assert_noop!(stand(6), Error::CountsForTooLittle);
		pay(6, 1);
		let told = events().len();
		assert_ok!(stand(6));
		assert_eq!(
			events()[told..],
			[Event::StandsDown { candidate: account(1) }, Event::Stands { candidate: account(6) }]
		);
		assert_eq!(Candidates::<Test>::get(), accounts(2..=6));
	});
}

#[test]
fn of_two_who_count_for_least_the_first_by_account_makes_room() {
	chain(|| {
		full([50, 10, 40, 10, 30]);
		enlist([6]);
		pay(6, 10);
		assert_noop!(stand(6), Error::CountsForTooLittle);
		pay(6, 1);
		assert_ok!(stand(6));
		assert_eq!(Candidates::<Test>::get(), accounts([1, 3, 4, 5, 6]));
		System::assert_has_event(Event::StandsDown { candidate: account(2) }.into());
	});
}

#[test]
fn who_has_faded_below_the_least_has_to_earn_more_to_stand_again() {
	chain(|| {
		candidate(1, 3);
		// A half-life: one is left. It stands, and would not be seated.
		Now::set(30);
		assert_noop!(stand(1), Error::CountsForTooLittle);
		assert_eq!(Candidates::<Test>::get(), accounts([1]));
		assert_eq!(Contribution::foremost(), accounts([8, 7]));
		assert_ok!(stand_down(1));
		assert_noop!(stand(1), Error::CountsForTooLittle);
		pay(1, 1);
		assert_ok!(stand(1));
		assert_eq!(Contribution::foremost(), accounts([1, 8, 7]));
	});
}

#[test]
fn who_has_made_room_stands_again_once_it_counts_for_more() {
	chain(|| {
		full([10, 20, 30, 40, 50]);
		candidate(6, 60);
		assert_noop!(stand(1), Error::CountsForTooLittle);
		pay(1, 11);
		assert_ok!(stand(1));
		assert_eq!(Candidates::<Test>::get(), accounts([1, 3, 4, 5, 6]));
	});
}

#[test]
fn a_candidate_stands_down() {
	chain(|| {
		candidate(1, 10);
		assert_ok!(stand_down(1));
		assert_eq!(last_event(), Event::StandsDown { candidate: account(1) });
		assert_eq!(Candidates::<Test>::get(), accounts([]));
		assert_eq!(Contribution::foremost(), accounts([8, 7]));
	});
}

#[test]
fn the_last_candidate_who_stands_down_leaves_no_row() {
	chain(|| {
		candidate(1, 10);
		assert_ok!(stand_down(1));
		assert!(!Candidates::<Test>::exists());
	});
}

#[test]
fn who_does_not_stand_does_not_stand_down() {
	chain(|| {
		assert_noop!(stand_down(1), Error::NotStanding);
		candidate(1, 10);
		enlist([2]);
		assert_noop!(stand_down(2), Error::NotStanding);
		assert_ok!(stand_down(1));
		assert_noop!(stand_down(1), Error::NotStanding);
	});
}

#[test]
fn neither_nobody_nor_root_stands_down() {
	chain(|| {
		candidate(1, 10);
		for origin in [none(), root()] {
			assert_noop!(Contribution::stand_down(origin), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn who_stands_down_sits_until_the_next_seating() {
	chain(|| {
		candidate(1, 10);
		begin_block();
		assert_eq!(Members::get(), accounts([1, 7, 8]));
		assert_ok!(stand_down(1));
		Now::set(16);
		begin_block();
		assert_eq!(Members::get(), accounts([1, 7, 8]));
		Now::set(17);
		begin_block();
		assert_eq!(Members::get(), accounts([7, 8]));
		assert_eq!(last_event(), Event::CouncilSeated { members: accounts([7, 8]) });
	});
}

#[test]
fn the_other_candidates_and_their_order_stay() {
	chain(|| {
		full([10, 20, 30, 40, 50]);
		assert_ok!(stand_down(3));
		assert_eq!(Candidates::<Test>::get(), accounts([1, 2, 4, 5]));
		assert_eq!(Contribution::foremost(), accounts([5, 4, 2]));
	});
}

#[test]
fn who_stands_down_still_counts_for_as_much() {
	chain(|| {
		candidate(1, 10);
		let row = Contributors::<Test>::get(account(1));
		assert_ok!(stand_down(1));
		assert_eq!(Contributors::<Test>::get(account(1)), row);
		assert_eq!((held(1), Contribution::total_contribution()), (100, 10));
	});
}

#[test]
fn who_stands_down_makes_room() {
	chain(|| {
		full([10, 20, 30, 40, 50]);
		enlist([6]);
		pay(6, 5);
		assert_noop!(stand(6), Error::CountsForTooLittle);
		assert_ok!(stand_down(5));
		let told = events().len();
		assert_ok!(stand(6));
		assert_eq!(events()[told..], [Event::Stands { candidate: account(6) }]);
		assert_eq!(Candidates::<Test>::get(), accounts([1, 2, 3, 4, 6]));
	});
}

#[test]
fn who_has_faded_to_nothing_stands_down() {
	chain(|| {
		candidate(1, 10);
		Now::set(500);
		assert_eq!(Contribution::contribution(account(1)), Some(0));
		assert_ok!(stand_down(1));
	});
}
