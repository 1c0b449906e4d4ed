//! Facts: what is true of a device as of an epoch, and what was set last.

use alloc::vec::Vec;
use substation_primitives::{DeviceId, EpochIndex, NetworkId};
use substation_proofs::facts::{self, DeviceFacts};

use crate::{
	cells::Counts, chairs::Chair, Cells, Config, DeviceView, Devices, Memberships, Pallet, Seat,
};

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
		let chair = membership.chair.at(epoch).copied().flatten();
		let chair = chair.and_then(|Chair { cell, index }| {
			let Counts { occupied, chairs } = *Cells::<T>::get(network, cell).counts.at(epoch)?;
			Some(facts::Chair { index, cell: facts::Cell { id: cell, occupied, chairs } })
		});
		Some(DeviceFacts {
			key,
			owner: row.owners.at(epoch)?.clone(),
			aggregator: seat.aggregator,
			aggregator_since: seat.carried_since,
			cut: seat.cut.deconstruct(),
			since: seat.since.max(placed),
			place,
			chair,
			data_set: row.data_set.at(epoch).copied().flatten(),
		})
	}

	/// See [`Pallet::device`].
	pub(crate) fn view_of(device: DeviceId) -> Option<DeviceView> {
		let row = Devices::<T>::get(device)?;
		let (mut seats, mut chairs) = (Vec::new(), Vec::new());
		for network in &row.networks {
			let membership = Memberships::<T>::get(network, device);
			let seat = membership.as_ref().and_then(|row| row.seat.latest().cloned().flatten());
			seats.push((*network, seat));
			let chair = membership.and_then(|row| row.chair.latest().copied().flatten());
			chairs.extend(chair.map(|chair| (*network, chair)));
		}
		Some(DeviceView {
			owner: row.owner,
			offered_to: row.offered_to,
			report_key: row.report_key.latest().copied(),
			rotations: row.rotations,
			place: row.place.latest().copied().flatten(),
			data_set: row.data_set.latest().copied().flatten(),
			seats,
			chairs,
		})
	}
}
