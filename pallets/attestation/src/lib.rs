//! # Attestation
//!
//! Turns devices' reports into totals that emission pays for.
//!
//! ## Overview
//!
//! Aggregators publish batches of reports off chain and commit to them here. Validators, as judges,
//! read the bodies in their off-chain workers, judge them, and *seal* their result before anybody
//! shows one. Once seals are closed, anybody *reveals* a result; it counts if it recomputes enough of
//! the seals. What a committee cannot settle, all judges do one epoch later; what nobody settles
//! expires. An epoch's totals are final at its *freeze*, `2 + D` epochs after it opened.
//!
//! Everything is counted in *epochs* of this pallet's own clock, which advances at session changes
//! but never faster than its windows need, and in blocks inside an epoch.
//!
//! Judging reads facts as of the epoch of the reports: see [`InspectFacts`]. What judges do is in
//! [`offchain`]; how a report is judged is not here at all, but in `substation-proofs`.
//!
//! ## Authorized calls
//!
//! [`Call::commit`], [`Call::seal`] and [`Call::reveal`] carry no account's signature and no fee. A
//! commitment spends quota that a bond was paid for; a seal can be made once per judge and batch; a
//! reveal is valid once per batch. All three are checked from cheap to dear before they enter a pool.

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	not(test),
	deny(
		clippy::unwrap_used,
		clippy::indexing_slicing,
		clippy::arithmetic_side_effects,
		clippy::panic
	)
)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod clock;
#[cfg(test)]
mod mock;
pub mod offchain;
#[cfg(test)]
mod tests;
pub mod traits;
pub mod types;
pub mod weights;

pub use pallet::*;
pub use traits::*;
pub use types::*;
pub use weights::WeightInfo;

use sp_runtime::KeyTypeId;

/// The session key that judges seal with.
pub const KEY_TYPE: KeyTypeId = KeyTypeId(*b"verd");

/// The session key that judges seal with, as an application key.
pub mod sr25519 {
	mod app {
		use sp_application_crypto::{app_crypto, sr25519};
		app_crypto!(sr25519, crate::KEY_TYPE);
	}
	/// A judge's public key.
	pub type JudgeId = app::Public;
	/// A judge's signature.
	pub type JudgeSignature = app::Signature;
}

use sr25519::{JudgeId, JudgeSignature};

#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use alloc::{boxed::Box, collections::BTreeSet, vec::Vec};
	use frame_support::{
		pallet_prelude::*,
		traits::{
			fungible::{hold, Credit},
			tokens::Precision,
			EnsureOrigin, OnUnbalanced,
		},
		weights::WeightMeter,
	};
	use frame_system::{offchain::CreateAuthorizedTransaction, pallet_prelude::*};
	use sp_application_crypto::RuntimeAppPublic;
	use sp_runtime::{
		traits::{SaturatedConversion, Saturating, Zero},
		transaction_validity::{InvalidTransaction, TransactionSource},
	};
	use substation_primitives::{
		batch::{
			self, quota_of, vector_tree, Element, ElementPath, Leaves, Shard, Sums, Terms, Vector,
			BODY_WORK, MAX_BODY_BYTES,
		},
		epoch::{
			committee, threshold, EpochRecord, Judge, Parameters, FACTS_AFTER_FREEZE,
			MAX_FACT_WINDOW,
		},
		history::History,
		keys::Signature,
		merkle, signing, AccountId32, BatchId, EpochIndex, NetworkId, ReportKey, WorkUnits,
		FULL_SCORE, H256,
	};

	/// The in-code storage version.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// How balances are counted.
	pub type BalanceOf<T> =
		<<T as Config>::Currency as frame_support::traits::fungible::Inspect<AccountId32>>::Balance;
	/// Balance taken from a bond, on its way to whom it is due.
	pub type CreditOf<T> = Credit<AccountId32, <T as Config>::Currency>;
	/// The record of a batch.
	pub type CommitmentOf<T> = Commitment<BalanceOf<T>>;
	/// Seals of one batch and round: a judge's place in the record, and its seal.
	pub type SealsOf =
		BoundedVec<(u16, H256), ConstU32<{ substation_primitives::epoch::MAX_JUDGES }>>;

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config:
		CreateAuthorizedTransaction<Call<Self>>
		+ frame_system::Config<AccountId = AccountId32, Hash = H256>
	{
		/// The token that bonds are paid in.
		type Currency: hold::Mutate<AccountId32, Reason = Self::RuntimeHoldReason>
			+ hold::Balanced<AccountId32>;
		/// The overarching reason for holding balance.
		type RuntimeHoldReason: From<HoldReason>;
		/// What is taken from bonds.
		type Slashed: OnUnbalanced<CreditOf<Self>>;
		/// Networks' policies and devices' facts.
		type Facts: InspectFacts;
		/// Bodies in the node's statement store.
		type Bodies: InspectBodies;
		/// What publishers may keep there.
		type Allowances: MutateAllowance;
		/// Who is told of settlements.
		type OnSettled: OnSettled;
		/// Who rewards judges.
		type Rewards: RewardJudges;
		/// The chain's consensus.
		type Consensus: InspectConsensus;
		/// Who may change the protocol's parameters.
		type ParametersOrigin: EnsureOrigin<Self::RuntimeOrigin>;
		/// Held from every aggregator.
		type AggregatorBond: Get<BalanceOf<Self>>;
		/// Held from an aggregator for each unit of its quota.
		type WorkBond: Get<BalanceOf<Self>>;
		/// Held from an aggregator for each byte of its allowance.
		type ByteBond: Get<BalanceOf<Self>>;
		/// Held from an aggregator for each commitment, until the freeze.
		type CommitmentBond: Get<BalanceOf<Self>>;
		/// What judging a unit of work costs an aggregator whose batch turns out to be unavailable.
		type JudgingFee: Get<BalanceOf<Self>>;
		/// Bytes that all allowances may add up to.
		type StoreQuota: Get<u64>;
		/// Priority of this pallet's transactions in the pool.
		#[pallet::constant]
		type Priority: Get<TransactionPriority>;
		/// Weights.
		type WeightInfo: WeightInfo;
		/// What benchmarks need of others.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: BenchmarkHelper;
	}

	/// Why balance is held.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// For an aggregator's quota and allowance.
		#[codec(index = 0)]
		Aggregator,
		/// For a commitment, until the freeze.
		#[codec(index = 1)]
		Commitment,
	}

	/// The epoch that the protocol's clock shows.
	#[pallet::storage]
	pub type CurrentEpoch<T> = StorageValue<_, EpochIndex, ValueQuery>;

	/// What was in force in each recent epoch.
	#[pallet::storage]
	pub type Epochs<T> = StorageMap<_, Twox64Concat, EpochIndex, EpochRecord>;

	/// When each epoch freezes and when its claims end, until they have.
	#[pallet::storage]
	pub type Schedules<T> = StorageMap<_, Twox64Concat, EpochIndex, Schedule>;

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
	pub type Aggregators<T: Config> =
		StorageMap<_, Blake2_128Concat, AccountId32, Aggregator<BalanceOf<T>>>;

	/// Whose publisher key this is.
	#[pallet::storage]
	pub type Publishers<T> = StorageMap<_, Blake2_128Concat, ReportKey, AccountId32>;

	/// Quotas of all aggregators, in sum.
	#[pallet::storage]
	pub type TotalQuota<T> = StorageValue<_, u64, ValueQuery>;

	/// Allowances of all aggregators in bytes, in sum.
	#[pallet::storage]
	pub type TotalAllowance<T> = StorageValue<_, u64, ValueQuery>;

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

	/// Seals, by the epoch of the reports, until the batch is settled.
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

	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// The protocol's parameters.
		pub parameters: Parameters,
		#[serde(skip)]
		#[doc(hidden)]
		pub _config: core::marker::PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			assert!(self.parameters.is_sound(), "the protocol's parameters contradict each other");
			ProtocolParameters::<T>::put(History::<_, 4>::always(self.parameters));
			Pallet::<T>::apply_genesis_parameters(self.parameters);
		}
	}

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
		/// An aggregator was registered.
		AggregatorRegistered {
			/// Who.
			aggregator: AccountId32,
			/// The key that signs what it publishes.
			publisher: ReportKey,
			/// Its work per epoch.
			quota: WorkUnits,
		},
		/// An aggregator announced that it leaves.
		AggregatorLeaving {
			/// Who.
			aggregator: AccountId32,
			/// From which epoch on it can take its bond back.
			free_at: EpochIndex,
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
		/// The protocol's parameters will change.
		ParametersSet {
			/// From which epoch on they count.
			from: EpochIndex,
			/// To what.
			parameters: Parameters,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The account is registered already. Leave first to change quota or key.
		AlreadyRegistered,
		/// Another aggregator uses this publisher key. Make a new one.
		PublisherInUse,
		/// The publisher key has not signed that this account may use it. Sign again, with that key,
		/// for this account and this chain.
		BadProof,
		/// The account is no aggregator. Register it first.
		NotAggregator,
		/// All quotas together would exceed the work that judges can do. Ask for less, or wait until
		/// another aggregator leaves.
		QuotaExhausted,
		/// The quota is below what the smallest batch spends. Ask for at least 256 units.
		QuotaTooSmall,
		/// All allowances together would exceed what nodes store. Ask for less.
		AllowanceExhausted,
		/// The allowance holds no body. Ask for at least one byte.
		AllowanceTooSmall,
		/// Leaving was announced already.
		AlreadyLeaving,
		/// Leaving was not announced. Announce it first.
		NotLeaving,
		/// The windows of the last commitment are not over. Wait until the epoch that the
		/// announcement named.
		StillBound,
		/// The parameters contradict each other or leave their bounds.
		UnsoundParameters,
		/// Parameters were changed too often of late. Wait an epoch.
		TooManyChanges,
		/// There is no such batch, or its claims have ended.
		NotFound,
		/// The batch was not settled.
		NotSettled,
		/// The epoch is not frozen: totals may still change. Wait for its freeze.
		NotFrozen,
		/// Claims for this epoch have ended.
		ClaimsEnded,
		/// The batch declared too little and pays nobody.
		PaysNothing,
		/// The element is not the one that the batch was settled with.
		WrongElement,
		/// The leaves are not those that the element stands for.
		WrongLeaves,
		/// The call is not valid now. It was accepted by nobody's pool.
		NotAuthorized,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(now: BlockNumberFor<T>) -> Weight {
			Self::tick(now.saturated_into());
			T::WeightInfo::on_initialize()
		}

		fn on_idle(_now: BlockNumberFor<T>, limit: Weight) -> Weight {
			let mut meter = WeightMeter::with_limit(limit);
			Self::return_bonds(&mut meter);
			Self::prune(&mut meter);
			meter.consumed()
		}

		fn offchain_worker(now: BlockNumberFor<T>) {
			match offchain::run::<T>(now.saturated_into()) {
				Ok(done) => log::debug!(target: offchain::LOG_TARGET, "at {now:?}: {done:?}"),
				Err(idle) => log::trace!(target: offchain::LOG_TARGET, "at {now:?}: {idle:?}"),
			}
		}

		fn integrity_test() {
			assert!(
				T::CommitmentBond::get()
					>= T::JudgingFee::get().saturating_mul(
						(batch::MAX_CHUNK_WORK.saturating_mul(batch::MAX_CHUNKS)).into()
					),
				"a commitment's bond covers the judging of the largest batch",
			);
			assert!(
				T::StoreQuota::get() >= u64::from(batch::MAX_BODY_BYTES),
				"the store holds at least one body",
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call(weight = T::WeightInfo)]
	impl<T: Config> Pallet<T> {
		/// Register the caller as an aggregator.
		///
		/// ## Dispatch Origin
		///
		/// Signed. The bond is held from the caller until [`Pallet::withdraw`].
		///
		/// ## Arguments
		///
		/// * `publisher`: the key that will sign commitments and statements.
		/// * `proof`: that key's signature over [`signing::publisher`]: nobody can take another's key.
		/// * `quota`: work per epoch, at least 256 units.
		/// * `allowance`: bytes in the statement store.
		///
		/// ## Errors
		///
		/// [`Error::AlreadyRegistered`], [`Error::PublisherInUse`], [`Error::QuotaTooSmall`],
		/// [`Error::QuotaExhausted`], [`Error::AllowanceTooSmall`], [`Error::AllowanceExhausted`],
		/// [`Error::BadProof`].
		///
		/// ## Events
		///
		/// [`Event::AggregatorRegistered`].
		#[pallet::call_index(0)]
		pub fn register_aggregator(
			origin: OriginFor<T>,
			publisher: ReportKey,
			proof: Signature,
			quota: WorkUnits,
			allowance: u32,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			ensure!(!Aggregators::<T>::contains_key(&who), Error::<T>::AlreadyRegistered);
			ensure!(!Publishers::<T>::contains_key(publisher), Error::<T>::PublisherInUse);
			ensure!(quota >= BODY_WORK, Error::<T>::QuotaTooSmall);
			ensure!(allowance > 0, Error::<T>::AllowanceTooSmall);
			let total_quota = TotalQuota::<T>::get().saturating_add(quota.into());
			ensure!(
				total_quota <= Self::latest_parameters().epoch_work.into(),
				Error::<T>::QuotaExhausted
			);
			let total_allowance = TotalAllowance::<T>::get().saturating_add(allowance.into());
			ensure!(total_allowance <= T::StoreQuota::get(), Error::<T>::AllowanceExhausted);
			let message = signing::publisher(&Self::genesis_hash(), &who);
			ensure!(publisher.verify(&proof, &message), Error::<T>::BadProof);
			let bond = Self::bond_for(quota, allowance);
			<T::Currency as hold::Mutate<_>>::hold(&HoldReason::Aggregator.into(), &who, bond)?;

			T::Allowances::grant(&publisher, offchain::statements_for(allowance), allowance);
			TotalQuota::<T>::put(total_quota);
			TotalAllowance::<T>::put(total_allowance);
			Publishers::<T>::insert(publisher, &who);
			let spent = (0, 0);
			let aggregator = Aggregator { publisher, quota, spent, allowance, bond, leaving: None };
			Aggregators::<T>::insert(&who, aggregator);
			Self::deposit_event(Event::AggregatorRegistered { aggregator: who, publisher, quota });
			Ok(())
		}

		/// Announce that the caller stops being an aggregator. It can commit to nothing from now on;
		/// its bond and its allowance stay until the windows of its last commitment are over.
		///
		/// ## Dispatch Origin
		///
		/// Signed by an aggregator.
		///
		/// ## Errors
		///
		/// [`Error::NotAggregator`], [`Error::AlreadyLeaving`].
		///
		/// ## Events
		///
		/// [`Event::AggregatorLeaving`].
		#[pallet::call_index(1)]
		pub fn leave(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			let mut aggregator = Aggregators::<T>::get(&who).ok_or(Error::<T>::NotAggregator)?;
			ensure!(aggregator.leaving.is_none(), Error::<T>::AlreadyLeaving);
			// The last commitment it can have made is for the epoch before this one.
			let free_at = CurrentEpoch::<T>::get().saturating_add(Self::fact_window());
			aggregator.leaving = Some(free_at);
			Aggregators::<T>::insert(&who, aggregator);
			Self::deposit_event(Event::AggregatorLeaving { aggregator: who, free_at });
			Ok(())
		}

		/// Take the bond back after leaving.
		///
		/// ## Dispatch Origin
		///
		/// Signed by an aggregator that has announced to leave.
		///
		/// ## Errors
		///
		/// [`Error::NotAggregator`], [`Error::NotLeaving`], [`Error::StillBound`].
		///
		/// ## Events
		///
		/// [`Event::AggregatorLeft`].
		#[pallet::call_index(2)]
		pub fn withdraw(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			let aggregator = Aggregators::<T>::get(&who).ok_or(Error::<T>::NotAggregator)?;
			let free_at = aggregator.leaving.ok_or(Error::<T>::NotLeaving)?;
			ensure!(CurrentEpoch::<T>::get() >= free_at, Error::<T>::StillBound);
			let Aggregator { publisher, quota, allowance, bond, .. } = aggregator;
			<T::Currency as hold::Mutate<_>>::release(
				&HoldReason::Aggregator.into(),
				&who,
				bond,
				Precision::BestEffort,
			)?;

			T::Allowances::revoke(&publisher, offchain::statements_for(allowance), allowance);
			TotalQuota::<T>::mutate(|total| *total = total.saturating_sub(quota.into()));
			TotalAllowance::<T>::mutate(|total| *total = total.saturating_sub(allowance.into()));
			Publishers::<T>::remove(publisher);
			Aggregators::<T>::remove(&who);
			Self::deposit_event(Event::AggregatorLeft { aggregator: who, bond });
			Ok(())
		}

		/// Commit to a batch of reports of the epoch before the present one.
		///
		/// ## Dispatch Origin
		///
		/// Authorized: signed by the aggregator's publisher key, within its quota, while commitments
		/// are open.
		///
		/// ## Arguments
		///
		/// * `terms`: what is committed to.
		/// * `signature`: over the terms' signing payload, by the publisher key.
		///
		/// ## Details
		///
		/// The call spends quota and never fails: what cannot be committed to is refused with a
		/// reason in [`Event::CommitRefused`].
		///
		/// ## Events
		///
		/// [`Event::Committed`] or [`Event::CommitRefused`].
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::commit(terms.cuts.len() as u32))]
		#[pallet::weight_of_authorize(T::WeightInfo::authorize_commit(terms.cuts.len() as u32))]
		#[pallet::authorize(Self::authorize_commit)]
		pub fn commit(origin: OriginFor<T>, terms: Terms, _signature: Signature) -> DispatchResult {
			ensure_authorized(origin)?;
			Self::do_commit(terms);
			Ok(())
		}

		/// Seal results.
		///
		/// ## Dispatch Origin
		///
		/// Authorized: signed by a judge's session key, while seals are open.
		///
		/// ## Arguments
		///
		/// * `bundle`: the seals.
		/// * `signature`: over the bundle's signing payload, by the judge's session key.
		///
		/// ## Details
		///
		/// The first seal of a judge for a batch counts; entries that are stale or not its to seal
		/// are skipped.
		///
		/// ## Events
		///
		/// [`Event::Sealed`].
		#[pallet::call_index(4)]
		#[pallet::weight({
			let seals = bundle.seals.len() as u32;
			T::WeightInfo::seal_committee(seals).max(T::WeightInfo::seal_full_set(seals))
		})]
		#[pallet::weight_of_authorize({
			let seals = bundle.seals.len() as u32;
			T::WeightInfo::authorize_seal_committee(seals)
				.max(T::WeightInfo::authorize_seal_full_set(seals))
		})]
		#[pallet::authorize(Self::authorize_seal)]
		pub fn seal(
			origin: OriginFor<T>,
			bundle: SealBundle,
			_signature: JudgeSignature,
		) -> DispatchResult {
			ensure_authorized(origin)?;
			Self::do_seal(bundle);
			Ok(())
		}

		/// Reveal a batch's result, which settles it.
		///
		/// ## Dispatch Origin
		///
		/// Authorized: anybody's, while reveals are open, if the result recomputes enough seals.
		///
		/// ## Arguments
		///
		/// * `round`: who judged.
		/// * `batch`: the batch.
		/// * `outcome`: what the judges found.
		///
		/// ## Errors
		///
		/// [`Error::NotAuthorized`] if the batch was settled by another reveal before this one.
		///
		/// ## Events
		///
		/// [`Event::Settled`], perhaps with [`Event::Underdeclared`]; or [`Event::Unavailable`].
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::reveal(Pallet::<T>::judges_at_most()))]
		#[pallet::weight_of_authorize(T::WeightInfo::authorize_reveal(Pallet::<T>::judges_at_most()))]
		#[pallet::authorize(Self::authorize_reveal)]
		pub fn reveal(
			origin: OriginFor<T>,
			round: Round,
			batch: BatchId,
			outcome: Outcome,
		) -> DispatchResult {
			ensure_authorized(origin)?;
			Self::do_reveal(round, batch, outcome).map_err(|_| Error::<T>::NotAuthorized.into())
		}

		/// Change the protocol's parameters from two epochs later on.
		///
		/// ## Dispatch Origin
		///
		/// [`Config::ParametersOrigin`].
		///
		/// ## Arguments
		///
		/// * `parameters`: all of them.
		///
		/// ## Errors
		///
		/// [`Error::UnsoundParameters`], [`Error::TooManyChanges`].
		///
		/// ## Events
		///
		/// [`Event::ParametersSet`].
		#[pallet::call_index(6)]
		pub fn set_parameters(origin: OriginFor<T>, parameters: Parameters) -> DispatchResult {
			T::ParametersOrigin::ensure_origin(origin)?;
			ensure!(parameters.is_sound(), Error::<T>::UnsoundParameters);
			let now = CurrentEpoch::<T>::get();
			let mut history = ProtocolParameters::<T>::get();
			history.set(now, 1, parameters).map_err(|_| Error::<T>::TooManyChanges)?;
			ProtocolParameters::<T>::put(history);
			let from = now.saturating_add(substation_primitives::history::DELAY);
			Self::deposit_event(Event::ParametersSet { from, parameters });
			Ok(())
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// The clock: the epoch, the block inside it, and what is in force.
		pub fn epoch_clock() -> Option<EpochClock> {
			let (epoch, index, record) = Self::now()?;
			Some(EpochClock { epoch, index, record, upcoming: Self::latest_parameters() })
		}

		/// What was in force in a recent epoch.
		pub fn epoch_record(epoch: EpochIndex) -> Option<EpochRecord> {
			Epochs::<T>::get(epoch)
		}

		/// When each epoch freezes and when its claims end, as far as they have not ended: in order.
		pub fn schedules() -> Vec<(EpochIndex, Schedule)> {
			let now = CurrentEpoch::<T>::get();
			let mut all: Vec<_> =
				Schedules::<T>::iter().filter(|(_, schedule)| schedule.expiry > now).collect();
			all.sort_unstable_by_key(|(epoch, _)| *epoch);
			all
		}

		/// A batch's record.
		pub fn batch(epoch: EpochIndex, batch: BatchId) -> Option<CommitmentOf<T>> {
			Commitments::<T>::get(epoch, batch)
		}

		/// All batches committed to for an epoch, until its claims have ended.
		pub fn batches(epoch: EpochIndex) -> Vec<(BatchId, CommitmentOf<T>)> {
			Commitments::<T>::iter_prefix(epoch).collect()
		}

		/// An aggregator's record.
		pub fn aggregator(who: AccountId32) -> Option<Aggregator<BalanceOf<T>>> {
			Aggregators::<T>::get(who)
		}

		/// What it takes to claim for a settled batch: its chunks that are worth something, judged again from
		/// `bodies`, the data of the statements that the batch names, in its order. Nothing if they are not that,
		/// or if facts of the epoch are forgotten.
		pub fn claimable(
			epoch: EpochIndex,
			batch: BatchId,
			bodies: Vec<Vec<u8>>,
		) -> Option<Vec<Claimable>> {
			let commitment = Commitments::<T>::get(epoch, batch)?;
			let BatchState::Settled { vector_root, .. } = commitment.state else { return None };
			// Whoever asks may hand in anything; nothing longer is judged.
			let too_long = |body: &Vec<u8>| body.len() > MAX_BODY_BYTES as usize;
			if bodies.len() != commitment.bodies.len() || bodies.iter().any(too_long) {
				return None;
			}
			let judged = offchain::judge_bodies::<T>(epoch, &commitment, &bodies)?;
			let elements: Vec<_> = judged.iter().map(|chunk| chunk.element).collect();
			let tree = vector_tree(&elements);
			if tree.root() != vector_root {
				return None;
			}
			let claimable = (0u32..).zip(judged).filter(|(_, chunk)| chunk.element.sum > 0);
			claimable
				.map(|(number, chunk)| {
					Some(Claimable {
						number,
						element: chunk.element,
						path: tree.path(number)?.try_into().ok()?,
						leaves: chunk.leaves.try_into().ok()?,
					})
				})
				.collect()
		}

		/// The accounts of who judges, or has judged, a batch of `epoch` in a round, by their places in the record of
		/// the epoch in which they do. Nothing before the draw, and nothing once that record is forgotten.
		pub fn drawn(epoch: EpochIndex, round: Round, batch: BatchId) -> Option<Vec<AccountId32>> {
			let record = Epochs::<T>::get(round.judging_of(epoch))?;
			let judges = Self::members(&record, round, &batch)?.into_iter();
			Some(
				judges
					.filter_map(|place| Some(record.judges.get(place as usize)?.account.clone()))
					.collect(),
			)
		}
	}

	/// Rows of an epoch that go, of each kind: whatever comes next is removed.
	pub(crate) type Pruned = [Box<dyn Iterator<Item = ()>>; 6];

	impl<T: Config> Pallet<T> {
		/// What an aggregator's bond is.
		pub fn bond_for(quota: WorkUnits, allowance: u32) -> BalanceOf<T> {
			let work = T::WorkBond::get().saturating_mul(quota.into());
			let bytes = T::ByteBond::get().saturating_mul(allowance.into());
			T::AggregatorBond::get().saturating_add(work).saturating_add(bytes)
		}

		/// For how many epochs facts and records can be read. Epochs that opened while disputes took
		/// longer keep theirs until they freeze.
		pub fn fact_window() -> EpochIndex {
			let unfrozen = CurrentEpoch::<T>::get().saturating_sub(FirstUnfrozen::<T>::get());
			let parameters = Self::latest_parameters();
			let wanted = unfrozen.saturating_add(FACTS_AFTER_FREEZE);
			// No epoch freezes later than that, however late its bonds are returned.
			parameters.fact_window().max(wanted.min(MAX_FACT_WINDOW))
		}

		/// Hash of the chain's first block.
		pub fn genesis_hash() -> H256 {
			frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero())
		}

		pub(crate) fn judges_at_most() -> u32 {
			substation_primitives::epoch::MAX_JUDGES
		}

		/// The places of a batch's judges in `record`, that of the epoch in which they judge.
		pub(crate) fn members(
			record: &EpochRecord,
			round: Round,
			batch: &BatchId,
		) -> Option<Vec<u32>> {
			let judges = record.judges.len() as u32;
			let draw = record.draw?;
			Some(match round {
				Round::Committee => {
					committee(&draw, batch, judges, record.parameters.committee.into())
				}
				Round::FullSet => (0..judges).collect(),
			})
		}

		fn authorize_commit(
			source: TransactionSource,
			terms: &Terms,
			signature: &Signature,
		) -> TransactionValidityWithRefund {
			let (epoch, index, record) = Self::now().ok_or(InvalidTransaction::Stale)?;
			match terms.epoch.checked_add(1) {
				Some(judged) if judged > epoch => return Err(InvalidTransaction::Future.into()),
				Some(judged) if judged == epoch => (),
				_ => return Err(InvalidTransaction::Stale.into()),
			}
			ensure!(record.parameters.takes_commitments(index), InvalidTransaction::Stale);
			let aggregator =
				Aggregators::<T>::get(&terms.aggregator).ok_or(InvalidTransaction::BadSigner)?;
			ensure!(aggregator.may_commit(), InvalidTransaction::BadSigner);
			ensure!(terms.is_well_formed(), Invalid::Malformed);
			// No more shards in a pool than the quota is good for.
			let spends = quota_of(terms.work, terms.bodies.len());
			let behind = u32::from(terms.shard).saturating_mul(BODY_WORK);
			ensure!(
				aggregator.quota_left(terms.epoch) >= spends
					&& aggregator.quota >= spends.saturating_add(behind),
				Invalid::QuotaSpent
			);
			let key = (terms.network, &terms.aggregator, terms.shard);
			ensure!(!Shards::<T>::contains_key(terms.epoch, key), InvalidTransaction::Stale);
			let refused = Refused::<T>::contains_key(terms.epoch, terms.batch_id());
			ensure!(!refused, InvalidTransaction::Stale);
			let void = Schedules::<T>::get(terms.epoch).is_none_or(|schedule| schedule.void);
			ensure!(!void, Invalid::EpochVoid);
			ensure!(T::Facts::policy(terms.network, terms.epoch).is_some(), Invalid::NetworkClosed);
			let payload = terms.signing_payload(&Self::genesis_hash());
			ensure!(aggregator.publisher.verify(signature, &payload), InvalidTransaction::BadProof);

			let left = record.parameters.commit_blocks.saturating_sub(index);
			// A shard is committed to behind the one before it, in whatever order they arrive. An author
			// who turned them round would have the later one refused for good.
			let mut valid = ValidTransaction::with_tag_prefix("attestation/commit");
			if let Some(before) = terms.shard.checked_sub(1) {
				let before = (terms.network, &terms.aggregator, before);
				if !Shards::<T>::contains_key(terms.epoch, before) {
					ensure!(source != TransactionSource::InBlock, InvalidTransaction::Future);
					valid = valid.and_requires((terms.epoch, before));
				}
			}
			valid
				.and_provides((terms.epoch, key))
				.priority(T::Priority::get())
				.longevity(u64::from(left).max(1))
				.propagate(true)
				.build()
				.map(|valid| (valid, Weight::zero()))
		}

		fn do_commit(terms: Terms) {
			let batch = terms.batch_id();
			let who = terms.aggregator.clone();
			let spends = quota_of(terms.work, terms.bodies.len());
			Aggregators::<T>::mutate(&who, |aggregator| {
				if let Some(aggregator) = aggregator {
					let left = aggregator.quota_left(terms.epoch);
					let spent = aggregator.quota.saturating_sub(left).saturating_add(spends);
					aggregator.spent = (terms.epoch, spent);
				}
			});
			let bond = T::CommitmentBond::get();
			match Self::check_order(&terms).and_then(|()| {
				<T::Currency as hold::Mutate<_>>::hold(&HoldReason::Commitment.into(), &who, bond)
					.map_err(|_| Refusal::BondNotCovered)
			}) {
				Ok(()) => {
					let (network, epoch) = (terms.network, terms.epoch);
					Shards::<T>::insert(epoch, (network, who.clone(), terms.shard), batch);
					Commitments::<T>::insert(epoch, batch, Commitment::new(terms, bond));
					Self::deposit_event(Event::Committed {
						batch,
						network,
						epoch,
						aggregator: who,
					});
				}
				Err(reason) => {
					Refused::<T>::insert(terms.epoch, batch, ());
					Self::deposit_event(Event::CommitRefused { aggregator: who, batch, reason })
				}
			}
		}

		/// What cannot be seen before the shard in front of it is on the chain.
		fn check_order(terms: &Terms) -> Result<(), Refusal> {
			if let Some(before) = terms.shard.checked_sub(1) {
				let key = (terms.network, &terms.aggregator, before);
				let last = Shards::<T>::get(terms.epoch, key)
					.and_then(|batch| Commitments::<T>::get(terms.epoch, batch))
					.map(|commitment| commitment.last)
					.ok_or(Refusal::ShardOutOfOrder)?;
				ensure!(
					terms.cuts.first().is_some_and(|first| *first > last),
					Refusal::ShardOutOfOrder
				);
			}
			Ok(())
		}

		/// Whether judge number `judge` is among those whose seals count for the batch.
		pub(crate) fn is_member(
			record: &EpochRecord,
			round: Round,
			batch: &BatchId,
			judge: u16,
		) -> bool {
			Self::members(record, round, batch)
				.is_some_and(|members| members.binary_search(&judge.into()).is_ok())
		}

		/// Whether judge number `judge` may still seal `entry`, and which epoch's reports it seals.
		pub(crate) fn may_seal(
			epoch: EpochIndex,
			record: &EpochRecord,
			judge: u16,
			round: Round,
			batch: &BatchId,
		) -> Option<EpochIndex> {
			let reports = round.reports_of(epoch)?;
			Commitments::<T>::get(reports, batch).filter(|batch| batch.state.is_open())?;
			if !Self::is_member(record, round, batch, judge) {
				return None;
			}
			let sealed = Seals::<T>::get(reports, (batch, round));
			sealed.iter().all(|(sealer, _)| *sealer != judge).then_some(reports)
		}

		fn authorize_seal(
			_source: TransactionSource,
			bundle: &SealBundle,
			signature: &JudgeSignature,
		) -> TransactionValidityWithRefund {
			let (epoch, index, record) = Self::now().ok_or(InvalidTransaction::Stale)?;
			match bundle.epoch {
				later if later > epoch => return Err(InvalidTransaction::Future.into()),
				earlier if earlier < epoch => return Err(InvalidTransaction::Stale.into()),
				_ => (),
			}
			ensure!(record.parameters.takes_seals(index), InvalidTransaction::Stale);
			let opening = record.opening.ok_or(InvalidTransaction::Stale)?;
			let judge = record
				.judges
				.get(usize::from(bundle.judge))
				.ok_or(InvalidTransaction::BadSigner)?;
			// One signature is cheaper than looking sixty-four batches up.
			let payload = bundle.signing_payload(&Self::genesis_hash(), &opening);
			ensure!(
				JudgeId::from(judge.key).verify(&payload, signature),
				InvalidTransaction::BadProof
			);
			let fresh: Vec<_> = bundle
				.seals
				.iter()
				.map(|entry| (entry.round, entry.batch))
				.filter(|(round, batch)| {
					Self::may_seal(epoch, &record, bundle.judge, *round, batch).is_some()
				})
				.collect();
			let first = *fresh.first().ok_or(InvalidTransaction::Stale)?;
			// What is skipped is weighed all the same: nobody fills blocks with it.
			let distinct: BTreeSet<_> = fresh.into_iter().collect();
			ensure!(distinct.len().saturating_mul(2) >= bundle.seals.len(), Invalid::MostlyStale);

			let left = record.parameters.seal_close.saturating_sub(index);
			ValidTransaction::with_tag_prefix("attestation/seal")
				.and_provides((epoch, bundle.judge, first))
				.priority(T::Priority::get())
				.longevity(u64::from(left).max(1))
				.propagate(true)
				.build()
				.map(|valid| (valid, Weight::zero()))
		}

		fn do_seal(bundle: SealBundle) {
			let Some((epoch, _, record)) = Self::now() else { return };
			let Some(judge) = record.judges.get(usize::from(bundle.judge)) else { return };
			let mut seals = 0u32;
			for SealEntry { round, batch, seal } in bundle.seals {
				let Some(reports) = Self::may_seal(epoch, &record, bundle.judge, round, &batch)
				else {
					continue;
				};
				Seals::<T>::mutate(reports, (batch, round), |sealed| {
					if sealed.try_push((bundle.judge, seal)).is_ok() {
						seals = seals.saturating_add(1);
					}
				});
			}
			Self::deposit_event(Event::Sealed { judge: judge.account.clone(), seals });
		}

		/// The judges whose seals `root` recomputes, if they settle the batch.
		fn matching(
			record: &EpochRecord,
			round: Round,
			reports: EpochIndex,
			batch: &BatchId,
			root: &H256,
		) -> Option<Vec<u16>> {
			let opening = record.opening?;
			let members = Self::members(record, round, batch)?.len() as u32;
			let genesis = Self::genesis_hash();
			let seals = Seals::<T>::get(reports, (batch, round));
			let matched: Vec<u16> = seals
				.iter()
				.filter(|(judge, seal)| {
					record.judges.get(usize::from(*judge)).is_some_and(|judge| {
						signing::seal(&genesis, &opening, batch, judge.key.as_ref(), root) == *seal
					})
				})
				.map(|(judge, _)| *judge)
				.collect();
			let agree = matched.len() as u32;
			let dissenters = (seals.len() as u32).saturating_sub(agree);
			(agree >= threshold(members) && round.tolerates(dissenters)).then_some(matched)
		}

		/// Whether `outcome` would settle the batch once reveals are open.
		pub(crate) fn settles(
			record: &EpochRecord,
			round: Round,
			reports: EpochIndex,
			batch: &BatchId,
			outcome: &Outcome,
		) -> bool {
			let allowed = round == Round::FullSet || *outcome != Outcome::Unavailable;
			allowed && Self::matching(record, round, reports, batch, &outcome.root()).is_some()
		}

		/// Everything that has to hold for a reveal: the epoch of the reports and those who match.
		fn check_reveal(
			round: Round,
			batch: &BatchId,
			outcome: &Outcome,
		) -> Result<(EpochIndex, CommitmentOf<T>, EpochRecord, Vec<u16>), InvalidTransaction> {
			let (epoch, index, record) = Self::now().ok_or(InvalidTransaction::Stale)?;
			ensure!(record.parameters.takes_reveals(index), InvalidTransaction::Stale);
			let reports = round.reports_of(epoch).ok_or(InvalidTransaction::Stale)?;
			let commitment =
				Commitments::<T>::get(reports, batch).ok_or(InvalidTransaction::Stale)?;
			ensure!(commitment.state.is_open(), InvalidTransaction::Stale);
			let fits = match outcome {
				Outcome::Result(vector) => vector.len() == commitment.cuts.len(),
				// A committee cannot end a batch for want of its body: it may be that only the
				// committee lacks it.
				Outcome::Unavailable => round == Round::FullSet,
			};
			ensure!(fits, InvalidTransaction::Call);
			let matched = Self::matching(&record, round, reports, batch, &outcome.root())
				.ok_or(InvalidTransaction::BadProof)?;
			Ok((reports, commitment, record, matched))
		}

		fn authorize_reveal(
			_source: TransactionSource,
			round: &Round,
			batch: &BatchId,
			outcome: &Outcome,
		) -> TransactionValidityWithRefund {
			Self::check_reveal(*round, batch, outcome)?;
			ValidTransaction::with_tag_prefix("attestation/reveal")
				.and_provides((round, batch))
				.priority(T::Priority::get())
				.longevity(4)
				.propagate(true)
				.build()
				.map(|valid| (valid, Weight::zero()))
		}

		fn do_reveal(
			round: Round,
			batch: BatchId,
			outcome: Outcome,
		) -> Result<(), InvalidTransaction> {
			let (epoch, mut commitment, record, matched) =
				Self::check_reveal(round, &batch, &outcome)?;
			match outcome {
				Outcome::Result(vector) => {
					Self::settle(epoch, batch, &mut commitment, round, &matched, &vector)
				}
				Outcome::Unavailable => {
					commitment.state = BatchState::Unavailable;
					Self::deposit_event(Event::Unavailable { batch, epoch });
				}
			}
			for round in Round::ALL {
				Seals::<T>::remove(epoch, (batch, round));
			}
			let judges = matched
				.iter()
				.filter_map(|judge| record.judges.get(usize::from(*judge)))
				.map(|judge| judge.account.clone())
				.collect();
			T::Rewards::reward(judges, commitment.work);
			Commitments::<T>::insert(epoch, batch, commitment);
			Ok(())
		}

		fn settle(
			epoch: EpochIndex,
			batch: BatchId,
			commitment: &mut CommitmentOf<T>,
			by: Round,
			matched: &[u16],
			vector: &Vector,
		) {
			let network = commitment.network;
			let sums = Sums::of(vector);
			let underdeclared =
				sums.work > commitment.work.into() || sums.count > commitment.count.into();
			let total = if underdeclared { 0 } else { sums.score };
			commitment.state = BatchState::Settled {
				by,
				matched: Self::bits(matched),
				vector_root: batch::vector_root(vector),
				total,
				underdeclared,
			};
			Totals::<T>::mutate(epoch, network, |sum| *sum = sum.saturating_add(total));
			T::OnSettled::settled(network, epoch, total);
			let matched = matched.len() as u32;
			Self::deposit_event(Event::Settled {
				batch,
				network,
				epoch,
				round: by,
				matched,
				total,
			});
			if underdeclared {
				Self::deposit_event(Event::Underdeclared { batch, epoch });
			}
		}

		fn bits(judges: &[u16]) -> Matched {
			let mut bits = Vec::new();
			for judge in judges {
				let (byte, bit) = (usize::from(judge >> 3), judge & 7);
				if bits.len() <= byte {
					bits.resize(byte.saturating_add(1), 0u8);
				}
				if let Some(byte) = bits.get_mut(byte) {
					*byte |= 1u8.wrapping_shl(bit.into());
				}
			}
			Matched::truncate_from(bits)
		}

		/// Checks that `leaves` are the final outcome of a chunk, and that claims for it are open.
		pub fn verify_chunk(
			epoch: EpochIndex,
			batch: &BatchId,
			chunk: u32,
			element: &Element,
			path: &ElementPath,
			leaves: &Leaves,
		) -> Result<SettledChunk, Error<T>> {
			let schedule = Schedules::<T>::get(epoch).ok_or(Error::<T>::NotFound)?;
			let now = CurrentEpoch::<T>::get();
			ensure!(now >= schedule.freeze, Error::<T>::NotFrozen);
			ensure!(now < schedule.expiry, Error::<T>::ClaimsEnded);
			let commitment = Commitments::<T>::get(epoch, batch).ok_or(Error::<T>::NotFound)?;
			let BatchState::Settled { vector_root, underdeclared, .. } = commitment.state else {
				return Err(Error::<T>::NotSettled);
			};
			ensure!(!underdeclared, Error::<T>::PaysNothing);
			let final_element = match Corrections::<T>::get(epoch, (batch, chunk)) {
				Some(corrected) => corrected == *element,
				None => merkle::verify(
					&vector_root,
					&element.encode(),
					chunk,
					commitment.cuts.len() as u32,
					path,
				),
			};
			ensure!(final_element, Error::<T>::WrongElement);
			let start = chunk.saturating_mul(batch::CHUNK_LEAVES);
			let in_place = (start..).zip(leaves).all(|(index, leaf)| leaf.index == index);
			let sum = leaves.iter().fold(0u64, |sum, leaf| sum.saturating_add(leaf.score.into()));
			let within = leaves.iter().all(|leaf| leaf.score <= FULL_SCORE);
			ensure!(
				in_place
					&& within && sum == element.sum
					&& leaves.len() as u32 == element.count
					&& batch::score_root(leaves) == element.score_root,
				Error::<T>::WrongLeaves
			);
			Ok(SettledChunk { network: commitment.network, aggregator: commitment.aggregator })
		}

		/// Gives bonds of frozen epochs back, or takes from them what is due.
		fn return_bonds(meter: &mut WeightMeter) {
			while meter.try_consume(T::WeightInfo::return_bond()).is_ok()
				&& Self::return_next_bond()
			{}
		}

		/// Gives one bond back, or goes on to the next epoch; false if there is nothing to do.
		pub(crate) fn return_next_bond() -> bool {
			let epoch = FirstUnfrozen::<T>::get();
			match Schedules::<T>::get(epoch) {
				Some(schedule) if schedule.freeze <= CurrentEpoch::<T>::get() => (),
				_ => return false,
			}
			let mut rest = match FreezeCursor::<T>::get() {
				Some(batch) => Commitments::<T>::iter_prefix_from(
					epoch,
					Commitments::<T>::hashed_key_for(epoch, batch),
				),
				None => Commitments::<T>::iter_prefix(epoch),
			};
			match rest.next() {
				Some((batch, commitment)) => {
					FreezeCursor::<T>::put(batch);
					Self::return_bond(epoch, batch, commitment);
				}
				None => {
					FreezeCursor::<T>::kill();
					FirstUnfrozen::<T>::put(epoch.saturating_add(1));
				}
			}
			true
		}

		fn return_bond(epoch: EpochIndex, batch: BatchId, mut commitment: CommitmentOf<T>) {
			let aggregator = commitment.aggregator.clone();
			let due = match commitment.state {
				BatchState::Settled { underdeclared: true, .. } => commitment.bond,
				BatchState::Unavailable => {
					let work = quota_of(commitment.work, commitment.bodies.len());
					T::JudgingFee::get().saturating_mul(work.into()).min(commitment.bond)
				}
				_ => Zero::zero(),
			};
			let reason = HoldReason::Commitment.into();
			let (taken, _) = <T::Currency as hold::Balanced<_>>::slash(&reason, &aggregator, due);
			T::Slashed::on_unbalanced(taken);
			let returned = commitment.bond.saturating_sub(due);
			let released = <T::Currency as hold::Mutate<_>>::release(
				&reason,
				&aggregator,
				returned,
				Precision::BestEffort,
			);
			debug_assert!(released.is_ok(), "what was held can be released");
			commitment.bond = Zero::zero();
			if commitment.state.is_open() {
				commitment.state = BatchState::Expired;
				Self::deposit_event(Event::Expired { batch, epoch });
			}
			Commitments::<T>::insert(epoch, batch, commitment);
			Self::deposit_event(Event::BondReturned { batch, aggregator, returned });
		}

		/// Removes rows of epochs whose claims have ended, and records that nobody may ask for.
		fn prune(meter: &mut WeightMeter) {
			let mut rows = None;
			while meter.try_consume(T::WeightInfo::prune()).is_ok() && Self::prune_next(&mut rows) {
			}
		}

		/// Removes one record, or one row of each kind, or goes on to the next epoch; false if there
		/// is nothing to do. What is removed from is kept in `rows` from one step of a block to the
		/// next: finding the first row anew would pass over all that the block has removed.
		pub(crate) fn prune_next(rows: &mut Option<Pruned>) -> bool {
			let now = CurrentEpoch::<T>::get();
			let first = FirstRecord::<T>::get();
			if first < now.saturating_sub(Self::fact_window()) {
				Epochs::<T>::remove(first);
				FirstRecord::<T>::put(first.saturating_add(1));
				return true;
			}
			let epoch = FirstUnpruned::<T>::get();
			match Schedules::<T>::get(epoch) {
				Some(schedule) if schedule.expiry <= now && epoch < FirstUnfrozen::<T>::get() => {}
				_ => return false,
			}
			// Their numbers are bounded by quotas.
			let kinds: &mut Pruned = rows.get_or_insert_with(|| {
				[
					Box::new(Commitments::<T>::drain_prefix(epoch).map(drop)),
					Box::new(Shards::<T>::drain_prefix(epoch).map(drop)),
					Box::new(Refused::<T>::drain_prefix(epoch).map(drop)),
					Box::new(Seals::<T>::drain_prefix(epoch).map(drop)),
					Box::new(Totals::<T>::drain_prefix(epoch).map(drop)),
					Box::new(Corrections::<T>::drain_prefix(epoch).map(drop)),
				]
			});
			// Each of them goes on by one.
			let removed = kinds.iter_mut().filter_map(|kind| kind.next()).count();
			if removed == 0 {
				*rows = None;
				Schedules::<T>::remove(epoch);
				FirstUnpruned::<T>::put(epoch.saturating_add(1));
			}
			true
		}

		/// Checks everything that is stored twice against each other. Epochs whose claims have ended
		/// are being pruned and are left out.
		#[cfg(any(feature = "try-runtime", test))]
		pub(crate) fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
			let now = CurrentEpoch::<T>::get();
			let (mut quota, mut allowance) = (0u64, 0u64);
			for (who, aggregator) in Aggregators::<T>::iter() {
				quota = quota.saturating_add(aggregator.quota.into());
				allowance = allowance.saturating_add(aggregator.allowance.into());
				ensure!(
					Publishers::<T>::get(aggregator.publisher) == Some(who.clone()),
					"an aggregator's publisher key does not lead back to it"
				);
				ensure!(
					<T::Currency as frame_support::traits::fungible::InspectHold<_>>::balance_on_hold(
						&HoldReason::Aggregator.into(),
						&who
					) == aggregator.bond,
					"an aggregator's bond is not what is held"
				);
			}
			ensure!(TotalQuota::<T>::get() == quota, "TotalQuota drifted from the aggregators");
			ensure!(
				TotalAllowance::<T>::get() == allowance,
				"TotalAllowance drifted from the aggregators"
			);
			ensure!(
				Publishers::<T>::iter().count() == Aggregators::<T>::iter().count(),
				"a publisher key belongs to no aggregator"
			);
			ensure!(Epochs::<T>::contains_key(now), "the present epoch has no record");

			let mut totals = alloc::collections::BTreeMap::<_, u64>::new();
			let mut bonds = alloc::collections::BTreeMap::<_, BalanceOf<T>>::new();
			let pruned = |epoch: &EpochIndex| {
				Schedules::<T>::get(epoch).is_some_and(|schedule| schedule.expiry <= now)
			};
			for (epoch, batch, commitment) in
				Commitments::<T>::iter().filter(|(epoch, ..)| !pruned(epoch))
			{
				ensure!(epoch < now, "a commitment is for an epoch that is not over");
				ensure!(Schedules::<T>::contains_key(epoch), "a commitment outlived its epoch");
				let key = (commitment.network, commitment.aggregator.clone(), commitment.shard);
				ensure!(
					Shards::<T>::get(epoch, key) == Some(batch),
					"a commitment is not found by its shard"
				);
				ensure!(
					commitment.terms(epoch).batch_id() == batch,
					"a commitment is stored under another batch's identity"
				);
				if let BatchState::Settled { total, .. } = commitment.state {
					let sum = totals.entry((epoch, commitment.network)).or_default();
					*sum = sum.saturating_add(total);
				}
				let bond = bonds.entry(commitment.aggregator).or_default();
				*bond = bond.saturating_add(commitment.bond);
			}
			for ((epoch, network), total) in totals {
				ensure!(
					Totals::<T>::get(epoch, network) == total,
					"a total drifted from its batches"
				);
			}
			for (aggregator, bond) in bonds {
				ensure!(
					<T::Currency as frame_support::traits::fungible::InspectHold<_>>::balance_on_hold(
						&HoldReason::Commitment.into(),
						&aggregator
					) == bond,
					"commitments' bonds are not what is held"
				);
			}
			for (epoch, (batch, _), seals) in
				Seals::<T>::iter().filter(|(epoch, ..)| !pruned(epoch))
			{
				ensure!(
					Commitments::<T>::get(epoch, batch).is_some_and(|c| matches!(
						c.state,
						BatchState::Committed | BatchState::Expired
					)),
					"seals are kept for a batch that needs none"
				);
				let mut judges: Vec<_> = seals.iter().map(|(judge, _)| judge).collect();
				judges.sort_unstable();
				judges.dedup();
				ensure!(judges.len() == seals.len(), "a judge has sealed a batch twice");
			}
			Ok(())
		}
	}

	impl<T: Config> sp_runtime::BoundToRuntimeAppPublic for Pallet<T> {
		type Public = JudgeId;
	}

	impl<T: Config> frame_support::traits::OneSessionHandler<AccountId32> for Pallet<T> {
		type Key = JudgeId;

		fn on_genesis_session<'a, I>(validators: I)
		where
			I: Iterator<Item = (&'a AccountId32, JudgeId)> + 'a,
		{
			Self::open_genesis(Self::judges(validators));
		}

		fn on_new_session<'a, I>(_changed: bool, validators: I, _queued: I)
		where
			I: Iterator<Item = (&'a AccountId32, JudgeId)> + 'a,
		{
			Self::session_changed(Self::judges(validators));
		}

		fn on_disabled(_: u32) {}
	}

	impl<T: Config> Pallet<T> {
		fn judges<'a>(validators: impl Iterator<Item = (&'a AccountId32, JudgeId)>) -> Vec<Judge> {
			validators
				.map(|(account, key)| Judge { account: account.clone(), key: key.into() })
				.collect()
		}
	}
}
