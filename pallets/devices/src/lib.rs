//! # Devices
//!
//! Machines that do something useful: who they are, whose they are, where they stand, and which
//! networks they take part in.
//!
//! ## Overview
//!
//! A device's identity is the hash of the key that it was made with, and never changes. Its owner
//! registers it with a signature by that key; the owner can offer it to somebody else, who accepts.
//! The key that signs its reports can be rotated with a certificate by the hardware key.
//!
//! A device has a *seat* in each network that it has joined: the aggregator that carries its reports,
//! that aggregator's cut, and whether it is paused. Seats, keys, places and data sets are facts: a
//! change made in an epoch counts from two epochs later, and what was true as of an epoch can be read
//! until the epoch is frozen (see [`Pallet::facts`]).
//!
//! A membership's row stays until the last epoch that it could report for has expired, with the bits
//! that say which epochs it was paid for: who leaves and joins again is paid once.

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
pub mod claims;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
pub mod weights;

pub use pallet::*;
pub use weights::WeightInfo;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{dispatch::DispatchResult, pallet_prelude::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use sp_runtime::Permill;
use substation_primitives::{
	epoch::InspectEpochs, keys::Signature, AccountId32, DeviceId, EpochIndex, HardwareKey, History,
	NetworkId, ReportKey,
};
use substation_proofs::facts::{DataSet, DeviceFacts, Place, PLACE_RESOLUTION};

/// Networks that a device may have rows in.
pub const MAX_MEMBERSHIPS: u32 = 8;
/// Changes of a fact that are remembered at a time, the reserved one included.
pub const FACTS_KEPT: u32 = 6;
/// Changes of a cell's occupancy that are remembered: at most one per epoch, and more epochs than any
/// window.
pub const COUNTS_KEPT: u32 = 64;

// A count changes at most once per epoch, and must never be refused.
const _: () = assert!(COUNTS_KEPT > substation_primitives::epoch::MAX_FACT_WINDOW + 2);
// An epoch that can be claimed has a bit of its own.
const _: () = assert!(
	claims::SPAN
		> substation_primitives::epoch::MAX_CLAIM_EPOCHS
			+ substation_primitives::epoch::MAX_DISPUTE_EPOCHS
			+ 2
);

/// A maker's word for a device: who the maker is, and its signature.
pub type Voucher = (AccountId32, Signature);

/// A device's word that an owner may register it.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct RegistrationProof {
	/// The last block in which it is good.
	pub expires: u32,
	/// By the device's hardware key, over [`substation_primitives::signing::registration`].
	pub signature: Signature,
}

/// What this pallet asks of networks.
pub trait InspectNetworks {
	/// Whether devices may join.
	fn takes_members(network: NetworkId) -> bool;

	/// Whether the network is retired, and takes no reports any more.
	fn has_ended(network: NetworkId) -> bool;

	/// Whether a maker has to vouch for each device.
	fn is_vouched(network: NetworkId) -> bool;

	/// The H3 resolution at which the network counts its devices, if it does.
	fn cell_resolution(network: NetworkId) -> Option<u8>;

	/// Takes a maker's voucher over `message` where one is demanded.
	fn take_voucher(
		network: NetworkId,
		voucher: Option<&Voucher>,
		message: &[u8],
	) -> DispatchResult;
}

/// What benchmarks need of networks.
#[cfg(feature = "runtime-benchmarks")]
pub trait BenchmarkHelper {
	/// One of [`MAX_MEMBERSHIPS`] networks and one more that count devices in cells and demand
	/// vouchers.
	fn network(number: u32) -> NetworkId;

	/// A voucher by a maker that `network` has licensed.
	fn voucher(network: NetworkId, message: &[u8]) -> Option<Voucher>;
}

/// A device's place in a network.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Seat {
	/// Who carries its reports.
	pub aggregator: AccountId32,
	/// The aggregator's part of each payment.
	pub cut: Permill,
	/// Since when it has been a member.
	pub since: EpochIndex,
	/// Whether it does not report at present.
	pub paused: bool,
}

impl Seat {
	/// Whether reports count.
	pub fn may_report(&self) -> bool {
		!self.paused
	}
}

/// A device.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Device<Balance> {
	/// Whose it is.
	pub owner: AccountId32,
	/// The key that it was made with.
	pub hardware: HardwareKey,
	/// The key that signs its reports.
	pub report_key: History<ReportKey, FACTS_KEPT>,
	/// How often the report key was rotated.
	pub rotations: u32,
	/// Where it stands.
	pub place: History<Option<Place>, FACTS_KEPT>,
	/// What it stores.
	pub data_set: History<Option<DataSet>, FACTS_KEPT>,
	/// Networks that it has a row in.
	pub networks: BoundedVec<NetworkId, ConstU32<MAX_MEMBERSHIPS>>,
	/// Held from the owner for the device and its memberships.
	pub deposit: Balance,
	/// Who may take it over.
	pub offered_to: Option<AccountId32>,
}

/// A device's membership in a network.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Membership<Balance> {
	/// Its seat; none after leaving.
	pub seat: History<Option<Seat>, FACTS_KEPT>,
	/// Which epochs were paid.
	pub claims: claims::ClaimBits,
	/// The part of the device's deposit that is for this row.
	pub deposit: Balance,
}

/// What a wallet shows of a device.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct DeviceView {
	/// Whose it is.
	pub owner: AccountId32,
	/// Who may take it over.
	pub offered_to: Option<AccountId32>,
	/// The key that signs its reports, as set last.
	pub report_key: Option<ReportKey>,
	/// How often that key was rotated.
	pub rotations: u32,
	/// Where it stands, as asserted last.
	pub place: Option<Place>,
	/// What it stores, as committed last.
	pub data_set: Option<DataSet>,
	/// Its seats, as set last.
	pub seats: alloc::vec::Vec<(NetworkId, Option<Seat>)>,
}

#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use frame_support::{
		pallet_prelude::*,
		traits::{
			fungible::{hold::Mutate as HoldMutate, Inspect, Mutate},
			tokens::{Fortitude, Precision, Preservation},
		},
	};
	use frame_system::pallet_prelude::*;
	use sp_runtime::traits::{SaturatedConversion, Saturating, Zero};
	use substation_primitives::{did, history, signing, H256};

	/// The in-code storage version.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// How balances are counted.
	pub type BalanceOf<T> = <<T as Config>::Currency as Inspect<AccountId32>>::Balance;
	/// A device.
	pub type DeviceOf<T> = Device<BalanceOf<T>>;
	/// A membership.
	pub type MembershipOf<T> = Membership<BalanceOf<T>>;
	/// How many devices a cell holds, as a fact.
	pub type Count = History<u32, COUNTS_KEPT>;

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config<AccountId = AccountId32, Hash = H256> {
		/// The token that deposits and fees are paid in.
		type Currency: HoldMutate<AccountId32, Reason = Self::RuntimeHoldReason>
			+ Mutate<AccountId32>;
		/// The overarching reason for holding balance.
		type RuntimeHoldReason: From<HoldReason>;
		/// Networks.
		type Networks: InspectNetworks;
		/// The protocol's clock.
		type Epochs: InspectEpochs;
		/// Held for a device.
		type DeviceDeposit: Get<BalanceOf<Self>>;
		/// Held for a membership in a network whose makers vouch for devices.
		type VouchedDeposit: Get<BalanceOf<Self>>;
		/// Held for a membership in a network that takes any device. The larger of the two: it is what
		/// keeps devices that do not exist from being cheap.
		type OpenDeposit: Get<BalanceOf<Self>>;
		/// Burned for asserting a place.
		type PlaceFee: Get<BalanceOf<Self>>;
		/// Weights.
		type WeightInfo: WeightInfo;
		/// What benchmarks need of networks.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: BenchmarkHelper;
	}

	/// Why balance is held.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// For a device and its memberships.
		#[codec(index = 0)]
		Device,
	}

	/// Devices.
	#[pallet::storage]
	pub type Devices<T: Config> = StorageMap<_, Blake2_128Concat, DeviceId, DeviceOf<T>>;

	/// Memberships.
	#[pallet::storage]
	pub type Memberships<T: Config> =
		StorageDoubleMap<_, Twox64Concat, NetworkId, Blake2_128Concat, DeviceId, MembershipOf<T>>;

	/// Devices in each cell of each network, as a fact.
	#[pallet::storage]
	pub type Occupancy<T> =
		StorageDoubleMap<_, Twox64Concat, NetworkId, Blake2_128Concat, u64, Count, ValueQuery>;

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
	}

	#[pallet::error]
	pub enum Error<T> {
		/// There is no such device. Register it first.
		NotFound,
		/// Only the device's owner may do this.
		NotOwner,
		/// The device is registered already.
		AlreadyRegistered,
		/// This release does not verify keys of this scheme. Use Ed25519 or Sr25519.
		UnsupportedKey,
		/// The device's signature has expired. Have it sign again.
		ProofExpired,
		/// The device has not signed this.
		BadProof,
		/// The network does not exist or takes no members.
		NetworkClosed,
		/// The device has a seat in this network.
		AlreadyMember,
		/// The device has no seat in this network.
		NotMember,
		/// The device is in as many networks as it may.
		TooManyNetworks,
		/// The fact was changed too often of late. Wait until its older values cannot be asked for.
		TooManyChanges,
		/// Claims for the membership's last epoch have not ended.
		StillClaimable,
		/// The point is not on Earth.
		PlaceOutOfRange,
		/// The cell does not hold the point. Take the H3 cell at resolution 12.
		WrongCell,
		/// A data set has at least one piece.
		EmptyDataSet,
		/// The hardware key has not certified this key, or for another rotation.
		BadCertificate,
		/// The device was not offered to the caller.
		NotOffered,
		/// The device has memberships. Leave, and remove them once claims have ended.
		HasMemberships,
		/// The cell is not empty, or was not long enough ago.
		CellInUse,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(
				T::OpenDeposit::get() >= T::VouchedDeposit::get(),
				"who is vouched for pays no more",
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call(weight = T::WeightInfo)]
	impl<T: Config> Pallet<T> {
		/// Register a device and give it a seat in a network.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the owner, from whom a deposit is held.
		///
		/// ## Arguments
		///
		/// * `hardware`: the key that the device was made with.
		/// * `proof`: the device's word that the caller may register it.
		/// * `network`: the network to join.
		/// * `aggregator`: who carries its reports there.
		/// * `cut`: that aggregator's part of each payment.
		/// * `voucher`: a maker's voucher, where the network demands one.
		///
		/// ## Errors
		///
		/// [`Error::UnsupportedKey`], [`Error::AlreadyRegistered`], [`Error::ProofExpired`],
		/// [`Error::BadProof`], [`Error::NetworkClosed`], and those of the network about the voucher.
		///
		/// ## Events
		///
		/// [`Event::Registered`], [`Event::Seated`].
		#[pallet::call_index(0)]
		pub fn register(
			origin: OriginFor<T>,
			hardware: HardwareKey,
			proof: RegistrationProof,
			network: NetworkId,
			aggregator: AccountId32,
			cut: Permill,
			voucher: Option<Voucher>,
		) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			let key = hardware.as_report_key().ok_or(Error::<T>::UnsupportedKey)?;
			let device = hardware.device_id();
			ensure!(!Devices::<T>::contains_key(device), Error::<T>::AlreadyRegistered);
			let block: u32 = frame_system::Pallet::<T>::block_number().saturated_into();
			let RegistrationProof { expires, signature } = proof;
			ensure!(block <= expires, Error::<T>::ProofExpired);
			ensure!(T::Networks::takes_members(network), Error::<T>::NetworkClosed);
			let message = signing::registration(&Self::genesis_hash(), &owner, network, expires);
			ensure!(key.verify(&signature, &message), Error::<T>::BadProof);

			let deposit = T::DeviceDeposit::get();
			T::Currency::hold(&HoldReason::Device.into(), &owner, deposit)?;
			let now = T::Epochs::now();
			let row = Device {
				owner: owner.clone(),
				hardware,
				report_key: History::starting(now, key),
				rotations: 0,
				place: Default::default(),
				data_set: Default::default(),
				networks: Default::default(),
				deposit,
				offered_to: None,
			};
			Self::deposit_event(Event::Registered { device, owner });
			Self::seat(device, row, network, aggregator, cut, voucher)
		}

		/// Give a device a seat in one more network, or in one that it has left.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the owner, from whom a deposit is held for a new row.
		///
		/// ## Arguments
		///
		/// * `device`: which device.
		/// * `network`: the network to join.
		/// * `aggregator`: who carries its reports there.
		/// * `cut`: that aggregator's part of each payment.
		/// * `voucher`: a maker's voucher, where the network demands one.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::NotOwner`], [`Error::NetworkClosed`],
		/// [`Error::AlreadyMember`], [`Error::TooManyNetworks`], [`Error::TooManyChanges`], and those
		/// of the network about the voucher.
		///
		/// ## Events
		///
		/// [`Event::Seated`].
		#[pallet::call_index(1)]
		pub fn join(
			origin: OriginFor<T>,
			device: DeviceId,
			network: NetworkId,
			aggregator: AccountId32,
			cut: Permill,
			voucher: Option<Voucher>,
		) -> DispatchResult {
			let row = Self::owned(origin, &device)?;
			ensure!(T::Networks::takes_members(network), Error::<T>::NetworkClosed);
			Self::seat(device, row, network, aggregator, cut, voucher)
		}

		/// Give up a device's seat in a network from two epochs later on.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the owner; by anybody once the network has ended, so that a device whose owner is gone does not
		/// keep it.
		///
		/// ## Arguments
		///
		/// * `device`: which device.
		/// * `network`: which network.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::NotOwner`], [`Error::NotMember`], [`Error::TooManyChanges`].
		///
		/// ## Events
		///
		/// [`Event::Left`].
		#[pallet::call_index(2)]
		// For who is not the owner the network is read.
		#[pallet::weight(T::WeightInfo::leave().saturating_add(T::DbWeight::get().reads(1)))]
		pub fn leave(origin: OriginFor<T>, device: DeviceId, network: NetworkId) -> DispatchResult {
			let row = Self::owned_or_ended(origin, &device, network)?;
			let (mut membership, seat) = Self::member(&device, network)?;
			let now = T::Epochs::now();
			membership
				.seat
				.set_reserved(now, T::Epochs::window(), None)
				.map_err(|_| Error::<T>::TooManyChanges)?;
			if seat.may_report() {
				Self::count(network, row.place.latest(), false)?;
			}
			Memberships::<T>::insert(network, device, membership);
			let from = now.saturating_add(history::DELAY);
			Self::deposit_event(Event::Left { device, network, from });
			Ok(())
		}

		/// Remove the row of a membership that was given up, once claims for its last epoch have
		/// ended, and give its deposit back to the device's owner.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the owner; by anybody once the network has ended.
		///
		/// ## Arguments
		///
		/// * `device`: which device's.
		/// * `network`: in which network.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::NotOwner`], [`Error::NotMember`], [`Error::AlreadyMember`],
		/// [`Error::StillClaimable`].
		///
		/// ## Events
		///
		/// [`Event::MembershipRemoved`].
		#[pallet::call_index(3)]
		// For who is not the owner the network is read.
		#[pallet::weight(T::WeightInfo::remove_membership().saturating_add(T::DbWeight::get().reads(1)))]
		pub fn remove_membership(
			origin: OriginFor<T>,
			device: DeviceId,
			network: NetworkId,
		) -> DispatchResult {
			let mut row = Self::owned_or_ended(origin, &device, network)?;
			let membership = Memberships::<T>::get(network, device).ok_or(Error::<T>::NotMember)?;
			ensure!(matches!(membership.seat.latest(), Some(None)), Error::<T>::AlreadyMember);
			let last = membership.seat.latest_since().and_then(|since| since.checked_sub(1));
			ensure!(last.is_some_and(T::Epochs::is_expired), Error::<T>::StillClaimable);
			T::Currency::release(
				&HoldReason::Device.into(),
				&row.owner,
				membership.deposit,
				Precision::BestEffort,
			)?;
			row.deposit = row.deposit.saturating_sub(membership.deposit);
			row.networks.retain(|joined| *joined != network);
			Devices::<T>::insert(device, row);
			Memberships::<T>::remove(network, device);
			Self::deposit_event(Event::MembershipRemoved { device, network });
			Ok(())
		}

		/// Choose another aggregator, or another cut, from two epochs later on.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the owner.
		///
		/// ## Arguments
		///
		/// * `device`: which device.
		/// * `network`: in which network.
		/// * `aggregator`: who carries its reports.
		/// * `cut`: that aggregator's part of each payment.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::NotOwner`], [`Error::NotMember`], [`Error::TooManyChanges`].
		///
		/// ## Events
		///
		/// [`Event::Seated`].
		#[pallet::call_index(4)]
		pub fn set_seat(
			origin: OriginFor<T>,
			device: DeviceId,
			network: NetworkId,
			aggregator: AccountId32,
			cut: Permill,
		) -> DispatchResult {
			Self::owned(origin, &device)?;
			let (membership, seat) = Self::member(&device, network)?;
			Self::change_seat(device, network, membership, Seat { aggregator, cut, ..seat })
		}

		/// Pause a device in a network, or let it report again, from two epochs later on.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the owner.
		///
		/// ## Arguments
		///
		/// * `device`: which device.
		/// * `network`: in which network.
		/// * `paused`: whether it is to pause.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::NotOwner`], [`Error::NotMember`], [`Error::TooManyChanges`].
		///
		/// ## Events
		///
		/// [`Event::Seated`].
		#[pallet::call_index(5)]
		pub fn set_paused(
			origin: OriginFor<T>,
			device: DeviceId,
			network: NetworkId,
			paused: bool,
		) -> DispatchResult {
			let row = Self::owned(origin, &device)?;
			let (membership, seat) = Self::member(&device, network)?;
			if seat.paused != paused {
				Self::count(network, row.place.latest(), !paused)?;
			}
			Self::change_seat(device, network, membership, Seat { paused, ..seat })
		}

		/// Say where a device stands. It counts from two epochs later on, and seniority starts again.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the owner, who pays [`Config::PlaceFee`].
		///
		/// ## Arguments
		///
		/// * `device`: which device.
		/// * `place`: where.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::NotOwner`], [`Error::PlaceOutOfRange`],
		/// [`Error::WrongCell`], [`Error::TooManyChanges`].
		///
		/// ## Events
		///
		/// [`Event::PlaceAsserted`].
		#[pallet::call_index(6)]
		pub fn assert_place(
			origin: OriginFor<T>,
			device: DeviceId,
			place: Place,
		) -> DispatchResult {
			let mut row = Self::owned(origin, &device)?;
			ensure!(
				place.latitude.unsigned_abs() <= 900_000_000
					&& place.longitude.unsigned_abs() <= 1_800_000_000,
				Error::<T>::PlaceOutOfRange
			);
			ensure!(Self::cell_of(&place) == Some(place.cell), Error::<T>::WrongCell);
			let before = *row.place.latest().unwrap_or(&None);
			let now = T::Epochs::now();
			row.place
				.set(now, T::Epochs::window(), Some(place))
				.map_err(|_| Error::<T>::TooManyChanges)?;
			T::Currency::burn_from(
				&row.owner,
				T::PlaceFee::get(),
				Preservation::Preserve,
				Precision::Exact,
				Fortitude::Polite,
			)?;
			for network in &row.networks {
				let counted = Memberships::<T>::get(network, device)
					.and_then(|membership| membership.seat.latest().cloned().flatten())
					.is_some_and(|seat| seat.may_report());
				if counted {
					Self::count(*network, Some(&before), false)?;
					Self::count(*network, Some(&Some(place)), true)?;
				}
			}
			Devices::<T>::insert(device, row);
			let from = now.saturating_add(history::DELAY);
			Self::deposit_event(Event::PlaceAsserted { device, from, place });
			Ok(())
		}

		/// Commit a device to hold data from two epochs later on.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the owner.
		///
		/// ## Arguments
		///
		/// * `device`: which device.
		/// * `data_set`: to what; nothing to hold no data any more.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::NotOwner`], [`Error::EmptyDataSet`],
		/// [`Error::TooManyChanges`].
		///
		/// ## Events
		///
		/// [`Event::DataSetCommitted`].
		#[pallet::call_index(7)]
		pub fn commit_data_set(
			origin: OriginFor<T>,
			device: DeviceId,
			data_set: Option<DataSet>,
		) -> DispatchResult {
			let mut row = Self::owned(origin, &device)?;
			ensure!(data_set.is_none_or(|set| set.pieces > 0), Error::<T>::EmptyDataSet);
			let now = T::Epochs::now();
			row.data_set
				.set(now, T::Epochs::window(), data_set)
				.map_err(|_| Error::<T>::TooManyChanges)?;
			Devices::<T>::insert(device, row);
			let from = now.saturating_add(history::DELAY);
			Self::deposit_event(Event::DataSetCommitted { device, from, data_set });
			Ok(())
		}

		/// Let another key sign a device's reports from two epochs later on.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the owner.
		///
		/// ## Arguments
		///
		/// * `device`: which device's.
		/// * `key`: the new key.
		/// * `certificate`: the hardware key's signature over the rotation.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::NotOwner`], [`Error::BadCertificate`],
		/// [`Error::TooManyChanges`].
		///
		/// ## Events
		///
		/// [`Event::Rotated`].
		#[pallet::call_index(8)]
		pub fn rotate(
			origin: OriginFor<T>,
			device: DeviceId,
			key: ReportKey,
			certificate: Signature,
		) -> DispatchResult {
			let mut row = Self::owned(origin, &device)?;
			let message = signing::rotation(&Self::genesis_hash(), &device, &key, row.rotations);
			let certified = row
				.hardware
				.as_report_key()
				.is_some_and(|hardware| hardware.verify(&certificate, &message));
			ensure!(certified, Error::<T>::BadCertificate);
			let now = T::Epochs::now();
			row.report_key
				.set_reserved(now, T::Epochs::window(), key)
				.map_err(|_| Error::<T>::TooManyChanges)?;
			row.rotations = row.rotations.saturating_add(1);
			Devices::<T>::insert(device, row);
			let from = now.saturating_add(history::DELAY);
			Self::deposit_event(Event::Rotated { device, from, key });
			Ok(())
		}

		/// Offer a device to somebody, or take an offer back.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the owner.
		///
		/// ## Arguments
		///
		/// * `device`: which device.
		/// * `to`: to whom; to nobody to take an offer back.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::NotOwner`].
		///
		/// ## Events
		///
		/// [`Event::Offered`].
		#[pallet::call_index(9)]
		pub fn offer(
			origin: OriginFor<T>,
			device: DeviceId,
			to: Option<AccountId32>,
		) -> DispatchResult {
			let mut row = Self::owned(origin, &device)?;
			row.offered_to = to.clone();
			Devices::<T>::insert(device, row);
			Self::deposit_event(Event::Offered { device, to });
			Ok(())
		}

		/// Take over a device that was offered. Its deposit is held from the new owner and given back
		/// to the old one; what it has earned and not been paid goes to the new owner.
		///
		/// ## Dispatch Origin
		///
		/// Signed by whom it was offered to.
		///
		/// ## Arguments
		///
		/// * `device`: which device.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::NotOffered`].
		///
		/// ## Events
		///
		/// [`Event::Transferred`].
		#[pallet::call_index(10)]
		pub fn accept(origin: OriginFor<T>, device: DeviceId) -> DispatchResult {
			let to = ensure_signed(origin)?;
			let mut row = Devices::<T>::get(device).ok_or(Error::<T>::NotFound)?;
			ensure!(row.offered_to.as_ref() == Some(&to), Error::<T>::NotOffered);
			let reason = HoldReason::Device.into();
			T::Currency::hold(&reason, &to, row.deposit)?;
			T::Currency::release(&reason, &row.owner, row.deposit, Precision::BestEffort)?;
			row.offered_to = None;
			let from = core::mem::replace(&mut row.owner, to.clone());
			Devices::<T>::insert(device, row);
			Self::deposit_event(Event::Transferred { device, from, to });
			Ok(())
		}

		/// Remove a device that has no memberships left, and give its deposit back.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the owner.
		///
		/// ## Arguments
		///
		/// * `device`: which device.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::NotOwner`], [`Error::HasMemberships`].
		///
		/// ## Events
		///
		/// [`Event::Retired`].
		#[pallet::call_index(11)]
		pub fn retire(origin: OriginFor<T>, device: DeviceId) -> DispatchResult {
			let row = Self::owned(origin, &device)?;
			ensure!(row.networks.is_empty(), Error::<T>::HasMemberships);
			T::Currency::release(
				&HoldReason::Device.into(),
				&row.owner,
				row.deposit,
				Precision::BestEffort,
			)?;
			Devices::<T>::remove(device);
			Self::deposit_event(Event::Retired { device });
			Ok(())
		}

		/// Remove the row of a cell that has been empty for as long as anybody may ask.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anybody.
		///
		/// ## Arguments
		///
		/// * `network`: in which network.
		/// * `cell`: which.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::CellInUse`].
		///
		/// ## Events
		///
		/// [`Event::CellPruned`].
		#[pallet::call_index(12)]
		pub fn prune_cell(origin: OriginFor<T>, network: NetworkId, cell: u64) -> DispatchResult {
			ensure_signed(origin)?;
			let count = Occupancy::<T>::get(network, cell);
			let since = count.latest_since().ok_or(Error::<T>::NotFound)?;
			let horizon = T::Epochs::now().saturating_sub(T::Epochs::window());
			ensure!(count.latest() == Some(&0) && since <= horizon, Error::<T>::CellInUse);
			Occupancy::<T>::remove(network, cell);
			Self::deposit_event(Event::CellPruned { network, cell });
			Ok(())
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// A device, with everything as set last.
		pub fn device(device: DeviceId) -> Option<DeviceView> {
			let row = Devices::<T>::get(device)?;
			let seats = row
				.networks
				.iter()
				.map(|network| {
					let seat = Memberships::<T>::get(network, device)
						.and_then(|membership| membership.seat.latest().cloned().flatten());
					(*network, seat)
				})
				.collect();
			Some(DeviceView {
				owner: row.owner,
				offered_to: row.offered_to,
				report_key: row.report_key.latest().copied(),
				rotations: row.rotations,
				place: row.place.latest().copied().flatten(),
				data_set: row.data_set.latest().copied().flatten(),
				seats,
			})
		}

		/// A device's W3C DID document: JSON, in UTF-8, with the keys that count now.
		pub fn did_document(device: DeviceId) -> Option<alloc::vec::Vec<u8>> {
			let row = Devices::<T>::get(device)?;
			let (genesis, key) = (Self::genesis_hash(), row.report_key.at(T::Epochs::now()));
			let text = did::document(&genesis, &device, &row.owner, &row.hardware, key);
			Some(text.into_bytes())
		}

		/// A device's facts in a network as of an epoch, as judges read them.
		pub fn device_facts(
			network: NetworkId,
			device: DeviceId,
			epoch: EpochIndex,
		) -> Option<DeviceFacts> {
			Self::facts(network, &device, epoch)
		}

		/// Whether a membership was paid for an epoch.
		pub fn is_paid(network: NetworkId, device: DeviceId, epoch: EpochIndex) -> bool {
			Memberships::<T>::get(network, device)
				.is_some_and(|membership| membership.claims.is_marked(epoch, T::Epochs::now()))
		}
	}

	impl<T: Config> Pallet<T> {
		/// A device's facts in `network` as of `epoch`; nothing if it was no active member.
		pub fn facts(
			network: NetworkId,
			device: &DeviceId,
			epoch: EpochIndex,
		) -> Option<DeviceFacts> {
			let membership = Memberships::<T>::get(network, device)?;
			let seat = membership.seat.at(epoch)?.clone().filter(Seat::may_report)?;
			let row = Devices::<T>::get(device)?;
			let key = *row.report_key.at(epoch)?;
			let (placed, place) = match row.place.entry_at(epoch) {
				Some((since, place)) => (since, *place),
				None => (0, None),
			};
			let occupied = place
				.and_then(|place| Self::counted_cell(network, &place))
				.and_then(|cell| Occupancy::<T>::get(network, cell).at(epoch).copied())
				.unwrap_or(1);
			Some(DeviceFacts {
				key,
				aggregator: seat.aggregator,
				cut: seat.cut.deconstruct(),
				since: seat.since.max(placed),
				place,
				occupied,
				data_set: row.data_set.at(epoch).copied().flatten(),
			})
		}

		/// Marks `epoch` as paid and tells the device's owner as of now; nothing if it was paid or
		/// there is no such membership.
		pub fn claim(
			network: NetworkId,
			device: &DeviceId,
			epoch: EpochIndex,
		) -> Option<AccountId32> {
			let owner = Devices::<T>::get(device)?.owner;
			Memberships::<T>::mutate(network, device, |membership| {
				let claims = &mut membership.as_mut()?.claims;
				claims.mark(epoch, T::Epochs::now()).then_some(owner)
			})
		}

		/// Hash of the chain's first block.
		pub fn genesis_hash() -> H256 {
			frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero())
		}

		/// The H3 cell at [`PLACE_RESOLUTION`] that holds a place's point.
		pub fn cell_of(place: &Place) -> Option<u64> {
			let degrees = |value: i32| f64::from(value) / 1e7;
			let point = h3o::LatLng::new(degrees(place.latitude), degrees(place.longitude)).ok()?;
			let resolution = h3o::Resolution::try_from(PLACE_RESOLUTION).ok()?;
			Some(point.to_cell(resolution).into())
		}

		/// The cell of `network` that a device counts in as of `epoch`, if it does and this is still known.
		pub fn cell(network: NetworkId, device: &DeviceId, epoch: EpochIndex) -> Option<u64> {
			let place = (*Devices::<T>::get(device)?.place.at(epoch)?)?;
			Self::counted_cell(network, &place)
		}

		/// Whether `network` counts devices in cells, and `cell` is one of these.
		pub fn counts_in(network: NetworkId, cell: u64) -> bool {
			let resolution = T::Networks::cell_resolution(network);
			let cell = h3o::CellIndex::try_from(cell).ok();
			cell.is_some_and(|cell| Some(u8::from(cell.resolution())) == resolution)
		}

		/// The cell in which `network` counts a device at `place`, if it counts devices.
		fn counted_cell(network: NetworkId, place: &Place) -> Option<u64> {
			let resolution = T::Networks::cell_resolution(network)?;
			let resolution = h3o::Resolution::try_from(resolution).ok()?;
			let cell = h3o::CellIndex::try_from(place.cell).ok()?;
			cell.parent(resolution).map(Into::into)
		}

		/// Counts a device in, or out of, the cell of its place.
		fn count(
			network: NetworkId,
			place: Option<&Option<Place>>,
			enters: bool,
		) -> DispatchResult {
			let place = place.copied().flatten();
			let Some(cell) = place.and_then(|place| Self::counted_cell(network, &place)) else {
				return Ok(());
			};
			let mut count = Occupancy::<T>::get(network, cell);
			let now = count.latest().copied().unwrap_or(0);
			let next = if enters { now.saturating_add(1) } else { now.saturating_sub(1) };
			count
				.set(T::Epochs::now(), T::Epochs::window(), next)
				.map_err(|_| Error::<T>::TooManyChanges)?;
			// A device that was to enter and has changed its mind leaves no row behind.
			match count.is_always(&0) {
				true => Occupancy::<T>::remove(network, cell),
				false => Occupancy::<T>::insert(network, cell, count),
			}
			Ok(())
		}

		fn owned(origin: OriginFor<T>, device: &DeviceId) -> Result<DeviceOf<T>, DispatchError> {
			let who = ensure_signed(origin)?;
			let row = Devices::<T>::get(device).ok_or(Error::<T>::NotFound)?;
			ensure!(row.owner == who, Error::<T>::NotOwner);
			Ok(row)
		}

		/// The row of a device that the signer owns; of anybody's where it is a network that has ended.
		fn owned_or_ended(
			origin: OriginFor<T>,
			device: &DeviceId,
			network: NetworkId,
		) -> Result<DeviceOf<T>, DispatchError> {
			let who = ensure_signed(origin)?;
			let row = Devices::<T>::get(device).ok_or(Error::<T>::NotFound)?;
			ensure!(row.owner == who || T::Networks::has_ended(network), Error::<T>::NotOwner);
			Ok(row)
		}

		/// A membership with a seat, as set last.
		pub(crate) fn member(
			device: &DeviceId,
			network: NetworkId,
		) -> Result<(MembershipOf<T>, Seat), Error<T>> {
			let membership = Memberships::<T>::get(network, device).ok_or(Error::<T>::NotMember)?;
			let seat = membership.seat.latest().cloned().flatten().ok_or(Error::<T>::NotMember)?;
			Ok((membership, seat))
		}

		fn change_seat(
			device: DeviceId,
			network: NetworkId,
			mut membership: MembershipOf<T>,
			seat: Seat,
		) -> DispatchResult {
			let now = T::Epochs::now();
			membership
				.seat
				.set(now, T::Epochs::window(), Some(seat.clone()))
				.map_err(|_| Error::<T>::TooManyChanges)?;
			Memberships::<T>::insert(network, device, membership);
			let from = now.saturating_add(history::DELAY);
			Self::deposit_event(Event::Seated { device, network, from, seat });
			Ok(())
		}

		/// Seats a device in a network, and stores it.
		fn seat(
			device: DeviceId,
			mut row: DeviceOf<T>,
			network: NetworkId,
			aggregator: AccountId32,
			cut: Permill,
			voucher: Option<Voucher>,
		) -> DispatchResult {
			let now = T::Epochs::now();
			let since = now.saturating_add(history::DELAY);
			let seat = Seat { aggregator, cut, since, paused: false };
			let membership = match Memberships::<T>::get(network, device) {
				Some(membership) => {
					let left = matches!(membership.seat.latest(), Some(None));
					ensure!(left, Error::<T>::AlreadyMember);
					membership
				}
				None => {
					row.networks.try_push(network).map_err(|_| Error::<T>::TooManyNetworks)?;
					let message = signing::voucher(&Self::genesis_hash(), network, &device);
					T::Networks::take_voucher(network, voucher.as_ref(), &message)?;
					let deposit = match T::Networks::is_vouched(network) {
						true => T::VouchedDeposit::get(),
						false => T::OpenDeposit::get(),
					};
					T::Currency::hold(&HoldReason::Device.into(), &row.owner, deposit)?;
					row.deposit = row.deposit.saturating_add(deposit);
					let claims = claims::ClaimBits::new(now);
					Membership { seat: Default::default(), claims, deposit }
				}
			};
			Self::count(network, row.place.latest(), true)?;
			Devices::<T>::insert(device, row);
			Self::change_seat(device, network, membership, seat)
		}

		/// Checks everything that is stored twice against each other.
		#[cfg(any(feature = "try-runtime", test))]
		pub(crate) fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
			use alloc::collections::BTreeMap;
			let mut held = BTreeMap::<AccountId32, BalanceOf<T>>::new();
			let mut counts = BTreeMap::<(NetworkId, u64), u32>::new();
			let mut rows = 0usize;
			for (device, row) in Devices::<T>::iter() {
				ensure!(row.hardware.device_id() == device, "an identity is not its key's hash");
				let sum = held.entry(row.owner.clone()).or_default();
				*sum = sum.saturating_add(row.deposit);
				for network in &row.networks {
					rows = rows.saturating_add(1);
					let membership = Memberships::<T>::get(network, device)
						.ok_or("a device's network has no membership")?;
					let counted = membership
						.seat
						.latest()
						.cloned()
						.flatten()
						.is_some_and(|seat| seat.may_report());
					let cell = row
						.place
						.latest()
						.copied()
						.flatten()
						.and_then(|place| Self::counted_cell(*network, &place));
					if let (true, Some(cell)) = (counted, cell) {
						let count = counts.entry((*network, cell)).or_default();
						*count = count.saturating_add(1);
					}
				}
			}
			ensure!(Memberships::<T>::iter().count() == rows, "a membership belongs to no device");
			for (network, cell, count) in Occupancy::<T>::iter() {
				let expected = counts.remove(&(network, cell)).unwrap_or(0);
				ensure!(count.latest() == Some(&expected), "a cell's count drifted");
			}
			ensure!(counts.is_empty(), "a cell with devices is not counted");
			for (owner, sum) in held {
				ensure!(
					<T::Currency as frame_support::traits::fungible::InspectHold<_>>::balance_on_hold(
						&HoldReason::Device.into(),
						&owner
					) == sum,
					"devices' deposits are not what is held"
				);
			}
			Ok(())
		}
	}
}
