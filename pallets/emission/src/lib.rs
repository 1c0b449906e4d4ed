//! # Emission
//!
//! Issues the token along a curve under a hard cap, and pays it for settled work.
//!
//! ## Overview
//!
//! Each epoch that is not void has a budget (see [`curve`]). It is divided between devices, validators, the
//! treasury, and a reserve that nobody can spend before governance says how (see [`Division`]).
//!
//! A network's pool for an epoch is its part of the devices' share, by weight. It is computed once,
//! when the first batch for that epoch settles. After the freeze anybody may claim for a chunk of
//! settled reports; each device's owner is paid
//!
//! `min(pool × score / total, rate cap × score / full score)`, rounded down,
//!
//! less the aggregator's cut. What the rate cap holds back is not issued. Tokens come into being when
//! they are paid; what was not claimed in time is the network's income.

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
pub mod curve;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
pub mod weights;

pub use curve::Curve;
pub use pallet::*;
pub use weights::WeightInfo;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::weights::Weight;
use scale_info::TypeInfo;
use sp_runtime::{DispatchError, Permill};
pub use substation_primitives::Balance;
use substation_primitives::{
	batch::{Element, ElementPath, Leaf, Leaves},
	mul_div, AccountId32, BatchId, DeviceId, EpochIndex, NetworkId, FULL_SCORE,
};

/// How a budget is divided. The parts are all of it together.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Division {
	/// What devices get.
	pub devices: Permill,
	/// What validators get.
	pub validators: Permill,
	/// What is the treasury's income.
	pub treasury: Permill,
	/// What is kept until it is governed.
	pub reserve: Permill,
}

impl Default for Division {
	/// 70, 15, 10 and 5 hundredths.
	fn default() -> Self {
		Self {
			devices: Permill::from_percent(70),
			validators: Permill::from_percent(15),
			treasury: Permill::from_percent(10),
			reserve: Permill::from_percent(5),
		}
	}
}

impl Division {
	/// Whether the parts are all of it together.
	pub fn is_sound(&self) -> bool {
		let parts = [self.devices, self.validators, self.treasury, self.reserve];
		let sum = parts.iter().map(|part| part.deconstruct()).fold(0, u32::saturating_add);
		sum == Permill::one().deconstruct()
	}
}

/// Changes of the division that are remembered.
pub const DIVISIONS_KEPT: u32 = 16;

/// A chunk whose outcome is final.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FinalChunk {
	/// The network.
	pub network: NetworkId,
	/// Who carried the reports.
	pub aggregator: AccountId32,
}

/// What an owner was paid for a settled report.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Payment<'a> {
	/// In which network.
	pub network: NetworkId,
	/// For which epoch.
	pub epoch: EpochIndex,
	/// For which device.
	pub device: &'a DeviceId,
	/// Who.
	pub owner: &'a AccountId32,
	/// The report's score.
	pub score: u32,
	/// What, after the aggregator's cut.
	pub amount: Balance,
}

/// Who hears of payments.
pub trait OnPaid {
	/// An owner was paid. What hearing it took.
	fn paid(payment: &Payment) -> Weight;

	/// What hearing of one payment takes at the most.
	fn weight() -> Weight;
}

impl OnPaid for () {
	fn paid(_: &Payment) -> Weight {
		Weight::zero()
	}

	fn weight() -> Weight {
		Weight::zero()
	}
}

/// Where what is issued for nobody's work goes.
pub trait TakeIncome<Credit> {
	/// The treasury's share of issuance.
	fn issued(share: Credit);

	/// What of a network's pool was not claimed in time.
	fn expired(network: NetworkId, rest: Credit);
}

/// What this pallet asks of settlements.
pub trait InspectSettlements {
	/// The present epoch.
	fn now() -> EpochIndex;

	/// Whether nothing is paid for `epoch`.
	fn is_void(epoch: EpochIndex) -> bool;

	/// Whether claims for `epoch` have ended.
	fn is_expired(epoch: EpochIndex) -> bool;

	/// Checks that `leaves` are the final outcome of a chunk and that claims for it are open.
	fn final_chunk(
		epoch: EpochIndex,
		batch: &BatchId,
		chunk: u32,
		element: &Element,
		path: &ElementPath,
		leaves: &Leaves,
	) -> Result<FinalChunk, DispatchError>;
}

/// What a network is paid by, as of an epoch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Share {
	/// Its weight.
	pub weight: u32,
	/// The sum of all weights.
	pub weights: u64,
	/// It reports in epochs divisible by this.
	pub cadence: u16,
	/// Whether it took reports for the epoch, which then has a pool of its own.
	pub reports: bool,
	/// The most that a full score earns.
	pub rate_cap: Balance,
}

/// What this pallet asks of networks.
pub trait InspectShares {
	/// By what `network` is paid, as of `epoch`.
	fn share(network: NetworkId, epoch: EpochIndex) -> Option<Share>;
}

/// What this pallet asks of devices.
pub trait ClaimMemberships {
	/// Marks `epoch` as paid and tells the device's owner; nothing if it was paid or there is no such
	/// membership.
	fn claim(network: NetworkId, device: &DeviceId, epoch: EpochIndex) -> Option<AccountId32>;
}

/// A chunk that can be claimed for, with its place and its proof.
#[cfg(feature = "runtime-benchmarks")]
pub struct SettledChunk {
	/// The epoch of the reports.
	pub epoch: EpochIndex,
	/// The network.
	pub network: NetworkId,
	/// The batch.
	pub batch: BatchId,
	/// The chunk's number.
	pub chunk: u32,
	/// The chunk's element.
	pub element: Element,
	/// Its path.
	pub path: ElementPath,
	/// The outcomes.
	pub leaves: Leaves,
}

/// What benchmarks need of others.
#[cfg(feature = "runtime-benchmarks")]
pub trait BenchmarkHelper {
	/// A settled chunk that can be claimed for now, of `leaves` leaves whose devices each have another
	/// owner.
	fn settled_chunk(leaves: u32) -> SettledChunk;

	/// An epoch for which claims have ended.
	fn expired_epoch() -> EpochIndex;
}

/// What a network pays for an epoch.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Pool {
	/// What there is to pay.
	pub amount: Balance,
	/// The most that a full score earns.
	pub rate_cap: Balance,
	/// Scores of the network's settled batches, in sum; final at the freeze.
	pub total: u64,
	/// What was paid so far.
	pub paid: Balance,
}

impl Pool {
	/// What `score` earns, rounded down.
	pub fn payment(&self, score: u32) -> Balance {
		let part = mul_div(self.amount, score.into(), self.total.into());
		let cap = mul_div(self.rate_cap, score.into(), FULL_SCORE.into());
		part.min(cap)
	}

	/// What all scores together can earn at most: the part of the pool that the rate cap lets out.
	pub fn payable(&self) -> Balance {
		let cap = mul_div(self.rate_cap, self.total.into(), FULL_SCORE.into());
		if self.total == 0 {
			return 0;
		}
		self.amount.min(cap)
	}
}

#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use frame_support::{
		pallet_prelude::*,
		storage::{with_storage_layer, PrefixIterator},
		traits::{
			fungible::{Balanced, Credit, Inspect, Mutate},
			EnsureOrigin,
		},
		weights::WeightMeter,
		PalletId,
	};
	use frame_system::pallet_prelude::*;
	use sp_runtime::traits::AccountIdConversion;
	use substation_primitives::{epoch::MAX_FACT_WINDOW, history::DELAY, History};

	/// The in-code storage version.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// Token that somebody has to take.
	pub type CreditOf<T> = Credit<AccountId32, <T as Config>::Currency>;

	#[pallet::config]
	pub trait Config: frame_system::Config<AccountId = AccountId32> {
		/// The token.
		type Currency: Mutate<AccountId32>
			+ Inspect<AccountId32, Balance = Balance>
			+ Balanced<AccountId32>;
		/// Settlements.
		type Settlements: InspectSettlements;
		/// Networks.
		type Networks: InspectShares;
		/// Devices.
		type Devices: ClaimMemberships;
		/// Who hears of payments.
		type OnPaid: OnPaid;
		/// Who says how budgets are divided.
		type DivisionOrigin: EnsureOrigin<Self::RuntimeOrigin>;
		/// Where what is issued for nobody's work goes.
		type Income: TakeIncome<CreditOf<Self>>;
		/// Epochs that staking may go without paying an era, before the rest is left for the next.
		#[pallet::constant]
		type MaxEpochsPerEra: Get<u32>;
		/// From which the reserve's account is derived.
		#[pallet::constant]
		type ReserveId: Get<PalletId>;
		/// Weights.
		type WeightInfo: WeightInfo;
		/// What benchmarks need of others.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: BenchmarkHelper;
	}

	/// The issuance curve.
	#[pallet::storage]
	pub type IssuanceCurve<T> = StorageValue<_, Curve, ValueQuery>;

	/// How budgets are divided, as a fact; by the default before it is ever set.
	#[pallet::storage]
	pub type Divisions<T> = StorageValue<_, History<Division, DIVISIONS_KEPT>, ValueQuery>;

	/// What each network pays for each epoch, from its first settlement until claims end.
	#[pallet::storage]
	pub type Pools<T> =
		StorageDoubleMap<_, Twox64Concat, EpochIndex, Twox64Concat, NetworkId, Pool>;

	/// What this pallet has issued so far, the validators' part included.
	#[pallet::storage]
	pub type Issued<T> = StorageValue<_, Balance, ValueQuery>;

	/// The first epoch that validators, treasury and reserve were not paid for.
	#[pallet::storage]
	pub type FirstUnpaid<T> = StorageValue<_, EpochIndex, ValueQuery>;

	/// The first epoch whose pools were not closed.
	#[pallet::storage]
	pub type FirstOpen<T> = StorageValue<_, EpochIndex, ValueQuery>;

	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// The issuance curve.
		pub curve: Curve,
		#[serde(skip)]
		#[doc(hidden)]
		pub _config: core::marker::PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			assert!(self.curve.is_sound(), "the issuance curve would exceed its cap");
			IssuanceCurve::<T>::put(self.curve);
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A network's pool for an epoch was computed.
		PoolOpened {
			/// Which network's.
			network: NetworkId,
			/// For which epoch.
			epoch: EpochIndex,
			/// What there is to pay.
			amount: Balance,
		},
		/// A device's owner was paid.
		Paid {
			/// In which network.
			network: NetworkId,
			/// For which epoch.
			epoch: EpochIndex,
			/// For which device.
			device: DeviceId,
			/// Who.
			owner: AccountId32,
			/// What, after the aggregator's cut.
			amount: Balance,
		},
		/// An aggregator was paid its cut of a chunk.
		CutPaid {
			/// In which network.
			network: NetworkId,
			/// For which epoch.
			epoch: EpochIndex,
			/// Who.
			aggregator: AccountId32,
			/// What.
			amount: Balance,
		},
		/// What was not claimed in time became income of the network.
		PoolClosed {
			/// Which network's.
			network: NetworkId,
			/// For which epoch.
			epoch: EpochIndex,
			/// What was left.
			rest: Balance,
		},
		/// Budgets will be divided otherwise.
		DivisionSet {
			/// From which epoch on.
			from: EpochIndex,
			/// How.
			division: Division,
		},
		/// Treasury and reserve got their parts of the budgets of an era.
		FundsPaid {
			/// The first epoch.
			from: EpochIndex,
			/// The first epoch after.
			to: EpochIndex,
			/// To the treasury.
			treasury: Balance,
			/// To the reserve.
			reserve: Balance,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// Nobody in this chunk is to be paid: all were, or have no score, or are gone.
		NobodyToPay,
		/// The network had no pool for this epoch.
		NoPool,
		/// The parts are not all of a budget together.
		NotAll,
		/// The division was changed too often of late. Wait until older ones cannot be asked for any more.
		TooManyChanges,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_idle(_now: BlockNumberFor<T>, limit: Weight) -> Weight {
			let mut meter = WeightMeter::with_limit(limit);
			Self::close_pools(&mut meter);
			meter.consumed()
		}

		fn integrity_test() {
			assert!(T::MaxEpochsPerEra::get() > 0, "no era would be paid");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call(weight = T::WeightInfo)]
	impl<T: Config> Pallet<T> {
		/// Pay for the settled reports of a chunk.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anybody; the caller gets nothing.
		///
		/// ## Arguments
		///
		/// * `epoch`: the epoch of the reports.
		/// * `batch`: the batch.
		/// * `chunk`: the chunk's number.
		/// * `element`: the chunk's element in the result.
		/// * `path`: the path from the element to the result's root.
		/// * `leaves`: the outcomes of the chunk's reports.
		///
		/// ## Details
		///
		/// Devices that were paid, have no score or are gone are skipped. Owners are those of the
		/// moment.
		///
		/// ## Errors
		///
		/// [`Error::NobodyToPay`], [`Error::NoPool`], and those of the settlement: that the epoch is
		/// not frozen, that claims have ended, that element or leaves are wrong.
		///
		/// ## Events
		///
		/// [`Event::Paid`] for each device, [`Event::CutPaid`].
		#[pallet::call_index(0)]
		#[pallet::weight(Pallet::<T>::weight_of_claim(leaves.len() as u32))]
		pub fn claim_chunk(
			origin: OriginFor<T>,
			epoch: EpochIndex,
			batch: BatchId,
			chunk: u32,
			element: Element,
			path: ElementPath,
			leaves: Leaves,
		) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			let settled =
				T::Settlements::final_chunk(epoch, &batch, chunk, &element, &path, &leaves)?;
			let FinalChunk { network, aggregator } = settled;
			let mut pool = Pools::<T>::get(epoch, network).ok_or(Error::<T>::NoPool)?;
			// Whatever judges have agreed on, a pool pays no more than it holds.
			let left = pool.payable().saturating_sub(pool.paid);
			let mut cuts: Balance = 0;
			let mut paid: Balance = 0;
			let mut devices = 0u32;
			let mut weight = T::WeightInfo::claim_chunk(leaves.len() as u32);
			for leaf in leaves.iter().filter(|leaf| leaf.score > 0) {
				let device = leaf.device;
				let payment = pool.payment(leaf.score).min(left.saturating_sub(paid));
				// The cut is rounded down: the owner gets the odd planck.
				let cut = mul_div(payment, leaf.cut.min(1_000_000).into(), 1_000_000);
				let amount = payment.saturating_sub(cut);
				let Some((owner, heard)) = Self::pay(network, epoch, leaf, amount) else {
					continue;
				};
				weight = weight.saturating_add(heard);
				cuts = cuts.saturating_add(cut);
				paid = paid.saturating_add(payment);
				devices = devices.saturating_add(1);
				Self::deposit_event(Event::Paid { network, epoch, device, owner, amount });
			}
			ensure!(devices > 0, Error::<T>::NobodyToPay);
			// The cut of an aggregator whose account is gone is left to the network's income.
			if T::Currency::mint_into(&aggregator, cuts).is_ok() {
				Self::deposit_event(Event::CutPaid { network, epoch, aggregator, amount: cuts });
			} else {
				paid = paid.saturating_sub(cuts);
			}
			pool.paid = pool.paid.saturating_add(paid);
			Pools::<T>::insert(epoch, network, pool);
			Issued::<T>::mutate(|issued| *issued = issued.saturating_add(paid));
			Ok(Some(weight).into())
		}

		/// Divide budgets otherwise, from two epochs later on.
		///
		/// ## Dispatch Origin
		///
		/// [`Config::DivisionOrigin`].
		///
		/// ## Arguments
		///
		/// * `division`: how.
		///
		/// ## Errors
		///
		/// [`Error::NotAll`], [`Error::TooManyChanges`].
		///
		/// ## Events
		///
		/// [`Event::DivisionSet`].
		#[pallet::call_index(1)]
		pub fn set_division(origin: OriginFor<T>, division: Division) -> DispatchResult {
			T::DivisionOrigin::ensure_origin(origin)?;
			ensure!(division.is_sound(), Error::<T>::NotAll);
			let now = T::Settlements::now();
			let mut divisions = Divisions::<T>::get();
			// Whatever is not paid yet is divided as it was.
			let unpaid = now.saturating_sub(FirstUnpaid::<T>::get());
			divisions
				.set(now, Self::retention().max(unpaid), division)
				.map_err(|_| Error::<T>::TooManyChanges)?;
			Divisions::<T>::put(divisions);
			let from = now.saturating_add(DELAY);
			Self::deposit_event(Event::DivisionSet { from, division });
			Ok(())
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// A network's pool for an epoch.
		pub fn pool(network: NetworkId, epoch: EpochIndex) -> Option<Pool> {
			Pools::<T>::get(epoch, network)
		}

		/// An epoch's budget.
		pub fn budget(epoch: EpochIndex) -> Balance {
			Self::budget_of(epoch)
		}

		/// How an epoch's budget is divided.
		pub fn division(epoch: EpochIndex) -> Division {
			Self::division_at(&Divisions::<T>::get(), epoch)
		}
	}

	impl<T: Config> Pallet<T> {
		/// Marks an epoch of a membership as paid and pays its owner; does neither if there is nobody
		/// to pay or the owner's account cannot take it, so that nobody can spoil others' claim.
		fn pay(
			network: NetworkId,
			epoch: EpochIndex,
			leaf: &Leaf,
			amount: Balance,
		) -> Option<(AccountId32, Weight)> {
			let Leaf { device, score, .. } = leaf;
			with_storage_layer(|| {
				let owner =
					T::Devices::claim(network, device, epoch).ok_or(Error::<T>::NobodyToPay)?;
				if amount > 0 {
					T::Currency::mint_into(&owner, amount)?;
				}
				let payment =
					Payment { network, epoch, device, owner: &owner, score: *score, amount };
				let heard = T::OnPaid::paid(&payment);
				Ok::<_, DispatchError>((owner, heard))
			})
			.ok()
		}

		/// What claiming for a chunk weighs at the most.
		fn weight_of_claim(leaves: u32) -> Weight {
			let heard = T::OnPaid::weight().saturating_mul(leaves.into());
			T::WeightInfo::claim_chunk(leaves).saturating_add(heard)
		}

		/// For how many epochs divisions can be read: an era, and before it a cadence, may be as long.
		fn retention() -> EpochIndex {
			T::MaxEpochsPerEra::get().saturating_add(MAX_FACT_WINDOW).saturating_add(64)
		}

		fn division_at(
			divisions: &History<Division, DIVISIONS_KEPT>,
			epoch: EpochIndex,
		) -> Division {
			divisions.at(epoch).copied().unwrap_or_default()
		}

		/// An epoch's budget; nothing if it was void.
		pub fn budget_of(epoch: EpochIndex) -> Balance {
			if T::Settlements::is_void(epoch) {
				return 0;
			}
			IssuanceCurve::<T>::get().budget(epoch)
		}

		/// The reserve's account.
		pub fn reserve() -> AccountId32 {
			T::ReserveId::get().into_account_truncating()
		}

		/// A batch of `network` for `epoch` has settled with scores of `total` in sum. The first time,
		/// the pool is computed.
		pub fn note_settled(network: NetworkId, epoch: EpochIndex, total: u64) {
			if let Some(mut pool) = Pools::<T>::get(epoch, network) {
				pool.total = pool.total.saturating_add(total);
				Pools::<T>::insert(epoch, network, pool);
				return;
			}
			let Some(share) = T::Networks::share(network, epoch) else { return };
			let divisions = Divisions::<T>::get();
			let part = |share: Share, epoch| {
				let division = Self::division_at(&divisions, epoch);
				let devices = division.devices.mul_floor(Self::budget_of(epoch));
				mul_div(devices, share.weight.into(), share.weights.into())
			};
			// Back over the cadence, but not into an epoch that has a pool of its own: a network that
			// changes its cadence would be paid for it twice.
			let cadence = u32::from(share.cadence).max(1);
			let mut amount = part(share, epoch);
			for before in 1..cadence {
				let Some(earlier) = epoch.checked_sub(before) else { break };
				let Some(share) = T::Networks::share(network, earlier) else { break };
				if share.reports {
					break;
				}
				amount = amount.saturating_add(part(share, earlier));
			}
			let pool = Pool { amount, rate_cap: share.rate_cap, total, paid: 0 };
			Pools::<T>::insert(epoch, network, pool);
			Self::deposit_event(Event::PoolOpened { network, epoch, amount });
		}

		/// Pays treasury and reserve for the epochs that have ended since this was last called, and
		/// tells what validators get for them. The caller issues that.
		pub fn pay_era() -> Balance {
			let from = FirstUnpaid::<T>::get();
			let to = T::Settlements::now().min(from.saturating_add(T::MaxEpochsPerEra::get()));
			FirstUnpaid::<T>::put(to);
			let divisions = Divisions::<T>::get();
			let (mut validators, mut treasury, mut reserve): (Balance, Balance, Balance) =
				(0, 0, 0);
			for epoch in from..to {
				let (budget, division) =
					(Self::budget_of(epoch), Self::division_at(&divisions, epoch));
				let add = |sum: &mut Balance, part: Permill| {
					*sum = sum.saturating_add(part.mul_floor(budget));
				};
				add(&mut validators, division.validators);
				add(&mut treasury, division.treasury);
				add(&mut reserve, division.reserve);
			}
			let mut issued = validators.saturating_add(treasury);
			T::Income::issued(T::Currency::issue(treasury));
			if T::Currency::mint_into(&Self::reserve(), reserve).is_ok() {
				issued = issued.saturating_add(reserve);
			}
			Issued::<T>::mutate(|sum| *sum = sum.saturating_add(issued));
			Self::deposit_event(Event::FundsPaid { from, to, treasury, reserve });
			validators
		}

		/// Closes pools whose claims have ended.
		fn close_pools(meter: &mut WeightMeter) {
			let mut pools = None;
			while meter.try_consume(T::WeightInfo::sweep()).is_ok()
				&& Self::close_next_pool(&mut pools)
			{}
		}

		/// Closes one pool, or goes on to the next epoch; false if there is nothing to do. `pools` goes
		/// on from one step of a block to the next: finding the first anew would pass over all that the
		/// block has closed.
		pub(crate) fn close_next_pool(
			pools: &mut Option<PrefixIterator<(NetworkId, Pool)>>,
		) -> bool {
			let epoch = FirstOpen::<T>::get();
			if epoch >= T::Settlements::now() || !T::Settlements::is_expired(epoch) {
				return false;
			}
			match pools.get_or_insert_with(|| Pools::<T>::iter_prefix(epoch)).next() {
				Some((network, pool)) => Self::close_pool(network, epoch, pool),
				None => {
					*pools = None;
					FirstOpen::<T>::put(epoch.saturating_add(1));
				}
			}
			true
		}

		fn close_pool(network: NetworkId, epoch: EpochIndex, pool: Pool) {
			let rest = pool.payable().saturating_sub(pool.paid);
			T::Income::expired(network, T::Currency::issue(rest));
			Issued::<T>::mutate(|issued| *issued = issued.saturating_add(rest));
			Pools::<T>::remove(epoch, network);
			Self::deposit_event(Event::PoolClosed { network, epoch, rest });
		}

		/// Checks that no more was paid than there is.
		#[cfg(any(feature = "try-runtime", test))]
		pub(crate) fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
			let curve = IssuanceCurve::<T>::get();
			for (epoch, _, pool) in Pools::<T>::iter() {
				ensure!(pool.paid <= pool.amount, "a pool paid more than it holds");
				ensure!(pool.paid <= pool.payable(), "a pool paid more than its rate cap");
				ensure!(epoch >= FirstOpen::<T>::get(), "a pool outlived its claims");
			}
			let issued = Issued::<T>::get();
			for epoch in FirstUnpaid::<T>::get()..T::Settlements::now() {
				ensure!(Self::division(epoch).is_sound(), "a budget is not divided as a whole");
			}
			ensure!(issued <= curve.cap, "more was issued than the cap allows");
			ensure!(
				issued <= curve.total_before(T::Settlements::now()),
				"more was issued than the curve allows"
			);
			Ok(())
		}
	}

	impl<T: Config> sp_staking::EraPayout<Balance> for Pallet<T> {
		fn era_payout(_staked: Balance, _issuance: Balance, _millis: u64) -> (Balance, Balance) {
			(Self::pay_era(), 0)
		}
	}
}
