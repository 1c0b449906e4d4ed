//! Time that another part of the chain sells.

use super::*;
use substation_primitives::H256;

fn lease() -> Lease {
	Lease {
		buyer: account(2),
		provider: account(1),
		network: 0,
		device: device(),
		until: 1_000_000,
		rate: 10,
		backing: Permill::zero(),
		key: None,
		document: H256::repeat_byte(5),
	}
}

/// As within a call: one that fails changes nothing.
fn try_lease(lease: Lease, credits: u128) -> Result<AgreementId, DispatchError> {
	frame_support::storage::with_storage_layer(|| Market::lease(lease, credits))
}

fn leased(test: impl FnOnce()) {
	chain(|| {
		assert_ok!(Market::enrol(&account(1)));
		assert_eq!(Market::lease(lease(), 1_000), Ok(0));
		test();
	});
}

#[test]
fn a_lease_is_an_agreement_that_is_paid_by_the_block() {
	leased(|| {
		let opened = row(0);
		assert_eq!((opened.offer, opened.notice, opened.purse.credits), (None, 0, 1_000));
		assert_eq!(Market::ends_at(0), Some(START + 100));
		assert_eq!(held(HoldReason::Agreement, 2), 86);
		pass(7);
		assert_ok!(settle(None));
		assert_eq!(row(0).purse.credits, 930);
		assert_ok!(Market::fund(signed(3), 0, 70));
		assert_eq!(Market::ends_at(0), Some(START + 107));
	});
}

#[test]
fn it_ends_in_the_block_in_which_it_is_ended_and_nothing_is_left() {
	leased(|| {
		pass(7);
		let before = purse(2).credits;
		assert_ok!(Market::end_lease(0));
		assert_eq!(purse(2).credits, before + 930);
		assert_eq!(held(HoldReason::Agreement, 2), 0);
		assert_eq!(Market::ends_at(0), None);
		assert!(matches!(
			last_event(),
			Event::Finished { agreement: 0, reason: Reason::Closed, refunded: 930, .. }
		));
		assert_ok!(Market::end_lease(0));
	});
}

#[test]
fn one_that_ran_dry_or_changed_hands_ended_then() {
	leased(|| {
		pass(150);
		assert_ok!(Market::end_lease(0));
		assert!(matches!(last_event(), Event::Finished { reason: Reason::Overdrawn, .. }));
	});
	leased(|| {
		pass(3);
		transfer(4);
		pass(3);
		assert_eq!(Market::ends_at(0), Some(START + 3));
		assert_ok!(Market::end_lease(0));
		assert!(matches!(
			last_event(),
			Event::Finished { reason: Reason::Transferred, refunded: 970, .. }
		));
	});
}

#[test]
fn nothing_is_paid_for_what_comes_after_its_last_block() {
	chain(|| {
		assert_ok!(Market::enrol(&account(1)));
		let short = Lease { until: START + 5, ..lease() };
		assert_eq!(Market::lease(short, 1_000), Ok(0));
		assert_eq!(Market::ends_at(0), Some(START + 5));
		pass(50);
		assert_noop!(Market::fund(signed(3), 0, 70), Error::Ended);
		assert_ok!(Market::finish(signed(5), 0));
		assert!(matches!(
			last_event(),
			Event::Finished { reason: Reason::Closed, refunded: 950, .. }
		));
	});
}

#[test]
fn its_sides_may_end_it_as_any_other() {
	leased(|| {
		assert_ok!(Market::close(signed(2), 0));
		assert_ok!(Market::finish(signed(5), 0));
		assert_eq!(Market::ends_at(0), None);
	});
}

#[test]
fn what_took_an_offer_is_not_ended_without_its_notice() {
	streaming(10, 1_000, || {
		assert_noop!(Market::end_lease(0), Error::WrongShape);
	});
}

#[test]
fn what_cannot_be_leased_is_refused() {
	chain(|| {
		assert_noop!(try_lease(lease(), 1_000), Error::NotFound);
		assert_ok!(Market::enrol(&account(1)));
		let other = DeviceId::repeat_byte(2);
		for (lease, credits, why) in [
			(Lease { network: 7, ..lease() }, 1_000, Error::NoNetwork),
			(Lease { network: 1, ..lease() }, 1_000, Error::NotMember),
			(Lease { device: other, ..lease() }, 1_000, Error::NotMember),
			(Lease { rate: 0, ..lease() }, 1_000, Error::NothingAsked),
			(lease(), 999, Error::TooLittle),
			(Lease { rate: 1_001, ..lease() }, 1_000, Error::TooLittle),
			(Lease { buyer: account(4), ..lease() }, 1_000, Error::NotEnough),
			(Lease { backing: Permill::one(), ..lease() }, u128::MAX, Error::NotEnough),
		] {
			assert_noop!(try_lease(lease, credits), why);
		}
		set_price(PAR / 2);
		assert_noop!(
			try_lease(Lease { backing: Permill::one(), ..lease() }, 1_000),
			Error::TooThin
		);
	});
}

#[test]
fn a_record_is_paid_for_once() {
	chain(|| {
		let before = free(1);
		assert_ok!(Market::enrol(&account(1)));
		assert_ok!(Market::enrol(&account(1)));
		assert_eq!(free(1), before - 20);
		assert_noop!(Market::enrol(&account(9)), Error::CannotPay);
	});
}
