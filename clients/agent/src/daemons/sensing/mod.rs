//! A sensor in a network that pays for sensing: it samples what its readings say, seals each slot, shows them when all are over, and has its witnesses
//! testify, as it testifies for those whose lot names it.
//!
//! All of it goes on beside the daemon's own steps. What it has sealed is on disk before it is sent: a restart goes on where it was.

mod wall;

use std::{
	collections::{BTreeMap, BTreeSet},
	sync::{Arc, Mutex, MutexGuard, PoisonError},
	time::Duration,
};

use anyhow::{anyhow, bail, Result};
use codec::Encode;
use substation_primitives::{signing::ReportContext, DeviceId, EpochIndex};
use substation_proofs::{
	author::sample,
	facts::DeviceFacts,
	known::Known,
	sensing::{Policy, Sample},
	KindPolicy,
};
use substation_sdk::{
	archive::Archive,
	board::Note,
	chain::Clock,
	course::Course,
	failure::Failure,
	http::Client,
	sensing::{Exchange, Kept, Word},
};
use tokio::sync::mpsc::{channel, Receiver};

use self::wall::Wall;
use super::{
	elapsed::Elapsed,
	readings::{LeftOut, Readings, Row},
	said::Said,
	source::{Beside, Made, Own},
};
use crate::output::Output;

/// How often it is looked what there is to do.
const TICK: Duration = Duration::from_millis(500);
/// Rows of a slot that are kept.
const MOST_ROWS: usize = 4_096;
/// Aggregators whose boards are read.
const MOST_BOARDS: usize = 16;
/// Bytes that stay free for testimonies when others' readings are passed on.
const FOR_TESTIMONIES: usize = 1_536;

/// What is on disk of a reporting time: what was sealed, and the notes of the epoch.
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
	on_disk: Option<OnDisk>,
}

impl Round {
	fn slots(&self) -> u64 {
		self.before.saturating_add(self.elapsed.slots())
	}
}

/// A device that measures.
pub(super) struct Sensor {
	own: Own,
	archive: Archive,
	slot: Duration,
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
		let anywhere = own.chain.kind().await?.is_for_development();
		let (aggregator, reporting) = (aggregator.into(), Default::default());
		let sensor = Self { own, archive, slot, aggregator, anywhere, commit, reporting, output };
		let sensor = Arc::new(sensor);
		let (send, rows) = channel(MOST_ROWS);
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
			let slots = exchange.policy().slots;
			let text = match exchange.closed() {
				closed if closed < slots.into() => format!("samples {slots} slots"),
				_ => "waits for its witnesses".into(),
			};
			return Made::Later(Some(format!("epoch {epoch}: {text}")));
		}
		let evidence = exchange.evidence();
		self.output.say(format!(
			"epoch {epoch}: {} of {} witnesses have shown what they measured, and {} testify",
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
		let (mut raw, mut left_out) = (Vec::new(), LeftOut::default());
		let mut round = None;
		loop {
			tokio::time::sleep(TICK).await;
			while let Ok(row) = rows.try_recv() {
				match row {
					Ok(row) if raw.len() < MOST_ROWS => raw.push(row),
					Ok(_) => left_out.note("beyond what a slot holds"),
					Err(reason) => left_out.note(reason),
				}
			}
			match self.step(&mut round, &mut raw, &mut left_out).await {
				Ok(()) => said.over(),
				Err(error) => said.say(format!("{error:#}")),
			}
		}
	}

	/// What there is to do now.
	async fn step(
		&self,
		round: &mut Option<Round>,
		raw: &mut Vec<Vec<i16>>,
		left_out: &mut LeftOut,
	) -> Result<()> {
		let clock = self.own.chain.clock().await?;
		if round.as_ref().is_none_or(|round| round.epoch != clock.epoch) {
			*round = self.begin(&clock).await?;
		}
		let Some(round) = round.as_mut() else { return Ok(()) };
		let heard = round.wall.read(&round.members).await;
		self.hear(round, heard);
		if self.sample(round, raw) {
			left_out.take().into_iter().for_each(|text| self.output.say(text));
		}
		let is_named = self.locked().as_ref().is_some_and(|own| own.exchange.is_named());
		if !is_named {
			self.look_up(round).await?;
		}
		self.speak(round)?;
		match self.commit {
			true => round.wall.send().await,
			false => Ok(()),
		}
	}

	/// Begins an epoch, and with the first of a reporting time that; nothing if the device does not report.
	async fn begin(&self, clock: &Clock) -> Result<Option<Round>> {
		let Own { chain, network, device, pair } = &self.own;
		let (network, epoch) = (*network, clock.epoch);
		let Some(facts) = chain.facts(network, *device, epoch).await? else { return Ok(None) };
		let terms = chain.network_terms(network, epoch).await?.filter(|terms| terms.open);
		let Some(terms) = terms else { return Ok(None) };
		let KindPolicy::Sensing(policy) = terms.policy.0.kind else {
			bail!(Failure::Refused(format!(
				"network {network} does not pay for sensing any more: start the daemon anew"
			)))
		};
		let Some(chair) = facts.chair else { return Ok(None) };
		let reporting = epoch.next_multiple_of(terms.cadence.max(1).into());
		let nominal = clock.record.parameters.nominal_slots;
		let past = u64::from(terms.cadence) - 1 - u64::from(reporting - epoch);
		let (opened, now) = (chain.opened(epoch).await?, chain.time().await?);
		let elapsed = Elapsed::new(now.saturating_sub(opened.unwrap_or(now)), self.slot);

		let mut known = Known::default();
		let members = chain.members(network, epoch, &chair.cell, &mut known).await?;
		let clients = self.boards(&facts, &members).await?;
		let notes = self.resume(reporting, epoch, &policy, &facts)?;
		let at = (network, chair.cell.id, epoch);
		let wall = Wall::new(chain.genesis(), at, (*device, pair.clone()), clients, notes);
		let own = |word: &Word| matches!(word, Word::Shown(shown, _) if shown == device);
		let has_shown = wall.words().any(|word| own(&word));
		let has_testified = wall.words().any(|word| matches!(word, Word::Testimonies(_)));
		Ok(Some(Round {
			epoch,
			facts,
			course: Course::new(nominal, terms.cadence),
			before: past * u64::from(nominal),
			elapsed,
			members,
			known,
			wall,
			has_shown,
			has_testified,
			on_disk: None,
		}))
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
		// What was heard is kept as long as nothing is begun anew.
		let goes_on = |own: &Reporting| own.epoch == reporting && own.exchange.policy() == policy;
		if !standing.as_ref().is_some_and(goes_on) {
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
		Ok(if of == epoch { notes } else { Vec::new() })
	}

	/// The boards of a cell: the device's own aggregator's first, and those of others who say on the chain where they are.
	async fn boards(
		&self,
		own: &DeviceFacts,
		members: &BTreeMap<DeviceId, DeviceFacts>,
	) -> Result<Vec<Client>> {
		let mut clients = vec![Client::new(&self.aggregator)?];
		let others: BTreeSet<_> = members
			.values()
			.map(|facts| &facts.aggregator)
			.filter(|aggregator| **aggregator != own.aggregator)
			.collect();
		for other in others.into_iter().take(MOST_BOARDS - 1) {
			let said = self.own.chain.aggregator_profile(other).await?;
			let Some(url) = said.as_ref().and_then(|said| said.reached()) else { continue };
			match Client::of_stranger(url, self.anywhere).await {
				Ok(client) => clients.push(client),
				Err(error) => {
					self.output.say(format!("the board of {other} is not read: {error:#}"))
				}
			}
		}
		Ok(clients)
	}

	fn hear(&self, round: &Round, heard: Vec<(DeviceId, Word)>) {
		let mut standing = self.locked();
		let Some(own) = standing.as_mut() else { return };
		for (from, word) in heard {
			own.exchange.hear(&round.members, &from, word);
		}
	}

	/// Seals the slots that are over. Whether one was.
	fn sample(&self, round: &mut Round, raw: &mut Vec<Vec<i16>>) -> bool {
		let mut standing = self.locked();
		let Some(Reporting { exchange, .. }) = standing.as_mut() else { return false };
		let slots = exchange.policy().slots;
		let present = round.course.part(round.slots(), slots).unwrap_or(slots.into());
		let mut some = false;
		while exchange.closed() < present as usize {
			some = true;
			// What was measured was measured in the slot that was the present one until now.
			let is_last = exchange.closed() + 1 == present as usize;
			let sampled = if is_last { sample(&std::mem::take(raw)) } else { Sample::default() };
			let is_empty = sampled.readings.is_empty();
			let Some(word) = exchange.close(sampled) else { break };
			// Nobody has to have seen in time that nothing was measured; but the last seal binds all.
			if !is_empty || exchange.is_closed() {
				round.wall.put(&word);
			}
		}
		some
	}

	/// Looks up whom the lots have named, once the epoch that is reported for has its entropy.
	async fn look_up(&self, round: &mut Round) -> Result<()> {
		let Own { chain, network, device, .. } = &self.own;
		let wanted = self.locked().as_ref().map(|own| (own.epoch, own.exchange.policy().clone()));
		let Some((epoch, policy)) = wanted.filter(|(epoch, _)| *epoch == round.epoch) else {
			return Ok(());
		};
		let Some((_, context)) = chain.judged_by(*network, epoch, &round.facts.aggregator).await?
		else {
			return Ok(());
		};
		let lots = chain.lots(&context, &policy, device, &round.members, &mut round.known).await?;
		let mut standing = self.locked();
		let own = standing.as_mut().filter(|own| own.epoch == epoch);
		own.into_iter().for_each(|own| own.exchange.named(lots.clone()));
		Ok(())
	}

	/// Shows, passes on and testifies when it is time, and keeps what must not be said twice.
	fn speak(&self, round: &mut Round) -> Result<()> {
		let mut standing = self.locked();
		let Some(own) = standing.as_mut() else { return Ok(()) };
		let (slots, course) = (round.slots(), round.course);
		let exchange = &mut own.exchange;
		let is_time = own.epoch == round.epoch && exchange.is_closed();
		if is_time && slots >= course.shows() {
			if let Some(word) = exchange.state().filter(|_| !round.has_shown) {
				round.has_shown = round.wall.put(&word);
			}
			if slots < course.reports() && round.wall.room() > FOR_TESTIMONIES {
				if let Some(word) = exchange.pass_on(round.wall.on_own()) {
					round.wall.put(&word);
				}
			}
		}
		if is_time && slots >= course.testifies() && exchange.is_named() && !round.has_testified {
			let word = exchange.testify(round.wall.room());
			round.has_testified = word.is_none_or(|word| round.wall.put(&word));
		}
		own.is_over |= is_time && slots >= course.reports() && exchange.is_named();
		let on_disk: OnDisk = (exchange.kept().clone(), (round.epoch, round.wall.notes().to_vec()));
		let Own { network, device, .. } = &self.own;
		if round.on_disk.as_ref() != Some(&on_disk) {
			self.archive.put_evidence(*network, own.epoch, device, &on_disk)?;
			round.on_disk = Some(on_disk);
		}
		Ok(())
	}
}
