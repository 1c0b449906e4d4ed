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

/// Which seals of another sensor were heard.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub struct Heard {
	/// Bit `s`: its seal of slot `s` has come.
	pub seals: u64,
	/// Bit `s`: it came before anything of that slot was shown here.
	pub prompt: u64,
	/// The seal of the last slot, which binds all samples.
	pub head: Option<H256>,
}

/// What has to outlive a restart: what was sealed cannot be measured again, and what was heard in time cannot be heard again.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub struct Kept {
	/// Of which the seals' salts are made.
	pub secret: [u8; 16],
	/// Samples of the slots that are over.
	pub samples: Vec<Sample>,
	/// Slots of which something was shown.
	pub shown: u8,
	/// What was heard of others.
	pub heard: BTreeMap<DeviceId, Heard>,
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
	shown: BTreeMap<DeviceId, Shown>,
	/// Of whom this one's own board has what was measured: all who read it know it.
	posted: BTreeSet<DeviceId>,
	/// What others say for this one.
	given: BTreeMap<DeviceId, Given>,
}

/// The bits of those in a list of whom something holds.
fn rolled(called: &[DeviceId], holds: impl Fn(&DeviceId) -> bool) -> u8 {
	let held = called.iter().enumerate().filter(|(_, one)| holds(one));
	held.fold(0, |roll, (place, _)| roll | bit(place) as u8)
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
			shown: Default::default(),
			posted: Default::default(),
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

	/// The network pays by other rules from now on. What was heard and sealed goes on, if slots and channels are as many as before; tells whether they
	/// are.
	pub fn follow(&mut self, policy: Policy) -> bool {
		let same = policy.slots == self.policy.slots
			&& policy.channels.len() == self.policy.channels.len();
		if !same {
			let Kept { samples, shown, heard, .. } = &mut self.kept;
			(*samples, *shown, *heard) = Default::default();
		}
		self.policy = policy;
		same
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

	/// From now on what was measured in the first `slots` is known to others, or may be: seals of them that come later are late.
	fn show(&mut self, slots: usize) {
		for slot in usize::from(self.kept.shown)..slots {
			for heard in self.kept.heard.values_mut() {
				heard.prompt |= heard.seals & bit(slot);
			}
		}
		self.kept.shown = self.kept.shown.max(slots as u8);
	}

	/// Seals that come from now on are late. That is a while before anybody shows anything, for one's own clock may be behind another's.
	pub fn settle(&mut self) {
		if self.is_closed() {
			self.show(self.policy.slots.into());
		}
	}

	/// Where readings are shown slot by slot: seals of the first `slots` that come from now on are late.
	pub fn settle_slots(&mut self, slots: usize) {
		if self.policy.live {
			self.show(slots.min(self.closed()));
		}
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
		self.kept.samples.push(sample);
		let seal = self.sealed().last().copied()?;
		Some(Word::Seal { slot: slot as u8, seal, before })
	}

	/// A word has gone out: what it shows is known to others from now on.
	pub fn sent(&mut self, word: &Word) {
		if let Word::Seal { slot, before: Some(_), .. } = word {
			self.show(usize::from(*slot));
		}
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

	/// Takes what a member says, on this one's `own` board or on another. The note that said it is signed; who it is about may be another.
	pub fn hear(
		&mut self,
		members: &BTreeMap<DeviceId, DeviceFacts>,
		from: &DeviceId,
		word: Word,
		own: bool,
	) {
		match word {
			Word::Seal { slot, seal, .. } => {
				if from != &self.device && members.contains_key(from) {
					self.hear_seal(from, slot, seal);
				}
			}
			Word::Shown(device, shown) => {
				if self.knows(members, &device, shown) && own {
					self.posted.insert(device);
				}
			}
			Word::Testimonies(all) => {
				let given = all.into_iter().find(|given| given.device == self.device);
				if let (Some(given), Some(facts)) = (given, members.get(from)) {
					self.hear_testimony(from, facts, given);
				}
			}
		}
	}

	fn hear_seal(&mut self, from: &DeviceId, slot: u8, seal: H256) {
		if slot >= self.policy.slots {
			return;
		}
		let heard = self.kept.heard.entry(*from).or_default();
		let is_first = heard.seals & bit(slot.into()) == 0;
		heard.seals |= bit(slot.into());
		if is_first && slot + 1 == self.policy.slots {
			heard.head = Some(seal);
		}
	}

	/// Whether this is what a member has measured, as far as it is known here from now on. The first that is signed counts.
	fn knows(
		&mut self,
		members: &BTreeMap<DeviceId, DeviceFacts>,
		device: &DeviceId,
		shown: Shown,
	) -> bool {
		if let Some(known) = self.shown.get(device) {
			return known.typical == shown.typical;
		}
		let message = self.context.statement(device, &shown.typical);
		let fits = shown.typical.len() == usize::from(self.policy.slots) && *device != self.device;
		let facts = members.get(device);
		let signed = facts.is_some_and(|facts| facts.key.verify(&shown.signature, &message));
		if fits && signed {
			self.shown.insert(*device, shown);
		}
		fits && signed
	}

	fn hear_testimony(&mut self, from: &DeviceId, facts: &DeviceFacts, given: Given) {
		let head = self.sealed().last().copied().unwrap_or_default();
		let Given { prompt, roll, .. } = given;
		let message = self.context.testimony(from, &self.device, &head, prompt, roll);
		if self.is_closed() && facts.key.verify(&given.signature, &message) {
			self.given.entry(*from).or_insert(given);
		}
	}

	/// Shows what was measured: once all slots are over, and if something was measured at all.
	pub fn state(&mut self) -> Option<Word> {
		if let Some(shown) = self.shown.get(&self.device) {
			return Some(Word::Shown(self.device, shown.clone()));
		}
		let typical = self.typical();
		if !self.is_closed() || typical.iter().all(|value| *value == NONE) {
			return None;
		}
		self.settle();
		let signature = self.pair.sign(&self.context.statement(&self.device, &typical));
		let shown = Shown { typical: typical.try_into().ok()?, signature };
		self.shown.insert(self.device, shown.clone());
		self.posted.insert(self.device);
		Some(Word::Shown(self.device, shown))
	}

	/// What somebody has shown who is not on this one's own board, and was named for one for whom this one testifies: so all who read this board know
	/// it.
	pub fn pass_on(&self) -> Option<Word> {
		let lots = self.lots.as_ref()?;
		let wanted =
			|device: &DeviceId| lots.charges.values().any(|one| one.called.contains(device));
		let missing = |(device, _): &(&DeviceId, &Shown)| {
			**device != self.device && wanted(device) && !self.posted.contains(*device)
		};
		// Others look, too: each begins elsewhere.
		let (before, behind): (Vec<_>, Vec<_>) =
			self.shown.iter().partition(|(device, _)| **device < self.device);
		let (device, shown) = behind.into_iter().chain(before).find(missing)?;
		Some(Word::Shown(*device, shown.clone()))
	}

	/// A word was written on this one's own board.
	pub fn wrote(&mut self, word: &Word) {
		if let Word::Shown(device, _) = word {
			self.posted.insert(*device);
		}
	}

	/// What this one has to say for those whose lots have named it, as many as fit into so many bytes. Nothing before it has shown what it has
	/// measured itself.
	pub fn testify(&self, room: usize) -> Option<Word> {
		let lots = self.lots.as_ref()?;
		self.shown.get(&self.device)?;
		let (before, behind): (Vec<_>, Vec<_>) =
			lots.charges.iter().partition(|(device, _)| **device < self.device);
		let given = behind.into_iter().chain(before).filter_map(|(device, charge)| {
			let Heard { prompt, head, .. } = self.kept.heard.get(device)?;
			let (head, prompt) = (head.as_ref()?, *prompt);
			let roll = self.roll(&charge.called);
			let given = (&self.device, charge.place);
			let testimony = self.pair.testify(&self.context, given, (device, head), prompt, roll);
			Some(Given { device: *device, prompt, roll, signature: testimony.signature })
		});
		let mut given: Vec<Given> = given.collect();
		let size = given.first()?.encoded_size();
		// A tag, and a length.
		given.truncate(room.saturating_sub(5) / size);
		(!given.is_empty()).then_some(Word::Testimonies(given))
	}

	/// Of whom in a list everybody who reads this one's board knows what they have shown.
	fn roll(&self, called: &[DeviceId]) -> u8 {
		rolled(called, |one| self.shown.contains_key(one) && self.posted.contains(one))
	}

	/// Whether all who were named have said all that they can say.
	pub fn is_complete(&self) -> bool {
		let heard = |one: &DeviceId| self.shown.contains_key(one) && self.given.contains_key(one);
		self.is_closed() && self.is_named() && self.called().iter().all(heard)
	}

	/// What is reported, as far as it has come: everything that was shown, and what was said by those who had heard nobody else: as many as it takes, of
	/// those who had the most seals in time.
	pub fn evidence(&self) -> Evidence {
		let places = || (0u8..).zip(self.called());
		let held = rolled(self.called(), |one| self.shown.contains_key(one));
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
		// As many as make the report heard: more of them would only let those who had fewer seals decide, too.
		let enough = usize::from(self.policy.quorum).max(statements.len() / 2 + 1);
		testimonies.truncate(enough.min(MAX_TESTIMONIES as usize));
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
		let Some(Word::Shown(_, shown)) = town.all.get_mut(&other).unwrap().state() else {
			panic!()
		};
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
}
