//! What tests of this pallet have in common; beside it, a file for each subject.

mod buying;
mod clearing;
mod granting;
mod model;
mod posting;
mod revoking;
mod views;

use crate::{mock::*, *};
use frame_support::{
	assert_noop, assert_ok,
	dispatch::DispatchResult,
	traits::fungible::{Inspect, InspectHold},
};
use sp_runtime::{DispatchError, Permill};
use substation_primitives::{DeviceId, H256};

type Error = crate::Error<Test>;
type Event = crate::Event<Test>;

fn last_event() -> Event {
	substation_testing::last_event::<Test, _>()
}

fn held(reason: HoldReason, number: u8) -> Balance {
	Balances::balance_on_hold(&reason.into(), &account(number))
}

fn purse(number: u8) -> u128 {
	Purses::get().get(&account(number)).copied().unwrap_or(0)
}

const BOTH: Scopes = Scopes(Scopes::LIVE.0 | Scopes::HISTORY.0);

/// Account 1 grants account 2 live readings and history for 50 blocks.
fn grant() -> DispatchResult {
	grant_until(2, BOTH, START + 50)
}

fn grant_until(to: u8, scope: Scopes, until: Block) -> DispatchResult {
	Access::grant(signed(1), device(), account(to), scope, until, None, H256::zero())
}

/// Ten credits a block for history, for a hundred blocks at the most.
fn tariff() -> Tariff {
	Tariff {
		network: 0,
		scope: Scopes::HISTORY,
		rate: 10,
		longest: 100,
		backing: Permill::from_percent(80),
		only: None,
		document: H256::repeat_byte(5),
	}
}

fn post(tariffs: &[Tariff]) -> DispatchResult {
	Access::set_tariffs(signed(1), device(), tariffs.to_vec().try_into().unwrap())
}

fn buy(number: u8, credits: u128) -> DispatchResult {
	Access::buy(signed(number), device(), tariff(), credits, None)
}

fn may(number: u8, scope: Scopes) -> Option<Block> {
	Access::may(device(), account(number), scope).ok().map(|permit| permit.until)
}

fn why_not(number: u8, scope: Scopes) -> Option<Reason> {
	Access::why_not(device(), account(number), scope)
}

/// Account 2 has bought history at account 1's tariff, with 500 credits: 50 blocks.
fn bought(test: impl FnOnce()) {
	chain(|| {
		assert_ok!(post(&[tariff()]));
		assert_ok!(buy(2, 500));
		test();
	});
}
