//! Creating a network.

use super::*;

#[test]
fn a_network_takes_a_deposit_and_reports_from_two_epochs_later() {
	chain(|| {
		assert_ok!(Networks::create(signed(1), storage_terms(), false));

		assert_eq!(held(1), 100);
		assert_eq!(Networks::terms_at(0, 11), None);
		assert_eq!(Networks::terms_at(0, 12), Some(storage_terms()));
		assert_eq!(Rows::<Test>::get(0).unwrap().owner, account(1));
		let expected = Event::Created { network: 0, owner: account(1), terms: storage_terms() };
		assert_eq!(last_event(), expected);
	});
}

#[test]
fn networks_are_numbered_in_turn() {
	chain(|| {
		assert_eq!([create(1), create(1), create(2)], [0, 1, 2]);
		assert_eq!(held(1), 200);
	});
}

#[test]
fn cadence_and_rate_cap_are_bounded_on_both_sides() {
	chain(|| {
		let with = |change: fn(&mut Terms<u64>)| {
			let mut terms = storage_terms();
			change(&mut terms);
			Networks::create(signed(1), terms, false)
		};
		assert_noop!(with(|t| t.cadence = 0), Error::CadenceOutOfRange);
		assert_noop!(with(|t| t.cadence = 25), Error::CadenceOutOfRange);
		assert_noop!(with(|t| t.rate_cap = 0), Error::RateCapOutOfRange);
		assert_noop!(with(|t| t.rate_cap = 1_001), Error::RateCapOutOfRange);
		assert_ok!(with(|t| (t.cadence, t.rate_cap) = (1, 1)));
		assert_ok!(with(|t| (t.cadence, t.rate_cap) = (24, 1_000)));
	});
}

#[test]
fn an_unsound_policy_is_refused() {
	chain(|| {
		let kind = KindPolicy::Storage(storage::Policy { shown: 5, cap: 1_000 });
		let terms = Terms { policy: Policy { ramp: 0, kind }, ..storage_terms() };
		assert_noop!(Networks::create(signed(1), terms, false), Error::UnsoundPolicy);
	});
}

#[test]
fn who_cannot_pay_or_does_not_sign_is_refused() {
	chain(|| {
		assert_noop!(
			Networks::create(signed(77), storage_terms(), false),
			TokenError::FundsUnavailable
		);
		assert_noop!(
			Networks::create(RuntimeOrigin::none(), storage_terms(), false),
			DispatchError::BadOrigin
		);
	});
}
