//! Standing for the council.

use super::*;
use crate::Candidates;

#[test]
fn a_contributor_stands_and_stands_down() {
	chain(|| {
		candidate(1, 10);
		assert_eq!(last_event(), Event::Stands { candidate: account(1) });
		assert_noop!(Contribution::stand(signed(1)), Error::AlreadyStands);
		assert_ok!(Contribution::stand_down(signed(1)));
		assert_eq!(last_event(), Event::StandsDown { candidate: account(1) });
		assert_noop!(Contribution::stand_down(signed(1)), Error::NotStanding);
		assert_noop!(Contribution::stand_down(RuntimeOrigin::root()), DispatchError::BadOrigin);
	});
}

#[test]
fn who_has_not_earned_anything_does_not_stand() {
	chain(|| {
		assert_noop!(Contribution::stand(signed(1)), Error::NotEnlisted);
		enlist([1]);
		assert_noop!(Contribution::stand(signed(1)), Error::CountsForTooLittle);
		Contribution::note_paid(&account(1), 1);
		assert_noop!(Contribution::stand(signed(1)), Error::CountsForTooLittle);
		Contribution::note_paid(&account(1), 1);
		assert_ok!(Contribution::stand(signed(1)));
		assert_noop!(Contribution::stand(RuntimeOrigin::root()), DispatchError::BadOrigin);
	});
}

#[test]
fn where_there_is_no_room_the_least_makes_it_for_one_who_counts_for_more() {
	chain(|| {
		for number in 1..=5 {
			candidate(number, u128::from(number) * 10);
		}
		enlist([6]);
		Contribution::note_paid(&account(6), 10);
		assert_noop!(Contribution::stand(signed(6)), Error::CountsForTooLittle);
		Contribution::note_paid(&account(6), 1);
		assert_ok!(Contribution::stand(signed(6)));

		assert_eq!(Candidates::<Test>::get(), accounts(2..=6));
		System::assert_has_event(Event::StandsDown { candidate: account(1) }.into());
	});
}
