//! What bounds the worker: disks and reads by what is paid for, runs by a lock.

use super::{offchain::node_with, *};
use crate::{
	offchain::{run, Done, Idle},
	types::Invalid,
	Commitments, Outcome,
};
use codec::{Decode, Encode};
use sp_core::offchain::{testing::TestOffchainExt, DbExternalities, StorageKind};
use sp_io::hashing::blake2_256;
use sp_runtime::offchain::{storage::StorageValueRef, Duration, Timestamp};
use std::sync::{
	atomic::{AtomicU64, Ordering},
	Arc,
};
use substation_primitives::{
	batch::{Chunk, Sums, Terms, CHUNK_LEAVES, MAX_CHUNKS, MAX_REPORTS, REPORT_WORK},
	report::report_hash,
	worker::{EarlyEnds, Totals, EARLY_ENDS_KEY, THREADS_KEY, TOTALS_KEY},
	BatchId,
};

/// Gets the key and the value that are about to be written.
type Meddle = Box<dyn FnMut(&mut TestOffchainExt, &[u8], &[u8]) + Send>;

/// Local storage that counts the bytes read from it, and in which something else is done before each write.
struct Watched {
	storage: TestOffchainExt,
	read: Arc<AtomicU64>,
	meddle: Meddle,
}

impl DbExternalities for Watched {
	fn local_storage_set(&mut self, kind: StorageKind, key: &[u8], value: &[u8]) {
		(self.meddle)(&mut self.storage, key, value);
		DbExternalities::local_storage_set(&mut self.storage, kind, key, value)
	}

	fn local_storage_clear(&mut self, kind: StorageKind, key: &[u8]) {
		DbExternalities::local_storage_clear(&mut self.storage, kind, key)
	}

	fn local_storage_compare_and_set(
		&mut self,
		kind: StorageKind,
		key: &[u8],
		old: Option<&[u8]>,
		new: &[u8],
	) -> bool {
		(self.meddle)(&mut self.storage, key, new);
		DbExternalities::local_storage_compare_and_set(&mut self.storage, kind, key, old, new)
	}

	fn local_storage_get(&mut self, kind: StorageKind, key: &[u8]) -> Option<Vec<u8>> {
		let value = DbExternalities::local_storage_get(&mut self.storage, kind, key);
		self.read
			.fetch_add(value.as_ref().map_or(0, |value| value.len() as u64), Ordering::Relaxed);
		value
	}
}

/// A judge's node with such a storage.
fn watched(meddle: Meddle, test: impl FnOnce(&AtomicU64)) {
	StoreQuota::set(200_000_000);
	let counted = Arc::new(AtomicU64::new(0));
	let read = counted.clone();
	let chain = Chain::default().parameters(|p| p.epoch_work = 2_000_000);
	node_with(chain, Some(1), |storage| Watched { storage, read, meddle }, |_| test(&counted));
}

/// A judge's node that counts what it reads.
fn counting(test: impl FnOnce(&AtomicU64)) {
	watched(Box::new(|_, _, _| ()), test);
}

fn work() -> Result<crate::offchain::Done, Idle> {
	run::<Test>(System::block_number() as u32)
}

/// A megabyte of nothing that anybody can read, published.
fn noise(number: u8) -> H256 {
	let body = vec![number; 1_000_000];
	let hash = report_hash(&body);
	StoredBodies::mutate(|bodies| bodies.insert(hash, body));
	hash
}

#[test]
fn an_epochs_bodies_stay_within_the_allowance() {
	counting(|_| {
		register_with(1, 100_000, 1_500_000);
		to_epoch(2);
		next_block();
		let terms = |shard, bytes| {
			let mut terms = empty_terms(1, shard, 256, H256::zero());
			terms.bytes = bytes;
			terms
		};
		let too_much = InvalidTransaction::Custom(Invalid::AllowanceSpent as u8);
		assert_ok!(commit_signed(&terms(0, 1_000_000), &publisher(1)));
		assert_refused(|| commit_signed(&terms(1, 500_001), &publisher(1)), too_much);
		assert_ok!(commit_signed(&terms(1, 500_000), &publisher(1)));
		assert_refused(|| commit_signed(&terms(2, 1), &publisher(1)), too_much);
		// An epoch later there is room again.
		to_epoch(3);
		next_block();
		assert_ok!(commit_signed(&terms(0, 1_000_000), &publisher(1)));
	});
}

#[test]
fn a_body_that_is_longer_than_declared_is_neither_kept_nor_judged() {
	counting(|_| {
		register_with(1, 100_000, 1_000_000);
		to_epoch(2);
		next_block();
		let hash = noise(1);
		let mut terms = empty_terms(1, 0, 256, hash);
		terms.bytes = 999_999;
		commit_signed(&terms, &publisher(1)).unwrap();
		assert_eq!(work().unwrap().copied, 0);
		let mut exact = empty_terms(1, 1, 256, hash);
		exact.bytes = 1;
		commit_signed(&exact, &publisher(1)).unwrap();
		assert_eq!(work().unwrap().copied, 0);
	});
}

/// Twenty megabytes wait to be judged. A run asks what it may read before it reads, and reads nothing twice.
#[test]
fn a_backlog_is_read_as_far_as_the_budget_goes_and_no_further() {
	const BODIES: u8 = 20;
	counting(|read| {
		register_with(1, 100_000, 20_000_000);
		to_epoch(2);
		next_block();
		for number in 0..BODIES {
			let mut terms = empty_terms(1, number, 2_000, noise(number));
			terms.bytes = 1_000_000;
			commit_signed(&terms, &publisher(1)).unwrap();
		}
		assert_eq!(work().unwrap().copied, u32::from(BODIES));
		StoredBodies::set(Default::default());
		to_index(8);
		read.store(0, Ordering::Relaxed);
		let done = work().unwrap();
		let first = read.swap(0, Ordering::Relaxed);
		// 2,244 units each, of 40,000.
		assert_eq!(done.judged, 17);
		assert!((17_000_000..17_200_000).contains(&first), "{first}");
		next_block();
		let done = work().unwrap();
		let second = read.load(Ordering::Relaxed);
		assert_eq!(done.judged, 3);
		assert!((3_000_000..3_200_000).contains(&second), "{second}");
	});
}

/// Bodies that are longer than declared, named again and again, before an honest one.
#[test]
fn what_is_too_long_is_read_once_and_keeps_nobody_else_from_being_copied() {
	counting(|_| {
		register_with(1, 100_000, 10_000_000);
		to_epoch(2);
		next_block();
		let (long, honest) = (noise(1), noise(2));
		for number in 0..36 {
			let mut terms = empty_terms(1, number, 256, long);
			terms.bytes = 100;
			commit_signed(&terms, &publisher(1)).unwrap();
		}
		let mut terms = empty_terms(1, 36, 256, honest);
		terms.bytes = 1_000_000;
		let batch = terms.batch_id();
		commit_signed(&terms, &publisher(1)).unwrap();
		assert_eq!(work().unwrap().copied, 1);
		to_index(12);
		let listed = work().unwrap().listed;
		assert_eq!(listed, 36, "what is too long is missing");
		assert!(Attestation::may_list(1, 1, &batch));
	});
}

/// A batch of as many malformed reports as fit, of which it declares the fewest that it can.
fn junk(shard: u8) -> Terms {
	let start = u64::from(shard) << 32;
	let chunks: Vec<Chunk> = (0..MAX_CHUNKS)
		.map(|_| vec![vec![0].try_into().unwrap(); CHUNK_LEAVES as usize].try_into().unwrap())
		.collect();
	let cuts: Vec<u64> = (0..u64::from(MAX_CHUNKS)).map(|chunk| start + chunk).collect();
	let terms = Terms {
		last: start + u64::from(MAX_CHUNKS),
		cuts: cuts.try_into().unwrap(),
		count: MAX_CHUNKS,
		work: MAX_CHUNKS * REPORT_WORK,
		..empty_terms(1, shard, 0, H256::zero())
	};
	holding(chunks, terms)
}

/// It costs a judge little to see that nothing is in it, so it takes little of what a run has for all.
#[test]
fn what_is_not_checked_keeps_nobody_elses_reports_from_being_judged() {
	counting(|_| {
		let devices = [StorageDevice::new(1, 4)];
		devices[0].enrol(&register_with(2, 10_000, 1_000_000));
		to_epoch(1);
		register_with(1, 200_000, 10_000_000);
		to_epoch(2);
		next_block();
		let worthless: Vec<_> = (0..20).map(junk).collect();
		for terms in &worthless {
			commit_signed(terms, &publisher(1)).unwrap();
		}
		let honest = commit(2, &published(2, 1, &devices));
		work().unwrap();
		to_index(8);

		assert_eq!(work().unwrap().judged, 21);
		// It has declared less than there is all the same.
		let Outcome::Result(vector) = result_of(1, worthless[0].batch_id()) else { panic!() };
		assert_eq!(Sums::of(&vector).unwrap().count, u64::from(MAX_REPORTS));
		let Outcome::Result(vector) = result_of(1, honest) else { panic!() };
		assert!(Sums::of(&vector).unwrap().score > 0);
	});
}

/// A batch as dear as a run, and fresh ones before and behind it in each block: each has its turn.
#[test]
fn nothing_keeps_what_stands_behind_it_from_being_judged() {
	counting(|_| {
		register_with(1, 200_000, 30_000_000);
		to_epoch(2);
		next_block();
		let mut batches = Vec::new();
		for number in 0..24 {
			let mut terms = empty_terms(1, number, 2_000, noise(number));
			terms.bytes = 1_000_000;
			batches.push(commit_signed(&terms, &publisher(1)).map(|()| terms.batch_id()).unwrap());
		}
		work().unwrap();
		// One that nobody has takes no budget: it is the last chance for it alone.
		let absent = empty_terms(1, 24, 2_000, H256::repeat_byte(9));
		commit_signed(&absent, &publisher(1)).unwrap();
		to_index(8);
		let (mut sealed, mut judged) = (0, 0);
		for index in 8..=11 {
			to_index(index);
			let done = work().unwrap();
			judged += done.judged;
			sealed = sealed.max(done.sealed);
		}
		assert_eq!(judged, 24);
		assert_eq!(batches.len(), 24);
		assert!(sealed >= 17);
	});
}

#[test]
fn a_run_copies_so_much_and_goes_on_in_the_next_block() {
	const BODIES: u8 = 40;
	counting(|_| {
		register_with(1, 100_000, 40_000_000);
		to_epoch(2);
		next_block();
		for number in 0..BODIES {
			let mut terms = empty_terms(1, number, 256, noise(number));
			terms.bytes = 1_000_000;
			commit_signed(&terms, &publisher(1)).unwrap();
		}
		assert_eq!(work().unwrap().copied, 33);
		next_block();
		assert_eq!(work().unwrap().copied, 7);
	});
}

#[test]
fn a_body_that_two_epochs_name_is_kept_for_the_later_one() {
	counting(|_| {
		register_with(1, 100_000, 1_000_000);
		to_epoch(2);
		next_block();
		let hash = noise(1);
		let commit = || {
			let mut terms = empty_terms(1, 0, 256, hash);
			terms.bytes = 1_000_000;
			commit_signed(&terms, &publisher(1)).unwrap();
			work().unwrap();
		};
		commit();
		to_epoch(3);
		next_block();
		commit();
		StoredBodies::set(Default::default());
		let path = {
			let mut path = b"substation/worker/body/".to_vec();
			path.extend(sp_io::hashing::blake2_256(hash.as_bytes()));
			path
		};
		let kept = || StorageValueRef::persistent(&path).get::<Vec<u8>>().unwrap().is_some();
		to_epoch(5);
		next_block();
		next_block();
		work().unwrap();
		assert!(Commitments::<Test>::iter_prefix(1).next().is_none(), "epoch 1 is frozen");
		assert!(kept());
		to_epoch(6);
		next_block();
		next_block();
		work().unwrap();
		assert!(!kept());
	});
}

#[test]
fn a_lock_from_another_clock_is_void_and_one_of_this_clock_is_not() {
	let busy = || {
		let ends: EarlyEnds =
			StorageValueRef::persistent(EARLY_ENDS_KEY).get().unwrap().unwrap_or_default();
		ends.busy
	};
	counting(|_| {
		to_epoch(2);
		next_block();
		lock_until(19_000);
		assert_eq!((work(), busy()), (Err(Idle::Busy), 1));
		lock_until(20_001);
		assert!(work().is_ok());
		lock_until(3_600_000);
		assert!(work().is_ok());
		assert_eq!(busy(), 1);
	});
}

/// Three batches wait to be judged, their bodies copied. The first lock is held by a run that is not finished.
fn busy_with_three(threads: Option<u32>, test: impl FnOnce([BatchId; 3])) {
	meddled_with_three(threads, Box::new(|_, _, _| ()), test);
}

/// As [`busy_with_three`], and somebody meddles.
fn meddled_with_three(threads: Option<u32>, meddle: Meddle, test: impl FnOnce([BatchId; 3])) {
	watched(meddle, |_| {
		if let Some(threads) = threads {
			StorageValueRef::persistent(THREADS_KEY).set(&threads);
		}
		register_with(1, 100_000, 3_000_000);
		to_epoch(2);
		next_block();
		let batches = [0, 1, 2].map(|number| {
			let mut terms = empty_terms(1, number, 2_000, noise(number));
			terms.bytes = 1_000_000;
			commit_signed(&terms, &publisher(1)).unwrap();
			terms.batch_id()
		});
		assert_eq!(work().unwrap().copied, 3);
		to_index(8);
		lock_until(19_000);
		test(batches);
	});
}

/// Where it stands which batches threads have taken.
fn taken() -> Vec<u8> {
	[&b"substation/worker/taken/"[..], &blake2_256(&[])].concat()
}

const LOCK: &[u8] = b"substation/worker/lock";

fn lock_until(millis: u64) {
	let deadline: Timestamp = sp_io::offchain::timestamp().add(Duration::from_millis(millis));
	StorageValueRef::persistent(LOCK).set(&deadline);
}

fn unlock() {
	StorageValueRef::persistent(LOCK).clear();
}

#[test]
fn a_second_thread_judges_beside_the_first_and_sends_nothing() {
	busy_with_three(Some(2), |_| {
		let done = work().unwrap();
		assert_eq!((done.judged, done.sealed, done.copied), (3, 0, 0));
		// The first is busy with an earlier block: that is told, once for each.
		let busy = || {
			StorageValueRef::persistent(EARLY_ENDS_KEY).get::<EarlyEnds>().unwrap().unwrap().busy
		};
		work().unwrap();
		assert_eq!(busy(), 1);
		next_block();
		work().unwrap();
		assert_eq!(busy(), 2);
		assert_eq!(
			StorageValueRef::persistent(TOTALS_KEY).get::<Totals>().unwrap().unwrap().batches,
			3
		);
		unlock();
		let done = work().unwrap();
		assert_eq!(
			(done.judged, done.sealed),
			(0, 3),
			"what it found is sealed, and not judged again"
		);
		assert_eq!(
			StorageValueRef::persistent(TOTALS_KEY).get::<Totals>().unwrap().unwrap().batches,
			3
		);
	});
}

#[test]
fn no_more_threads_judge_than_the_node_allows() {
	for threads in [None, Some(0), Some(1)] {
		busy_with_three(threads, |_| assert_eq!(work(), Err(Idle::Busy)));
	}
	busy_with_three(Some(2), |_| {
		let second = [LOCK, b"/\x01"].concat();
		let deadline = sp_io::offchain::timestamp().add(Duration::from_millis(19_000));
		StorageValueRef::persistent(&second).set(&deadline);
		assert_eq!(work(), Err(Idle::Busy));
	});
}

#[test]
fn what_one_thread_judges_no_other_does_until_it_has_taken_too_long() {
	busy_with_three(Some(2), |batches| {
		let key = taken();
		let taken = StorageValueRef::persistent(&key);
		let now = sp_io::offchain::timestamp();
		taken.set(&vec![(batches[1], now.add(Duration::from_millis(1)))]);
		assert_eq!(work().unwrap().judged, 2);
		assert_eq!(work().unwrap().judged, 0);
		unlock();
		let done = work().unwrap();
		assert_eq!((done.judged, done.sealed), (0, 2));
		taken.set(&vec![(batches[1], now)]);
		next_block();
		let done = work().unwrap();
		assert_eq!((done.judged, done.sealed), (1, 1));
		// Nobody holds what is judged, nor does what a thread that was killed held stay for ever.
		assert_eq!(taken.get::<Vec<(BatchId, Timestamp)>>().unwrap(), Some(vec![]));
	});
}

/// Two threads find a batch free at the same moment. One has taken it a millisecond later than the other looked.
#[test]
fn what_another_thread_takes_in_the_same_moment_is_not_judged_twice() {
	let mut tries = 0;
	let meddle = move |storage: &mut TestOffchainExt, key: &[u8], new: &[u8]| {
		if key != taken() {
			return;
		}
		tries += 1;
		if tries == 1 {
			let wanted = Vec::<(BatchId, Timestamp)>::decode(&mut &new[..]).unwrap()[0].0;
			let later = {
				let mut state = storage.0.write();
				state.timestamp = state.timestamp.add(Duration::from_millis(1));
				state.timestamp
			};
			let others = vec![(wanted, later.add(Duration::from_millis(20_000)))];
			storage.local_storage_set(StorageKind::PERSISTENT, key, &others.encode());
		}
	};
	meddled_with_three(Some(2), Box::new(meddle), |_| {
		assert_eq!(work().unwrap().judged, 2);
		unlock();
		assert_eq!(work().unwrap().sealed, 2);
	});
}

#[test]
fn what_a_second_thread_finds_after_the_first_has_ended_it_sends_itself() {
	let meddle = |storage: &mut TestOffchainExt, key: &[u8], _: &[u8]| {
		if key.starts_with(b"substation/worker/outcome/") {
			DbExternalities::local_storage_clear(storage, StorageKind::PERSISTENT, LOCK);
		}
	};
	meddled_with_three(Some(2), Box::new(meddle), |_| {
		let done = work().unwrap();
		assert_eq!((done.judged, done.sealed), (3, 3));
	});
}

#[test]
fn of_two_threads_at_one_block_the_later_does_nothing_again() {
	busy_with_three(Some(2), |_| {
		unlock();
		let done = work().unwrap();
		assert_eq!((done.judged, done.sealed), (3, 3));
		// What arrives now is for the next block.
		assert_eq!(work().unwrap(), Done::default());
	});
}

#[test]
fn early_ends_are_counted_by_their_reasons() {
	let ends = || {
		StorageValueRef::persistent(EARLY_ENDS_KEY).get::<EarlyEnds>().unwrap().unwrap_or_default()
	};
	counting(|_| {
		to_epoch(2);
		assert_eq!(work(), Err(Idle::NotOpen));
		assert_eq!(ends(), EarlyEnds { not_open: 1, ..Default::default() });
	});
	node_with(
		Chain::default(),
		Some(9),
		|offchain| offchain,
		|_| {
			to_epoch(2);
			next_block();
			assert_eq!(work(), Err(Idle::NotAJudge));
			// Another thread finds the same.
			assert_eq!(work(), Err(Idle::NotAJudge));
			next_block();
			assert_eq!(work(), Err(Idle::NotAJudge));
			assert_eq!(ends(), EarlyEnds { not_a_judge: 2, ..Default::default() });
		},
	);
}
