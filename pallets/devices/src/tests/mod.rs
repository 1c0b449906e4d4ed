//! What tests of this pallet have in common; beside it, a file for each subject.

mod cells;
mod chairs;
mod claims;
mod data_sets;
mod description;
mod facts;
mod joining;
mod keys;
mod leaving;
mod ownership;
mod places;
mod registration;
mod seats;
mod standing;
mod try_state;
mod vouchers;

use crate::{
	chairs::{Chair, IDLE, SEEN},
	mock::*,
	Cells, Chairs, Devices as Rows, Memberships, Seat, COUNTS_KEPT,
};
use frame_support::{assert_noop, assert_ok, traits::fungible::InspectHold};
use sp_runtime::{DispatchError, Permill, TokenError};
use substation_primitives::{signing, HardwareKey, H256};
use substation_proofs::facts::DataSet;
use substation_testing::stores_nothing;

type Error = crate::Error<Test>;
type Event = crate::Event<Test>;

fn held(number: u8) -> u64 {
	Balances::total_balance_on_hold(&account(number))
}

/// Leaves account `number` with so much that is not held.
fn left_with(number: u8, amount: u64) {
	let spare = Balances::free_balance(account(number)) - amount;
	assert_ok!(Balances::transfer_allow_death(signed(number), account(99), spare));
}

fn last_event() -> Event {
	substation_testing::last_event::<Test, _>()
}

/// This pallet's events since the block began.
fn events() -> Vec<Event> {
	System::events().into_iter().filter_map(|record| record.event.try_into().ok()).collect()
}

/// Origins that sign nothing.
fn unsigned() -> [RuntimeOrigin; 2] {
	[RuntimeOrigin::none(), RuntimeOrigin::root()]
}

fn seat_of(device: H256, network: u32) -> Option<Seat> {
	Memberships::<Test>::get(network, device)?.seat.latest().cloned().flatten()
}

/// How many devices the cell of `place` holds in network 1 as of `epoch`.
fn occupied(place: substation_proofs::facts::Place, epoch: u32) -> Option<u32> {
	Devices::counts(1, cell_in(1, place), epoch).map(|counts| counts.occupied)
}

/// The cell of `place` in a network that numbers its members.
fn cell_in(network: u32, place: substation_proofs::facts::Place) -> u64 {
	Devices::cell_at(network, Some(&place)).unwrap()
}

/// Where a device sits, as set last.
fn chair_of(device: H256, network: u32) -> Option<Chair> {
	Memberships::<Test>::get(network, device)?.chair.latest().copied().flatten()
}

/// Changes the seat of account 1's device in each epoch until no other change has room, in epoch
/// 15.
fn change_often(device: H256, network: u32) {
	for epoch in 11..15 {
		Now::set(epoch);
		assert_ok!(Devices::set_seat(signed(1), device, network, account(epoch as u8), CUT));
	}
	Now::set(15);
}

fn join(owner: u8, device: H256, network: u32) -> frame_support::dispatch::DispatchResult {
	Devices::join(signed(owner), device, network, account(9), CUT, None)
}
