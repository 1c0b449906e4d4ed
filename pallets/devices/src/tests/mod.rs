mod facts;
mod ownership;
mod register;
mod seats;

use crate::{mock::*, Devices as Rows, Memberships, Occupancy, Seat};
use frame_support::{
	assert_noop, assert_ok, dispatch::DispatchResult, traits::fungible::InspectHold,
};
use sp_runtime::{DispatchError, Permill, TokenError};
use substation_primitives::{signing, AccountId32, DeviceId, HardwareKey, H256};
use substation_proofs::facts::DataSet;

type Error = crate::Error<Test>;
type Event = crate::Event<Test>;

fn held(number: u8) -> u64 {
	Balances::total_balance_on_hold(&account(number))
}

fn last_event() -> Event {
	match System::events().pop().expect("there is an event").event {
		RuntimeEvent::Devices(event) => event,
		other => panic!("{other:?} is another pallet's"),
	}
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
