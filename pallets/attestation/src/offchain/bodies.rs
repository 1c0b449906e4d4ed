//! Copies of bodies, which the statement store may lose, until the freeze.

use alloc::{collections::BTreeSet, vec::Vec};
use substation_primitives::{batch::MAX_BODY_BYTES, EpochIndex, H256};

use super::{memory::Memory, Done};
use crate::{Commitments, Config, CurrentEpoch, FirstUnfrozen, InspectBodies};

/// Copies bodies of batches that are not frozen from the statement store, which may lose them, and
/// forgets those of frozen ones.
pub(super) fn copy_bodies<T: Config>(done: &mut Done) {
	let now = CurrentEpoch::<T>::get();
	let first = FirstUnfrozen::<T>::get();
	let kept = Memory::kept();
	let mut epochs: Vec<EpochIndex> = kept.read().unwrap_or_default();
	epochs.retain(|epoch| {
		let keep = *epoch >= first;
		if !keep {
			Memory::forget(*epoch);
		}
		keep
	});
	// Bodies are published while commitments are open and travel for a while after that.
	for reports in now.saturating_sub(3).max(first)..now {
		let mut list: Vec<H256> = Memory::copied(reports).read().unwrap_or_default();
		let before = list.len();
		let mut known: BTreeSet<H256> = list.iter().copied().collect();
		for (_, commitment) in Commitments::<T>::iter_prefix(reports) {
			for hash in &commitment.bodies {
				if known.contains(hash) {
					continue;
				}
				let Some(body) = T::Bodies::body(hash) else { continue };
				if body.len() > MAX_BODY_BYTES as usize {
					continue;
				}
				Memory::body(hash).write(&body);
				list.push(*hash);
				known.insert(*hash);
				done.copied = done.copied.saturating_add(1);
			}
		}
		if list.len() > before {
			Memory::copied(reports).write(&list);
		}
		if !list.is_empty() && !epochs.contains(&reports) {
			epochs.push(reports);
		}
	}
	kept.write(&epochs);
}
