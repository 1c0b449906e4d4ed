//! Everything that is stored twice, checked against each other.

use alloc::collections::BTreeMap;
use frame_support::{ensure, traits::fungible::InspectHold};
use sp_runtime::traits::Saturating;
use substation_primitives::{AccountId32, NetworkId};

use crate::{
	cells::Counts, chairs::Chair, BalanceOf, Carried, Cells, Chairs, Config, Descriptions, Devices,
	HoldReason, Memberships, Pallet,
};

impl<T: Config> Pallet<T> {
	/// Checks everything that is stored twice against each other.
	pub(crate) fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
		let mut held = BTreeMap::<AccountId32, BalanceOf<T>>::new();
		let mut counts = BTreeMap::<(NetworkId, u64), (u32, u32, u32)>::new();
		let mut carried = BTreeMap::<AccountId32, u32>::new();
		let (mut rows, mut sitting, mut described) = (0usize, 0usize, 0usize);
		for (device, row) in Devices::<T>::iter() {
			ensure!(row.hardware.device_id() == device, "an identity is not its key's hash");
			ensure!(
				row.owners.latest() == Some(&row.owner),
				"a device's owner is another as a fact"
			);
			let sum = held.entry(row.owner.clone()).or_default();
			*sum = sum.saturating_add(row.deposit);
			let mut deposits = BalanceOf::<T>::default();
			for network in &row.networks {
				rows = rows.saturating_add(1);
				let membership = Memberships::<T>::get(network, device)
					.ok_or("a device's network has no membership")?;
				deposits = deposits.saturating_add(membership.deposit);
				let seat = membership.seat.latest().cloned().flatten();
				let counted = seat.as_ref().is_some_and(|seat| seat.may_report());
				let seated = seat.is_some();
				if let Some(seat) = seat {
					let seats = carried.entry(seat.aggregator).or_default();
					*seats = seats.saturating_add(1);
				}
				let cell = Self::latest_cell(*network, &row).filter(|_| seated);
				let chair = membership.chair.latest().copied().flatten();
				ensure!(chair.map(|chair| chair.cell) == cell, "a device sits in another cell");
				if let Some(Chair { cell, index }) = chair {
					sitting = sitting.saturating_add(1);
					let named = Chairs::<T>::get((*network, cell, index)).latest().copied();
					ensure!(named == Some(Some(device)), "a device's chair names another");
					let count = counts.entry((*network, cell)).or_default();
					count.0 = count.0.saturating_add(1);
					count.1 = count.1.saturating_add(counted.into());
					count.2 = count.2.max(index.saturating_add(1));
				}
			}
			if let Some(said) = Descriptions::<T>::get(device) {
				ensure!(!said.description.is_empty(), "a description says nothing");
				ensure!(
					said.deposit == Self::description_deposit(&said.description),
					"a description holds another deposit than it takes"
				);
				deposits = deposits.saturating_add(said.deposit);
				described = described.saturating_add(1);
			}
			ensure!(row.deposit >= deposits, "a device's deposit is less than its memberships'");
		}
		ensure!(Memberships::<T>::iter().count() == rows, "a membership belongs to no device");
		ensure!(
			Descriptions::<T>::iter_keys().count() == described,
			"a description is of no device"
		);
		for (network, id, cell) in Cells::<T>::iter() {
			let (seated, occupied, last) = counts.remove(&(network, id)).unwrap_or_default();
			let Counts { occupied: counted, chairs } = cell.latest();
			ensure!((cell.seated, counted) == (seated, occupied), "a cell's count drifted");
			ensure!(last <= chairs, "a device sits behind its cell's last chair");
		}
		ensure!(counts.is_empty(), "a cell with devices is not counted");
		let named = Chairs::<T>::iter_values();
		let named = named.filter(|chair| chair.latest().copied().flatten().is_some()).count();
		ensure!(named == sitting, "somebody is named on a chair and does not sit there");
		ensure!(
			Carried::<T>::iter().collect::<BTreeMap<_, _>>() == carried,
			"aggregators' seats drifted from the memberships"
		);
		for (owner, sum) in held {
			ensure!(
				T::Currency::balance_on_hold(&HoldReason::Device.into(), &owner) == sum,
				"devices' deposits are not what is held"
			);
		}
		Ok(())
	}
}
