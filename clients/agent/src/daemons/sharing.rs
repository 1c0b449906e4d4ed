//! A data server's daemon: hands a device's data out to those whom its owner has granted it, and to nobody else.
//!
//! It asks the chain, at a block that is final, before it answers and every few seconds while it does: who has lost a grant
//! gets nothing more within ten blocks, in the middle of an answer too.

use std::{
	collections::HashMap,
	future::Future,
	net::SocketAddr,
	sync::{Arc, Mutex, PoisonError},
	time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use anyhow::{bail, Result};
use axum::{
	body::Body,
	extract::{Request, State},
	http::{HeaderValue, Method, StatusCode},
	response::{IntoResponse, Response},
	Json, Router,
};
use futures::{stream, StreamExt};
use substation_primitives::{AccountId32, DeviceId, ReportKey, H256};
use substation_sdk::{
	access::{read_scopes, reason, shown_scopes, Reason, Tariff},
	chain::{Chain, NODE},
	failure::Failure,
	identity::parse_id,
	service::{
		grant::{Asking, Denied, Extra, ACCESS, ACCOUNT, SCHEME},
		payment::{asked, chain_name, from_header, Accepted, Required, Resource, VERSION},
		LONGEST_BODY,
	},
};
use tokio::{net::TcpListener, sync::Semaphore};
use tower_http::cors::{Any, CorsLayer};

use super::{
	answers::{plain, read, required, shortened},
	behind::{Behind, Server},
	door::{serve, stopped, Bounds},
};
use crate::{
	connection::{connect_for_good, first_clock, node_address},
	output::Output,
};

/// For how long the chain's word about somebody is believed.
const FRESH: Duration = Duration::from_secs(3);
/// Words that are kept at a time.
const WORDS: usize = 4_096;
/// Questions to the node at a time.
const LOOKUPS: usize = 16;
/// Answers at a time that are not on their way out yet.
const AT_A_TIME: usize = 128;
/// The longest life of a connection.
const LONGEST: Duration = Duration::from_secs(24 * 3_600);

/// What `share` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
	/// RPC address of a node.
	#[arg(long, default_value = NODE, value_parser = node_address)]
	pub url: String,
	/// Identity of the device whose data it is.
	#[arg(long, value_parser = parse_id)]
	pub device: H256,
	/// What is shared: a folder of files, or the address of a service such as http://127.0.0.1:8000.
	#[arg(long, value_name = "FOLDER|URL")]
	pub serve: Behind,
	/// What one has to be granted for paths that begin so: `/trips=history`. The longest that fits counts, and what fits none
	/// is not shared. Several are allowed.
	#[arg(long = "scope", value_name = "PATH=SCOPES", required = true, value_parser = a_rule)]
	pub rules: Vec<Rule>,
	/// Where who was granted something asks. Put a server that speaks TLS in front of it where others can listen.
	#[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8403")]
	pub listen: SocketAddr,
}

/// What one has to be granted for paths that begin so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
	path: String,
	scope: u32,
}

fn a_rule(text: &str) -> Result<Rule, String> {
	let (path, scopes) = text.split_once('=').ok_or("a rule is a path, =, and scopes")?;
	if !path.starts_with('/') {
		return Err("a path begins with /".into());
	}
	let scope = read_scopes(scopes).map_err(|error| error.to_string())?;
	Ok(Rule { path: path.trim_end_matches('/').into(), scope })
}

/// What one has to be granted for a path. Nothing if it is not shared.
///
/// A path with `.`, `..` or escaped characters among its first parts could name another one for who serves than it does here:
/// it is compared part by part, and only as it is written.
fn scope_of(rules: &[Rule], path: &str) -> Option<u32> {
	let plain = path.split('/').all(|part| part != "." && part != "..");
	let escaped = path.to_ascii_lowercase();
	if !plain || ["%2e", "%2f", "%5c", "\\", "//"].iter().any(|odd| escaped.contains(odd)) {
		return None;
	}
	let fits = |rule: &&Rule| {
		path.strip_prefix(rule.path.as_str())
			.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
	};
	rules.iter().filter(fits).max_by_key(|rule| rule.path.len()).map(|rule| rule.scope)
}

/// What the chain says of somebody who asks.
#[derive(Clone, Debug)]
pub enum Word {
	/// It may; requests are signed by this key.
	May(ReportKey),
	/// It may not.
	Not(Reason),
}

/// Who knows what was granted.
pub trait Grants: Send + Sync + 'static {
	/// Whether somebody may do all of this.
	///
	/// # Errors
	///
	/// If that cannot be found out now.
	fn word(&self, who: &AccountId32, scope: u32) -> impl Future<Output = Result<Word>> + Send;
	/// What the owner asks for it.
	///
	/// # Errors
	///
	/// If that cannot be found out now.
	fn tariffs(&self) -> impl Future<Output = Result<Vec<Tariff>>> + Send;
}

/// Asks the chain.
struct OnChain {
	chain: Chain,
	device: DeviceId,
}

impl Grants for OnChain {
	async fn word(&self, who: &AccountId32, scope: u32) -> Result<Word> {
		if let Err(why) = self.chain.may(&self.device, who, scope).await? {
			return Ok(Word::Not(why));
		}
		let grant = self.chain.grant_of(&self.device, who).await?;
		let named = grant.and_then(|grant| grant.key).map(|key| key.0);
		let own: &[u8; 32] = who.as_ref();
		Ok(Word::May(named.unwrap_or(ReportKey::Sr25519((*own).into()))))
	}

	async fn tariffs(&self) -> Result<Vec<Tariff>> {
		self.chain.tariffs(&self.device).await
	}
}

/// A data server.
struct Desk<G> {
	genesis: H256,
	device: DeviceId,
	rules: Vec<Rule>,
	server: Server,
	grants: G,
	words: Mutex<HashMap<(AccountId32, u32), (Instant, Word)>>,
	lookups: Semaphore,
	places: Semaphore,
}

/// Why nothing is handed out.
enum Refusal {
	/// It was not granted. 403, or 402 where it can be bought.
	Not(Reason),
	/// It is not known who asks. 401.
	Nobody(String),
	/// The chain cannot be asked. 503.
	Busy,
}

fn router<G: Grants>(desk: Arc<Desk<G>>) -> Router {
	// Nothing is known of who asks but what it signs: a page from anywhere may ask.
	let cors = CorsLayer::new()
		.allow_origin(Any)
		.allow_methods([Method::GET, Method::HEAD, Method::POST])
		.allow_headers(Any)
		.expose_headers(Any);
	Router::new().fallback(answer::<G>).layer(cors).with_state(desk)
}

async fn answer<G: Grants>(State(desk): State<Arc<Desk<G>>>, request: Request) -> Response {
	let path = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_string();
	let Some(scope) = scope_of(&desk.rules, request.uri().path()) else {
		return plain(StatusCode::NOT_FOUND, "nothing is shared here");
	};
	let sent = request.headers().get(ACCESS).cloned();
	let (parts, body) = request.into_parts();
	// Who sends slowly holds no place.
	let body = match read(body, LONGEST_BODY).await {
		Ok(body) => body,
		Err(response) => return response,
	};
	let Ok(_place) = desk.places.try_acquire() else {
		return plain(StatusCode::SERVICE_UNAVAILABLE, "too many requests at once: try again");
	};
	let what = asked(parts.method.as_str(), &path, &body);
	let who = match desk.asker(sent, scope, &what).await {
		Ok(who) => who,
		Err(refusal) => return desk.refused(&path, scope, refusal).await,
	};
	let own: &[u8; 32] = who.as_ref();
	let whom = format!("0x{}", hex::encode(own));
	let request = Request::from_parts(parts, body);
	let response = desk.server.answer((ACCOUNT, &whom), request).await;
	desk.clone().passing(who, scope, response)
}

impl<G: Grants> Desk<G> {
	/// What the chain says, or has said a moment ago.
	async fn word(&self, who: &AccountId32, scope: u32) -> Result<Word, Refusal> {
		let key = (who.clone(), scope);
		{
			let words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
			if let Some((at, word)) = words.get(&key) {
				if at.elapsed() < FRESH {
					return Ok(word.clone());
				}
			}
		}
		let asked_at = Instant::now();
		let word = {
			let Ok(_place) = self.lookups.try_acquire() else { return Err(Refusal::Busy) };
			self.grants.word(who, scope).await.map_err(|_| Refusal::Busy)?
		};
		let mut words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
		if words.len() >= WORDS {
			words.retain(|_, (at, _)| at.elapsed() < FRESH);
		}
		// Strangers who name many accounts make it ask more often, and no more than that.
		if words.len() < WORDS {
			words.insert(key, (asked_at, word.clone()));
		}
		Ok(word)
	}

	/// Who asks, and may.
	async fn asker(
		&self,
		sent: Option<HeaderValue>,
		scope: u32,
		what: &H256,
	) -> Result<AccountId32, Refusal> {
		let nobody = |text: &str| Refusal::Nobody(text.into());
		let sent =
			sent.ok_or_else(|| nobody("say who asks, and sign for it: `substation-access`"))?;
		let asking: Asking =
			from_header(sent.as_bytes()).map_err(|error| Refusal::Nobody(error.to_string()))?;
		let who = asking.account().ok_or_else(|| nobody("`who` is no account"))?;
		if parse_id(&asking.device).ok() != Some(self.device) {
			return Err(nobody("another device's data are here"));
		}
		let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
		if !asking.is_fresh(u64::try_from(now).unwrap_or(u64::MAX)) {
			return Err(nobody("the request is older or newer than a minute: compare the clocks"));
		}
		let key = match self.word(&who, scope).await? {
			Word::May(key) => key,
			Word::Not(why) => return Err(Refusal::Not(why)),
		};
		match asking.is_by(&key, &self.genesis, &self.device, scope, what) {
			true => Ok(who),
			false => Err(nobody("the grant's key has not signed this request")),
		}
	}

	async fn refused(&self, path: &str, scope: u32, refusal: Refusal) -> Response {
		let denied = |status, error: String| (status, Json(Denied { error })).into_response();
		match refusal {
			Refusal::Busy => denied(
				StatusCode::SERVICE_UNAVAILABLE,
				"the chain cannot be asked now whether you may: try again".into(),
			),
			Refusal::Nobody(error) => denied(StatusCode::UNAUTHORIZED, error),
			Refusal::Not(why) => {
				let error = format!("{} ({})", reason(&why), shown_scopes(scope));
				let tariffs = match self.lookups.try_acquire() {
					Ok(_place) => self.grants.tariffs().await.unwrap_or_default(),
					Err(_) => Vec::new(),
				};
				let fits = |tariff: &Tariff| tariff.scope.0 & scope == scope;
				let accepts: Vec<_> =
					tariffs.iter().filter(|one| fits(one)).map(|one| self.accepted(one)).collect();
				if accepts.is_empty() {
					return denied(StatusCode::FORBIDDEN, error);
				}
				let description = format!("data of device {:?}", self.device);
				let resource = Resource { url: shortened(path), description };
				required(&Required { x402_version: VERSION, error, resource, accepts })
			}
		}
	}

	/// A tariff, as one way of paying.
	fn accepted(&self, tariff: &Tariff) -> Accepted<Extra> {
		Accepted {
			scheme: SCHEME.into(),
			network: chain_name(&self.genesis),
			amount: tariff.rate.to_string(),
			asset: "credit".into(),
			// By the chain, and not by who serves: `access.buy` pays the device's owner.
			pay_to: format!("{:?}", self.device),
			max_timeout_seconds: 60,
			extra: Extra {
				substation_network: tariff.network,
				device: format!("{:?}", self.device),
				scope: shown_scopes(tariff.scope.0),
				per: "block".into(),
				longest: tariff.longest,
				document: format!("{:?}", tariff.document),
			},
		}
	}

	/// An answer that ends when the grant does.
	fn passing(self: Arc<Self>, who: AccountId32, scope: u32, response: Response) -> Response {
		let (parts, body) = response.into_parts();
		let pieces = body.into_data_stream();
		let body = stream::try_unfold(pieces, move |mut pieces| {
			let (desk, who) = (self.clone(), who.clone());
			async move {
				loop {
					// What comes seldom ends as soon as what comes at once.
					let next = tokio::time::timeout(FRESH, pieces.next()).await;
					match desk.word(&who, scope).await {
						Ok(Word::Not(why)) => return Err(std::io::Error::other(reason(&why))),
						// Once more, and then not without the chain's word.
						Err(_) => return Err(std::io::Error::other("the chain does not answer")),
						Ok(Word::May(_)) => {}
					}
					return match next {
						Err(_) => continue,
						Ok(None) => Ok(None),
						Ok(Some(Ok(piece))) => Ok(Some((piece, pieces))),
						Ok(Some(Err(error))) => Err(std::io::Error::other(error)),
					};
				}
			}
		});
		Response::from_parts(parts, Body::from_stream(body))
	}
}

/// Shares until it is stopped, or the chain begins anew.
pub async fn run(options: &Options, output: Output) -> Result<()> {
	let chain = connect_for_good(&options.url).await?;
	first_clock(&chain, output).await?;
	if chain.device(options.device).await?.is_none() {
		bail!(Failure::NotFound(format!("there is no device {:?}", options.device)));
	}
	let listener = TcpListener::bind(options.listen).await.map_err(|error| {
		Failure::Arguments(format!("nobody can listen at {}: {error}", options.listen))
	})?;
	let address = listener.local_addr()?;
	let desk = Arc::new(Desk {
		genesis: chain.genesis(),
		device: options.device,
		rules: options.rules.clone(),
		server: Server::new(options.serve.clone())?,
		grants: OnChain { chain: chain.clone(), device: options.device },
		words: Mutex::default(),
		lookups: Semaphore::new(LOOKUPS),
		places: Semaphore::new(AT_A_TIME),
	});
	output.result(
		&serde_json::json!({ "address": format!("http://{address}") }),
		format!("shares data of {:?} at http://{address}", options.device),
	);
	let bounds = Bounds { longest: LONGEST, ..Default::default() };
	let same = async {
		loop {
			tokio::time::sleep(FRESH).await;
			if let Err(error) = chain.is_the_same() {
				return error;
			}
		}
	};
	tokio::select! {
		() = serve(listener, router(desk), bounds, stopped()) => Ok(()),
		error = same => Err(error.into()),
	}
}

#[cfg(test)]
mod tests {
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
	}

	impl Grants for Arc<Granted> {
		async fn word(&self, asked: &AccountId32, scope: u32) -> Result<Word> {
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
			grants: granted.clone(),
			words: Mutex::default(),
			lookups: Semaphore::new(LOOKUPS),
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

	fn now() -> u64 {
		SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64
	}

	fn asking(number: u8, scope: u32, path: &str) -> Asking {
		let what = asked("GET", path, b"");
		Asking::sign(&GENESIS, &pair(), (&DEVICE, &who(number)), scope, now(), &what)
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
		let good = asking(4, HISTORY, path);
		assert_eq!(get(&url, path, &good).await, (StatusCode::OK, "trip".into()));
		let stranger = DevicePair::from_seed(&[9; 32]);
		let what = asked("GET", path, b"");
		let sign = |pair: &DevicePair, device, scope, at| {
			Asking::sign(&GENESIS, pair, (&device, &who(4)), scope, at, &what)
		};
		for (wrong, status, why) in [
			(asking(5, HISTORY, path), StatusCode::FORBIDDEN, "granted nothing"),
			(sign(&stranger, DEVICE, HISTORY, now()), StatusCode::UNAUTHORIZED, "not signed"),
			(sign(&pair(), DEVICE, LIVE, now()), StatusCode::UNAUTHORIZED, "not signed"),
			(sign(&pair(), DEVICE, HISTORY, now() - 70_000), StatusCode::UNAUTHORIZED, "clocks"),
			(
				sign(&pair(), H256::zero(), HISTORY, now()),
				StatusCode::UNAUTHORIZED,
				"another device",
			),
			(Asking { who: "x".into(), ..good.clone() }, StatusCode::UNAUTHORIZED, "no account"),
		] {
			let (seen, text) = get(&url, path, &wrong).await;
			assert!(seen == status && text.contains(why), "{why}: {seen} {text}");
		}
		let (status, text) = get(&url, "/live/now", &asking(4, LIVE, "/live/now")).await;
		assert!(status == StatusCode::FORBIDDEN && text.contains("something else was granted"));
		let none = reqwest::get(format!("{url}{path}")).await.unwrap();
		assert_eq!(none.status(), StatusCode::UNAUTHORIZED);
	}

	#[tokio::test]
	async fn what_no_rule_names_is_not_there() {
		let (folder, granted) = (folder(), Arc::new(Granted::default()));
		let url = shared(&granted, folder.path().to_str().unwrap()).await;
		for path in [
			"/secret",
			"/",
			"/historyx/trip",
			"/history/%2e%2e/secret",
			"/history/..%2fsecret",
			"/history//trip",
		] {
			let (status, text) = get(&url, path, &asking(4, HISTORY, path)).await;
			assert!(status == StatusCode::NOT_FOUND && !text.contains("secret"), "{path}");
		}
		// The longer rule counts.
		let path = "/history/all";
		let (status, _) = get(&url, path, &asking(4, HISTORY, path)).await;
		assert_eq!(status, StatusCode::FORBIDDEN);
	}

	#[test]
	fn paths_are_compared_part_by_part() {
		let rules: Vec<_> =
			["/=live", "/history/=history"].iter().map(|rule| a_rule(rule).unwrap()).collect();
		for (path, scope) in [
			("/history", Some(HISTORY)),
			("/history/a/b", Some(HISTORY)),
			("/historical", Some(LIVE)),
			("/", Some(LIVE)),
			("/history/../live", None),
			("/history/.", None),
			("/a\\b", None),
			("/%2E%2E/x", None),
		] {
			assert_eq!(scope_of(&rules, path), scope, "{path}");
		}
		for wrong in ["history=live", "/history", "/history=all"] {
			assert!(a_rule(wrong).is_err(), "{wrong}");
		}
	}

	#[tokio::test]
	async fn what_can_be_bought_is_offered() {
		let (folder, granted) = (folder(), Arc::new(Granted { sold: true, ..Default::default() }));
		let url = shared(&granted, folder.path().to_str().unwrap()).await;
		let (status, text) = get(&url, "/history/trip", &asking(5, HISTORY, "/history/trip")).await;
		assert_eq!(status, StatusCode::PAYMENT_REQUIRED);
		let required: Required<Extra> = serde_json::from_str(&text).unwrap();
		assert_eq!(required.accepts.len(), 1);
		let accepted = &required.accepts[0];
		assert_eq!((accepted.amount.as_str(), accepted.extra.scope.as_str()), ("10", "history"));
		let (status, _) = get(&url, "/live/now", &asking(4, LIVE, "/live/now")).await;
		assert_eq!(status, StatusCode::FORBIDDEN);
	}

	#[tokio::test]
	async fn an_answer_ends_when_the_grant_does() {
		// A reading a second, without end.
		let service = Router::new().fallback(|| async {
			let readings = stream::unfold((), |()| async {
				tokio::time::sleep(Duration::from_millis(200)).await;
				Some((Ok::<_, std::convert::Infallible>("reading\n"), ()))
			});
			Response::new(Body::from_stream(readings))
		});
		let (behind, granted) = (listen(service).await, Arc::new(Granted::default()));
		let url = shared(&granted, &behind).await;
		let path = "/history/stream";
		let request = reqwest::Client::new().get(format!("{url}{path}"));
		let response = request.header(ACCESS, header(&asking(4, HISTORY, path))).send().await;
		let mut body = response.unwrap().bytes_stream();
		assert!(body.next().await.unwrap().is_ok());
		granted.revoked.store(true, Ordering::SeqCst);
		let begun = Instant::now();
		let rest = async {
			while let Some(piece) = body.next().await {
				if piece.is_err() {
					return true;
				}
			}
			false
		};
		assert!(tokio::time::timeout(2 * FRESH, rest).await.unwrap(), "it is cut off");
		assert!(begun.elapsed() < 2 * FRESH);
		let (status, _) = get(&url, path, &asking(4, HISTORY, path)).await;
		assert_eq!(status, StatusCode::FORBIDDEN);
	}

	#[tokio::test]
	async fn a_page_from_anywhere_may_ask() {
		let (folder, granted) = (folder(), Arc::new(Granted::default()));
		let url = shared(&granted, folder.path().to_str().unwrap()).await;
		let request =
			reqwest::Client::new().request(Method::OPTIONS, format!("{url}/history/trip"));
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
}
