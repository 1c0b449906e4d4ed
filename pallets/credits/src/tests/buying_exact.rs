//! Burning what so many credits cost.

use super::*;

fn buy(number: u8, credits: u128, most: Balance) -> DispatchResult {
	Credits::buy_exact(signed(number), credits, most)
}

#[test]
fn exactly_as_many_credits_are_made_for_tokens_rounded_up() {
	at_par(|| {
		assert_ok!(buy(1, 1_000_000, Balance::MAX));
		let burned = 1_005_025_125_629;
		assert_eq!(
			last_event(),
			Event::Bought { who: account(1), burned, credits: 1_000_000, price: NET }
		);
		assert_eq!(purse(1), Purse { credits: 1_000_000, cost: burned });
		assert_eq!(balance(1), 1_000 * STN - burned);
		assert_eq!(Credits::totals().burned, burned);
	});
}

#[test]
fn it_is_refused_by_name_where_there_is_no_price() {
	refuses_where_there_is_no_price(|| buy(1, 100_000, Balance::MAX));
}

#[test]
fn the_most_that_is_offered_is_enough_and_a_planck_less_is_not() {
	at_par(|| {
		assert_noop!(buy(1, 1_000_000, 1_005_025_125_628), Error::MoreThanMost);
		assert_noop!(buy(1, 1_000_000, 0), Error::MoreThanMost);
		assert_ok!(buy(1, 1_000_000, 1_005_025_125_629));
	});
}

#[test]
fn the_least_purchase_is_enough_and_a_credit_less_is_not() {
	at_par(|| {
		for credits in [0, 1, 99_999] {
			assert_noop!(buy(1, credits, Balance::MAX), Error::TooLittle);
		}
		assert_ok!(buy(1, 100_000, Balance::MAX));
	});
}

#[test]
fn an_account_keeps_what_it_has_to_hold() {
	at_par(|| {
		assert_noop!(buy(1, 995_000_001, Balance::MAX), Error::NotEnough);
		assert_noop!(buy(9, 100_000, Balance::MAX), Error::NotEnough);
		// Nine hundred tokens, and what makes an account end.
		assert_noop!(buy(1, 995_000_000, Balance::MAX), Error::NotEnough);
		assert_ok!(buy(1, 994_999_999, Balance::MAX));
	});
}

#[test]
fn no_number_is_too_great_to_be_refused() {
	at_par(|| {
		for credits in [u128::MAX, u128::MAX / UNIT, u128::MAX - 1] {
			assert_noop!(buy(1, credits, Balance::MAX), Error::NotEnough);
		}
	});
}

#[test]
fn a_day_s_issue_may_be_reached_and_not_passed() {
	at_par(|| {
		IssueFloor::set(200_000);
		assert_noop!(buy(1, 200_001, Balance::MAX), Error::IssueFull);
		assert_ok!(buy(1, 200_000, Balance::MAX));
		assert_noop!(buy(2, 100_000, Balance::MAX), Error::IssueFull);
	});
}

#[test]
fn nobody_buys_for_others() {
	at_par(|| {
		assert_noop!(Credits::buy_exact(root(), 100_000, Balance::MAX), DispatchError::BadOrigin);
		assert_noop!(
			Credits::buy_exact(RuntimeOrigin::none(), 100_000, Balance::MAX),
			DispatchError::BadOrigin
		);
	});
}

#[test]
fn what_is_bought_exactly_costs_no_less_than_what_it_is_worth() {
	at_par(|| {
		for credits in [100_000, 123_457, 1_000_003] {
			let cost = Credits::cost_of(credits).unwrap();
			assert_eq!(Credits::worth(cost), Ok(credits));
			assert_eq!(Credits::worth(cost - 1), Ok(credits - 1));
		}
	});
}
