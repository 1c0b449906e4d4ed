//! Hosts that carry traffic, and their payer: it bills what it owes them, one of them less than it was promised, and then it is gone.

use std::{fs, path::Path, time::Duration};

use anyhow::{ensure, Context, Result};
use substation_primitives::{DeviceId, EpochIndex};
use substation_sdk::{
	chain::{account, Chain},
	keys,
	register::{register_all, Registration},
};
use substation_zombienet_tests::{
	agent::{Agent, Daemon},
	field::{reach, signer, BANDWIDTH, CUT},
	free_port, until, Network,
};

/// Accounts that have to be endowed.
pub const ACCOUNTS: [&str; 3] = ["hosts", "harbour", "payer"];

const OWNER: &str = "//test//hosts";
const HARBOUR: &str = "//test//harbour";
const PAYER: &str = "//test//payer";
/// The feeders of a development chain.
const FEEDERS: [&str; 3] = ["//Charlie//stash", "//Dave//stash", "//Eve//stash"];
/// Epochs of which one has to go as it should.
const TRIES: EpochIndex = 4;
/// What each host is billed, in credits, of a thousand tokens' worth. The last was promised twice as much.
const BILLED: [u128; 4] = [49_750_000, 24_875_000, 12_437_500, 12_437_500];
/// Their scores: five hundredths of what was burned stay burned, and twelve tokens and a half of that are a full score.
const SCORES: [u64; 4] = [1_000_000, 1_000_000, 500_000, 500_000];

/// A host, and the folder in which its payer's files are.
struct Host {
	device: DeviceId,
	key: String,
	folder: String,
}

/// Plays two epochs: one in which the payer bills, and one in which it does not.
pub async fn run(network: &Network) -> Result<()> {
	let folder = tempfile::tempdir()?;
	let result = play(network, folder.path()).await;
	if result.is_err() {
		for log in ["host-0.log", "host-3.log", "harbour.log"] {
			let text = fs::read_to_string(folder.path().join(log)).unwrap_or_default();
			eprintln!("--- {log} ---\n{text}");
		}
	}
	result
}

async fn play(network: &Network, folder: &Path) -> Result<()> {
	let url = network.nodes[2].url.clone();
	let chain = Chain::connect(&url).await?;
	let agent = Agent { folder: folder.into(), url };
	let _feeders: Vec<Daemon> = FEEDERS
		.iter()
		.enumerate()
		.map(|(number, feeder)| {
			let feed = ["feed", "--command", "echo 0.1", "--every", "2", "--commit", "--url"];
			let log = format!("feeder-{number}.log");
			agent.start(feeder, &log, &[&feed[..], &[&agent.url]].concat())
		})
		.collect::<Result<_>>()?;
	let (publisher, archive) = (agent.path("publisher.key"), agent.path("harbour"));
	agent.json(HARBOUR, &["init", &publisher, "--scheme", "sr25519", "--json"]).await?;
	let (listen, carried) = (format!("127.0.0.1:{}", free_port()?), BANDWIDTH.to_string());
	let gather = [
		&["aggregator", "--network", &carried, "--publisher", &publisher, "--archive", &archive][..],
		&["--listen", &listen, "--url", &agent.url, "--owner-share", "100", "--commit"],
	];
	let _harbour = agent.start(HARBOUR, "harbour.log", &gather.concat())?;
	let harbour = account(&signer("harbour"));
	until(Duration::from_secs(90), "the aggregator is registered", || async {
		Ok(chain.aggregator(&harbour).await?.is_some())
	})
	.await?;
	let hosts = register(&chain, &agent).await?;
	let first = chain.clock().await?.epoch + 3;
	let _daemons: Vec<Daemon> = hosts
		.iter()
		.enumerate()
		.map(|(number, host)| {
			let archive = agent.path(&format!("archive-{number}"));
			let arguments = [
				&["device", "--key", &host.key, "--network", &carried, "--archive", &archive][..],
				&["--bills", &host.folder, "--aggregator", &format!("http://{listen}")],
				&["--url", &agent.url, "--commit"],
			];
			agent.start(OWNER, &format!("host-{number}.log"), &arguments.concat())
		})
		.collect::<Result<_>>()?;
	until(Duration::from_secs(120), "credits have a price", || async {
		Ok(chain.price().await?.is_ok_and(|quote| quote.fresh == 3))
	})
	.await?;
	let buy = ["credits", "buy", "--tokens", "4004", "--commit", "--url", &agent.url, "--json"];
	agent.json(PAYER, &buy).await?;

	let signed = |epoch: EpochIndex| {
		(0..hosts.len()).all(|number| {
			let log = fs::read_to_string(agent.path(&format!("host-{number}.log")));
			let said = format!("epoch {epoch}: the aggregator has signed for the report");
			log.unwrap_or_default().contains(&said)
		})
	};
	// On a busy machine a report may be late.
	let mut billed = None;
	for epoch in first..first + TRIES {
		reach(&chain, epoch, 1).await?;
		let of = bill(&agent, &hosts).await?;
		reach(&chain, of + 1, 1).await?;
		if signed(of) {
			billed = Some(of);
			break;
		}
	}
	let first = billed.context("in some epoch all hosts report what was billed")?;
	let second = first + 1;
	reach(&chain, second + 1, 1).await?;
	let freeze = chain.clock().await?.record.parameters.freeze_of(second);
	reach(&chain, freeze, 1).await?;
	for (host, score) in hosts.iter().zip(SCORES) {
		until(Duration::from_secs(90), &format!("{:?} is paid", host.device), || async {
			chain.is_paid(BANDWIDTH, host.device, first).await
		})
		.await?;
		let (device, epoch) = (format!("{:?}", host.device), first.to_string());
		let why = ["why", &device, &epoch, "--url", &agent.url, "--json"];
		let why = agent.json(OWNER, &why).await?;
		// A leaf's part of what was burned is rounded down.
		let paid = why[0]["score"].as_u64().context("a score")?;
		ensure!((score - 1..=score).contains(&paid), "{why}");
		ensure!(why[0]["bills"][0]["rejected"].is_null(), "{why}");
		ensure!(!chain.is_paid(BANDWIDTH, host.device, second).await?, "nobody has billed for it");
	}
	let log = fs::read_to_string(agent.path("host-0.log"))?;
	ensure!(log.contains("is not what the payer has billed"), "{log}");
	ensure!(log.contains(&format!("epoch {second}: 0 payers have billed so far")), "{log}");
	Ok(())
}

/// The payer bills all hosts, and hands on to each what it collects by. The first has a file, too, in which somebody has written more.
async fn bill(agent: &Agent, hosts: &[Host]) -> Result<EpochIndex> {
	let lines = hosts.iter().zip(BILLED).map(|(host, credits)| {
		format!("{:?},{},{},600,{credits}\n", host.device, 700_000_000, 40_000_000)
	});
	let table = agent.path("table.csv");
	fs::write(&table, format!("device,down,up,seconds,credits\n{}", lines.collect::<String>()))?;
	let (paths, network) = (agent.path("paths"), BANDWIDTH.to_string());
	let post = ["market", "bill", &network, &table, "--paths", &paths, "--commit", "--json"];
	let billed = agent.json(PAYER, &[&post[..], &["--url", &agent.url]].concat()).await?;
	ensure!(billed["hosts"] == 4, "{billed}");
	let epoch = billed["epoch"].to_string();
	for (number, host) in hosts.iter().enumerate() {
		let name = format!("{number}-{:?}.json", host.device);
		let owed = fs::read_to_string(Path::new(&paths).join(&epoch).join(&name))?;
		let own = Path::new(&host.folder).join(&epoch);
		fs::create_dir_all(&own)?;
		fs::write(own.join(&name), &owed)?;
		if number == 0 {
			let credits = BILLED[0].to_string();
			let raised = owed.replace(&credits, &(BILLED[0] * 2).to_string());
			fs::write(own.join("raised.json"), raised)?;
		}
	}
	Ok(epoch.parse()?)
}

async fn register(chain: &Chain, agent: &Agent) -> Result<Vec<Host>> {
	let (mut hosts, mut pairs) = (Vec::new(), Vec::new());
	for number in 0..BILLED.len() {
		let key = agent.path(&format!("host-{number}.key"));
		agent.json(OWNER, &["init", &key, "--json"]).await?;
		let pair = keys::load(Path::new(&key))?;
		let folder = agent.path(&format!("bills-{number}"));
		fs::create_dir_all(&folder)?;
		hosts.push(Host { device: pair.device_id(), key, folder });
		pairs.push(pair);
	}
	let registrations: Vec<_> = pairs
		.iter()
		.map(|pair| Registration {
			pair,
			network: BANDWIDTH,
			aggregator: account(&signer("harbour")),
			cut: CUT,
			place: None,
			data_set: None,
			voucher: None,
		})
		.collect();
	register_all(chain, &signer("hosts"), &registrations, &substation_sdk::progress::Quiet).await?;
	Ok(hosts)
}
