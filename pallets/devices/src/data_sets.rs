//! Data sets: what a device commits to hold.

use frame_support::{dispatch::DispatchResult, ensure};
use substation_primitives::{epoch::InspectEpochs, history, DeviceId};
use substation_proofs::facts::DataSet;

use crate::{Config, DeviceOf, Devices, Error, Event, Pallet};

impl<T: Config> Pallet<T> {
	/// Commits a device to data, or to none, from two epochs later on.
	pub(crate) fn do_commit_data_set(
		device: DeviceId,
		mut row: DeviceOf<T>,
		data_set: Option<DataSet>,
	) -> DispatchResult {
		ensure!(data_set.is_none_or(|set| set.pieces > 0), Error::<T>::EmptyDataSet);
		let now = T::Epochs::now();
		row.data_set
			.set(now, T::Epochs::window(), data_set)
			.map_err(|_| Error::<T>::TooManyChanges)?;
		Devices::<T>::insert(device, row);
		let from = now.saturating_add(history::DELAY);
		Self::deposit_event(Event::DataSetCommitted { device, from, data_set });
		Ok(())
	}
}
