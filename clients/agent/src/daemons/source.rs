//! What a device's evidence is made of, by the kind that its network pays for.

use std::sync::Arc;

use anyhow::{bail, Result};
use codec::Encode;
use substation_primitives::{signing::ReportContext, DeviceId};
use substation_proofs::{KindPolicy, Policy};
use substation_sdk::{failure::Failure, holding::Holding};

use super::presence::Machine;

/// What a device has to show.
pub(super) enum Source {
	/// Data that it holds.
	Stored(Holding),
	/// That it is there.
	Present(Arc<Machine>),
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
	pub(super) fn evidence(
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
			(_, kind) => bail!(Failure::Refused(format!(
				"network {} pays for {} in this epoch: start the daemon anew",
				context.network,
				kind.name()
			))),
		}
	}
}
