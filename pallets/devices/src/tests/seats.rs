//! Choosing an aggregator, pausing.

use super::*;

fn set(origin: RuntimeOrigin, device: H256, network: u32) -> Result<(), DispatchError> {
	Devices::set_seat(origin, device, network, account(7), CUT)
}

fn pause(origin: RuntimeOrigin, device: H256, network: u32) -> Result<(), DispatchError> {
	Devices::set_paused(origin, device, network, true)
}

#[test]
fn another_aggregator_and_cut_count_two_epochs_later() {
	chain(|| {
		let device = registered(1, 1, 0);
		Now::set(20);
		let cut = Permill::from_percent(1);
		assert_ok!(Devices::set_seat(signed(1), device, 0, account(8), cut));

		let before = Devices::facts(0, &device, 21).unwrap();
		let after = Devices::facts(0, &device, 22).unwrap();
		assert_eq!((before.aggregator, before.cut), (account(9), 50_000));
		assert_eq!((after.aggregator, after.cut), (account(8), 10_000));
		assert_eq!(after.since, 12, "seniority stays");
		let seat =
			Seat { aggregator: account(8), carried_since: 22, cut, since: 12, paused: false };
		assert_eq!(seat_of(device, 0), Some(seat.clone()));
		assert_eq!((before.aggregator_since, after.aggregator_since), (12, 22));
		assert_eq!(last_event(), Event::Seated { device, network: 0, from: 22, seat });
		assert_eq!(held(1), 1_030, "it costs no deposit");
	});
}

#[test]
fn of_two_choices_in_an_epoch_the_later_counts() {
	chain(|| {
		let device = registered(1, 1, 0);
		Now::set(20);
		assert_ok!(Devices::set_seat(signed(1), device, 0, account(8), CUT));
		assert_ok!(Devices::set_seat(signed(1), device, 0, account(7), CUT));

		let aggregators: Vec<_> =
			(21..24).map(|epoch| Devices::facts(0, &device, epoch).unwrap().aggregator).collect();
		assert_eq!(aggregators, [account(9), account(7), account(7)]);
		assert_eq!(Memberships::<Test>::get(0, device).unwrap().seat.len(), 2);
	});
}

#[test]
fn a_cut_is_from_nothing_to_all() {
	chain(|| {
		let device = registered(1, 1, 0);
		for (epoch, cut) in [(20, Permill::zero()), (21, Permill::one())] {
			Now::set(epoch);
			assert_ok!(Devices::set_seat(signed(1), device, 0, account(9), cut));
			assert_eq!(seat_of(device, 0).unwrap().cut, cut);
		}
		assert_eq!(Devices::facts(0, &device, 22).unwrap().cut, 0);
		assert_eq!(Devices::facts(0, &device, 23).unwrap().cut, 1_000_000);
	});
}

#[test]
fn a_seat_that_is_so_already_is_neither_stored_nor_told() {
	chain(|| {
		let device = registered(1, 1, 0);
		change_often(device, 0);
		let told = events().len();
		// The last change was to account 14. There is no room for another, and none is needed.
		stores_nothing(|| {
			assert_ok!(Devices::set_seat(signed(1), device, 0, account(14), CUT));
		});
		assert_eq!(events().len(), told);
	});
}

#[test]
fn who_is_paused_stays_so_with_another_aggregator() {
	chain(|| {
		let device = registered(1, 1, 0);
		assert_ok!(Devices::set_paused(signed(1), device, 0, true));
		Now::set(12);
		assert_ok!(set(signed(1), device, 0));

		let seat = seat_of(device, 0).unwrap();
		assert_eq!((seat.aggregator, seat.paused), (account(7), true));
		assert_eq!(Devices::facts(0, &device, 14), None);
	});
}

#[test]
fn only_the_owner_chooses_an_aggregator() {
	chain(|| {
		let device = registered(1, 1, 0);
		assert_noop!(set(signed(2), device, 0), Error::NotOwner);
		assert_noop!(set(signed(9), device, 0), Error::NotOwner);
		for origin in unsigned() {
			assert_noop!(set(origin, device, 0), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn a_device_that_is_not_registered_has_no_seat_to_change() {
	chain(|| {
		registered(1, 1, 0);
		assert_noop!(set(signed(1), id(4), 0), Error::NotFound);
	});
}

#[test]
fn who_never_joined_or_has_left_has_no_seat_to_change() {
	chain(|| {
		let device = registered(1, 1, 0);
		assert_noop!(set(signed(1), device, 1), Error::NotMember);
		assert_ok!(Devices::leave(signed(1), device, 0));
		assert_noop!(set(signed(1), device, 0), Error::NotMember);
	});
}

#[test]
fn seats_change_as_often_as_old_ones_are_remembered() {
	chain(|| {
		let device = registered(1, 1, 0);
		change_often(device, 0);
		assert_noop!(set(signed(1), device, 0), Error::TooManyChanges);
		// The second change counts from 13.
		Now::set(20);
		assert_noop!(set(signed(1), device, 0), Error::TooManyChanges);
		Now::set(21);
		assert_ok!(set(signed(1), device, 0));
		assert_eq!(Devices::facts(0, &device, 13).unwrap().aggregator, account(11));
	});
}

#[test]
fn a_paused_device_has_no_facts_and_comes_back() {
	chain(|| {
		let device = registered(1, 1, 0);
		Now::set(20);
		assert_ok!(Devices::set_paused(signed(1), device, 0, true));
		Now::set(22);
		assert_ok!(Devices::set_paused(signed(1), device, 0, false));

		let active: Vec<_> =
			(20..27).filter(|epoch| Devices::facts(0, &device, *epoch).is_some()).collect();
		assert_eq!(active, [20, 21, 24, 25, 26]);
	});
}

#[test]
fn pausing_is_stored_and_told_and_keeps_the_rest_of_the_seat() {
	chain(|| {
		let device = registered(1, 1, 0);
		Now::set(20);
		assert_ok!(pause(signed(1), device, 0));

		let seat =
			Seat { aggregator: account(9), carried_since: 12, cut: CUT, since: 12, paused: true };
		assert_eq!(seat_of(device, 0), Some(seat.clone()));
		assert_eq!(last_event(), Event::Seated { device, network: 0, from: 22, seat });
		assert_eq!(held(1), 1_030, "the deposit stays");
	});
}

#[test]
fn a_device_that_is_paused_or_not_already_is_neither_stored_nor_told() {
	chain(|| {
		let device = registered(1, 1, 1);
		assert_ok!(Devices::assert_place(signed(1), device, place(0)));
		let told = events().len();
		stores_nothing(|| {
			assert_ok!(Devices::set_paused(signed(1), device, 1, false));
		});
		assert_eq!(events().len(), told);
		assert_ok!(pause(signed(1), device, 1));
		let told = events().len();
		stores_nothing(|| {
			assert_ok!(pause(signed(1), device, 1));
		});
		assert_eq!(events().len(), told);
	});
}

#[test]
fn who_pauses_and_thinks_again_in_an_epoch_has_not_paused() {
	chain(|| {
		let device = registered(1, 1, 1);
		assert_ok!(Devices::assert_place(signed(1), device, place(0)));
		Now::set(20);
		assert_ok!(pause(signed(1), device, 1));
		assert_eq!(occupied(place(0), 22), Some(0));
		assert_ok!(Devices::set_paused(signed(1), device, 1, false));

		assert_eq!(occupied(place(0), 22), Some(1));
		assert!((12..30).all(|epoch| Devices::facts(1, &device, epoch).is_some()));
	});
}

#[test]
fn a_device_is_paused_in_one_network_and_reports_to_another() {
	chain(|| {
		let device = registered(1, 1, 0);
		assert_ok!(join(1, device, 4));
		Now::set(20);
		assert_ok!(pause(signed(1), device, 4));

		assert!(Devices::facts(0, &device, 22).is_some());
		assert_eq!(Devices::facts(4, &device, 22), None);
	});
}

#[test]
fn only_the_owner_pauses() {
	chain(|| {
		let device = registered(1, 1, 0);
		assert_noop!(pause(signed(2), device, 0), Error::NotOwner);
		for origin in unsigned() {
			assert_noop!(pause(origin, device, 0), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn a_device_that_is_not_registered_is_not_paused() {
	chain(|| {
		registered(1, 1, 0);
		assert_noop!(pause(signed(1), id(4), 0), Error::NotFound);
	});
}

#[test]
fn who_never_joined_or_has_left_is_not_paused() {
	chain(|| {
		let device = registered(1, 1, 0);
		assert_noop!(pause(signed(1), device, 1), Error::NotMember);
		assert_ok!(Devices::leave(signed(1), device, 0));
		assert_noop!(pause(signed(1), device, 0), Error::NotMember);
	});
}

#[test]
fn a_pause_that_is_refused_leaves_the_cells_count() {
	chain(|| {
		let device = registered(1, 1, 1);
		assert_ok!(Devices::assert_place(signed(1), device, place(0)));
		change_often(device, 1);
		assert_noop!(pause(signed(1), device, 1), Error::TooManyChanges);
		assert_eq!(occupied(place(0), 17), Some(1));
	});
}

#[test]
fn an_owner_who_toggles_cannot_make_the_chain_forget_and_can_still_leave() {
	chain(|| {
		let device = registered(1, 1, 0);
		for epoch in 11..15 {
			Now::set(epoch);
			assert_ok!(Devices::set_paused(signed(1), device, 0, epoch % 2 == 1));
		}
		Now::set(15);
		assert_noop!(pause(signed(1), device, 0), Error::TooManyChanges);
		assert_ok!(Devices::leave(signed(1), device, 0));
		assert!(Devices::facts(0, &device, 12).is_some(), "what was true stays true");
	});
}
