//! What each call costs: for a device that is in as many networks as it may, all of which count
//! devices in cells, with as many old values of each fact as are kept.

// What goes wrong here ends a measurement, and nothing else.
#![allow(
	clippy::unwrap_used,
	clippy::indexing_slicing,
	clippy::arithmetic_side_effects,
	clippy::panic
)]

use super::*;
use cells::Counts;
use frame_benchmarking::v2::*;
use frame_support::traits::{
	fungible::{Inspect, Mutate},
	Get,
};
use frame_system::RawOrigin;
use sp_runtime::traits::Saturating;
use substation_primitives::{
	did::{Alias, Service, ServiceKind, MAX_ALIAS, MAX_ALIASES, MAX_ENDPOINT, MAX_SERVICES},
	signing, H256,
};

/// The first epoch; far enough from zero for full histories to lie behind it.
const START: EpochIndex = 10_000;
/// Under which keys are kept in the keystore.
const KEY_TYPE: sp_runtime::KeyTypeId = sp_runtime::KeyTypeId(*b"bnch");
const CUT: Permill = Permill::from_percent(5);

/// A key in the keystore.
fn key() -> sp_core::sr25519::Public {
	sp_io::crypto::sr25519_generate(KEY_TYPE, None)
}

fn signed(key: &sp_core::sr25519::Public, message: &[u8]) -> Signature {
	sp_io::crypto::sr25519_sign(KEY_TYPE, key, message).map_or([0; 64], |signature| signature.0)
}

fn rich<T: Config>(name: &'static str) -> AccountId32 {
	let who: AccountId32 = account(name, 0, 0);
	let balance = T::DeviceDeposit::get()
		.saturating_add(T::OpenDeposit::get())
		.saturating_add(T::PlaceFee::get())
		.saturating_add(T::DescriptionDeposit::get())
		.saturating_add(T::DescriptionByteDeposit::get().saturating_mul(1_024u32.into()))
		.saturating_add(T::Currency::minimum_balance())
		.saturating_mul(16u32.into());
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

/// A place in Grenoble, so many units of 1e-7 degrees to the north.
fn place<T: Config>(north: i32) -> Place {
	let mut place =
		Place { latitude: 451_885_000 + north, longitude: 57_245_000, cell: 0, eirp: 140 };
	place.cell = Pallet::<T>::cell_of(&place).unwrap_or_default();
	place
}

struct Made {
	owner: AccountId32,
	device: DeviceId,
	key: sp_core::sr25519::Public,
}

fn registration<T: Config>() -> (AccountId32, sp_core::sr25519::Public, RegistrationProof, NetworkId)
{
	T::Epochs::set_now(START);
	let owner = rich::<T>("owner");
	let (key, network) = (key(), T::BenchmarkHelper::network(0));
	let genesis = Pallet::<T>::genesis_hash();
	let message = signing::registration(&genesis, &owner, network, u32::MAX);
	let proof = RegistrationProof { expires: u32::MAX, signature: signed(&key, &message) };
	(owner, key, proof, network)
}

fn voucher<T: Config>(network: NetworkId, device: &DeviceId) -> Option<Voucher> {
	let message = signing::voucher(&Pallet::<T>::genesis_hash(), network, device);
	T::BenchmarkHelper::voucher(network, &message)
}

/// As many services and names as a device has, with the longest addresses.
fn description() -> Description {
	let long = |scheme: &[u8], length: u32| {
		[scheme.to_vec(), alloc::vec![b'a'; length as usize - scheme.len()]].concat()
	};
	let endpoint = long(b"http://", MAX_ENDPOINT).try_into().unwrap_or_default();
	let service = Service { kind: ServiceKind::Other, endpoint };
	let alias: Alias = long(b"urn:", MAX_ALIAS).try_into().unwrap_or_default();
	Description {
		services: alloc::vec![service; MAX_SERVICES as usize].try_into().unwrap_or_default(),
		also_known_as: alloc::vec![alias; MAX_ALIASES as usize].try_into().unwrap_or_default(),
		agreement_key: None,
	}
}

/// A device in `networks` networks.
fn device<T: Config>(networks: u32) -> Made {
	let (owner, key, proof, network) = registration::<T>();
	let hardware = HardwareKey::Sr25519(key);
	let device = hardware.device_id();
	let origin = RawOrigin::Signed(owner.clone());
	let vouched = voucher::<T>(network, &device);
	let registered = Pallet::<T>::register(
		origin.clone().into(),
		hardware,
		proof,
		network,
		account("aggregator", 0, 0),
		CUT,
		vouched,
	);
	assert!(registered.is_ok(), "an owner who can pay registers a device");
	for number in 1..networks {
		let network = T::BenchmarkHelper::network(number);
		let vouched = voucher::<T>(network, &device);
		let joined = Pallet::<T>::join(
			origin.clone().into(),
			device,
			network,
			account("aggregator", 0, 0),
			CUT,
			vouched,
		);
		assert!(joined.is_ok(), "an owner who can pay joins a network");
	}
	let made = Made { owner, device, key };
	let said = Pallet::<T>::describe(origin.clone().into(), device, description(), None);
	assert!(said.is_ok(), "an owner who can pay says where it is reached");
	let before = place::<T>(0);
	let asserted = Pallet::<T>::assert_place(origin.into(), device, before);
	assert!(asserted.is_ok(), "an owner who can pay asserts a place");
	Devices::<T>::mutate(device, |row| {
		if let Some(row) = row {
			row.report_key = full(|change| ReportKey::Sr25519([change as u8; 32].into()));
			row.place = full(|change| match change {
				change if change + 2 == FACTS_KEPT => Some(before),
				change => Some(place::<T>(change as i32 * 1_000_000)),
			});
			row.data_set =
				full(|change| Some(DataSet { root: H256::repeat_byte(change as u8), pieces: 1 }));
		}
	});
	for (network, id) in Cells::<T>::iter_keys().collect::<alloc::vec::Vec<_>>() {
		Cells::<T>::mutate(network, id, |cell| {
			let latest = cell.latest();
			// The count stays what it is.
			cell.counts = full(|change| Counts {
				occupied: latest
					.occupied
					.saturating_add(COUNTS_KEPT - 2)
					.saturating_sub(change.min(COUNTS_KEPT - 2)),
				..latest
			});
		});
	}
	for key in Chairs::<T>::iter_keys().collect::<alloc::vec::Vec<_>>() {
		Chairs::<T>::mutate(key, |chair| {
			let latest = chair.latest().copied().flatten();
			*chair = full(|change| match change {
				change if change + 2 == FACTS_KEPT => latest,
				change => Some(H256::repeat_byte(change as u8)),
			});
		});
	}
	for number in 0..networks {
		let network = T::BenchmarkHelper::network(number);
		Memberships::<T>::mutate(network, device, |row| {
			if let Some(row) = row {
				row.seat = full(|change| {
					Some(Seat {
						aggregator: account("aggregator", change, 0),
						carried_since: change,
						cut: CUT,
						since: change,
						paused: false,
					})
				});
			}
		});
	}
	made
}

/// The names of a chair that was left long ago.
fn left_long_ago() -> ChairRow {
	full(|change| match change {
		change if change + 2 == FACTS_KEPT => None,
		change => Some(H256::repeat_byte(change as u8)),
	})
}

/// Fills a cell with as many old counts as are kept, in which all chairs that are known to be free have changed too often of late.
fn crowd<T: Config>(network: NetworkId, place: &Place) {
	let cell = Pallet::<T>::cell_at(network, Some(place)).unwrap();
	let chairs = cells::LEFT_KEPT;
	for index in 0..chairs {
		let mut names = ChairRow::default();
		for ago in (0..FACTS_KEPT).rev() {
			let now = START - 3 * ago;
			let name = (ago > 0).then(|| H256::repeat_byte(ago as u8));
			assert!(names.set_reserved(now, 100, name).is_ok());
		}
		Chairs::<T>::insert((network, cell, index), names);
	}
	let mut counts = full::<Counts, COUNTS_KEPT>(|change| Counts { occupied: change, chairs });
	let _ = counts.set(100 * COUNTS_KEPT, 1_000_000, Counts { occupied: 0, chairs });
	let left = (0..chairs).collect::<alloc::vec::Vec<_>>().try_into().unwrap();
	Cells::<T>::insert(network, cell, Cell { counts, seated: 0, since: 0, left });
}

/// A device behind a chair that was left.
fn behind<T: Config>() -> (Made, NetworkId, Chair) {
	let made = device::<T>(MAX_MEMBERSHIPS);
	let network = T::BenchmarkHelper::network(0);
	let (mut membership, _) = Pallet::<T>::member(&made.device, network).unwrap();
	let chair = membership.chair.latest().copied().flatten().unwrap();
	let own = Chair { index: 1, ..chair };
	let names = Chairs::<T>::take((network, chair.cell, 0));
	Chairs::<T>::insert((network, chair.cell, 1), names);
	// Its owner leaves room for others.
	membership.chair = History::starting(0, Some(Chair { cell: 1, index: 1 }));
	for (epoch, chair) in [(100, Chair { cell: 2, index: 2 }), (200, own)] {
		assert!(membership.chair.set(epoch, 1_000_000, Some(chair)).is_ok());
	}
	Memberships::<T>::insert(network, made.device, membership);
	Chairs::<T>::insert((network, own.cell, 0), left_long_ago());
	Cells::<T>::mutate(network, own.cell, |cell| {
		let mut counts = cell.latest();
		counts.chairs = 3;
		let _ = cell.counts.set(START - 1, 60, counts);
		cell.left = alloc::vec![0].try_into().unwrap();
	});
	(made, network, own)
}

fn index_of<T: Config>(device: &DeviceId, network: NetworkId) -> Option<u32> {
	let (membership, _) = Pallet::<T>::member(device, network).ok()?;
	membership.chair.latest().copied().flatten().map(|chair| chair.index)
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn register() {
		let (owner, key, proof, network) = registration::<T>();
		let hardware = HardwareKey::Sr25519(key);
		let device = hardware.device_id();
		let vouched = voucher::<T>(network, &device);
		let aggregator = account("aggregator", 0, 0);

		#[extrinsic_call]
		_(RawOrigin::Signed(owner), hardware, proof, network, aggregator, CUT, vouched);

		assert!(Devices::<T>::contains_key(device));
	}

	#[benchmark]
	fn join() {
		let Made { owner, device, .. } = device::<T>(MAX_MEMBERSHIPS - 1);
		let network = T::BenchmarkHelper::network(MAX_MEMBERSHIPS - 1);
		let vouched = voucher::<T>(network, &device);
		crowd::<T>(network, &place::<T>(0));

		#[extrinsic_call]
		_(RawOrigin::Signed(owner), device, network, account("aggregator", 0, 0), CUT, vouched);

		assert!(Memberships::<T>::contains_key(network, device));
	}

	#[benchmark]
	fn leave() {
		let Made { owner, device, .. } = device::<T>(MAX_MEMBERSHIPS);
		let network = T::BenchmarkHelper::network(0);

		#[extrinsic_call]
		_(RawOrigin::Signed(owner), device, network);

		assert!(Pallet::<T>::member(&device, network).is_err());
	}

	#[benchmark]
	fn remove_membership() {
		let Made { owner, device, .. } = device::<T>(MAX_MEMBERSHIPS);
		let network = T::BenchmarkHelper::network(0);
		let origin = RawOrigin::Signed(owner);
		assert!(Pallet::<T>::leave(origin.clone().into(), device, network).is_ok());
		T::Epochs::set_now(START + 1_000);

		#[extrinsic_call]
		_(origin, device, network);

		assert!(!Memberships::<T>::contains_key(network, device));
	}

	#[benchmark]
	fn set_seat() {
		let Made { owner, device, .. } = device::<T>(MAX_MEMBERSHIPS);
		let network = T::BenchmarkHelper::network(0);
		let other: AccountId32 = account("other", 0, 0);

		#[extrinsic_call]
		_(RawOrigin::Signed(owner), device, network, other.clone(), CUT);

		let seat = Pallet::<T>::member(&device, network).map(|(_, seat)| seat.aggregator);
		assert!(seat.is_ok_and(|aggregator| aggregator == other));
	}

	#[benchmark]
	fn set_paused() {
		let Made { owner, device, .. } = device::<T>(MAX_MEMBERSHIPS);
		let network = T::BenchmarkHelper::network(0);

		#[extrinsic_call]
		_(RawOrigin::Signed(owner), device, network, true);

		assert!(Pallet::<T>::member(&device, network).is_ok_and(|(_, seat)| seat.paused));
	}

	#[benchmark]
	fn assert_place() {
		let Made { owner, device, .. } = device::<T>(MAX_MEMBERSHIPS);
		let place = place::<T>(9_000_000);
		for number in 0..MAX_MEMBERSHIPS {
			crowd::<T>(T::BenchmarkHelper::network(number), &place);
		}

		#[extrinsic_call]
		_(RawOrigin::Signed(owner), device, place);

		let latest = Devices::<T>::get(device).and_then(|row| row.place.latest().copied());
		assert_eq!(latest, Some(Some(place)));
	}

	#[benchmark]
	fn commit_data_set() {
		let Made { owner, device, .. } = device::<T>(MAX_MEMBERSHIPS);
		let set = DataSet { root: H256::repeat_byte(99), pieces: 9 };

		#[extrinsic_call]
		_(RawOrigin::Signed(owner), device, Some(set));

		let latest = Devices::<T>::get(device).and_then(|row| row.data_set.latest().copied());
		assert_eq!(latest, Some(Some(set)));
	}

	#[benchmark]
	fn rotate() {
		let Made { owner, device, key } = device::<T>(MAX_MEMBERSHIPS);
		let next = ReportKey::Sr25519([77; 32].into());
		let message = signing::rotation(&Pallet::<T>::genesis_hash(), &device, &next, 0);
		let certificate = signed(&key, &message);

		#[extrinsic_call]
		_(RawOrigin::Signed(owner), device, next, certificate);

		assert!(Devices::<T>::get(device).is_some_and(|row| row.rotations == 1));
	}

	#[benchmark]
	fn offer() {
		let Made { owner, device, .. } = device::<T>(MAX_MEMBERSHIPS);
		let to: AccountId32 = account("heir", 0, 0);

		#[extrinsic_call]
		_(RawOrigin::Signed(owner), device, Some(to.clone()));

		assert!(Devices::<T>::get(device).is_some_and(|row| row.offered_to == Some(to)));
	}

	#[benchmark]
	fn accept() {
		let Made { owner, device, .. } = device::<T>(MAX_MEMBERSHIPS);
		let heir = rich::<T>("heir");
		let offered =
			Pallet::<T>::offer(RawOrigin::Signed(owner).into(), device, Some(heir.clone()));
		assert!(offered.is_ok());

		#[extrinsic_call]
		_(RawOrigin::Signed(heir.clone()), device);

		assert!(Devices::<T>::get(device).is_some_and(|row| row.owner == heir));
	}

	#[benchmark]
	fn retire() {
		let Made { owner, device, .. } = device::<T>(1);
		let network = T::BenchmarkHelper::network(0);
		let origin = RawOrigin::Signed(owner);
		assert!(Pallet::<T>::leave(origin.clone().into(), device, network).is_ok());
		T::Epochs::set_now(START + 1_000);
		assert!(Pallet::<T>::remove_membership(origin.clone().into(), device, network).is_ok());

		#[extrinsic_call]
		_(origin, device);

		assert!(!Devices::<T>::contains_key(device));
	}

	#[benchmark]
	fn prune_cell() {
		T::Epochs::set_now(START);
		let network = T::BenchmarkHelper::network(0);
		let counts = full::<Counts, COUNTS_KEPT>(|change| Counts { occupied: 0, chairs: change });
		let left = (0..cells::LEFT_KEPT).collect::<alloc::vec::Vec<_>>().try_into().unwrap();
		Cells::<T>::insert(network, 7, Cell { counts, seated: 0, since: 0, left });

		#[extrinsic_call]
		_(RawOrigin::Signed(whitelisted_caller()), network, 7);

		assert!(!Cells::<T>::contains_key(network, 7));
	}

	#[benchmark]
	fn take_chair() {
		let (Made { owner, device, .. }, network, _) = behind::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(owner), device, network, 0);

		assert_eq!(index_of::<T>(&device, network), Some(0));
	}

	#[benchmark]
	fn vacate() {
		let (Made { device, .. }, network, chair) = behind::<T>();
		let now = START + 2 * chairs::IDLE;
		T::Epochs::set_now(now);
		let (mut other, _) = Pallet::<T>::member(&device, network).unwrap();
		other.chair = History::always(Some(Chair { index: 2, ..chair }));
		assert!(other.claims.mark(now - 20, now));
		let id = H256::repeat_byte(77);
		Memberships::<T>::insert(network, id, other);

		#[extrinsic_call]
		_(RawOrigin::Signed(whitelisted_caller()), device, network, id);

		assert_eq!(index_of::<T>(&device, network), Some(3));
	}

	/// The last of its cell.
	#[benchmark]
	fn prune_chair() {
		let (Made { .. }, network, chair) = behind::<T>();
		Chairs::<T>::insert((network, chair.cell, 2), left_long_ago());

		#[extrinsic_call]
		_(RawOrigin::Signed(whitelisted_caller()), network, chair.cell, 2);

		assert!(!Chairs::<T>::contains_key((network, chair.cell, 2)));
		assert_eq!(Cells::<T>::get(network, chair.cell).latest().chairs, 2);
	}

	/// The longest description, with a new key, in place of a shorter one.
	#[benchmark]
	fn describe() {
		let Made { owner, device, key } = device::<T>(MAX_MEMBERSHIPS);
		let origin = RawOrigin::Signed(owner.clone());
		let short = Description { also_known_as: Default::default(), ..description() };
		assert!(Pallet::<T>::describe(origin.clone().into(), device, short, None).is_ok());
		let longest = Description { agreement_key: Some([7; 32]), ..description() };
		let message = signing::agreement(&Pallet::<T>::genesis_hash(), &device, &owner, &[7; 32]);
		let certificate = Some(signed(&key, &message));

		#[extrinsic_call]
		_(origin, device, longest.clone(), certificate);

		assert_eq!(Pallet::<T>::description(device), longest);
	}

	impl_benchmark_test_suite! {
		Pallet,
		mock::benchmark_externalities(),
		mock::Test
	}
}
