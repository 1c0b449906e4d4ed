//! How budgets are divided, and from when on they will be otherwise.

use frame_support::{dispatch::DispatchResult, traits::Get};
use sp_runtime::Permill;
use substation_primitives::{epoch::MAX_FACT_WINDOW, history::DELAY, EpochIndex, History};

use crate::{
	Config, Division, Divisions, Error, Event, FirstUnpaid, InspectSettlements, Pallet,
	DIVISIONS_KEPT,
};

impl Default for Division {
	/// 70, 15, 10 and 5 hundredths.
	fn default() -> Self {
		Self {
			devices: Permill::from_percent(70),
			validators: Permill::from_percent(15),
			treasury: Permill::from_percent(10),
			reserve: Permill::from_percent(5),
		}
	}
}

impl Division {
	/// Whether the parts are all of it together.
	pub fn is_sound(&self) -> bool {
		let parts = [self.devices, self.validators, self.treasury, self.reserve];
		let sum = parts.iter().map(|part| part.deconstruct()).fold(0, u32::saturating_add);
		sum == Permill::one().deconstruct()
	}
}

impl<T: Config> Pallet<T> {
	/// Lets budgets be divided otherwise from two epochs later on.
	pub(crate) fn do_set_division(division: Division) -> DispatchResult {
		let now = T::Settlements::now();
		let mut divisions = Divisions::<T>::get();
		// Whatever is not paid yet is divided as it was.
		let unpaid = now.saturating_sub(FirstUnpaid::<T>::get());
		divisions
			.set(now, Self::retention().max(unpaid), division)
			.map_err(|_| Error::<T>::TooManyChanges)?;
		Divisions::<T>::put(divisions);
		let from = now.saturating_add(DELAY);
		Self::deposit_event(Event::DivisionSet { from, division });
		Ok(())
	}

	/// How the budget of `epoch` is divided.
	pub(crate) fn division_at(
		divisions: &History<Division, DIVISIONS_KEPT>,
		epoch: EpochIndex,
	) -> Division {
		divisions.at(epoch).copied().unwrap_or_default()
	}

	/// For how many epochs divisions can be read: an era, and before it a cadence, may be as long.
	fn retention() -> EpochIndex {
		T::MaxEpochsPerEra::get().saturating_add(MAX_FACT_WINDOW).saturating_add(64)
	}
}
