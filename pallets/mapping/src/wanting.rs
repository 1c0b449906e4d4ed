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
		let mut row = Self::row_for(who, network, &parent)?;
		let horizon = now.saturating_sub(T::Epochs::window());
		// What was wanted is forgotten with this, and has to be of no epoch that somebody judges.
		let is_over = row.wanted.is_none_or(|before| before.until <= horizon);
		ensure!(is_over, Error::<T>::WantedAlready);
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
		let until = from.saturating_add(epochs);
		row.wanted = Some(Want { tiles, from, until });
		Rows::<T>::insert(network, parent, row);
		Self::deposit_event(Event::Wanted { network, parent, tiles, from, until, burned });
		Ok(())
	}
}
