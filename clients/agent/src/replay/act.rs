//! What is to be re-enacted, and what the judge makes of it without a chain.

use std::collections::BTreeMap;

use anyhow::Result;
use substation_primitives::{signing::ReportContext, AccountId32, DeviceId};
use substation_proofs::{
	author::{example_context, exchange, pack, DevicePair, Packed, Transmission},
	facts::{Chair, DeviceFacts, Place},
	judge_chunks, Policy, RULES,
};
use substation_sdk::recompute::Recomputed;

use super::counts::Counts;

/// A device of the cast.
#[derive(Clone)]
pub struct Player {
	/// What it stands for.
	pub name: String,
	/// Its key.
	pub pair: DevicePair,
	/// Where it stands.
	pub place: Place,
}

/// What is to be re-enacted.
#[derive(Clone, Default)]
pub struct Act {
	/// The devices.
	pub cast: BTreeMap<DeviceId, Player>,
	/// What is sent, epoch by epoch.
	pub epochs: Vec<Vec<Transmission>>,
	/// Receptions beyond the first fourteen witnesses of a frame: nobody signs for them.
	pub beyond: u32,
}

impl Act {
	fn facts(&self, aggregator: &AccountId32) -> BTreeMap<DeviceId, DeviceFacts> {
		let fact = |player: &Player| DeviceFacts {
			key: player.pair.public(),
			owner: aggregator.clone(),
			aggregator: aggregator.clone(),
			aggregator_since: 0,
			cut: 0,
			since: 0,
			place: Some(player.place),
			// Each is alone in its cell.
			chair: Some(Chair::default()),
			data_set: None,
		};
		self.cast.iter().map(|(id, player)| (*id, fact(player))).collect()
	}

	/// What the judge makes of it under `policy`, without a chain: nobody is paid, everything is
	/// counted.
	pub fn rehearse(&self, policy: &Policy) -> Result<Counts> {
		let context = example_context();
		let facts = self.facts(&context.aggregator);
		let mut counts = Counts::default();
		for transmissions in &self.epochs {
			let batches: Vec<Recomputed> = self
				.pack(&context, policy, transmissions)
				.into_iter()
				.map(|packed| Recomputed {
					judged: judge_chunks(
						RULES,
						&context,
						policy,
						&facts,
						&packed.terms,
						&packed.chunks,
					)
					.unwrap_or_default(),
					terms: packed.terms,
					context: context.clone(),
					policy: policy.clone(),
					facts: facts.clone().into_iter().collect(),
					chunks: packed.chunks,
				})
				.collect();
			counts.count(&batches)?;
		}
		counts.note_beyond(self.beyond);
		Ok(counts)
	}

	/// The batches of an epoch: everybody exchanges receipts, and reports.
	pub(super) fn pack(
		&self,
		context: &ReportContext,
		policy: &Policy,
		transmissions: &[Transmission],
	) -> Vec<Packed> {
		let pairs: BTreeMap<_, _> =
			self.cast.iter().map(|(id, player)| (*id, player.pair.clone())).collect();
		let reports = exchange(context, &pairs, transmissions)
			.iter()
			.filter_map(|(id, evidence)| Some((*id, pairs.get(id)?.report(context, id, evidence))))
			.collect();
		pack(context, policy, &reports)
	}
}
