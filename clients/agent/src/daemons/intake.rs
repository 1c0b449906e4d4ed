//! What an aggregator has taken of the present epoch, and whether more fits.

use std::collections::BTreeMap;

use substation_primitives::{
	batch::{quota_of, MAX_BODIES, MAX_BODY_BYTES, MAX_CHUNK_BYTES, MAX_REPORTS},
	signing::ReportContext,
	DeviceId, EpochIndex, NetworkId, WorkUnits,
};
use substation_proofs::{facts::DeviceFacts, Policy};

/// Bytes that a report's length and its share of a chunk's take in a body, at most.
pub(super) const FRAMING: u64 = 16;

/// What is known of the epoch that reports are taken for, in one network.
pub(super) struct Open {
	pub(super) context: ReportContext,
	pub(super) policy: Policy,
	pub(super) facts: BTreeMap<DeviceId, Option<DeviceFacts>>,
	/// Reports taken, and their work.
	pub(super) taken: u32,
	pub(super) work: WorkUnits,
}

/// The epoch that reports are taken for.
#[derive(Default)]
pub(super) struct Intake {
	pub(super) epoch: EpochIndex,
	pub(super) networks: BTreeMap<NetworkId, Open>,
	/// Work that the chain lets this aggregator commit to.
	pub(super) quota: WorkUnits,
	/// Quota that any batch takes at the least.
	pub(super) least: WorkUnits,
	/// Bytes that all reports of the epoch take, and may take.
	pub(super) bytes: u64,
	pub(super) allowance: u64,
}

impl Intake {
	/// Whether a report of so much work and so many bytes still fits: one that does not would cost
	/// the whole batch its place.
	pub(super) fn has_room(&self, network: NetworkId, work: WorkUnits, bytes: usize) -> bool {
		// No network has more bodies than all bytes fill: one is full when a chunk may not fit any more.
		let full = u64::from(MAX_BODY_BYTES - MAX_CHUNK_BYTES);
		let bodies = 1 + (self.bytes + bytes as u64) / full;
		let spent: u64 = self
			.networks
			.iter()
			.map(|(other, open)| {
				let more = if *other == network { work } else { 0 };
				// A last shard may be small, and counts for its bodies all the same.
				let shards = bodies > u64::from(MAX_BODIES) || open.taken >= MAX_REPORTS;
				let last = if shards { quota_of(0, MAX_BODIES as usize, self.least) } else { 0 };
				u64::from(quota_of(open.work + more, bodies as usize, self.least)) + u64::from(last)
			})
			.sum();
		spent <= self.quota.into() && self.bytes + bytes as u64 + FRAMING <= self.allowance
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn an_intake_is_full_before_a_batch_would_lose_its_place() {
		let open = |work| Open {
			context: substation_proofs::author::example_context(),
			policy: Policy {
				ramp: 0,
				kind: substation_proofs::KindPolicy::Storage(substation_proofs::storage::Policy {
					shown: 1,
					cap: 256,
				}),
			},
			facts: BTreeMap::new(),
			taken: 1,
			work,
		};
		let intake = Intake {
			epoch: 1,
			networks: [(0, open(0)), (1, open(996))].into(),
			quota: 1_256,
			least: 0,
			bytes: 900,
			allowance: 1_000,
		};

		// The other network's batch counts as the smallest there is.
		assert!(intake.has_room(1, 4, 84));
		assert!(!intake.has_room(1, 5, 84));
		assert!(!intake.has_room(1, 4, 85));
		assert!(intake.has_room(0, 256, 84));
		assert!(!intake.has_room(0, 261, 84));
	}
}
