//! A data server over HTTP, with a chain that says what it is told.

use super::*;
use std::sync::atomic::{AtomicBool, Ordering};
use substation_proofs::author::DevicePair;
use substation_sdk::service::payment::header;

const GENESIS: H256 = H256::repeat_byte(1);
const DEVICE: DeviceId = DeviceId::repeat_byte(2);
const HISTORY: u32 = 8;
const LIVE: u32 = 4;

fn pair() -> DevicePair {
	DevicePair::from_seed(&[3; 32])
}

fn who(number: u8) -> AccountId32 {
	AccountId32::new([number; 32])
}

/// Account 4 was granted history, until somebody says otherwise.
#[derive(Default)]
struct Granted {
	revoked: AtomicBool,
	sold: bool,
	slow: bool,
	asked: AtomicU32,
}

impl Grants for Arc<Granted> {
	async fn word(&self, asked: &AccountId32, scope: u32) -> Result<Word> {
		self.asked.fetch_add(1, Ordering::SeqCst);
		if self.slow {
			tokio::time::sleep(Duration::from_millis(50)).await;
		}
		if *asked != who(4) || self.revoked.load(Ordering::SeqCst) {
			return Ok(Word::Not(Reason::NoGrant));
		}
		Ok(match scope {
			HISTORY => Word::May(pair().public()),
			_ => Word::Not(Reason::OutOfScope),
		})
	}

	async fn tariffs(&self) -> Result<Vec<Tariff>> {
		let wanted = substation_sdk::access::tariff(0, HISTORY, 10, 100, 80);
		Ok(if self.sold { vec![wanted] } else { Vec::new() })
	}
}

async fn listen(router: Router) -> String {
	let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
	let url = format!("http://{}", listener.local_addr().unwrap());
	tokio::spawn(serve(listener, router, Bounds::default(), std::future::pending()));
	url
}

async fn shared(granted: &Arc<Granted>, serve: &str) -> String {
	let rules = ["/history=history", "/live=live", "/history/all=history,evidence"];
	let desk = Desk {
		genesis: GENESIS,
		device: DEVICE,
		rules: rules.iter().map(|rule| a_rule(rule).unwrap()).collect(),
		server: Server::new(serve.parse().unwrap()).unwrap(),
		names: vec!["data.example".into()],
		words: Words::new(granted.clone()),
		done: Mutex::default(),
		places: Semaphore::new(AT_A_TIME),
	};
	listen(router(Arc::new(desk))).await
}

fn folder() -> tempfile::TempDir {
	let folder = tempfile::tempdir().unwrap();
	for (name, text) in [("history/trip", "trip"), ("live/now", "now"), ("secret", "secret")] {
		let path = folder.path().join(name);
		std::fs::create_dir_all(path.parent().unwrap()).unwrap();
		std::fs::write(path, text).unwrap();
	}
	folder
}

fn host(url: &str) -> &str {
	url.trim_start_matches("http://")
}

fn asking(url: &str, number: u8, scope: u32, path: &str) -> Asking {
	let place = ("GET", host(url), path, &b""[..]);
	Asking::sign(&GENESIS, &pair(), (&DEVICE, &who(number)), (scope, machine_millis()), place)
}

async fn get(url: &str, path: &str, asking: &Asking) -> (StatusCode, String) {
	let request = reqwest::Client::new().get(format!("{url}{path}"));
	let response = request.header(ACCESS, header(asking)).send().await.unwrap();
	(response.status(), response.text().await.unwrap())
}

#[tokio::test]
async fn who_was_granted_it_gets_it_and_nobody_else() {
	let (folder, granted) = (folder(), Arc::new(Granted::default()));
	let url = shared(&granted, folder.path().to_str().unwrap()).await;
	let path = "/history/trip";
	let good = asking(&url, 4, HISTORY, path);
	assert_eq!(get(&url, path, &good).await, (StatusCode::OK, "trip".into()));
	let stranger = DevicePair::from_seed(&[9; 32]);
	let place = ("GET", host(&url), path, &b""[..]);
	let sign = |pair: &DevicePair, device, scope, at| {
		Asking::sign(&GENESIS, pair, (&device, &who(4)), (scope, at), place)
	};
	let elsewhere = ("GET", "evil.example", path, &b""[..]);
	for (wrong, status, why) in [
		(asking(&url, 5, HISTORY, path), StatusCode::FORBIDDEN, "granted nothing"),
		(
			sign(&stranger, DEVICE, HISTORY, machine_millis()),
			StatusCode::UNAUTHORIZED,
			"not signed",
		),
		(sign(&pair(), DEVICE, LIVE, machine_millis()), StatusCode::UNAUTHORIZED, "not signed"),
		(
			sign(&pair(), DEVICE, HISTORY, machine_millis() - 70_000),
			StatusCode::UNAUTHORIZED,
			"clocks",
		),
		(
			sign(&pair(), H256::zero(), HISTORY, machine_millis()),
			StatusCode::UNAUTHORIZED,
			"another device",
		),
		(
			Asking::sign(
				&GENESIS,
				&pair(),
				(&DEVICE, &who(4)),
				(HISTORY, machine_millis()),
				elsewhere,
			),
			StatusCode::UNAUTHORIZED,
			"not signed",
		),
		(Asking { who: "x".into(), ..good.clone() }, StatusCode::UNAUTHORIZED, "no account"),
	] {
		let (seen, text) = get(&url, path, &wrong).await;
		assert!(seen == status && text.contains(why), "{why}: {seen} {text}");
	}
	let (status, text) = get(&url, "/live/now", &asking(&url, 4, LIVE, "/live/now")).await;
	assert!(status == StatusCode::FORBIDDEN && text.contains("something else was granted"));
	let none = reqwest::get(format!("{url}{path}")).await.unwrap();
	assert_eq!(none.status(), StatusCode::UNAUTHORIZED);
}

/// As a stranger writes it on the wire: clients make paths plain.
async fn raw(url: &str, path: &str, asking: &Asking) -> String {
	use tokio::io::{AsyncReadExt, AsyncWriteExt};
	let mut stream = tokio::net::TcpStream::connect(host(url)).await.unwrap();
	let head = format!(
		"GET {path} HTTP/1.1\r\nhost: {}\r\n{ACCESS}: {}\r\nconnection: close\r\n\r\n",
		host(url),
		header(asking)
	);
	stream.write_all(head.as_bytes()).await.unwrap();
	let mut said = String::new();
	let _ = stream.read_to_string(&mut said).await;
	said
}

#[tokio::test]
async fn what_no_rule_names_is_not_there_however_it_is_written() {
	let (folder, granted) = (folder(), Arc::new(Granted::default()));
	let url = shared(&granted, folder.path().to_str().unwrap()).await;
	let path = "/history/trip";
	let said = raw(&url, path, &asking(&url, 4, HISTORY, path)).await;
	assert!(said.starts_with("HTTP/1.1 200") && said.ends_with("trip"), "{said}");
	for path in [
		"/secret",
		"/",
		"/historyx/trip",
		"/history/%2e%2e/secret",
		"/history/..%2fsecret",
		"/history/../secret",
		"/history//trip",
		"//history/trip",
		"/history/./trip",
		"/history/%74rip",
		"/%68istory/trip",
		"/history/%61ll",
		"/history/trip;x",
		"/history/trip%00",
		"/history/%",
		"/history/\\trip",
	] {
		let said = raw(&url, path, &asking(&url, 4, HISTORY, path)).await;
		let (head, body) = said.split_once("\r\n\r\n").unwrap_or((&said, ""));
		let refused = head.starts_with("HTTP/1.1 404") || head.starts_with("HTTP/1.1 400");
		assert!(refused && !body.contains("secret") && body != "trip", "{path}: {said}");
	}
	// The longer rule counts.
	let path = "/history/all";
	let (status, _) = get(&url, path, &asking(&url, 4, HISTORY, path)).await;
	assert_eq!(status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn it_answers_to_its_names_only() {
	let (folder, granted) = (folder(), Arc::new(Granted::default()));
	let url = shared(&granted, folder.path().to_str().unwrap()).await;
	let path = "/history/trip";
	for (name, status) in
		[("data.example", StatusCode::OK), ("evil.example", StatusCode::UNAUTHORIZED)]
	{
		let place = ("GET", name, path, &b""[..]);
		let asking =
			Asking::sign(&GENESIS, &pair(), (&DEVICE, &who(4)), (HISTORY, machine_millis()), place);
		let request = reqwest::Client::new().get(format!("{url}{path}")).header("host", name);
		let response = request.header(ACCESS, header(&asking)).send().await.unwrap();
		assert_eq!(response.status(), status, "{name}");
	}
}

#[tokio::test]
async fn reading_is_no_command() {
	let (folder, granted) = (folder(), Arc::new(Granted::default()));
	let url = shared(&granted, folder.path().to_str().unwrap()).await;
	for method in [Method::POST, Method::PUT, Method::DELETE] {
		let request = reqwest::Client::new().request(method, format!("{url}/history/trip"));
		let response = request.send().await.unwrap();
		assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
	}
}

#[tokio::test]
async fn strangers_keep_nobody_waiting() {
	let (folder, granted) = (folder(), Arc::new(Granted { slow: true, ..Default::default() }));
	let url = shared(&granted, folder.path().to_str().unwrap()).await;
	let path = "/history/trip";
	let (url, good) = (url.as_str(), |number| asking(url.as_str(), number, HISTORY, path));
	assert_eq!(get(url, path, &good(4)).await.0, StatusCode::OK);
	let before = granted.asked.load(Ordering::SeqCst);
	tokio::time::sleep(FRESH).await;
	let strangers = futures::future::join_all((100..200).map(|number| {
		let asking = good(number);
		async move { get(url, path, &asking).await.0 }
	}));
	let known = futures::future::join_all((0..30).map(|_| async {
		// One after the other, where there are more than may be at once.
		loop {
			let (status, _) = get(url, path, &good(4)).await;
			if status != StatusCode::SERVICE_UNAVAILABLE {
				return status;
			}
			tokio::time::sleep(Duration::from_millis(20)).await;
		}
	}));
	let (strangers, known) = tokio::join!(strangers, known);
	assert!(known.iter().all(|status| *status == StatusCode::OK), "{known:?}");
	assert!(strangers.iter().all(|status| *status != StatusCode::OK));
	// Strangers by sixteen at a time, and the known one once.
	assert!(granted.asked.load(Ordering::SeqCst) - before <= 101);
}

#[tokio::test]
async fn what_can_be_bought_is_offered() {
	let (folder, granted) = (folder(), Arc::new(Granted { sold: true, ..Default::default() }));
	let url = shared(&granted, folder.path().to_str().unwrap()).await;
	let (status, text) =
		get(&url, "/history/trip", &asking(&url, 5, HISTORY, "/history/trip")).await;
	assert_eq!(status, StatusCode::PAYMENT_REQUIRED);
	let required: Required<Extra> = serde_json::from_str(&text).unwrap();
	assert_eq!(required.accepts.len(), 1);
	let accepted = &required.accepts[0];
	assert_eq!((accepted.amount.as_str(), accepted.extra.scope.as_str()), ("10", "history"));
	let (status, _) = get(&url, "/live/now", &asking(&url, 4, LIVE, "/live/now")).await;
	assert_eq!(status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_answer_ends_when_the_grant_does() {
	// One reading, and then silence.
	let service = Router::new().fallback(|| async {
		let readings = stream::unfold(0, |number| async move {
			if number > 0 {
				std::future::pending::<()>().await;
			}
			Some((Ok::<_, std::convert::Infallible>("reading\n"), number + 1))
		});
		Response::new(Body::from_stream(readings))
	});
	let (behind, granted) = (listen(service).await, Arc::new(Granted::default()));
	let url = shared(&granted, &behind).await;
	let path = "/history/stream";
	let request = reqwest::Client::new().get(format!("{url}{path}"));
	let response = request.header(ACCESS, header(&asking(&url, 4, HISTORY, path))).send().await;
	let mut body = response.unwrap().bytes_stream();
	assert!(body.next().await.unwrap().is_ok());
	granted.revoked.store(true, Ordering::SeqCst);
	let rest = async {
		while let Some(piece) = body.next().await {
			if piece.is_err() {
				return true;
			}
		}
		false
	};
	assert!(tokio::time::timeout(10 * FRESH, rest).await.unwrap(), "it is cut off");
	let (status, _) = get(&url, path, &asking(&url, 4, HISTORY, path)).await;
	assert_eq!(status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_page_from_anywhere_may_ask() {
	let (folder, granted) = (folder(), Arc::new(Granted::default()));
	let url = shared(&granted, folder.path().to_str().unwrap()).await;
	let request = reqwest::Client::new().request(Method::OPTIONS, format!("{url}/history/trip"));
	let response = request
		.header("origin", "https://example.org")
		.header("access-control-request-method", "GET")
		.header("access-control-request-headers", ACCESS)
		.send()
		.await
		.unwrap();
	assert!(response.status().is_success());
	assert_eq!(response.headers()["access-control-allow-origin"], "*");
}
