//! # Access
//!
//! Who may have what devices record: by a grant of their owner's, for nothing or for money.
//!
//! ## Overview
//!
//! * **A grant** says what somebody may do with a device's data, and until when. It ends with that time, with the money
//!   by which it is paid for, and when the device changes hands; none of these has to be told to anybody.
//! * **A tariff** is what an owner asks. Who buys at it opens an agreement about time, and has the grant in the same call.
//! * **Revoking** is at once, by either side, costs nothing, and gives back what was not used.
//! * Whoever has the data asks the chain, at a block that is final, whether who asks may have it.

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
mod granting;
#[cfg(test)]
mod mock;
mod tariffs;
#[cfg(test)]
mod tests;
pub mod traits;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
pub mod types;
mod validity;
mod views;
pub mod weights;

pub use pallet::*;
pub use traits::{InspectDevices, Streams};
pub use types::{Grant, Permit, Posted, Reason, Scopes, Tariff, TariffList, MAX_TARIFFS};
pub use views::PAGE;
pub use weights::WeightInfo;

use substation_primitives::{AccountId32, Balance};

/// An agreement's number, as the market gives it.
pub type AgreementId = u32;
/// A block's number.
pub type Block = u32;

#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use alloc::vec::Vec;
	use frame_support::{
		pallet_prelude::*,
		traits::fungible::{hold::Mutate as HoldMutate, Inspect},
	};
	use frame_system::pallet_prelude::*;
	use sp_runtime::SaturatedConversion;
	use substation_primitives::{CreditBalance, DeviceId, ReportKey, H256};

	/// The in-code storage version.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// Why something is held.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// A grant's rows.
		#[codec(index = 0)]
		Grant,
		/// A row of tariffs.
		#[codec(index = 1)]
		Tariffs,
	}

	#[pallet::config]
	pub trait Config: frame_system::Config<AccountId = AccountId32> {
		/// The token.
		type Currency: Inspect<AccountId32, Balance = Balance>
			+ HoldMutate<AccountId32, Reason = Self::RuntimeHoldReason>;
		/// What holds are named by.
		type RuntimeHoldReason: From<HoldReason>;
		/// Devices.
		type Devices: InspectDevices;
		/// Agreements about time.
		type Streams: Streams;
		/// What the rows of a grant cost while they are there.
		type GrantDeposit: Get<Balance>;
		/// What a row of tariffs costs while it is there.
		type TariffDeposit: Get<Balance>;
		/// Weights.
		type WeightInfo: WeightInfo;
	}

	/// What was granted of each device, and to whom.
	#[pallet::storage]
	pub type Grants<T> =
		StorageDoubleMap<_, Blake2_128Concat, DeviceId, Blake2_128Concat, AccountId32, Grant>;

	/// The devices of which something was granted to an account.
	#[pallet::storage]
	pub type Granted<T> =
		StorageDoubleMap<_, Blake2_128Concat, AccountId32, Blake2_128Concat, DeviceId, ()>;

	/// What owners ask for grants.
	#[pallet::storage]
	pub type Tariffs<T> = StorageMap<_, Blake2_128Concat, DeviceId, Posted>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// Somebody may have a device's data.
		Granted {
			/// Which device's.
			device: DeviceId,
			/// Who.
			to: AccountId32,
			/// What may be done.
			scope: Scopes,
			/// The block from which on it is void.
			until: Block,
			/// The agreement by which it is paid for; none of a gift.
			agreement: Option<AgreementId>,
		},
		/// An owner asks this for grants, and nothing else.
		TariffsSet {
			/// For which device's.
			device: DeviceId,
			/// What.
			tariffs: TariffList,
		},
		/// A grant was taken away.
		Revoked {
			/// Which device's.
			device: DeviceId,
			/// Whose it was.
			who: AccountId32,
		},
		/// A grant that was void is gone.
		Cleared {
			/// Which device's.
			device: DeviceId,
			/// Whose it was.
			who: AccountId32,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// There is no such device, no such grant, or no tariffs. What is void may have been cleared.
		NotFound,
		/// The device is somebody else's.
		NotOwner,
		/// Only the device's owner and who it was granted to may revoke a grant.
		NotYours,
		/// No scope is named: set at least one bit.
		NothingGranted,
		/// A rate and the longest time are to be more than nothing.
		NothingAsked,
		/// The block until which it is granted is over.
		Past,
		/// There is a grant already that is valid, and cannot be replaced by this one: revoke it first, or wait until it has
		/// ended. More credits in its agreement (`market.fund`) help until its last block.
		AlreadyGranted,
		/// The owner does not ask this, or not any more: look at the tariffs again.
		NoTariff,
		/// The owner sells at this tariff to somebody else.
		NotForYou,
		/// The device has no seat in the network that the tariff names.
		NotMember,
		/// It is valid yet: who may revoke it can, and anybody can clear it later.
		StillValid,
		/// The account cannot pay the deposit.
		CannotPay,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			let least = T::Currency::minimum_balance();
			for deposit in [T::GrantDeposit::get(), T::TariffDeposit::get()] {
				assert!(deposit >= least, "an account could end before its rows");
			}
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call(weight = T::WeightInfo)]
	impl<T: Config> Pallet<T> {
		/// Grant somebody a device's data, for nothing.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the device's owner, on whom a deposit is held.
		///
		/// ## Arguments
		///
		/// * `device`: which device's.
		/// * `to`: who may have it.
		/// * `scope`: what may be done.
		/// * `until`: the block from which on it is void.
		/// * `key`: by which whoever has the data knows who asks; the account's own if it is none.
		/// * `document`: hash of what is agreed on beside.
		///
		/// ## Details
		///
		/// An earlier gift is replaced. What is paid for, and valid, is not.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::NotOwner`], [`Error::NothingGranted`], [`Error::Past`], [`Error::AlreadyGranted`],
		/// [`Error::CannotPay`].
		///
		/// ## Events
		///
		/// [`Event::Granted`].
		#[pallet::call_index(0)]
		pub fn grant(
			origin: OriginFor<T>,
			device: DeviceId,
			to: AccountId32,
			scope: Scopes,
			until: Block,
			key: Option<ReportKey>,
			document: H256,
		) -> DispatchResult {
			let payer = ensure_signed(origin)?;
			let tenure = Self::owned(&payer, &device)?;
			ensure!(!scope.is_empty(), Error::<T>::NothingGranted);
			ensure!(until > Self::now(), Error::<T>::Past);
			Self::make_room(&device, &to, true)?;
			let (deposit, agreement) = (Self::hold_grant(&payer)?, None);
			let grant = Grant { scope, until, tenure, agreement, key, document, payer, deposit };
			Self::add_grant(device, &to, grant);
			Self::deposit_event(Event::Granted { device, to, scope, until, agreement });
			Ok(())
		}

		/// Say what is asked for grants of a device's data, in place of what was asked before.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the device's owner, on whom a deposit is held while there are tariffs. The first tariffs of an account
		/// burn the price of its record as a provider.
		///
		/// ## Arguments
		///
		/// * `device`: which device's.
		/// * `tariffs`: up to four; none takes them back.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::NotOwner`], [`Error::NothingGranted`], [`Error::NothingAsked`],
		/// [`Error::NotMember`], [`Error::CannotPay`]; and the market's, if the record cannot be paid.
		///
		/// ## Events
		///
		/// [`Event::TariffsSet`].
		#[pallet::call_index(1)]
		pub fn set_tariffs(
			origin: OriginFor<T>,
			device: DeviceId,
			tariffs: TariffList,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			let tenure = Self::owned(&who, &device)?;
			Self::ensure_tariffs(&device, &tariffs)?;
			Self::post(who, tenure, device, tariffs.clone())?;
			Self::deposit_event(Event::TariffsSet { device, tariffs });
			Ok(())
		}

		/// Buy a grant at a tariff: an agreement about time, which pays the owner by the block, and the grant.
		///
		/// ## Dispatch Origin
		///
		/// Signed by who will have the data; deposits for the agreement and the grant are held.
		///
		/// ## Arguments
		///
		/// * `device`: which device's.
		/// * `tariff`: as the owner asks it. If that has changed nothing is bought.
		/// * `credits`: how many are put into the agreement. Anybody may put in more (`market.fund`).
		/// * `key`: by which whoever has the data knows who asks; the account's own if it is none.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::NoTariff`], [`Error::NotForYou`], [`Error::AlreadyGranted`],
		/// [`Error::CannotPay`]; and the market's.
		///
		/// ## Events
		///
		/// [`Event::Granted`], and what the market says of the agreement.
		#[pallet::call_index(2)]
		pub fn buy(
			origin: OriginFor<T>,
			device: DeviceId,
			tariff: Tariff,
			#[pallet::compact] credits: CreditBalance,
			key: Option<ReportKey>,
		) -> DispatchResult {
			let to = ensure_signed(origin)?;
			let Grant { scope, until, agreement, .. } =
				Self::take_tariff(to.clone(), device, tariff, credits, key)?;
			Self::deposit_event(Event::Granted { device, to, scope, until, agreement });
			Ok(())
		}

		/// Take a grant away. What was paid for and not used comes back.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the device's owner, or by who it was granted to. It costs no fee.
		///
		/// ## Arguments
		///
		/// * `device`: which device's.
		/// * `who`: whose it is.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::NotYours`].
		///
		/// ## Events
		///
		/// [`Event::Revoked`], and what the market says of the agreement.
		#[pallet::call_index(3)]
		pub fn revoke(
			origin: OriginFor<T>,
			device: DeviceId,
			who: AccountId32,
		) -> DispatchResultWithPostInfo {
			let by = ensure_signed(origin)?;
			let grant = Grants::<T>::get(device, &who).ok_or(Error::<T>::NotFound)?;
			let is_owner = T::Devices::tenure(&device).is_some_and(|(owner, _)| owner == by);
			ensure!(is_owner || by == who, Error::<T>::NotYours);
			Self::remove_grant(&device, &who, grant)?;
			Self::deposit_event(Event::Revoked { device, who });
			Ok(Pays::No.into())
		}

		/// Clear a grant that is void: its deposit goes back, and what is left in its agreement.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anybody.
		///
		/// ## Arguments
		///
		/// * `device`: which device's.
		/// * `who`: whose it was.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::StillValid`].
		///
		/// ## Events
		///
		/// [`Event::Cleared`], and what the market says of the agreement.
		#[pallet::call_index(4)]
		pub fn clear(origin: OriginFor<T>, device: DeviceId, who: AccountId32) -> DispatchResult {
			ensure_signed(origin)?;
			let grant = Grants::<T>::get(device, &who).ok_or(Error::<T>::NotFound)?;
			ensure!(Self::valid_until(&device, &grant).is_err(), Error::<T>::StillValid);
			Self::remove_grant(&device, &who, grant)?;
			Self::deposit_event(Event::Cleared { device, who });
			Ok(())
		}

		/// Clear tariffs of somebody who does not own the device any more: their deposit goes back.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anybody.
		///
		/// ## Arguments
		///
		/// * `device`: which device's.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::StillValid`].
		///
		/// ## Events
		///
		/// [`Event::TariffsSet`], with none.
		#[pallet::call_index(5)]
		pub fn clear_tariffs(origin: OriginFor<T>, device: DeviceId) -> DispatchResult {
			ensure_signed(origin)?;
			let posted = Tariffs::<T>::get(device).ok_or(Error::<T>::NotFound)?;
			ensure!(!Self::is_asked_now(&device, &posted), Error::<T>::StillValid);
			Self::remove_posted(&device)?;
			Self::deposit_event(Event::TariffsSet { device, tariffs: TariffList::new() });
			Ok(())
		}
	}

	impl<T: Config> Pallet<T> {
		/// The block.
		pub(crate) fn now() -> Block {
			frame_system::Pallet::<T>::block_number().saturated_into()
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// Whether somebody may do all of this with a device's data: until when, if nobody does anything, and by which key
		/// whoever has the data knows that it is who it says; or why it may not. An owner always may, by its account's key.
		pub fn may(device: DeviceId, who: AccountId32, scope: Scopes) -> Result<Permit, Reason> {
			Self::permit(&device, &who, scope)
		}

		/// Why somebody may not do all of this with a device's data. Nothing if it may.
		pub fn why_not(device: DeviceId, who: AccountId32, scope: Scopes) -> Option<Reason> {
			Self::permit(&device, &who, scope).err()
		}

		/// What was granted to somebody of a device, valid or not.
		pub fn grant_of(device: DeviceId, who: AccountId32) -> Option<Grant> {
			Grants::<T>::get(device, who)
		}

		/// What was granted of a device, valid or not, after an account that an earlier answer has ended with; up to 50, in no
		/// order.
		pub fn grants(
			device: DeviceId,
			after: Option<AccountId32>,
			limit: u32,
		) -> Vec<(AccountId32, Grant)> {
			Self::grants_from(device, after, limit)
		}

		/// What was granted to somebody, valid or not, after a device that an earlier answer has ended with; up to 50, in no
		/// order.
		pub fn granted_to(
			who: AccountId32,
			after: Option<DeviceId>,
			limit: u32,
		) -> Vec<(DeviceId, Grant)> {
			Self::granted_from(who, after, limit)
		}

		/// What a device's owner asks for grants.
		pub fn tariffs(device: DeviceId) -> Vec<Tariff> {
			let posted = Tariffs::<T>::get(device);
			let asked = posted.filter(|posted| Self::is_asked_now(&device, posted));
			asked.map(|posted| posted.tariffs.into_inner()).unwrap_or_default()
		}
	}
}
