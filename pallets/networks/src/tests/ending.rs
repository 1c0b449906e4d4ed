//! Retiring and removing a network.

use super::*;

#[test]
fn a_retired_network_takes_nothing_and_is_removed_once_claims_have_ended() {
	chain(|| {
		let network = create(1);
		Now::set(20);
		assert_ok!(Networks::retire(signed(1), network));
		assert_eq!(last_event(), Event::Retired { network, from: 22 });
		assert!(!Networks::takes_members(network));
		assert!(Networks::terms_at(network, 21).unwrap().open);
		assert!(!Networks::terms_at(network, 22).unwrap().open);
		assert_noop!(Networks::retire(signed(1), network), Error::AlreadyRetired);
		assert_noop!(
			Networks::set_terms(signed(1), network, storage_terms()),
			Error::AlreadyRetired
		);

		Expired::set(21);
		assert_noop!(Networks::remove(signed(1), network), Error::StillInUse);
		Expired::set(22);
		Members::set(true);
		assert_noop!(Networks::remove(signed(1), network), Error::HasMembers);
		Members::set(false);
		assert_ok!(Networks::remove(signed(1), network));
		assert_eq!(last_event(), Event::Removed { network });
		assert_eq!(held(1), 0);
		assert_eq!(Networks::terms_at(network, 21), None);
	});
}

#[test]
fn only_the_owner_retires_and_removes() {
	chain(|| {
		let network = create(1);
		assert_noop!(Networks::retire(signed(2), network), Error::NotOwner);
		assert_noop!(Networks::remove(signed(2), network), Error::NotOwner);
		assert_noop!(Networks::retire(signed(1), 9), Error::NotFound);
		assert_noop!(Networks::remove(signed(1), 9), Error::NotFound);
		assert_noop!(Networks::remove(signed(1), network), Error::StillInUse);
		assert_noop!(Networks::retire(RuntimeOrigin::none(), network), DispatchError::BadOrigin);
		assert_noop!(Networks::remove(RuntimeOrigin::none(), network), DispatchError::BadOrigin);
	});
}

#[test]
fn a_network_with_makers_or_weight_is_not_removed() {
	chain(|| {
		let network = with_maker();
		assert_ok!(Networks::set_weight(RuntimeOrigin::root(), network, 5));
		assert_ok!(Networks::retire(signed(1), network));
		Expired::set(100);
		assert_noop!(Networks::remove(signed(1), network), Error::HasMakers);
		assert_ok!(Networks::end_licence(signed(1), network, account(2)));
		Now::set(40);
		assert_ok!(Networks::remove_maker(signed(3), network, account(2)));
		assert_noop!(Networks::remove(signed(1), network), Error::StillInUse);
		assert_ok!(Networks::set_weight(RuntimeOrigin::root(), network, 0));
		assert_ok!(Networks::remove(signed(1), network));
	});
}
