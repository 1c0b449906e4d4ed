//! The aggregator: takes devices' reports over HTTP, publishes them, commits to them, and claims.
//!
//! Everything that must not happen twice is on disk before it happens: a report before it is
//! acknowledged, a batch with its signed bodies before they are published. So a restart goes on where
//! it stopped.

use std::{
	collections::{BTreeMap, BTreeSet},
	net::SocketAddr,
	path::PathBuf,
	sync::{Arc, Mutex, MutexGuard, PoisonError},
	time::Duration,
};

use anyhow::{bail, Context, Result};
use sp_core::{crypto::Ss58Codec, sr25519, Pair};
use substation_primitives::{
	epoch::Parameters, AccountId32, BatchId, DeviceId, EpochIndex, NetworkId, ReportKey, H256,
};
use substation_proofs::work_of;
use substation_sdk::{
	amount::tokens,
	archive::Archive,
	chain::{account, Chain, Store, NODE},
	failure::{told, Failure},
	identity::parse_id,
	keys,
};
use subxt::tx::Payload;
use subxt_signer::sr25519::Keypair;
use tokio::sync::Semaphore;

use super::{
	boards::Boards,
	door::{serve, stopped, Bounds},
	intake::{allowance_is_short, bytes_of_epoch, Intake, JudgedBy, Open, FRAMING},
	said::Said,
	server::router,
};
use crate::{
	bounded,
	commands::signer::SignerOptions,
	connection::{compare_clocks, connect_any, first_clock, node_address},
	output::Output,
};

/// How often the clock is looked at.
pub(super) const TICK: Duration = Duration::from_millis(400);
/// Reports that are judged at a time; others wait for their turn.
const AT_A_TIME: usize = 8;
/// Bytes of the list of devices that are carried, at the most: of some hundred thousand.
const LONGEST_LIST: u64 = 16 << 20;
/// Millionths in a hundredth.
const HUNDREDTH: f64 = 10_000.0;

/// A part of a whole, in hundredths.
fn hundredths(text: &str) -> Result<f64, String> {
	let part: f64 = text.parse().map_err(|_| "not a number".to_string())?;
	match (0.0..=100.0).contains(&part) {
		true => Ok(part),
		false => Err("between 0 and 100 hundredths".into()),
	}
}

/// What `aggregator` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
	/// Where to listen for reports. Put a proxy that speaks TLS before it if devices are elsewhere.
	#[arg(long, default_value = "127.0.0.1:8080")]
	pub listen: SocketAddr,
	/// RPC addresses of nodes. Bodies are handed to all of them, everything else to one that answers.
	#[arg(long = "url", default_value = NODE, value_parser = node_address)]
	pub urls: Vec<String>,
	/// Networks whose reports are taken.
	#[arg(long = "network", required = true)]
	pub networks: Vec<NetworkId>,
	/// Key file of the publisher key (Sr25519, see `init`).
	#[arg(long, value_name = "FILE")]
	pub publisher: PathBuf,
	/// If the account is registered with another publisher key: let this one take its place.
	#[arg(long)]
	pub rotate_publisher: bool,
	/// Where reports, batches and leaves are kept. One daemon alone has it.
	#[arg(long, value_name = "DIR")]
	pub archive: PathBuf,
	/// Ask for so many units of work per epoch. If it is left out, for as many as the account does, or for 5,000 if it
	/// is no aggregator yet.
	#[arg(long)]
	pub quota: Option<u32>,
	/// Ask for so many bytes in nodes' statement stores. Bodies lie there until the freeze, so that an epoch may take
	/// only a part of it. If it is left out, for as many as the account does, or for 8,000,000.
	#[arg(long)]
	pub allowance: Option<u32>,
	/// The least cut that the aggregator works for, in hundredths. A device whose seat says less is refused.
	#[arg(long, value_name = "HUNDREDTHS", default_value_t = 0.0, value_parser = hundredths)]
	pub cut: f64,
	/// A file with the identities of all devices that are carried, one a line; any that chooses this aggregator, if
	/// left out.
	#[arg(long, value_name = "FILE")]
	pub devices: Option<PathBuf>,
	/// The part of the quota that devices of one owner may take, in hundredths. The aggregator's own are not bounded.
	#[arg(long, value_name = "HUNDREDTHS", default_value_t = 25.0, value_parser = hundredths)]
	pub owner_share: f64,
	/// Take reports, publish, commit and claim; without it, say what would be done and take nothing.
	#[arg(long)]
	pub commit: bool,
	#[command(flatten)]
	pub signer: SignerOptions,
}

/// What an account asks for that is no aggregator yet: units of work per epoch.
const QUOTA: u32 = 5_000;
/// And bytes in nodes' statement stores.
const ALLOWANCE: u32 = 8_000_000;

/// Whom the aggregator works for.
pub(super) struct Conditions {
	/// The least cut, in millionths.
	pub(super) cut: u32,
	/// Devices that are carried; all if nothing is said.
	pub(super) devices: Option<BTreeSet<DeviceId>>,
	/// The part of the quota that one owner's devices may take, in millionths.
	share: u32,
}

impl Conditions {
	fn of(options: &Options) -> Result<Self> {
		let devices = options.devices.as_deref().map(|path| {
			let remedy = "name the devices that are carried now, and no others";
			let text = bounded::read(path, LONGEST_LIST, remedy)?;
			identities(&String::from_utf8_lossy(&text))
				.with_context(|| format!("{}", path.display()))
		});
		Ok(Self {
			cut: (options.cut * HUNDREDTH).round() as u32,
			devices: devices.transpose()?,
			share: (options.owner_share * HUNDREDTH).round() as u32,
		})
	}

	/// Why a device with this cut is not carried, if it is not.
	pub(super) fn refusal(&self, device: &DeviceId, cut: u32) -> Option<String> {
		if self.devices.as_ref().is_some_and(|devices| !devices.contains(device)) {
			return Some(
				"this aggregator has not agreed to carry the device: ask who runs it, or choose another".into(),
			);
		}
		let in_hundredths = |cut: u32| f64::from(cut) / HUNDREDTH;
		(cut < self.cut).then(|| {
			format!(
				"this aggregator works for a cut of {} hundredths or more, and the device's seat says {}: register \
				 with --cut {}",
				in_hundredths(self.cut),
				in_hundredths(cut),
				in_hundredths(self.cut)
			)
		})
	}

	/// What devices of one owner may take of a quota.
	fn share_of(&self, quota: u32) -> u32 {
		(u64::from(quota) * u64::from(self.share) / 1_000_000) as u32
	}
}

/// Identities, one a line; lines that begin with `#` are for people.
fn identities(text: &str) -> Result<BTreeSet<DeviceId>> {
	let lines = text.lines().map(str::trim);
	lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(parse_id).collect()
}

/// Why an aggregator asks for capacity.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Ask {
	/// It asks for something else than it does.
	Other,
	/// Rent was taken from its bond.
	FillUp,
}

impl Ask {
	/// Why one asks that has `asked` for so much and wants so much, and whose bond is `short`. A bond is filled up if it `is_said` what is
	/// wanted.
	fn of(
		asked: Option<(u32, u32)>,
		wanted: (u32, u32),
		short: u128,
		is_said: bool,
	) -> Option<Self> {
		if asked != Some(wanted) {
			return Some(Self::Other);
		}
		(is_said && short > 0).then_some(Self::FillUp)
	}
}

/// What is said of a network that is closed; `open` says whether it is not, if it is there at all.
fn is_closed(network: NetworkId, open: Option<bool>) -> Result<Option<String>, Failure> {
	match open {
		Some(true) => Ok(None),
		Some(false) => {
			Ok(Some(format!("network {network} is closed: it takes reports once it is opened")))
		}
		None => {
			Err(Failure::NotFound(format!("there is no network {network}: name one that is there")))
		}
	}
}

/// A running aggregator.
pub struct Aggregator {
	pub(super) chain: Chain,
	/// Where bodies are published.
	pub(super) stores: Vec<Store>,
	pub(super) networks: BTreeSet<NetworkId>,
	pub(super) signer: Keypair,
	pub(super) publisher: sr25519::Pair,
	pub(super) archive: Archive,
	pub(super) conditions: Conditions,
	pub(super) commit: bool,
	pub(super) output: Output,
	pub(super) turns: Semaphore,
	/// The epoch that reports are taken for, and what is known of it.
	intake: Mutex<Intake>,
	/// What its devices tell the others of their cells.
	boards: Mutex<Boards>,
	/// One report at a time is compared with what is kept.
	pub(super) keeping: tokio::sync::Mutex<()>,
	/// Where the statements lie that are kept.
	pub(super) statements: Mutex<BTreeMap<H256, (EpochIndex, BatchId, usize)>>,
}

impl Aggregator {
	/// Connects, checks what can be checked, and registers the account if it is no aggregator yet and may.
	pub async fn start(options: &Options, output: Output) -> Result<Arc<Self>> {
		let chain = connect_any(&options.urls).await?;
		let (stores, genesis) = (chain.stores(&options.urls), chain.genesis());
		let clock = first_clock(&chain, output).await?;
		compare_clocks(&chain, output).await?;
		for network in &options.networks {
			// What was set in this epoch counts from the one after the next.
			let terms = chain.network_terms(*network, clock.epoch.saturating_add(2)).await?;
			let closed = is_closed(*network, terms.map(|terms| terms.open))?;
			closed.into_iter().for_each(|text| output.say(text));
		}
		let signer = options.signer.keypair_on(&chain).await?;
		let aggregator = Self {
			chain,
			stores,
			networks: options.networks.iter().copied().collect(),
			signer,
			publisher: keys::publisher(&options.publisher)?,
			archive: Archive::open(&options.archive, &genesis)?,
			conditions: Conditions::of(options)?,
			commit: options.commit,
			output,
			turns: Semaphore::new(AT_A_TIME),
			intake: Mutex::default(),
			boards: Mutex::default(),
			keeping: tokio::sync::Mutex::new(()),
			statements: Mutex::default(),
		};
		if let Some(second) = aggregator.chain.second_block().await? {
			aggregator.archive.check_second(&second)?;
		}
		aggregator.register(options, &clock.record.parameters).await?;
		for epoch in aggregator.archive.epochs()? {
			aggregator.index(epoch)?;
		}
		aggregator.say_damaged();
		Ok(Arc::new(aggregator))
	}

	/// The account.
	pub fn account(&self) -> AccountId32 {
		account(&self.signer)
	}

	async fn register(&self, options: &Options, parameters: &Parameters) -> Result<()> {
		let key = ReportKey::Sr25519(self.publisher.public());
		let who = self.account().to_ss58check();
		let row = self.chain.aggregator(&self.account()).await?;
		let asked = row.as_ref().map(|row| (row.quota.asked, row.allowance.asked));
		let quota = options.quota.or(asked.map(|asked| asked.0)).unwrap_or(QUOTA);
		let allowance = options.allowance.or(asked.map(|asked| asked.1)).unwrap_or(ALLOWANCE);
		if let Some(short) = allowance_is_short(allowance, parameters) {
			bail!(Failure::Refused(short));
		}
		match row {
			Some(row) if row.publisher.0 == key => {
				let short = match row.leaving {
					None => row.bonded.saturating_sub(row.bond),
					Some(_) => 0,
				};
				let is_said = options.quota.is_some() || options.allowance.is_some();
				let call = self.chain.capacity_call(quota, allowance);
				match Ask::of(asked, (quota, allowance), short, is_said) {
					Some(Ask::Other) => {
						let what = format!(
							"ask for {quota} units of work per epoch and {allowance} bytes for {who}"
						);
						self.write(&what, &call).await
					}
					Some(Ask::FillUp) => {
						let what = format!("fill the bond of {who} up by {}", tokens(short));
						// What it has serves until less than half of the bond is left.
						if let Err(error) = self.write(&what, &call).await {
							self.output.say(format!(
								"warning: the bond is not filled up: {}",
								told(&error)
							));
						}
						Ok(())
					}
					None => Ok(()),
				}
			}
			Some(_) if options.rotate_publisher => {
				let call = self.chain.rotation_call(&self.signer, &self.publisher);
				let what = format!("let another publisher key sign for {who}");
				self.write(&what, &call).await
			}
			Some(_) => bail!(Failure::Refused(format!(
				"{who} is registered with another publisher key: give that, or say --rotate-publisher"
			))),
			None => {
				let publisher = &self.publisher;
				let call = self.chain.aggregator_call(&self.signer, publisher, quota, allowance);
				let what = format!(
					"register {who} as an aggregator of {quota} units of work per epoch and \
					 {allowance} bytes"
				);
				self.write(&what, &call).await
			}
		}
	}

	/// Sends a call and says so, or says what would come of it.
	async fn write(&self, what: &str, call: &impl Payload) -> Result<()> {
		let written = self.chain.write(what, call, &self.signer, self.commit).await?;
		self.output.written(what, &written);
		Ok(())
	}

	pub(super) fn boards(&self) -> MutexGuard<'_, Boards> {
		self.boards.lock().unwrap_or_else(PoisonError::into_inner)
	}

	pub(super) fn intake(&self) -> MutexGuard<'_, Intake> {
		self.intake.lock().unwrap_or_else(PoisonError::into_inner)
	}

	/// Says what was found damaged and set aside.
	pub(super) fn say_damaged(&self) {
		for path in self.archive.take_damaged() {
			self.output.say(format!(
				"warning: a file was damaged, and is set aside as {}: all else goes on without it",
				path.display()
			));
		}
	}

	/// Remembers where the statements of an epoch lie.
	pub(super) fn index(&self, epoch: EpochIndex) -> Result<()> {
		let kept = self.archive.statements(epoch)?;
		let mut statements = self.statements.lock().unwrap_or_else(PoisonError::into_inner);
		statements
			.extend(kept.into_iter().map(|(hash, batch, number)| (hash, (epoch, batch, number))));
		Ok(())
	}

	/// Reads what the present epoch's reports are judged by, once its entropy is final. Never goes
	/// back: a fork may show an epoch again whose batches are packed.
	async fn follow(&self, epoch: EpochIndex) -> Result<()> {
		let (known, boards): (BTreeSet<NetworkId>, BTreeSet<NetworkId>) = {
			let mut intake = self.intake();
			if intake.epoch > epoch {
				return Ok(());
			}
			if intake.epoch < epoch {
				*intake = Intake { epoch, ..Default::default() };
			}
			(intake.networks.keys().copied().collect(), intake.boards.keys().copied().collect())
		};
		for network in self.networks.difference(&boards) {
			let terms = self.chain.network_terms(*network, epoch).await?;
			let mut intake = self.intake();
			if intake.epoch == epoch && terms.is_some_and(|terms| terms.open) {
				intake.boards.insert(*network, None);
			}
		}
		for network in self.networks.difference(&known) {
			let Some(policy) = self.chain.open_policy(*network, epoch).await? else { continue };
			let judged_by = self.chain.judged_by(*network, epoch, &self.account()).await?;
			let Some((rules, context)) = judged_by else { continue };
			let row = self.chain.aggregator(&self.account()).await?;
			let clock = self.chain.clock().await?;
			// What was taken before a restart.
			let kept = self.archive.reports(*network, epoch)?;
			let taken = kept
				.iter()
				.map(|(device, report)| (*device, (work_of(&policy, report), report.len())))
				.collect();
			let mut intake = self.intake();
			if intake.epoch == epoch {
				intake.bytes +=
					kept.values().map(|report| report.len() as u64 + FRAMING).sum::<u64>();
				intake.open(*network, Open::new(JudgedBy { rules, context, policy }, taken));
				let (quota, allowance) =
					row.map_or((0, 0), |row| (row.quota.granted, row.allowance.granted));
				(intake.quota, intake.least) = (quota, clock.least_quota);
				intake.share = self.conditions.share_of(quota);
				intake.allowance = bytes_of_epoch(allowance, &clock.record.parameters);
				drop(intake);
				match self.commit {
					true => self.output.say(format!(
						"network {network}: takes reports for epoch {epoch}, {quota} units"
					)),
					false => self.output.say(format!(
						"network {network}: would take reports for epoch {epoch}: say --commit to do it"
					)),
				}
			}
		}
		Ok(())
	}

	/// Takes reports and publishes them. What fails is said and tried again. Claiming waits for finality, and so goes
	/// on beside it, as reading whose reports are taken does. Ends if the chain begins anew.
	pub async fn run(self: Arc<Self>) -> Result<()> {
		tokio::try_join!(self.gather(), self.collect(), self.enlist())?;
		Ok(())
	}

	async fn gather(&self) -> Result<()> {
		let mut sent = BTreeMap::new();
		let mut shown = (0, 0);
		let mut said = Said::new(self.output);
		loop {
			tokio::time::sleep(TICK).await;
			self.chain.is_the_same()?;
			self.say_damaged();
			let clock = match self.chain.best_clock().await {
				Ok(clock) => clock,
				Err(error) => {
					said.say(format!("{error:#}"));
					continue;
				}
			};
			said.over();
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
}

/// Runs an aggregator until it is stopped, or the chain begins anew.
pub async fn run(options: &Options, output: Output) -> Result<()> {
	let aggregator = Aggregator::start(options, output).await?;
	let listener = tokio::net::TcpListener::bind(options.listen)
		.await
		.with_context(|| format!("{} cannot be listened on", options.listen))?;
	let (who, address) = (aggregator.account().to_ss58check(), listener.local_addr()?);
	match options.commit {
		true => output.say(format!("{who} takes reports at http://{address}/v1/reports")),
		false => output.say(format!(
			"{who} takes nothing: this is tried out. Say --commit to take reports at http://{address}/v1/reports"
		)),
	}
	let mut worker = tokio::spawn(aggregator.clone().run());
	let routes = router(aggregator);
	tokio::select! {
		() = serve(listener, routes, Bounds::default(), stopped()) => {
			worker.abort();
			Ok(())
		}
		ended = &mut worker => ended?,
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn device(number: u8) -> DeviceId {
		DeviceId::repeat_byte(number)
	}

	#[test]
	fn a_seat_below_the_cut_is_refused_with_the_cut() {
		let conditions = Conditions { cut: 50_000, devices: None, share: 1_000_000 };

		assert_eq!(conditions.refusal(&device(1), 50_000), None);
		let refusal = conditions.refusal(&device(1), 0).unwrap();
		assert!(refusal.contains("--cut 5"), "{refusal}");
	}

	#[test]
	fn a_device_that_is_not_listed_is_refused() {
		let listed = identities(&format!("# two\n\n{:?}\n {:?} \n", device(1), device(2))).unwrap();
		assert_eq!(listed.len(), 2);
		let conditions = Conditions { cut: 0, devices: Some(listed), share: 1_000_000 };

		assert_eq!(conditions.refusal(&device(2), 0), None);
		assert!(conditions.refusal(&device(3), 0).is_some());
		assert!(identities("0x12").is_err());
	}

	#[test]
	fn a_network_that_is_not_there_ends_it_as_what_is_not_found() {
		assert_eq!(is_closed(1, Some(true)), Ok(None));
		assert!(is_closed(1, Some(false)).unwrap().unwrap().contains("once it is opened"));
		let error = is_closed(999, None).unwrap_err();
		assert_eq!(error.code(), 4);
		assert!(error.to_string().contains("no network 999"), "{error}");
	}

	#[test]
	fn a_bond_that_rent_was_taken_from_is_filled_up_by_who_says_what_is_wanted() {
		let asked = Some((5_000, 8_000_000));
		let why = |wanted, short, is_said| Ask::of(asked, wanted, short, is_said);
		assert_eq!(why((5_000, 8_000_000), 0, true), None);
		assert_eq!(why((5_000, 8_000_000), 1, true), Some(Ask::FillUp));
		assert_eq!(why((5_000, 8_000_000), 1, false), None);
		assert_eq!(why((5_001, 8_000_000), 1, true), Some(Ask::Other));
		assert_eq!(why((5_000, 8_000_001), 0, true), Some(Ask::Other));
		assert_eq!(Ask::of(None, (1, 1), 0, false), Some(Ask::Other));
	}

	#[test]
	fn an_owners_share_is_a_part_of_the_quota() {
		let conditions = Conditions { cut: 0, devices: None, share: 250_000 };
		assert_eq!(conditions.share_of(5_000), 1_250);
		assert_eq!(conditions.share_of(u32::MAX), u32::MAX / 4);

		assert_eq!(hundredths("2.5"), Ok(2.5));
		for wrong in ["-1", "101", "NaN", "x"] {
			assert!(hundredths(wrong).is_err(), "{wrong}");
		}
	}
}
