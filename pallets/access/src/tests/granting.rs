//! Granting for nothing.

use super::*;
use sp_core::{ed25519, Pair};
use substation_primitives::ReportKey;

#[test]
fn who_was_granted_something_may_do_that_until_its_time_is_over() {
	chain(|| {
		assert_eq!(why_not(2, Scopes::LIVE), Some(Reason::NoGrant));
		assert_ok!(grant());
		assert_eq!(
			last_event(),
			Event::Granted {
				device: device(),
				to: account(2),
				scope: BOTH,
				until: START + 50,
				agreement: None
			}
		);
		for scope in [Scopes::LIVE, Scopes::HISTORY, BOTH] {
			assert_eq!(may(2, scope), Some(START + 50));
		}
		assert_eq!(held(HoldReason::Grant, 1), 40);
		pass(49);
		assert_eq!(may(2, Scopes::LIVE), Some(START + 50));
		pass(1);
		assert_eq!(why_not(2, Scopes::LIVE), Some(Reason::Expired));
	});
}

#[test]
fn nothing_is_implied_by_anything_else() {
	chain(|| {
		assert_ok!(grant_until(2, Scopes(!Scopes::COMMANDS.0), START + 50));
		assert_eq!(why_not(2, Scopes::COMMANDS), Some(Reason::OutOfScope));
		assert_eq!(
			why_not(2, Scopes(Scopes::COMMANDS.0 | Scopes::LIVE.0)),
			Some(Reason::OutOfScope)
		);
		assert!(may(2, Scopes(1 << 31)).is_some());
		// To do nothing is not something that may be done.
		assert_eq!(why_not(2, Scopes(0)), Some(Reason::OutOfScope));
		assert_ok!(grant_until(3, Scopes::COMMANDS, START + 50));
		assert_eq!(why_not(3, Scopes::LIVE), Some(Reason::OutOfScope));
	});
}

#[test]
fn only_who_owns_the_device_grants() {
	chain(|| {
		for number in [2, 5] {
			assert_noop!(
				Access::grant(
					signed(number),
					device(),
					account(2),
					BOTH,
					START + 50,
					None,
					H256::zero()
				),
				Error::NotOwner
			);
		}
		let other = DeviceId::repeat_byte(2);
		assert_noop!(
			Access::grant(signed(1), other, account(2), BOTH, START + 50, None, H256::zero()),
			Error::NotFound
		);
		for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
			assert_noop!(
				Access::grant(origin, device(), account(2), BOTH, START + 50, None, H256::zero()),
				DispatchError::BadOrigin
			);
		}
	});
}

#[test]
fn a_grant_of_nothing_or_of_the_past_is_none() {
	chain(|| {
		assert_noop!(grant_until(2, Scopes(0), START + 50), Error::NothingGranted);
		assert_noop!(grant_until(2, BOTH, START), Error::Past);
		assert_noop!(grant_until(2, BOTH, 0), Error::Past);
		assert_ok!(grant_until(2, BOTH, START + 1));
	});
}

#[test]
fn a_gift_is_replaced_with_its_deposit() {
	chain(|| {
		assert_ok!(grant());
		assert_ok!(grant_until(2, Scopes::STATISTICS, START + 10));
		assert_eq!(held(HoldReason::Grant, 1), 40);
		assert_eq!(why_not(2, Scopes::LIVE), Some(Reason::OutOfScope));
		assert_eq!(may(2, Scopes::STATISTICS), Some(START + 10));
	});
}

#[test]
fn what_was_paid_for_is_not_replaced_by_less() {
	bought(|| {
		assert_noop!(grant_until(2, Scopes::STATISTICS, START + 50), Error::AlreadyGranted);
		pass(49);
		assert_noop!(grant_until(2, Scopes::STATISTICS, START + 500), Error::AlreadyGranted);
		pass(1);
		assert_ok!(grant_until(2, Scopes::STATISTICS, START + 500));
		assert_eq!((held(HoldReason::Grant, 1), held(HoldReason::Grant, 2)), (40, 0));
		assert!(Agreements::get().is_empty());
	});
}

#[test]
fn a_deposit_that_cannot_be_paid_is_told() {
	chain(|| {
		for number in 10..34 {
			assert_ok!(grant_until(number, BOTH, START + 50));
		}
		assert_noop!(grant_until(34, BOTH, START + 50), Error::CannotPay);
	});
}

#[test]
fn a_sale_of_the_device_voids_all_grants_at_once() {
	chain(|| {
		assert_ok!(post(&[tariff()]));
		assert_ok!(grant_until(4, BOTH, Block::MAX));
		assert_ok!(grant_until(5, BOTH, START + 50));
		assert_ok!(buy(2, 500));
		pass(3);
		transfer(3);
		for (number, scope) in [(4, BOTH), (5, BOTH), (2, Scopes::HISTORY)] {
			assert_eq!(why_not(number, scope), Some(Reason::Transferred));
		}
		assert_eq!(may(3, BOTH), Some(Block::MAX));
		assert_eq!(why_not(1, BOTH), Some(Reason::NoGrant));
		// It came back: what was granted before does not.
		transfer(1);
		assert_eq!(why_not(4, BOTH), Some(Reason::Transferred));
	});
}

#[test]
fn a_device_that_is_gone_or_new_has_no_grants() {
	chain(|| {
		assert_ok!(grant());
		let row = Tenures::mutate(|all| all.remove(&device()));
		assert_eq!(why_not(2, BOTH), Some(Reason::NoDevice));
		assert_eq!(why_not(1, BOTH), Some(Reason::NoDevice));
		let (owner, mut tenure) = row.unwrap();
		tenure.registered_at = START + 1;
		Tenures::mutate(|all| all.insert(device(), (owner, tenure)));
		assert_eq!(why_not(2, BOTH), Some(Reason::Transferred));
	});
}

#[test]
fn a_new_owner_asks_with_its_own_key_whatever_the_old_one_has_granted_to_it() {
	chain(|| {
		let theirs = ReportKey::Ed25519(ed25519::Pair::from_seed(&[7; 32]).public());
		let grant = |to| {
			let until = Block::MAX;
			Access::grant(signed(1), device(), account(to), BOTH, until, Some(theirs), H256::zero())
		};
		assert_ok!(grant(3));
		assert_eq!(Access::may(device(), account(3), BOTH).unwrap().key, theirs);
		transfer(3);
		let own: &[u8; 32] = &account(3).into();
		let permit = Access::may(device(), account(3), Scopes::COMMANDS).unwrap();
		assert_eq!(permit.key, ReportKey::Sr25519((*own).into()));
	});
}
