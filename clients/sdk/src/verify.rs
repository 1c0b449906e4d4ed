//! Comparing what was settled with what the bodies and the chain's facts give.

use anyhow::Result;
use substation_primitives::{BatchId, EpochIndex, H256};

use crate::{
	archive::Archive,
	chain::{BatchState, Chain, Commitment},
	progress::Progress,
	recompute::{chunks, recompute, Recomputed},
};

/// How a batch compares.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
	/// It was settled with what is recomputed here.
	Right,
	/// It was settled with something else.
	Wrong,
	/// Judges did not have its bodies, and they are here now.
	HereNow,
	/// Judges did not have its bodies, and they are not here either.
	NotHereEither,
	/// Its bodies are here, and there is nothing to compare with.
	NotSettled,
	/// Its bodies are gone.
	Unseen,
}

impl Verdict {
	fn of(state: &BatchState, recomputed: Option<&Recomputed>) -> Self {
		match (state, recomputed) {
			(BatchState::Settled { vector_root, .. }, Some(recomputed)) => {
				match recomputed.root() == H256(vector_root.0) {
					true => Self::Right,
					false => Self::Wrong,
				}
			}
			(BatchState::Unavailable { .. }, Some(_)) => Self::HereNow,
			(BatchState::Unavailable { .. }, None) => Self::NotHereEither,
			(_, Some(_)) => Self::NotSettled,
			(_, None) => Self::Unseen,
		}
	}
}

/// A batch that was judged again, or could not be.
pub struct Verified {
	/// Its identity.
	pub batch: BatchId,
	/// What the chain has recorded of it.
	pub commitment: Commitment<u128>,
	/// Scores in sum, as recomputed here, if its bodies could be had.
	pub total: Option<u64>,
	/// How it compares.
	pub verdict: Verdict,
}

/// Judges an epoch's batches again, or the one that is asked for, and compares.
pub async fn verify(
	chain: &Chain,
	archive: Option<&Archive>,
	epoch: EpochIndex,
	wanted: Option<BatchId>,
	progress: &dyn Progress,
) -> Result<Vec<Verified>> {
	let mut verified = Vec::new();
	for commitment in chain.batches(epoch).await? {
		let terms = commitment.terms(epoch);
		let batch = terms.batch_id();
		if wanted.is_some_and(|wanted| wanted != batch) {
			continue;
		}
		let recomputed = match chunks(chain, archive, &terms).await? {
			Some(chunks) => Some(recompute(chain, &terms, chunks, progress).await?),
			None => None,
		};
		verified.push(Verified {
			batch,
			verdict: Verdict::of(&commitment.state, recomputed.as_ref()),
			total: recomputed.map(|recomputed| recomputed.total()),
			commitment,
		});
	}
	Ok(verified)
}
