//! # Network treasury
//!
//! Where income goes, and how what has gathered is spent on work.
//!
//! ## Overview
//!
//! * **Income.** Each [`Source`] has a [`Route`]: a part is burned, a part goes to networks' funds, the
//!   rest to the common fund, which is the stock treasury's account. Where it is not known whose income
//!   it is, what networks get gathers, and is given out by weight in rounds.
//! * **Grants.** Money of a fund that a beneficiary gets by reaching milestones: by a decision, or by
//!   being paid for verified work. Each is paid at once or streamed over epochs. What is granted is
//!   held on the fund's account, so that it cannot be spent twice.
//! * **Bounties.** A price that anybody puts on verified service in a cell of a network by a date.
//!   Claims for settled reports from there release it, to the devices' owners; what was not delivered
//!   is the buyer's again.

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
pub mod bounties;
mod funds;
pub mod grants;
pub mod income;
#[cfg(test)]
mod mock;
mod rounds;
#[cfg(test)]
mod tests;
pub mod traits;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
pub mod weights;
mod work;

pub use bounties::Bounty;
pub use grants::{Fund, Grant, Milestone, Release, Stage, Work};
pub use income::{Round, Route, Source};
pub use pallet::*;
pub use traits::InspectNetworks;
pub use weights::WeightInfo;

pub use substation_primitives::Balance;
use substation_primitives::{AccountId32, EpochIndex, NetworkId};

/// A grant's number.
pub type GrantId = u32;
/// An H3 cell's number.
pub type Cell = u64;

#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use alloc::vec::Vec;
	use frame_support::{
		pallet_prelude::*,
		storage::with_storage_layer,
		traits::{
			fungible::{
				hold::Mutate as HoldMutate, Balanced, Credit, Inspect, InspectHold, Mutate,
			},
			EnsureOrigin,
		},
		weights::WeightMeter,
		PalletId,
	};
	use frame_system::pallet_prelude::*;
	use substation_primitives::epoch::InspectEpochs;

	/// The in-code storage version.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// Token that somebody has to take.
	pub type CreditOf<T> = Credit<AccountId32, <T as Config>::Currency>;
	/// A grant.
	pub type GrantOf<T> = Grant<<T as Config>::MaxMilestones>;

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// Why something is held.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// A grant, on a fund's account.
		#[codec(index = 0)]
		Grant,
		/// A bounty's row.
		#[codec(index = 1)]
		Bounty,
	}

	#[pallet::config]
	pub trait Config: frame_system::Config<AccountId = AccountId32> {
		/// The token.
		type Currency: Mutate<AccountId32>
			+ Inspect<AccountId32, Balance = Balance>
			+ Balanced<AccountId32>
			+ HoldMutate<AccountId32, Reason = Self::RuntimeHoldReason>;
		/// What holds are named by.
		type RuntimeHoldReason: From<HoldReason>;
		/// The protocol's clock.
		type Epochs: InspectEpochs;
		/// Networks.
		type Networks: InspectNetworks;
		/// Who says how income is divided.
		type RouteOrigin: EnsureOrigin<Self::RuntimeOrigin>;
		/// Who grants, releases and cancels.
		type GrantOrigin: EnsureOrigin<Self::RuntimeOrigin>;
		/// The common fund's account.
		type CommonFund: Get<AccountId32>;
		/// From which the account is derived where networks' parts gather.
		#[pallet::constant]
		type PalletId: Get<PalletId>;
		/// Epochs between two rounds in which networks get their parts.
		#[pallet::constant]
		type RoundLength: Get<EpochIndex>;
		/// Milestones of a grant.
		#[pallet::constant]
		type MaxMilestones: Get<u32>;
		/// Bounties in one cell of a network.
		#[pallet::constant]
		type MaxBounties: Get<u32>;
		/// The least price of a bounty, so that a cell's places are not taken for little. Not less
		/// than an account holds.
		type MinPrice: Get<Balance>;
		/// The least that a bounty pays for a full score, so that they are not taken for what nobody will deliver.
		type MinRate: Get<Balance>;
		/// What a bounty's row costs while it is there. Not less than an account holds: it keeps the
		/// buyer's.
		type BountyDeposit: Get<Balance>;
		/// The longest time for which service can be asked for, in epochs.
		type MaxTerm: Get<EpochIndex>;
		/// Weights.
		type WeightInfo: WeightInfo;
	}

	/// How each source's income is divided.
	#[pallet::storage]
	pub type Routes<T> = StorageMap<_, Twox64Concat, Source, Route, ValueQuery>;

	/// The round that is going on.
	#[pallet::storage]
	pub type Rounds<T> = StorageValue<_, Round>;

	/// The first epoch in which another round may begin.
	#[pallet::storage]
	pub type NextRound<T> = StorageValue<_, EpochIndex, ValueQuery>;

	/// How many grants were ever awarded.
	#[pallet::storage]
	pub type NextGrantId<T> = StorageValue<_, GrantId, ValueQuery>;

	/// Grants that were not paid out.
	#[pallet::storage]
	pub type Grants<T: Config> = StorageMap<_, Twox64Concat, GrantId, GrantOf<T>>;

	/// What accounts were paid for work, as long as milestones wait for it.
	#[pallet::storage]
	pub type Works<T> =
		StorageDoubleMap<_, Twox64Concat, NetworkId, Blake2_128Concat, AccountId32, Work>;

	/// Bounties in each cell of each network, the first first.
	#[pallet::storage]
	pub type Bounties<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		NetworkId,
		Twox64Concat,
		Cell,
		BoundedVec<Bounty, T::MaxBounties>,
		ValueQuery,
	>;

	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// How sources' income is divided. One that is not here goes to the common fund.
		pub routes: Vec<(Source, Route)>,
		#[serde(skip)]
		#[doc(hidden)]
		pub _config: core::marker::PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			for (source, route) in &self.routes {
				assert!(
					route.is_sound(),
					"network treasury: a route gives away more than there is"
				);
				Routes::<T>::insert(source, route);
			}
			// So that the account stays, however little bounties leave on it.
			let _ = T::Currency::mint_into(&Pallet::<T>::escrow(), T::Currency::minimum_balance());
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A source's income is divided otherwise from now on.
		RouteSet {
			/// Which source's.
			source: Source,
			/// How.
			route: Route,
		},
		/// Networks get their parts of what has gathered.
		RoundBegun {
			/// What is given out.
			amount: Balance,
			/// By weights as of this epoch.
			epoch: EpochIndex,
		},
		/// A network's fund got its part.
		NetworkFunded {
			/// Which network's.
			network: NetworkId,
			/// What.
			amount: Balance,
		},
		/// A grant was awarded.
		Awarded {
			/// Its number.
			grant: GrantId,
			/// From which fund.
			fund: Fund,
			/// To whom.
			beneficiary: AccountId32,
			/// What all milestones are worth together.
			amount: Balance,
		},
		/// A milestone was reached.
		Reached {
			/// Of which grant.
			grant: GrantId,
			/// Which, from 0.
			milestone: u32,
		},
		/// A part of a grant was paid.
		Drawn {
			/// Of which grant.
			grant: GrantId,
			/// What.
			amount: Balance,
			/// What was not paid yet.
			unpaid: Balance,
		},
		/// A grant has ended before all of it was paid.
		Cancelled {
			/// Which.
			grant: GrantId,
			/// What its fund has back.
			returned: Balance,
		},
		/// A price was put on service in a cell.
		BountyPosted {
			/// Of which network.
			network: NetworkId,
			/// Of which cell.
			cell: Cell,
			/// Who pays.
			buyer: AccountId32,
			/// What all of the service costs.
			price: Balance,
			/// The sum of scores that is asked for.
			target: u64,
			/// The first epoch whose service counts.
			from: EpochIndex,
			/// The last one.
			until: EpochIndex,
		},
		/// Service that a bounty asked for was paid.
		BountyPaid {
			/// Of which network.
			network: NetworkId,
			/// Of which cell.
			cell: Cell,
			/// Who pays.
			buyer: AccountId32,
			/// Who is paid.
			owner: AccountId32,
			/// What.
			amount: Balance,
		},
		/// A bounty has ended.
		BountyEnded {
			/// Of which network.
			network: NetworkId,
			/// Of which cell.
			cell: Cell,
			/// Whose.
			buyer: AccountId32,
			/// What of the price was not delivered, and is the buyer's again.
			refunded: Balance,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The route gives away more than there is: burned and networks' parts are more than all.
		MoreThanAll,
		/// There is no such network. Look its number up.
		NoNetwork,
		/// A grant has at least one milestone, and each is worth something.
		NothingGranted,
		/// The fund does not hold as much, beside what it has granted already.
		FundTooSmall,
		/// There is no such grant: look its number up. One that was paid out is gone.
		NoGrant,
		/// The grant has no such milestone: they are numbered from 0.
		NoMilestone,
		/// The milestone was reached already.
		AlreadyReached,
		/// The milestone is reached by a decision only.
		NeedsDecision,
		/// The beneficiary has not been paid enough for work since the award.
		NotEnoughWork,
		/// Nothing is due yet: wait until milestones are reached, or for the next epoch.
		NothingDue,
		/// The network does not count devices in this cell. Take an H3 cell at its resolution.
		NoCell,
		/// The price, or what it comes to for a full score, is less than the least that is allowed.
		PriceTooLow,
		/// The buyer does not have the price beside the deposit and the least that an account holds.
		CannotPay,
		/// No service is asked for, or more than can be counted.
		NoService,
		/// The last epoch is not after the next one, or too far off.
		TermOutOfRange,
		/// All places in this cell are taken. Wait until a bounty ends.
		CellTaken,
		/// The buyer has a bounty in this cell already.
		AlreadyPosted,
		/// The buyer has no bounty in this cell.
		NoBounty,
		/// The service can still be delivered: claims for the bounty's last epoch, or for one before it, have not ended.
		StillOpen,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		/// A step of a round in each block, however full it is; more of them where there is room.
		fn on_initialize(_now: BlockNumberFor<T>) -> Weight {
			if Self::round_step() {
				return T::WeightInfo::round_step();
			}
			// What is looked at to find that there is nothing to do, and the end of a round.
			T::DbWeight::get().reads_writes(5, 1)
		}

		fn on_idle(_now: BlockNumberFor<T>, limit: Weight) -> Weight {
			let mut meter = WeightMeter::with_limit(limit);
			while meter.try_consume(T::WeightInfo::round_step()).is_ok() && Self::round_step() {}
			meter.consumed()
		}

		fn integrity_test() {
			assert!(T::RoundLength::get() > 0, "rounds have no end");
			assert!(T::MaxMilestones::get() > 0, "nothing can be granted");
			assert!(T::MaxBounties::get() > 0, "no bounty can be posted");
			assert!(T::MaxTerm::get() > 1, "no bounty can be posted");
			let common = T::CommonFund::get();
			assert!(common != Self::pot(), "the common fund would go to networks");
			assert!(common != Self::escrow(), "the common fund would be spent on bounties");
			// What is held keeps the buyer's account, and what is put aside can make one.
			let least = T::Currency::minimum_balance();
			let deposit = T::BountyDeposit::get();
			assert!(deposit >= least, "a buyer's account could end before the bounty");
			let price = T::MinPrice::get();
			assert!(price >= least, "a price would be less than an account holds");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call(weight = T::WeightInfo)]
	impl<T: Config> Pallet<T> {
		/// Divide a source's income otherwise from now on.
		///
		/// ## Dispatch Origin
		///
		/// [`Config::RouteOrigin`].
		///
		/// ## Arguments
		///
		/// * `source`: which source's.
		/// * `route`: how.
		///
		/// ## Errors
		///
		/// [`Error::MoreThanAll`].
		///
		/// ## Events
		///
		/// [`Event::RouteSet`].
		#[pallet::call_index(0)]
		pub fn set_route(origin: OriginFor<T>, source: Source, route: Route) -> DispatchResult {
			T::RouteOrigin::ensure_origin(origin)?;
			ensure!(route.is_sound(), Error::<T>::MoreThanAll);
			Routes::<T>::insert(source, route);
			Self::deposit_event(Event::RouteSet { source, route });
			Ok(())
		}

		/// Award a grant. All of it is held on the fund's account from now on.
		///
		/// ## Dispatch Origin
		///
		/// [`Config::GrantOrigin`].
		///
		/// ## Arguments
		///
		/// * `fund`: from which fund.
		/// * `beneficiary`: to whom.
		/// * `milestones`: for what, and how much.
		///
		/// ## Errors
		///
		/// [`Error::NothingGranted`], [`Error::NoNetwork`], [`Error::FundTooSmall`].
		///
		/// ## Events
		///
		/// [`Event::Awarded`].
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::award(milestones.len() as u32))]
		pub fn award(
			origin: OriginFor<T>,
			fund: Fund,
			beneficiary: AccountId32,
			milestones: BoundedVec<Milestone, T::MaxMilestones>,
		) -> DispatchResult {
			T::GrantOrigin::ensure_origin(origin)?;
			let amount = Self::worth(&milestones)?;
			Self::ensure_fund(fund)?;
			Self::hold_grant(fund, amount)?;
			let grant = Self::add_grant(fund, beneficiary.clone(), milestones);
			Self::deposit_event(Event::Awarded { grant, fund, beneficiary, amount });
			Ok(())
		}

		/// Decide that a milestone was reached.
		///
		/// ## Dispatch Origin
		///
		/// [`Config::GrantOrigin`].
		///
		/// ## Arguments
		///
		/// * `grant`: of which grant.
		/// * `milestone`: which, from 0.
		///
		/// ## Errors
		///
		/// [`Error::NoGrant`], [`Error::NoMilestone`], [`Error::AlreadyReached`].
		///
		/// ## Events
		///
		/// [`Event::Reached`].
		#[pallet::call_index(2)]
		pub fn release(origin: OriginFor<T>, grant: GrantId, milestone: u32) -> DispatchResult {
			T::GrantOrigin::ensure_origin(origin)?;
			Self::reach(grant, milestone, |_, _| Ok(()))
		}

		/// Show that a milestone was reached by work.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anybody.
		///
		/// ## Arguments
		///
		/// * `grant`: of which grant.
		/// * `milestone`: which, from 0.
		///
		/// ## Errors
		///
		/// [`Error::NoGrant`], [`Error::NoMilestone`], [`Error::AlreadyReached`],
		/// [`Error::NeedsDecision`], [`Error::NotEnoughWork`].
		///
		/// ## Events
		///
		/// [`Event::Reached`].
		#[pallet::call_index(3)]
		pub fn release_by_work(
			origin: OriginFor<T>,
			grant: GrantId,
			milestone: u32,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::reach(grant, milestone, Self::ensure_worked)
		}

		/// Pay what is due of a grant to its beneficiary. One that was paid out is removed.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anybody.
		///
		/// ## Arguments
		///
		/// * `grant`: of which grant.
		///
		/// ## Errors
		///
		/// [`Error::NoGrant`], [`Error::NothingDue`], and the currency's if the beneficiary's account
		/// cannot take it.
		///
		/// ## Events
		///
		/// [`Event::Drawn`].
		#[pallet::call_index(4)]
		pub fn draw(origin: OriginFor<T>, grant: GrantId) -> DispatchResult {
			ensure_signed(origin)?;
			let mut row = Grants::<T>::get(grant).ok_or(Error::<T>::NoGrant)?;
			ensure!(Self::pay_due(grant, &mut row)? > 0, Error::<T>::NothingDue);
			if row.unpaid() == 0 {
				Grants::<T>::remove(grant);
			} else {
				Grants::<T>::insert(grant, row);
			}
			Ok(())
		}

		/// End a grant. What is due is paid; the rest is its fund's again.
		///
		/// ## Dispatch Origin
		///
		/// [`Config::GrantOrigin`].
		///
		/// ## Arguments
		///
		/// * `grant`: which.
		///
		/// ## Errors
		///
		/// [`Error::NoGrant`].
		///
		/// ## Events
		///
		/// [`Event::Cancelled`], and [`Event::Drawn`] if something was due.
		#[pallet::call_index(5)]
		pub fn cancel(origin: OriginFor<T>, grant: GrantId) -> DispatchResult {
			T::GrantOrigin::ensure_origin(origin)?;
			let mut row = Grants::<T>::get(grant).ok_or(Error::<T>::NoGrant)?;
			// A beneficiary whose account cannot take what is due loses it: nobody may keep a grant from
			// ending.
			let _ = with_storage_layer(|| Self::pay_due(grant, &mut row));
			let returned = Self::return_unpaid(&row)?;
			Self::count_no_more(&row);
			Grants::<T>::remove(grant);
			Self::deposit_event(Event::Cancelled { grant, returned });
			Ok(())
		}

		/// Put a price on verified service in a cell of a network, from the next epoch on.
		///
		/// ## Dispatch Origin
		///
		/// Signed; the price is put aside, and a deposit held.
		///
		/// ## Arguments
		///
		/// * `network`: of which network.
		/// * `cell`: of which H3 cell, at the network's resolution.
		/// * `price`: what all of the service costs.
		/// * `target`: the sum of scores that is asked for.
		/// * `until`: the last epoch whose service counts.
		///
		/// ## Details
		///
		/// Each owner of a device that served there is paid with the claim for its settled report, by
		/// score: a device with full score for an epoch delivers 1,000,000 of the target.
		///
		/// ## Errors
		///
		/// [`Error::NoNetwork`], [`Error::NoCell`], [`Error::PriceTooLow`], [`Error::NoService`],
		/// [`Error::TermOutOfRange`], [`Error::AlreadyPosted`], [`Error::CellTaken`],
		/// [`Error::CannotPay`].
		///
		/// ## Events
		///
		/// [`Event::BountyPosted`].
		#[pallet::call_index(6)]
		pub fn post_bounty(
			origin: OriginFor<T>,
			network: NetworkId,
			cell: Cell,
			price: Balance,
			target: u64,
			until: EpochIndex,
		) -> DispatchResult {
			let buyer = ensure_signed(origin)?;
			ensure!(T::Networks::is_open(network), Error::<T>::NoNetwork);
			ensure!(T::Networks::counts_in(network, cell), Error::<T>::NoCell);
			Self::ensure_price(price, target)?;
			let from = Self::ensure_term(until)?;
			let bounty = Bounty {
				buyer: buyer.clone(),
				price,
				target,
				from,
				until,
				delivered: 0,
				paid: 0,
				deposit: T::BountyDeposit::get(),
			};
			Self::add_bounty(network, cell, bounty)?;
			Self::deposit_event(Event::BountyPosted {
				network,
				cell,
				buyer,
				price,
				target,
				from,
				until,
			});
			Ok(())
		}

		/// End a bounty once all was delivered, or nothing more can be, and give what is left to its
		/// buyer.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anybody.
		///
		/// ## Arguments
		///
		/// * `network`: of which network.
		/// * `cell`: of which cell.
		/// * `buyer`: whose.
		///
		/// ## Errors
		///
		/// [`Error::NoBounty`], [`Error::StillOpen`].
		///
		/// ## Events
		///
		/// [`Event::BountyEnded`].
		#[pallet::call_index(7)]
		pub fn end_bounty(
			origin: OriginFor<T>,
			network: NetworkId,
			cell: Cell,
			buyer: AccountId32,
		) -> DispatchResult {
			ensure_signed(origin)?;
			let mut bounties = Bounties::<T>::get(network, cell);
			let bounty = bounties.iter().find(|bounty| bounty.buyer == buyer).cloned();
			let bounty = bounty.ok_or(Error::<T>::NoBounty)?;
			ensure!(Self::is_over(&bounty), Error::<T>::StillOpen);
			let refunded = Self::refund(&bounty)?;
			bounties.retain(|bounty| bounty.buyer != buyer);
			Self::put_bounties(network, cell, bounties);
			Self::deposit_event(Event::BountyEnded { network, cell, buyer, refunded });
			Ok(())
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// How a source's income is divided.
		pub fn route(source: Source) -> Route {
			Routes::<T>::get(source)
		}

		/// A fund's account, what it holds free, and what it has granted and not paid.
		pub fn fund(fund: Fund) -> (AccountId32, Balance, Balance) {
			let account = Self::account(fund);
			let free = T::Currency::balance(&account);
			let granted = T::Currency::balance_on_hold(&HoldReason::Grant.into(), &account);
			(account, free, granted)
		}

		/// A grant, and what is due of it now.
		pub fn grant(grant: GrantId) -> Option<(GrantOf<T>, Balance)> {
			let row = Grants::<T>::get(grant)?;
			let now = T::Epochs::now();
			let due = row.due(now);
			Some((row, due))
		}

		/// Bounties in a cell of a network.
		pub fn bounties(network: NetworkId, cell: Cell) -> Vec<Bounty> {
			Bounties::<T>::get(network, cell).into_inner()
		}
	}
}
