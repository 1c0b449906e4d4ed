//! Revising what is recorded.

use super::*;
use frame_support::dispatch::DispatchResultWithPostInfo;

/// Revises an account's votes, for which account 3 asks.
fn revise(voter: u8) -> DispatchResultWithPostInfo {
	Contribution::revise(signed(3), account(voter))
}

#[test]
fn a_vote_comes_down_to_what_is_left() {
	chain(|| {
		enlist([1]);
		Contribution::note_paid(&account(1), 0, 1_000);
		let (first, second, small) = (referendum(), referendum(), referendum());
		assert_ok!(Democracy::vote(signed(1), first, aye(2_000)));
		let split = AccountVote::Split { aye: 1_500, nay: 500 };
		assert_ok!(Democracy::vote(signed(1), second, split));
		assert_ok!(Democracy::vote(signed(1), small, aye(30)));
		assert_noop!(Contribution::revise(signed(2), account(1)), Error::NothingToRevise);

		// A half-life.
		Now::set(30);
		let done = Contribution::revise(signed(2), account(1)).unwrap();
		assert_eq!(done.pays_fee, Pays::No);
		let power = 1_000 + Contribution::contribution(account(1)).unwrap();
		assert_eq!(last_event(), Event::Revised { voter: account(1), votes: power });
		assert_eq!(recorded(1), power);
		assert_eq!(turnout(first), power);
		assert_eq!(turnout(second), power);
		assert_eq!(turnout(small), 30);
		assert_noop!(Contribution::revise(signed(2), account(1)), Error::NothingToRevise);
		assert_noop!(
			Contribution::revise(RuntimeOrigin::root(), account(1)),
			DispatchError::BadOrigin
		);
	});
}

#[test]
fn a_delegation_comes_down_and_so_does_what_the_delegate_votes_with() {
	chain(|| {
		enlist([1]);
		Contribution::note_paid(&account(1), 0, 1_000);
		let first = referendum();
		assert_ok!(Democracy::vote(signed(2), first, aye(10)));
		assert_ok!(Democracy::delegate(signed(1), account(2), Conviction::Locked1x, 2_000));
		assert_eq!(turnout(first), 2_010);
		assert_ok!(Contribution::withdraw(signed(1)));
		assert_ok!(Contribution::revise(signed(3), account(1)));
		assert_eq!(turnout(first), 1_010);
		assert_eq!(locked(1), 1_000);
	});
}

#[test]
fn a_stranger_locks_no_more_of_the_tokens_than_their_owner_did() {
	for delegates in [false, true] {
		chain(|| {
			enlist([1]);
			Contribution::note_paid(&account(1), 0, 1_000);
			let first = referendum();
			let cast = if delegates {
				Democracy::delegate(signed(1), account(2), Conviction::Locked1x, 1_200)
					.map(|_| ())
					.map_err(|error| error.error)
			} else {
				Democracy::vote(signed(1), first, aye(1_200))
			};
			assert_ok!(cast);
			assert_eq!(locked(1), 600);
			assert_ok!(Contribution::withdraw(signed(1)));
			assert_ok!(Contribution::revise(signed(2), account(1)));
			assert_eq!((locked(1), recorded(1)), (600, 600));
			assert_ok!(Balances::transfer_allow_death(signed(1), account(3), 400));
		});
	}
}

#[test]
fn less_than_a_hundredth_too_much_may_stay() {
	chain(|| {
		enlist([1]);
		Contribution::note_paid(&account(1), 0, 1_000);
		let first = referendum();
		let power = Contribution::contribution(account(1)).unwrap() + 1_000;
		assert_ok!(Democracy::vote(signed(1), first, aye(power)));
		let mut at_most = 0;
		for now in 11..30 {
			Now::set(now);
			let power = 1_000 + Contribution::contribution(account(1)).unwrap();
			let revised = Contribution::revise(signed(2), account(1)).is_ok();
			at_most = at_most.max(recorded(1) * 100 / power);
			assert!(recorded(1) >= power || revised);
		}
		assert!(at_most <= 101, "{at_most}");
	});
}

#[test]
fn a_finished_referendum_is_left_alone() {
	chain(|| {
		enlist([1]);
		Contribution::note_paid(&account(1), 0, 1_000);
		let first = referendum();
		assert_ok!(Democracy::vote(signed(1), first, aye(2_000)));
		System::set_block_number(101);
		let _ = Democracy::on_initialize(101);
		assert!(matches!(
			ReferendumInfoOf::<Test>::get(first),
			Some(ReferendumInfo::Finished { approved: true, .. })
		));
		Now::set(100);
		assert_noop!(Contribution::revise(signed(2), account(1)), Error::NothingToRevise);
		// Not before the lock is over.
		assert_ok!(Democracy::unlock(signed(1), account(1)));
		assert_eq!(locked(1), 1_000);
		System::set_block_number(112);
		assert_ok!(Democracy::remove_vote(signed(1), first));
		assert_ok!(Democracy::unlock(signed(1), account(1)));
		assert_eq!(locked(1), 0);
	});
}

#[test]
fn who_never_voted_has_nothing_to_revise() {
	chain(|| {
		assert_noop!(revise(9), Error::NothingToRevise);
		assert_noop!(revise(50), Error::NothingToRevise);
	});
}

/// An account that has voted with its thousand tokens and so much contribution, all of which is gone.
fn overvoted(number: u8, contribution: u128) -> u32 {
	enlist([number]);
	pay(number, contribution);
	let referendum = referendum();
	assert_ok!(Democracy::vote(signed(number), referendum, aye(1_000 + contribution)));
	assert_ok!(Contribution::withdraw(signed(number)));
	referendum
}

#[test]
fn exactly_a_hundredth_too_much_may_stay() {
	chain(|| {
		let first = overvoted(1, 10);
		assert_noop!(revise(1), Error::NothingToRevise);
		assert_eq!((recorded(1), turnout(first)), (1_010, 1_010));
	});
}

#[test]
fn a_planck_more_than_a_hundredth_is_brought_down() {
	chain(|| {
		let first = overvoted(1, 11);
		assert_ok!(revise(1));
		assert_eq!(last_event(), Event::Revised { voter: account(1), votes: 1_000 });
		assert_eq!((recorded(1), turnout(first), locked(1)), (1_000, 1_000, 1_000));
	});
}

#[test]
fn who_asks_in_vain_pays_for_it_and_who_does_not_pays_nothing() {
	chain(|| {
		overvoted(1, 10);
		let refused = revise(1).unwrap_err();
		assert_eq!(refused.post_info.pays_fee, Pays::Yes);
		overvoted(2, 11);
		assert_eq!(revise(2).unwrap().pays_fee, Pays::No);
	});
}

#[test]
fn where_votes_cannot_be_brought_down_all_stays_as_it_was() {
	chain(|| {
		let first = overvoted(1, 500);
		Stuck::set(true);
		assert_noop!(revise(1), DispatchError::Other("stuck"));
		assert_eq!((recorded(1), turnout(first)), (1_500, 1_500));
		Stuck::set(false);
		assert_ok!(revise(1));
		assert_eq!((recorded(1), turnout(first)), (1_000, 1_000));
	});
}

#[test]
fn neither_nobody_nor_root_revises() {
	chain(|| {
		overvoted(1, 500);
		for origin in [none(), root()] {
			assert_noop!(Contribution::revise(origin, account(1)), DispatchError::BadOrigin);
		}
		assert_ok!(Contribution::revise(signed(1), account(1)));
	});
}

#[test]
fn others_votes_stay() {
	chain(|| {
		let first = overvoted(1, 500);
		assert_ok!(Democracy::vote(signed(2), first, aye(700)));
		assert_ok!(revise(1));
		assert_eq!((recorded(2), turnout(first)), (700, 1_700));
	});
}
