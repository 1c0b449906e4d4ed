//! What is paid when credits are spent: a part of what was burned for them comes back, and the rest stays burned.

use frame_support::traits::fungible::{Balanced, Mutate};
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

	/// Spends credits of an agreement whose provider cannot be paid: its part stays burned. The service was given.
	pub(crate) fn sell_for_nobody(
		agreement: &Agreement,
		spent: Purse,
	) -> Result<Sale, DispatchError> {
		let (_, network) = agreement.division.divide(spent.cost);
		Self::book(agreement, Sale { cost: spent.cost, seller: 0, network })
	}

	fn book(agreement: &Agreement, sale: Sale) -> Result<Sale, DispatchError> {
		T::Purses::consume(sale.cost, sale.seller.saturating_add(sale.network))?;
		if sale.network > 0 {
			T::Sales::sold(agreement.network, T::Currency::issue(sale.network));
		}
		Self::count_use(agreement.network, &sale);
		Self::count_sale(&agreement.provider, &sale);
		Ok(sale)
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

	fn count_sale(provider: &AccountId32, sale: &Sale) {
		Records::<T>::mutate(provider, |record| {
			let record = record.get_or_insert_with(Record::default);
			record.cost = record.cost.saturating_add(sale.cost);
			record.left_burned = record.left_burned.saturating_add(sale.left_burned());
		});
	}

	/// Where an epoch's use is counted: what was there of an older epoch is written over.
	pub(crate) fn usage_slot(epoch: substation_primitives::EpochIndex) -> u8 {
		u8::try_from(epoch.checked_rem(USAGE_KEPT).unwrap_or(0)).unwrap_or(0)
	}
}
