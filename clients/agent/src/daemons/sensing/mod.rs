//! A sensor in a network that pays for sensing: it samples what its readings say, seals each slot, shows them when all are over, and has its witnesses
//! testify, as it testifies for those whose lot names it.
//!
//! All of it goes on beside the daemon's own steps. What it has sealed and heard is on disk: a restart goes on where it was.

mod raw;
mod wall;

use std::{
	collections::{BTreeMap, BTreeSet},
	sync::{Arc, Mutex, MutexGuard, PoisonError},
	time::{Duration, Instant, SystemTime},
};

use anyhow::{anyhow, bail, Result};
use codec::Encode;
use futures::future::join_all;
use substation_primitives::{signing::ReportContext, AccountId32, DeviceId, EpochIndex};
use substation_proofs::{
	author::sample, facts::DeviceFacts, known::Known, sensing::Policy, KindPolicy,
};
use substation_sdk::{
	archive::Archive,
	board::Note,
	chain::Clock,
	course::Course,
	failure::Failure,
	http::Client,
	sensing::{Exchange, Kept, Lots, Word},
};
use tokio::sync::mpsc::{channel, Receiver};

use self::{raw::Raw, wall::Wall};
use super::{
	elapsed::Elapsed,
	own::{Beside, Made, Own},
	readings::{LeftOut, Readings, Row},
	said::Said,
};
use crate::output::Output;

/// How often it is looked what there is to do.
const TICK: Duration = Duration::from_millis(500);
/// The longest time between two looks at boards.
const LONGEST_PACE: Duration = Duration::from_secs(60);
/// The longest wait for a board, or for the name of its address.
const PATIENCE: Duration = Duration::from_secs(3);
/// How far the machine's clock is believed to be ahead of the last final block.
const AHEAD: u32 = 10;
/// Rows that wait.
const MOST_WAITING: usize = 4_096;
/// Aggregators whose boards are read before it is known whose a sensor has to do with.
const MOST_BOARDS: usize = 16;
/// Aggregators that are asked where they are.
const MOST_ASKED: usize = 64;
/// Bytes that stay free for testimonies when others' readings are passed on.
const FOR_TESTIMONIES: usize = 1_536;

/// What is on disk of a reporting time: what was sealed and heard, and the notes of the epoch.
type OnDisk = (Kept, (EpochIndex, Vec<Note>));

/// A reporting time, and how far it is.
struct Reporting {
	epoch: EpochIndex,
	exchange: Exchange,
	/// Whether there is nothing to wait for any more.
	is_over: bool,
}

/// An epoch of a reporting time.
struct Round {
	epoch: EpochIndex,
	/// The epoch that is reported for.
	reporting: EpochIndex,
	facts: DeviceFacts,
	course: Course,
	/// Slots of the reporting time in the epochs before.
	before: u64,
	elapsed: Elapsed,
	members: BTreeMap<DeviceId, DeviceFacts>,
	known: Known,
	wall: Wall,
	has_shown: bool,
	has_testified: bool,
	/// When the clock was looked at last.
	looked: Instant,
	/// When boards were read last, and in which step of the talk.
	read: Option<(Instant, u8)>,
	on_disk: Option<OnDisk>,
}

impl Round {
	fn slots(&self) -> u64 {
		self.before.saturating_add(self.elapsed.slots())
	}

	/// The slot of so many that it is; as many as there are once all are over.
	fn present(&self, slots: u8) -> u32 {
		self.course.part(self.slots(), slots).unwrap_or(slots.into())
	}

	/// How many of so many slots have been over so long that seals of them are late.
	fn settled(&self, slots: u8) -> usize {
		self.course.settled(self.before as f64 + self.elapsed.exact(), slots)
	}

	/// The step of the talk that it is: 0 before all slots are over.
	fn step(&self) -> u8 {
		let slots = self.slots();
		let steps = [
			self.course.reported(),
			self.course.settles(),
			self.course.shows(),
			self.course.testifies(),
			self.course.reports(),
		];
		steps.iter().filter(|step| slots >= **step).count() as u8
	}
}

/// A device that measures.
pub(super) struct Sensor {
	own: Own,
	archive: Archive,
	slot: Duration,
	/// Values of a reading.
	channels: usize,
	/// Where its aggregator is reached.
	aggregator: String,
	/// Whether other aggregators may be reached anywhere, in this machine's own network, too.
	anywhere: bool,
	commit: bool,
	reporting: Mutex<Option<Reporting>>,
	output: Output,
}

impl Sensor {
	/// A sensor with these readings, and what runs beside it.
	pub(super) async fn start(
		own: Own,
		archive: Archive,
		readings: Readings,
		aggregator: &str,
		(slot, commit): (Duration, bool),
		output: Output,
	) -> Result<(Arc<Self>, Beside)> {
		let sensor = Self {
			anywhere: own.chain.kind().await?.is_for_development(),
			own,
			archive,
			slot,
			channels: readings.channels(),
			aggregator: aggregator.into(),
			commit,
			reporting: Default::default(),
			output,
		};
		let sensor = Arc::new(sensor);
		let (send, rows) = channel(MOST_WAITING);
		let beside = [tokio::spawn(readings.run(send)), tokio::spawn(sensor.clone().run(rows))];
		Ok((sensor, Beside(beside.into())))
	}

	/// What it has for an epoch, once all witnesses have spoken, or their time is over.
	pub(super) fn evidence(&self, epoch: EpochIndex) -> Made {
		let reporting = self.locked();
		let Some(own) = reporting.as_ref().filter(|own| own.epoch == epoch) else {
			return Made::Later(None);
		};
		let exchange = &own.exchange;
		if !own.is_over && !exchange.is_complete() {
			let text = match exchange.is_closed() {
				false => format!("samples {} slots", exchange.policy().slots),
				true => "waits for its witnesses".into(),
			};
			return Made::Later(Some(format!("epoch {epoch}: {text}")));
		}
		let evidence = exchange.evidence();
		self.output.say(format!(
			"epoch {epoch}: {} of {} witnesses have shown what they measured, and the words of {} are shown",
			evidence.statements.len(),
			exchange.called().len(),
			evidence.testimonies.len()
		));
		Made::Now(evidence.encode())
	}

	fn locked(&self) -> MutexGuard<'_, Option<Reporting>> {
		self.reporting.lock().unwrap_or_else(PoisonError::into_inner)
	}

	/// Goes on for ever.
	async fn run(self: Arc<Self>, mut rows: Receiver<Row>) {
		let mut said = Said::new(self.output);
		let (mut raw, mut left_out) = (Raw::default(), LeftOut::default());
		let mut round = None;
		loop {
			tokio::time::sleep(TICK).await;
			let mut come = Vec::new();
			while let Ok(row) = rows.try_recv() {
				match row {
					Ok(row) => come.push(row),
					Err(reason) => left_out.note(reason),
				}
			}
			self.sort(round.as_ref(), &mut raw, come);
			let ended = self.step(&mut round, &mut raw).await;
			// Slots end whether the node answers or not.
			if let Some(round) = round.as_mut() {
				if self.sample(round, &mut raw) {
					left_out.take().into_iter().for_each(|text| self.output.say(text));
				}
			}
			match ended {
				Ok(()) => said.over(),
				Err(error) => said.say(format!("{error:#}")),
			}
		}
	}

	/// Puts rows into the slot that it is now. What comes before the first and after the last is nobody's.
	fn sort(&self, round: Option<&Round>, raw: &mut Raw, rows: Vec<raw::Row>) {
		let of = |own: &Reporting| (own.epoch, own.exchange.policy().slots);
		let (Some(round), Some((epoch, slots))) = (round, self.locked().as_ref().map(of)) else {
			return;
		};
		let slot = round.present(slots);
		if epoch == round.reporting && slot < slots.into() {
			raw.put(epoch, slot, rows);
		}
	}

	/// What there is to do now.
	async fn step(&self, round: &mut Option<Round>, raw: &mut Raw) -> Result<()> {
		let looked = round.as_ref().is_some_and(|round| round.looked.elapsed() < self.slot / 3);
		if !looked {
			// As aggregators have it, who take nothing of an epoch that is over for them.
			let clock = self.own.chain.best_clock().await?;
			// A fork that ends may show the epoch before again.
			if round.as_ref().is_none_or(|round| round.epoch < clock.epoch) {
				let left = round.as_ref().map(|round| (round.reporting, round.wall.unsent()));
				*round = self.begin(&clock, left).await?;
			}
		}
		let Some(round) = round.as_mut() else { return Ok(()) };
		if !looked {
			round.looked = Instant::now();
		}
		if self.is_due(round) {
			round.read = Some((Instant::now(), round.step()));
			let heard = round.wall.read(&round.members).await;
			self.hear(round, heard);
		}
		self.sample(round, raw);
		let is_named = self.locked().as_ref().is_some_and(|own| own.exchange.is_named());
		if !is_named {
			self.look_up(round).await?;
		}
		self.speak(round);
		self.keep(round)?;
		if !self.commit {
			return Ok(());
		}
		let (gone, ended) = round.wall.send().await;
		let mut standing = self.locked();
		if let Some(own) = standing.as_mut().filter(|own| own.epoch == round.reporting) {
			gone.iter().for_each(|word| own.exchange.sent(word));
		}
		ended
	}

	/// Whether boards are to be read: before something is sealed or said, and now and then.
	fn is_due(&self, round: &Round) -> bool {
		let Some((read, step)) = round.read else { return true };
		let exchange = |own: &Reporting| (own.exchange.policy().slots, own.exchange.closed());
		let Some((slots, closed)) = self.locked().as_ref().map(exchange) else { return true };
		let of_slot = round.course.reported() / u64::from(slots.max(1));
		let length = if round.step() == 0 { of_slot } else { round.course.step() };
		let length = self.slot.saturating_mul(u32::try_from(length).unwrap_or(u32::MAX));
		let pace = (length / 20).clamp(TICK, LONGEST_PACE);
		closed < round.present(slots) as usize || round.step() != step || read.elapsed() >= pace
	}

	/// How long an epoch has lasted: by the machine's clock, as far as that fits to the chain's, for final blocks are some slots old.
	async fn lasted(&self, clock: &Clock) -> Result<Duration> {
		let chain = &self.own.chain;
		let opened = chain.opened(clock.epoch).await?;
		let (Some(opened), Some(lasted)) = (opened, chain.lasted(clock.epoch).await?) else {
			return Ok(self.slot.saturating_mul(clock.index));
		};
		let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
		let most = lasted.saturating_add(self.slot.saturating_mul(AHEAD));
		Ok(now.saturating_sub(opened).clamp(lasted, most))
	}

	/// Begins an epoch, and with the first of a reporting time that; nothing if the device does not report. What has not gone out in the epoch before,
	/// of which reporting time, is what is `left`.
	async fn begin(
		&self,
		clock: &Clock,
		left: Option<(EpochIndex, Vec<Word>)>,
	) -> Result<Option<Round>> {
		let Own { chain, network, device, pair } = &self.own;
		let (network, epoch) = (*network, clock.epoch);
		let lasted = self.lasted(clock).await?;
		let elapsed = Elapsed::new(lasted, self.slot);
		let Some(facts) = chain.facts(network, *device, epoch).await? else { return Ok(None) };
		let terms = chain.network_terms(network, epoch).await?.filter(|terms| terms.open);
		let Some(terms) = terms else { return Ok(None) };
		let policy = match terms.policy.0.kind {
			KindPolicy::Sensing(policy) if policy.channels.len() == self.channels => policy,
			_ => bail!(Failure::Refused(format!(
				"network {network} does not pay for sensing of {} values any more: start the daemon anew",
				self.channels
			))),
		};
		let Some(chair) = facts.chair else { return Ok(None) };
		let reporting = epoch.next_multiple_of(terms.cadence.max(1).into());
		let nominal = clock.record.parameters.nominal_slots;
		let past = u64::from(terms.cadence.max(1)) - 1 - u64::from(reporting - epoch);
		let course = Course::new(nominal, terms.cadence);

		let mut known = Known::default();
		let members = chain.members(network, epoch, &chair.cell, &mut known).await?;
		let notes = self.resume(reporting, epoch, &policy, &facts)?;
		let at = (network, chair.cell.id, epoch);
		let own = (facts.aggregator.clone(), Client::new(&self.aggregator)?);
		let step = self.slot.saturating_mul(u32::try_from(course.step()).unwrap_or(u32::MAX));
		let patience = (step / 4).clamp(TICK, PATIENCE);
		let who = (*device, pair.clone());
		let mut wall = Wall::new(chain.genesis(), at, who, own, notes, patience);
		let is_own = |word: &Word| matches!(word, Word::Shown(shown, _) if shown == device);
		let has_shown = wall.words().any(|word| is_own(&word));
		let has_testified = wall.words().any(|word| matches!(word, Word::Testimonies(_)));
		let left = left.filter(|(of, _)| *of == reporting).map(|(_, words)| words);
		for seal in left.iter().flatten().filter(|word| matches!(word, Word::Seal { .. })) {
			wall.put(seal);
		}
		let mut round = Round {
			epoch,
			reporting,
			facts,
			course,
			before: past * u64::from(nominal),
			elapsed,
			members,
			known,
			wall,
			has_shown,
			has_testified,
			looked: Instant::now(),
			read: None,
			on_disk: None,
		};
		let wanted = carriers(&round.members);
		self.open_boards(&mut round, &wanted, MOST_BOARDS).await?;
		Ok(Some(round))
	}

	/// The reporting time of an epoch as it was left, or a new one; and the notes of this epoch that were written already.
	fn resume(
		&self,
		reporting: EpochIndex,
		epoch: EpochIndex,
		policy: &Policy,
		facts: &DeviceFacts,
	) -> Result<Vec<Note>> {
		let Own { chain, network, device, pair } = &self.own;
		let kept: Option<OnDisk> = self.archive.evidence(*network, reporting, device)?;
		let (kept, (of, notes)) = match kept {
			Some(kept) => kept,
			None => {
				let mut secret = [0; 16];
				getrandom::fill(&mut secret).map_err(|error| anyhow!("no randomness: {error}"))?;
				(Kept { secret, ..Kept::default() }, (epoch, Vec::new()))
			}
		};
		let mut standing = self.locked();
		if standing.as_ref().is_none_or(|own| own.epoch != reporting) {
			let context = ReportContext {
				genesis: chain.genesis(),
				network: *network,
				epoch: reporting,
				aggregator: facts.aggregator.clone(),
				// It counts for lots alone.
				entropy: Default::default(),
			};
			let exchange = Exchange::new(context, policy.clone(), (*device, pair.clone()), kept);
			*standing = Some(Reporting { epoch: reporting, exchange, is_over: false });
		}
		if let Some(own) = standing.as_mut().filter(|own| own.exchange.policy() != policy) {
			if !own.exchange.follow(policy.clone()) {
				self.output
					.say("the network has other slots from now on: the reporting time begins anew");
			}
		}
		Ok(if of == epoch { notes } else { Vec::new() })
	}

	/// Reads the boards of further aggregators from now on, as long as there are fewer than `most`: of those who say on the chain where they are.
	async fn open_boards(
		&self,
		round: &mut Round,
		wanted: &[AccountId32],
		most: usize,
	) -> Result<()> {
		let new = wanted.iter().filter(|one| !round.wall.has(one)).take(MOST_ASKED);
		let asked = new.map(|aggregator| async move {
			let said = self.own.chain.aggregator_profile(aggregator).await?;
			let Some(url) = said.as_ref().and_then(|said| said.reached()) else {
				return anyhow::Ok(None);
			};
			let reached = tokio::time::timeout(PATIENCE, Client::of_stranger(url, self.anywhere));
			Ok(reached.await.ok().and_then(Result::ok).map(|client| (aggregator.clone(), client)))
		});
		for found in join_all(asked).await {
			if let Some((aggregator, client)) = found?.filter(|_| round.wall.boards() < most) {
				round.wall.add(aggregator, client);
			}
		}
		Ok(())
	}

	fn hear(&self, round: &Round, heard: Vec<wall::Said>) {
		let mut standing = self.locked();
		let Some(own) = standing.as_mut().filter(|own| own.epoch == round.reporting) else {
			return;
		};
		for said in heard {
			own.exchange.hear(&round.members, &said.from, said.word, said.own);
		}
	}

	/// Seals the slots that are over. Whether one was.
	fn sample(&self, round: &mut Round, raw: &mut Raw) -> bool {
		let mut standing = self.locked();
		let Some(own) = standing.as_mut().filter(|own| own.epoch == round.reporting) else {
			return false;
		};
		let exchange = &mut own.exchange;
		exchange.settle_slots(round.settled(exchange.policy().slots));
		let present = round.present(exchange.policy().slots);
		let mut some = false;
		while exchange.closed() < present as usize {
			some = true;
			let sampled = sample(&raw.take(own.epoch, exchange.closed() as u32));
			let is_empty = sampled.readings.is_empty();
			let Some(word) = exchange.close(sampled) else { break };
			// Nobody has to have seen in time that nothing was measured; but the last seal binds all.
			if !is_empty || exchange.is_closed() {
				round.wall.put(&word);
			}
		}
		some
	}

	/// Looks up whom the lots have named, once the epoch that is reported for has its entropy, and reads their boards, too.
	async fn look_up(&self, round: &mut Round) -> Result<()> {
		let Own { chain, network, device, .. } = &self.own;
		if round.epoch != round.reporting {
			return Ok(());
		}
		let policy = self.locked().as_ref().map(|own| own.exchange.policy().clone());
		let Some(policy) = policy else { return Ok(()) };
		let judged_by = chain.judged_by(*network, round.epoch, &round.facts.aggregator).await?;
		let Some((_, context)) = judged_by else { return Ok(()) };
		let lots = chain.lots(&context, &policy, device, &round.members, &mut round.known).await?;
		let wanted = concerned(&lots, &round.members);
		self.open_boards(round, &wanted, usize::MAX).await?;
		let mut standing = self.locked();
		let own = standing.as_mut().filter(|own| own.epoch == round.reporting);
		own.into_iter().for_each(|own| own.exchange.named(lots.clone()));
		Ok(())
	}

	/// Shows, passes on and testifies when it is time.
	fn speak(&self, round: &mut Round) {
		let mut standing = self.locked();
		let Some(own) = standing.as_mut().filter(|own| own.epoch == round.epoch) else { return };
		let (slots, course) = (round.slots(), round.course);
		let exchange = &mut own.exchange;
		if !exchange.is_closed() {
			return;
		}
		if slots >= course.settles() {
			exchange.settle();
		}
		if slots >= course.shows() {
			if let Some(word) = exchange.state().filter(|_| !round.has_shown) {
				round.has_shown = round.wall.put(&word);
			}
			if slots < course.reports() && round.wall.room() > FOR_TESTIMONIES {
				if let Some(word) = exchange.pass_on().filter(|word| round.wall.put(word)) {
					exchange.wrote(&word);
				}
			}
		}
		if slots >= course.testifies() && !round.has_testified {
			let word = exchange.testify(round.wall.room());
			round.has_testified = word.is_some_and(|word| round.wall.put(&word));
		}
		own.is_over |= slots >= course.reports() && exchange.is_named();
	}

	/// Has on disk what must not be said twice, and what is not heard again.
	fn keep(&self, round: &mut Round) -> Result<()> {
		let standing = self.locked();
		let Some(own) = standing.as_ref().filter(|own| own.epoch == round.reporting) else {
			return Ok(());
		};
		let (kept, notes) = (own.exchange.kept(), round.wall.notes());
		let same = |(on_disk, (_, written)): &OnDisk| on_disk == kept && written == notes;
		if !round.on_disk.as_ref().is_some_and(same) {
			let on_disk: OnDisk = (kept.clone(), (round.epoch, notes.to_vec()));
			let Own { network, device, .. } = &self.own;
			self.archive.put_evidence(*network, own.epoch, device, &on_disk)?;
			round.on_disk = Some(on_disk);
		}
		Ok(())
	}
}

/// The aggregators of a cell, those that carry the most of it first.
fn carriers(members: &BTreeMap<DeviceId, DeviceFacts>) -> Vec<AccountId32> {
	let mut counts = BTreeMap::<&AccountId32, usize>::new();
	for facts in members.values() {
		*counts.entry(&facts.aggregator).or_default() += 1;
	}
	let mut all: Vec<_> = counts.into_iter().collect();
	all.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
	all.into_iter().map(|(aggregator, _)| aggregator.clone()).collect()
}

/// The aggregators of those with whom the lots have a sensor talk.
fn concerned(lots: &Lots, members: &BTreeMap<DeviceId, DeviceFacts>) -> Vec<AccountId32> {
	let all = lots.called.iter().chain(lots.charges.keys());
	let all: BTreeSet<_> =
		all.filter_map(|device| Some(&members.get(device)?.aggregator)).collect();
	all.into_iter().cloned().collect()
}

#[cfg(test)]
mod tests {
	use super::*;

	fn facts(aggregator: u8) -> DeviceFacts {
		DeviceFacts {
			key: substation_proofs::author::DevicePair::from_seed(&[1; 32]).public(),
			owner: [1; 32].into(),
			aggregator: [aggregator; 32].into(),
			aggregator_since: 0,
			cut: 0,
			since: 0,
			place: None,
			chair: None,
			data_set: None,
		}
	}

	#[test]
	fn who_carries_the_most_of_a_cell_is_read_first() {
		let id = DeviceId::from_low_u64_be;
		let members: BTreeMap<_, _> =
			(0..6).map(|number| (id(number), facts([1, 9, 9, 5, 9, 5][number as usize]))).collect();
		let account = |number: u8| AccountId32::new([number; 32]);
		assert_eq!(carriers(&members), [9, 5, 1].map(account));
		let lots = Lots {
			called: vec![id(0), id(1), id(77)],
			charges: [(id(2), substation_sdk::sensing::Charge { place: 0, called: vec![id(3)] })]
				.into(),
		};
		assert_eq!(concerned(&lots, &members), [1, 9].map(account));
	}
}
