//! # Market
//!
//! What devices do is sold: offers, agreements about them, and what is paid by these.
//!
//! ## Overview
//!
//! * **An offer** is what a provider asks: for units that the buyer signs for, or for time.
//! * **An agreement** holds the buyer's credits. What it pays and when it ends follow from its row and the block: one that
//!   has run dry has ended, whether or not anybody says so. Nothing here runs by itself.
//! * **A sale** spends credits. Of what was burned for *those* a part is made again for the provider and a part for the
//!   network; a twentieth at the least stays burned. So whoever buys of itself has less than before, at any price.
//! * **A receipt** says how many units the buyer has taken in all. The last one settles any number of them.
//! * **Ending.** The provider ends at once, the buyer after a notice that it knew when it opened. What is left over is the
//!   buyer's, to the last credit, with what was burned for it.

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
mod closing;
mod leasing;
#[cfg(test)]
mod mock;
mod offers;
mod opening;
mod sales;
mod settling;
#[cfg(test)]
mod tests;
pub mod traits;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
pub mod types;
mod views;
pub mod weights;

pub use pallet::*;
pub use traits::{InspectDevices, InspectNetworks, Purses, TakeSales};
pub use types::{
	Agreement, AgreementView, Ask, Division, Numbered, Offer, Reason, Receipt, Record, State,
	Terms, Unit, Usage,
};
pub use views::PAGE;
pub use weights::WeightInfo;

use substation_primitives::{AccountId32, Balance, EpochIndex};

/// An offer's number. None is given twice.
pub type OfferId = u32;
/// An agreement's number. None is given twice, so no receipt counts twice.
pub type AgreementId = u32;
/// A block's number.
pub type Block = u32;

/// Epochs whose use is kept.
pub const USAGE_KEPT: EpochIndex = 64;

#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use alloc::vec::Vec;
	use frame_support::{
		pallet_prelude::*,
		traits::fungible::{hold::Mutate as HoldMutate, Balanced, Credit, Inspect, Mutate},
	};
	use frame_system::pallet_prelude::*;
	use sp_runtime::SaturatedConversion;
	use substation_primitives::{epoch::InspectEpochs, CreditBalance, NetworkId, ReportKey, H256};

	/// The in-code storage version.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// Token that somebody has to take.
	pub type CreditOf<T> = Credit<AccountId32, <T as Config>::Currency>;

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// Why something is held.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// An offer's row.
		#[codec(index = 0)]
		Offer,
		/// An agreement's rows.
		#[codec(index = 1)]
		Agreement,
	}

	#[pallet::config]
	pub trait Config: frame_system::Config<AccountId = AccountId32> {
		/// The token.
		type Currency: Mutate<AccountId32, Balance = Balance>
			+ Balanced<AccountId32>
			+ HoldMutate<AccountId32, Reason = Self::RuntimeHoldReason>;
		/// What holds are named by.
		type RuntimeHoldReason: From<HoldReason>;
		/// The protocol's clock.
		type Epochs: InspectEpochs;
		/// Credits.
		type Purses: Purses;
		/// Networks.
		type Networks: InspectNetworks;
		/// Devices.
		type Devices: InspectDevices;
		/// Who gets networks' parts.
		type Sales: TakeSales<CreditOf<Self>>;
		/// Whether receipts are refused now.
		type ReceiptsStopped: Get<bool>;
		/// The shortest notice, in blocks.
		type MinNotice: Get<Block>;
		/// The longest notice, in blocks.
		#[pallet::constant]
		type MaxNotice: Get<Block>;
		/// The least that an agreement is opened with, in credits.
		type Least: Get<CreditBalance>;
		/// What an offer's row costs while it is there.
		type OfferDeposit: Get<Balance>;
		/// What an agreement's rows cost the buyer while they are there.
		type AgreementDeposit: Get<Balance>;
		/// What is burned for the row of a provider's record, which stays.
		#[pallet::constant]
		type RecordFee: Get<Balance>;
		/// Weights.
		type WeightInfo: WeightInfo;
	}

	/// What is offered in each network.
	#[pallet::storage]
	pub type Offers<T> = StorageDoubleMap<_, Twox64Concat, NetworkId, Twox64Concat, OfferId, Offer>;

	/// How many offers were ever posted.
	#[pallet::storage]
	pub type NextOfferId<T> = StorageValue<_, OfferId, ValueQuery>;

	/// Agreements that were not finished.
	#[pallet::storage]
	pub type Agreements<T> = StorageMap<_, Twox64Concat, AgreementId, Agreement>;

	/// How many agreements were ever opened.
	#[pallet::storage]
	pub type NextAgreementId<T> = StorageValue<_, AgreementId, ValueQuery>;

	/// Agreements of which an account is a side.
	#[pallet::storage]
	pub type Parties<T> =
		StorageDoubleMap<_, Blake2_128Concat, AccountId32, Twox64Concat, AgreementId, ()>;

	/// How networks divide sales. One that is not here has the usual division.
	#[pallet::storage]
	pub type Divisions<T> = StorageMap<_, Twox64Concat, NetworkId, Division, ValueQuery>;

	/// What was sold in each network of late: an epoch's is written over 64 epochs later.
	#[pallet::storage]
	pub type Usages<T> =
		StorageDoubleMap<_, Twox64Concat, NetworkId, Twox64Concat, u8, Usage, ValueQuery>;

	/// What providers have sold, ever.
	#[pallet::storage]
	pub type Records<T> = StorageMap<_, Blake2_128Concat, AccountId32, Record>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// Something is offered.
		Offered {
			/// In which network.
			network: NetworkId,
			/// The offer's number.
			offer: OfferId,
			/// By whom.
			provider: AccountId32,
		},
		/// An offer was taken back. Agreements about it go on.
		OfferWithdrawn {
			/// In which network.
			network: NetworkId,
			/// Which.
			offer: OfferId,
		},
		/// An offer was taken.
		Opened {
			/// The agreement's number.
			agreement: AgreementId,
			/// Which offer; none of what another part of the chain has opened.
			offer: Option<OfferId>,
			/// By whom.
			buyer: AccountId32,
			/// Who serves.
			provider: AccountId32,
			/// In which network.
			network: NetworkId,
			/// Credits that are there to pay with.
			credits: CreditBalance,
			/// What was burned for them, in planck.
			cost: Balance,
		},
		/// Credits were put into an agreement.
		Funded {
			/// Which.
			agreement: AgreementId,
			/// By whom.
			who: AccountId32,
			/// How many.
			credits: CreditBalance,
		},
		/// Something was paid.
		Settled {
			/// By which agreement.
			agreement: AgreementId,
			/// Units, or blocks; none for what is paid at once.
			units: u64,
			/// What they cost.
			credits: CreditBalance,
			/// What was burned for those, in planck.
			cost: Balance,
			/// What of it was made again for the provider.
			seller: Balance,
			/// What of it was made again for the network.
			network: Balance,
		},
		/// An agreement ends.
		Closing {
			/// Which.
			agreement: AgreementId,
			/// In which block.
			at: Block,
		},
		/// An agreement has ended, and its rows are gone.
		Finished {
			/// Which.
			agreement: AgreementId,
			/// Why.
			reason: Reason,
			/// Credits that came back to the buyer.
			refunded: CreditBalance,
			/// What was burned for those, in planck.
			cost: Balance,
		},
		/// A network's sales are divided otherwise, in agreements that are opened from now on.
		DivisionSet {
			/// Which network's.
			network: NetworkId,
			/// How.
			division: Division,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// There is no such offer, or no such agreement: look its number up. What has ended is gone.
		NotFound,
		/// It is somebody else's: only its sides may do that, and only its owner sets a network's division.
		NotYours,
		/// There is no such network, or it takes nobody. Look its number up.
		NoNetwork,
		/// The device is not the provider's, or has no seat in the network.
		NotMember,
		/// A price, a rate, what an epoch pays at the most, and places are all to be more than nothing.
		NothingAsked,
		/// The notice is shorter or longer than is allowed: see `Market.MinNotice` and `Market.MaxNotice`.
		NoticeOutOfRange,
		/// The offer can be taken no more: its last block is over. Of a new one it is to come.
		Expired,
		/// All places of the offer are taken. Wait until an agreement ends, or take another offer.
		NoPlace,
		/// It is less than the least: see the parameter `Market.Least`, and the price of a unit or a block.
		TooLittle,
		/// There are not as many credits. Burn tokens for more: `credits.buy`.
		NotEnough,
		/// The account cannot pay the deposit, or the fee of a record.
		CannotPay,
		/// Less is worth what was burned for these credits than the offer asks for: they were bought when tokens were worth
		/// more. Buy new ones.
		TooThin,
		/// Units need a key that signs for them, and a receipt; time has no receipt.
		WrongShape,
		/// The receipt is not signed by the agreement's key, over this chain's genesis, this agreement and these units.
		BadReceipt,
		/// Nothing is due: all that the receipt says was paid, or no block has passed.
		NothingDue,
		/// There are no credits for another unit. Fund the agreement.
		Uncovered,
		/// As much was paid in this epoch as the offer allows. Settle in the next one, with the same receipt.
		TooFast,
		/// The agreement has ended: finish it.
		Ended,
		/// The agreement ends already, no later than that.
		AlreadyClosing,
		/// The agreement has not ended: close it first, or wait.
		StillRunning,
		/// More than 95 % would be made again.
		DivisionTooLarge,
		/// The provider's account cannot take so little: it has to hold the least that an account holds first.
		CannotReceive,
		/// A referendum has paused receipts: a notice would be over before they count. Without your signature nothing
		/// is paid. Close when they are taken again.
		ReceiptsStopped,
		/// The network's owner has lowered what sellers get since this was offered. Ask the provider for a new offer.
		DivisionLowered,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::MinNotice::get() > 0, "a buyer could end before a receipt arrives");
			assert!(T::MinNotice::get() <= T::MaxNotice::get(), "no notice is allowed");
			assert!(T::Least::get() > 0, "agreements could be opened for nothing");
			assert!(Division::default().is_sound(), "the usual division makes too much again");
			let least = T::Currency::minimum_balance();
			for deposit in [T::OfferDeposit::get(), T::AgreementDeposit::get()] {
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
		/// Offer something in a network.
		///
		/// ## Dispatch Origin
		///
		/// Signed by who serves, and is paid; a deposit is held. The first offer of an account burns the price of its record.
		///
		/// ## Arguments
		///
		/// * `network`: in which network.
		/// * `ask`: what is asked for what.
		///
		/// ## Errors
		///
		/// [`Error::NoNetwork`], [`Error::NothingAsked`], [`Error::NoticeOutOfRange`], [`Error::Expired`],
		/// [`Error::NotMember`], [`Error::CannotPay`].
		///
		/// ## Events
		///
		/// [`Event::Offered`].
		#[pallet::call_index(0)]
		pub fn offer(origin: OriginFor<T>, network: NetworkId, ask: Ask) -> DispatchResult {
			let provider = ensure_signed(origin)?;
			Self::ensure_ask(&provider, network, &ask)?;
			let offer = Self::add_offer(provider.clone(), network, ask)?;
			Self::deposit_event(Event::Offered { network, offer, provider });
			Ok(())
		}

		/// Take an offer back. Agreements about it go on.
		///
		/// ## Dispatch Origin
		///
		/// Signed by its provider, who has the deposit back.
		///
		/// ## Arguments
		///
		/// * `network`: in which network.
		/// * `offer`: which.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::NotYours`].
		///
		/// ## Events
		///
		/// [`Event::OfferWithdrawn`].
		#[pallet::call_index(1)]
		pub fn withdraw_offer(
			origin: OriginFor<T>,
			network: NetworkId,
			offer: OfferId,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::remove_offer(&who, network, offer)?;
			Self::deposit_event(Event::OfferWithdrawn { network, offer });
			Ok(())
		}

		/// Take an offer: open an agreement with credits in it.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the buyer, out of whose purse the credits come; a deposit is held.
		///
		/// ## Arguments
		///
		/// * `network`: of which network.
		/// * `offer`: which.
		/// * `credits`: how many are put in, beside what the offer asks at once.
		/// * `key`: signs for units, and when service is asked for. Where time is paid for it may be none: then the buyer's
		///   account signs.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::NoNetwork`], [`Error::Expired`], [`Error::NoPlace`], [`Error::NotMember`],
		/// [`Error::DivisionLowered`], [`Error::WrongShape`], [`Error::TooLittle`], [`Error::NotEnough`], [`Error::TooThin`], [`Error::CannotPay`],
		/// [`Error::CannotReceive`]; and why there is no price, if the offer asks what credits are worth.
		///
		/// ## Events
		///
		/// [`Event::Opened`], and [`Event::Settled`] for what is paid at once.
		#[pallet::call_index(2)]
		pub fn open(
			origin: OriginFor<T>,
			network: NetworkId,
			offer: OfferId,
			#[pallet::compact] credits: CreditBalance,
			key: Option<ReportKey>,
		) -> DispatchResult {
			let buyer = ensure_signed(origin)?;
			let row = Self::open_offer(network, offer)?;
			Self::ensure_key(&row.ask.terms, &key)?;
			let (agreement, row, setup) =
				Self::take_offer(buyer, (network, offer), row, credits, key)?;
			Self::tell_opened(agreement, &row);
			if let Some((credits, sale)) = setup {
				settling::tell::<T>(agreement, 0, credits, sale);
			}
			Ok(())
		}

		/// Put credits into an agreement. What is left over when it ends is its buyer's.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anybody, out of whose purse the credits come.
		///
		/// ## Arguments
		///
		/// * `agreement`: which.
		/// * `credits`: how many.
		///
		/// ## Details
		///
		/// Time that was served is paid first, out of what was there then.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::Ended`], [`Error::TooLittle`], [`Error::NotEnough`], [`Error::TooThin`],
		/// [`Error::CannotReceive`]; and why there is no price, if the offer asks what credits are worth.
		///
		/// ## Events
		///
		/// [`Event::Funded`], and [`Event::Settled`] if time was due.
		#[pallet::call_index(3)]
		pub fn fund(
			origin: OriginFor<T>,
			agreement: AgreementId,
			#[pallet::compact] credits: CreditBalance,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::put_in(&who, agreement, credits)?;
			Self::deposit_event(Event::Funded { agreement, who, credits });
			Ok(())
		}

		/// Pay what is due by an agreement.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anybody.
		///
		/// ## Arguments
		///
		/// * `agreement`: by which.
		/// * `receipt`: the buyer's last word for how many units it has taken. None where time is paid for.
		///
		/// ## Details
		///
		/// As much is paid as there are credits for, and of units no more than the offer allows in an epoch: the rest can be
		/// settled later with the same receipt.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::WrongShape`], [`Error::NothingDue`], [`Error::Uncovered`], [`Error::TooFast`],
		/// [`Error::BadReceipt`], [`Error::Ended`], [`Error::CannotReceive`].
		///
		/// ## Events
		///
		/// [`Event::Settled`].
		#[pallet::call_index(4)]
		#[pallet::weight(match receipt {
			Some(_) => T::WeightInfo::settle_units(),
			None => T::WeightInfo::settle_time(),
		})]
		pub fn settle(
			origin: OriginFor<T>,
			agreement: AgreementId,
			receipt: Option<Receipt>,
		) -> DispatchResult {
			ensure_signed(origin)?;
			let mut row = Agreements::<T>::get(agreement).ok_or(Error::<T>::NotFound)?;
			let metered = matches!(row.state, State::Metered { .. });
			ensure!(metered == receipt.is_some(), Error::<T>::WrongShape);
			match receipt {
				Some(receipt) => Self::pay_units(agreement, &mut row, &receipt)?,
				None => ensure!(Self::pay_time(agreement, &mut row)? > 0, Error::<T>::NothingDue),
			}
			Agreements::<T>::insert(agreement, row);
			Ok(())
		}

		/// Let an agreement end: at once if its provider asks, after its notice if its buyer does.
		///
		/// ## Dispatch Origin
		///
		/// Signed by either side.
		///
		/// ## Arguments
		///
		/// * `agreement`: which.
		///
		/// ## Details
		///
		/// Receipts count, and time is paid, until then; or until there are no credits, if that is sooner.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::NotYours`], [`Error::Ended`], [`Error::AlreadyClosing`], [`Error::ReceiptsStopped`].
		///
		/// ## Events
		///
		/// [`Event::Closing`].
		#[pallet::call_index(5)]
		pub fn close(origin: OriginFor<T>, agreement: AgreementId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			let at = Self::let_end(&who, agreement)?;
			Self::deposit_event(Event::Closing { agreement, at });
			Ok(())
		}

		/// Finish an agreement that has ended: time that was served is paid, what is left is the buyer's, with the deposit.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anybody.
		///
		/// ## Arguments
		///
		/// * `agreement`: which.
		///
		/// ## Details
		///
		/// A provider whose account cannot take what is due goes without: it stays burned.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::StillRunning`].
		///
		/// ## Events
		///
		/// [`Event::Finished`], and [`Event::Settled`] if time was due.
		#[pallet::call_index(6)]
		pub fn finish(origin: OriginFor<T>, agreement: AgreementId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::end(agreement)
		}

		/// Divide a network's sales otherwise, in agreements that are opened from now on.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the network's owner.
		///
		/// ## Arguments
		///
		/// * `network`: which.
		/// * `division`: what of the cost of credits is made again for who sells, and for the network: 95 % together at the
		///   most.
		///
		/// ## Errors
		///
		/// [`Error::NotYours`], [`Error::DivisionTooLarge`].
		///
		/// ## Events
		///
		/// [`Event::DivisionSet`].
		#[pallet::call_index(11)]
		pub fn set_division(
			origin: OriginFor<T>,
			network: NetworkId,
			division: Division,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			ensure!(T::Networks::owner(network) == Some(who), Error::<T>::NotYours);
			ensure!(division.is_sound(), Error::<T>::DivisionTooLarge);
			Divisions::<T>::insert(network, division);
			Self::deposit_event(Event::DivisionSet { network, division });
			Ok(())
		}
	}

	impl<T: Config> Pallet<T> {
		/// The block.
		pub(crate) fn now() -> Block {
			frame_system::Pallet::<T>::block_number().saturated_into()
		}

		/// Hash of the chain's first block, which what is signed names.
		pub(crate) fn genesis_hash() -> H256 {
			let first = frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::from(0u32));
			H256::from_slice(first.as_ref())
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// Offers in a network after a number that an earlier answer has ended with, up to 50, in no order.
		pub fn offers(
			network: NetworkId,
			after: Option<OfferId>,
			limit: u32,
		) -> Vec<(OfferId, Offer)> {
			Self::offers_from(network, after, limit)
		}

		/// An offer.
		pub fn offer_of(network: NetworkId, offer: OfferId) -> Option<Offer> {
			Offers::<T>::get(network, offer)
		}

		/// An agreement, and what follows from it.
		pub fn agreement(agreement: AgreementId) -> Option<AgreementView> {
			Agreements::<T>::get(agreement).map(Self::seen)
		}

		/// Agreements of which an account is a side, after a number that an earlier answer has ended with, up to 50, in no
		/// order.
		pub fn agreements_of(
			who: AccountId32,
			after: Option<AgreementId>,
			limit: u32,
		) -> Vec<Numbered> {
			Self::agreements_from(who, after, limit)
		}

		/// Whether an agreement goes on and so many units in all could be paid now, by its credits and by what the offer lets
		/// an epoch pay; or the next block, where time is paid for. Who serves asks it before it goes on.
		pub fn is_covered(agreement: AgreementId, units: u64) -> bool {
			Agreements::<T>::get(agreement).is_some_and(|row| {
				let most = row.payable_units(T::Epochs::now());
				!Self::is_over(&row) && most.is_none_or(|most| units <= most)
			})
		}

		/// What a provider has sold, ever.
		pub fn record(who: AccountId32) -> Option<Record> {
			Records::<T>::get(who)
		}

		/// What was sold in a network in an epoch, if it is one of the last 64.
		pub fn usage(network: NetworkId, epoch: EpochIndex) -> Option<Usage> {
			let usage = Usages::<T>::get(network, Self::usage_slot(epoch));
			(usage.epoch == epoch && usage.sales > 0).then_some(usage)
		}

		/// How a network's sales are divided in agreements that are opened now.
		pub fn division(network: NetworkId) -> Division {
			Divisions::<T>::get(network)
		}
	}
}
