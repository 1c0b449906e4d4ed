//! What this pallet keeps. [`crate::pallet`] takes it in as if it stood there.

use frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod storage {
	/// What is offered in each network.
	#[pallet::storage]
	pub type Offers<T> = StorageDoubleMap<_, Twox64Concat, NetworkId, Twox64Concat, OfferId, Offer>;

	/// How many offers were ever posted.
	#[pallet::storage]
	pub type NextOfferId<T> = StorageValue<_, OfferId, ValueQuery>;

	/// Agreements that were not finished.
	#[pallet::storage]
	pub type Agreements<T> = StorageMap<_, Twox64Concat, AgreementId, Agreement>;

	/// How many agreements were ever opened.
	#[pallet::storage]
	pub type NextAgreementId<T> = StorageValue<_, AgreementId, ValueQuery>;

	/// Agreements of which an account is a side.
	#[pallet::storage]
	pub type Parties<T> =
		StorageDoubleMap<_, Blake2_128Concat, AccountId32, Twox64Concat, AgreementId, ()>;

	/// Deals about each device, which claims for its reports pay by.
	#[pallet::storage]
	pub type Deals<T> = StorageMap<
		_,
		Twox64Concat,
		DeviceId,
		BoundedVec<AgreementId, ConstU32<MAX_DEALS>>,
		ValueQuery,
	>;

	/// What payers owe hosts in each network, by payer and epoch.
	#[pallet::storage]
	pub type Bills<T> = StorageDoubleMap<
		_,
		Twox64Concat,
		NetworkId,
		Blake2_128Concat,
		(AccountId32, EpochIndex),
		Bill,
	>;

	/// Which leaves of a bill were collected: a bit each, the first in the lowest of the first byte.
	#[pallet::storage]
	pub type Collected<T> = StorageDoubleMap<
		_,
		Twox64Concat,
		NetworkId,
		Blake2_128Concat,
		(AccountId32, EpochIndex),
		BoundedVec<u8, ConstU32<{ MAX_LEAVES / 8 }>>,
		ValueQuery,
	>;

	/// What stayed burned of sales of devices' service, where somebody pays for counting.
	#[pallet::storage]
	pub type SoldOf<T> = StorageDoubleMap<_, Twox64Concat, NetworkId, Twox64Concat, DeviceId, Sold>;

	/// How networks divide sales. One that is not here has the usual division.
	#[pallet::storage]
	pub type Divisions<T> = StorageMap<_, Twox64Concat, NetworkId, Division, ValueQuery>;

	/// What was sold in each network of late: an epoch's is written over 64 epochs later.
	#[pallet::storage]
	pub type Usages<T> =
		StorageDoubleMap<_, Twox64Concat, NetworkId, Twox64Concat, u8, Usage, ValueQuery>;

	/// What providers have sold, ever.
	#[pallet::storage]
	pub type Records<T> = StorageMap<_, Blake2_128Concat, AccountId32, Record>;
}
