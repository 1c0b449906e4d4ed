//! Leaving, removing a membership's row, retiring.

use super::*;

#[test]
fn leaving_counts_two_epochs_later_and_keeps_the_row() {
	chain(|| {
		let device = registered(1, 1, 0);
		Now::set(20);
		assert_ok!(Devices::leave(signed(1), device, 0));

		assert_eq!(last_event(), Event::Left { device, network: 0, from: 22 });
		assert!(Devices::facts(0, &device, 21).is_some());
		assert_eq!(Devices::facts(0, &device, 22), None);
		assert!(Memberships::<Test>::contains_key(0, device));
		assert_noop!(Devices::leave(signed(1), device, 0), Error::NotMember);
		assert_noop!(Devices::leave(signed(2), device, 0), Error::NotOwner);
		assert_noop!(Devices::leave(signed(1), device, 1), Error::NotMember);
		assert_noop!(Devices::leave(signed(1), id(5), 0), Error::NotFound);
		assert_noop!(Devices::leave(RuntimeOrigin::none(), device, 0), DispatchError::BadOrigin);
	});
}

#[test]
fn anybody_clears_a_network_that_has_ended_of_members_who_stay() {
	chain(|| {
		let device = registered(1, 1, 4);
		let before = held(1);
		Now::set(20);
		assert_noop!(Devices::leave(signed(2), device, 4), Error::NotOwner);
		Ended::set(true);
		assert_noop!(Devices::leave(signed(2), device, 0), Error::NotOwner);
		assert_ok!(Devices::leave(signed(2), device, 4));
		Expired::set(22);
		Ended::set(false);
		assert_noop!(Devices::remove_membership(signed(2), device, 4), Error::NotOwner);
		Ended::set(true);
		assert_ok!(Devices::remove_membership(signed(2), device, 4));
		assert!(held(1) < before && held(2) == 0, "it is the owner's deposit");
		assert_ok!(Devices::retire(signed(1), device));
		assert_eq!(held(1), 0);
	});
}

#[test]
fn a_membership_is_removed_only_when_its_last_epoch_has_expired() {
	chain(|| {
		let device = registered(1, 1, 0);
		assert_noop!(Devices::remove_membership(signed(1), device, 0), Error::AlreadyMember);
		assert_noop!(Devices::remove_membership(signed(1), device, 4), Error::NotMember);
		assert_noop!(Devices::remove_membership(signed(1), id(5), 0), Error::NotFound);
		Now::set(20);
		assert_ok!(Devices::leave(signed(1), device, 0));
		// It could report for epoch 21.
		Expired::set(21);
		assert_noop!(Devices::remove_membership(signed(1), device, 0), Error::StillClaimable);
		Expired::set(22);
		assert_noop!(Devices::remove_membership(signed(2), device, 0), Error::NotOwner);
		assert_noop!(
			Devices::remove_membership(RuntimeOrigin::none(), device, 0),
			DispatchError::BadOrigin
		);
		assert_ok!(Devices::remove_membership(signed(1), device, 0));

		assert_eq!(last_event(), Event::MembershipRemoved { device, network: 0 });
		assert_eq!(held(1), 100);
		assert_eq!(Devices::claim(0, &device, &[15]), [false]);
		assert_noop!(Devices::remove_membership(signed(1), device, 0), Error::NotMember);
	});
}

#[test]
fn a_device_without_memberships_is_retired_and_gives_its_deposit_back() {
	chain(|| {
		let device = registered(1, 1, 0);
		assert_noop!(Devices::retire(signed(1), device), Error::HasMemberships);
		assert_ok!(Devices::leave(signed(1), device, 0));
		assert_noop!(Devices::retire(signed(1), device), Error::HasMemberships);
		Expired::set(100);
		assert_ok!(Devices::remove_membership(signed(1), device, 0));
		assert_eq!(held(1), 100);
		assert_noop!(Devices::retire(signed(2), device), Error::NotOwner);
		assert_noop!(Devices::retire(RuntimeOrigin::none(), device), DispatchError::BadOrigin);
		assert_ok!(Devices::retire(signed(1), device));

		assert_eq!(last_event(), Event::Retired { device });
		assert_eq!(held(1), 0);
		assert_noop!(Devices::retire(signed(1), device), Error::NotFound);
	});
}
