//! Buying at a tariff.

use super::*;
use sp_core::{ed25519, Pair};
use substation_primitives::ReportKey;

#[test]
fn who_buys_may_until_the_money_or_the_time_ends() {
	bought(|| {
		assert_eq!(
			last_event(),
			Event::Granted {
				device: device(),
				to: account(2),
				scope: Scopes::HISTORY,
				until: START + 100,
				agreement: Some(0)
			}
		);
		assert_eq!(may(2, Scopes::HISTORY), Some(START + 50));
		assert_eq!((purse(2), held(HoldReason::Grant, 2)), (9_500, 40));
		let (lease, ..) = Agreements::get()[&0].clone();
		assert_eq!((lease.buyer, lease.provider), (account(2), account(1)));
		assert_eq!((lease.rate, lease.device, lease.network), (10, device(), 0));
		assert_eq!(lease.until, START + 100);
		assert_eq!((lease.backing, lease.document), (tariff().backing, tariff().document));
		pass(49);
		assert_eq!(may(2, Scopes::HISTORY), Some(START + 50));
		pass(1);
		assert_eq!(why_not(2, Scopes::HISTORY), Some(Reason::Unpaid));
	});
	chain(|| {
		assert_ok!(post(&[tariff()]));
		assert_ok!(buy(2, 5_000));
		assert_eq!(may(2, Scopes::HISTORY), Some(START + 100));
		pass(100);
		assert_eq!(why_not(2, Scopes::HISTORY), Some(Reason::Expired));
		// Nothing is paid for what comes after, however late it is cleared.
		pass(1_000);
		assert_ok!(Access::clear(signed(5), device(), account(2)));
		assert_eq!((purse(2), Paid::get()), (9_000, 1_000));
	});
}

#[test]
fn an_agreement_that_was_ended_elsewhere_ends_the_grant() {
	bought(|| {
		assert_ok!(<World as Streams>::end(0));
		assert_eq!(why_not(2, Scopes::HISTORY), Some(Reason::Unpaid));
	});
}

#[test]
fn nothing_is_bought_that_is_not_asked() {
	chain(|| {
		assert_noop!(buy(2, 500), Error::NoTariff);
		assert_ok!(post(&[Tariff { rate: 20, ..tariff() }]));
		assert_noop!(buy(2, 500), Error::NoTariff);
		let other = DeviceId::repeat_byte(2);
		assert_noop!(Access::buy(signed(2), other, tariff(), 500, None), Error::NotFound);
		assert_ok!(post(&[tariff()]));
		assert_ok!(buy(2, 500));
	});
}

#[test]
fn a_tariff_for_one_is_for_no_other() {
	chain(|| {
		let only = Tariff { only: Some(account(3)), ..tariff() };
		assert_ok!(post(std::slice::from_ref(&only)));
		let buy = |number| Access::buy(signed(number), device(), only.clone(), 500, None);
		assert_noop!(buy(2), Error::NotForYou);
		assert_ok!(buy(3));
	});
}

#[test]
fn what_is_granted_is_not_bought_twice() {
	bought(|| {
		assert_noop!(buy(2, 500), Error::AlreadyGranted);
		assert_ok!(buy(3, 500));
		pass(50);
		assert_ok!(buy(2, 500));
		assert_eq!((held(HoldReason::Grant, 2), purse(2)), (40, 9_000));
		assert_eq!(Agreements::get().len(), 2);
	});
	chain(|| {
		assert_ok!(post(&[tariff()]));
		assert_ok!(grant());
		assert_noop!(buy(2, 500), Error::AlreadyGranted);
	});
}

#[test]
fn who_cannot_pay_buys_nothing() {
	chain(|| {
		assert_ok!(post(&[tariff()]));
		assert_noop!(buy(2, 10_001), DispatchError::Other("not enough"));
		assert_ok!(Balances::transfer_keep_alive(signed(3), account(4), 970));
		assert_noop!(buy(3, 500), Error::CannotPay);
		assert_noop!(
			Access::buy(RuntimeOrigin::root(), device(), tariff(), 500, None),
			DispatchError::BadOrigin
		);
	});
}

#[test]
fn the_key_is_kept_and_told() {
	chain(|| {
		assert_ok!(post(&[tariff()]));
		let key = Some(ReportKey::Ed25519(ed25519::Pair::from_seed(&[7; 32]).public()));
		assert_ok!(Access::buy(signed(2), device(), tariff(), 500, key));
		assert_eq!(Access::grant_of(device(), account(2)).unwrap().key, key);
		assert_eq!(Agreements::get()[&0].0.key, key);
		let permit = Access::may(device(), account(2), Scopes::HISTORY).unwrap();
		assert_eq!(Some(permit.key), key);
	});
}

#[test]
fn an_owner_may_buy_of_itself_and_needs_not() {
	chain(|| {
		Purses::mutate(|purses| purses.insert(account(1), 500));
		assert_ok!(post(&[tariff()]));
		assert_ok!(buy(1, 500));
		assert_eq!(may(1, Scopes::COMMANDS), Some(Block::MAX));
	});
}
