//! Joining another network, and coming back to one.

use super::*;

#[test]
fn who_joins_is_seated_from_two_epochs_later_and_pays() {
	chain(|| {
		let device = registered(1, 1, 0);
		Now::set(20);
		let cut = Permill::from_percent(1);
		assert_ok!(Devices::join(signed(1), device, 4, account(8), cut, None));

		let seat =
			Seat { aggregator: account(8), carried_since: 22, cut, since: 22, paused: false };
		assert_eq!(
			last_event(),
			Event::Seated { device, network: 4, from: 22, seat: seat.clone() }
		);
		assert_eq!(seat_of(device, 4), Some(seat));
		let row = Rows::<Test>::get(device).unwrap();
		assert_eq!((row.networks.to_vec(), row.deposit), (vec![0, 4], 1_960));
		assert_eq!(held(1), 1_960);
		assert_eq!(Devices::facts(4, &device, 21), None);
		assert!(Devices::facts(4, &device, 22).is_some());
	});
}

#[test]
fn a_device_joins_up_to_eight_networks() {
	chain(|| {
		let device = registered(1, 1, 0);
		for network in [1, 4, 5, 6, 7, 8, 9] {
			assert_ok!(join(1, device, network));
		}
		assert_eq!(held(1), 100 + 8 * 930);
		assert_noop!(
			Devices::join(signed(1), device, 2, account(9), CUT, voucher(1)),
			Error::TooManyNetworks
		);
		// One that it has left and not removed still counts.
		assert_ok!(Devices::leave(signed(1), device, 9));
		assert_noop!(
			Devices::join(signed(1), device, 2, account(9), CUT, voucher(1)),
			Error::TooManyNetworks
		);
		Expired::set(100);
		assert_ok!(Devices::remove_membership(signed(1), device, 9));
		assert_ok!(Devices::join(signed(1), device, 2, account(9), CUT, voucher(1)));
	});
}

#[test]
fn who_is_vouched_for_joins_for_the_smaller_deposit() {
	chain(|| {
		let device = registered(1, 1, 0);
		assert_ok!(Devices::join(signed(1), device, 2, account(9), CUT, voucher(1)));

		assert_eq!((held(1), Quota::get()), (1_030 + 30, 4));
		let membership = Memberships::<Test>::get(2, device).unwrap();
		assert_eq!((membership.deposit, membership.licence), (30, Some(licence_of_eight())));
	});
}

#[test]
fn who_was_vouched_for_once_pays_in_full_for_an_open_network() {
	chain(|| {
		assert_ok!(register_in(1, 1, 2, voucher(1)));
		assert_ok!(join(1, id(1), 0));
		assert_eq!(held(1), 100 + 30 + 930);
	});
}

#[test]
fn who_is_not_vouched_for_does_not_join_and_nothing_is_stored() {
	chain(|| {
		let device = registered(1, 1, 0);
		let row = Rows::<Test>::get(device).unwrap();
		// Not in a layer that is taken back, as calls are.
		let join = |voucher| Devices::do_join(device, row.clone(), 2, account(9), CUT, voucher);
		let refused = DispatchError::Other("no voucher");
		assert_noop!(join(None), refused);
		assert_noop!(join(voucher(2)), refused);
		Quota::set(0);
		assert_noop!(join(voucher(1)), DispatchError::Other("no quota"));
	});
}

#[test]
fn who_comes_back_pays_and_is_vouched_for_once() {
	chain(|| {
		assert_ok!(register_in(1, 1, 2, voucher(1)));
		let device = id(1);
		assert_ok!(Devices::leave(signed(1), device, 2));
		Now::set(20);
		assert_ok!(join(1, device, 2));

		assert_eq!((held(1), Quota::get()), (130, 4));
		assert_eq!(Rows::<Test>::get(device).unwrap().networks.to_vec(), [2]);
		assert_eq!(seat_of(device, 2).unwrap().since, 22, "seniority starts again");
	});
}

#[test]
fn who_comes_back_in_the_epoch_of_leaving_has_never_been_away() {
	chain(|| {
		let device = registered(1, 1, 0);
		Now::set(20);
		assert_ok!(Devices::leave(signed(1), device, 0));
		assert_ok!(join(1, device, 0));

		assert!((12..30).all(|epoch| Devices::facts(0, &device, epoch).is_some()));
		assert_eq!(Devices::facts(0, &device, 21).unwrap().since, 12);
		assert_eq!(Devices::facts(0, &device, 22).unwrap().since, 22);
	});
}

#[test]
fn a_device_has_one_seat_in_a_network() {
	chain(|| {
		let device = registered(1, 1, 0);
		assert_noop!(join(1, device, 0), Error::AlreadyMember);
		assert_ok!(Devices::set_paused(signed(1), device, 0, true));
		assert_noop!(join(1, device, 0), Error::AlreadyMember);
	});
}

#[test]
fn a_device_joins_only_networks_that_take_members() {
	chain(|| {
		let device = registered(1, 1, 0);
		assert_noop!(join(1, device, 3), Error::NetworkClosed);
		assert_noop!(join(1, device, 10), Error::NetworkClosed);
		assert_ok!(join(1, device, 9));
	});
}

#[test]
fn only_the_owner_lets_a_device_join() {
	chain(|| {
		let device = registered(1, 1, 0);
		assert_noop!(join(2, device, 1), Error::NotOwner);
		for origin in unsigned() {
			assert_noop!(
				Devices::join(origin, device, 1, account(9), CUT, None),
				DispatchError::BadOrigin
			);
		}
	});
}

#[test]
fn a_device_that_is_not_registered_joins_nothing() {
	chain(|| {
		registered(1, 1, 0);
		assert_noop!(join(1, id(2), 1), Error::NotFound);
	});
}

#[test]
fn an_owner_needs_the_deposit_and_what_keeps_the_account() {
	chain(|| {
		let device = registered(1, 1, 0);
		left_with(1, 930);
		let row = Rows::<Test>::get(device).unwrap();
		assert_noop!(
			Devices::do_join(device, row, 1, account(9), CUT, None),
			TokenError::FundsUnavailable
		);
		assert_noop!(join(1, device, 1), TokenError::FundsUnavailable);
		assert_ok!(Balances::transfer_allow_death(signed(2), account(1), 1));
		assert_ok!(join(1, device, 1));
		assert_eq!(Balances::free_balance(account(1)), 1);
	});
}

#[test]
fn who_comes_and_goes_too_often_has_to_wait() {
	chain(|| {
		let device = registered(1, 1, 1);
		assert_ok!(Devices::assert_place(signed(1), device, place(0)));
		change_often(device, 1);
		assert_ok!(Devices::leave(signed(1), device, 1));
		Now::set(16);
		let row = Rows::<Test>::get(device).unwrap();
		// Not in a layer that is taken back, as calls are.
		assert_noop!(
			Devices::do_join(device, row, 1, account(9), CUT, None),
			Error::TooManyChanges
		);
		assert_noop!(join(1, device, 1), Error::TooManyChanges);
		// The second change counts from 13, the third from 14.
		Now::set(21);
		assert_noop!(join(1, device, 1), Error::TooManyChanges);
		Now::set(22);
		assert_ok!(join(1, device, 1));
	});
}

#[test]
fn a_device_with_a_place_counts_in_the_cells_of_a_network_that_it_joins() {
	chain(|| {
		let device = registered(1, 1, 0);
		assert_ok!(Devices::assert_place(signed(1), device, place(0)));
		assert_eq!(occupied(place(0), 12), None);
		Now::set(20);
		assert_ok!(join(1, device, 1));

		assert_eq!((occupied(place(0), 21), occupied(place(0), 22)), (None, Some(1)));
	});
}
