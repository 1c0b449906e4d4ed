//! The aggregator: takes devices' reports over HTTP, publishes them, commits to them, and claims.
//!
//! Everything that must not happen twice is on disk before it happens: a report before it is
//! acknowledged, a batch with its signed bodies before they are published. So a restart goes on where
//! it stopped.

use std::{
	collections::{BTreeMap, BTreeSet},
	net::SocketAddr,
	path::PathBuf,
	sync::{Arc, Mutex, PoisonError},
	time::Duration,
};

use anyhow::{anyhow, Context, Result};
use codec::DecodeAll;
use futures::future::try_join_all;
use sp_core::{crypto::Ss58Codec, sr25519, Pair};
use substation_primitives::{
	report::{report_hash, Report},
	signing::{self, ReportContext},
	AccountId32, BatchId, DeviceId, EpochIndex, NetworkId, ReportKey,
};
use substation_proofs::{author::pack, devices_in, facts::DeviceFacts, judge, work_of, RULES};
use substation_sdk::{
	archive::Archive,
	chain::{account, BatchState, Chain, Clock, Written, NODE},
	claim::claim_batch,
	http::Acknowledgement,
	keys,
	progress::Quiet,
	publish::{sign_bodies, statement_lifetime, Published},
	recompute::{facts, findings},
};
use subxt_signer::sr25519::Keypair;
use tokio::sync::Semaphore;

use super::{
	intake::{Intake, Open, FRAMING},
	server::{router, Refusal, TakeReports},
};
use crate::{commands::signer::SignerOptions, connection::connect_for_good, output::Output};

/// How often the clock is looked at.
const TICK: Duration = Duration::from_millis(400);
/// Reports that are judged at a time; more are told to come back.
const AT_A_TIME: usize = 8;
/// For how long a node that does not take a body is tried again before the commitment.
const PATIENCE: Duration = Duration::from_secs(2);
/// And for how long after it: judges need bodies only once they are drawn.
const MORE_PATIENCE: Duration = Duration::from_secs(20);
/// Blocks after which a commitment that is in no block is sent again.
const RESEND_AFTER: u32 = 2;

/// What `aggregator` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
	/// Where to listen for reports. Put a proxy that speaks TLS before it if devices are elsewhere.
	#[arg(long, default_value = "127.0.0.1:8080")]
	pub listen: SocketAddr,
	/// RPC addresses of nodes. Bodies are handed to all of them, everything else to the first.
	#[arg(long = "url", default_value = NODE)]
	pub urls: Vec<String>,
	/// Networks whose reports are taken.
	#[arg(long = "network", required = true)]
	pub networks: Vec<NetworkId>,
	/// Key file of the publisher key (Sr25519, see `init`).
	#[arg(long, value_name = "FILE")]
	pub publisher: PathBuf,
	/// Where reports, batches and leaves are kept.
	#[arg(long, value_name = "DIR")]
	pub archive: PathBuf,
	/// If the account is no aggregator yet: register it with so many units of work per epoch.
	#[arg(long, default_value_t = 5_000)]
	pub quota: u32,
	/// And so many bytes in nodes' statement stores.
	#[arg(long, default_value_t = 8_000_000)]
	pub allowance: u32,
	/// Take reports, publish, commit and claim; without it, say what would be done and take nothing.
	#[arg(long)]
	pub commit: bool,
	#[command(flatten)]
	pub signer: SignerOptions,
}

/// A running aggregator.
pub struct Aggregator {
	chain: Chain,
	nodes: Vec<Chain>,
	networks: BTreeSet<NetworkId>,
	signer: Keypair,
	publisher: sr25519::Pair,
	archive: Archive,
	commit: bool,
	output: Output,
	turns: Semaphore,
	/// The epoch that reports are taken for, and what is known of it.
	intake: Mutex<Intake>,
	/// One report at a time is compared with what is kept.
	keeping: tokio::sync::Mutex<()>,
}

/// Devices whose facts are remembered: more would be a stranger's doing.
const FACTS_REMEMBERED: usize = 100_000;

impl Aggregator {
	/// Connects, and registers the account if it is no aggregator yet and may.
	pub async fn start(options: &Options, output: Output) -> Result<Arc<Self>> {
		let nodes = try_join_all(options.urls.iter().map(|url| connect_for_good(url))).await?;
		let chain = nodes.first().cloned().context("at least one --url is needed")?;
		let genesis = chain.genesis();
		let aggregator = Self {
			chain,
			nodes,
			networks: options.networks.iter().copied().collect(),
			signer: options.signer.keypair()?,
			publisher: keys::publisher(&options.publisher)?,
			archive: Archive::open(&options.archive, &genesis)?,
			commit: options.commit,
			output,
			turns: Semaphore::new(AT_A_TIME),
			intake: Mutex::default(),
			keeping: tokio::sync::Mutex::new(()),
		};
		aggregator.register(options.quota, options.allowance).await?;
		Ok(Arc::new(aggregator))
	}

	/// The account.
	pub fn account(&self) -> AccountId32 {
		account(&self.signer)
	}

	async fn register(&self, quota: u32, allowance: u32) -> Result<()> {
		let key = ReportKey::Sr25519(self.publisher.public());
		match self.chain.aggregator(&self.account()).await? {
			Some(row) if row.publisher.0 == key => Ok(()),
			Some(_) => Err(anyhow!(
				"{} is registered with another publisher key: use that, or leave first",
				self.account().to_ss58check()
			)),
			None => {
				let call =
					self.chain.aggregator_call(&self.signer, &self.publisher, quota, allowance);
				let what = format!(
					"register {} as an aggregator of {quota} units of work per epoch and \
					 {allowance} bytes",
					self.account().to_ss58check()
				);
				let written = self.chain.write(&what, &call, &self.signer, self.commit).await?;
				self.output.written(&what, &written);
				Ok(())
			}
		}
	}

	fn intake(&self) -> std::sync::MutexGuard<'_, Intake> {
		self.intake.lock().unwrap_or_else(PoisonError::into_inner)
	}

	/// Reads what the present epoch's reports are judged by, once its entropy is final. Never goes
	/// back: a fork may show an epoch again whose batches are packed.
	async fn follow(&self, epoch: EpochIndex) -> Result<()> {
		let known: BTreeSet<NetworkId> = {
			let mut intake = self.intake();
			if intake.epoch > epoch {
				return Ok(());
			}
			if intake.epoch < epoch {
				*intake = Intake { epoch, ..Default::default() };
			}
			intake.networks.keys().copied().collect()
		};
		for network in self.networks.difference(&known) {
			let Some(policy) = self.chain.open_policy(*network, epoch).await? else { continue };
			let context = self.chain.report_context(*network, epoch, &self.account()).await?;
			let Some(context) = context else { continue };
			let row = self.chain.aggregator(&self.account()).await?;
			let least = self.chain.clock().await?.least_quota;
			// What was taken before a restart.
			let kept = self.archive.reports(*network, epoch)?;
			let mut intake = self.intake();
			if intake.epoch == epoch {
				let open = Open {
					work: kept.values().map(|report| work_of(&policy, report)).sum(),
					taken: kept.len() as u32,
					context,
					policy,
					facts: BTreeMap::new(),
				};
				intake.bytes +=
					kept.values().map(|report| report.len() as u64 + FRAMING).sum::<u64>();
				intake.networks.insert(*network, open);
				intake.least = least;
				(intake.quota, intake.allowance) =
					row.map_or((0, 0), |row| (row.quota, row.allowance.into()));
				self.output.say(format!("network {network}: takes reports for epoch {epoch}"));
			}
		}
		Ok(())
	}

	/// The batches of an epoch in a network: as they were kept, or packed now and kept.
	async fn packed(&self, network: NetworkId, epoch: EpochIndex) -> Result<Vec<Published>> {
		let _guard = self.keeping.lock().await;
		if let Some(kept) = self.archive.packed(network, epoch)? {
			return Ok(kept);
		}
		let reports = self.archive.reports(network, epoch)?;
		if reports.is_empty() {
			return Ok(Vec::new());
		}
		let Some(policy) = self.chain.open_policy(network, epoch).await? else {
			return Ok(Vec::new());
		};
		let Some(context) = self.chain.report_context(network, epoch, &self.account()).await?
		else {
			return Ok(Vec::new());
		};
		let record = self.chain.clock().await?.record;
		let lifetime = statement_lifetime(&record.parameters, self.block_time().await);
		let mut published = Vec::new();
		for packed in pack(&context, &policy, &reports) {
			published.push(sign_bodies(&context.genesis, &self.publisher, &packed, lifetime)?);
		}
		self.archive.put_packed(network, epoch, &published)?;
		self.output.say(format!(
			"network {network}, epoch {epoch}: {} reports in {} batches",
			reports.len(),
			published.len()
		));
		Ok(published)
	}

	/// How long a slot lasts, as the chain's metadata says.
	async fn block_time(&self) -> Duration {
		self.chain.slot_duration().await.unwrap_or(Duration::from_secs(6))
	}

	/// Publishes the epoch that is over and commits to it; `sent` says in which block what was sent.
	async fn publish(&self, clock: &Clock, sent: &mut BTreeMap<BatchId, u32>) -> Result<()> {
		let Some(epoch) = clock.epoch.checked_sub(1) else { return Ok(()) };
		if !clock.record.parameters.takes_commitments(clock.index.saturating_add(1)) {
			return Ok(());
		}
		let block = clock.record.opened_at.saturating_add(clock.index);
		for network in &self.networks {
			let packed = match self.packed(*network, epoch).await {
				Ok(packed) => packed,
				Err(error) => {
					self.output.say(format!("network {network}, epoch {epoch}: {error:#}"));
					continue;
				}
			};
			for published in packed {
				let batch = published.terms.batch_id();
				let before = sent.get(&batch);
				if before.is_some_and(|before| block.saturating_sub(*before) < RESEND_AFTER) {
					continue;
				}
				let first = before.is_none();
				sent.insert(batch, block);
				// One that fails keeps no other from its window.
				if let Err(error) = self.publish_batch(&published, first).await {
					self.output.say(format!("batch {batch:?} of epoch {epoch}: {error:#}"));
				}
			}
		}
		Ok(())
	}

	async fn publish_batch(&self, published: &Published, first: bool) -> Result<()> {
		let terms = &published.terms;
		let (network, epoch, batch) = (terms.network, terms.epoch, terms.batch_id());
		if self.chain.batch_at_best(epoch, batch).await?.is_some() {
			return Ok(());
		}
		if !self.commit {
			if first {
				self.output.say(format!(
					"would publish and commit to batch {batch:?}: say --commit to do it"
				));
			}
			return Ok(());
		}
		let have = published.publish_to(&self.nodes, PATIENCE).await?;
		published.commit(&self.chain, &self.publisher).await?;
		if have < self.nodes.len() {
			let (published, nodes, output) = (published.clone(), self.nodes.clone(), self.output);
			tokio::spawn(async move {
				match published.publish_to(&nodes, MORE_PATIENCE).await {
					Ok(have) => output.say(format!("batch {batch:?}: {have} nodes have it by now")),
					Err(error) => output.say(format!("batch {batch:?}: {error:#}")),
				}
			});
		}
		self.output.say(format!(
			"network {network}, epoch {epoch}: batch {batch:?} is published to {have} of {} nodes and \
			 committed to",
			self.nodes.len()
		));
		Ok(())
	}

	/// Keeps the leaves of what has settled, claims for what is frozen, and forgets what has expired.
	async fn settle(&self, clock: &Clock) -> Result<()> {
		let schedules = self.chain.schedules().await?;
		for epoch in self.archive.epochs()? {
			if epoch.saturating_add(1) >= clock.epoch {
				continue;
			}
			let Some(schedule) = schedules.get(&epoch) else {
				self.archive.remove_epoch(epoch)?;
				continue;
			};
			let frozen = schedule.freeze <= clock.epoch;
			for batch in self.archive.batches(epoch)? {
				// One that cannot be claimed for keeps no other from it.
				if let Err(error) = self.settle_batch(frozen, epoch, &batch).await {
					self.output.say(format!("batch {batch:?} of epoch {epoch}: {error:#}"));
				}
			}
		}
		for network in &self.networks {
			if let Some(old) = clock.epoch.checked_sub(2) {
				self.archive.remove_reports(*network, old)?;
			}
		}
		Ok(())
	}

	async fn settle_batch(&self, frozen: bool, epoch: EpochIndex, batch: &BatchId) -> Result<()> {
		let Some(commitment) = self.chain.batch(epoch, *batch).await? else { return Ok(()) };
		if !matches!(commitment.state, BatchState::Settled { underdeclared: false, .. }) {
			return Ok(());
		}
		let archive = Some(&self.archive);
		let judged = findings(&self.chain, archive, epoch, &commitment, &self.output).await?;
		if frozen {
			let place = (commitment.network, epoch, batch);
			let told = |what: &str, written: &Written| self.output.written(what, written);
			claim_batch(&self.chain, &self.signer, place, &judged, self.commit, told).await?;
		}
		Ok(())
	}

	/// Takes reports and publishes them, for ever. What fails is said and tried again. Claiming waits
	/// for finality, and so goes on beside it.
	pub async fn run(self: Arc<Self>) {
		tokio::join!(self.gather(), self.collect());
	}

	async fn gather(&self) {
		let mut sent = BTreeMap::new();
		let mut shown = (0, 0);
		loop {
			tokio::time::sleep(TICK).await;
			let clock = match self.chain.best_clock().await {
				Ok(clock) => clock,
				Err(error) => {
					self.output.say(format!("the node does not answer: {error:#}"));
					continue;
				}
			};
			let now = (clock.epoch, clock.index);
			if shown == now {
				continue;
			}
			if shown.0 != clock.epoch {
				sent.clear();
			}
			shown = now;
			if let Err(error) = self.follow(clock.epoch).await {
				self.output.say(format!("epoch {}: {error:#}", clock.epoch));
			}
			if let Err(error) = self.publish(&clock, &mut sent).await {
				self.output.say(format!("publishing: {error:#}"));
			}
		}
	}

	/// Claims once in each epoch.
	async fn collect(&self) {
		let mut settled = None;
		loop {
			tokio::time::sleep(TICK).await;
			let Ok(clock) = self.chain.clock().await else { continue };
			if settled == Some(clock.epoch) || !clock.record.parameters.takes_reveals(clock.index) {
				continue;
			}
			settled = Some(clock.epoch);
			if let Err(error) = self.settle(&clock).await {
				self.output.say(format!("claiming: {error:#}"));
			}
		}
	}

	/// Facts of `devices`, remembered for the epoch.
	async fn remembered(
		&self,
		network: NetworkId,
		epoch: EpochIndex,
		devices: BTreeSet<DeviceId>,
	) -> Result<BTreeMap<DeviceId, DeviceFacts>> {
		let (mut answer, mut missing) = (BTreeMap::new(), BTreeSet::new());
		{
			let intake = self.intake();
			let known = intake.networks.get(&network).filter(|_| intake.epoch == epoch);
			for device in devices {
				match known.and_then(|open| open.facts.get(&device)) {
					Some(facts) => answer.extend(facts.clone().map(|facts| (device, facts))),
					None => drop(missing.insert(device)),
				}
			}
		}
		let read = facts(&self.chain, network, epoch, missing.clone(), &Quiet).await?;
		let mut intake = self.intake();
		if intake.epoch == epoch {
			if let Some(open) = intake.networks.get_mut(&network) {
				if open.facts.len() > FACTS_REMEMBERED {
					open.facts.clear();
				}
				for device in missing {
					open.facts.insert(device, read.get(&device).cloned());
				}
			}
		}
		answer.extend(read);
		Ok(answer)
	}
}

/// Whether a report is signed with the key that `facts` name, and theirs to carry.
fn signed_by(context: &ReportContext, facts: &DeviceFacts, bytes: &[u8]) -> bool {
	Report::decode_all(&mut &bytes[..]).is_ok_and(|report| {
		facts.aggregator == context.aggregator
			&& facts
				.key
				.verify(&report.signature, &context.report(&report.device, &report.evidence))
	})
}

impl TakeReports for Aggregator {
	async fn take(
		&self,
		network: NetworkId,
		epoch: EpochIndex,
		report: Vec<u8>,
	) -> Result<Acknowledgement, Refusal> {
		let busy = |error: anyhow::Error| Refusal::Busy(format!("{error:#}"));
		if !self.commit {
			return Err(Refusal::Busy("tried out without --commit: nothing is taken".into()));
		}
		let _turn = self
			.turns
			.try_acquire()
			.map_err(|_| Refusal::Busy("too many reports at once".into()))?;
		let (context, policy) = {
			let intake = self.intake();
			if epoch < intake.epoch {
				return Err(Refusal::WrongEpoch { now: intake.epoch });
			}
			let known = intake.networks.get(&network).filter(|_| epoch == intake.epoch);
			let known = known.ok_or_else(|| {
				Refusal::Busy(format!("network {network} takes no reports here for epoch {epoch}"))
			})?;
			(known.context.clone(), known.policy.clone())
		};
		let devices = devices_in(&policy, &report);
		let sender = *devices
			.first()
			.ok_or_else(|| Refusal::Malformed("these bytes are no report of this kind".into()))?;
		// The sender first: a stranger's report makes nobody look thirty devices up.
		let own = self.remembered(network, epoch, [sender].into()).await.map_err(busy)?;
		if !own.get(&sender).is_some_and(|facts| signed_by(&context, facts, &report)) {
			return Err(Refusal::Worthless(
				"no device of this aggregator in this network has signed this".into(),
			));
		}
		let facts =
			self.remembered(network, epoch, devices.into_iter().collect()).await.map_err(busy)?;
		let (device, judgement) = judge(RULES, &context, &policy, &facts, &report)
			.ok_or_else(|| busy(anyhow!("version {RULES} of the rules is not kept")))?;
		if let Some(fault) = judgement.fault {
			return Err(Refusal::Worthless(fault.explanation().into()));
		}
		let device =
			device.ok_or_else(|| Refusal::Malformed("these bytes are no report".into()))?;
		{
			let _guard = self.keeping.lock().await;
			// A batch that is packed takes nothing more.
			let now = self.intake().epoch;
			if now != epoch {
				return Err(Refusal::WrongEpoch { now });
			}
			match self.archive.report(network, epoch, &device).map_err(busy)? {
				Some(kept) if kept == report => (),
				Some(_) => return Err(Refusal::AnotherTaken),
				None => {
					if !self.intake().has_room(network, judgement.work, report.len()) {
						return Err(Refusal::Busy(
							"this aggregator's quota for the epoch is used up".into(),
						));
					}
					self.archive.put_report(network, epoch, &device, &report).map_err(busy)?;
					let mut intake = self.intake();
					intake.bytes += report.len() as u64 + FRAMING;
					if let Some(open) = intake.networks.get_mut(&network) {
						open.work += judgement.work;
						open.taken += 1;
					}
				}
			}
		}
		let hash = report_hash(&report);
		let message = signing::acknowledgement(&context.genesis, network, epoch, &device, &hash);
		let signature = self.publisher.sign(&message).0;
		Ok(Acknowledgement {
			report: format!("{hash:?}"),
			signature: format!("0x{}", hex::encode(signature)),
		})
	}

	async fn status(&self) -> serde_json::Value {
		let (epoch, taken) = {
			let intake = self.intake();
			let taken: BTreeMap<String, u32> = intake
				.networks
				.iter()
				.map(|(network, open)| (network.to_string(), open.taken))
				.collect();
			(intake.epoch, taken)
		};
		serde_json::json!({
			"aggregator": self.account().to_ss58check(),
			"publisher": format!("0x{}", hex::encode(self.publisher.public())),
			"epoch": epoch,
			"reports": taken,
		})
	}
}

/// Runs an aggregator until it is stopped.
pub async fn run(options: &Options, output: Output) -> Result<()> {
	let aggregator = Aggregator::start(options, output).await?;
	let listener = tokio::net::TcpListener::bind(options.listen)
		.await
		.with_context(|| format!("{} cannot be listened on", options.listen))?;
	output.say(format!(
		"{} takes reports at http://{}/v1/reports",
		aggregator.account().to_ss58check(),
		listener.local_addr()?
	));
	let worker = tokio::spawn(aggregator.clone().run());
	let stop = async {
		let _ = tokio::signal::ctrl_c().await;
	};
	let served = axum::serve(listener, router(aggregator)).with_graceful_shutdown(stop).await;
	worker.abort();
	Ok(served?)
}
