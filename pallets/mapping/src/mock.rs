//! A chain with this pallet: networks, homes and settled reports are whatever a test says.

use std::collections::BTreeMap;

use codec::Encode;
use frame_support::parameter_types;
use sp_runtime::{BuildStorage, DispatchError};
use substation_primitives::{
	batch::{ChunkClaim, Leaf},
	report::{report_hash, Report, ReportBytes},
	DeviceId, EpochIndex, NetworkId,
};
use substation_proofs::{
	geo::Point,
	mapping::{Evidence, Policy, Step},
};
use substation_testing::endowed;

use crate::*;

pub use substation_testing::{account, signed};

substation_testing::mock_runtime! {
	balance: Balance,
	existential_deposit: MinimumBalance,

	#[runtime::pallet_index(2)]
	pub type Mapping = crate::Pallet<Test>;
}

substation_testing::mock_clock!(World);

/// The network that pays for mapping.
pub const NETWORK: NetworkId = 3;
/// Where devices are at home: at the southern edge of a tile in the middle of its parent.
pub const HOME: Point =
	Point { latitude: (27_900 << 14) + 50, longitude: (2_988 << 14) + (1 << 13) };

parameter_types! {
	pub const MinimumBalance: Balance = 5;
	pub const TilesDeposit: Balance = 40;
	/// For a kilometre.
	pub const MarkBounty: Balance = 100;
	pub const WantFee: Balance = 2;
	/// Policies of networks, as they were at first.
	pub static Policies: BTreeMap<NetworkId, Policy> = BTreeMap::new();
	/// Since which epochs tiles take so long to be worth all of their metres, in their order.
	pub static Replenish: Vec<(EpochIndex, u16)> = Vec::new();
	/// Chunks that are settled, and for which network.
	pub static Settled: Vec<(NetworkId, ChunkClaim)> = Vec::new();
	/// Whether devices' homes are known.
	pub static HomesAreKnown: bool = true;
	/// What a device is paid for a tile at the most.
	pub static Worth: Balance = 0;
	/// What the network's fund has.
	pub static Fund: Balance = 1_000;
}

pub struct World;

impl InspectReports for World {
	fn settled(shown: &ChunkClaim) -> Result<NetworkId, DispatchError> {
		let all = Settled::get();
		let found = all.iter().find(|(_, settled)| settled == shown);
		found.map(|(network, _)| *network).ok_or("not settled".into())
	}

	fn home(_: NetworkId, _: &DeviceId, _: EpochIndex) -> Option<Point> {
		HomesAreKnown::get().then_some(HOME)
	}
}

impl InspectNetworks for World {
	fn policy(network: NetworkId, epoch: EpochIndex) -> Option<Policy> {
		let policy = Policies::get().get(&network).copied();
		policy.map(|policy| Policy { replenish: replenish(epoch), ..policy })
	}

	fn worth(network: NetworkId, _: EpochIndex) -> Option<Balance> {
		Policies::get().get(&network).map(|_| Worth::get())
	}

	fn slowest(network: NetworkId, since: EpochIndex) -> Option<u16> {
		let later = Replenish::get().into_iter().filter(|(from, _)| *from > since);
		let all = later.map(|(_, replenish)| replenish).chain([replenish(since)]);
		Policies::get().get(&network).and_then(|_| all.max())
	}
}

impl PayMarks for World {
	fn pay(_: NetworkId, to: &AccountId32, amount: Balance) -> Balance {
		use frame_support::traits::fungible::Mutate;
		let paid = amount.min(Fund::get());
		Fund::mutate(|fund| *fund -= paid);
		Balances::mint_into(to, paid).unwrap();
		paid
	}
}

#[cfg(feature = "runtime-benchmarks")]
impl BenchmarkHelper for World {
	fn drive(parents: u32) -> (ChunkClaim, u8, ReportBytes) {
		Now::set(10);
		// A parent is eight tiles from south to north, and home lies in the middle of one.
		let (shown, report) = settle(9, &ways(8 * (parents as usize - 1) + 1));
		(shown, 0, report)
	}

	fn network() -> NetworkId {
		NETWORK
	}

	fn endow(who: &AccountId32) {
		use frame_support::traits::fungible::Mutate;
		Balances::set_balance(who, 1_000_000);
	}
}

impl Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Epochs = World;
	type Networks = World;
	type Reports = World;
	type Funds = World;
	type TilesDeposit = TilesDeposit;
	type MarkBounty = MarkBounty;
	type WantFee = WantFee;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = World;
}

/// How long tiles take as of an epoch.
pub fn replenish(epoch: EpochIndex) -> u16 {
	let all = Replenish::get();
	let last = all.iter().rev().find(|(from, _)| *from <= epoch);
	last.map_or(policy().replenish, |(_, replenish)| *replenish)
}

pub fn policy() -> Policy {
	Policy {
		span: 1,
		delay: 0,
		speed: 100,
		step: 5_000,
		replenish: 20,
		least: 1,
		full: 1_000,
		resolution: 4,
		target: 1,
		reach: 50_000,
		sightings: 0,
		sighted: 0,
		eirp: 161,
		margin: 30,
		far: 100_000,
	}
}

/// Steps from home to the north, a tile each, that are not told from a drive.
pub fn ways(tiles: usize) -> Vec<Step> {
	let step = |number: usize| Step {
		seconds: [7, 9, 12, 8][number % 4],
		north: 1_638,
		east: [60, -60][number % 2],
	};
	(0..tiles).map(step).collect()
}

/// A report of device 1 for an epoch, of a drive in these steps, and the chunk in which it is settled.
pub fn settle(epoch: EpochIndex, steps: &[Step]) -> (ChunkClaim, ReportBytes) {
	let evidence = Evidence {
		latitude: HOME.latitude,
		longitude: HOME.longitude,
		steps: steps.to_vec().try_into().unwrap(),
		..Default::default()
	};
	settle_as(NETWORK, epoch, evidence.encode(), 500_000)
}

/// A report of any evidence, settled in a network with a score.
pub fn settle_as(
	network: NetworkId,
	epoch: EpochIndex,
	evidence: Vec<u8>,
	score: u32,
) -> (ChunkClaim, ReportBytes) {
	let device = DeviceId::repeat_byte(1);
	let report = Report { device, signature: [0; 64], evidence }.encode();
	let leaf = Leaf { index: 0, device, report: report_hash(&report), score, fault: None, cut: 0 };
	let shown = ChunkClaim {
		epoch,
		batch: Default::default(),
		chunk: 0,
		element: Default::default(),
		path: Default::default(),
		leaves: vec![leaf].try_into().unwrap(),
	};
	Settled::mutate(|all| all.push((network, shown.clone())));
	(shown, report.try_into().unwrap())
}

/// Runs `test` in epoch 10, where accounts 1 to 3 have 1,000 planck each, and checks the state after it.
pub fn chain<R>(test: impl FnOnce() -> R) -> R {
	substation_testing::run::<Test, _>(externalities(), Mapping::do_try_state, test)
}

pub fn externalities() -> sp_io::TestExternalities {
	Now::set(10);
	Policies::set([(NETWORK, policy())].into());
	Replenish::set(Vec::new());
	Settled::set(Vec::new());
	HomesAreKnown::set(true);
	Fund::set(1_000);
	Worth::set(0);
	let genesis = RuntimeGenesisConfig {
		balances: BalancesConfig { balances: endowed(1..4, 1_000), ..Default::default() },
		..Default::default()
	};
	genesis.build_storage().unwrap().into()
}
