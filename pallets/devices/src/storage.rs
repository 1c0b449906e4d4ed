//! What this pallet keeps. [`crate::pallet`] takes it in as if it stood there.

use frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod storage {
	/// Devices.
	#[pallet::storage]
	pub type Devices<T: Config> = StorageMap<_, Blake2_128Concat, DeviceId, DeviceOf<T>>;

	/// Memberships.
	#[pallet::storage]
	pub type Memberships<T: Config> =
		StorageDoubleMap<_, Twox64Concat, NetworkId, Blake2_128Concat, DeviceId, MembershipOf<T>>;

	/// What is counted in each cell of each network that numbers its members.
	#[pallet::storage]
	pub type Cells<T> =
		StorageDoubleMap<_, Twox64Concat, NetworkId, Blake2_128Concat, u64, Cell, ValueQuery>;

	/// Who sits in each chair, as a fact: by network, cell and number.
	#[pallet::storage]
	pub type Chairs<T> = StorageNMap<
		_,
		(
			NMapKey<Twox64Concat, NetworkId>,
			NMapKey<Blake2_128Concat, u64>,
			NMapKey<Twox64Concat, u32>,
		),
		ChairRow,
		ValueQuery,
	>;

	/// What owners say of their devices.
	#[pallet::storage]
	pub type Descriptions<T: Config> = StorageMap<_, Blake2_128Concat, DeviceId, SaidOf<T>>;

	/// How many seats name an account as their aggregator, as set last.
	#[pallet::storage]
	pub type Carried<T> = StorageMap<_, Blake2_128Concat, AccountId32, u32, ValueQuery>;
}
