//! What a machine's callers have signed in an epoch.

use std::{
	collections::BTreeMap,
	time::{Duration, Instant},
};

use anyhow::{anyhow, Result};
use substation_primitives::{did::ServiceKind, DeviceId, EpochIndex};
use substation_proofs::{
	facts::DeviceFacts,
	known::Known,
	presence::{Answer, Evidence},
};
use substation_sdk::presence::{callers, Caller};

use super::{Open, Own};

/// How long after an attempt a caller is tried again.
const PAUSE: Duration = Duration::from_secs(2);
/// The longest time that one attempt may take.
const PATIENCE: Duration = Duration::from_secs(8);

/// One whom the lot has named.
pub(super) struct Named {
	device: DeviceId,
	facts: DeviceFacts,
	/// The part of the epoch in which it calls.
	slot: u32,
	tried: Option<Instant>,
	/// Attempts that have not ended.
	going_on: u32,
}

/// An attempt to have one of them call.
pub(super) struct Attempt {
	pub(super) device: DeviceId,
	facts: DeviceFacts,
	pub(super) place: u8,
	/// Whether it is the first of this epoch.
	pub(super) is_first: bool,
}

/// An epoch's callers, and what they have signed.
pub(super) struct Gathering {
	epoch: EpochIndex,
	named: Vec<Named>,
	answers: BTreeMap<u8, Answer>,
}

impl Gathering {
	/// Reads who calls a machine in an epoch. What they have signed before a restart is `kept`.
	pub(super) async fn begin(own: &Own, open: &Open, kept: Vec<Answer>) -> Result<Self> {
		let Open { context, policy, facts, .. } = open;
		let mut known = Known::default();
		let who = (&own.device, facts);
		let named = callers(&own.chain, context, policy, &mut known, who).await?;
		Ok(Self::of(&own.device, open, named, kept))
	}

	/// These callers, and what they have signed.
	pub(super) fn of(
		device: &DeviceId,
		open: &Open,
		named: Vec<(DeviceId, DeviceFacts)>,
		kept: Vec<Answer>,
	) -> Self {
		let named = named.into_iter().map(|(caller, facts)| Named {
			slot: open.context.slot(&caller, device, open.policy.callers.into()),
			device: caller,
			facts,
			tried: None,
			going_on: 0,
		});
		let answers = kept.into_iter().map(|answer| (answer.place, answer)).collect();
		Self { epoch: open.epoch(), named: named.collect(), answers }
	}

	pub(super) fn epoch(&self) -> EpochIndex {
		self.epoch
	}

	/// How many call.
	pub(super) fn callers(&self) -> usize {
		self.named.len()
	}

	fn has_heard(&self, place: usize) -> bool {
		u8::try_from(place).is_ok_and(|place| self.answers.contains_key(&place))
	}

	/// Whether nobody is left to call, in part `now` of the epoch: each has called, or its part is over and no attempt goes on.
	pub(super) fn is_over(&self, now: Option<u32>) -> bool {
		let past = |one: &Named| now.is_none_or(|now| one.slot < now) && one.going_on == 0;
		let over = |(place, one): (usize, &Named)| self.has_heard(place) || past(one);
		self.named.iter().enumerate().all(over)
	}

	/// An attempt has ended, whatever came of it.
	pub(super) fn ended(&mut self, epoch: EpochIndex, place: u8) {
		let one = self.named.get_mut(usize::from(place)).filter(|_| self.epoch == epoch);
		one.into_iter().for_each(|one| one.going_on = one.going_on.saturating_sub(1));
	}

	/// What was signed, in the order of callers' places.
	pub(super) fn answers(&self) -> Vec<Answer> {
		self.answers.values().cloned().collect()
	}

	/// The same as evidence.
	pub(super) fn evidence(&self) -> Evidence {
		Evidence { answers: self.answers().try_into().unwrap_or_default() }
	}

	/// Takes what a caller has signed.
	pub(super) fn take(&mut self, answer: Answer) {
		self.answers.insert(answer.place, answer);
	}

	/// Those whose turn it is in part `now` of the epoch, who have not signed, and were not tried a moment ago.
	pub(super) fn due(&mut self, now: Option<u32>) -> Vec<Attempt> {
		let mut due = Vec::new();
		for place in 0..self.named.len() {
			let heard = self.has_heard(place);
			let Some(one) = self.named.get_mut(place) else { continue };
			let paused = one.tried.is_some_and(|tried| tried.elapsed() < PAUSE);
			if heard || paused || now != Some(one.slot) {
				continue;
			}
			one.going_on += 1;
			let is_first = one.tried.replace(Instant::now()).is_none();
			let (device, facts) = (one.device, one.facts.clone());
			due.push(Attempt { device, facts, place: place as u8, is_first });
		}
		due
	}
}

impl Attempt {
	/// Has the caller call, wherever its owner says now that it is reached.
	pub(super) async fn call(&self, own: &Own, open: &Open, anywhere: bool) -> Result<Answer> {
		let attempt = async {
			let said = own.chain.description(self.device).await?;
			let calls = said.services.iter().find(|service| service.kind == ServiceKind::Calls);
			let calls = calls.ok_or_else(|| anyhow!("its owner does not say where it calls"))?;
			let caller = Caller::at(calls.url(), anywhere).await?;
			let who = (&self.device, &self.facts, self.place);
			caller.call(&open.context, who, (&own.device, &own.pair)).await
		};
		let ended = tokio::time::timeout(PATIENCE, attempt).await;
		ended.unwrap_or_else(|_| Err(anyhow!("it has not called within {PATIENCE:?}")))
	}
}
