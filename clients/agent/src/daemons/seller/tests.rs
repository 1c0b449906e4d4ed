//! A seller and a buyer, over HTTP, with a chain that says what it is told.

use std::{sync::Arc, time::Duration};

use anyhow::Result;
use axum::{routing::get, Router};
use futures::StreamExt;
use reqwest::{header::HeaderMap, Method, StatusCode};
use substation_sdk::{
	failure::Failure,
	service::{
		buyer::{Answer, Buyer, Shop},
		offer::OfferFile,
		payment::{from_header, header, Handed, Payment, Required, Tab, PAYMENT, REQUIRED},
		OFFER, RECEIPTS,
	},
};
use tokio::{net::TcpListener, task::JoinHandle};

use super::{
	books::Books,
	desk::{router, Desk, Places},
	testing::{pair, receipt, Known, AGREEMENT, GENESIS},
};
use crate::daemons::{
	behind::{Behind, Server},
	door::{serve, Bounds},
};

const LINES: &str = "unit = \"packets\"\nprice = 10\nwindow = 8";
const ANSWERS: &str = "unit = \"requests\"\nprice = 10\nwindow = 8";
const BYTES: &str = "unit = \"bytes\"\nprice = 1\nwindow = 4096";
const KILOBYTES: &str = "unit = \"kilobytes\"\nprice = 1\nwindow = 3";
const TIME: &str = "rate = 10";

/// A seller who listens, its folder, and what it sells.
struct Stand {
	url: String,
	desk: Arc<Desk<Known>>,
	running: JoinHandle<()>,
	folder: tempfile::TempDir,
}

fn offer(terms: &str) -> OfferFile {
	let text = format!("description = \"test\"\nnetwork = 0\n{terms}\n");
	OfferFile::parse(text.into_bytes()).unwrap()
}

async fn listen(router: Router) -> (String, JoinHandle<()>) {
	let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
	let url = format!("http://{}", listener.local_addr().unwrap());
	let bounds = Bounds::default();
	(url, tokio::spawn(serve(listener, router, bounds, std::future::pending())))
}

impl Stand {
	async fn open(terms: &str, known: Known) -> Self {
		let folder = tempfile::tempdir().unwrap();
		let sold = folder.path().join("sold");
		std::fs::create_dir(&sold).unwrap();
		let lines: String = (0..100).map(|line| format!("{{\"packet\":{line}}}\n")).collect();
		std::fs::write(sold.join("packets"), lines).unwrap();
		std::fs::write(sold.join("one"), "one\n").unwrap();
		std::fs::write(sold.join("bytes"), vec![7; 100_000]).unwrap();
		Self::with(terms, known, folder, sold.to_str().unwrap()).await
	}

	async fn with(terms: &str, known: Known, folder: tempfile::TempDir, sold: &str) -> Self {
		let offer = offer(terms);
		let books = Books::new(known, folder.path().join("seller"), offer.metering)
			.for_tests(Duration::from_secs(4));
		let behind: Behind = sold.parse().unwrap();
		let desk = Arc::new(Desk {
			genesis: GENESIS,
			number: 3,
			provider: "provider".into(),
			server: Server::new(behind).unwrap(),
			books,
			places: Places::default(),
			offer,
		});
		let (url, running) = listen(router(desk.clone())).await;
		Self { url, desk, running, folder }
	}

	/// As if it were killed, and begun anew.
	async fn killed(self, terms: &str, known: Known) -> Self {
		self.running.abort();
		let sold = self.folder.path().join("sold");
		let sold = sold.to_str().unwrap().to_string();
		Self::with(terms, known, self.folder, &sold).await
	}

	fn buyer(&self) -> Arc<Buyer> {
		self.buyer_with(&self.folder)
	}

	/// A buyer whose receipts are in a folder beside another stand's.
	fn buyer_with(&self, folder: &tempfile::TempDir) -> Arc<Buyer> {
		let shop = Shop::at(&self.url).unwrap();
		let metering = self.desk.offer.metering;
		let folder = folder.path().join("buyer");
		Buyer::new(shop, GENESIS, pair(), (AGREEMENT, 0), metering, &folder).unwrap()
	}

	async fn tab(&self) -> (u64, u64) {
		stand_of(self.desk.books.account(AGREEMENT).await.unwrap().tab())
	}
}

async fn ask(buyer: &Arc<Buyer>, path: &str) -> Result<Answer> {
	buyer.ask(Method::GET, path, HeaderMap::new(), Vec::new()).await
}

async fn whole(mut answer: Answer) -> Result<Vec<u8>> {
	let mut all = Vec::new();
	while let Some(piece) = answer.body.next().await {
		all.extend(piece?);
	}
	Ok(all)
}

fn stand_of(tab: Tab) -> (u64, u64) {
	(tab.served, tab.signed)
}

#[tokio::test]
async fn who_has_no_agreement_is_told_how_it_is_paid_for() {
	let stand = Stand::open(LINES, Known::units(1_000)).await;
	let response = reqwest::get(format!("{}/packets?x=1", stand.url)).await.unwrap();
	assert_eq!(response.status(), StatusCode::PAYMENT_REQUIRED);
	let in_header: Required = from_header(response.headers()[REQUIRED].as_bytes()).unwrap();
	let required: Required = response.json().await.unwrap();
	assert_eq!(required, in_header);
	assert_eq!((required.x402_version, required.resource.url.as_str()), (2, "/packets?x=1"));
	let accepted = &required.accepts[0];
	assert_eq!((accepted.amount.as_str(), accepted.extra.offer), ("10", 3));
	assert_eq!((accepted.extra.per.as_str(), accepted.extra.window), ("unit", Some(8)));
	let (network, number, file) = Shop::at(&stand.url).unwrap().offer().await.unwrap();
	assert_eq!((network, number, file.document()), (0, 3, stand.desk.offer.document()));
	assert_eq!(accepted.extra.document, format!("{:?}", file.document()));
	let nothing = reqwest::get(format!("{}{OFFER}/x", stand.url)).await.unwrap();
	assert_eq!(nothing.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_taken_is_signed_for_on_the_way() {
	for (terms, path, length, units) in [
		(LINES, "/packets", 1_390, 100),
		(LINES, "/one", 4, 1),
		(BYTES, "/bytes", 100_000, 100_000),
		(ANSWERS, "/packets", 1_390, 1),
		(KILOBYTES, "/bytes", 100_000, 100_000),
	] {
		let stand = Stand::open(terms, Known::units(1_000_000)).await;
		let buyer = stand.buyer();
		let body = whole(ask(&buyer, path).await.unwrap()).await.unwrap();
		assert_eq!(body.len(), length, "{path}");
		buyer.flush().await.unwrap();
		assert_eq!((stand_of(buyer.tab()), stand.tab().await), ((units, units), (units, units)));
	}
}

#[tokio::test]
async fn many_answers_are_one_window_ahead() {
	let stand = Stand::open(ANSWERS, Known::units(1_000_000)).await;
	let buyer = stand.buyer();
	let asked = (0..50).map(|_| async { whole(ask(&buyer, "/one").await?).await });
	let watched = async {
		let mut most = 0;
		for _ in 0..200 {
			let (served, signed) = stand.tab().await;
			most = most.max(served - signed);
			tokio::time::sleep(Duration::from_millis(1)).await;
		}
		most
	};
	let (answers, most) = tokio::join!(futures::future::join_all(asked), watched);
	for answer in answers {
		assert_eq!(answer.unwrap(), b"one\n");
	}
	assert!((1..=8).contains(&most), "{most}");
	buyer.flush().await.unwrap();
	assert_eq!(stand.tab().await, (50, 50));
}

#[tokio::test]
async fn what_fails_costs_nothing() {
	for terms in [ANSWERS, LINES, BYTES] {
		let stand = Stand::open(terms, Known::units(10_000)).await;
		let buyer = stand.buyer();
		for _ in 0..20 {
			let (body, headers) = (vec![1; 1_000], HeaderMap::new());
			let answer = buyer.ask(Method::POST, "/nowhere", headers, body).await.unwrap();
			assert!(!answer.status.is_success());
			whole(answer).await.unwrap();
		}
		assert_eq!((stand_of(buyer.tab()), stand.tab().await), ((0, 0), (0, 0)), "{terms}");
	}
}

#[tokio::test]
async fn a_buyer_that_does_not_sign_gets_a_window_and_no_more() {
	let stand = Stand::open(LINES, Known::units(1_000)).await;
	let ask = |serial: u64| {
		let what = ("GET", "/packets", &b""[..]);
		let payment = Payment::sign(&GENESIS, &pair(), AGREEMENT, serial, what);
		let request = reqwest::Client::new().get(format!("{}/packets", stand.url));
		request.header(PAYMENT, header(&payment)).send()
	};
	let mut body = ask(1).await.unwrap().bytes_stream();
	let (mut got, mut broken) = (Vec::new(), false);
	while let Some(piece) = body.next().await {
		match piece {
			Ok(piece) => got.extend(piece),
			Err(_) => broken = true,
		}
	}
	assert!(broken && got.iter().filter(|byte| **byte == b'\n').count() == 8);
	let refused = ask(2).await.unwrap();
	assert_eq!(refused.status(), StatusCode::PAYMENT_REQUIRED);
	assert!(refused.text().await.unwrap().contains("8 was served and 0 signed for"));
	assert_eq!(stand.tab().await, (8, 0));
}

#[tokio::test]
async fn a_request_counts_once_and_only_by_the_agreements_key() {
	let stand = Stand::open(ANSWERS, Known::units(1_000)).await;
	let what = ("GET", "/one", &b""[..]);
	let by = |pair, agreement, serial| Payment::sign(&GENESIS, &pair, agreement, serial, what);
	let ask = |path: &'static str, payment: String| {
		let request = reqwest::Client::new().get(format!("{}{path}", stand.url));
		request.header(PAYMENT, payment).send()
	};
	let good = header(&by(pair(), AGREEMENT, 5));
	assert_eq!(ask("/one", good.clone()).await.unwrap().status(), StatusCode::OK);
	let stranger = substation_proofs::author::DevicePair::from_seed(&[4; 32]);
	let elsewhere =
		Payment::sign(&substation_primitives::H256::zero(), &pair(), AGREEMENT, 9, what);
	for (path, payment, why) in [
		("/one", good, "numbers are above"),
		("/packets", header(&by(pair(), AGREEMENT, 6)), "has not signed this request"),
		("/one", header(&by(stranger, AGREEMENT, 6)), "has not signed this request"),
		("/one", header(&by(pair(), 8, 6)), "not about what is served here"),
		("/one", header(&elsewhere), "another chain"),
		("/one", "x".into(), "not in base64"),
		("/one", "e30=".into(), "not understood"),
	] {
		let response = ask(path, payment).await.unwrap();
		assert_eq!(response.status(), StatusCode::PAYMENT_REQUIRED, "{why}");
		let text = response.text().await.unwrap();
		assert!(text.contains(why), "{why}: {text}");
	}
	assert_eq!(stand.tab().await, (1, 0));
}

#[tokio::test]
async fn receipts_that_are_none_change_nothing() {
	let stand = Stand::open(LINES, Known::units(1_000)).await;
	let post = |body: String| {
		let request = reqwest::Client::new().post(format!("{}{RECEIPTS}", stand.url));
		request.body(body).send()
	};
	let handed = |agreement, receipt: &str| {
		let handed = Handed { agreement, receipt: Some(receipt.into()) };
		serde_json::to_string(&handed).unwrap()
	};
	let good = substation_sdk::market::written(&receipt(5));
	for (body, status) in [
		("{}".to_string(), StatusCode::BAD_REQUEST),
		(handed(AGREEMENT, "0x00"), StatusCode::UNPROCESSABLE_ENTITY),
		(handed(AGREEMENT, &good.replace("0x05", "0x06")), StatusCode::UNPROCESSABLE_ENTITY),
		(handed(8, &good), StatusCode::PAYMENT_REQUIRED),
		("x".repeat(2_000), StatusCode::PAYLOAD_TOO_LARGE),
	] {
		assert_eq!(post(body.clone()).await.unwrap().status(), status, "{body}");
	}
	assert_eq!(stand.tab().await, (0, 0));
	let taken: Tab = post(handed(AGREEMENT, &good)).await.unwrap().json().await.unwrap();
	assert_eq!(stand_of(taken), (5, 5));
}

#[tokio::test]
async fn an_answer_that_is_left_is_paid_for_as_far_as_it_came() {
	let stand = Stand::open(LINES, Known::units(1_000)).await;
	let buyer = stand.buyer();
	let mut answer = ask(&buyer, "/packets").await.unwrap();
	// A piece is read, and the rest is left.
	answer.body.next().await.unwrap().unwrap();
	drop(answer);
	// At once, while it is not known how far it has come.
	let body = whole(ask(&buyer, "/packets").await.unwrap()).await.unwrap();
	assert_eq!(body.len(), 1_390);
	// What was on its way meanwhile was served.
	tokio::time::sleep(Duration::from_millis(1_500)).await;
	whole(ask(&buyer, "/one").await.unwrap()).await.unwrap();
	buyer.flush().await.unwrap();
	let (bought, served) = (stand_of(buyer.tab()), stand.tab().await);
	assert_eq!(bought, served);
	assert!(bought.0 == bought.1 && (102..=101 + 16).contains(&bought.0), "{bought:?}");
}

#[tokio::test]
async fn a_buyer_that_is_killed_owes_what_it_has_not_signed_for_and_no_more() {
	let stand = Stand::open(ANSWERS, Known::units(1_000)).await;
	let buyer = stand.buyer();
	for _ in 0..7 {
		whole(ask(&buyer, "/one").await.unwrap()).await.unwrap();
	}
	assert_eq!(stand.tab().await, (7, 4));
	drop(buyer);
	// What it has not written down it is told, and believes once.
	let buyer = stand.buyer();
	whole(ask(&buyer, "/one").await.unwrap()).await.unwrap();
	buyer.flush().await.unwrap();
	assert_eq!((stand_of(buyer.tab()), stand.tab().await), ((8, 8), (8, 8)));
}

#[tokio::test]
async fn a_seller_that_is_killed_is_paid_by_a_buyer_that_goes_on() {
	let known = Known::units(1_000);
	let stand = Stand::open(ANSWERS, known.clone()).await;
	let buyer = stand.buyer();
	for _ in 0..11 {
		whole(ask(&buyer, "/one").await.unwrap()).await.unwrap();
	}
	assert_eq!((stand_of(buyer.tab()), stand.tab().await), ((11, 8), (11, 8)));
	// Begun anew it knows of no more than the last receipt; the buyer does.
	drop(buyer);
	let stand = stand.killed(ANSWERS, known).await;
	assert_eq!(stand.tab().await, (8, 8));
	let buyer = stand.buyer();
	for _ in 0..3 {
		whole(ask(&buyer, "/one").await.unwrap()).await.unwrap();
	}
	buyer.flush().await.unwrap();
	assert_eq!((stand_of(buyer.tab()), stand.tab().await), ((11, 11), (11, 11)));
}

#[tokio::test]
async fn a_seller_is_believed_for_one_window_and_not_for_another() {
	let stand = Stand::open(ANSWERS, Known::units(1_000)).await;
	let buyer = stand.buyer();
	whole(ask(&buyer, "/one").await.unwrap()).await.unwrap();
	buyer.flush().await.unwrap();
	drop(buyer);
	// Another one says that more and more was served, and wants that signed for.
	for served in [9, 17, 25] {
		let lying = Stand::open(ANSWERS, Known::units(1_000)).await;
		let account = lying.desk.books.account(AGREEMENT).await.unwrap();
		account.pretend(served);
		let buyer = lying.buyer_with(&stand.folder);
		let asked = ask(&buyer, "/one").await;
		if let Err(error) = asked {
			assert!(error.to_string().contains("for a window of 8, and no more"), "{error}");
			assert_eq!(Failure::code_of(&error), 3);
			// Nor when it is asked again.
			assert!(ask(&buyer, "/one").await.is_err());
		}
		buyer.flush().await.unwrap();
		assert!(buyer.signed() <= 11, "{} of {served}", buyer.signed());
	}
}

#[tokio::test]
async fn one_process_uses_a_folder() {
	let stand = Stand::open(ANSWERS, Known::units(1_000)).await;
	let _buyer = stand.buyer();
	let folder = stand.folder.path().join("buyer");
	let shop = Shop::at(&stand.url).unwrap();
	let second = Buyer::new(shop, GENESIS, pair(), (AGREEMENT, 0), None, &folder);
	assert!(second.err().unwrap().to_string().contains("in use by another process"));
}

#[tokio::test]
async fn what_is_about_the_service_is_not_bought() {
	let stand = Stand::open(ANSWERS, Known::units(1_000)).await;
	let buyer = stand.buyer();
	assert!(ask(&buyer, OFFER).await.is_err());
	assert_eq!(buyer.signed(), 0);
}

#[tokio::test]
async fn credits_that_are_used_up_end_it_in_the_middle() {
	let stand = Stand::open(LINES, Known::units(20)).await;
	let buyer = stand.buyer();
	let answer = ask(&buyer, "/packets").await.unwrap();
	assert!(whole(answer).await.is_err());
	buyer.flush().await.unwrap();
	assert_eq!((stand_of(buyer.tab()), stand.tab().await), ((20, 20), (20, 20)));
	let error = ask(&buyer, "/packets").await.err().unwrap();
	assert!(error.to_string().contains("market fund"), "{error}");
	assert_eq!(Failure::code_of(&error), 6);
}

#[tokio::test]
async fn time_is_served_until_it_ends() {
	let stand = Stand::open(TIME, Known::time(1)).await;
	let buyer = stand.buyer();
	let body = whole(ask(&buyer, "/bytes").await.unwrap()).await.unwrap();
	assert_eq!((body.len(), stand_of(buyer.tab())), (100_000, (0, 0)));
	let over = Stand::open(TIME, Known::time(0)).await;
	let error = ask(&over.buyer(), "/bytes").await.err().unwrap();
	assert!(error.to_string().contains("has ended"), "{error}");
}

#[tokio::test]
async fn a_service_behind_is_asked_as_the_buyer_asks_and_is_told_for_whom() {
	let service = Router::new().route(
		"/api/{what}",
		get(|request: axum::extract::Request| async move {
			let header = |name: &str| {
				request.headers().get(name).map(|value| value.to_str().unwrap().to_string())
			};
			format!(
				"{} {:?} {:?} {:?}\n",
				request.uri(),
				header("substation-agreement"),
				header("payment-signature"),
				header("x-mine")
			)
		}),
	);
	let (behind, _running) = listen(service).await;
	let folder = tempfile::tempdir().unwrap();
	let sold = format!("{behind}/api/");
	let stand = Stand::with(ANSWERS, Known::units(1_000), folder, &sold).await;
	let buyer = stand.buyer();
	let mut headers = HeaderMap::new();
	headers.insert("x-mine", "1".parse().unwrap());
	headers.insert("substation-agreement", "99".parse().unwrap());
	let answer = buyer.ask(Method::GET, "/a%20b?c=d", headers, Vec::new()).await.unwrap();
	let body = String::from_utf8(whole(answer).await.unwrap()).unwrap();
	assert_eq!(body, "/api/a%20b?c=d Some(\"7\") None Some(\"1\")\n");
}
