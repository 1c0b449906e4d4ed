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
use frame_support::traits::{fungible::Mutate, Get};
use frame_system::RawOrigin;
use sp_runtime::Permill;
use substation_primitives::{signing, CreditBalance, NetworkId, ReportKey, H256};

/// A block in which everything has gone on for a while.
const LATER: Block = 10;

fn rich<T: Config>(name: &'static str) -> AccountId32 {
	let who = account(name, 0, 0);
	T::Currency::set_balance(&who, u64::MAX.into());
	who
}

fn credits<T: Config>() -> CreditBalance {
	T::Least::get().saturating_mul(100).max(1_000_000)
}

/// Offers something about a device in a network, with a price at once, to be paid in credits that are worth something.
fn offered<T: Config>(terms: Terms) -> (NetworkId, AccountId32) {
	let (network, _) = T::Networks::open_network();
	let provider = rich::<T>("provider");
	let device = T::Devices::seated_device(network, &provider);
	let ask = Ask {
		device: Some(device),
		terms,
		setup: T::Least::get(),
		backing: Permill::from_parts(1),
		notice: T::MinNotice::get(),
		document: H256::zero(),
		places: 100,
		until: Block::MAX,
	};
	let origin = RawOrigin::Signed(provider.clone()).into();
	Pallet::<T>::offer(origin, network, ask).unwrap();
	(network, provider)
}

fn meter() -> Terms {
	Terms::Meter { price: 1, unit: Unit::Packets, most: u64::MAX }
}

fn buyer<T: Config>() -> AccountId32 {
	let buyer = rich::<T>("buyer");
	T::Purses::endow(&buyer, credits::<T>().saturating_mul(10));
	buyer
}

/// The public key of a buyer's, whose secret key the keystore has.
fn key() -> ReportKey {
	ReportKey::Sr25519(sp_io::crypto::sr25519_generate(KEY_TYPE, None))
}

const KEY_TYPE: sp_runtime::KeyTypeId = sp_runtime::KeyTypeId(*b"bnch");

/// An agreement that was opened a while ago.
fn agreed<T: Config>(terms: Terms) -> (AccountId32, AccountId32, Option<ReportKey>) {
	let (network, provider) = offered::<T>(terms);
	let buyer = buyer::<T>();
	let key = matches!(terms, Terms::Meter { .. }).then(key);
	let origin = RawOrigin::Signed(buyer.clone()).into();
	Pallet::<T>::open(origin, network, 0, credits::<T>(), key).unwrap();
	later::<T>(LATER);
	(buyer, provider, key)
}

fn later<T: Config>(blocks: Block) {
	let now = Pallet::<T>::now() + blocks;
	frame_system::Pallet::<T>::set_block_number(now.into());
}

#[benchmarks]
mod benchmarks {
	use super::*;

	/// The first of a provider's, about a device.
	#[benchmark]
	fn offer() {
		let (network, _) = T::Networks::open_network();
		let provider = rich::<T>("provider");
		let device = Some(T::Devices::seated_device(network, &provider));
		let ask = Ask {
			device,
			terms: meter(),
			setup: 1,
			backing: Permill::from_parts(1),
			notice: T::MinNotice::get(),
			document: H256::zero(),
			places: 1,
			until: Block::MAX,
		};

		#[extrinsic_call]
		_(RawOrigin::Signed(provider), network, ask);

		assert!(Offers::<T>::contains_key(network, 0));
	}

	#[benchmark]
	fn withdraw_offer() {
		let (network, provider) = offered::<T>(meter());

		#[extrinsic_call]
		_(RawOrigin::Signed(provider), network, 0);

		assert!(!Offers::<T>::contains_key(network, 0));
	}

	#[benchmark]
	fn open() {
		let (network, _) = offered::<T>(meter());
		let buyer = buyer::<T>();
		let key = Some(key());

		#[extrinsic_call]
		_(RawOrigin::Signed(buyer), network, 0, credits::<T>(), key);

		assert!(Agreements::<T>::contains_key(0));
	}

	/// Time is paid first.
	#[benchmark]
	fn fund() {
		let (buyer, ..) = agreed::<T>(Terms::Stream { rate: 1 });

		#[extrinsic_call]
		_(RawOrigin::Signed(buyer), 0, 1_000);

		assert!(Agreements::<T>::get(0).unwrap().purse.credits > credits::<T>());
	}

	#[benchmark]
	fn settle_units() {
		let (.., key) = agreed::<T>(meter());
		let Some(ReportKey::Sr25519(public)) = key else { panic!("units have a key") };
		let message = signing::usage(&Pallet::<T>::genesis_hash(), 0, 1_000);
		let signature = sp_io::crypto::sr25519_sign(KEY_TYPE, &public, &message).unwrap();
		let receipt = Receipt { units: 1_000, signature: signature.0 };

		#[extrinsic_call]
		settle(RawOrigin::Signed(whitelisted_caller()), 0, Some(receipt));

		assert_eq!(Agreements::<T>::get(0).unwrap().covered_units(), Some(credits::<T>() as u64));
	}

	#[benchmark]
	fn settle_time() {
		agreed::<T>(Terms::Stream { rate: 1 });

		#[extrinsic_call]
		settle(RawOrigin::Signed(whitelisted_caller()), 0, None);

		assert!(Agreements::<T>::get(0).unwrap().purse.credits < credits::<T>());
	}

	#[benchmark]
	fn close() {
		let (buyer, ..) = agreed::<T>(meter());

		#[extrinsic_call]
		_(RawOrigin::Signed(buyer), 0);

		assert!(Agreements::<T>::get(0).unwrap().closes.is_some());
	}

	#[benchmark]
	fn finish() {
		let (buyer, ..) = agreed::<T>(Terms::Stream { rate: 1 });
		Pallet::<T>::close(RawOrigin::Signed(buyer).into(), 0).unwrap();
		later::<T>(T::MinNotice::get());

		#[extrinsic_call]
		_(RawOrigin::Signed(whitelisted_caller()), 0);

		assert!(!Agreements::<T>::contains_key(0));
	}

	#[benchmark]
	fn set_division() {
		let (network, owner) = T::Networks::open_network();

		#[extrinsic_call]
		_(RawOrigin::Signed(owner), network, Division::default());

		assert!(Divisions::<T>::contains_key(network));
	}

	impl_benchmark_test_suite! {
		Pallet,
		substation_testing::with_keystore(mock::externalities()),
		mock::Test
	}
}
