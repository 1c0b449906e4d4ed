//! Wanting.

use super::*;
use frame_support::dispatch::DispatchResult;
use proptest::prelude::*;

fn parent() -> Parent {
	Tile::of(&HOME).parent()
}

fn want(who: u8, tiles: u64, epochs: u32) -> DispatchResult {
	Mapping::want(signed(who), NETWORK, parent(), tiles, epochs)
}

#[test]
fn who_wants_tiles_burns_for_each_and_each_epoch() {
	chain(|| {
		let before = Balances::total_issuance();
		assert_ok!(want(2, 0b101, 7));
		assert_eq!(before - Balances::total_issuance(), 2 * 2 * 7);
		assert_eq!(held(2), 40);
		let wanted = |epoch| Mapping::tiles(NETWORK, parent(), epoch).unwrap().wanted;
		assert_eq!([11, 12, 18, 19].map(wanted), [0, 0b101, 0b101, 0]);
		System::assert_last_event(
			Event::<Test>::Wanted {
				network: NETWORK,
				parent: parent(),
				tiles: 0b101,
				from: 12,
				until: 19,
				burned: 28,
			}
			.into(),
		);
	});
}

#[test]
fn a_tile_costs_no_less_than_a_device_is_paid_for_it() {
	chain(|| {
		Worth::set(3);
		let before = Balances::total_issuance();
		assert_ok!(want(2, 0b101, 7));
		assert_eq!(before - Balances::total_issuance(), 3 * 2 * 7);
	});
}

#[test]
fn four_wishes_stand_beside_each_other_and_a_fifth_waits() {
	chain(|| {
		for tile in 0..4 {
			assert_ok!(want(1, 1 << tile, 1 + tile));
		}
		let wanted = |epoch| Mapping::tiles(NETWORK, parent(), epoch).unwrap().wanted;
		assert_eq!([12, 13, 15, 16].map(wanted), [0b1111, 0b1110, 0b1000, 0]);
		for early in [10, 13, 20] {
			Now::set(early);
			assert_noop!(want(2, 16, 1), Error::TooManyWishes);
		}
		Now::set(21);
		assert_ok!(want(2, 16, 1));
		assert_eq!(wanted(23), 16);
		assert_eq!((held(1), held(2)), (0, 40), "who wants something last pays for the row");
	});
}

#[test]
fn what_is_wanted_is_so_until_it_was_mapped_once_more() {
	chain(|| {
		let slots = (1 << tile(0).slot()) | (1 << tile(1).slot());
		assert_ok!(want(2, slots, 100));
		Now::set(14);
		let (shown, report) = settle(13, &ways(1));
		assert_ok!(Mapping::mark(signed(1), shown, 0, report));
		let wanted = |epoch| Mapping::tiles(NETWORK, parent(), epoch).unwrap().wanted;
		assert_eq!([12, 15].map(wanted), [slots; 2]);
		assert_eq!([16, 50].map(wanted), [1 << tile(1).slot(); 2]);
	});
}

#[test]
fn what_makes_no_sense_is_refused() {
	chain(|| {
		for (tiles, epochs) in [(0, 1), (1, 0), (1, MAX_WANTED + 1)] {
			assert_noop!(want(1, tiles, epochs), Error::NothingWanted);
		}
		let elsewhere = Mapping::want(signed(1), 4, parent(), 1, 1);
		assert_noop!(elsewhere, Error::NotMapping);
		for parent in [Parent { north: 6_867, east: 0 }, Parent { north: 0, east: -13_734 }] {
			let outside = Mapping::want(signed(1), NETWORK, parent, 1, 1);
			assert_noop!(outside, Error::OutsideWorld);
		}
		assert_ok!(Mapping::want(signed(1), NETWORK, Parent { north: 6_866, east: -13_733 }, 1, 1));
		let nobody = frame_system::RawOrigin::None;
		assert_noop!(
			Mapping::want(nobody.into(), NETWORK, parent(), 1, 1),
			sp_runtime::DispatchError::BadOrigin
		);
	});
}

#[test]
fn who_cannot_pay_wants_nothing() {
	chain(|| {
		let set = |amount| {
			Balances::force_set_balance(frame_system::RawOrigin::Root.into(), account(3), amount)
		};
		// A deposit of 40, a fee of 2, and 5 that stay.
		assert_ok!(set(46));
		assert_noop!(want(3, 1, 1), Error::CannotPay);
		assert_ok!(set(20));
		assert_noop!(want(3, 1, 1), Error::CannotPay);
		assert_ok!(set(47));
		assert_ok!(want(3, 1, 1));
		assert_noop!(want(3, u64::MAX, MAX_WANTED), Error::CannotPay);
	});
}

#[test]
fn the_longest_wish_for_all_tiles_is_counted_right() {
	chain(|| {
		let fee = 2 * 64 * u128::from(MAX_WANTED);
		let root = frame_system::RawOrigin::Root;
		assert_ok!(Balances::force_set_balance(root.into(), account(3), fee + 45));
		assert_ok!(want(3, u64::MAX, MAX_WANTED));
		assert_eq!(Balances::free_balance(account(3)), 5);
	});
}

proptest! {
	#[test]
	fn no_numbers_panic(tiles: u64, epochs: u32, north: i16, east: i16) {
		chain(|| {
			let parent = Parent { north, east };
			let _ = Mapping::want(signed(1), NETWORK, parent, tiles, epochs);
			let _ = Mapping::clear(signed(1), NETWORK, parent);
		});
	}
}
