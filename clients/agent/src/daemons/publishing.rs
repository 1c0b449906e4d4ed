//! What an aggregator does once an epoch is over: it packs the reports, publishes them and commits to them.

use std::{collections::BTreeMap, time::Duration};

use anyhow::Result;
use substation_primitives::{BatchId, EpochIndex, NetworkId};
use substation_proofs::author::pack;
use substation_sdk::{
	chain::Clock,
	publish::{sign_bodies_until, statement_lifetime, AnotherWaits, Published},
};

use super::aggregator::Aggregator;

/// For how long a node that does not take a body is tried again before the commitment.
const PATIENCE: Duration = Duration::from_secs(2);
/// And for how long after it: judges need bodies only once they are drawn.
const MORE_PATIENCE: Duration = Duration::from_secs(20);
/// Blocks after which a commitment that is in no block is sent again.
const RESEND_AFTER: u32 = 2;

impl Aggregator {
	/// The batches of an epoch in a network: as they were kept, or packed now and kept. From the first that is damaged
	/// they are packed anew, if the chain does not have it: nothing behind it could be committed to without it.
	async fn packed(&self, network: NetworkId, epoch: EpochIndex) -> Result<Vec<Published>> {
		let _guard = self.keeping.lock().await;
		let kept = self.archive.packed(network, epoch)?.unwrap_or_default();
		let lost = kept.iter().position(Option::is_none);
		if !kept.is_empty() {
			let on_chain = match lost {
				Some(lost) => {
					let shards = self.chain.shards_at_best(network, epoch, &self.account()).await?;
					shards.iter().any(|shard| usize::from(*shard) == lost)
				}
				None => true,
			};
			if on_chain {
				return Ok(kept.into_iter().flatten().collect());
			}
		}
		let reports = self.archive.reports(network, epoch)?;
		if reports.is_empty() {
			return Ok(kept.into_iter().flatten().collect());
		}
		let Some(policy) = self.chain.open_policy(network, epoch).await? else {
			return Ok(Vec::new());
		};
		let Some(context) = self.chain.report_context(network, epoch, &self.account()).await?
		else {
			return Ok(Vec::new());
		};
		let record = self.chain.clock().await?.record;
		let lifetime = statement_lifetime(&record.parameters, self.block_time().await);
		let expires = self.chain.time().await?.saturating_add(lifetime);
		let mut published: Vec<_> = kept.into_iter().map_while(|whole| whole).collect();
		let before = published.len();
		for packed in pack(&context, &policy, &reports).iter().skip(before) {
			published.push(sign_bodies_until(&context.genesis, &self.publisher, packed, expires)?);
		}
		self.archive.put_packed(network, epoch, &published)?;
		self.index(epoch)?;
		let anew = if lost.is_some() { ", packed anew behind what is whole" } else { "" };
		self.output.say(format!(
			"network {network}, epoch {epoch}: {} reports in {} batches{anew}",
			reports.len(),
			published.len()
		));
		Ok(published)
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
