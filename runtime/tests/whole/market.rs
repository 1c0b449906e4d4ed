//! Service is sold through the whole runtime: from tokens that are burned to an owner's balance.

use polkadot_sdk::{
	frame_support::assert_ok,
	pallet_oracle, pallet_safe_mode, pallet_tx_pause,
	sp_runtime::{DispatchError, Permill},
};
use sp_core::{crypto::Pair, ed25519};
use sp_keyring::Sr25519Keyring as Key;
use substation_primitives::{signing, DeviceId, Purse, ReportKey, H256};
use substation_runtime::{
	configs::Pair as Priced, constants::currency::STN, Balance, Balances, Credits, Devices, Market,
	NetworkTreasury, Networks, Oracle, Runtime, System,
};

use crate::{
	chain::{account, by_governance, rich, Chain, KeyPair},
	field::{register_aggregator, storing, COVERAGE, STORAGE},
};

/// Ten cents for a token.
pub(crate) const PRICE: u128 = 100_000_000;

pub(crate) fn free(who: &KeyPair) -> Balance {
	Balances::free_balance(account(who))
}

/// All feeders of a development chain say what a token costs.
pub(crate) fn feed(chain: &Chain, price: u128) {
	for feeder in [Key::CharlieStash, Key::DaveStash, Key::EveStash] {
		let values = vec![(Priced::StnUsd, price)].try_into().unwrap();
		let before = free(&feeder.pair());
		assert_ok!(chain.send(&feeder.pair(), pallet_oracle::Call::feed_values { values }));
		assert_eq!(free(&feeder.pair()), before, "a feeder pays nothing");
	}
}

/// Somebody with credits worth a hundred dollars.
pub(crate) fn consumer(chain: &Chain, name: &str) -> KeyPair {
	let consumer = rich(chain, name);
	let call = pallet_credits::Call::buy_exact { credits: 100_000_000, most: Balance::MAX };
	assert_ok!(chain.send(&consumer, call));
	consumer
}

pub(crate) fn ask(terms: pallet_market::Terms, device: Option<DeviceId>) -> pallet_market::Ask {
	pallet_market::Ask {
		device,
		terms,
		setup: 0,
		backing: Permill::from_percent(80),
		notice: 100,
		document: H256::zero(),
		places: 10,
		until: 1_000_000,
	}
}

pub(crate) fn offer(
	chain: &Chain,
	provider: &KeyPair,
	network: u32,
	ask: pallet_market::Ask,
) -> u32 {
	let number = pallet_market::NextOfferId::<Runtime>::get();
	assert_ok!(chain.send(provider, pallet_market::Call::offer { network, ask }));
	number
}

pub(crate) fn open(
	chain: &Chain,
	buyer: &KeyPair,
	(network, offer): (u32, u32),
	credits: u128,
	key: Option<&ed25519::Pair>,
) -> u32 {
	let number = pallet_market::NextAgreementId::<Runtime>::get();
	let key = key.map(|pair| ReportKey::Ed25519(pair.public()));
	assert_ok!(chain.send(buyer, pallet_market::Call::open { network, offer, credits, key }));
	number
}

fn settle_by(
	chain: &Chain,
	payer: &KeyPair,
	agreement: u32,
	signed: Option<(&ed25519::Pair, u64)>,
) -> Result<(), DispatchError> {
	let receipt = signed.map(|(pair, units)| {
		let genesis = H256::from(System::block_hash(0).0);
		let message = signing::usage(&genesis, agreement, units);
		pallet_market::Receipt { units, signature: pair.sign(&message).0 }
	});
	chain.send(payer, pallet_market::Call::settle { agreement, receipt })
}

fn settle(
	chain: &Chain,
	agreement: u32,
	signed: Option<(&ed25519::Pair, u64)>,
) -> Result<(), DispatchError> {
	settle_by(chain, &Key::Bob.pair(), agreement, signed)
}

fn meter(price: u128) -> pallet_market::Terms {
	let unit = pallet_market::Unit::Packets;
	pallet_market::Terms::Meter { price, unit, most: u64::MAX }
}

#[test]
fn a_million_packets_are_paid_to_their_owner_with_one_receipt() {
	Chain::run(|chain| {
		chain.next_block();
		feed(chain, PRICE);
		let (provider, app) = (rich(chain, "provider"), ed25519::Pair::from_seed(&[9; 32]));
		let issued = Balances::total_issuance();
		let buyer = consumer(chain, "buyer");
		let burned = Credits::purse(account(&buyer)).cost;
		assert_eq!(burned, (100_000_000 * 1_000_000_000_000_000u128).div_ceil(99_500_000));
		assert!(Balances::total_issuance() <= issued - burned);

		let number = offer(chain, &provider, COVERAGE, ask(meter(10), None));
		let agreement = open(chain, &buyer, (COVERAGE, number), 10_000_000, Some(&app));
		let (before, fund) = (free(&provider), Balances::free_balance(Networks::fund(COVERAGE)));
		assert_ok!(settle(chain, agreement, Some((&app, 1_000_000))));
		let cost = burned / 10;
		assert_eq!(free(&provider) - before, Permill::from_percent(90).mul_floor(cost));
		let part = Permill::from_percent(5).mul_floor(cost);
		assert_eq!(Balances::free_balance(Networks::fund(COVERAGE)) - fund, part);
		let totals = Credits::totals();
		assert_eq!((totals.burned, totals.consumed), (burned, cost));
		assert_eq!(totals.remade, Permill::from_percent(90).mul_floor(cost) + part);

		assert_ok!(chain.send(&provider, pallet_market::Call::close { agreement }));
		assert_ok!(chain.send(&provider, pallet_market::Call::finish { agreement }));
		assert_eq!(
			Credits::purse(account(&buyer)),
			Purse { credits: 90_000_000, cost: burned - cost }
		);
		assert_eq!(
			NetworkTreasury::route(pallet_network_treasury::Source::Sales).networks,
			Permill::one()
		);
	});
}

#[test]
fn a_device_that_is_sold_ends_what_was_agreed_about_it() {
	Chain::run(|chain| {
		chain.next_block();
		let (owner, carrier) = (rich(chain, "owner"), rich(chain, "carrier"));
		register_aggregator(chain, &carrier);
		let (pair, _) = storing(chain, &owner, &carrier);
		let device = pair.device_id();
		let tenure = |device| {
			let tenure = Devices::tenure(device).unwrap();
			(tenure.transfers, tenure.transferred_at)
		};
		assert_eq!(tenure(device), (0, 0));
		feed(chain, PRICE);
		let buyer = consumer(chain, "buyer");
		let terms = pallet_market::Terms::Stream { rate: 1_000 };
		let number = offer(chain, &owner, STORAGE, ask(terms, Some(device)));
		let agreement = open(chain, &buyer, (STORAGE, number), 100_000, None);
		let opened = System::block_number();
		for _ in 0..4 {
			chain.next_block();
		}
		let other = rich(chain, "other");
		let to = Some(account(&other));
		assert_ok!(chain.send(&owner, pallet_devices::Call::offer { device, to }));
		assert_ok!(chain.send(&other, pallet_devices::Call::accept { device }));
		let sold = System::block_number();
		assert_eq!(tenure(device), (1, sold));
		for _ in 0..4 {
			chain.next_block();
		}
		assert!(!Market::is_covered(agreement, 0));
		assert_ok!(chain.send(&buyer, pallet_market::Call::finish { agreement }));
		let paid = 1_000 * u128::from(sold - opened);
		assert_eq!(Credits::purse(account(&buyer)).credits, 100_000_000 - paid);
		// The new owner serves by none of the old offers.
		let call = pallet_market::Call::open {
			network: STORAGE,
			offer: number,
			credits: 100_000,
			key: None,
		};
		let error = pallet_market::Error::<Runtime>::NotMember;
		assert_eq!(chain.send(&buyer, call), Err(error.into()));
	});
}

#[test]
fn in_safe_mode_agreements_are_settled_and_ended_and_none_is_opened() {
	Chain::run(|chain| {
		chain.next_block();
		feed(chain, PRICE);
		let (provider, app) = (rich(chain, "provider"), ed25519::Pair::from_seed(&[9; 32]));
		let buyer = consumer(chain, "buyer");
		let terms = pallet_market::Terms::Stream { rate: 1_000 };
		let time = offer(chain, &provider, COVERAGE, ask(terms, None));
		let units = offer(chain, &provider, COVERAGE, ask(meter(10), None));
		let opening = (COVERAGE, units);
		let time = open(chain, &buyer, (COVERAGE, time), 1_000_000, None);
		let units = open(chain, &buyer, opening, 100_000, Some(&app));
		by_governance(chain, pallet_safe_mode::Call::force_enter {});
		// Prices are heard on, and nothing is bought.
		chain.next_block();
		feed(chain, PRICE);
		let filtered: Result<(), DispatchError> =
			Err(polkadot_sdk::frame_system::Error::<Runtime>::CallFiltered.into());
		let buy = pallet_credits::Call::buy { tokens: STN, least: 0 };
		assert_eq!(chain.send(&buyer, buy), filtered);
		let (network, offer) = opening;
		let call = pallet_market::Call::open { network, offer, credits: 100_000, key: None };
		assert_eq!(chain.send(&buyer, call), filtered);
		assert_ok!(settle(chain, units, Some((&app, 5))));
		let close = |agreement| pallet_market::Call::close { agreement };
		assert_ok!(chain.send(&buyer, close(time)));
		assert_ok!(chain.send(&buyer, close(units)));
		let finish = pallet_market::Call::finish { agreement: time };
		for _ in 0..102 {
			chain.next_block();
		}
		assert_eq!(chain.send(&buyer, finish.clone()), filtered);
		by_governance(chain, pallet_safe_mode::Call::force_exit {});
		assert_ok!(chain.send(&buyer, finish));
	});
}

#[test]
fn while_a_referendum_has_paused_receipts_no_buyer_closes_units() {
	Chain::run(|chain| {
		chain.next_block();
		feed(chain, PRICE);
		let (provider, app) = (rich(chain, "provider"), ed25519::Pair::from_seed(&[9; 32]));
		let buyer = consumer(chain, "buyer");
		let units = offer(chain, &provider, COVERAGE, ask(meter(10), None));
		let agreement = open(chain, &buyer, (COVERAGE, units), 100_000, Some(&app));
		let name = |text: &[u8]| text.to_vec().try_into().unwrap();
		let full_name = (name(b"Market"), name(b"settle"));
		by_governance(chain, pallet_tx_pause::Call::pause { full_name: full_name.clone() });
		assert!(settle(chain, agreement, Some((&app, 5))).is_err());
		let waits = pallet_market::Error::<Runtime>::ReceiptsStopped;
		let close = || pallet_market::Call::close { agreement };
		assert_eq!(chain.send(&buyer, close()), Err(waits.into()));
		by_governance(chain, pallet_tx_pause::Call::unpause { ident: full_name });
		assert_ok!(settle(chain, agreement, Some((&app, 5))));
		assert_ok!(chain.send(&buyer, close()));
	});
}

#[test]
fn feeders_are_members_of_the_oracle_and_no_others_speak() {
	Chain::run(|chain| {
		chain.next_block();
		let say = |price| pallet_oracle::Call::feed_values {
			values: vec![(Priced::StnUsd, price)].try_into().unwrap(),
		};
		let refused = pallet_oracle::Error::<Runtime>::NoPermission;
		assert_eq!(chain.send(&Key::Alice.pair(), say(PRICE)), Err(refused.into()));
		feed(chain, PRICE);
		assert!(Credits::price().is_ok());
		let again = pallet_oracle::Error::<Runtime>::AlreadyFeeded;
		let first = Key::CharlieStash.pair();
		assert_eq!(chain.send(&first, say(PRICE)), Err(again.into()));
		// Root's word counts as one more.
		by_governance(chain, say(PRICE * 10));
		assert_eq!(Credits::price().unwrap().fresh, 4);
		// What those have said who leave is forgotten.
		chain.next_block();
		let feeders = [Key::Alice, Key::Bob, Key::CharlieStash].map(|key| key.to_account_id());
		let call = pallet_credits::Call::set_feeders {
			feeders: feeders.to_vec().try_into().unwrap(),
			slow: None,
		};
		by_governance(chain, call);
		assert!(Credits::price().is_err());
		let said = Oracle::read_raw_values(&Priced::StnUsd);
		assert_eq!(said.len(), 2, "of who stays, and root");
		assert_eq!(
			pallet_oracle::RawValues::<Runtime>::iter().count(),
			2,
			"of those who have left nothing is kept"
		);
	});
}

#[test]
fn what_was_earned_in_one_network_buys_service_in_another() {
	Chain::run(|chain| {
		chain.next_block();
		feed(chain, PRICE);
		let (radio, disk, app) =
			(rich(chain, "radio"), rich(chain, "disk"), ed25519::Pair::from_seed(&[9; 32]));
		let buyer = consumer(chain, "buyer");
		let packets = offer(chain, &radio, COVERAGE, ask(meter(1_000), None));
		let packets = open(chain, &buyer, (COVERAGE, packets), 50_000_000, Some(&app));
		let before = free(&radio);
		assert_ok!(settle(chain, packets, Some((&app, 50_000))));
		let earned = free(&radio) - before;
		assert!(earned > 400 * STN);
		assert_ok!(chain.send(&radio, pallet_credits::Call::buy { tokens: earned, least: 0 }));
		let room = ask(pallet_market::Terms::Stream { rate: 1_000 }, None);
		let room = offer(chain, &disk, STORAGE, room);
		open(chain, &radio, (STORAGE, room), 40_000_000, None);
	});
}

/// What docs/performance.md says that a settlement costs.
#[test]
fn a_settlement_costs_the_same_for_any_number_of_units() {
	Chain::run(|chain| {
		chain.next_block();
		feed(chain, PRICE);
		let (provider, app) = (rich(chain, "provider"), ed25519::Pair::from_seed(&[9; 32]));
		let buyer = consumer(chain, "buyer");
		let number = offer(chain, &provider, COVERAGE, ask(meter(10), None));
		let agreement = open(chain, &buyer, (COVERAGE, number), 20_000_000, Some(&app));
		// Not one who makes blocks, and has a part of fees.
		let payer = rich(chain, "payer");
		let fees = [1, 1_001, 1_001_001].map(|units| {
			chain.next_block();
			let before = free(&payer);
			assert_ok!(settle_by(chain, &payer, agreement, Some((&app, units))));
			before - free(&payer)
		});
		assert!(fees.iter().all(|fee| *fee == fees[0]), "{fees:?}");
		let page = include_str!("../../../docs/performance.md");
		for units in [1, 1_000, 1_000_000] {
			// In 10^-12 STN, rounded to four digits, as the page has it.
			let each = fees[0] as f64 / f64::from(units) / 1e12;
			let said = format!("{each:.3e}");
			assert!(page.contains(&format!("| {said} |")), "a unit of {units} costs {said} STN");
		}
	});
}

#[test]
fn a_block_settles_a_thousand_agreements() {
	Chain::run(|chain| {
		chain.next_block();
		feed(chain, PRICE);
		let provider = rich(chain, "provider");
		let (buyer, payer) = (consumer(chain, "buyer"), rich(chain, "payer"));
		let terms = pallet_market::Terms::Stream { rate: 1_000 };
		let number = offer(
			chain,
			&provider,
			COVERAGE,
			pallet_market::Ask { places: 1_000, backing: Permill::zero(), ..ask(terms, None) },
		);
		let mut opened = Vec::new();
		for count in 0..1_000 {
			if count % 250 == 0 {
				chain.next_block();
			}
			opened.push(open(chain, &buyer, (COVERAGE, number), 20_000, None));
		}
		let full = pallet_market::Call::open {
			network: COVERAGE,
			offer: number,
			credits: 20_000,
			key: None,
		};
		let error = pallet_market::Error::<Runtime>::NoPlace;
		assert_eq!(chain.send(&buyer, full), Err(error.into()));
		chain.next_block();
		let before = free(&provider);
		let paid: u128 = opened
			.iter()
			.map(|agreement| {
				// No transaction is put off to the next block.
				assert_ok!(settle_by(chain, &payer, *agreement, None));
				let left = Market::agreement(*agreement).unwrap().row.purse.credits;
				20_000 - left
			})
			.sum();
		assert!(free(&provider) > before);
		// Opened in four blocks: from a block ago to four.
		assert_eq!(paid, 250 * 1_000 * (1 + 2 + 3 + 4));
	});
}

#[test]
fn rows_of_the_market_take_no_more_than_is_held_for_them() {
	use codec::MaxEncodedLen;
	use pallet_market::{Agreement, Bill, Config, Offer};
	use polkadot_sdk::frame_support::traits::Get;
	// Keys: two hashes of a pallet's and an item's name, and of each part a hash with the part itself.
	let (names, number) = (32, 8 + 4);
	let account = 16 + 32;
	Chain::run(|_| {
		let deposit = |rows: u128, bytes: usize| -> Balance {
			let (row, byte) = (substation_runtime::constants::currency::MILLI * 10, STN / 10_000);
			row * rows + byte * bytes as u128
		};
		let offer = names + 2 * number + Offer::max_encoded_len();
		assert!(deposit(1, offer) <= <Runtime as Config>::OfferDeposit::get(), "{offer}");
		let sides = 2 * (names + account + number);
		let agreement = names + number + Agreement::max_encoded_len() + sides;
		assert!(
			deposit(3, agreement) <= <Runtime as Config>::AgreementDeposit::get(),
			"{agreement}"
		);
		let index = (names + 8 + 32 + 1 + 4).max(names + account + number);
		assert!(deposit(1, index) <= <Runtime as Config>::IndexDeposit::get(), "{index}");
		let keys = 2 * (names + number + 16 + 36);
		let bill = keys + Bill::max_encoded_len() + 4;
		assert!(deposit(2, bill) <= <Runtime as Config>::BillDeposit::get(), "{bill}");
		let page = include_str!("../../../docs/parameters.md");
		for said in [
			format!("The largest row of an offer takes {offer}."),
			format!("two sides find it take {agreement} at the most."),
		] {
			assert!(page.contains(&said), "{said}");
		}
	});
}
