//! Radios of one cell, from the command line: who comes takes the chair that was left, who sits behind a free one takes it, and
//! nobody else is moved.

use std::time::Duration;

use anyhow::{ensure, Context, Result};
use substation_primitives::DeviceId;
use substation_proofs::{author::DevicePair, known::Question, lot};
use substation_sdk::{
	board::Note,
	chain::{account, api, rpc_account, Chain},
	http::Client,
	register::{all, expiry, place, Registration},
};
use substation_zombienet_tests::{
	agent::Agent,
	field::{reach, signer, COVERAGE, CUT},
	free_port, until, Network,
};
use subxt::utils::H256;

/// Accounts that need tokens.
pub const ACCOUNTS: [&str; 1] = ["sitter"];

const OWNER: &str = "//test//sitter";
/// Far from all other devices of the chain.
const PLACE: (f64, f64) = (-45.0, 170.0);

async fn register(chain: &Chain, number: u8) -> Result<DeviceId> {
	let (owner, pair) = (signer("sitter"), DevicePair::from_seed(&[number; 32]));
	let registration = Registration {
		pair: &pair,
		network: COVERAGE,
		aggregator: account(&owner),
		cut: CUT,
		place: Some(place(PLACE.0, PLACE.1, 14.0)?),
		data_set: None,
		voucher: None,
	};
	let calls = registration.calls(chain, &account(&owner), expiry(chain).await?);
	chain.submit(&all(calls), &owner).await?;
	Ok(pair.device_id())
}

/// Where a device sits, as the command line says.
async fn index(agent: &Agent, device: DeviceId) -> Result<u64> {
	let (device, network) = (format!("{device:?}"), COVERAGE.to_string());
	let words = ["chair", "show", &device, &network, "--url", &agent.url, "--json"];
	let said = agent.json(OWNER, &words).await?;
	said["index"].as_u64().with_context(|| format!("a chair in {said}"))
}

async fn take(agent: &Agent, device: DeviceId, more: &[&str]) -> Result<std::process::Output> {
	let (device, network) = (format!("{device:?}"), COVERAGE.to_string());
	let words = ["chair", "take", &device, &network, "--url", &agent.url, "--commit"];
	agent.run(OWNER, &[&words[..], more].concat()).await
}

/// Four devices of one cell.
pub async fn run(network: &Network) -> Result<()> {
	let chain = Chain::connect(&network.nodes[2].url).await?;
	let folder = tempfile::tempdir()?;
	let agent = Agent { folder: folder.path().into(), url: network.nodes[2].url.clone() };
	// Who carries them keeps a board for their cell.
	let publisher = agent.path("publisher.key");
	agent.json(OWNER, &["init", &publisher, "--scheme", "sr25519", "--json"]).await?;
	let (listen, archive) = (format!("127.0.0.1:{}", free_port()?), agent.path("aggregator"));
	let carried = COVERAGE.to_string();
	let gather = [
		&["aggregator", "--network", &carried, "--publisher", &publisher][..],
		&["--archive", &archive, "--listen", &listen, "--url", &agent.url, "--commit"],
	];
	let _aggregator = agent.start(OWNER, "aggregator.log", &gather.concat())?;
	until(Duration::from_secs(90), "the aggregator is registered", || async {
		Ok(chain.aggregator(&account(&signer("sitter"))).await?.is_some())
	})
	.await?;
	let mut devices = Vec::new();
	for number in 81..84 {
		devices.push(register(&chain, number).await?);
	}
	for (expected, device) in (0..).zip(&devices) {
		ensure!(index(&agent, *device).await? == expected, "{device:?}");
	}
	let none = take(&agent, devices[2], &[]).await?;
	let said = String::from_utf8_lossy(&none.stderr).into_owned();
	ensure!(none.status.code() == Some(4) && said.contains("no chair before number 2"), "{said}");
	let taken = take(&agent, devices[2], &["--index", "1"]).await?;
	let said = String::from_utf8_lossy(&taken.stderr).into_owned();
	ensure!(!taken.status.success() && said.contains("ChairTaken"), "{said}");

	// The second leaves, and the third takes its chair.
	let leave = api::tx().devices().leave(H256(devices[1].0), COVERAGE);
	chain.submit(&leave, &signer("sitter")).await?;
	let epoch = chain.clock().await?.epoch;
	let done = take(&agent, devices[2], &[]).await?;
	ensure!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
	ensure!(index(&agent, devices[2]).await? == 1);
	// Who comes takes the one that this has left.
	let last = register(&chain, 84).await?;
	ensure!(index(&agent, last).await? == 2);

	// As facts, from two epochs later on; and the lot finds all of them.
	reach(&chain, epoch + 3, 1).await?;
	let facts = chain.facts(COVERAGE, devices[2], epoch + 3).await?.context("a member's facts")?;
	let chair = facts.chair.context("a chair")?;
	ensure!((chair.index, chair.cell.occupied, chair.cell.chairs) == (1, 3, 3), "{chair:?}");
	ensure!(facts.owner == account(&signer("sitter")), "{facts:?}");
	let context = chain
		.report_context(COVERAGE, epoch + 3, &account(&signer("sitter")))
		.await?
		.context("entropy")?;
	let mut known = substation_proofs::known::Known::default();
	let found = loop {
		let found = lot::called(&context, &known, &devices[2], &chair, 4, 0, |_| true);
		let lacking = known.take_lacking();
		if lacking.is_empty() {
			break found;
		}
		for question in lacking {
			let answer = chain.answer(COVERAGE, epoch + 3, &question).await?;
			ensure!(!matches!(question, Question::Bill(_)), "nobody asks for that");
			known.note(question, answer);
		}
	};
	let mut names: Vec<_> = found.into_iter().map(|(device, _)| device).collect();
	names.sort();
	let mut others = vec![devices[0], last];
	others.sort();
	ensure!(names == others, "{names:?} in place of {others:?}");

	// When an epoch was opened is known.
	let opened = chain.view(api::view_functions().attestation().opened(epoch + 3)).await?;
	let before = chain.view(api::view_functions().attestation().opened(epoch + 2)).await?;
	ensure!(opened > before && before.is_some(), "{opened:?} after {before:?}");

	board(&chain, &format!("http://{listen}"), &chair, &devices).await.with_context(|| {
		std::fs::read_to_string(agent.path("aggregator.log")).unwrap_or_default()
	})?;

	// Sales of a device are counted for who pays for it.
	let device = format!("{:?}", devices[0]);
	let count =
		["market", "count", &COVERAGE.to_string(), &device, "--commit", "--url", &agent.url];
	let done = agent.run(OWNER, &count).await?;
	ensure!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
	let of = api::view_functions().market().sold_of(COVERAGE, H256(devices[0].0));
	let sold = chain.view(of).await?.context("a row")?;
	ensure!(sold.payer == rpc_account(&account(&signer("sitter"))), "{:?}", sold.payer);
	let forget =
		["market", "forget", &COVERAGE.to_string(), &device, "--commit", "--url", &agent.url];
	let done = agent.run(OWNER, &forget).await?;
	ensure!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
	Ok(())
}

/// One device tells the others of its cell something, and whoever knows its key believes it.
async fn board(
	chain: &Chain,
	address: &str,
	chair: &substation_proofs::facts::Chair,
	devices: &[DeviceId],
) -> Result<()> {
	let client = Client::new(address)?;
	let (genesis, pair) = (chain.genesis(), DevicePair::from_seed(&[83; 32]));
	let device = devices[2];
	let (mut at, mut note) = ((COVERAGE, 0, 0), None);
	until(Duration::from_secs(120), "the aggregator has taken a note", || {
		let client = &client;
		async move {
			let at = (COVERAGE, chair.cell.id, chain.best_clock().await?.epoch);
			let note = Note::sign(
				&genesis,
				at,
				(device, &DevicePair::from_seed(&[83; 32])),
				0,
				b"here".to_vec(),
			);
			Ok(client.put_note(at, &note).await.is_ok())
		}
	})
	.await?;
	let epoch = chain.best_clock().await?.epoch;
	for epoch in [epoch, epoch.saturating_sub(1)] {
		at = (COVERAGE, chair.cell.id, epoch);
		let notes = client.notes(at, 0).await?;
		note = notes.into_iter().next().or(note);
		if note.is_some() {
			break;
		}
	}
	let note = note.context("a note that was put is read")?;
	ensure!(note.device == device && note.text == b"here", "{note:?}");
	ensure!(note.is_signed(&genesis, at, &pair.public()), "{note:?}");
	// Not from who is none of its devices, in any epoch that it takes notes for.
	until(Duration::from_secs(60), "a stranger's note is refused", || async {
		let at = (COVERAGE, chair.cell.id, chain.best_clock().await?.epoch);
		let pair = DevicePair::from_seed(&[99; 32]);
		let strange = Note::sign(&genesis, at, (pair.device_id(), &pair), 0, b"x".to_vec());
		let refused = client.put_note(at, &strange).await.err().context("a stranger's note")?;
		Ok(format!("{refused:#}").contains("answers 422"))
	})
	.await?;
	Ok(())
}
