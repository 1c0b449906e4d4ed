//! What an aggregator does once batches have settled: it keeps their leaves, claims, and forgets what has expired.

use std::sync::PoisonError;

use anyhow::Result;
use substation_primitives::{BatchId, EpochIndex};
use substation_sdk::{
	chain::{Clock, Written},
	claim::{claim_batch, AtALoss},
	recompute::findings,
};

use super::aggregator::{Aggregator, TICK};

impl Aggregator {
	/// Keeps the leaves of what has settled, claims for what is frozen, and forgets what has expired.
	async fn settle(&self, clock: &Clock) -> Result<()> {
		let schedules = self.chain.schedules().await?;
		for epoch in self.archive.epochs()? {
			if epoch.saturating_add(1) >= clock.epoch {
				continue;
			}
			let Some(schedule) = schedules.get(&epoch) else {
				self.archive.remove_epoch(epoch)?;
				let mut statements = self.statements.lock().unwrap_or_else(PoisonError::into_inner);
				statements.retain(|_, (of, _, _)| *of != epoch);
				continue;
			};
			let frozen = schedule.freeze <= clock.epoch;
			for batch in self.archive.batches(epoch)? {
				// One that cannot be claimed for keeps no other from it.
				if let Err(error) = self.settle_batch(frozen, epoch, &batch).await {
					self.output.say(format!("batch {batch:?} of epoch {epoch}: {error:#}"));
				}
			}
		}
		for network in &self.networks {
			if let Some(old) = clock.epoch.checked_sub(2) {
				self.archive.remove_reports(*network, old)?;
			}
		}
		Ok(())
	}

	async fn settle_batch(&self, frozen: bool, epoch: EpochIndex, batch: &BatchId) -> Result<()> {
		let Some(commitment) = self.chain.batch(epoch, *batch).await? else { return Ok(()) };
		if !commitment.is_payable() {
			return Ok(());
		}
		let archive = Some(&self.archive);
		let judged = findings(&self.chain, archive, epoch, &commitment, &self.output).await?;
		if frozen {
			let place = (commitment.network, epoch, batch);
			let told = |what: &str, written: &Written| self.output.written(what, written);
			let at_a_loss = AtALoss::Leave;
			let commit = self.commit;
			claim_batch(&self.chain, &self.signer, place, &judged, at_a_loss, commit, told).await?;
		}
		Ok(())
	}

	/// Claims once in each epoch, where that brings more than it costs. Ends if the chain begins anew.
	pub(super) async fn collect(&self) -> Result<()> {
		let mut settled = None;
		loop {
			tokio::time::sleep(TICK).await;
			self.chain.is_the_same()?;
			let Ok(clock) = self.chain.clock().await else { continue };
			if settled == Some(clock.epoch) || !clock.record.parameters.takes_reveals(clock.index) {
				continue;
			}
			settled = Some(clock.epoch);
			if let Err(error) = self.settle(&clock).await {
				self.output.say(format!("claiming: {error:#}"));
			}
		}
	}
}
