//! Quota: what a feeless act pays for is everything that it causes on the chain, not only what judges do off it.

use frame_support::{dispatch::DispatchClass, traits::Get, weights::Weight};
use substation_primitives::{
	batch::{BODY_WORK, MAX_CHUNKS},
	epoch::{capture_chance, EpochRecord, Parameters, MAX_JUDGES, UNIT_PICOSECONDS},
	WorkUnits,
};

use crate::{Config, Pallet, WeightInfo, MAX_LISTED, MAX_SEALS};

impl<T: Config> Pallet<T> {
	/// Quota that any batch takes at the least while `record` is in force.
	pub fn least_quota(record: &EpochRecord) -> WorkUnits {
		let judges = record.judges.len() as u32;
		Self::least_quota_for(judges, record.parameters.committee.into())
	}

	/// Quota that any batch takes at the least with so many judges and members of a committee: what is done on the chain
	/// for it in the worst case, in units of work, rounded up. That is its commitment, seals of both rounds, its places on
	/// lists of what is missing, two reveals, and what is done with it at the freeze and afterwards.
	pub fn least_quota_for(judges: u32, committee: u32) -> WorkUnits {
		let members = committee.min(judges);
		let seals = Self::seal_weight().saturating_mul(judges.saturating_add(members).into());
		let listed = Self::listed_weight().saturating_mul(judges.into());
		let once = Self::base_weight()
			.saturating_mul(3)
			.saturating_add(T::WeightInfo::commit(MAX_CHUNKS))
			.saturating_add(T::WeightInfo::authorize_commit(MAX_CHUNKS))
			.saturating_add(T::WeightInfo::reveal(judges).saturating_mul(2))
			.saturating_add(T::WeightInfo::authorize_reveal(judges).saturating_mul(2))
			.saturating_add(T::WeightInfo::return_bond())
			.saturating_add(T::WeightInfo::prune());
		let picoseconds = once.saturating_add(seals).saturating_add(listed).ref_time();
		picoseconds.div_ceil(UNIT_PICOSECONDS).try_into().unwrap_or(WorkUnits::MAX)
	}

	/// How many committees less than a third of the judges capture in an epoch, in expectation, if they buy a draw with all
	/// the work that an epoch admits: in parts of [`CHANCES`], for the number of judges at which it is largest.
	///
	/// [`CHANCES`]: substation_primitives::epoch::CHANCES
	pub fn captures(parameters: &Parameters) -> u128 {
		(1..=MAX_JUDGES)
			.map(|judges| {
				let liars = judges.saturating_sub(1) / 3;
				let size = parameters.committee.into();
				let least = Self::least_quota_for(judges, size).max(BODY_WORK);
				let draws = parameters.epoch_work.checked_div(least).unwrap_or_default();
				capture_chance(judges, liars, size).saturating_mul(draws.into())
			})
			.max()
			.unwrap_or_default()
	}

	/// What one seal weighs in a full bundle.
	pub fn seal_weight() -> Weight {
		let bundle = T::WeightInfo::seal_full_set(MAX_SEALS)
			.max(T::WeightInfo::seal_committee(MAX_SEALS))
			.saturating_add(
				T::WeightInfo::authorize_seal_full_set(MAX_SEALS)
					.max(T::WeightInfo::authorize_seal_committee(MAX_SEALS)),
			)
			.saturating_add(Self::base_weight());
		bundle.checked_div(MAX_SEALS.into()).unwrap_or(bundle)
	}

	/// What one batch weighs on a full list of what a judge lacks.
	pub fn listed_weight() -> Weight {
		let list = T::WeightInfo::report_missing(MAX_LISTED)
			.saturating_add(T::WeightInfo::authorize_missing(MAX_LISTED))
			.saturating_add(Self::base_weight());
		list.checked_div(MAX_LISTED.into()).unwrap_or(list)
	}

	fn base_weight() -> Weight {
		T::BlockWeights::get().get(DispatchClass::Normal).base_extrinsic
	}
}
