//! Wanting tiles to be mapped.

use frame_support::{
	ensure,
	traits::{
		fungible::Mutate,
		tokens::{Fortitude, Precision, Preservation},
		Get,
	},
};
use sp_runtime::DispatchResult;
use substation_primitives::{
	epoch::InspectEpochs, history::DELAY, AccountId32, EpochIndex, NetworkId,
};
use substation_proofs::tiles::Parent;

use crate::{Config, Error, Event, InspectNetworks as _, Pallet, Rows, Want, MAX_WANTED};

impl<T: Config> Pallet<T> {
	/// Burns the fee, and has tiles be worth all of their metres for some epochs.
	pub(crate) fn do_want(
		who: &AccountId32,
		network: NetworkId,
		parent: Parent,
		tiles: u64,
		epochs: EpochIndex,
	) -> DispatchResult {
		let now = T::Epochs::now();
		let from = now.saturating_add(DELAY);
		let worth = T::Networks::worth(network, from).ok_or(Error::<T>::NotMapping)?;
		ensure!(parent.is_in_world(), Error::<T>::OutsideWorld);
		ensure!(tiles != 0 && (1..=MAX_WANTED).contains(&epochs), Error::<T>::NothingWanted);
		let mut row = Self::row_of(who, network, &parent);
		Self::take_over(who, &mut row)?;
		// What was wanted is forgotten once nobody judges by it.
		let horizon = now.saturating_sub(T::Epochs::window());
		row.wanted.retain(|before| before.until > horizon);
		let until = from.saturating_add(epochs);
		row.wanted.try_push(Want { tiles, from, until }).map_err(|_| Error::<T>::TooManyWishes)?;
		// Or somebody would want the tiles of his own way, and be paid for them again and again.
		let burned = T::WantFee::get()
			.max(worth)
			.saturating_mul(tiles.count_ones().into())
			.saturating_mul(epochs.into());
		T::Currency::burn_from(
			who,
			burned,
			Preservation::Preserve,
			Precision::Exact,
			Fortitude::Polite,
		)
		.map_err(|_| Error::<T>::CannotPay)?;
		Rows::<T>::insert(network, parent, row);
		Self::deposit_event(Event::Wanted { network, parent, tiles, from, until, burned });
		Ok(())
	}
}
