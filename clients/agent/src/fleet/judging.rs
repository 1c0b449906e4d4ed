//! What everybody should get: from the published bodies, the preset and what the fleet has registered.

use std::collections::BTreeMap;

use anyhow::{anyhow, Result};
use substation_primitives::{
	batch::{assemble, Chunk, Terms},
	DeviceId, EpochIndex, NetworkId,
};
use substation_proofs::{
	facts::{Chair, DeviceFacts},
	judge_chunks,
	known::Known,
	JudgedChunk,
};
use substation_sdk::{failure::Failure, pay::Rates, progress::Quiet, recompute::ask};

use super::{
	preset::{policy, weight, BANDWIDTH, MAPPING, PRESENCE, SENSING, WEIGHTS},
	setup::{Fleet, CUT},
};

impl Fleet {
	/// Judges a batch from its bodies, as they were published, and from what the preset fixes and the
	/// fleet has registered: of what the chain says, only genesis, entropy and the rules' version go in. Of presence and sensing it is also who sits where,
	/// since others may sit there, too; of bandwidth what was burned by which bill; and of mapping when epochs were opened, and which tiles were mapped.
	pub(super) async fn judge(&self, terms: &Terms) -> Result<Vec<JudgedChunk>> {
		Ok(self.judge_chunks(terms).await?.0)
	}

	/// As [`Self::judge`]; the reports, too.
	pub(super) async fn judge_chunks(
		&self,
		terms: &Terms,
	) -> Result<(Vec<JudgedChunk>, Vec<Chunk>)> {
		let (rules, context) = self
			.chain
			.judged_by(terms.network, terms.epoch, &terms.aggregator)
			.await?
			.ok_or_else(|| anyhow!("epoch {} is forgotten", terms.epoch))?;
		let mut chunks = None;
		for node in &self.nodes {
			// One that lacks them, or does not answer, is no reason to stop: another may have them.
			let bodies = node.bodies(terms).await.ok().flatten();
			chunks = bodies.and_then(|bodies| assemble(terms, &bodies));
			if chunks.is_some() {
				break;
			}
		}
		let chunks = chunks.ok_or_else(|| {
			Failure::NotFound(format!("no node has the bodies of batch {:?}", terms.batch_id()))
		})?;
		let policy = policy(terms.network)?;
		if [PRESENCE, SENSING, BANDWIDTH, MAPPING].contains(&terms.network) {
			let at = (terms.network, terms.epoch);
			let mut known = Known::default();
			let judged = ask(&self.chain, at, &mut known, &Quiet, |facts| {
				judge_chunks(rules, &context, &policy, facts, terms, &chunks)
			});
			let judged = judged.await?;
			let judged =
				judged.ok_or_else(|| anyhow!("version {rules} of the rules is not kept"))?;
			return Ok((judged, chunks));
		}
		let facts = self.facts(terms.network)?;
		let judged = judge_chunks(rules, &context, &policy, &facts, terms, &chunks)
			.ok_or_else(|| anyhow!("version {rules} of the rules is not kept"))?;
		Ok((judged, chunks))
	}

	/// What the chain should know of the fleet's devices in a network.
	fn facts(&self, network: NetworkId) -> Result<BTreeMap<DeviceId, DeviceFacts>> {
		let members = self.devices.iter().filter(|device| device.joined() == network);
		let facts = members.map(|device| {
			let (place, data_set) = device.stands_and_stores()?;
			let facts = DeviceFacts {
				key: device.pair.public(),
				aggregator: self.aggregator_of(device),
				aggregator_since: 0,
				cut: CUT,
				// Nothing depends on these: the preset's ramp is 0, and a kilometre apart never more than the four
				// that are wanted stand in a cell.
				since: 0,
				chair: Some(Chair::default()),
				owner: self.aggregator_of(device),
				place,
				data_set,
			};
			Ok((device.id(), facts))
		});
		facts.collect()
	}

	/// What a network has for an epoch: its part of the seven tenths of a budget that are for devices.
	pub(super) fn pool(&self, network: NetworkId, epoch: EpochIndex) -> u128 {
		let budget = self.initial.checked_shr(epoch / self.halving).unwrap_or(0);
		budget * 7 / 10 * weight(network) / WEIGHTS
	}

	/// What the chunk's devices should get: from scores and the preset's constants alone.
	pub(super) fn note(&mut self, chunk: &JudgedChunk, rates: &Rates) {
		for leaf in &chunk.leaves {
			let Some(device) = self.devices.iter_mut().find(|device| device.id() == leaf.device)
			else {
				continue;
			};
			device.reports += 1;
			device.score += u64::from(leaf.score);
			if let Some(fault) = leaf.fault {
				*device.faults.entry(fault.explanation()).or_default() += 1;
			}
			device.expected += rates.payment(leaf).owner;
		}
	}
}
