//! Pools: what each network pays for each epoch, from its first settlement until claims end.

use frame_support::{storage::PrefixIterator, traits::fungible::Balanced, weights::WeightMeter};
use substation_primitives::{mul_div, Balance, EpochIndex, NetworkId, FULL_SCORE};

use crate::{
	Config, Divisions, Event, FirstOpen, InspectSettlements, InspectShares, Issued, Pallet, Pool,
	Pools, Share, TakeIncome, WeightInfo,
};

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

impl<T: Config> Pallet<T> {
	/// A batch of `network` for `epoch` has settled with scores of `total` in sum. The first time,
	/// the pool is computed.
	pub fn note_settled(network: NetworkId, epoch: EpochIndex, total: u64) {
		if Pools::<T>::contains_key(epoch, network) {
			return Self::note_corrected(network, epoch, 0, total);
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

	/// The scores of a batch of `network` for `epoch` are `after` in sum now, and were `before`. The sum is exact: nothing
	/// of it can be claimed before it is final, and what is taken back leaves what there was.
	pub fn note_corrected(network: NetworkId, epoch: EpochIndex, before: u64, after: u64) {
		Pools::<T>::mutate(epoch, network, |pool| {
			let Some(pool) = pool else { return };
			let corrected = pool.total.checked_sub(before).and_then(|rest| rest.checked_add(after));
			debug_assert!(corrected.is_some(), "the chain's own sum of settlements is as large");
			pool.total = corrected.unwrap_or(pool.total);
		});
	}

	/// Closes pools whose claims have ended.
	pub(crate) fn close_pools(meter: &mut WeightMeter) {
		let mut pools = None;
		while meter.try_consume(T::WeightInfo::sweep()).is_ok() && Self::close_next_pool(&mut pools)
		{
		}
	}

	/// Closes one pool, or goes on to the next epoch; false if there is nothing to do. `pools` goes
	/// on from one step of a block to the next: finding the first anew would pass over all that the
	/// block has closed.
	pub(crate) fn close_next_pool(pools: &mut Option<PrefixIterator<(NetworkId, Pool)>>) -> bool {
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

	/// Leaves what was not claimed to the network's income.
	fn close_pool(network: NetworkId, epoch: EpochIndex, pool: Pool) {
		let rest = pool.payable().saturating_sub(pool.paid);
		T::Income::expired(network, T::Currency::issue(rest));
		Issued::<T>::mutate(|issued| *issued = issued.saturating_add(rest));
		Pools::<T>::remove(epoch, network);
		Self::deposit_event(Event::PoolClosed { network, epoch, rest });
	}
}
