//! What a batch is worth, by the state and its bodies.

use alloc::vec::Vec;
use substation_primitives::{
	batch::{assemble, Vector},
	signing::ReportContext,
	DeviceId, EpochIndex, NetworkId,
};
use substation_proofs::{
	facts::{DeviceFacts, FactSource},
	judge_chunks, JudgedChunk,
};

use crate::{pallet::CommitmentOf, Config, Epochs, InspectFacts, Outcome, Pallet};

/// Facts of one network as of one epoch.
pub struct EpochFacts<T>(NetworkId, EpochIndex, core::marker::PhantomData<T>);

impl<T> EpochFacts<T> {
	/// Facts of `network` as of `epoch`.
	pub fn new(network: NetworkId, epoch: EpochIndex) -> Self {
		Self(network, epoch, core::marker::PhantomData)
	}
}

impl<T: Config> FactSource for EpochFacts<T> {
	fn device(&self, device: &DeviceId) -> Option<DeviceFacts> {
		T::Facts::device(self.0, device, self.1)
	}
}

/// Judges a batch from its bodies. Nothing but the state and the bodies goes in.
pub fn judge_batch<T: Config>(
	reports: EpochIndex,
	commitment: &CommitmentOf<T>,
	bodies: &[Vec<u8>],
) -> Outcome {
	match judge_bodies::<T>(reports, commitment, bodies) {
		Some(judged) => {
			let elements = judged.into_iter().map(|chunk| chunk.element).collect();
			Outcome::Result(Vector::truncate_from(elements))
		}
		None => Outcome::Unavailable,
	}
}

/// What the chunks of a batch are worth. Nothing if `bodies` are not what it committed to.
pub(crate) fn judge_bodies<T: Config>(
	reports: EpochIndex,
	commitment: &CommitmentOf<T>,
	bodies: &[Vec<u8>],
) -> Option<Vec<JudgedChunk>> {
	let terms = commitment.terms(reports);
	let chunks = assemble(&terms, bodies)?;
	let record = Epochs::<T>::get(reports)?;
	let policy = T::Facts::policy(terms.network, reports)?;
	let (entropy, rules) = (record.entropy?, record.rules);
	let context = ReportContext {
		genesis: Pallet::<T>::genesis_hash(),
		network: terms.network,
		epoch: reports,
		aggregator: terms.aggregator.clone(),
		entropy,
	};
	let facts = EpochFacts::<T>::new(terms.network, reports);
	Some(judge_chunks(rules, &context, &policy, &facts, &terms, &chunks))
}
