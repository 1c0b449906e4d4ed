//! Voting with tokens and contribution.

use super::*;
use crate::power::Power;

#[test]
fn a_voter_has_tokens_and_contribution_and_the_lock_falls_on_tokens_pro_rata() {
	chain(|| {
		enlist([1]);
		Contribution::note_paid(&account(1), 0, 500);
		assert_eq!(Contribution::voting_power(account(1)), (1_000, 500));
		let first = referendum();
		assert_noop!(
			Democracy::vote(signed(1), first, aye(1_501)),
			DemocracyError::InsufficientFunds
		);
		assert_ok!(Democracy::vote(signed(1), first, aye(300)));
		assert_eq!(locked(1), 200);
		assert_ok!(Democracy::vote(signed(1), first, aye(1_500)));
		assert_eq!(locked(1), 1_000);
		assert_eq!(turnout(first), 1_500);
	});
}

#[test]
fn a_lock_stays_what_it_was_when_the_votes_were_cast() {
	chain(|| {
		enlist([1, 2]);
		Contribution::note_paid(&account(1), 0, 1_000);
		let first = referendum();
		// Half of it contribution, which then fades and ends.
		assert_ok!(Democracy::vote(signed(1), first, aye(1_000)));
		assert_eq!(locked(1), 500);
		Now::set(50);
		assert_ok!(Contribution::withdraw(signed(1)));
		assert_ok!(Democracy::unlock(signed(3), account(1)));
		assert_eq!(locked(1), 500);

		// All of it tokens, beside which contribution is earned then.
		assert_ok!(Democracy::vote(signed(2), first, aye(1_000)));
		Contribution::note_paid(&account(2), 0, 1_000);
		assert_ok!(Democracy::unlock(signed(3), account(2)));
		assert_eq!(locked(2), 1_000);
		// More votes take no more than all tokens, fewer leave a lock of as many.
		assert_ok!(Democracy::vote(signed(2), first, aye(2_000)));
		assert_eq!(locked(2), 1_000);
		assert_ok!(Democracy::vote(signed(2), first, aye(300)));
		assert_ok!(Democracy::unlock(signed(3), account(2)));
		assert_eq!(locked(2), 300);
		assert_ok!(Democracy::remove_vote(signed(2), first));
		assert_ok!(Democracy::unlock(signed(3), account(2)));
		assert_eq!(locked(2), 0);
		assert_eq!(crate::Locks::<Test>::get(account(2)), 0);
	});
}

#[test]
fn tokens_are_locked_under_the_name_that_referenda_use() {
	chain(|| {
		let first = referendum();
		assert_ok!(Democracy::vote(signed(1), first, aye(10)));
		let names: Vec<_> = Balances::locks(&account(1)).iter().map(|lock| lock.id).collect();
		assert_eq!(names, [<DemocracyBallots<Test> as Ballots>::LOCK]);
	});
}

#[test]
fn no_votes_lock_no_tokens_and_leave_no_row() {
	chain(|| {
		let first = referendum();
		assert_ok!(Democracy::vote(signed(1), first, aye(0)));
		assert_eq!((locked(1), Locks::<Test>::iter().count()), (0, 0));
		// Nor do those that are taken back to none.
		assert_ok!(Democracy::vote(signed(1), first, aye(10)));
		assert_eq!((locked(1), Locks::<Test>::get(account(1))), (10, 10));
		assert_ok!(Democracy::vote(signed(1), first, aye(0)));
		assert_ok!(Democracy::unlock(signed(3), account(1)));
		assert_eq!((locked(1), Locks::<Test>::iter().count()), (0, 0));
	});
}

#[test]
fn contribution_counts_for_as_much_as_the_tokens_beside_it() {
	chain(|| {
		enlist([1]);
		Contribution::note_paid(&account(1), 0, 5_000);
		assert_eq!(Contribution::voting_power(account(1)), (1_000, 1_000));
		// Deposits are tokens too.
		assert_ok!(Balances::transfer_allow_death(signed(1), account(2), 600));
		assert_eq!(Contribution::voting_power(account(1)), (400, 400));
		// Nobody's contribution moves along.
		assert_eq!(Contribution::voting_power(account(2)), (1_600, 0));
	});
}

#[test]
fn one_account_has_no_more_than_the_cap_of_all_contribution() {
	chain(|| {
		VoterCap::set(Perbill::from_percent(25));
		enlist([1, 2]);
		Contribution::note_paid(&account(1), 0, 600);
		Contribution::note_paid(&account(2), 0, 200);
		assert_eq!(Contribution::voting_power(account(1)), (1_000, 200));
		assert_eq!(Contribution::voting_power(account(2)), (1_000, 200));
	});
}

#[test]
fn the_electorate_is_tokens_and_contribution() {
	chain(|| {
		assert_eq!(<VotingPower<Test> as Currency<_>>::total_issuance(), 9_000);
		enlist([1]);
		Contribution::note_paid(&account(1), 0, 500);
		assert_eq!(<VotingPower<Test> as Currency<_>>::total_issuance(), 9_500);
		assert_eq!(Contribution::electorate(), (9_000, 500));
		assert_eq!(Balances::total_issuance(), 9_000);
		// What somebody else keeps is voted with by nobody.
		Idle::set(2_000);
		assert_eq!(Contribution::electorate(), (7_000, 500));
		assert_ok!(Contribution::withdraw(signed(1)));
		assert_eq!(<VotingPower<Test> as Currency<_>>::total_issuance(), 7_000);
	});
}

/// Whoever earns much under an account without tokens, or more than one account may vote with, makes nobody else's majority
/// harder, or easier.
#[test]
fn what_nobody_can_vote_with_is_no_part_of_the_electorate() {
	chain(|| {
		enlist([1, 2]);
		Contribution::note_paid(&account(1), 0, 1_000_000);
		assert_eq!(Contribution::voting_power(account(1)), (1_000, 1_000));
		assert_eq!(Contribution::electorate(), (9_000, 1_000));
		VoterCap::set(Perbill::from_parts(100_000));
		Contribution::note_paid(&account(2), 0, 500);
		assert_eq!(Contribution::voting_power(account(2)), (1_000, 100));
		assert_eq!(Contribution::electorate(), (9_000, 1_100));
	});
}

/// Whoever votes is counted by then, whatever it had when it was paid.
#[test]
fn what_votes_is_in_the_electorate() {
	chain(|| {
		enlist([1]);
		assert_ok!(Balances::transfer_allow_death(signed(1), account(2), 890));
		Contribution::note_paid(&account(1), 0, 1_000);
		assert_eq!(Contribution::electorate(), (9_000, 110));
		assert_ok!(Balances::transfer_allow_death(signed(2), account(1), 890));
		let first = referendum();
		assert_ok!(Democracy::vote(signed(1), first, aye(2_000)));
		assert_eq!((turnout(first), Contribution::electorate()), (2_000, (9_000, 1_000)));
	});
}

/// The electorate follows what an account has by now once anybody asks for it.
#[test]
fn what_an_account_has_by_now_is_counted_when_anybody_asks() {
	chain(|| {
		enlist([1]);
		Contribution::note_paid(&account(1), 0, 1_000);
		assert_eq!(Contribution::electorate(), (9_000, 1_000));
		assert_noop!(Contribution::revise(signed(3), account(1)), Error::NothingToRevise);
		assert_noop!(Contribution::revise(signed(3), account(2)), Error::NothingToRevise);
		assert_ok!(Balances::transfer_allow_death(signed(1), account(2), 600));
		assert_eq!(Contribution::electorate(), (9_000, 1_000));
		let done = Contribution::revise(signed(3), account(1)).unwrap();
		assert_eq!((done.pays_fee, Contribution::electorate()), (Pays::No, (9_000, 400)));
		assert_noop!(Contribution::revise(signed(3), account(1)), Error::NothingToRevise);
		// What would be counted higher is paid for.
		assert_ok!(Balances::transfer_allow_death(signed(2), account(1), 600));
		let done = Contribution::revise(signed(3), account(1)).unwrap();
		assert_eq!((done.pays_fee, Contribution::electorate()), (Pays::Yes, (9_000, 1_000)));
		// What fades is not asked for: the count fades as well.
		Now::set(30);
		assert_eq!(Contribution::electorate(), (9_000, 500));
		assert_noop!(Contribution::revise(signed(3), account(1)), Error::NothingToRevise);
	});
}

#[test]
fn what_is_reserved_and_slashed_is_tokens() {
	chain(|| {
		enlist([1]);
		Contribution::note_paid(&account(1), 0, 900);
		let call = RuntimeCall::System(frame_system::Call::remark { remark: Vec::new() });
		let proposal = <() as frame_support::traits::StorePreimage>::bound(call).unwrap();
		assert_noop!(
			Democracy::propose(signed(1), proposal.clone(), 950),
			pallet_balances::Error::<Test>::InsufficientBalance
		);
		assert_ok!(Democracy::propose(signed(1), proposal, 800));
		assert_eq!(Balances::free_balance(account(1)), 100);
		assert_ok!(Democracy::cancel_proposal(RuntimeOrigin::root(), 0));
		assert_eq!(Balances::total_balance(&account(1)), 200);
		assert_eq!(Contribution::contribution(account(1)), Some(900));
		assert_eq!(Contribution::voting_power(account(1)), (200, 200));
	});
}

#[test]
fn tokens_behind_votes_do_not_move_until_they_are_unlocked() {
	chain(|| {
		enlist([1]);
		Contribution::note_paid(&account(1), 0, 1_000);
		let first = referendum();
		assert_ok!(Democracy::vote(signed(1), first, aye(1_000)));
		assert_eq!(locked(1), 500);
		assert!(Balances::transfer_allow_death(signed(1), account(2), 501).is_err());
		assert_ok!(Balances::transfer_allow_death(signed(1), account(2), 400));
		// Locked is what the votes need by now: all that is left stands behind them.
		assert_ok!(Democracy::unlock(signed(1), account(1)));
		assert_eq!(locked(1), 500);
		assert_ok!(Democracy::remove_vote(signed(1), first));
		assert_ok!(Democracy::unlock(signed(1), account(1)));
		assert_eq!(locked(1), 0);
	});
}

fn powers() -> impl Strategy<Value = Power> {
	(0..u128::MAX / 4, 0.0f64..=1.0).prop_map(|(tokens, part)| {
		let contribution = ((tokens as f64 * part) as u128).min(tokens);
		Power { tokens, contribution }
	})
}

proptest! {
	#[test]
	fn votes_are_covered_by_tokens_and_no_more_contribution_than_these(
		power in powers(),
		share in 0.0f64..=1.5,
	) {
		let votes = (power.votes() as f64 * share) as u128;
		let behind = power.tokens_behind(votes);

		prop_assert!(behind <= power.tokens);
		let rest = votes.min(power.votes()) - behind.min(votes);
		prop_assert!(rest <= power.contribution.min(behind));
	}

	#[test]
	fn so_many_votes_and_not_one_more_stand_on_so_many_tokens(
		power in powers(),
		share in 0.0f64..=1.5,
	) {
		let locked = (power.tokens as f64 * share) as u128;
		let votes = power.votes_on(locked);

		prop_assert!(power.tokens_behind(votes) <= locked);
		prop_assert!(votes == power.votes() || power.tokens_behind(votes + 1) > locked);
	}
}

#[test]
fn the_last_planck_is_rounded_to_the_tokens() {
	let power = Power { tokens: 100, contribution: 50 };
	let behind = [0, 1, 2, 3, 149, 150, 151, u128::MAX].map(|votes| power.tokens_behind(votes));
	assert_eq!(behind, [0, 1, 2, 2, 100, 100, 100, 100]);
	let on = [0, 1, 2, 99, 100, 101].map(|tokens| power.votes_on(tokens));
	assert_eq!(on, [0, 1, 3, 148, 150, 150]);
	assert_eq!(Power { tokens: 0, contribution: 0 }.tokens_behind(7), 0);
	assert_eq!(Power { tokens: 0, contribution: 0 }.votes_on(7), 0);
}
