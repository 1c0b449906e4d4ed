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
pub mod grants;
pub mod income;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
pub mod weights;

pub use bounties::Bounty;
pub use grants::{Fund, Grant, Milestone, Release, Stage, Work};
pub use income::{Round, Route, Source};
pub use pallet::*;
pub use weights::WeightInfo;

pub use substation_primitives::Balance;
use substation_primitives::{AccountId32, EpochIndex, NetworkId};

/// A grant's number.
pub type GrantId = u32;
/// An H3 cell's number.
pub type Cell = u64;

/// What this pallet asks of networks.
pub trait InspectNetworks {
	/// Networks have lower numbers than this.
	fn count() -> NetworkId;

	/// A network's weight in issuance as of `epoch`, and the sum of all weights.
	fn weight(network: NetworkId, epoch: EpochIndex) -> (u32, u64);

	/// Whether devices may join `network`.
	fn is_open(network: NetworkId) -> bool;

	/// The account of a network's fund.
	fn fund(network: NetworkId) -> AccountId32;

	/// Whether `network` counts its devices in cells, and `cell` is one of these.
	fn counts_in(network: NetworkId, cell: Cell) -> bool;

	/// Makes a network that counts devices in cells, with one of these: for benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn network_with_cell() -> (NetworkId, Cell);
}

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
			tokens::{Fortitude, Precision, Preservation, Restriction},
			EnsureOrigin, Imbalance,
		},
		weights::WeightMeter,
		PalletId,
	};
	use frame_system::pallet_prelude::*;
	use sp_runtime::traits::AccountIdConversion;
	use substation_primitives::{epoch::InspectEpochs, mul_div, FULL_SCORE};

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
		/// The least price of a bounty, so that a cell's places are not taken for little.
		type MinPrice: Get<Balance>;
		/// The least that a bounty pays for a full score, so that they are not taken for what nobody will deliver.
		type MinRate: Get<Balance>;
		/// What a bounty's row costs while it is there.
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
			assert!(T::CommonFund::get() != Self::pot(), "the common fund would go to networks");
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
			ensure!(!milestones.is_empty(), Error::<T>::NothingGranted);
			let mut amount: Balance = 0;
			for milestone in &milestones {
				ensure!(milestone.amount > 0, Error::<T>::NothingGranted);
				if let Release::Work { network, paid } = milestone.release {
					ensure!(T::Networks::is_open(network), Error::<T>::NoNetwork);
					ensure!(paid > 0, Error::<T>::NothingGranted);
				}
				amount = amount.checked_add(milestone.amount).ok_or(Error::<T>::FundTooSmall)?;
			}
			if let Fund::Network(network) = fund {
				ensure!(network < T::Networks::count(), Error::<T>::NoNetwork);
			}
			let account = Self::account(fund);
			// The account itself stays.
			let free =
				T::Currency::reducible_balance(&account, Preservation::Protect, Fortitude::Polite);
			ensure!(free >= amount, Error::<T>::FundTooSmall);
			T::Currency::hold(&HoldReason::Grant.into(), &account, amount)
				.map_err(|_| Error::<T>::FundTooSmall)?;
			let stages: Vec<_> = milestones
				.into_iter()
				.map(|milestone| {
					let before = match milestone.release {
						Release::Work { network, .. } => Self::wait_for_work(network, &beneficiary),
						Release::Governed => 0,
					};
					Stage { milestone, before, reached: None, paid: 0 }
				})
				.collect();
			let grant = NextGrantId::<T>::get();
			NextGrantId::<T>::put(grant.saturating_add(1));
			let stages = BoundedVec::truncate_from(stages);
			let row = Grant { fund, beneficiary: beneficiary.clone(), stages };
			Grants::<T>::insert(grant, row);
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
			Self::reach(grant, milestone, |beneficiary, stage| {
				let Release::Work { network, paid } = stage.milestone.release else {
					return Err(Error::<T>::NeedsDecision);
				};
				let work = Works::<T>::get(network, beneficiary).unwrap_or_default();
				let since = work.paid.saturating_sub(stage.before);
				ensure!(since >= paid, Error::<T>::NotEnoughWork);
				Ok(())
			})
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
			let returned = T::Currency::release(
				&HoldReason::Grant.into(),
				&Self::account(row.fund),
				row.unpaid(),
				Precision::BestEffort,
			)?;
			for network in row.stages.iter().filter_map(Stage::counts_in) {
				Self::wait_no_more(network, &row.beneficiary);
			}
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
			ensure!(price >= T::MinPrice::get(), Error::<T>::PriceTooLow);
			ensure!(target > 0, Error::<T>::NoService);
			let rate = mul_div(price, FULL_SCORE.into(), target.into());
			ensure!(rate >= T::MinRate::get(), Error::<T>::PriceTooLow);
			let now = T::Epochs::now();
			let from = now.saturating_add(1);
			let last = now.saturating_add(T::MaxTerm::get());
			ensure!((from..=last).contains(&until), Error::<T>::TermOutOfRange);
			let mut bounties = Bounties::<T>::get(network, cell);
			ensure!(bounties.iter().all(|bounty| bounty.buyer != buyer), Error::<T>::AlreadyPosted);
			let deposit = T::BountyDeposit::get();
			let bounty = Bounty {
				buyer: buyer.clone(),
				price,
				target,
				from,
				until,
				delivered: 0,
				paid: 0,
				deposit,
			};
			bounties.try_push(bounty).map_err(|_| Error::<T>::CellTaken)?;
			// Put aside on an account of its own: what is held from a buyer can be locked behind votes, and then
			// pays nobody.
			T::Currency::hold(&HoldReason::Bounty.into(), &buyer, deposit)
				.map_err(|_| Error::<T>::CannotPay)?;
			let free =
				T::Currency::reducible_balance(&buyer, Preservation::Preserve, Fortitude::Polite);
			ensure!(free >= price, Error::<T>::CannotPay);
			T::Currency::transfer(&buyer, &Self::escrow(), price, Preservation::Preserve)?;
			Bounties::<T>::insert(network, cell, bounties);
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
			let place = bounties.iter().position(|bounty| bounty.buyer == buyer);
			let bounty = bounties.get(place.ok_or(Error::<T>::NoBounty)?).cloned();
			let bounty = bounty.ok_or(Error::<T>::NoBounty)?;
			let over = bounty.is_delivered()
				|| (bounty.until < T::Epochs::now() && T::Epochs::is_expired(bounty.until));
			ensure!(over, Error::<T>::StillOpen);
			bounties.retain(|bounty| bounty.buyer != buyer);
			let (reason, refunded) = (HoldReason::Bounty.into(), bounty.left());
			T::Currency::release(&reason, &buyer, bounty.deposit, Precision::BestEffort)?;
			T::Currency::transfer(&Self::escrow(), &buyer, refunded, Preservation::Preserve)?;
			if bounties.is_empty() {
				Bounties::<T>::remove(network, cell);
			} else {
				Bounties::<T>::insert(network, cell, bounties);
			}
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

	impl<T: Config> Pallet<T> {
		/// The account where networks' parts gather.
		pub fn pot() -> AccountId32 {
			T::PalletId::get().into_account_truncating()
		}

		/// The account on which bounties' prices are put aside.
		pub fn escrow() -> AccountId32 {
			T::PalletId::get().into_sub_account_truncating(*b"bounties")
		}

		fn account(fund: Fund) -> AccountId32 {
			match fund {
				Fund::Common => T::CommonFund::get(),
				Fund::Network(network) => T::Networks::fund(network),
			}
		}

		/// Divides income, that of one network if it is known whose. What an account cannot take is
		/// burned.
		pub fn take(source: Source, network: Option<NetworkId>, income: CreditOf<T>) {
			let (burned, networks) = Routes::<T>::get(source).divide(income.peek());
			let (burned, income) = income.split(burned);
			let (networks, rest) = income.split(networks);
			drop(burned);
			let fund = network.map_or_else(Self::pot, T::Networks::fund);
			for (account, part) in [(fund, networks), (T::CommonFund::get(), rest)] {
				let _ = T::Currency::resolve(&account, part);
			}
		}

		/// What of the pot can be given out: its account stays.
		fn gathered() -> Balance {
			let (keep, polite) = (Preservation::Preserve, Fortitude::Polite);
			T::Currency::reducible_balance(&Self::pot(), keep, polite)
		}

		/// Begins a round, or gives one network its part; false if there is nothing to do.
		pub(crate) fn round_step() -> bool {
			let now = T::Epochs::now();
			let Some(round) = Rounds::<T>::get() else {
				let amount = Self::gathered();
				if now < NextRound::<T>::get() || amount == 0 {
					return false;
				}
				NextRound::<T>::put(now.saturating_add(T::RoundLength::get()));
				Rounds::<T>::put(Round { amount, epoch: now, next: 0 });
				Self::deposit_event(Event::RoundBegun { amount, epoch: now });
				return true;
			};
			let network = round.next;
			if network >= T::Networks::count() {
				Rounds::<T>::kill();
				return false;
			}
			Rounds::<T>::put(Round { next: network.saturating_add(1), ..round });
			let (weight, sum) = T::Networks::weight(network, round.epoch);
			let part = mul_div(round.amount, weight.into(), sum.into()).min(Self::gathered());
			let (pot, fund) = (Self::pot(), T::Networks::fund(network));
			// What a fund cannot take, because it is less than an account holds, waits for the next round.
			if part > 0 && T::Currency::transfer(&pot, &fund, part, Preservation::Preserve).is_ok()
			{
				Self::deposit_event(Event::NetworkFunded { network, amount: part });
			}
			true
		}

		/// One more milestone waits for an account's work. What was counted so far.
		fn wait_for_work(network: NetworkId, who: &AccountId32) -> Balance {
			let mut work = Works::<T>::get(network, who).unwrap_or_default();
			work.waiting = work.waiting.saturating_add(1);
			let before = work.paid;
			Works::<T>::insert(network, who, work);
			before
		}

		fn wait_no_more(network: NetworkId, who: &AccountId32) {
			Works::<T>::mutate_exists(network, who, |row| {
				if let Some(work) = row {
					work.waiting = work.waiting.saturating_sub(1);
					if work.waiting == 0 {
						*row = None;
					}
				}
			});
		}

		fn reach(
			grant: GrantId,
			milestone: u32,
			check: impl FnOnce(&AccountId32, &Stage) -> Result<(), Error<T>>,
		) -> DispatchResult {
			let mut row = Grants::<T>::get(grant).ok_or(Error::<T>::NoGrant)?;
			let stage = row.stages.get_mut(milestone as usize).ok_or(Error::<T>::NoMilestone)?;
			ensure!(stage.reached.is_none(), Error::<T>::AlreadyReached);
			check(&row.beneficiary, stage)?;
			if let Some(network) = stage.counts_in() {
				Self::wait_no_more(network, &row.beneficiary);
			}
			stage.reached = Some(T::Epochs::now());
			Grants::<T>::insert(grant, row);
			Self::deposit_event(Event::Reached { grant, milestone });
			Ok(())
		}

		/// Pays what is due, and tells how much that was.
		fn pay_due(grant: GrantId, row: &mut GrantOf<T>) -> Result<Balance, DispatchError> {
			let now = T::Epochs::now();
			let due = row.due(now);
			if due == 0 {
				return Ok(0);
			}
			T::Currency::transfer_on_hold(
				&HoldReason::Grant.into(),
				&Self::account(row.fund),
				&row.beneficiary,
				due,
				Precision::Exact,
				Restriction::Free,
				Fortitude::Polite,
			)?;
			for stage in row.stages.iter_mut() {
				stage.paid = stage.earned(now).max(stage.paid);
			}
			Self::deposit_event(Event::Drawn { grant, amount: due, unpaid: row.unpaid() });
			Ok(due)
		}

		/// An account was paid `amount` for work in `network`. Whether a milestone waits for that.
		pub fn note_work(network: NetworkId, who: &AccountId32, amount: Balance) -> bool {
			let Some(mut work) = Works::<T>::get(network, who) else { return false };
			work.paid = work.paid.saturating_add(amount);
			Works::<T>::insert(network, who, work);
			true
		}

		/// A device in `cell` of `network` has served in `epoch`: its owner is paid what bounties there
		/// have for it. How many bounties were paid from.
		pub fn note_service(
			network: NetworkId,
			cell: Cell,
			epoch: EpochIndex,
			owner: &AccountId32,
			score: u32,
		) -> u32 {
			let mut bounties = Bounties::<T>::get(network, cell);
			let score = score.min(FULL_SCORE);
			let mut paid = 0u32;
			for bounty in bounties.iter_mut().filter(|bounty| bounty.wants(epoch)) {
				let mut next = bounty.clone();
				let amount = next.deliver(score);
				let buyer = next.buyer.clone();
				let done = with_storage_layer(|| {
					let keep = Preservation::Preserve;
					T::Currency::transfer(&Self::escrow(), owner, amount, keep)
				});
				// An owner whose account cannot take it goes without; the service is still asked for.
				if done.is_ok() {
					*bounty = next;
					paid = paid.saturating_add(1);
					let owner = owner.clone();
					Self::deposit_event(Event::BountyPaid { network, cell, buyer, owner, amount });
				}
			}
			if paid > 0 {
				Bounties::<T>::insert(network, cell, bounties);
			}
			paid
		}

		/// Checks that what is held is what rows say, that rows are within their bounds, and that work is
		/// counted exactly where milestones wait for it.
		#[cfg(any(feature = "try-runtime", test))]
		pub(crate) fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
			use alloc::collections::BTreeMap;
			let mut granted = BTreeMap::<AccountId32, Balance>::new();
			let mut waiting = BTreeMap::<(NetworkId, AccountId32), u32>::new();
			for (grant, row) in Grants::<T>::iter() {
				ensure!(grant < NextGrantId::<T>::get(), "a grant's number was not given");
				ensure!(row.unpaid() > 0, "a grant outlived its payment");
				for stage in &row.stages {
					ensure!(stage.paid <= stage.milestone.amount, "a milestone was overpaid");
					ensure!(
						stage.reached.is_some() || stage.paid == 0,
						"a milestone was paid before it was reached"
					);
					if let Some(network) = stage.counts_in() {
						let count = waiting.entry((network, row.beneficiary.clone())).or_default();
						*count = count.saturating_add(1);
					}
				}
				let sum = granted.entry(Self::account(row.fund)).or_default();
				*sum = sum.saturating_add(row.unpaid());
			}
			for (account, amount) in granted {
				ensure!(
					T::Currency::balance_on_hold(&HoldReason::Grant.into(), &account) == amount,
					"a fund does not hold what it has granted"
				);
			}
			for (network, who, work) in Works::<T>::iter() {
				ensure!(
					waiting.remove(&(network, who)) == Some(work.waiting),
					"work is counted that no milestone waits for"
				);
			}
			ensure!(waiting.is_empty(), "a milestone waits for work that is not counted");
			let (mut held, mut prices) = (BTreeMap::<AccountId32, Balance>::new(), 0 as Balance);
			for (_, _, bounties) in Bounties::<T>::iter() {
				ensure!(!bounties.is_empty(), "a cell without bounties has a row");
				for bounty in bounties {
					ensure!(bounty.paid <= bounty.price, "a bounty was overpaid");
					ensure!(bounty.delivered <= bounty.target, "too much was delivered");
					let sum = held.entry(bounty.buyer.clone()).or_default();
					*sum = sum.saturating_add(bounty.deposit);
					prices = prices.saturating_add(bounty.left());
				}
			}
			for (buyer, amount) in held {
				ensure!(
					T::Currency::balance_on_hold(&HoldReason::Bounty.into(), &buyer) == amount,
					"what is held from a buyer is not what rows say"
				);
			}
			ensure!(
				T::Currency::balance(&Self::escrow()) >= prices,
				"less is put aside than bounties promise"
			);
			for source in Source::ALL {
				ensure!(Routes::<T>::get(source).is_sound(), "a route gives away too much");
			}
			Ok(())
		}
	}
}
