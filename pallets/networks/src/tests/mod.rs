//! What tests of this pallet have in common; beside it, a file for each subject.

mod creation;
mod ending;
mod facts;
mod funds;
mod issuance;
mod makers;
mod terms;
mod vouchers;

use crate::{
	mock::{Members, Networks, *},
	Makers, Networks as Rows, *,
};
use frame_support::{assert_noop, assert_ok, traits::fungible::InspectHold};
use sp_core::{ed25519, Pair};
use sp_runtime::{DispatchError, TokenError};
use substation_primitives::ReportKey;
use substation_proofs::{storage, KindPolicy, Policy};

type Error = crate::Error<Test>;
type Event = crate::Event<Test>;

fn create(number: u8) -> u32 {
	let network = NextNetworkId::<Test>::get();
	assert_ok!(Networks::create(signed(number), storage_terms(), true));
	network
}

fn last_event() -> Event {
	substation_testing::last_event::<Test, _>()
}

fn held(number: u8) -> u64 {
	Balances::total_balance_on_hold(&account(number))
}

fn maker_pair() -> ed25519::Pair {
	ed25519::Pair::from_seed(&[7; 32])
}

/// A network of account 1 in which account 2 is licensed for two devices and has posted its key.
fn with_maker() -> u32 {
	let network = create(1);
	assert_ok!(Networks::license_maker(signed(1), network, account(2), 2));
	let key = ReportKey::Ed25519(maker_pair().public());
	assert_ok!(Networks::post_maker_key(signed(2), network, key));
	network
}
