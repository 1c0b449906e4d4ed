//! # Mapping
//!
//! The map of each network that pays for mapping: which of its tiles were driven through lately, and which somebody wants.
//!
//! ## Overview
//!
//! * **A mark** says when a tile was mapped last. It follows from a report that judges have found good: anybody shows the report and its settled
//!   outcome, and the chain finds the tiles of its track itself. A tile that is marked is worth little, and more from epoch to epoch.
//! * A report marks what it was paid for: tiles of its track, up to the metres of a full score. The network's fund pays a bounty for these metres, as far
//!   as it can.
//! * **Who wants** a tile to be mapped burns for each epoch what a device can be paid for it: as long as that lasts it is worth all of its
//!   metres, until it was mapped once more.
//! * A mark or a wish of an epoch counts from two epochs later on, and a tile is marked again only once nobody judges by its last mark: what is
//!   known of a tile as of an epoch does not change.
//!
//! Sixty-four tiles are one row. Who marks or wants something in it takes its deposit over from who did before; once its marks are worth nothing any more
//! anybody clears it.

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
mod clearing;
mod marking;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
pub mod traits;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
pub mod types;
mod wanting;
pub mod weights;

pub use pallet::*;
#[cfg(feature = "runtime-benchmarks")]
pub use traits::BenchmarkHelper;
pub use traits::{InspectNetworks, InspectReports, PayMarks};
pub use types::{Row, Want};
pub use weights::WeightInfo;

use substation_primitives::{AccountId32, Balance};

/// Metres of a track in a tile without which it is not marked: whoever is paid for more than next to nothing marks it.
pub const LEAST_METRES: u64 = 1;
/// Epochs for which a tile can be wanted at the most: a week of hours. Its price is of now, and terms change.
pub const MAX_WANTED: u32 = 168;

#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use frame_support::{
		pallet_prelude::*,
		traits::fungible::{hold::Mutate as HoldMutate, Inspect, Mutate},
	};
	use frame_system::pallet_prelude::*;
	use substation_primitives::{
		batch::ChunkClaim, epoch::InspectEpochs, report::ReportBytes, DeviceId, EpochIndex,
		NetworkId,
	};
	use substation_proofs::{
		mapping::MAX_PARENTS,
		tiles::{Parent, Tiles},
	};

	/// The in-code storage version.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// Why something is held.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// A row of tiles.
		#[codec(index = 0)]
		Tiles,
	}

	#[pallet::config]
	pub trait Config: frame_system::Config<AccountId = AccountId32> {
		/// The token.
		type Currency: Inspect<AccountId32, Balance = Balance>
			+ Mutate<AccountId32>
			+ HoldMutate<AccountId32, Reason = Self::RuntimeHoldReason>;
		/// What holds are named by.
		type RuntimeHoldReason: From<HoldReason>;
		/// The protocol's clock.
		type Epochs: InspectEpochs;
		/// Networks.
		type Networks: InspectNetworks;
		/// Reports that judges have found good.
		type Reports: InspectReports;
		/// Who pays for marks.
		type Funds: PayMarks;
		/// What a row costs while it is there.
		type TilesDeposit: Get<Balance>;
		/// What a kilometre that is marked brings, as tiles were worth and as far as the network's fund has it.
		type MarkBounty: Get<Balance>;
		/// What a tile that is wanted burns for each epoch at the least; more where one device is paid more for it.
		type WantFee: Get<Balance>;
		/// Weights.
		type WeightInfo: WeightInfo;
		/// What benchmarks need of others.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: BenchmarkHelper;
	}

	/// What is known of the tiles of each parent of a network.
	#[pallet::storage]
	pub type Rows<T> = StorageDoubleMap<_, Twox64Concat, NetworkId, Blake2_128Concat, Parent, Row>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// Tiles were marked as mapped.
		Marked {
			/// Of which network.
			network: NetworkId,
			/// Whose report shows it.
			device: DeviceId,
			/// For which epoch that was.
			epoch: EpochIndex,
			/// How many tiles.
			tiles: u32,
			/// What the network's fund has paid for that.
			paid: Balance,
		},
		/// Tiles are wanted.
		Wanted {
			/// Of which network.
			network: NetworkId,
			/// Of which parent.
			parent: Parent,
			/// Which tiles, bit by bit.
			tiles: u64,
			/// From this epoch on.
			from: EpochIndex,
			/// The first epoch in which they are not any more.
			until: EpochIndex,
			/// What was burned for that.
			burned: Balance,
		},
		/// A row of which nobody needs anything is gone.
		Cleared {
			/// Of which network.
			network: NetworkId,
			/// Which parent's.
			parent: Parent,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The network pays for no mapping, or is gone: look its number up.
		NotMapping,
		/// There are not as many outcomes in the chunk: the place is counted from 0.
		NoSuchReport,
		/// The report is worth nothing: only what judges have found good says that something was mapped.
		WorthNothing,
		/// The report is not the one whose outcome is shown.
		WrongReport,
		/// What was known of the epoch is forgotten: reports are shown while it is judged.
		TooOld,
		/// No tile of the track can be marked: each was marked since the report's epoch or too short a time ago, or the
		/// track has less than a metre in it.
		NothingToMark,
		/// No tile is named, or the time is none or longer than 168 epochs.
		NothingWanted,
		/// The parent lies outside the Earth: it is a coordinate in units of 1e-7 degrees, divided by 2^17 and rounded down.
		OutsideWorld,
		/// Four wishes for tiles of this parent are not over, or were a short time ago: wait until nobody judges by one of them any more.
		TooManyWishes,
		/// There is no such row. It may have been cleared.
		NotFound,
		/// Somebody may judge by the row, or a mark of it is not worth nothing yet.
		InUse,
		/// The account cannot pay the deposit or the fee.
		CannotPay,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(
				T::TilesDeposit::get() >= T::Currency::minimum_balance(),
				"an account could end before its rows"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call(weight = T::WeightInfo)]
	impl<T: Config> Pallet<T> {
		/// Mark the tiles of a track as mapped, by a report that judges have found good.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anybody, on whom the deposit of each row is held in which something is marked, in place of who paid for it before, and whom the
		/// network's fund pays [`Config::MarkBounty`] a kilometre as far as it can.
		///
		/// ## Arguments
		///
		/// * `shown`: the outcomes of the report's chunk, with what proves them, as claims show them.
		/// * `place`: the report's place among these, from 0.
		/// * `report`: the report.
		///
		/// ## Errors
		///
		/// [`Error::NotMapping`], [`Error::NoSuchReport`], [`Error::WorthNothing`], [`Error::WrongReport`],
		/// [`Error::TooOld`], [`Error::NothingToMark`], [`Error::CannotPay`]; and those of the settlement.
		///
		/// ## Events
		///
		/// [`Event::Marked`].
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::mark(MAX_PARENTS as u32))]
		pub fn mark(
			origin: OriginFor<T>,
			shown: ChunkClaim,
			place: u8,
			report: ReportBytes,
		) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			let parents = Self::do_mark(&who, shown, place, &report)?;
			Ok(Some(T::WeightInfo::mark(parents)).into())
		}

		/// Want tiles to be mapped: from two epochs later on, and for some epochs, they are worth all of their metres.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anybody, on whom the row's deposit is held, in place of who paid for it before. For each tile and epoch as much is burned as
		/// one device can be paid for it, and [`Config::WantFee`] at the least: who drives there alone gains nothing by it.
		///
		/// ## Arguments
		///
		/// * `network`: in which network.
		/// * `parent`: which parent's.
		/// * `tiles`: which of its tiles, bit by bit.
		/// * `epochs`: for how many epochs.
		///
		/// ## Errors
		///
		/// [`Error::NotMapping`], [`Error::OutsideWorld`], [`Error::NothingWanted`], [`Error::TooManyWishes`],
		/// [`Error::CannotPay`].
		///
		/// ## Events
		///
		/// [`Event::Wanted`].
		#[pallet::call_index(1)]
		pub fn want(
			origin: OriginFor<T>,
			network: NetworkId,
			parent: Parent,
			tiles: u64,
			epochs: EpochIndex,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_want(&who, network, parent, tiles, epochs)
		}

		/// Clear a row of which nobody needs anything any more: its deposit goes back to whoever paid it.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anybody.
		///
		/// ## Arguments
		///
		/// * `network`: of which network.
		/// * `parent`: which parent's.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::InUse`].
		///
		/// ## Events
		///
		/// [`Event::Cleared`].
		#[pallet::call_index(2)]
		pub fn clear(origin: OriginFor<T>, network: NetworkId, parent: Parent) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_clear(network, parent)
		}
	}

	impl<T: Config> Pallet<T> {
		/// What is known of a parent's tiles as of `epoch`.
		pub fn tiles_at(network: NetworkId, parent: &Parent, epoch: EpochIndex) -> Option<Tiles> {
			Rows::<T>::get(network, parent).map(|row| row.at(epoch))
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// What is known of a parent's tiles as of an epoch, as judges of it see them; nothing if none was marked or wanted.
		pub fn tiles(network: NetworkId, parent: Parent, epoch: EpochIndex) -> Option<Tiles> {
			Self::tiles_at(network, &parent, epoch)
		}

		/// A parent's row.
		pub fn row(network: NetworkId, parent: Parent) -> Option<Row> {
			Rows::<T>::get(network, parent)
		}
	}
}
