//! What tests of this pallet have in common; beside it, a file for each subject.

mod cells;
mod claims;
mod data_sets;
mod facts;
mod keys;
mod leaving;
mod ownership;
mod places;
mod registration;
mod seats;

use crate::{mock::*, Devices as Rows, Memberships, Occupancy, Seat};
use frame_support::{assert_noop, assert_ok, traits::fungible::InspectHold};
use sp_runtime::{DispatchError, Permill, TokenError};
use substation_primitives::{signing, AccountId32, HardwareKey, H256};
use substation_proofs::facts::DataSet;

type Error = crate::Error<Test>;
type Event = crate::Event<Test>;

fn held(number: u8) -> u64 {
	Balances::total_balance_on_hold(&account(number))
}

fn last_event() -> Event {
	substation_testing::last_event::<Test, _>()
}

fn seat_of(device: H256, network: u32) -> Option<Seat> {
	Memberships::<Test>::get(network, device)?.seat.latest().cloned().flatten()
}

/// How many devices the cell of `place` holds in network 1 as of `epoch`.
fn occupied(place: substation_proofs::facts::Place, epoch: u32) -> Option<u32> {
	let cell = h3o::CellIndex::try_from(place.cell).unwrap();
	let cell: u64 = cell.parent(h3o::Resolution::Eight).unwrap().into();
	Occupancy::<Test>::get(1, cell).at(epoch).copied()
}
