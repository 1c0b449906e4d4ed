//! What bounties pay for service.

use super::*;

#[test]
fn service_in_the_cell_is_paid_until_the_price_is_spent() {
	chain(|| {
		assert_ok!(post(1, 100, 3_000_000, 14));
		// Too early, in another network and in another cell.
		assert_storage_noop!(assert_eq!(serve(10, 2, 1_000_000), 0));
		let elsewhere = |network, cell: Cell| {
			NetworkTreasury::note_service(network, cell, &account(2), &[(11, 1_000_000)])
		};
		assert_storage_noop!(assert_eq!((elsewhere(0, CELL), elsewhere(1, CELL + 1)), (0, 0)));

		assert_eq!(serve(11, 2, 1_000_000), 1);
		assert_eq!(free(&account(2)), 1_033);
		assert_eq!(
			last_event(),
			Event::BountyPaid {
				network: 1,
				cell: CELL,
				buyer: account(1),
				owner: account(2),
				amount: 33
			}
		);
		assert_eq!(serve(14, 3, 500_000), 1);
		assert_eq!(free(&account(3)), 1_017);
		assert_storage_noop!(assert_eq!(serve(15, 3, 1_000_000), 0));
		for _ in 0..2 {
			assert_eq!(serve(13, 2, 1_000_000), 1);
		}
		assert_eq!(free(&account(2)), 1_083);
		assert_storage_noop!(assert_eq!(serve(13, 2, 1_000_000), 0));
		assert_eq!(free(&NetworkTreasury::escrow()), 5);
	});
}

#[test]
fn each_bounty_of_a_cell_pays_for_the_same_service() {
	chain(|| {
		assert_ok!(post(1, 100, 1_000_000, 14));
		assert_ok!(post(2, 60, 2_000_000, 14));
		assert_eq!(serve(11, 3, 1_000_000), 2);
		assert_eq!(free(&account(3)), 1_130);
		assert_ok!(end(1));
		assert_eq!(NetworkTreasury::bounties(1, CELL).len(), 1);
		assert_eq!(serve(12, 3, 1_000_000), 1);
		assert_eq!(free(&account(3)), 1_160);
	});
}

#[test]
fn service_that_is_worth_nothing_pays_nobody() {
	chain(|| {
		assert_ok!(post(1, 100, 1_000_000, 14));
		assert_storage_noop!(assert_eq!(serve(11, 2, 0), 0));
	});
}

#[test]
fn what_earns_less_than_a_planck_is_counted_and_nothing_is_paid_or_told() {
	chain(|| {
		assert_ok!(post(1, 50, 50_000_000, 14));
		let told = events().len();
		// The row changes, which somebody has to weigh.
		assert_eq!(serve(11, 2, 600_000), 1);
		assert_eq!(events().len(), told);
		assert_eq!(NetworkTreasury::bounties(1, CELL)[0].delivered, 600_000);
		assert_eq!((free(&account(2)), free(&NetworkTreasury::escrow())), (1_000, 55));
		// And whoever serves next is paid the planck that both have earned.
		assert_eq!(serve(11, 3, 600_000), 1);
		assert_eq!(events().len(), told + 1);
		assert_eq!((free(&account(2)), free(&account(3))), (1_000, 1_001));
		assert_eq!(NetworkTreasury::bounties(1, CELL)[0].paid, 1);
	});
}

#[test]
fn an_owner_whose_account_cannot_take_it_goes_without() {
	chain(|| {
		assert_ok!(post(1, 100, 100_000_000, 14));
		assert_storage_noop!(assert_eq!(serve(11, 9, 4_000_000), 0));
		// No score counts for more than a full one.
		assert_eq!(serve(11, 2, 4_000_000), 1);
		assert_eq!(NetworkTreasury::bounties(1, CELL)[0].delivered, 1_000_000);
	});
}

#[test]
fn an_owner_whose_account_takes_one_payment_and_not_the_other_is_paid_one() {
	chain(|| {
		assert_ok!(post(1, 100, 100_000_000, 14));
		assert_ok!(post(2, 100, 1_000_000, 14));
		// One planck of the first, which is less than an account holds, and a hundred of the second.
		assert_eq!(serve(11, 9, 1_000_000), 1);
		assert_eq!(free(&account(9)), 100);
		let paid = NetworkTreasury::bounties(1, CELL).into_iter().map(|b| b.paid);
		assert_eq!(paid.collect::<Vec<_>>(), [0, 100]);
	});
}

#[test]
fn what_a_buyer_locks_elsewhere_keeps_nobody_from_being_paid() {
	chain(|| {
		assert_ok!(post(1, 900, 1_000_000, 14));
		lock(&account(1), 1_000);
		assert_eq!(serve(11, 2, 1_000_000), 1);
		assert_eq!(free(&account(2)), 1_900);
	});
}

fn bounty(price: Balance, target: u64) -> Bounty {
	Bounty {
		buyer: [1; 32].into(),
		price,
		target,
		from: 5,
		until: 9,
		delivered: 0,
		paid: 0,
		deposit: 0,
	}
}

#[test]
fn service_counts_from_the_first_epoch_to_the_last_until_there_is_enough() {
	let mut bounty = bounty(10, 3);
	assert_eq!([4, 5, 9, 10].map(|epoch| bounty.wants(epoch)), [false, true, true, false]);
	assert_eq!([1, 1, 5, 1].map(|score| bounty.deliver(score)), [3, 3, 4, 0]);
	assert!(!bounty.wants(6));
	assert_eq!(bounty.left(), 0);
}

proptest! {
	#[test]
	fn parts_add_up_to_what_was_delivered(
		price: Balance,
		target in 1u64..10_000_000_000,
		scores in prop::collection::vec(0u32..=1_000_000, 0..100),
	) {
		let mut bounty = bounty(price, target);
		let paid: Balance = scores.iter().map(|score| bounty.deliver(*score)).sum();
		let delivered = scores.iter().map(|score| u64::from(*score)).sum::<u64>().min(target);
		prop_assert_eq!(bounty.delivered, delivered);
		prop_assert_eq!(bounty.paid, paid);
		prop_assert_eq!(paid + bounty.left(), price);
		prop_assert_eq!(delivered == target, bounty.left() == 0 || price == 0);
	}
}
