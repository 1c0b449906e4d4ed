//! Copies of bodies, which the statement store may lose, until the freeze.
//!
//! Nothing is read before it is known to be paid for: a batch declares the length of its bodies, its aggregator's allowance
//! holds all of an epoch's, and a run copies so much and no more.

use alloc::{collections::BTreeMap, vec::Vec};
use substation_primitives::{batch::MAX_BODY_BYTES, EpochIndex, H256};

use super::{memory::Memory, Done};
use crate::{
	pallet::CommitmentOf, Commitments, Config, CurrentEpoch, FirstUnfrozen, InspectBodies,
};

/// Bytes that one run copies. What is left waits for the next block.
const COPY_BUDGET: u32 = 32 * 1024 * 1024;
/// Epochs back from the present one whose bodies may still arrive.
const ARRIVE_WITHIN: EpochIndex = 3;

/// The lengths of bodies, by their hashes.
pub(super) type Lengths = BTreeMap<H256, u32>;

/// What there is of an epoch's bodies.
struct Seen {
	copies: Lengths,
	/// Lengths of bodies that were too long for a batch which named them: nobody has them read again.
	longer: Lengths,
}

/// Copies bodies of batches that are not frozen, and forgets those of frozen ones. Tells whether there was time for all
/// that have arrived.
pub(super) fn copy_bodies<T: Config>(done: &mut Done) -> bool {
	let now = CurrentEpoch::<T>::get();
	let first = FirstUnfrozen::<T>::get();
	forget_frozen(first);
	let mut budget = COPY_BUDGET;
	for reports in now.saturating_sub(ARRIVE_WITHIN).max(first)..now {
		let mut seen = Seen {
			copies: Memory::copied(reports).read().unwrap_or_default(),
			longer: Memory::longer(reports).read().unwrap_or_default(),
		};
		let before = (seen.copies.len(), seen.longer.len());
		let mut complete = true;
		for (_, commitment) in Commitments::<T>::iter_prefix(reports) {
			complete = copy_batch::<T>(&commitment, &mut seen, &mut budget);
			if !complete {
				break;
			}
		}
		let Seen { copies, longer } = seen;
		if (copies.len(), longer.len()) != before {
			let more = copies.len().saturating_sub(before.0) as u32;
			done.copied = done.copied.saturating_add(more);
			Memory::copied(reports).write(&copies);
			Memory::longer(reports).write(&longer);
			Memory::keep(reports);
		}
		if !complete {
			return false;
		}
	}
	true
}

/// Copies what has arrived of a batch. False if that is more than the budget holds.
fn copy_batch<T: Config>(
	commitment: &CommitmentOf<T>,
	Seen { copies, longer }: &mut Seen,
	budget: &mut u32,
) -> bool {
	let mut left = commitment.bytes;
	for hash in &commitment.bodies {
		if let Some(length) = copies.get(hash) {
			left = left.saturating_sub(*length);
			continue;
		}
		if longer.get(hash).is_some_and(|length| *length > left.min(MAX_BODY_BYTES)) {
			continue;
		}
		if left.min(MAX_BODY_BYTES) > *budget {
			return false;
		}
		let Some(body) = T::Bodies::body(hash) else { continue };
		let length = body.len() as u32;
		*budget = budget.saturating_sub(length);
		// A body that is longer than declared is no body.
		if length > left.min(MAX_BODY_BYTES) {
			longer.insert(*hash, length);
			continue;
		}
		left = left.saturating_sub(length);
		Memory::body(hash).write(&body);
		copies.insert(*hash, length);
	}
	true
}

fn forget_frozen(first: EpochIndex) {
	let kept = Memory::kept();
	let epochs: Vec<EpochIndex> = kept.read().unwrap_or_default();
	let (rest, frozen): (Vec<_>, Vec<_>) = epochs.iter().partition(|epoch| **epoch >= first);
	if frozen.is_empty() {
		return;
	}
	// A body that a later epoch's batch names, too, stays.
	let copied = rest.iter().filter_map(|epoch| Memory::copied(*epoch).read());
	let named: Lengths = copied.flatten().collect();
	for epoch in &frozen {
		Memory::forget(*epoch, &named);
	}
	kept.change(|kept| {
		let kept = kept.unwrap_or_default().into_iter();
		Some(kept.filter(|epoch| *epoch >= first).collect())
	});
}
