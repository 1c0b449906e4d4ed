//! What a fleet does epoch after epoch: report, publish, commit, claim.

use std::time::Duration;

use anyhow::Result;
use substation_primitives::EpochIndex;
use substation_sdk::{
	claim,
	pay::Rates,
	publish::{AnotherWaits, Published},
};

use super::{
	preset::{MAPPING, RATE_CAP},
	setup::Fleet,
};

/// Blocks after which a commitment that is in no block is sent again.
const RESEND_AFTER: u32 = 2;

/// One epoch's batches on their way.
struct Work {
	epoch: EpochIndex,
	batches: Vec<Published>,
	/// The block of the epoch in which commitments were sent last.
	sent: Option<u32>,
	/// Whether all commitments are final.
	committed: bool,
	told: bool,
	/// Whether what was mapped is marked.
	marked: bool,
	/// Claimed for, or without any hope of it.
	over: bool,
}

impl Work {
	fn new(epoch: EpochIndex, batches: Vec<Published>) -> Self {
		Self {
			epoch,
			batches,
			sent: None,
			committed: false,
			told: false,
			marked: false,
			over: false,
		}
	}
}

impl Fleet {
	/// Reports, publishes, commits and claims, epoch after epoch from the `first` on. Fails unless every honest
	/// device was paid what is recomputed here, and every cheating one nothing.
	pub async fn work(&mut self, first: EpochIndex, epochs: Option<u32>) -> Result<()> {
		self.say(&format!("reports begin with epoch {first}"));
		// What is not over yet.
		let mut works: Vec<Work> = Vec::new();
		let mut reported = None;
		let mut paid = 0;
		let mut shown = (0, u32::MAX);
		loop {
			tokio::time::sleep(Duration::from_millis(400)).await;
			let clock = match self.chain.best_clock().await {
				Ok(clock) => clock,
				Err(error) => {
					// A node that restarts is waited for.
					self.say(&format!("the node does not answer: {error:#}"));
					tokio::time::sleep(Duration::from_secs(3)).await;
					continue;
				}
			};
			if shown != (clock.epoch, clock.index / 5) {
				shown = (clock.epoch, clock.index / 5);
				let finalized = self.chain.finalized().await.unwrap_or_default();
				self.say(&format!(
					"epoch {}, block {} of it; block {finalized} is final",
					clock.epoch, clock.index
				));
			}
			let due = clock.epoch >= first
				&& clock.index >= 4
				&& reported.is_none_or(|last| last < clock.epoch)
				&& epochs.is_none_or(|wanted| paid + (works.len() as u32) < wanted);
			if due {
				if let Some(batches) = self.report(clock.epoch).await? {
					reported = Some(clock.epoch);
					works.push(Work::new(clock.epoch, batches));
				}
			}
			let parameters = clock.record.parameters;
			let open = parameters.takes_commitments(clock.index + 1);
			for work in &mut works {
				let age = clock.epoch.saturating_sub(work.epoch);
				if age >= 1 && !work.committed {
					self.commit(work, clock.index, open && age == 1).await?;
				}
				if age > 1 && !work.committed {
					self.say(&format!(
						"epoch {}: not committed to in time, nobody is paid",
						work.epoch
					));
					work.over = true;
				}
				if work.committed && !work.told && (age > 1 || clock.index >= 18) {
					self.tell(work).await?;
				}
				// A mark waits for finality, and so does a claim: not while commitments wait for a block.
				if work.committed && !open && age > 1 && !work.marked {
					work.marked = true;
					self.mark_all(work).await;
				}
				if work.committed && !open && clock.epoch >= parameters.freeze_of(work.epoch) {
					self.claim(work).await?;
					paid += 1;
					work.over = true;
				}
			}
			works.retain(|work| !work.over);
			if epochs.is_some_and(|wanted| paid >= wanted) {
				return self.report_card().await;
			}
		}
	}

	/// Sends the commitments that the best chain does not have, now and then, as long as the window is `open`. They are
	/// done with once final.
	async fn commit(&self, work: &mut Work, index: u32, open: bool) -> Result<()> {
		let mut missing = Vec::new();
		let mut pending = 0;
		for published in &work.batches {
			let batch = published.terms.batch_id();
			if self.chain.batch(work.epoch, batch).await?.is_some() {
				continue;
			}
			pending += 1;
			// A fork that ends takes its commitments along.
			if self.chain.batch_at_best(work.epoch, batch).await?.is_none() {
				missing.push(published);
			}
		}
		if pending == 0 {
			work.committed = true;
			self.say(&format!("epoch {}: committed", work.epoch));
			return Ok(());
		}
		// The index goes back with a fork that ends.
		let soon = work.sent.is_some_and(|sent| index.abs_diff(sent) < RESEND_AFTER);
		if missing.is_empty() || !open || soon {
			return Ok(());
		}
		work.sent = Some(index);
		for published in missing {
			match published.commit(&self.chain, &self.publisher).await {
				// It was sent before, and has come into no block yet.
				Err(error) if error.is::<AnotherWaits>() => (),
				Err(error) => self.say(&format!(
					"epoch {}: the pool refused a commitment: {error:#}",
					work.epoch
				)),
				Ok(_) => (),
			}
		}
		Ok(())
	}

	/// Says where an epoch's batches stand.
	async fn tell(&self, work: &mut Work) -> Result<()> {
		for published in &work.batches {
			let batch = published.terms.batch_id();
			let text = match self.chain.batch(work.epoch, batch).await? {
				Some(commitment) => commitment.state_name(),
				None => "not committed to".into(),
			};
			self.say(&format!(
				"epoch {}: network {}, batch {batch:?}: {text}",
				work.epoch, published.terms.network
			));
		}
		work.told = true;
		Ok(())
	}

	/// Marks what was mapped, where that is settled. Who does not get that far is paid all the same.
	async fn mark_all(&self, work: &Work) {
		for published in work.batches.iter().filter(|one| one.terms.network == MAPPING) {
			if let Err(error) = self.mark(&published.terms).await {
				self.say(&format!("epoch {}: nothing is marked: {error:#}", work.epoch));
			}
		}
	}

	/// Claims for an epoch's chunks, and notes what everybody should get.
	async fn claim(&mut self, work: &Work) -> Result<()> {
		let mut judged = Vec::new();
		for published in &work.batches {
			judged.push(self.judge(&published.terms).await?);
		}
		let mut calls = Vec::new();
		for (published, chunks) in work.batches.iter().zip(&judged) {
			let batch = published.terms.batch_id();
			// What the genesis fixes, not what the chain says of its pools.
			let total = chunks.iter().map(|chunk| chunk.element.sum).sum();
			let rates = Rates {
				pool: self.pool(published.terms.network, work.epoch),
				rate_cap: RATE_CAP,
				total,
			};
			for (number, chunk) in (0u32..).zip(chunks) {
				calls.push(claim::call(work.epoch, &batch, chunks, number)?);
				self.note(chunk, &rates);
			}
		}
		// What is paid is compared in the end: a refusal is said, and shows there.
		match self.chain.submit_all(&calls, &self.aggregator).await {
			Ok(_) => self.say(&format!("epoch {}: claimed", work.epoch)),
			Err(error) => {
				self.say(&format!("epoch {}: a claim was refused: {error:#}", work.epoch));
			}
		}
		Ok(())
	}
}
