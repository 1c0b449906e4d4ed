//! # Credits
//!
//! What service is paid with: made when tokens are burned, at a price that feeders say.
//!
//! ## Overview
//!
//! * **A credit** is a millionth of a dollar. It buys service on every network and nothing else, and cannot be given to
//!   others: who wants to pay for others funds their agreement.
//! * **A purse** holds credits together with what was burned for them. What a sale lets come back is a part of that, so the
//!   price is asked when credits are made and never when they are spent: service goes on without it.
//! * **The price** is the least of what feeders' median says and a mean that follows it down at once and up slowly, less a
//!   margin. There is none while too few feeders speak, while they do not agree, or while it rises too fast; credits cannot
//!   be bought then, and nothing is burned.
//! * **A day's issue** is bounded by those of the days before, which bounds what feeders in league can take.

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
mod buying;
mod feeders;
mod issue;
#[cfg(test)]
mod mock;
mod price;
mod purses;
#[cfg(test)]
mod tests;
pub mod traits;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
pub mod weights;

pub use issue::Issue;
pub use pallet::*;
pub use price::{credits_for, tokens_for, NoPrice, PriceState, Quote, UNIT};
pub use purses::Totals as Sums;
pub use traits::InspectHeld;
pub use weights::WeightInfo;

use frame_support::{traits::ConstU32, BoundedVec};
use substation_primitives::{amount::PRICES, AccountId32, Balance, CreditBalance, Purse};

/// What a token costs, in 10^-9 dollars.
pub type Price = u128;
/// A time, in milliseconds since 1970.
pub type Moment = u64;

/// Feeders that have to speak for there to be a price, at the least; of many, two thirds.
pub const QUORUM: u32 = 3;
/// The most feeders.
pub const MAX_FEEDERS: u32 = 16;
/// Feeders, sorted.
pub type FeedersOf = BoundedVec<AccountId32, ConstU32<MAX_FEEDERS>>;

#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use alloc::vec::Vec;
	use frame_support::{
		pallet_prelude::*,
		traits::{fungible::Mutate, ChangeMembers, EnsureOrigin, Time},
	};
	use frame_system::pallet_prelude::*;
	use sp_runtime::Permill;

	/// The in-code storage version.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config<AccountId = AccountId32> {
		/// The token.
		type Currency: Mutate<AccountId32, Balance = Balance>;
		/// What time it is.
		type Time: Time<Moment = Moment>;
		/// Where it is kept what feeders have said.
		type Feeds: ChangeMembers<AccountId32>;
		/// Who else holds credits.
		type Held: InspectHeld;
		/// Who names feeders.
		type FeedersOrigin: EnsureOrigin<Self::RuntimeOrigin>;
		/// Who stops the making of credits, and lets it go on.
		type StopOrigin: EnsureOrigin<Self::RuntimeOrigin>;
		/// For how long what a feeder has said counts, in milliseconds.
		type MaxAge: Get<Moment>;
		/// How far below what feeders say credits are made, at the least.
		type Margin: Get<Permill>;
		/// By which part of itself the slow mean rises in an hour, at the most.
		type Rise: Get<Permill>;
		/// What may be made on any day.
		type IssueFloor: Get<CreditBalance>;
		/// The least purchase.
		type Least: Get<CreditBalance>;
		/// A day, in milliseconds.
		#[pallet::constant]
		type Day: Get<Moment>;
		/// Weights.
		type WeightInfo: WeightInfo;
		/// What benchmarks need.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: traits::BenchmarkHelper;
	}

	/// Credits, by whose they are. A row is there only while there are some.
	#[pallet::storage]
	pub type Purses<T> = StorageMap<_, Blake2_128Concat, AccountId32, Purse>;

	/// Who says what a token costs, sorted.
	#[pallet::storage]
	pub type Feeders<T> = StorageValue<_, FeedersOf, ValueQuery>;

	/// What feeders have said, put together when one of them spoke last.
	#[pallet::storage]
	pub type Quotes<T> = StorageValue<_, Quote>;

	/// What was made lately.
	#[pallet::storage]
	pub type Issues<T> = StorageValue<_, Issue, ValueQuery>;

	/// Whether no credits are made until it is decided otherwise.
	#[pallet::storage]
	pub type Stop<T> = StorageValue<_, bool, ValueQuery>;

	/// What was burned for credits, and where it is.
	#[pallet::storage]
	pub type Totals<T> = StorageValue<_, Sums, ValueQuery>;

	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Who says what a token costs. There is no price without any.
		pub feeders: Vec<AccountId32>,
		/// What the slow mean begins with, in 10^-9 dollars for a token.
		pub price: Option<Price>,
		#[serde(skip)]
		#[doc(hidden)]
		pub _config: core::marker::PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			if !self.feeders.is_empty() {
				let sorted = Pallet::<T>::sorted(self.feeders.clone()).ok();
				assert!(sorted.is_some(), "credits: there are to be 3 to 16 different feeders");
				assert!(self.price.is_some(), "credits: feeders need a price to begin with");
				Feeders::<T>::put(sorted.unwrap_or_default());
			}
			if let Some(price) = self.price {
				assert!(PRICES.contains(&price), "credits: the price is out of range");
				Quotes::<T>::put(Quote::beginning(price, 0));
			}
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// Tokens were burned for credits.
		Bought {
			/// By whom.
			who: AccountId32,
			/// How many tokens, in planck.
			burned: Balance,
			/// How many credits.
			credits: CreditBalance,
			/// At which price, in 10^-9 dollars for a token.
			price: Price,
		},
		/// Others say from now on what a token costs.
		FeedersSet {
			/// Who.
			feeders: Vec<AccountId32>,
			/// What the slow mean begins with, if it begins anew.
			slow: Option<Price>,
		},
		/// No credits are made until it is decided otherwise.
		Stopped,
		/// Credits are made again.
		Resumed,
	}

	#[pallet::error]
	pub enum Error<T> {
		/// There is no price: fewer than two thirds of the feeders, or than three, have said one lately. Nothing was burned; try later.
		PriceTooFew,
		/// There is no price: feeders do not agree. Nothing was burned; try later.
		PriceApart,
		/// There is no price: it has risen by more than a fifth above its slow mean. Nothing was burned; try in some hours.
		PriceWild,
		/// There is no price: the last one is too old. Nothing was burned; try when feeders speak again.
		PriceStale,
		/// The council has stopped the making of credits. Nothing was burned; what you have can be spent.
		Stopped,
		/// The tokens are worth fewer credits than was asked for. Ask the view `worth`, and for a little less.
		FewerThanLeast,
		/// The credits cost more tokens than was offered. Ask the view `cost_of`, and offer a little more.
		MoreThanMost,
		/// It is less than the least purchase: see the parameter `Credits.Least`.
		TooLittle,
		/// So many credits may not be made today. The view `issue_left` says how many may; the rest waits for the next day.
		IssueFull,
		/// There are not as many tokens beside what an account has to hold, or not as many credits in the purse.
		NotEnough,
		/// More would be made again than 95 % of what the credits cost.
		TooMuchRemade,
		/// There are to be 3 to 16 feeders, each once.
		FeedersOutOfRange,
		/// That is no price: it is to be between 1,000 and 10^18, in 10^-9 dollars for a token.
		PriceOutOfRange,
		/// There was no price yet: say what the slow mean is to begin with, or the first feeders would.
		NoBeginning,
	}

	impl<T> From<NoPrice> for Error<T> {
		fn from(reason: NoPrice) -> Self {
			match reason {
				NoPrice::TooFew => Self::PriceTooFew,
				NoPrice::Apart => Self::PriceApart,
				NoPrice::Wild => Self::PriceWild,
				NoPrice::Stale => Self::PriceStale,
			}
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::Day::get() > 0, "a day has no end");
			assert!(T::MaxAge::get() > 0, "no price is ever fresh");
			assert!(T::Least::get() > 0, "a purchase of nothing makes a row");
			assert!(T::IssueFloor::get() >= T::Least::get(), "nothing could ever be bought");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call(weight = T::WeightInfo)]
	impl<T: Config> Pallet<T> {
		/// Burn tokens for as many credits as they are worth.
		///
		/// ## Dispatch Origin
		///
		/// Signed; the tokens are burned.
		///
		/// ## Arguments
		///
		/// * `tokens`: how many, in planck.
		/// * `least`: how many credits there are to be at the least.
		///
		/// ## Details
		///
		/// Credits are rounded down. They buy service and nothing else: they cannot be sent, and not be given back.
		///
		/// ## Errors
		///
		/// [`Error::Stopped`], [`Error::PriceTooFew`], [`Error::PriceApart`], [`Error::PriceWild`],
		/// [`Error::PriceStale`], [`Error::FewerThanLeast`], [`Error::TooLittle`], [`Error::NotEnough`],
		/// [`Error::IssueFull`].
		///
		/// ## Events
		///
		/// [`Event::Bought`].
		#[pallet::call_index(0)]
		pub fn buy(
			origin: OriginFor<T>,
			#[pallet::compact] tokens: Balance,
			#[pallet::compact] least: CreditBalance,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			let price = Self::ensure_price()?;
			let credits = credits_for(tokens, price);
			ensure!(credits >= least, Error::<T>::FewerThanLeast);
			Self::make(&who, tokens, credits, price)
		}

		/// Burn as many tokens as so many credits cost.
		///
		/// ## Dispatch Origin
		///
		/// Signed; the tokens are burned.
		///
		/// ## Arguments
		///
		/// * `credits`: how many credits.
		/// * `most`: how many tokens they are to cost at the most, in planck.
		///
		/// ## Details
		///
		/// Tokens are rounded up. Credits buy service and nothing else: they cannot be sent, and not be given back.
		///
		/// ## Errors
		///
		/// [`Error::Stopped`], [`Error::PriceTooFew`], [`Error::PriceApart`], [`Error::PriceWild`],
		/// [`Error::PriceStale`], [`Error::MoreThanMost`], [`Error::TooLittle`], [`Error::NotEnough`],
		/// [`Error::IssueFull`].
		///
		/// ## Events
		///
		/// [`Event::Bought`].
		#[pallet::call_index(1)]
		pub fn buy_exact(
			origin: OriginFor<T>,
			#[pallet::compact] credits: CreditBalance,
			#[pallet::compact] most: Balance,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			let price = Self::ensure_price()?;
			let tokens = tokens_for(credits, price);
			ensure!(tokens <= most, Error::<T>::MoreThanMost);
			Self::make(&who, tokens, credits, price)
		}

		/// Name who says what a token costs.
		///
		/// ## Dispatch Origin
		///
		/// [`Config::FeedersOrigin`].
		///
		/// ## Arguments
		///
		/// * `feeders`: 3 to 16 accounts, in any order.
		/// * `slow`: with what the slow mean begins anew, in 10^-9 dollars for a token; it goes on if nothing is said.
		///
		/// ## Details
		///
		/// What those have said who leave is forgotten, and there is no price until a feeder speaks again. The slow mean is to
		/// begin anew where feeders have pressed it down: it rises slowly only.
		///
		/// ## Errors
		///
		/// [`Error::FeedersOutOfRange`], [`Error::PriceOutOfRange`], [`Error::NoBeginning`].
		///
		/// ## Events
		///
		/// [`Event::FeedersSet`].
		#[pallet::call_index(2)]
		pub fn set_feeders(
			origin: OriginFor<T>,
			feeders: FeedersOf,
			slow: Option<Price>,
		) -> DispatchResult {
			T::FeedersOrigin::ensure_origin(origin)?;
			let feeders = Self::sorted(feeders.into_inner())?;
			Self::ensure_beginning(slow)?;
			Self::replace_feeders(feeders.clone(), slow);
			let feeders = feeders.into_inner();
			Self::deposit_event(Event::FeedersSet { feeders, slow });
			Ok(())
		}

		/// Make no more credits. Those that there are can be spent, and all that is sold goes on.
		///
		/// ## Dispatch Origin
		///
		/// [`Config::StopOrigin`].
		///
		/// ## Errors
		///
		/// [`Error::Stopped`].
		///
		/// ## Events
		///
		/// [`Event::Stopped`].
		#[pallet::call_index(3)]
		pub fn stop(origin: OriginFor<T>) -> DispatchResult {
			T::StopOrigin::ensure_origin(origin)?;
			ensure!(!Stop::<T>::get(), Error::<T>::Stopped);
			Stop::<T>::put(true);
			Self::deposit_event(Event::Stopped);
			Ok(())
		}

		/// Make credits again. Where nothing was stopped, nothing changes.
		///
		/// ## Dispatch Origin
		///
		/// [`Config::StopOrigin`].
		///
		/// ## Events
		///
		/// [`Event::Resumed`].
		#[pallet::call_index(4)]
		pub fn resume(origin: OriginFor<T>) -> DispatchResult {
			T::StopOrigin::ensure_origin(origin)?;
			Stop::<T>::kill();
			Self::deposit_event(Event::Resumed);
			Ok(())
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// The price at which credits are made now; or why there is none, and the last that was reckoned.
		pub fn price() -> Result<Quote, (NoPrice, Option<Quote>)> {
			Self::quote().map_err(|reason| (reason, Quotes::<T>::get()))
		}

		/// Credits that so many tokens, in planck, are worth now.
		pub fn worth(tokens: Balance) -> Result<CreditBalance, NoPrice> {
			Self::quote().map(|quote| credits_for(tokens, quote.price))
		}

		/// Tokens, in planck, that so many credits cost now.
		pub fn cost_of(credits: CreditBalance) -> Result<Balance, NoPrice> {
			Self::quote().map(|quote| tokens_for(credits, quote.price))
		}

		/// An account's credits, and what was burned for them.
		pub fn purse(who: AccountId32) -> Purse {
			Purses::<T>::get(who).unwrap_or_default()
		}

		/// Credits that may be made today yet; none if the council has stopped it.
		pub fn issue_left() -> CreditBalance {
			if Stop::<T>::get() {
				return 0;
			}
			Self::left_today()
		}

		/// What was burned for credits, and where it is.
		pub fn totals() -> Sums {
			Totals::<T>::get()
		}

		/// For how long what a feeder has said counts, in milliseconds.
		pub fn max_age() -> Moment {
			T::MaxAge::get()
		}

		/// Who says what a token costs.
		pub fn feeders() -> Vec<AccountId32> {
			Feeders::<T>::get().into_inner()
		}
	}
}
