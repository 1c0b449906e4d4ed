//! What this pallet keeps. [`crate::pallet`] takes it in as if it stood there.

use frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod storage {
	/// The epoch that the protocol's clock shows.
	#[pallet::storage]
	pub type CurrentEpoch<T> = StorageValue<_, EpochIndex, ValueQuery>;

	/// What was in force in each recent epoch.
	#[pallet::storage]
	pub type Epochs<T> = StorageMap<_, Twox64Concat, EpochIndex, EpochRecord>;

	/// When recent epochs were opened, in milliseconds of Unix time, in their order.
	#[pallet::storage]
	pub type Opened<T> =
		StorageValue<_, BoundedVec<(EpochIndex, u64), ConstU32<OPENED_KEPT>>, ValueQuery>;

	/// When each epoch freezes and when its claims end, until they have.
	#[pallet::storage]
	pub type Schedules<T> = StorageMap<_, Twox64Concat, EpochIndex, Schedule>;

	/// Epochs that have stood still, since claims were not taken in a quarter of each.
	#[pallet::storage]
	pub type StoodStill<T> = StorageValue<_, EpochIndex, ValueQuery>;

	/// Blocks of the present epoch in which claims were not taken.
	#[pallet::storage]
	pub type StoppedBlocks<T> = StorageValue<_, u32, ValueQuery>;

	/// Blocks since the epoch opened and since its last gap.
	#[pallet::storage]
	pub type SteadyBlocks<T> = StorageValue<_, u32, ValueQuery>;

	/// The last block's slot.
	#[pallet::storage]
	pub type LastSlot<T> = StorageValue<_, u64, OptionQuery>;

	/// Consensus' randomness when the epoch opened, until the epoch's entropy is made of it.
	#[pallet::storage]
	pub type OpeningRandomness<T> = StorageValue<_, H256, OptionQuery>;

	/// The draw's entropy as far as it has come.
	#[pallet::storage]
	pub type PartialDraw<T> = StorageValue<_, H256, ValueQuery>;

	/// The protocol's parameters. A change counts from two epochs later.
	#[pallet::storage]
	pub type ProtocolParameters<T> = StorageValue<_, History<Parameters, 4>, ValueQuery>;

	/// Aggregators.
	#[pallet::storage]
	pub type Aggregators<T: Config> = StorageMap<_, Blake2_128Concat, AccountId32, AggregatorOf<T>>;

	/// What aggregators say of themselves.
	#[pallet::storage]
	pub type Profiles<T: Config> =
		StorageMap<_, Blake2_128Concat, AccountId32, profiles::Said<BalanceOf<T>>>;

	/// Whose publisher key this is.
	#[pallet::storage]
	pub type Publishers<T> = StorageMap<_, Blake2_128Concat, ReportKey, AccountId32>;

	/// What aggregators rent of the work that judges do in an epoch.
	#[pallet::storage]
	pub type WorkMarket<T> = StorageValue<_, Market, ValueQuery>;

	/// What aggregators rent of nodes' statement stores, in bytes.
	#[pallet::storage]
	pub type ByteMarket<T> = StorageValue<_, Market, ValueQuery>;

	/// The aggregator that was visited last, until the next round.
	#[pallet::storage]
	pub type Visited<T> = StorageValue<_, AccountId32, OptionQuery>;

	/// Batches, by the epoch of their reports.
	#[pallet::storage]
	pub type Commitments<T: Config> =
		StorageDoubleMap<_, Twox64Concat, EpochIndex, Blake2_128Concat, BatchId, CommitmentOf<T>>;

	/// Which batch an aggregator's shard is.
	#[pallet::storage]
	pub type Shards<T> = StorageDoubleMap<
		_,
		Twox64Concat,
		EpochIndex,
		Blake2_128Concat,
		(NetworkId, AccountId32, Shard),
		BatchId,
	>;

	/// Batches whose commitment was refused: nobody can have the same words spend quota again.
	#[pallet::storage]
	pub type Refused<T> =
		StorageDoubleMap<_, Twox64Concat, EpochIndex, Blake2_128Concat, BatchId, ()>;

	/// Seals, by the epoch of the reports, until the freeze. Those of all judges that match the result go when it settles.
	#[pallet::storage]
	pub type Seals<T> = StorageDoubleMap<
		_,
		Twox64Concat,
		EpochIndex,
		Blake2_128Concat,
		(BatchId, Round),
		SealsOf,
		ValueQuery,
	>;

	/// Which judges lack a batch's bodies, by the epoch of the reports, until the freeze: a bit each by their place in the
	/// record of the epoch after it.
	#[pallet::storage]
	pub type Missing<T> =
		StorageDoubleMap<_, Twox64Concat, EpochIndex, Blake2_128Concat, BatchId, Matched>;

	/// Seals of members of committees for batches of an epoch that were neither the final result nor that the body is not
	/// there, by judge, until claims end.
	#[pallet::storage]
	pub type FalseSeals<T> = StorageDoubleMap<
		_,
		Twox64Concat,
		EpochIndex,
		Blake2_128Concat,
		AccountId32,
		u32,
		ValueQuery,
	>;

	/// Scores of a network's settled batches, in sum.
	#[pallet::storage]
	pub type Totals<T> =
		StorageDoubleMap<_, Twox64Concat, EpochIndex, Twox64Concat, NetworkId, u64, ValueQuery>;

	/// Elements that the chain itself judged, in place of those in a settled result.
	#[pallet::storage]
	pub type Corrections<T> =
		StorageDoubleMap<_, Twox64Concat, EpochIndex, Blake2_128Concat, (BatchId, u32), Element>;

	/// The first epoch whose commitments still hold bonds.
	#[pallet::storage]
	pub type FirstUnfrozen<T> = StorageValue<_, EpochIndex, ValueQuery>;

	/// The last batch of [`FirstUnfrozen`] whose bond was given back.
	#[pallet::storage]
	pub type FreezeCursor<T> = StorageValue<_, BatchId, OptionQuery>;

	/// The first epoch whose rows are still there.
	#[pallet::storage]
	pub type FirstUnpruned<T> = StorageValue<_, EpochIndex, ValueQuery>;

	/// The first epoch whose record is still there.
	#[pallet::storage]
	pub type FirstRecord<T> = StorageValue<_, EpochIndex, ValueQuery>;
}
