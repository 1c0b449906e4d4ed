//! What constants have to be to each other, and what is found in a state that should not be.

use super::*;
use crate::{Seated, Total};
use frame_support::{
	storage::with_transaction,
	traits::{LockableCurrency, WithdrawReasons},
	BoundedVec,
};
use sp_runtime::TransactionOutcome;

/// Checks that the state is refused for this reason, and taken once it is put back.
#[track_caller]
fn found(reason: &str, spoil: impl FnOnce()) {
	let result = with_transaction(|| {
		spoil();
		let result = Contribution::do_try_state();
		TransactionOutcome::Rollback(Ok::<_, DispatchError>(result))
	});
	let told = match result.unwrap() {
		Err(DispatchError::Other(told)) => told,
		other => panic!("{other:?}"),
	};
	assert_eq!(told, reason);
	assert_ok!(Contribution::do_try_state());
}

/// Checks constants once they were changed.
fn checked(change: impl FnOnce()) {
	// Sets them all to what they are.
	externalities();
	change();
	Contribution::integrity_test();
}

#[test]
#[should_panic(expected = "more founders are asked for than there are seats")]
fn no_more_founders_are_asked_for_than_there_are_seats() {
	checked(|| {
		MinFounders::set(4);
	});
}

#[test]
fn as_many_founders_may_be_asked_for_as_there_are_seats() {
	checked(|| {
		MinFounders::set(3);
	});
}

#[test]
#[should_panic(expected = "who earned nothing would be seated")]
fn a_seat_takes_something() {
	checked(|| {
		SeatMinimum::set(0);
	});
}

#[test]
#[should_panic(expected = "nobody's contribution counts")]
fn a_cap_leaves_something() {
	checked(|| {
		VoterCap::set(Perbill::zero());
	});
}

#[test]
fn a_lock_that_is_not_what_its_row_says_is_found() {
	chain(|| {
		let first = referendum();
		assert_ok!(Democracy::vote(signed(1), first, aye(300)));
		let set = |amount| {
			let all = WithdrawReasons::all();
			Balances::set_lock(*b"democrac", &account(1), amount, all);
		};
		let reason = "what is locked behind votes is not what its row says";
		found(reason, || set(299));
		found(reason, || set(301));
		found(reason, || Balances::remove_lock(*b"democrac", &account(1)));
		found("tokens are locked behind votes without a row", || Locks::<Test>::remove(account(1)));
		found("nothing is locked, and has a row", || Locks::<Test>::insert(account(2), 0));
	});
}

#[test]
fn what_others_lock_is_no_lock_of_votes() {
	chain(|| {
		Balances::set_lock(*b"vesting ", &account(1), 700, WithdrawReasons::all());
		assert_ok!(Contribution::do_try_state());
		let first = referendum();
		assert_ok!(Democracy::vote(signed(1), first, aye(300)));
		assert_eq!(Locks::<Test>::get(account(1)), 300);
		assert_ok!(Contribution::do_try_state());
	});
}

#[test]
fn a_founder_who_is_named_twice_is_found() {
	chain(|| {
		found("a founder is named twice", || {
			Founders::<Test>::put(BoundedVec::truncate_from(accounts([8, 7, 8])));
		});
	});
}

#[test]
fn candidates_members_deposits_and_sums_that_should_not_be_are_found() {
	chain(|| {
		candidate(1, 10);
		candidate(2, 20);
		found("candidates are not in order", || {
			Candidates::<Test>::put(BoundedVec::truncate_from(accounts([2, 1])));
		});
		found("a candidate is no contributor", || {
			Candidates::<Test>::put(BoundedVec::truncate_from(accounts([1, 3])));
		});
		found("members are not in order", || {
			Seated::<Test>::put(BoundedVec::truncate_from(accounts([2, 1])));
		});
		found("a contributor's deposit is not held", || {
			Contributors::<Test>::mutate(account(1), |row| row.as_mut().unwrap().deposit += 1);
		});
		found("something was earned in the future", || {
			Contributors::<Test>::mutate(account(1), |row| row.as_mut().unwrap().earned.at += 1);
		});
		found("the total is not the sum of contributions", || {
			Total::<Test>::mutate(|total| total.amount += 10_000);
		});
	});
}
