//! Facts that were fetched, for who judges outside the chain.
//!
//! Which facts a report takes depends on its kind, and on other facts: who was drawn is known when the chairs are. So
//! nobody says beforehand which they are. The judge is asked with what is known, and notes what it looked for in vain; this is
//! fetched, and the judge is asked again, until it lacks nothing. Then its answer is the one that the chain's own judge gives.

use std::{
	cell::RefCell,
	collections::{BTreeMap, BTreeSet},
};

use substation_primitives::{AccountId32, DeviceId, EpochIndex};

use crate::{
	facts::{Bill, DeviceFacts, FactSource},
	tiles::{Parent, Tiles},
};

/// A question to the chain.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Question {
	/// See [`FactSource::device`].
	Device(DeviceId),
	/// See [`FactSource::chair`].
	Chair(u64, u32),
	/// See [`FactSource::left_burned`].
	LeftBurned(DeviceId),
	/// See [`FactSource::bill`].
	Bill(AccountId32),
	/// See [`FactSource::tiles`].
	Tiles(Parent),
	/// See [`FactSource::opened`].
	Opened(EpochIndex),
}

impl Question {
	/// Whether its answer is the same while the epoch that is judged lasts as when it is over.
	pub fn is_known_at_once(&self) -> bool {
		match self {
			Self::Device(_) | Self::Chair(..) | Self::Opened(_) => true,
			Self::LeftBurned(_) | Self::Bill(_) => false,
			// Marks and wishes count from two epochs later.
			Self::Tiles(_) => true,
		}
	}
}

/// What the chain has said to a [`Question`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
	/// A device's facts, if it was an active member.
	Device(Box<Option<DeviceFacts>>),
	/// Who sits in a chair.
	Chair(Option<DeviceId>),
	/// What stayed burned, in planck.
	LeftBurned(u128),
	/// What was burned by a bill.
	Bill(Option<Bill>),
	/// What is known of a parent's tiles.
	Tiles(Option<Box<Tiles>>),
	/// When an epoch was opened.
	Opened(Option<u64>),
}

/// What is known of one network as of one epoch.
#[derive(Clone, Debug, Default)]
pub struct Known {
	answers: BTreeMap<Question, Answer>,
	lacking: RefCell<BTreeSet<Question>>,
}

impl Known {
	/// Notes an answer.
	pub fn note(&mut self, question: Question, answer: Answer) {
		self.answers.insert(question, answer);
	}

	/// Notes a device's facts.
	pub fn note_device(&mut self, device: DeviceId, facts: Option<DeviceFacts>) {
		self.note(Question::Device(device), Answer::Device(Box::new(facts)));
	}

	/// What was looked for in vain since this was asked last.
	pub fn take_lacking(&self) -> BTreeSet<Question> {
		self.lacking.take()
	}

	/// The facts of all devices that are known to have been active members.
	pub fn devices(&self) -> impl Iterator<Item = (&DeviceId, &DeviceFacts)> {
		self.answers.iter().filter_map(|(question, answer)| match (question, answer) {
			(Question::Device(device), Answer::Device(facts)) => {
				facts.as_ref().as_ref().map(|facts| (device, facts))
			}
			_ => None,
		})
	}

	fn ask(&self, question: Question) -> Option<&Answer> {
		let answer = self.answers.get(&question);
		if answer.is_none() {
			self.lacking.borrow_mut().insert(question);
		}
		answer
	}
}

impl FactSource for Known {
	fn device(&self, device: &DeviceId) -> Option<DeviceFacts> {
		match self.ask(Question::Device(*device)) {
			Some(Answer::Device(facts)) => facts.as_ref().clone(),
			_ => None,
		}
	}

	fn chair(&self, cell: u64, index: u32) -> Option<DeviceId> {
		match self.ask(Question::Chair(cell, index)) {
			Some(Answer::Chair(device)) => *device,
			_ => None,
		}
	}

	fn left_burned(&self, device: &DeviceId) -> u128 {
		match self.ask(Question::LeftBurned(*device)) {
			Some(Answer::LeftBurned(burned)) => *burned,
			_ => 0,
		}
	}

	fn bill(&self, payer: &AccountId32) -> Option<Bill> {
		match self.ask(Question::Bill(payer.clone())) {
			Some(Answer::Bill(bill)) => *bill,
			_ => None,
		}
	}

	fn tiles(&self, parent: &Parent) -> Option<Tiles> {
		match self.ask(Question::Tiles(*parent)) {
			Some(Answer::Tiles(tiles)) => tiles.as_deref().cloned(),
			_ => None,
		}
	}

	fn opened(&self, epoch: EpochIndex) -> Option<u64> {
		match self.ask(Question::Opened(epoch)) {
			Some(Answer::Opened(at)) => *at,
			_ => None,
		}
	}
}

/// These devices, in the chairs that they name.
impl FromIterator<(DeviceId, DeviceFacts)> for Known {
	fn from_iter<I: IntoIterator<Item = (DeviceId, DeviceFacts)>>(devices: I) -> Self {
		let mut known = Self::default();
		for (device, facts) in devices {
			if let Some(chair) = facts.chair {
				let question = Question::Chair(chair.cell.id, chair.index);
				known.note(question, Answer::Chair(Some(device)));
			}
			known.note_device(device, Some(facts));
		}
		known
	}
}

/// Facts of devices and nothing else: chairs are those that the devices name, and whoever is not here is no member.
impl FactSource for BTreeMap<DeviceId, DeviceFacts> {
	fn device(&self, device: &DeviceId) -> Option<DeviceFacts> {
		self.get(device).cloned()
	}

	fn chair(&self, cell: u64, index: u32) -> Option<DeviceId> {
		let sits = |facts: &DeviceFacts| {
			facts.chair.is_some_and(|chair| (chair.cell.id, chair.index) == (cell, index))
		};
		self.iter().find(|(_, facts)| sits(facts)).map(|(device, _)| *device)
	}

	fn left_burned(&self, _: &DeviceId) -> u128 {
		0
	}

	fn bill(&self, _: &AccountId32) -> Option<Bill> {
		None
	}

	fn tiles(&self, _: &Parent) -> Option<Tiles> {
		None
	}

	fn opened(&self, _: EpochIndex) -> Option<u64> {
		None
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn what_is_looked_for_in_vain_is_noted_once_and_then_known() {
		let mut known = Known::default();
		let device = DeviceId::repeat_byte(1);
		let payer = AccountId32::new([2; 32]);
		assert_eq!((known.device(&device), known.device(&device)), (None, None));
		assert_eq!((known.chair(7, 1), known.left_burned(&device)), (None, 0));
		assert_eq!((known.bill(&payer), known.opened(3)), (None, None));
		let parent = Parent { north: 1, east: 2 };
		assert_eq!(known.tiles(&parent), None);
		let lacking = known.take_lacking();
		assert_eq!(lacking.len(), 6);
		assert!(known.take_lacking().is_empty());

		let bill = Bill { root: Default::default(), leaves: 1, credits: 3, left_burned: 9 };
		for question in lacking {
			let answer = match &question {
				Question::Device(_) => Answer::Device(Box::new(None)),
				Question::Chair(7, 1) => Answer::Chair(Some(device)),
				Question::LeftBurned(_) => Answer::LeftBurned(5),
				Question::Bill(_) => Answer::Bill(Some(bill)),
				Question::Tiles(_) => Answer::Tiles(Some(Default::default())),
				Question::Opened(3) => Answer::Opened(Some(4)),
				other => panic!("nobody has asked {other:?}"),
			};
			known.note(question, answer);
		}
		assert_eq!((known.device(&device), known.chair(7, 1)), (None, Some(device)));
		assert_eq!((known.left_burned(&device), known.bill(&payer)), (5, Some(bill)));
		assert_eq!((known.tiles(&parent), known.opened(3)), (Some(Tiles::default()), Some(4)));
		assert!(known.take_lacking().is_empty(), "also that there is nothing is known");
	}
}
