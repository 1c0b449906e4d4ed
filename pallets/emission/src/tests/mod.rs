//! What tests of this pallet have in common; beside it, a file for each subject.

mod budgets;
mod claims;
mod curve;
mod day;
mod division;
mod model;
mod pools;

use crate::{mock::*, Pool, *};
use frame_support::{assert_noop, assert_ok, traits::Hooks, weights::Weight};
use sp_runtime::DispatchError;
use substation_primitives::FULL_SCORE;

type Error = crate::Error<Test>;
type Event = crate::Event<Test>;

fn idle() {
	Emission::on_idle(1, Weight::from_parts(u64::MAX, u64::MAX));
}

fn balance(number: u8) -> u128 {
	Balances::free_balance(account(number))
}

fn has_event(event: Event) -> bool {
	System::events().iter().any(|record| record.event == RuntimeEvent::Emission(event.clone()))
}
