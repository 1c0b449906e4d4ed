//! What a batch is worth, by the state and its bodies.

use alloc::{collections::BTreeMap, vec::Vec};
use core::cell::RefCell;
use substation_primitives::{
	batch::{assemble, Chunk, Terms, Vector, MAX_REPORTS},
	signing::ReportContext,
	AccountId32, DeviceId, EpochIndex, NetworkId, WorkUnits,
};
use substation_proofs::{
	facts::{Bill, DeviceFacts, FactSource},
	judge_chunks,
	tiles::{Parent, Tiles},
	JudgedChunk,
};

use crate::{pallet::CommitmentOf, Config, Epochs, InspectFacts, Outcome, Pallet};

/// Devices whose facts are kept while a batch is judged: as many as can report in it. It may name more.
const KNOWN_AT_MOST: usize = MAX_REPORTS as usize;

/// Facts of one network as of one epoch, each read once: devices that witness each other name each other many times.
pub struct EpochFacts<T> {
	network: NetworkId,
	epoch: EpochIndex,
	known: RefCell<BTreeMap<DeviceId, Option<DeviceFacts>>>,
	_config: core::marker::PhantomData<T>,
}

impl<T> EpochFacts<T> {
	/// Facts of `network` as of `epoch`, as the state has them. It is for one state: what was read is not read again.
	pub fn new(network: NetworkId, epoch: EpochIndex) -> Self {
		Self { network, epoch, known: Default::default(), _config: Default::default() }
	}
}

impl<T: Config> FactSource for EpochFacts<T> {
	fn device(&self, device: &DeviceId) -> Option<DeviceFacts> {
		let mut known = self.known.borrow_mut();
		if let Some(facts) = known.get(device) {
			return facts.clone();
		}
		let facts = T::Facts::device(self.network, device, self.epoch);
		if known.len() < KNOWN_AT_MOST {
			known.insert(*device, facts.clone());
		}
		facts
	}

	fn chair(&self, cell: u64, index: u32) -> Option<DeviceId> {
		T::Facts::chair(self.network, cell, index, self.epoch)
	}

	fn left_burned(&self, device: &DeviceId) -> u128 {
		T::Facts::left_burned(self.network, device, self.epoch)
	}

	fn bill(&self, payer: &AccountId32) -> Option<Bill> {
		T::Facts::bill(self.network, payer, self.epoch)
	}

	fn tiles(&self, parent: &Parent) -> Option<Tiles> {
		T::Facts::tiles(self.network, parent, self.epoch)
	}

	fn opened(&self, epoch: EpochIndex) -> Option<u64> {
		Pallet::<T>::opened_at(epoch)
	}
}

/// Judges a batch from its bodies, and tells how much work that was. Nothing but the state and the bodies goes in. No
/// answer, if the rules by which it is to be judged are not kept, or facts are forgotten.
pub fn judge_batch<T: Config>(
	reports: EpochIndex,
	commitment: &CommitmentOf<T>,
	bodies: &[Vec<u8>],
) -> Option<(Outcome, WorkUnits)> {
	let terms = commitment.terms(reports);
	let Some(chunks) = assemble(&terms, bodies) else { return Some((Outcome::Unavailable, 0)) };
	let judged = judge_terms::<T>(&terms, &chunks)?;
	let taken = judged.iter().map(JudgedChunk::taken).fold(0, WorkUnits::saturating_add);
	let elements = judged.into_iter().map(|chunk| chunk.element).collect();
	Some((Outcome::Result(Vector::truncate_from(elements)), taken))
}

/// What the chunks of a batch are worth. Nothing if `bodies` are not what it committed to, or if there is no answer.
pub(crate) fn judge_bodies<T: Config>(
	reports: EpochIndex,
	commitment: &CommitmentOf<T>,
	bodies: &[Vec<u8>],
) -> Option<Vec<JudgedChunk>> {
	let terms = commitment.terms(reports);
	judge_terms::<T>(&terms, &assemble(&terms, bodies)?)
}

fn judge_terms<T: Config>(terms: &Terms, chunks: &[Chunk]) -> Option<Vec<JudgedChunk>> {
	let reports = terms.epoch;
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
	judge_chunks(rules, &context, &policy, &facts, terms, chunks)
}
