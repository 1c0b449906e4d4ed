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
mod tests;
