//! An upgrade to the next version of the rules while results are open. Natively the code keeps the version that is
//! rehearsed beside the present one: it takes fifteen signatures in a report, not sixteen.

use std::collections::BTreeMap;

use pallet_attestation::{offchain::judge_batch, BatchState, Epochs, Outcome, Round};
use substation_primitives::{report::Fault, BatchId, DeviceId, EpochIndex};
use substation_proofs::{
	author::{exchange, pack, DevicePair, Packed, Reception, Transmission},
	RULES,
};
use substation_runtime::{Attestation, Networks, Runtime};

use crate::{
	chain::{account, rich, Chain, KeyPair},
	field::{
		claim, commit, hotspots, publish, register_aggregator, seal_in, try_reveal, AsOf, COVERAGE,
	},
};

const NEXT: u16 = u16::MAX;

/// The report of a device that was heard by fourteen and has heard one: with its own that is sixteen signatures.
fn sixteen_signatures(
	chain: &Chain,
	carrier: &KeyPair,
	epoch: EpochIndex,
	pairs: &BTreeMap<DeviceId, DevicePair>,
) -> Packed {
	let context = chain.context(COVERAGE, epoch, &account(carrier));
	let ids: Vec<_> = pairs.keys().copied().collect();
	let sent = |beaconer, heard_by: &[DeviceId]| Transmission {
		beaconer,
		frequency: 868_100_000,
		heard_by: heard_by.iter().map(|id| Reception::alike(*id, -900)).collect(),
	};
	let evidence =
		exchange(&context, pairs, &[sent(ids[0], &ids[1..15]), sent(ids[15], &ids[..1])]);
	let report = pairs[&ids[0]].report(&context, &ids[0], &evidence[&ids[0]]);
	let policy = Networks::terms_at(COVERAGE, epoch).unwrap().policy;
	let mut packed = pack(&context, &policy, &[(ids[0], report)].into()).remove(0);
	publish(&mut packed);
	packed
}

/// What a node finds now.
fn judged(epoch: EpochIndex, batch: BatchId, packed: &Packed) -> Outcome {
	let commitment = Attestation::batch(epoch, batch).unwrap();
	judge_batch::<Runtime>(epoch, &commitment, &packed.bodies).expect("the rules are kept").0
}

/// As if the code were another from the opening of `epoch` on.
fn upgraded(epoch: EpochIndex) {
	for (later, mut record) in Epochs::<Runtime>::iter().collect::<Vec<_>>() {
		if later >= epoch {
			record.rules = NEXT;
			Epochs::<Runtime>::insert(later, record);
		}
	}
}

fn total(epoch: EpochIndex, batch: BatchId, by: Round) -> u64 {
	match Attestation::batch(epoch, batch).unwrap().state {
		BatchState::Settled { by: who, total, .. } if who == by => total,
		other => panic!("{other:?}"),
	}
}

/// Judges settle a batch of `epoch` in a round, by what they find in the blocks in which they seal.
fn settle(chain: &mut Chain, round: Round, epoch: EpochIndex, batch: BatchId, packed: &Packed) {
	let judging = round.judging_of(epoch);
	chain.reach(judging, 8);
	upgraded(3);
	seal_in(chain, round, batch, &judged(epoch, batch, packed));
	chain.reach(judging, 13);
	try_reveal(chain, round, batch, judged(epoch, batch, packed)).unwrap();
}

#[test]
fn a_result_that_is_open_is_settled_by_the_rules_of_its_epoch_and_the_next_epochs_by_the_new_ones()
{
	for round in Round::ALL {
		Chain::run(|chain| {
			let (owner, carrier) = (rich(chain, "owner"), rich(chain, "carrier"));
			register_aggregator(chain, &carrier);
			let pairs = hotspots(chain, &owner, &carrier, 16);
			chain.reach(2, 2);
			let packed = sixteen_signatures(chain, &carrier, 2, &pairs);
			chain.reach(3, 1);
			let batch = commit(chain, &carrier, &packed.terms);
			let before = judged(2, batch, &packed);
			let Outcome::Result(vector) = &before else { panic!("{before:?}") };
			let score = vector[0].sum;
			assert!(score > 0);

			upgraded(3);
			assert_eq!(judged(2, batch, &packed), before);
			// The same report, an epoch later.
			chain.reach(3, 3);
			let next = sixteen_signatures(chain, &carrier, 3, &pairs);
			settle(chain, round, 2, batch, &packed);
			assert_eq!(total(2, batch, round), score);

			if round == Round::Committee {
				chain.reach(4, 1);
				upgraded(3);
				let later = commit(chain, &carrier, &next.terms);
				settle(chain, round, 3, later, &next);
				assert_eq!(total(3, later, round), 0);
				assert_eq!(fault(chain, 3, &next, NEXT), Some(Fault::TooManySignatures));
				assert_eq!(fault(chain, 3, &next, RULES), None, "it is the version alone");
			}
			chain.reach(6, 3);
			let chunks = judge(chain, 2, &packed, RULES);
			claim(chain, &owner, 2, batch, &chunks).unwrap();
		});
	}
}

fn judge(
	chain: &Chain,
	epoch: EpochIndex,
	packed: &Packed,
	rules: u16,
) -> Vec<substation_proofs::JudgedChunk> {
	let facts = AsOf { network: COVERAGE, epoch };
	let policy = Networks::terms_at(COVERAGE, epoch).unwrap().policy;
	let context = chain.context(COVERAGE, epoch, &packed.terms.aggregator);
	substation_proofs::judge_chunks(rules, &context, &policy, &facts, &packed.terms, &packed.chunks)
		.unwrap()
}

/// What a version has against the only report.
fn fault(chain: &Chain, epoch: EpochIndex, packed: &Packed, rules: u16) -> Option<Fault> {
	judge(chain, epoch, packed, rules)[0].leaves[0].fault
}
