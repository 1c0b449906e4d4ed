//! Sixteen sensors in two cells, carried by two aggregators, on whose boards they talk: fourteen daemons, one that seals when the others have shown, and
//! one that chooses its witnesses. In the second epoch one of the aggregators is killed.

use std::{
	collections::BTreeMap,
	fs,
	io::Write,
	path::{Path, PathBuf},
	sync::{Mutex, PoisonError},
	time::{Duration, Instant, SystemTime},
};

use anyhow::{bail, ensure, Context, Result};
use codec::{DecodeAll, Encode};
use substation_primitives::{
	report::{report_hash, Fault},
	DeviceId, EpochIndex, ReportKey,
};
use substation_proofs::{
	author::{sample, DevicePair},
	known::Known,
	sensing::{Evidence, Sample},
	KindPolicy,
};
use substation_sdk::{
	board::Note,
	chain::{account, Chain},
	course::Course,
	http::{Client, Handed},
	keys,
	register::{place, register_all, Registration},
	sensing::{Exchange, Kept, Word},
};
use substation_zombienet_tests::{
	agent::{Agent, Daemon},
	field::{reach, reach_slot, signer, CUT, SENSING},
	free_port, until, Network,
};

/// Accounts that have to be endowed.
pub const ACCOUNTS: [&str; 3] = ["sensing", "eastern", "western"];

const OWNER: &str = "//test//sensing";
/// Sensors of a cell. Half of them are carried by one aggregator, half by the other.
const OF_CELL: usize = 8;
/// Where the two cells are, in degrees north and east.
const CELLS: [(f64, f64); 2] = [(50.06, 19.94), (52.23, 21.01)];
/// Epochs of which one has to go as it should.
const TRIES: EpochIndex = 8;
/// Slots of the epoch after the first after which an aggregator is killed: what it has taken is committed.
const KILLED: u64 = 8;
/// Seconds from one level of the air to the next.
const TURN: u64 = 9;
/// How often those who cheat look what there is to do.
const TICK: Duration = Duration::from_millis(500);

/// How a sensor behaves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Manner {
	/// As it should.
	Honest,
	/// It waits until most others have shown a slot, and seals the middle of their readings as its own.
	SealsLate,
	/// It leaves a witness out of its report.
	Chooses,
}

struct Sensor {
	device: DeviceId,
	pair: DevicePair,
	key: String,
	cell: usize,
	/// Which aggregator carries it.
	carrier: usize,
	manner: Manner,
	readings: PathBuf,
}

/// An aggregator's daemon, with what it is started with.
struct Carrier {
	name: &'static str,
	url: String,
	publisher: ReportKey,
	arguments: Vec<String>,
}

impl Carrier {
	fn suri(&self) -> String {
		format!("//test//{}", self.name)
	}

	fn start(&self, agent: &Agent) -> Result<Daemon> {
		let arguments: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
		agent.start(&self.suri(), &format!("{}.log", self.name), &arguments)
	}
}

/// Plays both epochs.
pub async fn run(network: &Network) -> Result<()> {
	let folder = tempfile::tempdir()?;
	let result = play(network, folder.path()).await;
	if result.is_err() {
		for log in ["sensor-0.log", "sensor-1.log", "sensor-4.log", "sensor-9.log", "eastern.log"] {
			let text = fs::read_to_string(folder.path().join(log)).unwrap_or_default();
			eprintln!("--- {log} ---\n{text}");
		}
	}
	result
}

async fn play(network: &Network, folder: &Path) -> Result<()> {
	let url = network.nodes[1].url.clone();
	let chain = Chain::connect(&url).await?;
	let agent = Agent { folder: folder.into(), url };
	let mut carriers = Vec::new();
	for name in ["eastern", "western"] {
		carriers.push(carrier(&agent, name).await?);
	}
	let eastern = carriers[0].start(&agent)?;
	let western = carriers[1].start(&agent)?;
	for carrier in &carriers {
		let who = account(&signer(carrier.name));
		until(Duration::from_secs(90), &format!("{} is registered", carrier.name), || async {
			Ok(chain.aggregator(&who).await?.is_some())
		})
		.await?;
		says_where_it_is(&agent, carrier).await?;
	}
	let sensors = register(&chain, &agent).await?;
	let _daemons = start(&agent, &sensors, &carriers)?;
	let first = chain.clock().await?.epoch + 3;
	let refused = Mutex::new(BTreeMap::new());
	let cheats = sensors.iter().filter(|one| one.manner != Manner::Honest);
	let cheats = cheats.map(|one| cheat(&chain, one, &carriers, first, &refused));
	let begin = (first, &refused);
	let story = tell(&chain, &agent, (&sensors, &carriers), begin, (eastern, western));
	tokio::select! {
		told = story => told?,
		never = weather(&sensors) => never?,
		ended = async {
			futures::future::try_join_all(cheats).await?;
			std::future::pending::<Result<()>>().await
		} => ended?,
	}
	Ok(())
}

/// An aggregator of network 3, and where it will listen.
async fn carrier(agent: &Agent, name: &'static str) -> Result<Carrier> {
	let key = agent.path(&format!("{name}.key"));
	let suri = format!("//test//{name}");
	agent.json(&suri, &["init", &key, "--scheme", "sr25519", "--json"]).await?;
	let publisher = keys::load(Path::new(&key))?.public();
	let listen = format!("127.0.0.1:{}", free_port()?);
	let (archive, network) = (agent.path(&format!("archive-{name}")), SENSING.to_string());
	let arguments = [
		&["aggregator", "--network", &network, "--publisher", &key, "--archive", &archive][..],
		&["--listen", &listen, "--url", &agent.url, "--owner-share", "100", "--commit"],
	];
	let arguments = arguments.concat().into_iter().map(String::from).collect();
	Ok(Carrier { name, url: format!("http://{listen}"), publisher, arguments })
}

/// An aggregator says on the chain where its boards are read.
async fn says_where_it_is(agent: &Agent, carrier: &Carrier) -> Result<()> {
	use sp_core::crypto::Ss58Codec;
	let who = account(&signer(carrier.name)).to_ss58check();
	let set = ["profile", &who, "--name", carrier.name, "--endpoint", &carrier.url, "--cut", "10"];
	let rest = ["--commit", "--url", &agent.url];
	let said = agent.run(&carrier.suri(), &[&set[..], &rest].concat()).await?;
	ensure!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
	let shown =
		agent.json(&carrier.suri(), &["profile", &who, "--url", &agent.url, "--json"]).await?;
	ensure!(shown["endpoint"] == carrier.url.as_str() && shown["open"] == true, "{shown}");
	Ok(())
}

/// Sensors with keys in files, registered where they stand.
async fn register(chain: &Chain, agent: &Agent) -> Result<Vec<Sensor>> {
	let mut sensors = Vec::new();
	for number in 0..CELLS.len() * OF_CELL {
		let key = agent.path(&format!("sensor-{number}.key"));
		agent.json(OWNER, &["init", &key, "--json"]).await?;
		let pair = keys::load(Path::new(&key))?;
		let (cell, carrier) = (number / OF_CELL, number % 2);
		let manner = match number {
			2 => Manner::SealsLate,
			10 => Manner::Chooses,
			_ => Manner::Honest,
		};
		let readings = agent.path(&format!("readings-{number}.csv")).into();
		let device = pair.device_id();
		sensors.push(Sensor { device, pair, key, cell, carrier, manner, readings });
	}
	let registrations = sensors.iter().zip(0u16..).map(|(sensor, number)| {
		let (north, east) = CELLS[sensor.cell];
		let place = place(north + f64::from(number % OF_CELL as u16) * 0.002, east, 0.0)?;
		Ok(Registration {
			pair: &sensor.pair,
			network: SENSING,
			aggregator: account(&signer(["eastern", "western"][sensor.carrier])),
			cut: CUT,
			place: Some(place),
			data_set: None,
			voucher: None,
		})
	});
	let registrations: Vec<_> = registrations.collect::<Result<_>>()?;
	let owner = signer("sensing");
	register_all(chain, &owner, &registrations, &substation_sdk::progress::Quiet).await?;
	Ok(sensors)
}

/// Starts those who are honest: all but one read a file that grows; that one runs a command.
fn start(agent: &Agent, sensors: &[Sensor], carriers: &[Carrier]) -> Result<Vec<Daemon>> {
	let honest = sensors.iter().enumerate().filter(|(_, one)| one.manner == Manner::Honest);
	honest
		.map(|(number, sensor)| {
			let (network, file) = (SENSING.to_string(), sensor.readings.display().to_string());
			let command = format!("tail -n 1 '{file}'");
			let archive = agent.path(&format!("archive-{number}"));
			let from = match number {
				0 => ["--command", &command, "--every", "1"],
				_ => ["--readings", &file, "--columns", "P2,P1"],
			};
			let arguments = [
				&["device", "--key", &sensor.key, "--network", &network, "--archive", &archive][..],
				&["--aggregator", &carriers[sensor.carrier].url, "--url", &agent.url, "--commit"],
				&["--scale", "20"],
				&from,
			];
			agent.start(OWNER, &format!("sensor-{number}.log"), &arguments.concat())
		})
		.collect()
}

fn dice(words: impl Encode) -> u64 {
	report_hash(&words.encode()).to_low_u64_le()
}

/// What a sensor measures now, in micrograms in a cubic metre: what all of its cell do, and a little of its own.
fn measured(sensor: &Sensor) -> [f64; 2] {
	let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
	// From one of these levels to the next, which all of a cell know: a slot begins for one a little before it does for another.
	let level = |turn: u64| 10.0 + (dice((sensor.cell as u8, turn)) % 400) as f64 / 10.0;
	let (turn, part) = (now.as_secs() / TURN, now.as_secs_f64() % TURN as f64 / TURN as f64);
	let level = level(turn) * (1.0 - part) + level(turn + 1) * part;
	let own = (dice((sensor.device, now.as_secs())) % 7) as f64 / 100.0;
	[level + own, (level + own) * 1.5]
}

/// Has each sensor's file grow, with a row that is none now and then.
async fn weather(sensors: &[Sensor]) -> Result<()> {
	for sensor in sensors {
		fs::write(&sensor.readings, "\u{feff}time;P2;P1\r\n")?;
	}
	for second in 0u64.. {
		for sensor in sensors {
			let mut file = fs::OpenOptions::new().append(true).open(&sensor.readings)?;
			let [fine, coarse] =
				measured(sensor).map(|value| format!("{value:.2}").replace('.', ","));
			if second % 9 == 4 && sensor.cell == 1 {
				file.write_all(b"warming up\r\n")?;
			}
			file.write_all(format!("{second};{fine};{coarse}\r\n").as_bytes())?;
		}
		tokio::time::sleep(Duration::from_secs(1)).await;
	}
	Ok(())
}

/// What aggregators have said of cheats' reports.
type Refused = Mutex<BTreeMap<(EpochIndex, DeviceId), String>>;

/// Whether a sensor's aggregator has signed for its report.
fn is_signed_for(agent: &Agent, number: usize, epoch: EpochIndex) -> bool {
	let log = fs::read_to_string(agent.path(&format!("sensor-{number}.log"))).unwrap_or_default();
	log.contains(&format!("epoch {epoch}: the aggregator has signed for the report"))
}

/// The first epoch from one on in which all went as it should, as `holds` says: of a few, for on a busy machine a report may be late.
async fn good_epoch(
	chain: &Chain,
	from: EpochIndex,
	what: &str,
	holds: impl Fn(EpochIndex) -> bool,
) -> Result<EpochIndex> {
	for epoch in from..from + TRIES {
		reach_slot(chain, epoch + 1, 4).await?;
		if holds(epoch) {
			return Ok(epoch);
		}
	}
	bail!("in none of {TRIES} epochs from {from} on: {what}")
}

/// Whether cheats were refused for an epoch, each for its own fault.
fn are_refused(sensors: &[Sensor], refused: &Refused, epoch: EpochIndex) -> bool {
	let faults =
		[(Manner::SealsLate, Fault::TooFewSamples), (Manner::Chooses, Fault::WitnessLeftOut)];
	faults.iter().all(|(manner, fault)| {
		let cheat = sensors.iter().find(|one| one.manner == *manner).map(|one| one.device);
		let refused = refused.lock().unwrap_or_else(PoisonError::into_inner);
		let said = cheat.and_then(|cheat| refused.get(&(epoch, cheat)));
		said.is_some_and(|said| said.contains(fault.explanation()))
	})
}

/// An epoch with both aggregators, one with the eastern alone, and who was paid for them.
async fn tell(
	chain: &Chain,
	agent: &Agent,
	(sensors, carriers): (&[Sensor], &[Carrier]),
	(first, refused): (EpochIndex, &Refused),
	(_eastern, western): (Daemon, Daemon),
) -> Result<()> {
	let honest = || sensors.iter().enumerate().filter(|(_, one)| one.manner == Manner::Honest);
	let first = good_epoch(chain, first, "all honest are carried, and no cheat", |epoch| {
		let carried = honest().all(|(number, _)| is_signed_for(agent, number, epoch));
		carried && are_refused(sensors, refused, epoch)
	})
	.await?;
	reach_slot(chain, first + 1, KILLED).await?;
	drop(western);
	let second = good_epoch(chain, first + 1, "the eastern carries its own", |epoch| {
		let mut eastern = honest().filter(|(_, one)| one.carrier == 0);
		eastern.all(|(number, _)| is_signed_for(agent, number, epoch))
	})
	.await?;
	// What it had committed to it claims for, once it is there again.
	let _western = carriers[1].start(agent)?;
	let freeze = chain.clock().await?.record.parameters.freeze_of(second);
	reach(chain, freeze, 1).await?;
	for (_, sensor) in honest() {
		for epoch in [first, second] {
			if (epoch, sensor.carrier) == (second, 1) {
				continue;
			}
			let what = format!("sensor {:?} is paid for {epoch}", sensor.device);
			until(Duration::from_secs(120), &what, || async {
				chain.is_paid(SENSING, sensor.device, epoch).await
			})
			.await?;
		}
	}
	for (_, sensor) in honest().filter(|(_, one)| one.carrier == 1) {
		ensure!(!chain.is_paid(SENSING, sensor.device, second).await?, "nobody took its report");
	}
	for cheat in sensors.iter().filter(|one| one.manner != Manner::Honest) {
		ensure!(!chain.is_paid(SENSING, cheat.device, first).await?, "{:?}", cheat.manner);
	}
	let mut best = (0, 0);
	for (_, sensor) in honest().filter(|(_, one)| one.carrier == 0).step_by(2) {
		let score = async |epoch: EpochIndex| -> Result<u64> {
			let (device, epoch) = (format!("{:?}", sensor.device), epoch.to_string());
			let why = ["why", &device, &epoch, "--url", &agent.url, "--json"];
			let why = agent.json(OWNER, &why).await?;
			ensure!(why[0]["answer"] == "paid", "{why}");
			why[0]["score"].as_u64().context("a score")
		};
		let (all, some) = (score(first).await?, score(second).await?);
		best = (best.0.max(all), best.1.max(some));
	}
	// Seven were named, of whom five are enough; then three at the most are left.
	ensure!(best.0 > 500_000 && best.1 <= 760_000, "{best:?}");
	Ok(())
}

/// A sensor that cheats, epoch after epoch. What its aggregator says of each report is noted.
async fn cheat(
	chain: &Chain,
	sensor: &Sensor,
	carriers: &[Carrier],
	first: EpochIndex,
	refused: &Refused,
) -> Result<()> {
	for epoch in first.. {
		let said = match cheat_in(chain, sensor, carriers, epoch).await {
			Ok(Handed::Refused(reason)) => reason,
			other => format!("{other:?}"),
		};
		let mut refused = refused.lock().unwrap_or_else(PoisonError::into_inner);
		refused.insert((epoch, sensor.device), said);
	}
	Ok(())
}

/// What an aggregator says of a cheat's report for an epoch.
async fn cheat_in(
	chain: &Chain,
	sensor: &Sensor,
	carriers: &[Carrier],
	epoch: EpochIndex,
) -> Result<Handed> {
	let evidence = exchange(chain, sensor, carriers, epoch).await?;
	let own = &carriers[sensor.carrier];
	let aggregator = account(&signer(own.name));
	let context = chain.report_context(SENSING, epoch, &aggregator).await?.context("entropy")?;
	let report = sensor.pair.report(&context, &sensor.device, &evidence);
	let (genesis, client) = (chain.genesis(), Client::new(&own.url)?);
	let (publisher, device) = (&own.publisher, &sensor.device);
	Ok(client.hand_over(&genesis, publisher, SENSING, epoch, device, &report).await)
}

/// What a cheat has for an epoch, after it has talked with the others.
async fn exchange(
	chain: &Chain,
	sensor: &Sensor,
	carriers: &[Carrier],
	epoch: EpochIndex,
) -> Result<Evidence> {
	let (device, pair) = (sensor.device, sensor.pair.clone());
	let until = Instant::now() + Duration::from_secs(180);
	let began = loop {
		let clock = chain.best_clock().await?;
		if clock.epoch >= epoch {
			break (Instant::now(), chain.slot_duration().await? * clock.index);
		}
		ensure!(Instant::now() < until, "epoch {epoch} has not begun");
		tokio::time::sleep(TICK).await;
	};
	let (facts, context, policy) = loop {
		ensure!(Instant::now() < until, "epoch {epoch} has no entropy");
		tokio::time::sleep(TICK).await;
		let Some(facts) = chain.facts(SENSING, device, epoch).await? else { continue };
		let context = chain.report_context(SENSING, epoch, &facts.aggregator).await?;
		let policy = chain.policy(SENSING, epoch).await?.map(|policy| policy.kind);
		if let (Some(context), Some(KindPolicy::Sensing(policy))) = (context, policy) {
			break (facts, context, policy);
		}
	};
	let cell = facts.chair.context("it sits in a cell")?.cell;
	let mut known = Known::default();
	let members = chain.members(SENSING, epoch, &cell, &mut known).await?;
	let lots = chain.lots(&context, &policy, &device, &members, &mut known).await?;
	ensure!(lots.called.len() == OF_CELL - 1, "{} were named", lots.called.len());
	let nominal = chain.clock().await?.record.parameters.nominal_slots;
	let (course, slot) = (Course::new(nominal, 1), chain.slot_duration().await?);

	let kept = Kept { secret: [sensor.cell as u8; 16], ..Kept::default() };
	let mut own = Exchange::new(context, policy.clone(), (device, pair.clone()), kept);
	own.named(lots);
	let clients: Vec<Client> =
		carriers.iter().map(|carrier| Client::new(&carrier.url)).collect::<Result<_>>()?;
	let at = (SENSING, cell.id, epoch);
	let mut read = vec![0u32; clients.len()];
	let (mut notes, mut sent) = (Vec::<Note>::new(), 0);
	let (mut has_shown, mut has_testified) = (false, false);
	// What others have shown of each slot.
	let mut seen = BTreeMap::<usize, BTreeMap<DeviceId, i16>>::new();
	let mut raw = Vec::new();
	loop {
		tokio::time::sleep(TICK).await;
		let slots = ((began.1 + began.0.elapsed()).as_millis() / slot.as_millis()) as u64;
		for (client, read) in clients.iter().zip(&mut read) {
			// One of them is killed.
			let page = client.notes(at, *read).await.unwrap_or_default();
			*read += page.len() as u32;
			for note in page {
				let Ok(word) = Word::decode_all(&mut &note.text[..]) else { continue };
				match &word {
					Word::Seal { slot, before: Some(before), .. } if note.device != device => {
						let slot = usize::from(*slot) - 1;
						seen.entry(slot).or_default().insert(note.device, *before);
					}
					Word::Shown(from, shown) => {
						if let Some(last) = shown.typical.last() {
							let slot = shown.typical.len() - 1;
							seen.entry(slot).or_default().insert(*from, *last);
						}
					}
					_ => (),
				}
				let on_own = std::ptr::eq(client, &clients[sensor.carrier]);
				own.hear(&members, &note.device, word, on_own);
			}
		}
		raw.push(measured(sensor).map(|value| (value * 20.0) as i16).to_vec());
		let mut words = Vec::new();
		let present = course.part(slots, policy.slots).unwrap_or(policy.slots.into()) as usize;
		while own.closed() < present {
			// More than half of the others, so that it is wrong for none of them.
			let shown = seen.get(&own.closed()).filter(|shown| shown.len() > OF_CELL / 2);
			let middle = shown.and_then(|shown| {
				let mut all: Vec<i16> = shown.values().copied().collect();
				all.sort();
				all.get(all.len() / 2).copied()
			});
			let sampled = match (sensor.manner, middle) {
				(Manner::SealsLate, None) => break,
				(Manner::SealsLate, Some(value)) => sample(&[vec![value, value + value / 2]]),
				_ if own.closed() + 1 == present => sample(&std::mem::take(&mut raw)),
				_ => Sample::default(),
			};
			words.extend(own.close(sampled));
		}
		if own.is_closed() && slots >= course.shows() && !has_shown {
			words.extend(own.state());
			has_shown = true;
		}
		if has_shown && slots >= course.testifies() && !has_testified {
			words.extend(own.testify(4_096));
			has_testified = true;
		}
		for word in words {
			let number = notes.len() as u16;
			let own = (device, &pair);
			notes.push(Note::sign(&chain.genesis(), at, own, number, word.encode()));
		}
		while let Some(note) = notes.get(sent) {
			// The aggregator may not have opened the epoch yet.
			if clients[sensor.carrier].put_note(at, note).await.is_err() {
				break;
			}
			Word::decode_all(&mut &note.text[..]).iter().for_each(|word| own.sent(word));
			sent += 1;
		}
		if slots >= course.reports() {
			let mut evidence = own.evidence();
			if sensor.manner == Manner::Chooses {
				let mut shown = evidence.statements.to_vec();
				shown.remove(0);
				evidence.statements = shown.try_into().unwrap_or_default();
			}
			return Ok(evidence);
		}
	}
}
