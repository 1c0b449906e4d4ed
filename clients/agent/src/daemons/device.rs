//! A device's daemon: makes a report for each epoch, hands it to the aggregator until it is
//! acknowledged, and keeps its leaves until they are claimed.
//!
//! A report is on disk before it is sent, and sent again as it is after a restart: a device never
//! signs two reports for one epoch.

use std::{path::PathBuf, time::Duration};

use anyhow::{anyhow, bail, Context, Result};
use substation_primitives::{DeviceId, EpochIndex, NetworkId, ReportKey};
use substation_proofs::{author::DevicePair, facts::DeviceFacts, judge, KindPolicy, RULES};
use substation_sdk::{
	archive::Archive,
	chain::{BatchState, Chain, Clock, NODE},
	failure::Failure,
	holding::Holding,
	http::{Client, Handed},
	keys,
	recompute::{batch_of, findings},
};

use crate::{connection::connect_for_good, output::Output};

const TICK: Duration = Duration::from_millis(500);
/// The longest wait between two attempts.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// What `device` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
	/// Key file of the device.
	#[arg(long, value_name = "FILE")]
	pub key: PathBuf,
	/// The network to report to.
	#[arg(long)]
	pub network: NetworkId,
	/// The file, or the folder of files, that the device stores.
	#[arg(long, value_name = "PATH")]
	pub data: PathBuf,
	/// Where the device's aggregator takes reports.
	#[arg(long, default_value = "http://127.0.0.1:8080")]
	pub aggregator: String,
	/// RPC address of a node.
	#[arg(long, default_value = NODE)]
	pub url: String,
	/// Where reports, acknowledgements and leaves are kept.
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
	holding: Holding,
	aggregator: Client,
	archive: Archive,
	commit: bool,
	output: Output,
}

/// What became of an epoch's report.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Step {
	/// There is nothing to report for, or nothing yet.
	Wait,
	/// Acknowledged, now or earlier.
	Acknowledged,
	/// Refused for good, or only tried out.
	Done,
	/// To be tried again.
	Again,
}

impl Device {
	/// Connects.
	pub async fn start(options: &Options, output: Output) -> Result<Self> {
		let chain = connect_for_good(&options.url).await?;
		let genesis = chain.genesis();
		let pair = keys::load(&options.key)?;
		let holding = Holding::read(&options.data, usize::MAX)?;
		if let Some(known) = chain.device(pair.device_id()).await? {
			let registered = known.data_set.map(|set| set.0);
			if registered != Some(holding.data_set()?) {
				output.say(format!(
					"the device is not registered with what {} holds now, so its reports are worth \
					 nothing: run `register` again with this data",
					options.data.display()
				));
			}
		}
		Ok(Self {
			chain,
			pair,
			network: options.network,
			holding,
			aggregator: Client::new(&options.aggregator)?,
			archive: Archive::open(&options.archive, &genesis)?,
			commit: options.commit,
			output,
		})
	}

	fn id(&self) -> DeviceId {
		self.pair.device_id()
	}

	/// The report for an epoch: as it was kept, or made now and kept.
	async fn report(&self, epoch: EpochIndex, facts: &DeviceFacts) -> Result<Option<Vec<u8>>> {
		let id = self.id();
		if let Some(kept) = self.archive.report(self.network, epoch, &id)? {
			return Ok(Some(kept));
		}
		let Some(policy) = self.chain.open_policy(self.network, epoch).await? else {
			return Ok(None);
		};
		let context = self.chain.report_context(self.network, epoch, &facts.aggregator).await?;
		let Some(context) = context else { return Ok(None) };
		let KindPolicy::Storage(kind) = &policy.kind else {
			bail!(
				"network {} pays for {}, which takes a radio: this daemon reports storage",
				self.network,
				policy.kind_name()
			)
		};
		let evidence = self.holding.prove(&context, kind, &id)?;
		let report = self.pair.report(&context, &id, &evidence);
		let known = std::collections::BTreeMap::from([(id, facts.clone())]);
		let Some((_, judgement)) = judge(RULES, &context, &policy, &known, &report) else {
			bail!("version {RULES} of the rules is not kept")
		};
		if let Some(fault) = judgement.fault {
			return Err(Failure::Refused(format!(
				"epoch {epoch}: judges would find this report worth nothing: {}",
				fault.explanation()
			))
			.into());
		}
		self.output.say(format!("epoch {epoch}: a report worth {} points", judgement.score));
		self.archive.put_report(self.network, epoch, &id, &report)?;
		Ok(Some(report))
	}

	async fn step(&self, clock: &Clock) -> Result<Step> {
		let (epoch, id) = (clock.epoch, self.id());
		if self.archive.acknowledgement(self.network, epoch, &id)?.is_some() {
			return Ok(Step::Acknowledged);
		}
		let Some(facts) = self.chain.facts(self.network, id, epoch).await? else {
			return Ok(Step::Wait);
		};
		let Some(report) = self.report(epoch, &facts).await? else { return Ok(Step::Wait) };
		if !self.commit {
			self.output.say(format!(
				"would hand over {} bytes for epoch {epoch}: say --commit to do it",
				report.len()
			));
			return Ok(Step::Done);
		}
		let publisher: ReportKey =
			self.chain.aggregator(&facts.aggregator).await?.map(|row| row.publisher.0).ok_or_else(
				|| anyhow!("{:?} is no aggregator: choose another", facts.aggregator),
			)?;
		let genesis = self.chain.genesis();
		let handed = self
			.aggregator
			.hand_over(&genesis, &publisher, self.network, epoch, &id, &report)
			.await;
		match handed {
			Handed::Taken(signature) => {
				self.archive.put_acknowledgement(self.network, epoch, &id, &signature)?;
				self.output.say(format!("epoch {epoch}: the aggregator has signed for the report"));
				Ok(Step::Acknowledged)
			}
			Handed::Refused(reason) => {
				self.output.say(format!("epoch {epoch}: the report was refused: {reason}"));
				Ok(Step::Done)
			}
			Handed::Later(error) => {
				self.output.say(format!("epoch {epoch}: {error:#}"));
				Ok(Step::Again)
			}
		}
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

	/// Goes on until `reports` reports are acknowledged, or for ever. What fails is said and tried
	/// again, ever more slowly, until the epoch is over.
	pub async fn run(&self, reports: Option<u32>) -> Result<()> {
		self.output.say(format!("device {:?} reports to network {}", self.id(), self.network));
		let (mut finished, mut kept, mut acknowledged) = (None, None, 0u32);
		let mut wait = TICK;
		loop {
			tokio::time::sleep(wait).await;
			let clock = match self.chain.clock().await {
				Ok(clock) => clock,
				Err(error) => {
					self.output.say(format!("the node does not answer: {error:#}"));
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
			if finished == Some(clock.epoch) {
				wait = TICK;
				continue;
			}
			let step = self.step(&clock).await;
			wait = match step {
				Ok(Step::Wait) => TICK,
				Ok(Step::Acknowledged) => {
					acknowledged += 1;
					finished = Some(clock.epoch);
					TICK
				}
				Ok(Step::Done) => {
					finished = Some(clock.epoch);
					TICK
				}
				Ok(Step::Again) => (wait * 2).min(LONGEST_WAIT),
				Err(error) => {
					self.output.say(format!("{error:#}"));
					(wait * 2).min(LONGEST_WAIT)
				}
			};
			if reports.is_some_and(|wanted| acknowledged >= wanted) {
				return Ok(());
			}
		}
	}
}

/// Runs a device until it is stopped.
pub async fn run(options: &Options, output: Output) -> Result<()> {
	let device = Device::start(options, output).await?;
	device.chain.device(device.id()).await?.context(Failure::NotFound(format!(
		"device {:?} is not registered: use `register` first",
		device.id()
	)))?;
	tokio::select! {
		ended = device.run(options.reports) => ended,
		_ = tokio::signal::ctrl_c() => Ok(()),
	}
}
