//! Ending bounties.

use super::*;

/// Nothing more can be claimed for epochs before this one.
fn claims_ended_before(epoch: EpochIndex) {
	Now::set(Now::get().max(epoch));
	Expired::set(epoch);
}

#[test]
fn what_was_not_delivered_is_refunded_and_told() {
	chain(|| {
		assert_ok!(post(1, 100, 3_000_000, 11));
		assert_eq!(serve(11, 2, 1_000_000), 1);
		claims_ended_before(12);
		assert_ok!(end(1));
		assert_eq!(
			last_event(),
			Event::BountyEnded { network: 1, cell: CELL, buyer: account(1), refunded: 67 }
		);
		assert_eq!((free(&account(1)), free(&account(4))), (967, 1_000));
		assert_eq!(free(&NetworkTreasury::escrow()), 5);
		assert_eq!(Bounties::<Test>::iter().count(), 0);
	});
}

#[test]
fn where_all_was_delivered_the_deposit_alone_comes_back() {
	chain(|| {
		assert_ok!(post(1, 100, 1_000_000, 14));
		assert_noop!(end(1), Error::StillOpen);
		assert_eq!(serve(11, 2, 1_000_000), 1);
		assert_eq!((free(&account(1)), held(HoldReason::Bounty, &account(1))), (893, 7));
		assert_ok!(end(1));
		assert_eq!(
			last_event(),
			Event::BountyEnded { network: 1, cell: CELL, buyer: account(1), refunded: 0 }
		);
		assert_eq!((free(&account(1)), held(HoldReason::Bounty, &account(1))), (900, 0));
	});
}

#[test]
fn what_was_held_comes_back_whatever_a_bounty_costs_by_then() {
	chain(|| {
		assert_ok!(post(1, 100, 1_000_000, 11));
		BountyDeposit::set(70);
		assert_ok!(NetworkTreasury::post_bounty(signed(1), 0, CELL, 50, 1, 14));
		assert_eq!(held(HoldReason::Bounty, &account(1)), 77);
		claims_ended_before(12);
		assert_ok!(end(1));
		assert_eq!(held(HoldReason::Bounty, &account(1)), 70);
		assert_eq!(free(&account(1)), 1_000 - 120);
	});
}

#[test]
fn of_two_buyers_in_a_cell_the_second_has_ended_first() {
	chain(|| {
		assert_ok!(post(1, 100, 5_000_000, 14));
		assert_ok!(post(2, 60, 2_000_000, 11));
		assert_eq!(serve(11, 3, 1_000_000), 2);
		claims_ended_before(12);
		assert_noop!(end(1), Error::StillOpen);
		let first = NetworkTreasury::bounties(1, CELL)[0].clone();
		assert_ok!(end(2));
		assert_eq!(
			last_event(),
			Event::BountyEnded { network: 1, cell: CELL, buyer: account(2), refunded: 30 }
		);
		assert_eq!(NetworkTreasury::bounties(1, CELL), [first]);
		assert_eq!(held(HoldReason::Bounty, &account(1)), 7);
		assert_eq!((free(&account(1)), free(&account(2))), (893, 970));
		assert_eq!(free(&NetworkTreasury::escrow()), 5 + 80);
	});
}

#[test]
fn a_bounty_is_open_until_claims_for_its_last_epoch_have_ended() {
	chain(|| {
		assert_ok!(post(1, 100, 3_000_000, 11));
		Now::set(30);
		Expired::set(11);
		assert_noop!(end(1), Error::StillOpen);
		Expired::set(12);
		assert_ok!(end(1));
		assert_eq!(free(&account(1)), 1_000);
	});
}

#[test]
fn an_epoch_that_was_never_opened_has_not_ended() {
	chain(|| {
		assert_ok!(post(1, 100, 1, 12));
		// Whatever the clock says of epochs to come.
		Expired::set(u32::MAX);
		assert_noop!(end(1), Error::StillOpen);
		Now::set(12);
		assert_noop!(end(1), Error::StillOpen);
		Now::set(13);
		assert_ok!(end(1));
	});
}

#[test]
fn a_bounty_that_there_is_not_does_not_end() {
	chain(|| {
		assert_noop!(end(1), Error::NoBounty);
		assert_ok!(post(1, 100, 1, 11));
		claims_ended_before(12);
		assert_noop!(end(2), Error::NoBounty);
		let elsewhere =
			|network, cell| NetworkTreasury::end_bounty(signed(4), network, cell, account(1));
		assert_noop!(elsewhere(0, CELL), Error::NoBounty);
		assert_noop!(elsewhere(1, CELL + 1), Error::NoBounty);
		assert_ok!(end(1));
		assert_noop!(end(1), Error::NoBounty);
	});
}

#[test]
fn neither_nobody_nor_root_ends_a_bounty() {
	chain(|| {
		assert_ok!(post(1, 100, 1, 11));
		claims_ended_before(12);
		for origin in [none(), root()] {
			assert_noop!(
				NetworkTreasury::end_bounty(origin, 1, CELL, account(1)),
				DispatchError::BadOrigin
			);
		}
		assert_ok!(NetworkTreasury::end_bounty(signed(1), 1, CELL, account(1)));
	});
}

#[test]
fn a_place_is_free_again_once_its_bounty_has_ended() {
	chain(|| {
		assert_ok!(post(1, 50, 1, 11));
		assert_ok!(post(2, 50, 1, 30));
		claims_ended_before(12);
		assert_noop!(post(3, 50, 1, 14), Error::CellTaken);
		assert_ok!(end(1));
		assert_ok!(post(3, 50, 1, 14));
		assert_eq!(
			NetworkTreasury::bounties(1, CELL).into_iter().map(|b| b.buyer).collect::<Vec<_>>(),
			[account(2), account(3)]
		);
	});
}

#[test]
fn a_buyer_who_kept_nothing_but_the_deposit_is_refunded() {
	chain(|| {
		endow(6, 62);
		assert_ok!(post(6, 50, 1, 11));
		assert_eq!((free(&account(6)), held(HoldReason::Bounty, &account(6))), (5, 7));
		// What is held keeps the account.
		assert!(Balances::transfer_allow_death(signed(6), account(1), 5).is_err());
		claims_ended_before(12);
		assert_ok!(end(6));
		assert_eq!(free(&account(6)), 62);
	});
}
