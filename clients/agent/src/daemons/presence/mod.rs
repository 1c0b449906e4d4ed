//! A machine in a network that pays for presence: it has its callers call it, each in its part of the epoch, and calls others.

mod desk;
mod gathering;

use std::{
	net::SocketAddr,
	sync::{Arc, Mutex, PoisonError},
	time::Duration,
};

use anyhow::{Context, Result};
use codec::Encode;
use substation_primitives::{signing::ReportContext, DeviceId, NetworkId};
use substation_proofs::{author::DevicePair, facts::DeviceFacts, presence::Policy};
use substation_sdk::{
	archive::Archive,
	chain::{Chain, Clock},
	presence::part,
};
use tokio::net::TcpListener;

use self::{desk::Desk, gathering::Gathering};
use super::{
	door::{serve, stopped, Bounds},
	source::Made,
};
use crate::output::Output;

/// Who the machine is, and where it asks.
#[derive(Clone)]
pub(super) struct Own {
	pub(super) chain: Chain,
	pub(super) network: NetworkId,
	pub(super) device: DeviceId,
	pub(super) pair: DevicePair,
}

/// A machine that has others call it.
pub(super) struct Machine {
	own: Own,
	archive: Archive,
	slot: Duration,
	/// Whether callers may be reached anywhere, in this machine's own network, too.
	anywhere: bool,
	/// When an epoch was opened.
	opened: Mutex<Option<(u32, Duration)>>,
	/// As it stands in the present epoch.
	gathering: tokio::sync::Mutex<Option<Gathering>>,
	/// Where it calls others, if it listens.
	desk: Option<Arc<Desk>>,
	output: Output,
}

/// An epoch, as far as machines and their callers have to know it.
#[derive(Clone)]
pub(super) struct Open {
	pub(super) context: ReportContext,
	pub(super) policy: Policy,
}

impl Machine {
	/// A machine that listens for others where `listen` says, or does not.
	pub(super) async fn start(
		own: Own,
		archive: Archive,
		listen: Option<SocketAddr>,
		slot: Duration,
		output: Output,
	) -> Result<Self> {
		let anywhere = own.chain.kind().await?.is_for_development();
		let desk = match listen {
			None => {
				output.say(
					"it calls nobody, since nobody reaches it: say --listen ADDRESS, and `service` where that is reached",
				);
				None
			}
			Some(address) => {
				let listener = TcpListener::bind(address)
					.await
					.with_context(|| format!("{address} cannot be listened to"))?;
				output.say(format!("calls others at http://{}", listener.local_addr()?));
				let desk = Arc::new(Desk::new(own.clone()));
				let routes = desk::router(desk.clone());
				tokio::spawn(serve(listener, routes, Bounds::default(), stopped()));
				Some(desk)
			}
		};
		let (opened, gathering) = Default::default();
		Ok(Self { own, archive, slot, anywhere, opened, gathering, desk, output })
	}

	/// What it has for an epoch, once callers have called, or their time is over.
	pub(super) async fn evidence(
		&self,
		clock: &Clock,
		open: Open,
		facts: &DeviceFacts,
	) -> Result<Made> {
		let epoch = open.context.epoch;
		let nominal = clock.record.parameters.nominal_slots;
		let now = part(self.elapsed(epoch).await?, nominal, open.policy.callers);
		if let Some(desk) = &self.desk {
			desk.open(open.clone(), now);
		}
		let mut gathering = self.gathering.lock().await;
		let standing = match gathering.take().filter(|standing| standing.epoch() == epoch) {
			Some(standing) => standing,
			None => {
				let kept = self.archive.evidence(self.own.network, epoch, &self.own.device)?;
				Gathering::begin(&self.own, &open, facts, kept.unwrap_or_default()).await?
			}
		};
		let standing = gathering.insert(standing);
		if standing.call(&self.own, &open, now, self.anywhere, self.output).await {
			let answers = standing.answers();
			self.archive.put_evidence(self.own.network, epoch, &self.own.device, &answers)?;
		}
		if now.is_some() && !standing.is_complete() {
			let text = format!("epoch {epoch}: {} callers call it", standing.callers());
			return Ok(Made::Later(Some(text)));
		}
		let evidence = standing.evidence();
		self.output.say(format!(
			"epoch {epoch}: {} of {} callers have heard it",
			evidence.answers.len(),
			standing.callers()
		));
		Ok(Made::Now(evidence.encode()))
	}

	/// Tells the desk which epoch and part of it is, when its own report is made.
	pub(super) async fn tick(&self, clock: &Clock) -> Result<()> {
		let Some(desk) = &self.desk else { return Ok(()) };
		let Some(callers) = desk.callers(clock.epoch) else { return Ok(()) };
		let nominal = clock.record.parameters.nominal_slots;
		desk.turn(clock.epoch, part(self.elapsed(clock.epoch).await?, nominal, callers));
		Ok(())
	}

	/// Slots since an epoch was opened.
	async fn elapsed(&self, epoch: u32) -> Result<u64> {
		let known = locked(&self.opened).filter(|(of, _)| *of == epoch);
		let now = self.own.chain.time().await?;
		let opened = match known {
			Some((_, opened)) => opened,
			None => {
				let opened = self.own.chain.opened(epoch).await?;
				*locked(&self.opened) = opened.map(|opened| (epoch, opened));
				opened.unwrap_or(now)
			}
		};
		let since = now.saturating_sub(opened);
		Ok((since.as_millis() / self.slot.as_millis().max(1)) as u64)
	}
}

/// What a lock guards, whoever has panicked with it.
fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
	mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
