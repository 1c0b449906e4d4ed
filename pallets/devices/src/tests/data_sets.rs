//! Committing a device to data.

use super::*;

const SET: DataSet = DataSet { root: H256::repeat_byte(4), pieces: 9 };

fn commit(number: u8, device: H256, set: Option<DataSet>) -> Result<(), DispatchError> {
	Devices::commit_data_set(signed(number), device, set)
}

#[test]
fn a_data_set_is_stored_and_told_and_counts_two_epochs_later() {
	chain(|| {
		let device = registered(1, 1, 0);
		Now::set(20);
		assert_ok!(commit(1, device, Some(SET)));

		assert_eq!(last_event(), Event::DataSetCommitted { device, from: 22, data_set: Some(SET) });
		assert_eq!(Rows::<Test>::get(device).unwrap().data_set.latest(), Some(&Some(SET)));
		assert_eq!(Devices::facts(0, &device, 21).unwrap().data_set, None);
		assert_eq!(Devices::facts(0, &device, 22).unwrap().data_set, Some(SET));
	});
}

#[test]
fn a_data_set_can_be_given_up() {
	chain(|| {
		let device = registered(1, 1, 0);
		assert_ok!(commit(1, device, Some(SET)));
		Now::set(13);
		assert_ok!(commit(1, device, None));
		assert_eq!(last_event(), Event::DataSetCommitted { device, from: 15, data_set: None });

		let sets: Vec<_> =
			(12..16).map(|epoch| Devices::facts(0, &device, epoch).unwrap().data_set).collect();
		assert_eq!(sets, [Some(SET), Some(SET), Some(SET), None]);
	});
}

#[test]
fn a_data_set_has_a_piece_at_least() {
	chain(|| {
		let device = registered(1, 1, 0);
		let with = |pieces| commit(1, device, Some(DataSet { pieces, ..SET }));
		assert_noop!(with(0), Error::EmptyDataSet);
		assert_ok!(with(1));
		assert_ok!(with(u32::MAX));
	});
}

#[test]
fn of_two_commitments_in_an_epoch_the_later_counts() {
	chain(|| {
		let device = registered(1, 1, 0);
		assert_ok!(commit(1, device, Some(SET)));
		assert_ok!(commit(1, device, Some(DataSet { pieces: 10, ..SET })));

		assert_eq!(Devices::facts(0, &device, 12).unwrap().data_set.unwrap().pieces, 10);
		assert_eq!(Rows::<Test>::get(device).unwrap().data_set.len(), 1);
	});
}

#[test]
fn a_data_set_leaves_place_and_seniority() {
	chain(|| {
		let device = registered(1, 1, 0);
		assert_ok!(Devices::assert_place(signed(1), device, place(0)));
		Now::set(20);
		assert_ok!(commit(1, device, Some(SET)));

		let facts = Devices::facts(0, &device, 22).unwrap();
		assert_eq!((facts.place, facts.since), (Some(place(0)), 12));
	});
}

#[test]
fn only_the_owner_commits_a_device() {
	chain(|| {
		let device = registered(1, 1, 0);
		assert_noop!(commit(2, device, Some(SET)), Error::NotOwner);
	});
}

#[test]
fn a_device_that_is_not_registered_commits_to_nothing() {
	chain(|| {
		registered(1, 1, 0);
		assert_noop!(commit(1, id(3), Some(SET)), Error::NotFound);
	});
}

#[test]
fn who_does_not_sign_commits_to_nothing() {
	chain(|| {
		let device = registered(1, 1, 0);
		for origin in unsigned() {
			assert_noop!(
				Devices::commit_data_set(origin, device, Some(SET)),
				DispatchError::BadOrigin
			);
		}
	});
}

#[test]
fn data_sets_change_as_often_as_old_ones_are_remembered() {
	chain(|| {
		let device = registered(1, 1, 0);
		for epoch in 11..16 {
			Now::set(epoch);
			assert_ok!(commit(1, device, Some(DataSet { pieces: epoch, ..SET })));
		}
		Now::set(16);
		assert_noop!(commit(1, device, None), Error::TooManyChanges);
		// The second set counts from 14.
		Now::set(21);
		assert_noop!(commit(1, device, None), Error::TooManyChanges);
		Now::set(22);
		assert_ok!(commit(1, device, None));
		assert_eq!(Devices::facts(0, &device, 14).unwrap().data_set.unwrap().pieces, 12);
	});
}
