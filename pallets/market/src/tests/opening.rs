//! Taking an offer.

use super::*;

#[test]
fn credits_lie_in_the_agreement_with_what_they_cost() {
	chain(|| {
		assert_ok!(offer(meter(10)));
		let before = free(2);
		assert_ok!(open(1_000));
		let cost = 1_000_000_000;
		assert_eq!(
			last_event(),
			Event::Opened {
				agreement: 0,
				offer: Some(0),
				buyer: account(2),
				provider: account(1),
				network: 0,
				credits: 1_000,
				cost
			}
		);
		assert_eq!(row(0).purse, Purse { credits: 1_000, cost });
		assert_eq!(purse(2), Purse { credits: 99_999_000, cost: 100 * STN - cost });
		assert_eq!((free(2), held(HoldReason::Agreement, 2)), (before - 86, 86));
		assert_eq!(Market::offer_of(0, 0).unwrap().taken, 1);
		assert_eq!(row(0).division, Division::default());
	});
}

#[test]
fn what_is_asked_at_once_is_paid_at_once() {
	chain(|| {
		assert_ok!(offer(Ask { setup: 1_000_000, ..stream(10) }));
		let (seller, network) = (free(1), Balances::free_balance(fund(0)));
		assert_ok!(open(1_000));
		assert_eq!(free(1), seller + STN * 9 / 10);
		assert_eq!(Balances::free_balance(fund(0)), network + STN / 20);
		assert_eq!(row(0).purse.credits, 1_000);
		assert_eq!(purse(2).credits, 100_000_000 - 1_001_000);
		assert_eq!(
			last_event(),
			Event::Settled {
				agreement: 0,
				units: 0,
				credits: 1_000_000,
				cost: STN,
				seller: STN * 9 / 10,
				network: STN / 20
			}
		);
		let record = Market::record(account(1)).unwrap();
		assert_eq!(record, Record { cost: STN, left_burned: STN / 20, ..Default::default() });
	});
}

#[test]
fn what_is_not_offered_is_not_taken() {
	chain(|| {
		assert_noop!(Market::open(signed(2), 0, 0, 1_000, key(7)), Error::NotFound);
		assert_ok!(offer(meter(10)));
		assert_noop!(Market::open(signed(2), 1, 0, 1_000, key(7)), Error::NotFound);
	});
}

#[test]
fn the_last_block_of_an_offer_counts_and_the_next_does_not() {
	chain(|| {
		assert_ok!(offer(Ask { until: START + 1, ..meter(10) }));
		pass(1);
		assert_ok!(open(1_000));
		pass(1);
		assert_noop!(open(1_000), Error::Expired);
	});
}

#[test]
fn there_are_as_many_agreements_as_places() {
	chain(|| {
		assert_ok!(offer(Ask { places: 2, ..meter(10) }));
		assert_ok!(open(1_000));
		assert_ok!(open(1_000));
		assert_noop!(open(1_000), Error::NoPlace);
		assert_ok!(Market::close(signed(1), 0));
		assert_noop!(open(1_000), Error::NoPlace);
		assert_ok!(Market::finish(signed(2), 0));
		assert_ok!(open(1_000));
	});
}

#[test]
fn units_have_a_key_and_time_may_have_one() {
	chain(|| {
		assert_ok!(offer(meter(10)));
		assert_ok!(offer(stream(10)));
		assert_noop!(Market::open(signed(2), 0, 0, 1_000, None), Error::WrongShape);
		assert_ok!(Market::open(signed(2), 0, 0, 1_000, key(7)));
		assert_ok!(Market::open(signed(2), 0, 1, 1_000, None));
		assert_ok!(Market::open(signed(2), 0, 1, 1_000, key(7)));
		// It says who uses the time, and signs for none of it.
		assert_noop!(Market::settle(signed(2), 2, receipt(7, 2, 1)), Error::WrongShape);
	});
}

#[test]
fn the_least_is_enough_and_a_credit_less_is_not() {
	chain(|| {
		assert_ok!(offer(meter(10)));
		for credits in [0, 999] {
			assert_noop!(open(credits), Error::TooLittle);
		}
		assert_ok!(open(1_000));
		// What is paid at once counts.
		assert_ok!(Market::offer(signed(1), 0, Ask { setup: 990, ..meter(10) }));
		assert_noop!(Market::open(signed(2), 0, 1, 9, key(7)), Error::TooLittle);
		assert_ok!(Market::open(signed(2), 0, 1, 10, key(7)));
	});
}

#[test]
fn there_is_enough_for_a_block() {
	chain(|| {
		assert_ok!(offer(stream(5_000)));
		assert_noop!(open(4_999), Error::TooLittle);
		assert_ok!(open(5_000));
		assert_eq!(Market::agreement(0).unwrap().end, Some((START + 1, Reason::Overdrawn)));
	});
}

#[test]
fn nobody_spends_more_than_is_in_the_purse() {
	chain(|| {
		assert_ok!(offer(Ask { setup: 1, ..meter(10) }));
		for credits in [100_000_000, u128::MAX - 1, u128::MAX] {
			assert_noop!(open(credits), Error::NotEnough);
		}
		assert_noop!(Market::open(signed(4), 0, 0, 1_000, key(7)), Error::NotEnough);
		assert_ok!(open(99_999_999));
		assert_eq!(purse(2), Purse::default());
	});
}

#[test]
fn credits_that_were_cheap_are_kept_away_where_that_is_asked() {
	chain(|| {
		assert_ok!(offer(Ask { backing: Permill::from_percent(80), ..meter(10) }));
		assert_ok!(offer(meter(10)));
		set_price(PAR * 8 / 10);
		assert_ok!(open(1_000));
		set_price(PAR * 799 / 1_000);
		assert_noop!(open(1_000), Error::TooThin);
		assert_ok!(Market::open(signed(2), 0, 1, 1_000, key(7)));
		// Whoever buys new ones is welcome.
		assert_ok!(Credits::buy(signed(4), 10 * STN, 0));
		assert_ok!(Market::open(signed(4), 0, 0, 1_000, key(7)));
	});
}

#[test]
fn without_a_price_only_such_offers_wait() {
	chain(|| {
		assert_ok!(offer(Ask { backing: Permill::from_percent(80), ..meter(10) }));
		assert_ok!(offer(meter(10)));
		Credits::hear([(PAR, Millis::get())]);
		assert_noop!(open(1_000), pallet_credits::Error::<Test>::PriceTooFew);
		assert_ok!(Market::open(signed(2), 0, 1, 1_000, key(7)));
	});
}

#[test]
fn a_device_that_was_sold_serves_by_no_new_agreement() {
	chain(|| {
		assert_ok!(offer(Ask { device: Some(device()), ..meter(10) }));
		assert_ok!(open(1_000));
		transfer(4);
		assert_noop!(open(1_000), Error::NotMember);
	});
}

#[test]
fn who_cannot_hold_the_deposit_opens_nothing() {
	chain(|| {
		assert_ok!(offer(meter(10)));
		assert_ok!(Balances::transfer_allow_death(signed(3), account(4), 1_000 * STN - 90));
		assert_noop!(Market::open(signed(3), 0, 0, 1_000, key(7)), Error::CannotPay);
		assert_ok!(Balances::transfer_allow_death(signed(4), account(3), 1));
		assert_ok!(Market::open(signed(3), 0, 0, 1_000, key(7)));
	});
}

#[test]
fn somebody_signs() {
	chain(|| {
		assert_ok!(offer(meter(10)));
		for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
			assert_noop!(Market::open(origin, 0, 0, 1_000, key(7)), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn a_provider_who_has_nothing_but_its_offer_is_paid_at_once() {
	chain(|| {
		assert_ok!(Balances::transfer_allow_death(signed(1), account(10), 75));
		assert_ok!(Market::offer(signed(10), 0, Ask { setup: 1_000, ..meter(10) }));
		assert_eq!(free(10), 5);
		assert_ok!(open(1_000));
		assert_eq!(free(10), 5 + 900_000_000);
	});
}

#[test]
fn a_network_that_takes_nobody_sells_nothing_more() {
	chain(|| {
		assert_ok!(offer(meter(10)));
		assert_ok!(open(1_000));
		OpenNetworks::set([1].into());
		assert_noop!(open(1_000), Error::NoNetwork);
		assert_ok!(settle(receipt(7, 0, 5)));
	});
}

#[test]
fn a_provider_whose_account_takes_no_so_little_is_not_paid_at_once_and_nothing_is_opened() {
	chain(|| {
		assert_ok!(offer(Ask { setup: 100, ..meter(10) }));
		empty(1);
		assert_noop!(open(10_000), Error::CannotReceive);
		assert_eq!((purse(2).credits, held(HoldReason::Agreement, 2)), (100_000_000, 0));
		assert_eq!(Offers::<Test>::get(0, 0).unwrap().taken, 0);
		MinimumBalance::set(5);
		assert_ok!(open(10_000));
	});
}
