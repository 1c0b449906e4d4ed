//! Retiring and removing a network.

use super::*;

/// A network of account 1 that was retired in epoch 20, with what could be claimed in it expired.
fn retired() -> u32 {
	let network = create(1);
	Now::set(20);
	assert_ok!(Networks::retire(signed(1), network));
	Expired::set(22);
	network
}

#[test]
fn a_retired_network_is_closed_two_epochs_later() {
	chain(|| {
		let network = create(1);
		Now::set(20);
		assert_ok!(Networks::retire(signed(1), network));

		assert_eq!(last_event(), Event::Retired { network, from: 22 });
		assert_eq!(Rows::<Test>::get(network).unwrap().retired, Some(22));
		assert!(Networks::terms_at(network, 21).unwrap().open);
		assert!(!Networks::terms_at(network, 22).unwrap().open);
		assert_eq!(held(1), 100, "the deposit stays");
	});
}

#[test]
fn a_retired_network_takes_no_members_at_once_and_has_ended_later() {
	chain(|| {
		let network = create(1);
		Now::set(20);
		assert!(Networks::takes_members(network));
		assert_ok!(Networks::retire(signed(1), network));

		assert!(!Networks::takes_members(network));
		for (epoch, ended) in [(20, false), (21, false), (22, true), (23, true)] {
			Now::set(epoch);
			assert_eq!(Networks::has_ended(network), ended, "{epoch}");
		}
	});
}

#[test]
fn a_network_is_retired_once() {
	chain(|| {
		let network = retired();
		assert_noop!(Networks::retire(signed(1), network), Error::AlreadyRetired);
		Now::set(50);
		assert_noop!(Networks::retire(signed(1), network), Error::AlreadyRetired);
	});
}

#[test]
fn only_the_owner_and_governance_retire() {
	chain(|| {
		let network = create(1);
		assert_noop!(Networks::retire(signed(2), network), Error::NotOwner);
		let nobody = RuntimeOrigin::none();
		assert_noop!(Networks::retire(nobody, network), DispatchError::BadOrigin);
	});
}

#[test]
fn a_network_that_is_not_there_is_not_retired() {
	chain(|| {
		create(1);
		assert_noop!(Networks::retire(signed(1), 9), Error::NotFound);
	});
}

#[test]
fn a_list_of_terms_that_is_full_keeps_nobody_from_retiring() {
	chain(|| {
		let network = create(1);
		for epoch in 11..16 {
			Now::set(epoch);
			let terms = Terms { rate_cap: epoch.into(), ..storage_terms() };
			assert_ok!(Networks::set_terms(signed(1), network, terms));
		}
		Now::set(17);
		assert_noop!(
			Networks::set_terms(signed(1), network, storage_terms()),
			Error::TooManyChanges
		);
		// Governance still answers, once.
		let lower = |rate_cap| Terms { rate_cap, ..storage_terms() };
		assert_ok!(Networks::set_terms(RuntimeOrigin::root(), network, lower(2)));
		Now::set(18);
		assert_noop!(
			Networks::set_terms(RuntimeOrigin::root(), network, lower(1)),
			Error::TooManyChanges
		);
		assert_ok!(Networks::retire(signed(1), network));
		assert_eq!(Networks::terms_at(network, 12), Some(storage_terms()));
		assert!(!Networks::terms_at(network, 20).unwrap().open);
	});
}

#[test]
fn a_network_retires_under_a_cap_above_what_has_become_the_highest() {
	chain(|| {
		let network = create(1);
		HighestRateCap::set(49);
		assert_ok!(Networks::retire(signed(1), network));
	});
}

#[test]
fn a_paused_network_with_makers_and_weight_retires() {
	chain(|| {
		let network = with_maker();
		assert_ok!(set_weight(network, 5));
		Now::set(20);
		let paused = Terms { open: false, ..storage_terms() };
		assert_ok!(Networks::set_terms(signed(1), network, paused));
		assert_ok!(Networks::retire(signed(1), network));
		assert_eq!(Networks::weight_at(network, 30), (5, 5), "governance has to take it away");
	});
}

#[test]
fn members_of_a_network_that_its_owner_retires_get_notice() {
	chain(|| {
		let network = create(1);
		Members::set(true);
		Now::set(20);
		assert_ok!(Networks::retire(signed(1), network));
		assert_eq!(last_event(), Event::Retired { network, from: 70 });
		assert!(!Networks::takes_members(network), "nobody joins any more");
		assert!(!latest_terms(network).open);
		assert!(Networks::terms_at(network, 69).unwrap().open);
		assert!(!Networks::terms_at(network, 70).unwrap().open);
		Now::set(69);
		assert!(!Networks::has_ended(network));
		assert_noop!(Networks::retire(signed(1), network), Error::AlreadyRetired);
		Now::set(70);
		assert!(Networks::has_ended(network));
	});
}

#[test]
fn governance_ends_a_network_without_notice_and_takes_its_weight_away() {
	chain(|| {
		let network = create(1);
		assert_ok!(set_weight(network, 5));
		Members::set(true);
		Now::set(20);
		assert_ok!(Networks::retire(RuntimeOrigin::root(), network));
		assert_eq!(Rows::<Test>::get(network).unwrap().retired, Some(22));
		assert_eq!(Networks::weight_at(network, 21), (5, 5));
		assert_eq!(Networks::weight_at(network, 22), (0, 0));
		assert_noop!(Networks::retire(RuntimeOrigin::root(), network), Error::AlreadyRetired);
		assert_noop!(Networks::retire(RuntimeOrigin::root(), 9), Error::NotFound);
	});
}

#[test]
fn governance_brings_forward_what_an_owner_has_begun() {
	chain(|| {
		let network = create(1);
		Members::set(true);
		Now::set(20);
		assert_ok!(Networks::retire(signed(1), network));
		Now::set(30);
		assert_ok!(Networks::retire(RuntimeOrigin::root(), network));
		assert_eq!(last_event(), Event::Retired { network, from: 32 });
		assert!(Networks::terms_at(network, 31).unwrap().open);
		assert!(!Networks::terms_at(network, 32).unwrap().open);
		Now::set(31);
		assert_noop!(Networks::retire(RuntimeOrigin::root(), network), Error::AlreadyRetired);
	});
}

#[test]
fn a_network_is_removed_and_gives_its_deposit_back() {
	chain(|| {
		let network = retired();
		assert_ok!(Networks::remove(signed(1), network));

		assert_eq!(last_event(), Event::Removed { network });
		assert_eq!((held(1), Balances::free_balance(account(1))), (0, 10_000));
		assert_eq!(Rows::<Test>::get(network), None);
		assert_eq!(Networks::terms_at(network, 21), None);
		assert!(!NetworkWeights::<Test>::contains_key(network));
		assert!(!Networks::has_ended(network) && !Networks::takes_members(network));
	});
}

#[test]
fn a_network_is_removed_once_claims_for_its_last_epoch_have_ended() {
	chain(|| {
		let network = retired();
		Expired::set(21);
		assert_noop!(Networks::remove(signed(1), network), Error::StillInUse);
		Expired::set(22);
		assert_ok!(Networks::remove(signed(1), network));
	});
}

#[test]
fn a_network_that_is_not_retired_is_not_removed() {
	chain(|| {
		let network = create(1);
		Expired::set(100);
		assert_noop!(Networks::remove(signed(1), network), Error::StillInUse);
	});
}

#[test]
fn a_network_with_members_is_not_removed() {
	chain(|| {
		let network = retired();
		Members::set(true);
		assert_noop!(Networks::remove(signed(1), network), Error::HasMembers);
		Members::set(false);
		assert_ok!(Networks::remove(signed(1), network));
	});
}

#[test]
fn a_network_with_makers_is_not_removed() {
	chain(|| {
		let network = with_maker();
		assert_ok!(Networks::retire(signed(1), network));
		Expired::set(100);
		assert_noop!(Networks::remove(signed(1), network), Error::HasMakers);
		assert_ok!(Networks::end_licence(signed(1), network, account(2)));
		assert_noop!(Networks::remove(signed(1), network), Error::HasMakers);
		Now::set(40);
		assert_ok!(Networks::remove_maker(signed(3), network, account(2)));
		assert_ok!(Networks::remove(signed(1), network));
	});
}

#[test]
fn a_network_that_is_removed_has_no_weight_any_more() {
	chain(|| {
		let (network, other) = (create(1), create(1));
		assert_ok!(set_weight(network, 1));
		assert_ok!(set_weight(other, 2));
		assert_ok!(Networks::retire(signed(1), network));
		Now::set(100);
		Expired::set(100);
		assert_ok!(Networks::remove(signed(1), network));
		assert_eq!(Networks::weight_at(other, 101), (2, 3));
		assert_eq!(Networks::weight_at(other, 102), (2, 2));
	});
}

#[test]
fn only_the_owner_removes() {
	chain(|| {
		let network = retired();
		assert_noop!(Networks::remove(signed(2), network), Error::NotOwner);
		for origin in unsigned() {
			assert_noop!(Networks::remove(origin, network), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn a_network_is_removed_once_and_its_number_is_not_given_again() {
	chain(|| {
		let network = retired();
		assert_noop!(Networks::remove(signed(1), 9), Error::NotFound);
		assert_ok!(Networks::remove(signed(1), network));
		assert_noop!(Networks::remove(signed(1), network), Error::NotFound);
		assert_eq!(create(1), network + 1);
	});
}
