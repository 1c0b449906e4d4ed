//! Clearing rows of which nobody needs anything.

use frame_support::ensure;
use sp_runtime::DispatchResult;
use substation_primitives::{epoch::InspectEpochs, NetworkId};
use substation_proofs::tiles::Parent;

use crate::{Config, Error, Event, InspectNetworks as _, Pallet, Rows};

impl<T: Config> Pallet<T> {
	/// Removes a row that says of no epoch that is judged what no row would not say.
	pub(crate) fn do_clear(network: NetworkId, parent: Parent) -> DispatchResult {
		let row = Rows::<T>::get(network, parent).ok_or(Error::<T>::NotFound)?;
		let horizon = T::Epochs::now().saturating_sub(T::Epochs::window());
		let replenish = T::Networks::slowest(network, horizon).unwrap_or_default();
		ensure!(row.needed_until(replenish.into()) <= horizon, Error::<T>::InUse);
		Rows::<T>::remove(network, parent);
		Self::give_back(&row)?;
		Self::deposit_event(Event::Cleared { network, parent });
		Ok(())
	}
}
