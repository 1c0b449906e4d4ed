//! What has to hold of the state after every block.

use alloc::collections::BTreeMap;
use frame_support::{ensure, traits::fungible::InspectHold};
use sp_runtime::TryRuntimeError;
use substation_primitives::epoch::InspectEpochs;

use crate::{AccountId32, Balance, Config, HoldReason, Pallet, Rows};

impl<T: Config> Pallet<T> {
	/// Checks that rows say something, in their order, and that what is held is what they say.
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		let now = T::Epochs::now();
		let mut held = BTreeMap::<AccountId32, Balance>::new();
		for (_, parent, row) in Rows::<T>::iter() {
			ensure!(parent.is_in_world(), "a row lies outside the world");
			let in_order = |(last, before): &(u32, u32)| {
				*last <= now && (before < last || (*before, *last) == (0, 0))
			};
			ensure!(row.marks.iter().all(in_order), "marks are not in their order");
			let says = row.marks.iter().any(|(last, _)| *last != 0) || !row.wanted.is_empty();
			ensure!(says, "a row says nothing");
			let sum = held.entry(row.payer).or_default();
			*sum = sum.saturating_add(row.deposit);
		}
		for (who, amount) in held {
			ensure!(
				T::Currency::balance_on_hold(&HoldReason::Tiles.into(), &who) == amount,
				"what is held is not what rows say"
			);
		}
		Ok(())
	}
}
