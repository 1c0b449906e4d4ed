//! Where a machine calls others: it answers those whose lot has named it, in the part of the epoch that is theirs, and nobody else.
//!
//! What a stranger can have it do is bounded: whoever is no member costs a look for its facts, a few at a time, and the lot is looked at only for who
//! has signed.

use std::{
	collections::{BTreeMap, BTreeSet},
	future::Future,
	sync::{Arc, Mutex},
	time::{Duration, Instant},
};

use anyhow::Result;
use axum::{
	body::to_bytes,
	extract::{Request, State},
	http::StatusCode,
	response::{IntoResponse, Response},
	routing::post,
	Json, Router,
};
use serde::de::DeserializeOwned;
use substation_primitives::{DeviceId, EpochIndex, NetworkId, ReportKey};
use substation_proofs::{author::DevicePair, facts::DeviceFacts, known::Known};
use substation_sdk::{
	chain::Chain,
	http::Refused,
	identity::parse_id,
	presence::{callers, hexadecimal, signature, Call, Heard, Knock, Reply, ANSWER, KNOCK},
};
use tokio::sync::Semaphore;

use super::{locked, Open};

/// Machines about which something is remembered in an epoch.
const MOST: usize = 8_192;
/// Strangers that are looked up at a time; others wait.
const LOOKUPS: usize = 4;
/// How long they wait.
const WAITING: Duration = Duration::from_secs(3);
/// Bytes of a request.
const LONGEST: usize = 1_024;
/// The longest wait for one.
const READING: Duration = Duration::from_secs(2);

/// Why somebody is not called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
	/// It is no request of this form. 400.
	Malformed(String),
	/// It is not called here: the lot has not named this machine, it is no member, or it has not signed. 403.
	NotCalled(&'static str),
	/// It is called in another part of the epoch, or in another epoch. 409.
	NotNow(String),
	/// Too many at a time, or the node does not answer: try again. 503.
	Busy(String),
}

impl IntoResponse for Refusal {
	fn into_response(self) -> Response {
		let (status, error) = match self {
			Self::Malformed(text) => (StatusCode::BAD_REQUEST, text),
			Self::NotCalled(text) => (StatusCode::FORBIDDEN, text.into()),
			Self::NotNow(text) => (StatusCode::CONFLICT, text),
			Self::Busy(text) => (StatusCode::SERVICE_UNAVAILABLE, text),
		};
		(status, Json(Refused { report: String::new(), error })).into_response()
	}
}

/// A machine that is called here.
pub(super) struct Called {
	pub(super) key: ReportKey,
	/// The number that it was called with last, and when.
	pub(super) pending: Option<([u8; 8], Instant)>,
	/// What was signed for it.
	pub(super) heard: Option<Heard>,
}

/// What is known in an epoch.
struct Standing {
	open: Arc<Open>,
	/// Machines that have knocked, with their keys where the lot of one has named this machine.
	known: BTreeMap<DeviceId, Option<Called>>,
	/// Those that were called in the epoch before: they do not wait behind strangers.
	before: BTreeSet<DeviceId>,
}

/// Where it is looked up who is a member, and whom the lot has named.
pub(super) trait Members: Send + Sync + 'static {
	/// A device's facts as of the epoch, if it is a member.
	fn facts(
		&self,
		open: &Open,
		device: DeviceId,
	) -> impl Future<Output = Result<Option<DeviceFacts>>> + Send;

	/// Whom the lot has named to call a member.
	fn callers(
		&self,
		open: &Open,
		device: DeviceId,
		facts: &DeviceFacts,
	) -> impl Future<Output = Result<Vec<DeviceId>>> + Send;
}

impl Members for Chain {
	async fn facts(&self, open: &Open, device: DeviceId) -> Result<Option<DeviceFacts>> {
		self.facts(open.context.network, device, open.epoch()).await
	}

	async fn callers(
		&self,
		open: &Open,
		device: DeviceId,
		facts: &DeviceFacts,
	) -> Result<Vec<DeviceId>> {
		let mut known = Known::default();
		let who = (&device, facts);
		let called = callers(self, &open.context, &open.policy, &mut known, who).await?;
		Ok(called.into_iter().map(|(device, _)| device).collect())
	}
}

/// Where a machine calls others.
pub(super) struct Desk<M> {
	members: M,
	device: DeviceId,
	pair: DevicePair,
	standing: Mutex<Option<Standing>>,
	strangers: Semaphore,
	acquainted: Semaphore,
}

impl<M: Members> Desk<M> {
	/// The desk of a machine with this key.
	pub(super) fn new(members: M, device: DeviceId, pair: DevicePair) -> Self {
		Self {
			members,
			device,
			pair,
			standing: Default::default(),
			strangers: Semaphore::new(LOOKUPS),
			acquainted: Semaphore::new(LOOKUPS),
		}
	}

	/// Begins an epoch.
	pub(super) fn begin(&self, open: Arc<Open>) {
		let mut standing = locked(&self.standing);
		let known = standing.take().map(|one| one.known).unwrap_or_default();
		let called = known.into_iter().filter(|(_, called)| called.is_some());
		let before = called.map(|(device, _)| device).collect();
		*standing = Some(Standing { open, known: Default::default(), before });
	}

	/// The epoch, if it is the one that is asked for, and the part of it in which this machine calls that one.
	fn now(
		&self,
		network: NetworkId,
		epoch: EpochIndex,
		device: &DeviceId,
	) -> Result<Arc<Open>, Refusal> {
		let standing = locked(&self.standing);
		let Some(Standing { open, .. }) = standing.as_ref() else {
			return Err(Refusal::Busy("no epoch has begun here yet".into()));
		};
		let context = &open.context;
		if (network, epoch) != (context.network, context.epoch) {
			let text = format!("network {}, epoch {} it is here", context.network, context.epoch);
			return Err(Refusal::NotNow(text));
		}
		let own = context.slot(&self.device, device, open.policy.callers.into());
		match open.is_about(own) {
			true => Ok(open.clone()),
			false => {
				Err(Refusal::NotNow(format!("it is called in part {own} of the epoch, from 0")))
			}
		}
	}

	/// Whether the lot of a machine that has signed `knock` names this one: looked up once an epoch.
	async fn look_up(
		&self,
		open: &Open,
		device: DeviceId,
		signed: &[u8; 64],
	) -> Result<(), Refusal> {
		let busy = |error: anyhow::Error| Refusal::Busy(format!("{error:#}"));
		let context = &open.context;
		let acquainted = {
			let standing = locked(&self.standing);
			standing.as_ref().is_some_and(|one| one.before.contains(&device))
		};
		let queue = if acquainted { &self.acquainted } else { &self.strangers };
		let Ok(Ok(_turn)) = tokio::time::timeout(WAITING, queue.acquire()).await else {
			return Err(Refusal::Busy("too many are looked up at once".into()));
		};
		if self.with(context.epoch, &device, |_| ()).is_some() {
			return Ok(());
		}
		let epoch = context.epoch;
		let facts = self.members.facts(open, device).await.map_err(busy)?;
		let Some(facts) = facts else {
			self.remember(epoch, device, None);
			return Err(Refusal::NotCalled("it is no member as of this epoch"));
		};
		if !facts.key.verify(signed, &context.knock(&self.device, &device)) {
			return Err(Refusal::NotCalled("the machine's key has not signed this"));
		}
		let all = self.members.callers(open, device, &facts).await.map_err(busy)?;
		let named = all.contains(&self.device);
		let called = named.then_some(Called { key: facts.key, pending: None, heard: None });
		self.remember(epoch, device, called);
		Ok(())
	}

	/// Remembers whether a machine is called here in an epoch.
	pub(super) fn remember(&self, epoch: EpochIndex, device: DeviceId, called: Option<Called>) {
		let mut standing = locked(&self.standing);
		let Some(standing) = standing.as_mut().filter(|one| one.open.epoch() == epoch) else {
			return;
		};
		// Who is called takes the place of somebody who is not.
		if standing.known.len() >= MOST && called.is_some() {
			let nobody = standing.known.iter().find(|(_, called)| called.is_none());
			if let Some(nobody) = nobody.map(|(device, _)| *device) {
				standing.known.remove(&nobody);
			}
		}
		if standing.known.len() < MOST {
			standing.known.entry(device).or_insert(called);
		}
	}

	/// What is known of a machine, for `act` to look at and change.
	fn with<T>(
		&self,
		epoch: EpochIndex,
		device: &DeviceId,
		act: impl FnOnce(Option<&mut Called>) -> T,
	) -> Option<T> {
		let mut standing = locked(&self.standing);
		let standing = standing.as_mut().filter(|one| one.open.epoch() == epoch)?;
		standing.known.get_mut(device).map(|called| act(called.as_mut()))
	}

	/// Calls a machine that knocks.
	pub(super) async fn knock(&self, knock: Knock) -> Result<Call, Refusal> {
		let (device, signed) = read(&knock.device, &knock.signature)?;
		let open = self.now(knock.network, knock.epoch, &device)?;
		let message = open.context.knock(&self.device, &device);
		if self.with(knock.epoch, &device, |_| ()).is_none() {
			self.look_up(&open, device, &signed).await?;
		}
		let mut nonce = [0; 8];
		getrandom::fill(&mut nonce).map_err(|error| Refusal::Busy(error.to_string()))?;
		let called = self.with(knock.epoch, &device, |called| {
			let called = called.ok_or(Refusal::NotCalled("the lot has not named this machine"))?;
			if !called.key.verify(&signed, &message) {
				return Err(Refusal::NotCalled("the machine's key has not signed this"));
			}
			called.pending = Some((nonce, Instant::now()));
			Ok(Call { nonce: hexadecimal(nonce) })
		});
		called.unwrap_or_else(|| Err(Refusal::Busy("too many machines in this epoch".into())))
	}

	/// Signs for a machine that has answered. Once it has, it gets the same word again.
	pub(super) fn answered(&self, reply: Reply) -> Result<Heard, Refusal> {
		let (device, signed) = read(&reply.device, &reply.signature)?;
		let open = self.now(reply.network, reply.epoch, &device)?;
		let signs = self.with(reply.epoch, &device, |called| {
			let called = called.ok_or(Refusal::NotCalled("the lot has not named this machine"))?;
			let (nonce, at) = called.pending.ok_or(Refusal::NotNow("it was not called".into()))?;
			let delay = u32::try_from(at.elapsed().as_micros()).unwrap_or(u32::MAX);
			let message = open.context.answer(&self.device, &device, &nonce);
			if !called.key.verify(&signed, &message) {
				return Err(Refusal::NotCalled("the machine's key has not signed this"));
			}
			// Only who has signed ends the call: a stranger's answer is none.
			called.pending = None;
			let heard = called.heard.get_or_insert_with(|| {
				let message = open.context.heartbeat(&self.device, &device, delay);
				Heard { delay, signature: hexadecimal(self.pair.sign(&message)) }
			});
			Ok(heard.clone())
		});
		signs.unwrap_or_else(|| Err(Refusal::NotNow("it was not called".into())))
	}
}

fn read(device: &str, signed: &str) -> Result<(DeviceId, [u8; 64]), Refusal> {
	let device = parse_id(device)
		.map_err(|_| Refusal::Malformed("a device has 64 hexadecimal digits".into()))?;
	let signed = signature(signed)
		.ok_or_else(|| Refusal::Malformed("a signature has 128 hexadecimal digits".into()))?;
	Ok((device, signed))
}

async fn message<M: DeserializeOwned>(request: Request) -> Result<M, Refusal> {
	let read = tokio::time::timeout(READING, to_bytes(request.into_body(), LONGEST)).await;
	let bytes = read.ok().and_then(Result::ok).ok_or_else(|| {
		Refusal::Malformed(format!("a request has {LONGEST} bytes at the most, within two seconds"))
	})?;
	serde_json::from_slice(&bytes).map_err(|error| Refusal::Malformed(format!("{error}")))
}

async fn knock<M: Members>(State(desk): State<Arc<Desk<M>>>, request: Request) -> Response {
	let called = match message(request).await {
		Ok(knock) => desk.knock(knock).await,
		Err(refusal) => Err(refusal),
	};
	called.map(Json).into_response()
}

async fn answer<M: Members>(State(desk): State<Arc<Desk<M>>>, request: Request) -> Response {
	message(request).await.and_then(|reply| desk.answered(reply)).map(Json).into_response()
}

/// The routes.
pub(super) fn router<M: Members>(desk: Arc<Desk<M>>) -> Router {
	Router::new().route(KNOCK, post(knock::<M>)).route(ANSWER, post(answer::<M>)).with_state(desk)
}
