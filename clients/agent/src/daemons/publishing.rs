//! What an aggregator does once an epoch is over: it packs the reports, publishes them and commits to them.

use std::{collections::BTreeMap, time::Duration};

use anyhow::Result;
use substation_primitives::{
	batch::{prefix, Shard, Terms},
	BatchId, EpochIndex, NetworkId,
};
use substation_proofs::author::pack;
use substation_sdk::{
	chain::Clock,
	failure::Failure,
	packing::{Kept, Packing},
	publish::{commit, sign_bodies_until, AnotherWaits},
};

use super::aggregator::Aggregator;

/// For how long a node that does not take a body is tried again before the commitment.
const PATIENCE: Duration = Duration::from_secs(2);
/// And for how long after it: judges need bodies only once they are drawn.
const MORE_PATIENCE: Duration = Duration::from_secs(20);
/// Blocks after which a commitment that is in no block is sent again.
const RESEND_AFTER: u32 = 2;

/// When a commitment was sent, and whether the pool took it.
pub(super) struct Sent {
	block: u32,
	is_taken: bool,
}

impl Aggregator {
	/// The batches of an epoch in a network: as they were kept, or packed now and kept. What is lost is packed anew with
	/// all behind it, unless the chain has it, or it may be on its way there.
	async fn packed(&self, network: NetworkId, epoch: EpochIndex) -> Result<Vec<Kept>> {
		let _guard = self.keeping.lock().await;
		let packing = self.archive.packed(network, epoch)?;
		if packing.first_lost(0).is_none() {
			return Ok(packing.batches);
		}
		match self.pack_lost(network, epoch, &packing).await {
			Ok(anew) => Ok(anew.unwrap_or(packing.batches)),
			// What is kept is not held up by it.
			Err(error) if !packing.batches.is_empty() => {
				self.output.say(format!("network {network}, epoch {epoch}: {error:#}"));
				Ok(packing.batches)
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
	) -> Result<Option<Vec<Kept>>> {
		// Without any, the chain need not be asked.
		let mut reports = self.archive.reports(network, epoch)?;
		if reports.is_empty() {
			return Ok(None);
		}
		let own = self.chain.own_batches_at_best(network, epoch, &self.account()).await?;
		let Some(first) = packing.first_lost(own.len()) else { return Ok(None) };
		let kept = &packing.batches[..first.min(packing.batches.len())];
		// As the chain has them, and as they were packed as far as it has not got them.
		let on_chain = own.iter().take(first).copied();
		let waiting = kept.iter().skip(own.len()).filter_map(Kept::terms);
		let before: Vec<(BatchId, u64)> =
			on_chain.chain(waiting.map(|terms| (terms.batch_id(), terms.last))).collect();
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
		let mut left = reports.len();
		for mut packed in pack(&context, &policy, &reports) {
			let shard = usize::from(packed.terms.shard).saturating_add(before.len());
			// An epoch has so many places, and no more.
			let Ok(shard) = Shard::try_from(shard) else { break };
			packed.terms.shard = shard;
			left = left.saturating_sub(packed.terms.count as usize);
			published.push(sign_bodies_until(&context.genesis, &self.publisher, &packed, expires)?);
		}
		let before: Vec<_> = before.into_iter().map(|(batch, _)| batch).collect();
		self.archive.put_packed(network, epoch, &before, &published)?;
		self.index(epoch)?;
		let behind = if before.is_empty() { "" } else { ", behind those that were packed before" };
		self.output.say(format!(
			"network {network}, epoch {epoch}: {} reports in {} batches{behind}",
			reports.len().saturating_sub(left),
			published.len()
		));
		if left > 0 {
			self.output.say(format!(
				"network {network}, epoch {epoch}: {left} reports have no place: an aggregator has {} batches an epoch \
				 in a network",
				usize::from(Shard::MAX).saturating_add(1)
			));
		}
		let anew = published.into_iter().map(|one| Kept { whole: Some(one), sent: None });
		Ok(Some(kept.iter().cloned().chain(anew).collect()))
	}

	/// How long a slot lasts, as the chain's metadata says.
	async fn block_time(&self) -> Duration {
		self.chain.slot_duration().await.unwrap_or(Duration::from_secs(6))
	}

	/// Publishes the epoch that is over and commits to it; `sent` says what was sent when.
	pub(super) async fn publish(
		&self,
		clock: &Clock,
		sent: &mut BTreeMap<BatchId, Sent>,
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
			for kept in packed {
				// The chain has it: otherwise it, and all behind it, would be packed anew.
				let Some(batch) = kept.terms().map(Terms::batch_id) else { continue };
				let before = sent.get(&batch);
				let was_taken = before.is_some_and(|before| before.is_taken);
				let is_taken = match before {
					Some(before) if block.saturating_sub(before.block) < RESEND_AFTER => was_taken,
					_ => {
						let outcome = self.publish_batch(&kept, !was_taken).await;
						let is_taken = was_taken || outcome.is_ok();
						sent.insert(batch, Sent { block, is_taken });
						if let Err(error) = outcome {
							self.output.say(format!("batch {batch:?} of epoch {epoch}: {error:#}"));
						}
						is_taken
					}
				};
				// None behind it is taken without it; those of another network are.
				if !is_taken {
					break;
				}
			}
		}
		Ok(())
	}

	async fn publish_batch(&self, kept: &Kept, is_first: bool) -> Result<()> {
		let Some(terms) = kept.terms() else { return Ok(()) };
		let (network, epoch, batch) = (terms.network, terms.epoch, terms.batch_id());
		if self.chain.batch_at_best(epoch, batch).await?.is_some() {
			return Ok(());
		}
		if !self.commit {
			if is_first {
				self.output.say(format!(
					"would publish and commit to batch {batch:?}: say --commit to do it"
				));
			}
			return Ok(());
		}
		// Where the bodies are lost, nodes had them before.
		let have = match &kept.whole {
			Some(whole) => whole.publish_to(&self.stores, PATIENCE).await?,
			None => self.stores.len(),
		};
		self.archive.note_sent(terms)?;
		match commit(&self.chain, terms, &self.publisher).await {
			// What was sent before waits to be included.
			Err(error) if !is_first && error.is::<AnotherWaits>() => return Ok(()),
			Err(error) => {
				if error.is::<Failure>() {
					self.archive.note_refused(terms)?;
				}
				return Err(error);
			}
			Ok(_) => (),
		}
		if let Some(whole) = kept.whole.as_ref().filter(|_| have < self.stores.len()) {
			let (published, nodes, output) = (whole.clone(), self.stores.clone(), self.output);
			tokio::spawn(async move {
				match published.publish_to(&nodes, MORE_PATIENCE).await {
					Ok(have) => output.say(format!("batch {batch:?}: {have} nodes have it by now")),
					Err(error) => output.say(format!("batch {batch:?}: {error:#}")),
				}
			});
		}
		let published = match kept.whole {
			Some(_) => format!("published to {have} of {} nodes", self.stores.len()),
			None => "damaged here, was published before,".into(),
		};
		self.output.say(format!(
			"network {network}, epoch {epoch}: batch {batch:?} is {published} and committed to"
		));
		Ok(())
	}
}
