//! Grants: what is granted, by what it is reached, and when it is paid.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
	dispatch::DispatchResult,
	ensure,
	traits::{
		fungible::{hold::Mutate as HoldMutate, Inspect},
		tokens::{Fortitude, Precision, Preservation, Restriction},
		Get,
	},
	BoundedVec, CloneNoBound, DebugNoBound, EqNoBound, PartialEqNoBound,
};
use scale_info::TypeInfo;
use sp_runtime::DispatchError;
use substation_primitives::{epoch::InspectEpochs, mul_div, AccountId32, EpochIndex, NetworkId};

use crate::{
	Balance, Config, Error, Event, GrantId, GrantOf, Grants, HoldReason, InspectNetworks,
	NextGrantId, Pallet,
};

/// Whose money.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum Fund {
	/// Everybody's.
	#[codec(index = 0)]
	Common,
	/// A network's.
	#[codec(index = 1)]
	Network(NetworkId),
}

/// By what a milestone is reached.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum Release {
	/// By a decision of those who grant.
	#[codec(index = 0)]
	Governed,
	/// By work that was verified and paid after the award, or by a decision.
	#[codec(index = 1)]
	Work {
		/// In which network.
		network: NetworkId,
		/// What the beneficiary was paid for it, in planck.
		paid: Balance,
	},
}

/// A part of a grant.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Milestone {
	/// What is granted for it.
	pub amount: Balance,
	/// Over how many epochs it is paid once it is reached; 0 for at once.
	pub over: EpochIndex,
	/// By what it is reached.
	pub release: Release,
}

/// A milestone, and how far it has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Stage {
	/// The milestone.
	pub milestone: Milestone,
	/// What the beneficiary had been paid for work when it was awarded, as far as it was counted.
	pub before: Balance,
	/// When it was reached.
	pub reached: Option<EpochIndex>,
	/// What of it was paid.
	pub paid: Balance,
}

impl Stage {
	/// What of it the beneficiary has earned by `now`: nothing before it is reached, then as much more
	/// with each epoch, rounded down.
	pub fn earned(&self, now: EpochIndex) -> Balance {
		let Milestone { amount, over, .. } = self.milestone;
		let Some(reached) = self.reached else { return 0 };
		let passed = now.saturating_sub(reached);
		if passed >= over {
			return amount;
		}
		mul_div(amount, passed.into(), over.into())
	}

	/// What is due by `now`.
	pub fn due(&self, now: EpochIndex) -> Balance {
		self.earned(now).saturating_sub(self.paid)
	}

	/// What was not paid.
	pub fn unpaid(&self) -> Balance {
		self.milestone.amount.saturating_sub(self.paid)
	}

	/// The network in which work for it is counted, while it is.
	pub fn counts_in(&self) -> Option<NetworkId> {
		match (self.reached, self.milestone.release) {
			(None, Release::Work { network, .. }) => Some(network),
			_ => None,
		}
	}
}

/// Money that somebody gets from a fund by reaching milestones. It is held on the fund's account.
#[derive(
	CloneNoBound, PartialEqNoBound, EqNoBound, DebugNoBound, Encode, Decode, MaxEncodedLen, TypeInfo,
)]
#[scale_info(skip_type_params(N))]
#[codec(mel_bound())]
pub struct Grant<N: Get<u32>> {
	/// From which fund.
	pub fund: Fund,
	/// To whom.
	pub beneficiary: AccountId32,
	/// Its parts.
	pub stages: BoundedVec<Stage, N>,
}

impl<N: Get<u32>> Grant<N> {
	/// What is due by `now`.
	pub fn due(&self, now: EpochIndex) -> Balance {
		self.stages.iter().map(|stage| stage.due(now)).fold(0, Balance::saturating_add)
	}

	/// What was not paid.
	pub fn unpaid(&self) -> Balance {
		self.stages.iter().map(Stage::unpaid).fold(0, Balance::saturating_add)
	}
}

/// What an account was paid for work, while a milestone waits for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Work {
	/// How much, in planck, since it is counted.
	pub paid: Balance,
	/// Milestones that wait.
	pub waiting: u32,
}

impl<T: Config> Pallet<T> {
	/// What milestones are worth together, if each can be granted.
	pub(crate) fn worth(milestones: &[Milestone]) -> Result<Balance, Error<T>> {
		ensure!(!milestones.is_empty(), Error::<T>::NothingGranted);
		let mut amount: Balance = 0;
		for milestone in milestones {
			ensure!(milestone.amount > 0, Error::<T>::NothingGranted);
			if let Release::Work { network, paid } = milestone.release {
				ensure!(T::Networks::is_open(network), Error::<T>::NoNetwork);
				ensure!(paid > 0, Error::<T>::NothingGranted);
			}
			amount = amount.checked_add(milestone.amount).ok_or(Error::<T>::FundTooSmall)?;
		}
		Ok(amount)
	}

	/// Holds what is granted on the fund's account, which itself stays.
	pub(crate) fn hold_grant(fund: Fund, amount: Balance) -> Result<(), Error<T>> {
		let account = Self::account(fund);
		let free =
			T::Currency::reducible_balance(&account, Preservation::Protect, Fortitude::Polite);
		ensure!(free >= amount, Error::<T>::FundTooSmall);
		T::Currency::hold(&HoldReason::Grant.into(), &account, amount)
			.map_err(|_| Error::<T>::FundTooSmall)
	}

	/// Adds a grant, none of whose milestones is reached. Its number.
	pub(crate) fn add_grant(
		fund: Fund,
		beneficiary: AccountId32,
		milestones: BoundedVec<Milestone, T::MaxMilestones>,
	) -> GrantId {
		let stages: Vec<_> = milestones
			.into_iter()
			.map(|milestone| {
				let before = match milestone.release {
					Release::Work { network, .. } => Self::wait_for_work(network, &beneficiary),
					Release::Governed => 0,
				};
				Stage { milestone, before, reached: None, paid: 0 }
			})
			.collect();
		let grant = NextGrantId::<T>::get();
		NextGrantId::<T>::put(grant.saturating_add(1));
		let stages = BoundedVec::truncate_from(stages);
		Grants::<T>::insert(grant, Grant { fund, beneficiary, stages });
		grant
	}

	/// Notes that a milestone was reached, if `check` of its beneficiary lets it.
	pub(crate) fn reach(
		grant: GrantId,
		milestone: u32,
		check: impl FnOnce(&AccountId32, &Stage) -> Result<(), Error<T>>,
	) -> DispatchResult {
		let mut row = Grants::<T>::get(grant).ok_or(Error::<T>::NoGrant)?;
		let stage = row.stages.get_mut(milestone as usize).ok_or(Error::<T>::NoMilestone)?;
		ensure!(stage.reached.is_none(), Error::<T>::AlreadyReached);
		check(&row.beneficiary, stage)?;
		if let Some(network) = stage.counts_in() {
			Self::wait_no_more(network, &row.beneficiary);
		}
		stage.reached = Some(T::Epochs::now());
		Grants::<T>::insert(grant, row);
		Self::deposit_event(Event::Reached { grant, milestone });
		Ok(())
	}

	/// Pays what is due, and tells how much that was.
	pub(crate) fn pay_due(grant: GrantId, row: &mut GrantOf<T>) -> Result<Balance, DispatchError> {
		let now = T::Epochs::now();
		let due = row.due(now);
		if due == 0 {
			return Ok(0);
		}
		T::Currency::transfer_on_hold(
			&HoldReason::Grant.into(),
			&Self::account(row.fund),
			&row.beneficiary,
			due,
			Precision::Exact,
			Restriction::Free,
			Fortitude::Polite,
		)?;
		for stage in row.stages.iter_mut() {
			stage.paid = stage.earned(now).max(stage.paid);
		}
		Self::deposit_event(Event::Drawn { grant, amount: due, unpaid: row.unpaid() });
		Ok(due)
	}

	/// Gives what was not paid of a grant back to its fund. How much.
	pub(crate) fn return_unpaid(row: &GrantOf<T>) -> Result<Balance, DispatchError> {
		T::Currency::release(
			&HoldReason::Grant.into(),
			&Self::account(row.fund),
			row.unpaid(),
			Precision::BestEffort,
		)
	}
}
