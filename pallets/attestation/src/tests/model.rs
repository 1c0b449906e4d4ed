//! Random schedules against a plain model.
//!
//! The model is written from the protocol's text and knows nothing of the pallet: it counts blocks,
//! remembers who sealed what, and says of every step whether it is valid and what state each batch is
//! in. Results are opaque labels to it.

use super::*;
use crate::{BatchState, Outcome, Round};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use substation_primitives::BatchId;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fate {
	Open,
	Settled(u8, u64),
	Unavailable,
}

/// The protocol in plain terms, for development parameters: commitments to block 4, draw 5 and 6,
/// seals to block 12, reveals after; committee of all; two thirds and one more.
struct Model {
	judges: u8,
	epoch: u32,
	index: u32,
	batches: BTreeMap<usize, (u32, Fate)>,
	seals: BTreeMap<(usize, u8), BTreeMap<u8, u8>>,
	lack: BTreeSet<(usize, u8)>,
}

impl Model {
	fn round(&self, epoch: u32) -> Option<u8> {
		match self.epoch.checked_sub(epoch) {
			Some(1) => Some(1),
			Some(2) => Some(2),
			_ => None,
		}
	}

	fn commit(&mut self, batch: usize) -> bool {
		let valid = self.epoch >= 1 && self.index <= 4 && !self.batches.contains_key(&batch);
		if valid {
			self.batches.insert(batch, (self.epoch - 1, Fate::Open));
		}
		valid
	}

	fn seal(&mut self, batch: usize, judge: u8, label: u8) -> bool {
		let Some((epoch, Fate::Open)) = self.batches.get(&batch).copied() else { return false };
		let Some(round) = self.round(epoch) else { return false };
		if !(7..=12).contains(&self.index) || judge >= self.judges {
			return false;
		}
		let seals = self.seals.entry((batch, round)).or_default();
		if seals.contains_key(&judge) {
			return false;
		}
		seals.insert(judge, label);
		true
	}

	fn is_missing(&self, batch: usize) -> bool {
		let lack = self.lack.iter().filter(|(listed, _)| *listed == batch).count();
		3 * lack > usize::from(self.judges)
	}

	fn lack(&mut self, batch: usize, judge: u8) -> bool {
		let Some((epoch, fate)) = self.batches.get(&batch).copied() else { return false };
		let open = matches!(fate, Fate::Open | Fate::Settled(1, _));
		let valid = self.round(epoch) == Some(1)
			&& open && self.index > 12
			&& judge < self.judges
			&& self.lack.insert((batch, judge));
		if valid && self.is_missing(batch) {
			self.batches.insert(batch, (epoch, Fate::Open));
		}
		valid
	}

	/// `label` 0 stands for an absent body, others for results that are worth the label.
	fn reveal(&mut self, batch: usize, label: u8) -> bool {
		let Some((epoch, Fate::Open)) = self.batches.get(&batch).copied() else { return false };
		let Some(round) = self.round(epoch) else { return false };
		if self.index <= 12 || (label == 0 && round == 1) {
			return false;
		}
		let empty = BTreeMap::new();
		let seals = self.seals.get(&(batch, round)).unwrap_or(&empty);
		let agree = seals.values().filter(|sealed| **sealed == label).count();
		let differ = seals.len() - agree;
		let enough = usize::from(self.judges) * 2 / 3 + 1;
		if agree < enough || (round == 1 && differ > 1) {
			return false;
		}
		// Not beside a word that there is no body, nor what more than a third lack.
		if round == 1 && (seals.values().any(|sealed| *sealed == 0) || self.is_missing(batch)) {
			return false;
		}
		let fate = match label {
			0 => Fate::Unavailable,
			worth => Fate::Settled(round, worth.into()),
		};
		self.batches.insert(batch, (epoch, fate));
		true
	}
}

fn outcome(label: u8) -> Outcome {
	match label {
		0 => Outcome::Unavailable,
		worth => lie(worth.into()),
	}
}

#[derive(Clone, Debug)]
enum Step {
	Blocks(u8),
	Session,
	Commit(usize),
	Seal(usize, u8, u8),
	AllSeal(usize, u8, u8),
	Reveal(usize, u8),
	Lack(usize, u8),
}

fn step() -> impl Strategy<Value = Step> {
	prop_oneof![
		3 => (1u8..6).prop_map(Step::Blocks),
		3 => Just(Step::Session),
		2 => (0usize..4).prop_map(Step::Commit),
		3 => (0usize..4, 0u8..6, 0u8..3).prop_map(|(b, j, l)| Step::Seal(b, j, l)),
		4 => (0usize..4, 0u8..3, 0u8..3).prop_map(|(b, l, other)| Step::AllSeal(b, l, other)),
		4 => (0usize..4, 0u8..3).prop_map(|(b, l)| Step::Reveal(b, l)),
		2 => (0usize..4, 0u8..6).prop_map(|(b, j)| Step::Lack(b, j)),
	]
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(96))]

	#[test]
	fn the_pallet_does_what_the_protocol_says(
		judges in 1u8..6,
		steps in prop::collection::vec(step(), 1..120),
	) {
		Chain::default().judges(judges).run(|| {
			let who = register(1);
			let mut model = Model {
				judges,
				epoch: 0,
				index: 1,
				batches: BTreeMap::new(),
				seals: BTreeMap::new(),
				lack: BTreeSet::new(),
			};
			let mut steady = 1;
			let mut ids: BTreeMap<usize, BatchId> = BTreeMap::new();
			for step in steps {
				match step {
					Step::Blocks(blocks) => {
						for _ in 0..blocks {
							next_block();
							model.index += 1;
							steady += 1;
						}
					},
					Step::Session => {
						next_session();
						steady += 1;
						model.index += 1;
						if steady >= 14 {
							model.epoch += 1;
							model.index = 0;
							steady = 0;
						}
					},
					Step::Commit(batch) => {
						// Each has its own shard number, range and root.
						let mut terms = substation_primitives::batch::Terms {
							network: NETWORK,
							epoch: model.epoch.wrapping_sub(1),
							aggregator: who.clone(),
							shard: 0,
							root: H256::from_low_u64_be(batch as u64),
							cuts: vec![10].try_into().unwrap(),
							last: 20,
							count: 1,
							work: 3,
							bytes: 64,
							bodies: vec![H256::zero()].try_into().unwrap(),
						};
						// One batch per epoch: a second would be another shard, which is not what is
						// modelled here.
						let taken = model.batches.values().any(|(epoch, _)| {
							Some(*epoch) == model.epoch.checked_sub(1)
						});
						terms.epoch = model.epoch.wrapping_sub(1);
						if taken {
							continue;
						}
						let expected = model.commit(batch);
						if ids.contains_key(&batch) {
							continue;
						}
						let done = commit_signed(&terms, &publisher(1)).is_ok();
						prop_assert_eq!(done, expected, "{:?}", step);
						if done {
							ids.insert(batch, terms.batch_id());
						}
					},
					Step::Seal(batch, judge, label) => {
						let Some(id) = ids.get(&batch) else { continue };
						let (epoch, _) = model.batches[&batch];
						if model.index == 0 {
							continue;
						}
						let round = match model.round(epoch) {
							Some(2) => Round::FullSet,
							_ => Round::Committee,
						};
						let expected = model.seal(batch, judge, label);
						let done = seal(judge, round, *id, outcome(label).root()).is_ok();
						prop_assert_eq!(done, expected, "{:?}", step);
					},
					Step::AllSeal(batch, label, other) => {
						let Some(id) = ids.get(&batch) else { continue };
						let (epoch, _) = model.batches[&batch];
						if model.index == 0 {
							continue;
						}
						let round = match model.round(epoch) {
							Some(2) => Round::FullSet,
							_ => Round::Committee,
						};
						for judge in 0..judges {
							let label = if judge == 0 { other } else { label };
							let expected = model.seal(batch, judge, label);
							let done = seal(judge, round, *id, outcome(label).root()).is_ok();
							prop_assert_eq!(done, expected);
						}
					},
					Step::Reveal(batch, label) => {
						let Some(id) = ids.get(&batch) else { continue };
						let (epoch, _) = model.batches[&batch];
						let round = match model.round(epoch) {
							Some(2) => Round::FullSet,
							_ => Round::Committee,
						};
						let expected = model.reveal(batch, label);
						let done = reveal(round, *id, outcome(label)).is_ok();
						prop_assert_eq!(done, expected, "{:?}", step);
					},
					Step::Lack(batch, judge) => {
						let Some(id) = ids.get(&batch) else { continue };
						if model.index == 0 {
							continue;
						}
						let expected = model.lack(batch, judge);
						let done = lack(judge, &[*id]).is_ok();
						prop_assert_eq!(done, expected, "{:?}", step);
					},
				}
				prop_assert_eq!(crate::CurrentEpoch::<Test>::get(), model.epoch);
				for (batch, (epoch, fate)) in &model.batches {
					let Some(commitment) = crate::Commitments::<Test>::get(epoch, ids[batch]) else {
						// Claims have ended, or there are none.
						let end = match fate {
							Fate::Settled(..) => epoch + 4 + 32,
							_ => epoch + 4,
						};
						prop_assert!(model.epoch >= end);
						continue;
					};
					let matches = match (fate, &commitment.state) {
						(Fate::Open, BatchState::Committed) => true,
						(Fate::Settled(1, worth), BatchState::Settled { by, total, .. }) => {
							*by == Round::Committee && total == worth
						},
						(Fate::Settled(2, worth), BatchState::Settled { by, total, .. }) => {
							*by == Round::FullSet && total == worth
						},
						(Fate::Unavailable, BatchState::Unavailable { .. }) => true,
						_ => false,
					};
					prop_assert!(matches, "{:?} is not {:?}", commitment.state, fate);
				}
			}
			Ok(())
		})?;
	}
}
