//! What a device's evidence is made of, by the kind that its network pays for.

use std::sync::Arc;

use anyhow::{bail, Result};
use codec::Encode;
use substation_primitives::{signing::ReportContext, DeviceId};
use substation_proofs::{KindPolicy, Policy};
use substation_sdk::{failure::Failure, holding::Holding};

use super::{driving::Driver, hosting::Host, own::Made, presence::Machine, sensing::Sensor};

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
