//! Who uses service that was agreed on: asks, counts what comes, and signs for that.

use std::{
	fs,
	path::Path,
	pin::Pin,
	sync::{
		atomic::{AtomicBool, AtomicUsize, Ordering},
		Arc, Mutex, MutexGuard, PoisonError,
	},
	time::Duration,
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
	offer::{Metering, OfferFile},
	payment::{self, header, Handed, Payment, Required, Tab},
	tab::Counted,
	ABOUT, OFFER, RECEIPTS,
};
use crate::{
	durable, failure::Failure, http::printable, market, proxies::builder_for,
	publish::machine_millis,
};

/// The longest answer about a payment: an offer, with what is around it.
const MAX_WORDS: usize = 64 * 1_024;
/// The longest wait for a connection, and for an answer about a payment.
const PATIENCE: Duration = Duration::from_secs(20);
/// What comes later than that of an answer that was left is not waited for.
const LATE: Duration = Duration::from_secs(1);

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
			Ok::<_, anyhow::Error>((status, all_of(response, MAX_WORDS).await?))
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
	/// Whether who serves may know of more than has come here, or of less than was signed.
	unsure: AtomicBool,
	/// Answers that are on their way: what comes of them is counted when it comes.
	live: AtomicUsize,
	/// What who serves says, and is not believed.
	disputed: Mutex<Option<String>>,
	/// One receipt is handed over at a time, and one comparison made.
	talks: tokio::sync::Mutex<()>,
	/// The folder is this process's alone while it lives.
	_lock: fs::File,
}

/// Times that a receipt is handed over before that fails.
const TRIES: u32 = 3;

impl Buyer {
	/// A buyer's side of an agreement with whom it is agreed on; `paid` units are paid by it already. What was signed is kept in
	/// a file of this folder.
	///
	/// # Errors
	///
	/// If the file is damaged, or another process uses the folder.
	pub fn new(
		shop: Shop,
		genesis: H256,
		pair: DevicePair,
		(agreement, paid): (u32, u64),
		metering: Option<Metering>,
		folder: &Path,
	) -> Result<Arc<Self>> {
		let lock = durable::lock(folder)?;
		let file = folder.join(format!("agreement-{agreement}.json"));
		let unsure = AtomicBool::new(file.exists() || paid > 0);
		let size = metering.map_or(1, |metering| metering.size);
		let mut counted = Counted::open(file, size)?;
		counted.was_paid(paid);
		Ok(Arc::new(Self {
			shop,
			genesis,
			pair,
			agreement,
			metering,
			counted: Mutex::new(counted),
			unsure,
			live: AtomicUsize::new(0),
			disputed: Mutex::default(),
			talks: tokio::sync::Mutex::default(),
			_lock: lock,
		}))
	}

	fn counted(&self) -> MutexGuard<'_, Counted> {
		self.counted.lock().unwrap_or_else(PoisonError::into_inner)
	}

	fn is_unsure(&self) {
		self.unsure.store(true, Ordering::SeqCst);
	}

	/// Units that were signed for.
	pub fn signed(&self) -> u64 {
		self.counted().receipt().map_or(0, |receipt| receipt.units)
	}

	/// What was taken, and what was signed for.
	pub fn tab(&self) -> Tab {
		self.counted().tab()
	}

	/// Compares with who serves, after this side may have lost count: it is believed within a window. While something is on
	/// its way nobody knows how far, and the last receipt is handed over only.
	async fn compare(&self) -> Result<()> {
		if !self.unsure.load(Ordering::SeqCst) {
			return Ok(());
		}
		let talks = self.talks.lock().await;
		let receipt = self.counted().receipt().map(market::written);
		let said = self.hand_over(receipt).await?;
		if self.live.load(Ordering::SeqCst) > 0 {
			return Ok(());
		}
		if let Some(metering) = self.metering {
			let disputed = match self.counted().adopt(said.served, metering.window) {
				true => None,
				// It goes on by its own count. Whether that is enough for who serves is seen then.
				false => Some(format!(
					"who serves says that it has served {} by agreement {}, of which {} came here and was signed for: it is \
					 believed for a window of {}, and no more",
					said.served,
					self.agreement,
					said.signed,
					metering.ahead()
				)),
			};
			*self.disputed.lock().unwrap_or_else(PoisonError::into_inner) = disputed;
		}
		self.unsure.store(false, Ordering::SeqCst);
		drop(talks);
		self.flush().await
	}

	/// Hands a receipt over, or asks how things stand.
	async fn hand_over(&self, receipt: Option<String>) -> Result<Tab> {
		let handed = Handed { agreement: self.agreement, receipt };
		let said = self.shop.standing(&handed).await?;
		self.counted().acknowledge(&said);
		Ok(said)
	}

	/// Signs for what was taken, if anything was since the last receipt, and hands the last receipt over until it is known to
	/// be there.
	///
	/// # Errors
	///
	/// If who serves does not take it. It is kept, and the next call tries again.
	pub async fn flush(&self) -> Result<()> {
		let _talks = self.talks.lock().await;
		let receipt = {
			let mut counted = self.counted();
			if let Some(units) = counted.unsigned() {
				let receipt = market::sign(&self.genesis, &self.pair, self.agreement, units);
				counted.keep(receipt)?;
			}
			counted.unacknowledged().map(market::written)
		};
		let Some(receipt) = receipt else { return Ok(()) };
		let mut tried = 1;
		loop {
			match self.hand_over(Some(receipt.clone())).await {
				Ok(_) => return Ok(()),
				Err(error) if tried >= TRIES => return Err(error),
				Err(_) => tokio::time::sleep(Duration::from_millis(300)).await,
			}
			tried += 1;
		}
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
		headers: HeaderMap,
		body: Vec<u8>,
	) -> Result<Answer> {
		if path.starts_with(ABOUT) {
			bail!(Failure::Arguments("that is about the service, and is no part of it".into()));
		}
		let length = body.len();
		let (response, live) = match self.send(&method, path, &headers, &body).await? {
			(response, live) if response.status() != StatusCode::PAYMENT_REQUIRED => {
				(response, live)
			}
			// It may not have heard of the last receipt, or of a number that was lower than one before.
			(_, live) => {
				drop(live);
				self.is_unsure();
				self.send(&method, path, &headers, &body).await?
			}
		};
		let (status, headers) = (response.status(), response.headers().clone());
		if status == StatusCode::PAYMENT_REQUIRED {
			self.is_unsure();
			let why = reason(&all_of(response, MAX_WORDS).await?);
			let disputed = self.disputed.lock().unwrap_or_else(PoisonError::into_inner).clone();
			bail!(disputed.map_or(Failure::Refused(why), Failure::Mismatch));
		}
		let pieces = response.bytes_stream();
		// Whatever stands between may answer too, and is not paid.
		let is_paid = status.is_success() && headers.contains_key(payment::PAID);
		let Some(metering) = self.metering.filter(|_| is_paid) else {
			let body = pieces.map(|piece| Ok(piece.map_err(broken)?.to_vec()));
			return Ok(Answer { status, headers, body: Box::pin(body) });
		};
		let counter = Counter::new(metering.count);
		let pieces: Raw = Box::pin(pieces.map(|piece| piece.map(Into::into)));
		let pieces = Some((pieces, live));
		let reading = Reading { buyer: self.clone(), counter, metering, pieces };
		self.count(reading.counter.at_first(length), &metering).await?;
		let body = stream::try_unfold(reading, |mut reading| async move {
			let Some((pieces, _)) = &mut reading.pieces else { return Ok(None) };
			let Some(piece) = pieces.next().await else {
				reading.ended();
				return Ok(None);
			};
			let piece = piece.map_err(broken)?;
			let (_, units) = reading.counter.take(&piece, u64::MAX);
			reading.buyer.count(units, &reading.metering).await?;
			Ok(Some((piece, reading)))
		});
		Ok(Answer { status, headers, body: Box::pin(body) })
	}

	/// Sends a request that is signed for.
	async fn send(
		self: &Arc<Self>,
		method: &Method,
		path: &str,
		headers: &HeaderMap,
		body: &[u8],
	) -> Result<(reqwest::Response, Live)> {
		self.compare().await?;
		let live = Live::begin(self);
		let serial = self.counted().next_serial(machine_millis());
		let url = self.shop.join(path)?;
		// As it goes over the wire: what is signed has to be what is read there.
		let sent = match url.query() {
			Some(query) => format!("{}?{query}", url.path()),
			None => url.path().into(),
		};
		let what = (method.as_str(), sent.as_str(), body);
		let payment = Payment::sign(&self.genesis, &self.pair, self.agreement, serial, what);
		let mut headers = headers.clone();
		headers.insert(payment::PAYMENT, header(&payment).parse()?);
		// What is counted has to be what was sent.
		headers.insert(ACCEPT_ENCODING, "identity".parse()?);
		let request = self.shop.http.request(method.clone(), url).headers(headers);
		// If whoever waits for the answer does not wait for its end, it is not known what was served.
		let unsure = Unsure(Some(self));
		let response = request.body(Body::from(body.to_vec())).send().await;
		let response = response.map_err(|error| self.shop.silent(&error))?;
		unsure.settle();
		Ok((response, live))
	}
}

/// An answer on its way.
struct Live(Arc<Buyer>);

impl Live {
	fn begin(buyer: &Arc<Buyer>) -> Self {
		buyer.live.fetch_add(1, Ordering::SeqCst);
		Self(buyer.clone())
	}
}

impl Drop for Live {
	fn drop(&mut self) {
		self.0.live.fetch_sub(1, Ordering::SeqCst);
	}
}

/// Something that is not known until it is said to be.
struct Unsure<'a>(Option<&'a Buyer>);

impl Unsure<'_> {
	fn settle(mut self) {
		self.0 = None;
	}
}

impl Drop for Unsure<'_> {
	fn drop(&mut self) {
		if let Some(buyer) = self.0 {
			buyer.is_unsure();
		}
	}
}

fn broken(error: reqwest::Error) -> anyhow::Error {
	let text = "the answer has broken off: who serves has stopped, or the connection has";
	anyhow::Error::from(error).context(Failure::Unreachable(text.into()))
}

/// A body as it comes off the wire.
type Raw = Pin<Box<dyn Stream<Item = reqwest::Result<Vec<u8>>> + Send>>;

/// An answer that is being read. If it is left before its end, what is on its way is read and counted: it was served.
struct Reading {
	buyer: Arc<Buyer>,
	counter: Counter,
	metering: Metering,
	pieces: Option<(Raw, Live)>,
}

impl Reading {
	/// There is no more.
	fn ended(&mut self) {
		self.pieces = None;
	}
}

impl Drop for Reading {
	fn drop(&mut self) {
		let Some((mut pieces, live)) = self.pieces.take() else { return };
		self.buyer.is_unsure();
		// An answer is one, however much of it is read.
		if self.metering.count == Count::Answers {
			return;
		}
		let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
		let (buyer, mut counter, mut left) =
			(self.buyer.clone(), self.counter.clone(), self.metering.ahead());
		runtime.spawn(async move {
			let _live = live;
			while left > 0 {
				let Ok(Some(Ok(piece))) = tokio::time::timeout(LATE, pieces.next()).await else {
					return;
				};
				let (_, units) = counter.take(&piece, left);
				buyer.counted().count(units);
				left = left.saturating_sub(units);
			}
		});
	}
}
