//! Machines that are there, that sell, and that pay each other, through the whole runtime.

use std::collections::BTreeMap;

use polkadot_sdk::frame_support::assert_ok;
use sp_keyring::Sr25519Keyring as Key;
use substation_primitives::{signing, DeviceId, FULL_SCORE, H256};
use substation_proofs::{
	author::{self, DevicePair},
	facts::FactSource,
	presence, KindPolicy, Policy,
};
use substation_runtime::{constants::currency::STN, Balances, Market, Networks, Runtime, System};

use crate::{
	chain::{account, by_governance, outcome_of_sudo, rich, Chain},
	field::{claim, device, publish, register, register_aggregator, settle, AsOf, PRESENCE},
	market::{ask, consumer, feed, offer, PRICE},
};

/// Two tenths for being there, so that the pool holds all; the rest as washing allows it at a rate cap of ten tokens.
fn policy() -> presence::Policy {
	let policy = presence::Policy {
		callers: 4,
		quorum: 2,
		needed: 500_000,
		elder: 0,
		overhead: 0,
		pace: 0,
		presence: 200_000,
		full_burn: 0,
	};
	presence::Policy { full_burn: policy.least_burn(10 * STN), ..policy }
}

fn terms(kind: presence::Policy) -> pallet_networks::Call<Runtime> {
	let before = Networks::terms_at(PRESENCE, 0).unwrap();
	let policy = Policy { kind: KindPolicy::Presence(kind), ..before.policy };
	let terms = pallet_networks::Terms { policy, ..before };
	pallet_networks::Call::set_terms { network: PRESENCE, terms }
}

#[test]
fn a_machine_pays_another_a_thousand_times_in_one_settlement_and_that_counts_for_who_sold() {
	Chain::run(|chain| {
		chain.next_block();
		// A planck less, and who buys of his own machine would gain.
		let washing = presence::Policy { full_burn: policy().full_burn - 1, ..policy() };
		let call = polkadot_sdk::pallet_sudo::Call::sudo { call: Box::new(terms(washing).into()) };
		assert_ok!(chain.send(&Key::Alice.pair(), call));
		let error = pallet_networks::Error::<Runtime>::PaysForWashing;
		assert_eq!(outcome_of_sudo(), Some(Err(error.into())));
		by_governance(chain, terms(policy()));

		let (owner, carrier) = (rich(chain, "owner"), rich(chain, "carrier"));
		register_aggregator(chain, &carrier);
		let pairs: BTreeMap<DeviceId, DevicePair> =
			(1..=5).map(|number| (device(number).device_id(), device(number))).collect();
		for pair in pairs.values() {
			register(chain, &owner, pair, PRESENCE, &account(&carrier));
		}
		let (sells, buys) = (device(1).device_id(), device(2));
		let call = pallet_market::Call::count_sales { network: PRESENCE, device: sells };
		assert_ok!(chain.send(&owner, call));
		chain.reach(2, 2);
		feed(chain, PRICE);

		// The buyer's machine signs with the key of its reports, without a wallet, and without the chain.
		let buyer = consumer(chain, "buyer");
		let unit = pallet_market::Unit::Packets;
		let meter = pallet_market::Terms::Meter { price: 1_000, unit, most: u64::MAX };
		let number = offer(chain, &owner, PRESENCE, ask(meter, Some(sells)));
		let agreement = pallet_market::NextAgreementId::<Runtime>::get();
		assert_ok!(chain.send(
			&buyer,
			pallet_market::Call::open {
				network: PRESENCE,
				offer: number,
				credits: 2_000_000,
				key: Some(buys.public()),
			}
		));
		let genesis = H256::from(System::block_hash(0).0);
		let mut last = None;
		for units in 1..=1_000 {
			let message = signing::usage(&genesis, agreement, units);
			let signature = buys.sign(&message);
			assert!(buys.public().verify(&signature, &message), "the seller checks each");
			last = Some(pallet_market::Receipt { units, signature });
		}
		let before = Balances::free_balance(account(&owner));
		let call = pallet_market::Call::settle { agreement, receipt: last };
		assert_ok!(chain.send(&Key::Bob.pair(), call));
		let paid = Balances::free_balance(account(&owner)) - before;
		// A dollar, of which nine tenths come back as tokens, and a twentieth is the network's.
		let cost = paid * 10 / 9;
		let left = Market::left_burned_at(PRESENCE, &sells, 2);
		assert!(left.abs_diff(cost / 20) <= 2 && left > STN / 3, "{left} of {cost}");

		// All machines are there.
		let facts = AsOf { network: PRESENCE, epoch: 2 };
		let context = chain.context(PRESENCE, 2, &account(&carrier));
		let kind = policy();
		let reports = pairs
			.iter()
			.map(|(id, pair)| {
				let own = facts.device(id).unwrap();
				let heard =
					author::presence(&context, &kind, &facts, &pairs, (id, &own), |_| Some(900));
				assert_eq!(heard.answers.len(), 4);
				(*id, pair.report(&context, id, &heard))
			})
			.collect();
		let all = Networks::terms_at(PRESENCE, 2).unwrap().policy;
		let mut packed = author::pack(&context, &all, &reports).remove(0);
		publish(&mut packed);
		let (batch, judged) = settle(chain, &carrier, &packed);
		let marks = (u128::from(FULL_SCORE) * left / kind.full_burn) as u32;
		for leaf in judged.iter().flat_map(|chunk| &chunk.leaves) {
			let sold =
				if leaf.device == sells { 800_000 * u64::from(marks) / 1_000_000 } else { 0 };
			assert_eq!((u64::from(leaf.score), leaf.fault), (200_000 + sold, None));
		}
		chain.reach(6, 1);
		let both =
			|| Balances::free_balance(account(&owner)) + Balances::free_balance(account(&carrier));
		let before = both();
		assert_ok!(claim(chain, &Key::Bob.pair(), 2, batch, &judged));
		// Two tokens each for being there. What use has added, also for who owns seller and aggregator, is less than what stayed burned.
		let added = both() - before - 5 * 2 * STN;
		assert!(added > 0 && added * 100 <= left * 95, "{added} of {left}");
	});
}
