//! What each call and each step of a hook costs.

use super::*;
use frame_benchmarking::v2::*;
use frame_support::traits::EnsureOrigin;
use frame_system::RawOrigin;
use substation_primitives::{batch::CHUNK_LEAVES, History};

#[benchmarks]
mod benchmarks {
	use super::*;

	/// All leaves are paid, each to another owner, out of the largest batch.
	#[benchmark]
	fn claim_chunk(l: Linear<1, CHUNK_LEAVES>) {
		let SettledChunk { epoch, network, batch, chunk, element, path, leaves } =
			T::BenchmarkHelper::settled_chunk(l);
		let pool = Pool {
			amount: Balance::from(u64::MAX),
			rate_cap: Balance::from(u64::MAX),
			total: element.sum,
			paid: 0,
		};
		Pools::<T>::insert(epoch, network, pool);

		#[extrinsic_call]
		_(RawOrigin::Signed(whitelisted_caller()), epoch, batch, chunk, element, path, leaves);

		assert!(Pools::<T>::get(epoch, network).is_some_and(|pool| pool.paid > 0));
	}

	/// As many changes are remembered as can be.
	#[benchmark]
	fn set_division() -> Result<(), BenchmarkError> {
		let mut divisions = History::<Division, DIVISIONS_KEPT>::default();
		for change in 0..DIVISIONS_KEPT.saturating_sub(2) {
			let part = Permill::from_percent(change);
			let _ =
				divisions.set(change, 1_000_000, Division { reserve: part, ..Default::default() });
		}
		Divisions::<T>::put(divisions);
		let origin =
			T::DivisionOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let division = Division::default();

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, division);

		assert_eq!(Divisions::<T>::get().latest(), Some(&division));
		Ok(())
	}

	#[benchmark]
	fn sweep() {
		let epoch = T::BenchmarkHelper::expired_epoch();
		FirstOpen::<T>::put(epoch);
		let amount = Balance::from(u64::MAX);
		let pool = Pool { amount, rate_cap: amount, total: 1_000_000, paid: 0 };
		Pools::<T>::insert(epoch, 1, pool);

		#[block]
		{
			Pallet::<T>::close_next_pool(&mut None);
		}

		assert!(!Pools::<T>::contains_key(epoch, 1));
	}

	impl_benchmark_test_suite! {
		Pallet,
		mock::externalities(),
		mock::Test
	}
}
