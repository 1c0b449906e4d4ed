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
	traits::{
		fungible::{Inspect, InspectHold, Mutate},
		EnsureOrigin, Get,
	},
	BoundedVec,
};
use frame_system::RawOrigin;
use sp_runtime::Permill;
use substation_primitives::{epoch::InspectEpochs, FULL_SCORE};

const MUCH: Balance = 1 << 90;

fn rich<T: Config>(number: u32) -> AccountId32 {
	let who: AccountId32 = account("buyer", number, 0);
	T::Currency::set_balance(&who, MUCH);
	who
}

fn origin<O, E: EnsureOrigin<O>>() -> Result<O, BenchmarkError> {
	E::try_successful_origin().map_err(|_| BenchmarkError::Weightless)
}

/// As many milestones as asked for, each of which waits for work.
fn milestones<T: Config>(count: u32) -> BoundedVec<Milestone, T::MaxMilestones> {
	let (network, _) = T::Networks::network_with_cell();
	let milestone =
		Milestone { amount: 1 << 60, over: 100, release: Release::Work { network, paid: 1 << 60 } };
	BoundedVec::truncate_from((0..count).map(|_| milestone).collect::<Vec<_>>())
}

/// A grant with as many milestones as there may be, and its beneficiary.
fn grant<T: Config>() -> Result<AccountId32, BenchmarkError> {
	T::Currency::set_balance(&T::CommonFund::get(), MUCH);
	let who = rich::<T>(0);
	let milestones = milestones::<T>(T::MaxMilestones::get());
	let origin = origin::<_, T::GrantOrigin>()?;
	assert_ok!(Pallet::<T>::award(origin, Fund::Common, who.clone(), milestones));
	Ok(who)
}

/// Fills a cell but for one place.
fn bounties<T: Config>() -> (NetworkId, Cell) {
	let (network, cell) = T::Networks::network_with_cell();
	let until = T::Epochs::now().saturating_add(2);
	for number in 1..T::MaxBounties::get() {
		let buyer = RawOrigin::Signed(rich::<T>(number)).into();
		let price = T::MinPrice::get();
		assert_ok!(Pallet::<T>::post_bounty(buyer, network, cell, price, FULL_SCORE.into(), until));
	}
	(network, cell)
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn set_route() -> Result<(), BenchmarkError> {
		let origin = origin::<_, T::RouteOrigin>()?;
		let route =
			Route { burned: Permill::from_percent(10), networks: Permill::from_percent(20) };

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, Source::Fees, route);

		assert_eq!(Routes::<T>::get(Source::Fees), route);
		Ok(())
	}

	#[benchmark]
	fn award(m: Linear<1, { T::MaxMilestones::get() }>) -> Result<(), BenchmarkError> {
		T::Currency::set_balance(&T::CommonFund::get(), MUCH);
		let origin = origin::<_, T::GrantOrigin>()?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, Fund::Common, rich::<T>(0), milestones::<T>(m));

		assert!(Grants::<T>::contains_key(0));
		Ok(())
	}

	#[benchmark]
	fn release() -> Result<(), BenchmarkError> {
		grant::<T>()?;
		let origin = origin::<_, T::GrantOrigin>()?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, 0, 0);

		assert!(Pallet::<T>::grant(0).is_some_and(|(row, _)| row.stages[0].reached.is_some()));
		Ok(())
	}

	#[benchmark]
	fn release_by_work() -> Result<(), BenchmarkError> {
		let who = grant::<T>()?;
		let (network, _) = T::Networks::network_with_cell();
		Pallet::<T>::note_work(network, &who, MUCH);

		#[extrinsic_call]
		_(RawOrigin::Signed(whitelisted_caller()), 0, 0);

		assert!(Pallet::<T>::grant(0).is_some_and(|(row, _)| row.stages[0].reached.is_some()));
		Ok(())
	}

	/// The last part of it.
	#[benchmark]
	fn draw() -> Result<(), BenchmarkError> {
		let who = grant::<T>()?;
		for milestone in 0..T::MaxMilestones::get() {
			assert_ok!(Pallet::<T>::release(origin::<_, T::GrantOrigin>()?, 0, milestone));
		}
		T::Epochs::set_now(T::Epochs::now().saturating_add(1_000));

		#[extrinsic_call]
		_(RawOrigin::Signed(whitelisted_caller()), 0);

		assert!(T::Currency::balance(&who) > MUCH);
		assert!(!Grants::<T>::contains_key(0));
		Ok(())
	}

	/// One milestone is due, the others wait.
	#[benchmark]
	fn cancel() -> Result<(), BenchmarkError> {
		let who = grant::<T>()?;
		assert_ok!(Pallet::<T>::release(origin::<_, T::GrantOrigin>()?, 0, 0));
		T::Epochs::set_now(T::Epochs::now().saturating_add(50));
		let origin = origin::<_, T::GrantOrigin>()?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, 0);

		assert!(T::Currency::balance(&who) > MUCH);
		assert!(!Grants::<T>::contains_key(0));
		Ok(())
	}

	#[benchmark]
	fn post_bounty() {
		let (network, cell) = bounties::<T>();
		let buyer = rich::<T>(0);
		let until = T::Epochs::now().saturating_add(2);

		#[extrinsic_call]
		_(RawOrigin::Signed(buyer), network, cell, T::MinPrice::get(), 1, until);

		assert_eq!(Bounties::<T>::get(network, cell).len() as u32, T::MaxBounties::get());
	}

	#[benchmark]
	fn end_bounty() {
		let (network, cell) = bounties::<T>();
		let buyer = rich::<T>(0);
		let until = T::Epochs::now().saturating_add(1);
		let posted = RawOrigin::Signed(buyer.clone()).into();
		let price = T::MinPrice::get();
		assert_ok!(Pallet::<T>::post_bounty(posted, network, cell, price, 1, until));
		T::Epochs::set_now(T::Epochs::now().saturating_add(1_000));

		#[extrinsic_call]
		_(RawOrigin::Signed(whitelisted_caller()), network, cell, buyer.clone());

		assert_eq!(T::Currency::balance_on_hold(&HoldReason::Bounty.into(), &buyer), 0);
	}

	#[benchmark]
	fn note_service(b: Linear<0, { T::MaxBounties::get() }>) {
		let (network, cell) = T::Networks::network_with_cell();
		let from = T::Epochs::now().saturating_add(1);
		for number in 0..b {
			let buyer = RawOrigin::Signed(rich::<T>(number)).into();
			let price = T::MinPrice::get();
			assert_ok!(Pallet::<T>::post_bounty(buyer, network, cell, price, 1, from));
		}
		let owner = rich::<T>(100);
		let paid;

		#[block]
		{
			paid = Pallet::<T>::note_service(network, cell, &owner, &[(from, FULL_SCORE)]);
		}

		assert_eq!(paid, b);
	}

	#[benchmark]
	fn note_work() -> Result<(), BenchmarkError> {
		let who = grant::<T>()?;
		let (network, _) = T::Networks::network_with_cell();

		#[block]
		{
			Pallet::<T>::note_work(network, &who, MUCH);
		}

		assert!(Works::<T>::get(network, who).is_some_and(|work| work.paid == MUCH));
		Ok(())
	}

	/// A network's fund gets its part.
	#[benchmark]
	fn round_step() {
		let (network, _) = T::Networks::network_with_cell();
		T::Currency::set_balance(&Pallet::<T>::pot(), MUCH);
		let epoch = T::Epochs::now();
		Rounds::<T>::put(Round { amount: MUCH / 2, epoch, next: network });

		#[block]
		{
			assert!(Pallet::<T>::round_step());
		}

		assert!(T::Currency::balance(&T::Networks::fund(network)) > 0);
	}

	impl_benchmark_test_suite! {
		Pallet,
		mock::externalities(),
		mock::Test
	}
}
