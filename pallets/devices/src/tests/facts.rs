//! Places, data sets, keys: facts as of an epoch.

use super::*;
use proptest::prelude::*;
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

#[test]
fn a_data_set_counts_two_epochs_later_and_can_be_given_up() {
	chain(|| {
		let device = registered(1, 1, 0);
		let set = DataSet { root: H256::repeat_byte(4), pieces: 9 };
		assert_noop!(
			Devices::commit_data_set(signed(1), device, Some(DataSet { pieces: 0, ..set })),
			Error::EmptyDataSet
		);
		assert_ok!(Devices::commit_data_set(signed(1), device, Some(set)));
		Now::set(13);
		assert_ok!(Devices::commit_data_set(signed(1), device, None));
		assert_eq!(last_event(), Event::DataSetCommitted { device, from: 15, data_set: None });

		let sets: Vec<_> =
			(12..16).map(|epoch| Devices::facts(0, &device, epoch).unwrap().data_set).collect();
		assert_eq!(sets, [Some(set), Some(set), Some(set), None]);
		assert_noop!(Devices::commit_data_set(signed(2), device, None), Error::NotOwner);
		assert_noop!(Devices::commit_data_set(signed(1), id(3), None), Error::NotFound);
		assert_noop!(
			Devices::commit_data_set(RuntimeOrigin::none(), device, None),
			DispatchError::BadOrigin
		);
	});
}

#[test]
fn a_report_key_is_rotated_by_the_hardware_keys_certificate_once() {
	chain(|| {
		let device = registered(1, 1, 0);
		let new = pair(50).public();
		let certify = |key: &_, rotation| {
			pair(1).sign(&signing::rotation(&Devices::genesis_hash(), &device, key, rotation))
		};
		let certificate = certify(&new, 0);
		Now::set(20);
		assert_noop!(Devices::rotate(signed(2), device, new, certificate), Error::NotOwner);
		assert_noop!(
			Devices::rotate(signed(1), device, pair(51).public(), certificate),
			Error::BadCertificate
		);
		assert_noop!(Devices::rotate(signed(1), id(3), new, certificate), Error::NotFound);
		assert_noop!(
			Devices::rotate(RuntimeOrigin::none(), device, new, certificate),
			DispatchError::BadOrigin
		);
		assert_ok!(Devices::rotate(signed(1), device, new, certificate));

		assert_eq!(last_event(), Event::Rotated { device, from: 22, key: new });
		assert_eq!(Devices::facts(0, &device, 21).unwrap().key, pair(1).public());
		assert_eq!(Devices::facts(0, &device, 22).unwrap().key, new);
		assert_noop!(Devices::rotate(signed(1), device, new, certificate), Error::BadCertificate);
		assert_ok!(Devices::rotate(
			signed(1),
			device,
			pair(52).public(),
			certify(&pair(52).public(), 1)
		));
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
				let _ = match step {
					Step::Epochs(epochs) => {
						Now::mutate(|now| *now += epochs);
						Ok(())
					},
					Step::Leave => Devices::leave(signed(1), device, 1),
					Step::Join(to) => Devices::join(signed(1), device, 1, account(to), CUT, None),
					Step::Pause(paused) => Devices::set_paused(signed(1), device, 1, paused),
					Step::Seat(to) => Devices::set_seat(signed(1), device, 1, account(to), CUT),
					Step::Place(north) => Devices::assert_place(signed(1), device, place(north)),
					Step::Data(pieces) => {
						let set = DataSet { root: H256::zero(), pieces };
						Devices::commit_data_set(signed(1), device, (pieces > 0).then_some(set))
					},
					Step::Rotate(to) => {
						let rotations = Rows::<Test>::get(device).unwrap().rotations;
						let key = pair(to).public();
						let genesis = Devices::genesis_hash();
						let message = signing::rotation(&genesis, &device, &key, rotations);
						Devices::rotate(signed(1), device, key, pair(1).sign(&message))
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
