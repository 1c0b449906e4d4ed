//! What is paid when credits are spent: a part of what was burned for them comes back, and the rest stays burned.

use frame_support::{
	storage::with_storage_layer,
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

	fn left_burned(&self) -> Balance {
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
		if seller > 0 {
			T::Currency::mint_into(&agreement.provider, seller)
				.map_err(|_| Error::<T>::CannotReceive)?;
		}
		Self::book(agreement, Sale { cost: spent.cost, seller, network })
	}

	/// Spends credits of an agreement. The part of a provider whose account cannot take it stays burned: the service was
	/// given, and others' calls go on.
	pub(crate) fn sell_anyway(agreement: &Agreement, spent: Purse) -> Result<Sale, DispatchError> {
		match with_storage_layer(|| Self::sell(agreement, spent)) {
			Ok(sale) => Ok(sale),
			Err(_) => Self::sell_for_nobody(agreement, spent),
		}
	}

	/// Spends credits of an agreement for its arbiter's word. It is no sale of the provider's.
	pub(crate) fn pay_arbiter(
		agreement: &Agreement,
		arbiter: &AccountId32,
		spent: Purse,
	) -> Result<Sale, DispatchError> {
		let (part, network) = agreement.division.divide(spent.cost);
		let taken = part > 0 && T::Currency::mint_into(arbiter, part).is_ok();
		let sale = Sale { cost: spent.cost, seller: if taken { part } else { 0 }, network };
		Self::spend_cost(agreement.network, &sale)?;
		Ok(sale)
	}

	/// Spends credits of an agreement whose provider cannot be paid: its part stays burned. The service was given.
	fn sell_for_nobody(agreement: &Agreement, spent: Purse) -> Result<Sale, DispatchError> {
		let (_, network) = agreement.division.divide(spent.cost);
		Self::book(agreement, Sale { cost: spent.cost, seller: 0, network })
	}

	fn book(agreement: &Agreement, sale: Sale) -> Result<Sale, DispatchError> {
		Self::book_sale(agreement.network, &agreement.provider, sale)
	}

	/// Spends what was burned, pays the network's part, and counts the sale.
	pub(crate) fn book_sale(
		network: NetworkId,
		provider: &AccountId32,
		sale: Sale,
	) -> Result<Sale, DispatchError> {
		Self::spend_cost(network, &sale)?;
		Self::count(provider, |record| {
			record.cost = record.cost.saturating_add(sale.cost);
			record.left_burned = record.left_burned.saturating_add(sale.left_burned());
		});
		Ok(sale)
	}

	pub(crate) fn spend_cost(network: NetworkId, sale: &Sale) -> Result<(), DispatchError> {
		T::Purses::consume(sale.cost, sale.seller.saturating_add(sale.network))?;
		if sale.network > 0 {
			T::Sales::sold(network, T::Currency::issue(sale.network));
		}
		Self::count_use(network, sale);
		Ok(())
	}

	/// Counts what hosts will collect of a bill that was spent in this epoch.
	pub(crate) fn count_waiting(network: NetworkId, seller: Balance) {
		Usages::<T>::mutate(network, Self::usage_slot(T::Epochs::now()), |usage| {
			usage.seller = usage.seller.saturating_add(seller);
		});
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
