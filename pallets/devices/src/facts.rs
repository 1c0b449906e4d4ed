//! Facts: what is true of a device as of an epoch, and what was set last.

use substation_primitives::{DeviceId, EpochIndex, NetworkId};
use substation_proofs::facts::DeviceFacts;

use crate::{Config, DeviceView, Devices, Memberships, Occupancy, Pallet, Seat};

impl<T: Config> Pallet<T> {
	/// A device's facts in `network` as of `epoch`; nothing if it was no active member.
	pub fn facts(network: NetworkId, device: &DeviceId, epoch: EpochIndex) -> Option<DeviceFacts> {
		let membership = Memberships::<T>::get(network, device)?;
		let seat = membership.seat.at(epoch)?.clone().filter(Seat::may_report)?;
		let row = Devices::<T>::get(device)?;
		let key = *row.report_key.at(epoch)?;
		let (placed, place) = match row.place.entry_at(epoch) {
			Some((since, place)) => (since, *place),
			None => (0, None),
		};
		let occupied = place
			.and_then(|place| Self::counted_cell(network, &place))
			.and_then(|cell| Occupancy::<T>::get(network, cell).at(epoch).copied())
			.unwrap_or(1);
		Some(DeviceFacts {
			key,
			aggregator: seat.aggregator,
			cut: seat.cut.deconstruct(),
			since: seat.since.max(placed),
			place,
			occupied,
			data_set: row.data_set.at(epoch).copied().flatten(),
		})
	}

	/// See [`Pallet::device`].
	pub(crate) fn view_of(device: DeviceId) -> Option<DeviceView> {
		let row = Devices::<T>::get(device)?;
		let seats = row
			.networks
			.iter()
			.map(|network| {
				let seat = Memberships::<T>::get(network, device)
					.and_then(|membership| membership.seat.latest().cloned().flatten());
				(*network, seat)
			})
			.collect();
		Some(DeviceView {
			owner: row.owner,
			offered_to: row.offered_to,
			report_key: row.report_key.latest().copied(),
			rotations: row.rotations,
			place: row.place.latest().copied().flatten(),
			data_set: row.data_set.latest().copied().flatten(),
			seats,
		})
	}
}
