//! Judging a batch as anybody can: from its bodies and the chain's facts.

use std::collections::BTreeSet;

use anyhow::{anyhow, Result};
use futures::{stream, StreamExt, TryStreamExt};
use substation_primitives::{
	batch::{assemble, vector_root, Chunk, Element, Terms},
	signing::ReportContext,
	DeviceId, EpochIndex, NetworkId, H256,
};
use substation_proofs::{
	judge_chunks,
	known::{Answer, Known, Question},
	JudgedChunk, Policy,
};

use crate::{
	archive::Archive,
	chain::{BatchState, Chain, Commitment},
	failure::Failure,
	progress::Progress,
};

/// Questions asked of a node at a time.
const CONCURRENCY: usize = 16;

/// A batch, judged here.
pub struct Recomputed {
	/// What was committed to.
	pub terms: Terms,
	/// What its reports are bound to.
	pub context: ReportContext,
	/// What the network paid for.
	pub policy: Policy,
	/// Everything that judging them has asked for.
	pub facts: Known,
	/// The reports.
	pub chunks: Vec<Chunk>,
	/// What they are worth.
	pub judged: Vec<JudgedChunk>,
}

impl Recomputed {
	/// Root of the result: what judges seal.
	pub fn root(&self) -> H256 {
		vector_root(&elements(&self.judged))
	}

	/// Scores, in sum.
	pub fn total(&self) -> u64 {
		self.judged.iter().map(|chunk| chunk.element.sum).sum()
	}
}

/// The elements of a result.
pub fn elements(judged: &[JudgedChunk]) -> Vec<Element> {
	judged.iter().map(|chunk| chunk.element).collect()
}

/// Reads the facts that judging `chunks` takes, and judges them.
pub async fn recompute(
	chain: &Chain,
	terms: &Terms,
	chunks: Vec<Chunk>,
	progress: &dyn Progress,
) -> Result<Recomputed> {
	let (network, epoch) = (terms.network, terms.epoch);
	let (rules, context) = chain
		.judged_by(network, epoch, &terms.aggregator)
		.await?
		.ok_or_else(|| forgotten(epoch))?;
	let policy = chain.policy(network, epoch).await?.ok_or_else(|| {
		Failure::NotFound(format!("network {network} takes no reports for epoch {epoch}"))
	})?;
	let mut facts = Known::default();
	let judged = ask(chain, (network, epoch), &mut facts, progress, |facts| {
		judge_chunks(rules, &context, &policy, facts, terms, &chunks)
	})
	.await?
	.ok_or_else(|| anyhow!("version {rules} of the rules is not kept"))?;
	Ok(Recomputed { terms: terms.clone(), context, policy, facts, chunks, judged })
}

/// Asks `find` until it lacks no fact of a network and epoch any more: each time the chain is asked for what it has looked for in vain.
pub async fn ask<T>(
	chain: &Chain,
	(network, epoch): (NetworkId, EpochIndex),
	facts: &mut Known,
	progress: &dyn Progress,
	find: impl Fn(&Known) -> T,
) -> Result<T> {
	loop {
		let found = find(facts);
		let lacking = facts.take_lacking();
		if lacking.is_empty() {
			return Ok(found);
		}
		for (question, answer) in answers(chain, network, epoch, lacking, progress).await? {
			facts.note(question, answer);
		}
	}
}

/// What the chain knows of what judging has looked for in vain, many answers at a time.
pub async fn answers(
	chain: &Chain,
	network: NetworkId,
	epoch: EpochIndex,
	lacking: BTreeSet<Question>,
	progress: &dyn Progress,
) -> Result<Vec<(Question, Answer)>> {
	let bar = progress.begin(lacking.len() as u64, "facts");
	let answers = stream::iter(lacking)
		.map(|question| async move {
			let answer = chain.answer(network, epoch, &question).await?;
			Ok::<_, anyhow::Error>((question, answer))
		})
		.buffer_unordered(CONCURRENCY)
		.inspect(|_| bar.advance(1))
		.try_collect()
		.await?;
	drop(bar);
	Ok(answers)
}

fn forgotten(epoch: EpochIndex) -> Failure {
	Failure::NotFound(format!(
		"the chain has no facts of epoch {epoch}: it has not come, or was too long ago"
	))
}

/// The bodies of a batch: from the archive if it has them, else from wherever the chain's client finds them, see
/// [`Chain::bodies`].
pub async fn bodies(
	chain: &Chain,
	archive: Option<&Archive>,
	terms: &Terms,
) -> Result<Option<Vec<Vec<u8>>>> {
	if let Some(archive) = archive {
		if let Some(bodies) = archive.bodies(terms.epoch, &terms.batch_id())? {
			return Ok(Some(bodies));
		}
	}
	chain.bodies(terms).await
}

/// The chunks of a batch, if its bodies can be had and are what was committed to.
pub async fn chunks(
	chain: &Chain,
	archive: Option<&Archive>,
	terms: &Terms,
) -> Result<Option<Vec<Chunk>>> {
	let bodies = bodies(chain, archive, terms).await?;
	Ok(bodies.and_then(|bodies| assemble(terms, &bodies)))
}

/// What judges found for a settled batch: as it was kept, or judged again; in both cases exactly what
/// the chain has settled on, and kept from now on.
pub async fn findings(
	chain: &Chain,
	archive: Option<&Archive>,
	epoch: EpochIndex,
	commitment: &Commitment<u128>,
	progress: &dyn Progress,
) -> Result<Vec<JudgedChunk>> {
	let terms = commitment.terms(epoch);
	let batch = terms.batch_id();
	let BatchState::Settled { vector_root: settled, .. } = &commitment.state else {
		return Err(Failure::NotFound(format!("batch {batch:?} is not settled")).into());
	};
	let settled = H256(settled.0);
	if let Some(kept) = archive.map(|archive| archive.judged(epoch, &batch)).transpose()?.flatten()
	{
		if vector_root(&elements(&kept)) == settled {
			return Ok(kept);
		}
	}
	let chunks = chunks(chain, archive, &terms).await?.ok_or_else(|| {
		Failure::NotFound(format!(
			"neither this archive nor {} has the bodies of batch {batch:?} any more: ask its aggregator for \
			 them with --aggregator",
			chain.url()
		))
	})?;
	let recomputed = recompute(chain, &terms, chunks, progress).await?;
	if recomputed.root() != settled {
		return Err(Failure::Mismatch(format!(
			"batch {batch:?} was settled with {settled:?}, but its bodies and facts give {:?}",
			recomputed.root()
		))
		.into());
	}
	if let Some(archive) = archive {
		archive.put_judged(epoch, &batch, &recomputed.judged)?;
	}
	Ok(recomputed.judged)
}

/// The batch that a device's report for an epoch is in, or should be: that of its aggregator whose
/// range holds the device.
pub async fn batch_of(
	chain: &Chain,
	network: NetworkId,
	epoch: EpochIndex,
	device: &DeviceId,
	aggregator: Option<&substation_primitives::AccountId32>,
) -> Result<Vec<Commitment<u128>>> {
	let prefix = substation_primitives::batch::prefix(device);
	let batches = chain.batches(epoch).await?;
	Ok(batches
		.into_iter()
		.filter(|commitment| {
			let terms = commitment.terms(epoch);
			terms.network == network
				&& aggregator.is_none_or(|aggregator| *aggregator == terms.aggregator)
				&& (0..terms.chunks()).any(|chunk| terms.in_range(chunk, prefix))
		})
		.collect())
}
