//! What aggregators say of themselves, and what is held for it.

use super::*;
use crate::{Aggregators, HoldReason, Profiles};
use frame_support::traits::fungible::InspectHold;
use sp_runtime::{DispatchError, TokenError};
use substation_primitives::profile::{AggregatorProfile, Profile};

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
