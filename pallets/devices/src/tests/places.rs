//! Saying where a device stands.

use super::*;
use substation_proofs::facts::Place;

#[test]
fn a_place_counts_two_epochs_later_costs_a_fee_and_resets_seniority() {
	chain(|| {
		let device = registered(1, 1, 0);
		let issued = Balances::total_issuance();
		Now::set(20);
		assert_ok!(Devices::assert_place(signed(1), device, place(0)));

		assert_eq!(Devices::facts(0, &device, 21).unwrap().place, None);
		let facts = Devices::facts(0, &device, 22).unwrap();
		assert_eq!((facts.place, facts.since), (Some(place(0)), 22));
		assert_eq!(Balances::total_issuance(), issued - 7);
		assert_eq!(last_event(), Event::PlaceAsserted { device, from: 22, place: place(0) });
	});
}

#[test]
fn a_place_is_on_earth_and_in_its_cell() {
	chain(|| {
		let device = registered(1, 1, 0);
		let assert = |place| Devices::assert_place(signed(1), device, place);
		let good = place(0);
		assert_noop!(assert(Place { latitude: 900_000_001, ..good }), Error::PlaceOutOfRange);
		assert_noop!(assert(Place { longitude: -1_800_000_001, ..good }), Error::PlaceOutOfRange);
		assert_noop!(assert(Place { latitude: i32::MIN, ..good }), Error::PlaceOutOfRange);
		assert_noop!(assert(Place { cell: good.cell + 1, ..good }), Error::WrongCell);
		assert_noop!(assert(Place { cell: 0, ..good }), Error::WrongCell);
		for (latitude, longitude) in [(900_000_000, 0), (-900_000_000, 1_800_000_000)] {
			let mut pole = Place { latitude, longitude, ..good };
			pole.cell = Devices::cell_of(&pole).unwrap();
			assert_ok!(assert(pole));
		}
		assert_noop!(Devices::assert_place(signed(2), device, good), Error::NotOwner);
		assert_noop!(Devices::assert_place(signed(1), id(3), good), Error::NotFound);
		assert_noop!(
			Devices::assert_place(RuntimeOrigin::none(), device, good),
			DispatchError::BadOrigin
		);
	});
}

#[test]
fn who_cannot_pay_the_fee_asserts_nothing() {
	chain(|| {
		let device = registered(1, 1, 1);
		let left = Balances::free_balance(account(1)) - 3;
		assert_ok!(Balances::transfer_allow_death(signed(1), account(2), left));
		assert_noop!(
			Devices::assert_place(signed(1), device, place(0)),
			TokenError::FundsUnavailable
		);
	});
}
