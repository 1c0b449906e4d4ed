//! Which of the public's proposals goes to a vote.

use super::*;
use crate::{
	proposals::{DemocracyProposals, Proposals},
	Balance, Waits,
};
use frame_support::traits::{PreInherents, StorePreimage};
use pallet_democracy::{DepositOf, LastTabledWasExternal, PublicProps, ReferendumCount};

/// Proposes something, as account `who`, with so much behind it. Its number.
fn propose(who: u8, number: u8, value: Balance) -> u32 {
	let call = RuntimeCall::System(frame_system::Call::remark { remark: vec![number] });
	let proposal = <() as StorePreimage>::bound(call).unwrap();
	assert_ok!(Democracy::propose(signed(who), proposal, value));
	pallet_democracy::PublicPropCount::<Test>::get() - 1
}

fn proposals() -> Vec<u32> {
	let mut all: Vec<_> = PublicProps::<Test>::get().iter().map(|(one, ..)| *one).collect();
	all.sort_unstable();
	all
}

/// Begins the next block in which something goes to a vote, as the runtime does. What did.
fn launch() -> Option<u32> {
	let before = proposals();
	System::set_block_number((System::block_number() / 10 + 1) * 10);
	let now = System::block_number();
	Contribution::on_initialize(now);
	Democracy::on_initialize(now);
	DemocracyProposals::<Test>::pre_inherents();
	let after = proposals();
	before.into_iter().find(|one| !after.contains(one))
}

#[test]
fn of_new_ones_the_one_with_most_behind_it_goes_first() {
	chain(|| {
		let all = [propose(1, 1, 20), propose(2, 2, 50), propose(3, 3, 30)];
		assert_eq!(launch(), Some(all[1]));
		assert_eq!(proposals(), [all[0], all[2]]);
		// Whoever is behind it has it back.
		assert_eq!(Balances::reserved_balance(account(2)), 0);
		assert_eq!(Balances::reserved_balance(account(1)), 20);
	});
}

#[test]
fn what_backs_a_proposal_counts_once_more_for_each_vote_that_it_waited_for() {
	chain(|| {
		let poor = propose(1, 1, 100);
		// A new one each time, with six times as much, which comes back.
		let mut waited = 0;
		loop {
			let rich = propose(2, 2 + waited, 600);
			if launch() == Some(poor) {
				break;
			}
			waited += 1;
			assert_eq!(Balances::reserved_balance(account(2)), 0);
			assert_eq!(Contribution::public_queue(), [(poor, 100, 100 * Balance::from(waited))]);
			assert!(!proposals().contains(&rich));
		}
		// Six times as much once it has waited for five: and of two that are alike it is the older.
		assert_eq!(waited, 5);
	});
}

/// Else whoever keeps a few old ones would put anything before the others by backing them late.
#[test]
fn what_backs_an_old_one_late_counts_once() {
	chain(|| {
		let old = propose(1, 1, 10);
		for time in 0..5 {
			propose(2, 2 + time, 500);
			assert_ne!(launch(), Some(old));
		}
		assert_eq!(Contribution::public_queue(), [(old, 10, 50)]);
		let new = propose(3, 9, 100);
		assert_ok!(Democracy::second(signed(4), old));
		assert_eq!(Contribution::public_queue(), [(new, 100, 0), (old, 20, 50)]);
		assert_eq!(launch(), Some(new));
		assert_eq!(Contribution::public_queue(), [(old, 20, 70)]);
	});
}

#[test]
fn more_seconders_are_more_behind_it() {
	chain(|| {
		let all = [propose(1, 1, 20), propose(2, 2, 30)];
		assert_ok!(Democracy::second(signed(3), all[0]));
		assert_eq!(Contribution::public_queue(), [(all[0], 40, 0), (all[1], 30, 0)]);
		assert_eq!(launch(), Some(all[0]));
	});
}

#[test]
fn where_it_is_the_councils_turn_nobody_has_waited() {
	chain(|| {
		let one = propose(1, 1, 20);
		let other = propose(2, 2, 30);
		let call = RuntimeCall::System(frame_system::Call::remark { remark: vec![9] });
		let proposal = <() as StorePreimage>::bound(call).unwrap();
		assert_ok!(Democracy::external_propose(root(), proposal.clone()));
		assert_eq!(launch(), None);
		assert_eq!(ReferendumCount::<Test>::get(), 1);
		assert!(LastTabledWasExternal::<Test>::get() && Waits::<Test>::get().is_empty());
		// It is the public's then, whatever else waits.
		assert_ok!(Democracy::external_propose(root(), proposal));
		assert_eq!(launch(), Some(other));
		assert_eq!(Waits::<Test>::get().into_inner(), [(one, 20)]);
	});
}

#[test]
fn with_no_proposals_nothing_is_kept() {
	chain(|| {
		assert_eq!(launch(), None);
		let one = propose(1, 1, 20);
		assert_eq!(launch(), Some(one));
		assert!(Waits::<Test>::get().is_empty());
		assert!(DepositOf::<Test>::iter().next().is_none());
	});
}

#[test]
fn what_was_taken_back_is_forgotten() {
	chain(|| {
		let all = [propose(1, 1, 20), propose(2, 2, 30), propose(3, 3, 40)];
		assert_eq!(launch(), Some(all[2]));
		assert_ok!(Democracy::cancel_proposal(root(), all[0]));
		assert_eq!(launch(), Some(all[1]));
		assert!(Waits::<Test>::get().is_empty());
	});
}

#[test]
fn in_between_nothing_is_put_aside() {
	chain(|| {
		let all = [propose(1, 1, 20), propose(2, 2, 30)];
		System::set_block_number(11);
		Contribution::on_initialize(11);
		assert_eq!(proposals(), all);
		assert!(
			!DemocracyProposals::<Test>::is_turn(11) && DemocracyProposals::<Test>::is_turn(20)
		);
		DemocracyProposals::<Test>::restore();
		assert_eq!(proposals(), all);
	});
}
