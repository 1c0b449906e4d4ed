//! What tests of this pallet have in common; beside it, a file for each subject.

mod bounties;
mod grants;
mod income;
mod model;
mod rounds;
mod work;

use crate::{
	mock::{NetworkTreasury, *},
	Balance, Cell, Fund, Milestone, Release, Source,
};
use frame_support::{
	assert_noop, assert_ok, assert_storage_noop,
	traits::{
		fungible::{Balanced, Inspect},
		Hooks,
	},
	weights::Weight,
};
use proptest::prelude::*;
use sp_runtime::{DispatchError, TokenError};
use std::collections::BTreeMap;
use substation_primitives::{AccountId32, EpochIndex, NetworkId};

type Error = crate::Error<Test>;
type Event = crate::Event<Test>;

fn last_event() -> Event {
	substation_testing::last_event::<Test, _>()
}

fn free(who: &AccountId32) -> u128 {
	Balances::free_balance(who)
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

fn award(from: Fund, to: u8, milestones: Vec<Milestone>) -> sp_runtime::DispatchResult {
	let milestones = milestones.try_into().unwrap();
	NetworkTreasury::award(RuntimeOrigin::root(), from, account(to), milestones)
}
