//! Posting what is asked.

use super::*;

#[test]
fn an_offer_is_stored_told_and_paid_for() {
	chain(|| {
		let before = free(1);
		assert_ok!(offer(meter(10)));
		assert_eq!(last_event(), Event::Offered { network: 0, offer: 0, provider: account(1) });
		let row = Offer {
			provider: account(1),
			ask: meter(10),
			division: Division::default(),
			taken: 0,
			deposit: 50,
		};
		assert_eq!(Market::offer_of(0, 0), Some(row));
		assert_eq!((free(1), held(HoldReason::Offer, 1)), (before - 20 - 50, 50));
		assert_eq!(Market::record(account(1)), Some(Record::default()));
	});
}

#[test]
fn a_record_is_paid_for_once() {
	chain(|| {
		let issued = Balances::total_issuance();
		assert_ok!(offer(meter(10)));
		assert_ok!(offer(stream(10)));
		assert_eq!(Balances::total_issuance(), issued - 20);
		assert_eq!(held(HoldReason::Offer, 1), 100);
	});
}

#[test]
fn it_is_in_a_network_that_is_open() {
	chain(|| {
		assert_ok!(Market::offer(signed(1), 1, meter(1)));
		assert_noop!(Market::offer(signed(1), 2, meter(1)), Error::NoNetwork);
		assert_noop!(Market::offer(signed(1), u32::MAX, meter(1)), Error::NoNetwork);
	});
}

#[test]
fn something_is_asked_for_something() {
	chain(|| {
		let nothing = [
			meter(0),
			stream(0),
			Ask { terms: Terms::Meter { price: 1, unit: Unit::Bytes, most: 0 }, ..meter(1) },
			Ask { places: 0, ..meter(1) },
		];
		for ask in nothing {
			assert_noop!(offer(ask), Error::NothingAsked);
		}
		let least = Terms::Meter { price: 1, unit: Unit::Other(7), most: 1 };
		assert_ok!(offer(Ask { terms: least, places: 1, ..meter(1) }));
	});
}

#[test]
fn a_notice_is_within_bounds() {
	chain(|| {
		for notice in [0, 4, 1_001, Block::MAX] {
			assert_noop!(offer(Ask { notice, ..meter(1) }), Error::NoticeOutOfRange);
		}
		assert_ok!(offer(Ask { notice: 5, ..meter(1) }));
		assert_ok!(offer(Ask { notice: 1_000, ..meter(1) }));
	});
}

#[test]
fn it_can_be_taken_in_a_block_to_come() {
	chain(|| {
		for until in [0, START - 1, START] {
			assert_noop!(offer(Ask { until, ..meter(1) }), Error::Expired);
		}
		assert_ok!(offer(Ask { until: START + 1, ..meter(1) }));
	});
}

#[test]
fn a_device_is_the_providers_and_serves_there() {
	chain(|| {
		let ask = Ask { device: Some(device()), ..meter(1) };
		assert_noop!(Market::offer(signed(2), 0, ask.clone()), Error::NotMember);
		assert_noop!(Market::offer(signed(1), 1, ask.clone()), Error::NotMember);
		let other = Ask { device: Some(DeviceId::repeat_byte(2)), ..meter(1) };
		assert_noop!(offer(other), Error::NotMember);
		assert_ok!(offer(ask));
	});
}

#[test]
fn who_cannot_pay_offers_nothing() {
	chain(|| {
		assert_noop!(Market::offer(signed(9), 0, meter(1)), Error::CannotPay);
		// What is left has to keep the account.
		assert_ok!(Balances::transfer_allow_death(signed(1), account(10), 74));
		assert_noop!(Market::offer(signed(10), 0, meter(1)), Error::CannotPay);
		assert_ok!(Balances::transfer_allow_death(signed(1), account(10), 1));
		assert_ok!(Market::offer(signed(10), 0, meter(1)));
	});
}

#[test]
fn somebody_signs() {
	chain(|| {
		for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
			assert_noop!(Market::offer(origin, 0, meter(1)), DispatchError::BadOrigin);
		}
	});
}
