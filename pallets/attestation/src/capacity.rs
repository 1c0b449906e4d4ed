//! Capacity: what judges can judge and what nodes' stores can hold is rented, not cornered.
//!
//! An aggregator *asks* for quota and allowance. It has a claim to what it asks for, but to no more than its devices may
//! need (a base, and a part for each seat that names it), and never to more than a fifth of all. Where all claims together
//! are more than there is, each gets its part of it. What it is *granted* costs rent for each epoch, which is burned, at a
//! price that rises while more than half of the capacity is claimed, and falls while less is: after EIP-1559. What an
//! aggregator has not used for two days is no longer asked for.
//!
//! All of this is done for one aggregator in each block, in turn, and whenever somebody says so. What is granted never adds
//! up to more than there is, so a claim may have to wait until others have been visited: three rounds at the most, once an epoch has begun with it.

use frame_support::{
	ensure,
	traits::{
		fungible::{hold, Balanced},
		tokens::{Fortitude, Precision, Preservation},
		Get, Imbalance,
	},
};
use sp_runtime::{traits::Saturating, DispatchResult, SaturatedConversion};
use substation_primitives::{
	batch::{BODY_WORK, MAX_BODIES, MAX_CHUNK_BYTES, SEAT_BYTES, SEAT_WORK},
	AccountId32, EpochIndex, WorkUnits,
};

use crate::{
	offchain, Aggregator, AggregatorOf, Aggregators, ByteMarket, Capacity, Config, CurrentEpoch,
	Error, Event, HoldReason, InspectSeats, Market, MutateAllowance, Pallet, Rented, Visited, Why,
	WorkMarket,
};

/// The part of all that one account may have.
const SHARE: u64 = 5;
/// Epochs after which what was not used lapses, if it was not in as many before either: a network that reports as seldom as it
/// may does so once in that time. Who has just asked has twice as many, since devices count two epochs later.
pub const LAPSE_EPOCHS: EpochIndex = 24;
/// The dearest price, in times of the least.
const MOST_TIMES: u128 = 1_000_000;

impl Market {
	/// The price of the next epoch: `p + p·(2·due − all) / (8·all)`, which is an eighth more where all is claimed, and an
	/// eighth less where nothing is. It doubles at the most, and stays between `least` and a million times that. A step is
	/// rounded up, so that no price stands still beside either.
	pub fn next_price(&self, all: u64, least: u128) -> u128 {
		let all = u128::from(all.max(1));
		let eighths = all.saturating_mul(8);
		let claimed = u128::from(self.due).saturating_mul(2);
		let price = self.price.max(least);
		let step = |part: u128| price.saturating_mul(part.min(eighths));
		let next = match claimed.checked_sub(all) {
			Some(more) => price.saturating_add(step(more).div_ceil(eighths)),
			None => price.saturating_sub(step(all.saturating_sub(claimed)).div_ceil(eighths)),
		};
		next.clamp(least, least.saturating_mul(MOST_TIMES))
	}

	/// What a claim to `due` comes to: that, or its part of `all` where claims were more when the epoch began. Rounded down.
	pub fn part_of(&self, due: u32, all: u64) -> u32 {
		if self.opening <= all {
			return due;
		}
		let part = u128::from(due).saturating_mul(all.into()).checked_div(self.opening.into());
		part.unwrap_or_default().saturated_into()
	}
}

impl Rented {
	/// What counts in epoch `now`: what was granted when it began. What is granted more could be spent twice in it, and what is
	/// granted less has been paid for.
	pub fn in_force(&self, now: EpochIndex) -> u32 {
		match self.changed {
			(epoch, before) if epoch == now => before,
			_ => self.granted,
		}
	}

	/// The rent that has not been paid, in the token's smallest unit.
	pub fn owed(&self, market: &Market) -> u128 {
		market.index.saturating_sub(self.paid).saturating_mul(self.granted.into())
	}

	/// Lets a claim be `due`, and grants as much of it as there is; but of what is granted already no less than `kept`.
	pub(crate) fn claim(
		&mut self,
		market: &mut Market,
		due: u32,
		kept: u32,
		all: u64,
		now: EpochIndex,
	) {
		let kept = self.granted.min(kept);
		let due = due.max(kept);
		market.due = market.due.saturating_sub(self.due.into()).saturating_add(due.into());
		self.due = due;
		let part = market.part_of(due, all).max(kept);
		let free = all.saturating_sub(market.granted).saturated_into::<u32>();
		let granted = part.min(self.granted.saturating_add(free));
		if granted != self.granted && self.changed.0 != now {
			self.changed = (now, self.granted);
		}
		market.granted =
			market.granted.saturating_sub(self.granted.into()).saturating_add(granted.into());
		self.granted = granted;
	}

	/// Notes what was spent for an epoch.
	pub(crate) fn note_used(&mut self, spent: u32) {
		self.used = self.used.max(spent);
	}

	/// The most that was used of late.
	fn used_lately(&self) -> u32 {
		self.used.max(self.used_before)
	}

	/// Asks for no more than half as much again as was used, but for `base` in any case.
	fn lapse(&mut self, base: u32) {
		let used = self.used_lately();
		self.asked = self.asked.min(used.saturating_add(used / 2).max(base));
		(self.used, self.used_before) = (0, self.used);
	}
}

/// What there is of both, and what of it an account may ask for and have.
pub(crate) struct Limits {
	/// Work that there is in an epoch: where a change waits, the lesser of what is in force and what will be.
	all_work: u64,
	/// The least that is asked for: what the smallest batch takes.
	pub(crate) least_work: WorkUnits,
	/// What an aggregator may have whom no device names: four bodies, or the least that a batch takes.
	base_work: WorkUnits,
	/// The most that one account may ask for.
	pub(crate) most_work: WorkUnits,
	/// Bytes that stores hold.
	all_bytes: u64,
	/// What an aggregator may have whom no device names: two of the longest reports in each open epoch.
	base_bytes: u32,
	/// The most that one account may ask for.
	most_bytes: u32,
	/// Epochs whose bodies lie in stores at a time.
	open_epochs: u32,
}

impl Limits {
	/// Whether so much may be asked for.
	pub(crate) fn check<T: Config>(
		&self,
		quota: WorkUnits,
		allowance: u32,
	) -> Result<(), Error<T>> {
		ensure!(quota >= self.least_work, Error::<T>::QuotaTooSmall);
		ensure!(allowance > 0, Error::<T>::AllowanceTooSmall);
		let fits = quota <= self.most_work && allowance <= self.most_bytes;
		ensure!(fits, Error::<T>::TooLargeAShare);
		Ok(())
	}

	/// What an aggregator has a claim to whom so many seats name: units of work in an epoch, and bytes.
	fn claims<Balance>(&self, row: &Aggregator<Balance>, seats: u32) -> (WorkUnits, u32) {
		let work = self.base_work.saturating_add(seats.saturating_mul(SEAT_WORK));
		let bytes = seats.saturating_mul(SEAT_BYTES).saturating_mul(self.open_epochs);
		let bytes = self.base_bytes.saturating_add(bytes);
		(
			row.quota.asked.min(work).min(self.most_work),
			row.allowance.asked.min(bytes).min(self.most_bytes),
		)
	}
}

impl<T: Config> Pallet<T> {
	/// What there is, and what of it may be asked for, as of now.
	pub(crate) fn limits() -> Limits {
		let latest = Self::latest_parameters();
		let (all_work, least) = match Self::now() {
			Some((_, _, record)) => {
				(record.parameters.epoch_work.min(latest.epoch_work), Self::least_quota(&record))
			}
			None => (latest.epoch_work, 0),
		};
		let (all_work, all_bytes) = (u64::from(all_work), T::StoreQuota::get());
		let open_epochs = latest.open_epochs();
		let base_work = BODY_WORK.saturating_mul(MAX_BODIES).max(least);
		let base_bytes = MAX_CHUNK_BYTES.saturating_mul(2).saturating_mul(open_epochs);
		let share = |all: u64| all.checked_div(SHARE).unwrap_or_default().saturated_into::<u32>();
		Limits {
			all_work,
			least_work: BODY_WORK.max(least),
			base_work,
			most_work: share(all_work).max(base_work),
			all_bytes,
			base_bytes,
			most_bytes: share(all_bytes).max(base_bytes),
			open_epochs,
		}
	}

	/// What an aggregator keeps of its room in stores, whatever becomes of its claim: bodies stay until they are judged.
	fn kept_bytes(row: &AggregatorOf<T>) -> u32 {
		match row.leaving {
			None => row.allowance.used_lately(),
			Some(free_at) if CurrentEpoch::<T>::get() < free_at => row.allowance.granted,
			Some(_) => 0,
		}
	}

	/// Grants an aggregator what it has a claim to as of now, and stores its row.
	pub(crate) fn store_claims(who: &AccountId32, mut row: AggregatorOf<T>, limits: &Limits) {
		let now = CurrentEpoch::<T>::get();
		let (work, bytes) = match row.leaving {
			None => limits.claims(&row, T::Seats::naming(who)),
			// Nothing more is committed to.
			Some(_) => (0, 0),
		};
		let (quota, allowance) = (row.quota.granted, row.allowance.granted);
		WorkMarket::<T>::mutate(|market| row.quota.claim(market, work, 0, limits.all_work, now));
		let (kept, store) = (Self::kept_bytes(&row), limits.all_bytes);
		ByteMarket::<T>::mutate(|market| row.allowance.claim(market, bytes, kept, store, now));
		if row.allowance.granted != allowance {
			Self::revoke(&row, allowance);
			Self::grant(&row);
		}
		if (row.quota.granted, row.allowance.granted) != (quota, allowance) {
			Self::deposit_event(Event::CapacityGranted {
				aggregator: who.clone(),
				quota: row.quota.granted,
				allowance: row.allowance.granted,
			});
		}
		Aggregators::<T>::insert(who, row);
	}

	/// Lets the publisher key have in nodes' stores what its aggregator is granted.
	pub(crate) fn grant(row: &AggregatorOf<T>) {
		if let bytes @ 1.. = row.allowance.granted {
			T::Allowances::grant(&row.publisher, offchain::statements_for(bytes), bytes);
		}
	}

	/// Takes from the publisher key what its aggregator was granted.
	pub(crate) fn revoke(row: &AggregatorOf<T>, granted: u32) {
		if granted > 0 {
			let statements = offchain::statements_for(granted);
			T::Allowances::revoke(&row.publisher, statements, granted);
		}
	}

	/// Takes the rent that is owed and burns it: from what is free, and what that lacks from the bond.
	pub(crate) fn charge(who: &AccountId32, row: &mut AggregatorOf<T>) {
		let (work, bytes) = (WorkMarket::<T>::get(), ByteMarket::<T>::get());
		let owed = row.quota.owed(&work).saturating_add(row.allowance.owed(&bytes));
		(row.quota.paid, row.allowance.paid) = (work.index, bytes.index);
		let owed = owed.saturated_into();
		if owed == 0u32.into() {
			return;
		}
		let free = T::Currency::withdraw(
			who,
			owed,
			Precision::BestEffort,
			Preservation::Preserve,
			Fortitude::Polite,
		);
		let rent = free.map(|taken| taken.peek()).unwrap_or_default();
		let reason = HoldReason::Aggregator.into();
		let (taken, _) =
			<T::Currency as hold::Balanced<_>>::slash(&reason, who, owed.saturating_sub(rent));
		let of_bond = taken.peek();
		row.bond = row.bond.saturating_sub(of_bond);
		Self::deposit_event(Event::RentPaid { aggregator: who.clone(), rent, of_bond });
	}

	/// Takes an aggregator's rent, lets lapse what it does not use, and grants what it has a claim to. Who cannot pay, so
	/// that less than half of the bond is left, has to leave.
	pub(crate) fn visit(who: &AccountId32, mut row: AggregatorOf<T>) {
		let limits = Self::limits();
		Self::charge(who, &mut row);
		if row.leaving.is_none() {
			let now = CurrentEpoch::<T>::get();
			if row.lapses <= now {
				row.quota.lapse(limits.base_work);
				row.allowance.lapse(limits.base_bytes);
				row.lapses = now.saturating_add(LAPSE_EPOCHS);
				Self::release_surplus(who, &mut row);
			}
			// Prices may have risen since: what is held stays as it is.
			if row.bond.saturating_mul(2u32.into()) < row.bonded {
				Self::begin_leaving(who, &mut row, Why::RentUnpaid);
			}
		}
		Self::store_claims(who, row, &limits);
	}

	/// The earliest epoch in which a request that an aggregator makes now may lapse.
	pub(crate) fn first_lapse() -> EpochIndex {
		CurrentEpoch::<T>::get().saturating_add(LAPSE_EPOCHS.saturating_mul(2))
	}

	/// Gives back what is held for more than what is asked for.
	fn release_surplus(who: &AccountId32, row: &mut AggregatorOf<T>) {
		let bond = Self::bond_for(row.quota.asked, row.allowance.asked);
		let surplus = row.bond.saturating_sub(bond);
		let released = <T::Currency as hold::Mutate<_>>::release(
			&HoldReason::Aggregator.into(),
			who,
			surplus,
			Precision::BestEffort,
		);
		row.bond = row.bond.saturating_sub(released.unwrap_or_default());
		row.bonded = row.bonded.min(bond);
	}

	/// Visits the next aggregator in turn.
	pub(crate) fn visit_next() {
		let next = match Visited::<T>::get() {
			Some(last) => {
				Aggregators::<T>::iter_from(Aggregators::<T>::hashed_key_for(last)).next()
			}
			None => Aggregators::<T>::iter().next(),
		};
		match next {
			Some((who, row)) => {
				Self::visit(&who, row);
				Visited::<T>::put(who);
			}
			None => Visited::<T>::kill(),
		}
	}

	/// Changes what an aggregator asks for, and what is held for it.
	pub(crate) fn do_set_capacity(
		who: AccountId32,
		quota: WorkUnits,
		allowance: u32,
	) -> DispatchResult {
		let mut row = Aggregators::<T>::get(&who).ok_or(Error::<T>::NotAggregator)?;
		ensure!(row.leaving.is_none(), Error::<T>::AlreadyLeaving);
		let limits = Self::limits();
		limits.check::<T>(quota, allowance)?;
		Self::charge(&who, &mut row);
		(row.quota.asked, row.allowance.asked) = (quota, allowance);
		row.lapses = Self::first_lapse();
		let bond = Self::bond_for(quota, allowance);
		let more = bond.saturating_sub(row.bond);
		<T::Currency as hold::Mutate<_>>::hold(&HoldReason::Aggregator.into(), &who, more)?;
		row.bond = row.bond.saturating_add(more);
		row.bonded = bond;
		Self::release_surplus(&who, &mut row);
		Self::deposit_event(Event::CapacityAsked { aggregator: who.clone(), quota, allowance });
		Self::store_claims(&who, row, &limits);
		Ok(())
	}

	/// Prices of the epoch that opens.
	pub(crate) fn reprice() {
		let reprice = |market: &mut Market, all, least: u128| {
			market.price = market.next_price(all, least);
			market.index = market.index.saturating_add(market.price);
			market.opening = market.due;
		};
		let Limits { all_work, all_bytes, .. } = Self::limits();
		WorkMarket::<T>::mutate(|market| {
			reprice(market, all_work, T::WorkRent::get().saturated_into());
		});
		ByteMarket::<T>::mutate(|market| {
			reprice(market, all_bytes, T::ByteRent::get().saturated_into());
		});
	}

	/// What is rented, of how much, and for what price.
	pub(crate) fn capacity_now() -> Capacity {
		let limits = Self::limits();
		Capacity {
			work: WorkMarket::<T>::get(),
			all_work: limits.all_work,
			most_work: limits.most_work,
			base_work: limits.base_work,
			bytes: ByteMarket::<T>::get(),
			all_bytes: limits.all_bytes,
			most_bytes: limits.most_bytes,
			base_bytes: limits.base_bytes,
		}
	}
}
