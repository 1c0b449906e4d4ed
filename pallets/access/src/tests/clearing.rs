//! Clearing what is void.

use super::*;

fn clear() -> DispatchResult {
	Access::clear(signed(5), device(), account(2))
}

#[test]
fn what_is_valid_is_not_cleared() {
	chain(|| {
		assert_noop!(clear(), Error::NotFound);
		assert_ok!(grant());
		pass(49);
		assert_noop!(clear(), Error::StillValid);
		assert_noop!(
			Access::clear(RuntimeOrigin::none(), device(), account(2)),
			DispatchError::BadOrigin
		);
		pass(1);
		assert_ok!(clear());
		assert_eq!(last_event(), Event::Cleared { device: device(), who: account(2) });
		assert_eq!(held(HoldReason::Grant, 1), 0);
		assert!(!Granted::<Test>::contains_key(account(2), device()));
	});
}

#[test]
fn what_ran_dry_is_cleared() {
	bought(|| {
		pass(49);
		assert_noop!(clear(), Error::StillValid);
		pass(1);
		assert_ok!(clear());
		assert_eq!((purse(2), held(HoldReason::Grant, 2)), (9_500, 0));
	});
}

#[test]
fn what_was_voided_by_a_sale_is_cleared_and_refunded() {
	bought(|| {
		pass(10);
		transfer(3);
		assert_ok!(clear());
		assert_eq!((purse(2), held(HoldReason::Grant, 2)), (9_900, 0));
		assert!(Agreements::get().is_empty());
	});
}

#[test]
fn what_is_of_a_device_that_is_gone_is_cleared() {
	bought(|| {
		Tenures::set(Default::default());
		assert_ok!(clear());
	});
}

#[test]
fn who_has_revoked_leaves_nothing_to_clear() {
	bought(|| {
		assert_ok!(Access::revoke(signed(2), device(), account(2)));
		assert_noop!(clear(), Error::NotFound);
	});
}

#[test]
fn only_the_grant_that_is_named_is_cleared() {
	chain(|| {
		assert_ok!(grant());
		assert_ok!(grant_until(3, BOTH, START + 90));
		pass(60);
		assert_noop!(Access::clear(signed(5), device(), account(3)), Error::StillValid);
		assert_noop!(
			Access::clear(signed(5), DeviceId::repeat_byte(2), account(2)),
			Error::NotFound
		);
		assert_ok!(clear());
		assert_eq!(may(3, Scopes::LIVE), Some(START + 90));
		assert!(Granted::<Test>::contains_key(account(3), device()));
	});
}

#[test]
fn what_is_cleared_can_be_granted_again() {
	chain(|| {
		assert_ok!(grant());
		pass(50);
		assert_ok!(clear());
		assert_ok!(grant_until(2, Scopes::LIVE, START + 80));
		assert_eq!(may(2, Scopes::LIVE), Some(START + 80));
		assert_eq!(why_not(2, Scopes::HISTORY), Some(Reason::OutOfScope));
	});
}

#[test]
fn who_clears_gains_nothing_by_it() {
	bought(|| {
		let before = Balances::total_balance(&account(5));
		pass(50);
		assert_ok!(clear());
		assert_eq!(Balances::total_balance(&account(5)), before);
		assert_eq!(purse(5), 0);
	});
}
