//! What tests of this pallet have in common; beside it, a file for each subject.

mod candidates;
mod checks;
mod contributors;
mod council;
mod democracy;
mod fading;
mod founders;
mod model;
mod power;
mod proposals;
mod stops;

use crate::{
	mock::{Contribution, Democracy, Members, VoterCap, *},
	Ballots, Candidates, Contributor, Contributors, DemocracyBallots, Fading, Founders, HoldReason,
	Locks, NextSeating, VotingPower,
};
use frame_support::{
	assert_noop, assert_ok, assert_storage_noop,
	dispatch::Pays,
	traits::{
		fungible::{InspectHold, Mutate},
		Currency, Hooks,
	},
	weights::Weight,
};
use pallet_democracy::{AccountVote, Conviction, ReferendumInfo, ReferendumInfoOf, Vote};
use proptest::prelude::*;
use sp_runtime::{BuildStorage, DispatchError, DispatchResult, Perbill, TokenError};

type Error = crate::Error<Test>;
type Event = crate::Event<Test>;
type DemocracyError = pallet_democracy::Error<Test>;

fn last_event() -> Event {
	substation_testing::last_event::<Test, _>()
}

/// This pallet's events, the first first.
fn events() -> Vec<Event> {
	let own = |event| match event {
		RuntimeEvent::Contribution(event) => Some(event),
		_ => None,
	};
	System::events().into_iter().filter_map(|record| own(record.event)).collect()
}

fn root() -> RuntimeOrigin {
	RuntimeOrigin::root()
}

fn none() -> RuntimeOrigin {
	RuntimeOrigin::none()
}

/// What is held of an account for its row.
fn held(number: u8) -> u128 {
	Balances::balance_on_hold(&HoldReason::Contributor.into(), &account(number))
}

fn free(number: u8) -> u128 {
	Balances::free_balance(account(number))
}

fn pay(number: u8, amount: u128) {
	Contribution::note_paid(&account(number), 0, amount);
}

fn enlist(numbers: impl IntoIterator<Item = u8>) {
	for number in numbers {
		assert_ok!(Contribution::enlist(signed(number)));
	}
}

/// Enlists an account that then is paid so much and stands for the council.
fn candidate(number: u8, amount: u128) {
	enlist([number]);
	Contribution::note_paid(&account(number), 0, amount);
	assert_ok!(Contribution::stand(signed(number)));
}

fn stand(number: u8) -> DispatchResult {
	Contribution::stand(signed(number))
}

fn set_founders(numbers: impl IntoIterator<Item = u8>) -> DispatchResult {
	Contribution::set_founders(root(), accounts(numbers).try_into().unwrap())
}

/// Begins a block.
fn begin_block() {
	let _ = Contribution::on_initialize(1);
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
