//! The agent's daemons and commands, as people run them: a device and its aggregator, both killed in
//! mid-epoch and started again.

use std::{path::Path, time::Duration};

use anyhow::{anyhow, ensure, Result};
use codec::{DecodeAll, Encode};
use sp_core::crypto::Ss58Codec;
use substation_primitives::{report::Report, DeviceId};
use substation_sdk::{
	archive::Archive,
	chain::{account, Chain},
	identity::parse_id,
	keys,
	proxies::builder_for,
};
use substation_zombienet_tests::{
	agent::Agent,
	field::{reach, signer, COVERAGE, RATE_CAP, STORAGE},
	free_port, until, Network,
};

/// Accounts that have to be endowed.
pub const ACCOUNTS: [&str; 2] = ["daemon", "keeper"];

/// A device's owner and an aggregator, each with nothing but the command line.
pub async fn run(network: &Network) -> Result<()> {
	let folder = tempfile::tempdir()?;
	let result = play(network, folder.path()).await;
	if result.is_err() {
		for log in ["aggregator.log", "device.log"] {
			let text = std::fs::read_to_string(folder.path().join(log)).unwrap_or_default();
			eprintln!("--- {log} ---\n{text}");
		}
	}
	result
}

async fn play(network: &Network, folder: &Path) -> Result<()> {
	let chain = Chain::connect(&network.nodes[1].url).await?;
	let url = network.nodes[1].url.clone();
	let agent = Agent { folder: folder.into(), url };
	let (keeper, owner) = ("//test//keeper", "//test//daemon");
	let data = agent.path("data");
	std::fs::create_dir(&data)?;
	std::fs::write(agent.folder.join("data/file"), vec![7; 3_000_000])?;

	// Keys.
	let (key, publisher) = (agent.path("device.key"), agent.path("publisher.key"));
	let made = agent.json(owner, &["init", &key, "--json"]).await?;
	let device: DeviceId = parse_id(made["device"].as_str().unwrap_or_default())?;
	agent.json(keeper, &["init", &publisher, "--scheme", "sr25519", "--json"]).await?;
	ensure!(keys::load(Path::new(&key))?.device_id() == device);

	// The aggregator.
	let listen = format!("127.0.0.1:{}", free_port()?);
	let (archive, network_id) = (agent.path("aggregator"), STORAGE.to_string());
	let second = network.nodes[2].url.clone();
	let gather = [
		"aggregator",
		"--listen",
		&listen,
		"--url",
		&agent.url,
		"--url",
		&second,
		"--network",
		&network_id,
		"--publisher",
		&publisher,
		"--archive",
		&archive,
		"--commit",
	];
	let aggregator = agent.start(keeper, "aggregator.log", &gather)?;
	let carrier = account(&signer("keeper"));
	until(Duration::from_secs(60), "the aggregator is registered", || async {
		Ok(chain.aggregator(&carrier).await?.is_some())
	})
	.await?;

	// The device: first tried out, then registered.
	let address = carrier.to_ss58check();
	let register = [
		"register",
		"--key",
		&key,
		"--network",
		&network_id,
		"--aggregator",
		&address,
		"--cut",
		"5",
		"--data",
		&data,
		"--url",
		&agent.url,
		"--json",
	];
	let tried = agent.json(owner, &register).await?;
	ensure!(tried["sent"] == false && chain.device(device).await?.is_none(), "{tried}");
	let costs = &tried["costs"];
	ensure!(costs["signer"] == account(&signer("daemon")).to_ss58check(), "{tried}");
	// For a device and for a seat that nobody vouches for.
	ensure!(costs["held"][0]["amount"] == "1600300000000" && costs["burned"] == "0", "{tried}");
	refuses(&agent, &chain, owner, [&key, &address, &data]).await?;
	let mut committed = register.to_vec();
	committed.push("--commit");
	let registered = agent.json(owner, &committed).await?;
	let epoch = u32::try_from(registered["from"].as_u64().unwrap_or_default())?;
	let before = chain.balance(&account(&signer("daemon"))).await?;
	let kept = agent.path("archive");
	let aggregator_url = format!("http://{listen}");
	let report = [
		"device",
		"--key",
		&key,
		"--network",
		&network_id,
		"--data",
		&data,
		"--aggregator",
		&aggregator_url,
		"--url",
		&agent.url,
		"--archive",
		&kept,
		"--commit",
	];
	let reporter = agent.start(owner, "device.log", &report)?;

	// Both are killed once the report is signed for, and know what they did when they are back.
	let own = Archive::open_beside(Path::new(&kept), &chain.genesis())?;
	until(Duration::from_secs(240), "the report is acknowledged", || async {
		Ok(own.acknowledgement(STORAGE, epoch, &device)?.is_some())
	})
	.await?;
	let report_before = own.report(STORAGE, epoch, &device)?;
	let known = report_before.clone().ok_or_else(|| anyhow!("the report is not kept"))?;
	turns_away(&chain, &aggregator_url, &known).await?;
	drop((aggregator, reporter));
	let aggregator = agent.start(keeper, "aggregator.log", &gather)?;
	let reporter = agent.start(owner, "device.log", &report)?;
	reach(&chain, epoch + 2, 0).await?;
	ensure!(own.report(STORAGE, epoch, &device)? == report_before, "the report was made anew");
	let batches: Vec<_> = chain
		.batches(epoch)
		.await?
		.into_iter()
		.filter(|batch| batch.terms(epoch).aggregator == carrier)
		.collect();
	ensure!(batches.len() == 1, "{} batches were committed to", batches.len());
	ensure!(batches[0].count == 1, "the batch declares {} reports", batches[0].count);

	// Killed again before the freeze; it claims when it is back, and once.
	drop(aggregator);
	reach(&chain, epoch + 4, 0).await?;
	let aggregator = agent.start(keeper, "aggregator.log", &gather)?;
	until(Duration::from_secs(120), "the report is paid", || async {
		chain.is_paid(STORAGE, device, epoch).await
	})
	.await?;
	drop((aggregator, reporter));

	// What the commands say about it.
	let number = epoch.to_string();
	let identity = format!("{device:?}");
	let why = ["why", &identity, &number, "--url", &agent.url, "--archive", &kept, "--json"];
	let why = agent.json(owner, &why).await?;
	ensure!(why[0]["answer"] == "paid", "{why}");
	// 11,719 pieces of 256 bytes, of 16 MiB for a full score.
	let score = 1_000_000 * 11_719 * 256 / (16 * 1024 * 1024u128);
	ensure!(why[0]["score"] == score as u64, "{why}");
	let payment = RATE_CAP * score / 1_000_000;
	let pay = payment - payment * 50_000 / 1_000_000;
	ensure!(why[0]["payment"] == pay.to_string(), "{why}");
	let mut epochs = 0;
	for later in epoch..chain.clock().await?.epoch {
		epochs += u128::from(chain.is_paid(STORAGE, device, later).await?);
	}
	let got = chain.balance(&account(&signer("daemon"))).await? - before;
	ensure!(got == pay * epochs, "{got} planck for {epochs} epochs of {pay}");

	let verified = agent.run(owner, &["verify", &number, "--url", &agent.url]).await?;
	let text = String::from_utf8_lossy(&verified.stdout).into_owned();
	ensure!(!text.contains("FALSE") && text.contains("true"), "{text}");
	let batch = format!("{:?}", batches[0].terms(epoch).batch_id());
	let claim = ["claim", "--epoch", &number, "--batch", &batch, "--url", &agent.url, "--commit"];
	let nothing = agent.run(owner, &claim).await?;
	ensure!(nothing.status.code() == Some(4), "a second claim: {:?}", nothing.status);
	let nobody = agent.run(owner, &["status", "--url", "ws://127.0.0.1:9"]).await?;
	ensure!(nobody.status.code() == Some(5), "a node that is not there: {:?}", nobody.status);
	let unknown = format!("{:?}", DeviceId::repeat_byte(1));
	let unknown = agent.run(owner, &["why", &unknown, &number, "--url", &agent.url]).await?;
	ensure!(unknown.status.code() == Some(4), "an unknown device: {:?}", unknown.status);
	ensure!(parse_id("0x12").map_err(|_| anyhow!("short")).is_err());
	Ok(())
}

/// An aggregator takes no report of a device that it does not carry: here, with the evidence of one that it does.
async fn turns_away(chain: &Chain, aggregator: &str, known: &[u8]) -> Result<()> {
	let stranger = DeviceId::repeat_byte(9);
	let report = Report { device: stranger, ..Report::decode_all(&mut &known[..])? }.encode();
	let client = builder_for(aggregator).build()?;
	until(Duration::from_secs(60), "a stranger's report is refused", || async {
		let handover = serde_json::json!({
			"network": STORAGE,
			"epoch": chain.best_clock().await?.epoch,
			"report": format!("0x{}", hex::encode(&report)),
		});
		let url = format!("{aggregator}/v1/reports");
		let answer = client.post(url).body(handover.to_string()).send().await?;
		let (status, text) = (answer.status().as_u16(), answer.text().await?);
		match status {
			422 => {
				ensure!(text.contains("none of this aggregator's"), "{text}");
				Ok(true)
			}
			// An epoch ends, or begins.
			410 | 503 => Ok(false),
			_ => Err(anyhow!("a stranger's report is answered with {status}: {text}")),
		}
	})
	.await
}

/// What would fail, or never earn, is refused alike whether it is tried out or to be done, and costs nothing.
async fn refuses(
	agent: &Agent,
	chain: &Chain,
	owner: &str,
	[key, aggregator, data]: [&str; 3],
) -> Result<()> {
	let (storage, coverage) = (STORAGE.to_string(), COVERAGE.to_string());
	let register = ["register", "--key", key, "--network"];
	let carried = ["--aggregator", aggregator];
	let before = chain.balance(&account(&signer("daemon"))).await?;
	let wrong: [(&str, &[&str], &[&str], i32); 9] = [
		(owner, &register, &["999", "--data", data, carried[0], carried[1]], 6),
		(owner, &register, &[&storage, carried[0], carried[1]], 6),
		(owner, &register, &[&coverage, carried[0], carried[1]], 6),
		(owner, &register, &[&storage, "--data", data], 6),
		("//test//penniless", &register, &[&storage, "--data", data, carried[0], carried[1]], 6),
		("//test//daemon ", &register, &[&storage, "--data", data, carried[0], carried[1]], 2),
		("", &register, &[&storage, "--data", data, carried[0], carried[1]], 2),
		(owner, &["validator", "join"], &["--bond", "1"], 6),
		(owner, &["validator", "chill"], &[], 6),
	];
	for (who, words, arguments, code) in wrong {
		for commit in [&[][..], &["--commit"]] {
			let arguments = [words, arguments, &["--url", &agent.url], commit].concat();
			let ended = agent.run(who, &arguments).await?;
			let told = String::from_utf8_lossy(&ended.stderr);
			ensure!(ended.status.code() == Some(code), "{arguments:?}: {:?}: {told}", ended.status);
		}
	}
	let after = chain.balance(&account(&signer("daemon"))).await?;
	ensure!(after == before, "what is refused has cost {} planck", before - after);
	Ok(())
}
