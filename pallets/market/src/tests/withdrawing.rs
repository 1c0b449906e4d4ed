//! Taking an offer back.

use super::*;

#[test]
fn the_deposit_comes_back() {
	chain(|| {
		assert_ok!(offer(meter(10)));
		let before = free(1);
		assert_ok!(Market::withdraw_offer(signed(1), 0, 0));
		assert_eq!(last_event(), Event::OfferWithdrawn { network: 0, offer: 0 });
		assert_eq!((free(1), held(HoldReason::Offer, 1)), (before + 50, 0));
		assert_eq!(Market::offer_of(0, 0), None);
	});
}

#[test]
fn what_is_not_there_is_not_taken_back() {
	chain(|| {
		assert_ok!(offer(meter(10)));
		assert_noop!(Market::withdraw_offer(signed(1), 0, 1), Error::NotFound);
		assert_noop!(Market::withdraw_offer(signed(1), 1, 0), Error::NotFound);
		assert_ok!(Market::withdraw_offer(signed(1), 0, 0));
		assert_noop!(Market::withdraw_offer(signed(1), 0, 0), Error::NotFound);
	});
}

#[test]
fn only_its_provider_may() {
	chain(|| {
		assert_ok!(offer(meter(10)));
		assert_noop!(Market::withdraw_offer(signed(2), 0, 0), Error::NotYours);
		for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
			assert_noop!(Market::withdraw_offer(origin, 0, 0), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn agreements_go_on() {
	metered(10, 1_000, || {
		assert_ok!(Market::withdraw_offer(signed(1), 0, 0));
		assert_ok!(settle(receipt(7, 0, 50)));
		assert_ok!(Market::close(signed(1), 0));
		assert_ok!(Market::finish(signed(5), 0));
		assert_eq!(purse(2).credits, 100_000_000 - 500);
	});
}

#[test]
fn its_number_is_not_given_again() {
	chain(|| {
		assert_ok!(offer(meter(10)));
		assert_ok!(Market::withdraw_offer(signed(1), 0, 0));
		assert_ok!(offer(meter(11)));
		assert_eq!(Market::offer_of(0, 0), None);
		assert!(Market::offer_of(0, 1).is_some());
	});
}
