//! What each call costs.

// What goes wrong here ends a measurement, and nothing else.
#![allow(
	clippy::unwrap_used,
	clippy::indexing_slicing,
	clippy::arithmetic_side_effects,
	clippy::panic
)]

use super::*;
use frame_benchmarking::v2::*;
use frame_system::RawOrigin;
use substation_primitives::epoch::InspectEpochs;
use substation_proofs::{mapping::MAX_PARENTS, tiles::Parent};

fn rich<T: Config>() -> AccountId32 {
	let who = whitelisted_caller();
	T::BenchmarkHelper::endow(&who);
	who
}

#[benchmarks]
mod benchmarks {
	use super::*;

	/// Rows that were not there, for which deposits are held, in a chunk as full as can be.
	#[benchmark]
	fn mark(p: Linear<1, { MAX_PARENTS as u32 }>) {
		let (shown, place, report) = T::BenchmarkHelper::drive(p);
		let who = rich::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(who), shown, place, report);

		assert!(Rows::<T>::iter().count() as u32 >= p.saturating_sub(1).max(1));
	}

	#[benchmark]
	fn want() {
		let (network, who) = (T::BenchmarkHelper::network(), rich::<T>());
		let parent = Parent { north: 1, east: 1 };

		#[extrinsic_call]
		_(RawOrigin::Signed(who), network, parent, u64::MAX, 1);

		assert!(Rows::<T>::contains_key(network, parent));
	}

	#[benchmark]
	fn clear() {
		let (network, who) = (T::BenchmarkHelper::network(), rich::<T>());
		let parent = Parent { north: 1, east: 1 };
		Pallet::<T>::want(RawOrigin::Signed(who.clone()).into(), network, parent, 1, 1).unwrap();
		T::Epochs::set_now(T::Epochs::now() + 20_000);

		#[extrinsic_call]
		_(RawOrigin::Signed(who), network, parent);

		assert!(!Rows::<T>::contains_key(network, parent));
	}

	impl_benchmark_test_suite! {
		Pallet,
		mock::externalities(),
		mock::Test
	}
}
