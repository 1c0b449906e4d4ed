//! What judges say: that it is theirs, of this epoch, and news.

use alloc::{collections::BTreeSet, vec::Vec};
use frame_support::ensure;
use sp_application_crypto::RuntimeAppPublic;
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError};
use substation_primitives::{
	epoch::{EpochRecord, Parameters},
	EpochIndex, H256,
};

use crate::{
	sr25519::{JudgeId, JudgeSignature},
	Config, InspectConsensus, Invalid, Pallet,
};

/// The epoch in which a judge says something, as the chain knows it.
pub(crate) struct Said {
	/// Which.
	pub(crate) epoch: EpochIndex,
	/// Blocks since it opened.
	pub(crate) index: u32,
	/// What is in force in it.
	pub(crate) record: EpochRecord,
}

impl<T: Config> Pallet<T> {
	/// Checks that judge number `judge` of `epoch` says something while it may be said, by its signature over what
	/// `payload` makes of the hash of the block that opened the epoch. One signature is cheaper than looking up what the
	/// judge speaks of.
	pub(crate) fn said_by(
		epoch: EpochIndex,
		judge: u16,
		is_open: impl Fn(&Parameters, u32) -> bool,
		payload: impl Fn(&H256) -> Vec<u8>,
		signature: &JudgeSignature,
	) -> Result<Said, TransactionValidityError> {
		let (now, index, record) = Self::now().ok_or(InvalidTransaction::Stale)?;
		match epoch {
			later if later > now => return Err(InvalidTransaction::Future.into()),
			earlier if earlier < now => return Err(InvalidTransaction::Stale.into()),
			_ => (),
		}
		ensure!(is_open(&record.parameters, index), InvalidTransaction::Stale);
		let opening = record.opening.ok_or(InvalidTransaction::Stale)?;
		let judge = record.judges.get(usize::from(judge)).ok_or(InvalidTransaction::BadSigner)?;
		let key = JudgeId::from(judge.key);
		ensure!(key.verify(&payload(&opening), signature), InvalidTransaction::BadProof);
		ensure!(!T::Consensus::is_disabled(&judge.account), Invalid::Disabled);
		Ok(Said { epoch, index, record })
	}

	/// The first of what is `fresh` among the `all` things that a judge lists. What is skipped is weighed all the same:
	/// nobody fills blocks with it, so half of them have to be fresh, each once.
	pub(crate) fn first_of_fresh<Entry: Ord + Copy>(
		fresh: impl Iterator<Item = Entry>,
		all: usize,
	) -> Result<Entry, TransactionValidityError> {
		let fresh: Vec<_> = fresh.collect();
		let first = *fresh.first().ok_or(InvalidTransaction::Stale)?;
		let distinct: BTreeSet<_> = fresh.into_iter().collect();
		ensure!(distinct.len().saturating_mul(2) >= all, Invalid::MostlyStale);
		Ok(first)
	}
}
