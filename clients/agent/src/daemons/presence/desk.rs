//! Where a machine calls others: it answers those whose lot has named it, in the part of the epoch that is theirs, and nobody else.
//!
//! What a stranger can have it do is bounded: whoever is no member costs a look for its facts, a few at a time, and the lot is looked at only for who
//! has signed.

use std::{
	collections::BTreeMap,
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
use substation_proofs::known::Known;
use substation_sdk::{
	http::Refused,
	identity::parse_id,
	presence::{callers, hexadecimal, signature, Call, Heard, Knock, Reply, ANSWER, KNOCK},
};
use tokio::sync::Semaphore;

use super::{locked, Open, Own};

/// Machines about which something is remembered in an epoch.
const MOST: usize = 8_192;
/// Machines that are looked up at a time; others wait, and as many as these may.
const LOOKUPS: usize = 4;
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
struct Called {
	key: ReportKey,
	/// The number that it was called with last, and when.
	pending: Option<([u8; 8], Instant)>,
	/// What was signed for it.
	heard: Option<Heard>,
}

/// What is known in an epoch.
struct Standing {
	open: Open,
	part: Option<u32>,
	/// Members that have signed a knock, with their keys, and whether the lot of each has named this machine.
	known: BTreeMap<DeviceId, Option<Called>>,
}

/// Where a machine calls others.
pub(super) struct Desk {
	own: Own,
	standing: Mutex<Option<Standing>>,
	lookups: Semaphore,
}

impl Desk {
	pub(super) fn new(own: Own) -> Self {
		Self { own, standing: Default::default(), lookups: Semaphore::new(LOOKUPS) }
	}

	/// Begins an epoch, or goes on with it.
	pub(super) fn open(&self, open: Open, part: Option<u32>) {
		let mut standing = locked(&self.standing);
		match standing.as_mut().filter(|one| one.open.context.epoch == open.context.epoch) {
			Some(standing) => standing.part = part,
			None => *standing = Some(Standing { open, part, known: Default::default() }),
		}
	}

	/// In how many parts an epoch falls that has begun here.
	pub(super) fn callers(&self, epoch: EpochIndex) -> Option<u8> {
		let standing = locked(&self.standing);
		let standing = standing.as_ref().filter(|one| one.open.context.epoch == epoch);
		standing.map(|standing| standing.open.policy.callers)
	}

	/// Says which part of an epoch it is.
	pub(super) fn turn(&self, epoch: EpochIndex, part: Option<u32>) {
		let mut standing = locked(&self.standing);
		if let Some(one) = standing.as_mut().filter(|one| one.open.context.epoch == epoch) {
			one.part = part;
		}
	}

	/// The epoch, if it is the one that is asked for, and the part of it that is this machine's to call.
	fn now(
		&self,
		network: NetworkId,
		epoch: EpochIndex,
		device: &DeviceId,
	) -> Result<Open, Refusal> {
		let standing = locked(&self.standing);
		let Some(Standing { open, part, .. }) = standing.as_ref() else {
			return Err(Refusal::Busy("no epoch has begun here yet".into()));
		};
		let context = &open.context;
		if (network, epoch) != (context.network, context.epoch) {
			let text = format!("network {}, epoch {} it is here", context.network, context.epoch);
			return Err(Refusal::NotNow(text));
		}
		let own = context.slot(&self.own.device, device, open.policy.callers.into());
		// Two nodes may be a little apart.
		if part.is_none_or(|part| part.abs_diff(own) > 1) {
			return Err(Refusal::NotNow(format!(
				"it is called in part {own} of the epoch, from 0"
			)));
		}
		Ok(open.clone())
	}

	/// Whether the lot of a machine that has signed `knock` names this one: looked up once an epoch.
	async fn look_up(
		&self,
		open: &Open,
		device: DeviceId,
		signed: &[u8; 64],
	) -> Result<(), Refusal> {
		let busy = |error: anyhow::Error| Refusal::Busy(format!("{error:#}"));
		let Open { context, policy } = open;
		let Ok(_turn) = self.lookups.try_acquire() else {
			return Err(Refusal::Busy("too many are looked up at once".into()));
		};
		let (own, epoch) = (&self.own, context.epoch);
		let facts = own.chain.facts(own.network, device, epoch).await.map_err(busy)?;
		let facts = facts.ok_or(Refusal::NotCalled("it is no member as of this epoch"))?;
		if !facts.key.verify(signed, &context.knock(&own.device, &device)) {
			return Err(Refusal::NotCalled("the machine's key has not signed this"));
		}
		let mut known = Known::default();
		let who = (&device, &facts);
		let all = callers(&own.chain, context, policy, &mut known, who).await.map_err(busy)?;
		let named = all.iter().any(|(one, _)| *one == own.device);
		let called = named.then_some(Called { key: facts.key, pending: None, heard: None });
		let mut standing = locked(&self.standing);
		if let Some(standing) = standing.as_mut().filter(|one| one.open.context.epoch == epoch) {
			if standing.known.len() < MOST {
				standing.known.entry(device).or_insert(called);
			}
		}
		Ok(())
	}

	/// What is known of a machine, for `act` to look at and change.
	fn with<T>(
		&self,
		epoch: EpochIndex,
		device: &DeviceId,
		act: impl FnOnce(Option<&mut Called>) -> T,
	) -> Option<T> {
		let mut standing = locked(&self.standing);
		let standing = standing.as_mut().filter(|one| one.open.context.epoch == epoch)?;
		standing.known.get_mut(device).map(|called| act(called.as_mut()))
	}

	/// Calls a machine that knocks.
	async fn knock(&self, knock: Knock) -> Result<Call, Refusal> {
		let (device, signed) = read(&knock.device, &knock.signature)?;
		let open = self.now(knock.network, knock.epoch, &device)?;
		let message = open.context.knock(&self.own.device, &device);
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
	fn answered(&self, reply: Reply) -> Result<Heard, Refusal> {
		let (device, signed) = read(&reply.device, &reply.signature)?;
		let open = self.now(reply.network, reply.epoch, &device)?;
		let own = &self.own;
		let signs = self.with(reply.epoch, &device, |called| {
			let called = called.ok_or(Refusal::NotCalled("the lot has not named this machine"))?;
			let (nonce, at) =
				called.pending.take().ok_or(Refusal::NotNow("it was not called".into()))?;
			let delay = u32::try_from(at.elapsed().as_micros()).unwrap_or(u32::MAX);
			let message = open.context.answer(&own.device, &device, &nonce);
			if !called.key.verify(&signed, &message) {
				return Err(Refusal::NotCalled("the machine's key has not signed this"));
			}
			let heard = called.heard.get_or_insert_with(|| {
				let message = open.context.heartbeat(&own.device, &device, delay);
				Heard { delay, signature: hexadecimal(own.pair.sign(&message)) }
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

async fn knock(State(desk): State<Arc<Desk>>, request: Request) -> Response {
	let called = match message(request).await {
		Ok(knock) => desk.knock(knock).await,
		Err(refusal) => Err(refusal),
	};
	called.map(Json).into_response()
}

async fn answer(State(desk): State<Arc<Desk>>, request: Request) -> Response {
	message(request).await.and_then(|reply| desk.answered(reply)).map(Json).into_response()
}

/// The routes.
pub(super) fn router(desk: Arc<Desk>) -> Router {
	Router::new().route(KNOCK, post(knock)).route(ANSWER, post(answer)).with_state(desk)
}
