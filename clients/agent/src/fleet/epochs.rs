//! A fleet of devices in one process: the chain's main job, shown on a development chain.
//!
//! Honest devices store real files and witness each other's beacons; others cheat, each in a way of
//! its own. The fleet reports, publishes, commits and claims as real devices and aggregators do, then
//! recomputes from the published bodies what everybody should have got and compares it with what the
//! chain paid.

use std::{
	collections::BTreeMap,
	path::{Path, PathBuf},
	time::Duration,
};

use anyhow::{anyhow, bail, Context, Result};
use comfy_table::{presets::UTF8_FULL_CONDENSED, Table};
use futures::future::try_join_all;
use sp_core::{sr25519, Pair};
use substation_primitives::{
	batch::{assemble, Terms},
	report::Fault,
	signing::ReportContext,
	AccountId32, DeviceId, EpochIndex, NetworkId,
};
use substation_proofs::{
	author::{exchange, pack, DevicePair, Transmission},
	coverage::{self, Band},
	facts::{DataSet, DeviceFacts, Place},
	judge_chunks, radio, storage, JudgedChunk, KindPolicy, Policy, RULES,
};
use subxt_signer::sr25519::Keypair;

use crate::{
	aggregator::statement_lifetime,
	chain::{account, api, rpc_account, Chain, RuntimeCall, NODE},
	claim,
	failure::Failure,
	holding::Holding,
	keys::keypair,
	output::{tokens, Output, TOKEN},
	pay::Rates,
	publish::{sign_bodies, Published},
	register::{all, changes, expiry, place, Registration},
};

/// The development chain's networks.
const COVERAGE: NetworkId = 0;
const STORAGE: NetworkId = 1;
/// What the development preset fixes: at most ten tokens for a full score.
const RATE_CAP: u128 = 10 * TOKEN;
/// The aggregator's part of each payment, in millionths.
const CUT: u32 = 50_000;
/// Bytes that each storage device holds at most.
const HOLDING: usize = 4 * 1024 * 1024;
/// Blocks after which a commitment that is in no block is sent again.
const RESEND_AFTER: u32 = 2;
/// For how long a node that does not take a body is tried again.
const PATIENCE: Duration = Duration::from_secs(5);
const FREQUENCY: u32 = 868_100_000;

/// What the fleet is to do.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
	/// RPC addresses of nodes of a development chain. Bodies are handed to all of them, everything
	/// else to the first.
	#[arg(long = "url", default_value = NODE)]
	pub urls: Vec<String>,
	/// Stop after so many paid epochs, with a table; run on until stopped if left out.
	#[arg(long)]
	pub epochs: Option<u32>,
	/// The folder whose files the storage devices hold.
	#[arg(long, default_value = ".")]
	pub data: PathBuf,
	/// Honest devices that store.
	#[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=64))]
	pub storage: u8,
	/// Honest devices that cover. Each hears all others; no more than fourteen may witness one.
	#[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u8).range(2..=12))]
	pub coverage: u8,
	/// Leave the cheating devices out.
	#[arg(long)]
	pub honest: bool,
	/// What is issued in an epoch before the first halving, in planck, if the chain's genesis says something else.
	#[arg(long, default_value_t = 100 * TOKEN)]
	pub initial: u128,
	/// Epochs between halvings, likewise.
	#[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(1..))]
	pub halving: u32,
	/// Write the table to this file too, as comma-separated values; amounts are in planck.
	#[arg(long, value_name = "FILE")]
	pub csv: Option<PathBuf>,
	/// Register, report and claim; without it, say what the fleet would do.
	#[arg(long)]
	pub commit: bool,
}

/// How a device behaves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Manner {
	Honest,
	/// Shows pieces that it has altered.
	AltersPieces,
	/// Signs with a key that is not its own.
	ForgesSignature,
	/// Sends the report again that was right an epoch earlier.
	Replays,
	/// Answers another epoch's challenge in a report that is otherwise right.
	OtherEntropy,
	/// Claims one beacon twice, with two counts of witnesses.
	TwoCounts,
	/// Reports to a network that it has not joined.
	OtherNetwork,
	/// Lists itself among the witnesses of its beacon.
	WitnessesItself,
	/// Hands its reports to an aggregator that it has not chosen.
	OtherAggregator,
}

impl Manner {
	fn name(self) -> &'static str {
		match self {
			Self::Honest => "honest",
			Self::AltersPieces => "alters pieces",
			Self::ForgesSignature => "forges its signature",
			Self::Replays => "replays",
			Self::OtherEntropy => "other epoch's entropy",
			Self::TwoCounts => "two witness counts",
			Self::OtherNetwork => "other network",
			Self::WitnessesItself => "witnesses itself",
			Self::OtherAggregator => "other aggregator",
		}
	}

	/// What judges find.
	fn fault(self) -> Option<Fault> {
		Some(match self {
			Self::Honest => return None,
			// Other pieces were asked for then.
			Self::AltersPieces | Self::Replays | Self::OtherEntropy => Fault::WrongPiece,
			Self::ForgesSignature => Fault::BadSignature,
			Self::TwoCounts => Fault::RepeatedBeacon,
			Self::OtherNetwork => Fault::NotMember,
			Self::WitnessesItself => Fault::SelfWitness,
			Self::OtherAggregator => Fault::OtherAggregator,
		})
	}
}

/// What the development preset's networks pay for.
fn policy(network: NetworkId) -> Result<Policy> {
	let kind = match network {
		COVERAGE => {
			let europe = Band { from: 863_000_000, to: 870_000_000 };
			KindPolicy::Coverage(coverage::Policy {
				min_distance: 1,
				max_distance: 100_000,
				margin: 30,
				max_eirp: 161,
				bands: vec![europe].try_into().map_err(|_| anyhow!("too many bands"))?,
				resolution: 8,
				target: 4,
				full_marks: 4_000_000,
			})
		}
		_ => KindPolicy::Storage(storage::Policy { shown: 2, cap: 16 * 1024 * 1024 }),
	};
	Ok(Policy { ramp: 0, kind })
}

struct Device {
	name: String,
	manner: Manner,
	network: NetworkId,
	pair: DevicePair,
	owner: Keypair,
	holding: Holding,
	north: i32,
	// What came of it.
	reports: u32,
	score: u64,
	faults: BTreeMap<&'static str, u32>,
	expected: u128,
	before: u128,
}

impl Device {
	fn id(&self) -> DeviceId {
		self.pair.device_id()
	}

	/// A kilometre apart, in a line to the north, where no recording of real radios was made.
	fn place(&self) -> Result<Place> {
		place(57.7 + f64::from(self.north) * 0.009, 11.9, 14.0)
	}

	/// Where it stands, or what it stores.
	fn stands_and_stores(&self) -> Result<(Option<Place>, Option<DataSet>)> {
		Ok(match self.joined() {
			COVERAGE => (Some(self.place()?), None),
			_ => (None, Some(self.holding.data_set()?)),
		})
	}

	/// The network that it has joined.
	fn joined(&self) -> NetworkId {
		match self.manner {
			Manner::OtherNetwork => COVERAGE,
			_ => self.network,
		}
	}
}

/// One epoch's batches on their way.
struct Work {
	epoch: EpochIndex,
	batches: Vec<Published>,
	/// The block of the epoch in which commitments were sent last.
	sent: Option<u32>,
	/// Whether all commitments are final.
	committed: bool,
	told: bool,
	/// Claimed for, or without any hope of it.
	over: bool,
}

/// Devices and their aggregator on a development chain.
pub struct Fleet {
	nodes: Vec<Chain>,
	chain: Chain,
	aggregator: Keypair,
	publisher: sr25519::Pair,
	devices: Vec<Device>,
	slot: Duration,
	initial: u128,
	halving: u32,
	csv: Option<PathBuf>,
	output: Output,
}

/// The ways to cheat, and where.
const CHEATS: [(NetworkId, Manner); 8] = [
	(STORAGE, Manner::AltersPieces),
	(STORAGE, Manner::ForgesSignature),
	(STORAGE, Manner::Replays),
	(COVERAGE, Manner::WitnessesItself),
	(STORAGE, Manner::OtherAggregator),
	(STORAGE, Manner::OtherEntropy),
	(COVERAGE, Manner::TwoCounts),
	(STORAGE, Manner::OtherNetwork),
];

fn devices(options: &Options, data: &[u8]) -> Result<Vec<Device>> {
	let honest = |name: &'static str, network, count: u8| {
		(1..=count).map(move |number| (format!("{name}-{number}"), network, Manner::Honest))
	};
	let cheats = (1..)
		.zip(CHEATS)
		.filter(|_| !options.honest)
		.map(|(number, (network, manner)): (u8, _)| (format!("cheat-{number}"), network, manner));
	honest("storage", STORAGE, options.storage)
		.chain(honest("coverage", COVERAGE, options.coverage))
		.chain(cheats)
		.zip(0u8..)
		.map(|((name, network, manner), number)| {
			let part = data.len() * (usize::from(number) % 3 + 1) / 3;
			Ok(Device {
				name,
				manner,
				network,
				pair: DevicePair::from_seed(&[100 + number; 32]),
				owner: keypair(&format!("//fleet//owner//{number}"))?,
				holding: Holding::of(data[..part.clamp(1, HOLDING)].to_vec()),
				north: number.into(),
				reports: 0,
				score: 0,
				faults: BTreeMap::new(),
				expected: 0,
				before: 0,
			})
		})
		.collect()
}

/// Runs a fleet.
pub async fn run(options: Options, output: Output) -> Result<()> {
	let mut fleet = Fleet::connect(&options, output).await?;
	if !options.commit {
		let plan: Vec<_> = fleet
			.devices
			.iter()
			.map(|device| (device.name.as_str(), device.manner.name()))
			.collect();
		let lines: Vec<_> =
			plan.iter().map(|(name, manner)| format!("    {name:<12} {manner}")).collect();
		let plan: Vec<_> = plan
			.iter()
			.map(|(name, manner)| serde_json::json!({ "device": name, "manner": manner }))
			.collect();
		output.result(&serde_json::json!({ "sent": false, "devices": plan }), lines.join("\n"));
		output.say("nothing was sent: say --commit to register the devices and let them report");
		return Ok(());
	}
	let first = fleet.register().await?;
	fleet.work(first, options.epochs).await
}

impl Fleet {
	/// A fleet as `options` say, of which nothing is sent yet.
	pub async fn connect(options: &Options, output: Output) -> Result<Self> {
		let nodes =
			try_join_all(options.urls.iter().map(|url| Chain::connect_for_good(url))).await?;
		let chain = nodes.first().cloned().context("at least one --url is needed")?;
		let holding = Holding::read(&options.data, HOLDING)?;
		let publisher = sr25519::Pair::from_string("//fleet//publisher", None)
			.map_err(|error| anyhow!("the publisher key cannot be made: {error:?}"))?;
		let devices = devices(options, holding.bytes())?;
		output.say(format!(
			"{} devices; storage devices hold {} bytes of {}",
			devices.len(),
			holding.bytes().len(),
			options.data.display()
		));
		let aggregator = keypair("//fleet//aggregator")?;
		let slot = chain.slot_duration().await?;
		Ok(Self {
			nodes,
			chain,
			aggregator,
			publisher,
			devices,
			slot,
			initial: options.initial,
			halving: options.halving,
			csv: options.csv.clone(),
			output,
		})
	}

	fn say(&self, text: &str) {
		self.output.say(text);
	}

	/// Pays owners and aggregator from a well-known account, and registers everything that is not. Tells for which
	/// epoch it can report first.
	pub async fn register(&mut self) -> Result<EpochIndex> {
		if self.chain.aggregator(&account(&self.aggregator)).await?.is_none() {
			self.endow().await?;
			self.chain
				.register_aggregator(&self.aggregator, &self.publisher, 10_000, 8_000_000)
				.await?;
			self.say("the aggregator is registered");
		}
		let sent = try_join_all(self.devices.iter().map(|device| self.enlist(device))).await?;
		self.say(match sent.contains(&true) {
			true => "all devices are registered, their reports count from two epochs later",
			false => "the fleet was registered before",
		});
		for device in &mut self.devices {
			device.before = self.chain.balance(&account(&device.owner)).await?;
		}
		Ok(self.chain.clock().await?.epoch + 2)
	}

	async fn endow(&self) -> Result<()> {
		let alice = subxt_signer::sr25519::dev::alice();
		let transfers = self
			.devices
			.iter()
			.map(|device| account(&device.owner))
			.chain([account(&self.aggregator)])
			.map(|to| {
				let call = api::runtime_types::pallet_balances::pallet::Call::transfer_keep_alive {
					dest: rpc_account(&to).into(),
					value: 10_000 * TOKEN,
				};
				RuntimeCall::Balances(call)
			})
			.collect();
		self.chain.submit(&all(transfers), &alice).await.context(
			"the well-known account cannot pay: a fleet runs on development chains only",
		)?;
		Ok(())
	}

	/// Registers a device if it is not, or brings what is registered up to date. Tells whether something
	/// was sent.
	async fn enlist(&self, device: &Device) -> Result<bool> {
		let owner = account(&device.owner);
		let (place, data_set) = device.stands_and_stores()?;
		let registration = Registration {
			pair: &device.pair,
			network: device.joined(),
			aggregator: self.aggregator_of(device),
			cut: CUT,
			place,
			data_set,
			voucher: None,
		};
		let calls = match self.chain.device(device.id()).await? {
			None => registration.calls(&self.chain, &owner, expiry(&self.chain).await?),
			Some(known) => changes(&known, registration, &owner)?,
		};
		if calls.is_empty() {
			return Ok(false);
		}
		self.chain.submit(&all(calls), &device.owner).await?;
		Ok(true)
	}

	/// Reports, publishes, commits and claims, epoch after epoch from the `first` on. Fails unless every honest
	/// device was paid what is recomputed here, and every cheating one nothing.
	pub async fn work(&mut self, first: EpochIndex, epochs: Option<u32>) -> Result<()> {
		self.say(&format!("reports begin with epoch {first}"));
		// What is not over yet.
		let mut works: Vec<Work> = Vec::new();
		let mut reported = None;
		let mut paid = 0;
		let mut shown = (0, u32::MAX);
		loop {
			tokio::time::sleep(Duration::from_millis(400)).await;
			let clock = match self.chain.best_clock().await {
				Ok(clock) => clock,
				Err(error) => {
					// A node that restarts is waited for.
					self.say(&format!("the node does not answer: {error:#}"));
					tokio::time::sleep(Duration::from_secs(3)).await;
					continue;
				}
			};
			if shown != (clock.epoch, clock.index / 5) {
				shown = (clock.epoch, clock.index / 5);
				let finalized = self.chain.finalized().await.unwrap_or_default();
				self.say(&format!(
					"epoch {}, block {} of it; block {finalized} is final",
					clock.epoch, clock.index
				));
			}
			let due = clock.epoch >= first
				&& clock.index >= 4
				&& reported.is_none_or(|last| last < clock.epoch)
				&& epochs.is_none_or(|wanted| paid + (works.len() as u32) < wanted);
			if due {
				if let Some(work) = self.report(clock.epoch).await? {
					reported = Some(work.epoch);
					works.push(work);
				}
			}
			let parameters = clock.record.parameters;
			let open = parameters.takes_commitments(clock.index + 1);
			for work in &mut works {
				let age = clock.epoch.saturating_sub(work.epoch);
				if age >= 1 && !work.committed {
					self.commit(work, clock.index, open && age == 1).await?;
				}
				if age > 1 && !work.committed {
					self.say(&format!(
						"epoch {}: not committed to in time, nobody is paid",
						work.epoch
					));
					work.over = true;
				}
				if work.committed && !work.told && (age > 1 || clock.index >= 18) {
					self.tell(work).await?;
				}
				// A claim waits for finality: not while commitments wait for a block.
				if work.committed && !open && clock.epoch >= parameters.freeze_of(work.epoch) {
					self.claim(work).await?;
					paid += 1;
					work.over = true;
				}
			}
			works.retain(|work| !work.over);
			if epochs.is_some_and(|wanted| paid >= wanted) {
				return self.report_card().await;
			}
		}
	}

	/// Makes and publishes the reports of an epoch whose entropy is final; nothing before that.
	async fn report(&mut self, epoch: EpochIndex) -> Result<Option<Work>> {
		let mut batches = Vec::new();
		let parameters = self.chain.clock().await?.record.parameters;
		let lifetime = statement_lifetime(&parameters, self.slot);
		for network in [STORAGE, COVERAGE] {
			let aggregator = account(&self.aggregator);
			let Some(context) = self.chain.report_context(network, epoch, &aggregator).await?
			else {
				return Ok(None);
			};
			let policy = self
				.chain
				.policy(network, epoch)
				.await?
				.ok_or_else(|| anyhow!("network {network} is closed in epoch {epoch}"))?;
			let reports = match &policy.kind {
				KindPolicy::Storage(kind) => {
					let before = epoch.saturating_sub(1);
					let Some(earlier) =
						self.chain.report_context(network, before, &aggregator).await?
					else {
						return Ok(None);
					};
					self.storage_reports(&context, &earlier, kind)?
				}
				KindPolicy::Coverage(_) => self.coverage_reports(&context)?,
			};
			for packed in pack(&context, &policy, &reports) {
				let genesis = &context.genesis;
				let published = sign_bodies(genesis, &self.publisher, &packed, lifetime)?;
				published.publish_to(&self.nodes, PATIENCE).await?;
				batches.push(published);
			}
		}
		let count: u32 = batches.iter().map(|published| published.terms.count).sum();
		self.say(&format!(
			"epoch {epoch}: {count} reports in {} batches are published",
			batches.len()
		));
		Ok(Some(Work { epoch, batches, sent: None, committed: false, told: false, over: false }))
	}

	/// Honest reports, and those of cheats who say again what they said `earlier`, an epoch before.
	fn storage_reports(
		&self,
		context: &ReportContext,
		earlier: &ReportContext,
		policy: &storage::Policy,
	) -> Result<BTreeMap<DeviceId, Vec<u8>>> {
		let mut reports = BTreeMap::new();
		for device in self.devices.iter().filter(|device| device.network == STORAGE) {
			let id = device.id();
			let shown_for = match device.manner {
				Manner::OtherEntropy | Manner::Replays => earlier,
				_ => context,
			};
			let mut evidence = device.holding.prove(shown_for, policy, &id)?;
			if device.manner == Manner::AltersPieces {
				if let Some(shown) = evidence.shown.iter_mut().next() {
					shown.piece[0] ^= 1;
				}
			}
			let pair = match device.manner {
				Manner::ForgesSignature => &DevicePair::from_seed(&[1; 32]),
				_ => &device.pair,
			};
			let signed_for = match device.manner {
				Manner::Replays => earlier,
				_ => context,
			};
			reports.insert(id, pair.report(signed_for, &id, &evidence));
		}
		Ok(reports)
	}

	fn coverage_reports(&self, context: &ReportContext) -> Result<BTreeMap<DeviceId, Vec<u8>>> {
		let radios: Vec<_> =
			self.devices.iter().filter(|device| device.network == COVERAGE).collect();
		let pairs: BTreeMap<_, _> =
			radios.iter().map(|device| (device.id(), device.pair.clone())).collect();
		let mut transmissions = Vec::new();
		for beaconer in &radios {
			let from = beaconer.place()?;
			let mut heard_by = Vec::new();
			for witness in &radios {
				if witness.id() == beaconer.id() {
					continue;
				}
				let distance =
					substation_proofs::geo::distance(from.point(), witness.place()?.point());
				// Ten decibels below what free space allows.
				let loss = i32::try_from(radio::free_space_loss(distance, FREQUENCY))? / 100;
				heard_by.push((witness.id(), i16::try_from(i32::from(from.eirp) - loss - 100)?));
			}
			let beaconer = beaconer.id();
			transmissions.push(Transmission { beaconer, frequency: FREQUENCY, heard_by });
		}
		let mut evidence = exchange(context, &pairs, &transmissions);
		for device in radios.iter().filter(|device| device.manner == Manner::WitnessesItself) {
			let id = device.id();
			let own = device.pair.receipt(context, &id, &id, FREQUENCY, -1_000);
			if let Some(beacon) = evidence.get_mut(&id).and_then(|e| e.beacon.as_mut()) {
				let _ = beacon.receipts.try_push(own);
			}
		}
		for device in radios.iter().filter(|device| device.manner == Manner::TwoCounts) {
			let id = device.id();
			let Some(evidence) = evidence.get_mut(&id) else { continue };
			let Some(first) = evidence.heard.first().cloned() else { continue };
			let Some(beaconer) = pairs.get(&first.beaconer) else { continue };
			// The beaconer colludes: it signs for one witness where there were many.
			let second =
				beaconer.acknowledge(context, &first.beaconer, &id, FREQUENCY, first.power, 1);
			let _ = evidence.heard.try_push(second);
		}
		Ok(radios
			.iter()
			.filter_map(|device| {
				let id = device.id();
				Some((id, device.pair.report(context, &id, evidence.get(&id)?)))
			})
			.collect())
	}

	/// Sends the commitments that the best chain does not have, now and then, as long as the window is `open`. They are
	/// done with once final.
	async fn commit(&self, work: &mut Work, index: u32, open: bool) -> Result<()> {
		let mut missing = Vec::new();
		let mut pending = 0;
		for published in &work.batches {
			let batch = published.terms.batch_id();
			if self.chain.batch(work.epoch, batch).await?.is_some() {
				continue;
			}
			pending += 1;
			// A fork that ends takes its commitments along.
			if self.chain.batch_at_best(work.epoch, batch).await?.is_none() {
				missing.push(published);
			}
		}
		if pending == 0 {
			work.committed = true;
			self.say(&format!("epoch {}: committed", work.epoch));
			return Ok(());
		}
		// The index goes back with a fork that ends.
		let soon = work.sent.is_some_and(|sent| index.abs_diff(sent) < RESEND_AFTER);
		if missing.is_empty() || !open || soon {
			return Ok(());
		}
		work.sent = Some(index);
		for published in missing {
			if let Err(error) = published.commit(&self.chain, &self.publisher).await {
				self.say(&format!(
					"epoch {}: the pool refused a commitment: {error:#}",
					work.epoch
				));
			}
		}
		Ok(())
	}

	/// Says where an epoch's batches stand.
	async fn tell(&self, work: &mut Work) -> Result<()> {
		for published in &work.batches {
			let batch = published.terms.batch_id();
			let text = match self.chain.batch(work.epoch, batch).await? {
				Some(commitment) => commitment.state_name(),
				None => "not committed to".into(),
			};
			self.say(&format!(
				"epoch {}: network {}, batch {batch:?}: {text}",
				work.epoch, published.terms.network
			));
		}
		work.told = true;
		Ok(())
	}

	/// Claims for an epoch's chunks, and notes what everybody should get.
	async fn claim(&mut self, work: &Work) -> Result<()> {
		let mut judged = Vec::new();
		for published in &work.batches {
			judged.push(self.judge(&published.terms).await?);
		}
		let mut calls = Vec::new();
		for (published, chunks) in work.batches.iter().zip(&judged) {
			let batch = published.terms.batch_id();
			// What the genesis fixes, not what the chain says of its pools.
			let total = chunks.iter().map(|chunk| chunk.element.sum).sum();
			let rates = Rates { pool: self.pool(work.epoch), rate_cap: RATE_CAP, total };
			for (number, chunk) in (0u32..).zip(chunks) {
				calls.push(claim::call(work.epoch, &batch, chunks, number)?);
				self.note(chunk, &rates);
			}
		}
		// What is paid is compared in the end: a refusal is said, and shows there.
		match self.chain.submit_all(&calls, &self.aggregator).await {
			Ok(_) => self.say(&format!("epoch {}: claimed", work.epoch)),
			Err(error) => {
				self.say(&format!("epoch {}: a claim was refused: {error:#}", work.epoch));
			}
		}
		Ok(())
	}

	/// What each of the two networks has for an epoch: half of the seven tenths of a budget that are for devices.
	fn pool(&self, epoch: EpochIndex) -> u128 {
		self.initial.checked_shr(epoch / self.halving).unwrap_or(0) * 7 / 10 / 2
	}

	/// Judges a batch from its bodies, as they were published, and from what the preset fixes and the
	/// fleet has registered: of what the chain says, only genesis and entropy go in.
	async fn judge(&self, terms: &Terms) -> Result<Vec<JudgedChunk>> {
		let context = self
			.chain
			.report_context(terms.network, terms.epoch, &terms.aggregator)
			.await?
			.ok_or_else(|| anyhow!("epoch {} is forgotten", terms.epoch))?;
		let mut chunks = None;
		for node in &self.nodes {
			// One that lacks them, or does not answer, is no reason to stop: another may have them.
			let bodies = node.bodies(terms).await.ok().flatten();
			chunks = bodies.and_then(|bodies| assemble(terms, &bodies));
			if chunks.is_some() {
				break;
			}
		}
		let chunks = chunks.ok_or_else(|| {
			Failure::NotFound(format!("no node has the bodies of batch {:?}", terms.batch_id()))
		})?;
		let policy = policy(terms.network)?;
		let facts = self.facts(terms.network)?;
		Ok(judge_chunks(RULES, &context, &policy, &facts, terms, &chunks))
	}

	/// What the chain should know of the fleet's devices in a network.
	fn facts(&self, network: NetworkId) -> Result<BTreeMap<DeviceId, DeviceFacts>> {
		let members = self.devices.iter().filter(|device| device.joined() == network);
		let facts = members.map(|device| {
			let (place, data_set) = device.stands_and_stores()?;
			let facts = DeviceFacts {
				key: device.pair.public(),
				aggregator: self.aggregator_of(device),
				cut: CUT,
				// Nothing depends on these two: the preset's ramp is 0, and a kilometre apart never more
				// than the four that are wanted stand in a cell.
				since: 0,
				occupied: 1,
				place,
				data_set,
			};
			Ok((device.id(), facts))
		});
		facts.collect()
	}

	/// Who a device has chosen to carry its reports.
	fn aggregator_of(&self, device: &Device) -> AccountId32 {
		match device.manner {
			Manner::OtherAggregator => account(&device.owner),
			_ => account(&self.aggregator),
		}
	}

	/// What the chunk's devices should get: from scores and the preset's constants alone.
	fn note(&mut self, chunk: &JudgedChunk, rates: &Rates) {
		for leaf in &chunk.leaves {
			let Some(device) = self.devices.iter_mut().find(|device| device.id() == leaf.device)
			else {
				continue;
			};
			device.reports += 1;
			device.score += u64::from(leaf.score);
			if let Some(fault) = leaf.fault {
				*device.faults.entry(fault.explanation()).or_default() += 1;
			}
			device.expected += rates.payment(leaf).owner;
		}
	}

	/// Writes the report card's rows, faults as `explanation: times`.
	fn write_csv(&self, path: &Path, rows: &[serde_json::Value]) -> Result<()> {
		const COLUMNS: [&str; 9] =
			["device", "id", "kind", "manner", "reports", "score", "faults", "paid", "expected"];
		let mut file = csv::Writer::from_path(path)?;
		file.write_record(COLUMNS)?;
		for row in rows {
			file.write_record(COLUMNS.map(|column| match &row[column] {
				serde_json::Value::String(text) => text.clone(),
				serde_json::Value::Object(map) => {
					let parts: Vec<_> =
						map.iter().map(|(key, value)| format!("{key}: {value}")).collect();
					parts.join("; ")
				}
				other => other.to_string(),
			}))?;
		}
		file.flush()?;
		self.say(&format!("written to {}", path.display()));
		Ok(())
	}

	/// Compares what was paid with what should have been.
	async fn report_card(&self) -> Result<()> {
		let mut table = Table::new();
		table
			.load_preset(UTF8_FULL_CONDENSED)
			.set_header(["device", "kind", "manner", "reports", "score", "faults", "paid"]);
		let mut rows = Vec::new();
		let mut wrong = Vec::new();
		for device in &self.devices {
			let paid =
				self.chain.balance(&account(&device.owner)).await?.saturating_sub(device.before);
			let kind = if device.network == STORAGE { "storage" } else { "coverage" };
			let faults: Vec<_> =
				device.faults.iter().map(|(fault, times)| format!("{times} × {fault}")).collect();
			let right = match device.manner.fault() {
				None => paid == device.expected && paid > 0 && faults.is_empty(),
				Some(fault) => paid == 0 && device.faults.keys().eq([&fault.explanation()]),
			};
			if !right {
				wrong.push(format!(
					"{}, {}: got {}, should have got {}; found: {}",
					device.name,
					device.manner.name(),
					tokens(paid),
					tokens(device.expected),
					faults.join(", ")
				));
			}
			table.add_row([
				device.name.clone(),
				kind.into(),
				device.manner.name().into(),
				device.reports.to_string(),
				device.score.to_string(),
				faults.join(", "),
				tokens(paid),
			]);
			rows.push(serde_json::json!({
				"device": device.name,
				"id": format!("{:?}", device.id()),
				"kind": kind,
				"manner": device.manner.name(),
				"reports": device.reports,
				"score": device.score,
				"faults": device.faults,
				"paid": paid.to_string(),
				"expected": device.expected.to_string(),
			}));
		}
		self.output.result(&serde_json::json!(rows), &table);
		if let Some(path) = &self.csv {
			self.write_csv(path, &rows).with_context(|| path.display().to_string())?;
		}
		if wrong.is_empty() {
			self.say(
				"every honest device got exactly what the published bodies say, and no other got anything",
			);
			return Ok(());
		}
		bail!(Failure::Mismatch(format!("not paid as recomputed:\n{}", wrong.join("\n"))))
	}
}
