//! What owners ask, and buying at that.

use frame_support::{
	dispatch::DispatchResult,
	ensure,
	traits::{fungible::hold::Mutate, tokens::Precision, Get},
};
use sp_runtime::DispatchError;
use substation_primitives::{CreditBalance, DeviceId, Lease, ReportKey, Tenure};

use crate::{
	AccountId32, Config, Error, Grant, HoldReason, InspectDevices, Pallet, Posted, Streams, Tariff,
	TariffList, Tariffs,
};

impl<T: Config> Pallet<T> {
	/// Checks that each tariff asks something for something, in a network where the device serves.
	pub(crate) fn ensure_tariffs(device: &DeviceId, tariffs: &TariffList) -> Result<(), Error<T>> {
		for tariff in tariffs {
			ensure!(!tariff.scope.is_empty(), Error::<T>::NothingGranted);
			ensure!(tariff.rate > 0 && tariff.longest > 0, Error::<T>::NothingAsked);
			ensure!(T::Devices::is_seated(tariff.network, device), Error::<T>::NotMember);
		}
		Ok(())
	}

	/// Posts tariffs in place of those that were posted, by whomever.
	pub(crate) fn post(
		owner: AccountId32,
		tenure: Tenure,
		device: DeviceId,
		tariffs: TariffList,
	) -> DispatchResult {
		Self::remove_posted(&device)?;
		if tariffs.is_empty() {
			return Ok(());
		}
		T::Streams::enrol(&owner)?;
		let deposit = T::TariffDeposit::get();
		T::Currency::hold(&HoldReason::Tariffs.into(), &owner, deposit)
			.map_err(|_| Error::<T>::CannotPay)?;
		Tariffs::<T>::insert(device, Posted { owner, tenure, tariffs, deposit });
		Ok(())
	}

	/// Takes away what was posted, and gives its deposit back.
	pub(crate) fn remove_posted(device: &DeviceId) -> DispatchResult {
		let Some(posted) = Tariffs::<T>::take(device) else { return Ok(()) };
		let reason = HoldReason::Tariffs.into();
		T::Currency::release(&reason, &posted.owner, posted.deposit, Precision::BestEffort)?;
		Ok(())
	}

	/// The grant that somebody buys at a tariff, with so many credits.
	pub(crate) fn take_tariff(
		who: AccountId32,
		device: DeviceId,
		tariff: Tariff,
		credits: CreditBalance,
		key: Option<ReportKey>,
	) -> Result<Grant, DispatchError> {
		let (owner, tenure) = T::Devices::tenure(&device).ok_or(Error::<T>::NotFound)?;
		let posted = Tariffs::<T>::get(device);
		let posted = posted.filter(|posted| Self::is_asked_now(&device, posted));
		let is_asked = posted.is_some_and(|posted| posted.tariffs.contains(&tariff));
		ensure!(is_asked, Error::<T>::NoTariff);
		ensure!(tariff.only.as_ref().is_none_or(|only| *only == who), Error::<T>::NotForYou);
		Self::make_room(&device, &who, false)?;
		let Tariff { network, scope, rate, longest, backing, document, .. } = tariff;
		let until = Self::now().saturating_add(longest);
		let lease = Lease {
			buyer: who.clone(),
			provider: owner,
			network,
			device,
			until,
			rate,
			backing,
			key,
			document,
		};
		let agreement = Some(T::Streams::open(lease, credits)?);
		let deposit = Self::hold_grant(&who)?;
		let grant =
			Grant { scope, until, tenure, agreement, key, document, payer: who.clone(), deposit };
		Self::add_grant(device, &who, grant.clone());
		Ok(grant)
	}
}
