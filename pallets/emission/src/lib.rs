//! # Emission
//!
//! Issues the token along a curve under a hard cap, and pays it for settled work.
//!
//! ## Overview
//!
//! Each epoch that is not void has a budget (see [`curve`]). It is divided between devices, validators, the
//! treasury, and a reserve that nobody can spend before governance says how (see [`Division`]). Validators get what their
//! stake earns (see [`Returns`]), and no more than their part; what is left of it goes to the reserve.
//!
//! A network's pool for an epoch is its part of the devices' share, by weight. It is computed once,
//! when the first batch for that epoch settles. After the freeze anybody may claim for a chunk of
//! settled reports; each device's owner is paid
//!
//! `min(pool × score / total, rate cap × score / full score)`, rounded down,
//!
//! less the aggregator's cut. What the rate cap holds back is not issued. Tokens come into being when
//! they are paid; what was not claimed in time is the network's income.

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
mod budgets;
mod claims;
pub mod curve;
mod division;
#[cfg(test)]
mod mock;
mod pools;
pub mod returns;
#[cfg(test)]
mod tests;
pub mod traits;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
pub mod weights;

pub use curve::Curve;
pub use pallet::*;
pub use returns::Returns;
pub use traits::*;
pub use weights::WeightInfo;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_runtime::Permill;
pub use substation_primitives::Balance;
use substation_primitives::{
	batch::{Element, ElementPath, Leaves},
	AccountId32, BatchId, DeviceId, EpochIndex, NetworkId,
};

/// How a budget is divided. The parts are all of it together.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Division {
	/// What devices get.
	pub devices: Permill,
	/// What validators get.
	pub validators: Permill,
	/// What is the treasury's income.
	pub treasury: Permill,
	/// What is kept until it is governed.
	pub reserve: Permill,
}

pub use substation_primitives::batch::{ChunkClaim, MAX_CLAIMED, MAX_CLAIMS};

/// Changes of the division that are remembered.
pub const DIVISIONS_KEPT: u32 = 16;

/// What a network pays for an epoch.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Pool {
	/// What there is to pay.
	pub amount: Balance,
	/// The most that a full score earns.
	pub rate_cap: Balance,
	/// Scores of the network's settled batches, in sum; final at the freeze.
	pub total: u64,
	/// What was paid so far.
	pub paid: Balance,
}

#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use alloc::vec;
	use frame_support::{
		pallet_prelude::*,
		traits::{
			fungible::{Balanced, Credit, Inspect, Mutate},
			EnsureOrigin,
		},
		weights::WeightMeter,
		PalletId,
	};
	use frame_system::pallet_prelude::*;
	use substation_primitives::History;

	/// The in-code storage version.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// Token that somebody has to take.
	pub type CreditOf<T> = Credit<AccountId32, <T as Config>::Currency>;

	#[pallet::config]
	pub trait Config: frame_system::Config<AccountId = AccountId32> {
		/// The token.
		type Currency: Mutate<AccountId32>
			+ Inspect<AccountId32, Balance = Balance>
			+ Balanced<AccountId32>;
		/// Settlements.
		type Settlements: InspectSettlements;
		/// Networks.
		type Networks: InspectShares;
		/// Devices.
		type Devices: ClaimMemberships;
		/// Who hears of payments.
		type OnPaid: OnPaid;
		/// Who says how budgets are divided.
		type DivisionOrigin: EnsureOrigin<Self::RuntimeOrigin>;
		/// Where what is issued for nobody's work goes.
		type Income: TakeIncome<CreditOf<Self>>;
		/// Epochs that staking may go without paying an era, before the rest is left for the next.
		#[pallet::constant]
		type MaxEpochsPerEra: Get<u32>;
		/// What stake earns.
		type Returns: Get<Returns>;
		/// Epochs of a year.
		#[pallet::constant]
		type EpochsPerYear: Get<u32>;
		/// From which the reserve's account is derived.
		#[pallet::constant]
		type ReserveId: Get<PalletId>;
		/// Weights.
		type WeightInfo: WeightInfo;
		/// What benchmarks need of others.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: BenchmarkHelper;
	}

	/// The issuance curve.
	#[pallet::storage]
	pub type IssuanceCurve<T> = StorageValue<_, Curve, ValueQuery>;

	/// How budgets are divided, as a fact; by the default before it is ever set.
	#[pallet::storage]
	pub type Divisions<T> = StorageValue<_, History<Division, DIVISIONS_KEPT>, ValueQuery>;

	/// What each network pays for each epoch, from its first settlement until claims end.
	#[pallet::storage]
	pub type Pools<T> =
		StorageDoubleMap<_, Twox64Concat, EpochIndex, Twox64Concat, NetworkId, Pool>;

	/// What this pallet has issued so far, the validators' part included.
	#[pallet::storage]
	pub type Issued<T> = StorageValue<_, Balance, ValueQuery>;

	/// Tokens that there were at genesis, of which this pallet has issued none.
	#[pallet::storage]
	pub type Endowed<T> = StorageValue<_, Balance>;

	/// The first epoch that validators, treasury and reserve were not paid for.
	#[pallet::storage]
	pub type FirstUnpaid<T> = StorageValue<_, EpochIndex, ValueQuery>;

	/// The first epoch whose pools were not closed.
	#[pallet::storage]
	pub type FirstOpen<T> = StorageValue<_, EpochIndex, ValueQuery>;

	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// The issuance curve.
		pub curve: Curve,
		#[serde(skip)]
		#[doc(hidden)]
		pub _config: core::marker::PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			assert!(self.curve.is_sound(), "the issuance curve would exceed its cap");
			IssuanceCurve::<T>::put(self.curve);
			Endowed::<T>::put(T::Currency::total_issuance());
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A network's pool for an epoch was computed.
		PoolOpened {
			/// Which network's.
			network: NetworkId,
			/// For which epoch.
			epoch: EpochIndex,
			/// What there is to pay.
			amount: Balance,
		},
		/// A device's owner was paid.
		Paid {
			/// In which network.
			network: NetworkId,
			/// For which epoch.
			epoch: EpochIndex,
			/// For which device.
			device: DeviceId,
			/// Who.
			owner: AccountId32,
			/// What, after the aggregator's cut.
			amount: Balance,
		},
		/// An aggregator was paid its cut of a chunk.
		CutPaid {
			/// In which network.
			network: NetworkId,
			/// For which epoch.
			epoch: EpochIndex,
			/// Who.
			aggregator: AccountId32,
			/// What.
			amount: Balance,
		},
		/// What was not claimed in time became income of the network.
		PoolClosed {
			/// Which network's.
			network: NetworkId,
			/// For which epoch.
			epoch: EpochIndex,
			/// What was left.
			rest: Balance,
		},
		/// Budgets will be divided otherwise.
		DivisionSet {
			/// From which epoch on.
			from: EpochIndex,
			/// How.
			division: Division,
		},
		/// Validators, treasury and reserve got their parts of the budgets of an era.
		FundsPaid {
			/// The first epoch.
			from: EpochIndex,
			/// The first epoch after.
			to: EpochIndex,
			/// To validators: what stake earns, and no more than their part. They fetch it from staking.
			validators: Balance,
			/// To the treasury.
			treasury: Balance,
			/// To the reserve: its part, and what of the validators' stake does not need.
			reserve: Balance,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// Nobody in this chunk is to be paid: all were, or have no score, or are gone.
		NobodyToPay,
		/// The network had no pool for this epoch.
		NoPool,
		/// The parts are not all of a budget together.
		NotAll,
		/// The division was changed too often of late. Wait until older ones cannot be asked for any more.
		TooManyChanges,
		/// More than 128 devices are claimed for in one call, or one in several networks. Claim for fewer chunks, or for
		/// one network, at once.
		TooManyDevices,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_idle(_now: BlockNumberFor<T>, limit: Weight) -> Weight {
			let mut meter = WeightMeter::with_limit(limit);
			Self::close_pools(&mut meter);
			meter.consumed()
		}

		fn integrity_test() {
			assert!(T::MaxEpochsPerEra::get() > 0, "no era would be paid");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call(weight = T::WeightInfo)]
	impl<T: Config> Pallet<T> {
		/// Pay for the settled reports of a chunk.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anybody; the caller gets nothing.
		///
		/// ## Arguments
		///
		/// * `epoch`: the epoch of the reports.
		/// * `batch`: the batch.
		/// * `chunk`: the chunk's number.
		/// * `element`: the chunk's element in the result.
		/// * `path`: the path from the element to the result's root.
		/// * `leaves`: the outcomes of the chunk's reports.
		///
		/// ## Details
		///
		/// Devices that were paid, have no score or are gone are skipped. Owners are those of the
		/// moment.
		///
		/// ## Errors
		///
		/// [`Error::NobodyToPay`], [`Error::NoPool`], and those of the settlement: that the epoch is
		/// not frozen, that claims have ended, that element or leaves are wrong.
		///
		/// ## Events
		///
		/// [`Event::Paid`] for each device, [`Event::CutPaid`].
		#[pallet::call_index(0)]
		#[pallet::weight(Pallet::<T>::weight_of_claims(core::iter::once(leaves)))]
		pub fn claim_chunk(
			origin: OriginFor<T>,
			epoch: EpochIndex,
			batch: BatchId,
			chunk: u32,
			element: Element,
			path: ElementPath,
			leaves: Leaves,
		) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			Self::do_claim(vec![ChunkClaim { epoch, batch, chunk, element, path, leaves }])
		}

		/// Pay for settled chunks of several epochs at once. A membership's row is written once for all its epochs, and an
		/// owner is paid once for all memberships, so that a day's claim costs little more than an hour's.
		///
		/// ## Dispatch Origin
		///
		/// Signed, by anybody.
		///
		/// ## Arguments
		///
		/// * `claims`: the chunks, of whatever epochs and batches. A device may be in several of one network.
		///
		/// ## Details
		///
		/// Devices that were paid, have no score or are gone are skipped, and so are owners whose accounts cannot take what
		/// they get. One chunk that is not final refuses all.
		///
		/// ## Errors
		///
		/// Those of [`Pallet::claim_chunk`], and [`Error::TooManyDevices`].
		///
		/// ## Events
		///
		/// [`Event::Paid`] for each device and epoch, [`Event::CutPaid`] for each epoch.
		#[pallet::call_index(2)]
		#[pallet::weight(Pallet::<T>::weight_of_claims(claims.iter().map(|claim| &claim.leaves)))]
		pub fn claim_chunks(
			origin: OriginFor<T>,
			claims: BoundedVec<ChunkClaim, ConstU32<MAX_CLAIMS>>,
		) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			Self::do_claim(claims.into_inner())
		}

		/// Divide budgets otherwise, from two epochs later on.
		///
		/// ## Dispatch Origin
		///
		/// [`Config::DivisionOrigin`].
		///
		/// ## Arguments
		///
		/// * `division`: how.
		///
		/// ## Errors
		///
		/// [`Error::NotAll`], [`Error::TooManyChanges`].
		///
		/// ## Events
		///
		/// [`Event::DivisionSet`].
		#[pallet::call_index(1)]
		pub fn set_division(origin: OriginFor<T>, division: Division) -> DispatchResult {
			T::DivisionOrigin::ensure_origin(origin)?;
			ensure!(division.is_sound(), Error::<T>::NotAll);
			Self::do_set_division(division)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// A network's pool for an epoch.
		pub fn pool(network: NetworkId, epoch: EpochIndex) -> Option<Pool> {
			Pools::<T>::get(epoch, network)
		}

		/// An epoch's budget.
		pub fn budget(epoch: EpochIndex) -> Balance {
			Self::budget_of(epoch)
		}

		/// How an epoch's budget is divided.
		pub fn division(epoch: EpochIndex) -> Division {
			Self::division_at(&Divisions::<T>::get(), epoch)
		}
	}
}
