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
mod candidates;
mod contributors;
mod council;
pub mod democracy;
pub mod fading;
#[cfg(test)]
mod mock;
pub mod power;
pub mod proposals;
mod stops;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
pub mod weights;

pub use democracy::{Ballots, DemocracyBallots};
pub use fading::Fading;
pub use pallet::*;
pub use power::VotingPower;
pub use proposals::{DemocracyProposals, Proposals};
pub use weights::WeightInfo;

use codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
pub use substation_primitives::Balance;
use substation_primitives::{AccountId32, EpochIndex, NetworkId};

/// An account whose pay counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Contributor {
	/// What it has been paid, as far as it has not faded, in planck.
	pub earned: Fading,
	/// What is held for the row.
	pub deposit: Balance,
	/// Where most of it was earned.
	pub home: Home,
	/// As how much of it the electorate has counted: what the account could vote with when it was last paid or revised, or has
	/// voted, as far as it has not faded.
	pub counted: Fading,
}

/// The network in which a contributor was paid most.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Home {
	/// Which.
	pub network: NetworkId,
	/// By how much more than in all others together it is known to have been, in planck, as far as it has not faded.
	pub lead: Fading,
}

#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use alloc::vec::Vec;
	use frame_support::{
		pallet_prelude::*,
		traits::{
			fungible::{hold::Mutate as HoldMutate, Inspect},
			tokens::Precision,
			ChangeMembers, InitializeMembers, InspectLockableCurrency, ReservableCurrency,
		},
	};
	use frame_system::pallet_prelude::*;
	use sp_runtime::Perbill;
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
		#[codec(index = 0)]
		Contributor,
	}

	#[pallet::config]
	pub trait Config: frame_system::Config<AccountId = AccountId32> {
		/// The token, for deposits.
		type Currency: Inspect<AccountId32, Balance = Balance>
			+ HoldMutate<AccountId32, Reason = Self::RuntimeHoldReason>;
		/// The token, for votes: what [`VotingPower`] stands in front of.
		type Tokens: InspectLockableCurrency<AccountId32, Moment = BlockNumberFor<Self>>
			+ ReservableCurrency<AccountId32, Balance = Balance>;
		/// Tokens that nobody votes with, beside those that the token itself takes for inactive, in planck.
		type Idle: Get<Balance>;
		/// What holds are named by.
		type RuntimeHoldReason: From<HoldReason>;
		/// The protocol's clock.
		type Epochs: InspectEpochs;
		/// The council that is seated.
		type Council: ChangeMembers<AccountId32> + InitializeMembers<AccountId32>;
		/// Votes and delegations as they are recorded.
		type Ballots: Ballots;
		/// The public's proposals.
		type Proposals: Proposals<BlockNumberFor<Self>>;
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
		/// Seats that go to new members at a time, at the most, and that old ones leave.
		#[pallet::constant]
		type MaxChanges: Get<u32>;
		/// Seats that candidates have at the most whose pay came from one network.
		#[pallet::constant]
		type NetworkSeats: Get<u32>;
		/// Founders that there are at least, so that the council never is one or two people. They keep as many seats until
		/// candidates of several networks fill all.
		#[pallet::constant]
		type MinFounders: Get<u32>;
		/// Stops of what moves money that the council may add to, in [`Config::StopsWithin`].
		#[pallet::constant]
		type MaxStops: Get<u32>;
		/// Blocks for which a stop is remembered.
		#[pallet::constant]
		type StopsWithin: Get<BlockNumberFor<Self>>;
		/// Motions of the council that may be open: seating takes votes on them from who no longer sits.
		#[pallet::constant]
		type MaxMotions: Get<u32>;
		/// How many may stand at a time, at least as many as there are seats.
		#[pallet::constant]
		type MaxCandidates: Get<u32>;
		/// The public's proposals that may wait.
		#[pallet::constant]
		type MaxProposals: Get<u32>;
		/// Weights.
		type WeightInfo: WeightInfo;
	}

	/// Accounts whose pay counts.
	#[pallet::storage]
	pub type Contributors<T> = StorageMap<_, Blake2_128Concat, AccountId32, Contributor>;

	/// What all contributors have earned, as far as it has not faded.
	#[pallet::storage]
	pub type Total<T> = StorageValue<_, Fading, ValueQuery>;

	/// What of all that contributors have earned is part of the electorate: of each, what it could vote with when it was last
	/// paid or revised, or has voted.
	#[pallet::storage]
	pub type Counted<T> = StorageValue<_, Fading, ValueQuery>;

	/// Tokens that are locked behind votes, as long as the lock is there; never none.
	#[pallet::storage]
	pub type Locks<T> = StorageMap<_, Blake2_128Concat, AccountId32, Balance, ValueQuery>;

	/// Who stands for the council, by account. There is no row where nobody does.
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

	/// The blocks of the last stops, the last last.
	#[pallet::storage]
	pub type Stops<T: Config> =
		StorageValue<_, BoundedVec<BlockNumberFor<T>, T::MaxStops>, ValueQuery>;

	/// What backed each of the public's proposals at the votes of the public that it has waited for, together, in planck.
	#[pallet::storage]
	pub type Waits<T: Config> =
		StorageValue<_, BoundedVec<(u32, Balance), T::MaxProposals>, ValueQuery>;

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
			assert!(Pallet::<T>::are_distinct(&founders), "contribution: a founder is named twice");
			let mut seated = founders.into_inner();
			seated.sort_unstable();
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
		/// Recorded votes or a delegation were brought down, or an account's part of the electorate is another.
		Revised {
			/// Whose.
			voter: AccountId32,
			/// What is recorded at most, if it was too much, in planck.
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
		/// Nothing is recorded that is more than the account's power by a hundredth of it, and the electorate counts what it
		/// has.
		NothingToRevise,
		/// A founder is named twice.
		FounderTwice,
		/// There are fewer founders than there have to be.
		TooFewFounders,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		/// A term ends on time however full blocks are, and what is voted on next is put forward.
		fn on_initialize(now: BlockNumberFor<T>) -> Weight {
			let looked = T::DbWeight::get().reads(2).saturating_add(Self::put_forward(now));
			if T::Epochs::now() < NextSeating::<T>::get() {
				return looked;
			}
			Self::seat();
			looked.saturating_add(Self::weight_of_seating())
		}

		fn integrity_test() {
			assert!(T::MaxCandidates::get() >= T::Seats::get(), "not all seats can be given");
			assert!(
				T::MinFounders::get() <= T::Seats::get(),
				"more founders are asked for than there are seats"
			);
			assert!(T::SeatMinimum::get() > 0, "who earned nothing would be seated");
			assert!(T::MaxChanges::get() > 0, "nobody new is ever seated");
			assert!(T::NetworkSeats::get() > 0, "no candidate is ever seated");
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
			let row = Contributor { earned, deposit, home: Home::default(), counted: earned };
			Contributors::<T>::insert(&who, row);
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
		/// [`Event::Withdrawn`], and before it [`Event::StandsDown`] of a candidate.
		#[pallet::call_index(1)]
		pub fn withdraw(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			let row = Contributors::<T>::take(&who).ok_or(Error::<T>::NotEnlisted)?;
			Self::forget(&row);
			let reason = HoldReason::Contributor.into();
			T::Currency::release(&reason, &who, row.deposit, Precision::BestEffort)?;
			if Self::remove_candidate(&who) {
				Self::deposit_event(Event::StandsDown { candidate: who.clone() });
			}
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
			Self::add_candidate(&who, counts)?;
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
			ensure!(Self::remove_candidate(&who), Error::<T>::NotStanding);
			Self::deposit_event(Event::StandsDown { candidate: who });
			Ok(())
		}

		/// Bring what is recorded of an account's votes in running referenda, or its delegation, down to the
		/// voting power that is left, and to what stands on the tokens that are locked: no more get locked. And have the
		/// electorate count what the account can vote with now. Free of charge when something was too much.
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
			let most = |there_is: Balance| there_is.saturating_add(there_is / 100);
			let too_many = T::Ballots::largest(&voter) > most(power.votes());
			let counted = Self::counted_of(&voter);
			let too_much = counted > most(power.contribution);
			let too_little = power.contribution > most(counted);
			ensure!(too_many || too_much || too_little, Error::<T>::NothingToRevise);
			Self::count(&voter, power.contribution);
			// Whoever asks for this must not lock tokens that their owner has left free.
			let votes = power.votes_on(Locks::<T>::get(&voter));
			if too_many {
				T::Ballots::bring_down(&voter, votes)?;
			}
			Self::deposit_event(Event::Revised { voter, votes });
			Ok(if too_many || too_much { Pays::No } else { Pays::Yes }.into())
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
			Self::ensure_founders(&founders)?;
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

		/// The electorate, by which turnout is judged: tokens that somebody can vote with, and contribution as it was counted, in
		/// planck.
		pub fn electorate() -> (Balance, Balance) {
			Self::electorate_now()
		}

		/// The public's proposals, the one first that goes to a vote next: each with the tokens that back it, and those that backed
		/// it at each vote of the public that it has waited for, together; in planck. The sum of both counts.
		pub fn public_queue() -> Vec<(u32, Balance, Balance)> {
			Self::ranked_proposals()
		}

		/// Who would be seated now, the foremost first.
		pub fn foremost() -> Vec<AccountId32> {
			Self::ranked()
		}
	}
}
