//! # Networks
//!
//! The services that devices take part in: what each pays for, how often, at most how much, and who
//! may vouch for its devices.
//!
//! ## Overview
//!
//! Anybody may create a network for a deposit; what its terms are at an epoch is a fact that judges
//! read (see [`Pallet::terms_at`]). Terms, pausing and retiring count from two epochs later. A
//! network earns nothing before governance gives it a weight: its share of each epoch's issuance is
//! its weight over the sum of all weights.
//!
//! A network may demand that a *maker* vouches for each device. A maker is licensed by the
//! network's owner for a number of devices at a time, posts the key that signs vouchers, and has a
//! bond at stake.

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
mod creation;
mod ending;
mod errors;
mod events;
mod facts;
mod funds;
mod issuance;
mod makers;
#[cfg(test)]
mod mock;
mod ownership;
pub mod profiles;
mod terms;
#[cfg(test)]
mod tests;
pub mod traits;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
mod vouchers;
pub mod weights;

pub use pallet::*;
pub use traits::*;
pub use weights::WeightInfo;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::pallet_macros::import_section;
use scale_info::TypeInfo;
use substation_primitives::{
	epoch::{InspectEpochs, MAX_FACT_WINDOW},
	AccountId32, EpochIndex, ReportKey,
};
use substation_proofs::Policy;

/// The longest cadence: one report in so many epochs.
pub const MAX_CADENCE: u16 = 24;
/// Changes of a network's terms that are remembered at a time.
pub const TERMS_KEPT: u32 = 8;
/// Changes of weights that are remembered: at most one per epoch, and more epochs than they are
/// read for.
pub const WEIGHTS_KEPT: u32 = 84;

// The sum changes at most once per epoch, and must never be refused: before a change there are as
// many old ones as are read for and two more, and one slot is reserved.
const _: () = assert!(WEIGHTS_KEPT > MAX_FACT_WINDOW + MAX_CADENCE as u32 + 3);

/// What a network pays for, how often and at most how much.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Terms<Balance> {
	/// What is paid for.
	pub policy: Policy,
	/// Devices report in epochs divisible by this, from 1 to [`MAX_CADENCE`].
	pub cadence: u16,
	/// The most that a full score earns in an epoch.
	pub rate_cap: Balance,
	/// Whether reports are taken at all.
	pub open: bool,
}

/// A network.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Network<Balance> {
	/// Who may change its terms and license makers.
	pub owner: AccountId32,
	/// Held from the owner.
	pub deposit: Balance,
	/// Whether a maker has to vouch for each device.
	pub vouched: bool,
	/// Makers that are licensed.
	pub makers: u32,
	/// Held from the owner for their rows, in all.
	pub licences: Balance,
	/// From which epoch on it is closed for good.
	pub retired: Option<EpochIndex>,
	/// Who may take it over.
	pub offer: Option<Offer>,
}

/// An offer of a network to somebody who may take it over.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Offer {
	/// To whom.
	pub to: AccountId32,
	/// Whether governance offers it, because the owner's key is lost or stolen: then the owner cannot take the offer back.
	pub by_governance: bool,
}

/// A manufacturer licensed in a network.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Maker<Balance> {
	/// Devices that it may still vouch for: one less for each that it has vouched for and that has
	/// not gone again.
	pub quota: u32,
	/// When it was licensed.
	pub since: EpochIndex,
	/// Held from the network's owner for the row.
	pub deposit: Balance,
	/// The key that signs vouchers, once the maker has posted it.
	pub key: Option<ReportKey>,
	/// Held from the maker.
	pub bond: Balance,
	/// From which epoch on the bond is free, once the licence has ended.
	pub ended: Option<EpochIndex>,
}

#[import_section(errors::errors)]
#[import_section(events::events)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use frame_support::{
		pallet_prelude::*,
		traits::{
			fungible::{hold::Mutate, Inspect},
			EnsureOrigin,
		},
		PalletId,
	};
	use frame_system::pallet_prelude::*;
	use sp_runtime::traits::Zero;
	use substation_primitives::{profile::Profile, History, NetworkId, H256};

	/// The in-code storage version.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// How balances are counted.
	pub type BalanceOf<T> = <<T as Config>::Currency as Inspect<AccountId32>>::Balance;
	/// A network's terms.
	pub type TermsOf<T> = Terms<BalanceOf<T>>;

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config<AccountId = AccountId32> {
		/// The token that deposits are paid in.
		type Currency: Mutate<AccountId32, Reason = Self::RuntimeHoldReason>;
		/// The overarching reason for holding balance.
		type RuntimeHoldReason: From<HoldReason>;
		/// The protocol's clock.
		type Epochs: InspectEpochs;
		/// Devices.
		type Members: InspectMembers;
		/// Governance: who sets networks' weights in issuance, changes the terms of those that have one, ends a network, and gives
		/// it to another owner.
		type WeightOrigin: EnsureOrigin<Self::RuntimeOrigin>;
		/// For how many epochs the members of a network that its owner retires know of it before.
		#[pallet::constant]
		type Notice: Get<EpochIndex>;
		/// Held for a network.
		type NetworkDeposit: Get<BalanceOf<Self>>;
		/// Held from a network's owner for each maker's row.
		type MakerDeposit: Get<BalanceOf<Self>>;
		/// Held from a network's owner for a row with its profile.
		type ProfileDeposit: Get<BalanceOf<Self>>;
		/// Held from a network's owner for each byte of its profile.
		type ProfileByteDeposit: Get<BalanceOf<Self>>;
		/// Held from a maker for each device of its quota.
		type MakerBondPerDevice: Get<BalanceOf<Self>>;
		/// The highest rate cap, so that what a batch can be paid stays bounded.
		type MaxRateCap: Get<BalanceOf<Self>>;
		/// From which networks' fund accounts are derived.
		#[pallet::constant]
		type PalletId: Get<PalletId>;
		/// Weights.
		type WeightInfo: WeightInfo;
	}

	/// Why balance is held.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// For a network's row.
		#[codec(index = 0)]
		Network,
		/// From a network's owner for a maker's row.
		#[codec(index = 1)]
		Licence,
		/// A maker's bond.
		#[codec(index = 2)]
		Maker,
		/// For what a network's owner says of it.
		#[codec(index = 3)]
		Profile,
	}

	/// How many networks were ever created.
	#[pallet::storage]
	pub type NextNetworkId<T> = StorageValue<_, NetworkId, ValueQuery>;

	/// Networks.
	#[pallet::storage]
	pub type Networks<T: Config> = StorageMap<_, Twox64Concat, NetworkId, Network<BalanceOf<T>>>;

	/// From which epoch on each network takes reports, or not, as it does: as of when its terms were set last, and the last
	/// change that was decided then.
	#[pallet::storage]
	pub type Steady<T> =
		StorageMap<_, Twox64Concat, NetworkId, (EpochIndex, EpochIndex), ValueQuery>;

	/// What each network pays for, as a fact.
	#[pallet::storage]
	pub type NetworkTerms<T: Config> =
		StorageMap<_, Twox64Concat, NetworkId, History<TermsOf<T>, TERMS_KEPT>>;

	/// Each network's weight in issuance, as a fact.
	#[pallet::storage]
	pub type NetworkWeights<T> =
		StorageMap<_, Twox64Concat, NetworkId, History<u32, TERMS_KEPT>, ValueQuery>;

	/// The sum of all weights, as a fact.
	#[pallet::storage]
	pub type WeightSum<T> = StorageValue<_, History<u64, WEIGHTS_KEPT>, ValueQuery>;

	/// What networks' owners say of them.
	#[pallet::storage]
	pub type Profiles<T: Config> =
		StorageMap<_, Twox64Concat, NetworkId, profiles::Said<BalanceOf<T>>>;

	/// Makers licensed in each network.
	#[pallet::storage]
	pub type Makers<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		NetworkId,
		Blake2_128Concat,
		AccountId32,
		Maker<BalanceOf<T>>,
	>;

	/// A network that is there from the start, with terms and weight that have always counted.
	#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
	#[serde(rename_all = "camelCase")]
	pub struct GenesisNetwork<Balance> {
		/// Its owner. No deposit is held.
		pub owner: AccountId32,
		/// What it pays for.
		pub policy: Policy,
		/// Devices report in epochs divisible by this.
		pub cadence: u16,
		/// The most that a full score earns in an epoch.
		pub rate_cap: Balance,
		/// Whether a maker has to vouch for each device.
		pub vouched: bool,
		/// Its weight in issuance.
		pub weight: u32,
	}

	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Networks, numbered from 0.
		pub networks: alloc::vec::Vec<GenesisNetwork<BalanceOf<T>>>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			let mut sum = 0u64;
			for (network, genesis) in (0..).zip(&self.networks) {
				let GenesisNetwork { owner, policy, cadence, rate_cap, vouched, weight } =
					genesis.clone();
				let terms = Terms { policy, cadence, rate_cap, open: true };
				assert!(Pallet::<T>::check_terms(&terms).is_ok(), "a network's terms are unsound");
				assert!(Pallet::<T>::check_rate_cap(&terms).is_ok(), "a rate cap is out of range");
				let row = Network {
					owner,
					deposit: Zero::zero(),
					vouched,
					makers: 0,
					licences: Zero::zero(),
					retired: None,
					offer: None,
				};
				Networks::<T>::insert(network, row);
				NetworkTerms::<T>::insert(network, History::<_, TERMS_KEPT>::always(terms));
				NetworkWeights::<T>::insert(network, History::<_, TERMS_KEPT>::always(weight));
				sum = sum.saturating_add(weight.into());
				NextNetworkId::<T>::put(network.saturating_add(1));
			}
			if !self.networks.is_empty() {
				WeightSum::<T>::put(History::<_, WEIGHTS_KEPT>::always(sum));
			}
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(!T::MaxRateCap::get().is_zero(), "some rate cap is allowed");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call(weight = T::WeightInfo)]
	impl<T: Config> Pallet<T> {
		/// Create a network. It takes reports from two epochs later on.
		///
		/// ## Dispatch Origin
		///
		/// Signed. A deposit is held until the network is removed.
		///
		/// ## Arguments
		///
		/// * `terms`: what the network pays for.
		/// * `vouched`: whether a maker has to vouch for each device.
		///
		/// ## Errors
		///
		/// [`Error::UnsoundPolicy`], [`Error::CadenceOutOfRange`], [`Error::RateCapOutOfRange`], [`Error::PaysForWashing`],
		/// [`Error::UseNotCounted`], [`Error::NumbersExhausted`], [`sp_runtime::TokenError::FundsUnavailable`].
		///
		/// ## Events
		///
		/// [`Event::Created`].
		#[pallet::call_index(0)]
		pub fn create(origin: OriginFor<T>, terms: TermsOf<T>, vouched: bool) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_create(owner, terms, vouched)
		}

		/// Change a network's terms from two epochs later on. Closing the network this way pauses
		/// it; it may then keep a rate cap above what has become the highest.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the network's owner, or [`Config::WeightOrigin`]. While the network has a weight, the owner may only close
		/// it, open it again and lower the rate cap: what was voted for is what is paid for.
		///
		/// ## Arguments
		///
		/// * `network`: which network's.
		/// * `terms`: to what.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::NotOwner`], [`Error::AlreadyRetired`],
		/// [`Error::OtherKind`], [`Error::UnsoundPolicy`], [`Error::CadenceOutOfRange`],
		/// [`Error::RateCapOutOfRange`], [`Error::PaysForWashing`], [`Error::UseNotCounted`], [`Error::TooManyChanges`],
		/// [`Error::Weighted`].
		///
		/// ## Events
		///
		/// [`Event::TermsSet`].
		#[pallet::call_index(1)]
		pub fn set_terms(
			origin: OriginFor<T>,
			network: NetworkId,
			terms: TermsOf<T>,
		) -> DispatchResult {
			let (by, (row, history)) = Self::owned_or_governed(origin, network)?;
			ensure!(row.retired.is_none(), Error::<T>::AlreadyRetired);
			Self::do_set_terms(by, network, history, terms)
		}

		/// Close a network for good, and take no new members from now on. Where devices have rows in it their owners get notice:
		/// it closes [`Config::Notice`] epochs later. Without any, and if governance ends it, it closes two epochs later.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the network's owner; or [`Config::WeightOrigin`], which also takes its weight away, and may bring forward what
		/// the owner has begun.
		///
		/// ## Arguments
		///
		/// * `network`: which network.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::NotOwner`], [`Error::AlreadyRetired`], and
		/// [`Error::TooManyChanges`], which a slot of the list kept for this prevents.
		///
		/// ## Events
		///
		/// [`Event::Retired`].
		#[pallet::call_index(2)]
		pub fn retire(origin: OriginFor<T>, network: NetworkId) -> DispatchResult {
			let (by, (row, history)) = Self::owned_or_governed(origin, network)?;
			Self::do_retire(by, network, row, history)
		}

		/// Remove a retired network once all claims have ended, and give its deposit back. What weight it had is gone with it.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the network's owner.
		///
		/// ## Arguments
		///
		/// * `network`: which network.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::NotOwner`], [`Error::StillInUse`], [`Error::HasMakers`],
		/// [`Error::HasMembers`].
		///
		/// ## Events
		///
		/// [`Event::Removed`].
		#[pallet::call_index(3)]
		pub fn remove(origin: OriginFor<T>, network: NetworkId) -> DispatchResult {
			let (row, _) = Self::owned(origin, network)?;
			Self::do_remove(network, &row)
		}

		/// Set a network's weight in issuance from two epochs later on.
		///
		/// ## Dispatch Origin
		///
		/// [`Config::WeightOrigin`].
		///
		/// ## Arguments
		///
		/// * `network`: which network's.
		/// * `weight`: its weight; 0 for no share.
		/// * `terms`: what [`Pallet::terms_hash`] says, so that what is voted for is what is paid for. Any for a weight of 0.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::TooManyChanges`]; [`Error::AlreadyRetired`] and [`Error::OtherTerms`] for a weight
		/// above 0.
		///
		/// ## Events
		///
		/// [`Event::WeightSet`].
		#[pallet::call_index(4)]
		pub fn set_weight(
			origin: OriginFor<T>,
			network: NetworkId,
			weight: u32,
			terms: H256,
		) -> DispatchResult {
			T::WeightOrigin::ensure_origin(origin)?;
			Self::do_set_weight(network, weight, terms)
		}

		/// License a maker to vouch for a number of devices at a time.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the network's owner, who pays a deposit for the row.
		///
		/// ## Arguments
		///
		/// * `network`: in which network.
		/// * `maker`: whom.
		/// * `quota`: for how many devices.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::NotOwner`], [`Error::AlreadyRetired`],
		/// [`Error::AlreadyLicensed`], [`Error::NoQuota`],
		/// [`sp_runtime::TokenError::FundsUnavailable`].
		///
		/// ## Events
		///
		/// [`Event::MakerLicensed`].
		#[pallet::call_index(5)]
		pub fn license_maker(
			origin: OriginFor<T>,
			network: NetworkId,
			maker: AccountId32,
			quota: u32,
		) -> DispatchResult {
			let (row, _) = Self::owned(origin, network)?;
			ensure!(row.retired.is_none(), Error::<T>::AlreadyRetired);
			Self::do_license_maker(network, row, maker, quota)
		}

		/// Post the key that signs vouchers, and the bond.
		///
		/// ## Dispatch Origin
		///
		/// Signed by a licensed maker. The bond grows with the quota.
		///
		/// ## Arguments
		///
		/// * `network`: in which network.
		/// * `key`: the key.
		///
		/// ## Errors
		///
		/// [`Error::NotLicensed`], [`Error::KeyPosted`], [`Error::LicenceEnded`],
		/// [`sp_runtime::ArithmeticError::Overflow`], [`sp_runtime::TokenError::FundsUnavailable`].
		///
		/// ## Events
		///
		/// [`Event::MakerReady`].
		#[pallet::call_index(6)]
		pub fn post_maker_key(
			origin: OriginFor<T>,
			network: NetworkId,
			key: ReportKey,
		) -> DispatchResult {
			let maker = ensure_signed(origin)?;
			Self::do_post_maker_key(network, maker, key)
		}

		/// End a maker's licence. What it has vouched for stays.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the network's owner or by the maker.
		///
		/// ## Arguments
		///
		/// * `network`: in which network.
		/// * `maker`: whose.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::NotLicensed`], [`Error::NotOwner`],
		/// [`Error::LicenceEnded`].
		///
		/// ## Events
		///
		/// [`Event::MakerEnded`].
		#[pallet::call_index(7)]
		pub fn end_licence(
			origin: OriginFor<T>,
			network: NetworkId,
			maker: AccountId32,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_end_licence(&who, network, maker)
		}

		/// Remove an ended licence, and give deposit and bond back.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anybody.
		///
		/// ## Arguments
		///
		/// * `network`: in which network.
		/// * `maker`: whose.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::NotLicensed`], [`Error::StillLicensed`].
		///
		/// ## Events
		///
		/// [`Event::MakerRemoved`].
		#[pallet::call_index(8)]
		pub fn remove_maker(
			origin: OriginFor<T>,
			network: NetworkId,
			maker: AccountId32,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_remove_maker(network, maker)
		}

		/// Say who may take a network over, or that nobody may.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the network's owner; or [`Config::WeightOrigin`], where the owner's key is lost or stolen.
		///
		/// ## Arguments
		///
		/// * `network`: which network.
		/// * `to`: who; nobody takes back what was said before.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::NotOwner`], [`Error::OfferedByGovernance`].
		///
		/// ## Events
		///
		/// [`Event::Offered`].
		#[pallet::call_index(9)]
		pub fn offer(
			origin: OriginFor<T>,
			network: NetworkId,
			to: Option<AccountId32>,
		) -> DispatchResult {
			let (by, (row, _)) = Self::owned_or_governed(origin, network)?;
			Self::do_offer(by, network, row, to)
		}

		/// Take a network over that was offered, with its deposits. If governance has offered it, and the last owner had begun to
		/// retire it, it goes on, as long as two epochs are left.
		///
		/// ## Dispatch Origin
		///
		/// Signed by whom it was offered to. The network's deposit, and those for its makers' rows, are held from now on; the
		/// last owner has them back.
		///
		/// ## Arguments
		///
		/// * `network`: which network.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::NotOffered`], [`sp_runtime::TokenError::FundsUnavailable`].
		///
		/// ## Events
		///
		/// [`Event::Transferred`].
		#[pallet::call_index(10)]
		pub fn accept(origin: OriginFor<T>, network: NetworkId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_accept(network, who)
		}

		/// Say what a network is called and where people read about it; or take back what was said. Nobody vouches for it.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the network's owner, from whom a deposit is held for the row and each byte of it, until it takes the profile
		/// back or the network is removed; or [`Config::WeightOrigin`], which may take back what the owner has said.
		///
		/// ## Arguments
		///
		/// * `network`: which network.
		/// * `profile`: all of it; none removes what there is.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::NotOwner`], [`Error::BadProfile`], [`sp_runtime::TokenError::FundsUnavailable`].
		///
		/// ## Events
		///
		/// [`Event::ProfileSet`].
		#[pallet::call_index(11)]
		pub fn set_profile(
			origin: OriginFor<T>,
			network: NetworkId,
			profile: Option<Profile>,
		) -> DispatchResult {
			let (by, (row, _)) = Self::owned_or_governed(origin, network)?;
			// Governance speaks for nobody at an owner's expense.
			ensure!(by == ownership::By::Owner || profile.is_none(), Error::<T>::NotOwner);
			Self::do_set_profile(network, &row.owner, profile)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// A network, with its terms as set last.
		pub fn network(network: NetworkId) -> Option<(Network<BalanceOf<T>>, TermsOf<T>)> {
			Self::view_of(network)
		}

		/// What a network's owner says of it, if it says something.
		pub fn profile(network: NetworkId) -> Option<Profile> {
			Profiles::<T>::get(network).map(|said| said.profile)
		}

		/// The BLAKE2-256 hash of a network's encoded terms, as set last: what a weight is voted for.
		pub fn terms_hash(network: NetworkId) -> Option<H256> {
			Self::hash_of_terms(network)
		}

		/// A network's terms as of an epoch.
		pub fn terms(network: NetworkId, epoch: EpochIndex) -> Option<TermsOf<T>> {
			Self::terms_at(network, epoch)
		}
	}
}
