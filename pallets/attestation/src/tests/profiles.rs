//! What aggregators say of themselves, and what is held for it.

use super::*;
use crate::{Aggregators, HoldReason, Profiles};
use frame_support::traits::fungible::InspectHold;
use sp_runtime::{DispatchError, TokenError};
use substation_primitives::profile::{AggregatorProfile, Profile, MAX_ADDRESS, MAX_NAME};

fn profile(name: &str, endpoint: &str) -> AggregatorProfile {
	let bytes = |text: &str| text.as_bytes().to_vec();
	AggregatorProfile {
		profile: Profile { name: bytes(name).try_into().unwrap(), ..Default::default() },
		endpoint: bytes(endpoint).try_into().unwrap(),
		cut: 20_000,
		open: true,
	}
}

fn set(number: u8, profile: Option<AggregatorProfile>) -> frame_support::dispatch::DispatchResult {
	Attestation::set_profile(RuntimeOrigin::signed(account(number)), profile)
}

fn held(number: u8) -> u64 {
	Balances::balance_on_hold(&HoldReason::Profile.into(), &account(number))
}

#[test]
fn an_aggregator_says_where_it_is_reached_and_pays_by_the_byte() {
	Chain::default().run(|| {
		register(1);
		assert_ok!(set(1, Some(profile("One", "http://a:80"))));
		assert_eq!(Attestation::profile(account(1)), Some(profile("One", "http://a:80")));
		assert_eq!(held(1), 10 + 3 + 11 + 5);
		assert!(has_event(|event| matches!(event, Event::ProfileSet { profile: Some(_), .. })));
		assert_ok!(set(1, Some(profile("One", ""))));
		assert_eq!(held(1), 10 + 3 + 5);
		assert_ok!(set(1, Some(profile(&"n".repeat(32), "http://a:80"))));
		assert_eq!(held(1), 10 + 32 + 11 + 5);
		assert_ok!(set(1, None));
		assert_eq!((held(1), Attestation::profile(account(1))), (0, None));
		assert_ok!(set(1, None));
	});
}

#[test]
fn only_an_aggregator_says_what_can_be_shown_and_paid_for() {
	Chain::default().run(|| {
		assert_noop!(set(1, Some(profile("One", ""))), Error::NotAggregator);
		assert_noop!(set(1, None), Error::NotAggregator);
		register(1);
		for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
			assert_noop!(Attestation::set_profile(origin, None), DispatchError::BadOrigin);
		}
		let dear = AggregatorProfile { cut: 1_000_001, ..profile("One", "") };
		let wrong = [profile("", ""), profile("One", "http://a/"), profile("One", "a"), dear];
		for wrong in wrong {
			assert_noop!(set(1, Some(wrong)), Error::BadProfile);
		}
		assert_ok!(set(1, Some(AggregatorProfile { cut: 1_000_000, ..profile("One", "") })));
		let free = Balances::free_balance(account(1));
		let to = account(2);
		assert_ok!(Balances::transfer_allow_death(RuntimeOrigin::signed(account(1)), to, free - 2));
		assert_noop!(set(1, Some(profile("Longer", ""))), TokenError::FundsUnavailable);
		assert_eq!(Attestation::profile(account(1)).map(|said| said.cut), Some(1_000_000));
	});
}

#[test]
fn who_is_evicted_is_not_found_by_it_any_more() {
	Chain::default().run(|| {
		register(1);
		assert_ok!(set(1, Some(profile("One", "http://a:80"))));
		assert_ok!(Attestation::evict(RuntimeOrigin::root(), account(1)));
		assert_eq!((held(1), Attestation::profile(account(1))), (0, None));
		assert_noop!(set(1, Some(profile("One", ""))), Error::AlreadyLeaving);
		assert_ok!(set(1, None));
	});
}

#[test]
fn a_profile_ends_with_its_aggregator() {
	Chain::default().run(|| {
		register(1);
		assert_ok!(set(1, Some(profile("One", "http://a:80"))));
		assert_ok!(Attestation::leave(RuntimeOrigin::signed(account(1))));
		assert_noop!(set(1, Some(profile("One", "http://b:80"))), Error::AlreadyLeaving);
		let free_at = Aggregators::<Test>::get(account(1)).unwrap().leaving.unwrap();
		to_epoch(free_at);
		assert_ok!(Attestation::withdraw(RuntimeOrigin::signed(account(1))));
		assert_eq!((held(1), Profiles::<Test>::contains_key(account(1))), (0, false));
		assert_eq!(Balances::total_balance_on_hold(&account(1)), 0);
	});
}

#[test]
fn the_longest_profile_is_taken_and_every_byte_of_it_paid_for() {
	Chain::default().run(|| {
		register(1);
		let address = |bytes: u32| format!("https://{}", "a".repeat(bytes as usize - 8));
		let mut longest = profile(&"n".repeat(MAX_NAME as usize), &address(MAX_ADDRESS));
		longest.profile.url = address(MAX_ADDRESS).into_bytes().try_into().unwrap();
		longest.profile.logo = Some(H256::repeat_byte(7));
		assert_ok!(set(1, Some(longest.clone())));
		assert!(longest.bytes() >= MAX_NAME + 2 * MAX_ADDRESS);
		assert_eq!(held(1), 10 + u64::from(longest.bytes()));
		assert_eq!(Attestation::profile(account(1)), Some(longest));
	});
}

#[test]
fn a_profile_is_paid_to_the_last_planck_or_not_taken() {
	Chain::default().run(|| {
		register(1);
		// A row and eight bytes, and what keeps the account.
		let spare = Balances::free_balance(account(1)) - 18;
		let give = |from, to, amount| {
			Balances::transfer_allow_death(
				RuntimeOrigin::signed(account(from)),
				account(to),
				amount,
			)
		};
		assert_ok!(give(1, 2, spare));
		assert_noop!(set(1, Some(profile("One", ""))), TokenError::FundsUnavailable);
		assert_ok!(give(2, 1, 1));
		assert_ok!(set(1, Some(profile("One", ""))));
		assert_eq!((held(1), Balances::free_balance(account(1))), (18, 1));
	});
}

#[test]
fn what_one_says_is_said_of_no_other() {
	Chain::default().run(|| {
		register(1);
		register(2);
		assert_ok!(set(1, Some(profile("One", "http://a:80"))));
		assert_ok!(set(2, Some(profile("Two", ""))));
		assert_ok!(set(1, None));
		assert_eq!((held(1), held(2)), (0, 10 + 8));
		assert_eq!(Attestation::profile(account(2)), Some(profile("Two", "")));
		// It has the deposit back, and may say something again.
		assert_ok!(set(1, Some(profile("Two", ""))));
		assert_eq!(held(1), 10 + 8);
	});
}

#[test]
fn what_is_said_stays_when_the_key_is_another_and_other_capacity_is_asked_for() {
	Chain::default().run(|| {
		let who = register(1);
		assert_ok!(set(1, Some(profile("One", "http://a:80"))));
		let key = substation_primitives::ReportKey::Sr25519(publisher(7).public());
		let origin = || RuntimeOrigin::signed(account(1));
		assert_ok!(Attestation::rotate_publisher(origin(), key, publisher_proof(7, &who)));
		assert_ok!(Attestation::set_capacity(origin(), 256, 1));
		assert_eq!(Attestation::profile(who), Some(profile("One", "http://a:80")));
		assert_eq!(held(1), 10 + 3 + 11 + 5);
	});
}
