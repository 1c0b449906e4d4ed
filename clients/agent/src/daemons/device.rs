//! A device's daemon: makes a report for each epoch, hands it to the aggregator until it is
//! acknowledged, and keeps its leaves until they are claimed.
//!
//! A report is on disk before it is sent, and sent again as it is after a restart: a device never
//! signs two reports for one epoch.

use std::{
	net::SocketAddr,
	path::PathBuf,
	time::{Duration, Instant},
};

use anyhow::{anyhow, bail, Result};
use substation_primitives::{DeviceId, EpochIndex, NetworkId, ReportKey};
use substation_proofs::{author::DevicePair, facts::DeviceFacts, judge, known::Known, KindPolicy};
use substation_sdk::{
	archive::Archive,
	chain::{BatchState, Chain, Clock, DeviceView},
	failure::Failure,
	holding::Holding,
	http::{Client, Handed},
	keys,
	progress::Quiet,
	recompute::{ask, batch_of, findings},
};

use tokio::sync::Mutex;

use super::{
	door::stopped,
	driving::{Driver, RidesOptions},
	hosting::Host,
	intake::JudgedBy,
	own::{Beside, Made, Own},
	presence::Machine,
	readings::{Readings, ReadingsOptions},
	said::Said,
	sensing::Sensor,
	source::Source,
};
use crate::{
	connection::{compare_clocks, first_clock, with_sources, words, NodeOptions},
	output::Output,
};

const TICK: Duration = Duration::from_millis(500);
/// The longest wait between two attempts.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// For how long after an epoch has begun its aggregator may say that it is not ready.
const BEGINNING: Duration = Duration::from_secs(10);
/// How often an aggregator that has signed for a report is asked whether it still has it.
const ASKING: Duration = Duration::from_secs(20);

/// What `device` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
	/// Key file of the device.
	#[arg(long, value_name = "FILE")]
	pub key: PathBuf,
	/// The network to report to.
	#[arg(long)]
	pub network: NetworkId,
	/// The file, or the folder of files, that the device stores, where the network pays for storage.
	#[arg(long, value_name = "PATH")]
	pub data: Option<PathBuf>,
	/// Where to listen for machines that this one calls, where the network pays for presence. Say with `describe` where that is reached.
	#[arg(long, value_name = "ADDRESS")]
	pub listen: Option<SocketAddr>,
	#[command(flatten)]
	pub rides: RidesOptions,
	#[command(flatten)]
	pub readings: ReadingsOptions,
	/// The folder with what payers have handed on, where the network pays for bandwidth: files that `market bill` writes.
	#[arg(long, value_name = "FOLDER")]
	pub bills: Option<PathBuf>,
	/// Where the device's aggregator takes reports.
	#[arg(long, default_value = "http://127.0.0.1:8080")]
	pub aggregator: String,
	#[command(flatten)]
	pub nodes: NodeOptions,
	/// Where reports, acknowledgements and leaves are kept. One daemon alone has it.
	#[arg(long, value_name = "DIR")]
	pub archive: PathBuf,
	/// End after so many acknowledged reports.
	#[arg(long)]
	pub reports: Option<u32>,
	/// Hand reports over; without it, make and judge them only.
	#[arg(long)]
	pub commit: bool,
}

/// A running device.
pub struct Device {
	chain: Chain,
	pair: DevicePair,
	network: NetworkId,
	source: Source,
	/// What runs as long as this does.
	_beside: Option<Beside>,
	aggregator: Client,
	archive: Archive,
	commit: bool,
	output: Output,
	slot: Duration,
	/// The facts of the device as of an epoch.
	facts: Mutex<Option<(EpochIndex, DeviceFacts)>>,
	/// By what reports of an epoch are judged.
	judged_by: Mutex<Option<JudgedBy>>,
}

/// What became of an epoch's report.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Step {
	/// There is nothing to report for yet: what is waited for, if it is worth a word.
	Wait(Option<String>),
	/// Acknowledged, now or earlier.
	Acknowledged,
	/// Refused for good, or only tried out.
	Done,
	/// To be tried again, for this reason.
	Again(String),
}

/// Since when a device has its seat in a network, and whether it is paused. Fails if it has none: its reports could
/// never count, whatever is waited for.
fn check_seat(known: &DeviceView, id: &DeviceId, network: NetworkId) -> Result<(EpochIndex, bool)> {
	let seat =
		known.seats.iter().find(|(one, _)| *one == network).and_then(|(_, seat)| seat.as_ref());
	let Some(seat) = seat else {
		bail!(Failure::NotFound(format!(
			"device {id:?} has no seat in network {network}: run `register` with --network {network} first"
		)))
	};
	Ok((seat.since, seat.paused))
}

/// How long it is until an epoch, in words.
fn until(clock: &Clock, epoch: EpochIndex, slot: Duration) -> String {
	let slots = u64::from(epoch.saturating_sub(clock.epoch))
		.saturating_mul(clock.record.parameters.nominal_slots.into())
		.saturating_sub(clock.index.into());
	words(slots.saturating_mul(slot.as_secs().max(1)))
}

impl Device {
	/// Connects, and checks that there is something to report.
	pub async fn start(options: &Options, output: Output) -> Result<Self> {
		let network = options.network;
		let chain = options.nodes.connect().await?;
		let chain = with_sources(chain, std::slice::from_ref(&options.aggregator), output)?;
		let (genesis, pair) = (chain.genesis(), keys::load(&options.key)?);
		let id = pair.device_id();
		let clock = first_clock(&chain, output).await?;
		compare_clocks(&chain, output).await?;
		let known = chain.device(id).await?.ok_or_else(|| {
			Failure::NotFound(format!("device {id:?} is not registered: use `register` first"))
		})?;
		let (since, paused) = check_seat(&known, &id, network)?;
		// What was set in this epoch counts from the one after the next.
		let policy = chain.policy(network, clock.epoch.saturating_add(2)).await?;
		let kind = policy.map(|policy| policy.kind).ok_or_else(|| {
			Failure::NotFound(format!("network {network} pays for nothing: it is closed"))
		})?;
		let slot = chain.slot_duration().await?;
		if since > clock.epoch {
			output.say(format!(
				"its reports count from epoch {since} on: the first is made in about {}",
				until(&clock, since, slot)
			));
		}
		if paused {
			output.say(format!(
				"the device is paused in network {network}: waits until its owner has it report again \
				 (devices.set_paused)"
			));
		}
		let archive = Archive::open(&options.archive, &genesis)?;
		if let Some(second) = chain.second_block().await? {
			archive.check_second(&second)?;
		}
		let own = Own { chain: chain.clone(), network, device: id, pair: pair.clone() };
		let (source, beside) =
			Self::source(options, &kind, &known, own, (&archive, slot), output).await?;
		Ok(Self {
			chain,
			pair,
			network,
			source,
			_beside: beside,
			aggregator: Client::new(&options.aggregator)?,
			archive,
			commit: options.commit,
			output,
			slot,
			facts: Default::default(),
			judged_by: Default::default(),
		})
	}

	/// What the device has to show where its network pays for `kind`.
	async fn source(
		options: &Options,
		kind: &KindPolicy,
		known: &DeviceView,
		own: Own,
		(archive, slot): (&Archive, Duration),
		output: Output,
	) -> Result<(Source, Option<Beside>)> {
		let network = options.network;
		match kind {
			KindPolicy::Storage(_) => {
				let path = options.data.as_ref().ok_or_else(|| {
					Failure::Arguments(format!(
						"network {network} pays for storage: say what the device stores, with --data PATH"
					))
				})?;
				let holding = Holding::read_with(path, u64::MAX, &output)?;
				let registered = known.data_set.as_ref().map(|set| set.0);
				if registered != Some(holding.data_set()?) {
					output.say(format!(
						"the device is not registered with what {} holds now, so its reports are worth \
						 nothing: run `register` again with this data",
						path.display()
					));
				}
				Ok((Source::Stored(holding), None))
			}
			KindPolicy::Presence(_) => {
				let (machine, beside) =
					Machine::start(own, archive.clone(), options.listen, slot, output).await?;
				Ok((Source::Present(machine), Some(beside)))
			}
			KindPolicy::Sensing(policy) => {
				let readings = Readings::of(&options.readings, policy.channels.len())?;
				let (aggregator, how) = (&options.aggregator, (slot, options.commit));
				let (sensor, beside) =
					Sensor::start(own, archive.clone(), readings, aggregator, how, output).await?;
				Ok((Source::Measured(sensor), Some(beside)))
			}
			KindPolicy::Bandwidth(_) => {
				let host = Host::new(own, options.bills.as_deref(), slot, output)?;
				Ok((Source::Billed(host), None))
			}
			KindPolicy::Mapping(_) => {
				Ok((Source::Driven(Driver::new(own, &options.rides, output)?), None))
			}
			KindPolicy::Coverage(_) => {
				bail!(Failure::NotFound(format!(
					"network {network} pays for {}: this daemon reports storage, presence, sensing, mapping and bandwidth",
					kind.name()
				)))
			}
		}
	}

	fn id(&self) -> DeviceId {
		self.pair.device_id()
	}

	/// By what reports of an epoch are judged, once that is known and if the network takes any: read once.
	async fn judged_by(&self, epoch: EpochIndex, facts: &DeviceFacts) -> Result<Option<JudgedBy>> {
		let mut read = self.judged_by.lock().await;
		if let Some(known) = read.as_ref().filter(|known| known.context.epoch == epoch) {
			return Ok(Some(known.clone()));
		}
		let Some(policy) = self.chain.open_policy(self.network, epoch).await? else {
			return Ok(None);
		};
		let judged_by = self.chain.judged_by(self.network, epoch, &facts.aggregator).await?;
		*read = judged_by.map(|(rules, context)| JudgedBy { rules, context, policy });
		Ok(read.clone())
	}

	/// The facts of the device as of an epoch: read once, if there are any.
	async fn facts(&self, epoch: EpochIndex) -> Result<Option<DeviceFacts>> {
		let mut read = self.facts.lock().await;
		if let Some((_, facts)) = read.as_ref().filter(|(of, _)| *of == epoch) {
			return Ok(Some(facts.clone()));
		}
		let facts = self.chain.facts(self.network, self.id(), epoch).await?;
		*read = facts.clone().map(|facts| (epoch, facts));
		Ok(facts)
	}

	/// The report for an epoch: as it was kept, or made now and kept.
	async fn report(&self, epoch: EpochIndex, facts: &DeviceFacts) -> Result<Made> {
		let id = self.id();
		if let Some(kept) = self.archive.report(self.network, epoch, &id)? {
			return Ok(Made::Now(kept));
		}
		let Some(judged_by) = self.judged_by(epoch, facts).await? else {
			return Ok(Made::Later(None));
		};
		let JudgedBy { rules, context, policy } = judged_by;
		let evidence = match self.source.evidence(&id, &context, &policy).await? {
			Made::Now(evidence) => evidence,
			later => return Ok(later),
		};
		let report = self.pair.report_of(&context, &id, evidence);
		let mut known = Known::default();
		known.note_device(id, Some(facts.clone()));
		let judged = ask(&self.chain, (self.network, epoch), &mut known, &Quiet, |known| {
			judge(rules, &context, &policy, known, &report)
		});
		let Some((_, judgement)) = judged.await? else {
			bail!("version {rules} of the rules is not kept")
		};
		if let Some(fault) = judgement.fault {
			return Ok(Made::Worthless(format!(
				"epoch {epoch}: judges would find this report worth nothing: {}",
				fault.explanation()
			)));
		}
		self.output.say(format!("epoch {epoch}: a report worth {} points", judgement.score));
		self.archive.put_report(self.network, epoch, &id, &report)?;
		Ok(Made::Now(report))
	}

	/// Lets a machine begin each epoch, to call others and be called, whatever becomes of its reports meanwhile.
	async fn attend(&self) {
		let Source::Present(machine) = &self.source else { return std::future::pending().await };
		let mut said = Said::new(self.output);
		loop {
			tokio::time::sleep(TICK).await;
			match self.begin(machine).await {
				Ok(()) => said.over(),
				Err(error) => said.say(format!("{error:#}")),
			}
		}
	}

	/// Lets a machine begin an epoch, once it is known by what that is judged.
	async fn begin(&self, machine: &Machine) -> Result<()> {
		let clock = &self.chain.clock().await?;
		if machine.knows(clock.epoch) {
			return Ok(());
		}
		let Some(facts) = self.facts(clock.epoch).await? else { return Ok(()) };
		let Some(by) = self.judged_by(clock.epoch, &facts).await? else { return Ok(()) };
		match by.policy.kind {
			KindPolicy::Presence(kind) => machine.begin(clock, by.context, kind, facts).await,
			_ => Ok(()),
		}
	}

	async fn step(&self, clock: &Clock) -> Result<Step> {
		let (epoch, id) = (clock.epoch, self.id());
		if self.archive.acknowledgement(self.network, epoch, &id)?.is_some() {
			return Ok(Step::Acknowledged);
		}
		let Some(facts) = self.facts(epoch).await? else {
			return Ok(Step::Wait(Some(format!(
				"waits: the device's seat in network {} does not count yet, or not any more",
				self.network
			))));
		};
		let report = match self.report(epoch, &facts).await? {
			Made::Now(report) => report,
			Made::Later(reason) => return Ok(Step::Wait(reason)),
			Made::Worthless(text) => {
				self.output.say(text);
				return Ok(Step::Done);
			}
		};
		if !self.commit {
			self.output.say(format!(
				"would hand over {} bytes for epoch {epoch}: say --commit to do it",
				report.len()
			));
			return Ok(Step::Done);
		}
		self.hand_over(clock, &facts, &report).await
	}

	async fn hand_over(&self, clock: &Clock, facts: &DeviceFacts, report: &[u8]) -> Result<Step> {
		let (epoch, id) = (clock.epoch, self.id());
		let publisher: ReportKey =
			self.chain.aggregator(&facts.aggregator).await?.map(|row| row.publisher.0).ok_or_else(
				|| anyhow!("{:?} is no aggregator: choose another", facts.aggregator),
			)?;
		let genesis = self.chain.genesis();
		let handed =
			self.aggregator.hand_over(&genesis, &publisher, self.network, epoch, &id, report).await;
		Ok(match handed {
			Handed::Taken(signature) => {
				self.archive.put_acknowledgement(self.network, epoch, &id, &signature)?;
				self.output.say(format!("epoch {epoch}: the aggregator has signed for the report"));
				Step::Acknowledged
			}
			Handed::Refused(reason) => {
				self.output.say(format!("epoch {epoch}: the report was refused: {reason}"));
				Step::Done
			}
			// It reads the epoch's entropy as the device does, and a moment later.
			Handed::Busy(_) if self.slot.saturating_mul(clock.index) < BEGINNING => {
				Step::Wait(Some(format!("epoch {epoch}: waits for the aggregator to open it")))
			}
			Handed::Busy(reason) => {
				Step::Again(format!("epoch {epoch}: the aggregator takes nothing now: {reason}"))
			}
			Handed::Later(error) => Step::Again(format!("epoch {epoch}: {error:#}")),
		})
	}

	/// Hands a report over again that the aggregator has signed for and lost.
	async fn look_after(&self, clock: &Clock) -> Result<()> {
		let (epoch, id) = (clock.epoch, self.id());
		let place = (self.network, epoch);
		let Some(report) = lost(&self.aggregator, &self.archive, place, &id).await? else {
			return Ok(());
		};
		if let Some(facts) = self.chain.facts(self.network, id, epoch).await? {
			self.output.say(format!("epoch {epoch}: the aggregator has lost the report"));
			self.hand_over(clock, &facts, &report).await?;
		}
		Ok(())
	}

	/// Fetches bodies of settled batches that the device is in while nodes have them, and keeps their
	/// leaves: what a claim takes, should nobody else make it.
	async fn keep_leaves(&self, clock: &Clock) -> Result<()> {
		let id = self.id();
		let schedules = self.chain.schedules().await?;
		let ended = |epoch: &EpochIndex| *epoch < clock.epoch && !schedules.contains_key(epoch);
		for epoch in self.archive.epochs()?.into_iter().filter(ended) {
			self.archive.remove_epoch(epoch)?;
		}
		if let Some(old) = clock.epoch.checked_sub(clock.record.parameters.fact_window()) {
			self.archive.remove_reports(self.network, old)?;
		}
		let oldest = clock.epoch.saturating_sub(clock.record.parameters.freeze_of(0));
		for epoch in oldest..clock.epoch.saturating_sub(1) {
			let facts = self.chain.facts(self.network, id, epoch).await?;
			let Some(facts) = facts else { continue };
			let aggregator = Some(&facts.aggregator);
			for commitment in batch_of(&self.chain, self.network, epoch, &id, aggregator).await? {
				let batch = commitment.terms(epoch).batch_id();
				let settled = matches!(commitment.state, BatchState::Settled { .. });
				if !settled || self.archive.judged(epoch, &batch)?.is_some() {
					continue;
				}
				let archive = Some(&self.archive);
				// One that is gone keeps no other from being kept.
				match findings(&self.chain, archive, epoch, &commitment, &self.output).await {
					Ok(_) => {
						let text = format!("epoch {epoch}: leaves of batch {batch:?} are kept");
						self.output.say(text);
					}
					Err(error) => self.output.say(format!("epoch {epoch}: {error:#}")),
				}
			}
		}
		Ok(())
	}

	/// Goes on until `reports` reports are acknowledged, or for ever. Ends if the chain begins anew.
	pub async fn run(&self, reports: Option<u32>) -> Result<()> {
		tokio::select! {
			ended = self.go_on(reports) => ended,
			() = self.attend() => Ok(()),
		}
	}

	/// Reports, epoch after epoch. What fails is said and tried again, ever more slowly, until the epoch is over.
	async fn go_on(&self, reports: Option<u32>) -> Result<()> {
		self.output.say(format!("device {:?} reports to network {}", self.id(), self.network));
		let (mut finished, mut kept, mut acknowledged) = (None, None, 0u32);
		let (mut said, mut asked) = (Said::new(self.output), Instant::now());
		let mut wait = TICK;
		loop {
			tokio::time::sleep(wait).await;
			self.chain.is_the_same()?;
			for path in self.archive.take_damaged() {
				self.output.say(format!(
					"warning: a file was damaged, and is set aside as {}: all else goes on without it",
					path.display()
				));
			}
			let clock = match self.chain.clock().await {
				Ok(clock) => clock,
				Err(error) => {
					said.say(format!("{error:#}"));
					wait = (wait * 2).min(LONGEST_WAIT);
					continue;
				}
			};
			if kept != Some(clock.epoch) && clock.record.parameters.takes_reveals(clock.index) {
				kept = Some(clock.epoch);
				if let Err(error) = self.keep_leaves(&clock).await {
					self.output.say(format!("leaves: {error:#}"));
				}
			}
			if let Some((epoch, signed)) = finished.filter(|(epoch, _)| *epoch == clock.epoch) {
				wait = TICK;
				if signed && self.commit && asked.elapsed() >= ASKING {
					asked = Instant::now();
					if let Err(error) = self.look_after(&clock).await {
						said.say(format!("epoch {epoch}: {error:#}"));
					}
				}
				continue;
			}
			wait = match self.step(&clock).await {
				Ok(Step::Wait(reason)) => {
					reason.into_iter().for_each(|reason| said.say(reason));
					TICK
				}
				Ok(Step::Acknowledged) => {
					acknowledged += 1;
					(finished, asked) = (Some((clock.epoch, true)), Instant::now());
					said.over();
					TICK
				}
				Ok(Step::Done) => {
					finished = Some((clock.epoch, false));
					said.over();
					TICK
				}
				Ok(Step::Again(reason)) => {
					said.say(reason);
					(wait * 2).min(LONGEST_WAIT)
				}
				Err(error) => {
					said.say(format!("{error:#}"));
					(wait * 2).min(LONGEST_WAIT)
				}
			};
			if reports.is_some_and(|wanted| acknowledged >= wanted) {
				return Ok(());
			}
		}
	}
}

/// A device's report that its aggregator says not to have any more, as the device has it. What is not known is not lost.
async fn lost(
	aggregator: &Client,
	archive: &Archive,
	(network, epoch): (NetworkId, EpochIndex),
	device: &DeviceId,
) -> Result<Option<Vec<u8>>> {
	match aggregator.keeps(network, epoch, device).await {
		Some(false) => archive.report(network, epoch, device),
		Some(true) | None => Ok(None),
	}
}

/// Runs a device until it is stopped.
pub async fn run(options: &Options, output: Output) -> Result<()> {
	let device = Device::start(options, output).await?;
	tokio::select! {
		ended = device.run(options.reports) => ended,
		() = stopped() => Ok(()),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use substation_primitives::epoch::{EpochRecord, Parameters};
	use substation_sdk::chain::api::runtime_types as types;

	fn view(network: NetworkId, paused: bool) -> DeviceView {
		let account = || subxt::utils::AccountId32([1; 32]);
		let seat = types::pallet_devices::Seat {
			aggregator: account(),
			carried_since: 0,
			cut: types::sp_arithmetic::per_things::Permill(0),
			since: 7,
			paused,
		};
		DeviceView {
			owner: account(),
			offered_to: None,
			report_key: None,
			rotations: 0,
			place: None,
			data_set: None,
			seats: vec![(network, Some(seat)), (9, None)],
			chairs: vec![],
		}
	}

	#[test]
	fn a_device_without_a_seat_is_told_so_and_one_that_waits_waits() {
		let id = DeviceId::repeat_byte(1);

		assert_eq!(check_seat(&view(1, false), &id, 1).unwrap(), (7, false));
		assert_eq!(check_seat(&view(1, true), &id, 1).unwrap(), (7, true));
		for without in [0, 9] {
			let error = check_seat(&view(1, false), &id, without).unwrap_err();
			assert_eq!(Failure::code_of(&error), 4, "{error}");
			assert!(error.to_string().contains("register"), "{error}");
		}
	}

	#[tokio::test]
	async fn a_report_is_handed_over_again_only_if_the_aggregator_says_that_it_is_lost() {
		use axum::{extract::Path, routing::get, Json, Router};
		use substation_primitives::H256;
		// In epoch 7 it has none, in 8 it has one, and of others it does not know.
		let keeps = |Path((_, epoch, _)): Path<(NetworkId, EpochIndex, String)>| async move {
			let kept = match epoch {
				7 => Some(false),
				8 => Some(true),
				_ => None,
			};
			Json(serde_json::json!({ "kept": kept }))
		};
		let routes = Router::new().route("/v1/reports/{network}/{epoch}/{device}", get(keeps));
		let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
		let client = Client::new(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
		let bounds = crate::daemons::door::Bounds::default();
		let serving = crate::daemons::door::serve(listener, routes, bounds, std::future::pending());
		let serving = tokio::spawn(serving);
		let folder = tempfile::tempdir().unwrap();
		let archive = Archive::open(folder.path(), &H256::repeat_byte(1)).unwrap();
		let device = DeviceId::repeat_byte(2);
		let lost = async |epoch| lost(&client, &archive, (1, epoch), &device).await.unwrap();
		assert_eq!(lost(7).await, None, "there is none to hand over");
		for epoch in [7, 8, 9] {
			archive.put_report(1, epoch, &device, b"report").unwrap();
		}
		assert_eq!(lost(7).await.as_deref(), Some(&b"report"[..]));
		assert_eq!((lost(8).await, lost(9).await), (None, None));
		serving.abort();
		assert_eq!(lost(7).await, None, "nobody answers");
	}

	#[test]
	fn an_epoch_to_come_is_some_slots_away() {
		let record = EpochRecord {
			session: 0,
			opened_at: 0,
			opening: None,
			entropy: None,
			draw: None,
			rules: substation_proofs::RULES,
			parameters: Parameters::development(),
			judges: Default::default(),
			void: false,
		};
		let clock = Clock { epoch: 3, index: 5, record, least_quota: 0 };
		let slot = Duration::from_secs(2);

		// Twenty slots an epoch.
		assert_eq!(until(&clock, 5, slot), "70 seconds");
		assert_eq!(until(&clock, 8, slot), "4 minutes");
		assert_eq!(until(&clock, 3, slot), "0 seconds");
	}
}
