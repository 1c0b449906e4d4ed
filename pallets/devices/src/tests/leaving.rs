//! Leaving, removing a membership's row, retiring.

use super::*;
use substation_primitives::did::{Description, Service, ServiceKind};

/// Account 1's device 1 in `network`, which it has left in epoch 20, with what it could claim
/// expired.
fn left(network: u32) -> H256 {
	let device = registered(1, 1, network);
	Now::set(20);
	assert_ok!(Devices::leave(signed(1), device, network));
	Expired::set(22);
	device
}

fn remove(number: u8, device: H256, network: u32) -> Result<(), DispatchError> {
	Devices::remove_membership(signed(number), device, network)
}

#[test]
fn leaving_counts_two_epochs_later_and_keeps_the_row() {
	chain(|| {
		let device = registered(1, 1, 0);
		Now::set(20);
		assert_ok!(Devices::leave(signed(1), device, 0));

		assert_eq!(last_event(), Event::Left { device, network: 0, from: 22 });
		assert!(Devices::facts(0, &device, 21).is_some());
		assert_eq!(Devices::facts(0, &device, 22), None);
		assert_eq!(seat_of(device, 0), None);
		assert!(Memberships::<Test>::contains_key(0, device));
		assert_eq!(Rows::<Test>::get(device).unwrap().networks.to_vec(), [0]);
		assert_eq!(held(1), 1_030);
	});
}

#[test]
fn who_leaves_in_the_epoch_of_registering_never_reports() {
	chain(|| {
		let device = registered(1, 1, 0);
		assert_ok!(Devices::leave(signed(1), device, 0));

		assert_eq!(last_event(), Event::Left { device, network: 0, from: 12 });
		assert!((0..30).all(|epoch| Devices::facts(0, &device, epoch).is_none()));
		Expired::set(11);
		assert_noop!(remove(1, device, 0), Error::StillClaimable);
		Expired::set(12);
		assert_ok!(remove(1, device, 0));
	});
}

#[test]
fn a_list_that_is_full_keeps_nobody_from_leaving() {
	chain(|| {
		let device = registered(1, 1, 0);
		change_often(device, 0);
		assert_noop!(
			Devices::set_seat(signed(1), device, 0, account(15), CUT),
			Error::TooManyChanges
		);
		assert_ok!(Devices::leave(signed(1), device, 0));

		assert_eq!(seat_of(device, 0), None);
		assert_eq!(Devices::facts(0, &device, 12).unwrap().aggregator, account(9));
		assert_eq!(Devices::facts(0, &device, 17), None);
	});
}

#[test]
fn whoever_has_a_seat_can_leave_however_often_it_came_and_went() {
	chain(|| {
		let device = registered(1, 1, 0);
		for epoch in 11..60 {
			Now::set(epoch);
			match seat_of(device, 0) {
				Some(_) => {
					assert_ok!(Devices::leave(signed(1), device, 0));
				}
				// Refused where there is no room for another change.
				None => {
					let _ = join(1, device, 0);
				}
			}
		}
	});
}

#[test]
fn who_leaves_counts_in_no_cell_any_more() {
	chain(|| {
		let device = registered(1, 1, 1);
		assert_ok!(Devices::assert_place(signed(1), device, place(0)));
		Now::set(20);
		assert_ok!(Devices::leave(signed(1), device, 1));

		assert_eq!((occupied(place(0), 21), occupied(place(0), 22)), (Some(1), Some(0)));
	});
}

#[test]
fn only_a_member_leaves_and_only_once() {
	chain(|| {
		let device = registered(1, 1, 0);
		assert_noop!(Devices::leave(signed(1), device, 1), Error::NotMember);
		assert_noop!(Devices::leave(signed(1), id(5), 0), Error::NotFound);
		assert_ok!(Devices::leave(signed(1), device, 0));
		assert_noop!(Devices::leave(signed(1), device, 0), Error::NotMember);
	});
}

#[test]
fn only_the_owner_lets_a_device_leave_a_network_that_goes_on() {
	chain(|| {
		let device = registered(1, 1, 4);
		assert_noop!(Devices::leave(signed(2), device, 4), Error::NotOwner);
		for origin in unsigned() {
			assert_noop!(Devices::leave(origin, device, 4), DispatchError::BadOrigin);
		}
		// Nor does one that has ended let anybody in who does not sign.
		Ended::set(true);
		for origin in unsigned() {
			assert_noop!(Devices::leave(origin, device, 4), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn anybody_clears_a_network_that_has_ended_of_members_who_stay() {
	chain(|| {
		let device = registered(1, 1, 4);
		assert_ok!(join(1, device, 0));
		Now::set(20);
		Ended::set(true);
		assert_noop!(Devices::leave(signed(2), device, 0), Error::NotOwner);
		assert_ok!(Devices::leave(signed(2), device, 4));
		assert_eq!(last_event(), Event::Left { device, network: 4, from: 22 });
		Expired::set(22);
		Ended::set(false);
		assert_noop!(remove(2, device, 4), Error::NotOwner);
		Ended::set(true);
		assert_ok!(remove(2, device, 4));

		assert_eq!((held(1), held(2)), (1_030, 0), "it is the owner's deposit");
		assert_eq!(Balances::free_balance(account(2)), ENDOWMENT);
	});
}

#[test]
fn a_membership_is_removed_and_gives_its_deposit_back() {
	chain(|| {
		let device = left(0);
		assert_ok!(remove(1, device, 0));

		assert_eq!(last_event(), Event::MembershipRemoved { device, network: 0 });
		assert!(!Memberships::<Test>::contains_key(0, device));
		let row = Rows::<Test>::get(device).unwrap();
		assert_eq!((row.deposit, row.networks.len(), held(1)), (100, 0, 100));
		assert_eq!(Devices::claim(0, &device, &[15]), [false]);
	});
}

#[test]
fn a_membership_is_removed_only_when_its_last_epoch_has_expired() {
	chain(|| {
		let device = left(0);
		// It could report for epoch 21.
		Expired::set(21);
		assert_noop!(remove(1, device, 0), Error::StillClaimable);
		Expired::set(22);
		assert_ok!(remove(1, device, 0));
	});
}

#[test]
fn a_membership_with_a_seat_is_not_removed() {
	chain(|| {
		let device = registered(1, 1, 0);
		Expired::set(100);
		assert_noop!(remove(1, device, 0), Error::AlreadyMember);
		assert_ok!(Devices::set_paused(signed(1), device, 0, true));
		assert_noop!(remove(1, device, 0), Error::AlreadyMember);
	});
}

#[test]
fn a_membership_that_is_not_there_is_not_removed() {
	chain(|| {
		let device = left(0);
		assert_noop!(remove(1, device, 4), Error::NotMember);
		assert_noop!(remove(1, id(5), 0), Error::NotFound);
		assert_ok!(remove(1, device, 0));
		assert_noop!(remove(1, device, 0), Error::NotMember);
	});
}

#[test]
fn only_the_owner_removes_a_membership_of_a_network_that_goes_on() {
	chain(|| {
		let device = left(0);
		assert_noop!(remove(2, device, 0), Error::NotOwner);
		for origin in unsigned() {
			assert_noop!(Devices::remove_membership(origin, device, 0), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn removing_one_membership_leaves_the_others() {
	chain(|| {
		let device = registered(1, 1, 0);
		assert_ok!(join(1, device, 4));
		assert_ok!(join(1, device, 6));
		assert_ok!(Devices::leave(signed(1), device, 4));
		Expired::set(100);
		assert_ok!(remove(1, device, 4));

		assert_eq!(Rows::<Test>::get(device).unwrap().networks.to_vec(), [0, 6]);
		assert_eq!(held(1), 100 + 2 * 930);
		assert!(seat_of(device, 0).is_some() && seat_of(device, 6).is_some());
	});
}

#[test]
fn who_joins_again_after_removal_pays_again_and_claims_nothing_of_the_past() {
	chain(|| {
		let device = left(0);
		assert_ok!(remove(1, device, 0));
		Now::set(30);
		assert_ok!(join(1, device, 0));

		assert_eq!(held(1), 1_030);
		assert_eq!(Devices::claim(0, &device, &[15]), [false]);
		assert_eq!(seat_of(device, 0).unwrap().since, 32);
	});
}

#[test]
fn a_device_without_memberships_is_retired_and_gives_its_deposit_back() {
	chain(|| {
		let device = left(0);
		assert_ok!(remove(1, device, 0));
		let endpoint = b"http://a".to_vec().try_into().unwrap();
		let service = Service { kind: ServiceKind::Other, endpoint };
		let services = vec![service].try_into().unwrap();
		let said = Description { services, ..Default::default() };
		assert_ok!(Devices::describe(signed(1), device, said, None));
		assert_ok!(Devices::retire(signed(1), device));

		assert_eq!(last_event(), Event::Retired { device });
		assert_eq!(Rows::<Test>::get(device), None);
		assert!(!crate::Descriptions::<Test>::contains_key(device), "it is reached nowhere");
		assert_eq!((held(1), Balances::free_balance(account(1))), (0, ENDOWMENT));
	});
}

#[test]
fn a_device_with_a_seat_is_not_retired() {
	chain(|| {
		let device = registered(1, 1, 0);
		assert_noop!(Devices::retire(signed(1), device), Error::HasMemberships);
	});
}

#[test]
fn a_device_that_may_still_be_claimed_for_is_not_retired() {
	chain(|| {
		let device = left(0);
		assert_noop!(Devices::retire(signed(1), device), Error::HasMemberships);
	});
}

#[test]
fn only_the_owner_retires_a_device() {
	chain(|| {
		let device = left(0);
		assert_ok!(remove(1, device, 0));
		assert_noop!(Devices::retire(signed(2), device), Error::NotOwner);
		for origin in unsigned() {
			assert_noop!(Devices::retire(origin, device), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn a_device_is_retired_once() {
	chain(|| {
		let device = left(0);
		assert_ok!(remove(1, device, 0));
		assert_ok!(Devices::retire(signed(1), device));
		assert_noop!(Devices::retire(signed(1), device), Error::NotFound);
		assert_noop!(Devices::retire(signed(1), id(5)), Error::NotFound);
	});
}

#[test]
fn retiring_one_device_keeps_the_deposit_of_another() {
	chain(|| {
		registered(1, 2, 0);
		let device = left(0);
		assert_ok!(remove(1, device, 0));
		assert_ok!(Devices::retire(signed(1), device));
		assert_eq!(held(1), 1_030);
	});
}

#[test]
fn a_retired_device_is_nobodys_to_take_over() {
	chain(|| {
		let device = left(0);
		assert_ok!(Devices::offer(signed(1), device, Some(account(2))));
		assert_ok!(remove(1, device, 0));
		assert_ok!(Devices::retire(signed(1), device));
		assert_noop!(Devices::accept(signed(2), device), Error::NotFound);
	});
}

#[test]
fn a_retired_device_registers_again_as_if_new_for_anybody() {
	chain(|| {
		let device = left(0);
		assert_ok!(Devices::assert_place(signed(1), device, place(0)));
		assert_ok!(remove(1, device, 0));
		assert_ok!(Devices::retire(signed(1), device));
		Now::set(40);
		assert_ok!(register_in(2, 1, 1, None));

		let row = Rows::<Test>::get(device).unwrap();
		assert_eq!((row.owner, row.place.latest(), row.rotations), (account(2), None, 0));
		assert_eq!((held(1), held(2)), (0, 1_030));
	});
}
