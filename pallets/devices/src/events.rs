//! What this pallet tells. [`crate::pallet`] takes it in as if it stood there.

use frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod events {
	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A device was registered.
		Registered {
			/// Which.
			device: DeviceId,
			/// Whose it is.
			owner: AccountId32,
		},
		/// A device has joined a network, or changed its seat there.
		Seated {
			/// Which.
			device: DeviceId,
			/// Which network.
			network: NetworkId,
			/// From which epoch on it counts.
			from: EpochIndex,
			/// The seat.
			seat: Seat,
		},
		/// A device leaves a network.
		Left {
			/// Which.
			device: DeviceId,
			/// Which network.
			network: NetworkId,
			/// From which epoch on it counts.
			from: EpochIndex,
		},
		/// A membership's row was removed and its deposit given back.
		MembershipRemoved {
			/// Which device's.
			device: DeviceId,
			/// In which network.
			network: NetworkId,
		},
		/// A device's place was asserted. Its seniority starts again.
		PlaceAsserted {
			/// Which.
			device: DeviceId,
			/// From which epoch on it counts.
			from: EpochIndex,
			/// Where.
			place: Place,
		},
		/// A device has committed to data.
		DataSetCommitted {
			/// Which.
			device: DeviceId,
			/// From which epoch on it counts.
			from: EpochIndex,
			/// To what; nothing if it stores nothing any more.
			data_set: Option<DataSet>,
		},
		/// A device's report key was rotated.
		Rotated {
			/// Which.
			device: DeviceId,
			/// From which epoch on it counts.
			from: EpochIndex,
			/// The new key.
			key: ReportKey,
		},
		/// A device was offered to somebody, or the offer was taken back.
		Offered {
			/// Which.
			device: DeviceId,
			/// To whom.
			to: Option<AccountId32>,
		},
		/// A device has a new owner.
		Transferred {
			/// Which.
			device: DeviceId,
			/// Whose it was.
			from: AccountId32,
			/// Whose it is.
			to: AccountId32,
		},
		/// A device was retired and its deposit given back.
		Retired {
			/// Which.
			device: DeviceId,
		},
		/// An empty cell's row was removed.
		CellPruned {
			/// In which network.
			network: NetworkId,
			/// Which.
			cell: u64,
		},
		/// A device is to sit in another chair of its cell.
		ChairTaken {
			/// Which.
			device: DeviceId,
			/// In which network.
			network: NetworkId,
			/// From which epoch on it counts.
			from: EpochIndex,
			/// In which cell.
			cell: u64,
			/// In which chair.
			index: u32,
		},
		/// An owner has said of a device where it is reached, and what it is called.
		Described {
			/// Which.
			device: DeviceId,
			/// What was said; nothing if that was taken back.
			description: Description,
		},
		/// A free chair's row was removed.
		ChairPruned {
			/// In which network.
			network: NetworkId,
			/// In which cell.
			cell: u64,
			/// Which.
			index: u32,
		},
	}
}
