//! What this pallet tells. [`crate::pallet`] takes it in as if it stood there.

use frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod events {
	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// An epoch has opened.
		EpochOpened {
			/// Which.
			epoch: EpochIndex,
			/// In which session.
			session: u32,
			/// How many judges it has.
			judges: u32,
		},
		/// An epoch's entropy is known: devices may bind evidence to it.
		EntropyFixed {
			/// Which epoch's.
			epoch: EpochIndex,
			/// The entropy.
			entropy: H256,
		},
		/// Time stood still in an epoch: nothing is paid for it.
		EpochVoided {
			/// Which.
			epoch: EpochIndex,
		},
		/// Claims were not taken in a quarter of an epoch: those that are open end an epoch later.
		EpochStoodStill {
			/// Which.
			epoch: EpochIndex,
		},
		/// An aggregator was registered.
		AggregatorRegistered {
			/// Who.
			aggregator: AccountId32,
			/// The key that signs what it publishes.
			publisher: ReportKey,
			/// The work per epoch that it asks for.
			quota: WorkUnits,
		},
		/// An aggregator has replaced its publisher key.
		PublisherRotated {
			/// Who.
			aggregator: AccountId32,
			/// The key that signs what it publishes from now on.
			publisher: ReportKey,
		},
		/// An aggregator leaves.
		AggregatorLeaving {
			/// Who.
			aggregator: AccountId32,
			/// From which epoch on it can take its bond back.
			free_at: EpochIndex,
			/// Why.
			why: Why,
		},
		/// An aggregator asks for other capacity than before.
		CapacityAsked {
			/// Who.
			aggregator: AccountId32,
			/// Units of work per epoch.
			quota: WorkUnits,
			/// Bytes in nodes' statement stores.
			allowance: u32,
		},
		/// An aggregator is granted other capacity than before. What is more counts from the next epoch on.
		CapacityGranted {
			/// Who.
			aggregator: AccountId32,
			/// Units of work per epoch.
			quota: WorkUnits,
			/// Bytes in nodes' statement stores.
			allowance: u32,
		},
		/// Rent was taken from an aggregator, and burned.
		RentPaid {
			/// Who.
			aggregator: AccountId32,
			/// What was taken from its free balance.
			rent: BalanceOf<T>,
			/// What was taken from its bond, since that was not enough.
			of_bond: BalanceOf<T>,
		},
		/// An aggregator has left and has its bond back.
		AggregatorLeft {
			/// Who.
			aggregator: AccountId32,
			/// What was given back.
			bond: BalanceOf<T>,
		},
		/// A batch was committed to.
		Committed {
			/// The batch.
			batch: BatchId,
			/// Its network.
			network: NetworkId,
			/// The epoch of its reports.
			epoch: EpochIndex,
			/// Who published it.
			aggregator: AccountId32,
		},
		/// A commitment was refused. It has spent quota all the same.
		CommitRefused {
			/// Who wanted to commit.
			aggregator: AccountId32,
			/// The batch.
			batch: BatchId,
			/// Why.
			reason: Refusal,
		},
		/// Seals were taken.
		Sealed {
			/// Whose.
			judge: AccountId32,
			/// How many.
			seals: u32,
		},
		/// A batch was settled.
		Settled {
			/// The batch.
			batch: BatchId,
			/// Its network.
			network: NetworkId,
			/// The epoch of its reports.
			epoch: EpochIndex,
			/// By whom.
			round: Round,
			/// How many judges sealed this result.
			matched: u32,
			/// Scores, in sum.
			total: u64,
		},
		/// A batch held more work or more reports than declared: it pays nobody.
		Underdeclared {
			/// The batch.
			batch: BatchId,
			/// The epoch of its reports.
			epoch: EpochIndex,
		},
		/// All judges agree that what was committed to is not there.
		Unavailable {
			/// The batch.
			batch: BatchId,
			/// The epoch of its reports.
			epoch: EpochIndex,
		},
		/// Judges lack bodies.
		MissingListed {
			/// Who.
			judge: AccountId32,
			/// Of how many batches.
			batches: u32,
		},
		/// More than a third of the judges lack the bodies of a batch that a committee has settled: all judges decide.
		Reopened {
			/// The batch.
			batch: BatchId,
			/// Its network.
			network: NetworkId,
			/// The epoch of its reports.
			epoch: EpochIndex,
		},
		/// A member of a committee has sealed what is not the result.
		FalselySealed {
			/// Who.
			judge: AccountId32,
			/// The batch.
			batch: BatchId,
			/// The epoch of its reports.
			epoch: EpochIndex,
		},
		/// Nobody settled a batch in time.
		Expired {
			/// The batch.
			batch: BatchId,
			/// The epoch of its reports.
			epoch: EpochIndex,
		},
		/// A commitment's bond was given back, less what was taken from it.
		BondReturned {
			/// The batch.
			batch: BatchId,
			/// To whom.
			aggregator: AccountId32,
			/// What was given back.
			returned: BalanceOf<T>,
		},
		/// An aggregator says something else of itself.
		ProfileSet {
			/// Who.
			aggregator: AccountId32,
			/// What; nothing any more if none.
			profile: Option<AggregatorProfile>,
		},
		/// The protocol's parameters will change.
		ParametersSet {
			/// From which epoch on they count.
			from: EpochIndex,
			/// To what.
			parameters: Parameters,
		},
	}
}
