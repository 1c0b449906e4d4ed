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
		assert_eq!(Devices::facts(1, &a, 14).unwrap().occupied, 2);
		assert_eq!(Devices::facts(1, &a, 20).unwrap().occupied, 1);
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
			assert_eq!(Occupancy::<Test>::iter().count(), 1, "{step}");
		}
		assert_eq!(occupied(place(4 * 10_000_000), 12), Some(1));

		// A place that has counted stays on record until nobody may ask for it.
		Now::set(13);
		assert_ok!(Devices::assert_place(signed(1), device, place(0)));
		assert_eq!(Occupancy::<Test>::iter().count(), 2);
		assert_eq!(occupied(place(4 * 10_000_000), 14), Some(1));
		assert_eq!(occupied(place(4 * 10_000_000), 15), Some(0));
	});
}

#[test]
fn an_empty_cell_is_pruned_when_nobody_may_ask_any_more() {
	chain(|| {
		let device = registered(1, 1, 1);
		assert_ok!(Devices::assert_place(signed(1), device, place(0)));
		let cell = h3o::CellIndex::try_from(place(0).cell).unwrap();
		let cell: u64 = cell.parent(h3o::Resolution::Eight).unwrap().into();
		let prune = |origin| Devices::prune_cell(origin, 1, cell);
		Now::set(30);
		assert_noop!(prune(signed(5)), Error::CellInUse);
		assert_ok!(Devices::leave(signed(1), device, 1));
		Now::set(39);
		assert_noop!(prune(signed(5)), Error::CellInUse);
		Now::set(40);
		assert_noop!(prune(RuntimeOrigin::none()), DispatchError::BadOrigin);
		assert_ok!(prune(signed(5)));
		assert_eq!(last_event(), Event::CellPruned { network: 1, cell });
		assert_noop!(prune(signed(5)), Error::NotFound);
	});
}
