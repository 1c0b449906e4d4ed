//! A deal about stored data, through the whole runtime: from judges' seals to its buyer's credits.

use std::collections::BTreeMap;

use polkadot_sdk::{frame_support::assert_ok, sp_runtime::Permill};
use sp_keyring::Sr25519Keyring as Key;
use substation_primitives::{BatchId, DeviceId, EpochIndex};
use substation_proofs::{author::DevicePair, JudgedChunk};
use substation_runtime::{
	constants::currency::STN, Attestation, Balance, Balances, Credits, Market, Runtime,
	RuntimeHoldReason,
};

use crate::{
	chain::{account, rich, Chain, KeyPair},
	field::{claim, pack_storage, register_aggregator, settle, storage_report, storing, STORAGE},
	market::{ask, consumer, feed, free, offer, open, PRICE},
};

/// For a full score. The device has a quarter of its data.
const RATE: u128 = 400_000;
const REPORTS: u16 = 6;
const COLLATERAL: Balance = 60 * STN;

fn deal() -> pallet_market::Terms {
	let (rate, epochs) = (RATE, REPORTS);
	pallet_market::Terms::Proof { rate, epochs, may_miss: 1, collateral: COLLATERAL }
}

/// What was judged of a batch, for claims.
struct Judged {
	epoch: EpochIndex,
	batch: BatchId,
	chunks: Vec<JudgedChunk>,
}

/// Who takes part, and what the device holds.
struct Field {
	owner: KeyPair,
	carrier: KeyPair,
	buyer: KeyPair,
	pair: DevicePair,
	data: Vec<u8>,
	agreement: u32,
}

impl Field {
	/// A device with data, and a deal about it that begins with epoch 2.
	fn new(chain: &mut Chain) -> Self {
		let (owner, carrier) = (rich(chain, "owner"), rich(chain, "carrier"));
		register_aggregator(chain, &carrier);
		let (pair, data) = storing(chain, &owner, &carrier);
		chain.reach(1, 2);
		feed_next(chain);
		let buyer = consumer(chain, "buyer");
		let number = offer(chain, &owner, STORAGE, ask(deal(), Some(pair.device_id())));
		let credits = RATE * u128::from(REPORTS);
		let agreement = open(chain, &buyer, (STORAGE, number), credits, None);
		Self { owner, carrier, buyer, pair, data, agreement }
	}

	fn id(&self) -> DeviceId {
		self.pair.device_id()
	}

	/// The device reports on what it holds in `epoch`, and judges find it.
	fn report(&self, chain: &mut Chain, epoch: EpochIndex) -> Judged {
		if Attestation::now().is_some_and(|(now, ..)| now < epoch) {
			chain.reach(epoch, 2);
		}
		let report = storage_report(chain, &self.pair, epoch, &self.data);
		let reports = BTreeMap::from([(self.id(), report)]);
		let packed = pack_storage(chain, &self.carrier, epoch, &reports);
		let (batch, chunks) = settle(chain, &self.carrier, &packed);
		Judged { epoch, batch, chunks }
	}

	fn claim(&self, chain: &Chain, judged: &Judged) {
		let Judged { epoch, batch, chunks } = judged;
		assert_ok!(claim(chain, &Key::Bob.pair(), *epoch, *batch, chunks));
	}

	fn held(&self) -> Balance {
		use polkadot_sdk::frame_support::traits::fungible::InspectHold;
		let reason = RuntimeHoldReason::Market(pallet_market::HoldReason::Collateral);
		Balances::balance_on_hold(&reason, &account(&self.owner))
	}

	fn finish(&self, chain: &Chain) {
		let call = pallet_market::Call::finish { agreement: self.agreement };
		assert_ok!(chain.send(&Key::Bob.pair(), call));
	}
}

#[test]
fn a_provider_that_loses_the_data_in_the_middle_refunds_and_compensates_its_buyer() {
	Chain::run(|chain| {
		let field = Field::new(chain);
		assert_eq!(field.held(), COLLATERAL);
		let first = field.report(chain, 2);
		let second = field.report(chain, 3);
		let paid_before = free(&field.owner);
		chain.reach(6, 3);
		field.claim(chain, &first);
		let presence: Balance = 10 * STN / 4 * 9 / 10;
		let by_deal = |reports: u128| {
			// A quarter of the rate for each.
			let cost = Credits::totals().consumed;
			assert_eq!(Credits::purse(account(&field.buyer)).credits, 100_000_000 - RATE * 6);
			let row = Market::agreement(field.agreement).unwrap().row;
			assert_eq!(row.purse.credits, RATE * 6 - RATE / 4 * reports);
			cost
		};
		let cost = by_deal(1);
		let earned = free(&field.owner) - paid_before;
		assert_eq!(earned, presence + Permill::from_percent(90).mul_floor(cost));
		chain.reach(7, 3);
		field.claim(chain, &second);
		by_deal(2);
		assert_eq!(Market::deals_of(field.id()), [field.agreement]);

		// The data is gone: nothing is reported for epochs 4 and 5, of which one may fail. Whoever asks sees the end of it when
		// claims for the latter have ended.
		let still = pallet_market::Error::<Runtime>::StillRunning;
		let finish = pallet_market::Call::finish { agreement: field.agreement };
		chain.reach(20, 1);
		assert!(Market::is_covered(field.agreement, 0));
		assert_eq!(chain.send(&field.buyer, finish), Err(still.into()));
		let mut epoch = 21;
		while Market::is_covered(field.agreement, 0) {
			chain.reach(epoch, 1);
			epoch += 1;
		}
		let seen = Market::agreement(field.agreement).unwrap();
		assert_eq!(seen.end.unwrap().1, pallet_market::Reason::Missed);
		let before = free(&field.buyer);
		field.finish(chain);
		// Four of six were not served.
		let deposits = seen.row.deposit;
		assert_eq!(free(&field.buyer) - before, COLLATERAL * 4 / 6 + deposits);
		assert_eq!(field.held(), 0);
		let left = Credits::purse(account(&field.buyer));
		assert_eq!(left.credits, 100_000_000 - RATE / 4 * 2);
		assert_eq!(Credits::totals().outstanding, left.cost);
		let record = Market::record(account(&field.owner)).unwrap();
		assert_eq!((record.deals, record.broken), (0, 1));
		assert!(Market::deals_of(field.id()).is_empty());
	});
}

#[test]
fn what_one_device_reports_is_paid_by_its_network_and_by_each_of_its_deals_once() {
	Chain::run(|chain| {
		let field = Field::new(chain);
		let other = rich(chain, "other");
		let number = pallet_market::NextOfferId::<Runtime>::get() - 1;
		let call = pallet_credits::Call::buy_exact { credits: 10_000_000, most: Balance::MAX };
		feed_next(chain);
		assert_ok!(chain.send(&other, call));
		let second = open(chain, &other, (STORAGE, number), RATE * 6, None);
		let judged = field.report(chain, 2);
		chain.reach(6, 3);
		field.claim(chain, &judged);
		for agreement in [field.agreement, second] {
			let row = Market::agreement(agreement).unwrap().row;
			let pallet_market::State::Proving { first, served, score, .. } = row.state else {
				panic!("it is a deal")
			};
			assert_eq!((first, served, score), (2, 1, 250_000));
		}
		let again = claim(chain, &Key::Bob.pair(), judged.epoch, judged.batch, &judged.chunks);
		assert_eq!(again, Err(pallet_emission::Error::<Runtime>::NobodyToPay.into()));
		// Both in one sum.
		assert_eq!(Market::usage(STORAGE, 6).unwrap().sales, 1);
	});
}

/// Feeders speak, a block later.
fn feed_next(chain: &mut Chain) {
	chain.next_block();
	feed(chain, PRICE);
}
