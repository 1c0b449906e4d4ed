mod absent;
mod aggregators;
mod capacity;
mod claims;
mod clock;
mod commitments;
mod freeze;
mod full_pool;
mod missing;
mod model;
mod offchain;
mod profiles;
mod pruning;
mod quota;
mod results;
mod seals;
mod standstill;
mod versions;
mod worker;

use crate::mock::*;
use frame_support::{assert_noop, assert_ok};
use sp_core::Pair;
use sp_runtime::{transaction_validity::InvalidTransaction, DispatchError};
use substation_primitives::{epoch::Parameters, BatchId, H256};

type Error = crate::Error<Test>;
type Event = crate::Event<Test>;

/// Aggregator 1 carries `devices` and has committed to their reports of epoch 1, in the first block in which it may.
fn committed_to(devices: &[StorageDevice]) -> BatchId {
	let who = register(1);
	devices.iter().for_each(|device| device.enrol(&who));
	to_epoch(2);
	next_block();
	commit(1, &published(1, 1, devices))
}

/// As [`committed_to`], of one device.
fn one_committed() -> BatchId {
	committed_to(&[StorageDevice::new(1, 4)])
}

/// Refused, and nothing is stored.
fn assert_refused(
	send: impl FnOnce() -> Result<(), sp_runtime::transaction_validity::TransactionValidityError>,
	error: InvalidTransaction,
) {
	let before = sp_io::storage::root(sp_runtime::StateVersion::V1);
	assert_eq!(send(), invalid(error));
	assert_eq!(
		sp_io::storage::root(sp_runtime::StateVersion::V1),
		before,
		"a refusal stored something"
	);
}
