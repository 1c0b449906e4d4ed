//! How fast the runtime's WASM judges, beside raw signatures in the same run, and elects. Not part of the tests: it measures.
//!
//! `cargo test --release --workspace --test whole -- --ignored --nocapture speed`

use std::{
	collections::BTreeMap,
	hint::black_box,
	time::{Duration, Instant},
};

use codec::{Decode, Encode};
use polkadot_sdk::{
	frame_support::{
		traits::Get,
		view_functions::{ViewFunction, ViewFunctionDispatchError, ViewFunctionId},
	},
	pallet_balances,
	pallet_election_provider_multi_phase::{CurrentPhase, Snapshot},
	pallet_staking::{self, RewardDestination},
};
use sc_executor::WasmExecutor;
use sp_core::{
	ed25519,
	traits::{CallContext, CodeExecutor, RuntimeCode, WrappedRuntimeCode},
	Pair,
};
use sp_keyring::Sr25519Keyring;
use substation_primitives::{BatchId, DeviceId, EpochIndex, NetworkId};
use substation_proofs::{
	author::{exchange, pack, DevicePair, Packed, Reception, Transmission},
	storage::Committed,
};
use substation_runtime::{
	configs::{
		MaxValidators, RuntimeBlockWeights, MAX_ELECTION_TARGETS, MAX_ELECTION_VOTERS,
		MAX_INSTANT_VOTERS,
	},
	constants::currency::STN,
	AccountId, Balance, ElectionProviderMultiPhase, Header, Networks, Runtime, RuntimeCall, System,
	UncheckedExtrinsic, WASM_BINARY,
};

use crate::{
	chain::{account, dispatch, rich, submit, Chain, KeyPair},
	field::{
		pack_storage, place, publish, register, register_aggregator, settle, storage_report,
		COVERAGE, STORAGE,
	},
};

/// The epoch that is reported for.
const EPOCH: EpochIndex = 2;
/// Transactions that fit a block.
const PER_BLOCK: usize = 20;
/// How often each is measured; the fastest counts.
const TIMES: usize = 10;

type Executor = WasmExecutor<(
	sp_io::SubstrateHostFunctions,
	polkadot_sdk::sp_statement_store::runtime_api::HostFunctions,
)>;

type Stakes = pallet_staking::Call<Runtime>;

/// A settled batch, in the state in which it was settled.
struct Settled {
	state: sp_io::TestExternalities,
	batch: BatchId,
	packed: Packed,
	/// Of all its reports.
	signatures: u32,
}

fn pairs(count: u16) -> BTreeMap<DeviceId, DevicePair> {
	(0..count)
		.map(|number| {
			let mut seed = [8; 32];
			seed[..2].copy_from_slice(&number.to_le_bytes());
			let pair = DevicePair::from_seed(&seed);
			(pair.device_id(), pair)
		})
		.collect()
}

/// Registers devices, each with what `next` calls, a few in each block.
fn register_all(
	chain: &mut Chain,
	(owner, carrier): (&KeyPair, &KeyPair),
	network: NetworkId,
	pairs: &BTreeMap<DeviceId, DevicePair>,
	next: impl Fn(u16, DeviceId) -> RuntimeCall,
) {
	for (number, (id, pair)) in (0u16..).zip(pairs) {
		register(chain, owner, pair, network, &account(carrier));
		chain.send(owner, next(number, *id)).unwrap();
		if usize::from(number) % PER_BLOCK == PER_BLOCK - 1 {
			chain.next_block();
		}
	}
	chain.reach(EPOCH, 5);
}

/// Devices that hold four mebibytes each and show two pieces.
fn storage(count: u16) -> Settled {
	let (state, (batch, packed)) = Chain::run_for(|chain| {
		let (owner, carrier) = (rich(chain, "owner"), rich(chain, "carrier"));
		register_aggregator(chain, &carrier);
		let (pairs, data) = (pairs(count), vec![7; 4 * 1024 * 1024]);
		let data_set = Some(Committed::new(&data).unwrap().data_set());
		register_all(chain, (&owner, &carrier), STORAGE, &pairs, |_, device| {
			pallet_devices::Call::commit_data_set { device, data_set }.into()
		});
		let reports = pairs
			.iter()
			.map(|(id, pair)| (*id, storage_report(chain, pair, EPOCH, &data)))
			.collect();
		let packed = pack_storage(chain, &carrier, EPOCH, &reports);
		(settle(chain, &carrier, &packed).0, packed)
	});
	Settled { state, batch, packed, signatures: count.into() }
}

/// Devices each of which is heard by the seven or eight after it: fifteen receptions in a report, and one more signature.
fn coverage(count: u16) -> Settled {
	let (state, (batch, packed)) = Chain::run_for(|chain| {
		let (owner, carrier) = (rich(chain, "owner"), rich(chain, "carrier"));
		register_aggregator(chain, &carrier);
		let pairs = pairs(count);
		register_all(chain, (&owner, &carrier), COVERAGE, &pairs, |number, device| {
			// Eleven metres apart.
			pallet_devices::Call::assert_place { device, place: place(10 * number) }.into()
		});
		let ids: Vec<_> = pairs.keys().copied().collect();
		let transmissions: Vec<_> = (0..ids.len())
			.map(|number| Transmission {
				beaconer: ids[number],
				frequency: 868_100_000,
				heard_by: (1..=8)
					.map(|step| Reception::alike(ids[(number + step) % ids.len()], -900))
					.collect(),
			})
			.collect();
		let context = chain.context(COVERAGE, EPOCH, &account(&carrier));
		let reports = exchange(&context, &pairs, &transmissions)
			.iter()
			.map(|(id, evidence)| (*id, pairs[id].report(&context, id, evidence)))
			.collect();
		let policy = Networks::terms_at(COVERAGE, EPOCH).unwrap().policy;
		let mut packed = pack(&context, &policy, &reports).remove(0);
		assert_eq!(packed.terms.count, u32::from(count), "one batch is enough");
		publish(&mut packed);
		(settle(chain, &carrier, &packed).0, packed)
	});
	let work = packed.terms.work;
	// Two units for each report, and two for each reception, which is signed by one more device.
	Settled { state, batch, packed, signatures: work / 2 }
}

/// The blob judges the bodies of a settled batch, as the worker does, and says what there is to claim.
fn judge_in_wasm(executor: &Executor, settled: &mut Settled) -> Duration {
	type Claimable = pallet_attestation::ClaimableViewFunction<substation_runtime::Runtime>;
	let id: ViewFunctionId = Claimable::id();
	let input = (EPOCH, settled.batch, &settled.packed.bodies).encode();
	let data = (id, input).encode();
	let blob = WASM_BINARY.expect("the runtime was built with its blob");
	let code = RuntimeCode {
		code_fetcher: &WrappedRuntimeCode(blob.into()),
		hash: vec![1],
		heap_pages: None,
	};
	let mut ext = settled.state.ext();
	let start = Instant::now();
	let method = "RuntimeViewFunction_execute_view_function";
	let (output, _) = executor.call(&mut ext, &code, method, &data, CallContext::Offchain);
	let took = start.elapsed();
	type Output = Result<Vec<u8>, ViewFunctionDispatchError>;
	let output = Output::decode(&mut &output.unwrap()[..]).unwrap().unwrap();
	let claimable = Option::<Vec<pallet_attestation::Claimable>>::decode(&mut &output[..]);
	assert!(!claimable.unwrap().expect("it is settled so").is_empty(), "nothing is worth anything");
	took
}

fn raw(count: u32) -> Duration {
	let message = [7; 300];
	let pair = ed25519::Pair::from_seed(&[1; 32]);
	let (signature, key) = (pair.sign(&message), pair.public());
	let start = Instant::now();
	for _ in 0..count {
		assert!(ed25519::Pair::verify(black_box(&signature), black_box(message), &key));
	}
	start.elapsed()
}

/// The fastest of a few times.
fn best(mut measured: impl FnMut() -> Duration) -> Duration {
	(0..TIMES).map(|_| measured()).min().expect("it is measured")
}

/// Half of the time that two threads take for both at once: of each, as much as one thread does alone.
fn side_by_side(
	one: impl FnOnce() -> Duration + Send,
	other: impl FnOnce() -> Duration + Send,
) -> Duration {
	let start = Instant::now();
	std::thread::scope(|threads| {
		threads.spawn(one);
		threads.spawn(other);
	});
	start.elapsed() / 2
}

fn tell(what: &str, (judged, raw): (Duration, Duration), settled: &Settled) {
	let per_second = |count: u32, took: Duration| f64::from(count) / took.as_secs_f64();
	println!(
		"{what}: {:.0} reports and {:.0} signatures a second; raw ed25519: {:.0} a second; {:.2} of it",
		per_second(settled.packed.terms.count, judged),
		per_second(settled.signatures, judged),
		per_second(settled.signatures, raw),
		raw.as_secs_f64() / judged.as_secs_f64()
	);
}

/// Ten thousand nominators of sixteen each, a thousand candidates, as many winners as there can be.
fn crowd(chain: &mut Chain) {
	let account = |kind: u8, number: u32| {
		let mut id = [kind; 32];
		id[..4].copy_from_slice(&number.to_le_bytes());
		AccountId::from(id)
	};
	let givers: Vec<_> = Sr25519Keyring::well_known().map(|key| key.to_account_id()).collect();
	let fund = |number: u32, who: &AccountId, tokens: Balance| {
		let dest = who.clone().into();
		let value = (tokens + 1) * STN;
		let giver = &givers[number as usize % givers.len()];
		dispatch(giver, pallet_balances::Call::transfer_keep_alive { dest, value });
		let (value, payee) = (tokens * STN, RewardDestination::Stash);
		dispatch(who, Stakes::bond { value, payee });
	};
	for number in 0..MAX_ELECTION_TARGETS - 4 {
		let who = account(1, number);
		fund(number, &who, 1_000 + Balance::from(number % 100));
		dispatch(&who, Stakes::validate { prefs: Default::default() });
	}
	for number in 0..MAX_ELECTION_VOTERS {
		let who = account(2, number);
		fund(number, &who, 100 + Balance::from(number % 50));
		let targets = (0..16)
			.map(|one| account(1, (number * 7 + one * 61) % (MAX_ELECTION_TARGETS - 4)).into())
			.collect();
		dispatch(&who, Stakes::nominate { targets });
	}
	let winners: u32 = MaxValidators::get();
	pallet_staking::ValidatorCount::<Runtime>::put(winners);
	chain.next_block();
}

/// What a call of the blob takes, and leaves nothing behind.
fn call_blob(executor: &Executor, method: &str, data: &[u8]) -> Duration {
	let blob = WASM_BINARY.expect("the runtime was built with its blob");
	let code = RuntimeCode {
		code_fetcher: &WrappedRuntimeCode(blob.into()),
		hash: vec![1],
		heap_pages: None,
	};
	sp_externalities::with_externalities(|ext| {
		ext.storage_start_transaction();
		let start = Instant::now();
		let context = CallContext::Onchain { import: false };
		let (done, _) = executor.call(ext, &code, method, data, context);
		let took = start.elapsed();
		done.unwrap();
		ext.storage_rollback_transaction().unwrap();
		took
	})
	.expect("there is a state")
}

/// Begins a block a slot or a session later, and says how long the blob takes for it and what it declares. What takes long is
/// measured a few times.
fn begin(chain: &mut Chain, executor: &Executor, a_session_later: bool) -> (Duration, Duration) {
	let mut took = Duration::ZERO;
	let measure = |header: &Header| {
		let data = header.encode();
		let method = "Core_initialize_block";
		took = call_blob(executor, method, &data);
		if took > Duration::from_millis(20) {
			took = best(|| call_blob(executor, method, &data));
		}
	};
	if a_session_later {
		chain.next_session_after(measure);
	} else {
		chain.next_block_after(measure);
	}
	let declared = System::block_weight().total().ref_time();
	(took, Duration::from_nanos(declared / 1_000))
}

/// How long the blob takes for each step of an election, beside what is declared and what a block may take.
#[test]
#[ignore = "measures for minutes; see docs/performance.md"]
fn speed_of_an_election_of_ten_thousand() {
	let executor = Executor::builder().with_allow_missing_host_functions(true).build();
	let most = RuntimeBlockWeights::get().max_block.ref_time();
	let most = Duration::from_nanos(most / 1_000);
	let tell = |what: &str, (took, declared): (Duration, Duration)| {
		println!("{what}: {took:?} in WASM, {declared:?} declared, of {most:?}");
	};
	Chain::run(|chain| {
		crowd(chain);
		// Nobody is in time to write down who is looked at.
		let instant = (0..8).map(|_| begin(chain, &executor, true)).max().unwrap();
		let voters = MAX_INSTANT_VOTERS + MAX_ELECTION_TARGETS;
		tell(&format!("an election in one block, of {voters} voters"), instant);

		let written = loop {
			let begun = begin(chain, &executor, false);
			if CurrentPhase::<Runtime>::get().is_unsigned_open() {
				break begun;
			}
		};
		let voters = Snapshot::<Runtime>::get().unwrap().voters.len();
		tell(&format!("writing down {voters} voters"), written);
		let start = Instant::now();
		let call = ElectionProviderMultiPhase::mine_checked_call().unwrap();
		println!("computing an election, without WASM: {:?}", start.elapsed());
		let data = UncheckedExtrinsic::new_bare(call.clone().into()).encode();
		let took = best(|| call_blob(&executor, "BlockBuilder_apply_extrinsic", &data));
		let before = System::block_weight().total();
		submit(call).unwrap();
		let declared = System::block_weight().total().saturating_sub(before).ref_time();
		let declared = Duration::from_nanos(declared / 1_000);
		tell(&format!("checking it, {} bytes", data.len()), (took, declared));
		let taken = loop {
			let begun = begin(chain, &executor, false);
			if CurrentPhase::<Runtime>::get().is_off() {
				break begun;
			}
		};
		tell("taking it", taken);
	});
}

#[test]
#[ignore = "measures for a minute; see docs/performance.md"]
fn speed_of_judging_in_wasm_beside_raw_signatures() {
	let executor = Executor::builder().with_allow_missing_host_functions(true).build();
	for (name, make) in [("storage", storage as fn(u16) -> Settled), ("coverage", coverage)] {
		let mut one = make(480);
		// The first compiles the blob.
		judge_in_wasm(&executor, &mut one);
		let judged = best(|| judge_in_wasm(&executor, &mut one));
		let signatures = one.signatures;
		tell(&format!("{name}, one thread"), (judged, best(|| raw(signatures))), &one);

		let mut two = make(480);
		let judged = best(|| {
			side_by_side(
				|| judge_in_wasm(&executor, &mut one),
				|| judge_in_wasm(&executor, &mut two),
			)
		});
		let both = best(|| side_by_side(|| raw(signatures), || raw(signatures)));
		tell(&format!("{name}, two threads"), (judged, both), &one);
	}
}
