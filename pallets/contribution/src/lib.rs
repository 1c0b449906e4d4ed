//! # Contribution
//!
//! What verified work counts for in government.
//!
//! ## Overview
//!
//! Whoever wants a voice as a contributor enlists, for a deposit. From then on what the account is paid for
//! settled work is counted. The count fades with a half-life, cannot be moved to another account, and ends
//! when the account withdraws. It is used twice:
//!
//! * **Seats.** Contributors stand for the contributors' council. At the end of each term those
//!   candidates who count for most are seated, by this pallet and nobody else. Founders, named at
//!   genesis or by a referendum, fill the seats that there are no candidates for.
//! * **Voting power.** [`VotingPower`] is a currency to hand to `pallet-democracy`: there an account has
//!   as many votes as it has tokens and contribution together. Contribution counts for at most as much as
//!   the tokens beside it and, for one account, for at most [`Config::VoterCap`] of all contribution. A
//!   lock of votes is turned into a lock of tokens, pro rata.
//!
//! Votes and delegations are recorded as amounts, and contribution fades after them. [`Call::revise`]
//! lets anybody bring recorded ones down to what their account has by now.

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
pub mod democracy;
pub mod fading;
#[cfg(test)]
mod mock;
pub mod power;
#[cfg(test)]
mod tests;
pub mod weights;

pub use democracy::{Ballots, DemocracyBallots};
pub use fading::Fading;
pub use pallet::*;
pub use power::VotingPower;
pub use weights::WeightInfo;

use codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
pub use substation_primitives::Balance;
use substation_primitives::{AccountId32, EpochIndex};

/// An account whose pay counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Contributor {
	/// What it has been paid, as far as it has not faded, in planck.
	pub earned: Fading,
	/// What is held for the row.
	pub deposit: Balance,
}

#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use alloc::vec::Vec;
	use core::cmp::Reverse;
	use frame_support::{
		pallet_prelude::*,
		traits::{
			fungible::{hold::Mutate as HoldMutate, Inspect},
			tokens::Precision,
			ChangeMembers, Currency, InitializeMembers, LockableCurrency, ReservableCurrency,
		},
		weights::WeightMeter,
	};
	use frame_system::pallet_prelude::*;
	use sp_runtime::{FixedU128, Perbill};
	use substation_primitives::epoch::InspectEpochs;

	/// The in-code storage version.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// Why something is held.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// A contributor's row.
		Contributor,
	}

	#[pallet::config]
	pub trait Config: frame_system::Config<AccountId = AccountId32> {
		/// The token, for deposits.
		type Currency: Inspect<AccountId32, Balance = Balance>
			+ HoldMutate<AccountId32, Reason = Self::RuntimeHoldReason>;
		/// The token, for votes: what [`VotingPower`] stands in front of.
		type Tokens: LockableCurrency<AccountId32, Moment = BlockNumberFor<Self>>
			+ ReservableCurrency<AccountId32, Balance = Balance>;
		/// What holds are named by.
		type RuntimeHoldReason: From<HoldReason>;
		/// The protocol's clock.
		type Epochs: InspectEpochs;
		/// The council that is seated.
		type Council: ChangeMembers<AccountId32> + InitializeMembers<AccountId32>;
		/// Votes and delegations as they are recorded.
		type Ballots: Ballots;
		/// Who may name founders.
		type FoundersOrigin: EnsureOrigin<Self::RuntimeOrigin>;
		/// What a contributor's row costs while it is there.
		type Deposit: Get<Balance>;
		/// Epochs after which what was earned counts for half. Rows fade by it at different times: changing
		/// it takes a migration that fades all of them first.
		#[pallet::constant]
		type HalfLife: Get<EpochIndex>;
		/// The largest part of all contribution that one account may vote with.
		type VoterCap: Get<Perbill>;
		/// Epochs between two seatings.
		#[pallet::constant]
		type Term: Get<EpochIndex>;
		/// Seats of the council.
		#[pallet::constant]
		type Seats: Get<u32>;
		/// The least that a contributor who is seated counts for.
		type SeatMinimum: Get<Balance>;
		/// Founders that there are at least, so that the council never is one or two people.
		#[pallet::constant]
		type MinFounders: Get<u32>;
		/// Motions of the council that may be open: seating takes votes on them from who no longer sits.
		#[pallet::constant]
		type MaxMotions: Get<u32>;
		/// How many may stand at a time, at least as many as there are seats.
		#[pallet::constant]
		type MaxCandidates: Get<u32>;
		/// Weights.
		type WeightInfo: WeightInfo;
	}

	/// Accounts whose pay counts.
	#[pallet::storage]
	pub type Contributors<T> = StorageMap<_, Blake2_128Concat, AccountId32, Contributor>;

	/// What all contributors have earned, as far as it has not faded.
	#[pallet::storage]
	pub type Total<T> = StorageValue<_, Fading, ValueQuery>;

	/// Tokens that are locked behind votes, as long as the lock is there.
	#[pallet::storage]
	pub type Locks<T> = StorageMap<_, Blake2_128Concat, AccountId32, Balance, ValueQuery>;

	/// Who stands for the council, by account.
	#[pallet::storage]
	pub type Candidates<T: Config> =
		StorageValue<_, BoundedVec<AccountId32, T::MaxCandidates>, ValueQuery>;

	/// Who fills seats that there are no candidates for, the first first.
	#[pallet::storage]
	pub type Founders<T: Config> = StorageValue<_, BoundedVec<AccountId32, T::Seats>, ValueQuery>;

	/// Who sits on the council, by account.
	#[pallet::storage]
	pub type Seated<T: Config> = StorageValue<_, BoundedVec<AccountId32, T::Seats>, ValueQuery>;

	/// The epoch from which on seats are given anew.
	#[pallet::storage]
	pub type NextSeating<T> = StorageValue<_, EpochIndex, ValueQuery>;

	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Who fills seats that there are no candidates for.
		pub founders: Vec<AccountId32>,
		/// Nothing.
		#[serde(skip)]
		pub _config: core::marker::PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			assert!(
				self.founders.len() <= T::Seats::get() as usize,
				"contribution: there are more founders than seats"
			);
			// With none there is no council before a referendum names some, or enough contributors stand.
			assert!(
				self.founders.is_empty() || self.founders.len() >= T::MinFounders::get() as usize,
				"contribution: there are too few founders: the council never is one or two people"
			);
			let founders = BoundedVec::truncate_from(self.founders.clone());
			Founders::<T>::put(&founders);
			let mut seated = founders.into_inner();
			seated.sort_unstable();
			seated.dedup();
			assert!(seated.len() == self.founders.len(), "contribution: a founder is named twice");
			T::Council::initialize_members(&seated);
			Seated::<T>::put(BoundedVec::truncate_from(seated));
			NextSeating::<T>::put(T::Term::get());
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// What an account is paid counts from now on.
		Enlisted {
			/// Whose.
			contributor: AccountId32,
		},
		/// What an account was paid counts no more.
		Withdrawn {
			/// Whose.
			contributor: AccountId32,
		},
		/// An account stands for the council.
		Stands {
			/// Who.
			candidate: AccountId32,
		},
		/// An account stands for the council no more.
		StandsDown {
			/// Who.
			candidate: AccountId32,
		},
		/// The council was seated.
		CouncilSeated {
			/// Who sits, by account.
			members: Vec<AccountId32>,
		},
		/// Who fills seats without candidates was named.
		FoundersNamed {
			/// The founders, the first first.
			founders: Vec<AccountId32>,
		},
		/// Recorded votes or a delegation were brought down.
		Revised {
			/// Whose.
			voter: AccountId32,
			/// What is recorded at most, in planck.
			votes: Balance,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The account's pay counts already.
		AlreadyEnlisted,
		/// The account's pay does not count: enlist first.
		NotEnlisted,
		/// The account stands already.
		AlreadyStands,
		/// The account does not stand.
		NotStanding,
		/// The account counts for less than a seat takes, or no more than all candidates that there is room for:
		/// earn more first.
		CountsForTooLittle,
		/// Nothing is recorded that is more than the account's power by a hundredth of it.
		NothingToRevise,
		/// A founder is named twice.
		FounderTwice,
		/// There are fewer founders than there have to be.
		TooFewFounders,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_idle(_now: BlockNumberFor<T>, limit: Weight) -> Weight {
			let mut meter = WeightMeter::with_limit(limit);
			if meter.try_consume(T::DbWeight::get().reads(2)).is_ok()
				&& T::Epochs::now() >= NextSeating::<T>::get()
				&& meter.try_consume(Self::weight_of_seating()).is_ok()
			{
				Self::seat();
			}
			meter.consumed()
		}

		fn integrity_test() {
			assert!(T::MaxCandidates::get() >= T::Seats::get(), "not all seats can be given");
			assert!(T::Seats::get() >= T::MinFounders::get(), "there are more founders than seats");
			assert!(T::SeatMinimum::get() > 0, "who earned nothing would be seated");
			assert!(T::Term::get() > 0, "seats are given without end");
			assert!(T::HalfLife::get() >= 10, "the fading formula holds from ten epochs on");
			assert!(!T::VoterCap::get().is_zero(), "nobody's contribution counts");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call(weight = T::WeightInfo)]
	impl<T: Config> Pallet<T> {
		/// Let what the account is paid count.
		///
		/// ## Dispatch Origin
		///
		/// Signed; a deposit is held.
		///
		/// ## Errors
		///
		/// [`Error::AlreadyEnlisted`], and the currency's if the deposit cannot be held.
		///
		/// ## Events
		///
		/// [`Event::Enlisted`].
		#[pallet::call_index(0)]
		pub fn enlist(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			ensure!(!Contributors::<T>::contains_key(&who), Error::<T>::AlreadyEnlisted);
			let deposit = T::Deposit::get();
			T::Currency::hold(&HoldReason::Contributor.into(), &who, deposit)?;
			let earned = Fading { amount: 0, at: T::Epochs::now() };
			Contributors::<T>::insert(&who, Contributor { earned, deposit });
			Self::deposit_event(Event::Enlisted { contributor: who });
			Ok(())
		}

		/// Let nothing count any more that the account was paid, and take the deposit back. A seat is kept
		/// until the next seating. Votes that were cast with contribution can be revised from then on.
		///
		/// ## Dispatch Origin
		///
		/// Signed.
		///
		/// ## Errors
		///
		/// [`Error::NotEnlisted`].
		///
		/// ## Events
		///
		/// [`Event::Withdrawn`].
		#[pallet::call_index(1)]
		pub fn withdraw(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			let row = Contributors::<T>::take(&who).ok_or(Error::<T>::NotEnlisted)?;
			let (now, left) = (T::Epochs::now(), Self::left());
			Total::<T>::mutate(|total| total.subtract(now, left, row.earned.in_epoch(now, left)));
			let reason = HoldReason::Contributor.into();
			T::Currency::release(&reason, &who, row.deposit, Precision::BestEffort)?;
			Candidates::<T>::mutate(|candidates| {
				if let Ok(place) = candidates.binary_search(&who) {
					candidates.remove(place);
				}
			});
			Self::deposit_event(Event::Withdrawn { contributor: who });
			Ok(())
		}

		/// Stand for the council. Where there is no more room, a candidate who counts for less makes it.
		///
		/// ## Dispatch Origin
		///
		/// Signed, by a contributor.
		///
		/// ## Errors
		///
		/// [`Error::NotEnlisted`], [`Error::AlreadyStands`], [`Error::CountsForTooLittle`].
		///
		/// ## Events
		///
		/// [`Event::Stands`], and [`Event::StandsDown`] of who made room.
		#[pallet::call_index(2)]
		pub fn stand(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			let counts = Self::contribution(who.clone()).ok_or(Error::<T>::NotEnlisted)?;
			ensure!(counts >= T::SeatMinimum::get(), Error::<T>::CountsForTooLittle);
			let mut candidates = Candidates::<T>::get();
			ensure!(candidates.binary_search(&who).is_err(), Error::<T>::AlreadyStands);
			if candidates.is_full() {
				let (least, last) = candidates
					.iter()
					.map(|candidate| (Self::counts(candidate), candidate.clone()))
					.min()
					.ok_or(Error::<T>::CountsForTooLittle)?;
				ensure!(least < counts, Error::<T>::CountsForTooLittle);
				candidates.retain(|candidate| *candidate != last);
				Self::deposit_event(Event::StandsDown { candidate: last });
			}
			let place = candidates.binary_search(&who).unwrap_or_else(|place| place);
			candidates
				.try_insert(place, who.clone())
				.map_err(|_| Error::<T>::CountsForTooLittle)?;
			Candidates::<T>::put(candidates);
			Self::deposit_event(Event::Stands { candidate: who });
			Ok(())
		}

		/// Stand no more. A seat is kept until the next seating.
		///
		/// ## Dispatch Origin
		///
		/// Signed, by a candidate.
		///
		/// ## Errors
		///
		/// [`Error::NotStanding`].
		///
		/// ## Events
		///
		/// [`Event::StandsDown`].
		#[pallet::call_index(3)]
		pub fn stand_down(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Candidates::<T>::try_mutate(|candidates| {
				let place = candidates.binary_search(&who).map_err(|_| Error::<T>::NotStanding)?;
				candidates.remove(place);
				Ok::<_, DispatchError>(())
			})?;
			Self::deposit_event(Event::StandsDown { candidate: who });
			Ok(())
		}

		/// Bring what is recorded of an account's votes in running referenda, or its delegation, down to the
		/// voting power that is left, and to what stands on the tokens that are locked: no more get locked. Free of
		/// charge when there was something to revise.
		///
		/// ## Dispatch Origin
		///
		/// Signed, by anybody.
		///
		/// ## Arguments
		///
		/// * `voter`: whose votes.
		///
		/// ## Errors
		///
		/// [`Error::NothingToRevise`].
		///
		/// ## Events
		///
		/// [`Event::Revised`].
		#[pallet::call_index(4)]
		pub fn revise(origin: OriginFor<T>, voter: AccountId32) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			let power = Self::power(&voter);
			// A little more than there is may stay, so that nobody does this all day for nothing.
			let tolerated = power.votes().saturating_add(power.votes() / 100);
			ensure!(T::Ballots::largest(&voter) > tolerated, Error::<T>::NothingToRevise);
			// Whoever asks for this must not lock tokens that their owner has left free.
			let votes = power.votes_on(Locks::<T>::get(&voter));
			T::Ballots::bring_down(&voter, votes)?;
			Self::deposit_event(Event::Revised { voter, votes });
			Ok(Pays::No.into())
		}

		/// Name who fills seats that there are no candidates for, from the next seating on.
		///
		/// ## Dispatch Origin
		///
		/// [`Config::FoundersOrigin`].
		///
		/// ## Arguments
		///
		/// * `founders`: the founders, the first first.
		///
		/// ## Errors
		///
		/// [`Error::FounderTwice`], [`Error::TooFewFounders`].
		///
		/// ## Events
		///
		/// [`Event::FoundersNamed`].
		#[pallet::call_index(5)]
		pub fn set_founders(
			origin: OriginFor<T>,
			founders: BoundedVec<AccountId32, T::Seats>,
		) -> DispatchResult {
			T::FoundersOrigin::ensure_origin(origin)?;
			let mut distinct = founders.to_vec();
			distinct.sort_unstable();
			distinct.dedup();
			ensure!(distinct.len() == founders.len(), Error::<T>::FounderTwice);
			let least = T::MinFounders::get() as usize;
			ensure!(founders.len() >= least, Error::<T>::TooFewFounders);
			Founders::<T>::put(&founders);
			Self::deposit_event(Event::FoundersNamed { founders: founders.into_inner() });
			Ok(())
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// An account's contribution at the present epoch, in planck; nothing if it has not enlisted.
		pub fn contribution(who: AccountId32) -> Option<Balance> {
			let row = Contributors::<T>::get(who)?;
			Some(row.earned.in_epoch(T::Epochs::now(), Self::left()))
		}

		/// The sum of all contributions at the present epoch, in planck.
		pub fn total_contribution() -> Balance {
			Total::<T>::get().in_epoch(T::Epochs::now(), Self::left())
		}

		/// What an account can vote with now: tokens, and contribution as far as it counts; in planck.
		pub fn voting_power(who: AccountId32) -> (Balance, Balance) {
			let power = Self::power(&who);
			(power.tokens, power.contribution)
		}

		/// Who would be seated now, the foremost first.
		pub fn foremost() -> Vec<AccountId32> {
			let mut candidates: Vec<_> = Candidates::<T>::get()
				.into_iter()
				.map(|candidate| (Reverse(Self::counts(&candidate)), candidate))
				.filter(|(counts, _)| counts.0 >= T::SeatMinimum::get())
				.collect();
			candidates.sort_unstable();
			let mut members: Vec<_> =
				candidates.into_iter().map(|(_, candidate)| candidate).collect();
			for founder in Founders::<T>::get() {
				if !members.contains(&founder) {
					members.push(founder);
				}
			}
			members.truncate(T::Seats::get() as usize);
			members
		}
	}

	impl<T: Config> Pallet<T> {
		pub(crate) fn left() -> FixedU128 {
			fading::left_by_an_epoch(T::HalfLife::get())
		}

		/// What seating weighs, with what the council does about its motions.
		fn weight_of_seating() -> Weight {
			let motions = T::MaxMotions::get().into();
			T::WeightInfo::seat().saturating_add(T::DbWeight::get().reads_writes(motions, motions))
		}

		fn counts(who: &AccountId32) -> Balance {
			Self::contribution(who.clone()).unwrap_or_default()
		}

		/// What an account can vote with now.
		pub(crate) fn power(who: &AccountId32) -> power::Power {
			let tokens = T::Tokens::total_balance(who);
			let cap = T::VoterCap::get().mul_floor(Self::total_contribution());
			power::Power { tokens, contribution: Self::counts(who).min(tokens).min(cap) }
		}

		/// An account was paid `amount` for settled work. Whether that counts.
		pub fn note_paid(who: &AccountId32, amount: Balance) -> bool {
			let Some(mut row) = Contributors::<T>::get(who) else { return false };
			let (now, left) = (T::Epochs::now(), Self::left());
			row.earned.add(now, left, amount);
			Contributors::<T>::insert(who, row);
			Total::<T>::mutate(|total| total.add(now, left, amount));
			true
		}

		/// Seats the foremost, until the next term ends.
		pub(crate) fn seat() {
			NextSeating::<T>::put(T::Epochs::now().saturating_add(T::Term::get()));
			let mut members = Self::foremost();
			// It never is one or two people: whoever sat there goes on.
			if members.len() < T::MinFounders::get().max(1) as usize {
				return;
			}
			members.sort_unstable();
			let before = Seated::<T>::get();
			if before.as_slice() != members.as_slice() {
				T::Council::set_members_sorted(&members, &before);
				Seated::<T>::put(BoundedVec::truncate_from(members.clone()));
			}
			Self::deposit_event(Event::CouncilSeated { members });
		}

		/// Checks that candidates are contributors, that the total is the sum of all rows, and that deposits
		/// are held.
		#[cfg(any(feature = "try-runtime", test))]
		pub(crate) fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
			use frame_support::traits::fungible::InspectHold;
			let (now, left) = (T::Epochs::now(), Self::left());
			let ascending = |list: &[AccountId32]| {
				list.iter().zip(list.iter().skip(1)).all(|(one, next)| one < next)
			};
			let candidates = Candidates::<T>::get();
			ensure!(ascending(&candidates), "candidates are not in order");
			ensure!(ascending(&Seated::<T>::get()), "members are not in order");
			for who in &candidates {
				ensure!(Contributors::<T>::contains_key(who), "a candidate is no contributor");
			}
			let (mut sum, mut rows) = (0u128, 0u128);
			for (who, row) in Contributors::<T>::iter() {
				ensure!(row.earned.at <= now, "something was earned in the future");
				ensure!(
					T::Currency::balance_on_hold(&HoldReason::Contributor.into(), &who)
						>= row.deposit,
					"a contributor's deposit is not held"
				);
				sum = sum.saturating_add(row.earned.in_epoch(now, left));
				rows = rows.saturating_add(1);
			}
			// Each is rounded down whenever it fades, and the power is exact to 10^-18 an epoch.
			let total = Self::total_contribution();
			let tolerated =
				(sum.max(total) / 1_000_000_000).saturating_add(rows).saturating_add(1_000);
			ensure!(total.abs_diff(sum) <= tolerated, "the total is not the sum of contributions");
			Ok(())
		}
	}
}
