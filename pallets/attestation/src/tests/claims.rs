//! What claims are shown, and what is kept for them how long.

use super::*;
use crate::{Claimable, Commitments, Corrections, Round, Schedules, Shards, Totals};
use substation_primitives::{
	batch::{vector_tree, Element, ElementPath, Leaves, MAX_BODY_BYTES},
	BatchId,
};
use substation_proofs::author::Packed;

struct Settled {
	batch: BatchId,
	element: Element,
	path: ElementPath,
	leaves: Leaves,
	bodies: Vec<Vec<u8>>,
}

fn settle() -> Settled {
	let devices: Vec<_> = (0..70).map(|i| StorageDevice::new(i, 2)).collect();
	let who = register(1);
	devices.iter().for_each(|device| device.enrol(&who));
	to_epoch(2);
	next_block();
	let packed: Packed = published(1, 1, &devices);
	assert_eq!(packed.terms.chunks(), 2);
	let batch = commit(1, &packed);
	to_index(8);
	let result = result_of(1, batch);
	for judge in 0..3 {
		assert_ok!(seal(judge, Round::Committee, batch, result.root()));
	}
	to_index(13);
	assert_ok!(reveal(Round::Committee, batch, result.clone()));
	let crate::Outcome::Result(vector) = result else { unreachable!() };
	Settled {
		batch,
		element: vector[1],
		path: vector_tree(&vector).path(1).unwrap().try_into().unwrap(),
		leaves: leaves(1, &packed, 1).try_into().unwrap(),
		bodies: packed.bodies,
	}
}

fn verify(settled: &Settled, chunk: u32) -> Result<(), Error> {
	Attestation::verify_chunk(
		1,
		&settled.batch,
		chunk,
		&settled.element,
		&settled.path,
		&settled.leaves,
	)
	.map(|chunk| assert_eq!(chunk.network, NETWORK))
}

fn is(result: Result<(), Error>, error: Error) {
	assert_eq!(format!("{:?}", result.unwrap_err()), format!("{error:?}"),);
}

#[test]
fn what_can_be_claimed_is_read_with_its_paths_from_the_bodies() {
	Chain::default().run(|| {
		let settled = settle();
		let read = |bodies: &[Vec<u8>]| Attestation::claimable(1, settled.batch, bodies.to_vec());
		let chunks = read(&settled.bodies).unwrap();
		assert_eq!(chunks.iter().map(|chunk| chunk.number).collect::<Vec<_>>(), [0, 1]);
		assert_eq!(
			chunks[1],
			Claimable {
				number: 1,
				element: settled.element,
				path: settled.path.clone(),
				leaves: settled.leaves.clone(),
			}
		);

		let mut altered = settled.bodies.clone();
		altered[0][40] ^= 1;
		let twice = [&settled.bodies[..], &settled.bodies[..]].concat();
		let long = vec![0; MAX_BODY_BYTES as usize + 1];
		for wrong in [vec![], vec![vec![]], altered, twice, vec![long]] {
			assert_eq!(read(&wrong), None);
		}
		assert_eq!(
			Attestation::claimable(1, BatchId::repeat_byte(1), settled.bodies.clone()),
			None
		);
		assert_eq!(Attestation::claimable(2, settled.batch, settled.bodies.clone()), None);
	});
}

#[test]
fn a_chunk_can_be_claimed_from_the_freeze_until_claims_end() {
	Chain::default().parameters(|p| p.claim_epochs = 8).run(|| {
		let settled = settle();
		is(verify(&settled, 1), Error::NotFrozen);
		to_epoch(4);
		is(verify(&settled, 1), Error::NotFrozen);
		to_epoch(5);
		assert!(verify(&settled, 1).is_ok());
		to_epoch(12);
		to_index(10);
		assert!(verify(&settled, 1).is_ok());
		to_epoch(13);
		is(verify(&settled, 1), Error::ClaimsEnded);
		next_block();
		to_index(15);
		is(verify(&settled, 1), Error::NotFound);
		assert_eq!(Commitments::<Test>::iter().count(), 0);
		assert_eq!(Shards::<Test>::iter().count(), 0);
		assert_eq!(Totals::<Test>::iter().count(), 0);
		assert!(!Schedules::<Test>::contains_key(1));
	});
}

#[test]
fn anything_but_the_settled_outcome_is_refused() {
	Chain::default().run(|| {
		let settled = settle();
		to_epoch(5);
		let with = |change: &dyn Fn(&mut Settled)| {
			let mut settled = Settled {
				bodies: Vec::new(),
				batch: settled.batch,
				element: settled.element,
				path: settled.path.clone(),
				leaves: settled.leaves.clone(),
			};
			change(&mut settled);
			settled
		};

		is(verify(&settled, 0), Error::WrongElement);
		is(verify(&settled, 2), Error::WrongElement);
		is(verify(&with(&|s| s.batch = H256::zero()), 1), Error::NotFound);
		is(verify(&with(&|s| s.element.sum += 1), 1), Error::WrongElement);
		is(verify(&with(&|s| s.path = Default::default()), 1), Error::WrongElement);
		is(verify(&with(&|s| s.leaves[2].score += 1), 1), Error::WrongLeaves);
		is(verify(&with(&|s| s.leaves[2].cut += 1), 1), Error::WrongLeaves);
		is(verify(&with(&|s| s.leaves.truncate(1)), 1), Error::WrongLeaves);
		is(verify(&with(&|s| s.leaves[0].index = 0), 1), Error::WrongLeaves);
	});
}

#[test]
fn a_batch_that_declared_too_little_pays_nothing() {
	Chain::default().run(|| {
		let devices: Vec<_> = (0..70).map(|i| StorageDevice::new(i, 2)).collect();
		let who = register(1);
		devices.iter().for_each(|device| device.enrol(&who));
		to_epoch(2);
		next_block();
		let mut packed = published(1, 1, &devices);
		packed.terms.work -= 1;
		let batch = commit(1, &packed);
		to_epoch(3);
		to_index(8);
		let result = result_of(1, batch);
		for judge in 0..3 {
			assert_ok!(seal(judge, Round::FullSet, batch, result.root()));
		}
		to_index(13);
		assert_ok!(reveal(Round::FullSet, batch, result.clone()));
		assert!(has_event(|event| matches!(event, Event::Underdeclared { .. })));
		to_epoch(5);
		let crate::Outcome::Result(vector) = result else { unreachable!() };
		// Its scores are in the elements, as whoever judges a chunk alone finds them, and are not paid.
		assert!(vector.iter().all(|element| element.sum > 0));
		let settled = Settled {
			bodies: Vec::new(),
			batch,
			element: vector[1],
			path: vector_tree(&vector).path(1).unwrap().try_into().unwrap(),
			leaves: leaves(1, &packed, 1).try_into().unwrap(),
		};
		is(verify(&settled, 1), Error::PaysNothing);
		next_block();
		is(verify(&settled, 1), Error::NotFound);
	});
}

/// Were judges to agree on a score above the full one, it would still not be paid.
#[test]
fn a_score_above_the_full_one_is_refused() {
	Chain::default().run(|| {
		let mut settled = settle();
		settled.leaves[2].score = substation_primitives::FULL_SCORE + 1;
		let sum = settled.leaves.iter().map(|leaf| u64::from(leaf.score)).sum();
		let score_root = substation_primitives::batch::score_root(&settled.leaves);
		let corrected = Element { sum, score_root, ..settled.element };
		Corrections::<Test>::insert(1, (settled.batch, 1), corrected);
		to_epoch(5);

		settled.element = corrected;
		is(verify(&settled, 1), Error::WrongLeaves);
		settled.leaves[2].score = substation_primitives::FULL_SCORE;
		let sum = settled.leaves.iter().map(|leaf| u64::from(leaf.score)).sum();
		let score_root = substation_primitives::batch::score_root(&settled.leaves);
		settled.element = Element { sum, score_root, ..settled.element };
		Corrections::<Test>::insert(1, (settled.batch, 1), settled.element);
		assert!(verify(&settled, 1).is_ok());
	});
}

#[test]
fn a_correction_takes_the_place_of_the_settled_element() {
	Chain::default().run(|| {
		let settled = settle();
		let mut corrected = settled.element;
		corrected.work = 7;
		Corrections::<Test>::insert(1, (settled.batch, 1), corrected);
		to_epoch(5);

		is(verify(&settled, 1), Error::WrongElement);
		let claimed = Settled { element: corrected, ..settled };
		assert!(verify(&claimed, 1).is_ok());
	});
}

#[test]
fn a_batch_that_was_not_settled_pays_nothing() {
	Chain::default().run(|| {
		let batch = one_committed();
		to_epoch(5);
		let nothing = Attestation::verify_chunk(
			1,
			&batch,
			0,
			&Element::default(),
			&Default::default(),
			&Default::default(),
		);
		is(nothing.map(drop), Error::NotSettled);
	});
}
