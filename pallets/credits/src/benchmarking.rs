//! What each call costs, and taking what a feeder says.

// What goes wrong here ends a measurement, and nothing else.
#![allow(
	clippy::unwrap_used,
	clippy::indexing_slicing,
	clippy::arithmetic_side_effects,
	clippy::panic
)]

use super::*;
use crate::traits::BenchmarkHelper;
use frame_benchmarking::v2::*;
use frame_support::traits::{fungible::Mutate, EnsureOrigin, Get};
use frame_system::RawOrigin;

/// A dollar for a token.
const PAR: Price = 1_000_000_000;

/// As many feeders as there may be.
fn feeders(from: u32) -> FeedersOf {
	let all = (from..from + MAX_FEEDERS).map(|number| account("feeder", number, 0));
	BoundedVec::truncate_from(all.collect())
}

/// As many feeders as there may be, and root, all of whom have said the same price but for the last feeder.
fn spoken<T: Config>() -> AccountId32 {
	let origin = T::FeedersOrigin::try_successful_origin().ok().unwrap();
	Pallet::<T>::set_feeders(origin, feeders(0), Some(PAR)).unwrap();
	let named = Feeders::<T>::get();
	let (last, others) = named.split_last().unwrap();
	T::BenchmarkHelper::feed(None, PAR);
	for feeder in others {
		T::BenchmarkHelper::feed(Some(feeder.clone()), PAR);
	}
	last.clone()
}

/// Somebody with tokens, where there is a price.
fn buyer<T: Config>() -> AccountId32 {
	let last = spoken::<T>();
	T::BenchmarkHelper::feed(Some(last), PAR);
	let who: AccountId32 = whitelisted_caller();
	T::Currency::set_balance(&who, u64::MAX.into());
	who
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn buy() {
		let who = buyer::<T>();
		let tokens = tokens_for(T::Least::get() * 2, PAR);

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), tokens, T::Least::get());

		assert!(Purses::<T>::contains_key(who));
	}

	#[benchmark]
	fn buy_exact() {
		let who = buyer::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), T::Least::get(), u64::MAX.into());

		assert_eq!(Purses::<T>::get(who).unwrap().credits, T::Least::get());
	}

	/// All leave, and all of them have spoken.
	#[benchmark]
	fn set_feeders() -> Result<(), BenchmarkError> {
		buyer::<T>();
		let origin = T::FeedersOrigin::try_successful_origin().map_err(|_| "no such origin")?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, feeders(MAX_FEEDERS), Some(PAR));

		assert_eq!(Quotes::<T>::get().unwrap().state, PriceState::TooFew);
		Ok(())
	}

	#[benchmark]
	fn stop() -> Result<(), BenchmarkError> {
		let origin = T::StopOrigin::try_successful_origin().map_err(|_| "no such origin")?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin);

		assert!(Stop::<T>::get());
		Ok(())
	}

	#[benchmark]
	fn resume() -> Result<(), BenchmarkError> {
		Stop::<T>::put(true);
		let origin = T::StopOrigin::try_successful_origin().map_err(|_| "no such origin")?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin);

		assert!(!Stop::<T>::get());
		Ok(())
	}

	/// The last of all that there may be.
	#[benchmark]
	fn feed() {
		let last = spoken::<T>();

		#[block]
		{
			T::BenchmarkHelper::feed(Some(last), PAR);
		}

		assert_eq!(Quotes::<T>::get().unwrap().fresh as u32, MAX_FEEDERS + 1);
	}

	impl_benchmark_test_suite! {
		Pallet,
		mock::externalities(),
		mock::Test
	}
}
