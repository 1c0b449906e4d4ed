//! # Attestation
//!
//! Turns devices' reports into totals that emission pays for.
//!
//! ## Overview
//!
//! Aggregators publish batches of reports off chain and commit to them here. Validators, as judges,
//! read the bodies in their off-chain workers, judge them, and *seal* their result before anybody
//! shows one. Once seals are closed, anybody *reveals* a result; it counts if it recomputes enough of
//! the seals. What a committee cannot settle, all judges do one epoch later, and so they do with what more than a third
//! of them have not got; what nobody settles expires. An epoch's totals are final at its *freeze*, `2 + D` epochs after it opened.
//!
//! Everything is counted in *epochs* of this pallet's own clock, which advances at session changes
//! but never faster than its windows need, and in blocks inside an epoch.
//!
//! Judging reads facts as of the epoch of the reports: see [`InspectFacts`]. What judges do is in
//! [`offchain`]; how a report is judged is not here at all, but in `substation-proofs`.
//!
//! ## Authorized calls
//!
//! [`Call::commit`], [`Call::seal`], [`Call::reveal`] and [`Call::report_missing`] carry no account's signature and no
//! fee. A commitment spends quota that a bond was paid for, and that pays for all the others do with its batch; a seal can
//! be made once per judge and batch, and so can be said that its body is missing; a reveal is valid once per batch. All
//! are checked from cheap to dear before they enter a pool.

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

mod aggregators;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod capacity;
mod claims;
mod clock;
mod commitments;
mod errors;
mod events;
mod freeze;
mod judges;
mod missing;
#[cfg(test)]
mod mock;
pub mod offchain;
pub mod profiles;
mod pruning;
mod quota;
mod results;
mod seals;
mod session;
mod standstill;
mod storage;
#[cfg(test)]
mod tests;
pub mod traits;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
pub mod types;
pub mod weights;

pub use pallet::*;
pub use traits::*;
pub use types::*;
pub use weights::WeightInfo;

use frame_support::pallet_macros::import_section;
use sp_runtime::KeyTypeId;

/// Epochs of which it is known when they were opened.
pub const OPENED_KEPT: u32 = 256;

// What a judge asks for is known as long as it may judge.
const _: () = assert!(
	OPENED_KEPT
		> substation_proofs::facts::OPENED_BEFORE + substation_primitives::epoch::MAX_FACT_WINDOW
);

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

use sr25519::JudgeSignature;

#[import_section(errors::errors)]
#[import_section(events::events)]
#[import_section(storage::storage)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use alloc::vec::Vec;
	use frame_support::{
		pallet_prelude::*,
		traits::{
			fungible::{hold, Balanced, Credit},
			EnsureOrigin, OnUnbalanced,
		},
		weights::WeightMeter,
	};
	use frame_system::{offchain::CreateAuthorizedTransaction, pallet_prelude::*};
	use sp_runtime::traits::{SaturatedConversion, Saturating};
	use substation_primitives::{
		batch::{self, Element, Shard, Terms},
		epoch::{EpochRecord, Parameters, CHANCES},
		history::History,
		keys::Signature,
		profile::AggregatorProfile,
		AccountId32, BatchId, EpochIndex, NetworkId, ReportKey, WorkUnits, H256,
	};

	/// The in-code storage version.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// How balances are counted.
	pub type BalanceOf<T> =
		<<T as Config>::Currency as frame_support::traits::fungible::Inspect<AccountId32>>::Balance;
	/// Balance taken from a bond, on its way to whom it is due.
	pub type CreditOf<T> = Credit<AccountId32, <T as Config>::Currency>;
	/// An aggregator's record.
	pub type AggregatorOf<T> = Aggregator<BalanceOf<T>>;
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
			+ hold::Balanced<AccountId32>
			+ Balanced<AccountId32>;
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
		/// Who names aggregators.
		type Seats: InspectSeats;
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
		/// Held from an aggregator for each unit of quota that it asks for.
		type WorkBond: Get<BalanceOf<Self>>;
		/// Held from an aggregator for each byte of allowance that it asks for.
		type ByteBond: Get<BalanceOf<Self>>;
		/// The least rent of a unit of quota for an epoch.
		type WorkRent: Get<BalanceOf<Self>>;
		/// The least rent of a byte of allowance for an epoch.
		type ByteRent: Get<BalanceOf<Self>>;
		/// Held from an aggregator for a row with its profile.
		type ProfileDeposit: Get<BalanceOf<Self>>;
		/// Held from an aggregator for each byte of its profile.
		type ProfileByteDeposit: Get<BalanceOf<Self>>;
		/// Who may let an aggregator leave.
		type EvictOrigin: EnsureOrigin<Self::RuntimeOrigin>;
		/// Held from an aggregator for each commitment, until the freeze.
		type CommitmentBond: Get<BalanceOf<Self>>;
		/// What judging a unit of work costs an aggregator whose batch turns out to be unavailable.
		type JudgingFee: Get<BalanceOf<Self>>;
		/// Bytes that all allowances add up to at the most.
		type StoreQuota: Get<u64>;
		/// Whether claims are not taken now.
		type ClaimsStopped: Get<bool>;
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
		/// For what an aggregator says of itself.
		#[codec(index = 2)]
		Profile,
	}

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

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(now: BlockNumberFor<T>) -> Weight {
			Self::tick(now.saturated_into());
			Self::visit_next();
			// Whether claims are stopped is looked up, and noted.
			let stop = T::DbWeight::get().reads_writes(4, 1);
			T::WeightInfo::on_initialize()
				.saturating_add(T::WeightInfo::visit())
				.saturating_add(stop)
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
						(batch::MAX_CHUNK_WORK.saturating_mul(batch::MAX_CHUNKS).saturating_mul(2))
							.into()
					),
				"a commitment's bond covers the judging of the largest batch in both rounds",
			);
			for parameters in [Parameters::default(), Parameters::development()] {
				assert!(
					Self::captures(&parameters) < CHANCES / 1_000,
					"a third of the judges captures less than one committee in a thousand epochs",
				);
			}
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
		/// ## Dispatch Origin
		/// Signed. The bond is held from the caller until [`Pallet::withdraw`].
		/// ## Arguments
		/// * `publisher`: the key that will sign commitments and statements.
		/// * `proof`: that key's signature over [`signing::publisher`]: nobody can take another's key.
		/// * `quota`: work per epoch, at least 256 units.
		/// * `allowance`: bytes in the statement store.
		/// ## Errors
		/// [`Error::AlreadyRegistered`], [`Error::PublisherInUse`], [`Error::QuotaTooSmall`],
		/// [`Error::AllowanceTooSmall`], [`Error::TooLargeAShare`], [`Error::BadProof`].
		/// ## Events
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
			Self::do_register_aggregator(who, publisher, &proof, quota, allowance)
		}

		/// Announce that the caller stops being an aggregator. It can commit to nothing from now on;
		/// its bond and its allowance stay until the windows of its last commitment are over.
		/// ## Dispatch Origin
		/// Signed by an aggregator.
		/// ## Errors
		/// [`Error::NotAggregator`], [`Error::AlreadyLeaving`].
		/// ## Events
		/// [`Event::AggregatorLeaving`].
		#[pallet::call_index(1)]
		pub fn leave(origin: OriginFor<T>) -> DispatchResult {
			Self::do_leave(ensure_signed(origin)?, Why::Asked)
		}

		/// Take the bond back after leaving.
		/// ## Dispatch Origin
		/// Signed by an aggregator that has announced to leave.
		/// ## Errors
		/// [`Error::NotAggregator`], [`Error::NotLeaving`], [`Error::StillBound`].
		/// ## Events
		/// [`Event::AggregatorLeft`].
		#[pallet::call_index(2)]
		pub fn withdraw(origin: OriginFor<T>) -> DispatchResult {
			Self::do_withdraw(ensure_signed(origin)?)
		}

		/// Commit to a batch of reports of the epoch before the present one.
		/// ## Dispatch Origin
		/// Authorized: signed by the aggregator's publisher key, within its quota, while commitments
		/// are open.
		/// ## Arguments
		/// * `terms`: what is committed to.
		/// * `signature`: over the terms' signing payload, by the publisher key.
		/// ## Details
		/// The call spends quota and never fails: what cannot be committed to is refused with a
		/// reason in [`Event::CommitRefused`].
		/// ## Events
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
		/// ## Dispatch Origin
		/// Authorized: signed by a judge's session key, while seals are open.
		/// ## Arguments
		/// * `bundle`: the seals.
		/// * `signature`: over the bundle's signing payload, by the judge's session key.
		/// ## Details
		/// The first seal of a judge for a batch counts; entries that are stale or not its to seal
		/// are skipped.
		/// ## Events
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
		/// ## Dispatch Origin
		/// Authorized: anybody's, while reveals are open, if the result recomputes enough seals.
		/// ## Arguments
		/// * `round`: who judged.
		/// * `batch`: the batch.
		/// * `outcome`: what the judges found.
		/// ## Errors
		/// [`Error::NotAuthorized`] if the batch was settled by another reveal before this one.
		/// ## Events
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

		/// Say which batches' bodies the judge lacks.
		/// ## Dispatch Origin
		/// Authorized: signed by a judge's session key, once seals are closed, in the epoch after the reports'.
		/// ## Arguments
		/// * `list`: the batches.
		/// * `signature`: over the list's signing payload, by the judge's session key.
		/// ## Details
		/// A judge says it once of a batch; what it has said, and what all judges have settled, is skipped. A batch that more
		/// than a third of the judges lack goes to all of them, settled or not.
		/// ## Events
		/// [`Event::MissingListed`], perhaps with [`Event::Reopened`].
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::report_missing(list.batches.len() as u32))]
		#[pallet::weight_of_authorize(T::WeightInfo::authorize_missing(list.batches.len() as u32))]
		#[pallet::authorize(Self::authorize_missing)]
		pub fn report_missing(
			origin: OriginFor<T>,
			list: MissingList,
			_signature: JudgeSignature,
		) -> DispatchResult {
			ensure_authorized(origin)?;
			Self::do_report_missing(list);
			Ok(())
		}

		/// Replace the key that signs what the caller publishes. A key that was stolen can use up the quota of an epoch, and
		/// no more.
		/// ## Dispatch Origin
		/// Signed by an aggregator.
		/// ## Arguments
		/// * `publisher`: the key that signs commitments and statements from now on.
		/// * `proof`: that key's signature over [`signing::publisher`].
		/// ## Details
		/// The allowance moves to the new key: statements of the earlier one go from the statement store sooner or later, so
		/// bodies have to be published again with the new one, or be served by the aggregator, until they are claimed.
		/// ## Errors
		/// [`Error::NotAggregator`], [`Error::PublisherInUse`], [`Error::BadProof`].
		/// ## Events
		/// [`Event::PublisherRotated`].
		#[pallet::call_index(8)]
		pub fn rotate_publisher(
			origin: OriginFor<T>,
			publisher: ReportKey,
			proof: Signature,
		) -> DispatchResult {
			Self::do_rotate_publisher(ensure_signed(origin)?, publisher, &proof)
		}

		/// Ask for other capacity.
		/// ## Dispatch Origin
		/// Signed by an aggregator. Its bond becomes what is asked for it now.
		/// ## Arguments
		/// * `quota`: units of work per epoch, at least 256.
		/// * `allowance`: bytes in the statement store.
		/// ## Details
		/// An aggregator has no more than its devices may need, and its part of what there is; the rest of what it asks
		/// for is granted as they come. What it does not use for two days it no longer asks for.
		/// ## Errors
		/// [`Error::NotAggregator`], [`Error::AlreadyLeaving`], [`Error::QuotaTooSmall`], [`Error::AllowanceTooSmall`],
		/// [`Error::TooLargeAShare`].
		/// ## Events
		/// [`Event::CapacityAsked`], perhaps with [`Event::RentPaid`] and [`Event::CapacityGranted`].
		#[pallet::call_index(9)]
		pub fn set_capacity(
			origin: OriginFor<T>,
			quota: WorkUnits,
			allowance: u32,
		) -> DispatchResult {
			Self::do_set_capacity(ensure_signed(origin)?, quota, allowance)
		}

		/// Take an aggregator's rent now, let lapse what it does not use, and grant it what is its due. The chain does the
		/// same for one aggregator in each block.
		/// ## Dispatch Origin
		/// Signed by anybody.
		/// ## Arguments
		/// * `aggregator`: whose.
		/// ## Errors
		/// [`Error::NotAggregator`].
		/// ## Events
		/// As far as there is something to do, [`Event::RentPaid`], [`Event::CapacityGranted`],
		/// [`Event::AggregatorLeaving`].
		#[pallet::call_index(10)]
		pub fn collect_rent(origin: OriginFor<T>, aggregator: AccountId32) -> DispatchResult {
			ensure_signed(origin)?;
			let row = Aggregators::<T>::get(&aggregator).ok_or(Error::<T>::NotAggregator)?;
			Self::visit(&aggregator, row);
			Ok(())
		}

		/// Let an aggregator leave, as if it had said so itself, and take back what it says of itself.
		/// ## Dispatch Origin
		/// [`Config::EvictOrigin`].
		/// ## Arguments
		/// * `aggregator`: whom.
		/// ## Errors
		/// [`Error::NotAggregator`], [`Error::AlreadyLeaving`].
		/// ## Events
		/// [`Event::AggregatorLeaving`].
		#[pallet::call_index(11)]
		pub fn evict(origin: OriginFor<T>, aggregator: AccountId32) -> DispatchResult {
			T::EvictOrigin::ensure_origin(origin)?;
			Self::end_profile(&aggregator)?;
			Self::do_leave(aggregator, Why::Evicted)
		}

		/// Change the protocol's parameters from two epochs later on.
		/// ## Dispatch Origin
		/// [`Config::ParametersOrigin`].
		/// ## Arguments
		/// * `parameters`: all of them.
		/// ## Errors
		/// [`Error::UnsoundParameters`], [`Error::TooManyChanges`].
		/// ## Events
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

		/// Say what the caller is called, where it is reached, and what it asks for; or take back what it has said. Nobody
		/// vouches for it.
		/// ## Dispatch Origin
		/// Signed by an aggregator, from whom a deposit is held for the row and each byte of it, until it takes the profile
		/// or its bond back.
		/// ## Arguments
		/// * `profile`: all of it; none removes what there is.
		/// ## Errors
		/// [`Error::NotAggregator`], [`Error::AlreadyLeaving`], [`Error::BadProfile`],
		/// [`sp_runtime::TokenError::FundsUnavailable`].
		/// ## Events
		/// [`Event::ProfileSet`].
		#[pallet::call_index(12)]
		pub fn set_profile(
			origin: OriginFor<T>,
			profile: Option<AggregatorProfile>,
		) -> DispatchResult {
			Self::do_set_profile(ensure_signed(origin)?, profile)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// The clock: the epoch, the block inside it, and what is in force.
		pub fn epoch_clock() -> Option<EpochClock> {
			let (epoch, index, record) = Self::now()?;
			let least_quota = Self::least_quota(&record);
			let upcoming = Self::latest_parameters();
			Some(EpochClock { epoch, index, record, least_quota, upcoming })
		}

		/// When an epoch was opened, in milliseconds of Unix time, if it is one of the last 256.
		pub fn opened(epoch: EpochIndex) -> Option<u64> {
			Self::opened_at(epoch)
		}

		/// What was in force in a recent epoch.
		pub fn epoch_record(epoch: EpochIndex) -> Option<EpochRecord> {
			Epochs::<T>::get(epoch)
		}

		/// When each epoch freezes and when its claims end, as far as they have not ended: in order.
		pub fn schedules() -> Vec<(EpochIndex, Schedule)> {
			let now = CurrentEpoch::<T>::get();
			let mut all: Vec<_> = Schedules::<T>::iter()
				.map(|(epoch, schedule)| {
					(epoch, Schedule { expiry: Self::claims_end(&schedule), ..schedule })
				})
				.filter(|(_, schedule)| schedule.expiry > now)
				.collect();
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
		pub fn aggregator(who: AccountId32) -> Option<AggregatorOf<T>> {
			Aggregators::<T>::get(who)
		}

		/// What an aggregator says of itself, if it says something.
		pub fn profile(who: AccountId32) -> Option<AggregatorProfile> {
			Profiles::<T>::get(who).map(|said| said.profile)
		}

		/// What is rented of the capacity of judges and of nodes' stores, of how much, and for what price.
		pub fn capacity() -> Capacity {
			Self::capacity_now()
		}

		/// What it takes to claim for a settled batch: its chunks that are worth something, judged again from
		/// `bodies`, the data of the statements that the batch names, in its order. Nothing if they are not that,
		/// or if facts of the epoch are forgotten.
		pub fn claimable(
			epoch: EpochIndex,
			batch: BatchId,
			bodies: Vec<Vec<u8>>,
		) -> Option<Vec<Claimable>> {
			Self::judge_again(epoch, batch, &bodies)
		}

		/// How often each judge's seal as a member of a committee was found to be false, for batches of an epoch.
		pub fn false_seals(epoch: EpochIndex) -> Vec<(AccountId32, u32)> {
			FalseSeals::<T>::iter_prefix(epoch).collect()
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
}
