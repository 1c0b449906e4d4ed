//! What stays burned of sales of a device's service: a fact for judges, where somebody pays for its row.
//!
//! An epoch's sum grows in that epoch alone. From the opening of the next one on it is what it is, for as long as facts are
//! read.

use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::{
	dispatch::DispatchResult,
	ensure,
	pallet_prelude::ConstU32,
	traits::{fungible::hold::Mutate as HoldMutate, tokens::Precision, Get},
	BoundedVec,
};
use scale_info::TypeInfo;
use substation_primitives::{
	epoch::{InspectEpochs, MAX_FACT_WINDOW},
	DeviceId, EpochIndex, NetworkId,
};

use crate::{
	sales::Sale, AccountId32, Agreement, Balance, Config, Error, HoldReason, InspectDevices,
	Pallet, SoldOf,
};

/// Epochs whose sums are kept: more than any window of facts.
pub const SOLD_KEPT: u32 = 64;

// There is always room for one more: those that nobody can ask for are dropped.
const _: () = assert!(SOLD_KEPT > MAX_FACT_WINDOW + 2);

/// What stayed burned of sales of a device's service in a network.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Sold {
	/// Who pays for the row.
	pub payer: AccountId32,
	/// What is held for it.
	pub deposit: Balance,
	/// By epoch, in their order: those in which something was sold.
	pub epochs: BoundedVec<(EpochIndex, Balance), ConstU32<SOLD_KEPT>>,
}

impl Sold {
	/// Adds to the present epoch's sum.
	fn add(&mut self, now: EpochIndex, burned: Balance) {
		if let Some((_, sum)) = self.epochs.last_mut().filter(|(epoch, _)| *epoch == now) {
			*sum = sum.saturating_add(burned);
			return;
		}
		self.epochs.retain(|(epoch, _)| epoch.saturating_add(MAX_FACT_WINDOW) >= now);
		let _ = self.epochs.try_push((now, burned));
	}

	/// The sum of an epoch.
	fn of(&self, epoch: EpochIndex) -> Balance {
		let found = self.epochs.iter().find(|(other, _)| *other == epoch);
		found.map_or(0, |(_, sum)| *sum)
	}
}

impl<T: Config> Pallet<T> {
	/// What stayed burned of sales of a device's service in an epoch, if it is counted.
	pub fn left_burned_at(network: NetworkId, device: &DeviceId, epoch: EpochIndex) -> Balance {
		SoldOf::<T>::get(network, device).map_or(0, |sold| sold.of(epoch))
	}

	/// Counts a sale of an agreement about a device, where that is wanted.
	pub(crate) fn count_sold_by(agreement: &Agreement, sale: &Sale) {
		if let Some((device, _)) = &agreement.device {
			Self::count_sold(agreement.network, device, sale);
		}
	}

	/// Counts a sale of a device's service, where that is wanted.
	pub(crate) fn count_sold(network: NetworkId, device: &DeviceId, sale: &Sale) {
		let burned = sale.left_burned();
		if burned > 0 {
			SoldOf::<T>::mutate(network, device, |sold| {
				if let Some(sold) = sold {
					sold.add(T::Epochs::now(), burned);
				}
			});
		}
	}

	/// Begins to count.
	pub(crate) fn begin_counting(
		payer: &AccountId32,
		network: NetworkId,
		device: &DeviceId,
	) -> DispatchResult {
		// Nobody else: who pays for the row can remove it.
		let owner = T::Devices::tenure(device).map(|(owner, _)| owner);
		ensure!(owner.as_ref() == Some(payer), Error::<T>::NotYours);
		ensure!(T::Devices::is_seated(network, device), Error::<T>::NotMember);
		let before = SoldOf::<T>::get(network, device);
		let paid_by = before.as_ref().map(|sold| &sold.payer);
		ensure!(paid_by != Some(payer), Error::<T>::AlreadyCounted);
		let (reason, deposit) = (HoldReason::Sold.into(), T::SoldDeposit::get());
		T::Currency::hold(&reason, payer, deposit).map_err(|_| Error::<T>::CannotPay)?;
		// Of who owned it before: what was counted stays.
		if let Some(Sold { payer, deposit, .. }) = &before {
			T::Currency::release(&reason, payer, *deposit, Precision::BestEffort)?;
		}
		let epochs = before.map(|sold| sold.epochs).unwrap_or_default();
		SoldOf::<T>::insert(network, device, Sold { payer: payer.clone(), deposit, epochs });
		Ok(())
	}

	/// Ends counting, once nobody can ask for what was counted.
	pub(crate) fn end_counting(
		who: &AccountId32,
		network: NetworkId,
		device: &DeviceId,
	) -> DispatchResult {
		let sold = SoldOf::<T>::get(network, device).ok_or(Error::<T>::NotFound)?;
		ensure!(sold.payer == *who, Error::<T>::NotYours);
		let horizon = T::Epochs::now().saturating_sub(T::Epochs::window());
		let last = sold.epochs.last().map(|(epoch, _)| *epoch);
		ensure!(last.is_none_or(|last| last < horizon), Error::<T>::StillRead);
		let reason = HoldReason::Sold.into();
		T::Currency::release(&reason, who, sold.deposit, Precision::BestEffort)?;
		SoldOf::<T>::remove(network, device);
		Ok(())
	}
}
