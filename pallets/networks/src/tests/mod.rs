//! What tests of this pallet have in common; beside it, a file for each subject.

mod creation;
mod ending;
mod facts;
mod funds;
mod genesis;
mod issuance;
mod makers;
mod ownership;
mod profiles;
mod terms;
mod try_state;
mod vouchers;

use crate::{
	mock::{Members, Networks, *},
	Makers, Networks as Rows, *,
};
use frame_support::{assert_noop, assert_ok, traits::fungible::InspectHold};
use sp_core::{ed25519, Pair};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult, TokenError};
use substation_primitives::ReportKey;
use substation_proofs::{storage, KindPolicy, Policy};
use substation_testing::stores_nothing;

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

/// Leaves account `number` with so much that is not held.
fn left_with(number: u8, amount: u64) {
	let spare = Balances::free_balance(account(number)) - amount;
	assert_ok!(Balances::transfer_allow_death(signed(number), account(99), spare));
}

/// Origins that sign nothing.
fn unsigned() -> [RuntimeOrigin; 2] {
	[RuntimeOrigin::none(), RuntimeOrigin::root()]
}

fn maker_pair() -> ed25519::Pair {
	ed25519::Pair::from_seed(&[7; 32])
}

fn maker_key() -> ReportKey {
	ReportKey::Ed25519(maker_pair().public())
}

/// A network of account 1 in which account 2 is licensed for two devices and has posted its key.
fn with_maker() -> u32 {
	let network = create(1);
	assert_ok!(Networks::license_maker(signed(1), network, account(2), 2));
	assert_ok!(Networks::post_maker_key(signed(2), network, maker_key()));
	network
}

fn set_weight(network: u32, weight: u32) -> DispatchResult {
	let terms = Networks::hash_of_terms(network).unwrap_or_default();
	Networks::set_weight(RuntimeOrigin::root(), network, weight, terms)
}

/// The row of a network as genesis makes it.
fn endowed_network(owner: substation_primitives::AccountId32, vouched: bool) -> Network<u64> {
	Network { owner, deposit: 0, vouched, makers: 0, licences: 0, retired: None, offer: None }
}

/// What a network's terms were set to last.
fn latest_terms(network: u32) -> Terms<u64> {
	NetworkTerms::<Test>::get(network).unwrap().latest().unwrap().clone()
}
