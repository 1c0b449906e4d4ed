//! Putting credits into an agreement.

use super::*;

fn fund(number: u8, credits: u128) -> DispatchResult {
	Market::fund(signed(number), 0, credits)
}

#[test]
fn anybody_may_and_what_is_left_is_the_buyers() {
	metered(10, 1_000, || {
		assert_ok!(fund(3, 500));
		assert_eq!(last_event(), Event::Funded { agreement: 0, who: account(3), credits: 500 });
		assert_eq!(row(0).purse, Purse { credits: 1_500, cost: 1_500_000_000 });
		assert_eq!(purse(3).credits, 100_000_000 - 500);
		assert_ok!(Market::close(signed(1), 0));
		assert_ok!(Market::finish(signed(1), 0));
		assert_eq!(purse(2), Purse { credits: 100_000_500, cost: 100 * STN + 500_000_000 });
	});
}

#[test]
fn time_goes_on_for_longer() {
	streaming(100, 1_000, || {
		assert_ok!(fund(2, 500));
		assert_eq!(Market::agreement(0).unwrap().end, Some((START + 15, Reason::Overdrawn)));
	});
}

#[test]
fn time_that_was_served_is_paid_out_of_what_was_there() {
	streaming(100, 1_000, || {
		pass(5);
		// Credits that cost a tenth.
		set_price(10 * PAR);
		assert_ok!(Credits::buy(signed(4), STN, 0));
		let seller = free(1);
		assert_ok!(fund(4, 100_000));
		assert_eq!(free(1), seller + 450_000_000);
		assert_eq!(row(0).purse, Purse { credits: 100_500, cost: 500_000_000 + 10_000_000_000 });
	});
}

#[test]
fn nothing_is_put_in_for_nothing() {
	metered(10, 1_000, || {
		assert_noop!(fund(2, 0), Error::TooLittle);
		assert_ok!(fund(2, 1));
	});
}

#[test]
fn nobody_puts_in_more_than_is_in_the_purse() {
	metered(10, 1_000, || {
		for (number, credits) in [(2, 99_999_001), (2, u128::MAX), (4, 1)] {
			assert_noop!(fund(number, credits), Error::NotEnough);
		}
		assert_ok!(fund(2, 99_999_000));
	});
}

#[test]
fn what_is_put_in_has_to_be_worth_what_the_offer_asked() {
	agreed(Ask { backing: Permill::from_percent(80), ..meter(10) }, 1_000, || {
		set_price(PAR / 2);
		assert_noop!(fund(2, 1_000), Error::TooThin);
		assert_ok!(Credits::buy(signed(4), STN, 0));
		assert_ok!(fund(4, 1_000));
		Credits::hear([(PAR, Millis::get())]);
		assert_noop!(fund(4, 1_000), pallet_credits::Error::<Test>::PriceTooFew);
	});
}

#[test]
fn what_has_ended_takes_nothing() {
	metered(10, 1_000, || {
		assert_ok!(Market::close(signed(2), 0));
		assert_ok!(fund(2, 100));
		pass(10);
		assert_noop!(fund(2, 100), Error::Ended);
	});
}

#[test]
fn what_is_not_there_takes_nothing() {
	chain(|| {
		assert_noop!(fund(2, 100), Error::NotFound);
	});
}

#[test]
fn somebody_signs() {
	metered(10, 1_000, || {
		for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
			assert_noop!(Market::fund(origin, 0, 1), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn time_that_its_provider_cannot_be_paid_for_is_neither_settled_nor_funded() {
	streaming(100, 10_000, || {
		pass(5);
		empty(1);
		assert_noop!(settle(None), Error::CannotReceive);
		assert_noop!(fund(2, 500), Error::CannotReceive);
		assert_eq!(row(0).state, State::Streaming { paid_to: START });
		// Where nothing is due nothing has to be received.
		MinimumBalance::set(5);
		assert_ok!(fund(2, 500));
		assert_eq!(row(0).state, State::Streaming { paid_to: START + 5 });
		MinimumBalance::set(2 * STN);
		assert_ok!(fund(2, 500));
	});
}
