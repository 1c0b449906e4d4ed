//! What is known as of an epoch stays.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;
use substation_proofs::tiles::Tiles;

#[derive(Clone, Debug)]
enum Step {
	Epochs(u32),
	/// A report for so many epochs ago, of a way of so many tiles.
	Mark(u32, usize),
	Want(u64, u32),
	Clear(bool),
	/// Tiles take so long from two epochs later on.
	Replenish(u16),
}

fn step() -> impl Strategy<Value = Step> {
	prop_oneof![
		6 => (0u32..4).prop_map(Step::Epochs),
		1 => (20u32..40).prop_map(Step::Epochs),
		5 => (1u32..10, 1usize..14).prop_map(|(ago, tiles)| Step::Mark(ago, tiles)),
		2 => (any::<u64>(), 1u32..6).prop_map(|(tiles, epochs)| Step::Want(tiles, epochs)),
		3 => any::<bool>().prop_map(Step::Clear),
		1 => (1u16..60).prop_map(Step::Replenish),
	]
}

/// The parents that ways of a test pass.
fn parents() -> [Parent; 2] {
	[tile(0).parent(), tile(10).parent()]
}

fn act(step: &Step) {
	match *step {
		Step::Epochs(epochs) => Now::mutate(|now| *now += epochs),
		Step::Mark(ago, tiles) => {
			let (shown, report) = settle(Now::get().saturating_sub(ago), &ways(tiles));
			let _ = Mapping::mark(signed(1), shown, 0, report);
		}
		Step::Want(tiles, epochs) => {
			let _ = Mapping::want(signed(2), NETWORK, parents()[0], tiles, epochs);
		}
		Step::Clear(second) => {
			let parent = parents()[usize::from(second)];
			let _ = Mapping::clear(signed(3), NETWORK, parent);
		}
		Step::Replenish(epochs) => {
			let from = Now::get() + 2;
			Replenish::mutate(|all| {
				all.retain(|(since, _)| *since != from);
				all.push((from, epochs));
			});
		}
	}
}

#[test]
fn what_is_marked_counts_from_two_epochs_later() {
	chain(|| {
		let (shown, report) = settle(9, &ways(1));
		assert_ok!(Mapping::mark(signed(1), shown, 0, report));
		let slot = usize::from(tile(0).slot());
		let marked = |epoch| Mapping::tiles(NETWORK, tile(0).parent(), epoch).unwrap().marked[slot];
		assert_eq!([10, 11, 12, 13].map(marked), [0, 0, 10, 10]);
		Now::set(20);
		let (shown, report) = settle(19, &ways(1));
		assert_ok!(Mapping::mark(signed(1), shown, 0, report));
		assert_eq!([12, 21, 22].map(marked), [10, 10, 20]);
		assert!(Mapping::row(NETWORK, tile(0).parent()).is_some());
		assert_eq!(Mapping::tiles(NETWORK, Parent { north: 0, east: 0 }, 12), None);
	});
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(128))]

	/// Whatever is done: what tiles are worth as of `e` is the same from the opening of `e + 1` on for as long as facts are read, and who pays for rows has
	/// that held.
	#[test]
	fn tiles_of_the_past_never_change(steps in prop::collection::vec(step(), 1..60)) {
		chain(|| {
			let mut seen = BTreeMap::new();
			for step in steps {
				act(&step);
				let now = Now::get();
				for epoch in now.saturating_sub(8)..now {
					// A row that is not there says what one says whose marks are old.
					let worth = |parent: Parent| {
						let tiles: Tiles = Mapping::tiles(NETWORK, parent, epoch).unwrap_or_default();
						(0..64u8).map(|slot| tiles.weight(slot, epoch, replenish(epoch))).collect::<Vec<_>>()
					};
					let all = parents().map(worth);
					let before = seen.entry(epoch).or_insert_with(|| all.clone());
					prop_assert_eq!(&*before, &all, "as of {} in {}", epoch, now);
				}
				prop_assert_eq!(Mapping::do_try_state(), Ok(()));
			}
			Ok(())
		})?;
	}
}
