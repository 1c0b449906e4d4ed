//! Clearing.

use super::*;
use frame_support::dispatch::DispatchResult;

fn clear(who: u8, tile: Tile) -> DispatchResult {
	Mapping::clear(signed(who), NETWORK, tile.parent())
}

fn marked() {
	let (shown, report) = settle(9, &ways(1));
	assert_ok!(Mapping::mark(signed(1), shown, 0, report));
}

#[test]
fn a_row_is_cleared_once_its_marks_are_worth_nothing_to_anybody() {
	chain(|| {
		marked();
		// Worth all from the thirtieth epoch on, and facts of eight epochs are read.
		for early in [10, 30, 37] {
			Now::set(early);
			assert_noop!(clear(2, tile(0)), Error::InUse);
		}
		Now::set(38);
		assert_ok!(clear(2, tile(0)));
		assert_eq!(Rows::<Test>::iter().count(), 0);
		assert_eq!((held(1), Balances::free_balance(account(1))), (0, 1_000 + 18));
		let cleared = Event::<Test>::Cleared { network: NETWORK, parent: tile(0).parent() };
		System::assert_last_event(cleared.into());
		assert_noop!(clear(2, tile(0)), Error::NotFound);
	});
}

#[test]
fn a_row_is_not_cleared_while_something_is_wanted() {
	chain(|| {
		assert_ok!(Mapping::want(signed(1), NETWORK, tile(0).parent(), 1, 30));
		Now::set(49);
		assert_noop!(clear(1, tile(0)), Error::InUse);
		Now::set(50);
		assert_ok!(clear(1, tile(0)));
	});
}

#[test]
fn a_network_that_is_gone_needs_its_rows_as_long_as_it_is_judged() {
	chain(|| {
		marked();
		Policies::set(Default::default());
		Now::set(19);
		assert_noop!(clear(1, tile(0)), Error::InUse);
		Now::set(20);
		assert_ok!(clear(1, tile(0)));
	});
}

#[test]
fn anybody_clears_and_nobody_in_particular_does_not() {
	chain(|| {
		marked();
		Now::set(50);
		let nobody = frame_system::RawOrigin::None;
		assert_noop!(
			Mapping::clear(nobody.into(), NETWORK, tile(0).parent()),
			sp_runtime::DispatchError::BadOrigin
		);
		assert_ok!(clear(3, tile(0)));
	});
}

#[test]
fn of_a_mark_and_a_wish_the_one_that_lasts_longer_keeps_a_row() {
	chain(|| {
		marked();
		// From 12 until 42: four epochs longer than the mark says anything.
		assert_ok!(Mapping::want(signed(1), NETWORK, tile(0).parent(), 1 << tile(0).slot(), 30));
		for early in [38, 49] {
			Now::set(early);
			assert_noop!(clear(2, tile(0)), Error::InUse);
		}
		Now::set(50);
		assert_ok!(clear(2, tile(0)));
		assert_eq!(held(1), 0);
	});
}

#[test]
fn only_the_row_that_is_named_is_cleared_and_it_may_come_again() {
	chain(|| {
		let (home, other) = (tile(0).parent(), tile(800).parent());
		assert_ok!(Mapping::want(signed(1), NETWORK, home, 1, 1));
		assert_ok!(Mapping::want(signed(2), NETWORK, other, 1, 1));
		Now::set(30);
		assert_noop!(Mapping::clear(signed(3), NETWORK + 1, home), Error::NotFound);
		assert_ok!(Mapping::clear(signed(3), NETWORK, home));
		assert_eq!((held(1), held(2)), (0, 40));
		assert!(Rows::<Test>::contains_key(NETWORK, other));
		assert_ok!(Mapping::want(signed(3), NETWORK, home, 2, 1));
		assert_eq!(held(3), 40);
	});
}
