//! A device's data are granted and sold through the whole runtime.

use polkadot_sdk::{
	frame_support::{assert_ok, traits::Get},
	pallet_safe_mode,
	sp_runtime::{DispatchError, Permill},
};
use substation_primitives::{DeviceId, H256};
use substation_runtime::{
	Access, Balances, Credits, Market, Networks, Runtime, RuntimeHoldReason, System,
};

use pallet_access::{Call, Reason, Scopes, Tariff};

use crate::{
	chain::{account, by_governance, rich, Chain, KeyPair},
	field::{register_aggregator, storing, STORAGE},
	market::{consumer, feed, free, PRICE},
};

fn tariff() -> Tariff {
	Tariff {
		network: STORAGE,
		scope: Scopes::HISTORY,
		rate: 100_000,
		longest: 500,
		backing: Permill::from_percent(80),
		only: None,
		document: H256::zero(),
	}
}

fn post(chain: &Chain, owner: &KeyPair, device: DeviceId) {
	let tariffs = vec![tariff()].try_into().unwrap();
	assert_ok!(chain.send(owner, Call::set_tariffs { device, tariffs }));
}

fn buy(chain: &Chain, buyer: &KeyPair, device: DeviceId) -> Result<(), DispatchError> {
	chain.send(buyer, Call::buy { device, tariff: tariff(), credits: 10_000_000, key: None })
}

fn why_not(device: DeviceId, who: &KeyPair) -> Option<Reason> {
	Access::why_not(device, account(who), Scopes::HISTORY)
}

fn until(device: DeviceId, who: &KeyPair) -> Option<u32> {
	Access::may(device, account(who), Scopes::HISTORY).ok().map(|permit| permit.until)
}

/// A device of an owner's, on a chain where a token has a price.
fn owned(test: impl FnOnce(&mut Chain, KeyPair, DeviceId)) {
	Chain::run(|chain| {
		chain.next_block();
		let (owner, carrier) = (rich(chain, "owner"), rich(chain, "carrier"));
		register_aggregator(chain, &carrier);
		let (pair, _) = storing(chain, &owner, &carrier);
		feed(chain, PRICE);
		test(chain, owner, pair.device_id());
	});
}

#[test]
fn data_that_are_bought_pay_their_owner_by_the_block_and_not_after_they_are_revoked() {
	owned(|chain, owner, device| {
		post(chain, &owner, device);
		let buyer = consumer(chain, "buyer");
		let before = Credits::purse(account(&buyer));
		assert_ok!(buy(chain, &buyer, device));
		let opened = System::block_number();
		assert_eq!(until(device, &buyer), Some(opened + 100));
		let agreement = Access::grant_of(device, account(&buyer)).unwrap().agreement.unwrap();
		let row = Market::agreement(agreement).unwrap().row;
		assert_eq!((row.provider, row.network, row.offer), (account(&owner), STORAGE, None));
		for _ in 0..7 {
			chain.next_block();
		}
		let fund = Balances::free_balance(Networks::fund(STORAGE));
		let (earned, spare) = (free(&owner), free(&buyer));
		let who = account(&buyer);
		assert_ok!(chain.send(&buyer, Call::revoke { device, who: who.clone() }));
		let blocks = u128::from(System::block_number() - opened);
		assert!(blocks >= 7);
		let left = Credits::purse(who.clone());
		assert_eq!(before.credits - left.credits, 100_000 * blocks);
		let cost = before.cost - left.cost;
		assert_eq!(free(&owner) - earned, Permill::from_percent(90).mul_floor(cost));
		let part = Permill::from_percent(5).mul_floor(cost);
		assert_eq!(Balances::free_balance(Networks::fund(STORAGE)) - fund, part);
		// Without a fee, and with all deposits.
		let held = |reason: RuntimeHoldReason| {
			use polkadot_sdk::frame_support::traits::fungible::InspectHold;
			Balances::balance_on_hold(&reason, &who)
		};
		assert_eq!(held(pallet_access::HoldReason::Grant.into()), 0);
		assert_eq!(held(pallet_market::HoldReason::Agreement.into()), 0);
		let deposits = <Runtime as pallet_access::Config>::GrantDeposit::get()
			+ <Runtime as pallet_market::Config>::AgreementDeposit::get();
		assert_eq!(free(&buyer) - spare, deposits);
		assert_eq!(why_not(device, &buyer), Some(Reason::NoGrant));
	});
}

#[test]
fn a_sale_of_the_device_ends_all_grants_in_its_block() {
	owned(|chain, owner, device| {
		post(chain, &owner, device);
		let (buyer, friend) = (consumer(chain, "buyer"), rich(chain, "friend"));
		assert_ok!(buy(chain, &buyer, device));
		let opened = System::block_number();
		let (to, until) = (account(&friend), 1_000_000);
		let (scope, document) = (Scopes::HISTORY, H256::zero());
		let gift = Call::grant { device, to: to.clone(), scope, until, key: None, document };
		assert_ok!(chain.send(&owner, gift));
		assert_eq!((why_not(device, &buyer), why_not(device, &friend)), (None, None));
		let other = rich(chain, "other");
		let offered = pallet_devices::Call::offer { device, to: Some(account(&other)) };
		assert_ok!(chain.send(&owner, offered));
		assert_ok!(chain.send(&other, pallet_devices::Call::accept { device }));
		let sold = System::block_number();
		for who in [&buyer, &friend] {
			assert_eq!(why_not(device, who), Some(Reason::Transferred));
		}
		assert!(Access::tariffs(device).is_empty());
		assert!(buy(chain, &consumer(chain, "late"), device).is_err());
		for _ in 0..5 {
			chain.next_block();
		}
		// Anybody clears them, and who has bought has back what was not served.
		for who in [&buyer, &friend] {
			assert_ok!(chain.send(&other, Call::clear { device, who: account(who) }));
		}
		let paid = 100_000 * u128::from(sold - opened);
		assert_eq!(Credits::purse(account(&buyer)).credits, 100_000_000 - paid);
		assert_ok!(chain.send(&friend, Call::clear_tariffs { device }));
	});
}

#[test]
fn money_that_ends_ends_the_grant_and_nobody_has_to_say_so() {
	owned(|chain, owner, device| {
		post(chain, &owner, device);
		let buyer = consumer(chain, "buyer");
		assert_ok!(buy(chain, &buyer, device));
		let agreement = Access::grant_of(device, account(&buyer)).unwrap().agreement.unwrap();
		// Somebody puts a little in: it lasts a little longer.
		let sponsor = consumer(chain, "sponsor");
		let call = pallet_market::Call::fund { agreement, credits: 1_000_000 };
		assert_ok!(chain.send(&sponsor, call));
		let end = until(device, &buyer).unwrap();
		while System::block_number() < end {
			assert_eq!(why_not(device, &buyer), None);
			chain.next_block();
		}
		assert_eq!(why_not(device, &buyer), Some(Reason::Unpaid));
		feed(chain, PRICE);
		assert_ok!(buy(chain, &buyer, device));
		assert_eq!(why_not(device, &buyer), None);
	});
}

#[test]
fn in_safe_mode_grants_are_revoked_and_none_is_given() {
	owned(|chain, owner, device| {
		post(chain, &owner, device);
		let buyer = consumer(chain, "buyer");
		assert_ok!(buy(chain, &buyer, device));
		by_governance(chain, pallet_safe_mode::Call::force_enter {});
		let filtered: Result<(), DispatchError> =
			Err(polkadot_sdk::frame_system::Error::<Runtime>::CallFiltered.into());
		assert_eq!(buy(chain, &owner, device), filtered);
		assert_ok!(chain.send(&owner, Call::revoke { device, who: account(&buyer) }));
		assert_eq!(why_not(device, &buyer), Some(Reason::NoGrant));
	});
}

#[test]
fn time_that_ends_before_the_money_is_all_that_is_paid() {
	owned(|chain, owner, device| {
		let short = Tariff { longest: 5, ..tariff() };
		let tariffs = vec![short.clone()].try_into().unwrap();
		assert_ok!(chain.send(&owner, Call::set_tariffs { device, tariffs }));
		let buyer = consumer(chain, "buyer");
		let call = Call::buy { device, tariff: short, credits: 10_000_000, key: None };
		assert_ok!(chain.send(&buyer, call));
		for _ in 0..20 {
			chain.next_block();
		}
		assert_eq!(why_not(device, &buyer), Some(Reason::Expired));
		assert_ok!(chain.send(&owner, Call::clear { device, who: account(&buyer) }));
		assert_eq!(Credits::purse(account(&buyer)).credits, 100_000_000 - 5 * 100_000);
	});
}
