//! Saying where a device stands.

use super::*;
use substation_proofs::facts::Place;

fn claim(number: u8, device: H256, place: Place) -> Result<(), DispatchError> {
	Devices::assert_place(signed(number), device, place)
}

/// A place of these coordinates, with its cell.
fn at(latitude: i32, longitude: i32) -> Place {
	let mut place = Place { latitude, longitude, ..place(0) };
	place.cell = Devices::cell_of(&place).unwrap();
	place
}

#[test]
fn a_place_counts_two_epochs_later_costs_a_fee_and_resets_seniority() {
	chain(|| {
		let device = registered(1, 1, 0);
		let issued = Balances::total_issuance();
		Now::set(20);
		assert_ok!(claim(1, device, place(0)));

		assert_eq!(Devices::facts(0, &device, 21).unwrap().place, None);
		let facts = Devices::facts(0, &device, 22).unwrap();
		assert_eq!((facts.place, facts.since), (Some(place(0)), 22));
		assert_eq!(Rows::<Test>::get(device).unwrap().place.latest(), Some(&Some(place(0))));
		assert_eq!(Balances::total_issuance(), issued - 7);
		assert_eq!(last_event(), Event::PlaceAsserted { device, from: 22, place: place(0) });
	});
}

#[test]
fn the_ends_of_the_earth_are_places_and_nothing_beyond_is() {
	chain(|| {
		let device = registered(1, 1, 0);
		for (latitude, longitude) in [
			(900_000_000, 0),
			(-900_000_000, 0),
			(0, 1_800_000_000),
			(0, -1_800_000_000),
			(900_000_000, -1_800_000_000),
		] {
			assert_ok!(claim(1, device, at(latitude, longitude)));
		}
		let good = place(0);
		for (latitude, longitude) in [
			(900_000_001, good.longitude),
			(-900_000_001, good.longitude),
			(good.latitude, 1_800_000_001),
			(good.latitude, -1_800_000_001),
			(i32::MIN, good.longitude),
			(i32::MAX, good.longitude),
			(good.latitude, i32::MIN),
			(good.latitude, i32::MAX),
		] {
			let beyond = Place { latitude, longitude, ..good };
			assert_noop!(claim(1, device, beyond), Error::PlaceOutOfRange);
		}
	});
}

#[test]
fn a_place_is_in_its_cell() {
	chain(|| {
		let device = registered(1, 1, 0);
		let good = place(0);
		let coarser = cell_in(1, good);
		for cell in [0, good.cell + 1, coarser, place(1_000_000).cell, u64::MAX] {
			assert_noop!(claim(1, device, Place { cell, ..good }), Error::WrongCell);
		}
		assert_ok!(claim(1, device, good));
	});
}

#[test]
fn an_owner_needs_the_fee_and_what_keeps_the_account() {
	chain(|| {
		let device = registered(1, 1, 1);
		left_with(1, 7);
		assert_noop!(claim(1, device, place(0)), TokenError::FundsUnavailable);
		assert_ok!(Balances::transfer_allow_death(signed(2), account(1), 1));
		assert_ok!(claim(1, device, place(0)));
		assert_eq!(Balances::free_balance(account(1)), 1);
	});
}

#[test]
fn a_place_that_is_refused_costs_nothing_and_counts_nowhere() {
	chain(|| {
		let device = registered(1, 1, 1);
		for epoch in 11..16 {
			Now::set(epoch);
			assert_ok!(claim(1, device, place(epoch as i32)));
		}
		Now::set(16);
		assert_noop!(claim(1, device, place(10_000_000)), Error::TooManyChanges);
		assert_noop!(claim(1, device, place(0)), Error::TooManyChanges);
		Now::set(40);
		left_with(1, 7);
		assert_noop!(claim(1, device, place(10_000_000)), TokenError::FundsUnavailable);
	});
}

#[test]
fn only_the_owner_says_where_a_device_stands() {
	chain(|| {
		let device = registered(1, 1, 0);
		assert_noop!(claim(2, device, place(0)), Error::NotOwner);
		assert_noop!(claim(9, device, place(0)), Error::NotOwner);
	});
}

#[test]
fn a_device_that_is_not_registered_stands_nowhere() {
	chain(|| {
		registered(1, 1, 0);
		assert_noop!(claim(1, id(3), place(0)), Error::NotFound);
	});
}

#[test]
fn who_does_not_sign_says_no_place() {
	chain(|| {
		let device = registered(1, 1, 0);
		for origin in unsigned() {
			assert_noop!(Devices::assert_place(origin, device, place(0)), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn who_is_paused_counts_nowhere_until_it_reports_again() {
	chain(|| {
		let device = registered(1, 1, 1);
		assert_ok!(Devices::set_paused(signed(1), device, 1, true));
		assert_ok!(claim(1, device, place(0)));
		assert_eq!(occupied(place(0), 12), Some(0));
		Now::set(20);
		assert_ok!(Devices::set_paused(signed(1), device, 1, false));
		assert_eq!((occupied(place(0), 21), occupied(place(0), 22)), (Some(0), Some(1)));
	});
}

#[test]
fn who_has_left_counts_nowhere() {
	chain(|| {
		let device = registered(1, 1, 1);
		assert_ok!(Devices::leave(signed(1), device, 1));
		assert_ok!(claim(1, device, place(0)));
		assert_eq!(Cells::<Test>::iter().count(), 0);
	});
}

#[test]
fn a_device_counts_in_each_network_in_cells_of_its_size() {
	chain(|| {
		let device = registered(1, 1, 1);
		assert_ok!(join(1, device, 5));
		assert_ok!(join(1, device, 0));
		assert_ok!(claim(1, device, place(0)));

		let cell = cell_in;
		let count = |network, place, epoch| {
			Devices::counts(network, cell(network, place), epoch).map(|counts| counts.occupied)
		};
		assert_eq!(Cells::<Test>::iter().count(), 2);
		assert_eq!((count(1, place(0), 12), count(5, place(0), 12)), (Some(1), Some(1)));

		// Half a kilometre on: another cell of network 1, and the same of network 5.
		let near = place(50_000);
		assert_ne!(cell(1, place(0)), cell(1, near));
		assert_eq!(cell(5, place(0)), cell(5, near));
		Now::set(20);
		assert_ok!(claim(1, device, near));
		assert_eq!((count(1, place(0), 22), count(1, near, 22)), (Some(0), Some(1)));
		assert_eq!(count(5, near, 22), Some(1));
		assert_eq!(
			Cells::<Test>::get(5, cell(5, near)).counts.len(),
			1,
			"nothing has changed there"
		);
	});
}
