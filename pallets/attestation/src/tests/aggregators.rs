//! Registering, leaving, taking the bond back.

use super::*;
use crate::{Aggregators, ByteMarket, WorkMarket};
use frame_support::traits::fungible::InspectHold;
use sp_runtime::TokenError;
use substation_primitives::ReportKey;

fn key(number: u8) -> ReportKey {
	ReportKey::Sr25519(publisher(number).public())
}

/// What all are granted, in sum.
fn granted() -> (u64, u64) {
	(WorkMarket::<Test>::get().granted, ByteMarket::<Test>::get().granted)
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
		assert_eq!(granted(), (500, 10_000));
		assert_eq!(Granted::get().values().next(), Some(&(6, 10_000)));
		assert!(has_event(|event| matches!(event, Event::AggregatorRegistered { quota: 500, .. })));
	});
}

#[test]
fn what_is_asked_for_is_bounded_on_both_sides() {
	Chain::default().parameters(|p| p.epoch_work = 10_000).run(|| {
		assert_noop!(try_register(1, 255, 1), Error::QuotaTooSmall);
		assert_noop!(try_register(1, 256, 0), Error::AllowanceTooSmall);
		assert_noop!(try_register(1, 2_001, 1), Error::TooLargeAShare);
		assert_noop!(try_register(1, 256, 2_000_001), Error::TooLargeAShare);
		assert_ok!(try_register(1, 2_000, 2_000_000));
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
		assert_eq!(
			Granted::get().values().next(),
			Some(&(248, 1_000_000)),
			"the store still grants"
		);
		to_epoch(11);
		assert_ok!(Attestation::withdraw(RuntimeOrigin::signed(who.clone())));

		assert!(has_event(|event| matches!(event, Event::AggregatorLeft { .. })));
		assert_eq!(Balances::free_balance(&who), ENDOWMENT);
		assert_eq!(Granted::get().values().next(), Some(&(0, 0)));
		assert_eq!(granted(), (0, 0));
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
		assert_eq!(Granted::get()[&codec::Encode::encode(&key(7))], (248, 1_000_000));
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

#[test]
fn a_bond_is_paid_to_the_last_unit_or_not_at_all() {
	Chain::default().run(|| {
		// A thousand, two for each unit and one for each byte; one has to stay.
		let bond = 1_000 + 2 * 256 + 10;
		let fund = |number, amount| {
			let from = RuntimeOrigin::signed(account(1));
			Balances::transfer_allow_death(from, account(number), amount)
		};
		assert_ok!(fund(98, bond));
		assert_ok!(fund(99, bond + 1));
		assert_noop!(try_register(98, 256, 10), TokenError::FundsUnavailable);
		assert_ok!(try_register(99, 256, 10));
		assert_eq!(Balances::free_balance(account(99)), 1);
	});
}

#[test]
fn an_ed25519_key_may_publish() {
	Chain::default().run(|| {
		let pair = sp_core::ed25519::Pair::from_seed(&[7; 32]);
		let publisher = ReportKey::Ed25519(pair.public());
		let genesis = Attestation::genesis_hash();
		let proof = pair.sign(&substation_primitives::signing::publisher(&genesis, &account(1))).0;
		let register = |proof| {
			let origin = RuntimeOrigin::signed(account(1));
			Attestation::register_aggregator(origin, publisher, proof, 256, 1_000)
		};
		assert_noop!(register([0; 64]), Error::BadProof);
		assert_ok!(register(proof));
		to_epoch(2);
		next_block();
		let terms = empty_terms(1, 0, 256, H256::zero());
		let signature = pair.sign(&terms.signing_payload(&genesis)).0;
		assert_ok!(send(crate::Call::commit { terms, signature }));
	});
}

#[test]
fn who_has_withdrawn_may_register_with_another_quota_and_the_same_key() {
	Chain::default().run(|| {
		let who = register(1);
		assert_ok!(Attestation::leave(RuntimeOrigin::signed(who.clone())));
		to_epoch(8);
		assert_ok!(Attestation::withdraw(RuntimeOrigin::signed(who)));
		assert_ok!(try_register(1, 300, 20));
		assert_eq!(granted(), (300, 20));
		assert_eq!(Aggregators::<Test>::get(account(1)).unwrap().bond, 1_000 + 600 + 20);
	});
}

#[test]
fn only_an_aggregator_leaves_and_once() {
	Chain::default().run(|| {
		register(1);
		let leave = |number| Attestation::leave(RuntimeOrigin::signed(account(number)));
		assert_noop!(leave(2), Error::NotAggregator);
		assert_ok!(leave(1));
		assert_noop!(leave(1), Error::AlreadyLeaving);
		// Another's registration is none of its business.
		register(2);
		assert_ok!(leave(2));
	});
}

#[test]
fn who_leaves_commits_to_nothing_more_and_what_was_committed_to_is_settled() {
	Chain::default().run(|| {
		let batch = one_committed();
		let who = account(1);
		assert_ok!(Attestation::leave(RuntimeOrigin::signed(who.clone())));
		to_index(8);
		let result = result_of(1, batch);
		for judge in 0..4 {
			assert_ok!(seal(judge, crate::Round::Committee, batch, result.root()));
		}
		to_index(13);
		assert_ok!(reveal(crate::Round::Committee, batch, result));
		assert!(matches!(state(1, batch), crate::BatchState::Settled { .. }));
		// Its bond stays until nothing of it can be judged any more, and what it has committed is another's to claim.
		assert_noop!(Attestation::withdraw(RuntimeOrigin::signed(who)), Error::StillBound);
	});
}

#[test]
fn leaving_frees_quota_at_once_and_room_in_the_store_when_the_windows_are_over() {
	Chain::default().run(|| {
		assert_ok!(try_register(1, 744, 10));
		assert_ok!(Attestation::leave(RuntimeOrigin::signed(account(1))));
		assert_eq!(granted(), (0, 10));
		to_epoch(8);
		assert_eq!(granted(), (0, 0), "whether or not the bond is taken back");
		assert_ok!(Attestation::withdraw(RuntimeOrigin::signed(account(1))));
	});
}

#[test]
fn only_who_has_left_withdraws_and_once() {
	Chain::default().run(|| {
		let withdraw = |number| Attestation::withdraw(RuntimeOrigin::signed(account(number)));
		assert_noop!(withdraw(1), Error::NotAggregator);
		register(1);
		assert_noop!(withdraw(1), Error::NotLeaving);
		assert_ok!(Attestation::leave(RuntimeOrigin::signed(account(1))));
		assert_noop!(withdraw(1), Error::StillBound);
		to_epoch(8);
		assert_ok!(withdraw(1));
		assert_noop!(withdraw(1), Error::NotAggregator);
	});
}

#[test]
fn the_last_epoch_in_which_a_bond_is_held_is_told_when_its_owner_leaves() {
	Chain::default().run(|| {
		register(1);
		let withdraw = || Attestation::withdraw(RuntimeOrigin::signed(account(1)));
		assert_ok!(Attestation::leave(RuntimeOrigin::signed(account(1))));
		let free_at = Aggregators::<Test>::get(account(1)).unwrap().leaving.unwrap();
		assert!(has_event(
			|event| matches!(event, Event::AggregatorLeaving { free_at: told, .. } if *told == free_at)
		));
		to_epoch(free_at - 1);
		assert_noop!(withdraw(), Error::StillBound);
		to_epoch(free_at);
		assert_ok!(withdraw());
	});
}

#[test]
fn what_one_withdraws_leaves_others_as_they_are() {
	Chain::default().run(|| {
		register(1);
		assert_ok!(try_register(2, 300, 20));
		let other = Aggregators::<Test>::get(account(2));
		assert_ok!(Attestation::leave(RuntimeOrigin::signed(account(1))));
		to_epoch(8);
		assert_ok!(Attestation::withdraw(RuntimeOrigin::signed(account(1))));
		assert_eq!(Aggregators::<Test>::get(account(2)), other);
		assert_eq!(granted(), (300, 20));
		assert_eq!(crate::Publishers::<Test>::iter().count(), 1);
		assert_eq!(Granted::get()[&codec::Encode::encode(&key(2))], (4, 20));
	});
}

#[test]
fn a_key_may_be_replaced_again_in_the_same_epoch_and_come_back() {
	Chain::default().run(|| {
		register(1);
		for to in [7, 8, 1] {
			assert_ok!(rotate(1, to));
			assert_eq!(Aggregators::<Test>::get(account(1)).unwrap().publisher, key(to));
			assert_eq!(crate::Publishers::<Test>::iter().count(), 1);
			let with_room = Granted::get().values().filter(|(_, bytes)| *bytes > 0).count();
			assert_eq!(with_room, 1, "one key alone has room in the store");
		}
	});
}

#[test]
fn replacing_a_key_moves_neither_bond_nor_totals_nor_anything_of_others() {
	Chain::default().run(|| {
		register(1);
		register(2);
		let (own, other) =
			(Aggregators::<Test>::get(account(1)), Aggregators::<Test>::get(account(2)));
		let totals = granted();
		assert_ok!(rotate(1, 7));
		let now = Aggregators::<Test>::get(account(1)).unwrap();
		assert_eq!(now.bond, own.unwrap().bond);
		assert_eq!(Aggregators::<Test>::get(account(2)), other);
		assert_eq!(granted(), totals);
		assert_noop!(rotate(2, 7), Error::PublisherInUse);
	});
}

#[test]
fn who_has_withdrawn_has_no_key_to_replace() {
	Chain::default().run(|| {
		register(1);
		assert_ok!(Attestation::leave(RuntimeOrigin::signed(account(1))));
		to_epoch(8);
		assert_ok!(Attestation::withdraw(RuntimeOrigin::signed(account(1))));
		assert_noop!(rotate(1, 7), Error::NotAggregator);
		// Its key is anybody's who has it.
		let proof = publisher_proof(1, &account(2));
		let origin = RuntimeOrigin::signed(account(2));
		assert_ok!(Attestation::register_aggregator(origin, key(1), proof, 256, 1));
	});
}

#[test]
fn a_key_of_another_kind_takes_over() {
	Chain::default().run(|| {
		let who = register(1);
		to_epoch(2);
		next_block();
		let pair = sp_core::ed25519::Pair::from_seed(&[7; 32]);
		let publisher = ReportKey::Ed25519(pair.public());
		let genesis = Attestation::genesis_hash();
		let proof = pair.sign(&substation_primitives::signing::publisher(&genesis, &who)).0;
		let rotate = |proof| {
			let origin = RuntimeOrigin::signed(account(1));
			Attestation::rotate_publisher(origin, publisher, proof)
		};
		assert_noop!(rotate([0; 64]), Error::BadProof);
		assert_ok!(rotate(proof));
		let terms = empty_terms(1, 0, 256, H256::zero());
		let signature = pair.sign(&terms.signing_payload(&genesis)).0;
		assert_ok!(send(crate::Call::commit { terms, signature }));
	});
}

#[test]
fn a_key_that_was_given_up_may_be_anothers() {
	Chain::default().run(|| {
		register(1);
		register(2);
		assert_noop!(rotate(2, 1), Error::PublisherInUse);
		assert_ok!(rotate(1, 7));
		assert_ok!(rotate(2, 1));
		assert_eq!(crate::Publishers::<Test>::get(key(1)), Some(account(2)));
		assert_eq!(crate::Publishers::<Test>::get(key(2)), None);
		assert_eq!(crate::Publishers::<Test>::get(key(7)), Some(account(1)));
	});
}
