//! A car's data are shared from the command line: for money, until they are revoked in the middle of an answer, or the car is
//! sold.

use std::{fs, time::Duration};

use anyhow::{ensure, Context, Result};
use substation_primitives::DeviceId;
use substation_sdk::{
	access::{Reason, Scopes},
	chain::{account, api, rpc_account, Chain, RuntimeCall},
	register::all,
};
use substation_zombienet_tests::{
	agent::Agent,
	field::{recording, signer, Aggregator, StorageDevice, STORAGE},
	until,
};
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::{TcpListener, TcpStream},
};

/// Accounts that have to be endowed.
pub const ACCOUNTS: [&str; 2] = ["driver", "dealer"];

const DRIVER: &str = "//test//driver";
const APP: &str = "//test//consumer";

/// What a car's own program serves: its trips, and what it reads now, without end.
async fn serve(mut stream: TcpStream, trip: Vec<u8>) -> std::io::Result<()> {
	let mut head = [0; 4_096];
	let length = stream.read(&mut head).await?;
	let asked = String::from_utf8_lossy(&head[..length]).into_owned();
	stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n").await?;
	if asked.starts_with("GET /trips/") {
		return stream.write_all(&trip).await;
	}
	for row in trip.split(|byte| *byte == b'\n').cycle() {
		stream.write_all(&[row, b"\n"].concat()).await?;
		tokio::time::sleep(Duration::from_millis(100)).await;
	}
	Ok(())
}

async fn car(trip: Vec<u8>) -> Result<String> {
	let listener = TcpListener::bind("127.0.0.1:0").await?;
	let url = format!("http://{}", listener.local_addr()?);
	tokio::spawn(async move {
		while let Ok((stream, _)) = listener.accept().await {
			tokio::spawn(serve(stream, trip.clone()));
		}
	});
	Ok(url)
}

/// The driver shares data of a car with the consumer, who has credits, and sells the car to the dealer.
pub async fn run(agent: &Agent, chain: &Chain) -> Result<()> {
	let trip = match recording("vehicle/twizy_T3_04_22_2021_1.csv") {
		Some(file) => fs::read(file)?,
		None => {
			(0..500).map(|row| format!("{row},57.7,11.9,{}\n", row % 50)).collect::<String>().into()
		}
	};
	let dealer = Aggregator::register(chain, "dealer", 100, 1_000).await?;
	let device = StorageDevice::new(177, 100_000);
	device.register(chain, &signer("driver"), &dealer.account()).await?;
	let (device, app) = (device.id(), account(&signer("consumer")));
	let id = format!("{device:?}");
	let service = car(trip.clone()).await?;
	let rules = ["--scope", "/trips=history", "--scope", "/now=live", "--listen", "127.0.0.1:0"];
	let share = ["share", "--device", &id, "--serve", &service, "--url", &agent.url];
	let _share = agent.start(DRIVER, "share.log", &[&share[..], &rules].concat())?;
	let said = || fs::read_to_string(agent.path("share.log")).unwrap_or_default();
	until(Duration::from_secs(60), "the data server listens", || async {
		Ok(said().contains("shares data of"))
	})
	.await
	.with_context(said)?;
	let all_said = said();
	let (_, address) = all_said.split_once(" at http://").context("an address")?;
	let address = format!("http://{}", address.lines().next().unwrap_or_default());
	let (trips, now) = (format!("{address}/trips/today"), format!("{address}/now"));

	let access = |suri: &'static str, arguments: String| async move {
		let words: Vec<&str> = arguments.split(' ').collect();
		let arguments = [&["access"][..], &words, &["--url", &agent.url, "--json"]].concat();
		let output = agent.run(suri, &arguments).await?;
		let said = String::from_utf8_lossy(&output.stderr).into_owned();
		Ok::<_, anyhow::Error>((output.status.code(), said, output.stdout))
	};
	let does = |suri: &'static str, arguments: String| async move {
		let (code, said, stdout) = access(suri, arguments.clone()).await?;
		ensure!(code == Some(0), "{arguments}: {said}");
		Ok::<_, anyhow::Error>(stdout)
	};
	let refused = |suri: &'static str, arguments: String, code: i32, why: &'static str| async move {
		let (seen, said, _) = access(suri, arguments.clone()).await?;
		ensure!(seen == Some(code) && said.contains(why), "{arguments}: {seen:?} {said}");
		Ok::<_, anyhow::Error>(())
	};
	let history = format!("get {trips} --device {id} --scope history");

	// Nothing was granted, and then it is sold.
	refused(APP, history.clone(), 6, "its owner has granted nothing").await?;
	refused(APP, format!("buy {id} --scope history --dollars 0.1"), 4, "is not sold to you")
		.await?;
	let asks = format!("ask {id} --network {STORAGE} --scope live,history --rate 100 --backing 0");
	does(DRIVER, format!("{asks} --commit")).await?;
	until(Duration::from_secs(30), "the data server says what it costs", || async {
		let (code, said, _) = access(APP, history.clone()).await?;
		Ok(code == Some(6) && said.contains("Its owner asks: live,history for 100 credits a block"))
	})
	.await?;
	let buy = format!("buy {id} --scope history --dollars 0.1 --commit");
	does(APP, buy.clone()).await?;
	until(Duration::from_secs(30), "the data server knows of the grant", || async {
		Ok(access(APP, history.clone()).await?.0 == Some(0))
	})
	.await?;
	ensure!(does(APP, history.clone()).await? == trip, "the trip is what the car has recorded");
	// The key of another account, and another scope, are worth nothing.
	refused(DRIVER, format!("{history} --who {}", shown("consumer")), 6, "has not signed").await?;
	refused(APP, format!("get {trips} --device {id} --scope evidence"), 6, "has not signed")
		.await?;

	// Revoked while it streams.
	let stream = agent.path("stream.csv");
	let live = ["access", "get", &now, "--device", &id, "--scope", "live", "--output", &stream];
	let _live = agent.start(APP, "live.log", &[&live[..], &["--url", &agent.url]].concat())?;
	until(Duration::from_secs(30), "readings come", || async {
		Ok(fs::metadata(&stream).is_ok_and(|file| file.len() > 200))
	})
	.await?;
	let before = chain.purse(&app).await?.credits;
	does(DRIVER, format!("revoke {id} {} --commit", shown("consumer"))).await?;
	let revoked = chain.finalized().await?;
	until(Duration::from_secs(60), "no reading comes any more", || async {
		let said = fs::read_to_string(agent.path("live.log")).unwrap_or_default();
		Ok(said.contains("the answer has broken off"))
	})
	.await?;
	let blocks = chain.finalized().await?.saturating_sub(revoked);
	ensure!(blocks <= 10, "refused {blocks} blocks after the end");
	refused(APP, history.clone(), 6, "its owner has granted nothing").await?;
	let back = chain.purse(&app).await?.credits.saturating_sub(before);
	ensure!(back > 90_000 && back < 100_000, "{back} credits came back");

	// Three grants, and the car is sold.
	does(APP, buy).await?;
	for friend in ["dealer", "provider"] {
		let gift = format!("grant {id} {} --scope history --commit", shown(friend));
		does(DRIVER, gift).await?;
	}
	let names = ["consumer", "dealer", "provider"];
	for name in names {
		ensure!(may(chain, &device, name).await?.is_ok(), "{name} may");
	}
	sell(chain, &device).await?;
	// The dealer owns it now.
	for name in ["consumer", "provider"] {
		let why = may(chain, &device, name).await?;
		ensure!(why == Err(Reason::Transferred), "{name}: {why:?}");
	}
	ensure!(may(chain, &device, "dealer").await? == Ok(u32::MAX));
	refused(
		APP,
		format!("may {id} {} --scope history", shown("consumer")),
		3,
		"it has changed hands since that was granted",
	)
	.await?;
	until(Duration::from_secs(30), "the data server knows of the sale", || async {
		let (code, said, _) = access(APP, history.clone()).await?;
		Ok(code == Some(6) && said.contains("it has changed hands"))
	})
	.await?;
	for name in names {
		does(APP, format!("clear {id} {} --commit", shown(name))).await?;
	}
	ensure!(chain.grants(&device).await?.is_empty() && chain.tariffs(&device).await?.is_empty());
	Ok(())
}

fn shown(name: &str) -> String {
	signer(name).public_key().to_account_id().to_string()
}

async fn may(chain: &Chain, device: &DeviceId, name: &str) -> Result<Result<u32, Reason>> {
	let Scopes(history) = Scopes(8);
	let may = chain.may(device, &account(&signer(name)), history).await?;
	Ok(may.map(|(until, _)| until))
}

/// The driver sells the car to the dealer.
async fn sell(chain: &Chain, device: &DeviceId) -> Result<()> {
	use api::runtime_types::pallet_devices::pallet::Call;
	let device = subxt::utils::H256(device.0);
	let to = Some(rpc_account(&account(&signer("dealer"))));
	let offered = RuntimeCall::Devices(Call::offer { device, to });
	chain.submit(&all(vec![offered]), &signer("driver")).await?;
	let accepted = RuntimeCall::Devices(Call::accept { device });
	chain.submit(&all(vec![accepted]), &signer("dealer")).await?;
	Ok(())
}
