//! What tests of this pallet have in common; beside it, a file for each subject.

mod bills;
mod closing;
mod deals;
mod divisions;
mod finishing;
mod funding;
mod jobs;
mod leasing;
mod metering;
mod model;
mod offering;
mod opening;
mod sold;
mod streaming;
mod transferred;
mod views;
mod washing;
mod withdrawing;

use crate::{mock::*, *};
use frame_support::{
	assert_noop, assert_ok,
	dispatch::DispatchResult,
	traits::{
		fungible::{Inspect, InspectHold, Mutate},
		tokens::{Fortitude, Precision, Preservation},
	},
};
use proptest::prelude::*;
use sp_runtime::{DispatchError, Permill};
use substation_primitives::{DeviceId, Lease, Purse, H256};

type Error = crate::Error<Test>;
type Event = crate::Event<Test>;

fn last_event() -> Event {
	substation_testing::last_event::<Test, _>()
}

fn free(number: u8) -> Balance {
	Balances::free_balance(account(number))
}

fn held(reason: HoldReason, number: u8) -> Balance {
	Balances::balance_on_hold(&reason.into(), &account(number))
}

fn purse(number: u8) -> Purse {
	Credits::purse(account(number))
}

fn row(agreement: AgreementId) -> Agreement {
	Agreements::<Test>::get(agreement).unwrap()
}

/// Account 1 offers something in network 0, under number 0 if it is the first.
fn offer(ask: Ask) -> DispatchResult {
	Market::offer(signed(1), 0, ask)
}

/// Account 2 takes offer 0; a key signs where units are counted.
fn open(credits: u128) -> DispatchResult {
	let terms = Offers::<Test>::get(0, 0).map(|row| row.ask.terms);
	let metered = matches!(terms, Some(Terms::Meter { .. }));
	Market::open(signed(2), 0, 0, credits, if metered { key(7) } else { None })
}

/// An agreement about units, each at `price`, with so many credits in it.
fn metered(price: u128, credits: u128, test: impl FnOnce()) {
	agreed(meter(price), credits, test);
}

/// An agreement about time, each block at `rate`, with so many credits in it.
fn streaming(rate: u128, credits: u128, test: impl FnOnce()) {
	agreed(stream(rate), credits, test);
}

fn agreed(ask: Ask, credits: u128, test: impl FnOnce()) {
	chain(|| {
		assert_ok!(offer(ask));
		assert_ok!(open(credits));
		test();
	});
}

fn settle(receipt: Option<Receipt>) -> DispatchResult {
	Market::settle(signed(5), 0, receipt)
}

/// Takes all that an account has that is not held, and lets no account hold less than a token.
fn empty(number: u8) {
	let who = account(number);
	let all = Balances::reducible_balance(&who, Preservation::Expendable, Fortitude::Force);
	let (exact, force) = (Precision::Exact, Fortitude::Force);
	assert_ok!(Balances::burn_from(&who, all, Preservation::Expendable, exact, force));
	MinimumBalance::set(STN);
}
