//! Random lives of many agreements: credits are conserved, and whatever was opened can be ended.

use super::*;
use std::{
	cell::RefCell,
	collections::{BTreeMap, BTreeSet},
};
use substation_primitives::{
	bill::{Bill as Tree, Leaf},
	EpochIndex,
};

thread_local! {
	/// Epochs for which a claim was made: there is one each.
	static CLAIMED: RefCell<BTreeSet<EpochIndex>> = const { RefCell::new(BTreeSet::new()) };
	/// What each payer's bills are about, by epoch.
	static BILLED: RefCell<BTreeMap<(u8, EpochIndex), Tree>> = const { RefCell::new(BTreeMap::new()) };
}

/// A tree of what device 1 is owed, leaf by leaf.
fn owed(credits: &[u128]) -> Option<Tree> {
	let leaf =
		|credits: &u128| Leaf { device: device(), down: 0, up: 0, seconds: 0, credits: *credits };
	Tree::new(credits.iter().map(leaf).collect())
}

/// What happens.
#[derive(Clone, Debug)]
enum Step {
	Price(u128),
	Buy(u8, Balance),
	Offer(u8, Ask),
	Withdraw(u8, OfferId),
	Open(u8, OfferId, u128),
	Fund(u8, AgreementId, u128),
	Units(AgreementId, u64),
	Time(AgreementId),
	Close(u8, AgreementId),
	Finish(AgreementId),
	Deliver(u8, AgreementId),
	Accept(u8, AgreementId),
	Dispute(u8, AgreementId),
	Rule(u8, AgreementId, u32),
	Served(EpochIndex, Vec<u32>),
	Expire,
	Reports(Option<Reporting>),
	Divide(u32, u32),
	Bill(u8, Vec<u128>),
	Collect(u8, EpochIndex, u32),
	ClearBill(u8, EpochIndex),
	CountSales(u8),
	ForgetSales(u8),
	Lease(u8, u128, u128, Block),
	EndLease(AgreementId),
	Transfer(u8),
	Register(u8),
	Pause(bool),
	Pass(Block),
	Epoch,
}

impl Step {
	/// Whether it is certainly a call of this pallet: for a leaf of a bill that is not there none is made, and leases are other pallets'.
	fn is_call(&self) -> bool {
		use Step::*;
		matches!(
			self,
			Offer(..)
				| Withdraw(..)
				| Open(..) | Fund(..)
				| Units(..) | Time(..)
				| Close(..) | Finish(..)
				| Deliver(..)
				| Accept(..) | Dispute(..)
				| Rule(..) | Divide(..)
				| Bill(..) | ClearBill(..)
				| CountSales(..)
				| ForgetSales(..)
		)
	}
}

fn an_arbitration() -> impl Strategy<Value = Arbitration> {
	(1..6u8, 0u32..=1_000_000, 0u32..=1_000_000).prop_map(|(arbiter, fee, silence)| Arbitration {
		arbiter: account(arbiter),
		fee: Permill::from_parts(fee),
		silence: Permill::from_parts(silence),
	})
}

fn an_ask() -> impl Strategy<Value = Ask> {
	let terms = prop_oneof![
		(0u128..100, 0u64..1_000).prop_map(|(price, most)| Terms::Meter {
			price,
			unit: Unit::Packets,
			most
		}),
		(0u128..100).prop_map(|rate| Terms::Stream { rate }),
		(0u128..2_000, 0u32..30, 0u32..20, prop::option::of(an_arbitration())).prop_map(
			|(price, time, review, arbitration)| Terms::Job { price, time, review, arbitration }
		),
		(0u128..200, 0u16..8, 0u16..4, 0..STN).prop_map(|(rate, epochs, may_miss, collateral)| {
			Terms::Proof { rate, epochs, may_miss, collateral }
		}),
	];
	(terms, prop::bool::ANY, 0u128..50, 0u32..=1_000_000, 4u32..30, 0u16..4).prop_map(
		|(terms, bound, setup, backing, notice, places)| Ask {
			device: bound.then(device),
			terms,
			setup,
			backing: Permill::from_parts(backing),
			notice,
			places,
			..meter(1)
		},
	)
}

fn step() -> impl Strategy<Value = Step> {
	let who = || 1..5u8;
	let number = || 0..12u32;
	let credits = || prop_oneof![9 => 0u128..3_000, 1 => any::<u128>()];
	prop_oneof![
		1 => (PAR / 4..PAR * 4).prop_map(Step::Price),
		2 => (who(), 0..STN).prop_map(|(who, tokens)| Step::Buy(who, tokens)),
		3 => (who(), an_ask()).prop_map(|(who, ask)| Step::Offer(who, ask)),
		1 => (who(), number()).prop_map(|(who, offer)| Step::Withdraw(who, offer)),
		5 => (who(), number(), credits())
			.prop_map(|(who, offer, credits)| Step::Open(who, offer, credits)),
		3 => (who(), number(), credits())
			.prop_map(|(who, agreement, credits)| Step::Fund(who, agreement, credits)),
		6 => (number(), 0u64..200).prop_map(|(agreement, units)| Step::Units(agreement, units)),
		6 => number().prop_map(Step::Time),
		2 => (who(), number()).prop_map(|(who, agreement)| Step::Close(who, agreement)),
		4 => number().prop_map(Step::Finish),
		4 => (who(), number()).prop_map(|(who, agreement)| Step::Deliver(who, agreement)),
		1 => (who(), number()).prop_map(|(who, agreement)| Step::Accept(who, agreement)),
		2 => (who(), number()).prop_map(|(who, agreement)| Step::Dispute(who, agreement)),
		3 => (1..6u8, number(), prop::sample::select(vec![0, 500_000, 1_000_000]))
			.prop_map(|(who, agreement, share)| Step::Rule(who, agreement, share)),
		3 => (0u32..20, prop::collection::vec(0u32..=1_000_000, 1..5))
			.prop_map(|(back, scores)| Step::Served(back, scores)),
		2 => Just(Step::Expire),
		1 => prop::option::of((1u16..4, 0u32..40, prop::bool::ANY)).prop_map(|reports| {
			Step::Reports(reports.map(|(cadence, since, settled)| Reporting { cadence, since, settled }))
		}),
		1 => (0u32..=1_000_000, 0u32..=1_000_000).prop_map(|(a, b)| Step::Divide(a, b)),
		2 => (who(), prop::collection::vec(0u128..2_000, 1..20))
			.prop_map(|(who, credits)| Step::Bill(who, credits)),
		3 => (who(), 0u32..6, 0u32..20)
			.prop_map(|(who, back, index)| Step::Collect(who, back, index)),
		2 => (who(), 0u32..20).prop_map(|(who, back)| Step::ClearBill(who, back)),
		1 => who().prop_map(Step::CountSales),
		1 => who().prop_map(Step::ForgetSales),
		2 => (who(), 1u128..100, credits(), 1u32..60)
			.prop_map(|(who, rate, credits, time)| Step::Lease(who, rate, credits, time)),
		2 => number().prop_map(Step::EndLease),
		1 => who().prop_map(Step::Transfer),
		1 => who().prop_map(Step::Register),
		1 => prop::bool::ANY.prop_map(Step::Pause),
		5 => (0u32..20).prop_map(Step::Pass),
		1 => Just(Step::Epoch),
	]
}

fn run(step: Step) {
	let _ = match step {
		Step::Price(price) => {
			set_price(price);
			Ok(())
		}
		Step::Buy(who, tokens) => Credits::buy(signed(who), tokens, 0),
		Step::Offer(who, ask) => Market::offer(signed(who), 0, ask),
		Step::Withdraw(who, offer) => Market::withdraw_offer(signed(who), 0, offer),
		Step::Open(who, offer, credits) => {
			let terms = Offers::<Test>::get(0, offer).map(|row| row.ask.terms);
			let metered = matches!(terms, Some(Terms::Meter { .. }));
			let key = if metered || credits % 2 == 0 { key(7) } else { None };
			Market::open(signed(who), 0, offer, credits, key)
		}
		Step::Fund(who, agreement, credits) => Market::fund(signed(who), agreement, credits),
		Step::Units(agreement, units) => {
			Market::settle(signed(5), agreement, receipt(7, agreement, units))
		}
		Step::Time(agreement) => Market::settle(signed(5), agreement, None),
		Step::Close(who, agreement) => Market::close(signed(who), agreement),
		Step::Finish(agreement) => Market::finish(signed(5), agreement),
		Step::Deliver(who, agreement) => Market::deliver(signed(who), agreement, H256::zero()),
		Step::Accept(who, agreement) => Market::accept(signed(who), agreement),
		Step::Dispute(who, agreement) => Market::dispute(signed(who), agreement, H256::zero()),
		Step::Rule(who, agreement, share) => {
			Market::rule(signed(who), agreement, Permill::from_parts(share))
		}
		Step::Served(back, scores) => {
			let first = Now::get().saturating_sub(back);
			let reports: Vec<_> = (first..)
				.zip(scores)
				.filter(|(epoch, _)| *epoch >= Expired::get())
				.filter(|(epoch, _)| CLAIMED.with_borrow_mut(|claimed| claimed.insert(*epoch)))
				.collect();
			let owner = Tenures::get().get(&device()).map(|(owner, _)| owner.clone());
			Market::note_served(&owner.unwrap(), 0, &[(device(), reports)]);
			Ok(())
		}
		Step::Expire => {
			Now::mutate(|now| *now += 3);
			Expired::set(Now::get().saturating_sub(4));
			Ok(())
		}
		Step::Reports(reports) => {
			Reports::set(reports);
			Ok(())
		}
		Step::Divide(seller, network) => Market::set_division(
			signed(30),
			0,
			Division { seller: Permill::from_parts(seller), network: Permill::from_parts(network) },
		),
		Step::Bill(who, credits) => owed(&credits).map_or(Ok(()), |tree| {
			let ((root, sum), epoch) = (tree.root(), Now::get());
			let billed = Market::bill(signed(who), 0, root, credits.len() as u32, sum);
			if billed.is_ok() {
				BILLED.with_borrow_mut(|bills| bills.insert((who, epoch), tree));
			}
			billed
		}),
		Step::Collect(who, back, index) => {
			let epoch = Now::get().saturating_sub(back);
			let shown = BILLED.with_borrow(|bills| {
				let tree = bills.get(&(who, epoch))?;
				Some((*tree.leaves().get(index as usize)?, tree.path(index)?))
			});
			shown.map_or(Ok(()), |(leaf, path)| {
				let path = path.try_into().unwrap();
				Market::collect(signed(5), 0, account(who), epoch, index, leaf, path)
			})
		}
		Step::ClearBill(who, back) => {
			Market::clear_bill(signed(5), 0, account(who), Now::get().saturating_sub(back))
		}
		Step::CountSales(who) => Market::count_sales(signed(who), 0, device()),
		Step::ForgetSales(who) => Market::forget_sales(signed(who), 0, device()),
		Step::Lease(who, rate, credits, time) => {
			let lease = Lease {
				buyer: account(who),
				provider: Tenures::get()[&device()].0.clone(),
				network: 0,
				device: device(),
				until: Market::now() + time,
				rate,
				backing: Permill::zero(),
				key: None,
				document: H256::zero(),
			};
			// As within the call that sells it.
			frame_support::storage::with_storage_layer(|| Market::lease(lease, credits).map(drop))
		}
		Step::EndLease(agreement) => {
			frame_support::storage::with_storage_layer(|| Market::end_lease(agreement))
		}
		Step::Transfer(to) => {
			transfer(to);
			Ok(())
		}
		Step::Register(owner) => {
			register(device(), account(owner));
			Ok(())
		}
		Step::Pause(stopped) => {
			ReceiptsStopped::set(stopped);
			Ok(())
		}
		Step::Pass(blocks) => {
			pass(blocks);
			Ok(())
		}
		Step::Epoch => {
			Now::mutate(|now| *now += 1);
			Ok(())
		}
	};
}

/// Credits that there are, wherever they lie.
fn credits() -> u128 {
	let purses = pallet_credits::Purses::<Test>::iter_values().map(|purse| purse.credits);
	purses.chain(Agreements::<Test>::iter_values().map(|row| row.purse.credits)).sum()
}

/// What events say of credits that were made and spent, since the last time.
fn told() -> (u128, u128) {
	let (mut made, mut spent) = (0, 0);
	for record in System::read_events_no_consensus() {
		match record.event {
			RuntimeEvent::Credits(pallet_credits::Event::Bought { credits, .. }) => made += credits,
			RuntimeEvent::Market(Event::Settled { credits, .. }) => spent += credits,
			RuntimeEvent::Market(Event::Ruled { fee, .. }) => spent += fee,
			RuntimeEvent::Market(Event::Billed { credits, .. }) => spent += credits,
			_ => (),
		}
	}
	(made, spent)
}

/// Steps of a life.
const LIFE: core::ops::RangeInclusive<usize> = 380..=400;
/// Of a life's steps so many in a hundred are certainly calls of this pallet.
const CALLS: usize = 50;
/// Lives in which a hundred thousand calls are made.
const LIVES: u32 = (100_000 * 100usize).div_ceil(380 * CALLS) as u32;

proptest! {
	#![proptest_config(ProptestConfig::with_cases(LIVES))]

	#[test]
	fn credits_are_conserved_and_whatever_is_open_can_end(
		steps in prop::collection::vec(step(), LIFE),
	) {
		chain(|| {
			CLAIMED.with_borrow_mut(BTreeSet::clear);
			BILLED.with_borrow_mut(BTreeMap::clear);
			let calls = steps.iter().filter(|step| step.is_call()).count();
			assert!(calls * 100 >= steps.len() * CALLS, "{calls} calls");
			let mut before = credits();
			for step in steps {
				System::reset_events();
				let promised = match &step {
					Step::Units(agreement, units) => {
						let row = Agreements::<Test>::get(agreement);
						row.is_some_and(|row| matches!(row.terms, Terms::Meter { .. }))
							&& Market::is_covered(*agreement, *units)
					}
					_ => false,
				};
				let asked = step.clone();
				run(step);
				if let (true, Step::Units(agreement, units)) = (promised, asked) {
					// What is promised is paid in full.
					let State::Metered { units: paid, .. } = row(agreement).state else { panic!() };
					assert!(paid >= units);
				}
				let (made, spent) = told();
				let after = credits();
				assert_eq!(after, before + made - spent);
				before = after;
			}
			assert_ok!(Market::do_try_state());
			check_credits();
			ReceiptsStopped::set(false);
			// Whatever was opened ends, by its buyer's word or with time, and everything that was held comes back.
			for (number, row) in Agreements::<Test>::iter().collect::<Vec<_>>() {
				let _ = Market::close(RuntimeOrigin::signed(row.buyer), number);
			}
			pass(2_000);
			Now::mutate(|now| *now += 1_000);
			Expired::set(Now::get());
			for number in Agreements::<Test>::iter_keys().collect::<Vec<_>>() {
				assert_ok!(Market::finish(signed(5), number));
			}
			for (network, (payer, epoch)) in Bills::<Test>::iter_keys().collect::<Vec<_>>() {
				assert_ok!(Market::clear_bill(signed(5), network, payer, epoch));
			}
			// What was paid just now can be asked for as long as facts are read.
			Now::mutate(|now| *now += <World as substation_primitives::epoch::InspectEpochs>::window() + 1);
			for (network, device, sold) in SoldOf::<Test>::iter().collect::<Vec<_>>() {
				let payer = RuntimeOrigin::signed(sold.payer);
				assert_ok!(Market::forget_sales(payer, network, device));
			}
			for (network, offer, row) in Offers::<Test>::iter().collect::<Vec<_>>() {
				assert_eq!(row.taken, 0);
				let provider = RuntimeOrigin::signed(row.provider);
				assert_ok!(Market::withdraw_offer(provider, network, offer));
			}
			for number in 1..6 {
				assert_eq!(Balances::reserved_balance(account(number)), 0);
			}
			assert_eq!(Agreements::<Test>::iter().count() + Parties::<Test>::iter().count(), 0);
			assert_eq!(Collected::<Test>::iter().count() + Deals::<Test>::iter().count(), 0);
		});
	}
}
