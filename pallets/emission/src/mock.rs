//! A chain with nothing but this pallet: settlements, networks and devices are whatever a test says.

use std::collections::{BTreeMap, BTreeSet};

use codec::Encode;
use frame_support::{
	parameter_types,
	storage::unhashed,
	traits::{fungible::Balanced, ConstU32},
	weights::Weight,
	PalletId,
};
use sp_runtime::{BuildStorage, DispatchError, Permill};
use substation_primitives::{
	batch::{Element, ElementPath, Leaf, Leaves},
	AccountId32, BatchId, DeviceId, EpochIndex, NetworkId, H256,
};

use crate::*;

pub use substation_testing::account;

substation_testing::mock_runtime! {
	balance: Balance,
	existential_deposit: MinimumBalance,

	#[runtime::pallet_index(2)]
	pub type Emission = crate::Pallet<Test>;
}

parameter_types! {
	pub static MinimumBalance: Balance = 1;
	pub static Now: EpochIndex = 10;
	pub static Expired: EpochIndex = 0;
	pub static SettledTotal: Option<u64> = None;
	pub static Void: BTreeSet<EpochIndex> = BTreeSet::new();
	pub static ChangedCadence: Option<(EpochIndex, u16)> = None;
	pub static Shares: BTreeMap<NetworkId, Share> = BTreeMap::new();
	pub static Owners: BTreeMap<DeviceId, AccountId32> = BTreeMap::new();
	pub const StakeReturns: Returns = Returns {
		scarce: Permill::from_percent(16),
		ample: Permill::from_percent(8),
		ideal: Permill::from_percent(50),
	};
	pub const ReserveId: PalletId = PalletId(*b"stn/rsrv");
}

/// So much stake that it earns all of validators' part.
pub const AMPLE: (Balance, Balance) = (1_000_000_000_000, 1_000_000_000_000);

/// Pays an era for which there is ample stake.
pub fn pay_era() -> Balance {
	Emission::pay_era(AMPLE.0, AMPLE.1)
}

pub struct World;

impl InspectSettlements for World {
	fn now() -> EpochIndex {
		Now::get()
	}

	/// What was noted, unless a test says otherwise.
	fn total(network: NetworkId, epoch: EpochIndex) -> u64 {
		let noted = Pools::<Test>::get(epoch, network).map_or(0, |pool| pool.total);
		SettledTotal::get().unwrap_or(noted)
	}

	fn is_void(epoch: EpochIndex) -> bool {
		Void::get().contains(&epoch)
	}

	fn is_expired(epoch: EpochIndex) -> bool {
		epoch < Expired::get()
	}

	/// The batch's first bytes name its network; a chunk's element has to have as many reports as
	/// there are leaves.
	fn final_chunk(
		_: EpochIndex,
		batch: &BatchId,
		_: u32,
		element: &Element,
		_: &ElementPath,
		leaves: &Leaves,
	) -> Result<FinalChunk, DispatchError> {
		if element.count as usize != leaves.len() {
			return Err(DispatchError::Other("wrong leaves"));
		}
		Ok(FinalChunk { network: batch.0[0].into(), aggregator: account(200) })
	}
}

impl InspectShares for World {
	fn share(network: NetworkId, epoch: EpochIndex) -> Option<Share> {
		let share = Shares::get().get(&network).copied()?;
		let cadence = match ChangedCadence::get() {
			Some((from, cadence)) if epoch >= from => cadence,
			_ => share.cadence,
		};
		let reports = epoch.is_multiple_of(u32::from(cadence));
		Some(Share { cadence, reports, ..share })
	}
}

impl TakeIncome<CreditOf<Test>> for World {
	fn issued(share: CreditOf<Test>) {
		let _ = Balances::resolve(&account(219), share);
	}

	fn expired(network: NetworkId, rest: CreditOf<Test>) {
		let _ = Balances::resolve(&account(220 + network as u8), rest);
	}
}

parameter_types! {
	pub static Heard: Vec<(AccountId32, u32, Balance)> = Vec::new();
}

impl OnPaid for World {
	fn paid(owner: &AccountId32, payments: &[Payment]) -> Weight {
		let told = payments.iter().map(|payment| (owner.clone(), payment.score, payment.amount));
		Heard::mutate(|heard| heard.extend(told));
		Weight::from_parts(10, 0)
	}

	fn weight(memberships: u32, reports: u32) -> Weight {
		Weight::from_parts(30, 0)
			.saturating_mul(memberships.into())
			.saturating_add(Weight::from_parts(1, 0).saturating_mul(reports.into()))
	}
}

impl ClaimMemberships for World {
	fn owner(device: &DeviceId) -> Option<AccountId32> {
		Owners::get().get(device).cloned()
	}

	fn claim(network: NetworkId, device: &DeviceId, epochs: &[EpochIndex]) -> Vec<bool> {
		// In storage, so that it is reverted with everything else.
		let mark = |epoch: &EpochIndex| {
			let key = (b"claimed", network, device, epoch).encode();
			let unpaid = !unhashed::exists(&key);
			unhashed::put(&key, &());
			unpaid
		};
		epochs.iter().map(mark).collect()
	}
}

impl Config for Test {
	type Currency = Balances;
	type Settlements = World;
	type Networks = World;
	type Devices = World;
	type OnPaid = World;
	type DivisionOrigin = frame_system::EnsureRoot<AccountId32>;
	type Income = World;
	type MaxEpochsPerEra = ConstU32<8>;
	type ReserveId = ReserveId;
	type Returns = StakeReturns;
	type EpochsPerYear = ConstU32<1_000>;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = World;
}

#[cfg(feature = "runtime-benchmarks")]
impl BenchmarkHelper for World {
	fn settled_chunks(epochs: u32, leaves: u32, owners: u32) -> (NetworkId, Vec<ChunkClaim>) {
		let owner = |number: u32| account((number % owners.max(1)) as u8);
		Owners::set((0..leaves).map(|number| (device(number.into()), owner(number))).collect());
		let leaves: Vec<_> =
			(0..leaves).map(|number| leaf(number.into(), 1_000_000, 50_000)).collect();
		let element = Element {
			count: leaves.len() as u32,
			sum: 1_000_000 * leaves.len() as u64,
			..Default::default()
		};
		let claim = |epoch| ChunkClaim {
			epoch,
			batch: batch(1),
			chunk: 0,
			element,
			path: Default::default(),
			leaves: leaves.clone().try_into().unwrap(),
		};
		(1, (9..9 + epochs).map(claim).collect())
	}

	fn expired_epoch() -> EpochIndex {
		Expired::set(6);
		5
	}
}

pub fn device(number: u64) -> DeviceId {
	H256::from_low_u64_be(number)
}

pub fn batch(network: u8) -> BatchId {
	let mut batch = H256::zero();
	batch.0[0] = network;
	batch
}

pub fn leaf(number: u64, score: u32, cut: u32) -> Leaf {
	Leaf { index: 0, device: device(number), report: H256::zero(), score, fault: None, cut }
}

pub fn claim(
	network: u8,
	epoch: EpochIndex,
	leaves: Vec<Leaf>,
) -> frame_support::dispatch::DispatchResultWithPostInfo {
	let element = Element { count: leaves.len() as u32, ..Default::default() };
	Emission::claim_chunk(
		RuntimeOrigin::signed(account(99)),
		epoch,
		batch(network),
		0,
		element,
		Default::default(),
		leaves.try_into().unwrap(),
	)
}

pub const CURVE: Curve = Curve { cap: 20_000_000, initial: 100_000, halving: 100 };

/// Runs `test` in epoch 10, and checks the state after it.
pub fn chain<R>(test: impl FnOnce() -> R) -> R {
	substation_testing::run::<Test, _>(externalities(), Emission::do_try_state, test)
}

pub fn externalities() -> sp_io::TestExternalities {
	MinimumBalance::set(1);
	Heard::set(Vec::new());
	ChangedCadence::set(None);
	Now::set(10);
	Expired::set(0);
	Void::set(Default::default());
	let share = Share { weight: 30, weights: 40, cadence: 1, reports: true, rate_cap: 1_000_000 };
	let other = Share { weight: 10, ..share };
	Shares::set([(1, share), (2, other)].into());
	Owners::set((0..100u8).map(|i| (device(i.into()), account(i % 10 + 1))).collect());
	let genesis = RuntimeGenesisConfig {
		emission: EmissionConfig { curve: CURVE, _config: Default::default() },
		..Default::default()
	};
	genesis.build_storage().unwrap().into()
}
