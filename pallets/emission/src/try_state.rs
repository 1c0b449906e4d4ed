//! What was paid, checked against what there is.

use frame_support::{ensure, traits::fungible::Inspect};

use crate::{
	Config, Endowed, FirstOpen, FirstUnpaid, InspectSettlements, IssuanceCurve, Issued, Pallet,
	Pools,
};

impl<T: Config> Pallet<T> {
	/// Checks that no more was paid than there is.
	pub(crate) fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
		let curve = IssuanceCurve::<T>::get();
		for (epoch, network, pool) in Pools::<T>::iter() {
			// Settlements are forgotten when claims end, pools one by one after that.
			ensure!(
				T::Settlements::is_expired(epoch)
					|| pool.total == T::Settlements::total(network, epoch),
				"a pool's total is not that of its settlements"
			);
			ensure!(pool.paid <= pool.amount, "a pool paid more than it holds");
			ensure!(pool.paid <= pool.payable(), "a pool paid more than its rate cap");
			ensure!(epoch >= FirstOpen::<T>::get(), "a pool outlived its claims");
		}
		let issued = Issued::<T>::get();
		for epoch in FirstUnpaid::<T>::get()..T::Settlements::now() {
			ensure!(Self::division(epoch).is_sound(), "a budget is not divided as a whole");
		}
		ensure!(issued <= curve.cap, "more was issued than the cap allows");
		ensure!(
			issued <= curve.total_before(T::Settlements::now()),
			"more was issued than the curve allows"
		);
		if let Some(endowed) = Endowed::<T>::get() {
			ensure!(
				T::Currency::total_issuance() <= endowed.saturating_add(issued),
				"there are more tokens than were endowed and issued"
			);
		}
		Ok(())
	}
}
