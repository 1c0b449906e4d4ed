//! Devices, aggregators and judges of a chain in a test, all of them honest.

use std::collections::BTreeMap;

use pallet_attestation::{InspectFacts as _, Outcome, Round};
use polkadot_sdk::sp_runtime::{
	traits::{BlakeTwo256, Hash as _},
	transaction_validity::TransactionValidityError,
	DispatchError, Permill,
};
use sp_core::Pair;
use sp_keyring::Sr25519Keyring as Key;
use substation_primitives::{
	batch::{vector_tree, Element, Leaves, Terms},
	epoch::EpochRecord,
	signing::{self, ReportContext},
	BatchId, DeviceId, EpochIndex, HardwareKey, NetworkId, ReportKey,
};
use substation_proofs::{
	author::{exchange, DevicePair, Packed, Reception, Transmission},
	facts::{Bill, DeviceFacts, FactSource, Place, PLACE_RESOLUTION},
	judge_chunks,
	storage::Committed,
	tiles::{Parent, Tiles},
	JudgedChunk, KindPolicy, RULES,
};
use substation_runtime::{AccountId, Attestation, Devices, Networks, Runtime};

use crate::chain::{account, Chain, KeyPair};

/// The preset's coverage network.
pub const COVERAGE: NetworkId = 0;
/// The preset's storage network.
pub const STORAGE: NetworkId = 1;
/// The preset's presence network.
pub const PRESENCE: NetworkId = 2;
pub const BANDWIDTH: NetworkId = 4;
/// The preset's mapping network.
pub const MAPPING: NetworkId = 5;
/// An aggregator's part of each payment.
pub const CUT: Permill = Permill::from_percent(10);
/// All validators.
pub const JUDGES: [Key; 4] = [Key::Alice, Key::Bob, Key::Charlie, Key::Dave];

impl Chain {
	/// What reports of `epoch` to `network`, carried by `carrier`, are bound to.
	pub fn context(
		&self,
		network: NetworkId,
		epoch: EpochIndex,
		carrier: &AccountId,
	) -> ReportContext {
		ReportContext {
			genesis: Attestation::genesis_hash(),
			network,
			epoch,
			aggregator: carrier.clone(),
			entropy: Attestation::epoch_record(epoch).unwrap().entropy.unwrap(),
		}
	}
}

/// Makes an account an aggregator whose own key publishes.
pub fn register_aggregator(chain: &Chain, key: &KeyPair) {
	chain.send(key, aggregator_call(key, 20_000, 4_000_000)).unwrap();
}

/// The call that does that, with what it asks for.
pub fn aggregator_call(
	key: &KeyPair,
	quota: u32,
	allowance: u32,
) -> pallet_attestation::Call<Runtime> {
	let publisher = ReportKey::Sr25519(key.public());
	let proof = key.sign(&signing::publisher(&Attestation::genesis_hash(), &account(key))).0;
	pallet_attestation::Call::register_aggregator { publisher, proof, quota, allowance }
}

/// A device's key.
pub fn device(number: u8) -> DevicePair {
	DevicePair::from_seed(&[number; 32])
}

/// Registers a device for `owner`, its reports carried by `carrier`.
pub fn register(
	chain: &Chain,
	owner: &KeyPair,
	pair: &DevicePair,
	network: NetworkId,
	carrier: &AccountId,
) {
	let genesis = Attestation::genesis_hash();
	let message = signing::registration(&genesis, &account(owner), network, 1_000_000);
	let call = pallet_devices::Call::register {
		hardware: HardwareKey::from(pair.public()),
		proof: pallet_devices::RegistrationProof {
			expires: 1_000_000,
			signature: pair.sign(&message),
		},
		network,
		aggregator: carrier.clone(),
		cut: CUT,
		voucher: None,
	};
	chain.send(owner, call).unwrap();
}

/// Registers a storage device with a quarter of the data of a full score.
pub fn storing(chain: &Chain, owner: &KeyPair, carrier: &KeyPair) -> (DevicePair, Vec<u8>) {
	let (pair, data) = (device(1), vec![7; 4 * 1024 * 1024]);
	register(chain, owner, &pair, STORAGE, &account(carrier));
	let data_set = Some(Committed::new(&data).unwrap().data_set());
	let call = pallet_devices::Call::commit_data_set { device: pair.device_id(), data_set };
	chain.send(owner, call).unwrap();
	(pair, data)
}

/// Writes the hashes of a batch's bodies into its terms. The bodies themselves go nowhere: nothing that a
/// chain does after judging needs them.
pub fn publish(packed: &mut Packed) {
	let hashes: Vec<_> = packed.bodies.iter().map(|body| BlakeTwo256::hash(body)).collect();
	packed.terms.bodies = hashes.try_into().unwrap();
}

/// Commits to a batch, if a pool would take the commitment.
pub fn try_commit(
	chain: &Chain,
	carrier: &KeyPair,
	terms: &Terms,
) -> Result<(), TransactionValidityError> {
	let signature = carrier.sign(&terms.signing_payload(&Attestation::genesis_hash())).0;
	let call = pallet_attestation::Call::commit { terms: terms.clone(), signature };
	chain.send_authorized(call)
}

/// Commits to a batch.
pub fn commit(chain: &Chain, carrier: &KeyPair, terms: &Terms) -> BatchId {
	try_commit(chain, carrier, terms).unwrap();
	terms.batch_id()
}

type Facts = <Runtime as pallet_attestation::Config>::Facts;

/// The chain's facts of a network, as of an epoch.
pub struct AsOf {
	pub network: NetworkId,
	pub epoch: EpochIndex,
}

impl FactSource for AsOf {
	fn device(&self, device: &DeviceId) -> Option<DeviceFacts> {
		Facts::device(self.network, device, self.epoch)
	}

	fn chair(&self, cell: u64, index: u32) -> Option<DeviceId> {
		Facts::chair(self.network, cell, index, self.epoch)
	}

	fn left_burned(&self, device: &DeviceId) -> u128 {
		Facts::left_burned(self.network, device, self.epoch)
	}

	fn bill(&self, payer: &AccountId) -> Option<Bill> {
		Facts::bill(self.network, payer, self.epoch)
	}

	fn tiles(&self, parent: &Parent) -> Option<Tiles> {
		Facts::tiles(self.network, parent, self.epoch)
	}

	fn opened(&self, epoch: EpochIndex) -> Option<u64> {
		Attestation::opened(epoch)
	}
}

/// What an honest judge finds: from the chain's own facts.
pub fn judged(chain: &Chain, packed: &Packed) -> Vec<JudgedChunk> {
	let terms = &packed.terms;
	let facts = AsOf { network: terms.network, epoch: terms.epoch };
	let policy = Networks::terms_at(terms.network, terms.epoch).unwrap().policy;
	let context = chain.context(terms.network, terms.epoch, &terms.aggregator);
	judge_chunks(RULES, &context, &policy, &facts, terms, &packed.chunks).unwrap()
}

/// What judges seal of what they have found.
pub fn outcome(judged: &[JudgedChunk]) -> Outcome {
	let elements: Vec<Element> = judged.iter().map(|chunk| chunk.element).collect();
	Outcome::Result(elements.try_into().unwrap())
}

/// A judge's place in the present record.
fn place_of(record: &EpochRecord, key: Key) -> u16 {
	let account = key.to_account_id();
	record.judges.iter().position(|judge| judge.account == account).unwrap() as u16
}

/// All four judges seal the outcome as members of the committee, in one bundle each.
pub fn seal(chain: &Chain, batch: BatchId, outcome: &Outcome) {
	seal_in(chain, Round::Committee, batch, outcome);
}

/// All four judges seal the outcome in a round, in one bundle each.
pub fn seal_in(chain: &Chain, round: Round, batch: BatchId, outcome: &Outcome) {
	let (epoch, _, record) = Attestation::now().unwrap();
	let (genesis, opening) = (Attestation::genesis_hash(), record.opening.unwrap());
	for key in JUDGES {
		let judge = place_of(&record, key);
		let public = key.public();
		let seal = signing::seal(&genesis, &opening, &batch, public.as_ref(), &outcome.root());
		let entry = pallet_attestation::SealEntry { round, batch, seal };
		let bundle =
			pallet_attestation::SealBundle { epoch, judge, seals: vec![entry].try_into().unwrap() };
		let payload = bundle.signing_payload(&genesis, &opening);
		let signature = key.pair().sign(&payload).into();
		chain.send_authorized(pallet_attestation::Call::seal { bundle, signature }).unwrap();
	}
}

/// Reveals what the committee has sealed.
pub fn reveal(chain: &Chain, batch: BatchId, outcome: Outcome) {
	try_reveal(chain, Round::Committee, batch, outcome).unwrap();
}

/// Reveals what was sealed in a round, if a pool would take it.
pub fn try_reveal(
	chain: &Chain,
	round: Round,
	batch: BatchId,
	outcome: Outcome,
) -> Result<(), TransactionValidityError> {
	chain.send_authorized(pallet_attestation::Call::reveal { round, batch, outcome })
}

/// Says as a judge that it lacks a batch's bodies.
pub fn lack(chain: &Chain, key: Key, batch: BatchId) {
	let (epoch, _, record) = Attestation::now().unwrap();
	let list = pallet_attestation::MissingList {
		epoch,
		judge: place_of(&record, key),
		batches: vec![batch].try_into().unwrap(),
	};
	let payload = list.signing_payload(&Attestation::genesis_hash(), &record.opening.unwrap());
	let signature = key.pair().sign(&payload).into();
	chain.send_authorized(pallet_attestation::Call::report_missing { list, signature }).unwrap();
}

/// Claims for a batch's first chunk.
pub fn claim(
	chain: &Chain,
	claimant: &KeyPair,
	epoch: EpochIndex,
	batch: BatchId,
	judged: &[JudgedChunk],
) -> Result<(), DispatchError> {
	claim_chunk(chain, claimant, epoch, batch, judged, 0)
}

/// Claims for one of a batch's chunks.
pub fn claim_chunk(
	chain: &Chain,
	claimant: &KeyPair,
	epoch: EpochIndex,
	batch: BatchId,
	judged: &[JudgedChunk],
	number: u32,
) -> Result<(), DispatchError> {
	let elements: Vec<Element> = judged.iter().map(|chunk| chunk.element).collect();
	let chunk = &judged[number as usize];
	let call = pallet_emission::Call::claim_chunk {
		epoch,
		batch,
		chunk: number,
		element: chunk.element,
		path: vector_tree(&elements).path(number).unwrap().try_into().unwrap(),
		leaves: Leaves::try_from(chunk.leaves.clone()).unwrap(),
	};
	chain.send(claimant, call)
}

/// A storage device's report on the data that it holds.
pub fn storage_report(chain: &Chain, pair: &DevicePair, epoch: EpochIndex, data: &[u8]) -> Vec<u8> {
	let aggregator = Devices::facts(STORAGE, &pair.device_id(), epoch).unwrap().aggregator;
	let context = chain.context(STORAGE, epoch, &aggregator);
	let policy = Networks::terms_at(STORAGE, epoch).unwrap().policy;
	let KindPolicy::Storage(policy) = policy.kind else { panic!("a storage network") };
	let id = pair.device_id();
	let evidence = Committed::new(data).unwrap().prove(&context, &policy, &id, data).unwrap();
	pair.report(&context, &id, &evidence)
}

/// Packs the reports of a storage network's devices for `epoch` into one batch, as its aggregator does.
pub fn pack_storage(
	chain: &Chain,
	carrier: &KeyPair,
	epoch: EpochIndex,
	reports: &BTreeMap<DeviceId, Vec<u8>>,
) -> Packed {
	let context = chain.context(STORAGE, epoch, &account(carrier));
	let policy = Networks::terms_at(STORAGE, epoch).unwrap().policy;
	let mut packed = substation_proofs::author::pack(&context, &policy, reports);
	assert_eq!(packed.len(), 1, "one batch is enough");
	let mut packed = packed.remove(0);
	publish(&mut packed);
	packed
}

/// Where the `number`th hotspot stands: eleven metres from the one ten before.
pub fn place(number: u16) -> Place {
	let (latitude, longitude) = (451_885_000 + i32::from(number) * 100, 57_245_000);
	let cell = h3o::LatLng::new(f64::from(latitude) / 1e7, f64::from(longitude) / 1e7)
		.unwrap()
		.to_cell(h3o::Resolution::try_from(PLACE_RESOLUTION).unwrap());
	Place { latitude, longitude, cell: cell.into(), eirp: 140 }
}

/// Registers coverage devices for `owner` whose places are in one cell.
pub fn hotspots(
	chain: &Chain,
	owner: &KeyPair,
	carrier: &KeyPair,
	count: u8,
) -> BTreeMap<DeviceId, DevicePair> {
	let pairs: BTreeMap<_, _> =
		(1..=count).map(|number| (device(number).device_id(), device(number))).collect();
	for (number, (id, pair)) in (0..).zip(&pairs) {
		register(chain, owner, pair, COVERAGE, &account(carrier));
		let call = pallet_devices::Call::assert_place { device: *id, place: place(number) };
		chain.send(owner, call).unwrap();
	}
	pairs
}

/// Has the first of some coverage devices heard by the four after it, and packs all their reports.
pub fn pack_coverage(
	chain: &Chain,
	carrier: &KeyPair,
	epoch: EpochIndex,
	pairs: &BTreeMap<DeviceId, DevicePair>,
) -> Packed {
	let context = chain.context(COVERAGE, epoch, &account(carrier));
	let ids: Vec<_> = pairs.keys().collect();
	let transmission = Transmission {
		beaconer: *ids[0],
		frequency: 868_100_000,
		heard_by: ids[1..5].iter().map(|id| Reception::alike(**id, -900)).collect(),
	};
	let reports = exchange(&context, pairs, &[transmission])
		.iter()
		.map(|(id, evidence)| (*id, pairs[id].report(&context, id, evidence)))
		.collect();
	let policy = Networks::terms_at(COVERAGE, epoch).unwrap().policy;
	let mut packed = substation_proofs::author::pack(&context, &policy, &reports).remove(0);
	publish(&mut packed);
	packed
}

/// Takes a batch of the epoch before through commitment, seals and reveal, until it is settled.
pub fn settle(
	chain: &mut Chain,
	carrier: &KeyPair,
	packed: &Packed,
) -> (BatchId, Vec<JudgedChunk>) {
	let judging = packed.terms.epoch + 1;
	chain.reach(judging, 1);
	let batch = commit(chain, carrier, &packed.terms);
	let judged = judged(chain, packed);
	chain.reach(judging, 8);
	seal(chain, batch, &outcome(&judged));
	chain.reach(judging, 13);
	reveal(chain, batch, outcome(&judged));
	(batch, judged)
}
