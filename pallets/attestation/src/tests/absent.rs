//! What a judge says of bodies that are not there, whatever else there is to read.

use super::{
	offchain::{node_with, sent, Pool},
	*,
};
use crate::{
	offchain::{run, Done},
	Call, Outcome, Round,
};
use substation_primitives::{batch::Terms, report::report_hash};

/// A judge's node on a chain with room for what these tests publish.
fn node(test: impl FnOnce(&Pool)) {
	StoreQuota::set(1_000_000_000);
	let chain = Chain::default().parameters(|p| p.epoch_work = 2_000_000);
	node_with(chain, Some(1), |storage| storage, test);
}

fn work() -> Done {
	run::<Test>(System::block_number() as u32).unwrap()
}

/// Commits to a batch whose body is `hash`, said to have so many bytes.
fn commit_to(shard: u8, hash: H256, bytes: u32) {
	let terms = Terms { bytes, ..empty_terms(1, shard, 256, hash) };
	commit_signed(&terms, &publisher(1)).unwrap();
}

/// A megabyte in the store.
fn megabyte(number: u8) -> H256 {
	let body = vec![number; 1_000_000];
	let hash = report_hash(&body);
	StoredBodies::mutate(|bodies| bodies.insert(hash, body));
	hash
}

/// More than a run copies has arrived for the epoch before.
#[test]
fn what_is_older_keeps_no_missing_body_from_being_sealed_as_such() {
	node(|pool| {
		register_with(1, 100_000, 40_000_000);
		to_epoch(2);
		next_block();
		(0..40).for_each(|shard| commit_to(shard, megabyte(shard), 1_000_000));
		to_epoch(3);
		next_block();
		let absent = empty_terms(1, 0, 256, H256::repeat_byte(200));
		commit_signed(&absent, &publisher(1)).unwrap();
		to_index(9);

		assert_eq!(work().copied, 33);

		let calls = sent(pool);
		let [Call::seal { bundle, .. }] = &calls[..] else { panic!("{calls:?}") };
		let missing = entry(Round::Committee, absent.batch_id(), 1, Outcome::Unavailable.root());
		assert!(bundle.seals.contains(&missing));
	});
}

/// Bodies longer than declared are read once, and are more than a run reads.
#[test]
fn what_is_read_in_vain_keeps_missing_bodies_for_a_block_and_not_for_good() {
	node(|_| {
		register_with(1, 100_000, 40_000_000);
		to_epoch(2);
		next_block();
		for shard in 0..110 {
			commit_to(shard, megabyte(shard), 100);
		}
		to_index(9);
		let first = work().sealed;
		assert!((33..40).contains(&first), "{first}, of which a run reads thirty-three");
		to_index(10);
		let second = work().sealed;
		assert!((33..40).contains(&second), "{second}");
	});
}
