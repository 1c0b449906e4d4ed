//! Leaving, coming back, choosing an aggregator, pausing.

use super::*;

#[test]
fn leaving_counts_two_epochs_later_and_keeps_the_row() {
	chain(|| {
		let device = registered(1, 1, 0);
		Now::set(20);
		assert_ok!(Devices::leave(signed(1), device, 0));

		assert_eq!(last_event(), Event::Left { device, network: 0, from: 22 });
		assert!(Devices::facts(0, &device, 21).is_some());
		assert_eq!(Devices::facts(0, &device, 22), None);
		assert!(Memberships::<Test>::contains_key(0, device));
		assert_noop!(Devices::leave(signed(1), device, 0), Error::NotMember);
		assert_noop!(Devices::leave(signed(2), device, 0), Error::NotOwner);
		assert_noop!(Devices::leave(signed(1), device, 1), Error::NotMember);
		assert_noop!(Devices::leave(signed(1), id(5), 0), Error::NotFound);
		assert_noop!(Devices::leave(RuntimeOrigin::none(), device, 0), DispatchError::BadOrigin);
	});
}

#[test]
fn who_leaves_and_comes_back_is_paid_once() {
	chain(|| {
		let device = registered(1, 1, 0);
		Now::set(20);
		assert_eq!(Devices::claim(0, &device, 15), Some(account(1)));
		assert_ok!(Devices::leave(signed(1), device, 0));
		Now::set(23);
		assert_ok!(Devices::join(signed(1), device, 0, account(9), CUT, None));
		assert_eq!(held(1), 1_030, "the row and its deposit are the same");

		assert_eq!(Devices::claim(0, &device, 15), None);
		assert!(Devices::is_paid(0, device, 15));
		assert_eq!(Devices::claim(0, &device, 16), Some(account(1)));
		assert_eq!(Devices::facts(0, &device, 25).unwrap().since, 25, "seniority starts again");
	});
}

#[test]
fn anybody_clears_a_network_that_has_ended_of_members_who_stay() {
	chain(|| {
		let device = registered(1, 1, 4);
		let before = held(1);
		Now::set(20);
		assert_noop!(Devices::leave(signed(2), device, 4), Error::NotOwner);
		Ended::set(true);
		assert_noop!(Devices::leave(signed(2), device, 0), Error::NotOwner);
		assert_ok!(Devices::leave(signed(2), device, 4));
		Expired::set(22);
		Ended::set(false);
		assert_noop!(Devices::remove_membership(signed(2), device, 4), Error::NotOwner);
		Ended::set(true);
		assert_ok!(Devices::remove_membership(signed(2), device, 4));
		assert!(held(1) < before && held(2) == 0, "it is the owner's deposit");
		assert_ok!(Devices::retire(signed(1), device));
		assert_eq!(held(1), 0);
	});
}

#[test]
fn a_membership_is_removed_only_when_its_last_epoch_has_expired() {
	chain(|| {
		let device = registered(1, 1, 0);
		assert_noop!(Devices::remove_membership(signed(1), device, 0), Error::AlreadyMember);
		assert_noop!(Devices::remove_membership(signed(1), device, 4), Error::NotMember);
		assert_noop!(Devices::remove_membership(signed(1), id(5), 0), Error::NotFound);
		Now::set(20);
		assert_ok!(Devices::leave(signed(1), device, 0));
		// It could report for epoch 21.
		Expired::set(21);
		assert_noop!(Devices::remove_membership(signed(1), device, 0), Error::StillClaimable);
		Expired::set(22);
		assert_noop!(Devices::remove_membership(signed(2), device, 0), Error::NotOwner);
		assert_noop!(
			Devices::remove_membership(RuntimeOrigin::none(), device, 0),
			DispatchError::BadOrigin
		);
		assert_ok!(Devices::remove_membership(signed(1), device, 0));

		assert_eq!(last_event(), Event::MembershipRemoved { device, network: 0 });
		assert_eq!(held(1), 100);
		assert_eq!(Devices::claim(0, &device, 15), None);
		assert_noop!(Devices::remove_membership(signed(1), device, 0), Error::NotMember);
	});
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
		let set =
			|origin, device, network| Devices::set_seat(origin, device, network, account(7), cut);
		assert_noop!(set(signed(2), device, 0), Error::NotOwner);
		assert_noop!(set(signed(1), device, 1), Error::NotMember);
		assert_noop!(set(signed(1), id(4), 0), Error::NotFound);
		assert_noop!(set(RuntimeOrigin::root(), device, 0), DispatchError::BadOrigin);
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
		let pause = |origin, device, network| Devices::set_paused(origin, device, network, true);
		assert_noop!(pause(signed(2), device, 0), Error::NotOwner);
		assert_noop!(pause(signed(1), device, 1), Error::NotMember);
		assert_noop!(pause(signed(1), id(4), 0), Error::NotFound);
		assert_noop!(pause(RuntimeOrigin::root(), device, 0), DispatchError::BadOrigin);
	});
}

#[test]
fn an_owner_who_toggles_cannot_make_the_chain_forget_and_can_still_leave() {
	chain(|| {
		let device = registered(1, 1, 0);
		let mut refused = false;
		for epoch in 11..18 {
			Now::set(epoch);
			let paused = epoch % 2 == 1;
			let done = Devices::set_paused(signed(1), device, 0, paused);
			refused |= done.is_err();
			if done.is_err() {
				assert_noop!(done, Error::TooManyChanges);
				assert_ok!(Devices::leave(signed(1), device, 0));
				break;
			}
		}
		assert!(refused, "a list that is full refuses");
		assert!(Devices::facts(0, &device, 12).is_some(), "what was true stays true");
	});
}

/// Changes that can be made in each epoch, until the list that remembers them is full.
type Change = fn(DeviceId, u32) -> DispatchResult;

#[test]
fn no_list_of_facts_is_changed_so_often_that_old_ones_are_forgotten() {
	let changes: [(&str, Change); 5] = [
		("rotate", |device, epoch| {
			let (key, rotation) = (pair(epoch as u8).public(), epoch - 11);
			let word = signing::rotation(&Devices::genesis_hash(), &device, &key, rotation);
			Devices::rotate(signed(1), device, key, pair(1).sign(&word))
		}),
		("set_seat", |device, epoch| {
			Devices::set_seat(signed(1), device, 0, account(epoch as u8), CUT)
		}),
		("assert_place", |device, epoch| {
			Devices::assert_place(signed(1), device, place(epoch as i32))
		}),
		("commit_data_set", |device, epoch| {
			let set = DataSet { root: H256::repeat_byte(4), pieces: epoch };
			Devices::commit_data_set(signed(1), device, Some(set))
		}),
		("leave and join", |device, epoch| match epoch % 2 {
			1 => Devices::leave(signed(1), device, 0),
			_ => Devices::join(signed(1), device, 0, account(9), CUT, None),
		}),
	];
	for (name, change) in changes {
		chain(|| {
			let device = registered(1, 1, 0);
			let refused = (11..20).find(|epoch| {
				Now::set(*epoch);
				let before = sp_io::storage::root(sp_runtime::StateVersion::V1);
				let done = frame_support::storage::with_storage_layer(|| change(device, *epoch));
				if done.is_err() {
					assert_eq!(done, Err(Error::TooManyChanges.into()), "{name}");
					assert_eq!(before, sp_io::storage::root(sp_runtime::StateVersion::V1));
				}
				done.is_err()
			});
			assert!(refused.is_some_and(|epoch| epoch >= 14), "{name}: {refused:?}");
			assert!(Devices::facts(0, &device, 12).is_some(), "what was true stays true");
		});
	}
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
