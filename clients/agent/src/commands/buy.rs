//! Using what somebody sells: an agreement with who serves, and what comes of it.

use std::{
	net::SocketAddr,
	path::{Path, PathBuf},
	sync::Arc,
	time::{Duration, Instant},
};

use anyhow::{anyhow, bail, Result};
use reqwest::{header::HeaderMap, Method, StatusCode};
use substation_primitives::ReportKey;
use substation_sdk::{
	amount::dollars,
	begun,
	chain::{account, Chain, Written},
	durable,
	failure::Failure,
	http::printable,
	keys,
	market::{self, Offer, State},
	service::{
		buyer::{Answer, Buyer, Shop},
		offer::OfferFile,
	},
};
use tokio::net::TcpListener;

use super::{credits::read_dollars, files::write_to, offering::terms, signer::Write};
use crate::{
	connection::{tell_proxies, NodeOptions},
	daemons::{
		buying::{router, sign_soon},
		door::{serve, stopped, Bounds},
	},
	output::Output,
};

/// What to do with agreements of a chain that has begun anew.
const ANEW: &str =
	"What was agreed on and signed there is worth nothing here: name another --state, or move it away";
/// For how long a new agreement is not known everywhere yet.
const NEWS: Duration = Duration::from_secs(60);
/// The longest life of a connection to this machine's door.
const LONGEST: Duration = Duration::from_secs(24 * 3_600);

/// What `buy` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
	/// Address of what is wanted, at who sells it.
	#[arg(value_name = "ADDRESS")]
	pub address: String,
	/// Key file that signs requests and receipts (see `init`). It holds no tokens, and can spend what is in the agreement.
	#[arg(long, value_name = "FILE")]
	pub key: PathBuf,
	/// Where no agreement is open: open one, with so many dollars in it.
	#[arg(long, value_parser = read_dollars)]
	pub dollars: Option<u128>,
	/// The agreement to use: one that somebody else has opened for this key, say.
	#[arg(long, conflicts_with = "dollars")]
	pub agreement: Option<u32>,
	/// Folder for agreements and receipts.
	#[arg(long, value_name = "FOLDER", default_value = "agreements")]
	pub state: PathBuf,
	/// What may be lost to who serves, in dollars: a window of units. A tenth of what is in the agreement, if it is left out.
	#[arg(long, value_parser = read_dollars)]
	pub risk: Option<u128>,
	/// File for what comes; standard output if left out.
	#[arg(long, value_name = "FILE", conflicts_with = "listen")]
	pub output: Option<PathBuf>,
	/// In place of asking once: answer here, until it is stopped, whatever a program asks as if it were at the seller's.
	#[arg(long, value_name = "ADDRESS")]
	pub listen: Option<SocketAddr>,
	#[command(flatten)]
	pub nodes: NodeOptions,
	#[command(flatten)]
	pub write: Write,
}

/// The offer as the chain has it, if it is what the seller says.
async fn checked(chain: &Chain, shop: &Shop) -> Result<(u32, OfferFile, Offer)> {
	let (network, number, file) = shop.offer().await?;
	let offers = chain.offers(network).await?;
	let row = offers.into_iter().find(|(known, _)| *known == number).map(|(_, row)| row);
	let row = row.ok_or_else(|| {
		Failure::NotFound(format!("offer {number} of network {network} is not on this chain"))
	})?;
	if network != file.network || !file.is(&row) {
		bail!(Failure::Mismatch(format!(
			"what the seller says of offer {number} is not what the chain has: it is not paid"
		)))
	}
	Ok((number, file, row))
}

/// Refuses to trust who serves with more than was said.
fn ensure_risk(options: &Options, file: &OfferFile, credits: u128) -> Result<()> {
	let most = options.risk.unwrap_or(credits / 10);
	if file.at_risk() > most {
		bail!(Failure::Refused(format!(
			"who serves could keep a window, {}, for nothing: say --risk {} if it is trusted with that, or put more in",
			dollars(file.at_risk()),
			dollars(file.at_risk()).trim_start_matches('$')
		)));
	}
	Ok(())
}

/// Where it is written which agreement is used.
fn note(options: &Options, chain: &Chain, file: &OfferFile) -> PathBuf {
	let (genesis, document) = (chain.genesis(), file.document());
	let name = format!("{}-{}", hex::encode(&genesis.0[..4]), hex::encode(&document.0[..8]));
	options.state.join(name)
}

/// The agreement that can be used, if there is one.
async fn known(
	options: &Options,
	chain: &Chain,
	file: &OfferFile,
	provider: &subxt::utils::AccountId32,
	key: &ReportKey,
	folder: &Path,
) -> Result<Option<u32>> {
	let noted = std::fs::read_to_string(folder.join("agreement")).ok();
	let noted = noted.and_then(|text| text.trim().parse().ok());
	let Some(number) = options.agreement.or(noted) else {
		return opened(options, chain, file, key).await;
	};
	let seen = chain.agreement(number).await?.filter(|seen| {
		let is_about = seen.row.document.0 == file.document().0 && seen.row.provider == *provider;
		let signs = match &seen.row.key {
			Some(known) => known.0 == *key,
			None => ReportKey::Sr25519(seen.row.buyer.0.into()) == *key,
		};
		is_about && signs
	});
	let now = chain.finalized().await?;
	let is_open = seen.is_some_and(|seen| seen.end.is_none_or(|(at, _)| u64::from(at) > now));
	match (is_open, options.agreement) {
		(true, _) => Ok(Some(number)),
		(false, None) => opened(options, chain, file, key).await,
		(false, Some(_)) => bail!(Failure::Mismatch(format!(
			"agreement {number} has ended, is with somebody else, or was opened with another key"
		))),
	}
}

/// An agreement that was opened for this key, and not noted: whoever has opened it was killed before.
async fn opened(
	options: &Options,
	chain: &Chain,
	file: &OfferFile,
	key: &ReportKey,
) -> Result<Option<u32>> {
	let Ok(signer) = options.write.signer.keypair_on(chain).await else { return Ok(None) };
	let all = chain.agreements_of(&account(&signer)).await?;
	let (document, now) = (file.document(), chain.finalized().await?);
	let fits = all.into_iter().rev().find(|(_, seen)| {
		seen.row.document.0 == document.0
			&& seen.row.key.as_ref().is_some_and(|known| known.0 == *key)
			&& seen.end.as_ref().is_none_or(|(at, _)| u64::from(*at) > now)
	});
	Ok(fits.map(|(number, _)| number))
}

/// What an offer asks, in one line.
fn said(number: u32, file: &OfferFile, row: &Offer) -> String {
	let setup = match row.ask.setup {
		0 => String::new(),
		setup => format!(", and {} at once", dollars(setup)),
	};
	format!("offer {number}: {}, for {}{setup}", printable(&file.description), terms(&file.terms))
}

/// Uses it.
pub async fn run(options: &Options, output: Output) -> Result<()> {
	// What comes is a result, and nothing else is then.
	let to_stdout = options.output.is_none() && options.listen.is_none();
	let aside = if to_stdout { Output { json: true } } else { output };
	let pair = keys::load(&options.key)?;
	let shop = Shop::at(&options.address)?;
	tell_proxies([&options.address], aside);
	let chain = options.nodes.connect().await?;
	let (number, file, row) = checked(&chain, &shop).await?;
	aside.say(said(number, &file, &row));
	let (folder, key) = (note(options, &chain, &file), pair.public());
	// The number that is noted is another agreement's on a chain that has begun anew, and its receipts were never signed there.
	let second = chain.second_block().await?;
	second.map_or(Ok(()), |second| begun::check(&folder, &second, ANEW))?;
	let provider = &row.provider;
	let known = known(options, &chain, &file, provider, &key, &folder).await?;
	if let Some(credits) = options.dollars.filter(|_| known.is_none()) {
		ensure_risk(options, &file, credits)?;
	}
	let agreement = match (known, options.dollars) {
		(Some(agreement), _) => agreement,
		(None, None) => bail!(Failure::NotFound(
			"there is no agreement with who sells this: say --dollars to open one".into()
		)),
		(None, Some(credits)) => {
			let what = format!("take offer {number} with {}", dollars(credits));
			let call = market::open(file.network, number, credits, Some(key));
			let Written::Done(events) = options.write.send(&chain, &what, call, aside).await?
			else {
				return Ok(());
			};
			let given = market::number_given(&events)?;
			let given = given.ok_or_else(|| anyhow!("the chain has given no number"))?;
			second.map_or(Ok(()), |second| begun::settle(&folder, &second, ANEW))?;
			durable::replace(&folder.join("agreement"), &[given.to_string().as_bytes()])?;
			given
		}
	};
	if !options.write.commit {
		aside.say(format!("agreement {agreement} is open: say --commit to use it"));
		return Ok(());
	}
	second.map_or(Ok(()), |second| begun::settle(&folder, &second, ANEW))?;
	let seen = chain.agreement(agreement).await?;
	let (credits, paid) = seen.map_or((0, 0), |seen| {
		let paid = match seen.row.state {
			State::Metered { units, .. } => units,
			_ => 0,
		};
		(seen.row.purse.credits, paid)
	});
	// A tenth of all that was put in.
	let price = market::unit_price(&file.terms);
	ensure_risk(options, &file, credits.saturating_add(price.saturating_mul(paid.into())))?;
	let path = shop.resource();
	let place = (agreement, paid);
	let buyer = Buyer::new(shop, chain.genesis(), pair, place, file.metering, &folder)?;
	if let Some(address) = options.listen {
		return listen(buyer, address, agreement, output).await;
	}
	let ended = fetch(&buyer, &path, options.output.as_deref()).await;
	// What has come is paid for, also if not all of it has.
	buyer.flush().await?;
	let length = ended?;
	let units = buyer.signed();
	let spent = price.saturating_mul(units.into());
	let value = serde_json::json!({
		"agreement": agreement,
		"bytes": length,
		"units": units,
		"credits": spent.to_string(),
	});
	let text = match file.metering {
		Some(_) => format!(
			"{length} bytes. By agreement {agreement}, {} units in all for {}",
			units,
			dollars(spent)
		),
		None => format!("{length} bytes, by agreement {agreement}"),
	};
	match to_stdout {
		true => aside.say(text),
		false => output.result(&value, text),
	}
	Ok(())
}

/// Asks, and again while the agreement is too new for the seller's node.
async fn first(buyer: &Arc<Buyer>, path: &str) -> Result<Answer> {
	let begun = Instant::now();
	loop {
		match buyer.ask(Method::GET, path, HeaderMap::new(), Vec::new()).await {
			Err(error)
				if buyer.signed() == 0
					&& Failure::code_of(&error) == 6
					&& begun.elapsed() < NEWS =>
			{
				tokio::time::sleep(Duration::from_secs(2)).await;
			}
			Ok(answer)
				if answer.status == StatusCode::SERVICE_UNAVAILABLE && begun.elapsed() < NEWS =>
			{
				tokio::time::sleep(Duration::from_secs(2)).await;
			}
			answer => return answer,
		}
	}
}

/// Gets it, to a file or standard output. How many bytes it has.
async fn fetch(buyer: &Arc<Buyer>, path: &str, to: Option<&Path>) -> Result<u64> {
	let answer = first(buyer, path).await?;
	if !answer.status.is_success() {
		bail!(Failure::NotFound(format!("who sells answers {}: nothing is paid", answer.status)));
	}
	write_to(to, answer.body).await
}

/// Answers programs on this machine until it is stopped.
async fn listen(
	buyer: Arc<Buyer>,
	address: SocketAddr,
	agreement: u32,
	output: Output,
) -> Result<()> {
	if !address.ip().is_loopback() {
		bail!(Failure::Arguments(format!(
			"{address} can be reached from elsewhere, and whoever does would spend what is yours: listen at 127.0.0.1"
		)));
	}
	let listener = TcpListener::bind(address)
		.await
		.map_err(|error| Failure::Arguments(format!("nobody can listen at {address}: {error}")))?;
	let address = listener.local_addr()?;
	output.result(
		&serde_json::json!({ "agreement": agreement, "address": format!("http://{address}") }),
		format!("what is asked at http://{address} is paid for by agreement {agreement}"),
	);
	let signing = tokio::spawn(sign_soon(buyer.clone(), output));
	let bounds = Bounds { longest: LONGEST, ..Default::default() };
	serve(listener, router(buyer.clone(), address), bounds, stopped()).await;
	signing.abort();
	buyer.flush().await
}
