//! Copies of bodies, which the statement store may lose, until the freeze.
//!
//! Nothing is read before it is known to be paid for: a batch declares the length of its bodies, its aggregator's allowance
//! holds all of an epoch's, and a run copies so much and no more.

use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use substation_primitives::{batch::MAX_BODY_BYTES, BatchId, EpochIndex};

use super::{
	memory::{Lengths, Memory},
	Done,
};
use crate::{
	pallet::CommitmentOf, Commitment, Commitments, Config, CurrentEpoch, FirstUnfrozen,
	InspectBodies,
};

/// Bytes that one run copies. What is left waits for the next block.
const COPY_BUDGET: u32 = 32 * 1024 * 1024;
/// Epochs back from the present one whose bodies may still arrive.
const ARRIVE_WITHIN: EpochIndex = 3;

/// What there is of an epoch's bodies.
struct Seen {
	copies: Lengths,
	/// Lengths of bodies that were too long for a batch which named them: nobody has them read again.
	longer: Lengths,
	/// How many of both there were when the run began.
	before: (usize, usize),
}

impl Seen {
	fn of(reports: EpochIndex) -> Self {
		let copies = Memory::copied(reports).read().unwrap_or_default();
		let longer = Memory::longer(reports).read().unwrap_or_default();
		let before = (copies.len(), longer.len());
		Self { copies, longer, before }
	}

	/// Keeps what has come. Tells how many bodies were copied.
	fn keep(self, reports: EpochIndex) -> u32 {
		if (self.copies.len(), self.longer.len()) == self.before {
			return 0;
		}
		Memory::copied(reports).write(&self.copies);
		Memory::longer(reports).write(&self.longer);
		Memory::keep(reports);
		self.copies.len().saturating_sub(self.before.0) as u32
	}
}

/// Copies bodies of batches that are not frozen, and forgets those of frozen ones. Gives the batches that were looked for
/// and of which something is not there; what there was no time to look for is not among them.
///
/// The newest epoch comes first, and a run begins where the last one's budget ended: nobody keeps others from being
/// looked for by what has to be read before them.
pub(super) fn copy_bodies<T: Config>(done: &mut Done) -> BTreeSet<BatchId> {
	let now = CurrentEpoch::<T>::get();
	let first = FirstUnfrozen::<T>::get();
	forget_frozen(first);
	let epochs = (now.saturating_sub(ARRIVE_WITHIN).max(first)..now).rev();
	let mut seen: BTreeMap<_, _> =
		epochs.clone().map(|reports| (reports, Seen::of(reports))).collect();
	let mut lacking = Vec::new();
	for reports in epochs {
		let Some(Seen { copies, .. }) = seen.get(&reports) else { continue };
		let of_epoch = Commitments::<T>::iter_prefix(reports)
			.filter(|(_, commitment)| length_in(copies, commitment).is_none());
		lacking.extend(of_epoch.map(|(batch, commitment)| (reports, batch, commitment)));
	}
	let bookmark = Memory::copying().read();
	let begin = lacking.iter().position(|(_, batch, _)| Some(*batch) == bookmark);
	lacking.rotate_left(begin.unwrap_or_default());

	let mut budget = COPY_BUDGET;
	let mut absent = BTreeSet::new();
	for (reports, batch, commitment) in lacking {
		let Some(seen) = seen.get_mut(&reports) else { continue };
		if !copy_batch::<T>(&commitment, seen, &mut budget) {
			Memory::copying().write(&batch);
			break;
		}
		if length_in(&seen.copies, &commitment).is_none() {
			absent.insert(batch);
		}
	}
	for (reports, seen) in seen {
		done.copied = done.copied.saturating_add(seen.keep(reports));
	}
	absent
}

/// Length of a batch's bodies, if all have been copied and are in sum as long as declared: no others are its bodies.
pub(super) fn length_in<B>(copies: &Lengths, commitment: &Commitment<B>) -> Option<u32> {
	let mut lengths = commitment.bodies.iter().map(|body| copies.get(body).copied());
	let sum = lengths.try_fold(0u32, |sum, length| sum.checked_add(length?))?;
	(sum == commitment.bytes).then_some(sum)
}

/// Copies what has arrived of a batch. False if that is more than the budget holds.
fn copy_batch<T: Config>(
	commitment: &CommitmentOf<T>,
	Seen { copies, longer, .. }: &mut Seen,
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
