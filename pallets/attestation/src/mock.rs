//! A chain with nothing but this pallet: facts, randomness and bodies are whatever a test says.

use std::collections::BTreeMap;

use codec::Encode;
use frame_support::{
	parameter_types,
	traits::{ConstU64, Get, Hooks, OneSessionHandler},
};
use frame_system::EnsureRoot;
use sp_core::{sr25519, Pair};
use sp_runtime::{
	testing::TestXt,
	traits::BlakeTwo256,
	transaction_validity::{
		InvalidTransaction, TransactionPriority, TransactionSource, TransactionValidityError,
	},
	BuildStorage,
};
use sp_version::RuntimeVersion;
use substation_primitives::{
	batch::{chunk_root, chunks_tree, Body, Chunk, Element, Leaf, Terms, Vector},
	epoch::Parameters,
	report::report_hash,
	AccountId32, BatchId, DeviceId, EpochIndex, NetworkId, ReportKey, WorkUnits, H256,
};
use substation_proofs::{
	author::{pack, DevicePair, Packed},
	facts::{Bill, DeviceFacts},
	storage::{self, Committed},
	tiles::{Parent, Tiles},
	KindPolicy, Policy,
};

use crate::{
	sr25519::{JudgeId, JudgeSignature},
	*,
};

pub use substation_testing::account;

pub type TxExtension = frame_system::AuthorizeCall<Test>;
pub type Extrinsic = TestXt<RuntimeCall, TxExtension>;
type Block = sp_runtime::generic::Block<sp_runtime::generic::Header<u64, BlakeTwo256>, Extrinsic>;

substation_testing::mock_runtime! {
	block: Block,
	version: Code,
	balance: u64,
	existential_deposit: ConstU64<1>,

	#[runtime::pallet_index(2)]
	pub type Attestation = crate::Pallet<Test>;
}

parameter_types! {
	pub static Slot: u64 = 0;
	pub static Session: u32 = 0;
	pub static Devices: BTreeMap<DeviceId, DeviceFacts> = BTreeMap::new();
	pub static NetworkPolicy: Option<Policy> = Some(policy());
	/// Networks are open up to this number.
	pub static OpenNetworks: NetworkId = NETWORK;
	pub static StoredBodies: BTreeMap<H256, Vec<u8>> = BTreeMap::new();
	pub static Granted: BTreeMap<Vec<u8>, (i64, i64)> = BTreeMap::new();
	pub static SettledTotals: Vec<(NetworkId, EpochIndex, u64)> = Vec::new();
	pub static CorrectedTotals: Vec<(NetworkId, EpochIndex, u64, u64)> = Vec::new();
	pub static Rewarded: Vec<(Vec<AccountId32>, WorkUnits)> = Vec::new();
	/// Whether claims are not taken.
	pub static ClaimsAreStopped: bool = false;
	pub static StoreQuota: u64 = 10_000_000;
	pub static WorkRent: u64 = 0;
	pub static ByteRent: u64 = 0;
	/// How many seats name an account; more than anybody needs unless a test says otherwise.
	pub static SeatsNaming: BTreeMap<AccountId32, u32> = BTreeMap::new();
	pub static SpecVersion: u32 = 1;
	pub static Disabled: Vec<AccountId32> = Vec::new();
	pub const Priority: TransactionPriority = 1 << 40;
}

/// Which code this is.
pub struct Code;

impl Get<RuntimeVersion> for Code {
	fn get() -> RuntimeVersion {
		RuntimeVersion { spec_version: SpecVersion::get(), ..Default::default() }
	}
}

pub struct World;

impl InspectFacts for World {
	fn policy(network: NetworkId, _: EpochIndex) -> Option<Policy> {
		NetworkPolicy::get().filter(|_| (1..=OpenNetworks::get()).contains(&network))
	}

	fn device(network: NetworkId, device: &DeviceId, _: EpochIndex) -> Option<DeviceFacts> {
		(network == NETWORK).then(|| Devices::get().get(device).cloned()).flatten()
	}

	fn chair(_: NetworkId, _: u64, _: u32, _: EpochIndex) -> Option<DeviceId> {
		None
	}

	fn left_burned(_: NetworkId, _: &DeviceId, _: EpochIndex) -> u128 {
		0
	}

	fn bill(_: NetworkId, _: &AccountId32, _: EpochIndex) -> Option<Bill> {
		None
	}

	fn tiles(_: NetworkId, _: &Parent, _: EpochIndex) -> Option<Tiles> {
		None
	}
}

impl InspectBodies for World {
	fn body(hash: &H256) -> Option<Vec<u8>> {
		StoredBodies::get().get(hash).cloned()
	}
}

impl MutateAllowance for World {
	fn grant(publisher: &ReportKey, statements: u32, bytes: u32) {
		Granted::mutate(|granted| {
			let entry = granted.entry(publisher.encode()).or_default();
			entry.0 += i64::from(statements);
			entry.1 += i64::from(bytes);
		});
	}

	fn revoke(publisher: &ReportKey, statements: u32, bytes: u32) {
		Granted::mutate(|granted| {
			let entry = granted.entry(publisher.encode()).or_default();
			entry.0 -= i64::from(statements);
			entry.1 -= i64::from(bytes);
		});
	}
}

impl InspectSeats for World {
	fn naming(aggregator: &AccountId32) -> u32 {
		SeatsNaming::get().get(aggregator).copied().unwrap_or(100_000)
	}
}

impl OnSettled for World {
	fn settled(network: NetworkId, epoch: EpochIndex, total: u64) {
		SettledTotals::mutate(|totals| totals.push((network, epoch, total)));
	}

	fn corrected(network: NetworkId, epoch: EpochIndex, before: u64, after: u64) {
		CorrectedTotals::mutate(|totals| totals.push((network, epoch, before, after)));
	}
}

impl RewardJudges for World {
	fn reward(judges: Vec<AccountId32>, work: WorkUnits) {
		Rewarded::mutate(|rewarded| rewarded.push((judges, work)));
	}
}

impl InspectConsensus for World {
	fn slot() -> u64 {
		Slot::get()
	}

	fn moment() -> u64 {
		Slot::get() * 6_000
	}

	fn session() -> u32 {
		Session::get()
	}

	fn session_randomness() -> H256 {
		H256::from_low_u64_be(Session::get().into())
	}

	fn last_author_randomness() -> Option<H256> {
		Some(H256::from_low_u64_be(System::block_number()))
	}

	fn is_disabled(validator: &AccountId32) -> bool {
		Disabled::get().contains(validator)
	}
}

impl Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Slashed = ();
	type Facts = World;
	type Bodies = World;
	type Allowances = World;
	type Seats = World;
	type OnSettled = World;
	type Rewards = World;
	type Consensus = World;
	type ParametersOrigin = EnsureRoot<AccountId32>;
	type AggregatorBond = ConstU64<1_000>;
	type ProfileDeposit = ConstU64<10>;
	type ProfileByteDeposit = ConstU64<1>;
	type WorkBond = ConstU64<2>;
	type ByteBond = ConstU64<1>;
	type WorkRent = WorkRent;
	type ByteRent = ByteRent;
	type EvictOrigin = EnsureRoot<AccountId32>;
	type CommitmentBond = ConstU64<256_000>;
	type JudgingFee = ConstU64<1>;
	type StoreQuota = StoreQuota;
	type ClaimsStopped = ClaimsAreStopped;
	type Priority = Priority;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = World;
}

#[cfg(feature = "runtime-benchmarks")]
impl BenchmarkHelper for World {
	fn open_network(_: u32, _: u16) -> NetworkId {
		NETWORK
	}

	fn longest_cadence() -> u16 {
		1
	}

	fn set_validators(_: Vec<AccountId32>) {}

	fn set_slot(slot: u64) {
		Slot::set(slot);
	}
}

/// Where benchmarks are tried out.
#[cfg(feature = "runtime-benchmarks")]
pub fn benchmark_externalities() -> sp_io::TestExternalities {
	substation_testing::with_keystore(Chain::default().externalities())
}

impl<LocalCall> frame_system::offchain::CreateTransactionBase<LocalCall> for Test
where
	RuntimeCall: From<LocalCall>,
{
	type Extrinsic = Extrinsic;
	type RuntimeCall = RuntimeCall;
}

impl<LocalCall> frame_system::offchain::CreateTransaction<LocalCall> for Test
where
	RuntimeCall: From<LocalCall>,
{
	type Extension = TxExtension;

	fn create_transaction(call: RuntimeCall, extension: TxExtension) -> Extrinsic {
		Extrinsic::new_transaction(call, extension)
	}
}

impl<LocalCall> frame_system::offchain::CreateAuthorizedTransaction<LocalCall> for Test
where
	RuntimeCall: From<LocalCall>,
{
	fn create_extension() -> TxExtension {
		TxExtension::new()
	}
}

pub const NETWORK: NetworkId = 1;
/// Quota that tests' aggregators register with.
pub const QUOTA: WorkUnits = 1_999;
/// What every account starts with.
pub const ENDOWMENT: u64 = 100_000_000;

pub fn policy() -> Policy {
	Policy { ramp: 0, kind: KindPolicy::Storage(storage::Policy { shown: 1, cap: 2_560 }) }
}

pub fn publisher(number: u8) -> sr25519::Pair {
	sr25519::Pair::from_seed(&[number; 32])
}

pub fn judge_pair(number: u8) -> sr25519::Pair {
	sr25519::Pair::from_seed(&[100 + number; 32])
}

pub fn judge_account(number: u8) -> AccountId32 {
	account(200 + number)
}

fn judges(size: u8) -> Vec<(AccountId32, JudgeId)> {
	(0..size).map(|i| (judge_account(i), judge_pair(i).public().into())).collect()
}

/// A device that stores `pieces` pieces, and its report for the epoch of `context`.
pub struct StorageDevice {
	pub pair: DevicePair,
	pub data: Vec<u8>,
}

impl StorageDevice {
	pub fn new(number: u32, pieces: u32) -> Self {
		let mut seed = [9; 32];
		seed[..4].copy_from_slice(&number.to_le_bytes());
		let data = (0..pieces * 256).map(|i| (i + number) as u8).collect();
		Self { pair: DevicePair::from_seed(&seed), data }
	}

	pub fn id(&self) -> DeviceId {
		self.pair.device_id()
	}

	/// Makes the device a member whose reports `aggregator` carries.
	pub fn enrol(&self, aggregator: &AccountId32) {
		let facts = DeviceFacts {
			key: self.pair.public(),
			owner: aggregator.clone(),
			aggregator: aggregator.clone(),
			aggregator_since: 0,
			cut: 0,
			since: 0,
			place: None,
			chair: None,
			data_set: Some(Committed::new(&self.data).unwrap().data_set()),
		};
		Devices::mutate(|devices| devices.insert(self.id(), facts));
	}

	pub fn report(&self, epoch: EpochIndex, aggregator: &AccountId32) -> Vec<u8> {
		let context = context(epoch, aggregator);
		let KindPolicy::Storage(policy) = policy().kind else { unreachable!() };
		let evidence = Committed::new(&self.data)
			.unwrap()
			.prove(&context, &policy, &self.id(), &self.data)
			.unwrap();
		self.pair.report(&context, &self.id(), &evidence)
	}
}

pub fn context(
	epoch: EpochIndex,
	aggregator: &AccountId32,
) -> substation_primitives::signing::ReportContext {
	substation_primitives::signing::ReportContext {
		genesis: Attestation::genesis_hash(),
		network: NETWORK,
		epoch,
		aggregator: aggregator.clone(),
		entropy: Epochs::<Test>::get(epoch).unwrap().entropy.unwrap(),
	}
}

/// A chain, with parameters of a development chain unless told otherwise.
pub struct Chain {
	judges: u8,
	parameters: Parameters,
}

impl Default for Chain {
	fn default() -> Self {
		Self { judges: 4, parameters: Parameters::development() }
	}
}

impl Chain {
	pub fn judges(mut self, judges: u8) -> Self {
		self.judges = judges;
		self
	}

	pub fn parameters(mut self, change: impl FnOnce(&mut Parameters)) -> Self {
		change(&mut self.parameters);
		self
	}

	/// Runs `test` from block 1 on, and checks the state after it.
	pub fn run<R>(self, test: impl FnOnce() -> R) -> R {
		self.externalities().execute_with(|| {
			let result = test();
			Attestation::do_try_state().unwrap();
			result
		})
	}

	pub fn externalities(self) -> sp_io::TestExternalities {
		Slot::set(0);
		Session::set(0);
		Judges::set(self.judges);
		SpecVersion::set(1);
		SeatsNaming::set(BTreeMap::new());
		WorkRent::set(0);
		ByteRent::set(0);
		SettledTotals::set(Vec::new());
		CorrectedTotals::set(Vec::new());
		Rewarded::set(Vec::new());
		let genesis = RuntimeGenesisConfig {
			balances: BalancesConfig {
				balances: substation_testing::endowed(1..20, ENDOWMENT),
				..Default::default()
			},
			attestation: AttestationConfig {
				parameters: self.parameters,
				_config: Default::default(),
			},
			..Default::default()
		};
		let mut ext = sp_io::TestExternalities::new(genesis.build_storage().unwrap());
		let judges = judges(self.judges);
		ext.execute_with(|| {
			<Attestation as OneSessionHandler<_>>::on_genesis_session(
				judges.iter().map(|(account, key)| (account, key.clone())),
			);
		});
		ext.execute_with(|| {
			System::set_block_number(0);
			next_block();
		});
		ext
	}
}

parameter_types! {
	pub static Judges: u8 = 4;
}

fn begin_block(number: u64) {
	System::reset_events();
	let parent = H256::from_low_u64_be(number + 1_000_000);
	System::initialize(&number, &parent, &Default::default());
}

/// Finishes the present block and begins the next, one slot later.
pub fn next_block() {
	blocks_after(1);
}

/// As [`next_block`], but `slots` slots later.
pub fn blocks_after(slots: u64) {
	let now = System::block_number();
	if now > 0 {
		Attestation::on_idle(now, frame_support::weights::Weight::from_parts(u64::MAX, u64::MAX));
	}
	Slot::mutate(|slot| *slot += slots);
	begin_block(now + 1);
	Attestation::on_initialize(now + 1);
}

/// As [`next_block`], with a session change at the beginning of the block.
pub fn next_session() {
	session_after(1);
}

/// As [`next_session`], but `slots` slots later.
pub fn session_after(slots: u64) {
	let now = System::block_number();
	Attestation::on_idle(now, frame_support::weights::Weight::from_parts(u64::MAX, u64::MAX));
	Slot::mutate(|slot| *slot += slots);
	Session::mutate(|session| *session += 1);
	begin_block(now + 1);
	let judges = judges(Judges::get());
	let set: Vec<_> = judges.iter().map(|(account, key)| (account, key.clone())).collect();
	<Attestation as OneSessionHandler<_>>::on_new_session(
		true,
		set.clone().into_iter(),
		set.into_iter(),
	);
	Attestation::on_initialize(now + 1);
}

/// Goes on to the `index`-th block of the present epoch.
pub fn to_index(index: u32) {
	while Attestation::now().unwrap().1 < index {
		next_block();
	}
}

/// Goes on until `epoch` has opened, with sessions of twenty blocks.
pub fn to_epoch(epoch: EpochIndex) {
	while CurrentEpoch::<Test>::get() < epoch {
		to_index(19);
		next_session();
	}
}

/// Registers account `number` as an aggregator.
pub fn register(number: u8) -> AccountId32 {
	register_with(number, QUOTA, 1_000_000)
}

/// Registers account `number` with a quota and an allowance of the test's choice.
pub fn register_with(number: u8, quota: WorkUnits, allowance: u32) -> AccountId32 {
	let who = account(number);
	let key = ReportKey::Sr25519(publisher(number).public());
	let origin = RuntimeOrigin::signed(who.clone());
	let proof = publisher_proof(number, &who);
	Attestation::register_aggregator(origin, key, proof, quota, allowance).unwrap();
	who
}

/// Terms of one report that nobody has ever seen.
pub fn empty_terms(number: u8, shard: u8, work: WorkUnits, body: H256) -> Terms {
	let start = (u64::from(shard) << 32) + 1;
	Terms {
		network: NETWORK,
		epoch: CurrentEpoch::<Test>::get() - 1,
		aggregator: account(number),
		shard,
		root: H256::repeat_byte(4),
		cuts: vec![start].try_into().unwrap(),
		last: start,
		count: 1,
		work,
		bytes: 100,
		bodies: vec![body].try_into().unwrap(),
	}
}

/// `terms`, but of these chunks, whose one body is in every judge's store.
pub fn holding(chunks: Vec<Chunk>, terms: Terms) -> Terms {
	let roots = (0..).zip(&chunks).map(|(number, chunk)| chunk_root(number, chunk)).collect();
	let body = Body { first: 0, chunks: chunks.try_into().unwrap() }.encode();
	let hash = report_hash(&body);
	let terms = Terms {
		root: chunks_tree(roots).root(),
		bytes: body.len() as u32,
		bodies: vec![hash].try_into().unwrap(),
		..terms
	};
	StoredBodies::mutate(|bodies| bodies.insert(hash, body));
	terms
}

/// Says as judge `judge` that it lacks these batches.
pub fn lack(judge: u8, batches: &[BatchId]) -> Validity {
	let (epoch, _, record) = Attestation::now().unwrap();
	let batches = batches.to_vec().try_into().unwrap();
	let list = MissingList { epoch, judge: judge.into(), batches };
	let payload = list.signing_payload(&Attestation::genesis_hash(), &record.opening.unwrap());
	let signature: JudgeSignature = judge_pair(judge).sign(&payload).into();
	send(Call::report_missing { list, signature })
}

/// Publisher key `number`'s word that `who` may use it.
pub fn publisher_proof(number: u8, who: &AccountId32) -> substation_primitives::keys::Signature {
	let message = substation_primitives::signing::publisher(&Attestation::genesis_hash(), who);
	publisher(number).sign(&message).0
}

/// A batch of devices' reports, with its bodies in every judge's store.
pub fn published(number: u8, epoch: EpochIndex, devices: &[StorageDevice]) -> Packed {
	let aggregator = account(number);
	let reports =
		devices.iter().map(|device| (device.id(), device.report(epoch, &aggregator))).collect();
	let mut packed = pack(&context(epoch, &aggregator), &policy(), &reports).remove(0);
	publish(&mut packed);
	packed
}

pub fn publish(packed: &mut Packed) {
	let hashes: Vec<_> = packed
		.bodies
		.iter()
		.map(|body| {
			let hash = report_hash(body);
			StoredBodies::mutate(|bodies| bodies.insert(hash, body.clone()));
			hash
		})
		.collect();
	packed.terms.bodies = hashes.try_into().unwrap();
}

type Validity = Result<(), TransactionValidityError>;

/// Sends a call as the pool and a block would: checked, then dispatched.
pub fn send(call: Call<Test>) -> Validity {
	use frame_support::traits::Authorize;
	let call = RuntimeCall::Attestation(call);
	for source in [TransactionSource::External, TransactionSource::InBlock] {
		call.authorize(source).expect("the call is authorized")?;
	}
	let origin = frame_system::RawOrigin::Authorized.into();
	sp_runtime::traits::Dispatchable::dispatch(call, origin).expect("what was checked succeeds");
	Ok(())
}

pub fn commit_signed(terms: &Terms, publisher: &sr25519::Pair) -> Validity {
	let signature = publisher.sign(&terms.signing_payload(&Attestation::genesis_hash())).0;
	send(Call::commit { terms: terms.clone(), signature })
}

/// Commits to `packed` as aggregator `number`.
pub fn commit(number: u8, packed: &Packed) -> BatchId {
	commit_signed(&packed.terms, &publisher(number)).unwrap();
	packed.terms.batch_id()
}

/// What judge `judge` seals for `root`.
pub fn entry(round: Round, batch: BatchId, judge: u8, root: H256) -> SealEntry {
	let record = Attestation::now().unwrap().2;
	let seal = substation_primitives::signing::seal(
		&Attestation::genesis_hash(),
		&record.opening.unwrap(),
		&batch,
		judge_pair(judge).public().as_ref(),
		&root,
	);
	SealEntry { round, batch, seal }
}

pub fn seal_all(judge: u8, seals: Vec<SealEntry>) -> Validity {
	let (epoch, _, record) = Attestation::now().unwrap();
	let bundle = SealBundle { epoch, judge: judge.into(), seals: seals.try_into().unwrap() };
	seal_signed(bundle, &record.opening.unwrap(), &judge_pair(judge))
}

pub fn seal_signed(bundle: SealBundle, opening: &H256, pair: &sr25519::Pair) -> Validity {
	let payload = bundle.signing_payload(&Attestation::genesis_hash(), opening);
	let signature: JudgeSignature = pair.sign(&payload).into();
	send(Call::seal { bundle, signature })
}

pub fn seal(judge: u8, round: Round, batch: BatchId, root: H256) -> Validity {
	seal_all(judge, vec![entry(round, batch, judge, root)])
}

pub fn reveal(round: Round, batch: BatchId, outcome: Outcome) -> Validity {
	send(Call::reveal { round, batch, outcome })
}

pub fn invalid(error: InvalidTransaction) -> Validity {
	Err(TransactionValidityError::Invalid(error))
}

pub fn state(epoch: EpochIndex, batch: BatchId) -> BatchState {
	Commitments::<Test>::get(epoch, batch).unwrap().state
}

/// The honest result, its chunks' leaves included.
pub fn result_of(epoch: EpochIndex, batch: BatchId) -> Outcome {
	let commitment = Commitments::<Test>::get(epoch, batch).unwrap();
	let bodies: Vec<_> =
		commitment.bodies.iter().map(|hash| World::body(hash).unwrap_or_default()).collect();
	offchain::judge_batch::<Test>(epoch, &commitment, &bodies).expect("the rules are kept").0
}

/// A result that says `sum` for a single chunk, as a liar would.
pub fn lie(sum: u64) -> Outcome {
	let element = Element { score_root: H256::repeat_byte(1), sum, count: 1, work: 3 };
	Outcome::Result(Vector::truncate_from(vec![element]))
}

/// The leaves of a packed batch's chunk, judged as now.
pub fn leaves(epoch: EpochIndex, packed: &Packed, chunk: u32) -> Vec<Leaf> {
	substation_proofs::judge_chunk(
		substation_proofs::RULES,
		&context(epoch, &packed.terms.aggregator),
		&policy(),
		&offchain::EpochFacts::<Test>::new(NETWORK, epoch),
		&packed.terms,
		chunk,
		&packed.chunks[chunk as usize],
	)
	.expect("the rules are kept")
	.leaves
}

pub fn has_event(matches: impl Fn(&Event<Test>) -> bool) -> bool {
	System::events()
		.iter()
		.any(|record| matches!(&record.event, RuntimeEvent::Attestation(event) if matches(event)))
}
