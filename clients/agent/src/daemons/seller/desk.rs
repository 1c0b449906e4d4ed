//! What a seller is asked over HTTP: the service, receipts, and what is offered.

use std::sync::Arc;

use axum::{
	body::{Body, HttpBody},
	extract::{Request, State},
	http::{header::CONTENT_LENGTH, HeaderValue, StatusCode},
	response::{IntoResponse, Response},
	Json, Router,
};
use futures::{stream, StreamExt};
use substation_primitives::H256;
use substation_sdk::market::Terms;
use substation_sdk::service::{
	counting::{Count, Counter},
	offer::{Metering, OfferFile},
	payment::{
		body_hash, chain_name, from_header, header, Accepted, Extra, Handed, Paid, Payment,
		Required, Resource, PAID, PAYMENT, SCHEME, VERSION,
	},
	ABOUT, AGREEMENT, LONGEST_BODY, OFFER, RECEIPTS,
};
use tokio::sync::Semaphore;

use super::{
	super::{
		answers::{plain, read, required, shortened},
		behind::Server,
	},
	books::{Account, Books, Refusal, Standings, PATIENCE},
};

/// The longest body about a receipt.
const LONGEST_RECEIPT: usize = 1_024;
/// Requests that are read, or wait for the chain, at a time.
const AT_A_TIME: usize = 64;
/// Receipts at a time: who is served has to be able to sign, whatever others do.
const RECEIPTS_AT_A_TIME: usize = 64;

/// A seller.
pub struct Desk<S> {
	/// Hash of the chain's first block.
	pub genesis: H256,
	/// What is offered.
	pub offer: OfferFile,
	/// The offer's number on the chain.
	pub number: u32,
	/// Who sells: an address.
	pub provider: String,
	/// What is sold.
	pub server: Server,
	/// Who has bought it.
	pub books: Books<S>,
	/// How many are answered at a time.
	pub places: Places,
}

/// Places for those who ask, and for those who sign.
pub struct Places {
	asking: Semaphore,
	signing: Semaphore,
}

impl Default for Places {
	fn default() -> Self {
		Self { asking: Semaphore::new(AT_A_TIME), signing: Semaphore::new(RECEIPTS_AT_A_TIME) }
	}
}

/// The routes.
pub fn router<S: Standings>(desk: Arc<Desk<S>>) -> Router {
	Router::new().fallback(answer::<S>).with_state(desk)
}

async fn answer<S: Standings>(State(desk): State<Arc<Desk<S>>>, request: Request) -> Response {
	let path = request.uri().path().to_string();
	if !path.starts_with(ABOUT) {
		return desk.clone().serve(request).await;
	}
	match (request.method().as_str(), path.as_str()) {
		("GET", OFFER) => desk.offer.bytes.clone().into_response(),
		("POST", RECEIPTS) => desk.receipt(request).await,
		_ => plain(StatusCode::NOT_FOUND, "nothing is here"),
	}
}

fn busy() -> Refusal {
	Refusal::Busy("too many requests at once: try again".into())
}

impl<S: Standings> Desk<S> {
	/// Why something is not served, and how it is paid for.
	fn refused(&self, resource: &str, refusal: Refusal) -> Response {
		let error = match refusal {
			Refusal::Busy(text) => return plain(StatusCode::SERVICE_UNAVAILABLE, text),
			Refusal::NotPaid(error) => error,
		};
		let (amount, per) = match self.offer.terms {
			Terms::Meter { price, .. } => (price, "unit"),
			Terms::Stream { rate } => (rate, "block"),
			Terms::Job { price, .. } => (price, "job"),
			Terms::Proof { rate, .. } => (rate, "report"),
		};
		let extra = Extra {
			substation_network: self.offer.network,
			offer: self.number,
			document: format!("{:?}", self.offer.document()),
			per: per.into(),
			window: self.offer.metering.map(|metering| metering.window),
		};
		let accepted = Accepted {
			scheme: SCHEME.into(),
			network: chain_name(&self.genesis),
			amount: amount.to_string(),
			asset: "credit".into(),
			pay_to: self.provider.clone(),
			max_timeout_seconds: u32::try_from(PATIENCE.as_secs()).unwrap_or(u32::MAX),
			extra,
		};
		let description = self.offer.description.clone();
		required(&Required {
			x402_version: VERSION,
			error,
			resource: Resource { url: shortened(resource), description },
			accepts: vec![accepted],
		})
	}

	/// Who pays for a request, if somebody does.
	async fn payer(&self, sent: Option<HeaderValue>) -> Result<(Arc<Account>, Payment), Refusal> {
		let wrong = |error: anyhow::Error| Refusal::NotPaid(error.to_string());
		let sent = sent.ok_or_else(|| {
			Refusal::NotPaid(format!("this is paid for: take the offer, and send `{PAYMENT}`"))
		})?;
		let payment: Payment = from_header(sent.as_bytes()).map_err(wrong)?;
		payment.check_form(&self.genesis).map_err(wrong)?;
		let account = self.books.account(payment.payload.agreement).await?;
		Ok((account, payment))
	}

	/// Checks that the payer asks for this.
	fn check(
		&self,
		account: &Account,
		payment: &Payment,
		(method, path): (&str, &str),
	) -> Result<(), Refusal> {
		match payment.is_by(&account.standing().key, &self.genesis, method, path) {
			true => Ok(()),
			false => {
				Err(Refusal::NotPaid("the agreement's key has not signed this request".into()))
			}
		}
	}

	/// Takes a receipt.
	async fn receipt(&self, request: Request) -> Response {
		let body = match read(request.into_body(), LONGEST_RECEIPT).await {
			Ok(body) => body,
			Err(response) => return response,
		};
		// Who sends slowly holds no place.
		let Ok(_place) = self.places.signing.try_acquire() else {
			return self.refused(RECEIPTS, busy());
		};
		let handed: Handed = match serde_json::from_slice(&body) {
			Ok(handed) => handed,
			Err(error) => return plain(StatusCode::BAD_REQUEST, format!("no receipt: {error}")),
		};
		let account = match self.books.account(handed.agreement).await {
			Ok(account) => account,
			Err(refusal) => return self.refused(RECEIPTS, refusal),
		};
		let kept = match handed.checked(&account.standing().key, &self.genesis) {
			Ok(None) => return Json(account.tab()).into_response(),
			Ok(Some(receipt)) => self.books.keep(&account, receipt).await,
			Err(error) => return plain(StatusCode::UNPROCESSABLE_ENTITY, error.to_string()),
		};
		match kept {
			Ok(tab) => Json(tab).into_response(),
			Err(refusal) => self.refused(RECEIPTS, refusal),
		}
	}

	async fn serve(self: Arc<Self>, request: Request) -> Response {
		let path = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_string();
		let sent = request.headers().get(PAYMENT).cloned();
		let paid = match self.places.asking.try_acquire() {
			Ok(_place) => self.payer(sent).await,
			Err(_) => Err(busy()),
		};
		let asks = (request.method().to_string(), path.clone());
		let checked = paid.and_then(|(account, payment)| {
			self.check(&account, &payment, (&asks.0, &asks.1)).map(|()| (account, payment))
		});
		// From here on it is the buyer who asks, and nobody else takes its places.
		let (account, payment) = match checked {
			Ok(paid) => paid,
			Err(refusal) => return self.refused(&path, refusal),
		};
		// Who asks for much at once waits for itself.
		let place = tokio::time::timeout(PATIENCE, account.places.clone().acquire_owned()).await;
		let Ok(Ok(_place)) = place else { return self.refused(&path, busy()) };
		if !account.is_new(payment.payload.serial) {
			let why = format!(
				"a request with this number was here before, or may have been: numbers are above {}",
				account.tab().serial
			);
			return self.refused(&path, Refusal::NotPaid(why));
		}
		let (parts, body) = request.into_parts();
		let body = match read(body, LONGEST_BODY).await {
			Ok(body) => body,
			Err(response) => return response,
		};
		if body_hash(&body) != payment.payload.body {
			let why = "the body is not the one that was signed";
			return self.refused(&path, Refusal::NotPaid(why.into()));
		}
		let counter = self.offer.metering.map(|metering| Counter::new(metering.count));
		let first = counter.as_ref().map_or(0, |counter| counter.at_first(body.len()));
		// Before it is served, also where only lines are counted: who owes a window gets nothing.
		let least = first.max(1);
		let mut reserved = match self.books.reserve(&account, least, least).await {
			Ok(reserved) => reserved,
			Err(refusal) => return self.refused(&path, refusal),
		};
		reserved.keep(first);
		let request = Request::from_parts(parts, body);
		let whom = account.agreement.to_string();
		let response = self.server.answer((AGREEMENT, &whom), request).await;
		if !response.status().is_success() {
			return response;
		}
		reserved.serve();
		self.metered(account, response, counter)
	}

	/// An answer whose body passes as far as it is paid for.
	fn metered(
		self: Arc<Self>,
		account: Arc<Account>,
		response: Response,
		counter: Option<Counter>,
	) -> Response {
		let paid = Paid {
			success: true,
			network: chain_name(&self.genesis),
			transaction: String::new(),
			agreement: account.agreement,
		};
		let (mut parts, body) = response.into_parts();
		if let Ok(value) = HeaderValue::try_from(header(&paid)) {
			parts.headers.insert(PAID, value);
		}
		if let (None, Some(length)) = (parts.headers.get(CONTENT_LENGTH), body.size_hint().exact())
		{
			parts.headers.insert(CONTENT_LENGTH, length.into());
		}
		if matches!(self.offer.metering, Some(Metering { count: Count::Answers, .. })) {
			return Response::from_parts(parts, body);
		}
		let passing = Passing { desk: self, account, counter, held: Vec::new() };
		let pieces = body.into_data_stream();
		let body = stream::try_unfold((pieces, passing), |(mut pieces, mut passing)| async move {
			while passing.held.is_empty() {
				let Some(piece) = pieces.next().await else { return Ok(None) };
				passing.held = piece.map_err(std::io::Error::other)?.to_vec();
			}
			let piece = passing.next().await?;
			Ok::<_, std::io::Error>(Some((piece, (pieces, passing))))
		});
		Response::from_parts(parts, Body::from_stream(body))
	}
}

/// A body on its way, of which this much is `held` until it is paid for.
struct Passing<S> {
	desk: Arc<Desk<S>>,
	account: Arc<Account>,
	/// None where time is paid for.
	counter: Option<Counter>,
	held: Vec<u8>,
}

impl<S: Standings> Passing<S> {
	/// What may pass next, which is not nothing.
	async fn next(&mut self) -> std::io::Result<Vec<u8>> {
		let stopped = |refusal: Refusal| match refusal {
			Refusal::NotPaid(why) | Refusal::Busy(why) => std::io::Error::other(why),
		};
		let Some(counter) = &mut self.counter else {
			self.desk.books.reserve(&self.account, 1, 1).await.map_err(stopped)?.serve();
			return Ok(std::mem::take(&mut self.held));
		};
		// A line that has begun ends without a unit more.
		let (free, _) = counter.take(&self.held, 0);
		let taken = match free {
			0 => {
				let most = counter.clone().take(&self.held, u64::MAX).1;
				let room = self.desk.books.reserve(&self.account, 1, most).await;
				let mut room = room.map_err(stopped)?;
				let (taken, units) = counter.take(&self.held, room.units);
				room.keep(units);
				room.serve();
				taken
			}
			free => free,
		};
		let rest = self.held.split_off(taken);
		Ok(std::mem::replace(&mut self.held, rest))
	}
}
