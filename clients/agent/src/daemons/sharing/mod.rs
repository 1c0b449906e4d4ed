//! A data server's daemon: hands a device's data out to those whom its owner has granted it, and to nobody else.
//!
//! It asks the chain, at a block that is final, before it answers and every few seconds while it does: who has lost a grant
//! gets nothing more within ten blocks, in the middle of an answer too.

mod paths;
#[cfg(test)]
mod tests;
mod words;

use std::{
	collections::HashMap,
	net::{IpAddr, SocketAddr},
	sync::{atomic::AtomicU32, Arc, Mutex, PoisonError},
	time::{Duration, Instant},
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
use substation_primitives::{AccountId32, DeviceId, H256};
use substation_sdk::{
	access::{reason, shown_scopes, Reason, Tariff, COMMANDS},
	failure::Failure,
	identity::parse_id,
	publish::machine_millis,
	service::{
		grant::{asked_at, Asking, Denied, Extra, ACCESS, ACCOUNT, APART, SCHEME},
		payment::{body_hash, chain_name, from_header, Accepted, Required, Resource, VERSION},
		LONGEST_BODY,
	},
};
use tokio::{net::TcpListener, sync::Semaphore};
use tower_http::cors::{Any, CorsLayer};

use self::{
	paths::{a_rule, scope_of, Rule},
	words::{Entry, Grants, OnChain, Unknown, Word, Words, FRESH},
};
use super::{
	answers::{plain, read, required, shortened},
	behind::{Behind, Server},
	door::{serve, stopped, Bounds},
};
use crate::{
	connection::{compare_clocks, first_clock, tell_proxies, NodeOptions},
	output::Output,
};

/// Signatures under which something was done that are remembered at a time.
const REMEMBERED: usize = 4_096;
/// Answers at a time that have not begun.
const AT_A_TIME: usize = 128;
/// The longest life of a connection.
const LONGEST: Duration = Duration::from_secs(24 * 3_600);

/// What `share` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
	#[command(flatten)]
	pub nodes: NodeOptions,
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

/// A data server.
struct Desk<G> {
	genesis: H256,
	device: DeviceId,
	rules: Vec<Rule>,
	/// Names by which it may be called, beside this machine's own.
	names: Vec<String>,
	server: Server,
	words: Words<G>,
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
	match desk.words.word(&who, scope).await {
		Ok(Word::May(_)) => desk.clone().passing(who, scope, response),
		Ok(Word::Not(why)) => desk.refused(&path, scope, Refusal::Not(why)).await,
		Err(Unknown) => desk.refused(&path, scope, Refusal::Busy).await,
	}
}

impl From<Unknown> for Refusal {
	fn from(_: Unknown) -> Self {
		Self::Busy
	}
}

impl<G: Grants> Desk<G> {
	/// Whether nothing was done under a signature yet. Then something is.
	fn is_new(&self, signature: &str) -> bool {
		let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
		// None counts for longer.
		done.retain(|_, at| at.elapsed() < 2 * APART);
		done.len() < REMEMBERED && done.insert(signature.to_lowercase(), Instant::now()).is_none()
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
		if !asking.is_fresh(machine_millis()) {
			return Err(nobody("the request is older or newer than a minute: compare the clocks"));
		}
		let what = asked_at(&method, &host, &path, &asking.body);
		let key = match self.words.word(&who, scope).await? {
			Word::May(key) => key,
			Word::Not(why) => return Err(Refusal::Not(why)),
		};
		if !asking.is_by(&key, &self.genesis, &self.device, scope, &what) {
			return Err(nobody("the grant's key has not signed this request"));
		}
		let entry = self.words.entry(&(who.clone(), scope)).ok_or(Refusal::Busy)?;
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
				let tariffs = self.words.tariffs().await;
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
					match desk.words.word(&who, scope).await {
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
	let chain = options.nodes.connect().await?;
	first_clock(&chain, output).await?;
	compare_clocks(&chain, output).await?;
	tell_proxies(options.serve.url(), output);
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
		words: Words::new(OnChain {
			chain: chain.clone(),
			device: options.device,
			final_block: AtomicU32::new(0),
		}),
		done: Mutex::default(),
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
