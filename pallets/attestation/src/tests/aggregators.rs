//! Registering, leaving, taking the bond back.

use super::*;
use crate::{Aggregators, TotalAllowance, TotalQuota};
use frame_support::traits::fungible::InspectHold;
use sp_runtime::TokenError;
use substation_primitives::ReportKey;

fn key(number: u8) -> ReportKey {
	ReportKey::Sr25519(publisher(number).public())
}

fn try_register(number: u8, quota: u32, allowance: u32) -> frame_support::dispatch::DispatchResult {
	let origin = RuntimeOrigin::signed(account(number));
	let proof = publisher_proof(number, &account(number));
	Attestation::register_aggregator(origin, key(number), proof, quota, allowance)
}

#[test]
fn an_aggregator_pays_for_its_quota_and_allowance() {
	Chain::default().run(|| {
		assert_ok!(try_register(1, 500, 10_000));

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
		assert_noop!(try_register(1, 255, 1), Error::QuotaTooSmall);
		assert_noop!(try_register(1, 256, 0), Error::AllowanceTooSmall);
		assert_noop!(try_register(1, 1_001, 1), Error::QuotaExhausted);
		assert_noop!(try_register(1, 256, 10_000_001), Error::AllowanceExhausted);
		assert_ok!(try_register(1, 256, 10_000_000));
		assert_noop!(try_register(2, 256, 1), Error::AllowanceExhausted);
	});
	Chain::default().parameters(|p| p.epoch_work = 1_000).run(|| {
		assert_ok!(try_register(1, 744, 1));
		assert_noop!(try_register(2, 257, 1), Error::QuotaExhausted);
		assert_ok!(try_register(2, 256, 1));
	});
}

#[test]
fn an_account_and_a_key_register_once() {
	Chain::default().run(|| {
		register(1);
		assert_noop!(try_register(1, 256, 1), Error::AlreadyRegistered);
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

fn rotate(number: u8, to: u8) -> frame_support::dispatch::DispatchResult {
	let who = account(number);
	let proof = publisher_proof(to, &who);
	Attestation::rotate_publisher(RuntimeOrigin::signed(who), key(to), proof)
}

#[test]
fn a_publisher_key_is_replaced_with_its_allowance_and_the_earlier_one_signs_no_more() {
	Chain::default().run(|| {
		register(1);
		to_epoch(2);
		next_block();
		assert_ok!(rotate(1, 7));

		assert!(has_event(|event| matches!(event, Event::PublisherRotated { .. })));
		assert_eq!(Granted::get()[&codec::Encode::encode(&key(1))], (0, 0));
		assert_eq!(Granted::get()[&codec::Encode::encode(&key(7))], (8, 1_000_000));
		let terms = empty_terms(1, 0, 256, H256::zero());
		assert_refused(|| commit_signed(&terms, &publisher(1)), InvalidTransaction::BadProof);
		assert_ok!(commit_signed(&terms, &publisher(7)));
		// The earlier key is free for others, and the quota of the epoch is spent as it was.
		assert_ok!(try_register(2, 256, 1));
		assert_eq!(crate::Aggregators::<Test>::get(account(1)).unwrap().spent_in(1).work, 256);
	});
}

#[test]
fn a_publisher_key_is_not_replaced_by_who_may_not_or_with_one_that_is_not_his() {
	Chain::default().run(|| {
		register(1);
		register(2);
		assert_noop!(rotate(3, 7), Error::NotAggregator);
		assert_noop!(rotate(1, 2), Error::PublisherInUse);
		assert_noop!(rotate(1, 1), Error::PublisherInUse);
		let origin = RuntimeOrigin::signed(account(1));
		let elses = publisher_proof(7, &account(2));
		assert_noop!(Attestation::rotate_publisher(origin, key(7), elses), Error::BadProof);
		for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
			assert_noop!(
				Attestation::rotate_publisher(origin, key(7), [0; 64]),
				DispatchError::BadOrigin
			);
		}
	});
}

#[test]
fn who_leaves_may_still_replace_a_key_and_has_everything_back() {
	Chain::default().run(|| {
		let who = register(1);
		assert_ok!(Attestation::leave(RuntimeOrigin::signed(who.clone())));
		assert_ok!(rotate(1, 7));
		to_epoch(9);
		assert_ok!(Attestation::withdraw(RuntimeOrigin::signed(who.clone())));
		assert_eq!(Balances::free_balance(&who), ENDOWMENT);
		assert!(Granted::get().values().all(|granted| *granted == (0, 0)));
		assert_eq!(crate::Publishers::<Test>::iter().count(), 0);
	});
}
