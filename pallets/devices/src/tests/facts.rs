//! What was true as of an epoch stays true, whatever an owner changes.

use super::*;
use frame_support::dispatch::DispatchResult;
use proptest::prelude::*;
use substation_primitives::DeviceId;
use substation_proofs::facts::{self, DeviceFacts};

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
fn a_device_is_shown_with_everything_as_set_last() {
	chain(|| {
		let device = registered(1, 1, 0);
		let fresh = Devices::device(device).unwrap();
		assert_eq!((fresh.owner, fresh.offered_to), (account(1), None));
		assert_eq!((fresh.report_key, fresh.rotations), (Some(pair(1).public()), 0));
		assert_eq!((fresh.place, fresh.data_set), (None, None));
		assert_eq!(fresh.seats, [(0, seat_of(device, 0))]);

		assert_ok!(join(1, device, 4));
		assert_ok!(Devices::assert_place(signed(1), device, place(0)));
		let set = DataSet { root: H256::repeat_byte(4), pieces: 9 };
		assert_ok!(Devices::commit_data_set(signed(1), device, Some(set)));
		let key = pair(50).public();
		let word = signing::rotation(&Devices::genesis_hash(), &device, &key, 0);
		assert_ok!(Devices::rotate(signed(1), device, key, pair(1).sign(&word)));
		assert_ok!(Devices::offer(signed(1), device, Some(account(2))));
		assert_ok!(Devices::leave(signed(1), device, 0));
		let changed = Devices::device(device).unwrap();
		assert_eq!(changed.offered_to, Some(account(2)));
		assert_eq!((changed.report_key, changed.rotations), (Some(key), 1));
		assert_eq!((changed.place, changed.data_set), (Some(place(0)), Some(set)));
		assert_eq!(changed.seats, [(0, None), (4, seat_of(device, 4))]);
	});
}

#[test]
fn a_device_that_is_not_registered_is_not_shown() {
	chain(|| {
		registered(1, 1, 0);
		assert_eq!(Devices::device(id(2)), None);
		assert_eq!(Devices::device_facts(0, id(2), 12), None);
	});
}

#[test]
fn facts_are_shown_as_judges_read_them() {
	chain(|| {
		let device = registered(1, 1, 1);
		assert_ok!(Devices::assert_place(signed(1), device, place(0)));
		let shown = Devices::device_facts(1, device, 12).unwrap();

		let expected = DeviceFacts {
			key: pair(1).public(),
			owner: account(1),
			aggregator: account(9),
			aggregator_since: 12,
			cut: 50_000,
			since: 12,
			place: Some(place(0)),
			chair: Some(facts::Chair {
				index: 0,
				cell: facts::Cell { id: cell_in(1, place(0)), occupied: 1, chairs: 1 },
			}),
			data_set: None,
		};
		assert_eq!(shown, expected);
		assert_eq!(Devices::facts(1, &device, 12), Some(expected));
		assert_eq!(Devices::device_facts(1, device, 11), None, "it was no member");
		assert_eq!(Devices::device_facts(0, device, 12), None, "nor is it one there");
	});
}

#[derive(Clone, Debug)]
enum Step {
	Epochs(u32),
	Leave,
	Join(u8),
	Pause(bool),
	Seat(u8),
	Place(i32),
	Data(u32),
	Rotate(u8),
	Sell(u8),
}

fn step() -> impl Strategy<Value = Step> {
	prop_oneof![
		4 => (0u32..4).prop_map(Step::Epochs),
		1 => Just(Step::Leave),
		1 => (1u8..5).prop_map(Step::Join),
		1 => any::<bool>().prop_map(Step::Pause),
		1 => (1u8..5).prop_map(Step::Seat),
		1 => (0i32..3).prop_map(|n| Step::Place(n * 5_000_000)),
		1 => (0u32..3).prop_map(Step::Data),
		1 => (60u8..64).prop_map(Step::Rotate),
		1 => (1u8..4).prop_map(Step::Sell),
	]
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(128))]

	/// Whatever owners do, facts as of `e` are the same from the opening of `e + 1` for as long as
	/// the window lasts.
	#[test]
	fn facts_of_the_past_never_change(steps in prop::collection::vec(step(), 1..80)) {
		chain(|| {
			let device = registered(1, 1, 1);
			let mut seen = std::collections::BTreeMap::new();
			for step in steps {
				let owner = Rows::<Test>::get(device).unwrap().owner;
				let owned = || RuntimeOrigin::signed(owner.clone());
				let _ = match step {
					Step::Epochs(epochs) => {
						Now::mutate(|now| *now += epochs);
						Ok(())
					},
					Step::Leave => Devices::leave(owned(), device, 1),
					Step::Join(to) => Devices::join(owned(), device, 1, account(to), CUT, None),
					Step::Pause(paused) => Devices::set_paused(owned(), device, 1, paused),
					Step::Seat(to) => Devices::set_seat(owned(), device, 1, account(to), CUT),
					Step::Place(north) => Devices::assert_place(owned(), device, place(north)),
					Step::Data(pieces) => {
						let set = DataSet { root: H256::zero(), pieces };
						Devices::commit_data_set(owned(), device, (pieces > 0).then_some(set))
					},
					Step::Sell(to) => {
						System::set_block_number(System::block_number() + 20);
						Devices::offer(owned(), device, Some(account(to)))
							.and_then(|()| Devices::accept(signed(to), device))
					},
					Step::Rotate(to) => {
						let rotations = Rows::<Test>::get(device).unwrap().rotations;
						let key = pair(to).public();
						let genesis = Devices::genesis_hash();
						let message = signing::rotation(&genesis, &device, &key, rotations);
						Devices::rotate(owned(), device, key, pair(1).sign(&message))
					},
				};
				let now = Now::get();
				for epoch in now.saturating_sub(8)..now {
					let facts = Devices::facts(1, &device, epoch);
					let before = seen.entry(epoch).or_insert_with(|| facts.clone());
					prop_assert_eq!(&*before, &facts, "as of {} in {}", epoch, now);
				}
			}
			Ok(())
		})?;
	}
}
