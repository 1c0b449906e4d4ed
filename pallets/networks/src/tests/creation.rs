//! Creating a network.

use super::*;
use substation_proofs::presence;

fn create_with(change: impl FnOnce(&mut Terms<u64>)) -> DispatchResult {
	let mut terms = storage_terms();
	change(&mut terms);
	Networks::create(signed(1), terms, false)
}

#[test]
fn a_network_takes_a_deposit_and_reports_from_two_epochs_later() {
	chain(|| {
		assert_ok!(Networks::create(signed(1), storage_terms(), false));

		assert_eq!(held(1), 100);
		assert_eq!(Networks::terms_at(0, 11), None);
		assert_eq!(Networks::terms_at(0, 12), Some(storage_terms()));
		let row = Network { deposit: 100, ..endowed_network(account(1), false) };
		assert_eq!(Rows::<Test>::get(0), Some(row));
		assert_eq!(NextNetworkId::<Test>::get(), 1);
		assert!(Networks::takes_members(0));
		let expected = Event::Created { network: 0, owner: account(1), terms: storage_terms() };
		assert_eq!(last_event(), expected);
	});
}

#[test]
fn a_network_may_demand_vouchers() {
	chain(|| {
		assert_ok!(Networks::create(signed(1), storage_terms(), true));
		assert!(Rows::<Test>::get(0).unwrap().vouched);
	});
}

#[test]
fn a_network_has_no_share_of_issuance_from_the_start() {
	chain(|| {
		let network = create(1);
		assert_eq!(Networks::weight_at(network, 50), (0, 0));
		assert!(!NetworkWeights::<Test>::contains_key(network));
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
fn the_last_number_is_given_once() {
	chain(|| {
		NextNetworkId::<Test>::put(u32::MAX - 1);
		assert_eq!(create(1), u32::MAX - 1);
		let network = Rows::<Test>::get(u32::MAX - 1);
		// No network has the greatest number of all: there would be none after it.
		for _ in 0..2 {
			assert_noop!(
				Networks::create(signed(2), storage_terms(), true),
				Error::NumbersExhausted
			);
		}
		assert_eq!(Rows::<Test>::get(u32::MAX - 1), network);
	});
}

#[test]
fn a_cadence_is_between_one_epoch_and_a_day() {
	chain(|| {
		assert_noop!(create_with(|t| t.cadence = 0), Error::CadenceOutOfRange);
		assert_ok!(create_with(|t| t.cadence = 1));
		assert_ok!(create_with(|t| t.cadence = 24));
		assert_noop!(create_with(|t| t.cadence = 25), Error::CadenceOutOfRange);
		assert_noop!(create_with(|t| t.cadence = u16::MAX), Error::CadenceOutOfRange);
	});
}

#[test]
fn a_rate_cap_is_above_nothing_and_no_more_than_allowed() {
	chain(|| {
		assert_noop!(create_with(|t| t.rate_cap = 0), Error::RateCapOutOfRange);
		assert_ok!(create_with(|t| t.rate_cap = 1));
		assert_ok!(create_with(|t| t.rate_cap = 1_000));
		assert_noop!(create_with(|t| t.rate_cap = 1_001), Error::RateCapOutOfRange);
		// Nor for one that is closed from the start.
		assert_noop!(
			create_with(|t| (t.rate_cap, t.open) = (1_001, false)),
			Error::RateCapOutOfRange
		);
	});
}

#[test]
fn an_unsound_policy_is_refused() {
	chain(|| {
		let kind = KindPolicy::Storage(storage::Policy { shown: 5, cap: 1_000 });
		assert_noop!(create_with(|t| t.policy = Policy { ramp: 0, kind }), Error::UnsoundPolicy);
	});
}

#[test]
fn an_owner_needs_the_deposit_and_what_keeps_the_account() {
	chain(|| {
		let create = |number| Networks::create(signed(number), storage_terms(), false);
		assert_noop!(create(77), TokenError::FundsUnavailable);
		left_with(1, 100);
		assert_noop!(create(1), TokenError::FundsUnavailable);
		left_with(2, 101);
		assert_ok!(create(2));
		assert_eq!(Balances::free_balance(account(2)), 1);
	});
}

#[test]
fn nothing_is_stored_before_the_last_check() {
	chain(|| {
		// Not in layers that are taken back, as calls are.
		let create = |owner: u8| Networks::do_create(account(owner), storage_terms(), false);
		assert_noop!(create(77), TokenError::FundsUnavailable);
		NextNetworkId::<Test>::put(u32::MAX);
		assert_noop!(create(1), Error::NumbersExhausted);
		NextNetworkId::<Test>::put(0);
	});
}

#[test]
fn who_does_not_sign_creates_nothing() {
	chain(|| {
		for origin in unsigned() {
			assert_noop!(
				Networks::create(origin, storage_terms(), false),
				DispatchError::BadOrigin
			);
		}
	});
}

#[test]
fn a_network_that_would_pay_who_buys_of_himself_is_not_created() {
	chain(|| {
		let create = |terms| Networks::create(signed(1), terms, false);
		let washing = presence_terms(|policy| policy.full_burn -= 1);
		assert_noop!(create(washing), Error::PaysForWashing);
		let dearer = Terms { rate_cap: 52, ..presence_terms(|_| ()) };
		assert_noop!(create(dearer), Error::PaysForWashing);
		assert_ok!(create(presence_terms(|_| ())));
		// Where presence is all that is paid for, nobody gains by buying.
		assert_ok!(create(presence_terms(|policy| {
			(policy.presence, policy.full_burn) = (1_000_000, 0);
		})));
	});
}

#[test]
fn a_network_that_pays_for_use_is_not_created_with_reports_of_some_epochs_only() {
	chain(|| {
		let create = |change: fn(&mut presence::Policy), cadence| {
			let terms = Terms { cadence, ..presence_terms(change) };
			Networks::create(signed(1), terms, false)
		};
		for cadence in [2, 24] {
			assert_noop!(create(|_| (), cadence), Error::UseNotCounted);
			assert_ok!(create(|policy| policy.presence = 1_000_000, cadence));
		}
		assert_ok!(create(|_| (), 1));
	});
}
