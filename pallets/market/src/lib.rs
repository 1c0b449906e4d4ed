//! # Market
//!
//! What devices do is sold: offers, agreements about them, and what is paid by these.
//!
//! ## Overview
//!
//! * **An offer** is what a provider asks: for units that the buyer signs for, for time, for a job that is delivered once, or
//!   for service that judges find.
//! * **An agreement** holds the buyer's credits. What it pays and when it ends follow from its row and the block: one that
//!   has run dry has ended, whether or not anybody says so. Nothing here runs by itself.
//! * **A sale** spends credits. Of what was burned for *those* a part is made again for the provider and a part for the
//!   network; a twentieth at the least stays burned. So whoever buys of itself has less than before, at any price.
//! * **A receipt** says how many units the buyer has taken in all. The last one settles any number of them.
//! * **A job** is paid when its buyer accepts it, or says nothing against it in time. An arbiter that the offer has named
//!   divides the price if the buyer does.
//! * **A deal** pays for each report of a device that its owner claims for, by its score. Of the provider's collateral the
//!   buyer gets the part that was not served, if more has failed than may.
//! * **A bill** is what a payer owes many hosts for an epoch: its credits are spent at once, and each host collects its part.
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
mod bills;
mod closing;
mod config;
mod deals;
mod errors;
mod events;
mod jobs;
mod leasing;
#[cfg(test)]
mod mock;
mod offers;
mod opening;
mod sales;
mod settling;
pub mod sold;
mod storage;
#[cfg(test)]
mod tests;
pub mod traits;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
pub mod types;
mod views;
pub mod weights;

pub use pallet::*;
pub use sold::{Sold, SOLD_KEPT};
pub use traits::{InspectDevices, InspectNetworks, Purses, Reporting, TakeSales};
pub use types::{
	Agreement, AgreementView, Arbitration, Ask, Bill, Division, Numbered, Offer, Reason, Receipt,
	Record, State, Terms, Unit, Usage,
};
pub use views::PAGE;
pub use weights::WeightInfo;

use frame_support::pallet_macros::import_section;
use substation_primitives::{AccountId32, Balance, EpochIndex};

/// An offer's number. None is given twice.
pub type OfferId = u32;
/// An agreement's number. None is given twice, so no receipt counts twice.
pub type AgreementId = u32;
/// A block's number.
pub type Block = u32;

/// Deals about one device.
pub const MAX_DEALS: u32 = 2;
/// The longest deal, in epochs: a year of hours.
pub const MAX_DEAL_EPOCHS: EpochIndex = 8_784;
/// Epochs whose use is kept.
pub const USAGE_KEPT: EpochIndex = 64;

#[import_section(config::config)]
#[import_section(errors::errors)]
#[import_section(events::events)]
#[import_section(storage::storage)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use alloc::vec::Vec;
	use frame_support::{
		pallet_prelude::*,
		traits::fungible::{hold::Mutate as HoldMutate, Balanced, Credit, Inspect, Mutate},
	};
	use frame_system::pallet_prelude::*;
	use sp_runtime::Permill;
	use sp_runtime::SaturatedConversion;
	use substation_primitives::{
		bill::{Leaf, SumPath, MAX_LEAVES},
		epoch::InspectEpochs,
		CreditBalance, DeviceId, NetworkId, ReportKey, H256,
	};

	/// The in-code storage version.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// Token that somebody has to take.
	pub type CreditOf<T> = Credit<AccountId32, <T as Config>::Currency>;

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::MinNotice::get() > 0, "a buyer could end before a receipt arrives");
			assert!(T::MinNotice::get() <= T::MaxNotice::get(), "no notice is allowed");
			assert!(T::Least::get() > 0, "agreements could be opened for nothing");
			assert!(Division::default().is_sound(), "the usual division makes too much again");
			let least = T::Currency::minimum_balance();
			assert!(T::ArbiterTime::get() > 0, "an arbiter could not decide");
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
		/// [`Error::NoDevice`], [`Error::TooLong`], [`Error::NoArbiter`], [`Error::NotMember`], [`Error::CannotPay`].
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
		/// * `credits`: how many are put in, beside what the offer asks at once. Of a job at least its price, of a deal what all
		///   its reports cost: nothing can be added later.
		/// * `key`: signs for units, and when service is asked for. Where time is paid for it may be none: then the buyer's
		///   account signs.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::NoNetwork`], [`Error::Expired`], [`Error::NoPlace`], [`Error::NotMember`],
		/// [`Error::DivisionLowered`], [`Error::WrongShape`], [`Error::TooLittle`], [`Error::NotEnough`], [`Error::TooThin`], [`Error::CannotPay`],
		/// [`Error::NoCollateral`], [`Error::NotReporting`], [`Error::TooLong`], [`Error::TooManyDeals`], [`Error::NoArbiter`], [`Error::CannotReceive`]; and why there is no
		/// price, if the offer asks what credits are worth.
		///
		/// ## Events
		///
		/// [`Event::Opened`], and [`Event::Settled`] for what is paid at once.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::open().max(T::WeightInfo::open_deal()))]
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
		/// [`Error::NotFound`], [`Error::WrongShape`], [`Error::Ended`], [`Error::TooLittle`], [`Error::NotEnough`],
		/// [`Error::TooThin`], [`Error::CannotReceive`]; and why there is no price, if the offer asks what credits are worth.
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
		/// Receipts count, and time is paid, until then; or until there are no credits, if that is sooner. A job can be delivered
		/// until then; a provider that closes one before it is disputed gives all of it back, at once. A deal binds its buyer; a provider
		/// that closes it breaks it.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::NotYours`], [`Error::Ended`], [`Error::AlreadyClosing`], [`Error::ReceiptsStopped`],
		/// [`Error::Delivered`], [`Error::WrongShape`].
		///
		/// ## Events
		///
		/// [`Event::Closing`]; and [`Event::Finished`] if a provider gives a job back.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::close().max(T::WeightInfo::close_job()))]
		pub fn close(origin: OriginFor<T>, agreement: AgreementId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::let_end(&who, agreement)
		}

		/// Finish an agreement that has ended: what was served is paid, what is left is the buyer's, with the deposit.
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
		/// [`Event::Finished`]; [`Event::Settled`] if something was due, [`Event::Ruled`] if nobody has decided about a job in
		/// time, and [`Event::Compensated`] if a deal was broken.
		#[pallet::call_index(6)]
		#[pallet::weight(
			T::WeightInfo::finish()
				.max(T::WeightInfo::finish_job())
				.max(T::WeightInfo::finish_deal())
		)]
		pub fn finish(origin: OriginFor<T>, agreement: AgreementId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::end(agreement)
		}

		/// Deliver a job.
		///
		/// ## Dispatch Origin
		///
		/// Signed by its provider.
		///
		/// ## Arguments
		///
		/// * `agreement`: by which.
		/// * `result`: hash of what was delivered.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::NotYours`], [`Error::WrongShape`], [`Error::Delivered`], [`Error::Ended`].
		///
		/// ## Events
		///
		/// [`Event::Delivered`].
		#[pallet::call_index(7)]
		pub fn deliver(
			origin: OriginFor<T>,
			agreement: AgreementId,
			result: H256,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			let until = Self::note_delivered(&who, agreement, result)?;
			Self::deposit_event(Event::Delivered { agreement, result, until });
			Ok(())
		}

		/// Accept a job: it is paid, and what is left comes back.
		///
		/// ## Dispatch Origin
		///
		/// Signed by its buyer, who has the deposit back. It takes a dispute back, too.
		///
		/// ## Arguments
		///
		/// * `agreement`: by which.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::NotYours`], [`Error::WrongShape`], [`Error::NotDelivered`], [`Error::Ended`].
		///
		/// ## Events
		///
		/// [`Event::Settled`], [`Event::Finished`].
		#[pallet::call_index(8)]
		pub fn accept(origin: OriginFor<T>, agreement: AgreementId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::accept_job(&who, agreement)
		}

		/// Say something against a job that was delivered: then its arbiter decides.
		///
		/// ## Dispatch Origin
		///
		/// Signed by its buyer, before the time to look at it is over.
		///
		/// ## Arguments
		///
		/// * `agreement`: by which.
		/// * `document`: hash of what is said against it.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::NotYours`], [`Error::WrongShape`], [`Error::NoArbiter`], [`Error::NotDelivered`],
		/// [`Error::Ended`].
		///
		/// ## Events
		///
		/// [`Event::Disputed`].
		#[pallet::call_index(9)]
		pub fn dispute(
			origin: OriginFor<T>,
			agreement: AgreementId,
			document: H256,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			let until = Self::note_dispute(&who, agreement, document)?;
			Self::deposit_event(Event::Disputed { agreement, document, until });
			Ok(())
		}

		/// Decide what part of a disputed job's price is paid.
		///
		/// ## Dispatch Origin
		///
		/// Signed by its arbiter; or by either side: once both have proposed the same part, it is paid, and there is no fee.
		///
		/// ## Arguments
		///
		/// * `agreement`: by which.
		/// * `share`: the provider's part of the price, rounded down. The rest is the buyer's.
		///
		/// ## Details
		///
		/// Each side bears the arbiter's fee as far as is decided against it, the provider no more than it gets: it is paid
		/// `⌊share · price⌋ − ⌊(1 − share) · fee⌋`.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::NotYours`], [`Error::WrongShape`], [`Error::NotDisputed`], [`Error::Ended`].
		///
		/// ## Events
		///
		/// [`Event::Ruled`], [`Event::Settled`] and [`Event::Finished`]; or [`Event::Proposed`].
		#[pallet::call_index(10)]
		pub fn rule(
			origin: OriginFor<T>,
			agreement: AgreementId,
			share: Permill,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::decide(who, agreement, share)
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

		/// Spend credits for what you owe many hosts. The bill is of the epoch in which it is posted.
		///
		/// ## Dispatch Origin
		///
		/// Signed by who pays, out of whose purse the credits come; a deposit is held. One bill for each network and epoch.
		///
		/// ## Arguments
		///
		/// * `network`: in which network.
		/// * `root`: of the tree that adds up, over what each host is owed ([`substation_primitives::bill`]).
		/// * `leaves`: of how many leaves, up to 65,536.
		/// * `credits`: what they add up to; no less than `Market.Least`.
		///
		/// ## Details
		///
		/// A leaf that is not under this root, or under another total, is collected by nobody: hosts want to see theirs first.
		///
		/// ## Errors
		///
		/// [`Error::NoNetwork`], [`Error::BillTooLarge`], [`Error::TooLittle`], [`Error::AlreadyBilled`],
		/// [`Error::NotEnough`], [`Error::CannotPay`].
		///
		/// ## Events
		///
		/// [`Event::Billed`].
		#[pallet::call_index(12)]
		pub fn bill(
			origin: OriginFor<T>,
			network: NetworkId,
			root: H256,
			#[pallet::compact] leaves: u32,
			#[pallet::compact] credits: CreditBalance,
		) -> DispatchResult {
			let payer = ensure_signed(origin)?;
			let (epoch, cost) = Self::add_bill(&payer, network, root, leaves, credits)?;
			Self::deposit_event(Event::Billed { network, payer, epoch, credits, cost });
			Ok(())
		}

		/// Have a host paid what a bill owes it.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anybody.
		///
		/// ## Arguments
		///
		/// * `network`: in which network.
		/// * `payer`: whose bill.
		/// * `epoch`: of which epoch.
		/// * `index`: the leaf's place, from 0.
		/// * `leaf`: what the host is owed.
		/// * `path`: what lies beside it on the way to the root, from the leaf up.
		///
		/// ## Details
		///
		/// Who owns the device now is paid `⌊π · ⌊cost · leaf ÷ credits⌋⌋`, until claims for the epoch have ended.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::Ended`], [`Error::WrongLeaf`], [`Error::NoOwner`], [`Error::AlreadyCollected`],
		/// [`Error::CannotReceive`].
		///
		/// ## Events
		///
		/// [`Event::Collected`].
		#[pallet::call_index(13)]
		pub fn collect(
			origin: OriginFor<T>,
			network: NetworkId,
			payer: AccountId32,
			epoch: EpochIndex,
			index: u32,
			leaf: Leaf,
			path: SumPath,
		) -> DispatchResult {
			ensure_signed(origin)?;
			let place = (network, (payer.clone(), epoch));
			let (owner, amount) = Self::pay_leaf(place, index, &leaf, &path)?;
			let device = leaf.device;
			Self::deposit_event(Event::Collected { network, payer, epoch, device, owner, amount });
			Ok(())
		}

		/// Remove a bill once claims for its epoch have ended: the deposit goes back, and what was not collected stays burned.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anybody.
		///
		/// ## Arguments
		///
		/// * `network`: in which network.
		/// * `payer`: whose bill.
		/// * `epoch`: of which epoch.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::StillRunning`].
		///
		/// ## Events
		///
		/// [`Event::BillCleared`].
		#[pallet::call_index(14)]
		pub fn clear_bill(
			origin: OriginFor<T>,
			network: NetworkId,
			payer: AccountId32,
			epoch: EpochIndex,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::remove_bill((network, (payer.clone(), epoch)))?;
			Self::deposit_event(Event::BillCleared { network, payer, epoch });
			Ok(())
		}

		/// Count what stays burned of sales of a device's service, from now on: where a network pays for use, judges ask for
		/// it.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the device's owner, from whom a deposit is held.
		///
		/// ## Arguments
		///
		/// * `network`: in which network.
		/// * `device`: which device's.
		///
		/// ## Details
		///
		/// Agreements count that name the device, in the epoch in which they pay. Who has bought the device takes over a row that
		/// its seller has paid for, with what was counted: the seller's deposit goes back.
		///
		/// ## Errors
		///
		/// [`Error::NotYours`], [`Error::NotMember`], [`Error::AlreadyCounted`], [`Error::CannotPay`].
		///
		/// ## Events
		///
		/// [`Event::CountingBegun`].
		#[pallet::call_index(15)]
		pub fn count_sales(
			origin: OriginFor<T>,
			network: NetworkId,
			device: DeviceId,
		) -> DispatchResult {
			let payer = ensure_signed(origin)?;
			Self::begin_counting(&payer, network, &device)?;
			Self::deposit_event(Event::CountingBegun { network, device, payer });
			Ok(())
		}

		/// Count a device's sales no more, once no judge can ask for what was counted.
		///
		/// ## Dispatch Origin
		///
		/// Signed by who pays for it, and has the deposit back.
		///
		/// ## Arguments
		///
		/// * `network`: in which network.
		/// * `device`: which device's.
		///
		/// ## Errors
		///
		/// [`Error::NotFound`], [`Error::NotYours`], [`Error::StillRead`].
		///
		/// ## Events
		///
		/// [`Event::CountingEnded`].
		#[pallet::call_index(16)]
		pub fn forget_sales(
			origin: OriginFor<T>,
			network: NetworkId,
			device: DeviceId,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::end_counting(&who, network, &device)?;
			Self::deposit_event(Event::CountingEnded { network, device });
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

		/// Agreements by which reports of a device are paid, beside what its network pays.
		pub fn deals_of(device: DeviceId) -> Vec<AgreementId> {
			Deals::<T>::get(device).into_inner()
		}

		/// What a payer owes hosts in a network for an epoch.
		pub fn bill_of(network: NetworkId, payer: AccountId32, epoch: EpochIndex) -> Option<Bill> {
			Bills::<T>::get(network, (payer, epoch))
		}

		/// What stayed burned of sales of a device's service in an epoch, in planck, if it is counted.
		pub fn left_burned(network: NetworkId, device: DeviceId, epoch: EpochIndex) -> Balance {
			Self::left_burned_at(network, &device, epoch)
		}

		/// Who pays for counting a device's sales, and what was counted of late.
		pub fn sold_of(network: NetworkId, device: DeviceId) -> Option<Sold> {
			SoldOf::<T>::get(network, device)
		}

		/// Whether a leaf of a bill was collected.
		pub fn is_collected(
			network: NetworkId,
			payer: AccountId32,
			epoch: EpochIndex,
			index: u32,
		) -> bool {
			let bits = Collected::<T>::get(network, (payer, epoch));
			bits.get((index / 8) as usize).is_some_and(|byte| byte >> (index % 8) & 1 == 1)
		}

		/// How a network's sales are divided in agreements that are opened now.
		pub fn division(network: NetworkId) -> Division {
			Divisions::<T>::get(network)
		}
	}
}
