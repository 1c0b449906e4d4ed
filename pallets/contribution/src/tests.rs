use crate::{
	mock::{Contribution, Democracy, Members, VoterCap, *},
	Ballots, Candidates, Contributors, DemocracyBallots, Founders, NextSeating, VotingPower,
};
use frame_support::{
	assert_noop, assert_ok, assert_storage_noop,
	dispatch::Pays,
	traits::{Currency, Hooks},
	weights::Weight,
};
use pallet_democracy::{AccountVote, Conviction, ReferendumInfo, ReferendumInfoOf, Vote};
use proptest::prelude::*;
use sp_runtime::{DispatchError, Perbill, TokenError};
use std::collections::BTreeMap;

type Error = crate::Error<Test>;
type Event = crate::Event<Test>;
type DemocracyError = pallet_democracy::Error<Test>;

fn last_event() -> Event {
	match System::events().pop().expect("there is an event").event {
		RuntimeEvent::Contribution(event) => event,
		other => panic!("{other:?} is another pallet's"),
	}
}

fn enlist(numbers: impl IntoIterator<Item = u8>) {
	for number in numbers {
		assert_ok!(Contribution::enlist(signed(number)));
	}
}

/// Enlists an account that then is paid so much and stands for the council.
fn candidate(number: u8, amount: u128) {
	enlist([number]);
	Contribution::note_paid(&account(number), amount);
	assert_ok!(Contribution::stand(signed(number)));
}

fn idle() {
	let _ = Contribution::on_idle(1, Weight::from_parts(u64::MAX, u64::MAX));
}

fn accounts(numbers: impl IntoIterator<Item = u8>) -> Vec<substation_primitives::AccountId32> {
	numbers.into_iter().map(account).collect()
}

fn aye(balance: u128) -> AccountVote<u128> {
	AccountVote::Standard { vote: Vote { aye: true, conviction: Conviction::Locked1x }, balance }
}

fn locked(number: u8) -> u128 {
	Balances::locks(&account(number)).first().map_or(0, |lock| lock.amount)
}

fn recorded(number: u8) -> u128 {
	DemocracyBallots::<Test>::largest(&account(number))
}

fn turnout(referendum: u32) -> u128 {
	match ReferendumInfoOf::<Test>::get(referendum) {
		Some(ReferendumInfo::Ongoing(status)) => status.tally.turnout,
		other => panic!("{other:?}"),
	}
}

mod enlisting {
	use super::*;

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
}

mod standing {
	use super::*;

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
}

mod seating {
	use super::*;

	#[test]
	fn the_foremost_are_seated_when_a_term_ends_and_nobody_in_between() {
		chain(|| {
			assert_eq!(Members::get(), accounts([7, 8]));
			for (number, amount) in [(1, 10), (2, 50), (3, 30), (4, 40), (5, 20)] {
				candidate(number, amount);
			}
			idle();
			assert_eq!(Members::get(), accounts(2..=4));
			assert_eq!(last_event(), Event::CouncilSeated { members: accounts(2..=4) });
			assert_eq!(NextSeating::<Test>::get(), 17);

			Contribution::note_paid(&account(1), 1_000);
			Now::set(16);
			idle();
			assert_eq!(Members::get(), accounts(2..=4));
			Now::set(17);
			idle();
			assert_eq!(Members::get(), accounts([1, 2, 4]));
		});
	}

	#[test]
	fn who_is_paid_no_more_is_overtaken() {
		chain(|| {
			candidate(1, 1_000);
			for number in 2..=4 {
				candidate(number, 10);
			}
			// Five half-lives: a thousand count for thirty-one.
			Now::set(110);
			for number in 2..=4 {
				Contribution::note_paid(&account(number), 40);
			}
			idle();

			assert_eq!(Members::get(), accounts(2..=4));
		});
	}

	#[test]
	fn founders_fill_what_candidates_leave_and_leave_when_there_are_enough() {
		chain(|| {
			idle();
			assert_eq!(Members::get(), accounts([7, 8]));
			candidate(1, 5);
			candidate(2, 5);
			Now::set(17);
			idle();
			// The first founder stays longest.
			assert_eq!(Members::get(), accounts([1, 2, 8]));
			candidate(3, 5);
			Now::set(24);
			idle();
			assert_eq!(Members::get(), accounts(1..=3));
			// What has faded to nothing seats nobody.
			Now::set(500);
			idle();
			assert_eq!(Members::get(), accounts([7, 8]));
		});
	}

	#[test]
	#[should_panic(expected = "too few founders")]
	fn a_chain_does_not_begin_with_fewer_founders_than_a_council_takes() {
		use sp_runtime::BuildStorage;
		MinFounders::set(3);
		let founders = vec![account(8), account(7)];
		let contribution = ContributionConfig { founders, ..Default::default() };
		let _ = RuntimeGenesisConfig { contribution, ..Default::default() }.build_storage();
	}

	#[test]
	fn a_council_is_not_seated_with_fewer_than_it_takes() {
		chain(|| {
			candidate(1, 1_000);
			candidate(2, 2_000);
			MinFounders::set(0);
			assert_ok!(Contribution::set_founders(RuntimeOrigin::root(), Default::default()));
			MinFounders::set(3);
			let before = Members::get();
			Now::set(17);
			idle();
			assert_eq!(Members::get(), before, "two are not enough");
			candidate(3, 3_000);
			Now::set(24);
			idle();
			assert_eq!(Members::get(), accounts([1, 2, 3]));
		});
	}

	#[test]
	fn founders_are_named_by_their_origin_and_once_each() {
		chain(|| {
			let named = || accounts([3, 4]).try_into().unwrap();
			assert_noop!(Contribution::set_founders(signed(1), named()), DispatchError::BadOrigin);
			let twice = accounts([3, 3]).try_into().unwrap();
			assert_noop!(
				Contribution::set_founders(RuntimeOrigin::root(), twice),
				Error::FounderTwice
			);
			assert_ok!(Contribution::set_founders(RuntimeOrigin::root(), named()));
			assert_eq!(last_event(), Event::FoundersNamed { founders: accounts([3, 4]) });
			assert_eq!(Founders::<Test>::get(), accounts([3, 4]));
			idle();
			assert_eq!(Members::get(), accounts([3, 4]));

			let nobody = || Vec::new().try_into().unwrap();
			assert_noop!(
				Contribution::set_founders(RuntimeOrigin::root(), nobody()),
				Error::TooFewFounders
			);
			// With nobody at all, who sits stays.
			MinFounders::set(0);
			assert_ok!(Contribution::set_founders(RuntimeOrigin::root(), nobody()));
			Now::set(100);
			idle();
			assert_eq!(Members::get(), accounts([3, 4]));
		});
	}

	#[test]
	fn without_room_in_the_block_seating_waits() {
		chain(|| {
			candidate(1, 5);
			assert_eq!(Contribution::on_idle(1, Weight::zero()), Weight::zero());
			assert_eq!(Members::get(), accounts([7, 8]));
		});
	}
}

mod voting {
	use super::*;

	#[test]
	fn a_voter_has_tokens_and_contribution_and_the_lock_falls_on_tokens_pro_rata() {
		chain(|| {
			enlist([1]);
			Contribution::note_paid(&account(1), 500);
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
			Contribution::note_paid(&account(1), 1_000);
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
			Contribution::note_paid(&account(2), 1_000);
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
	fn contribution_counts_for_as_much_as_the_tokens_beside_it() {
		chain(|| {
			enlist([1]);
			Contribution::note_paid(&account(1), 5_000);
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
			Contribution::note_paid(&account(1), 600);
			Contribution::note_paid(&account(2), 200);
			assert_eq!(Contribution::voting_power(account(1)), (1_000, 200));
			assert_eq!(Contribution::voting_power(account(2)), (1_000, 200));
		});
	}

	#[test]
	fn the_electorate_is_tokens_and_contribution() {
		chain(|| {
			assert_eq!(<VotingPower<Test> as Currency<_>>::total_issuance(), 9_000);
			enlist([1]);
			Contribution::note_paid(&account(1), 500);
			assert_eq!(<VotingPower<Test> as Currency<_>>::total_issuance(), 9_500);
			Contribution::note_paid(&account(1), 1_000_000);
			assert_eq!(<VotingPower<Test> as Currency<_>>::total_issuance(), 18_000);
			assert_eq!(Balances::total_issuance(), 9_000);
		});
	}

	#[test]
	fn what_is_reserved_and_slashed_is_tokens() {
		chain(|| {
			enlist([1]);
			Contribution::note_paid(&account(1), 900);
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
			Contribution::note_paid(&account(1), 1_000);
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
}

mod revising {
	use super::*;

	#[test]
	fn a_vote_comes_down_to_what_is_left() {
		chain(|| {
			enlist([1]);
			Contribution::note_paid(&account(1), 1_000);
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
			Contribution::note_paid(&account(1), 1_000);
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
				Contribution::note_paid(&account(1), 1_000);
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
			Contribution::note_paid(&account(1), 1_000);
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
			Contribution::note_paid(&account(1), 1_000);
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
			assert_storage_noop!(assert!(Contribution::revise(signed(1), account(9)).is_err()));
		});
	}
}

/// What happens, by account and amount.
#[derive(Clone, Debug)]
enum Step {
	Enlist(u8),
	Withdraw(u8),
	Pay(u8, u32),
	Wait(u32),
	Blocks(u64),
	Move(u8, u8, u32),
	Vote(u8, u32, u32),
	RemoveVote(u8, u32),
	Delegate(u8, u8, u32),
	Undelegate(u8),
	Unlock(u8),
	Revise(u8),
}

const VOTERS: core::ops::Range<u8> = 1..6;

fn step() -> impl Strategy<Value = Step> {
	let who = || VOTERS;
	prop_oneof![
		2 => who().prop_map(Step::Enlist),
		1 => who().prop_map(Step::Withdraw),
		6 => (who(), 1u32..1_000_000_000).prop_map(|(who, amount)| Step::Pay(who, amount)),
		2 => (0u32..30).prop_map(Step::Wait),
		1 => (0u64..20).prop_map(Step::Blocks),
		4 => (who(), who(), 0u32..=100).prop_map(|(one, other, part)| Step::Move(one, other, part)),
		6 => (who(), 0u32..3, 0u32..=110).prop_map(|(who, at, part)| Step::Vote(who, at, part)),
		1 => (who(), 0u32..3).prop_map(|(who, at)| Step::RemoveVote(who, at)),
		2 => (who(), who(), 0u32..=110).prop_map(|(one, other, part)| Step::Delegate(one, other, part)),
		1 => who().prop_map(Step::Undelegate),
		2 => who().prop_map(Step::Unlock),
		3 => who().prop_map(Step::Revise),
	]
}

/// A plain model: payments since an account enlisted, each with its epoch.
#[derive(Default)]
struct Model {
	payments: BTreeMap<u8, Vec<(u32, f64)>>,
	/// All that an account has ever been paid while it was enlisted.
	ever: BTreeMap<u8, u128>,
}

impl Model {
	fn worth(&self, who: u8) -> Option<f64> {
		let age = |at: &u32| f64::from(Now::get() - at) / 20.0;
		let payments = self.payments.get(&who)?;
		Some(payments.iter().map(|(at, amount)| amount * 0.5f64.powf(age(at))).sum())
	}

	fn take(&mut self, step: Step) {
		let power = |who| <VotingPower<Test> as Currency<_>>::free_balance(&account(who));
		let part = |of: u128, percent: u32| of * u128::from(percent) / 100;
		match step {
			Step::Enlist(who) => {
				let done = Contribution::enlist(signed(who)).is_ok();
				if done {
					assert!(self.payments.insert(who, Vec::new()).is_none());
				}
			}
			Step::Withdraw(who) => {
				let done = Contribution::withdraw(signed(who)).is_ok();
				assert_eq!(done, self.payments.remove(&who).is_some());
			}
			Step::Pay(who, amount) => {
				// As by a claim: tokens are minted, and count.
				let _ = Balances::deposit_creating(&account(who), amount.into());
				Contribution::note_paid(&account(who), amount.into());
				if let Some(payments) = self.payments.get_mut(&who) {
					payments.push((Now::get(), amount.into()));
					*self.ever.entry(who).or_default() += u128::from(amount);
				}
			}
			Step::Wait(epochs) => Now::set(Now::get() + epochs),
			Step::Blocks(blocks) => System::set_block_number(System::block_number() + blocks),
			Step::Move(one, other, percent) => {
				let amount = part(Balances::free_balance(account(one)), percent);
				let _ = Balances::transfer_allow_death(signed(one), account(other), amount);
			}
			Step::Vote(who, at, percent) => {
				let (votes, all) = (part(power(who), percent), power(who));
				let done = Democracy::vote(signed(who), at, aye(votes)).is_ok();
				assert!(!done || votes <= all);
			}
			Step::RemoveVote(who, at) => {
				let _ = Democracy::remove_vote(signed(who), at);
			}
			Step::Delegate(one, other, percent) => {
				let votes = part(power(one), percent);
				let _ =
					Democracy::delegate(signed(one), account(other), Conviction::Locked1x, votes);
			}
			Step::Undelegate(who) => {
				let _ = Democracy::undelegate(signed(who));
			}
			// What anybody may call locks nothing.
			Step::Unlock(who) => {
				let before = locked(who);
				let _ = Democracy::unlock(signed(9), account(who));
				assert!(locked(who) <= before);
			}
			Step::Revise(who) => {
				let before = locked(who);
				let done = Contribution::revise(signed(9), account(who)).is_ok();
				assert!(locked(who) <= before);
				assert!(recorded(who) <= power(who) + power(who) / 100);
				assert!(!done || recorded(who) <= power(who));
			}
		}
	}

	fn check(&self) {
		let tokens = |who| Balances::total_balance(&account(who));
		for who in VOTERS {
			let counts = Contribution::contribution(account(who));
			assert_eq!(counts.is_some(), self.payments.contains_key(&who));
			if let (Some(counts), Some(worth)) = (counts, self.worth(who)) {
				let error = (counts as f64 - worth).abs();
				assert!(error <= 100.0 + worth * 1e-6, "{counts} {worth}");
			}
			// Contribution is no more than was earned, tokens beside it, and all there is.
			let (_, contribution) = Contribution::voting_power(account(who));
			assert!(contribution <= counts.unwrap_or(0).min(tokens(who)));
			// What is recorded is covered by tokens that cannot leave, and for the rest by what this account
			// has earned itself; and tokens are half of it at least.
			let ever = self.ever.get(&who).copied().unwrap_or(0);
			assert!(locked(who) <= tokens(who));
			assert!(recorded(who) <= locked(who) + ever + 1, "{who}");
			assert!(recorded(who) <= 2 * locked(who), "{who}");
		}
		// All that can be voted with now is no more than the electorate.
		let electorate = <VotingPower<Test> as Currency<_>>::total_issuance();
		let everybody: u128 = (1..10)
			.map(|who| <VotingPower<Test> as Currency<_>>::free_balance(&account(who)))
			.sum();
		assert!(everybody <= electorate + 100, "{everybody} of {electorate}");
		Contribution::do_try_state().unwrap();
	}
}

proptest! {
	#[test]
	fn contribution_is_counted_once_stays_where_it_was_earned_and_does_not_outlive_its_lock(
		steps in prop::collection::vec(step(), 1..120),
	) {
		chain(|| {
			for _ in 0..3 {
				referendum();
			}
			let mut model = Model::default();
			for step in steps {
				model.take(step);
				model.check();
			}
			// Once everybody is revised, no referendum has more votes than there is an electorate.
			for who in VOTERS {
				model.take(Step::Revise(who));
			}
			let electorate = <VotingPower<Test> as Currency<_>>::total_issuance();
			for referendum in 0..3 {
				let turnout = turnout(referendum);
				assert!(turnout <= electorate + electorate / 100, "{turnout} of {electorate}");
			}
			assert!(Contributors::<Test>::iter().count() == model.payments.len());
		});
	}

	/// However one account's earnings would be spread over several from the beginning, the cap of each is
	/// a part of all; and what one has earned cannot be spread afterwards.
	#[test]
	fn an_account_never_votes_with_more_than_the_cap(
		cap in 1u32..=100,
		earned in prop::collection::vec(0u128..10_000, 5),
	) {
		chain(|| {
			VoterCap::set(Perbill::from_percent(cap));
			enlist(VOTERS);
			for (who, amount) in VOTERS.zip(&earned) {
				Contribution::note_paid(&account(who), *amount);
			}
			let before: Vec<_> =
				VOTERS.map(|who| Contribution::voting_power(account(who)).1).collect();
			for counts in &before {
				assert!(*counts <= earned.iter().sum::<u128>() * u128::from(cap) / 100);
			}
			// Tokens go to another contributor: its own contribution alone can be voted with.
			let _ = Balances::transfer_allow_death(signed(1), account(2), 700);
			let (_, second) = Contribution::voting_power(account(2));
			assert!(second <= earned[1]);
			assert!(Contribution::voting_power(account(1)).1 <= before[0]);
		});
	}
}
