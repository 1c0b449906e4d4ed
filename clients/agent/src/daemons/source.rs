//! What a device's evidence is made of, by the kind that its network pays for.

use std::sync::Arc;

use anyhow::{bail, Result};
use codec::Encode;
use substation_primitives::{signing::ReportContext, DeviceId, NetworkId};
use substation_proofs::{author::DevicePair, KindPolicy, Policy};
use substation_sdk::{chain::Chain, failure::Failure, holding::Holding};
use tokio::task::JoinHandle;

use super::{driving::Driver, hosting::Host, presence::Machine, sensing::Sensor};

/// Who a device is, and where it asks.
#[derive(Clone)]
pub(super) struct Own {
	pub(super) chain: Chain,
	pub(super) network: NetworkId,
	pub(super) device: DeviceId,
	pub(super) pair: DevicePair,
}

/// What runs beside, until this is dropped.
pub(super) struct Beside(pub(super) Vec<JoinHandle<()>>);

impl Drop for Beside {
	fn drop(&mut self) {
		self.0.iter().for_each(JoinHandle::abort);
	}
}

/// What a device has to show.
pub(super) enum Source {
	/// Data that it holds.
	Stored(Holding),
	/// That it is there.
	Present(Arc<Machine>),
	/// What it measures.
	Measured(Arc<Sensor>),
	/// Where it was driven.
	Driven(Driver),
	/// What was burned for what it carries.
	Billed(Host),
}

/// Evidence, or a report, encoded, or none yet.
pub(super) enum Made {
	/// This.
	Now(Vec<u8>),
	/// Judges would find it worth nothing, and for this epoch that stays so.
	Worthless(String),
	/// There is something to wait for, if it is worth a word.
	Later(Option<String>),
}

impl Source {
	/// The evidence for an epoch in which the network pays by this policy.
	pub(super) async fn evidence(
		&self,
		device: &DeviceId,
		context: &ReportContext,
		policy: &Policy,
	) -> Result<Made> {
		match (self, &policy.kind) {
			(Self::Stored(holding), KindPolicy::Storage(kind)) => {
				Ok(Made::Now(holding.prove(context, kind, device)?.encode()))
			}
			(Self::Present(machine), KindPolicy::Presence(_)) => {
				Ok(machine.evidence(context.epoch))
			}
			(Self::Measured(sensor), KindPolicy::Sensing(_)) => Ok(sensor.evidence(context.epoch)),
			(Self::Driven(driver), KindPolicy::Mapping(kind)) => {
				driver.evidence(context, kind).await
			}
			(Self::Billed(host), KindPolicy::Bandwidth(_)) => host.evidence(context).await,
			(_, kind) => bail!(Failure::Refused(format!(
				"network {} pays for {} in this epoch: start the daemon anew",
				context.network,
				kind.name()
			))),
		}
	}
}
