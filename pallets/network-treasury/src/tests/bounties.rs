//! Buying service in a cell.

use super::*;
use crate::{Bounties, Bounty};

fn post(buyer: u8, price: u128, target: u64, until: EpochIndex) -> sp_runtime::DispatchResult {
	NetworkTreasury::post_bounty(signed(buyer), 1, CELL, price, target, until)
}

fn serve(epoch: EpochIndex, owner: u8, score: u32) -> u32 {
	NetworkTreasury::note_service(1, CELL, &account(owner), &[(epoch, score)])
}

#[test]
fn service_in_the_cell_is_paid_until_the_price_is_spent() {
	chain(|| {
		assert_ok!(post(1, 100, 3_000_000, 14));
		assert_eq!(free(&account(1)), 1_000 - 107);
		assert_eq!(NetworkTreasury::bounties(1, CELL).len(), 1);
		// Too early, in another network and in another cell.
		assert_eq!(serve(10, 2, 1_000_000), 0);
		let elsewhere = |network, cell: Cell| {
			NetworkTreasury::note_service(network, cell, &account(2), &[(11, 1_000_000)])
		};
		assert_eq!((elsewhere(0, CELL), elsewhere(1, CELL + 1)), (0, 0));

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
		assert_eq!(serve(15, 3, 1_000_000), 0);
		assert_noop!(NetworkTreasury::end_bounty(signed(4), 1, CELL, account(1)), Error::StillOpen);
		for _ in 0..2 {
			assert_eq!(serve(13, 2, 1_000_000), 1);
		}
		assert_eq!(free(&account(2)), 1_083);
		assert_eq!(serve(13, 2, 1_000_000), 0);

		assert_ok!(NetworkTreasury::end_bounty(signed(4), 1, CELL, account(1)));
		assert_eq!(free(&account(1)), 900);
		assert_eq!(
			last_event(),
			Event::BountyEnded { network: 1, cell: CELL, buyer: account(1), refunded: 0 }
		);
		assert_eq!(Bounties::<Test>::iter().count(), 0);
		assert_noop!(NetworkTreasury::end_bounty(signed(4), 1, CELL, account(1)), Error::NoBounty);
	});
}

#[test]
fn what_was_not_delivered_is_refunded_once_claims_have_ended() {
	chain(|| {
		assert_ok!(post(1, 100, 3_000_000, 11));
		assert_eq!(serve(11, 2, 1_000_000), 1);
		Now::set(30);
		Expired::set(11);
		let end = || NetworkTreasury::end_bounty(signed(4), 1, CELL, account(1));
		assert_noop!(end(), Error::StillOpen);
		Expired::set(12);
		assert_ok!(end());
		assert_eq!(free(&account(1)), 967);
	});
}

#[test]
fn an_epoch_that_was_never_opened_has_not_ended() {
	chain(|| {
		assert_ok!(post(1, 100, 1, 12));
		// Whatever the clock says of epochs to come.
		Expired::set(u32::MAX);
		let end = || NetworkTreasury::end_bounty(signed(4), 1, CELL, account(1));
		assert_noop!(end(), Error::StillOpen);
		Now::set(12);
		assert_noop!(end(), Error::StillOpen);
		Now::set(13);
		assert_ok!(end());
	});
}

#[test]
fn what_a_buyer_locks_elsewhere_keeps_nobody_from_being_paid() {
	use frame_support::traits::{LockableCurrency, WithdrawReasons};
	chain(|| {
		assert_ok!(post(1, 900, 1_000_000, 14));
		Balances::set_lock(*b"democrac", &account(1), 1_000, WithdrawReasons::all());
		assert_eq!(serve(11, 2, 1_000_000), 1);
		assert_eq!(free(&account(2)), 1_900);
		// And what is locked cannot be put aside.
		Balances::set_lock(*b"democrac", &account(2), 1_900, WithdrawReasons::all());
		assert!(post(2, 50, 1_000_000, 14).is_err());
	});
}

#[test]
fn each_bounty_of_a_cell_pays_for_the_same_service() {
	chain(|| {
		assert_ok!(post(1, 100, 1_000_000, 14));
		assert_ok!(post(2, 60, 2_000_000, 14));
		assert_eq!(serve(11, 3, 1_000_000), 2);
		assert_eq!(free(&account(3)), 1_130);
		assert_ok!(NetworkTreasury::end_bounty(signed(4), 1, CELL, account(1)));
		assert_eq!(NetworkTreasury::bounties(1, CELL).len(), 1);
		assert_eq!(serve(12, 3, 1_000_000), 1);
	});
}

#[test]
fn an_owner_whose_account_cannot_take_it_goes_without() {
	chain(|| {
		assert_ok!(post(1, 100, 100_000_000, 14));
		assert_eq!(serve(11, 9, 4_000_000), 0);
		assert_eq!(NetworkTreasury::bounties(1, CELL)[0].delivered, 0);
		// No score counts for more than a full one.
		assert_eq!(serve(11, 2, 4_000_000), 1);
		assert_eq!(NetworkTreasury::bounties(1, CELL)[0].delivered, 1_000_000);
	});
}

#[test]
fn what_is_refused() {
	chain(|| {
		let post_in =
			|network, cell| NetworkTreasury::post_bounty(signed(1), network, cell, 100, 1, 14);
		assert_noop!(post_in(3, CELL), Error::NoNetwork);
		assert_noop!(post_in(1, CELL + 1), Error::NoCell);
		assert_noop!(
			NetworkTreasury::post_bounty(RuntimeOrigin::root(), 1, CELL, 100, 1, 14),
			DispatchError::BadOrigin
		);
		assert_noop!(post(1, 49, 1, 14), Error::PriceTooLow);
		assert_noop!(post(1, u128::MAX, 1, 14), Error::CannotPay);
		assert_noop!(post(9, 50, 1, 14), Error::CannotPay);
		assert_noop!(post(1, 50, 50_000_001, 14), Error::PriceTooLow);
		assert_storage_noop!(assert!(post(1, 50, u64::MAX, 14).is_err()));
		assert_noop!(post(1, 50, 0, 14), Error::NoService);
		assert_noop!(post(1, 50, 1, 10), Error::TermOutOfRange);
		assert_noop!(post(1, 50, 1, 31), Error::TermOutOfRange);
		// The account stays.
		assert_noop!(post(1, 989, 1, 14), Error::CannotPay);
		assert_ok!(frame_support::storage::with_transaction(|| {
			sp_runtime::TransactionOutcome::Rollback(post(1, 988, 1, 14))
		}));
		assert_ok!(post(1, 50, 1, 11));
		assert_noop!(post(1, 50, 1, 14), Error::AlreadyPosted);
		assert_ok!(post(2, 50, 1, 30));
		assert_noop!(post(3, 50, 1, 14), Error::CellTaken);
		assert_noop!(NetworkTreasury::end_bounty(signed(1), 1, CELL, account(3)), Error::NoBounty);
		assert_noop!(
			NetworkTreasury::end_bounty(RuntimeOrigin::root(), 1, CELL, account(1)),
			DispatchError::BadOrigin
		);
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
