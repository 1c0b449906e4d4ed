//! What the worker does, with a keystore, local storage and a pool.

use super::*;
use crate::{
	offchain::{run, Idle},
	Call, Outcome, Round, KEY_TYPE,
};
use codec::Decode;
use frame_support::traits::Hooks;
use sp_core::offchain::{
	testing::{PoolState, TestOffchainExt, TestTransactionPoolExt},
	DbExternalities, OffchainDbExt, OffchainWorkerExt, TransactionPoolExt,
};
use sp_keystore::{testing::MemoryKeystore, Keystore, KeystoreExt};
use sp_runtime::offchain::Timestamp;
use std::sync::Arc;
use substation_primitives::{
	worker::{Totals, TOTALS_KEY},
	BatchId,
};

pub(super) type Pool = Arc<parking_lot::RwLock<PoolState>>;

/// A chain seen by the node of judge `judge`.
fn node(judge: Option<u8>, test: impl FnOnce(&Pool)) {
	node_with(Chain::default(), judge, |offchain| offchain, test);
}

/// As `node`, on a chain of the test's choice, with local storage that a test may wrap.
pub(super) fn node_with<S: DbExternalities + Send + 'static>(
	chain: Chain,
	judge: Option<u8>,
	storage: impl FnOnce(TestOffchainExt) -> S,
	test: impl FnOnce(&Pool),
) {
	let mut ext = chain.externalities();
	let (offchain, state) = TestOffchainExt::new();
	state.write().timestamp = Timestamp::from_unix_millis(1_000_000);
	let (pool, state) = TestTransactionPoolExt::new();
	let keystore = MemoryKeystore::new();
	if let Some(judge) = judge {
		let seed = format!("0x{}", hex(&[100 + judge; 32]));
		keystore.sr25519_generate_new(KEY_TYPE, Some(&seed)).unwrap();
	}
	ext.register_extension(OffchainDbExt::new(storage(offchain.clone())));
	ext.register_extension(OffchainWorkerExt::new(offchain));
	ext.register_extension(TransactionPoolExt::new(pool));
	ext.register_extension(KeystoreExt(Arc::new(keystore)));
	ext.execute_with(|| {
		test(&state);
		Attestation::do_try_state().unwrap();
	});
}

fn hex(bytes: &[u8]) -> String {
	bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn sent(pool: &Pool) -> Vec<Call<Test>> {
	let transactions = std::mem::take(&mut pool.write().transactions);
	transactions
		.into_iter()
		.map(|bytes| match Extrinsic::decode(&mut &bytes[..]).unwrap().function {
			RuntimeCall::Attestation(call) => call,
			other => panic!("the worker sent {other:?}"),
		})
		.collect()
}

fn work() -> Result<crate::offchain::Done, Idle> {
	run::<Test>(System::block_number() as u32)
}

fn totals() -> Totals {
	sp_runtime::offchain::storage::StorageValueRef::persistent(TOTALS_KEY).get().unwrap().unwrap()
}

#[test]
fn a_judge_judges_seals_and_reveals() {
	node(Some(1), |pool| {
		let batch = one_committed();
		to_index(7);
		assert_eq!(work().unwrap().sealed, 0, "a seal waits for the draw to settle");
		to_index(8);
		let done = work().unwrap();
		assert_eq!((done.judged, done.sealed), (1, 1));

		let calls = sent(pool);
		let [Call::seal { bundle, signature }] = &calls[..] else { panic!("{calls:?}") };
		assert_eq!(
			bundle.seals[..],
			[entry(Round::Committee, batch, 1, result_of(1, batch).root())]
		);
		send(Call::seal { bundle: bundle.clone(), signature: signature.clone() }).unwrap();
		next_block();
		assert_eq!(work().unwrap().sealed, 0, "what is on the chain is not sealed again");
		for judge in [0, 2] {
			assert_ok!(seal(judge, Round::Committee, batch, result_of(1, batch).root()));
		}

		to_index(12);
		assert_eq!(work().unwrap().revealed, 1);
		let calls = sent(pool);
		let [Call::reveal { round, batch, outcome }] = &calls[..] else { panic!("{calls:?}") };
		next_block();
		assert_ok!(reveal(*round, *batch, outcome.clone()));
		next_block();
		assert_eq!(work().unwrap().revealed, 0);
		assert_eq!(
			totals(),
			Totals {
				batches: 1,
				reports: 1,
				millis: totals().millis,
				seals: 1,
				..Totals::default()
			}
		);
	});
}

/// A batch that three of four judges settle; the node is that of `judge`.
fn missed_by(judge: u8) -> u64 {
	let mut missed = 0;
	node(Some(judge), |_| {
		let batch = one_committed();
		to_index(8);
		let outcome = result_of(1, batch);
		for judge in [0, 1, 2] {
			assert_ok!(seal(judge, Round::Committee, batch, outcome.root()));
		}
		to_index(13);
		assert_ok!(reveal(Round::Committee, batch, outcome));
		let _ = work();
		assert_eq!(totals().missed, 0, "all judges may still be asked");
		to_epoch(4);
		for _ in 0..3 {
			next_block();
			let _ = work();
		}
		missed = totals().missed;
	});
	missed
}

#[test]
fn a_settled_batch_that_a_judge_has_not_sealed_counts_as_missed_once() {
	assert_eq!((missed_by(3), missed_by(1)), (1, 0));
}

#[test]
fn a_seal_that_is_not_in_a_block_after_three_is_sent_again_and_not_before() {
	node(Some(1), |pool| {
		one_committed();
		to_index(8);
		let sealed: Vec<_> = (8..12)
			.map(|index| {
				to_index(index);
				work().unwrap().sealed
			})
			.collect();
		assert_eq!(sealed, [1, 0, 0, 1]);
		assert_eq!(sent(pool).len(), 2);
		assert_eq!(totals().batches, 1, "a batch is judged once");
	});
}

#[test]
fn who_is_no_judge_or_has_nothing_to_do_sends_nothing() {
	node(None, |pool| {
		one_committed();
		to_index(8);
		assert_eq!(work(), Err(Idle::NotAJudge));
		assert!(sent(pool).is_empty());
	});
	node(Some(9), |_| {
		to_index(8);
		assert_eq!(work(), Err(Idle::NotAJudge));
	});
	node(Some(1), |pool| {
		to_epoch(2);
		assert_eq!(work(), Err(Idle::NotOpen));
		to_index(8);
		assert_eq!(work(), Ok(Default::default()));
		assert!(sent(pool).is_empty());
	});
}

#[test]
fn a_missing_body_is_waited_for_and_then_sealed_as_missing() {
	node(Some(1), |pool| {
		let batch = one_committed();
		StoredBodies::set(Default::default());
		to_index(8);
		assert_eq!(work().unwrap().sealed, 0);
		assert_eq!(totals().backlog, 1);
		// Three blocks are left in which seals are taken.
		to_index(9);
		assert_eq!(work().unwrap().sealed, 1);
		let calls = sent(pool);
		let [Call::seal { bundle, .. }] = &calls[..] else { panic!("{calls:?}") };
		let missing = entry(Round::Committee, batch, 1, Outcome::Unavailable.root());
		assert_eq!(bundle.seals[..], [missing]);

		// An epoch later all judges wait as long.
		to_epoch(3);
		to_index(8);
		assert_eq!(work().unwrap().sealed, 0);
		to_index(9);
		assert_eq!(work().unwrap().sealed, 1);
		let calls = sent(pool);
		let Some(Call::seal { bundle, .. }) = calls.last() else { panic!("{calls:?}") };
		let missing = entry(Round::FullSet, batch, 1, Outcome::Unavailable.root());
		assert_eq!(bundle.seals[..], [missing]);
	});
}

#[test]
fn a_body_seen_once_is_kept_until_the_freeze() {
	node(Some(1), |pool| {
		let batch = one_committed();
		assert_eq!(work().unwrap().copied, 1);
		StoredBodies::set(Default::default());
		to_epoch(3);
		to_index(8);
		assert_eq!(work().unwrap().sealed, 1);
		let calls = sent(pool);
		let [Call::seal { bundle, .. }] = &calls[..] else { panic!("{calls:?}") };
		assert_eq!(bundle.seals[0].round, Round::FullSet);
		assert_ne!(bundle.seals[0], entry(Round::FullSet, batch, 1, Outcome::Unavailable.root()));

		let kept = || {
			let path = |name: &[u8], key: u32| {
				let mut path = [b"substation/worker/", name, b"/"].concat();
				path.extend(sp_io::hashing::blake2_256(&codec::Encode::encode(&key)));
				path
			};
			sp_runtime::offchain::storage::StorageValueRef::persistent(&path(b"copied", 1))
				.get::<Vec<(H256, u32)>>()
				.unwrap()
		};
		assert_eq!(kept().map(|list| list.len()), Some(1));
		to_epoch(5);
		next_block();
		next_block();
		work().unwrap();
		assert_eq!(kept(), None);
	});
}

#[test]
fn what_a_dead_branch_left_in_memory_does_not_mislead() {
	node(Some(1), |pool| {
		let batch = one_committed();
		to_index(8);
		work().unwrap();
		let first = sent(pool);
		// Another branch: the same batch, but the epoch was opened by another block.
		crate::Epochs::<Test>::mutate(2, |record| {
			record.as_mut().unwrap().opening = Some(H256::repeat_byte(44));
		});
		assert_eq!(work().unwrap().sealed, 1, "sealed at once on the new branch");
		let second = sent(pool);
		assert_ne!(first, second);
		let [Call::seal { bundle, .. }] = &second[..] else { panic!("{second:?}") };
		assert_eq!(
			bundle.seals[..],
			[entry(Round::Committee, batch, 1, result_of(1, batch).root())]
		);
	});
}

#[test]
fn what_a_node_lacks_it_says_once_seals_are_closed() {
	node(Some(1), |pool| {
		let devices = [StorageDevice::new(1, 4), StorageDevice::new(2, 4)];
		let (who, other) = (register(1), register(2));
		devices[0].enrol(&who);
		devices[1].enrol(&other);
		to_epoch(2);
		next_block();
		commit(2, &published(2, 1, &devices[1..]));
		work().unwrap();
		let there = StoredBodies::get();
		let lacked = commit(1, &published(1, 1, &devices[..1]));
		StoredBodies::set(there);
		to_index(11);
		assert_eq!(work().unwrap().listed, 0);
		sent(pool);
		to_index(12);
		assert_eq!(work().unwrap().listed, 1);
		let calls = sent(pool);
		let [Call::report_missing { list, signature }] = &calls[..] else { panic!("{calls:?}") };
		assert_eq!(list.batches[..], [lacked]);
		next_block();
		assert_eq!(work().unwrap().listed, 0, "it is on its way");
		send(Call::report_missing { list: list.clone(), signature: signature.clone() }).unwrap();
		for _ in 0..4 {
			next_block();
			assert_eq!(work().unwrap().listed, 0, "it is said");
		}
		assert_eq!(totals().lacked, 1);
	});
}

#[test]
fn what_is_sent_again_goes_apart_from_what_is_new() {
	node(Some(1), |pool| {
		let devices = [StorageDevice::new(1, 4), StorageDevice::new(2, 4)];
		let (who, other) = (register(1), register(2));
		devices[0].enrol(&who);
		devices[1].enrol(&other);
		to_epoch(2);
		next_block();
		let first = commit(1, &published(1, 1, &devices[..1]));
		let packed = published(2, 1, &devices[1..]);
		let second = commit(2, &packed);
		let late = StoredBodies::get();
		StoredBodies::mutate(|bodies| bodies.remove(&packed.terms.bodies[0]));
		to_index(8);
		assert_eq!(work().unwrap().sealed, 1);
		sent(pool);
		// The other body arrives when the first seal has waited for three blocks.
		to_index(11);
		StoredBodies::set(late);
		assert_eq!(work().unwrap().sealed, 2);
		let bundles: Vec<Vec<BatchId>> = sent(pool)
			.into_iter()
			.map(|call| match call {
				Call::seal { bundle, .. } => bundle.seals.iter().map(|entry| entry.batch).collect(),
				other => panic!("{other:?}"),
			})
			.collect();
		assert_eq!(bundles, [vec![second], vec![first]], "what is new goes first");
	});
}

#[test]
fn the_hook_never_panics() {
	node(Some(1), |_| {
		one_committed();
		for index in 1..20 {
			to_index(index);
			Attestation::offchain_worker(System::block_number());
		}
	});
}
