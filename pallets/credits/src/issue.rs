//! How many credits are made in a day.
//!
//! Feeders of whom more than half are in league can make credits too cheap: this bounds what that is worth until somebody
//! stops it.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
	ensure,
	traits::{Get, Time},
};
use scale_info::TypeInfo;
use substation_primitives::CreditBalance;

use crate::{Config, Error, Issues, Pallet};

/// Days that the mean goes over.
pub const DAYS: usize = 7;

/// What was made today, and on the last seven days.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Default,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Issue {
	/// Which day, counted from 1970.
	pub day: u32,
	/// What was made on it.
	pub made: CreditBalance,
	/// What was made on the days before it, the last one first.
	pub before: [CreditBalance; DAYS],
}

impl Issue {
	/// As of a day: days that have passed since are of those before it.
	pub fn on(&self, day: u32) -> Self {
		let passed = day.saturating_sub(self.day) as usize;
		if passed == 0 {
			return *self;
		}
		let known = core::iter::repeat_n(0, passed.saturating_sub(1).min(DAYS))
			.chain([self.made])
			.chain(self.before);
		let mut before = [0; DAYS];
		for (place, made) in before.iter_mut().zip(known) {
			*place = made;
		}
		Self { day, made: 0, before }
	}

	/// What may be made in a day: three times the mean of the last seven, rounded down, or `floor` if that is more.
	pub fn most(&self, floor: CreditBalance) -> CreditBalance {
		let week = self.before.iter().fold(0, |sum: CreditBalance, made| sum.saturating_add(*made));
		floor.max(week.checked_div(DAYS as u128).unwrap_or(0).saturating_mul(3))
	}
}

impl<T: Config> Pallet<T> {
	/// What was made today.
	pub(crate) fn issue() -> Issue {
		let day = T::Time::now().checked_div(T::Day::get()).unwrap_or(0);
		Issues::<T>::get().on(u32::try_from(day).unwrap_or(u32::MAX))
	}

	/// What may be made today yet.
	pub(crate) fn left_today() -> CreditBalance {
		let issue = Self::issue();
		issue.most(T::IssueFloor::get()).saturating_sub(issue.made)
	}

	/// Today's issue with so many credits more, if they may be made.
	pub(crate) fn issue_with(credits: CreditBalance) -> Result<Issue, Error<T>> {
		let mut issue = Self::issue();
		let most = issue.most(T::IssueFloor::get());
		issue.made = issue.made.checked_add(credits).ok_or(Error::<T>::IssueFull)?;
		ensure!(issue.made <= most, Error::<T>::IssueFull);
		Ok(issue)
	}
}
