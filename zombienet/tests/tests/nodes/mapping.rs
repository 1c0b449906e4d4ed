//! Two who drive through the same street in every epoch: a recorder that writes while it drives, and one that comes with a file from elsewhere. The street
//! is paid, marked, and worth nothing for a while.

use std::{
	fs,
	io::Write as _,
	path::Path,
	time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::{ensure, Context, Result};
use substation_agent::rides::Ride;
use substation_primitives::{DeviceId, EpochIndex};
use substation_proofs::{author::Position, geo::Point};
use substation_sdk::{
	chain::{account, Chain},
	keys,
	register::{place, register_all, Registration},
};
use substation_zombienet_tests::{
	agent::{Agent, Daemon},
	field::{reach, recording, signer, CUT, MAPPING},
	free_port, until, Network,
};
use tokio::task::JoinHandle;

/// Accounts that have to be endowed.
pub const ACCOUNTS: [&str; 3] = ["driver", "map", "marker"];

const OWNER: &str = "//test//driver";
const CARRIER: &str = "//test//map";
const MARKER: &str = "//test//marker";
/// How often the recorder writes where it is.
const EVERY: Duration = Duration::from_secs(4);
/// Seconds after which it turns, and drives the same street back.
const LAP: u64 = 40;
/// Epochs of which one has to go as it should.
const TRIES: EpochIndex = 4;

/// Plays until a street was paid, was marked, and is worth nothing any more.
pub async fn run(network: &Network) -> Result<()> {
	let folder = tempfile::tempdir()?;
	let result = play(network, folder.path()).await;
	if result.is_err() {
		for log in ["driver.log", "map.log"] {
			let text = fs::read_to_string(folder.path().join(log)).unwrap_or_default();
			eprintln!("--- {log} ---\n{text}");
		}
	}
	result
}

/// Some minutes of a ride through a town, by the second: as somebody has ridden it, or made up where no recording is at hand.
fn street() -> Result<Vec<Position>> {
	if let Some(folder) = recording("gps") {
		let ride = Ride::read(&folder.join("lyon_bike_24_July.gpx"))?.positions;
		let begins = ride.first().context("a ride")?.at;
		// Where the rider was under way.
		let under_way =
			|position: &&Position| (900_000..1_200_000).contains(&(position.at - begins));
		return Ok(ride.iter().filter(under_way).copied().collect());
	}
	// Some six metres a second, along a way that bends.
	let point = |number: i32| Point {
		latitude: 457_500_000 + number * 2_400 + number % 3 * 400,
		longitude: 48_500_000 + number % 5 * 700,
	};
	Ok((0..60).map(|number| Position { at: number as u64 * 5_000, point: point(number) }).collect())
}

/// Writes where it is, as loggers do, up and down the same street.
fn drive(file: std::path::PathBuf, street: Vec<Position>) -> JoinHandle<Result<()>> {
	tokio::spawn(async move {
		let mut log = fs::File::options().create(true).append(true).open(&file)?;
		writeln!(log, "Timestamp,Latitude,Longitude")?;
		let begins = street.first().context("a street")?.at;
		loop {
			let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
			let part = now.as_secs() % (2 * LAP);
			let since = part.min(2 * LAP - part) * 1_000;
			let here = street.iter().rev().find(|position| position.at - begins <= since);
			if let Some(Position { point, .. }) = here {
				let degrees = |units: i32| f64::from(units) / 1e7;
				let (latitude, longitude) = (degrees(point.latitude), degrees(point.longitude));
				writeln!(log, "{},{latitude:.7},{longitude:.7}", now.as_secs())?;
			}
			tokio::time::sleep(EVERY).await;
		}
	})
}

async fn play(network: &Network, folder: &Path) -> Result<()> {
	let url = network.nodes[3].url.clone();
	let chain = Chain::connect(&url).await?;
	let agent = Agent { folder: folder.into(), url };
	let street = street()?;
	let home = street.first().context("a street")?.point;
	let rides = agent.path("rides");
	fs::create_dir_all(&rides)?;
	let driving = drive(Path::new(&rides).join("today.csv"), street);

	let (publisher, archive) = (agent.path("publisher.key"), agent.path("map"));
	agent.json(CARRIER, &["init", &publisher, "--scheme", "sr25519", "--json"]).await?;
	let (listen, carried) = (format!("127.0.0.1:{}", free_port()?), MAPPING.to_string());
	let gather = [
		&["aggregator", "--network", &carried, "--publisher", &publisher, "--archive", &archive][..],
		&["--listen", &listen, "--url", &agent.url, "--owner-share", "100", "--commit"],
	];
	let _aggregator = agent.start(CARRIER, "map.log", &gather.concat())?;
	until(Duration::from_secs(90), "the aggregator is registered", || async {
		Ok(chain.aggregator(&account(&signer("map"))).await?.is_some())
	})
	.await?;
	let key = agent.path("camera.key");
	agent.json(OWNER, &["init", &key, "--json"]).await?;
	let pair = keys::load(Path::new(&key))?;
	let device = pair.device_id();
	let degrees = |units: i32| f64::from(units) / 1e7;
	let registration = Registration {
		pair: &pair,
		network: MAPPING,
		aggregator: account(&signer("map")),
		cut: CUT,
		place: Some(place(degrees(home.latitude), degrees(home.longitude), 14.0)?),
		data_set: None,
		voucher: None,
	};
	let owner = signer("driver");
	register_all(&chain, &owner, &[registration], &substation_sdk::progress::Quiet).await?;
	let first = chain.clock().await?.epoch + 2;
	let daemon = [
		&["device", "--key", &key, "--network", &carried, "--rides", &rides, "--trim", "0"][..],
		&["--archive", &agent.path("archive"), "--aggregator", &format!("http://{listen}")],
		&["--url", &agent.url, "--commit"],
	];
	let _daemon: Daemon = agent.start(OWNER, "driver.log", &daemon.concat())?;

	// The first epoch whose report was settled, and what it has mapped, marked by somebody else.
	let mut mapped = None;
	for epoch in first..first + TRIES {
		reach(&chain, epoch + 2, 1).await?;
		let mark = ["map", "mark", &carried, "--commit", "--url", &agent.url, "--json"];
		let done = agent.run(MARKER, &mark).await?;
		let told: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap_or_default();
		if done.status.success() && told["tiles"].as_u64() > Some(0) {
			mapped = Some(chain.clock().await?.epoch);
			break;
		}
	}
	let marked = mapped.context("in some epoch what was driven is settled")?;
	let at = format!("{:.7},{:.7}", degrees(home.latitude), degrees(home.longitude));
	let show = ["map", "show", &carried, &at, "--radius", "300", "--url", &agent.url, "--json"];
	let shown = agent.json(OWNER, &show).await?;
	let tiles = shown["tiles"].as_array().context("tiles")?;
	ensure!(tiles.iter().any(|tile| tile["marked"].is_u64()), "{shown}");

	// From two epochs later on the street is worth next to nothing.
	let stale = marked + 3;
	reach(&chain, stale + 1, 1).await?;
	let shown = agent.json(OWNER, &show).await?;
	let worth = |tile: &serde_json::Value| tile["weight"].as_u64().unwrap_or(1_000_000);
	let tiles = shown["tiles"].as_array().context("tiles")?;
	ensure!(tiles.iter().any(|tile| worth(tile) < 500_000), "{shown}");
	let log = fs::read_to_string(agent.path("driver.log"))?;
	let worth = |epoch: EpochIndex| points(&log, epoch);
	let whole = (first..marked).find_map(worth).context("a report that is worth something")?;
	ensure!(worth(stale).unwrap_or(0) * 3 < whole, "{whole} at first: {log}");

	// What was driven before is paid, and told why.
	let paid = paid(&chain, device, first..marked).await?;
	let why = ["why", &format!("{device:?}"), &paid.to_string(), "--url", &agent.url, "--json"];
	let why = agent.json(OWNER, &why).await?;
	ensure!(why[0]["answer"] == "paid" && why[0]["metres"].as_u64() > Some(50), "{why}");
	driving.abort();
	Ok(())
}

/// What a report was worth, as the daemon has said: nothing if judges would find it worth nothing, or there was none.
fn points(log: &str, epoch: EpochIndex) -> Option<u64> {
	let said = format!("epoch {epoch}: a report worth");
	let line = log.lines().find(|line| line.starts_with(&said))?;
	line.split_whitespace().nth(5)?.parse().ok()
}

/// The first of these epochs for which a device is paid, once that is final.
async fn paid(
	chain: &Chain,
	device: DeviceId,
	epochs: std::ops::Range<EpochIndex>,
) -> Result<EpochIndex> {
	let freeze = chain.clock().await?.record.parameters.freeze_of(epochs.end);
	reach(chain, freeze, 1).await?;
	for _ in 0..90 {
		for epoch in epochs.clone() {
			if chain.is_paid(MAPPING, device, epoch).await? {
				return Ok(epoch);
			}
		}
		tokio::time::sleep(Duration::from_secs(1)).await;
	}
	anyhow::bail!("the device was paid for no epoch of {epochs:?}")
}
