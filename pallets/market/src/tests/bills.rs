//! What a payer owes many hosts for an epoch.

use super::*;
use substation_primitives::{
	bill::{Bill as Tree, Leaf, SumPath, MAX_LEAVES},
	EpochIndex,
};

/// What hosts are owed: device 1 of account 1, device 2 of account 3, and device 9 of nobody.
fn leaves() -> Vec<Leaf> {
	[(1, 6_000), (2, 3_001), (9, 999)]
		.map(|(number, credits)| Leaf {
			device: DeviceId::repeat_byte(number),
			down: 5_000_000,
			up: 1,
			seconds: 60,
			credits,
		})
		.to_vec()
}

fn tree() -> Tree {
	Tree::new(leaves()).unwrap()
}

fn bill(number: u8) -> DispatchResult {
	let (root, credits) = tree().root();
	Market::bill(signed(number), 0, root, 3, credits)
}

fn path(index: u32) -> SumPath {
	tree().path(index).unwrap().try_into().unwrap()
}

fn collect(index: u32) -> DispatchResult {
	let leaf = leaves()[index as usize];
	Market::collect(signed(5), 0, account(2), 10, index, leaf, path(index))
}

fn clear() -> DispatchResult {
	Market::clear_bill(signed(5), 0, account(2), 10)
}

/// Account 2 has billed 10,000 credits in epoch 10, which had cost a hundredth of a token.
fn billed(test: impl FnOnce()) {
	chain(|| {
		let second = DeviceId::repeat_byte(2);
		register(second, account(3));
		Seats::mutate(|seats| seats.insert((0, second)));
		assert_ok!(bill(2));
		test();
	});
}

const COST: Balance = STN / 100;

fn expire(epoch: EpochIndex) {
	Expired::set(epoch);
}

#[test]
fn a_bill_is_spent_at_once_and_the_network_has_its_part() {
	billed(|| {
		let row = Market::bill_of(0, account(2), 10).unwrap();
		assert_eq!((row.credits, row.cost, row.leaves, row.collected), (10_000, COST, 3, 0));
		assert_eq!(purse(2).credits, 100_000_000 - 10_000);
		assert_eq!(held(HoldReason::Bill, 2), 41);
		let network = Balances::free_balance(fund(0));
		assert_eq!(network, Permill::from_percent(5).mul_floor(COST));
		let totals = Credits::totals();
		assert_eq!((totals.consumed, totals.remade), (COST, network));
		let usage = Market::usage(0, 10).unwrap();
		assert_eq!((usage.cost, usage.seller, usage.sales), (COST, COST / 10 * 9, 1));
		assert_eq!(
			last_event(),
			Event::Billed { network: 0, payer: account(2), epoch: 10, credits: 10_000, cost: COST }
		);
	});
}

#[test]
fn each_host_collects_its_part_once() {
	billed(|| {
		let before = (free(1), free(3));
		assert!(!Market::is_collected(0, account(2), 10, 0));
		assert_ok!(collect(0));
		let nine_tenths = |credits: u128| Permill::from_percent(90).mul_floor(credits * 1_000_000);
		assert_eq!(free(1) - before.0, nine_tenths(6_000));
		assert_eq!(
			last_event(),
			Event::Collected {
				network: 0,
				payer: account(2),
				epoch: 10,
				device: device(),
				owner: account(1),
				amount: nine_tenths(6_000),
			}
		);
		assert!(Market::is_collected(0, account(2), 10, 0));
		assert!(!Market::is_collected(0, account(2), 10, 1));
		assert_noop!(collect(0), Error::AlreadyCollected);
		assert_ok!(collect(1));
		assert_eq!(free(3) - before.1, nine_tenths(3_001));
		let row = Market::bill_of(0, account(2), 10).unwrap();
		assert_eq!(row.collected, nine_tenths(6_000) + nine_tenths(3_001));
		let totals = Credits::totals();
		assert!(totals.remade * 100 <= totals.consumed * 95);
	});
}

#[test]
fn a_leaf_that_is_not_the_bills_is_not_paid() {
	billed(|| {
		let leaf = leaves()[0];
		let of = |network, payer: u8, epoch, index, leaf, path| {
			Market::collect(signed(5), network, account(payer), epoch, index, leaf, path)
		};
		assert_noop!(of(1, 2, 10, 0, leaf, path(0)), Error::NotFound);
		assert_noop!(of(0, 3, 10, 0, leaf, path(0)), Error::NotFound);
		assert_noop!(of(0, 2, 11, 0, leaf, path(0)), Error::NotFound);
		let more = Leaf { credits: 6_001, ..leaf };
		assert_noop!(of(0, 2, 10, 0, more, path(0)), Error::WrongLeaf);
		let other = Leaf { device: DeviceId::repeat_byte(2), ..leaf };
		assert_noop!(of(0, 2, 10, 0, other, path(0)), Error::WrongLeaf);
		assert_noop!(of(0, 2, 10, 1, leaf, path(0)), Error::WrongLeaf);
		assert_noop!(of(0, 2, 10, 3, leaf, path(0)), Error::WrongLeaf);
		assert_noop!(of(0, 2, 10, u32::MAX, leaf, path(0)), Error::WrongLeaf);
		assert_noop!(of(0, 2, 10, 0, leaf, path(1)), Error::WrongLeaf);
		assert_noop!(of(0, 2, 10, 0, leaf, SumPath::new()), Error::WrongLeaf);
		assert_noop!(
			Market::collect(RuntimeOrigin::none(), 0, account(2), 10, 0, leaf, path(0)),
			DispatchError::BadOrigin
		);
	});
}

#[test]
fn a_bill_that_says_less_than_its_leaves_pays_none_of_them() {
	chain(|| {
		let (root, credits) = tree().root();
		assert_ok!(Market::bill(signed(2), 0, root, 3, credits - 1));
		assert_noop!(collect(0), Error::WrongLeaf);
	});
	chain(|| {
		let (root, credits) = tree().root();
		assert_ok!(Market::bill(signed(2), 0, root, 5, credits));
		assert_noop!(collect(0), Error::WrongLeaf);
	});
}

#[test]
fn a_device_that_nobody_owns_is_not_paid_and_one_that_has_left_is() {
	billed(|| {
		assert_noop!(collect(2), Error::NoOwner);
		Seats::mutate(|seats| seats.remove(&(0, device())));
		assert_ok!(collect(0));
	});
}

#[test]
fn who_has_the_device_now_collects() {
	billed(|| {
		transfer(4);
		let before = free(4);
		assert_ok!(collect(0));
		assert!(free(4) > before);
	});
}

#[test]
fn nothing_is_collected_once_claims_have_ended() {
	billed(|| {
		expire(10);
		assert_ok!(collect(0));
		expire(11);
		assert_noop!(collect(1), Error::Ended);
	});
}

#[test]
fn an_owner_whose_account_takes_no_so_little_waits() {
	billed(|| {
		let host = account(3);
		let all = Precision::Exact;
		let force = Fortitude::Force;
		assert_ok!(Balances::burn_from(&host, free(3), Preservation::Expendable, all, force));
		MinimumBalance::set(STN);
		assert_noop!(collect(1), Error::CannotReceive);
		MinimumBalance::set(5);
		assert_ok!(collect(1));
		assert!(free(3) > 0);
	});
}

#[test]
fn one_bill_for_a_network_and_an_epoch() {
	billed(|| {
		assert_noop!(bill(2), Error::AlreadyBilled);
		assert_ok!(bill(3));
		let (root, credits) = tree().root();
		assert_ok!(Market::bill(signed(2), 1, root, 3, credits));
		Now::set(11);
		assert_ok!(bill(2));
		assert_eq!(held(HoldReason::Bill, 2), 3 * 41);
	});
}

#[test]
fn what_is_no_bill_is_not_taken() {
	chain(|| {
		let (root, credits) = tree().root();
		let bill =
			|network, leaves, credits| Market::bill(signed(2), network, root, leaves, credits);
		assert_noop!(bill(2, 3, credits), Error::NoNetwork);
		assert_noop!(bill(0, 0, credits), Error::BillTooLarge);
		assert_noop!(bill(0, MAX_LEAVES + 1, credits), Error::BillTooLarge);
		assert_noop!(bill(0, 3, 999), Error::TooLittle);
		assert_noop!(bill(0, 3, 100_000_001), Error::NotEnough);
		assert_noop!(bill(0, 3, u128::MAX), Error::NotEnough);
		assert_noop!(
			Market::bill(RuntimeOrigin::root(), 0, root, 3, credits),
			DispatchError::BadOrigin
		);
		assert_ok!(bill(0, MAX_LEAVES, 1_000));
		assert_eq!(held(HoldReason::Bill, 2), 40 + 8_192);
	});
	chain(|| {
		let all = free(2) - 20;
		assert_ok!(Balances::transfer_keep_alive(signed(2), account(4), all));
		assert_noop!(bill(2), Error::CannotPay);
	});
}

#[test]
fn a_bill_is_cleared_when_claims_have_ended_and_the_rest_stays_burned() {
	billed(|| {
		assert_ok!(collect(0));
		expire(10);
		assert_noop!(clear(), Error::StillRunning);
		expire(11);
		assert_noop!(
			Market::clear_bill(RuntimeOrigin::none(), 0, account(2), 10),
			DispatchError::BadOrigin
		);
		assert_noop!(Market::clear_bill(signed(5), 1, account(2), 10), Error::NotFound);
		let issued = Balances::total_issuance();
		assert_ok!(clear());
		assert_eq!(last_event(), Event::BillCleared { network: 0, payer: account(2), epoch: 10 });
		assert_eq!((held(HoldReason::Bill, 2), Balances::total_issuance()), (0, issued));
		assert!(Market::bill_of(0, account(2), 10).is_none());
		assert!(!Market::is_collected(0, account(2), 10, 0));
		assert_noop!(clear(), Error::NotFound);
	});
}

#[test]
fn a_bill_is_cleared_by_anybody_and_its_payer_has_the_deposit() {
	billed(|| {
		expire(11);
		let (before, others) = (free(2), free(4));
		assert_ok!(Market::clear_bill(signed(4), 0, account(2), 10));
		assert_eq!((free(2) - before, free(4)), (41, others));
	});
}

#[test]
fn a_bill_of_which_nothing_was_collected_is_cleared_and_all_of_it_stays_burned() {
	billed(|| {
		expire(11);
		let totals = Credits::totals();
		assert_ok!(clear());
		assert_eq!(Credits::totals(), totals);
		assert_eq!(totals.remade, Permill::from_percent(5).mul_floor(COST));
		assert_noop!(collect(0), Error::NotFound);
	});
}

#[test]
fn a_bill_is_not_cleared_in_the_last_epoch_in_which_hosts_collect() {
	billed(|| {
		for expired in [0, 9, 10] {
			expire(expired);
			assert_noop!(clear(), Error::StillRunning);
		}
		assert_ok!(collect(0));
		expire(11);
		assert_ok!(clear());
	});
}

#[test]
fn only_the_bill_that_is_named_is_cleared() {
	billed(|| {
		assert_ok!(bill(3));
		Now::set(11);
		assert_ok!(bill(2));
		expire(11);
		assert_ok!(clear());
		assert!(Market::bill_of(0, account(3), 10).is_some());
		assert!(Market::bill_of(0, account(2), 11).is_some());
		assert_eq!((held(HoldReason::Bill, 2), held(HoldReason::Bill, 3)), (41, 41));
		// The later one is not over yet.
		assert_noop!(Market::clear_bill(signed(5), 0, account(2), 11), Error::StillRunning);
	});
}

#[test]
fn a_bill_of_another_network_payer_or_epoch_is_not_there_to_clear() {
	billed(|| {
		expire(20);
		assert_noop!(Market::clear_bill(signed(5), 1, account(2), 10), Error::NotFound);
		assert_noop!(Market::clear_bill(signed(5), 0, account(3), 10), Error::NotFound);
		assert_noop!(Market::clear_bill(signed(5), 0, account(2), 9), Error::NotFound);
		for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
			assert_noop!(Market::clear_bill(origin, 0, account(2), 10), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn a_bill_is_cleared_though_its_network_has_closed_and_its_hosts_are_gone() {
	billed(|| {
		OpenNetworks::set(Default::default());
		Tenures::set(Default::default());
		expire(11);
		assert_ok!(clear());
		assert_eq!(Bills::<Test>::iter().count() + Collected::<Test>::iter().count(), 0);
	});
}

#[test]
fn every_eighth_leaf_costs_a_byte_more() {
	let (root, credits) = tree().root();
	for (leaves, deposit) in [(1, 41), (8, 41), (9, 42), (16, 42), (17, 43)] {
		chain(|| {
			assert_ok!(Market::bill(signed(2), 0, root, leaves, credits));
			assert_eq!(held(HoldReason::Bill, 2), deposit, "{leaves} leaves");
			expire(11);
			assert_ok!(clear());
			assert_eq!(held(HoldReason::Bill, 2), 0);
		});
	}
}

#[test]
fn a_bill_of_the_least_that_is_spent_is_taken_and_one_of_less_is_not() {
	chain(|| {
		let root = H256::repeat_byte(1);
		assert_noop!(Market::bill(signed(2), 0, root, 1, 999), Error::TooLittle);
		assert_ok!(Market::bill(signed(2), 0, root, 1, 1_000));
		assert_eq!(Market::bill_of(0, account(2), 10).unwrap().cost, STN / 1_000);
	});
}

#[test]
fn who_has_no_credits_bills_nothing_and_who_spends_the_last_can() {
	chain(|| {
		let root = H256::repeat_byte(1);
		assert_noop!(Market::bill(signed(4), 0, root, 1, 1_000), Error::NotEnough);
		assert_ok!(Market::bill(signed(2), 0, root, 1, 100_000_000));
		assert_eq!(purse(2), Purse::default());
	});
}

#[test]
fn a_bill_divides_as_its_network_did_when_it_was_posted() {
	billed(|| {
		let division = Division { seller: Permill::zero(), network: Permill::zero() };
		assert_ok!(Market::set_division(signed(30), 0, division));
		let before = free(1);
		assert_ok!(collect(0));
		assert_eq!(free(1) - before, Permill::from_percent(90).mul_floor(COST / 10 * 6));
	});
}

#[test]
fn a_network_that_closes_after_the_bill_keeps_no_host_from_its_part() {
	billed(|| {
		OpenNetworks::set([1].into());
		assert_ok!(collect(0));
	});
}

proptest! {
	/// Who is payer, network and every host has at most 95 % of what it burned, however it cuts the bill up.
	#[test]
	fn nobody_gains_by_billing_itself(
		credits in prop::collection::vec(0u128..5_000, 1..40),
		seller in 0u32..=950_000,
		tokens in 1_000_000u128..STN,
	) {
		chain(|| {
			let division = Division {
				seller: Permill::from_parts(seller),
				network: Permill::from_parts(950_000 - seller),
			};
			assert_ok!(Market::set_division(signed(30), 0, division));
			let leaves: Vec<_> = credits
				.iter()
				.map(|credits| Leaf { device: device(), down: 0, up: 0, seconds: 0, credits: *credits })
				.collect();
			let tree = Tree::new(leaves.clone()).unwrap();
			let (root, sum) = tree.root();
			let before = free(1) + Balances::free_balance(fund(0));
			// Credits that were dear or cheap.
			set_price(tokens);
			assert_ok!(Credits::buy_exact(signed(4), 200_000, Balance::MAX));
			let billed = Market::bill(signed(4), 0, root, leaves.len() as u32, sum);
			if sum < Least::get() {
				assert_noop!(billed, Error::TooLittle);
				return;
			}
			assert_ok!(billed);
			let cost = Market::bill_of(0, account(4), 10).unwrap().cost;
			for (index, leaf) in (0..).zip(leaves) {
				let path = tree.path(index).unwrap().try_into().unwrap();
				assert_ok!(Market::collect(signed(5), 0, account(4), 10, index, leaf, path));
			}
			let back = free(1) + Balances::free_balance(fund(0)) - before;
			assert!(back * 100 <= cost * 95, "{back} of {cost}");
		});
	}
}
