//! How fast the runtime's WASM judges, beside raw signatures in the same run. Not part of the tests: it measures.
//!
//! `cargo test --release --workspace --test whole -- --ignored --nocapture speed`

use std::{
	collections::BTreeMap,
	hint::black_box,
	time::{Duration, Instant},
};

use codec::{Decode, Encode};
use polkadot_sdk::frame_support::view_functions::{
	ViewFunction, ViewFunctionDispatchError, ViewFunctionId,
};
use sc_executor::WasmExecutor;
use sp_core::{
	ed25519,
	traits::{CallContext, CodeExecutor, RuntimeCode, WrappedRuntimeCode},
	Pair,
};
use substation_primitives::{BatchId, DeviceId, EpochIndex, NetworkId};
use substation_proofs::{
	author::{exchange, pack, DevicePair, Packed, Transmission},
	storage::Committed,
};
use substation_runtime::{Networks, RuntimeCall, WASM_BINARY};

use crate::{
	chain::{account, rich, Chain, KeyPair},
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
		let ids: Vec<_> = pairs.into_keys().collect();
		(settle(chain, &carrier, &packed, &ids).0, packed)
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
				heard_by: (1..=8).map(|step| (ids[(number + step) % ids.len()], -900)).collect(),
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
		(settle(chain, &carrier, &packed, &ids).0, packed)
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
