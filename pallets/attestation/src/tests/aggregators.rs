//! Registering, leaving, taking the bond back.

use super::*;
use crate::{Aggregators, TotalAllowance, TotalQuota};
use frame_support::traits::fungible::InspectHold;
use sp_runtime::TokenError;
use substation_primitives::ReportKey;

fn key(number: u8) -> ReportKey {
	ReportKey::Sr25519(publisher(number).public())
}

fn register_with(
	number: u8,
	quota: u32,
	allowance: u32,
) -> frame_support::dispatch::DispatchResult {
	let origin = RuntimeOrigin::signed(account(number));
	let proof = publisher_proof(number, &account(number));
	Attestation::register_aggregator(origin, key(number), proof, quota, allowance)
}

#[test]
fn an_aggregator_pays_for_its_quota_and_allowance() {
	Chain::default().run(|| {
		assert_ok!(register_with(1, 500, 10_000));

		let aggregator = Aggregators::<Test>::get(account(1)).unwrap();
		assert_eq!(aggregator.bond, 1_000 + 500 * 2 + 10_000);
		assert_eq!(Balances::total_balance_on_hold(&account(1)), aggregator.bond);
		assert_eq!((TotalQuota::<Test>::get(), TotalAllowance::<Test>::get()), (500, 10_000));
		assert_eq!(Granted::get().values().next(), Some(&(4, 10_000)));
		assert!(has_event(|event| matches!(event, Event::AggregatorRegistered { quota: 500, .. })));
	});
}

#[test]
fn quotas_and_allowances_are_bounded_on_both_sides() {
	Chain::default().parameters(|p| p.epoch_work = 1_000).run(|| {
		assert_noop!(register_with(1, 255, 1), Error::QuotaTooSmall);
		assert_noop!(register_with(1, 256, 0), Error::AllowanceTooSmall);
		assert_noop!(register_with(1, 1_001, 1), Error::QuotaExhausted);
		assert_noop!(register_with(1, 256, 10_000_001), Error::AllowanceExhausted);
		assert_ok!(register_with(1, 256, 10_000_000));
		assert_noop!(register_with(2, 256, 1), Error::AllowanceExhausted);
	});
	Chain::default().parameters(|p| p.epoch_work = 1_000).run(|| {
		assert_ok!(register_with(1, 744, 1));
		assert_noop!(register_with(2, 257, 1), Error::QuotaExhausted);
		assert_ok!(register_with(2, 256, 1));
	});
}

#[test]
fn an_account_and_a_key_register_once() {
	Chain::default().run(|| {
		register(1);
		assert_noop!(register_with(1, 256, 1), Error::AlreadyRegistered);
		let proof = publisher_proof(1, &account(2));
		let origin = RuntimeOrigin::signed(account(2));
		assert_noop!(
			Attestation::register_aggregator(origin, key(1), proof, 256, 1),
			Error::PublisherInUse
		);
	});
}

#[test]
fn a_publisher_key_registers_only_for_whom_it_has_signed() {
	Chain::default().run(|| {
		let register = |proof| {
			let origin = RuntimeOrigin::signed(account(1));
			Attestation::register_aggregator(origin, key(1), proof, 256, 1)
		};
		for wrong in [
			[0; 64],
			// Another key's word, and this key's for another account.
			publisher_proof(2, &account(1)),
			publisher_proof(1, &account(2)),
		] {
			assert_noop!(register(wrong), Error::BadProof);
		}
		assert_ok!(register(publisher_proof(1, &account(1))));
	});
}

#[test]
fn who_cannot_pay_the_bond_or_does_not_sign_is_refused() {
	Chain::default().run(|| {
		let origin = RuntimeOrigin::signed(account(99));
		let proof = publisher_proof(99, &account(99));
		assert_noop!(
			Attestation::register_aggregator(origin, key(99), proof, 256, 1),
			TokenError::FundsUnavailable
		);
		for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
			assert_noop!(
				Attestation::register_aggregator(origin.clone(), key(1), [0; 64], 256, 1),
				DispatchError::BadOrigin
			);
			assert_noop!(Attestation::leave(origin.clone()), DispatchError::BadOrigin);
			assert_noop!(Attestation::withdraw(origin), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn leaving_gives_everything_back_once_the_windows_are_over() {
	Chain::default().run(|| {
		let who = register(1);
		to_epoch(3);
		assert_noop!(Attestation::withdraw(RuntimeOrigin::signed(who.clone())), Error::NotLeaving);
		assert_ok!(Attestation::leave(RuntimeOrigin::signed(who.clone())));
		assert!(has_event(|event| matches!(event, Event::AggregatorLeaving { free_at: 11, .. })));
		assert_noop!(Attestation::leave(RuntimeOrigin::signed(who.clone())), Error::AlreadyLeaving);

		to_epoch(10);
		assert_noop!(Attestation::withdraw(RuntimeOrigin::signed(who.clone())), Error::StillBound);
		assert_eq!(Granted::get().values().next(), Some(&(8, 1_000_000)), "the store still grants");
		to_epoch(11);
		assert_ok!(Attestation::withdraw(RuntimeOrigin::signed(who.clone())));

		assert!(has_event(|event| matches!(event, Event::AggregatorLeft { .. })));
		assert_eq!(Balances::free_balance(&who), ENDOWMENT);
		assert_eq!(Granted::get().values().next(), Some(&(0, 0)));
		assert_eq!((TotalQuota::<Test>::get(), TotalAllowance::<Test>::get()), (0, 0));
		assert_noop!(
			Attestation::withdraw(RuntimeOrigin::signed(who.clone())),
			Error::NotAggregator
		);
		assert_noop!(Attestation::leave(RuntimeOrigin::signed(who)), Error::NotAggregator);
		register(1);
	});
}
