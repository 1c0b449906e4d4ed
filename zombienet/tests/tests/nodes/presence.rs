//! Sixteen machines that call each other, each a daemon of its own; three are down by turns. Who was up, and enough of whose callers were, is
//! paid, and nobody else.

use std::{collections::BTreeMap, path::Path, time::Duration};

use anyhow::{ensure, Context, Result};
use substation_primitives::{
	did::{Description, Service, ServiceKind},
	DeviceId, EpochIndex,
};
use substation_proofs::{author::DevicePair, known::Known, KindPolicy};
use substation_sdk::{
	chain::{account, Chain},
	describe::describe,
	keys,
	presence::callers,
	register::{register_all, Registration},
};
use substation_zombienet_tests::{
	agent::{Agent, Daemon},
	field::{reach, reach_slot, signer, CUT, PRESENCE},
	free_port, until, Network,
};

/// Machines.
const MACHINES: usize = 16;
/// Those of them that are down in an epoch.
const DOWN: usize = 3;
/// Slots of an epoch after which machines go down and up, for the next one: all reports of this one are handed over.
const TURN: u64 = 18;

/// Accounts that have to be endowed.
pub const ACCOUNTS: [&str; 2] = ["presence", "carrier"];

const OWNER: &str = "//test//presence";
const CARRIER: &str = "//test//carrier";

/// A machine, and where it is reached.
struct Machine {
	device: DeviceId,
	key: String,
	listen: String,
	daemon: Option<Daemon>,
}

/// What daemons are started with.
struct Field<'a> {
	agent: &'a Agent,
	aggregator: String,
}

impl Field<'_> {
	fn start(&self, number: usize, machine: &mut Machine) -> Result<()> {
		let network = PRESENCE.to_string();
		let archive = self.agent.path(&format!("archive-{number}"));
		let arguments = [
			&["device", "--key", &machine.key, "--network", &network, "--listen", &machine.listen]
				[..],
			&["--aggregator", &self.aggregator, "--archive", &archive, "--url", &self.agent.url],
			&["--commit"],
		];
		let log = format!("machine-{number}.log");
		machine.daemon = Some(self.agent.start(OWNER, &log, &arguments.concat())?);
		Ok(())
	}

	/// Waits until a machine has handed its report over, or has none, for as long as the epoch lasts: where all are busy it is late.
	async fn handed_over(&self, chain: &Chain, number: usize, epoch: EpochIndex) -> Result<()> {
		let log = self.agent.path(&format!("machine-{number}.log"));
		let said = ["the aggregator has signed for the report", "judges would find"]
			.map(|words| format!("epoch {epoch}: {words}"));
		loop {
			let text = std::fs::read_to_string(&log).unwrap_or_default();
			let is_over = said.iter().any(|words| text.contains(words));
			if is_over || chain.best_clock().await?.epoch > epoch {
				return Ok(());
			}
			tokio::time::sleep(Duration::from_millis(200)).await;
		}
	}
}

/// Machines that are down in the `turn`-th epoch.
fn down(turn: usize) -> [usize; DOWN] {
	std::array::from_fn(|number| (turn * DOWN + number) % MACHINES)
}

/// Plays so many epochs.
pub async fn run(network: &Network, epochs: u32) -> Result<()> {
	let folder = tempfile::tempdir()?;
	let result = play(network, folder.path(), epochs).await;
	if result.is_err() {
		for number in [0, 3, 15] {
			let log = folder.path().join(format!("machine-{number}.log"));
			eprintln!(
				"--- machine {number} ---\n{}",
				std::fs::read_to_string(log).unwrap_or_default()
			);
		}
		let log = folder.path().join("aggregator.log");
		eprintln!("--- aggregator ---\n{}", std::fs::read_to_string(log).unwrap_or_default());
	}
	result
}

async fn play(network: &Network, folder: &Path, epochs: u32) -> Result<()> {
	let url = network.nodes[0].url.clone();
	let chain = Chain::connect(&url).await?;
	let agent = Agent { folder: folder.into(), url };
	let publisher = agent.path("publisher.key");
	agent.json(CARRIER, &["init", &publisher, "--scheme", "sr25519", "--json"]).await?;
	let (listen, archive) = (format!("127.0.0.1:{}", free_port()?), agent.path("aggregator"));
	let carried = PRESENCE.to_string();
	let gather = [
		&["aggregator", "--network", &carried, "--publisher", &publisher, "--archive", &archive][..],
		&["--listen", &listen, "--url", &agent.url, "--owner-share", "100", "--commit"],
	];
	let _aggregator = agent.start(CARRIER, "aggregator.log", &gather.concat())?;
	let carrier = account(&signer("carrier"));
	until(Duration::from_secs(90), "the aggregator is registered", || async {
		Ok(chain.aggregator(&carrier).await?.is_some())
	})
	.await?;

	let field = Field { agent: &agent, aggregator: format!("http://{listen}") };
	let mut machines = register(&chain, &agent).await?;
	let epoch = chain.clock().await?.epoch;
	for (number, machine) in machines.iter_mut().enumerate() {
		field.start(number, machine)?;
	}
	// The first epoch in which all are members, and known to be reached where they are.
	let first = epoch + 3;
	for turn in 0..epochs {
		let now = first + turn;
		reach_slot(&chain, now - 1, TURN).await?;
		let down = down(turn as usize);
		for (number, machine) in machines.iter_mut().enumerate() {
			if !down.contains(&number) && machine.daemon.is_none() {
				field.start(number, machine)?;
			}
		}
		for number in down {
			field.handed_over(&chain, number, now - 1).await?;
			machines[number].daemon = None;
		}
	}
	reach_slot(&chain, first + epochs - 1, TURN).await?;

	// Who should have been heard by enough, by the lots of those epochs.
	let mut expected = BTreeMap::new();
	for turn in 0..epochs {
		let was_up = |device: &DeviceId| {
			let number = machines.iter().position(|machine| machine.device == *device);
			number.is_some_and(|number| !down(turn as usize).contains(&number))
		};
		for machine in &machines {
			let called = called(&chain, first + turn, &machine.device).await?;
			ensure!(called.len() == 4, "{} call {:?}", called.len(), machine.device);
			let heard = called.iter().filter(|caller| was_up(caller)).count();
			expected.insert((first + turn, machine.device), was_up(&machine.device) && heard >= 2);
		}
	}
	let last = first + epochs - 1;
	let freeze = chain.clock().await?.record.parameters.freeze_of(last);
	reach(&chain, freeze, 1).await?;
	let paid = expected.iter().filter(|(_, paid)| **paid);
	for ((epoch, device), _) in paid.clone() {
		until(Duration::from_secs(90), &format!("{device:?} is paid for {epoch}"), || async {
			chain.is_paid(PRESENCE, *device, *epoch).await
		})
		.await?;
	}
	for ((epoch, device), paid) in &expected {
		let is_paid = chain.is_paid(PRESENCE, *device, *epoch).await?;
		ensure!(is_paid == *paid, "{device:?} in {epoch}: paid {is_paid}");
	}
	let down: usize = DOWN * epochs as usize;
	ensure!(expected.values().filter(|paid| !**paid).count() >= down, "those that were down");
	let ((epoch, device), _) = paid.clone().next().context("somebody was paid")?;
	told(&agent, *device, *epoch).await
}

/// What the command line says of a machine that was paid.
async fn told(agent: &Agent, device: DeviceId, epoch: EpochIndex) -> Result<()> {
	let (device, epoch) = (format!("{device:?}"), epoch.to_string());
	let why = agent.json(OWNER, &["why", &device, &epoch, "--url", &agent.url, "--json"]).await?;
	ensure!(why[0]["answer"] == "paid" && why[0]["score"] == 1_000_000, "{why}");
	ensure!(why[0]["there"] == 1_000_000, "{why}");
	let answers = why[0]["answers"].as_array().context("answers")?;
	ensure!(answers.len() >= 2 && answers.iter().all(|one| one["rejected"].is_null()), "{why}");
	let shown = agent.json(OWNER, &["describe", &device, "--url", &agent.url, "--json"]).await?;
	ensure!(shown["services"][0]["kind"] == "calls", "{shown}");
	let address = &shown["services"][0]["url"];
	ensure!(shown["document"]["service"][0]["serviceEndpoint"] == *address, "{shown}");
	ensure!(shown["metadata"]["versionId"] == 0, "{shown}");
	let clear = ["describe", &device, "--clear", "--commit", "--url", &agent.url];
	let cleared = agent.run(OWNER, &clear).await?;
	ensure!(cleared.status.success(), "{}", String::from_utf8_lossy(&cleared.stderr));
	let shown = agent.json(OWNER, &["describe", &device, "--url", &agent.url, "--json"]).await?;
	ensure!(shown["services"].as_array().is_some_and(Vec::is_empty), "{shown}");
	Ok(())
}

async fn called(chain: &Chain, epoch: EpochIndex, device: &DeviceId) -> Result<Vec<DeviceId>> {
	let facts = chain.facts(PRESENCE, *device, epoch).await?.context("a member's facts")?;
	let context = chain.report_context(PRESENCE, epoch, &facts.aggregator).await?;
	let policy = chain.policy(PRESENCE, epoch).await?.context("a network that is open")?;
	let KindPolicy::Presence(policy) = policy.kind else { anyhow::bail!("another kind") };
	let (context, mut known) = (context.context("entropy")?, Known::default());
	let called = callers(chain, &context, &policy, &mut known, (device, &facts)).await?;
	Ok(called.into_iter().map(|(device, _)| device).collect())
}

/// Machines with keys in files, registered and reached where they will listen.
async fn register(chain: &Chain, agent: &Agent) -> Result<Vec<Machine>> {
	let owner = signer("presence");
	let mut machines = Vec::new();
	let mut pairs: Vec<DevicePair> = Vec::new();
	for number in 0..MACHINES {
		let key = agent.path(&format!("machine-{number}.key"));
		agent.json(OWNER, &["init", &key, "--json"]).await?;
		let pair = keys::load(Path::new(&key))?;
		let listen = format!("127.0.0.1:{}", free_port()?);
		machines.push(Machine { device: pair.device_id(), key, listen, daemon: None });
		pairs.push(pair);
	}
	let registrations: Vec<_> = pairs
		.iter()
		.map(|pair| Registration {
			pair,
			network: PRESENCE,
			aggregator: account(&signer("carrier")),
			cut: CUT,
			place: None,
			data_set: None,
			voucher: None,
		})
		.collect();
	register_all(chain, &owner, &registrations, &substation_sdk::progress::Quiet).await?;
	// One as people do it, the others as programs do.
	let (first, others) = machines.split_first().context("there are machines")?;
	let (device, says) = (format!("{:?}", first.device), format!("calls=http://{}", first.listen));
	let key = format!("0x{}", "07".repeat(32));
	let set = [
		&["describe", &device, "--service", &says, "--also-known-as", "urn:serial:1"][..],
		&["--agreement-key", &key, "--key", &first.key, "--commit", "--url", &agent.url],
	];
	let said = agent.run(OWNER, &set.concat()).await?;
	ensure!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
	let calls = others
		.iter()
		.map(|machine| {
			let endpoint = format!("http://{}", machine.listen).into_bytes();
			let endpoint = endpoint.try_into().map_err(|_| anyhow::anyhow!("too long"))?;
			let services = vec![Service { kind: ServiceKind::Calls, endpoint }];
			let services = services.try_into().map_err(|_| anyhow::anyhow!("too many"))?;
			let said = Description { services, ..Default::default() };
			Ok(describe(machine.device, &said, None))
		})
		.collect::<Result<Vec<_>>>()?;
	chain.submit_all(&calls, &owner).await?;
	Ok(machines)
}
