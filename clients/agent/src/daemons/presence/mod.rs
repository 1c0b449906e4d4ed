//! A machine in a network that pays for presence: it has its callers call it, each in its part of the epoch, and calls others.
//!
//! Both go on beside the daemon's own steps: neither a slow caller nor an aggregator that is away holds them up.

mod desk;
mod gathering;
#[cfg(test)]
mod tests;

use std::{
	net::SocketAddr,
	sync::{Arc, Mutex, PoisonError},
	time::Duration,
};

use anyhow::{Context, Result};
use codec::Encode;
use substation_primitives::{signing::ReportContext, EpochIndex};
use substation_proofs::{facts::DeviceFacts, presence::Policy};
use substation_sdk::{
	archive::Archive,
	chain::{Chain, Clock},
	presence::part,
};
use tokio::{net::TcpListener, task::JoinSet};

use self::{
	desk::Desk,
	gathering::{Attempt, Gathering},
};
use super::{
	door::{serve, stopped, Bounds},
	elapsed::Elapsed,
	own::{Beside, Made, Own},
	said::Said,
};
use crate::output::Output;

/// How often it is looked whose turn it is to call.
const TICK: Duration = Duration::from_millis(500);

/// An epoch, as far as machines and their callers have to know it.
#[derive(Clone)]
pub(super) struct Open {
	pub(super) context: ReportContext,
	pub(super) policy: Policy,
	/// The machine's own facts.
	pub(super) facts: DeviceFacts,
	/// How long it has lasted.
	elapsed: Elapsed,
	nominal_slots: u32,
}

impl Open {
	pub(super) fn epoch(&self) -> EpochIndex {
		self.context.epoch
	}

	/// The part of the epoch that it is, so many slots from now.
	fn part_in(&self, slots: i64) -> Option<u32> {
		let elapsed = self.elapsed.slots().saturating_add_signed(slots);
		part(elapsed, self.nominal_slots, self.policy.callers)
	}

	/// The part of the epoch that it is, from 0; none once all are over.
	pub(super) fn part(&self) -> Option<u32> {
		self.part_in(0)
	}

	/// Whether it is part `slot`, or was a moment ago, or will be in one: the nodes of two machines may be a little apart.
	pub(super) fn is_about(&self, slot: u32) -> bool {
		const APART: i64 = 2;
		[-APART, 0, APART].into_iter().any(|slots| self.part_in(slots) == Some(slot))
	}
}

/// What goes on in the present epoch.
#[derive(Default)]
struct Present {
	open: Option<Arc<Open>>,
	gathering: Option<Gathering>,
}

/// A machine that has others call it.
pub(super) struct Machine {
	own: Own,
	archive: Archive,
	slot: Duration,
	/// Whether callers may be reached anywhere, in this machine's own network, too.
	anywhere: bool,
	present: Mutex<Present>,
	/// Where it calls others, if it listens.
	desk: Option<Arc<Desk<Chain>>>,
	output: Output,
}

impl Machine {
	/// A machine that listens for others where `listen` says, or does not; and what runs beside it.
	pub(super) async fn start(
		own: Own,
		archive: Archive,
		listen: Option<SocketAddr>,
		slot: Duration,
		output: Output,
	) -> Result<(Arc<Self>, Beside)> {
		let anywhere = own.chain.kind().await?.is_for_development();
		let mut beside = Beside(Vec::new());
		let desk = match listen {
			None => {
				output.say(
					"it calls nobody, since nobody reaches it: say --listen ADDRESS, and with `describe` where that is reached",
				);
				None
			}
			Some(address) => {
				let listener = TcpListener::bind(address)
					.await
					.with_context(|| format!("{address} cannot be listened to"))?;
				output.say(format!("calls others at http://{}", listener.local_addr()?));
				let desk = Arc::new(Desk::new(own.chain.clone(), own.device, own.pair.clone()));
				let routes = desk::router(desk.clone());
				let serving = serve(listener, routes, Bounds::default(), stopped());
				beside.0.push(tokio::spawn(serving));
				Some(desk)
			}
		};
		let present = Default::default();
		let machine = Arc::new(Self { own, archive, slot, anywhere, present, desk, output });
		beside.0.push(tokio::spawn(machine.clone().gather()));
		Ok((machine, beside))
	}

	/// Whether an epoch has begun here.
	pub(super) fn knows(&self, epoch: EpochIndex) -> bool {
		locked(&self.present).open.as_ref().is_some_and(|open| open.epoch() == epoch)
	}

	/// Begins an epoch: from now on callers call, and others are called.
	pub(super) async fn begin(
		&self,
		clock: &Clock,
		context: ReportContext,
		policy: Policy,
		facts: DeviceFacts,
	) -> Result<()> {
		let chain = &self.own.chain;
		let lasted = chain.lasted(context.epoch).await?.unwrap_or_default();
		let open = Arc::new(Open {
			context,
			policy,
			facts,
			elapsed: Elapsed::new(lasted, self.slot),
			nominal_slots: clock.record.parameters.nominal_slots,
		});
		if let Some(desk) = &self.desk {
			desk.begin(open.clone());
		}
		let mut present = locked(&self.present);
		(present.open, present.gathering) = (Some(open), None);
		Ok(())
	}

	/// What it has for an epoch, once all callers have called, or their time is over.
	pub(super) fn evidence(&self, epoch: EpochIndex) -> Made {
		let present = locked(&self.present);
		let Some(open) = present.open.as_ref().filter(|open| open.epoch() == epoch) else {
			return Made::Later(None);
		};
		let gathering = present.gathering.as_ref().filter(|standing| standing.epoch() == epoch);
		let Some(standing) = gathering else { return Made::Later(None) };
		if !standing.is_over(open.part()) {
			let text = format!("epoch {epoch}: {} callers call it", standing.callers());
			return Made::Later(Some(text));
		}
		let evidence = standing.evidence();
		self.output.say(format!(
			"epoch {epoch}: {} of {} callers have heard it",
			evidence.answers.len(),
			standing.callers()
		));
		Made::Now(evidence.encode())
	}

	/// Has callers call, epoch after epoch.
	async fn gather(self: Arc<Self>) {
		let mut said = Said::new(self.output);
		let mut calls = JoinSet::new();
		loop {
			tokio::time::sleep(TICK).await;
			while calls.try_join_next().is_some() {}
			let (open, begun) = {
				let present = locked(&self.present);
				let Some(open) = present.open.clone() else { continue };
				(open, present.gathering.is_some())
			};
			if !begun {
				match self.named(&open).await {
					Ok(gathering) => {
						let mut present = locked(&self.present);
						if present.open.as_ref().is_some_and(|now| now.epoch() == open.epoch()) {
							present.gathering = Some(gathering);
						}
						said.over();
					}
					Err(error) => said.say(format!("epoch {}: {error:#}", open.epoch())),
				}
				continue;
			}
			for attempt in self.due(&open) {
				let (machine, open) = (self.clone(), open.clone());
				// None waits for another.
				calls.spawn(async move { machine.call(&open, attempt).await });
			}
		}
	}

	/// Whom the lot has named, and what they have signed before the daemon was started anew.
	async fn named(&self, open: &Open) -> Result<Gathering> {
		let kept = self.archive.evidence(self.own.network, open.epoch(), &self.own.device)?;
		Gathering::begin(&self.own, open, kept.unwrap_or_default()).await
	}

	/// Whose turn it is to call.
	fn due(&self, open: &Open) -> Vec<Attempt> {
		let mut present = locked(&self.present);
		let gathering = present.gathering.as_mut();
		let gathering = gathering.filter(|standing| standing.epoch() == open.epoch());
		gathering.map(|standing| standing.due(open.part())).unwrap_or_default()
	}

	/// Has one of them call, and keeps its word.
	async fn call(&self, open: &Open, attempt: Attempt) {
		let called = attempt.call(&self.own, open, self.anywhere).await;
		let kept = match called {
			Ok(answer) => self.keep(open.epoch(), answer),
			Err(error) if attempt.is_first => {
				Err(error.context(format!("{:?} has not called", attempt.device)))
			}
			Err(_) => Ok(()),
		};
		if let Err(error) = kept {
			self.output.say(format!("epoch {}: {error:#}", open.epoch()));
		}
		let mut present = locked(&self.present);
		let gathering = present.gathering.as_mut();
		gathering.into_iter().for_each(|standing| standing.ended(open.epoch(), attempt.place));
	}

	fn keep(&self, epoch: EpochIndex, answer: substation_proofs::presence::Answer) -> Result<()> {
		let mut present = locked(&self.present);
		let gathering = present.gathering.as_mut().filter(|standing| standing.epoch() == epoch);
		let Some(standing) = gathering else { return Ok(()) };
		standing.take(answer);
		let answers = standing.answers();
		self.archive.put_evidence(self.own.network, epoch, &self.own.device, &answers)
	}
}

/// What a lock guards, whoever has panicked with it.
fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
	mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
