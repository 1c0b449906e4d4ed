//! What becomes of what a full pool does not take.

use super::*;
use crate::{
	offchain::{run, Done},
	Call, Outcome, Round, KEY_TYPE,
};
use codec::Decode;
use sp_core::offchain::{
	testing::TestOffchainExt, OffchainDbExt, OffchainWorkerExt, TransactionPool, TransactionPoolExt,
};
use sp_keystore::{testing::MemoryKeystore, Keystore, KeystoreExt};
use sp_runtime::offchain::{storage::StorageValueRef, Timestamp};
use std::sync::Arc;
use substation_primitives::worker::{Totals, TOTALS_KEY};

const JUDGE: u8 = 1;

/// Transactions that were taken, and for how many there is room.
#[derive(Default)]
struct Pool {
	taken: Vec<Vec<u8>>,
	room: usize,
}

#[derive(Clone, Default)]
struct Shared(Arc<parking_lot::Mutex<Pool>>);

impl Shared {
	fn has_room_for(&self, room: usize) {
		self.0.lock().room = room;
	}

	fn taken(&self) -> Vec<Call<Test>> {
		let taken = std::mem::take(&mut self.0.lock().taken);
		taken
			.into_iter()
			.map(|bytes| match Extrinsic::decode(&mut &bytes[..]).unwrap().function {
				RuntimeCall::Attestation(call) => call,
				other => panic!("the worker sent {other:?}"),
			})
			.collect()
	}
}

impl TransactionPool for Shared {
	fn submit_transaction(&mut self, extrinsic: Vec<u8>) -> Result<(), ()> {
		let mut pool = self.0.lock();
		pool.room = pool.room.checked_sub(1).ok_or(())?;
		pool.taken.push(extrinsic);
		Ok(())
	}
}

/// A judge's node with such a pool, which has no room.
fn node(test: impl FnOnce(&Shared)) {
	let mut ext = Chain::default().externalities();
	let (offchain, state) = TestOffchainExt::new();
	state.write().timestamp = Timestamp::from_unix_millis(1_000_000);
	let keystore = MemoryKeystore::new();
	let seed = format!("0x{}", format!("{:02x}", 100 + JUDGE).repeat(32));
	keystore.sr25519_generate_new(KEY_TYPE, Some(&seed)).unwrap();
	let pool = Shared::default();
	ext.register_extension(OffchainDbExt::new(offchain.clone()));
	ext.register_extension(OffchainWorkerExt::new(offchain));
	ext.register_extension(TransactionPoolExt::new(pool.clone()));
	ext.register_extension(KeystoreExt(Arc::new(keystore)));
	ext.execute_with(|| {
		test(&pool);
		Attestation::do_try_state().unwrap();
	});
}

fn work() -> Done {
	run::<Test>(System::block_number() as u32).unwrap()
}

fn totals() -> Totals {
	StorageValueRef::persistent(TOTALS_KEY).get().unwrap().unwrap()
}

#[test]
fn a_seal_that_was_not_taken_is_sent_in_the_next_block_and_judged_once() {
	node(|pool| {
		let batch = one_committed();
		to_index(8);
		let done = work();
		assert_eq!((done.judged, done.sealed, totals().seals), (1, 0, 0));
		next_block();
		assert_eq!((work().sealed, pool.taken().len()), (0, 0));
		// It does not wait for three blocks, as what was taken does.
		pool.has_room_for(1);
		next_block();
		let done = work();
		assert_eq!((done.judged, done.sealed, totals().seals), (0, 1, 1));
		let calls = pool.taken();
		let [Call::seal { bundle, .. }] = &calls[..] else { panic!("{calls:?}") };
		let root = result_of(1, batch).root();
		assert_eq!(bundle.seals[..], [entry(Round::Committee, batch, JUDGE, root)]);
		// What was taken is not sent again at once.
		pool.has_room_for(1);
		next_block();
		assert_eq!(work().sealed, 0);
	});
}

#[test]
fn a_list_that_was_not_taken_is_sent_in_the_next_block() {
	node(|pool| {
		let batch = one_committed();
		StoredBodies::set(Default::default());
		to_index(12);
		assert_eq!((work().listed, totals().lacked), (0, 0));
		pool.has_room_for(1);
		next_block();
		assert_eq!((work().listed, totals().lacked), (1, 1));
		let calls = pool.taken();
		let [Call::report_missing { list, signature }] = &calls[..] else { panic!("{calls:?}") };
		assert_eq!(list.batches[..], [batch]);
		assert_ok!(send(Call::report_missing { list: list.clone(), signature: signature.clone() }));
	});
}

#[test]
fn a_reveal_that_was_not_taken_is_sent_in_the_next_block() {
	node(|pool| {
		let batch = one_committed();
		to_index(8);
		let result = result_of(1, batch);
		for judge in [0, 2, 3] {
			assert_ok!(seal(judge, Round::Committee, batch, result.root()));
		}
		to_index(12);
		assert_eq!(work().revealed, 0);
		pool.has_room_for(1);
		next_block();
		assert_eq!(work().revealed, 1);
		let calls = pool.taken();
		let [Call::reveal { round, batch: revealed, outcome }] = &calls[..] else {
			panic!("{calls:?}")
		};
		assert_eq!((*round, *revealed, outcome), (Round::Committee, batch, &result));
		assert!(matches!(outcome, Outcome::Result(_)));
	});
}
