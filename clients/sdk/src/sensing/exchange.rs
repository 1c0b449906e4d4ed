//! What a sensor says in a reporting time, and what it makes of what others say. Nothing here is sent, and nobody is waited for.

use std::collections::{BTreeMap, BTreeSet};

use codec::{Decode, Encode};
use substation_primitives::{signing::ReportContext, DeviceId, H256};
use substation_proofs::{
	author::{typical, DevicePair},
	facts::DeviceFacts,
	sensing::{seals, Evidence, Policy, Sample, Statement, Testimony, MAX_TESTIMONIES, NONE},
};

use super::{Given, Lots, Shown, Word};

/// What has to outlive a restart: what was sealed cannot be measured again, and what was seen in time cannot be seen again.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub struct Kept {
	/// Of which the seals' salts are made.
	pub secret: [u8; 16],
	/// Samples of the slots that are over.
	pub samples: Vec<Sample>,
	/// Slots of which something was shown.
	pub shown: u8,
	/// Bit `s`: a device's seal of slot `s` was there before anything of that was shown.
	pub prompt: BTreeMap<DeviceId, u64>,
}

/// A sensor among others, in a reporting time.
pub struct Exchange {
	/// To which epoch and network all is bound. Its entropy counts for nothing here.
	context: ReportContext,
	policy: Policy,
	device: DeviceId,
	pair: DevicePair,
	kept: Kept,
	lots: Option<Lots>,
	seals: BTreeMap<DeviceId, BTreeMap<u8, H256>>,
	shown: BTreeMap<DeviceId, Shown>,
	/// What others say for this one.
	given: BTreeMap<DeviceId, Given>,
}

/// A bit of a row, if the row has it.
fn bit(place: usize) -> u64 {
	u32::try_from(place).ok().and_then(|place| 1u64.checked_shl(place)).unwrap_or(0)
}

impl Exchange {
	/// The beginning, or where it was left.
	pub fn new(
		context: ReportContext,
		policy: Policy,
		(device, pair): (DeviceId, DevicePair),
		kept: Kept,
	) -> Self {
		Self {
			context,
			policy,
			device,
			pair,
			kept,
			lots: None,
			seals: Default::default(),
			shown: Default::default(),
			given: Default::default(),
		}
	}

	/// What has to outlive a restart.
	pub fn kept(&self) -> &Kept {
		&self.kept
	}

	/// What is measured, by which rules.
	pub fn policy(&self) -> &Policy {
		&self.policy
	}

	/// Slots that are over.
	pub fn closed(&self) -> usize {
		self.kept.samples.len()
	}

	/// Whether all slots are over.
	pub fn is_closed(&self) -> bool {
		self.closed() >= usize::from(self.policy.slots)
	}

	/// Whom the lots have named, once that is known.
	pub fn named(&mut self, lots: Lots) {
		self.lots = Some(lots);
	}

	/// Whether it is known whom the lots have named.
	pub fn is_named(&self) -> bool {
		self.lots.is_some()
	}

	/// Who was named to witness for this one.
	pub fn called(&self) -> &[DeviceId] {
		self.lots.as_ref().map_or(&[], |lots| &lots.called)
	}

	/// From now on what was measured in the first `slots` is known to others: seals of them that come later are late.
	fn show(&mut self, slots: usize) {
		for slot in usize::from(self.kept.shown)..slots {
			for (device, seals) in &self.seals {
				if seals.contains_key(&(slot as u8)) {
					*self.kept.prompt.entry(*device).or_default() |= bit(slot);
				}
			}
		}
		self.kept.shown = self.kept.shown.max(slots as u8);
	}

	/// A slot is over, in which this was measured: its seal. Nothing once all are over.
	pub fn close(&mut self, sample: Sample) -> Option<Word> {
		if self.is_closed() {
			return None;
		}
		let slot = self.closed();
		let before = match self.policy.live {
			true => slot.checked_sub(1).and_then(|before| self.first_of(before)),
			false => None,
		};
		if self.policy.live {
			self.show(slot);
		}
		self.kept.samples.push(sample);
		let seal = self.sealed().last().copied()?;
		Some(Word::Seal { slot: slot as u8, seal, before })
	}

	fn first_of(&self, slot: usize) -> Option<i16> {
		self.typical().get(slot).copied().filter(|value| *value != NONE)
	}

	fn typical(&self) -> Vec<i16> {
		typical(&self.policy, &self.kept.samples)
	}

	fn sealed(&self) -> Vec<H256> {
		seals(&self.context, &self.device, &self.kept.secret, &self.kept.samples)
	}

	/// Takes what a member says. The note that said it is signed; who it is about may be another.
	pub fn hear(&mut self, members: &BTreeMap<DeviceId, DeviceFacts>, from: &DeviceId, word: Word) {
		if from == &self.device {
			return;
		}
		match word {
			Word::Seal { slot, seal, .. } => {
				if slot < self.policy.slots && members.contains_key(from) {
					self.seals.entry(*from).or_default().entry(slot).or_insert(seal);
				}
			}
			Word::Shown(device, shown) => {
				let Some(facts) = members.get(&device) else { return };
				let message = self.context.statement(&device, &shown.typical);
				let fits = shown.typical.len() == usize::from(self.policy.slots);
				let known = self.shown.contains_key(&device);
				if fits && !known && facts.key.verify(&shown.signature, &message) {
					self.shown.insert(device, shown);
				}
			}
			Word::Testimonies(all) => {
				let own = all.into_iter().find(|given| given.device == self.device);
				if let (Some(given), Some(facts)) = (own, members.get(from)) {
					let head = self.sealed().last().copied().unwrap_or_default();
					let Given { prompt, roll, .. } = given;
					let message = self.context.testimony(from, &self.device, &head, prompt, roll);
					if self.is_closed() && facts.key.verify(&given.signature, &message) {
						self.given.entry(*from).or_insert(given);
					}
				}
			}
		}
	}

	/// Shows what was measured: once all slots are over, and if something was measured at all.
	pub fn state(&mut self) -> Option<Word> {
		let typical = self.typical();
		if !self.is_closed() || typical.iter().all(|value| *value == NONE) {
			return None;
		}
		self.show(self.policy.slots.into());
		let signature = self.pair.sign(&self.context.statement(&self.device, &typical));
		let shown = Shown { typical: typical.try_into().ok()?, signature };
		// Two words of the same are none the worse for it, but take room.
		let shown = self.shown.entry(self.device).or_insert(shown);
		Some(Word::Shown(self.device, shown.clone()))
	}

	/// What somebody has shown who is not on the board where this one's notes are: so all of this board know it.
	pub fn pass_on(&self, on_board: &BTreeSet<DeviceId>) -> Option<Word> {
		let missing = |(device, _): &(&DeviceId, &Shown)| {
			**device != self.device && !on_board.contains(*device)
		};
		// Others look, too: each begins elsewhere.
		let (before, behind): (Vec<_>, Vec<_>) =
			self.shown.iter().partition(|(device, _)| **device < self.device);
		let (device, shown) = behind.into_iter().chain(before).find(missing)?;
		Some(Word::Shown(*device, shown.clone()))
	}

	/// What this one has to say for those whose lots have named it, as many as fit into so many bytes. Nothing before it has shown what it has
	/// measured itself.
	pub fn testify(&self, room: usize) -> Option<Word> {
		let lots = self.lots.as_ref()?;
		self.shown.get(&self.device)?;
		let last = self.policy.slots.checked_sub(1)?;
		let given = lots.charges.iter().filter_map(|(device, charge)| {
			let head = self.seals.get(device)?.get(&last)?;
			let prompt = self.kept.prompt.get(device).copied().unwrap_or(0);
			let roll = self.roll(&charge.called);
			let given = (&self.device, charge.place);
			let testimony = self.pair.testify(&self.context, given, (device, head), prompt, roll);
			Some(Given { device: *device, prompt, roll, signature: testimony.signature })
		});
		let mut given: Vec<Given> = given.collect();
		let size = given.first()?.encoded_size();
		// A tag, and a length.
		given.truncate(room.saturating_sub(5) / size);
		Some(Word::Testimonies(given)).filter(|word| *word != Word::Testimonies(Vec::new()))
	}

	/// Of whom in a list it is known what they have shown.
	fn roll(&self, called: &[DeviceId]) -> u8 {
		let held = called.iter().enumerate().filter(|(_, one)| self.shown.contains_key(*one));
		held.fold(0, |roll, (place, _)| roll | bit(place) as u8)
	}

	/// Whether all who were named have said all that they can say.
	pub fn is_complete(&self) -> bool {
		let heard = |one: &DeviceId| self.shown.contains_key(one) && self.given.contains_key(one);
		self.is_closed() && self.is_named() && self.called().iter().all(heard)
	}

	/// What is reported, as far as it has come: everything that was shown, and what was said by those who had heard nobody else. If more have spoken
	/// than a report holds, those who had the most seals in time.
	pub fn evidence(&self) -> Evidence {
		let places = || (0u8..).zip(self.called());
		let held = self.roll(self.called());
		let statements: Vec<_> = places()
			.filter_map(|(place, device)| {
				let Shown { typical, signature } = self.shown.get(device)?.clone();
				Some(Statement { place, typical, signature })
			})
			.collect();
		let mut testimonies: Vec<_> = places()
			.filter_map(|(place, device)| {
				let Given { prompt, roll, signature, .. } = self.given.get(device)?.clone();
				let own = held & bit(place.into()) as u8 != 0;
				(own && roll & !held == 0).then_some(Testimony { place, prompt, roll, signature })
			})
			.collect();
		testimonies.sort_by_key(|one| (u32::MAX - one.prompt.count_ones(), one.place));
		testimonies.truncate(MAX_TESTIMONIES as usize);
		testimonies.sort_by_key(|one| one.place);
		Evidence {
			secret: self.kept.secret,
			samples: self.kept.samples.clone().try_into().unwrap_or_default(),
			statements: statements.try_into().unwrap_or_default(),
			testimonies: testimonies.try_into().unwrap_or_default(),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use substation_primitives::report::Fault;
	use substation_proofs::{
		author::example_context,
		facts::{Cell, Chair, Place},
		judge,
		sensing::{Channel, Reading},
		KindPolicy, Policy as NetworkPolicy, RULES,
	};

	use crate::sensing::lots;

	const SLOTS: u8 = 8;

	fn policy() -> Policy {
		Policy {
			slots: SLOTS,
			channels: vec![Channel { low: 0, high: 1_000, step: 0 }].try_into().unwrap(),
			nested: false,
			live: true,
			min_count: 1,
			min_valid: 500_000,
			stuck: 4,
			resolution: 5,
			min_distance: 100,
			reach: 25_000,
			witnesses: 8,
			quorum: 3,
			elder: 0,
			tolerance: 6,
			relative: 500_000,
			min_fit: 500_000,
			coherence: 150_000,
			quiet: 500_000,
			level: 100_000,
			alone: 400_000,
			target: 16,
			spare: 100_000,
		}
	}

	/// A cell with sensors a kilometre apart, all on one board.
	struct Town {
		facts: BTreeMap<DeviceId, DeviceFacts>,
		all: BTreeMap<DeviceId, Exchange>,
	}

	impl Town {
		fn new(count: u8) -> Self {
			let cell = Cell { id: 5, occupied: count.into(), chairs: count.into() };
			let pairs = (1..=count).map(|number| DevicePair::from_seed(&[number; 32]));
			let pairs: BTreeMap<_, _> = pairs.map(|pair| (pair.device_id(), pair)).collect();
			let facts = |index: u32, pair: &DevicePair| DeviceFacts {
				key: pair.public(),
				owner: [7; 32].into(),
				aggregator: example_context().aggregator,
				aggregator_since: 0,
				cut: 0,
				since: 0,
				place: Some(Place {
					latitude: 500_000_000 + index as i32 * 90_000,
					longitude: 210_000_000,
					cell: 0,
					eirp: 0,
				}),
				chair: Some(Chair { index, cell }),
				data_set: None,
			};
			let facts: BTreeMap<_, _> =
				(0..).zip(&pairs).map(|(index, (id, pair))| (*id, facts(index, pair))).collect();
			let exchange = |device: &DeviceId, pair: &DevicePair| {
				let kept = Kept { secret: device.0[..16].try_into().unwrap(), ..Kept::default() };
				let own = (*device, pair.clone());
				let mut exchange = Exchange::new(example_context(), policy(), own, kept);
				exchange.named(lots(&example_context(), &policy(), &facts, device, &facts));
				exchange
			};
			let all = pairs.iter().map(|(id, pair)| (*id, exchange(id, pair))).collect();
			Self { facts, all }
		}

		fn ids(&self) -> Vec<DeviceId> {
			self.all.keys().copied().collect()
		}

		/// Everybody but those who are `deaf` hears a word.
		fn say(&mut self, from: DeviceId, word: Option<Word>, deaf: &[DeviceId]) {
			let Some(word) = word else { return };
			for (id, exchange) in &mut self.all {
				if !deaf.contains(id) {
					exchange.hear(&self.facts, &from, word.clone());
				}
			}
		}

		/// All slots, in which sensors measure about the same; of whom are `late`, seals come after everybody has shown the slot.
		fn day(&mut self, late: &[DeviceId]) {
			for slot in 0..SLOTS {
				let mut behind = Vec::new();
				for (number, id) in self.ids().into_iter().enumerate() {
					let value = 100 + i16::from(slot % 3) * 40 + number as i16;
					let reading = Reading { low: value, typical: value, high: value };
					let sample = Sample { count: 9, readings: vec![reading].try_into().unwrap() };
					let word = self.all.get_mut(&id).unwrap().close(sample);
					match late.contains(&id) {
						true => behind.push((id, word)),
						false => self.say(id, word, &[]),
					}
				}
				// Who waits for the others has to wait until they have shown it: with the next seal, or with all.
				let rest = self.all.values_mut().map(|one| one.show(usize::from(slot) + 1));
				if !behind.is_empty() {
					rest.for_each(drop);
				}
				behind.into_iter().for_each(|(id, word)| self.say(id, word, &[]));
			}
		}

		fn show(&mut self, deaf: &[DeviceId], silent: &[DeviceId]) {
			for id in self.ids().into_iter().filter(|id| !silent.contains(id)) {
				let word = self.all.get_mut(&id).unwrap().state();
				self.say(id, word, deaf);
			}
		}

		fn testify(&mut self) {
			for id in self.ids() {
				let word = self.all[&id].testify(4_096);
				self.say(id, word, &[]);
			}
		}

		fn judged(&self, device: &DeviceId, evidence: &Evidence) -> (Option<Fault>, u32) {
			let pair = DevicePair::from_seed(
				&(1..=99u8)
					.map(|number| [number; 32])
					.find(|seed| DevicePair::from_seed(seed).device_id() == *device)
					.unwrap(),
			);
			let report = pair.report(&example_context(), device, evidence);
			let policy = NetworkPolicy { ramp: 0, kind: KindPolicy::Sensing(policy()) };
			let judged = judge(RULES, &example_context(), &policy, &self.facts, &report);
			let (_, judgement) = judged.unwrap();
			(judgement.fault, judgement.score)
		}
	}

	#[test]
	fn those_who_hear_each_other_are_paid_in_full() {
		let mut town = Town::new(9);
		town.day(&[]);
		assert!(town.all.values().all(|one| one.is_closed() && !one.is_complete()));
		town.show(&[], &[]);
		town.testify();
		for (id, one) in &town.all {
			assert!(one.is_complete());
			let evidence = one.evidence();
			assert_eq!((evidence.statements.len(), evidence.testimonies.len()), (8, 7));
			assert_eq!(town.judged(id, &evidence), (None, 1_000_000));
		}
	}

	#[test]
	fn who_seals_late_has_nobodys_word_for_it() {
		let mut town = Town::new(9);
		let late = town.ids()[3];
		town.day(&[late]);
		town.show(&[], &[]);
		town.testify();
		for (id, one) in &town.all {
			let evidence = one.evidence();
			let all = (1u64 << SLOTS) - 1;
			let expected = if *id == late { 0 } else { all };
			assert!(evidence.testimonies.iter().all(|one| one.prompt == expected), "{id:?}");
			let (fault, _) = town.judged(id, &evidence);
			assert_eq!(fault, (*id == late).then_some(Fault::TooFewSamples));
		}
	}

	#[test]
	fn who_leaves_a_witness_out_is_found_out() {
		let mut town = Town::new(9);
		town.day(&[]);
		town.show(&[], &[]);
		town.testify();
		let chooser = town.ids()[5];
		let mut evidence = town.all[&chooser].evidence();
		let mut shown = evidence.statements.to_vec();
		let left = shown.remove(2);
		evidence.statements = shown.try_into().unwrap();
		assert_eq!(town.judged(&chooser, &evidence).0, Some(Fault::WitnessLeftOut));
		// Nor without the words of those who have heard it: then nobody has.
		let spoken = evidence.testimonies.to_vec();
		let kept: Vec<_> =
			spoken.into_iter().filter(|one| one.roll & 1 << left.place == 0).collect();
		assert!(kept.is_empty());
	}

	#[test]
	fn a_word_that_names_what_nobody_has_shown_here_is_left_out_until_it_is_passed_on() {
		let mut town = Town::new(9);
		town.day(&[]);
		let (deaf, hidden) = (town.ids()[0], town.ids()[8]);
		town.show(&[], &[hidden]);
		let word = town.all.get_mut(&hidden).unwrap().state();
		town.say(hidden, word, &[deaf]);
		town.testify();
		let evidence = town.all[&deaf].evidence();
		assert_eq!((evidence.statements.len(), evidence.testimonies.len()), (7, 0));
		// Somebody passes it on where it is missing.
		let on_board: BTreeSet<_> = town.ids().into_iter().filter(|id| *id != hidden).collect();
		let other = town.ids()[4];
		let passed = town.all[&other].pass_on(&on_board);
		assert!(matches!(&passed, Some(Word::Shown(device, _)) if *device == hidden));
		town.say(other, passed, &[]);
		let evidence = town.all[&deaf].evidence();
		assert_eq!((evidence.statements.len(), evidence.testimonies.len()), (8, 7));
		assert_eq!(town.judged(&deaf, &evidence), (None, 1_000_000));
		let all: BTreeSet<_> = town.ids().into_iter().collect();
		assert_eq!(town.all[&other].pass_on(&all), None);
	}

	#[test]
	fn those_who_are_gone_are_missed_and_no_more() {
		let mut town = Town::new(9);
		town.day(&[]);
		let gone: Vec<_> = town.ids()[..4].to_vec();
		town.show(&[], &gone);
		for id in town.ids().into_iter().filter(|id| !gone.contains(id)) {
			let word = town.all[&id].testify(4_096);
			town.say(id, word, &[]);
		}
		let one = &town.all[&town.ids()[8]];
		assert!(!one.is_complete());
		let (fault, score) = town.judged(&town.ids()[8], &one.evidence());
		// Four of eight witnesses, of whom five are enough for everything.
		assert_eq!((fault, score), (None, 880_000));
		assert_eq!(town.all[&gone[0]].testify(4_096), None, "who has shown nothing says nothing");
	}

	#[test]
	fn what_is_not_signed_or_not_of_this_time_is_not_heard() {
		let mut town = Town::new(9);
		town.day(&[]);
		let (one, other) = (town.ids()[0], town.ids()[1]);
		let Some(Word::Shown(_, shown)) = town.all.get_mut(&other).unwrap().state() else {
			panic!()
		};
		let facts = town.facts.clone();
		let listener = town.all.get_mut(&one).unwrap();
		let mut wrong = shown.clone();
		wrong.signature[0] ^= 1;
		listener.hear(&facts, &other, Word::Shown(other, wrong));
		let mut short = shown.clone();
		short.typical.pop();
		listener.hear(&facts, &other, Word::Shown(other, short));
		// Another's readings under one's own name.
		listener.hear(
			&facts,
			&other,
			Word::Shown(town.facts.keys().copied().nth(2).unwrap(), shown.clone()),
		);
		listener.hear(&facts, &other, Word::Shown(DeviceId::repeat_byte(9), shown.clone()));
		assert!(listener.shown.is_empty());
		listener.hear(&facts, &other, Word::Shown(other, shown.clone()));
		assert_eq!(listener.shown.len(), 1);
		// The first seal of a slot counts, and none of a slot that is none.
		let seal = |slot| Word::Seal { slot, seal: H256::zero(), before: None };
		let before = listener.seals[&other].clone();
		listener.hear(&facts, &other, seal(0));
		listener.hear(&facts, &other, seal(SLOTS));
		listener.hear(&facts, &DeviceId::repeat_byte(9), seal(0));
		assert_eq!(listener.seals[&other], before);
		assert_eq!(listener.seals.len(), 8);
		let given = Given { device: one, prompt: 1, roll: 1, signature: [0; 64] };
		listener.hear(&facts, &other, Word::Testimonies(vec![given]));
		assert!(listener.given.is_empty());
	}

	#[test]
	fn what_was_kept_goes_on_and_is_sealed_as_before() {
		let mut town = Town::new(9);
		town.day(&[]);
		let id = town.ids()[2];
		let one = &town.all[&id];
		let pair = one.pair.clone();
		let kept = Kept::decode(&mut &one.kept().encode()[..]).unwrap();
		let again = Exchange::new(example_context(), policy(), (id, pair), kept);
		assert_eq!(again.sealed(), one.sealed());
		assert_eq!((again.closed(), again.kept()), (8, one.kept()));
	}

	#[test]
	fn readings_are_shown_slot_by_slot_only_where_the_policy_says_so() {
		let reading = Reading { low: 5, typical: 5, high: 5 };
		let sample = || Sample { count: 9, readings: vec![reading].try_into().unwrap() };
		for live in [true, false] {
			let pair = DevicePair::from_seed(&[1; 32]);
			let own = (pair.device_id(), pair);
			let policy = Policy { live, ..policy() };
			let mut one = Exchange::new(example_context(), policy, own, Kept::default());
			let before: Vec<_> = (0..SLOTS)
				.map(|_| match one.close(sample()) {
					Some(Word::Seal { before, .. }) => before,
					other => panic!("{other:?}"),
				})
				.collect();
			let expected = |slot: usize| (live && slot > 0).then_some(5);
			assert_eq!(before, (0..SLOTS.into()).map(expected).collect::<Vec<_>>());
			assert_eq!(one.kept().shown, if live { SLOTS - 1 } else { 0 });
			assert_eq!(one.close(sample()), None);
			assert!(one.state().is_some());
			assert_eq!(one.kept().shown, SLOTS);
		}
	}

	#[test]
	fn as_many_testimonies_as_there_is_room_for() {
		let mut town = Town::new(9);
		town.day(&[]);
		town.show(&[], &[]);
		let one = &town.all[&town.ids()[0]];
		let given = |room| match one.testify(room) {
			Some(Word::Testimonies(given)) => given.len(),
			None => 0,
			other => panic!("{other:?}"),
		};
		assert_eq!((given(0), given(109), given(110), given(4_096)), (0, 0, 1, 8));
		assert!(one.testify(320).unwrap().encoded_size() <= 320);
	}

	#[test]
	fn a_device_that_has_measured_nothing_shows_nothing() {
		let pair = DevicePair::from_seed(&[1; 32]);
		let own = (pair.device_id(), pair);
		let mut one = Exchange::new(example_context(), policy(), own, Kept::default());
		for _ in 0..SLOTS {
			assert!(one.close(Sample::default()).is_some());
		}
		assert_eq!(one.state(), None);
	}
}
