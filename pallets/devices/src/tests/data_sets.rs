//! Committing a device to data.

use super::*;

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
