//! What constants have to be to each other, and what is found in a state that should not be.

use super::*;
use crate::{Round, Rounds, Routes};

/// Checks that the state is refused for this reason, and taken once it is put back.
#[track_caller]
fn found(reason: &str, spoil: impl FnOnce()) {
	let result = frame_support::storage::with_transaction(|| {
		spoil();
		let result = NetworkTreasury::do_try_state();
		sp_runtime::TransactionOutcome::Rollback(Ok::<_, DispatchError>(result))
	});
	let told = match result.unwrap() {
		Err(DispatchError::Other(told)) => told,
		other => panic!("{other:?}"),
	};
	assert_eq!(told, reason);
	assert_ok!(NetworkTreasury::do_try_state());
}

/// Checks constants once they were changed.
fn checked(change: impl FnOnce()) {
	// Sets them all to what they are.
	externalities();
	change();
	NetworkTreasury::integrity_test();
}

#[test]
#[should_panic(expected = "the common fund would go to networks")]
fn the_common_fund_is_not_where_networks_parts_gather() {
	checked(|| {
		CommonFund::set(NetworkTreasury::pot());
	});
}

#[test]
#[should_panic(expected = "the common fund would be spent on bounties")]
fn the_common_fund_is_not_where_prices_are_put_aside() {
	checked(|| {
		CommonFund::set(NetworkTreasury::escrow());
	});
}

#[test]
#[should_panic(expected = "a buyer's account could end before the bounty")]
fn a_bountys_deposit_is_as_much_as_an_account_holds() {
	checked(|| {
		BountyDeposit::set(4);
	});
}

#[test]
#[should_panic(expected = "a price would be less than an account holds")]
fn a_bountys_price_is_as_much_as_an_account_holds() {
	checked(|| {
		MinPrice::set(4);
	});
}

#[test]
fn a_deposit_and_a_price_of_what_an_account_holds_are_enough() {
	checked(|| {
		BountyDeposit::set(5);
		MinPrice::set(5);
	});
}

#[test]
fn a_round_beyond_the_last_network_is_found() {
	chain(|| {
		Rounds::<Test>::put(Round { amount: 0, epoch: 10, next: 3 });
		assert_ok!(NetworkTreasury::do_try_state());
		found("a round goes on beyond the last network", || {
			Rounds::<Test>::put(Round { amount: 0, epoch: 10, next: 4 });
		});
	});
}

#[test]
fn a_pot_with_less_than_a_round_has_left_to_give_is_found() {
	chain(|| {
		assert_ok!(NetworkTreasury::set_route(root(), Source::Slashes, route(0, 100)));
		take(Source::Slashes, None, 405);
		assert!(NetworkTreasury::round_step());
		assert!(NetworkTreasury::round_step());
		// A hundred are left for network 1, beside the five that an account holds.
		assert_eq!(free(&NetworkTreasury::pot()), 105);
		found("the pot does not hold what is left of a round", || {
			Balances::set_balance(&NetworkTreasury::pot(), 104);
		});
	});
}

#[test]
fn two_bounties_of_a_buyer_in_a_cell_are_found() {
	chain(|| {
		assert_ok!(post(1, 50, 1, 14));
		assert_ok!(post(2, 50, 1, 14));
		found("a buyer has two bounties in a cell", || {
			Bounties::<Test>::mutate(1, CELL, |bounties| bounties[1].buyer = account(1));
		});
	});
}

#[test]
fn a_bounty_that_ends_before_it_begins_is_found() {
	chain(|| {
		assert_ok!(post(1, 50, 1, 11));
		found("a bounty ends before it begins", || {
			Bounties::<Test>::mutate(1, CELL, |bounties| bounties[0].until = 10);
		});
	});
}

#[test]
fn a_cell_without_bounties_that_has_a_row_is_found() {
	chain(|| {
		found("a cell without bounties has a row", || {
			Bounties::<Test>::mutate(1, CELL, |_| {});
		});
	});
}

#[test]
fn prices_deposits_and_grants_that_are_not_there_are_found() {
	chain(|| {
		assert_ok!(post(1, 50, 1, 11));
		assert_ok!(award(Fund::Common, 2, vec![governed(10, 0), by_work(10, 1, 60)]));
		found("less is put aside than bounties promise", || {
			Balances::set_balance(&NetworkTreasury::escrow(), 49);
		});
		found("what is held from a buyer is not what rows say", || {
			Bounties::<Test>::mutate(1, CELL, |bounties| bounties[0].deposit += 1);
		});
		found("a fund does not hold what it has granted", || {
			Grants::<Test>::mutate(0, |row| row.as_mut().unwrap().stages[0].milestone.amount += 1);
		});
		found("a milestone waits for work that is not counted", || {
			Works::<Test>::remove(1, account(2))
		});
		found("a route gives away too much", || {
			Routes::<Test>::insert(Source::Fees, route(60, 41));
		});
	});
}
