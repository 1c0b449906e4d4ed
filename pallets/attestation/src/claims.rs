//! Claims: what is shown for a chunk of a settled batch, and how it is checked.

use alloc::vec::Vec;
use codec::Encode;
use frame_support::ensure;
use substation_primitives::{
	batch::{self, vector_tree, Element, ElementPath, Leaves, MAX_BODY_BYTES},
	merkle, BatchId, EpochIndex, FULL_SCORE,
};

use crate::{
	offchain, BatchState, Claimable, Commitments, Config, Corrections, CurrentEpoch, Error, Pallet,
	Schedules, SettledChunk,
};

impl<T: Config> Pallet<T> {
	/// See [`Pallet::claimable`].
	pub(crate) fn judge_again(
		epoch: EpochIndex,
		batch: BatchId,
		bodies: &[Vec<u8>],
	) -> Option<Vec<Claimable>> {
		let commitment = Commitments::<T>::get(epoch, batch)?;
		let BatchState::Settled { vector_root, .. } = commitment.state else { return None };
		// Whoever asks may hand in anything; nothing longer is judged.
		let too_long = |body: &Vec<u8>| body.len() > MAX_BODY_BYTES as usize;
		if bodies.len() != commitment.bodies.len() || bodies.iter().any(too_long) {
			return None;
		}
		let judged = offchain::judge_bodies::<T>(epoch, &commitment, bodies)?;
		let elements: Vec<_> = judged.iter().map(|chunk| chunk.element).collect();
		let tree = vector_tree(&elements);
		if tree.root() != vector_root {
			return None;
		}
		let claimable = (0u32..).zip(judged).filter(|(_, chunk)| chunk.element.sum > 0);
		claimable
			.map(|(number, chunk)| {
				Some(Claimable {
					number,
					element: chunk.element,
					path: tree.path(number)?.try_into().ok()?,
					leaves: chunk.leaves.try_into().ok()?,
				})
			})
			.collect()
	}

	/// Checks that `leaves` are the final outcome of a chunk, and that claims for it are open.
	pub fn verify_chunk(
		epoch: EpochIndex,
		batch: &BatchId,
		chunk: u32,
		element: &Element,
		path: &ElementPath,
		leaves: &Leaves,
	) -> Result<SettledChunk, Error<T>> {
		let schedule = Schedules::<T>::get(epoch).ok_or(Error::<T>::NotFound)?;
		let now = CurrentEpoch::<T>::get();
		ensure!(now >= schedule.freeze, Error::<T>::NotFrozen);
		ensure!(now < Self::claims_end(&schedule), Error::<T>::ClaimsEnded);
		Self::verify_settled(epoch, batch, chunk, element, path, leaves)
	}

	/// Checks that `leaves` are the outcome of a chunk as it is settled, whether that is final or not.
	pub fn verify_settled(
		epoch: EpochIndex,
		batch: &BatchId,
		chunk: u32,
		element: &Element,
		path: &ElementPath,
		leaves: &Leaves,
	) -> Result<SettledChunk, Error<T>> {
		let commitment = Commitments::<T>::get(epoch, batch).ok_or(Error::<T>::NotFound)?;
		let BatchState::Settled { vector_root, underdeclared, .. } = commitment.state else {
			return Err(Error::<T>::NotSettled);
		};
		ensure!(!underdeclared, Error::<T>::PaysNothing);
		let final_element = match Corrections::<T>::get(epoch, (batch, chunk)) {
			Some(corrected) => corrected == *element,
			None => merkle::verify(
				&vector_root,
				&element.encode(),
				chunk,
				commitment.cuts.len() as u32,
				path,
			),
		};
		ensure!(final_element, Error::<T>::WrongElement);
		let start = chunk.saturating_mul(batch::CHUNK_LEAVES);
		let in_place = (start..).zip(leaves).all(|(index, leaf)| leaf.index == index);
		let sum = leaves.iter().fold(0u64, |sum, leaf| sum.saturating_add(leaf.score.into()));
		let within = leaves.iter().all(|leaf| leaf.score <= FULL_SCORE);
		ensure!(
			in_place
				&& within && sum == element.sum
				&& leaves.len() as u32 == element.count
				&& batch::score_root(leaves) == element.score_root,
			Error::<T>::WrongLeaves
		);
		Ok(SettledChunk { network: commitment.network, aggregator: commitment.aggregator })
	}
}
