//! What callers sign for a machine.

use std::collections::BTreeMap;

use substation_primitives::{signing::ReportContext, DeviceId};

use super::DevicePair;
use crate::{
	facts::{DeviceFacts, FactSource},
	presence::{called, Answer, Evidence, Policy},
};

impl DevicePair {
	/// As `caller`, whose place in the list of those called is `place`: the word that `device` has answered `delay` microseconds after it was
	/// called.
	pub fn heartbeat(
		&self,
		context: &ReportContext,
		(caller, place): (&DeviceId, u8),
		device: &DeviceId,
		delay: u32,
	) -> Answer {
		let signature = self.sign(&context.heartbeat(caller, device, delay));
		Answer { place, delay, signature }
	}
}

/// What a machine's callers sign for it, if each of them signs with the pair that is here and waits as long for its answer as `delay` says:
/// nothing for a call that comes to nothing.
pub fn presence(
	context: &ReportContext,
	policy: &Policy,
	facts: &impl FactSource,
	pairs: &BTreeMap<DeviceId, DevicePair>,
	(device, own): (&DeviceId, &DeviceFacts),
	delay: impl Fn(&DeviceId) -> Option<u32>,
) -> Evidence {
	let answers = (0..)
		.zip(called(context, policy, facts, device, own))
		.filter_map(|(place, (caller, _))| {
			let (pair, delay) = (pairs.get(&caller)?, delay(&caller)?);
			Some(pair.heartbeat(context, (&caller, place), device, delay))
		})
		.collect::<Vec<_>>();
	Evidence { answers: answers.try_into().unwrap_or_default() }
}
