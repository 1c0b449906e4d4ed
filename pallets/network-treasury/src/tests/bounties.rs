//! Putting a price on service in a cell.

use super::*;

fn row(buyer: u8, price: u128, target: u64, until: EpochIndex) -> Bounty {
	let buyer = account(buyer);
	Bounty { buyer, price, target, from: 11, until, delivered: 0, paid: 0, deposit: 7 }
}

#[test]
fn a_bounty_is_stored_told_and_paid_for_beforehand() {
	chain(|| {
		assert_ok!(post(1, 100, 3_000_000, 14));
		assert_eq!(
			last_event(),
			Event::BountyPosted {
				network: 1,
				cell: CELL,
				buyer: account(1),
				price: 100,
				target: 3_000_000,
				from: 11,
				until: 14
			}
		);
		assert_eq!(NetworkTreasury::bounties(1, CELL), [row(1, 100, 3_000_000, 14)]);
		assert_eq!((free(&account(1)), held(HoldReason::Bounty, &account(1))), (1_000 - 107, 7));
		assert_eq!(free(&NetworkTreasury::escrow()), 5 + 100);
		assert_eq!(Bounties::<Test>::iter().count(), 1);
	});
}

#[test]
fn the_least_price_is_enough_and_a_planck_less_is_not() {
	chain(|| {
		assert_noop!(post(1, 49, 1, 14), Error::PriceTooLow);
		assert_noop!(post(1, 0, 1, 14), Error::PriceTooLow);
		assert_ok!(post(1, 50, 1, 14));
		MinPrice::set(51);
		assert_noop!(post(2, 50, 1, 14), Error::PriceTooLow);
		assert_ok!(post(2, 51, 1, 14));
	});
}

#[test]
fn a_full_score_is_paid_the_least_rate_or_more() {
	chain(|| {
		assert_noop!(post(1, 50, 50_000_001, 14), Error::PriceTooLow);
		assert_noop!(post(1, 50, u64::MAX, 14), Error::PriceTooLow);
		assert_ok!(post(1, 50, 50_000_000, 14));
		MinRate::set(2);
		assert_noop!(post(2, 50, 25_000_001, 14), Error::PriceTooLow);
		assert_ok!(post(2, 50, 25_000_000, 14));
		assert_eq!(
			NetworkTreasury::bounties(1, CELL),
			[row(1, 50, 50_000_000, 14), row(2, 50, 25_000_000, 14)]
		);
	});
}

#[test]
fn no_bounty_asks_for_nothing() {
	chain(|| {
		assert_noop!(post(1, 50, 0, 14), Error::NoService);
		assert_ok!(post(1, 50, 1, 14));
	});
}

#[test]
fn service_is_asked_for_from_the_next_epoch_to_the_longest_term() {
	chain(|| {
		for until in [0, 10, 31, EpochIndex::MAX] {
			assert_noop!(post(1, 50, 1, until), Error::TermOutOfRange);
		}
		assert_ok!(post(1, 50, 1, 11));
		assert_ok!(post(2, 50, 1, 30));
		assert_eq!(NetworkTreasury::bounties(1, CELL), [row(1, 50, 1, 11), row(2, 50, 1, 30)]);
	});
}

#[test]
fn the_network_is_one_that_takes_devices_and_counts_them_in_the_cell() {
	chain(|| {
		let post_in =
			|network, cell| NetworkTreasury::post_bounty(signed(1), network, cell, 100, 1, 14);
		assert_noop!(post_in(3, CELL), Error::NoNetwork);
		assert_noop!(post_in(2, CELL + 1), Error::NoCell);
		assert_ok!(post_in(2, CELL));
		assert_eq!(NetworkTreasury::bounties(2, CELL), [row(1, 100, 1, 14)]);
	});
}

#[test]
fn a_buyer_has_one_bounty_in_a_cell_and_others_elsewhere() {
	chain(|| {
		assert_ok!(post(1, 50, 1, 11));
		assert_noop!(post(1, 50, 1, 14), Error::AlreadyPosted);
		assert_ok!(NetworkTreasury::post_bounty(signed(1), 0, CELL, 60, 1, 14));
		assert_eq!(held(HoldReason::Bounty, &account(1)), 14);
		assert_eq!(free(&NetworkTreasury::escrow()), 5 + 110);
	});
}

#[test]
fn a_cell_has_as_many_bounties_as_there_may_be() {
	chain(|| {
		assert_ok!(post(1, 50, 1, 14));
		assert_ok!(post(2, 50, 1, 14));
		assert_noop!(post(3, 50, 1, 14), Error::CellTaken);
		assert_ok!(NetworkTreasury::post_bounty(signed(3), 0, CELL, 50, 1, 14));
		assert_eq!(NetworkTreasury::bounties(1, CELL), [row(1, 50, 1, 14), row(2, 50, 1, 14)]);
	});
}

#[test]
fn the_buyers_account_stays() {
	chain(|| {
		// Beside the deposit and the least that an account holds.
		assert_noop!(post(1, 989, 1, 14), Error::CannotPay);
		assert_noop!(post(1, u128::MAX, 1, 14), Error::CannotPay);
		assert_ok!(post(1, 988, 1, 14));
		assert_eq!((free(&account(1)), held(HoldReason::Bounty, &account(1))), (5, 7));
	});
}

#[test]
fn who_could_pay_the_price_but_for_the_deposit_cannot_pay() {
	chain(|| {
		endow(6, 61);
		assert_noop!(post(6, 50, 1, 14), Error::CannotPay);
		BountyDeposit::set(6);
		assert_ok!(post(6, 50, 1, 14));
		assert_eq!((free(&account(6)), held(HoldReason::Bounty, &account(6))), (5, 6));
	});
}

#[test]
fn who_cannot_even_hold_the_deposit_cannot_pay() {
	chain(|| {
		endow(6, 11);
		assert_noop!(post(6, 50, 1, 14), Error::CannotPay);
		assert_noop!(post(9, 50, 1, 14), Error::CannotPay);
	});
}

#[test]
fn what_is_locked_cannot_be_put_aside() {
	chain(|| {
		// What is held counts first towards what is locked.
		lock(&account(1), 951);
		assert_noop!(post(1, 50, 1, 14), Error::CannotPay);
		lock(&account(1), 950);
		assert_ok!(post(1, 50, 1, 14));
		assert_eq!(free(&account(1)), 943);
	});
}

#[test]
fn neither_nobody_nor_root_posts() {
	chain(|| {
		for origin in [none(), root()] {
			assert_noop!(
				NetworkTreasury::post_bounty(origin, 1, CELL, 100, 1, 14),
				DispatchError::BadOrigin
			);
		}
	});
}
