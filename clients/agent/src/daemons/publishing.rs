//! What an aggregator does once an epoch is over: it packs the reports, publishes them and commits to them.

use std::{collections::BTreeMap, time::Duration};

use anyhow::Result;
use substation_primitives::{batch::prefix, BatchId, EpochIndex, NetworkId};
use substation_proofs::author::pack;
use substation_sdk::{
	archive::Packing,
	chain::Clock,
	publish::{sign_bodies_until, AnotherWaits, Published},
};

use super::aggregator::Aggregator;

/// For how long a node that does not take a body is tried again before the commitment.
const PATIENCE: Duration = Duration::from_secs(2);
/// And for how long after it: judges need bodies only once they are drawn.
const MORE_PATIENCE: Duration = Duration::from_secs(20);
/// Blocks after which a commitment that is in no block is sent again.
const RESEND_AFTER: u32 = 2;

impl Aggregator {
	/// The batches of an epoch in a network: as they were kept, or packed now and kept. What is damaged is packed anew
	/// with all behind it, unless the chain has it, or it may be on its way there.
	async fn packed(&self, network: NetworkId, epoch: EpochIndex) -> Result<Vec<Published>> {
		let _guard = self.keeping.lock().await;
		let packing = self.archive.packed(network, epoch)?;
		if packing.first_lost(0).is_none() {
			return Ok(packing.whole());
		}
		match self.pack_lost(network, epoch, &packing).await {
			Ok(anew) => Ok(anew.unwrap_or_else(|| packing.whole())),
			// What is whole is not held up by it.
			Err(error) if !packing.batches.is_empty() => {
				self.output.say(format!("network {network}, epoch {epoch}: {error:#}"));
				Ok(packing.whole())
			}
			Err(error) => Err(error),
		}
	}

	/// Packs what a packing lacks, and keeps it. Nothing if there is nothing to pack now.
	async fn pack_lost(
		&self,
		network: NetworkId,
		epoch: EpochIndex,
		packing: &Packing,
	) -> Result<Option<Vec<Published>>> {
		// Without any, the chain need not be asked.
		let mut reports = self.archive.reports(network, epoch)?;
		if reports.is_empty() {
			return Ok(None);
		}
		let own = self.chain.own_batches_at_best(network, epoch, &self.account()).await?;
		let Some(first) = packing.first_lost(own.len()) else { return Ok(None) };
		let (whole, behind) = packing.batches.split_at(first.min(packing.batches.len()));
		if behind.iter().any(|(batch, _)| self.archive.was_sent(epoch, batch)) {
			return Ok(None);
		}
		// As the chain has them, and as they were packed as far as it has not got them.
		let on_chain = own.iter().take(first).copied();
		let kept = whole.iter().skip(own.len()).map(|(batch, one)| {
			(*batch, one.as_ref().map_or(u64::MAX, |published| published.terms.last))
		});
		let before: Vec<(BatchId, u64)> = on_chain.chain(kept).collect();
		let above = before.last().map(|(_, last)| *last);
		reports.retain(|device, _| above.is_none_or(|above| prefix(device) > above));
		if reports.is_empty() {
			return Ok(None);
		}
		let Some(policy) = self.chain.open_policy(network, epoch).await? else { return Ok(None) };
		let context = self.chain.report_context(network, epoch, &self.account()).await?;
		let Some(context) = context else { return Ok(None) };
		let record = self.chain.clock().await?.record;
		let expires = self.chain.expiry(&record.parameters, self.block_time().await).await?;
		let mut published = Vec::new();
		for mut packed in pack(&context, &policy, &reports) {
			let shard = usize::from(packed.terms.shard).saturating_add(before.len());
			packed.terms.shard = shard.try_into()?;
			published.push(sign_bodies_until(&context.genesis, &self.publisher, &packed, expires)?);
		}
		let before: Vec<_> = before.into_iter().map(|(batch, _)| batch).collect();
		self.archive.put_packed(network, epoch, &before, &published)?;
		self.index(epoch)?;
		let behind = if before.is_empty() { "" } else { ", behind those that were packed before" };
		self.output.say(format!(
			"network {network}, epoch {epoch}: {} reports in {} batches{behind}",
			reports.len(),
			published.len()
		));
		let whole = whole.iter().filter_map(|(_, one)| one.clone());
		Ok(Some(whole.chain(published).collect()))
	}

	/// How long a slot lasts, as the chain's metadata says.
	async fn block_time(&self) -> Duration {
		self.chain.slot_duration().await.unwrap_or(Duration::from_secs(6))
	}

	/// Publishes the epoch that is over and commits to it; `sent` says in which block what was sent.
	pub(super) async fn publish(
		&self,
		clock: &Clock,
		sent: &mut BTreeMap<BatchId, u32>,
	) -> Result<()> {
		let Some(epoch) = clock.epoch.checked_sub(1) else { return Ok(()) };
		if !clock.record.parameters.takes_commitments(clock.index.saturating_add(1)) {
			return Ok(());
		}
		let block = clock.record.opened_at.saturating_add(clock.index);
		for network in &self.networks {
			let packed = match self.packed(*network, epoch).await {
				Ok(packed) => packed,
				Err(error) => {
					self.output.say(format!("network {network}, epoch {epoch}: {error:#}"));
					continue;
				}
			};
			for published in packed {
				let batch = published.terms.batch_id();
				let before = sent.get(&batch);
				if before.is_some_and(|before| block.saturating_sub(*before) < RESEND_AFTER) {
					continue;
				}
				let first = before.is_none();
				sent.insert(batch, block);
				// One that fails keeps no other from its window.
				if let Err(error) = self.publish_batch(&published, first).await {
					self.output.say(format!("batch {batch:?} of epoch {epoch}: {error:#}"));
				}
			}
		}
		Ok(())
	}

	async fn publish_batch(&self, published: &Published, first: bool) -> Result<()> {
		let terms = &published.terms;
		let (network, epoch, batch) = (terms.network, terms.epoch, terms.batch_id());
		if self.chain.batch_at_best(epoch, batch).await?.is_some() {
			return Ok(());
		}
		if !self.commit {
			if first {
				self.output.say(format!(
					"would publish and commit to batch {batch:?}: say --commit to do it"
				));
			}
			return Ok(());
		}
		let have = published.publish_to(&self.stores, PATIENCE).await?;
		self.archive.note_sent(epoch, &batch)?;
		match published.commit(&self.chain, &self.publisher).await {
			// What was sent before waits to be included.
			Err(error) if !first && error.is::<AnotherWaits>() => return Ok(()),
			outcome => outcome?,
		};
		if have < self.stores.len() {
			let (published, nodes, output) = (published.clone(), self.stores.clone(), self.output);
			tokio::spawn(async move {
				match published.publish_to(&nodes, MORE_PATIENCE).await {
					Ok(have) => output.say(format!("batch {batch:?}: {have} nodes have it by now")),
					Err(error) => output.say(format!("batch {batch:?}: {error:#}")),
				}
			});
		}
		self.output.say(format!(
			"network {network}, epoch {epoch}: batch {batch:?} is published to {have} of {} nodes and \
			 committed to",
			self.stores.len()
		));
		Ok(())
	}
}
