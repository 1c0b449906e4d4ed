//! Jobs through the whole runtime: ten of them, each with another ending.

use polkadot_sdk::{
	frame_support::{
		assert_ok,
		traits::{fungible::Inspect, Get},
	},
	pallet_parameters, pallet_safe_mode,
	sp_runtime::{DispatchError, Permill},
};
use substation_primitives::H256;
use substation_runtime::{
	configs::parameters::{market, RuntimeParameters},
	constants::currency::MILLI,
	Balance, Balances, Credits, Devices, Market, Runtime,
};

use crate::{
	chain::{account, by_governance, rich, Chain, KeyPair},
	field::{register_aggregator, storing, COVERAGE, STORAGE},
	market::{ask, consumer, feed, offer, open, PRICE},
};

/// What each job costs: a dollar, which is ten tokens.
const JOB: u128 = 1_000_000;
const TIME: u32 = 150;
const REVIEW: u32 = 120;

/// Who takes part.
struct Sides {
	provider: KeyPair,
	buyer: KeyPair,
	arbiter: KeyPair,
}

fn terms(arbiter: Option<&KeyPair>) -> pallet_market::Terms {
	pallet_market::Terms::Job {
		price: JOB,
		time: TIME,
		review: REVIEW,
		arbitration: arbiter.map(|arbiter| pallet_market::Arbitration {
			arbiter: account(arbiter),
			fee: Permill::from_percent(10),
			silence: Permill::from_percent(25),
		}),
	}
}

impl Sides {
	fn deliver(&self, chain: &Chain, agreement: u32) {
		let result = H256::repeat_byte(1);
		assert_ok!(chain.send(&self.provider, pallet_market::Call::deliver { agreement, result }));
	}

	fn dispute(&self, chain: &Chain, agreement: u32) {
		let document = H256::repeat_byte(2);
		assert_ok!(chain.send(&self.buyer, pallet_market::Call::dispute { agreement, document }));
	}
}

fn rule(chain: &Chain, who: &KeyPair, agreement: u32, parts: u32) {
	let share = Permill::from_percent(parts);
	assert_ok!(chain.send(who, pallet_market::Call::rule { agreement, share }));
}

fn close(chain: &Chain, who: &KeyPair, agreement: u32) {
	assert_ok!(chain.send(who, pallet_market::Call::close { agreement }));
}

fn finish(chain: &Chain, agreement: u32) {
	let call = pallet_market::Call::finish { agreement };
	assert_ok!(chain.send(&sp_keyring::Sr25519Keyring::Bob.pair(), call));
}

fn pass(chain: &mut Chain, blocks: u32) {
	for _ in 0..blocks {
		chain.next_block();
	}
}

/// What an account has, with what is held.
fn all_of(who: &KeyPair) -> Balance {
	Balances::total_balance(&account(who))
}

#[test]
fn ten_jobs_have_every_ending_and_credits_are_conserved() {
	Chain::run(|chain| {
		chain.next_block();
		feed(chain, PRICE);
		let provider = rich(chain, "provider");
		let (buyer, arbiter) = (consumer(chain, "buyer"), rich(chain, "arbiter"));
		register_aggregator(chain, &arbiter);
		let (device, _) = storing(chain, &provider, &arbiter);
		let device = device.device_id();
		let sides = Sides { provider, buyer, arbiter };
		let number = ask(terms(Some(&sides.arbiter)), None);
		let number = offer(chain, &sides.provider, COVERAGE, number);
		let bound = ask(terms(None), Some(device));
		let bound = offer(chain, &sides.provider, STORAGE, bound);
		// As short as a referendum can make it.
		let shortest = market::Parameters::Arbiter(market::Arbiter, Some(1));
		let key_value = RuntimeParameters::Market(shortest);
		by_governance(chain, pallet_parameters::Call::set_parameter { key_value });
		let burned = Credits::purse(account(&sides.buyer)).cost;
		let all: Vec<u32> = (0..9)
			.map(|_| open(chain, &sides.buyer, (COVERAGE, number), JOB + JOB / 10, None))
			.chain([open(chain, &sides.buyer, (STORAGE, bound), JOB, None)])
			.collect();
		let [accepted, silent, late, given_up, called_off, ruled, agreed, unruled, taken_back, sold] =
			all[..]
		else {
			panic!("there are ten")
		};
		let (earned, of_arbiter) = (all_of(&sides.provider), all_of(&sides.arbiter));

		close(chain, &sides.provider, given_up);
		close(chain, &sides.buyer, called_off);
		for agreement in [accepted, silent, ruled, agreed, unruled, taken_back] {
			sides.deliver(chain, agreement);
		}
		for agreement in [ruled, agreed, unruled, taken_back] {
			sides.dispute(chain, agreement);
		}
		for agreement in [accepted, taken_back] {
			assert_ok!(chain.send(&sides.buyer, pallet_market::Call::accept { agreement }));
		}
		rule(chain, &sides.arbiter, ruled, 30);
		rule(chain, &sides.provider, agreed, 60);
		rule(chain, &sides.buyer, agreed, 60);
		let to = Some(account(&sides.arbiter));
		assert_ok!(chain.send(&sides.provider, pallet_devices::Call::offer { device, to }));
		assert_ok!(chain.send(&sides.arbiter, pallet_devices::Call::accept { device }));
		assert!(Devices::tenure(device).is_some());
		finish(chain, sold);
		pass(chain, TIME);
		for agreement in [silent, late, called_off] {
			finish(chain, agreement);
		}
		pass(chain, <Runtime as pallet_market::Config>::ArbiterTime::get());
		finish(chain, unruled);

		assert!(all.iter().all(|agreement| Market::agreement(*agreement).is_none()));
		// Three whole ones, 30 % less 70 % of the fee, 60 and 25 %; and the fee of one.
		let for_work = 3 * JOB + (JOB * 3 / 10 - JOB * 7 / 100) + JOB * 6 / 10 + JOB / 4;
		let fee = JOB / 10;
		let left = Credits::purse(account(&sides.buyer));
		assert_eq!(left.credits, 100_000_000 - for_work - fee);
		let totals = Credits::totals();
		assert_eq!(totals.consumed, burned - left.cost);
		assert_eq!(totals.outstanding, left.cost);
		let record = Market::record(account(&sides.provider)).unwrap();
		let counted = (record.jobs, record.undelivered, record.disputed, record.lost);
		assert_eq!(counted, (6, 3, 4, 1));
		// To the planck, up to what rounding down takes of each sale; fees of the provider's transactions are its own.
		let nine_tenths = |cost: Balance| Permill::from_percent(90).mul_floor(cost);
		assert!(record.cost + fee * burned / 100_000_000 - totals.consumed < 10);
		let got = all_of(&sides.provider) - earned;
		assert!(got < nine_tenths(record.cost));
		assert!(nine_tenths(record.cost) - got < 500 * MILLI, "but for fees");
		assert!(all_of(&sides.arbiter) > of_arbiter);
	});
}

#[test]
fn in_safe_mode_jobs_go_on() {
	Chain::run(|chain| {
		chain.next_block();
		feed(chain, PRICE);
		let provider = rich(chain, "provider");
		let (buyer, arbiter) = (consumer(chain, "buyer"), rich(chain, "arbiter"));
		let sides = Sides { provider, buyer, arbiter };
		let job = ask(terms(Some(&sides.arbiter)), None);
		let number = offer(chain, &sides.provider, COVERAGE, job);
		let put_in = JOB + JOB / 10;
		let first = open(chain, &sides.buyer, (COVERAGE, number), put_in, None);
		let second = open(chain, &sides.buyer, (COVERAGE, number), put_in, None);
		by_governance(chain, pallet_safe_mode::Call::force_enter {});
		let filtered: Result<(), DispatchError> =
			Err(polkadot_sdk::frame_system::Error::<Runtime>::CallFiltered.into());
		let call =
			pallet_market::Call::open { network: COVERAGE, offer: number, credits: JOB, key: None };
		assert_eq!(chain.send(&sides.buyer, call), filtered);
		sides.deliver(chain, first);
		sides.deliver(chain, second);
		sides.dispute(chain, first);
		rule(chain, &sides.arbiter, first, 50);
		let agreement = second;
		assert_ok!(chain.send(&sides.buyer, pallet_market::Call::accept { agreement }));
		assert_eq!(Market::record(account(&sides.provider)).unwrap().jobs, 2);
	});
}
