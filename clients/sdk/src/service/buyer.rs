//! Who uses service that was agreed on: asks, counts what comes, and signs for that.

use std::{
	path::PathBuf,
	pin::Pin,
	sync::{
		atomic::{AtomicBool, Ordering},
		Arc, Mutex, MutexGuard, PoisonError,
	},
	time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::{anyhow, bail, Result};
use futures::{stream, Stream, StreamExt};
use reqwest::{
	header::{HeaderMap, ACCEPT_ENCODING},
	Body, Client, Method, StatusCode, Url,
};
use substation_primitives::H256;
use substation_proofs::author::DevicePair;

use super::{
	counting::{Count, Counter},
	offer::{Metering, OfferFile, LONGEST},
	payment::{self, asked, header, Handed, Payment, Required, Tab},
	tab::Counted,
	OFFER, RECEIPTS,
};
use crate::{failure::Failure, http::printable, market, proxies::builder_for};

/// The longest answer about a payment.
const MAX_WORDS: usize = 16 * 1_024;
/// The longest wait for a connection, and for an answer about a payment.
const PATIENCE: Duration = Duration::from_secs(20);

/// The place where something is sold.
#[derive(Clone, Debug)]
pub struct Shop {
	http: Client,
	url: Url,
}

/// A body as it comes.
pub type Pieces = Pin<Box<dyn Stream<Item = Result<Vec<u8>>> + Send>>;

/// An answer that is paid for while it is read, or that costs nothing.
pub struct Answer {
	/// Its status.
	pub status: StatusCode,
	/// Its headers.
	pub headers: HeaderMap,
	/// Its body.
	pub body: Pieces,
}

async fn all_of(response: reqwest::Response, most: usize) -> Result<Vec<u8>> {
	let mut stream = response.bytes_stream();
	let mut all = Vec::new();
	while let Some(piece) = stream.next().await {
		let piece = piece.map_err(|error| Failure::Unreachable(error.to_string()))?;
		if all.len().saturating_add(piece.len()) > most {
			bail!("the answer is longer than {most} bytes");
		}
		all.extend_from_slice(&piece);
	}
	Ok(all)
}

impl Shop {
	/// At this address: that of any of its resources.
	///
	/// # Errors
	///
	/// If it is no address of HTTP.
	pub fn at(url: &str) -> Result<Self> {
		let parsed = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
		let url = parsed.ok_or_else(|| {
			Failure::Arguments(format!("{} is no address such as http://host/path", printable(url)))
		})?;
		let http = builder_for(url.as_str())
			.connect_timeout(PATIENCE)
			// Whom it leads to is somebody else, who is not paid.
			.redirect(reqwest::redirect::Policy::none())
			.build()?;
		Ok(Self { http, url })
	}

	/// The path, and the query, of the resource by whose address it was named.
	pub fn resource(&self) -> String {
		match self.url.query() {
			Some(query) => format!("{}?{query}", self.url.path()),
			None => self.url.path().into(),
		}
	}

	fn join(&self, path: &str) -> Result<Url> {
		let mut url = self.url.clone();
		let (path, query) = match path.split_once('?') {
			Some((path, query)) => (path, Some(query)),
			None => (path, None),
		};
		url.set_path(path);
		url.set_query(query);
		Ok(url)
	}

	fn silent(&self, error: &reqwest::Error) -> Failure {
		Failure::Unreachable(format!("nobody answers at {}: {error}", self.url))
	}

	/// What is offered here: the network and the number of the offer, and its file. Whether the chain says the same is for
	/// who asks to find out.
	///
	/// # Errors
	///
	/// If nobody answers, or nothing is sold here.
	pub async fn offer(&self) -> Result<(u32, u32, OfferFile)> {
		let get = |path: String| async move {
			let request = self.http.get(self.join(&path)?).timeout(PATIENCE);
			let response = request.send().await.map_err(|error| self.silent(&error))?;
			let status = response.status();
			Ok::<_, anyhow::Error>((status, all_of(response, MAX_WORDS.max(LONGEST)).await?))
		};
		let (_, required) = get(self.resource()).await?;
		let required: Required = serde_json::from_slice(&required).map_err(|_| {
			Failure::NotFound(format!("nothing is sold by `substation-agent sell` at {}", self.url))
		})?;
		let (_, bytes) = get(OFFER.into()).await?;
		let file = OfferFile::parse(bytes)?;
		let accepted = required.accepts.first().ok_or_else(|| anyhow!("nothing is accepted"))?;
		Ok((accepted.extra.substation_network, accepted.extra.offer, file))
	}

	/// How who serves says things stand.
	async fn standing(&self, handed: &Handed) -> Result<Tab> {
		let request = self.http.post(self.join(RECEIPTS)?).timeout(PATIENCE).json(handed);
		let response = request.send().await.map_err(|error| self.silent(&error))?;
		let status = response.status();
		let words = all_of(response, MAX_WORDS).await?;
		if !status.is_success() {
			bail!(Failure::Refused(format!("{status}: {}", reason(&words))));
		}
		Ok(serde_json::from_slice(&words)?)
	}
}

/// Why something was refused, in the words of who does.
fn reason(words: &[u8]) -> String {
	let said = serde_json::from_slice::<Required>(words).map(|required| required.error);
	printable(&said.unwrap_or_else(|_| String::from_utf8_lossy(words).into_owned()))
}

/// A buyer's side of one agreement.
pub struct Buyer {
	shop: Shop,
	genesis: H256,
	pair: DevicePair,
	agreement: u32,
	metering: Option<Metering>,
	counted: Mutex<Counted>,
	/// Whether an answer was left before its end: who serves may have counted more than has come.
	unsure: AtomicBool,
	/// One request begins at a time, so that their numbers rise.
	begins: tokio::sync::Mutex<()>,
}

impl Buyer {
	/// A buyer's side of an agreement with whom it is agreed on; what was signed is kept in `file`.
	///
	/// # Errors
	///
	/// If the file is damaged.
	pub fn new(
		shop: Shop,
		genesis: H256,
		pair: DevicePair,
		agreement: u32,
		metering: Option<Metering>,
		file: PathBuf,
	) -> Result<Arc<Self>> {
		let size = metering.map_or(1, |metering| metering.size);
		let counted = Mutex::new(Counted::open(file, size)?);
		let unsure = AtomicBool::new(true);
		let begins = tokio::sync::Mutex::default();
		Ok(Arc::new(Self { shop, genesis, pair, agreement, metering, counted, unsure, begins }))
	}

	fn counted(&self) -> MutexGuard<'_, Counted> {
		self.counted.lock().unwrap_or_else(PoisonError::into_inner)
	}

	/// Units that were signed for.
	pub fn signed(&self) -> u64 {
		self.counted().receipt().map_or(0, |receipt| receipt.units)
	}

	/// What was taken, and what was signed for.
	pub fn tab(&self) -> Tab {
		self.counted().tab()
	}

	/// Compares with who serves, after this side has lost count: it is believed within a window.
	async fn compare(&self) -> Result<()> {
		let Some(metering) = self.metering else { return Ok(()) };
		if !self.unsure.swap(false, Ordering::SeqCst) {
			return Ok(());
		}
		let receipt = self.counted().receipt().map(market::written);
		let handed = Handed { agreement: self.agreement, receipt };
		let compared = self.shop.standing(&handed).await;
		let said = compared.inspect_err(|_| self.unsure.store(true, Ordering::SeqCst))?;
		if !self.counted().adopt(said.served, metering.window) {
			bail!(Failure::Mismatch(format!(
				"who serves says that it has served {} by agreement {}, and {} was signed for: a window of {} is believed, \
				 and no more",
				said.served,
				self.agreement,
				self.tab().signed,
				metering.ahead()
			)))
		}
		self.flush().await
	}

	/// Signs for what was taken, if anything was since the last receipt, and hands the receipt over.
	///
	/// # Errors
	///
	/// If who serves does not take it. It is kept, and handed over with the next.
	pub async fn flush(&self) -> Result<()> {
		let receipt = {
			let mut counted = self.counted();
			let Some(units) = counted.unsigned() else { return Ok(()) };
			let receipt = market::sign(&self.genesis, &self.pair, self.agreement, units);
			let text = market::written(&receipt);
			counted.keep(receipt)?;
			text
		};
		let handed = Handed { agreement: self.agreement, receipt: Some(receipt) };
		let handed = self.shop.standing(&handed).await;
		// What was signed stays signed: the next one says at least as much.
		handed.inspect_err(|_| self.unsure.store(true, Ordering::SeqCst)).map(drop)
	}

	/// Counts what has come, and signs once half a window has.
	async fn count(&self, more: u64, metering: &Metering) -> Result<()> {
		let tab = {
			let mut counted = self.counted();
			counted.count(more);
			counted.tab()
		};
		if tab.served.saturating_sub(tab.signed) >= metering.ahead().div_ceil(2) {
			self.flush().await?;
		}
		Ok(())
	}

	/// Asks for something. What comes is counted, and signed for, while it is read.
	///
	/// # Errors
	///
	/// If nobody answers, or who serves asks for another payment.
	pub async fn ask(
		self: &Arc<Self>,
		method: Method,
		path: &str,
		mut headers: HeaderMap,
		body: Vec<u8>,
	) -> Result<Answer> {
		let length = body.len();
		let begins = self.begins.lock().await;
		self.compare().await?;
		let millis = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
		let serial = self.counted().next_serial(u64::try_from(millis).unwrap_or(u64::MAX));
		let url = self.shop.join(path)?;
		// As it goes over the wire: what is signed has to be what is read there.
		let sent = match url.query() {
			Some(query) => format!("{}?{query}", url.path()),
			None => url.path().into(),
		};
		let what = asked(method.as_str(), &sent);
		let payment = Payment::sign(&self.genesis, &self.pair, self.agreement, serial, &what);
		headers.insert(payment::PAYMENT, header(&payment).parse()?);
		// What is counted has to be what was sent.
		headers.insert(ACCEPT_ENCODING, "identity".parse()?);
		let request = self.shop.http.request(method, url).headers(headers).body(Body::from(body));
		let response = request.send().await.map_err(|error| self.shop.silent(&error));
		drop(begins);
		let response = response.inspect_err(|_| self.unsure.store(true, Ordering::SeqCst))?;
		let (status, headers) = (response.status(), response.headers().clone());
		if status == StatusCode::PAYMENT_REQUIRED {
			self.unsure.store(true, Ordering::SeqCst);
			bail!(Failure::Refused(reason(&all_of(response, MAX_WORDS).await?)));
		}
		let pieces = response.bytes_stream();
		let Some(metering) = self.metering.filter(|_| status.is_success()) else {
			let body = pieces.map(|piece| Ok(piece.map_err(broken)?.to_vec()));
			return Ok(Answer { status, headers, body: Box::pin(body) });
		};
		let counter = Counter::new(metering.count);
		self.count(counter.at_first(length), &metering).await?;
		let is_whole = metering.count == Count::Answers;
		let reading = Reading { buyer: self.clone(), counter, metering, is_whole };
		let body = stream::try_unfold(
			(Box::pin(pieces), reading),
			|(mut pieces, mut reading)| async move {
				let Some(piece) = pieces.next().await else {
					reading.end();
					return Ok(None);
				};
				let piece = piece.map_err(broken)?.to_vec();
				let (_, units) = reading.counter.take(&piece, u64::MAX);
				reading.buyer.count(units, &reading.metering).await?;
				Ok(Some((piece, (pieces, reading))))
			},
		);
		Ok(Answer { status, headers, body: Box::pin(body) })
	}
}

fn broken(error: reqwest::Error) -> anyhow::Error {
	let text = "the answer has broken off: who serves has stopped, or the connection has";
	anyhow::Error::from(error).context(Failure::Unreachable(text.into()))
}

/// An answer that is being read. If it is left before its end, who serves may have counted more than has come.
struct Reading {
	buyer: Arc<Buyer>,
	counter: Counter,
	metering: Metering,
	is_whole: bool,
}

impl Reading {
	fn end(&mut self) {
		self.is_whole = true;
	}
}

impl Drop for Reading {
	fn drop(&mut self) {
		if !self.is_whole {
			self.buyer.unsure.store(true, Ordering::SeqCst);
		}
	}
}
