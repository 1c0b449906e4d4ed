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
//! A device has a *seat* in each network that it has joined: the aggregator that carries its
//! reports, that aggregator's cut, and whether it is paused. Seats, keys, places and data sets are
//! facts: a change made in an epoch counts from two epochs later, and what was true as of an epoch
//! can be read until the epoch is frozen (see [`Pallet::facts`]).
//!
//! A membership's row stays until the last epoch that it could report for has expired, with the
//! bits that say which epochs it was paid for: who leaves and joins again is paid once. It also
//! says of whose licence its voucher has spent a device, and gives this back when it is removed: a
//! voucher that is shown again spends no more than one device at a time.

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
pub mod cells;
pub mod chairs;
pub mod claims;
mod config;
mod data_sets;
mod description;
mod errors;
mod events;
mod facts;
mod keys;
mod leaving;
#[cfg(test)]
mod mock;
mod ownership;
mod places;
mod registration;
mod seats;
pub mod standing;
mod storage;
#[cfg(test)]
mod tests;
pub mod traits;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
pub mod weights;

pub use description::{Resolution, Said};
pub use pallet::*;
pub use traits::*;
pub use weights::WeightInfo;

use cells::Cell;
use chairs::Chair;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{pallet_macros::import_section, pallet_prelude::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use sp_runtime::Permill;
use substation_primitives::{
	did::Description, epoch::InspectEpochs, keys::Signature, AccountId32, DeviceId, EpochIndex,
	HardwareKey, History, NetworkId, ReportKey, Tenure,
};
use substation_proofs::facts::{DataSet, DeviceFacts, Place};

/// Networks that a device may have rows in.
pub const MAX_MEMBERSHIPS: u32 = 8;
/// Changes of a fact that are remembered at a time, the reserved one included.
pub const FACTS_KEPT: u32 = 6;
/// Changes of a cell's counts that are remembered: at most one per epoch, and more epochs than
/// any window.
pub const COUNTS_KEPT: u32 = 64;

// A count changes at most once per epoch, and must never be refused: before a change there are as
// many old ones as the window has epochs and two more, and one slot is reserved.
const _: () = assert!(COUNTS_KEPT > substation_primitives::epoch::MAX_FACT_WINDOW + 3);

/// A maker's word for a device: who the maker is, and its signature.
pub type Voucher = (AccountId32, Signature);

/// What a maker's voucher has spent a device of.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Licence {
	/// The maker that has it.
	pub maker: AccountId32,
	/// Since when: a maker that is licensed again has another.
	pub since: EpochIndex,
}

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

/// A device's place in a network.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Seat {
	/// Who carries its reports.
	pub aggregator: AccountId32,
	/// Since when that one does.
	pub carried_since: EpochIndex,
	/// The aggregator's part of each payment.
	pub cut: Permill,
	/// Since when it has been a member.
	pub since: EpochIndex,
	/// Whether it does not report at present.
	pub paused: bool,
}

/// A device.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Device<Balance> {
	/// Whose it is.
	pub owner: AccountId32,
	/// Whose it is, as a fact.
	pub owners: History<AccountId32, FACTS_KEPT>,
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
	/// For how long it has been whose it is.
	pub tenure: Tenure,
}

/// A device's membership in a network.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Membership<Balance> {
	/// Its seat; none after leaving.
	pub seat: History<Option<Seat>, FACTS_KEPT>,
	/// Its chair, if the network has chairs and the device stands where one is.
	pub chair: History<Option<Chair>, FACTS_KEPT>,
	/// Which epochs were paid.
	pub claims: claims::ClaimBits,
	/// The part of the device's deposit that is for this row.
	pub deposit: Balance,
	/// What its voucher has spent, until the row is removed.
	pub licence: Option<Licence>,
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
	/// Its chairs, as set last, in networks that have any.
	pub chairs: alloc::vec::Vec<(NetworkId, Chair)>,
}

#[import_section(config::config)]
#[import_section(errors::errors)]
#[import_section(events::events)]
#[import_section(storage::storage)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use frame_support::{
		pallet_prelude::*,
		traits::fungible::{hold::Mutate as HoldMutate, Inspect, Mutate},
	};
	use frame_system::pallet_prelude::*;
	use substation_primitives::H256;

	/// The in-code storage version.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// How balances are counted.
	pub type BalanceOf<T> = <<T as Config>::Currency as Inspect<AccountId32>>::Balance;
	/// A device.
	pub type DeviceOf<T> = Device<BalanceOf<T>>;
	/// A membership.
	pub type MembershipOf<T> = Membership<BalanceOf<T>>;
	/// Who sits in a chair, as a fact.
	pub type ChairRow = History<Option<DeviceId>, FACTS_KEPT>;
	/// What is said of a device.
	pub type SaidOf<T> = Said<BalanceOf<T>>;

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

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
		/// Signed by the owner, from whom a deposit is held.
		/// ## Arguments
		/// * `hardware`: the key that the device was made with.
		/// * `proof`: the device's word that the caller may register it.
		/// * `network`: the network to join.
		/// * `aggregator`: who carries its reports there.
		/// * `cut`: that aggregator's part of each payment.
		/// * `voucher`: a maker's voucher, where the network demands one.
		/// ## Errors
		/// [`Error::UnsupportedKey`], [`Error::AlreadyRegistered`], [`Error::ProofExpired`],
		/// [`Error::BadProof`], [`Error::NetworkClosed`], those of the network about the voucher,
		/// and [`sp_runtime::TokenError::FundsUnavailable`].
		/// ## Events
		/// [`Event::Registered`], [`Event::Seated`].
		#[pallet::call_index(0)]
		// In a network that numbers all its members the device sits down at once.
		#[pallet::weight(T::WeightInfo::register().saturating_add(
			T::DbWeight::get().reads_writes(2 + u64::from(cells::LEFT_KEPT), 2)
		))]
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
			Self::do_register(owner, hardware, proof, network, aggregator, cut, voucher)
		}

		/// Give a device a seat in one more network, or in one that it has left.
		///
		/// ## Dispatch Origin
		/// Signed by the owner, from whom a deposit is held for a new row.
		/// ## Arguments
		/// * `device`: which device.
		/// * `network`: the network to join.
		/// * `aggregator`: who carries its reports there.
		/// * `cut`: that aggregator's part of each payment.
		/// * `voucher`: a maker's voucher, where the network demands one.
		/// ## Errors
		/// [`Error::NotFound`], [`Error::NotOwner`], [`Error::NetworkClosed`],
		/// [`Error::AlreadyMember`], [`Error::TooManyNetworks`], [`Error::TooManyChanges`], those
		/// of the network about the voucher, and [`sp_runtime::TokenError::FundsUnavailable`].
		/// ## Events
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
			Self::do_join(device, row, network, aggregator, cut, voucher)
		}

		/// Give up a device's seat in a network from two epochs later on.
		///
		/// ## Dispatch Origin
		/// Signed by the owner; by anybody once the network has ended, so that a device whose owner
		/// is gone does not keep it.
		/// ## Arguments
		/// * `device`: which device.
		/// * `network`: which network.
		/// ## Errors
		/// [`Error::NotFound`], [`Error::NotOwner`], [`Error::NotMember`], and
		/// [`Error::TooManyChanges`], which a slot of the list kept for this prevents.
		/// ## Events
		/// [`Event::Left`].
		#[pallet::call_index(2)]
		// For who is not the owner the network is read.
		#[pallet::weight(T::WeightInfo::leave().saturating_add(T::DbWeight::get().reads(1)))]
		pub fn leave(origin: OriginFor<T>, device: DeviceId, network: NetworkId) -> DispatchResult {
			Self::owned_or_ended(origin, &device, network)?;
			Self::do_leave(device, network)
		}

		/// Remove the row of a membership that was given up, once claims for its last epoch have
		/// ended, and give its deposit back to the device's owner.
		///
		/// ## Dispatch Origin
		/// Signed by the owner; by anybody once the network has ended.
		/// ## Arguments
		/// * `device`: which device's.
		/// * `network`: in which network.
		/// ## Errors
		/// [`Error::NotFound`], [`Error::NotOwner`], [`Error::NotMember`],
		/// [`Error::AlreadyMember`], [`Error::StillClaimable`].
		/// ## Events
		/// [`Event::MembershipRemoved`].
		#[pallet::call_index(3)]
		// For who is not the owner the network is read.
		#[pallet::weight(T::WeightInfo::remove_membership().saturating_add(T::DbWeight::get().reads(1)))]
		pub fn remove_membership(
			origin: OriginFor<T>,
			device: DeviceId,
			network: NetworkId,
		) -> DispatchResult {
			let row = Self::owned_or_ended(origin, &device, network)?;
			Self::do_remove_membership(device, row, network)
		}

		/// Choose another aggregator, or another cut, from two epochs later on.
		///
		/// ## Dispatch Origin
		/// Signed by the owner.
		/// ## Arguments
		/// * `device`: which device.
		/// * `network`: in which network.
		/// * `aggregator`: who carries its reports.
		/// * `cut`: that aggregator's part of each payment.
		/// ## Errors
		/// [`Error::NotFound`], [`Error::NotOwner`], [`Error::NotMember`],
		/// [`Error::TooManyChanges`].
		/// ## Events
		/// [`Event::Seated`], unless the seat is so already.
		#[pallet::call_index(4)]
		pub fn set_seat(
			origin: OriginFor<T>,
			device: DeviceId,
			network: NetworkId,
			aggregator: AccountId32,
			cut: Permill,
		) -> DispatchResult {
			Self::owned(origin, &device)?;
			Self::do_set_seat(device, network, aggregator, cut)
		}

		/// Pause a device in a network, or let it report again, from two epochs later on.
		///
		/// ## Dispatch Origin
		/// Signed by the owner.
		/// ## Arguments
		/// * `device`: which device.
		/// * `network`: in which network.
		/// * `paused`: whether it is to pause.
		/// ## Errors
		/// [`Error::NotFound`], [`Error::NotOwner`], [`Error::NotMember`],
		/// [`Error::TooManyChanges`].
		/// ## Events
		/// [`Event::Seated`], unless the device is so already.
		#[pallet::call_index(5)]
		pub fn set_paused(
			origin: OriginFor<T>,
			device: DeviceId,
			network: NetworkId,
			paused: bool,
		) -> DispatchResult {
			Self::owned(origin, &device)?;
			Self::do_set_paused(device, network, paused)
		}

		/// Say where a device stands. It counts from two epochs later on, and seniority starts
		/// again.
		///
		/// ## Dispatch Origin
		/// Signed by the owner, who pays [`Config::PlaceFee`].
		/// ## Arguments
		/// * `device`: which device.
		/// * `place`: where.
		/// ## Errors
		/// [`Error::NotFound`], [`Error::NotOwner`], [`Error::PlaceOutOfRange`],
		/// [`Error::WrongCell`], [`Error::TooManyChanges`],
		/// [`sp_runtime::TokenError::FundsUnavailable`].
		/// ## Events
		/// [`Event::PlaceAsserted`].
		#[pallet::call_index(6)]
		pub fn assert_place(
			origin: OriginFor<T>,
			device: DeviceId,
			place: Place,
		) -> DispatchResult {
			let row = Self::owned(origin, &device)?;
			Self::do_assert_place(device, row, place)
		}

		/// Commit a device to hold data from two epochs later on.
		///
		/// ## Dispatch Origin
		/// Signed by the owner.
		/// ## Arguments
		/// * `device`: which device.
		/// * `data_set`: to what; nothing to hold no data any more.
		/// ## Errors
		/// [`Error::NotFound`], [`Error::NotOwner`], [`Error::EmptyDataSet`],
		/// [`Error::TooManyChanges`].
		/// ## Events
		/// [`Event::DataSetCommitted`].
		#[pallet::call_index(7)]
		pub fn commit_data_set(
			origin: OriginFor<T>,
			device: DeviceId,
			data_set: Option<DataSet>,
		) -> DispatchResult {
			let row = Self::owned(origin, &device)?;
			Self::do_commit_data_set(device, row, data_set)
		}

		/// Let another key sign a device's reports from two epochs later on.
		///
		/// ## Dispatch Origin
		/// Signed by the owner.
		/// ## Arguments
		/// * `device`: which device's.
		/// * `key`: the new key.
		/// * `certificate`: the hardware key's signature over the rotation.
		/// ## Errors
		/// [`Error::NotFound`], [`Error::NotOwner`], [`Error::BadCertificate`],
		/// [`Error::TooManyChanges`].
		/// ## Events
		/// [`Event::Rotated`].
		#[pallet::call_index(8)]
		pub fn rotate(
			origin: OriginFor<T>,
			device: DeviceId,
			key: ReportKey,
			certificate: Signature,
		) -> DispatchResult {
			let row = Self::owned(origin, &device)?;
			Self::do_rotate(device, row, key, &certificate)
		}

		/// Offer a device to somebody, or take an offer back.
		///
		/// ## Dispatch Origin
		/// Signed by the owner.
		/// ## Arguments
		/// * `device`: which device.
		/// * `to`: to whom; to nobody to take an offer back.
		/// ## Errors
		/// [`Error::NotFound`], [`Error::NotOwner`].
		/// ## Events
		/// [`Event::Offered`].
		#[pallet::call_index(9)]
		pub fn offer(
			origin: OriginFor<T>,
			device: DeviceId,
			to: Option<AccountId32>,
		) -> DispatchResult {
			let row = Self::owned(origin, &device)?;
			Self::do_offer(device, row, to)
		}

		/// Take over a device that was offered. Its deposit is held from the new owner and given
		/// back to the old one; what it has earned and not been paid goes to the new owner.
		///
		/// ## Dispatch Origin
		/// Signed by whom it was offered to.
		/// ## Arguments
		/// * `device`: which device.
		/// ## Errors
		/// [`Error::NotFound`], [`Error::NotOffered`], [`Error::JustTransferred`], [`Error::TooManyChanges`],
		/// [`sp_runtime::TokenError::FundsUnavailable`].
		/// ## Events
		/// [`Event::Transferred`].
		#[pallet::call_index(10)]
		// What was said of it goes.
		#[pallet::weight(T::WeightInfo::accept().saturating_add(T::DbWeight::get().reads_writes(1, 1)))]
		pub fn accept(origin: OriginFor<T>, device: DeviceId) -> DispatchResult {
			let to = ensure_signed(origin)?;
			Self::do_accept(device, to)
		}

		/// Remove a device that has no memberships left, and give its deposit back.
		///
		/// ## Dispatch Origin
		/// Signed by the owner.
		/// ## Arguments
		/// * `device`: which device.
		/// ## Errors
		/// [`Error::NotFound`], [`Error::NotOwner`], [`Error::HasMemberships`].
		/// ## Events
		/// [`Event::Retired`].
		#[pallet::call_index(11)]
		// What was said of it goes.
		#[pallet::weight(T::WeightInfo::retire().saturating_add(T::DbWeight::get().reads_writes(1, 1)))]
		pub fn retire(origin: OriginFor<T>, device: DeviceId) -> DispatchResult {
			let row = Self::owned(origin, &device)?;
			Self::do_retire(device, &row)
		}

		/// Remove the row of a cell that has been empty for as long as anybody may ask.
		///
		/// ## Dispatch Origin
		/// Signed by anybody.
		/// ## Arguments
		/// * `network`: in which network.
		/// * `cell`: which.
		/// ## Errors
		/// [`Error::NotFound`], [`Error::CellInUse`].
		/// ## Events
		/// [`Event::CellPruned`].
		#[pallet::call_index(12)]
		pub fn prune_cell(origin: OriginFor<T>, network: NetworkId, cell: u64) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_prune_cell(network, cell)
		}

		/// Let a device sit in a free chair before its own, from two epochs later on.
		///
		/// ## Dispatch Origin
		/// Signed by the owner.
		/// ## Arguments
		/// * `device`: which device.
		/// * `network`: in which network.
		/// * `index`: the chair, in the device's cell.
		/// ## Errors
		/// [`Error::NotFound`], [`Error::NotOwner`], [`Error::NotMember`], [`Error::NoChair`],
		/// [`Error::ChairNotBefore`], [`Error::ChairTaken`], [`Error::TooManyChanges`].
		/// ## Events
		/// [`Event::ChairTaken`].
		#[pallet::call_index(13)]
		pub fn take_chair(
			origin: OriginFor<T>,
			device: DeviceId,
			network: NetworkId,
			index: u32,
		) -> DispatchResult {
			Self::owned(origin, &device)?;
			Self::do_take_chair(device, network, index)
		}

		/// Send a device that was paid for none of the last [`chairs::IDLE`] epochs to the end of its cell, from two epochs
		/// later on: behind one that was.
		///
		/// ## Dispatch Origin
		/// Signed by anybody.
		/// ## Arguments
		/// * `device`: which device.
		/// * `network`: in which network.
		/// * `behind`: a device behind it in its cell that was paid in that time, so that it is known that work was.
		/// ## Errors
		/// [`Error::NotMember`], [`Error::NoChair`], [`Error::NotBehind`], [`Error::NotPaid`],
		/// [`Error::NotIdle`], [`Error::TooManyChanges`].
		/// ## Events
		/// [`Event::ChairTaken`].
		#[pallet::call_index(14)]
		pub fn vacate(
			origin: OriginFor<T>,
			device: DeviceId,
			network: NetworkId,
			behind: DeviceId,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_vacate(device, network, behind)
		}

		/// Remove the row of a chair that has been free for as long as anybody may ask. The last of a cell goes with it.
		///
		/// ## Dispatch Origin
		/// Signed by anybody.
		/// ## Arguments
		/// * `network`: in which network.
		/// * `cell`: in which cell.
		/// * `index`: which chair.
		/// ## Errors
		/// [`Error::NotFound`], [`Error::ChairInUse`].
		/// ## Events
		/// [`Event::ChairPruned`].
		#[pallet::call_index(15)]
		pub fn prune_chair(
			origin: OriginFor<T>,
			network: NetworkId,
			cell: u64,
			index: u32,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_prune_chair(network, cell, index)
		}

		/// Say of a device where it is reached, what else it is called, and with which key others agree on secrets with it, in place
		/// of all that was said before. It ends when the device changes hands.
		///
		/// ## Dispatch Origin
		/// Signed by the owner, from whom a deposit is held for the row and its bytes; saying nothing gives it back.
		/// ## Arguments
		/// * `device`: which device.
		/// * `description`: what is said.
		/// * `certificate`: the hardware key's signature over a key to agree on secrets with
		///   ([`substation_primitives::signing::agreement`]), if that is new.
		/// ## Errors
		/// [`Error::NotFound`], [`Error::NotOwner`], [`Error::BadAddress`], [`Error::BadCertificate`],
		/// [`sp_runtime::TokenError::FundsUnavailable`].
		/// ## Events
		/// [`Event::Described`].
		#[pallet::call_index(16)]
		pub fn describe(
			origin: OriginFor<T>,
			device: DeviceId,
			description: Description,
			certificate: Option<Signature>,
		) -> DispatchResult {
			let row = Self::owned(origin, &device)?;
			Self::do_describe(device, row, description, certificate)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// Since when a device is whose it is.
		pub fn tenure(device: DeviceId) -> Option<Tenure> {
			Devices::<T>::get(device).map(|row| row.tenure)
		}

		/// A device, with everything as set last.
		pub fn device(device: DeviceId) -> Option<DeviceView> {
			Self::view_of(device)
		}

		/// What a device's owner says of it.
		pub fn description(device: DeviceId) -> Description {
			Descriptions::<T>::get(device).map(|said| said.description).unwrap_or_default()
		}

		/// What there is to say of a device's document beside it; nothing of a device that is not registered, or not any more.
		pub fn did_resolution(device: DeviceId) -> Option<Resolution> {
			Self::did_resolution_of(device)
		}

		/// A device's W3C DID document: JSON, in UTF-8, with the keys that count now, and where it is reached.
		pub fn did_document(device: DeviceId) -> Option<alloc::vec::Vec<u8>> {
			Self::did_document_of(device)
		}

		/// A device's facts in a network as of an epoch, as judges read them.
		pub fn device_facts(
			network: NetworkId,
			device: DeviceId,
			epoch: EpochIndex,
		) -> Option<DeviceFacts> {
			Self::facts(network, &device, epoch)
		}

		/// Who sat in a chair as of an epoch.
		pub fn chair(
			network: NetworkId,
			cell: u64,
			index: u32,
			epoch: EpochIndex,
		) -> Option<DeviceId> {
			Self::chair_at(network, cell, index, epoch)
		}

		/// What is counted in a cell as of an epoch: who reports, and chairs.
		pub fn counts(network: NetworkId, cell: u64, epoch: EpochIndex) -> Option<cells::Counts> {
			Cells::<T>::get(network, cell).counts.at(epoch).copied()
		}

		/// The first free chair of a cell, as set last, if one of the first `looks` is free: 1,024 are looked at at the most.
		pub fn free_chair(network: NetworkId, cell: u64, looks: u32) -> Option<u32> {
			Self::first_free(network, cell, looks.min(1_024))
		}

		/// How reliable a member has been, by what it was paid for; nothing of a device that has no seat there.
		pub fn standing(network: NetworkId, device: DeviceId) -> Option<standing::Standing> {
			Self::standing_of(network, &device)
		}

		/// Whether a membership was paid for an epoch.
		pub fn is_paid(network: NetworkId, device: DeviceId, epoch: EpochIndex) -> bool {
			Self::was_paid(network, &device, epoch)
		}
	}
}
