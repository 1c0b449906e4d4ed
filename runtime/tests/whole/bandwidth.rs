//! Hosts are paid for what stays burned of bills, and who pays himself gains nothing by it.

use std::collections::BTreeMap;

use polkadot_sdk::{
	frame_support::assert_ok, sp_keyring::Sr25519Keyring as Key, sp_runtime::Permill,
};
use substation_primitives::{
	bill::{Bill, Leaf},
	Balance, FULL_SCORE,
};
use substation_proofs::{
	author::{pack, share_of},
	bandwidth::{Evidence, Policy as Kind},
	KindPolicy, Policy,
};
use substation_runtime::{constants::currency::STN, Balances, Credits, Market, Networks, Runtime};

use crate::{
	chain::{account, outcome_of_sudo, rich, Chain},
	field::{claim, device, publish, register, register_aggregator, settle, BANDWIDTH},
	market::{consumer, feed, PRICE},
};

/// What three hosts are owed, in credits: forty dollars.
const OWED: [u128; 3] = [20_000_000, 15_000_000, 5_000_000];

#[test]
fn a_network_that_pays_more_than_stays_burned_is_refused() {
	Chain::run(|chain| {
		chain.next_block();
		let before = Networks::terms_at(BANDWIDTH, 0).unwrap();
		let KindPolicy::Bandwidth(kind) = before.policy.kind else { panic!("{before:?}") };
		// Ten tokens, of which nineteen twentieths may come back.
		let least = (10 * STN).div_ceil(19) * 20;
		for (full_burn, sound) in [(least, true), (least - 20, false)] {
			let kind = KindPolicy::Bandwidth(Kind { full_burn, ..kind });
			let policy = Policy { kind, ..before.policy.clone() };
			let terms = pallet_networks::Terms { policy, ..before.clone() };
			let call = pallet_networks::Call::set_terms { network: BANDWIDTH, terms };
			let sudo = polkadot_sdk::pallet_sudo::Call::sudo { call: Box::new(call.into()) };
			assert_ok!(chain.send(&Key::Alice.pair(), sudo));
			let error = pallet_networks::Error::<Runtime>::PaysForWashing;
			let refused = outcome_of_sudo() == Some(Err(error.into()));
			assert_eq!(refused, !sound, "{full_burn}");
		}
	});
}

#[test]
fn one_who_pays_hosts_of_his_own_has_less_than_he_burns() {
	Chain::run(|chain| {
		chain.next_block();
		let (owner, carrier) = (rich(chain, "owner"), rich(chain, "carrier"));
		register_aggregator(chain, &carrier);
		let hosts: Vec<_> = (1..=3).map(device).collect();
		for host in &hosts {
			register(chain, &owner, host, BANDWIDTH, &account(&carrier));
		}
		chain.reach(2, 2);
		feed(chain, PRICE);
		let payer = consumer(chain, "payer");
		let leaves = hosts.iter().zip(OWED).map(|(host, credits)| Leaf {
			device: host.device_id(),
			down: 1_000_000_000,
			up: 0,
			seconds: 600,
			credits,
		});
		let bill = Bill::new(leaves.collect()).unwrap();
		let (root, credits) = bill.root();
		let call = pallet_market::Call::bill { network: BANDWIDTH, root, leaves: 3, credits };
		let consumed = Credits::totals().consumed;
		assert_ok!(chain.send(&payer, call));
		let cost = Credits::totals().consumed - consumed;
		let row = Market::bill_of(BANDWIDTH, account(&payer), 2).unwrap();
		let parts = [90, 5].map(|part| Permill::from_percent(part).mul_floor(cost));
		assert_eq!(row.left_burned, cost - parts[0] - parts[1]);

		let context = chain.context(BANDWIDTH, 2, &account(&carrier));
		let reports: BTreeMap<_, _> = (0u32..)
			.zip(&hosts)
			.map(|(index, host)| {
				let share = share_of(&bill, &account(&payer), index).unwrap();
				let evidence = Evidence { bills: vec![share].try_into().unwrap() };
				let id = host.device_id();
				(id, host.report(&context, &id, &evidence))
			})
			.collect();
		let policy = Networks::terms_at(BANDWIDTH, 2).unwrap().policy;
		let KindPolicy::Bandwidth(kind) = policy.kind else { panic!("{policy:?}") };
		let mut packed = pack(&context, &policy, &reports).remove(0);
		publish(&mut packed);
		let (batch, judged) = settle(chain, &carrier, &packed);
		for leaf in judged.iter().flat_map(|chunk| &chunk.leaves) {
			let place = hosts.iter().position(|host| host.device_id() == leaf.device).unwrap();
			let part = row.left_burned * OWED[place] / credits;
			let score = part * u128::from(FULL_SCORE) / kind.full_burn;
			assert_eq!((u128::from(leaf.score), leaf.fault), (score, None));
		}

		chain.reach(6, 1);
		let all = || -> Balance {
			[&owner, &carrier].map(|who| Balances::free_balance(account(who))).iter().sum()
		};
		let before = all();
		assert_ok!(claim(chain, &Key::Bob.pair(), 2, batch, &judged));
		let reward = all() - before;
		assert!(reward > 0 && reward * 100 <= row.left_burned * 95, "{reward}");
		let before = all();
		for (index, leaf) in (0u32..).zip(bill.leaves()) {
			let path = bill.path(index).unwrap().try_into().unwrap();
			let (payer, leaf) = (account(&payer), *leaf);
			let call = pallet_market::Call::collect {
				network: BANDWIDTH,
				payer,
				epoch: 2,
				index,
				leaf,
				path,
			};
			assert_ok!(chain.send(&Key::Bob.pair(), call));
		}
		// What hosts collect, what the network has, and the reward.
		let collected = all() - before;
		assert!(collected <= parts[0] && parts[0] - collected < 3);
		assert!(collected + parts[1] + reward < cost);
	});
}
