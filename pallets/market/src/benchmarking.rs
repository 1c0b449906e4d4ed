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
use frame_support::traits::{
	fungible::{Inspect, Mutate},
	Get,
};
use frame_system::RawOrigin;
use sp_runtime::Permill;
use substation_primitives::{
	bill::{Leaf, MAX_LEAVES, MAX_LEVELS},
	epoch::InspectEpochs,
	signing, CreditBalance, NetworkId, ReportKey, H256,
};

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
	let origin: T::RuntimeOrigin = RawOrigin::Signed(provider.clone()).into();
	Pallet::<T>::offer(origin.clone(), network, ask).unwrap();
	Pallet::<T>::count_sales(origin, network, device).unwrap();
	// As many epochs as are kept, and each is looked at.
	let now = T::Epochs::now();
	SoldOf::<T>::mutate(network, device, |sold| {
		let epochs = (1..SOLD_KEPT)
			.rev()
			.map(|ago| (now.saturating_sub(ago), 1))
			.collect::<alloc::vec::Vec<_>>();
		sold.as_mut().unwrap().epochs = epochs.try_into().unwrap();
	});
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
	let metered = terms.is_metered();
	let (network, provider) = offered::<T>(terms);
	let buyer = buyer::<T>();
	let key = metered.then(key);
	let origin = RawOrigin::Signed(buyer.clone()).into();
	Pallet::<T>::open(origin, network, 0, credits::<T>(), key).unwrap();
	later::<T>(LATER);
	(buyer, provider, key)
}

fn job<T: Config>() -> Terms {
	Terms::Job {
		price: credits::<T>() / 2,
		time: T::MaxNotice::get(),
		review: T::MaxNotice::get(),
		arbitration: Some(Arbitration {
			arbiter: rich::<T>("arbiter"),
			fee: Permill::from_percent(10),
			silence: Permill::from_percent(50),
		}),
	}
}

/// A job that was delivered: its provider and its buyer.
fn delivered<T: Config>() -> (AccountId32, AccountId32) {
	let (buyer, provider, _) = agreed::<T>(job::<T>());
	let origin = RawOrigin::Signed(provider.clone()).into();
	Pallet::<T>::deliver(origin, 0, H256::zero()).unwrap();
	(provider, buyer)
}

fn disputed<T: Config>() -> (AccountId32, AccountId32) {
	let (provider, buyer) = delivered::<T>();
	Pallet::<T>::dispute(RawOrigin::Signed(buyer.clone()).into(), 0, H256::zero()).unwrap();
	(provider, buyer)
}

fn deal<T: Config>() -> Terms {
	let epochs = 100;
	let rate = credits::<T>().checked_div(epochs.into()).unwrap_or(1);
	Terms::Proof { rate, epochs, may_miss: 2, collateral: T::Currency::minimum_balance() }
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

	/// A deal: collateral is held, and claims will find it.
	#[benchmark]
	fn open_deal() {
		let (network, _) = offered::<T>(deal::<T>());
		let buyer = buyer::<T>();

		#[extrinsic_call]
		open(RawOrigin::Signed(buyer), network, 0, credits::<T>(), None);

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

	/// A job, given back by its provider.
	#[benchmark]
	fn close_job() {
		let (provider, _) = delivered::<T>();

		#[extrinsic_call]
		close(RawOrigin::Signed(provider), 0);

		assert!(!Agreements::<T>::contains_key(0));
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

	/// A deal that was broken: collateral goes to the buyer.
	#[benchmark]
	fn finish_deal() {
		let (_, provider, _) = agreed::<T>(deal::<T>());
		Pallet::<T>::close(RawOrigin::Signed(provider).into(), 0).unwrap();

		#[extrinsic_call]
		finish(RawOrigin::Signed(whitelisted_caller()), 0);

		assert!(!Agreements::<T>::contains_key(0));
	}

	/// One about which nobody has decided in time.
	#[benchmark]
	fn finish_job() {
		disputed::<T>();
		later::<T>(T::ArbiterTime::get());

		#[extrinsic_call]
		finish(RawOrigin::Signed(whitelisted_caller()), 0);

		assert!(!Agreements::<T>::contains_key(0));
	}

	#[benchmark]
	fn deliver() {
		let (_, provider, _) = agreed::<T>(job::<T>());

		#[extrinsic_call]
		_(RawOrigin::Signed(provider), 0, H256::zero());

		let row = Agreements::<T>::get(0).unwrap();
		assert!(matches!(row.state, State::Delivered { .. }));
	}

	#[benchmark]
	fn accept() {
		let (_, buyer) = delivered::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(buyer), 0);

		assert!(!Agreements::<T>::contains_key(0));
	}

	#[benchmark]
	fn dispute() {
		let (_, buyer) = delivered::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(buyer), 0, H256::zero());

		let row = Agreements::<T>::get(0).unwrap();
		assert!(matches!(row.state, State::Disputed { .. }));
	}

	/// By the arbiter.
	#[benchmark]
	fn rule() {
		disputed::<T>();
		let arbiter = account("arbiter", 0, 0);

		#[extrinsic_call]
		_(RawOrigin::Signed(arbiter), 0, Permill::from_percent(30));

		assert!(!Agreements::<T>::contains_key(0));
	}

	#[benchmark]
	fn bill() {
		let (network, _) = T::Networks::open_network();
		let payer = buyer::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(payer), network, H256::zero(), MAX_LEAVES, credits::<T>());

		assert_eq!(Bills::<T>::iter().count(), 1);
	}

	/// The last leaf of the largest bill.
	#[benchmark]
	fn collect() {
		let (network, _) = T::Networks::open_network();
		let (payer, host) = (buyer::<T>(), rich::<T>("provider"));
		let device = T::Devices::seated_device(network, &host);
		let leaf = Leaf { device, down: 1, up: 1, seconds: 1, credits: credits::<T>() };
		let index = MAX_LEAVES - 1;
		// Whatever lies beside it.
		let path: alloc::vec::Vec<_> = (0..MAX_LEVELS).map(|_| (H256::zero(), 0)).collect();
		let (root, sum) =
			substation_primitives::bill::root_of(&leaf, index, MAX_LEAVES, &path).unwrap();
		let origin = RawOrigin::Signed(payer.clone()).into();
		Pallet::<T>::bill(origin, network, root, MAX_LEAVES, sum).unwrap();
		let epoch = T::Epochs::now();
		let path = path.try_into().unwrap();
		let before = T::Currency::balance(&host);

		#[extrinsic_call]
		_(RawOrigin::Signed(whitelisted_caller()), network, payer, epoch, index, leaf, path);

		assert!(T::Currency::balance(&host) > before);
	}

	#[benchmark]
	fn clear_bill() {
		let (network, _) = T::Networks::open_network();
		let payer = buyer::<T>();
		let origin = RawOrigin::Signed(payer.clone()).into();
		Pallet::<T>::bill(origin, network, H256::zero(), MAX_LEAVES, credits::<T>()).unwrap();
		let epoch = T::Epochs::now();
		T::Epochs::set_now(epoch + 1_000);

		#[extrinsic_call]
		_(RawOrigin::Signed(whitelisted_caller()), network, payer, epoch);

		assert_eq!(Bills::<T>::iter().count(), 0);
	}

	/// So many deals about one device pay for so many reports: what more devices add are more deals.
	#[benchmark]
	fn note_served(d: Linear<1, MAX_DEALS>, r: Linear<1, 24>) {
		let (network, provider) = offered::<T>(deal::<T>());
		let buyer = buyer::<T>();
		for _ in 0..d {
			let origin = RawOrigin::Signed(buyer.clone()).into();
			Pallet::<T>::open(origin, network, 0, credits::<T>(), None).unwrap();
		}
		let row = Agreements::<T>::get(0).unwrap();
		let (device, _) = row.device.unwrap();
		let reports: alloc::vec::Vec<_> = (0..r as u16)
			.map(|report| (row.state.epoch_of(report).unwrap(), substation_primitives::FULL_SCORE))
			.collect();
		let served = alloc::vec![(device, reports)];
		let looked;

		#[block]
		{
			looked = Pallet::<T>::note_served(&provider, network, &served);
		}

		assert_eq!(looked, d);
		assert!(Agreements::<T>::get(0).unwrap().purse.credits < credits::<T>());
	}

	#[benchmark]
	fn count_sales() {
		let (network, _) = T::Networks::open_network();
		let owner = rich::<T>("provider");
		let device = T::Devices::seated_device(network, &owner);

		#[extrinsic_call]
		_(RawOrigin::Signed(owner), network, device);

		assert!(SoldOf::<T>::contains_key(network, device));
	}

	#[benchmark]
	fn forget_sales() {
		let (network, provider) = offered::<T>(meter());
		let (_, device, _) = SoldOf::<T>::iter().next().unwrap();
		let horizon = T::Epochs::now() + 1_000;
		T::Epochs::set_now(horizon);

		#[extrinsic_call]
		_(RawOrigin::Signed(provider), network, device);

		assert!(!SoldOf::<T>::contains_key(network, device));
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
