//! What each call and each step costs.

// What goes wrong here ends a measurement, and nothing else.
#![allow(
	clippy::unwrap_used,
	clippy::indexing_slicing,
	clippy::arithmetic_side_effects,
	clippy::panic
)]

use super::*;
use alloc::vec::Vec;
use frame_benchmarking::v2::*;
use frame_support::{
	assert_ok,
	traits::{Currency, EnsureOrigin, Get},
	BoundedVec,
};
use frame_system::RawOrigin;
use substation_primitives::epoch::InspectEpochs;

const MUCH: Balance = 1 << 90;

fn rich<T: Config>(number: u32) -> AccountId32 {
	let who: AccountId32 = account("contributor", number, 0);
	T::Tokens::make_free_balance_be(&who, MUCH);
	who
}

fn contributor<T: Config>(number: u32, earned: Balance) -> AccountId32 {
	let who = rich::<T>(number);
	assert_ok!(Pallet::<T>::enlist(RawOrigin::Signed(who.clone()).into()));
	Pallet::<T>::note_paid(&who, number, earned);
	who
}

/// Candidates as many as there is room for, each of whom has earned at another time.
fn candidates<T: Config>() -> Vec<AccountId32> {
	(0..T::MaxCandidates::get())
		.map(|number| {
			let who = contributor::<T>(number, MUCH);
			assert_ok!(Pallet::<T>::stand(RawOrigin::Signed(who.clone()).into()));
			who
		})
		.collect()
}

/// A long time passes, so that amounts fade by many steps.
fn later<T: Config>() {
	let now = T::Epochs::now().saturating_add(T::HalfLife::get().saturating_mul(3));
	T::Epochs::set_now(now);
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn enlist() {
		let who = rich::<T>(0);

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()));

		assert!(Contributors::<T>::contains_key(who));
	}

	#[benchmark]
	fn withdraw() {
		let all = candidates::<T>();
		let who = all.first().cloned().unwrap_or_else(whitelisted_caller);
		later::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()));

		assert!(!Candidates::<T>::get().contains(&who));
	}

	/// Somebody has to make room.
	#[benchmark]
	fn stand() {
		candidates::<T>();
		later::<T>();
		let who = contributor::<T>(u32::MAX, MUCH.saturating_mul(2));

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()));

		assert!(Candidates::<T>::get().contains(&who));
	}

	#[benchmark]
	fn stand_down() {
		let all = candidates::<T>();
		let who = all.first().cloned().unwrap_or_else(whitelisted_caller);

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()));

		assert!(!Candidates::<T>::get().contains(&who));
	}

	/// Votes in as many referenda as one may vote in.
	#[benchmark]
	fn revise() {
		let voter = contributor::<T>(0, MUCH);
		contributor::<T>(1, MUCH);
		T::Ballots::fill(&voter);
		assert!(T::Ballots::largest(&voter) > MUCH);
		later::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(whitelisted_caller()), voter.clone());

		assert_eq!(T::Ballots::largest(&voter), Pallet::<T>::power(&voter).votes());
	}

	#[benchmark]
	fn set_founders() -> Result<(), BenchmarkError> {
		let origin =
			T::FoundersOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let founders: Vec<AccountId32> =
			(0..T::Seats::get()).map(|number| account("founder", number, 0)).collect();

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, BoundedVec::truncate_from(founders));

		assert_eq!(Founders::<T>::get().len() as u32, T::Seats::get());
		Ok(())
	}

	#[benchmark]
	fn note_paid() {
		let who = contributor::<T>(0, MUCH);
		later::<T>();

		#[block]
		{
			// Of another network than before.
			Pallet::<T>::note_paid(&who, 1, MUCH);
		}

		assert!(Pallet::<T>::contribution(who).is_some_and(|counts| counts > MUCH));
	}

	/// All who stand sit for the first time.
	#[benchmark]
	fn seat() {
		candidates::<T>();
		// A chain may begin with founders, and after them no more come at once than may.
		Seated::<T>::kill();
		later::<T>();

		#[block]
		{
			Pallet::<T>::seat();
		}

		assert_eq!(Seated::<T>::get().len() as u32, T::Seats::get());
	}

	/// As many proposals as there may be, each seconded by as many as may.
	#[benchmark]
	fn put_forward() {
		T::Proposals::fill();
		let waits =
			(0..T::MaxProposals::get()).map(|proposal| (proposal, 1u128)).collect::<Vec<_>>();
		Waits::<T>::put(BoundedVec::truncate_from(waits));

		#[block]
		{
			Pallet::<T>::put_forward(Default::default());
			T::Proposals::restore();
		}

		assert_eq!(Waits::<T>::get().len() as u32, T::MaxProposals::get().saturating_sub(1));
	}

	impl_benchmark_test_suite! {
		Pallet,
		mock::externalities(),
		mock::Test
	}
}
