//! What a machine's callers have signed in an epoch.

use std::{
	collections::BTreeMap,
	time::{Duration, Instant},
};

use anyhow::Result;
use futures::future::join_all;
use substation_primitives::{did::ServiceKind, signing::ReportContext, DeviceId, EpochIndex};
use substation_proofs::{
	facts::DeviceFacts,
	known::Known,
	presence::{Answer, Evidence},
};
use substation_sdk::presence::{callers, Caller};

use super::{Open, Own};
use crate::output::Output;

/// How long after an attempt a caller is tried again.
const PAUSE: Duration = Duration::from_secs(2);

/// One whom the lot has named.
struct Named {
	device: DeviceId,
	facts: DeviceFacts,
	/// The part of the epoch in which it calls.
	slot: u32,
	/// Where it is reached, if that is said.
	address: Option<String>,
	tried: Option<Instant>,
}

/// An epoch's callers, and what they have signed.
pub(super) struct Gathering {
	epoch: EpochIndex,
	named: Vec<Named>,
	answers: BTreeMap<u8, Answer>,
}

impl Gathering {
	/// Reads who calls a machine in an epoch, and where they are reached. What they have signed before a restart is `kept`.
	pub(super) async fn begin(
		own: &Own,
		open: &Open,
		facts: &DeviceFacts,
		kept: Vec<Answer>,
	) -> Result<Self> {
		let Open { context, policy } = open;
		let mut known = Known::default();
		let mut named = Vec::new();
		let who = (&own.device, facts);
		for (device, facts) in callers(&own.chain, context, policy, &mut known, who).await? {
			let services = own.chain.services(device).await?;
			let calls = services.iter().find(|service| service.kind == ServiceKind::Calls);
			named.push(Named {
				slot: context.slot(&device, &own.device, policy.callers.into()),
				address: calls.map(|service| service.url().to_string()),
				device,
				facts,
				tried: None,
			});
		}
		let answers = kept.into_iter().map(|answer| (answer.place, answer)).collect();
		Ok(Self { epoch: context.epoch, named, answers })
	}

	pub(super) fn epoch(&self) -> EpochIndex {
		self.epoch
	}

	/// How many call.
	pub(super) fn callers(&self) -> usize {
		self.named.len()
	}

	/// Whether all have called that can be reached.
	pub(super) fn is_complete(&self) -> bool {
		let heard = |place: usize| u8::try_from(place).is_ok_and(|p| self.answers.contains_key(&p));
		self.named.iter().enumerate().all(|(place, one)| one.address.is_none() || heard(place))
	}

	/// What was signed, in the order of callers' places.
	pub(super) fn answers(&self) -> Vec<Answer> {
		self.answers.values().cloned().collect()
	}

	/// The same as evidence.
	pub(super) fn evidence(&self) -> Evidence {
		Evidence { answers: self.answers().try_into().unwrap_or_default() }
	}

	/// Has those call whose part of the epoch it is, all at the same time. Whether one more has signed.
	pub(super) async fn call(
		&mut self,
		own: &Own,
		open: &Open,
		now: Option<u32>,
		anywhere: bool,
		output: Output,
	) -> bool {
		let due = |place: usize, one: &Named| {
			now == Some(one.slot)
				&& !self.answers.contains_key(&(place as u8))
				&& one.tried.is_none_or(|tried| tried.elapsed() >= PAUSE)
		};
		let due: Vec<usize> = self
			.named
			.iter()
			.enumerate()
			.filter(|(place, one)| due(*place, one) && one.address.is_some())
			.map(|(place, _)| place)
			.collect();
		let calls = due.iter().map(|place| {
			let one = self.named.get(*place);
			async move { (*place, call(own, &open.context, one?, *place as u8, anywhere).await).into() }
		});
		let ended: Vec<Option<(usize, Result<Answer>)>> = join_all(calls).await;
		let before = self.answers.len();
		for (place, answer) in ended.into_iter().flatten() {
			let Some(one) = self.named.get_mut(place) else { continue };
			let first = one.tried.replace(Instant::now()).is_none();
			match answer {
				Ok(answer) => {
					self.answers.insert(answer.place, answer);
				}
				Err(error) if first => {
					output.say(format!("epoch {}: {:?}: {error:#}", self.epoch, one.device));
				}
				Err(_) => (),
			}
		}
		self.answers.len() > before
	}
}

async fn call(
	own: &Own,
	context: &ReportContext,
	named: &Named,
	place: u8,
	anywhere: bool,
) -> Result<Answer> {
	let address = named.address.as_deref().unwrap_or_default();
	let caller = Caller::at(address, anywhere).await?;
	let who = (&named.device, &named.facts, place);
	caller.call(context, who, (&own.device, &own.pair)).await
}
