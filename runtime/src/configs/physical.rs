//! The pallets that make this chain one for physical infrastructure, and the adapters between them.

use crate::*;
use alloc::collections::{BTreeMap, BTreeSet};
use configs::parameters::{
	caps, fees, AggregatorBond, ByteBond, ByteRent, CommitmentBond, Deposit, JudgingFee, MakerBond,
	NetworkDeposit, Times, Within, WorkBond, WorkRent,
};
use frame_support::{
	traits::{Contains, Get},
	weights::Weight,
	PalletId,
};
use pallet_attestation::traits::{
	InspectBodies, InspectConsensus, InspectFacts, InspectSeats, MutateAllowance, OnSettled,
	RewardJudges,
};
use pallet_emission::{
	ClaimMemberships, FinalChunk, InspectSettlements, InspectShares, Payment, Share,
};
use polkadot_sdk::{
	frame_system::EnsureRoot,
	sp_runtime::{transaction_validity::TransactionPriority, DispatchError},
	sp_statement_store,
};
use substation_primitives::{
	batch::{Element, ElementPath, Leaves, MAX_BODY_BYTES},
	epoch::{InspectEpochs, MAX_EPOCH_WORK, MAX_JUDGES},
	BatchId, DeviceId, EpochIndex, NetworkId, ReportKey, WorkUnits, H256,
};
use substation_proofs::{
	facts::{Bill, DeviceFacts, Numbering},
	tiles::{Parent, Tiles},
	Policy,
};

parameter_types! {
	pub const AttestationPriority: TransactionPriority = TransactionPriority::MAX / 2;
	pub const NetworksPalletId: PalletId = PalletId(*b"stn/netw");
	/// Two weeks.
	pub const NetworkNotice: EpochIndex = NOTICE;
	pub const MaxEpochsPerEra: u32 = 256;
	pub const ReserveId: PalletId = PalletId(*b"stn/rsrv");
}

/// For how long members of a network know that it ends.
const NOTICE: EpochIndex = 14 * configs::EPOCHS_A_DAY;
// A referendum has time to give it away instead, also where it cannot begin at once.
const _: () = assert!(NOTICE * constants::time::SESSION_SLOTS >= 2 * configs::LONGEST_REFERENDUM);

/// Epochs of a year, if none is missed.
const EPOCHS_A_YEAR: u32 = configs::EPOCHS_A_DAY * 1_461 / 4;

/// The most that bodies may take in all. A node's statement store has room for two gibibytes, other statements
/// included: above that it would refuse honest bodies.
const MAX_STORE: u64 = 3 << 29;

/// A membership's row, one of a cell that it is counted in, one of its chair there, and one of the aggregator that it names.
/// What grows in a cell's with other devices' changes, they pay for.
type MembershipDeposit = Deposit<4, 1_079>;

/// Whether claims are refused now: in safe mode, or since a referendum has paused either call.
pub struct ClaimsStopped;

impl Get<bool> for ClaimsStopped {
	fn get() -> bool {
		let calls: [RuntimeCall; 2] = [
			pallet_emission::Call::claim_chunks { claims: Default::default() }.into(),
			pallet_emission::Call::claim_chunk {
				epoch: 0,
				batch: Default::default(),
				chunk: 0,
				element: Default::default(),
				path: Default::default(),
				leaves: Default::default(),
			}
			.into(),
		];
		calls.iter().any(|call| !configs::TakenCalls::contains(call))
	}
}

impl pallet_attestation::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Slashed = configs::Income;
	type Facts = Facts;
	type Bodies = Bodies;
	type Allowances = Allowances;
	type Seats = Seats;
	type OnSettled = Pools;
	type Rewards = EraPoints;
	type Consensus = Consensus;
	type ParametersOrigin = EnsureRoot<AccountId>;
	type AggregatorBond = AggregatorBond;
	// A key of 48 bytes, lengths of a name and two addresses, a mark, and a sum.
	type ProfileDeposit = Deposit<1, 70>;
	type ProfileByteDeposit = Deposit<0, 1>;
	type WorkBond = WorkBond;
	type ByteBond = ByteBond;
	type WorkRent = WorkRent;
	type ByteRent = ByteRent;
	type EvictOrigin = EnsureRoot<AccountId>;
	type CommitmentBond = CommitmentBond;
	type JudgingFee = JudgingFee;
	type StoreQuota = Within<{ MAX_BODY_BYTES as u128 }, { MAX_STORE as u128 }, caps::Store>;
	type ClaimsStopped = ClaimsStopped;
	type Priority = AttestationPriority;
	type WeightInfo = weights::pallet_attestation::WeightInfo<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::Helper;
}

impl pallet_networks::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Epochs = Clock;
	type WeightOrigin = EnsureRoot<AccountId>;
	type Notice = NetworkNotice;
	type Members = Members;
	type NetworkDeposit = NetworkDeposit;
	// A key of 12 bytes, lengths of a name and an address, a mark, and a sum.
	type ProfileDeposit = Deposit<1, 32>;
	type ProfileByteDeposit = Deposit<0, 1>;
	type MakerDeposit = Deposit<1, 256>;
	type MakerBondPerDevice = MakerBond;
	type MaxRateCap = Within<1, { u128::MAX }, caps::Rate>;
	type PalletId = NetworksPalletId;
	type WeightInfo = weights::pallet_networks::WeightInfo<Runtime>;
}

impl pallet_devices::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Networks = NetworkRules;
	type Epochs = Clock;
	type DeviceDeposit = Deposit<1, 1_113>;
	type VouchedDeposit = MembershipDeposit;
	type OpenDeposit = Times<10, MembershipDeposit>;
	// A key of 48 bytes, lengths and kinds of four addresses and two names, and a sum.
	type DescriptionDeposit = Deposit<1, 84>;
	type DescriptionByteDeposit = Deposit<0, 1>;
	type PlaceFee = fees::Place;
	// An hour: who has agreed something about it settles meanwhile.
	type TransferPause = ConstU32<{ constants::time::HOURS }>;
	type WeightInfo = weights::pallet_devices::WeightInfo<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::Helper;
}

impl pallet_emission::Config for Runtime {
	type Currency = Balances;
	type OnPaid = Payments;
	type DivisionOrigin = EnsureRoot<AccountId>;
	type Income = configs::Income;
	type Settlements = Settlements;
	type Networks = NetworkRules;
	type Devices = NetworkRules;
	type MaxEpochsPerEra = MaxEpochsPerEra;
	type Returns = configs::StakeReturns;
	type EpochsPerYear = ConstU32<EPOCHS_A_YEAR>;
	type ReserveId = ReserveId;
	type WeightInfo = weights::pallet_emission::WeightInfo<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::Helper;
}

/// Facts, from networks and devices.
pub struct Facts;

impl InspectFacts for Facts {
	fn policy(network: NetworkId, epoch: EpochIndex) -> Option<Policy> {
		let terms = Networks::terms_at(network, epoch)?;
		terms.takes_reports(epoch).then_some(terms.policy)
	}

	fn device(network: NetworkId, device: &DeviceId, epoch: EpochIndex) -> Option<DeviceFacts> {
		Devices::facts(network, device, epoch)
	}

	fn chair(network: NetworkId, cell: u64, index: u32, epoch: EpochIndex) -> Option<DeviceId> {
		Devices::chair_at(network, cell, index, epoch)
	}

	fn left_burned(network: NetworkId, device: &DeviceId, epoch: EpochIndex) -> Balance {
		Market::left_burned_at(network, device, epoch)
	}

	fn bill(network: NetworkId, payer: &AccountId, epoch: EpochIndex) -> Option<Bill> {
		let bill = Market::bill_of(network, payer.clone(), epoch)?;
		let pallet_market::Bill { root, leaves, credits, left_burned, .. } = bill;
		Some(Bill { root, leaves, credits, left_burned })
	}

	fn tiles(network: NetworkId, parent: &Parent, epoch: EpochIndex) -> Option<Tiles> {
		Mapping::tiles_at(network, parent, epoch)
	}
}

/// Bodies, from the node's statement store: its `broadcasts` takes a statement's hash.
pub struct Bodies;

impl InspectBodies for Bodies {
	fn body(hash: &H256) -> Option<Vec<u8>> {
		let topic = sp_statement_store::Topic(hash.0);
		sp_statement_store::runtime_api::statement_store::broadcasts(&[topic]).into_iter().next()
	}
}

/// Allowances, in the state that nodes' statement stores read.
pub struct Allowances;

impl Allowances {
	fn account(publisher: &ReportKey) -> [u8; 32] {
		match publisher {
			ReportKey::Ed25519(key) => key.0,
			ReportKey::Sr25519(key) => key.0,
		}
	}
}

impl MutateAllowance for Allowances {
	fn grant(publisher: &ReportKey, statements: u32, bytes: u32) {
		sp_statement_store::increase_allowance_by(
			Self::account(publisher),
			sp_statement_store::StatementAllowance::new(statements, bytes),
		);
	}

	fn revoke(publisher: &ReportKey, statements: u32, bytes: u32) {
		sp_statement_store::decrease_allowance_by(
			Self::account(publisher),
			sp_statement_store::StatementAllowance::new(statements, bytes),
		);
	}
}

/// Devices' choices of aggregators.
pub struct Seats;

impl InspectSeats for Seats {
	fn naming(aggregator: &AccountId) -> u32 {
		pallet_devices::Carried::<Runtime>::get(aggregator)
	}
}

/// Settlements open pools.
pub struct Pools;

impl OnSettled for Pools {
	fn settled(network: NetworkId, epoch: EpochIndex, total: u64) {
		Emission::note_settled(network, epoch, total);
	}

	fn corrected(network: NetworkId, epoch: EpochIndex, before: u64, after: u64) {
		Emission::note_corrected(network, epoch, before, after);
	}
}

/// Judges earn an era point for 64 units of work, beside the 20 for a block. All judges of all work
/// that quotas allow in an era stay far below what staking's 32-bit sum holds.
///
/// They are paid at the freeze, in the era of then. Who is no validator any more, or is disabled, gets nothing: nobody
/// would be paid such points, and they would only make those of others worth less.
pub struct EraPoints;

/// Work for a point.
const WORK_A_POINT: WorkUnits = 64;

/// The most that an era's points may come to by judging. Staking adds points in 32 bits, unchecked; what is left is for blocks.
/// Only an era that does not end, since nobody can be elected for the next, has as many.
const MOST_POINTS: u32 = u32::MAX / 10 * 9;

// In both rounds all judges may be paid for all that an epoch admits, and as much as
// three eras may wait to be frozen in one; authors' points beside it are few.
const _: () = {
	let judges = 2 * MAX_JUDGES as u64;
	let epochs = 4 * constants::time::SESSIONS_PER_ERA as u64;
	let points = epochs * judges * (MAX_EPOCH_WORK / WORK_A_POINT) as u64;
	assert!(points < MOST_POINTS as u64);
};

impl RewardJudges for EraPoints {
	fn reward(judges: Vec<AccountId>, work: WorkUnits) {
		let points = work / WORK_A_POINT;
		let era = pallet_staking::ActiveEra::<Runtime>::get().map_or(0, |era| era.index);
		let mut total = pallet_staking::ErasRewardPoints::<Runtime>::get(era).total;
		let validators = Session::validators();
		let paid = judges.into_iter().filter(|judge| validators.contains(judge));
		let paid = paid.take_while(|_| {
			total = total.saturating_add(points);
			total <= MOST_POINTS
		});
		<Staking as frame_support::traits::RewardsReporter<AccountId>>::reward_by_ids(
			paid.map(|judge| (judge, points)),
		);
	}
}

/// BABE.
pub struct Consensus;

impl InspectConsensus for Consensus {
	fn slot() -> u64 {
		Babe::current_slot().into()
	}

	fn moment() -> u64 {
		// A block's time lies in its slot.
		Self::slot().saturating_mul(constants::time::SLOT_MILLIS)
	}

	fn session() -> u32 {
		Session::current_index()
	}

	fn session_randomness() -> H256 {
		H256(pallet_babe::NextRandomness::<Runtime>::get())
	}

	fn last_author_randomness() -> Option<H256> {
		Babe::author_vrf_randomness().map(H256)
	}

	fn is_disabled(validator: &AccountId) -> bool {
		let disabled = Session::disabled_validators();
		// Hardly ever is anybody, and who validates is a long list.
		!disabled.is_empty()
			&& Session::validators()
				.iter()
				.position(|other| other == validator)
				.is_some_and(|place| disabled.contains(&(place as u32)))
	}
}

/// The protocol's clock.
pub struct Clock;

impl InspectEpochs for Clock {
	fn now() -> EpochIndex {
		pallet_attestation::CurrentEpoch::<Runtime>::get()
	}

	fn window() -> EpochIndex {
		Attestation::fact_window()
	}

	fn is_expired(epoch: EpochIndex) -> bool {
		// Claims of an earlier epoch may last longer, if they were made shorter since. Pools close in order.
		pallet_emission::FirstOpen::<Runtime>::get() > epoch
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn set_now(epoch: EpochIndex) {
		pallet_attestation::CurrentEpoch::<Runtime>::put(epoch);
		pallet_emission::FirstOpen::<Runtime>::put(epoch);
		pallet_attestation::FirstUnfrozen::<Runtime>::put(epoch);
	}
}

// Who is idle was to report twice, in any network.
const _: () =
	assert!(pallet_devices::chairs::SEEN >= 2 * pallet_networks::MAX_CADENCE as EpochIndex);

/// Networks, as devices and emission see them; and devices, as emission sees them.
pub struct NetworkRules;

impl pallet_devices::InspectNetworks for NetworkRules {
	fn takes_members(network: NetworkId) -> bool {
		Networks::takes_members(network)
	}

	fn has_ended(network: NetworkId) -> bool {
		Networks::has_ended(network)
	}

	fn numbering(network: NetworkId) -> Numbering {
		let terms = pallet_networks::NetworkTerms::<Runtime>::get(network);
		let numbering = terms.and_then(|terms| Some(terms.latest()?.policy.numbering()));
		numbering.unwrap_or(Numbering::None)
	}

	fn cadence(network: NetworkId) -> u16 {
		let terms = pallet_networks::NetworkTerms::<Runtime>::get(network);
		terms.and_then(|terms| Some(terms.latest()?.cadence)).unwrap_or(1)
	}

	fn check_voucher(
		network: NetworkId,
		voucher: Option<&pallet_devices::Voucher>,
		message: &[u8],
	) -> Result<Option<pallet_devices::Licence>, DispatchError> {
		let spent = Networks::check_voucher(network, voucher, message)?;
		Ok(spent.map(|(maker, since)| pallet_devices::Licence { maker, since }))
	}

	fn spend_licence(network: NetworkId, licence: &pallet_devices::Licence) {
		Networks::spend_licence(network, &licence.maker, licence.since);
	}

	fn restore_licence(network: NetworkId, licence: &pallet_devices::Licence) {
		Networks::restore_licence(network, &licence.maker, licence.since);
	}
}

impl InspectShares for NetworkRules {
	fn share(network: NetworkId, epoch: EpochIndex) -> Option<Share> {
		let terms = Networks::terms_at(network, epoch)?;
		let (weight, weights) = Networks::weight_at(network, epoch);
		Some(Share {
			weight,
			weights,
			cadence: terms.cadence,
			reports: terms.takes_reports(epoch),
			rate_cap: terms.rate_cap,
		})
	}
}

impl ClaimMemberships for NetworkRules {
	fn owner(device: &DeviceId) -> Option<AccountId> {
		Devices::owner(device)
	}

	fn claim(network: NetworkId, device: &DeviceId, epochs: &[EpochIndex]) -> Vec<bool> {
		Devices::claim(network, device, epochs)
	}
}

/// Devices, as networks see them.
pub struct Members;

impl pallet_networks::InspectMembers for Members {
	fn has_members(network: NetworkId) -> bool {
		pallet_devices::Memberships::<Runtime>::iter_key_prefix(network).next().is_some()
	}
}

/// What owners are paid counts in government, if they have enlisted, and for grants that wait for it; and
/// who has put a bounty on the service pays for it.
pub struct Payments;

impl Payments {
	/// Places that a device has in the epochs of a claim, as weights count them: it moved once. Each move costs a fee.
	const PLACES: u32 = 2;

	/// What owners are paid by bounties, once for each cell in which their devices have served. Networks in which nobody
	/// has put one are not looked into.
	fn serve(owner: &AccountId, payments: &[Payment], weight: &mut Weight) {
		use pallet_network_treasury::WeightInfo as _;
		type NetworkTreasuryWeight = weights::pallet_network_treasury::WeightInfo<Runtime>;
		let read = <Runtime as frame_system::Config>::DbWeight::get().reads(1);
		let mut served: BTreeMap<(NetworkId, u64), Vec<(EpochIndex, u32)>> = BTreeMap::new();
		let mut wanted: BTreeMap<NetworkId, bool> = BTreeMap::new();
		for Payment { network, epoch, device, score, .. } in payments {
			let wanted = wanted.entry(*network).or_insert_with(|| {
				weight.saturating_accrue(read);
				NetworkTreasury::has_bounties(*network)
			});
			if let Some(cell) = wanted.then(|| Devices::cell(*network, device, *epoch)).flatten() {
				served.entry((*network, cell)).or_default().push((*epoch, *score));
			}
		}
		for ((network, cell), served) in served {
			let paid = NetworkTreasury::note_service(network, cell, owner, &served);
			weight.saturating_accrue(NetworkTreasuryWeight::note_service(paid));
		}
	}
}

impl Payments {
	/// What an owner is paid by deals about its devices, once in each network.
	fn serve_deals(owner: &AccountId, payments: &[Payment], weight: &mut Weight) {
		use pallet_market::WeightInfo as _;
		let read = <Runtime as frame_system::Config>::DbWeight::get().reads(1);
		let row = <Runtime as frame_system::Config>::DbWeight::get().reads_writes(1, 1);
		let mut served: BTreeMap<NetworkId, BTreeMap<DeviceId, Vec<(EpochIndex, u32)>>> =
			BTreeMap::new();
		for Payment { network, epoch, device, score, .. } in payments {
			let devices = served.entry(*network).or_default();
			devices.entry(*device).or_default().push((*epoch, *score));
		}
		for (network, devices) in served {
			let devices: Vec<_> = devices.into_iter().collect();
			let reports = devices.iter().map(|(_, reports)| reports.len() as u32).sum();
			weight.saturating_accrue(read.saturating_mul(devices.len() as u64));
			match Market::note_served(owner, network, &devices) {
				0 => (),
				// A row for each device in which its sales are counted.
				looked => weight.saturating_accrue(
					weights::pallet_market::WeightInfo::<Runtime>::note_served(looked, reports)
						.saturating_add(row.saturating_mul(devices.len() as u64)),
				),
			}
		}
	}
}

impl pallet_emission::OnPaid for Payments {
	fn paid(owner: &AccountId, payments: &[Payment]) -> Weight {
		use pallet_contribution::WeightInfo as _;
		use pallet_network_treasury::WeightInfo as _;
		let mut weight = Weight::zero();
		let sum = |network: NetworkId| {
			let paid = payments.iter().filter(|payment| payment.network == network);
			paid.fold(0, |sum: Balance, payment| sum.saturating_add(payment.amount))
		};
		let networks: BTreeSet<_> = payments.iter().map(|payment| payment.network).collect();
		for network in networks {
			if Contribution::note_paid(owner, network, sum(network)) {
				weight.saturating_accrue(
					weights::pallet_contribution::WeightInfo::<Runtime>::note_paid(),
				);
			}
			if NetworkTreasury::note_work(network, owner, sum(network)) {
				weight.saturating_accrue(
					weights::pallet_network_treasury::WeightInfo::<Runtime>::note_work(),
				);
			}
		}
		Self::serve(owner, payments, &mut weight);
		Self::serve_deals(owner, payments, &mut weight);
		weight
	}

	fn weight(memberships: u32, reports: u32) -> Weight {
		use pallet_contribution::WeightInfo as _;
		use pallet_market::WeightInfo as _;
		use pallet_network_treasury::WeightInfo as _;
		type NetworkTreasuryWeight = weights::pallet_network_treasury::WeightInfo<Runtime>;
		let bounties = <Runtime as pallet_network_treasury::Config>::MaxBounties::get();
		let cells = reports.min(memberships.saturating_mul(Self::PLACES));
		let each = weights::pallet_contribution::WeightInfo::<Runtime>::note_paid()
			.saturating_add(NetworkTreasuryWeight::note_work())
			.saturating_add(<Runtime as frame_system::Config>::DbWeight::get().reads(2));
		// So many reports of one device at the most, on the average: what they add is the same whoever they belong to.
		let of_each = reports.div_ceil(memberships.max(1));
		let deals = weights::pallet_market::WeightInfo::<Runtime>::note_served(
			pallet_market::MAX_DEALS,
			of_each,
		);
		each.saturating_add(deals).saturating_mul(memberships.into()).saturating_add(
			NetworkTreasuryWeight::note_service(bounties).saturating_mul(cells.into()),
		)
	}
}

/// Settlements, as emission sees them.
pub struct Settlements;

impl InspectSettlements for Settlements {
	fn now() -> EpochIndex {
		pallet_attestation::CurrentEpoch::<Runtime>::get()
	}

	fn total(network: NetworkId, epoch: EpochIndex) -> u64 {
		pallet_attestation::Totals::<Runtime>::get(epoch, network)
	}

	fn is_void(epoch: EpochIndex) -> bool {
		// One whose claims have ended is forgotten. It can still be part of an era or of a cadence that
		// ended late, and is taken for one that was not void.
		pallet_attestation::Schedules::<Runtime>::get(epoch).is_some_and(|schedule| schedule.void)
	}

	fn is_expired(epoch: EpochIndex) -> bool {
		let now = pallet_attestation::CurrentEpoch::<Runtime>::get();
		match pallet_attestation::Schedules::<Runtime>::get(epoch) {
			Some(schedule) => Attestation::claims_end(&schedule) <= now,
			None => epoch < now,
		}
	}

	fn final_chunk(
		epoch: EpochIndex,
		batch: &BatchId,
		chunk: u32,
		element: &Element,
		path: &ElementPath,
		leaves: &Leaves,
	) -> Result<FinalChunk, DispatchError> {
		let settled = Attestation::verify_chunk(epoch, batch, chunk, element, path, leaves)?;
		Ok(FinalChunk { network: settled.network, aggregator: settled.aggregator })
	}
}
