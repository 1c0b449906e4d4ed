//! Taking a grant away.

use super::*;
use frame_support::dispatch::Pays;

fn revoke(by: u8, who: u8) -> DispatchResult {
	Access::revoke(signed(by), device(), account(who)).map(drop).map_err(|error| error.error)
}

#[test]
fn both_sides_revoke_at_once_and_for_nothing() {
	for by in [1, 2] {
		chain(|| {
			assert_ok!(grant());
			let info = Access::revoke(signed(by), device(), account(2)).unwrap();
			assert_eq!(info.pays_fee, Pays::No);
			assert_eq!(last_event(), Event::Revoked { device: device(), who: account(2) });
			assert_eq!(why_not(2, Scopes::LIVE), Some(Reason::NoGrant));
			assert_eq!(held(HoldReason::Grant, 1), 0);
		});
	}
}

#[test]
fn what_was_not_used_comes_back() {
	for by in [1, 2] {
		bought(|| {
			pass(20);
			assert_ok!(revoke(by, 2));
			assert_eq!((purse(2), held(HoldReason::Grant, 2)), (9_800, 0));
			assert!(Agreements::get().is_empty());
		});
	}
}

#[test]
fn nobody_else_revokes() {
	bought(|| {
		assert_noop!(revoke(3, 2), Error::NotYours);
		assert_noop!(revoke(1, 3), Error::NotFound);
		assert_eq!(
			Access::revoke(RuntimeOrigin::root(), device(), account(2)).unwrap_err().error,
			DispatchError::BadOrigin
		);
		assert!(may(2, Scopes::HISTORY).is_some());
	});
}

#[test]
fn a_new_owner_revokes_what_the_old_one_granted() {
	chain(|| {
		assert_ok!(grant());
		transfer(3);
		assert_noop!(revoke(1, 2), Error::NotYours);
		assert_ok!(revoke(3, 2));
		assert_eq!(held(HoldReason::Grant, 1), 0);
	});
}

#[test]
fn of_a_device_that_is_gone_who_was_granted_something_revokes_it() {
	bought(|| {
		Tenures::set(Default::default());
		assert_noop!(revoke(1, 2), Error::NotYours);
		assert_ok!(revoke(2, 2));
	});
}

#[test]
fn one_that_has_run_dry_is_revoked_with_its_deposit() {
	bought(|| {
		pass(60);
		assert_ok!(revoke(2, 2));
		assert_eq!((purse(2), held(HoldReason::Grant, 2)), (9_500, 0));
		assert_noop!(revoke(2, 2), Error::NotFound);
	});
}

#[test]
fn the_others_keep_what_they_have() {
	chain(|| {
		assert_ok!(grant());
		assert_ok!(grant_until(3, BOTH, START + 50));
		assert_ok!(revoke(1, 2));
		assert_eq!((may(2, Scopes::LIVE), may(3, Scopes::LIVE)), (None, Some(START + 50)));
		assert_eq!(
			held(HoldReason::Grant, 1),
			Grants::<Test>::get(device(), account(3)).unwrap().deposit
		);
	});
}

#[test]
fn what_was_revoked_can_be_bought_again() {
	bought(|| {
		assert_ok!(revoke(1, 2));
		assert_ok!(buy(2, 200));
		assert_eq!(may(2, Scopes::HISTORY), Some(START + 20));
	});
}
