//! What is benchmarked, and the state that benchmarks of this chain's pallets start from.

use crate::*;
use alloc::{string::String, vec};
use codec::Encode;
use frame_support::traits::{StorageInfo, StorageInfoTrait, WhitelistedStorageKeys};
use pallet_attestation::{
	BatchState, Commitment, Commitments, CurrentEpoch, Round, Schedule, Schedules,
};
use pallet_devices::{
	chairs::Chair, claims::ClaimBits, Device, Membership, Memberships, Seat, Voucher,
};
use pallet_emission::ChunkClaim;
use pallet_networks::{
	Maker, Makers, Network, NetworkTerms, NetworkWeights, Terms, WeightSum, TERMS_KEPT,
	WEIGHTS_KEPT,
};
use polkadot_sdk::{
	frame_benchmarking::{
		account, define_benchmarks, BenchmarkBatch, BenchmarkConfig, BenchmarkList,
	},
	sp_runtime::Permill,
};
use substation_primitives::{
	batch::{
		self, vector_tree, Element, Leaf, Leaves, Terms as BatchTerms, Vector, CHUNK_LEAVES,
		MAX_BODY_BYTES, MAX_CHUNKS,
	},
	report::{report_hash, Report, ReportBytes},
	DeviceId, EpochIndex, HardwareKey, History, NetworkId, ReportKey, FULL_SCORE, H256,
};
use substation_proofs::{
	coverage::{self, Band},
	facts::Place,
	mapping, KindPolicy, Policy,
};

define_benchmarks!(
	[frame_system_extensions, frame_system_benchmarking::extensions::Pallet::<Runtime>]
	[pallet_balances, Balances]
	[pallet_timestamp, Timestamp]
	[pallet_transaction_payment, TransactionPayment]
	[pallet_utility, Utility]
	[pallet_democracy, Democracy]
	[pallet_parameters, Parameters]
	[pallet_networks, Networks]
	[pallet_devices, Devices]
	[pallet_access, Access]
	[pallet_attestation, Attestation]
	[pallet_contribution, Contribution]
	[pallet_credits, Credits]
	[pallet_emission, Emission]
	[pallet_mapping, Mapping]
	[pallet_market, Market]
	[pallet_network_treasury, NetworkTreasury]
);

/// What there is to measure.
pub fn metadata(extra: bool) -> (Vec<BenchmarkList>, Vec<StorageInfo>) {
	let mut list = Vec::new();
	list_benchmarks!(list, extra);
	(list, AllPalletsWithSystem::storage_info())
}

/// Measures what `params` say.
pub fn dispatch(config: BenchmarkConfig) -> Result<Vec<BenchmarkBatch>, String> {
	let whitelist = AllPalletsWithSystem::whitelisted_storage_keys();
	let mut batches = Vec::new();
	let params = (&config, &whitelist);
	add_benchmarks!(params, batches);
	Ok(batches)
}

impl frame_system_benchmarking::Config for Runtime {}

impl pallet_transaction_payment::BenchmarkConfig for Runtime {
	/// There is somebody who gets the tip.
	fn setup_benchmark_environment() {
		let author: AccountId = account("author", 0, 0);
		let key = frame_support::storage::storage_prefix(b"Authorship", b"Author");
		frame_support::storage::unhashed::put(&key, &author);
	}
}

/// What benchmarks of one pallet need of the others.
pub struct Helper;

/// Under which benchmarks keep keys in the keystore.
const KEY_TYPE: polkadot_sdk::sp_runtime::KeyTypeId = polkadot_sdk::sp_runtime::KeyTypeId(*b"bnch");

/// The maker that vouches, in networks made here.
fn maker() -> AccountId {
	account("maker", 0, 0)
}

fn policy() -> Policy {
	let band = Band { from: 863_000_000, to: 870_000_000 };
	let kind = KindPolicy::Coverage(coverage::Policy {
		min_distance: 300,
		max_distance: 100_000,
		margin: 30,
		sensitivity: -1_500,
		reciprocity: 150,
		max_eirp: 160,
		bands: vec![band; 4].try_into().unwrap_or_default(),
		resolution: 8,
		target: 4,
		spare: 100_000,
		full_marks: 4_000_000,
	});
	Policy { ramp: 0, kind }
}

/// Opens a network since ever, with as many old terms and weights as are kept.
fn open(network: NetworkId, cadence: u16) {
	open_with(network, cadence, policy());
}

/// As [`open`], with this policy.
fn open_with(network: NetworkId, cadence: u16, policy: Policy) {
	let terms = |rate_cap| Terms { policy: policy.clone(), cadence, rate_cap, open: true };
	let mut history = History::<_, TERMS_KEPT>::always(terms(1));
	for change in 1..TERMS_KEPT {
		let _ = history.set(change, 1_000_000, terms(change.into()));
	}
	NetworkTerms::<Runtime>::insert(network, history);
	let mut weights = History::<_, TERMS_KEPT>::always(1);
	for change in 1..TERMS_KEPT {
		let _ = weights.set(change, 1_000_000, change + 1);
	}
	NetworkWeights::<Runtime>::insert(network, weights);
	let mut sums = History::<_, WEIGHTS_KEPT>::always(1);
	for change in 1..WEIGHTS_KEPT {
		let _ = sums.set(change, 1_000_000, u64::from(change) + 1);
	}
	WeightSum::<Runtime>::put(sums);
	let owner = account("network", network, 0);
	let row = Network {
		owner,
		deposit: 0,
		vouched: true,
		makers: 1,
		licences: 0,
		retired: None,
		offer: None,
	};
	pallet_networks::Networks::<Runtime>::insert(network, row);
}

/// A device's place: the centre of the cell of [`network_with_cell`].
fn place() -> Place {
	let (latitude, longitude) = (377_767_000, -1_224_184_000);
	Place { latitude, longitude, cell: 0x8c28308280001ff, eirp: 140 }
}

/// A network that counts devices in cells, and one of these.
pub fn network_with_cell() -> (NetworkId, u64) {
	if !pallet_networks::Networks::<Runtime>::contains_key(0) {
		open(0, 1);
		pallet_networks::NextNetworkId::<Runtime>::put(1);
	}
	// Of resolution 8, as the policy says.
	(0, 0x8828308281fffff)
}

/// A network that is open, and whose it is.
pub fn open_network() -> (NetworkId, AccountId) {
	let (network, _) = network_with_cell();
	// As if it had taken reports for long.
	pallet_networks::NetworkTerms::<Runtime>::mutate(network, |terms| {
		if let Some(latest) = terms.as_ref().and_then(|terms| terms.latest().cloned()) {
			*terms = Some(History::always(latest));
		}
	});
	let owner = Networks::network(network).map(|(row, _)| row.owner);
	(network, owner.unwrap_or_else(maker))
}

/// A device of somebody that has a seat in a network, with all that its row can hold.
pub fn seated_device(network: NetworkId, owner: &AccountId) -> DeviceId {
	let device = member(network, 1_000_000, 0, &maker());
	pallet_devices::Devices::<Runtime>::mutate_extant(device, |row| row.owner = owner.clone());
	device
}

/// Makes credits for somebody, at a price that all feeders that there may be have said.
pub fn endow_credits(who: &AccountId, credits: u128) {
	use frame_support::traits::fungible::Mutate;
	use polkadot_sdk::frame_system::RawOrigin;
	let feeders = (0..pallet_credits::MAX_FEEDERS).map(|number| account("feeder", number, 0));
	let feeders = pallet_credits::FeedersOf::truncate_from(feeders.collect());
	const PAR: u128 = 1_000_000_000;
	let _ = Credits::set_feeders(RawOrigin::Root.into(), feeders.clone(), Some(PAR));
	for feeder in feeders {
		<Helper as pallet_credits::traits::BenchmarkHelper>::feed(Some(feeder), PAR);
	}
	let _ = Balances::mint_into(who, constants::currency::STN * 1_000_000);
	let _ = Credits::buy_exact(RawOrigin::Signed(who.clone()).into(), credits, Balance::MAX);
}

impl pallet_attestation::BenchmarkHelper for Helper {
	fn open_network(number: u32, cadence: u16) -> NetworkId {
		open(7 + number, cadence);
		7 + number
	}

	fn longest_cadence() -> u16 {
		pallet_networks::MAX_CADENCE
	}

	fn set_validators(validators: Vec<AccountId>) {
		pallet_session::Validators::<Runtime>::put(validators);
	}

	fn set_slot(slot: u64) {
		pallet_babe::CurrentSlot::<Runtime>::put(polkadot_sdk::sp_consensus_babe::Slot::from(slot));
	}
}

impl pallet_devices::BenchmarkHelper for Helper {
	fn network(number: u32) -> NetworkId {
		let network = 100 + number;
		if !pallet_networks::Networks::<Runtime>::contains_key(network) {
			open(network, 1);
		}
		network
	}

	fn voucher(network: NetworkId, message: &[u8]) -> Option<Voucher> {
		let key = sp_io::crypto::sr25519_generate(KEY_TYPE, None);
		let licence = Maker {
			quota: 100,
			since: 0,
			deposit: 0,
			key: Some(ReportKey::Sr25519(key)),
			bond: 0,
			ended: None,
		};
		Makers::<Runtime>::insert(network, maker(), licence);
		let signature = sp_io::crypto::sr25519_sign(KEY_TYPE, &key, message)?;
		Some((maker(), signature.0))
	}
}

impl pallet_emission::BenchmarkHelper for Helper {
	fn settled_chunks(epochs: u32, leaves: u32, owners: u32) -> (NetworkId, Vec<ChunkClaim>) {
		let (first, network, now): (EpochIndex, NetworkId, EpochIndex) = (100, 7, 150);
		let aggregator: AccountId = account("aggregator", 0, 0);
		CurrentEpoch::<Runtime>::put(now);
		// The last chunk of the largest batch.
		let chunk = MAX_CHUNKS - 1;
		let leaves: Vec<Leaf> = (0..leaves)
			.map(|number| Leaf {
				index: chunk * CHUNK_LEAVES + number,
				device: member(network, number, number % owners.max(1), &aggregator),
				report: H256::repeat_byte(1),
				score: FULL_SCORE,
				fault: None,
				cut: 50_000,
			})
			.collect();
		let claims = (first..first + epochs)
			.map(|epoch| {
				let schedule =
					Schedule { freeze: now, expiry: now + 100, stood_still: 0, void: false };
				Schedules::<Runtime>::insert(epoch, schedule);
				settled(epoch, network, &aggregator, chunk, &leaves)
			})
			.collect();
		(network, claims)
	}

	fn expired_epoch() -> EpochIndex {
		CurrentEpoch::<Runtime>::put(1_000);
		5
	}
}

/// A device with as many changes of its facts as are kept in most, and its membership; owner number `owner`'s.
fn member(network: NetworkId, number: u32, owner: u32, aggregator: &AccountId) -> DeviceId {
	let key = HardwareKey::Sr25519(number.using_encoded(sp_io::hashing::blake2_256).into());
	let device = key.device_id();
	let row = Device {
		owner: account("owner", owner, 0),
		owners: History::always(account("owner", owner, 0)),
		hardware: key,
		report_key: History::always(ReportKey::Sr25519([1; 32].into())),
		rotations: 0,
		place: History::always(Some(place())),
		data_set: Default::default(),
		networks: vec![network].try_into().unwrap_or_default(),
		deposit: 0,
		offered_to: None,
		tenure: Default::default(),
	};
	pallet_devices::Devices::<Runtime>::insert(device, row);
	let seat = Seat {
		aggregator: aggregator.clone(),
		carried_since: 0,
		cut: Permill::from_percent(5),
		since: 0,
		paused: false,
	};
	let membership = Membership {
		seat: History::always(Some(seat)),
		chair: History::always(Some(Chair { cell: 0, index: 0 })),
		claims: ClaimBits::new(0),
		deposit: 0,
		licence: None,
	};
	Memberships::<Runtime>::insert(network, device, membership);
	device
}

/// A batch of 64 such chunks, settled, and what it takes to claim for one of them.
fn settled(
	epoch: EpochIndex,
	network: NetworkId,
	aggregator: &AccountId,
	chunk: u32,
	leaves: &[Leaf],
) -> ChunkClaim {
	let element = Element {
		score_root: batch::score_root(leaves),
		sum: leaves.iter().map(|leaf| u64::from(leaf.score)).sum(),
		count: leaves.len() as u32,
		work: 128,
	};
	let vector = Vector::truncate_from(vec![element; MAX_CHUNKS as usize]);
	let tree = vector_tree(&vector);
	let terms = BatchTerms {
		network,
		epoch,
		aggregator: aggregator.clone(),
		shard: 0,
		root: H256::zero(),
		cuts: (0..u64::from(MAX_CHUNKS)).collect::<Vec<_>>().try_into().unwrap_or_default(),
		last: u64::MAX,
		count: element.count * MAX_CHUNKS,
		work: element.work * MAX_CHUNKS,
		bytes: 4 * MAX_BODY_BYTES,
		bodies: vec![H256::zero(); 4].try_into().unwrap_or_default(),
	};
	let batch = terms.using_encoded(sp_io::hashing::blake2_256).into();
	let state = BatchState::Settled {
		by: Round::FullSet,
		matched: vec![0xff; 32].try_into().unwrap_or_default(),
		vector_root: tree.root(),
		total: element.sum * u64::from(MAX_CHUNKS),
		work: element.work * MAX_CHUNKS,
		underdeclared: false,
	};
	let commitment = Commitment { state, ..Commitment::new(terms, 0) };
	Commitments::<Runtime>::insert(epoch, batch, commitment);
	ChunkClaim {
		epoch,
		batch,
		chunk,
		element,
		path: tree.path(chunk).unwrap_or_default().try_into().unwrap_or_default(),
		leaves: Leaves::truncate_from(leaves.to_vec()),
	}
}

impl pallet_mapping::BenchmarkHelper for Helper {
	fn drive(parents: u32) -> (ChunkClaim, u8, ReportBytes) {
		use pallet_mapping::BenchmarkHelper;
		let (epoch, network) = (149, <Self as BenchmarkHelper>::network());
		CurrentEpoch::<Runtime>::put(epoch + 1);
		let aggregator: AccountId = account("aggregator", 0, 0);
		// A parent is eight tiles from south to north, and home lies in the second of them.
		let step = |number: u32| mapping::Step {
			seconds: if number.is_multiple_of(2) { 7 } else { 12 },
			north: 1_638,
			east: if number.is_multiple_of(2) { 60 } else { -60 },
		};
		let steps: Vec<_> = (0..8 * parents.saturating_sub(1) + 1).map(step).collect();
		let Place { latitude, longitude, .. } = place();
		let steps = steps.try_into().unwrap_or_default();
		let evidence = mapping::Evidence { latitude, longitude, steps, ..Default::default() };
		let (mut shown, mut leaves) = (ReportBytes::default(), Vec::new());
		for number in 0..CHUNK_LEAVES {
			let device = member(network, number, number, &aggregator);
			let report =
				Report { device, signature: [0; 64], evidence: evidence.encode() }.encode();
			let index = (MAX_CHUNKS - 1) * CHUNK_LEAVES + number;
			let hash = report_hash(&report);
			shown = report.try_into().unwrap_or_default();
			let leaf = Leaf { index, device, report: hash, score: 1, fault: None, cut: 0 };
			leaves.push(leaf);
		}
		let claim = settled(epoch, network, &aggregator, MAX_CHUNKS - 1, &leaves);
		<Self as BenchmarkHelper>::endow(&Networks::fund(network));
		(claim, (CHUNK_LEAVES - 1) as u8, shown)
	}

	fn network() -> NetworkId {
		let kind = KindPolicy::Mapping(mapping::Policy {
			span: 1,
			delay: 0,
			speed: 100,
			step: 5_000,
			replenish: 168,
			least: 1,
			full: 10_000,
			resolution: 4,
			target: 1,
			reach: 100_000,
			sightings: 0,
			sighted: 0,
			eirp: 161,
			margin: 30,
			far: 100_000,
		});
		open_with(9, 1, Policy { ramp: 0, kind });
		9
	}

	fn endow(who: &AccountId) {
		use frame_support::traits::fungible::Mutate;
		let _ = Balances::mint_into(who, constants::currency::STN * 1_000_000);
	}
}

impl pallet_credits::traits::BenchmarkHelper for Helper {
	fn feed(feeder: Option<AccountId>, price: pallet_credits::Price) {
		use pallet_oracle::DataFeeder;
		let _ = Oracle::feed_value(feeder, configs::Pair::StnUsd, price);
	}
}
