//! What an aggregator has taken of the present epoch, and whether more fits.

use std::{
	collections::{BTreeMap, BTreeSet},
	sync::Arc,
};

use substation_primitives::{
	batch::{quota_of, MAX_BODIES, MAX_BODY_BYTES, MAX_CHUNK_BYTES, MAX_REPORTS},
	epoch::Parameters,
	signing::ReportContext,
	AccountId32, DeviceId, EpochIndex, NetworkId, WorkUnits, H256,
};
use substation_proofs::{
	facts::DeviceFacts,
	known::{Answer, Question},
	Policy,
};

/// Bytes that a report's length and its share of a chunk's take in a body, at most.
pub(super) const FRAMING: u64 = 16;

/// Answers of the chain that are remembered, beside facts of own devices.
const REMEMBERED: usize = 100_000;

/// Reports of a device that may turn out to be worth nothing in an epoch, before none is looked at any more.
const TRIES: usize = 16;

/// A device whose reports this aggregator carries in the present epoch.
#[derive(Clone)]
pub(super) struct Carried {
	pub(super) facts: DeviceFacts,
	/// Whose it is.
	pub(super) owner: AccountId32,
}

/// By what reports of an epoch are judged in one network, beside facts of devices.
#[derive(Clone)]
pub(super) struct JudgedBy {
	/// The version of the rules.
	pub(super) rules: u16,
	pub(super) context: ReportContext,
	pub(super) policy: Policy,
}

/// What is known of the epoch that reports are taken for, in one network.
pub(super) struct Open {
	pub(super) judged_by: JudgedBy,
	/// All devices that this aggregator carries, once they are read. Nobody else is looked up for a stranger.
	carried: Option<Arc<BTreeMap<DeviceId, Carried>>>,
	/// What else judging reports of own devices has asked for: what others' devices are, and who sits where.
	known: BTreeMap<Question, Answer>,
	/// Reports taken, with their work and their lengths.
	taken: BTreeMap<DeviceId, (WorkUnits, usize)>,
	work: WorkUnits,
	/// Reports of a device that were worth nothing. Who sends the same again has tried nothing more.
	worthless: BTreeMap<DeviceId, BTreeSet<H256>>,
	/// Work of each owner's devices.
	owned: BTreeMap<AccountId32, WorkUnits>,
}

impl Open {
	pub(super) fn new(judged_by: JudgedBy, taken: BTreeMap<DeviceId, (WorkUnits, usize)>) -> Self {
		let work = taken.values().map(|(work, _)| work).sum();
		let (known, owned, worthless) = Default::default();
		Self { judged_by, carried: None, known, taken, work, owned, worthless }
	}

	/// Devices that this aggregator carries, once they are read.
	pub(super) fn carried(&self) -> Option<&BTreeMap<DeviceId, Carried>> {
		self.carried.as_deref()
	}

	/// Says which devices this aggregator carries.
	fn set_carried(&mut self, carried: Arc<BTreeMap<DeviceId, Carried>>) {
		self.owned.clear();
		for (device, (work, _)) in &self.taken {
			if let Some(one) = carried.get(device) {
				*self.owned.entry(one.owner.clone()).or_default() += work;
			}
		}
		self.carried = Some(carried);
	}

	/// Whether a report of this device was taken. A disk may have lost it since.
	pub(super) fn has(&self, device: &DeviceId) -> bool {
		self.taken.contains_key(device)
	}

	/// Whether this report of a device's was worth nothing, or so many others that no more are looked at.
	pub(super) fn is_worthless(&self, device: &DeviceId, report: &H256) -> bool {
		let known = self.worthless.get(device);
		known.is_some_and(|known| known.len() >= TRIES || known.contains(report))
	}

	/// Reports taken.
	pub(super) fn reports(&self) -> u32 {
		self.taken.len() as u32
	}

	/// What is known of what judging asks for; nothing if it has to be looked up.
	pub(super) fn answer(&self, question: &Question) -> Option<Answer> {
		let carried = match (question, &self.carried) {
			(Question::Device(device), Some(carried)) => carried.get(device),
			_ => None,
		};
		match carried {
			Some(carried) => Some(Answer::Device(Box::new(Some(carried.facts.clone())))),
			None => self.known.get(question).cloned(),
		}
	}

	/// Remembers an answer. Own devices are remembered elsewhere, so that these push out none of them.
	pub(super) fn remember(&mut self, question: Question, answer: Answer) {
		if self.known.len() >= REMEMBERED {
			self.known.clear();
		}
		self.known.insert(question, answer);
	}

	fn take(&mut self, device: DeviceId, work: WorkUnits, bytes: usize) {
		if self.taken.insert(device, (work, bytes)).is_some() {
			return;
		}
		self.work += work;
		let carried = self.carried.as_ref().and_then(|carried| carried.get(&device));
		if let Some(one) = carried {
			*self.owned.entry(one.owner.clone()).or_default() += work;
		}
	}

	/// Forgets a device's report: of how many bytes it was.
	fn lose(&mut self, device: &DeviceId) -> Option<usize> {
		let (work, bytes) = self.taken.remove(device)?;
		self.work = self.work.saturating_sub(work);
		let carried = self.carried.as_ref().and_then(|carried| carried.get(device));
		if let Some(owned) = carried.and_then(|one| self.owned.get_mut(&one.owner)) {
			*owned = owned.saturating_sub(work);
		}
		Some(bytes)
	}
}

/// Why a report finds no room.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Full {
	/// The quota or the allowance of the epoch is used up.
	Epoch,
	/// The owner's share of the quota is.
	Share,
}

/// The epoch that reports are taken for.
#[derive(Default)]
pub(super) struct Intake {
	pub(super) epoch: EpochIndex,
	pub(super) networks: BTreeMap<NetworkId, Open>,
	/// Devices that are carried in networks that are open, whether they report in this epoch or not, once they are read: they have boards.
	pub(super) boards: BTreeMap<NetworkId, Option<Arc<BTreeMap<DeviceId, Carried>>>>,
	/// Work that the chain lets this aggregator commit to.
	pub(super) quota: WorkUnits,
	/// Work of it that devices of one owner may take.
	pub(super) share: WorkUnits,
	/// Quota that any batch takes at the least.
	pub(super) least: WorkUnits,
	/// Bytes that all reports of the epoch take, and may take.
	pub(super) bytes: u64,
	pub(super) allowance: u64,
}

impl Intake {
	/// Whether a report of so much work and so many bytes still fits: one that does not would cost
	/// the whole batch its place. An owner that has no share is not bounded by it.
	pub(super) fn room(
		&self,
		network: NetworkId,
		owner: Option<&AccountId32>,
		work: WorkUnits,
		bytes: usize,
	) -> Result<(), Full> {
		// No network has more bodies than all bytes fill: one is full when a chunk may not fit any more.
		let full = u64::from(MAX_BODY_BYTES - MAX_CHUNK_BYTES);
		let bodies = 1 + (self.bytes + bytes as u64) / full;
		let spent: u64 = self
			.networks
			.iter()
			.map(|(other, open)| {
				let more = if *other == network { work } else { 0 };
				// A last shard may be small, and counts for its bodies all the same.
				let shards = bodies > u64::from(MAX_BODIES) || open.reports() >= MAX_REPORTS;
				let last = if shards { quota_of(0, MAX_BODIES as usize, self.least) } else { 0 };
				u64::from(quota_of(open.work + more, bodies as usize, self.least)) + u64::from(last)
			})
			.sum();
		if spent > self.quota.into() || self.bytes + bytes as u64 + FRAMING > self.allowance {
			return Err(Full::Epoch);
		}
		let Some(owner) = owner else { return Ok(()) };
		let owned = self.networks.values().filter_map(|open| open.owned.get(owner));
		let owned: u64 = owned.map(|work| u64::from(*work)).sum();
		match owned + u64::from(work) > self.share.into() {
			true => Err(Full::Share),
			false => Ok(()),
		}
	}

	/// Takes reports of a network from now on.
	pub(super) fn open(&mut self, network: NetworkId, mut open: Open) {
		if let Some(Some(carried)) = self.boards.get(&network) {
			open.set_carried(carried.clone());
		}
		self.networks.insert(network, open);
	}

	/// Says which devices this aggregator carries in a network that is open.
	pub(super) fn set_carried(&mut self, network: NetworkId, carried: BTreeMap<DeviceId, Carried>) {
		let carried = Arc::new(carried);
		if let Some(open) = self.networks.get_mut(&network) {
			open.set_carried(carried.clone());
		}
		self.boards.insert(network, Some(carried));
	}

	/// Remembers a report that was worth nothing.
	pub(super) fn note_worthless(&mut self, network: NetworkId, device: DeviceId, report: H256) {
		if let Some(open) = self.networks.get_mut(&network) {
			open.worthless.entry(device).or_default().insert(report);
		}
	}

	/// Counts a report that was taken.
	pub(super) fn take(
		&mut self,
		network: NetworkId,
		device: DeviceId,
		work: WorkUnits,
		bytes: usize,
	) {
		self.bytes += bytes as u64 + FRAMING;
		if let Some(open) = self.networks.get_mut(&network) {
			open.take(device, work, bytes);
		}
	}

	/// Forgets a report that was taken and is kept no more, so that it finds room again.
	pub(super) fn lose(&mut self, network: NetworkId, device: &DeviceId) {
		let lost = self.networks.get_mut(&network).and_then(|open| open.lose(device));
		if let Some(bytes) = lost {
			self.bytes = self.bytes.saturating_sub(bytes as u64 + FRAMING);
		}
	}
}

/// Bytes that an epoch may take of an allowance, if judges are to find the bodies of all epochs that are not frozen.
pub(super) fn bytes_of_epoch(allowance: u32, parameters: &Parameters) -> u64 {
	u64::from(allowance) / u64::from(parameters.open_epochs())
}

/// Why an allowance does not last, if it does not: an epoch has to have room for the longest report.
pub(super) fn allowance_is_short(allowance: u32, parameters: &Parameters) -> Option<String> {
	let windows = parameters.open_epochs();
	let least = u64::from(MAX_CHUNK_BYTES) + FRAMING;
	(bytes_of_epoch(allowance, parameters) < least).then(|| {
		format!(
			"an allowance of {allowance} bytes does not last: bodies of {windows} epochs lie in the store at a time, and \
			 each needs room for a report of {MAX_CHUNK_BYTES} bytes. Say --allowance {} or more",
			least * u64::from(windows)
		)
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use substation_proofs::{author, storage, KindPolicy, RULES};

	fn device(number: u8) -> DeviceId {
		DeviceId::repeat_byte(number)
	}

	fn owner(number: u8) -> AccountId32 {
		AccountId32::new([number; 32])
	}

	fn facts() -> DeviceFacts {
		DeviceFacts {
			key: author::DevicePair::from_seed(&[1; 32]).public(),
			owner: owner(1),
			aggregator: owner(9),
			aggregator_since: 0,
			cut: 0,
			since: 0,
			place: None,
			chair: None,
			data_set: None,
		}
	}

	fn open(work: WorkUnits) -> Open {
		let policy =
			Policy { ramp: 0, kind: KindPolicy::Storage(storage::Policy { shown: 1, cap: 256 }) };
		let judged_by = JudgedBy { rules: RULES, context: author::example_context(), policy };
		Open::new(judged_by, [(device(1), (work, 84))].into())
	}

	#[test]
	fn a_device_that_sends_rubbish_keeps_nobody_busy() {
		let mut intake = intake();
		let report = |number: usize| H256::from_low_u64_be(number as u64);
		let worthless = |intake: &Intake, network, number, one| {
			intake.networks[&network].is_worthless(&device(number), &report(one))
		};
		for one in 1..TRIES {
			// Sent again by whoever has seen it.
			intake.note_worthless(1, device(1), report(one));
			intake.note_worthless(1, device(1), report(one));
		}
		assert!(worthless(&intake, 1, 1, 1));
		assert!(!worthless(&intake, 1, 1, 99), "another one is looked at");
		intake.note_worthless(1, device(1), report(TRIES));
		assert!(worthless(&intake, 1, 1, 99));
		assert!(!worthless(&intake, 1, 2, 1) && !worthless(&intake, 0, 1, 1));
		intake.note_worthless(7, device(1), report(1));
	}

	fn intake() -> Intake {
		Intake {
			epoch: 1,
			networks: [(0, open(0)), (1, open(996))].into(),
			boards: Default::default(),
			quota: 1_256,
			share: 1_256,
			least: 0,
			bytes: 900,
			allowance: 1_000,
		}
	}

	#[test]
	fn an_intake_is_full_before_a_batch_would_lose_its_place() {
		let intake = intake();

		// The other network's batch counts as the smallest there is.
		assert_eq!(intake.room(1, None, 4, 84), Ok(()));
		assert_eq!(intake.room(1, None, 5, 84), Err(Full::Epoch));
		assert_eq!(intake.room(1, None, 4, 85), Err(Full::Epoch));
		assert_eq!(intake.room(0, None, 256, 84), Ok(()));
		assert_eq!(intake.room(0, None, 261, 84), Err(Full::Epoch));
	}

	#[test]
	fn one_owner_takes_no_more_than_its_share_of_the_quota() {
		let mut intake = Intake { quota: 10_000, share: 100, ..intake() };
		intake.allowance = 10_000;
		let (one, other) = (owner(1), owner(2));
		for open in intake.networks.values_mut() {
			let carried = |owner: &AccountId32| Carried { facts: facts(), owner: owner.clone() };
			let all = [(device(1), &other), (device(2), &one), (device(3), &one)];
			let all = all.map(|(device, owner)| (device, carried(owner)));
			open.set_carried(Arc::new(all.into()));
		}

		assert_eq!(intake.room(0, Some(&one), 100, 1), Ok(()));
		assert_eq!(intake.room(0, Some(&one), 101, 1), Err(Full::Share));
		intake.take(0, device(2), 60, 1);
		intake.take(1, device(3), 30, 1);
		assert_eq!(intake.room(0, Some(&one), 10, 1), Ok(()));
		assert_eq!(intake.room(0, Some(&one), 11, 1), Err(Full::Share));
		// What was taken before a restart counts as well; who has no bound has none.
		assert_eq!(intake.room(0, Some(&other), 1, 1), Err(Full::Share));
		assert_eq!(intake.room(0, None, 200, 1), Ok(()));
	}

	#[test]
	fn a_report_that_is_taken_again_counts_once() {
		let mut open = open(5);

		open.take(device(1), 5, 84);
		open.take(device(2), 7, 84);

		assert_eq!((open.work, open.reports()), (12, 2));
	}

	#[test]
	fn a_report_that_was_lost_finds_the_room_that_it_had() {
		let mut intake = intake();
		assert_eq!(intake.room(1, None, 996, 84), Err(Full::Epoch));
		intake.lose(1, &device(1));
		assert!(!intake.networks[&1].has(&device(1)));
		assert_eq!((intake.networks[&1].work, intake.bytes), (0, 800));
		// Nothing is lost twice, and nothing that was never there.
		intake.lose(1, &device(1));
		intake.lose(7, &device(1));
		assert_eq!(intake.room(1, None, 996, 84), Ok(()));
		intake.take(1, device(1), 996, 84);
		assert_eq!((intake.networks[&1].work, intake.bytes), (996, 900));
	}

	#[test]
	fn who_is_carried_is_known_whether_it_is_read_before_a_network_takes_reports_or_after() {
		let carried = || BTreeMap::from([(device(1), Carried { facts: facts(), owner: owner(1) })]);
		let is_known = |intake: &Intake| {
			intake.networks.get(&0).and_then(Open::carried).is_some_and(|all| all.len() == 1)
		};
		let mut before = Intake::default();
		before.set_carried(0, carried());
		assert!(before.networks.is_empty());
		before.open(0, open(0));
		let mut after = Intake::default();
		after.open(0, open(0));
		assert!(!is_known(&after));
		after.set_carried(0, carried());
		assert!(is_known(&before) && is_known(&after));
	}

	#[test]
	fn strangers_push_out_nobody_who_is_carried() {
		let mut open = open(0);
		let own = device(7);
		let carried = Carried { facts: facts(), owner: owner(1) };
		open.set_carried(Arc::new([(own, carried)].into()));

		for number in 0..=REMEMBERED as u64 {
			let other = Question::Device(DeviceId::from_low_u64_be(number));
			open.remember(other, Answer::Device(Box::new(None)));
		}

		let known = open.answer(&Question::Device(own));
		assert_eq!(known, Some(Answer::Device(Box::new(Some(facts())))));
		assert!(open.known.len() <= REMEMBERED);
		assert_eq!(open.answer(&Question::Device(device(8))), None);
	}

	#[test]
	fn an_allowance_lasts_for_all_windows_or_is_refused() {
		// Freeze after four epochs: five are in the store at a time.
		let parameters = Parameters::development();
		let least = 5 * (MAX_CHUNK_BYTES + FRAMING as u32);

		assert_eq!(bytes_of_epoch(8_000_000, &parameters), 1_600_000);
		assert_eq!(allowance_is_short(least, &parameters), None);
		let short = allowance_is_short(least - 1, &parameters).unwrap();
		assert!(short.contains(&format!("--allowance {least}")), "{short}");
		// The default is good for a live chain.
		assert_eq!(allowance_is_short(8_000_000, &Parameters::default()), None);
	}
}
