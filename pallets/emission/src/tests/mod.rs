//! What tests of this pallet have in common; beside it, a file for each subject.

mod budgets;
mod claims;
mod curve;
mod day;
mod division;
mod idle;
mod model;
mod pools;
mod try_state;
mod views;

use crate::{mock::*, Pool, *};
use frame_support::{assert_noop, assert_ok, traits::Hooks, weights::Weight};
use sp_runtime::{BuildStorage, DispatchError, Permill};
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

/// This pallet's events, the first first.
fn events() -> Vec<Event> {
	let own = |event| match event {
		RuntimeEvent::Emission(event) => Some(event),
		_ => None,
	};
	System::events().into_iter().filter_map(|record| own(record.event)).collect()
}

/// A division by hundredths.
fn division(devices: u32, validators: u32, treasury: u32, reserve: u32) -> Division {
	Division {
		devices: Permill::from_percent(devices),
		validators: Permill::from_percent(validators),
		treasury: Permill::from_percent(treasury),
		reserve: Permill::from_percent(reserve),
	}
}
