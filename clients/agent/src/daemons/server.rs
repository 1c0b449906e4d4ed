//! What an aggregator is asked over HTTP: the routes that [`substation_sdk::http::Client`] knows.

use std::{sync::Arc, time::Duration};

use axum::{
	body::{to_bytes, Bytes},
	extract::{Path, Request, State},
	http::{header::CONTENT_TYPE, StatusCode},
	response::{IntoResponse, Response},
	routing::{get, post, put},
	Json, Router,
};
use codec::DecodeAll;
use substation_primitives::{
	batch::MAX_CHUNK_BYTES, report::report_hash, DeviceId, EpochIndex, NetworkId, H256,
};
use substation_sdk::{
	board::{Note, Place, MAX_BYTES},
	http::{Acknowledgement, Handover},
	identity::parse_id,
};
use tokio::sync::Semaphore;

use super::{
	boards,
	refusal::{refused, Refusal},
};

/// Who takes reports.
pub trait TakeReports: Send + Sync + 'static {
	/// Takes a report and acknowledges it.
	fn take(
		&self,
		network: NetworkId,
		epoch: EpochIndex,
		report: Vec<u8>,
	) -> impl std::future::Future<Output = Result<Acknowledgement, Refusal>> + Send;

	/// Whether a device's report for the present epoch is kept; nothing if that is not known.
	fn keeps(
		&self,
		network: NetworkId,
		epoch: EpochIndex,
		device: &DeviceId,
	) -> impl std::future::Future<Output = Option<bool>> + Send;

	/// Puts a member's note on a board.
	fn put_note(
		&self,
		at: Place,
		note: Note,
	) -> impl std::future::Future<Output = Result<(), Refusal>> + Send;

	/// A page of a board, encoded, from the `from`-th note on.
	fn notes(&self, at: Place, from: u32) -> impl std::future::Future<Output = Vec<u8>> + Send;

	/// The encoded statement of this hash, if it is one's own and still kept.
	fn statement(&self, hash: &H256) -> impl std::future::Future<Output = Option<Vec<u8>>> + Send;

	/// Where it stands.
	fn status(&self) -> impl std::future::Future<Output = serde_json::Value> + Send;
}

/// Requests that are answered at a time. Each has been read to its end: who sends slowly holds no place.
const AT_A_TIME: usize = 128;
/// Bodies that are handed out at a time.
const BODIES_AT_A_TIME: usize = 8;
/// The longest wait for the rest of a request.
const READING: Duration = Duration::from_secs(2);
/// The longest wait for its answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// Bytes of a request: two digits for each byte of a report, and room for the rest.
const LONGEST: usize = 2 * MAX_CHUNK_BYTES as usize + 1_024;
/// What is read beyond that: who has sent a little too much reads the answer only if it was taken off the wire.
const SLACK: usize = 16 * 1_024;

/// Who answers, and how much at a time.
struct Desk<T> {
	taker: Arc<T>,
	places: Semaphore,
	bodies: Semaphore,
}

/// The routes. Requests are bounded in size, in number and in time.
pub fn router<T: TakeReports>(taker: Arc<T>) -> Router {
	let places = Semaphore::new(AT_A_TIME);
	let bodies = Semaphore::new(BODIES_AT_A_TIME);
	Router::new()
		.route("/v1/reports", post(take::<T>))
		.route("/v1/reports/{network}/{epoch}/{device}", get(keeps::<T>))
		.route("/v1/bodies/{hash}", get(body::<T>))
		.route("/v1/board/{network}/{cell}/{epoch}", put(put_note::<T>))
		.route("/v1/board/{network}/{cell}/{epoch}/{from}", get(notes::<T>))
		.route("/v1/status", get(status::<T>))
		.with_state(Arc::new(Desk { taker, places, bodies }))
}

/// The bytes of what is sent, of `longest` at the most. So many beyond that are taken off the wire.
async fn read(
	request: Request,
	what: &str,
	longest: usize,
	slack: usize,
) -> Result<Bytes, Response> {
	let read = tokio::time::timeout(READING, to_bytes(request.into_body(), longest + slack)).await;
	let Ok(read) = read else {
		let text = format!("the {what} was not there within two seconds");
		return Err(refused(StatusCode::REQUEST_TIMEOUT, None, text));
	};
	read.ok().filter(|bytes| bytes.len() <= longest).ok_or_else(|| {
		let text = format!("a {what} has {longest} bytes at the most");
		refused(StatusCode::PAYLOAD_TOO_LARGE, None, text)
	})
}

async fn take<T: TakeReports>(State(desk): State<Arc<Desk<T>>>, request: Request) -> Response {
	let bytes = match read(request, "request", LONGEST, SLACK).await {
		Ok(bytes) => bytes,
		Err(refused) => return refused,
	};
	let Ok(_place) = desk.places.try_acquire() else {
		return Refusal::Busy("too many requests at once".into()).answer(None);
	};
	let handover: Handover = match serde_json::from_slice(&bytes) {
		Ok(handover) => handover,
		Err(error) => return Refusal::Malformed(format!("no handover: {error}")).answer(None),
	};
	let Ok(report) = substation_sdk::identity::bytes(&handover.report) else {
		return Refusal::Malformed("the report is not in hexadecimal".into()).answer(None);
	};
	let hash = Some(report_hash(&report));
	let taken = desk.taker.take(handover.network, handover.epoch, report);
	match tokio::time::timeout(PATIENCE, taken).await {
		Ok(Ok(acknowledgement)) => Json(acknowledgement).into_response(),
		Ok(Err(refusal)) => refusal.answer(hash),
		Err(_) => Refusal::Busy("that took too long".into()).answer(hash),
	}
}

async fn keeps<T: TakeReports>(
	State(desk): State<Arc<Desk<T>>>,
	Path((network, epoch, device)): Path<(NetworkId, EpochIndex, String)>,
) -> Response {
	let Ok(device) = parse_id(&device) else {
		return refused(StatusCode::BAD_REQUEST, None, "a device has 64 hexadecimal digits".into());
	};
	let kept = desk.taker.keeps(network, epoch, &device).await;
	Json(serde_json::json!({ "kept": kept })).into_response()
}

/// Bytes of a note's fields beside its text, at the most.
const NOTE_FIELDS: usize = 128;

async fn put_note<T: TakeReports>(
	State(desk): State<Arc<Desk<T>>>,
	Path((network, cell, epoch)): Path<(NetworkId, String, EpochIndex)>,
	request: Request,
) -> Response {
	let bytes = match read(request, "note", MAX_BYTES + NOTE_FIELDS, 0).await {
		Ok(bytes) => bytes,
		Err(refused) => return refused,
	};
	let Ok(_place) = desk.places.try_acquire() else {
		return Refusal::Busy("too many requests at once".into()).answer(None);
	};
	let note = Note::decode_all(&mut &bytes[..])
		.map_err(|_| Refusal::Malformed("these bytes are no note".into()));
	let put = match boards::place(network, &cell, epoch).and_then(|at| Ok((at, note?))) {
		Ok((at, note)) => desk.taker.put_note(at, note).await,
		Err(refusal) => Err(refusal),
	};
	match put {
		Ok(()) => StatusCode::NO_CONTENT.into_response(),
		Err(refusal) => refusal.answer(None),
	}
}

async fn notes<T: TakeReports>(
	State(desk): State<Arc<Desk<T>>>,
	Path((network, cell, epoch, from)): Path<(NetworkId, String, EpochIndex, u32)>,
) -> Response {
	let at = match boards::place(network, &cell, epoch) {
		Ok(at) => at,
		Err(refusal) => return refusal.answer(None),
	};
	let Ok(_place) = desk.bodies.try_acquire() else {
		return Refusal::Busy("too many readers at once".into()).answer(None);
	};
	let page = desk.taker.notes(at, from).await;
	([(CONTENT_TYPE, "application/octet-stream")], page).into_response()
}

async fn body<T: TakeReports>(
	State(desk): State<Arc<Desk<T>>>,
	Path(hash): Path<String>,
) -> Response {
	let Ok(hash) = parse_id(&hash) else {
		return refused(StatusCode::BAD_REQUEST, None, "a hash has 64 hexadecimal digits".into());
	};
	let Ok(_place) = desk.bodies.try_acquire() else {
		return Refusal::Busy("too many bodies at once".into()).answer(None);
	};
	match desk.taker.statement(&hash).await {
		Some(statement) => {
			([(CONTENT_TYPE, "application/octet-stream")], statement).into_response()
		}
		None => refused(StatusCode::NOT_FOUND, None, "no body of this hash is kept here".into()),
	}
}

async fn status<T: TakeReports>(State(desk): State<Arc<Desk<T>>>) -> Json<serde_json::Value> {
	Json(desk.taker.status().await)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::daemons::door::{self, Bounds};
	use sp_core::{sr25519, Pair};
	use std::{sync::Mutex, time::Instant};
	use substation_primitives::{keys::Signature, signing, ReportKey};
	use substation_sdk::http::{Client, Handed, Refused};
	use tokio::{
		io::{AsyncReadExt, AsyncWriteExt},
		net::{TcpListener, TcpStream},
	};

	/// Takes what is not empty, and signs with the key of this seed.
	struct Taker {
		key: sr25519::Pair,
		busy: Mutex<u32>,
	}

	fn signature(key: &sr25519::Pair, report: &[u8]) -> Signature {
		let hash = report_hash(report);
		key.sign(&signing::acknowledgement(&genesis(), 1, 9, &device(), &hash)).0
	}

	fn genesis() -> H256 {
		H256::repeat_byte(1)
	}

	fn device() -> DeviceId {
		DeviceId::repeat_byte(2)
	}

	impl TakeReports for Taker {
		async fn take(
			&self,
			_: NetworkId,
			epoch: EpochIndex,
			report: Vec<u8>,
		) -> Result<Acknowledgement, Refusal> {
			if epoch != 9 {
				return Err(Refusal::WrongEpoch { now: 9 });
			}
			let mut busy = self.busy.lock().unwrap();
			if *busy > 0 {
				*busy -= 1;
				return Err(Refusal::Busy("wait".into()));
			}
			let signature = format!("0x{}", hex::encode(signature(&self.key, &report)));
			Ok(Acknowledgement { report: format!("{:?}", report_hash(&report)), signature })
		}

		async fn keeps(
			&self,
			network: NetworkId,
			epoch: EpochIndex,
			sought: &DeviceId,
		) -> Option<bool> {
			(epoch == 9).then(|| (network, *sought) == (1, device()))
		}

		async fn put_note(&self, at: Place, note: Note) -> Result<(), Refusal> {
			match (at, &note.text[..]) {
				((1, 5, 9), b"word") => Ok(()),
				((_, _, 9), _) => Err(Refusal::AnotherTaken),
				_ => Err(Refusal::WrongEpoch { now: 9 }),
			}
		}

		async fn notes(&self, at: Place, from: u32) -> Vec<u8> {
			let note =
				Note { device: device(), number: 0, text: b"word".to_vec(), signature: [1; 64] };
			let notes = if at == (1, 5, 9) && from == 0 { vec![note] } else { vec![] };
			codec::Encode::encode(&notes)
		}

		async fn statement(&self, hash: &H256) -> Option<Vec<u8>> {
			(*hash == H256::repeat_byte(5)).then(|| b"statement".to_vec())
		}

		async fn status(&self) -> serde_json::Value {
			serde_json::json!({ "epoch": 9 })
		}
	}

	/// Where it listens, and its key.
	async fn listen(busy: u32) -> (String, ReportKey) {
		let key = sr25519::Pair::from_seed(&[7; 32]);
		let public = ReportKey::Sr25519(key.public());
		let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
		let address = listener.local_addr().unwrap();
		let routes = router(Arc::new(Taker { key, busy: Mutex::new(busy) }));
		tokio::spawn(door::serve(listener, routes, Bounds::default(), std::future::pending()));
		(format!("http://{address}"), public)
	}

	async fn serve(busy: u32) -> (Client, ReportKey) {
		let (url, public) = listen(busy).await;
		(Client::new(&format!("{url}/")).unwrap(), public)
	}

	#[tokio::test]
	async fn a_report_is_taken_against_a_signature() {
		let (client, publisher) = serve(0).await;

		let handed = client.hand_over(&genesis(), &publisher, 1, 9, &device(), b"report").await;

		assert!(matches!(handed, Handed::Taken(_)), "{handed:?}");
	}

	#[tokio::test]
	async fn notes_are_put_on_boards_and_read_from_them() {
		let (client, _) = serve(0).await;
		let note = |text: &[u8]| Note {
			device: device(),
			number: 0,
			text: text.to_vec(),
			signature: [1; 64],
		};
		client.put_note((1, 5, 9), &note(b"word")).await.unwrap();
		assert_eq!(client.notes((1, 5, 9), 0).await.unwrap(), [note(b"word")]);
		assert_eq!(client.notes((1, 5, 9), 1).await.unwrap(), []);
		let another = client.put_note((1, 5, 9), &note(b"other")).await.unwrap_err();
		assert!(another.to_string().contains("409"), "{another}");
		let late = client.put_note((1, 5, 8), &note(b"word")).await.unwrap_err();
		assert!(late.to_string().contains("410"), "{late}");
		let long = client.put_note((1, 5, 9), &note(&[0; MAX_BYTES + 200])).await.unwrap_err();
		assert!(long.to_string().contains("413"), "{long}");
	}

	#[tokio::test]
	async fn a_board_that_is_none_is_told_so() {
		let (url, _) = listen(0).await;
		let http = reqwest::Client::new();
		let at = |path: &str| format!("{url}/v1/board/{path}");
		for path in ["1/xyz/9/0", "1/10000000000000000/9/0", "x/5/9/0", "1/5/x/0", "1/5/9/x"] {
			let read = http.get(at(path)).send().await.unwrap();
			assert_eq!(read.status().as_u16(), 400, "{path}");
		}
		let put = http.put(at("1/5/9")).body("no note").send().await.unwrap();
		assert_eq!(put.status().as_u16(), 400);
	}

	#[tokio::test]
	async fn another_keys_signature_is_no_acknowledgement() {
		let (client, _) = serve(0).await;
		let other = ReportKey::Sr25519(sr25519::Pair::from_seed(&[8; 32]).public());

		let handed = client.hand_over(&genesis(), &other, 1, 9, &device(), b"report").await;

		assert!(matches!(handed, Handed::Later(_)), "{handed:?}");
	}

	#[tokio::test]
	async fn what_is_busy_is_tried_again_and_what_is_refused_is_not() {
		let (client, publisher) = serve(1).await;

		let first = client.hand_over(&genesis(), &publisher, 1, 9, &device(), b"report").await;
		let second = client.hand_over(&genesis(), &publisher, 1, 9, &device(), b"report").await;
		let late = client.hand_over(&genesis(), &publisher, 1, 8, &device(), b"report").await;

		assert!(matches!(&first, Handed::Busy(text) if text == "wait"), "{first:?}");
		assert!(matches!(second, Handed::Taken(_)), "{second:?}");
		assert!(matches!(late, Handed::Refused(_)), "{late:?}");
	}

	#[tokio::test]
	async fn a_request_that_is_too_long_or_no_json_is_refused() {
		let (url, _) = listen(0).await;
		let url = format!("{url}/v1/reports");
		let http = reqwest::Client::new();
		let post = |body: String| {
			http.post(&url).header("content-type", "application/json").body(body).send()
		};

		assert!(post("{".into()).await.unwrap().status().is_client_error());
		let long = format!(
			"{{\"network\":1,\"epoch\":9,\"report\":\"{}\"}}",
			"00".repeat(MAX_CHUNK_BYTES as usize + 1_024)
		);
		assert_eq!(post(long).await.unwrap().status().as_u16(), 413);
	}

	#[tokio::test]
	async fn a_refusal_names_the_report_and_what_holds_none_does_not() {
		let (url, _) = listen(0).await;
		let url = format!("{url}/v1/reports");
		let http = reqwest::Client::new();
		let post = |body: String| async {
			let answer = http.post(&url).body(body).send().await.unwrap();
			(answer.status().as_u16(), answer.json::<Refused>().await.unwrap().report)
		};

		let late = r#"{"network":1,"epoch":8,"report":"0x0102"}"#;
		assert_eq!(post(late.into()).await, (410, format!("{:?}", report_hash(&[1, 2]))));
		for wrong in ["{", "", r#"{"network":1}"#, r#"{"network":1,"epoch":9,"report":"xy"}"#] {
			assert_eq!(post(wrong.into()).await, (400, String::new()), "{wrong}");
		}
	}

	#[tokio::test]
	async fn bodies_are_given_by_hash_and_reports_are_known_by_device() {
		let (client, _) = serve(0).await;

		let there = client.statement(&H256::repeat_byte(5)).await.unwrap();
		assert_eq!(there, Some(b"statement".to_vec()));
		assert_eq!(client.statement(&H256::repeat_byte(6)).await.unwrap(), None);
		assert_eq!(client.keeps(1, 9, &device()).await, Some(true));
		assert_eq!(client.keeps(1, 9, &DeviceId::zero()).await, Some(false));
		assert_eq!(client.keeps(1, 8, &device()).await, None);
		let (url, _) = listen(0).await;
		for path in ["/v1/bodies/xy", "/v1/reports/1/9/xy", "/v1/reports/x/9/xy"] {
			let answer = reqwest::get(format!("{url}{path}")).await.unwrap();
			assert_eq!(answer.status().as_u16(), 400, "{path}");
		}
	}

	/// Opens so many connections that each send `sent` and nothing more.
	async fn slow(url: &str, count: usize, sent: &str) -> Vec<TcpStream> {
		let address = url.trim_start_matches("http://");
		let mut held = Vec::new();
		for _ in 0..count {
			let mut stream = TcpStream::connect(address).await.unwrap();
			stream.write_all(sent.as_bytes()).await.unwrap();
			held.push(stream);
		}
		held
	}

	/// How many of them are still open.
	async fn open(held: &mut [TcpStream]) -> usize {
		let mut open = 0;
		for stream in held {
			let mut rest = Vec::new();
			let read = stream.read_to_end(&mut rest);
			open +=
				usize::from(tokio::time::timeout(Duration::from_millis(5), read).await.is_err());
		}
		open
	}

	#[tokio::test]
	async fn strangers_who_send_slowly_keep_no_device_out() {
		let (url, publisher) = listen(0).await;
		let client = Client::new(&url).unwrap();
		let head = "POST /v1/reports HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n\
			content-length: 200000\r\n\r\n{";
		let start = Instant::now();
		let mut all = Vec::new();

		while start.elapsed() < READING + Duration::from_secs(2) {
			all.extend(slow(&url, AT_A_TIME / 2, head).await);
			let handed = client.hand_over(&genesis(), &publisher, 1, 9, &device(), b"report").await;
			assert!(matches!(handed, Handed::Taken(_)), "{handed:?}");
			tokio::time::sleep(Duration::from_secs(1)).await;
		}
		tokio::time::sleep(READING + Duration::from_secs(1)).await;
		assert_eq!(open(&mut all).await, 0);
	}

	#[tokio::test]
	async fn connections_without_a_request_do_not_stay() {
		let (url, publisher) = listen(0).await;
		let client = Client::new(&url).unwrap();
		let bounds = Bounds::default();
		let mut held = slow(&url, 100, "POST /v1/reports HTTP/1.1\r\nhost: a\r\n").await;
		held.extend(slow(&url, 100, "").await);

		let handed = client.hand_over(&genesis(), &publisher, 1, 9, &device(), b"report").await;
		assert!(matches!(handed, Handed::Taken(_)), "{handed:?}");
		tokio::time::sleep(bounds.head + Duration::from_secs(2)).await;
		assert_eq!(open(&mut held).await, 0);
	}

	#[tokio::test]
	async fn more_connections_than_there_are_places_are_ended_at_once() {
		let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
		let address = listener.local_addr().unwrap().to_string();
		let key = sr25519::Pair::from_seed(&[7; 32]);
		let routes = router(Arc::new(Taker { key, busy: Mutex::new(0) }));
		let bounds = Bounds { connections: 20, ..Default::default() };
		tokio::spawn(door::serve(listener, routes, bounds, std::future::pending()));

		let mut held = slow(&address, 30, "").await;
		tokio::time::sleep(Duration::from_millis(200)).await;
		assert_eq!((open(&mut held[..20]).await, open(&mut held[20..]).await), (20, 0));
	}
}
