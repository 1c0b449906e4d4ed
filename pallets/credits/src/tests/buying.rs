//! Burning tokens for what they are worth.

use super::*;

fn buy(number: u8, tokens: Balance, least: u128) -> DispatchResult {
	Credits::buy(signed(number), tokens, least)
}

#[test]
fn tokens_are_burned_and_credits_made_in_the_same_call() {
	at_par(|| {
		let issued = Balances::total_issuance();
		assert_ok!(buy(1, 10 * STN, 0));
		let credits = 9_950_000;
		assert_eq!(
			last_event(),
			Event::Bought { who: account(1), burned: 10 * STN, credits, price: NET }
		);
		assert_eq!(purse(1), Purse { credits, cost: 10 * STN });
		assert_eq!((balance(1), Balances::total_issuance()), (990 * STN, issued - 10 * STN));
		assert_eq!(
			Credits::totals(),
			Sums { burned: 10 * STN, outstanding: 10 * STN, consumed: 0, remade: 0 }
		);
	});
}

#[test]
fn credits_bought_at_other_prices_lie_in_one_purse_with_the_sum_of_their_cost() {
	at_par(|| {
		assert_ok!(buy(1, 10 * STN, 0));
		feed_all(&[PAR / 2; 5]);
		assert_ok!(buy(1, 10 * STN, 0));
		assert_eq!(purse(1), Purse { credits: 9_950_000 + 4_975_000, cost: 20 * STN });
		assert_eq!(purse(2), Purse::default());
	});
}

#[test]
fn credits_are_rounded_down() {
	at_par(|| {
		assert_ok!(buy(1, 1_000_000_000_999, 0));
		assert_eq!(purse(1), Purse { credits: 995_000, cost: 1_000_000_000_999 });
	});
}

#[test]
fn it_is_refused_by_name_where_there_is_no_price() {
	refuses_where_there_is_no_price(|| buy(1, STN, 0));
}

#[test]
fn the_least_that_is_asked_for_is_enough_and_one_more_is_not() {
	at_par(|| {
		assert_noop!(buy(1, STN, 995_001), Error::FewerThanLeast);
		assert_ok!(buy(1, STN, 995_000));
	});
}

#[test]
fn the_least_purchase_is_enough_and_a_credit_less_is_not() {
	at_par(|| {
		for tokens in [0, 1, 100_502_512_562] {
			assert_noop!(buy(1, tokens, 0), Error::TooLittle);
		}
		assert_ok!(buy(1, 100_502_512_563, 0));
		assert_eq!(purse(1).credits, 100_000);
	});
}

#[test]
fn an_account_keeps_what_it_has_to_hold() {
	at_par(|| {
		let all = 1_000 * STN;
		assert_noop!(buy(1, all - 4, 0), Error::NotEnough);
		assert_noop!(buy(9, STN, 0), Error::NotEnough);
		assert_ok!(buy(1, all - 5, 0));
		assert_eq!(balance(1), 5);
	});
}

#[test]
fn no_number_is_too_great_to_be_refused() {
	at_par(|| {
		for tokens in [u128::MAX, u128::MAX / PAR, u128::MAX / 2] {
			assert_noop!(buy(1, tokens, 0), Error::NotEnough);
		}
		assert_noop!(buy(1, STN, u128::MAX), Error::FewerThanLeast);
	});
}

#[test]
fn a_day_s_issue_may_be_reached_and_not_passed() {
	at_par(|| {
		IssueFloor::set(9_950_000);
		assert_noop!(buy(1, 10 * STN + 100_503_000_000, 0), Error::IssueFull);
		assert_ok!(buy(1, 10 * STN, 0));
		assert_eq!(Credits::issue_left(), 0);
		assert_noop!(buy(2, STN, 0), Error::IssueFull);
		wait(DAY);
		feed_all(&[PAR; 5]);
		assert_ok!(buy(2, STN, 0));
	});
}

#[test]
fn nobody_buys_for_others() {
	at_par(|| {
		assert_noop!(Credits::buy(root(), STN, 0), DispatchError::BadOrigin);
		assert_noop!(Credits::buy(RuntimeOrigin::none(), STN, 0), DispatchError::BadOrigin);
	});
}
