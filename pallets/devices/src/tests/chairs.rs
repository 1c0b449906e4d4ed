//! Chairs: who sits where, who may move whom, and that the past stays as it was.

use super::*;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use substation_proofs::facts;

const CELL: fn() -> u64 = || cell_in(1, place(0));

fn chair(index: u32) -> Option<Chair> {
	Some(Chair { cell: CELL(), index })
}

/// Devices 1 to `count` of account 1, in chairs 0 and so on of one cell.
fn seated(count: u8) -> Vec<H256> {
	(1..=count)
		.map(|number| {
			let device = registered(1, number, 1);
			assert_ok!(Devices::assert_place(signed(1), device, place(number.into())));
			device
		})
		.collect()
}

fn take(device: H256, index: u32) -> frame_support::dispatch::DispatchResult {
	Devices::take_chair(signed(1), device, 1, index)
}

fn vacate(device: H256, behind: H256) -> frame_support::dispatch::DispatchResult {
	Devices::vacate(signed(7), device, 1, behind)
}

/// An epoch for which a device is paid.
fn pay(device: H256, epoch: u32) {
	assert_eq!(Devices::claim(1, &device, &[epoch]), [true]);
}

fn prune(index: u32) -> frame_support::dispatch::DispatchResult {
	Devices::prune_chair(signed(7), 1, CELL(), index)
}

#[test]
fn members_of_a_cell_are_numbered_from_zero() {
	chain(|| {
		let devices = seated(3);
		for (index, device) in (0..).zip(&devices) {
			assert_eq!(chair_of(*device, 1), chair(index));
			let facts = Devices::facts(1, device, 12).unwrap();
			let cell = facts::Cell { id: CELL(), occupied: 3, chairs: 3 };
			assert_eq!(facts.chair, Some(facts::Chair { index, cell }));
			assert_eq!(Devices::chair(1, CELL(), index, 12), Some(*device));
			assert_eq!(Devices::chair(1, CELL(), index, 11), None, "it does not sit there yet");
		}
	});
}

#[test]
fn a_network_without_cells_numbers_all_its_members_and_one_without_chairs_none() {
	chain(|| {
		let (a, b) = (registered(1, 1, 6), registered(1, 2, 6));
		assert_eq!(chair_of(a, 6), Some(Chair { cell: 0, index: 0 }));
		assert_eq!(chair_of(b, 6), Some(Chair { cell: 0, index: 1 }));
		let cell = facts::Cell { id: 0, occupied: 2, chairs: 2 };
		let facts = Devices::facts(6, &b, 12).unwrap();
		assert_eq!(facts.chair, Some(facts::Chair { index: 1, cell }));
		// Wherever it stands.
		assert_ok!(Devices::assert_place(signed(1), a, place(10_000_000)));
		assert_eq!(chair_of(a, 6), Some(Chair { cell: 0, index: 0 }));

		let c = registered(1, 3, 0);
		assert_ok!(Devices::assert_place(signed(1), c, place(0)));
		assert_eq!((chair_of(c, 0), Devices::facts(0, &c, 12).unwrap().chair), (None, None));
	});
}

#[test]
fn who_comes_next_takes_the_chair_that_was_left_and_nobody_else_moves() {
	chain(|| {
		let devices = seated(3);
		Now::set(20);
		assert_ok!(Devices::leave(signed(1), devices[0], 1));
		let next = registered(1, 4, 1);
		assert_ok!(Devices::assert_place(signed(1), next, place(9)));
		assert_eq!(chair_of(next, 1), chair(0));
		assert_eq!([1, 2].map(|index| chair_of(devices[index], 1)), [1, 2].map(chair));
		assert_eq!(Devices::chair(1, CELL(), 0, 21), Some(devices[0]));
		assert_eq!(Devices::chair(1, CELL(), 0, 22), Some(next));
		// There is none left but one more.
		let last = registered(1, 5, 1);
		assert_ok!(Devices::assert_place(signed(1), last, place(10)));
		assert_eq!(chair_of(last, 1), chair(3));
	});
}

#[test]
fn of_chairs_that_were_left_the_first_is_taken_first() {
	chain(|| {
		let devices = seated(7);
		Now::set(20);
		// The last of these is one more than are remembered.
		for index in [4, 1, 3, 0, 5] {
			assert_ok!(Devices::leave(signed(1), devices[index], 1));
		}
		let taken: Vec<_> = (11..17)
			.map(|number| {
				let device = registered(1, number, 1);
				assert_ok!(Devices::assert_place(signed(1), device, place(number.into())));
				chair_of(device, 1).unwrap().index
			})
			.collect();
		assert_eq!(taken, [0, 1, 3, 4, 7, 8]);
		assert_eq!(Devices::free_chair(1, CELL(), 99), Some(5));
	});
}

#[test]
fn a_device_that_pauses_keeps_its_chair_and_does_not_count() {
	chain(|| {
		let devices = seated(2);
		Now::set(20);
		assert_ok!(Devices::set_paused(signed(1), devices[0], 1, true));
		let counts = |epoch| {
			let counts = Devices::counts(1, CELL(), epoch).unwrap();
			(counts.occupied, counts.chairs)
		};
		assert_eq!((counts(21), counts(22)), ((2, 2), (1, 2)));
		assert_eq!(chair_of(devices[0], 1), chair(0));
		assert_eq!(Devices::facts(1, &devices[0], 22), None);
		assert_eq!(
			Devices::chair(1, CELL(), 0, 22),
			Some(devices[0]),
			"a hole, as it has no facts"
		);
	});
}

#[test]
fn who_moves_leaves_its_chair_and_who_thinks_again_leaves_none() {
	chain(|| {
		let devices = seated(2);
		Now::set(20);
		let far = place(10_000_000);
		assert_ok!(Devices::assert_place(signed(1), devices[0], far));
		assert_eq!(chair_of(devices[0], 1), Some(Chair { cell: cell_in(1, far), index: 0 }));
		assert_eq!(Devices::free_chair(1, CELL(), 9), Some(0));
		// Back in the same epoch, into the chair that it has left.
		assert_ok!(Devices::assert_place(signed(1), devices[0], place(0)));
		assert_eq!(chair_of(devices[0], 1), chair(0));
		assert_eq!(Cells::<Test>::iter().count(), 1);
		assert_eq!(Chairs::<Test>::iter().count(), 2);
		assert!((12..30).all(|epoch| Devices::chair(1, CELL(), 0, epoch) == Some(devices[0])));
	});
}

#[test]
fn a_free_chair_before_ones_own_can_be_taken() {
	chain(|| {
		let devices = seated(3);
		Now::set(20);
		assert_ok!(Devices::leave(signed(1), devices[0], 1));
		assert_ok!(take(devices[2], 0));
		assert_eq!(chair_of(devices[2], 1), chair(0));
		let event =
			Event::ChairTaken { device: devices[2], network: 1, from: 22, cell: CELL(), index: 0 };
		assert_eq!(last_event(), event);
		let index = |epoch| Devices::facts(1, &devices[2], epoch).unwrap().chair.unwrap().index;
		assert_eq!((index(21), index(22)), (2, 0));
		assert_eq!(Devices::counts(1, CELL(), 22).unwrap().occupied, 2);
	});
}

#[test]
fn no_other_chair_can_be_taken() {
	chain(|| {
		let devices = seated(4);
		Now::set(20);
		assert_noop!(take(devices[2], 0), Error::ChairTaken);
		assert_noop!(take(devices[2], 2), Error::ChairNotBefore);
		assert_ok!(Devices::leave(signed(1), devices[3], 1));
		assert_noop!(take(devices[2], 3), Error::ChairNotBefore);
		assert_noop!(take(devices[2], u32::MAX), Error::ChairNotBefore);
		assert_noop!(take(devices[3], 0), Error::NotMember);
		assert_noop!(Devices::take_chair(signed(2), devices[2], 1, 0), Error::NotOwner);
		assert_noop!(Devices::take_chair(signed(1), id(99), 1, 0), Error::NotFound);
		let unplaced = registered(1, 9, 1);
		assert_noop!(take(unplaced, 0), Error::NoChair);
		for origin in unsigned() {
			let taken = Devices::take_chair(origin, devices[2], 1, 0);
			assert_noop!(taken, DispatchError::BadOrigin);
		}
	});
}

/// Devices that have sat for long; claims for all but the last ten epochs have ended, and the last device was paid once.
fn idle(count: u8) -> Vec<H256> {
	let devices = seated(count);
	Now::set(12 + IDLE);
	Expired::set(2 + IDLE);
	pay(devices[count as usize - 1], 100);
	devices
}

#[test]
fn who_has_earned_nothing_for_long_is_sent_to_the_end_by_anybody_behind_one_who_has() {
	chain(|| {
		let devices = idle(3);
		assert_ok!(vacate(devices[0], devices[2]));
		assert_eq!(chair_of(devices[0], 1), chair(3));
		assert_eq!(Devices::chair(1, CELL(), 3, 14 + IDLE), Some(devices[0]));
		// And not again and again.
		assert_noop!(vacate(devices[0], devices[2]), Error::NotBehind);
		assert_ok!(vacate(devices[1], devices[2]));
		assert_eq!(chair_of(devices[1], 1), chair(4));
	});
}

#[test]
fn who_was_paid_at_any_time_stays() {
	chain(|| {
		let devices = idle(3);
		// Of epochs for which claims have not ended, too.
		for paid in [12, 100, 1 + IDLE, 2 + IDLE, 11 + IDLE] {
			let row = Memberships::<Test>::get(1, devices[0]).unwrap();
			pay(devices[0], paid);
			assert_noop!(vacate(devices[0], devices[2]), Error::NotIdle);
			Memberships::<Test>::insert(1, devices[0], row);
		}
		// Where too little is over, nothing is known.
		Expired::set(12 + SEEN - 1);
		assert_noop!(vacate(devices[0], devices[2]), Error::NotPaid);
		pay(devices[2], 13);
		assert_noop!(vacate(devices[0], devices[2]), Error::NotIdle);
		Expired::set(12 + SEEN);
		assert_ok!(vacate(devices[0], devices[2]));
	});
}

#[test]
fn nobody_is_sent_anywhere_where_nobody_was_paid() {
	chain(|| {
		let devices = seated(3);
		Now::set(12 + IDLE);
		Expired::set(2 + IDLE);
		for other in [devices[1], devices[2]] {
			assert_noop!(vacate(devices[0], other), Error::NotPaid);
		}
		// One who was paid and sits before it says nothing either, nor one in another cell.
		pay(devices[0], 100);
		assert_noop!(vacate(devices[1], devices[0]), Error::NotBehind);
		assert_noop!(vacate(devices[1], devices[1]), Error::NotBehind);
		let far = registered(1, 8, 1);
		assert_ok!(Devices::assert_place(signed(1), far, place(10_000_000)));
		assert_noop!(vacate(devices[1], far), Error::NotBehind);
	});
}

#[test]
fn a_new_member_is_not_idle_and_is_no_sign_that_others_were_paid() {
	chain(|| {
		let devices = seated(1);
		Now::set(12 + IDLE);
		Expired::set(2 + IDLE);
		let newcomer = registered(1, 8, 1);
		assert_ok!(Devices::assert_place(signed(1), newcomer, place(8)));
		assert_noop!(vacate(devices[0], newcomer), Error::NotPaid);
		let last = registered(1, 9, 1);
		assert_ok!(Devices::assert_place(signed(1), last, place(9)));
		Now::set(90 + IDLE);
		Expired::set(80 + IDLE);
		pay(last, 20 + IDLE);
		assert_noop!(vacate(newcomer, last), Error::NotIdle);
		assert_ok!(vacate(devices[0], last));
	});
}

#[test]
fn leaving_and_joining_in_one_epoch_keeps_nobody_in_a_chair() {
	chain(|| {
		let devices = idle(3);
		assert_ok!(Devices::leave(signed(1), devices[0], 1));
		assert_ok!(join(1, devices[0], 1));
		assert_eq!(chair_of(devices[0], 1), chair(0));
		assert_ok!(vacate(devices[0], devices[2]));
	});
}

#[test]
fn who_has_no_chair_or_no_seat_is_not_sent_anywhere() {
	chain(|| {
		let devices = idle(2);
		let behind = devices[1];
		assert_noop!(Devices::vacate(signed(7), devices[0], 0, behind), Error::NotMember);
		assert_noop!(vacate(id(99), behind), Error::NotMember);
		assert_noop!(vacate(devices[0], id(99)), Error::NotMember);
		let other = registered(1, 9, 0);
		assert_noop!(Devices::vacate(signed(7), other, 0, behind), Error::NoChair);
		let unplaced = registered(1, 10, 1);
		assert_noop!(vacate(unplaced, behind), Error::NoChair);
		assert_noop!(vacate(devices[0], unplaced), Error::NoChair);
		for origin in unsigned() {
			let sent = Devices::vacate(origin, devices[0], 1, behind);
			assert_noop!(sent, DispatchError::BadOrigin);
		}
	});
}

#[test]
fn an_owner_who_moves_often_can_still_be_sent_to_the_end_and_leave() {
	chain(|| {
		let devices = idle(3);
		let now = Now::get();
		let spots: Vec<_> = (0..2).map(|step| place(step * 10_000_000)).collect();
		for step in 1..4 {
			Now::set(now + step as u32);
			let moved = Devices::assert_place(signed(1), devices[0], spots[step as usize % 2]);
			assert_ok!(moved);
		}
		Now::set(now + 4);
		let moved = Devices::assert_place(signed(1), devices[0], spots[0]);
		assert_noop!(moved, Error::TooManyChanges);
		// Somebody who is paid sits behind it there.
		let other = registered(1, 9, 1);
		assert_ok!(Devices::assert_place(signed(1), other, spots[1]));
		Expired::set(now - 10);
		Memberships::<Test>::mutate(1, other, |row| {
			row.as_mut().unwrap().claims = Memberships::<Test>::get(1, devices[2]).unwrap().claims;
			row.as_mut().unwrap().seat = Memberships::<Test>::get(1, devices[2]).unwrap().seat;
		});
		assert_ok!(vacate(devices[0], other));
		assert_eq!(Memberships::<Test>::get(1, devices[0]).unwrap().chair.len(), 5);
		assert_ok!(Devices::leave(signed(1), devices[0], 1));
	});
}

#[test]
fn the_row_of_a_chair_that_nobody_can_ask_for_is_removed() {
	chain(|| {
		let devices = seated(2);
		assert_noop!(prune(0), Error::ChairInUse);
		assert_noop!(prune(2), Error::NotFound);
		Now::set(20);
		assert_ok!(Devices::leave(signed(1), devices[0], 1));
		// It has been free since 22.
		Now::set(29);
		assert_noop!(prune(0), Error::ChairInUse);
		Now::set(30);
		assert_ok!(prune(0));
		assert_eq!(last_event(), Event::ChairPruned { network: 1, cell: CELL(), index: 0 });
		assert_noop!(prune(0), Error::NotFound);
		assert_noop!(prune(1), Error::ChairInUse);
		// It is free as before.
		assert_ok!(take(devices[1], 0));
		assert_noop!(prune(1), Error::ChairInUse);
		for origin in unsigned() {
			let pruned = Devices::prune_chair(origin, 1, CELL(), 1);
			assert_noop!(pruned, DispatchError::BadOrigin);
		}
	});
}

#[test]
fn a_cell_that_was_pruned_is_numbered_from_zero_again() {
	chain(|| {
		let devices = seated(2);
		Now::set(20);
		for device in &devices {
			assert_ok!(Devices::leave(signed(1), *device, 1));
		}
		Now::set(40);
		assert_ok!(Devices::prune_cell(signed(5), 1, CELL()));
		let other = registered(1, 9, 1);
		assert_ok!(Devices::assert_place(signed(1), other, place(0)));
		assert_eq!(chair_of(other, 1), chair(0));
		assert_ok!(prune(1));
	});
}

#[test]
fn a_cell_loses_its_last_chairs_once_they_were_free_for_long() {
	chain(|| {
		let devices = seated(4);
		Now::set(20);
		for device in &devices[1..] {
			assert_ok!(Devices::leave(signed(1), *device, 1));
		}
		let chairs = |epoch| Devices::counts(1, CELL(), epoch).unwrap().chairs;
		assert_noop!(prune(3), Error::ChairInUse);
		Now::set(30);
		// One in the middle stays counted.
		assert_ok!(prune(1));
		assert_eq!(chairs(32), 4);
		for index in [3, 2, 1] {
			assert_ok!(prune(index));
			assert_eq!((chairs(31), chairs(32)), (4, index));
		}
		assert_noop!(prune(1), Error::NotFound);
		assert_noop!(prune(0), Error::ChairInUse);
		assert_eq!(Devices::free_chair(1, CELL(), 99), None);
		let next = registered(1, 9, 1);
		assert_ok!(Devices::assert_place(signed(1), next, place(9)));
		assert_eq!(chair_of(next, 1), chair(1));
	});
}

#[test]
fn comings_and_goings_of_who_pauses_keep_a_cell_from_being_pruned() {
	chain(|| {
		let device = seated(1)[0];
		assert_ok!(Devices::set_paused(signed(1), device, 1, true));
		Now::set(40);
		assert_ok!(Devices::leave(signed(1), device, 1));
		Now::set(49);
		let pruned = Devices::prune_cell(signed(5), 1, CELL());
		assert_noop!(pruned, Error::CellInUse);
		Now::set(50);
		assert_ok!(Devices::prune_cell(signed(5), 1, CELL()));
	});
}

#[test]
fn a_membership_that_is_removed_takes_the_row_of_its_chair_along() {
	chain(|| {
		let devices = seated(2);
		Now::set(20);
		assert_ok!(Devices::leave(signed(1), devices[0], 1));
		Now::set(60);
		Expired::set(50);
		assert_eq!(Chairs::<Test>::iter().count(), 2);
		assert_ok!(Devices::remove_membership(signed(1), devices[0], 1));
		assert_eq!(Chairs::<Test>::iter().count(), 1);
		assert_eq!(Devices::chair(1, CELL(), 1, 60), Some(devices[1]));
	});
}

#[test]
fn somebody_who_pauses_keeps_the_cell() {
	chain(|| {
		let devices = seated(1);
		Now::set(20);
		assert_ok!(Devices::set_paused(signed(1), devices[0], 1, true));
		Now::set(60);
		let pruned = Devices::prune_cell(signed(5), 1, CELL());
		assert_noop!(pruned, Error::CellInUse);
	});
}

/// The last of six devices, whose chair is the only one of its cell that is taken, in an epoch so late that all others have
/// been free for long.
fn alone() -> H256 {
	let devices = seated(6);
	Now::set(20);
	for device in &devices[..5] {
		assert_ok!(Devices::leave(signed(1), *device, 1));
	}
	Now::set(40);
	devices[5]
}

#[test]
fn who_takes_chairs_too_often_waits_until_the_first_is_forgotten() {
	chain(|| {
		let device = alone();
		for (epoch, index) in [(40, 4), (41, 3), (42, 2)] {
			Now::set(epoch);
			assert_ok!(take(device, index));
		}
		// Two of six places are for who is sent to the end, and for who leaves.
		Now::set(43);
		assert_noop!(take(device, 1), Error::TooManyChanges);
		assert_eq!(chair_of(device, 1), chair(2));
		// The second chair counts from 42 on: until 50 it may be asked where it sat before.
		Now::set(49);
		assert_noop!(take(device, 1), Error::TooManyChanges);
		Now::set(50);
		assert_ok!(take(device, 1));
	});
}

#[test]
fn of_two_chairs_taken_in_an_epoch_the_later_counts() {
	chain(|| {
		let device = alone();
		assert_ok!(take(device, 4));
		assert_ok!(take(device, 0));
		assert_eq!([41, 42].map(|epoch| Devices::chair(1, CELL(), 0, epoch)), [None, Some(device)]);
		assert_eq!(Devices::chair(1, CELL(), 4, 42), None);
		assert_eq!(Devices::counts(1, CELL(), 42).unwrap().occupied, 1);
	});
}

#[test]
fn a_chair_that_somebody_takes_is_taken_and_the_one_left_is_free() {
	chain(|| {
		let devices = seated(3);
		Now::set(20);
		assert_ok!(Devices::leave(signed(1), devices[0], 1));
		assert_ok!(take(devices[1], 0));
		assert_noop!(take(devices[2], 0), Error::ChairTaken);
		assert_ok!(take(devices[2], 1));
		assert_eq!([1, 2].map(|index| chair_of(devices[index], 1)), [0, 1].map(chair));
	});
}

#[test]
fn who_pauses_may_take_a_chair_and_does_not_count_in_it() {
	chain(|| {
		let devices = seated(3);
		Now::set(20);
		assert_ok!(Devices::leave(signed(1), devices[0], 1));
		assert_ok!(Devices::set_paused(signed(1), devices[2], 1, true));
		assert_ok!(take(devices[2], 0));
		assert_eq!(chair_of(devices[2], 1), chair(0));
		assert_eq!(Devices::counts(1, CELL(), 22).unwrap().occupied, 1);
		Now::set(21);
		assert_ok!(Devices::set_paused(signed(1), devices[2], 1, false));
		assert_eq!(Devices::counts(1, CELL(), 23).unwrap().occupied, 2);
	});
}

#[test]
fn who_owns_a_device_now_takes_chairs_with_it() {
	chain(|| {
		let devices = seated(2);
		Now::set(20);
		assert_ok!(Devices::leave(signed(1), devices[0], 1));
		assert_ok!(Devices::offer(signed(1), devices[1], Some(account(2))));
		assert_noop!(Devices::take_chair(signed(2), devices[1], 1, 0), Error::NotOwner);
		assert_ok!(Devices::accept(signed(2), devices[1]));
		assert_noop!(take(devices[1], 0), Error::NotOwner);
		assert_ok!(Devices::take_chair(signed(2), devices[1], 1, 0));
	});
}

#[test]
fn a_chair_of_no_cell_or_beyond_the_last_has_no_row_to_remove() {
	chain(|| {
		seated(2);
		Now::set(60);
		assert_noop!(Devices::prune_chair(signed(7), 0, CELL(), 0), Error::NotFound);
		assert_noop!(Devices::prune_chair(signed(7), 1, CELL() + 1, 0), Error::NotFound);
		for index in [2, 3, u32::MAX] {
			assert_noop!(prune(index), Error::NotFound);
		}
	});
}

#[test]
fn a_chair_in_which_somebody_pauses_is_in_use() {
	chain(|| {
		let devices = seated(2);
		Now::set(20);
		assert_ok!(Devices::set_paused(signed(1), devices[1], 1, true));
		Now::set(90);
		assert_noop!(prune(1), Error::ChairInUse);
		assert_ok!(Devices::leave(signed(1), devices[1], 1));
		// Free since 92.
		Now::set(99);
		assert_noop!(prune(1), Error::ChairInUse);
		Now::set(100);
		assert_ok!(prune(1));
	});
}

#[test]
fn who_is_sent_to_the_end_sits_there_from_two_epochs_later_on() {
	chain(|| {
		let devices = idle(3);
		let now = Now::get();
		assert_ok!(vacate(devices[0], devices[2]));
		let from = now + 2;
		let told =
			Event::ChairTaken { device: devices[0], network: 1, from, cell: CELL(), index: 3 };
		assert_eq!(last_event(), told);
		let index = |epoch| Devices::facts(1, &devices[0], epoch).unwrap().chair.unwrap().index;
		assert_eq!((index(from - 1), index(from)), (0, 3));
		assert_eq!(Devices::counts(1, CELL(), from).unwrap().occupied, 3);
	});
}

#[derive(Clone, Debug)]
enum Step {
	Epochs(u32),
	Join(u8),
	Leave(u8),
	Pause(u8, bool),
	Move(u8, i32),
	Take(u8, u32),
	Vacate(u8, u8),
	Pay(u8, u32),
	PruneCell(i32),
	PruneChair(i32, u32),
	Remove(u8),
}

const DEVICES: u8 = 5;

fn step() -> impl Strategy<Value = Step> {
	let device = || 1..=DEVICES;
	prop_oneof![
		6 => (0u32..3).prop_map(Step::Epochs),
		1 => prop_oneof![Just(9u32), Just(280)].prop_map(Step::Epochs),
		3 => device().prop_map(Step::Join),
		3 => device().prop_map(Step::Leave),
		2 => (device(), any::<bool>()).prop_map(|(device, paused)| Step::Pause(device, paused)),
		5 => (device(), 0i32..3).prop_map(|(device, to)| Step::Move(device, to)),
		4 => (device(), 0u32..5).prop_map(|(device, index)| Step::Take(device, index)),
		2 => (device(), device()).prop_map(|(device, behind)| Step::Vacate(device, behind)),
		1 => (device(), 1u32..20).prop_map(|(device, ago)| Step::Pay(device, ago)),
		1 => (0i32..3).prop_map(Step::PruneCell),
		1 => (0i32..3, 0u32..5).prop_map(|(cell, index)| Step::PruneChair(cell, index)),
		1 => device().prop_map(Step::Remove),
	]
}

fn spot(number: i32) -> facts::Place {
	place(number * 10_000_000)
}

/// Who sits where as set last, by what each membership says.
fn sitting() -> BTreeMap<u8, Chair> {
	let all = (1..=DEVICES).filter_map(|device| Some((device, chair_of(id(device), 1)?)));
	all.collect()
}

fn act(step: &Step) -> frame_support::dispatch::DispatchResult {
	match *step {
		Step::Epochs(epochs) => {
			Now::mutate(|now| *now += epochs);
			Expired::set(Now::get().saturating_sub(10));
			Ok(())
		}
		Step::Join(device) => join(1, id(device), 1),
		Step::Leave(device) => Devices::leave(signed(1), id(device), 1),
		Step::Pause(device, paused) => Devices::set_paused(signed(1), id(device), 1, paused),
		Step::Move(device, to) => Devices::assert_place(signed(1), id(device), spot(to)),
		Step::Take(device, index) => take(id(device), index),
		Step::Vacate(device, behind) => vacate(id(device), id(behind)),
		Step::Pay(device, ago) => {
			Devices::claim(1, &id(device), &[Now::get().saturating_sub(ago)]);
			Ok(())
		}
		Step::PruneCell(cell) => Devices::prune_cell(signed(5), 1, cell_in(1, spot(cell))),
		Step::PruneChair(cell, index) => {
			Devices::prune_chair(signed(5), 1, cell_in(1, spot(cell)), index)
		}
		Step::Remove(device) => Devices::remove_membership(signed(1), id(device), 1),
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(192))]

	/// Whatever is done: each member that stands somewhere has one chair of its cell, no two have the same, nobody but itself
	/// and who sends it to the end moves it, and who takes a chair has found it free.
	#[test]
	fn chairs_are_as_a_plain_list_has_them(steps in prop::collection::vec(step(), 1..120)) {
		chain(|| {
			for device in 1..=DEVICES {
				registered(1, device, 1);
			}
			for step in steps {
				let before = sitting();
				let done = act(&step);
				let after = sitting();
				let places: BTreeSet<_> = after.values().map(|at| (at.cell, at.index)).collect();
				prop_assert_eq!(places.len(), after.len(), "two in a chair");
				let moved: Vec<u8> = (1..=DEVICES)
					.filter(|device| before.get(device) != after.get(device))
					.collect();
				let may = match step {
					Step::Join(device) | Step::Leave(device) | Step::Move(device, _)
					| Step::Take(device, _) | Step::Vacate(device, _) => vec![device],
					_ => vec![],
				};
				prop_assert!(moved.iter().all(|device| may.contains(device)), "{moved:?} by {step:?}");
				for device in &moved {
					if let Some(at) = after.get(device) {
						let taken = before.iter().any(|(other, chair)| other != device && chair == at);
						prop_assert!(!taken, "the chair was another's");
					}
				}
				if let (Step::Take(device, index), true) = (&step, done.is_ok()) {
					prop_assert_eq!(after[device].index, *index);
				}
				prop_assert_eq!(Devices::do_try_state(), Ok(()));
			}
			Ok(())
		})?;
	}

	/// Who sits where as of `e`, and how many there are, is the same from the opening of `e + 1` on for as long as facts are
	/// read, and fits together: whoever has a chair is named on it, and as many count as are there.
	#[test]
	fn chairs_of_the_past_never_change(steps in prop::collection::vec(step(), 1..80)) {
		chain(|| {
			for device in 1..=DEVICES {
				registered(1, device, 1);
			}
			let cells: Vec<u64> = (0..3).map(|number| cell_in(1, spot(number))).collect();
			let mut seen = BTreeMap::new();
			for step in steps {
				let _ = act(&step);
				let now = Now::get();
				for epoch in now.saturating_sub(8)..now {
					let facts: Vec<_> =
						(1..=DEVICES).map(|device| Devices::facts(1, &id(device), epoch)).collect();
					let sits = |cell: u64| {
						let of = facts.iter().flatten().filter_map(|facts| facts.chair);
						of.filter(move |chair| chair.cell.id == cell)
					};
					let names: Vec<_> = cells
						.iter()
						.flat_map(|cell| (0..8).map(move |index| (*cell, index)))
						.map(|(cell, index)| Devices::chair(1, cell, index, epoch))
						.collect();
					for (device, facts) in (1..).zip(&facts) {
						if let Some(facts::Chair { index, cell }) = facts.as_ref().and_then(|facts| facts.chair) {
							let named = Devices::chair(1, cell.id, index, epoch);
							prop_assert_eq!(named, Some(id(device)), "as of {} in {}", epoch, now);
							prop_assert_eq!(cell.occupied as usize, sits(cell.id).count());
							prop_assert!(index < cell.chairs);
						}
					}
					// Of a cell in which nobody was nobody asks.
					let counts: Vec<_> = cells
						.iter()
						.map(|cell| Devices::counts(1, *cell, epoch))
						.map(|counts| counts.filter(|counts| counts.occupied > 0))
						.collect();
					let all = (facts, names, counts);
					let before = seen.entry(epoch).or_insert_with(|| all.clone());
					prop_assert_eq!(&*before, &all, "as of {} in {}", epoch, now);
				}
			}
			Ok(())
		})?;
	}
}
