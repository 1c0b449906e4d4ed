//! What tests of this pallet have in common; beside it, a file for each subject.

mod bounties;
mod cancelling;
mod checks;
mod drawing;
mod ending;
mod grants;
mod income;
mod model;
mod releasing;
mod rounds;
mod service;
mod work;

use crate::{
	mock::{NetworkTreasury, *},
	Balance, Bounties, Bounty, Cell, Fund, GrantId, Grants, HoldReason, Milestone, Release, Source,
	Stage, Work, Works,
};
use frame_support::{
	assert_noop, assert_ok, assert_storage_noop,
	traits::{
		fungible::{Balanced, Inspect, InspectHold, Mutate},
		Hooks, LockableCurrency, WithdrawReasons,
	},
	weights::Weight,
};
use proptest::prelude::*;
use sp_runtime::{BuildStorage, DispatchError, DispatchResult, Permill, TokenError};
use std::collections::BTreeMap;
use substation_primitives::{AccountId32, EpochIndex, NetworkId};

type Error = crate::Error<Test>;
type Event = crate::Event<Test>;

fn last_event() -> Event {
	substation_testing::last_event::<Test, _>()
}

/// This pallet's events, the first first.
fn events() -> Vec<Event> {
	let own = |event| match event {
		RuntimeEvent::NetworkTreasury(event) => Some(event),
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

fn free(who: &AccountId32) -> u128 {
	Balances::free_balance(who)
}

fn held(reason: HoldReason, who: &AccountId32) -> u128 {
	Balances::balance_on_hold(&reason.into(), who)
}

/// Puts `amount` on an account in all.
fn endow(number: u8, amount: u128) {
	Balances::set_balance(&account(number), amount);
}

/// Locks `amount` on an account.
fn lock(who: &AccountId32, amount: u128) {
	Balances::set_lock(*b"democrac", who, amount, WithdrawReasons::all());
}

fn fund(network: NetworkId) -> AccountId32 {
	account(220 + network as u8)
}

fn take(source: Source, network: Option<NetworkId>, amount: u128) {
	NetworkTreasury::take(source, network, Balances::issue(amount));
}

fn idle() {
	let _ = NetworkTreasury::on_idle(1, Weight::from_parts(u64::MAX, u64::MAX));
}

fn governed(amount: u128, over: EpochIndex) -> Milestone {
	Milestone { amount, over, release: Release::Governed }
}

fn by_work(amount: u128, network: NetworkId, paid: u128) -> Milestone {
	Milestone { amount, over: 0, release: Release::Work { network, paid } }
}

fn award(from: Fund, to: u8, milestones: Vec<Milestone>) -> DispatchResult {
	NetworkTreasury::award(root(), from, account(to), milestones.try_into().unwrap())
}

fn release(grant: GrantId, milestone: u32) -> DispatchResult {
	NetworkTreasury::release(root(), grant, milestone)
}

fn draw(grant: GrantId) -> DispatchResult {
	NetworkTreasury::draw(signed(1), grant)
}

fn cancel(grant: GrantId) -> DispatchResult {
	NetworkTreasury::cancel(root(), grant)
}

/// A stage of a grant, as it is stored.
fn stage_of(grant: GrantId, milestone: usize) -> Stage {
	Grants::<Test>::get(grant).unwrap().stages[milestone]
}

/// Posts a bounty in network 1.
fn post(buyer: u8, price: u128, target: u64, until: EpochIndex) -> DispatchResult {
	NetworkTreasury::post_bounty(signed(buyer), 1, CELL, price, target, until)
}

/// Ends a bounty in network 1, for which account 4 asks.
fn end(buyer: u8) -> DispatchResult {
	NetworkTreasury::end_bounty(signed(4), 1, CELL, account(buyer))
}

/// A device of an owner has served in network 1.
fn serve(epoch: EpochIndex, owner: u8, score: u32) -> u32 {
	NetworkTreasury::note_service(1, CELL, &account(owner), &[(epoch, score)])
}
