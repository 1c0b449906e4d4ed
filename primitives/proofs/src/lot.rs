//! Lots over chairs: which members of a cell a device has to do with in an epoch. Nobody knows before the epoch has opened,
//! and nobody can choose.

use alloc::{collections::BTreeMap, vec::Vec};
use codec::Encode;
use substation_primitives::{signing::ReportContext, DeviceId, EpochIndex, WorkUnits};

use crate::facts::{Chair, DeviceFacts, FactSource};

/// Context of the lot that names the members who call a device, or witness for it.
pub const CALL: &[u8; 17] = b"substation/call/1";

/// Chairs that are looked at for each member that is wanted: some are empty.
pub const LOOKS: u32 = 2;

/// Work of a lot that names `wanted` members: of each chair that it looks at, with its facts, and of what is computed of them.
pub(crate) const fn work(wanted: u32) -> WorkUnits {
	wanted * LOOKS + 2
}

/// The first `looks` places of a shuffle of `0..chairs` (Fisher and Yates), all of them if there are no more, without
/// repeats. The place at position `p` is swapped with the one at
/// `p + first eight bytes of H(tag, genesis, network, epoch, device, entropy, p) mod (chairs - p)`.
pub fn draw(
	tag: &[u8],
	context: &ReportContext,
	device: &DeviceId,
	chairs: u32,
	looks: u32,
) -> Vec<u32> {
	let mut swapped = BTreeMap::new();
	(0..looks.min(chairs))
		.map(|position| {
			// The tag's bytes alone, with no length before them.
			let rest = (
				context.genesis,
				context.network,
				context.epoch,
				device,
				context.entropy,
				position,
			);
			let hash = sp_io::hashing::blake2_256(&rest.using_encoded(|rest| [tag, rest].concat()));
			let word = u64::from_le_bytes(core::array::from_fn(|byte| hash[byte]));
			let pick = position + (word % u64::from(chairs - position)) as u32;
			let at = |place: u32| swapped.get(&place).copied().unwrap_or(place);
			let (here, there) = (at(position), at(pick));
			swapped.insert(pick, here);
			there
		})
		.collect()
}

/// The first `wanted` members of its cell that the lot names for a device, of twice as many chairs: others than itself,
/// members since `elder` epochs at the least, of whom `counts` holds.
pub fn called(
	context: &ReportContext,
	facts: &impl FactSource,
	device: &DeviceId,
	chair: &Chair,
	wanted: u32,
	elder: EpochIndex,
	counts: impl Fn(&DeviceFacts) -> bool,
) -> Vec<(DeviceId, DeviceFacts)> {
	let looks = wanted.saturating_mul(LOOKS);
	let mut found = Vec::new();
	for index in draw(CALL, context, device, chair.cell.chairs, looks) {
		if index == chair.index {
			continue;
		}
		let Some(other) = facts.chair(chair.cell.id, index) else { continue };
		// Who pauses has a chair, and no facts.
		let Some(facts) = facts.device(&other) else { continue };
		if facts.since.saturating_add(elder) <= context.epoch && counts(&facts) {
			found.push((other, facts));
		}
		if found.len() >= wanted as usize {
			break;
		}
	}
	found
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		author::{example_context, DevicePair},
		facts::Cell,
	};
	use proptest::prelude::*;
	use std::collections::BTreeSet;

	fn device(number: u64) -> DeviceId {
		DeviceId::from_low_u64_be(number)
	}

	fn facts_of(number: u64, chair: Chair) -> DeviceFacts {
		DeviceFacts {
			key: DevicePair::from_seed(&[number as u8; 32]).public(),
			owner: [1; 32].into(),
			aggregator: [9; 32].into(),
			aggregator_since: 0,
			cut: 0,
			since: 0,
			place: None,
			chair: Some(chair),
			data_set: None,
		}
	}

	/// A cell with so many chairs, in each of which a device sits.
	fn full(chairs: u32) -> BTreeMap<DeviceId, DeviceFacts> {
		let cell = Cell { id: 5, occupied: chairs, chairs };
		(0..chairs)
			.map(|index| (device(index.into()), facts_of(index.into(), Chair { index, cell })))
			.collect()
	}

	proptest! {
		#[test]
		fn a_lot_names_places_without_repeats_and_all_of_them_if_it_looks_at_all(
			number: u64,
			chairs in 0u32..40,
			looks in 0u32..60,
		) {
			let drawn = draw(CALL, &example_context(), &device(number), chairs, looks);
			prop_assert_eq!(drawn.len() as u32, looks.min(chairs));
			let places: BTreeSet<_> = drawn.iter().copied().collect();
			prop_assert_eq!(places.len(), drawn.len());
			prop_assert!(places.iter().all(|place| *place < chairs));
		}

		#[test]
		fn who_looks_longer_sees_the_same_first(number: u64, chairs in 1u32..100, looks in 1u32..30) {
			let context = example_context();
			let all = draw(CALL, &context, &device(number), chairs, chairs);
			let first = draw(CALL, &context, &device(number), chairs, looks);
			prop_assert_eq!(&all[..first.len()], &first[..]);
		}
	}

	/// As `draw` of the reference in Python finds them.
	#[test]
	fn lots_are_those_of_the_reference() {
		let context = ReportContext { epoch: 1_000, ..example_context() };
		let drawn = |number, chairs| draw(CALL, &context, &device(number), chairs, 16);
		assert_eq!(drawn(7, 23), [16, 13, 17, 0, 21, 11, 4, 9, 6, 18, 22, 5, 15, 7, 14, 10]);
		let wide = [35, 561, 771, 375, 948, 721, 474, 184, 130, 469, 850, 891, 472, 221, 260, 616];
		assert_eq!(drawn(7, 1_000), wide);
		assert_eq!(drawn(24_543, 3), [2, 0, 1]);
	}

	#[test]
	fn every_place_is_drawn_as_often_as_any_other() {
		let mut counts = [0u32; 10];
		for number in 0..10_000 {
			for place in draw(CALL, &example_context(), &device(number), 10, 3) {
				counts[place as usize] += 1;
			}
		}
		// 3,000 expected, with a deviation of 46.
		assert!(counts.iter().all(|count| (2_800..3_200).contains(count)), "{counts:?}");
	}

	#[test]
	fn who_is_called_is_another_elder_that_sits_where_it_says() {
		let (context, mut facts) = (example_context(), full(4));
		let chair = facts[&device(0)].chair.unwrap();
		let names = |facts: &BTreeMap<DeviceId, DeviceFacts>, elder| -> BTreeSet<DeviceId> {
			let found = called(&context, facts, &device(0), &chair, 8, elder, |_| true);
			found.into_iter().map(|(device, _)| device).collect()
		};
		assert_eq!(names(&facts, 0), [1, 2, 3].map(device).into());

		// A newcomer, and one that pauses.
		facts.get_mut(&device(1)).unwrap().since = context.epoch - 3;
		assert_eq!(names(&facts, 4), [2, 3].map(device).into());
		assert_eq!(names(&facts, 3), [1, 2, 3].map(device).into());
		facts.remove(&device(2));
		assert_eq!(names(&facts, 0), [1, 3].map(device).into());
	}

	#[test]
	fn no_more_are_called_than_wanted_and_twice_as_many_chairs_are_looked_at() {
		let (context, facts) = (example_context(), full(100));
		let chair = facts[&device(0)].chair.unwrap();
		let all = called(&context, &facts, &device(0), &chair, 8, 0, |_| true);
		assert_eq!(all.len(), 8);
		let none = called(&context, &facts, &device(0), &chair, 8, 0, |_| false);
		assert!(none.is_empty());
		let known = crate::known::Known::default();
		let _ = called(&context, &known, &device(0), &chair, 8, 0, |_| true);
		let looked_at = known.take_lacking().len();
		assert!((15..=16).contains(&looked_at), "all but its own: {looked_at}");
	}
}
