//! What became of receptions, or of reports of any other kind.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{anyhow, Context, Result};
use codec::DecodeAll;
use serde::Serialize;
use substation_primitives::{report::Report, DeviceId};
use substation_proofs::{
	coverage::{self, Rejection},
	facts::FactSource as _,
	KindPolicy,
};
use substation_sdk::recompute::Recomputed;

/// What a recording's counts are of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Counted {
	/// Receptions of frames.
	#[default]
	Receptions,
	/// Reports.
	Reports,
}

/// What became of the receptions; of a recording of anything else, of the reports.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Counts {
	/// What is counted: receptions, or reports.
	pub of: Counted,
	/// Receptions that counted for the one who sent and for the one who heard; or reports that count.
	pub paid: u32,
	/// The others, by reason.
	pub refused: BTreeMap<String, u32>,
	/// Scores of all reports, in sum.
	pub score: u64,
	/// What the owner was paid in all, in planck.
	pub owner: u128,
}

impl Counts {
	/// In words: of what would be, or was.
	pub fn describe(&self, would: bool) -> String {
		let refused: u32 = self.refused.values().sum();
		let what = match self.of {
			Counted::Receptions => "receptions",
			Counted::Reports => "reports",
		};
		let paid = if would { "would be paid" } else { "were paid" };
		let mut lines = vec![format!("{} {what} {paid}, {refused} refused", self.paid)];
		lines.extend(self.refused.iter().map(|(reason, times)| format!("    {times} {reason}")));
		lines.join("\n")
	}

	pub(super) fn note_beyond(&mut self, beyond: u32) {
		if beyond > 0 {
			self.refused.insert("BeyondFourteenWitnesses".into(), beyond);
		}
	}

	/// Counts the receptions in a batch: each stands in the sender's report and in the hearer's, which
	/// may lie in another batch of the epoch.
	pub fn count(&mut self, batches: &[Recomputed]) -> Result<()> {
		type Reception = (DeviceId, DeviceId);
		let mut sent = BTreeMap::<Reception, Result<(), Rejection>>::new();
		let mut heard = BTreeMap::<Reception, Result<(), Rejection>>::new();
		for batch in batches {
			for leaf in batch.judged.iter().flat_map(|chunk| &chunk.leaves) {
				self.score += u64::from(leaf.score);
				if !matches!(batch.policy.kind, KindPolicy::Coverage(_)) {
					self.of = Counted::Reports;
					match leaf.fault {
						None => self.paid += 1,
						Some(fault) => {
							*self.refused.entry(format!("{fault:?}")).or_default() += 1;
						}
					}
				}
			}
			let KindPolicy::Coverage(policy) = &batch.policy.kind else { continue };
			for bytes in batch.chunks.iter().flat_map(|chunk| chunk.iter()) {
				let report = Report::decode_all(&mut &bytes[..])?;
				let evidence = coverage::Evidence::decode_all(&mut &report.evidence[..])?;
				let device = report.device;
				let facts = &batch.facts;
				let own = facts.device(&device).context("a device of the cast has no facts")?;
				let assessed =
					coverage::assess(&batch.context, policy, facts, &device, &own, &evidence);
				let assessment = assessed.map_err(|fault| {
					anyhow!("a report of the cast is faulty: {}", fault.explanation())
				})?;
				if let Some(beacon) = &evidence.beacon {
					for (receipt, result) in beacon.receipts.iter().zip(assessment.receipts) {
						sent.insert((device, receipt.witness), result);
					}
				}
				for (one, result) in evidence.heard.iter().zip(assessment.heard) {
					heard.insert((one.beaconer, device), result.map(drop));
				}
			}
		}
		let all: BTreeSet<Reception> = sent.keys().chain(heard.keys()).copied().collect();
		for reception in all {
			match (sent.get(&reception), heard.get(&reception)) {
				(Some(Ok(())), Some(Ok(()))) => self.paid += 1,
				(Some(Err(rejection)), _) | (_, Some(Err(rejection))) => {
					*self.refused.entry(format!("{rejection:?}")).or_default() += 1;
				}
				_ => *self.refused.entry("OneSided".into()).or_default() += 1,
			}
		}
		Ok(())
	}
}
