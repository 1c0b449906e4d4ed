//! Two blocks of one slot by the same validator, told to the chain in a form that it can check.
//!
//! BABE's own import (sc-consensus-babe 0.60) looks for them too, but at headers from which its verifier has taken
//! the seals, and without seals nothing is proven: the chain refuses its reports. This stands before it. The pool keeps
//! one report for a validator and a slot, the first: this one's.

use std::{
	collections::BTreeMap,
	sync::{Arc, Mutex, PoisonError},
};

use sc_consensus::{BlockCheckParams, BlockImport, BlockImportParams, ImportResult};
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use sp_api::{ApiExt, ProvideRuntimeApi};
use sp_blockchain::HeaderBackend;
use sp_consensus::{BlockOrigin, Error as ConsensusError};
use sp_consensus_babe::{AuthorityIndex, BabeApi, EquivocationProof, Slot};
use sp_runtime::traits::Header as _;
use substation_runtime::{opaque::Block, Header};

use crate::client::FullClient;

/// Headers that are remembered. Older ones go first.
const REMEMBERED: usize = 4_096;

/// Headers, by the slot and the validator that they are of.
#[derive(Default)]
struct Seen(BTreeMap<(Slot, AuthorityIndex), Header>);

impl Seen {
	/// Notes a header, with its seal. Gives the one that it contradicts.
	fn note(&mut self, slot: Slot, author: AuthorityIndex, header: &Header) -> Option<Header> {
		if let Some(before) = self.0.get(&(slot, author)) {
			return (before != header).then(|| before.clone());
		}
		self.0.insert((slot, author), header.clone());
		while self.0.len() > REMEMBERED {
			self.0.pop_first();
		}
		None
	}
}

/// An import that looks at each verified block before `Inner` takes it.
#[derive(Clone)]
pub struct ReportDoubles<Inner> {
	inner: Inner,
	client: Arc<FullClient>,
	pool: OffchainTransactionPoolFactory<Block>,
	seen: Arc<Mutex<Seen>>,
}

impl<Inner> ReportDoubles<Inner> {
	/// Wraps `inner`. Reports go to `pool`.
	pub fn new(
		inner: Inner,
		client: Arc<FullClient>,
		pool: OffchainTransactionPoolFactory<Block>,
	) -> Self {
		Self { inner, client, pool, seen: Arc::default() }
	}

	/// Looks at a block's header, with its seal.
	fn look(&self, header: &Header) -> Result<(), ConsensusError> {
		let Ok(digest) = sc_consensus_babe::find_pre_digest::<Block>(header) else { return Ok(()) };
		let (slot, author) = (digest.slot(), digest.authority_index());
		let before =
			self.seen.lock().unwrap_or_else(PoisonError::into_inner).note(slot, author, header);
		match before {
			Some(before) => self.report(slot, author, before, header.clone()),
			None => Ok(()),
		}
	}

	fn report(
		&self,
		slot: Slot,
		author: AuthorityIndex,
		first_header: Header,
		second_header: Header,
	) -> Result<(), ConsensusError> {
		let failed = |error: sp_api::ApiError| ConsensusError::Other(Box::new(error));
		let parent = *second_header.parent_hash();
		// One instance answers for one block.
		let api = || self.client.runtime_api();
		let mut epoch = api().current_epoch(parent).map_err(failed)?;
		if slot >= epoch.start_slot + epoch.duration {
			epoch = api().next_epoch(parent).map_err(failed)?;
		}
		let Some((offender, _)) = epoch.authorities.get(author as usize) else { return Ok(()) };
		let best = self.client.info().best_hash;
		let mut proof = None;
		for at in [parent, best] {
			proof =
				api().generate_key_ownership_proof(at, slot, offender.clone()).map_err(failed)?;
			if proof.is_some() {
				break;
			}
		}
		let Some(proof) = proof else { return Ok(()) };
		log::info!(target: "equivocation", "{offender:?} has made two blocks of slot {slot}");
		let doubles =
			EquivocationProof { offender: offender.clone(), slot, first_header, second_header };
		let mut api = api();
		api.register_extension(self.pool.offchain_transaction_pool(best));
		api.submit_report_equivocation_unsigned_extrinsic(best, doubles, proof).map_err(failed)?;
		Ok(())
	}
}

#[async_trait::async_trait]
impl<Inner> BlockImport<Block> for ReportDoubles<Inner>
where
	Inner: BlockImport<Block, Error = ConsensusError> + Send + Sync,
{
	type Error = ConsensusError;

	async fn check_block(
		&self,
		block: BlockCheckParams<Block>,
	) -> Result<ImportResult, Self::Error> {
		self.inner.check_block(block).await
	}

	async fn import_block(
		&self,
		block: BlockImportParams<Block>,
	) -> Result<ImportResult, Self::Error> {
		// What was long ago is not looked for: nobody can be held for it any more.
		if block.origin != BlockOrigin::NetworkInitialSync && !block.with_state() {
			if let Err(error) = self.look(&block.post_header()) {
				log::warn!(target: "equivocation", "a block cannot be compared: {error}");
			}
		}
		self.inner.import_block(block).await
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn header(number: u32) -> Header {
		Header::new(
			number,
			Default::default(),
			Default::default(),
			Default::default(),
			Default::default(),
		)
	}

	#[test]
	fn another_block_of_the_same_slot_and_validator_contradicts_the_first() {
		let mut seen = Seen::default();
		let (first, second) = (header(1), header(2));
		assert_eq!(seen.note(7.into(), 0, &first), None);
		assert_eq!(seen.note(7.into(), 0, &first), None, "the same block comes from many peers");
		assert_eq!(seen.note(7.into(), 1, &second), None, "another validator's");
		assert_eq!(seen.note(8.into(), 0, &second), None, "another slot's");
		assert_eq!(seen.note(7.into(), 0, &second), Some(first.clone()));
		assert_eq!(seen.note(7.into(), 0, &header(3)), Some(first));
	}

	#[test]
	fn what_is_remembered_has_an_end() {
		let mut seen = Seen::default();
		for slot in 0..2 * REMEMBERED as u64 {
			assert_eq!(seen.note(slot.into(), 0, &header(1)), None);
		}
		assert_eq!(seen.0.len(), REMEMBERED);
		assert_eq!(seen.note(0.into(), 0, &header(2)), None, "the oldest are forgotten first");
		let last = 2 * REMEMBERED as u64 - 1;
		assert!(seen.note(last.into(), 0, &header(2)).is_some());
	}
}
