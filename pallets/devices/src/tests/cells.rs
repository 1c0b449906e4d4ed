//! How many devices a cell holds, as a fact.

use super::*;

#[test]
fn moving_counts_a_device_out_of_the_old_cell_and_into_the_new() {
	chain(|| {
		let device = registered(1, 1, 1);
		let far = place(10_000_000);
		assert_ok!(Devices::assert_place(signed(1), device, place(0)));
		Now::set(15);
		assert_ok!(Devices::assert_place(signed(1), device, far));

		assert_eq!((occupied(place(0), 16), occupied(far, 16)), (Some(1), None));
		assert_eq!((occupied(place(0), 17), occupied(far, 17)), (Some(0), Some(1)));
	});
}

#[test]
fn cells_count_active_members_as_of_each_epoch() {
	chain(|| {
		let (a, b) = (registered(1, 1, 1), registered(1, 2, 1));
		assert_ok!(Devices::assert_place(signed(1), a, place(0)));
		assert_eq!(occupied(place(0), 11), None);
		assert_eq!(occupied(place(0), 12), Some(1));
		Now::set(12);
		assert_ok!(Devices::assert_place(signed(1), b, place(100)));
		Now::set(14);
		assert_ok!(Devices::set_paused(signed(1), a, 1, true));
		Now::set(16);
		assert_ok!(Devices::leave(signed(1), b, 1));
		Now::set(18);
		assert_ok!(Devices::set_paused(signed(1), a, 1, false));

		let counts: Vec<_> = (12..21).map(|epoch| occupied(place(0), epoch).unwrap()).collect();
		assert_eq!(counts, [1, 1, 2, 2, 1, 1, 0, 0, 1]);
		let occupied = |epoch| Devices::facts(1, &a, epoch).unwrap().chair.unwrap().cell.occupied;
		assert_eq!((occupied(14), occupied(20)), (2, 1));
	});
}

#[test]
fn leaving_while_paused_counts_nobody_out_twice() {
	chain(|| {
		let (a, b) = (registered(1, 1, 1), registered(1, 2, 1));
		for device in [a, b] {
			assert_ok!(Devices::assert_place(signed(1), device, place(0)));
		}
		Now::set(12);
		assert_ok!(Devices::set_paused(signed(1), a, 1, true));
		assert_ok!(Devices::set_paused(signed(1), a, 1, true));
		assert_ok!(Devices::leave(signed(1), a, 1));
		assert_eq!(occupied(place(0), 14), Some(1));
		Now::set(15);
		assert_ok!(Devices::join(signed(1), a, 1, account(9), CUT, None));
		assert_eq!(occupied(place(0), 17), Some(2));
	});
}

#[test]
fn who_cannot_decide_on_a_place_leaves_no_rows_behind() {
	chain(|| {
		let device = registered(1, 1, 1);
		// Some hundred kilometres each.
		for step in 0..5 {
			assert_ok!(Devices::assert_place(signed(1), device, place(step * 10_000_000)));
			assert_eq!(Cells::<Test>::iter().count(), 1, "{step}");
		}
		assert_eq!(occupied(place(4 * 10_000_000), 12), Some(1));

		// A place that has counted stays on record until nobody may ask for it.
		Now::set(13);
		assert_ok!(Devices::assert_place(signed(1), device, place(0)));
		assert_eq!(Cells::<Test>::iter().count(), 2);
		assert_eq!(occupied(place(4 * 10_000_000), 14), Some(1));
		assert_eq!(occupied(place(4 * 10_000_000), 15), Some(0));
	});
}

fn cell_of(place: substation_proofs::facts::Place) -> u64 {
	cell_in(1, place)
}

fn prune(cell: u64) -> Result<(), DispatchError> {
	Devices::prune_cell(signed(5), 1, cell)
}

/// The cell of a device that was there and has left it in epoch 30.
fn emptied() -> u64 {
	let device = registered(1, 1, 1);
	assert_ok!(Devices::assert_place(signed(1), device, place(0)));
	Now::set(30);
	assert_ok!(Devices::leave(signed(1), device, 1));
	cell_of(place(0))
}

#[test]
fn an_empty_cell_is_pruned_by_anybody() {
	chain(|| {
		let cell = emptied();
		Now::set(40);
		assert_ok!(prune(cell));

		assert_eq!(last_event(), Event::CellPruned { network: 1, cell });
		assert!(!Cells::<Test>::contains_key(1, cell));
	});
}

#[test]
fn an_empty_cell_is_pruned_when_nobody_may_ask_any_more() {
	chain(|| {
		let cell = emptied();
		// It has been empty since 32.
		Now::set(39);
		assert_noop!(prune(cell), Error::CellInUse);
		Now::set(40);
		assert_ok!(prune(cell));
	});
}

#[test]
fn a_cell_with_devices_is_not_pruned() {
	chain(|| {
		let (a, b) = (registered(1, 1, 1), registered(1, 2, 1));
		for device in [a, b] {
			assert_ok!(Devices::assert_place(signed(1), device, place(0)));
		}
		Now::set(30);
		assert_noop!(prune(cell_of(place(0))), Error::CellInUse);
		assert_ok!(Devices::leave(signed(1), a, 1));
		Now::set(60);
		assert_noop!(prune(cell_of(place(0))), Error::CellInUse);
	});
}

#[test]
fn a_cell_that_a_device_is_about_to_enter_is_not_pruned() {
	chain(|| {
		let cell = emptied();
		Now::set(40);
		let other = registered(1, 2, 1);
		assert_ok!(Devices::assert_place(signed(1), other, place(0)));
		assert_noop!(prune(cell), Error::CellInUse);
	});
}

#[test]
fn a_cell_that_was_pruned_can_be_entered_again() {
	chain(|| {
		let cell = emptied();
		Now::set(40);
		assert_ok!(prune(cell));
		let other = registered(1, 2, 1);
		assert_ok!(Devices::assert_place(signed(1), other, place(0)));
		assert_eq!((occupied(place(0), 41), occupied(place(0), 42)), (None, Some(1)));
	});
}

#[test]
fn a_cell_is_pruned_once_and_only_where_it_was_counted() {
	chain(|| {
		let cell = emptied();
		Now::set(40);
		assert_noop!(Devices::prune_cell(signed(5), 0, cell), Error::NotFound);
		assert_noop!(prune(cell + 1), Error::NotFound);
		assert_ok!(prune(cell));
		assert_noop!(prune(cell), Error::NotFound);
	});
}

#[test]
fn pruning_leaves_the_same_cell_of_another_network() {
	chain(|| {
		let cell = emptied();
		let row = Cells::<Test>::get(1, cell);
		Cells::<Test>::insert(7, cell, row);
		Now::set(40);
		assert_ok!(prune(cell));
		assert!(Cells::<Test>::contains_key(7, cell));
	});
}

#[test]
fn who_does_not_sign_prunes_nothing() {
	chain(|| {
		let cell = emptied();
		Now::set(40);
		for origin in unsigned() {
			assert_noop!(Devices::prune_cell(origin, 1, cell), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn a_device_stands_in_the_cell_of_a_network_that_counts() {
	chain(|| {
		let device = registered(1, 1, 1);
		assert_ok!(Devices::assert_place(signed(1), device, place(0)));

		assert_eq!(Devices::cell(1, &device, 11), None, "it does not stand there yet");
		assert_eq!(Devices::cell(1, &device, 12), Some(cell_of(place(0))));
		assert_eq!(Devices::cell(0, &device, 12), None, "that network counts no devices");
		assert_eq!(Devices::cell(1, &id(2), 12), None, "it is not registered");
	});
}

#[test]
fn a_network_counts_in_cells_of_its_resolution() {
	chain(|| {
		let fine = place(0).cell;
		let coarse = cell_of(place(0));
		let coarser = cell_in(5, place(0));
		assert!(Devices::counts_in(1, coarse));
		assert!(Devices::counts_in(5, coarser));
		for (network, cell) in [(1, fine), (1, coarser), (5, coarse), (0, coarse), (1, 0), (1, 7)] {
			assert!(!Devices::counts_in(network, cell), "{network} {cell:x}");
		}
	});
}

#[test]
fn cells_are_those_that_everybody_finds() {
	// As version 4.5 of H3's own implementation, in C, finds them.
	for (latitude, longitude, cell) in [
		(451_885_000, 57_245_000, 0x8c1f9ed922151ff),
		(373_615_593, -1_220_553_238, 0x8c283470d921dff),
		(406_891_670, -740_444_440, 0x8c2a1072b59b9ff),
		(-338_567_844, 1_512_152_967, 0x8cbe0e35c0943ff),
		(900_000_000, 0, 0x8c0326233ab03ff),
		(-900_000_000, 1_800_000_000, 0x8cf29380e0d0dff),
		(0, -1_800_000_000, 0x8c7eb57221a2bff),
	] {
		let place = substation_proofs::facts::Place { latitude, longitude, cell, eirp: 0 };
		assert_eq!(Devices::cell_of(&place), Some(cell), "{latitude} {longitude}");
	}
}

/// A count that changes in every epoch, in a list of `N`, for facts that can be read as long as
/// ever.
fn changes_in_every_epoch<const N: u32>() -> bool {
	let mut count = substation_primitives::History::<u32, N>::default();
	(100..400u32).all(|epoch| {
		let set = count.set(epoch, substation_primitives::epoch::MAX_FACT_WINDOW, epoch);
		set.is_ok()
	})
}

#[test]
fn a_count_may_change_in_every_epoch_however_long_facts_are_read() {
	const NEEDED: u32 = substation_primitives::epoch::MAX_FACT_WINDOW + 4;
	assert!(changes_in_every_epoch::<NEEDED>());
	assert!(!changes_in_every_epoch::<{ NEEDED - 1 }>(), "one less is too few");
	assert!(changes_in_every_epoch::<COUNTS_KEPT>() && COUNTS_KEPT >= NEEDED);
}
