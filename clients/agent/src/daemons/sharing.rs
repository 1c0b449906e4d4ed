//! A data server's daemon: hands a device's data out to those whom its owner has granted it, and to nobody else.
//!
//! It asks the chain, at a block that is final, before it answers and every few seconds while it does: who has lost a grant
//! gets nothing more within ten blocks, in the middle of an answer too.

use std::{
	collections::HashMap,
	future::Future,
	net::{IpAddr, SocketAddr},
	sync::{atomic::AtomicU32, Arc, Mutex, PoisonError},
	time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use anyhow::{bail, Result};
use axum::{
	body::Body,
	extract::{Request, State},
	http::{header, uri::Authority, HeaderValue, Method, StatusCode},
	response::{IntoResponse, Response},
	Json, Router,
};
use futures::{stream, StreamExt};
use substation_primitives::{AccountId32, DeviceId, ReportKey, H256};
use substation_sdk::{
	access::{read_scopes, reason, shown_scopes, Reason, Tariff, COMMANDS},
	chain::{Chain, NODE},
	failure::Failure,
	identity::parse_id,
	service::{
		grant::{asked_at, Asking, Denied, Extra, ACCESS, ACCOUNT, APART, SCHEME},
		payment::{body_hash, chain_name, from_header, Accepted, Required, Resource, VERSION},
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
/// And for how long while the chain cannot be asked, of somebody who might before.
const STALE: Duration = Duration::from_secs(20);
/// How old the last final block may be: what was revoked since is not seen.
const OLDEST: Duration = Duration::from_secs(60);
/// Words about strangers, and signatures, that are kept at a time.
const WORDS: usize = 4_096;
/// Questions about strangers at a time.
const LOOKUPS: usize = 16;
/// Answers at a time that have not begun, and those of one who asks.
const AT_A_TIME: usize = 128;
const EACH_AT_A_TIME: usize = 16;
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
	/// A name by which this server is called, such as data.example.org, beside localhost: who asks signs for it. Several are
	/// allowed.
	#[arg(long = "name", value_name = "HOST")]
	pub names: Vec<String>,
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

/// Whether a path means the same for everybody who reads it: no parts that lead elsewhere, no parameters, and nothing escaped
/// that may be written as it is, so that it cannot be written in two ways.
fn is_plain(path: &str) -> bool {
	let parts = path.split('/').skip(1).collect::<Vec<_>>();
	let (last, before) = parts.split_last().unwrap_or((&"", &[]));
	let sound = |part: &&str| !part.is_empty() && *part != "." && *part != "..";
	let escapes = path.split('%').skip(1).all(|rest| {
		let digits = rest.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
		// Those that need it: spaces, and what is beyond ASCII.
		digits.is_some_and(|byte| byte == b' ' || byte >= 0x80)
	});
	let odd = ['\\', ';'];
	let ends = last.is_empty() || sound(last);
	path.starts_with('/')
		&& before.iter().all(sound)
		&& ends
		&& escapes
		&& !path.contains(odd)
}

/// What one has to be granted for a path. Nothing if it is not shared.
fn scope_of(rules: &[Rule], path: &str) -> Option<u32> {
	if !is_plain(path) {
		return None;
	}
	let fits = |rule: &&Rule| {
		path.strip_prefix(rule.path.as_str())
			.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
	};
	rules.iter().filter(fits).max_by_key(|rule| rule.path.len()).map(|rule| rule.scope)
}

/// What the chain says of somebody who asks.
#[derive(Clone, Copy, Debug)]
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
	/// The highest block that was final.
	final_block: AtomicU32,
}

impl Grants for OnChain {
	async fn word(&self, who: &AccountId32, scope: u32) -> Result<Word> {
		// What a node says that stands still is not true any more.
		self.chain.ensure_lively(&self.final_block, OLDEST).await?;
		Ok(match self.chain.may(&self.device, who, scope).await? {
			Ok((_, key)) => Word::May(key),
			Err(why) => Word::Not(why),
		})
	}

	async fn tariffs(&self) -> Result<Vec<Tariff>> {
		self.chain.tariffs(&self.device).await
	}
}

/// What was said of somebody, and when.
struct Entry {
	word: Mutex<(Instant, Word)>,
	/// One question at a time.
	looks: tokio::sync::Mutex<()>,
	/// Answers of its own at a time that have not begun.
	places: Arc<Semaphore>,
}

impl Entry {
	fn new(word: Word) -> Self {
		let places = Arc::new(Semaphore::new(EACH_AT_A_TIME));
		Self {
			word: Mutex::new((Instant::now(), word)),
			looks: tokio::sync::Mutex::default(),
			places,
		}
	}

	fn last(&self) -> (Duration, Word) {
		let word = self.word.lock().unwrap_or_else(PoisonError::into_inner);
		(word.0.elapsed(), word.1)
	}

	fn say(&self, at: Instant, word: Word) {
		*self.word.lock().unwrap_or_else(PoisonError::into_inner) = (at, word);
	}
}

type Key = (AccountId32, u32);

/// A data server.
struct Desk<G> {
	genesis: H256,
	device: DeviceId,
	rules: Vec<Rule>,
	/// Names by which it may be called, beside this machine's own.
	names: Vec<String>,
	server: Server,
	grants: G,
	/// Those who may, or might a moment ago.
	known: Mutex<HashMap<Key, Arc<Entry>>>,
	/// Those who may not.
	others: Mutex<HashMap<Key, (Instant, Reason)>>,
	/// Questions about those whom nobody knows, and about what is asked of them.
	lookups: Semaphore,
	/// Signatures under which something was done, and when: none counts twice.
	done: Mutex<HashMap<String, Instant>>,
	places: Semaphore,
}

/// What is asked for, and by which word.
struct Asks {
	method: String,
	host: String,
	path: String,
	sent: Option<HeaderValue>,
}

impl Asks {
	fn of(request: &Request, path: &str) -> Self {
		let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
		Self {
			method: request.method().to_string(),
			host: host.unwrap_or_default().into(),
			path: path.into(),
			sent: request.headers().get(ACCESS).cloned(),
		}
	}
}

/// Why nothing is handed out.
enum Refusal {
	/// It was not granted. 403, or 402 where it can be bought.
	Not(Reason),
	/// It is not known who asks. 401.
	Nobody(String),
	/// The chain cannot be asked, or too many ask at once. 503.
	Busy,
}

fn router<G: Grants>(desk: Arc<Desk<G>>) -> Router {
	// Nothing is known of who asks but what it signs: a page from anywhere may ask.
	let cors = CorsLayer::new()
		.allow_origin(Any)
		.allow_methods(Any)
		.allow_headers(Any)
		.expose_headers(Any);
	Router::new().fallback(answer::<G>).layer(cors).with_state(desk)
}

async fn answer<G: Grants>(State(desk): State<Arc<Desk<G>>>, request: Request) -> Response {
	let path = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_string();
	let Some(scope) = scope_of(&desk.rules, request.uri().path()) else {
		return plain(StatusCode::NOT_FOUND, "nothing is shared here");
	};
	let reads = [Method::GET, Method::HEAD].contains(request.method());
	if !reads && scope & COMMANDS == 0 {
		return plain(StatusCode::METHOD_NOT_ALLOWED, "here one reads: whatever else is a command");
	}
	// Who asks is known before anything more is read of the request.
	let asks = Asks::of(&request, &path);
	let (asking, who, entry) = match desk.asker(asks, scope).await {
		Ok(known) => known,
		Err(refusal) => return desk.refused(&path, scope, refusal).await,
	};
	let (Ok(_place), Ok(_own)) =
		(desk.places.try_acquire(), entry.places.clone().try_acquire_owned())
	else {
		return desk.refused(&path, scope, Refusal::Busy).await;
	};
	if !reads && !desk.is_new(&asking.signature) {
		return plain(StatusCode::CONFLICT, "this was done under the same signature before");
	}
	let (parts, body) = request.into_parts();
	let body = match read(body, LONGEST_BODY).await {
		Ok(body) => body,
		Err(response) => return response,
	};
	if body_hash(&body) != asking.body {
		return plain(StatusCode::UNAUTHORIZED, "the body is not the one that was signed");
	}
	let own: &[u8; 32] = who.as_ref();
	let whom = format!("0x{}", hex::encode(own));
	let request = Request::from_parts(parts, body);
	let response = desk.server.answer((ACCOUNT, &whom), request).await;
	// It may have taken a while.
	match desk.word(&who, scope).await {
		Ok(Word::May(_)) => desk.clone().passing(who, scope, response),
		Ok(Word::Not(why)) => desk.refused(&path, scope, Refusal::Not(why)).await,
		Err(refusal) => desk.refused(&path, scope, refusal).await,
	}
}

impl<G: Grants> Desk<G> {
	fn entry(&self, key: &Key) -> Option<Arc<Entry>> {
		self.known.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
	}

	/// Whether nothing was done under a signature yet. Then something is.
	fn is_new(&self, signature: &str) -> bool {
		let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
		// None counts for longer.
		done.retain(|_, at| at.elapsed() < 2 * APART);
		done.len() < WORDS && done.insert(signature.to_lowercase(), Instant::now()).is_none()
	}

	/// What the chain says, or has said a moment ago. Of who was allowed to before it is believed a little longer while the
	/// chain does not answer.
	async fn word(&self, who: &AccountId32, scope: u32) -> Result<Word, Refusal> {
		let key = (who.clone(), scope);
		let Some(entry) = self.entry(&key) else { return self.word_of_stranger(key).await };
		let (age, word) = entry.last();
		if age < FRESH {
			return Ok(word);
		}
		let _looks = entry.looks.lock().await;
		// Whoever was before has asked.
		let (age, word) = entry.last();
		if age < FRESH {
			return Ok(word);
		}
		let asked_at = Instant::now();
		match self.grants.word(who, scope).await {
			Ok(word) => {
				entry.say(asked_at, word);
				if matches!(word, Word::Not(_)) {
					self.known.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
				}
				Ok(word)
			}
			Err(_) if age < STALE && matches!(word, Word::May(_)) => Ok(word),
			Err(_) => Err(Refusal::Busy),
		}
	}

	/// The same of somebody who is not known. Many of these do not keep those waiting who are.
	async fn word_of_stranger(&self, key: Key) -> Result<Word, Refusal> {
		{
			let others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
			if let Some((at, why)) = others.get(&key) {
				if at.elapsed() < FRESH {
					return Ok(Word::Not(*why));
				}
			}
		}
		let word = {
			let Ok(_place) = self.lookups.try_acquire() else { return Err(Refusal::Busy) };
			self.grants.word(&key.0, key.1).await.map_err(|_| Refusal::Busy)?
		};
		match word {
			Word::May(_) => {
				let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
				known.entry(key).or_insert_with(|| Arc::new(Entry::new(word)));
			}
			Word::Not(why) => {
				let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
				if others.len() >= WORDS {
					others.retain(|_, (at, _)| at.elapsed() < FRESH);
				}
				if others.len() < WORDS {
					others.insert(key, (Instant::now(), why));
				}
			}
		}
		Ok(word)
	}

	/// Whether it is called by one of its names: a signature for another server counts for nothing here.
	fn is_called(&self, host: &str) -> bool {
		let Ok(host) = host.parse::<Authority>() else { return false };
		let name = host.host().trim_matches(['[', ']']);
		let is_here =
			name == "localhost" || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
		is_here || self.names.iter().any(|known| known.eq_ignore_ascii_case(name))
	}

	/// Who asks, and may.
	async fn asker(
		&self,
		asks: Asks,
		scope: u32,
	) -> Result<(Asking, AccountId32, Arc<Entry>), Refusal> {
		let nobody = |text: &str| Refusal::Nobody(text.into());
		let Asks { method, host, path, sent } = asks;
		let sent =
			sent.ok_or_else(|| nobody("say who asks, and sign for it: `substation-access`"))?;
		let asking: Asking =
			from_header(sent.as_bytes()).map_err(|error| Refusal::Nobody(error.to_string()))?;
		let who = asking.account().ok_or_else(|| nobody("`who` is no account"))?;
		if parse_id(&asking.device).ok() != Some(self.device) {
			return Err(nobody("another device's data are here"));
		}
		if !self.is_called(&host) {
			return Err(nobody("this server is not called so: its owner names it with --name"));
		}
		let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
		if !asking.is_fresh(u64::try_from(now).unwrap_or(u64::MAX)) {
			return Err(nobody("the request is older or newer than a minute: compare the clocks"));
		}
		let what = asked_at(&method, &host, &path, &asking.body);
		let key = match self.word(&who, scope).await? {
			Word::May(key) => key,
			Word::Not(why) => return Err(Refusal::Not(why)),
		};
		if !asking.is_by(&key, &self.genesis, &self.device, scope, &what) {
			return Err(nobody("the grant's key has not signed this request"));
		}
		let entry = self.entry(&(who.clone(), scope)).ok_or(Refusal::Busy)?;
		Ok((asking, who, entry))
	}

	async fn refused(&self, path: &str, scope: u32, refusal: Refusal) -> Response {
		let denied = |status, error: String| (status, Json(Denied { error })).into_response();
		match refusal {
			Refusal::Busy => denied(
				StatusCode::SERVICE_UNAVAILABLE,
				"the chain cannot be asked now whether you may, or too many ask: try again".into(),
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
		names: options.names.clone(),
		grants: OnChain {
			chain: chain.clone(),
			device: options.device,
			final_block: AtomicU32::new(0),
		},
		known: Mutex::default(),
		others: Mutex::default(),
		done: Mutex::default(),
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
			grants: granted.clone(),
			known: Mutex::default(),
			others: Mutex::default(),
			done: Mutex::default(),
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

	fn host(url: &str) -> &str {
		url.trim_start_matches("http://")
	}

	fn asking(url: &str, number: u8, scope: u32, path: &str) -> Asking {
		let place = ("GET", host(url), path, &b""[..]);
		Asking::sign(&GENESIS, &pair(), (&DEVICE, &who(number)), (scope, now()), place)
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
			(sign(&stranger, DEVICE, HISTORY, now()), StatusCode::UNAUTHORIZED, "not signed"),
			(sign(&pair(), DEVICE, LIVE, now()), StatusCode::UNAUTHORIZED, "not signed"),
			(sign(&pair(), DEVICE, HISTORY, now() - 70_000), StatusCode::UNAUTHORIZED, "clocks"),
			(
				sign(&pair(), H256::zero(), HISTORY, now()),
				StatusCode::UNAUTHORIZED,
				"another device",
			),
			(
				Asking::sign(&GENESIS, &pair(), (&DEVICE, &who(4)), (HISTORY, now()), elsewhere),
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
				Asking::sign(&GENESIS, &pair(), (&DEVICE, &who(4)), (HISTORY, now()), place);
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
		let begun = Instant::now();
		let rest = async {
			while let Some(piece) = body.next().await {
				if piece.is_err() {
					return true;
				}
			}
			false
		};
		assert!(tokio::time::timeout(3 * FRESH, rest).await.unwrap(), "it is cut off");
		assert!(begun.elapsed() < 3 * FRESH);
		let (status, _) = get(&url, path, &asking(&url, 4, HISTORY, path)).await;
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
