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
				exchange.hear(&self.facts, &from, word.clone(), true);
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
				let own = self.all.get_mut(&id).unwrap();
				let word = own.close(sample);
				word.iter().for_each(|word| own.sent(word));
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
		// More than half of eight.
		assert_eq!((evidence.statements.len(), evidence.testimonies.len()), (8, 5));
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
		assert!(!evidence.testimonies.is_empty());
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
	let kept: Vec<_> = spoken.into_iter().filter(|one| one.roll & 1 << left.place == 0).collect();
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
	// Somebody passes it on.
	let shown = town.all[&hidden].shown[&hidden].clone();
	town.say(town.ids()[4], Some(Word::Shown(hidden, shown)), &[]);
	let evidence = town.all[&deaf].evidence();
	assert_eq!((evidence.statements.len(), evidence.testimonies.len()), (8, 5));
	assert_eq!(town.judged(&deaf, &evidence), (None, 1_000_000));
}

#[test]
fn what_is_shown_elsewhere_is_on_nobodys_roll_before_it_is_on_ones_own_board() {
	let mut town = Town::new(9);
	town.day(&[]);
	let (one, other) = (town.ids()[0], town.ids()[8]);
	town.show(&[], &[other]);
	let facts = town.facts.clone();
	let said = town.all.get_mut(&other).unwrap().state();
	let Some(Word::Shown(_, shown)) = said else { panic!("{said:?}") };
	let rolls = |own: &Exchange| match own.testify(4_096) {
		Some(Word::Testimonies(given)) => {
			given.iter().map(|given| given.roll.count_ones()).sum::<u32>()
		}
		other => panic!("{other:?}"),
	};
	let own = town.all.get_mut(&one).unwrap();
	// Somebody's word that is not signed is on the board, and puts nobody off.
	let mut forged = shown.clone();
	forged.signature[0] ^= 1;
	let somebody = facts.keys().nth(3).copied().unwrap();
	own.hear(&facts, &somebody, Word::Shown(other, forged), true);
	let before = rolls(own);
	own.hear(&facts, &other, Word::Shown(other, shown.clone()), false);
	assert_eq!(rolls(own), before);
	let passed = own.pass_on().unwrap();
	assert_eq!(passed, Word::Shown(other, shown));
	own.wrote(&passed);
	assert_eq!(own.pass_on(), None);
	// Of eight for which it testifies seven have that one among those named.
	assert_eq!(rolls(own), before + 7);
}

#[test]
fn seals_that_come_after_the_talk_has_begun_are_late_and_a_policy_may_change() {
	let pair = DevicePair::from_seed(&[1; 32]);
	let own = (pair.device_id(), pair);
	let quiet = Policy { live: false, ..policy() };
	let mut one = Exchange::new(example_context(), quiet.clone(), own, Kept::default());
	let town = Town::new(2);
	let other = *town.facts.keys().find(|id| **id != one.device).unwrap();
	let seal = |slot| Word::Seal { slot, seal: H256::repeat_byte(slot), before: None };
	for slot in 0..SLOTS - 1 {
		one.close(Sample::default());
		one.hear(&town.facts, &other, seal(slot), false);
	}
	one.settle();
	one.settle_slots(3);
	assert_eq!(one.kept().shown, 0, "not before all is closed");
	one.close(Sample::default());
	assert!(one.follow(Policy { tolerance: 7, ..quiet.clone() }));
	one.settle();
	one.hear(&town.facts, &other, seal(SLOTS - 1), false);
	let heard = &one.kept().heard[&other];
	assert_eq!((heard.seals, heard.prompt), (0xff, 0x7f));
	assert_eq!(heard.head, Some(H256::repeat_byte(SLOTS - 1)));
	assert!(!one.follow(Policy { slots: 9, ..quiet }));
	assert_eq!((one.closed(), one.kept().heard.len()), (0, 0));
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
	let Some(Word::Shown(_, shown)) = town.all.get_mut(&other).unwrap().state() else { panic!() };
	let facts = town.facts.clone();
	let listener = town.all.get_mut(&one).unwrap();
	let mut wrong = shown.clone();
	wrong.signature[0] ^= 1;
	listener.hear(&facts, &other, Word::Shown(other, wrong), true);
	let mut short = shown.clone();
	short.typical.pop();
	listener.hear(&facts, &other, Word::Shown(other, short), true);
	// Another's readings under one's own name.
	listener.hear(
		&facts,
		&other,
		Word::Shown(town.facts.keys().copied().nth(2).unwrap(), shown.clone()),
		true,
	);
	listener.hear(&facts, &other, Word::Shown(DeviceId::repeat_byte(9), shown.clone()), true);
	assert!(listener.shown.is_empty());
	listener.hear(&facts, &other, Word::Shown(other, shown.clone()), true);
	assert_eq!(listener.shown.len(), 1);
	// The first seal of a slot counts, and none of a slot that is none.
	let seal = |slot| Word::Seal { slot, seal: H256::zero(), before: None };
	let before = listener.kept.heard[&other].clone();
	listener.hear(&facts, &other, seal(0), true);
	listener.hear(&facts, &other, seal(SLOTS), true);
	listener.hear(&facts, &DeviceId::repeat_byte(9), seal(0), true);
	assert_eq!(listener.kept.heard[&other], before);
	assert_eq!(listener.kept.heard.len(), 8);
	let given = Given { device: one, prompt: 1, roll: 1, signature: [0; 64] };
	listener.hear(&facts, &other, Word::Testimonies(vec![given]), true);
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
			.map(|slot| {
				let word = one.close(sample()).unwrap();
				assert_eq!(one.kept().shown, if live { slot.saturating_sub(1) } else { 0 });
				one.sent(&word);
				match word {
					Word::Seal { before, .. } => before,
					other => panic!("{other:?}"),
				}
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
fn where_readings_are_shown_slot_by_slot_seals_are_late_before_that() {
	let pair = DevicePair::from_seed(&[1; 32]);
	let own = (pair.device_id(), pair);
	let mut one = Exchange::new(example_context(), policy(), own, Kept::default());
	let town = Town::new(2);
	let other = *town.facts.keys().find(|id| **id != one.device).unwrap();
	let seal = |slot| Word::Seal { slot, seal: H256::zero(), before: None };
	one.close(Sample::default());
	one.hear(&town.facts, &other, seal(0), false);
	one.close(Sample::default());
	one.settle_slots(7);
	assert_eq!(one.kept().shown, 2, "no more than are over");
	one.hear(&town.facts, &other, seal(1), false);
	assert_eq!(one.kept().heard[&other].prompt, 1);
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
