//! What each call and each step of a hook costs.

// What goes wrong here ends a measurement, and nothing else.
#![allow(
	clippy::unwrap_used,
	clippy::indexing_slicing,
	clippy::arithmetic_side_effects,
	clippy::panic
)]

use super::*;
use frame_benchmarking::v2::*;
use frame_support::{pallet_prelude::ConstU32, traits::EnsureOrigin, BoundedVec};
use frame_system::RawOrigin;
use substation_primitives::{batch::CHUNK_LEAVES, History};

#[benchmarks]
mod benchmarks {
	use super::*;

	/// Settled chunks out of the largest batches, with pools that pay all of them.
	fn claimable<T: Config>(epochs: u32, leaves: u32, owners: u32) -> Claimable {
		let (network, claims) = T::BenchmarkHelper::settled_chunks(epochs, leaves, owners);
		for claim in &claims {
			let pool = Pool {
				amount: Balance::from(u64::MAX),
				rate_cap: Balance::from(u64::MAX),
				total: claim.element.sum,
				paid: 0,
			};
			Pools::<T>::insert(claim.epoch, network, pool);
		}
		(network, BoundedVec::truncate_from(claims))
	}

	type Claimable = (NetworkId, BoundedVec<ChunkClaim, ConstU32<MAX_CLAIMS>>);

	/// Whether something was paid from each epoch's pool.
	fn all_pay<T: Config>(network: NetworkId) -> bool {
		Pools::<T>::iter().all(|(_, other, pool)| other != network || pool.paid > 0)
	}

	#[benchmark]
	fn claim_memberships(m: Linear<1, CHUNK_LEAVES>) {
		let (network, claims) = claimable::<T>(1, m, 1);

		#[extrinsic_call]
		claim_chunks(RawOrigin::Signed(whitelisted_caller()), claims);

		assert!(all_pay::<T>(network));
	}

	#[benchmark]
	fn claim_owners(o: Linear<1, CHUNK_LEAVES>) {
		let (network, claims) = claimable::<T>(1, CHUNK_LEAVES, o);

		#[extrinsic_call]
		claim_chunks(RawOrigin::Signed(whitelisted_caller()), claims);

		assert!(all_pay::<T>(network));
	}

	#[benchmark]
	fn claim_epochs(e: Linear<1, MAX_CLAIMS>) {
		let (network, claims) = claimable::<T>(e, CHUNK_LEAVES, 1);

		#[extrinsic_call]
		claim_chunks(RawOrigin::Signed(whitelisted_caller()), claims);

		assert!(all_pay::<T>(network));
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
