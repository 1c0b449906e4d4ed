//! What each call costs, with as many old values of each fact as are kept.

// What goes wrong here ends a measurement, and nothing else.
#![allow(
	clippy::unwrap_used,
	clippy::indexing_slicing,
	clippy::arithmetic_side_effects,
	clippy::panic
)]

use super::*;
use alloc::vec;
use frame_benchmarking::v2::*;
use frame_support::{
	traits::{
		fungible::{Inspect, Mutate},
		EnsureOrigin, Get,
	},
	BoundedVec,
};
use frame_system::RawOrigin;
use sp_runtime::traits::Saturating;
use substation_primitives::{
	profile::{Profile, MAX_ADDRESS, MAX_NAME},
	History, NetworkId, H256,
};
use substation_proofs::{
	coverage::{self, Band},
	KindPolicy,
};

/// The first epoch; far enough from zero for full histories to lie behind it.
const START: EpochIndex = 10_000;

fn terms<T: Config>(target: u32) -> TermsOf<T> {
	let band = Band { from: 863_000_000, to: 870_000_000 };
	let kind = KindPolicy::Coverage(coverage::Policy {
		min_distance: 300,
		max_distance: 100_000,
		margin: 30,
		sensitivity: -1_500,
		reciprocity: 150,
		max_eirp: 160,
		bands: BoundedVec::truncate_from(vec![band; 4]),
		resolution: 8,
		target,
		spare: 100_000,
		full_marks: 4_000_000,
	});
	Terms {
		policy: Policy { ramp: 0, kind },
		cadence: 1,
		rate_cap: T::MaxRateCap::get(),
		open: true,
	}
}

/// The longest profile.
fn longest_profile() -> Profile {
	let mut url = b"https://".to_vec();
	url.resize(MAX_ADDRESS as usize, b'a');
	Profile {
		name: BoundedVec::truncate_from(vec![b'a'; MAX_NAME as usize]),
		url: BoundedVec::truncate_from(url),
		logo: Some(H256::repeat_byte(7)),
	}
}

/// Has an owner say all that can be said of a network.
fn known<T: Config>(owner: &AccountId32, network: NetworkId) {
	let origin = RawOrigin::Signed(owner.clone());
	let said = Pallet::<T>::set_profile(origin.into(), network, Some(longest_profile()));
	assert!(said.is_ok(), "an owner says what its network is called");
}

fn rich<T: Config>(name: &'static str) -> AccountId32
where
	T::Currency: Mutate<AccountId32>,
{
	let who: AccountId32 = account(name, 0, 0);
	let balance = T::NetworkDeposit::get()
		.saturating_add(T::MakerDeposit::get())
		.saturating_add(Pallet::<T>::profile_deposit(&longest_profile()))
		.saturating_add(T::MakerBondPerDevice::get().saturating_mul(1_000u32.into()))
		.saturating_add(T::Currency::minimum_balance())
		.saturating_mul(4u32.into());
	T::Currency::set_balance(&who, balance);
	who
}

/// A full history of values counting long ago.
fn full<V: Clone + PartialEq, const N: u32>(value: impl Fn(u32) -> V) -> History<V, N> {
	let mut history = History::starting(0, value(0));
	for change in 1..N {
		// All but the reserved slot.
		let _ = history.set(change * 100, 1_000_000, value(change));
	}
	history
}

/// A network with a maker, and full histories.
fn network<T: Config>() -> (AccountId32, NetworkId)
where
	T::Currency: Mutate<AccountId32>,
{
	T::Epochs::set_now(START);
	let owner = rich::<T>("owner");
	let network = NextNetworkId::<T>::get();
	let created = Pallet::<T>::create(RawOrigin::Signed(owner.clone()).into(), terms::<T>(1), true);
	assert!(created.is_ok(), "an owner who can pay creates a network");
	NetworkTerms::<T>::insert(network, full(|change| terms::<T>(change + 1)));
	NetworkWeights::<T>::insert(network, full::<u32, TERMS_KEPT>(|change| (change + 1) % 2));
	assert_eq!(Pallet::<T>::latest_weight(network), 1);
	// The sum of all weights is as it is now, after as many changes as are kept.
	let sum = NetworkWeights::<T>::get(network).latest().copied().unwrap_or(0);
	WeightSum::<T>::put(full::<u64, WEIGHTS_KEPT>(|change| {
		u64::from(sum) + u64::from(WEIGHTS_KEPT - 2 - change.min(WEIGHTS_KEPT - 2))
	}));
	(owner, network)
}

fn licensed<T: Config>(owner: &AccountId32, network: NetworkId) -> AccountId32
where
	T::Currency: Mutate<AccountId32>,
{
	let maker = rich::<T>("maker");
	let origin = RawOrigin::Signed(owner.clone());
	let licensed = Pallet::<T>::license_maker(origin.into(), network, maker.clone(), 100);
	assert!(licensed.is_ok(), "an owner licenses a maker");
	maker
}

fn ready<T: Config>(owner: &AccountId32, network: NetworkId) -> AccountId32
where
	T::Currency: Mutate<AccountId32>,
{
	let maker = licensed::<T>(owner, network);
	let key = ReportKey::Sr25519([1; 32].into());
	let posted = Pallet::<T>::post_maker_key(RawOrigin::Signed(maker.clone()).into(), network, key);
	assert!(posted.is_ok(), "a licensed maker posts its key");
	maker
}

/// Governance's origin.
fn governance<T: Config>() -> Result<T::RuntimeOrigin, BenchmarkError> {
	T::WeightOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)
}

#[benchmarks(where T::Currency: Mutate<AccountId32>)]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn create() {
		T::Epochs::set_now(START);
		let owner = rich::<T>("owner");
		let network = NextNetworkId::<T>::get();

		#[extrinsic_call]
		_(RawOrigin::Signed(owner), terms::<T>(1), true);

		assert!(Networks::<T>::contains_key(network));
	}

	#[benchmark]
	fn set_terms() {
		let (owner, network) = network::<T>();
		// The weight is read for the owner, and not for governance.
		let latest = NetworkTerms::<T>::get(network).and_then(|terms| terms.latest().cloned());
		let Some(latest) = latest else { panic!("a network has terms") };
		let narrower = Terms { open: false, ..latest };
		#[extrinsic_call]
		_(RawOrigin::Signed(owner), network, narrower);

		let latest = NetworkTerms::<T>::get(network).and_then(|terms| terms.latest().cloned());
		assert!(latest.is_some_and(|terms| !terms.open));
	}

	#[benchmark]
	fn retire() -> Result<(), BenchmarkError> {
		let (_, network) = network::<T>();
		let origin = governance::<T>()?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, network);

		assert!(Networks::<T>::get(network).is_some_and(|network| network.retired.is_some()));
		assert_eq!(Pallet::<T>::latest_weight(network), 0);
		Ok(())
	}

	#[benchmark]
	fn remove() {
		let (owner, network) = network::<T>();
		known::<T>(&owner, network);
		Networks::<T>::mutate(network, |row| {
			if let Some(row) = row {
				row.retired = Some(START);
			}
		});
		T::Epochs::set_now(START + 1_000);

		#[extrinsic_call]
		_(RawOrigin::Signed(owner), network);

		assert!(!Networks::<T>::contains_key(network));
	}

	#[benchmark]
	fn set_weight() -> Result<(), BenchmarkError> {
		let (_, network) = network::<T>();
		let origin = governance::<T>()?;
		let hash = Pallet::<T>::hash_of_terms(network).unwrap_or_default();

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, network, 77, hash);

		assert_eq!(NetworkWeights::<T>::get(network).latest(), Some(&77));
		Ok(())
	}

	#[benchmark]
	fn license_maker() {
		let (owner, network) = network::<T>();
		let maker = rich::<T>("maker");

		#[extrinsic_call]
		_(RawOrigin::Signed(owner), network, maker.clone(), 100);

		assert!(Makers::<T>::contains_key(network, maker));
	}

	#[benchmark]
	fn post_maker_key() {
		let (owner, network) = network::<T>();
		let maker = licensed::<T>(&owner, network);
		let key = ReportKey::Sr25519([1; 32].into());

		#[extrinsic_call]
		_(RawOrigin::Signed(maker.clone()), network, key);

		assert!(Makers::<T>::get(network, maker).is_some_and(|maker| maker.key.is_some()));
	}

	#[benchmark]
	fn end_licence() {
		let (owner, network) = network::<T>();
		let maker = ready::<T>(&owner, network);

		#[extrinsic_call]
		_(RawOrigin::Signed(owner), network, maker.clone());

		assert!(Makers::<T>::get(network, maker).is_some_and(|maker| maker.ended.is_some()));
	}

	#[benchmark]
	fn remove_maker() {
		let (owner, network) = network::<T>();
		let maker = ready::<T>(&owner, network);
		let origin = RawOrigin::Signed(owner);
		let ended = Pallet::<T>::end_licence(origin.clone().into(), network, maker.clone());
		assert!(ended.is_ok(), "an owner ends a licence");
		T::Epochs::set_now(START + 1_000);

		#[extrinsic_call]
		_(origin, network, maker.clone());

		assert!(!Makers::<T>::contains_key(network, maker));
	}

	#[benchmark]
	fn offer() {
		let (owner, network) = network::<T>();
		let to = rich::<T>("maker");

		#[extrinsic_call]
		_(RawOrigin::Signed(owner), network, Some(to.clone()));

		assert!(Networks::<T>::get(network)
			.and_then(|row| row.offer)
			.is_some_and(|it| it.to == to));
	}

	#[benchmark]
	fn accept() -> Result<(), BenchmarkError> {
		let (owner, network) = network::<T>();
		licensed::<T>(&owner, network);
		known::<T>(&owner, network);
		let retired = Pallet::<T>::retire(RawOrigin::Signed(owner).into(), network);
		assert!(retired.is_ok(), "an owner retires a network");
		let to = rich::<T>("heir");
		let origin = governance::<T>()?;
		let offered = Pallet::<T>::offer(origin, network, Some(to.clone()));
		assert!(offered.is_ok(), "governance offers a network");

		#[extrinsic_call]
		_(RawOrigin::Signed(to.clone()), network);

		let row = Networks::<T>::get(network);
		assert!(row.is_some_and(|row| row.owner == to && row.retired.is_none()));
		Ok(())
	}

	#[benchmark]
	fn set_profile() {
		let (owner, network) = network::<T>();
		let origin = RawOrigin::Signed(owner);
		let short = Profile { logo: None, ..longest_profile() };
		let said = Pallet::<T>::set_profile(origin.clone().into(), network, Some(short));
		assert!(said.is_ok(), "an owner says what its network is called");
		let longest = longest_profile();

		#[extrinsic_call]
		_(origin, network, Some(longest.clone()));

		assert_eq!(Pallet::<T>::profile(network), Some(longest));
	}

	impl_benchmark_test_suite! {
		Pallet,
		mock::externalities(),
		mock::Test
	}
}
