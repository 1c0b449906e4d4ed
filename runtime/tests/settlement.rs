//! Evidence through the whole runtime: blocks with digests and inherents, signed and authorized
//! transactions as they travel, all pallets with their real adapters. Nothing is mocked but time.

use std::collections::BTreeMap;

use codec::{Decode, Encode, MaxEncodedLen};
use polkadot_sdk::{
	frame_support::{traits::Hooks, weights::Weight},
	frame_system::{self, offchain::CreateAuthorizedTransaction},
	pallet_sudo,
	sp_consensus_babe::{
		digests::{PreDigest, SecondaryPlainPreDigest},
		Slot, BABE_ENGINE_ID,
	},
	sp_genesis_builder::PresetId,
	sp_runtime::{
		generic::{Digest, DigestItem},
		traits::{BlakeTwo256, Hash as _, Header as _},
		transaction_validity::TransactionValidityError,
		DispatchError, MultiAddress, MultiSignature, Permill,
	},
};
use proptest::prelude::*;
use serde_json::Value;
use sp_core::{sr25519, Pair};
use sp_keyring::Sr25519Keyring as Key;
use substation_primitives::{
	batch::{vector_tree, Element, Leaves, Terms},
	epoch::Parameters,
	signing::{self, ReportContext},
	BatchId, DeviceId, EpochIndex, HardwareKey, NetworkId, ReportKey, FULL_SCORE,
};
use substation_proofs::{
	author::{exchange, pack, DevicePair, Packed, Transmission},
	facts::{DeviceFacts, Place, PLACE_RESOLUTION},
	judge_chunks,
	storage::{self, Committed},
	JudgedChunk, KindPolicy, RULES,
};
use substation_runtime::{
	configs::{MAX_ELECTION_TARGETS, MAX_ELECTION_VOTERS},
	constants::currency::STN,
	Attestation, Balance, Balances, Devices, Emission, Executive, Header, Networks, Runtime,
	RuntimeCall, RuntimeEvent, SignedPayload, System, UncheckedExtrinsic,
};

type AccountId = substation_runtime::AccountId;

const COVERAGE: NetworkId = 0;
const STORAGE: NetworkId = 1;
const CUT: Permill = Permill::from_percent(10);
/// Slots between two blocks: the most that is no gap, so that a session passes quickly.
const STEP: u64 = 19;
const JUDGES: [Key; 4] = [Key::Alice, Key::Bob, Key::Charlie, Key::Dave];

/// Applies a preset, which is a patch, as the node does.
fn merge(config: &mut Value, patch: Value) {
	match (config, patch) {
		(Value::Object(config), Value::Object(patch)) => {
			for (key, value) in patch {
				merge(config.entry(key).or_insert(Value::Null), value);
			}
		}
		(config, patch) => *config = patch,
	}
}

/// A chain of the `local` preset, block by block.
struct Chain {
	slot: u64,
}

impl Chain {
	fn run(test: impl FnOnce(&mut Self)) {
		let preset = substation_runtime::genesis_config_presets::get_preset(&PresetId::from(
			substation_runtime::genesis_config_presets::LOCAL,
		))
		.unwrap();
		sp_io::TestExternalities::new_empty().execute_with(|| {
			let default = substation_runtime::RuntimeGenesisConfig::default();
			let mut config = serde_json::to_value(default).unwrap();
			merge(&mut config, serde_json::from_slice(&preset).unwrap());
			polkadot_sdk::frame_support::genesis_builder_helper::build_state::<
				substation_runtime::RuntimeGenesisConfig,
			>(serde_json::to_vec(&config).unwrap())
			.unwrap();
			let genesis = Header::new(
				0,
				Default::default(),
				Default::default(),
				Default::default(),
				Default::default(),
			);
			let hash = BlakeTwo256::hash_of(&genesis);
			frame_system::BlockHash::<Runtime>::insert(0, hash);
			let mut chain = Self { slot: 1_000_000 };
			chain.begin(hash);
			test(&mut chain);
		});
	}

	/// Begins the next block, with what an author puts into it before any transaction.
	fn begin(&mut self, parent: substation_runtime::Hash) {
		self.slot += STEP;
		let seal = PreDigest::SecondaryPlain(SecondaryPlainPreDigest {
			authority_index: (self.slot % 4) as u32,
			slot: Slot::from(self.slot),
		});
		let digest = Digest { logs: vec![DigestItem::PreRuntime(BABE_ENGINE_ID, seal.encode())] };
		let number = System::block_number() + 1;
		let header = Header::new(number, Default::default(), Default::default(), parent, digest);
		System::reset_events();
		Executive::initialize_block(&header);
		let now = self.slot * substation_runtime::constants::time::SLOT_MILLIS;
		let call = polkadot_sdk::pallet_timestamp::Call::set { now };
		Executive::apply_extrinsic(UncheckedExtrinsic::new_bare(RuntimeCall::Timestamp(call)))
			.unwrap()
			.unwrap();
	}

	fn next_block(&mut self) {
		let header = Executive::finalize_block();
		self.begin(header.hash());
	}

	/// Goes on until `epoch` is at its `index`-th block.
	fn reach(&mut self, epoch: EpochIndex, index: u32) {
		for _ in 0..10_000 {
			let (now, at, _) = Attestation::now().unwrap();
			assert!((now, at) <= (epoch, index), "{now}/{at} is behind {epoch}/{index}");
			if (now, at) == (epoch, index) {
				return;
			}
			self.next_block();
		}
		panic!("epoch {epoch} did not come");
	}

	/// Sends a transaction that `key` signs.
	fn send(&self, key: &KeyPair, call: impl Into<RuntimeCall>) -> Result<(), DispatchError> {
		let who: AccountId = account(key);
		let mut extension =
			<Runtime as CreateAuthorizedTransaction<RuntimeCall>>::create_extension();
		extension.6 = frame_system::CheckNonce::from(System::account_nonce(&who));
		let payload = SignedPayload::new(call.into(), extension).unwrap();
		let signature = MultiSignature::Sr25519(payload.using_encoded(|bytes| key.sign(bytes)));
		let (call, extension, _) = payload.deconstruct();
		let address = MultiAddress::Id(who);
		let transaction = UncheckedExtrinsic::new_signed(call, address, signature, extension);
		// As it travels.
		let transaction = UncheckedExtrinsic::decode(&mut &transaction.encode()[..]).unwrap();
		Executive::apply_extrinsic(transaction).expect("the pool takes it")
	}

	/// Sends a call that carries its own authorization.
	fn send_authorized(
		&self,
		call: pallet_attestation::Call<Runtime>,
	) -> Result<(), TransactionValidityError> {
		let transaction = <Runtime as CreateAuthorizedTransaction<
			pallet_attestation::Call<Runtime>,
		>>::create_authorized_transaction(call.into());
		let transaction = UncheckedExtrinsic::decode(&mut &transaction.encode()[..]).unwrap();
		Executive::apply_extrinsic(transaction).map(|done| done.expect("it was authorized"))
	}

	fn context(&self, network: NetworkId, epoch: EpochIndex, carrier: &AccountId) -> ReportContext {
		ReportContext {
			genesis: Attestation::genesis_hash(),
			network,
			epoch,
			aggregator: carrier.clone(),
			entropy: Attestation::epoch_record(epoch).unwrap().entropy.unwrap(),
		}
	}
}

/// An account's.
type KeyPair = sr25519::Pair;

fn account(key: &KeyPair) -> AccountId {
	key.public().0.into()
}

/// An account with ten thousand tokens.
fn rich(chain: &Chain, name: &str) -> KeyPair {
	let key = sr25519::Pair::from_string(&format!("//{name}"), None).unwrap();
	let call = polkadot_sdk::pallet_balances::Call::transfer_keep_alive {
		dest: account(&key).into(),
		value: 10_000 * STN,
	};
	chain.send(&Key::Alice.pair(), call).unwrap();
	key
}

fn register_aggregator(chain: &Chain, key: &KeyPair) {
	let publisher = ReportKey::Sr25519(key.public());
	let proof = key.sign(&signing::publisher(&Attestation::genesis_hash(), &account(key))).0;
	let call = pallet_attestation::Call::register_aggregator {
		publisher,
		proof,
		quota: 20_000,
		allowance: 1_000_000,
	};
	chain.send(key, call).unwrap();
}

fn device(number: u8) -> DevicePair {
	DevicePair::from_seed(&[number; 32])
}

fn register(
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

fn publish(packed: &mut Packed) {
	let hashes: Vec<_> = packed.bodies.iter().map(|body| BlakeTwo256::hash(body)).collect();
	packed.terms.bodies = hashes.try_into().unwrap();
}

fn try_commit(
	chain: &Chain,
	carrier: &KeyPair,
	terms: &Terms,
) -> Result<(), TransactionValidityError> {
	let signature = carrier.sign(&terms.signing_payload(&Attestation::genesis_hash())).0;
	let call = pallet_attestation::Call::commit { terms: terms.clone(), signature };
	chain.send_authorized(call)
}

fn commit(chain: &Chain, carrier: &KeyPair, terms: &Terms) -> BatchId {
	try_commit(chain, carrier, terms).unwrap();
	terms.batch_id()
}

/// What an honest judge finds: from the chain's own facts.
fn judged(chain: &Chain, packed: &Packed, devices: &[DeviceId]) -> Vec<JudgedChunk> {
	let terms = &packed.terms;
	let facts: BTreeMap<DeviceId, DeviceFacts> = devices
		.iter()
		.filter_map(|id| Some((*id, Devices::facts(terms.network, id, terms.epoch)?)))
		.collect();
	let policy = Networks::terms_at(terms.network, terms.epoch).unwrap().policy;
	let context = chain.context(terms.network, terms.epoch, &terms.aggregator);
	judge_chunks(RULES, &context, &policy, &facts, terms, &packed.chunks)
}

fn outcome(judged: &[JudgedChunk]) -> pallet_attestation::Outcome {
	let elements: Vec<Element> = judged.iter().map(|chunk| chunk.element).collect();
	pallet_attestation::Outcome::Result(elements.try_into().unwrap())
}

/// All four judges seal the outcome, in one bundle each.
fn seal(chain: &Chain, batch: BatchId, outcome: &pallet_attestation::Outcome) {
	let (epoch, _, record) = Attestation::now().unwrap();
	let (genesis, opening) = (Attestation::genesis_hash(), record.opening.unwrap());
	for key in JUDGES {
		let judge =
			record.judges.iter().position(|judge| judge.account == key.to_account_id()).unwrap();
		let public = key.public();
		let seal = signing::seal(&genesis, &opening, &batch, public.as_ref(), &outcome.root());
		let entry = pallet_attestation::SealEntry {
			round: pallet_attestation::Round::Committee,
			batch,
			seal,
		};
		let bundle = pallet_attestation::SealBundle {
			epoch,
			judge: judge as u16,
			seals: vec![entry].try_into().unwrap(),
		};
		let payload = bundle.signing_payload(&genesis, &opening);
		let signature = key.pair().sign(&payload).into();
		chain.send_authorized(pallet_attestation::Call::seal { bundle, signature }).unwrap();
	}
}

fn reveal(chain: &Chain, batch: BatchId, outcome: pallet_attestation::Outcome) {
	let round = pallet_attestation::Round::Committee;
	chain.send_authorized(pallet_attestation::Call::reveal { round, batch, outcome }).unwrap();
}

fn claim(
	chain: &Chain,
	claimant: &KeyPair,
	epoch: EpochIndex,
	batch: BatchId,
	judged: &[JudgedChunk],
) -> Result<(), DispatchError> {
	let elements: Vec<Element> = judged.iter().map(|chunk| chunk.element).collect();
	let call = pallet_emission::Call::claim_chunk {
		epoch,
		batch,
		chunk: 0,
		element: elements[0],
		path: vector_tree(&elements).path(0).unwrap().try_into().unwrap(),
		leaves: Leaves::try_from(judged[0].leaves.clone()).unwrap(),
	};
	chain.send(claimant, call)
}

fn storage_report(chain: &Chain, pair: &DevicePair, epoch: EpochIndex, data: &[u8]) -> Vec<u8> {
	let aggregator = Devices::facts(STORAGE, &pair.device_id(), epoch).unwrap().aggregator;
	let context = chain.context(STORAGE, epoch, &aggregator);
	let policy = Networks::terms_at(STORAGE, epoch).unwrap().policy;
	let KindPolicy::Storage(policy) = policy.kind else { panic!("a storage network") };
	let id = pair.device_id();
	let evidence = Committed::new(data).unwrap().prove(&context, &policy, &id, data).unwrap();
	pair.report(&context, &id, &evidence)
}

#[test]
fn evidence_becomes_the_owners_balance_and_issuance_grows_by_nothing_else() {
	Chain::run(|chain| {
		let (owner, carrier) = (rich(chain, "owner"), rich(chain, "carrier"));
		let claimant = rich(chain, "claimant");
		register_aggregator(chain, &carrier);
		let pair = device(1);
		let id = pair.device_id();
		let data = vec![7; 4 * 1024 * 1024];
		register(chain, &owner, &pair, STORAGE, &account(&carrier));
		let data_set = Some(Committed::new(&data).unwrap().data_set());
		let call = pallet_devices::Call::commit_data_set { device: id, data_set };
		chain.send(&owner, call).unwrap();
		assert_eq!(Devices::facts(STORAGE, &id, 1), None, "nothing counts before two epochs");

		chain.reach(2, 2);
		let report = storage_report(chain, &pair, 2, &data);
		let context = chain.context(STORAGE, 2, &account(&carrier));
		let policy = Networks::terms_at(STORAGE, 2).unwrap().policy;
		let mut packed = pack(&context, &policy, &[(id, report)].into()).remove(0);
		publish(&mut packed);
		chain.reach(3, 1);
		let batch = commit(chain, &carrier, &packed.terms);
		let judged = judged(chain, &packed, &[id]);
		// A quarter of the sixteen mebibytes of a full score.
		assert_eq!(judged[0].element.sum, 250_000);
		chain.reach(3, 8);
		seal(chain, batch, &outcome(&judged));
		chain.reach(3, 13);
		reveal(chain, batch, outcome(&judged));
		assert_eq!(
			claim(chain, &claimant, 2, batch, &judged),
			Err(pallet_attestation::Error::<Runtime>::NotFrozen.into())
		);

		chain.reach(6, 3);
		let before = (
			Balances::free_balance(account(&owner)),
			Balances::free_balance(account(&carrier)),
			Balances::total_issuance(),
			pallet_emission::Issued::<Runtime>::get(),
		);
		let funds = Balances::free_balance(account(&claimant));
		claim(chain, &claimant, 2, batch, &judged).unwrap();
		// A quarter of ten tokens: the rate cap lets less out than the pool of 35 tokens.
		let payment: Balance = 10 * STN / 4;
		assert_eq!(Emission::pool(STORAGE, 2).unwrap().amount, 35 * STN);
		assert_eq!(Balances::free_balance(account(&owner)) - before.0, payment * 9 / 10);
		assert_eq!(Balances::free_balance(account(&carrier)) - before.1, payment / 10);
		// The fee is burned; nothing else moves what there is.
		let fee = funds - Balances::free_balance(account(&claimant));
		assert_eq!(Balances::total_issuance(), before.2 + payment - fee);
		assert_eq!(pallet_emission::Issued::<Runtime>::get(), before.3 + payment);
		assert_eq!(
			claim(chain, &claimant, 2, batch, &judged),
			Err(pallet_emission::Error::<Runtime>::NobodyToPay.into())
		);
	});
}

/// What somebody changes while reports are being judged.
#[derive(Clone, Debug)]
enum Change {
	/// The protocol's parameters, by governance.
	Parameters { commit_blocks: u32, dispute_epochs: u32, committee: u16 },
	/// The networks' weights, by governance.
	Weight { network: NetworkId, weight: u32 },
	/// What the network pays for, by its owner.
	Terms { cap: u64, shown: u8, cadence: u16, rate_cap: Balance },
	/// Who carries the device's reports, for how much, by its owner.
	Seat { aggregator: u8, cut: u32 },
	/// What the device stores, by its owner.
	DataSet { filler: u8 },
	/// Whether the device reports at all, by its owner.
	Paused(bool),
}

fn changes() -> impl Strategy<Value = Vec<((EpochIndex, u32), Change)>> {
	let change = prop_oneof![
		(2u32..=6, 2u32..=5, 1u16..=4).prop_map(|(commit_blocks, dispute_epochs, committee)| {
			Change::Parameters { commit_blocks, dispute_epochs, committee }
		}),
		(0u32..=1, 0u32..100).prop_map(|(network, weight)| Change::Weight { network, weight }),
		(256u64..1 << 30, 1u8..=4, 1u16..=24, 1..100 * STN).prop_map(
			|(cap, shown, cadence, rate_cap)| Change::Terms { cap, shown, cadence, rate_cap }
		),
		(any::<u8>(), 0u32..=1_000_000)
			.prop_map(|(aggregator, cut)| Change::Seat { aggregator, cut }),
		any::<u8>().prop_map(|filler| Change::DataSet { filler }),
		any::<bool>().prop_map(Change::Paused),
	];
	// From the epoch of the reports to the one before claims open.
	let changes = prop::collection::vec(((2u32..=5, 3u32..=15), change), 0..10);
	changes.prop_map(|mut changes| {
		changes.sort_by_key(|(at, _)| *at);
		changes
	})
}

impl Change {
	/// Makes the change, unless there were too many already.
	fn make(&self, chain: &Chain, owner: &KeyPair, id: DeviceId) {
		let by_governance = |call: RuntimeCall| {
			let call = pallet_sudo::Call::sudo { call: Box::new(call) };
			chain.send(&Key::Alice.pair(), call)?;
			let done = System::events().into_iter().rev().find_map(|record| match record.event {
				RuntimeEvent::Sudo(pallet_sudo::Event::Sudid { sudo_result }) => Some(sudo_result),
				_ => None,
			});
			done.expect("sudo says what came of it")
		};
		let network = STORAGE;
		let done = match self.clone() {
			Self::Parameters { commit_blocks, dispute_epochs, committee } => {
				let now = Attestation::now().unwrap().2.parameters;
				let parameters = Parameters { commit_blocks, dispute_epochs, committee, ..now };
				by_governance(pallet_attestation::Call::set_parameters { parameters }.into())
			}
			Self::Weight { network, weight } => {
				by_governance(pallet_networks::Call::set_weight { network, weight }.into())
			}
			Self::Terms { cap, shown, cadence, rate_cap } => {
				let mut terms = Networks::terms_at(STORAGE, 2).unwrap();
				terms.policy.kind = KindPolicy::Storage(storage::Policy { shown, cap });
				(terms.cadence, terms.rate_cap) = (cadence, rate_cap);
				chain.send(&Key::Alice.pair(), pallet_networks::Call::set_terms { network, terms })
			}
			Self::Seat { aggregator, cut } => {
				let (aggregator, cut) = ([aggregator; 32].into(), Permill::from_parts(cut));
				let call = pallet_devices::Call::set_seat { device: id, network, aggregator, cut };
				chain.send(owner, call)
			}
			Self::DataSet { filler } => {
				let data_set = Some(Committed::new(&[filler; 10_000]).unwrap().data_set());
				chain.send(owner, pallet_devices::Call::commit_data_set { device: id, data_set })
			}
			Self::Paused(paused) => {
				chain.send(owner, pallet_devices::Call::set_paused { device: id, network, paused })
			}
		};
		// Whoever changes something too often is told so, and nothing else goes wrong.
		let too_many = [
			pallet_attestation::Error::<Runtime>::TooManyChanges.into(),
			pallet_networks::Error::<Runtime>::TooManyChanges.into(),
			pallet_devices::Error::<Runtime>::TooManyChanges.into(),
		];
		if let Err(error) = done {
			assert!(too_many.contains(&error), "{self:?}: {error:?}");
		}
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(24))]

	/// Whatever rules and facts are changed to between the reports and the claim, the reports are
	/// judged, settled and paid as they would have been without.
	#[test]
	fn changes_inside_a_window_change_nothing_of_what_is_judged_and_paid(changes in changes()) {
		Chain::run(|chain| {
			let (owner, carrier) = (rich(chain, "owner"), rich(chain, "carrier"));
			register_aggregator(chain, &carrier);
			let pair = device(1);
			let id = pair.device_id();
			let data = vec![7; 4 * 1024 * 1024 / 16];
			register(chain, &owner, &pair, STORAGE, &account(&carrier));
			let data_set = Some(Committed::new(&data).unwrap().data_set());
			let call = pallet_devices::Call::commit_data_set { device: id, data_set };
			chain.send(&owner, call).unwrap();
			let mut changes = changes.into_iter().peekable();
			let mut go = |chain: &mut Chain, to: (EpochIndex, u32)| {
				while let Some((at, change)) = changes.next_if(|(at, _)| *at < to) {
					chain.reach(at.0, at.1);
					change.make(chain, &owner, id);
				}
				chain.reach(to.0, to.1);
			};

			go(chain, (2, 2));
			let report = storage_report(chain, &pair, 2, &data);
			let context = chain.context(STORAGE, 2, &account(&carrier));
			let policy = Networks::terms_at(STORAGE, 2).unwrap().policy;
			let mut packed = pack(&context, &policy, &[(id, report)].into()).remove(0);
			publish(&mut packed);
			go(chain, (3, 1));
			let batch = commit(chain, &carrier, &packed.terms);
			go(chain, (3, 8));
			let first = judged(chain, &packed, &[id]);
			seal(chain, batch, &outcome(&first));
			go(chain, (3, 13));
			reveal(chain, batch, outcome(&first));
			go(chain, (6, 3));

			let again = judged(chain, &packed, &[id]);
			assert_eq!(outcome(&again).root(), outcome(&first).root(), "judged again, later");
			let before = |who: &KeyPair| Balances::free_balance(account(who));
			let (owners, carriers) = (before(&owner), before(&carrier));
			claim(chain, &Key::Bob.pair(), 2, batch, &again).unwrap();
			// A sixty-fourth of a full score, for which ten tokens are paid.
			let payment: Balance = mul_down(10 * STN, again[0].element.sum);
			assert_eq!(again[0].element.sum, FULL_SCORE as u64 / 64);
			assert_eq!(Emission::pool(STORAGE, 2).unwrap().amount, 35 * STN);
			assert_eq!(before(&carrier) - carriers, payment / 10);
			assert_eq!(before(&owner) - owners, payment - payment / 10);
		});
	}
}

/// A part of `amount` for a score, rounded down.
fn mul_down(amount: Balance, score: u64) -> Balance {
	amount * Balance::from(score) / Balance::from(FULL_SCORE)
}

fn place(number: u8) -> Place {
	let (latitude, longitude) = (451_885_000 + i32::from(number) * 100, 57_245_000);
	let cell = h3o::LatLng::new(f64::from(latitude) / 1e7, f64::from(longitude) / 1e7)
		.unwrap()
		.to_cell(h3o::Resolution::try_from(PLACE_RESOLUTION).unwrap());
	Place { latitude, longitude, cell: cell.into(), eirp: 140 }
}

#[test]
fn in_a_crowded_cell_scores_fall_in_proportion() {
	Chain::run(|chain| {
		let (owner, carrier) = (rich(chain, "owner"), rich(chain, "carrier"));
		register_aggregator(chain, &carrier);
		// Eight devices in a cell of which four are wanted.
		let pairs: BTreeMap<_, _> =
			(1..=8).map(|number| (device(number).device_id(), device(number))).collect();
		for (number, (id, pair)) in (0..).zip(&pairs) {
			register(chain, &owner, pair, COVERAGE, &account(&carrier));
			let call = pallet_devices::Call::assert_place { device: *id, place: place(number) };
			chain.send(&owner, call).unwrap();
		}
		chain.reach(2, 2);
		let ids: Vec<_> = pairs.keys().copied().collect();
		for id in &ids {
			assert_eq!(Devices::facts(COVERAGE, id, 2).unwrap().occupied, 8);
		}
		let context = chain.context(COVERAGE, 2, &account(&carrier));
		let transmission = Transmission {
			beaconer: ids[0],
			frequency: 868_100_000,
			heard_by: ids[1..5].iter().map(|id| (*id, -900)).collect(),
		};
		let reports = exchange(&context, &pairs, &[transmission])
			.iter()
			.map(|(id, evidence)| (*id, pairs[id].report(&context, id, evidence)))
			.collect();
		let policy = Networks::terms_at(COVERAGE, 2).unwrap().policy;
		let mut packed = pack(&context, &policy, &reports).remove(0);
		publish(&mut packed);

		let judged = judged(chain, &packed, &ids);

		// One point of four for a full score, halved: four wanted of eight.
		let scores: Vec<_> = judged[0].leaves.iter().map(|leaf| leaf.score).collect();
		assert_eq!(scores, [FULL_SCORE / 4 / 2; 5]);
	});
}

#[test]
fn a_device_of_another_network_a_paused_one_and_a_retired_network_earn_nothing() {
	Chain::run(|chain| {
		let (owner, carrier) = (rich(chain, "owner"), rich(chain, "carrier"));
		register_aggregator(chain, &carrier);
		let data = vec![7; 10_000];
		let data_set = Some(Committed::new(&data).unwrap().data_set());
		for number in 1..=2 {
			let pair = device(number);
			register(chain, &owner, &pair, STORAGE, &account(&carrier));
			let call = pallet_devices::Call::commit_data_set { device: pair.device_id(), data_set };
			chain.send(&owner, call).unwrap();
		}
		let paused = device(2).device_id();
		let call =
			pallet_devices::Call::set_paused { device: paused, network: STORAGE, paused: true };
		chain.send(&owner, call).unwrap();
		// Retired by its owner from two epochs later on.
		let call = pallet_networks::Call::retire { network: STORAGE };
		chain.reach(1, 2);
		chain.send(&Key::Alice.pair(), call).unwrap();

		chain.reach(2, 2);
		assert_eq!(Devices::facts(COVERAGE, &device(1).device_id(), 2), None);
		assert_eq!(Devices::facts(STORAGE, &paused, 2), None);
		assert!(Networks::terms_at(STORAGE, 2).unwrap().takes_reports(2));
		chain.reach(3, 2);
		assert!(!Networks::terms_at(STORAGE, 3).unwrap().takes_reports(3));

		// No pool takes a commitment for the epoch in which it is closed, and it says why.
		let id = device(1).device_id();
		let report = storage_report(chain, &device(1), 3, &data);
		let context = chain.context(STORAGE, 3, &account(&carrier));
		let policy = Networks::terms_at(STORAGE, 3).unwrap().policy;
		let mut packed = pack(&context, &policy, &[(id, report)].into()).remove(0);
		publish(&mut packed);
		chain.reach(4, 1);
		assert_eq!(
			try_commit(chain, &carrier, &packed.terms),
			Err(pallet_attestation::Invalid::NetworkClosed.into())
		);
	});
}

/// An election looks at all who stand for it, and fails if they are too many.
#[test]
fn nobody_ends_elections_by_standing_for_them() {
	use polkadot_sdk::pallet_staking::{self, Call, Error, RewardDestination, ValidatorPrefs};
	Chain::run(|chain| {
		let crowd = rich(chain, "crowd");
		let payee = RewardDestination::Stash;
		chain.send(&crowd, Call::bond { value: 999 * STN, payee }).unwrap();
		let stand = || Call::validate { prefs: ValidatorPrefs::default() };
		assert_eq!(
			chain.send(&crowd, stand()),
			Err(Error::<Runtime>::InsufficientBond.into()),
			"a place costs a bond"
		);
		chain.send(&crowd, Call::bond_extra { max_additional: STN }).unwrap();
		let there_are = pallet_staking::Validators::<Runtime>::count();
		pallet_staking::MaxValidatorsCount::<Runtime>::mutate(|most| {
			assert_eq!(*most, Some(MAX_ELECTION_TARGETS));
			*most = Some(there_are);
		});
		assert_eq!(chain.send(&crowd, stand()), Err(Error::<Runtime>::TooManyValidators.into()));
		let most = pallet_staking::MaxNominatorsCount::<Runtime>::get();
		assert_eq!(most, Some(MAX_ELECTION_VOTERS));
	});
}

#[test]
fn hooks_of_an_empty_block_stay_far_below_what_a_block_may_take() {
	Chain::run(|chain| {
		chain.next_block();
		let limit = substation_runtime::configs::RuntimeBlockWeights::get().max_block;
		let spent = Attestation::on_idle(System::block_number(), limit)
			.saturating_add(Emission::on_idle(System::block_number(), limit));
		assert!(spent.ref_time() < limit.ref_time() / 10, "{spent:?}");
		let none = Attestation::on_idle(System::block_number(), Weight::zero());
		assert_eq!(none, Weight::zero());
	});
}

/// Bytes of the rows of a device: keys and values, as they lie in the trie.
fn rows(id: &DeviceId, network: NetworkId) -> (usize, usize) {
	let bytes = |key: Vec<u8>| {
		let value = sp_io::storage::get(&key).map_or(0, |value| value.len());
		key.len() + value
	};
	(
		bytes(pallet_devices::Devices::<Runtime>::hashed_key_for(id)),
		bytes(pallet_devices::Memberships::<Runtime>::hashed_key_for(network, id)),
	)
}

/// The figures stand in docs/performance.md.
#[test]
fn a_device_takes_so_many_bytes_of_state_and_its_deposit_pays_for_them() {
	Chain::run(|chain| {
		let (owner, carrier) = (rich(chain, "owner"), rich(chain, "carrier"));
		let id = device(1).device_id();
		register(chain, &owner, &device(1), STORAGE, &account(&carrier));
		let fresh = rows(&id, STORAGE);
		let data_set = Some(Committed::new(&[7; 10_000]).unwrap().data_set());
		chain.send(&owner, pallet_devices::Call::commit_data_set { device: id, data_set }).unwrap();
		let storing = rows(&id, STORAGE);
		// As many changes of every fact as are kept.
		for epoch in 1..12 {
			chain.reach(epoch, 2);
			let data_set = Some(Committed::new(&[epoch as u8; 10_000]).unwrap().data_set());
			let call = pallet_devices::Call::commit_data_set { device: id, data_set };
			let _ = chain.send(&owner, call);
			let call = pallet_devices::Call::set_seat {
				device: id,
				network: STORAGE,
				aggregator: [epoch as u8; 32].into(),
				cut: CUT,
			};
			let _ = chain.send(&owner, call);
		}
		let changed = rows(&id, STORAGE);

		assert_eq!((fresh, storing, changed), ((211, 191), (252, 191), (416, 375)));
		// The deposits pay for the largest rows that there can be.
		let device_key = pallet_devices::Devices::<Runtime>::hashed_key_for(id).len();
		let seat_key = pallet_devices::Memberships::<Runtime>::hashed_key_for(STORAGE, id).len();
		let device = device_key + pallet_devices::DeviceOf::<Runtime>::max_encoded_len();
		let seat = seat_key + pallet_devices::MembershipOf::<Runtime>::max_encoded_len();
		assert_eq!((device, seat), (841, 421));
		let pays_for =
			|bytes: usize| substation_runtime::constants::currency::deposit(1, bytes as u32);
		// A settled batch's rows, as bounds allow them.
		let id = BatchId::zero();
		let shard = (STORAGE, account(&carrier), 0u8);
		let batch = pallet_attestation::Commitments::<Runtime>::hashed_key_for(1, id).len()
			+ pallet_attestation::CommitmentOf::<Runtime>::max_encoded_len()
			+ pallet_attestation::Shards::<Runtime>::hashed_key_for(1, shard).len()
			+ BatchId::max_encoded_len();
		assert_eq!(batch, 1_041);
		assert!(<Runtime as pallet_devices::Config>::DeviceDeposit::get() >= pays_for(device));
		assert!(<Runtime as pallet_devices::Config>::VouchedDeposit::get() >= pays_for(seat));
	});
}
