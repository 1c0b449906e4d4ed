//! What is paid when credits are spent: a part of what was burned for them comes back, and the rest stays burned.

use frame_support::{
	ensure,
	traits::fungible::{Balanced, Mutate},
};
use sp_runtime::DispatchError;
use substation_primitives::{epoch::InspectEpochs, NetworkId, Purse};

use crate::{
	AccountId32, Agreement, Balance, Config, Error, Pallet, Purses, Record, Records, TakeSales,
	Usage, Usages, USAGE_KEPT,
};

/// What a sale came to, in planck.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Sale {
	/// What was burned for the credits.
	pub(crate) cost: Balance,
	/// What was made again for who sold.
	pub(crate) seller: Balance,
	/// What was made again for the network.
	pub(crate) network: Balance,
}

impl Sale {
	/// Both together.
	pub(crate) fn with(&self, other: &Self) -> Self {
		Self {
			cost: self.cost.saturating_add(other.cost),
			seller: self.seller.saturating_add(other.seller),
			network: self.network.saturating_add(other.network),
		}
	}

	/// What is made again for nobody.
	pub(crate) fn left_burned(&self) -> Balance {
		self.cost.saturating_sub(self.seller).saturating_sub(self.network)
	}
}

impl<T: Config> Pallet<T> {
	/// Spends credits of an agreement.
	///
	/// ## Errors
	///
	/// [`Error::CannotReceive`].
	pub(crate) fn sell(agreement: &Agreement, spent: Purse) -> Result<Sale, DispatchError> {
		let (seller, network) = agreement.division.divide(spent.cost);
		ensure!(Self::make(&agreement.provider, seller) == seller, Error::<T>::CannotReceive);
		let sale = Sale { cost: spent.cost, seller, network };
		Self::count_sold_by(agreement, &sale);
		Self::book(agreement.network, &agreement.provider, sale)
	}

	/// Spends credits of an agreement. The part of a provider whose account cannot take it stays burned: the service was
	/// given, and others' calls go on.
	pub(crate) fn sell_anyway(agreement: &Agreement, spent: Purse) -> Result<Sale, DispatchError> {
		let (part, network) = agreement.division.divide(spent.cost);
		let seller = Self::make(&agreement.provider, part);
		let sale = Sale { cost: spent.cost, seller, network };
		Self::count_sold_by(agreement, &sale);
		Self::book(agreement.network, &agreement.provider, sale)
	}

	/// Spends credits of an agreement for its arbiter's word. It is no sale of the provider's.
	pub(crate) fn pay_arbiter(
		agreement: &Agreement,
		arbiter: &AccountId32,
		spent: Purse,
	) -> Result<Sale, DispatchError> {
		let (part, network) = agreement.division.divide(spent.cost);
		let sale = Sale { cost: spent.cost, seller: Self::make(arbiter, part), network };
		Self::spend(agreement.network, &sale, sale.seller)?;
		Ok(sale)
	}

	/// Makes tokens for somebody. What was made: nothing if the account cannot take it.
	pub(crate) fn make(who: &AccountId32, amount: Balance) -> Balance {
		if amount > 0 && T::Currency::mint_into(who, amount).is_ok() {
			amount
		} else {
			0
		}
	}

	/// Spends what was burned, pays the network's part, and counts the sale. The seller's part was made before.
	pub(crate) fn book(
		network: NetworkId,
		provider: &AccountId32,
		sale: Sale,
	) -> Result<Sale, DispatchError> {
		Self::spend(network, &sale, sale.seller)?;
		Self::count(provider, |record| {
			record.cost = record.cost.saturating_add(sale.cost);
			record.left_burned = record.left_burned.saturating_add(sale.left_burned());
		});
		Ok(sale)
	}

	/// Spends what was burned, pays the network's part, and counts the use. Of the seller's part so much was `made`: the rest
	/// waits.
	pub(crate) fn spend(
		network: NetworkId,
		sale: &Sale,
		made: Balance,
	) -> Result<(), DispatchError> {
		T::Purses::consume(sale.cost, made.saturating_add(sale.network))?;
		if sale.network > 0 {
			T::Sales::sold(network, T::Currency::issue(sale.network));
		}
		Self::count_use(network, sale);
		Ok(())
	}

	fn count_use(network: NetworkId, sale: &Sale) {
		let epoch = T::Epochs::now();
		let slot = Self::usage_slot(epoch);
		Usages::<T>::mutate(network, slot, |usage| {
			if usage.epoch != epoch {
				*usage = Usage { epoch, ..Default::default() };
			}
			usage.cost = usage.cost.saturating_add(sale.cost);
			usage.seller = usage.seller.saturating_add(sale.seller);
			usage.network = usage.network.saturating_add(sale.network);
			usage.sales = usage.sales.saturating_add(1);
		});
	}

	/// Counts something in a provider's record.
	pub(crate) fn count(provider: &AccountId32, what: impl FnOnce(&mut Record)) {
		Records::<T>::mutate(provider, |record| what(record.get_or_insert_default()));
	}

	/// Where an epoch's use is counted: what was there of an older epoch is written over.
	pub(crate) fn usage_slot(epoch: substation_primitives::EpochIndex) -> u8 {
		u8::try_from(epoch.checked_rem(USAGE_KEPT).unwrap_or(0)).unwrap_or(0)
	}
}
