//! What each call costs.

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
use frame_system::RawOrigin;
use sp_runtime::Permill;
use substation_primitives::{CreditBalance, DeviceId, NetworkId, H256};

/// Credits that are put in.
const CREDITS: CreditBalance = 100_000;

fn tariff(network: NetworkId, rate: CreditBalance) -> Tariff {
	Tariff {
		network,
		scope: Scopes::HISTORY,
		rate,
		longest: Block::MAX,
		backing: Permill::from_parts(1),
		only: None,
		document: H256::zero(),
	}
}

/// A device whose owner asks four tariffs, of which the last is given, and a buyer who has credits.
fn posted<T: Config>() -> (DeviceId, AccountId32, AccountId32, Tariff) {
	let (network, device, owner) = T::Devices::seated_device();
	let buyer = whitelisted_caller();
	let rate = T::Streams::endow(&buyer);
	let tariffs: Vec<_> = (0..4).map(|more| tariff(network, rate + 3 - more)).collect();
	let list = TariffList::try_from(tariffs.clone()).unwrap();
	Pallet::<T>::set_tariffs(RawOrigin::Signed(owner.clone()).into(), device, list).unwrap();
	(device, owner, buyer, tariffs[3].clone())
}

fn bought<T: Config>() -> (DeviceId, AccountId32, AccountId32) {
	let (device, owner, buyer, tariff) = posted::<T>();
	let origin = RawOrigin::Signed(buyer.clone()).into();
	Pallet::<T>::buy(origin, device, tariff, CREDITS, None).unwrap();
	(device, owner, buyer)
}

fn later<T: Config>(blocks: Block) {
	let now = Pallet::<T>::now() + blocks;
	frame_system::Pallet::<T>::set_block_number(now.into());
}

#[benchmarks]
mod benchmarks {
	use super::*;
	use alloc::vec;

	/// In place of a purchase that has run dry.
	#[benchmark]
	fn grant() {
		let (device, owner, buyer) = bought::<T>();
		later::<T>(1_000_000);
		let until = Pallet::<T>::now() + 1;

		#[extrinsic_call]
		_(RawOrigin::Signed(owner), device, buyer.clone(), Scopes::LIVE, until, None, H256::zero());

		assert_eq!(Grants::<T>::get(device, &buyer).unwrap().agreement, None);
	}

	/// Four in place of four.
	#[benchmark]
	fn set_tariffs() {
		let (device, owner, _, tariff) = posted::<T>();
		let list = TariffList::try_from(vec![tariff; 4]).unwrap();

		#[extrinsic_call]
		_(RawOrigin::Signed(owner), device, list);

		assert!(Tariffs::<T>::contains_key(device));
	}

	/// In place of a purchase that has run dry.
	#[benchmark]
	fn buy() {
		let (device, _, buyer) = bought::<T>();
		let tariff = Tariffs::<T>::get(device).unwrap().tariffs[3].clone();
		later::<T>(1_000_000);

		#[extrinsic_call]
		_(RawOrigin::Signed(buyer.clone()), device, tariff, CREDITS, None);

		assert!(Pallet::<T>::may(device, buyer, Scopes::HISTORY).is_ok());
	}

	#[benchmark]
	fn revoke() {
		let (device, owner, buyer) = bought::<T>();
		later::<T>(10);

		#[extrinsic_call]
		_(RawOrigin::Signed(owner), device, buyer.clone());

		assert!(!Grants::<T>::contains_key(device, &buyer));
	}

	#[benchmark]
	fn clear() {
		let (device, _, buyer) = bought::<T>();
		later::<T>(1_000_000);

		#[extrinsic_call]
		_(RawOrigin::Signed(buyer.clone()), device, buyer.clone());

		assert!(!Grants::<T>::contains_key(device, &buyer));
	}

	/// Of an owner who is not the owner any more.
	#[benchmark]
	fn clear_tariffs() {
		let (device, ..) = posted::<T>();
		Tariffs::<T>::mutate(device, |posted| posted.as_mut().unwrap().tenure.transfers += 1);

		#[extrinsic_call]
		_(RawOrigin::Signed(whitelisted_caller()), device);

		assert!(!Tariffs::<T>::contains_key(device));
	}

	impl_benchmark_test_suite! {
		Pallet,
		mock::externalities(),
		mock::Test
	}
}
