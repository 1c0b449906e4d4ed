//! Time that another part of the chain sells: agreements with no offer behind them, which end without a notice.

use frame_support::{dispatch::DispatchResult, ensure, traits::Get};
use sp_runtime::DispatchError;
use substation_primitives::{CreditBalance, Lease};

use crate::{
	Agreement, AgreementId, Agreements, Block, Config, Divisions, Error, InspectDevices,
	InspectNetworks, Pallet, Purses, Records, State, Terms,
};

impl<T: Config> Pallet<T> {
	/// Opens an agreement about time, with so many credits of the buyer's, on whom its deposit is held. The provider has to be
	/// enrolled.
	///
	/// ## Errors
	///
	/// [`Error::NoNetwork`], [`Error::NotMember`], [`Error::NothingAsked`], [`Error::TooLittle`], [`Error::NotEnough`],
	/// [`Error::TooThin`], [`Error::CannotPay`], [`Error::NotFound`] for a provider that is not enrolled; and why there is no
	/// price, if `backing` is asked for.
	pub fn lease(lease: Lease, credits: CreditBalance) -> Result<AgreementId, DispatchError> {
		let Lease { buyer, provider, network, device, until, rate, backing, key, document } = lease;
		let terms = Terms::Stream { rate };
		ensure!(T::Networks::is_open(network), Error::<T>::NoNetwork);
		ensure!(terms.is_sound(), Error::<T>::NothingAsked);
		ensure!(Records::<T>::contains_key(&provider), Error::<T>::NotFound);
		Self::ensure_serves(&provider, network, &device)?;
		ensure!(credits >= T::Least::get() && credits >= rate, Error::<T>::TooLittle);
		let purse = T::Purses::take(&buyer, credits).map_err(|_| Error::<T>::NotEnough)?;
		Self::ensure_backed(backing, &purse)?;
		let transfers = T::Devices::tenure(&device).map_or(0, |(_, tenure)| tenure.transfers);
		let (now, deposit) = (Self::now(), Self::hold_deposit(&buyer, &terms)?);
		let agreement = Agreement {
			provider,
			device: Some((device, transfers)),
			purse,
			division: Divisions::<T>::get(network),
			state: State::Streaming { paid_to: now },
			terms,
			backing,
			notice: 0,
			document,
			since: now,
			closes: Some(until),
			buyer,
			network,
			offer: None,
			key,
			deposit,
		};
		let number = Self::add_agreement(&agreement)?;
		Self::tell_opened(number, &agreement);
		Ok(number)
	}

	/// The block in which an agreement ends if nobody does anything; nothing if it is not there.
	pub fn ends_at(agreement: AgreementId) -> Option<Block> {
		let row = Agreements::<T>::get(agreement)?;
		Some(Self::end_of(&row).map_or(Block::MAX, |(at, _)| at))
	}

	/// Ends a lease in this block, and finishes it: time that was served is paid, and what is left is the buyer's. One that is
	/// finished already is left alone.
	///
	/// ## Errors
	///
	/// [`Error::WrongShape`] for what is none.
	pub fn end_lease(agreement: AgreementId) -> DispatchResult {
		let Some(mut row) = Agreements::<T>::get(agreement) else { return Ok(()) };
		ensure!(row.offer.is_none(), Error::<T>::WrongShape);
		let now = Self::now();
		row.closes = Some(row.closes.map_or(now, |at| at.min(now)));
		Agreements::<T>::insert(agreement, row);
		Self::end(agreement)
	}
}
