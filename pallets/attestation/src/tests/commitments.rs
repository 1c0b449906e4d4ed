//! Committing: who may, when, to what, and what a refusal costs.

use super::*;
use crate::{
	types::{Invalid, SealBundle},
	Aggregators, BatchState, Commitments, Refusal, Shards,
};
use sp_runtime::transaction_validity::TransactionSource;
use substation_primitives::batch::{Terms, BODY_WORK};

/// Epoch 1 is over, its batch is ready, commitments are open.
fn ready(devices: &[StorageDevice]) -> substation_proofs::author::Packed {
	let who = register(1);
	for device in devices {
		device.enrol(&who);
	}
	to_epoch(2);
	next_block();
	published(1, 1, devices)
}

fn two_devices() -> Vec<StorageDevice> {
	vec![StorageDevice::new(1, 4), StorageDevice::new(2, 4)]
}

#[test]
fn a_batch_is_committed_to_and_spends_quota_and_a_bond() {
	Chain::default().run(|| {
		let packed = ready(&two_devices());
		let before = Balances::free_balance(account(1));
		let batch = commit(1, &packed);

		let commitment = Commitments::<Test>::get(1, batch).unwrap();
		assert_eq!(commitment.terms(1), packed.terms);
		assert_eq!(commitment.state, BatchState::Committed);
		assert_eq!(before - Balances::free_balance(account(1)), 256_000);
		assert_eq!(Aggregators::<Test>::get(account(1)).unwrap().spent.epoch, 1);
		assert_eq!(Aggregators::<Test>::get(account(1)).unwrap().spent.work, BODY_WORK);
		assert!(has_event(|event| matches!(event, Event::Committed { epoch: 1, .. })));
	});
}

#[test]
fn commitments_are_for_the_epoch_before_and_close_at_their_block() {
	Chain::default().run(|| {
		let packed = ready(&two_devices());
		let mut terms = packed.terms.clone();
		for (epoch, error) in [
			(0, InvalidTransaction::Stale),
			(2, InvalidTransaction::Future),
			(3, InvalidTransaction::Future),
			(u32::MAX, InvalidTransaction::Stale),
		] {
			terms.epoch = epoch;
			assert_refused(|| commit_signed(&terms, &publisher(1)), error);
		}
		to_index(5);
		assert_refused(|| commit_signed(&packed.terms, &publisher(1)), InvalidTransaction::Stale);
	});
	Chain::default().run(|| {
		let packed = ready(&two_devices());
		to_index(4);
		commit(1, &packed);
	});
}

#[test]
fn only_the_publisher_key_of_a_registered_aggregator_commits() {
	Chain::default().run(|| {
		let packed = ready(&two_devices());
		assert_refused(
			|| commit_signed(&packed.terms, &publisher(2)),
			InvalidTransaction::BadProof,
		);
		let mut terms = packed.terms.clone();
		terms.aggregator = account(2);
		assert_refused(|| commit_signed(&terms, &publisher(2)), InvalidTransaction::BadSigner);
		assert_ok!(Attestation::leave(RuntimeOrigin::signed(account(1))));
		assert_refused(
			|| commit_signed(&packed.terms, &publisher(1)),
			InvalidTransaction::BadSigner,
		);
	});
}

#[test]
fn a_shard_is_committed_to_once() {
	Chain::default().run(|| {
		let packed = ready(&two_devices());
		commit(1, &packed);
		assert_refused(|| commit_signed(&packed.terms, &publisher(1)), InvalidTransaction::Stale);
		let mut other = packed.terms.clone();
		other.root = H256::repeat_byte(1);
		assert_refused(|| commit_signed(&other, &publisher(1)), InvalidTransaction::Stale);
	});
}

/// A code of ours.
fn custom(reason: Invalid) -> InvalidTransaction {
	InvalidTransaction::Custom(reason as u8)
}

/// A committed batch, and terms of a next shard that starts below its end.
fn overlapping() -> Terms {
	let packed = ready(&two_devices());
	commit(1, &packed);
	Terms { shard: 1, ..packed.terms }
}

#[test]
fn a_pool_takes_nothing_that_can_never_be_committed_to() {
	type Change = fn(&mut Terms);
	let cases: [(Change, Invalid); 7] = [
		(|terms| terms.count = 0, Invalid::Malformed),
		(|terms| terms.work = 3, Invalid::Malformed),
		(|terms| terms.bodies = Default::default(), Invalid::Malformed),
		(|terms| terms.network = 9, Invalid::NetworkClosed),
		(|terms| terms.work = QUOTA + 1, Invalid::QuotaSpent),
		// Seven batches are all that the quota is good for.
		(|terms| terms.shard = 7, Invalid::QuotaSpent),
		(|terms| terms.shard = u8::MAX, Invalid::QuotaSpent),
	];
	Chain::default().run(|| {
		let ready = ready(&two_devices()).terms;
		for (change, reason) in cases {
			let mut terms = ready.clone();
			change(&mut terms);
			assert_refused(|| commit_signed(&terms, &publisher(1)), custom(reason));
		}
		// The seventh is worth waiting for the six before it.
		let seventh = Terms { shard: 6, ..ready.clone() };
		assert_refused(|| commit_signed(&seventh, &publisher(1)), InvalidTransaction::Future);
		assert_ok!(commit_signed(&ready, &publisher(1)));
	});
}

#[test]
fn a_batch_takes_quota_for_each_of_its_bodies_whatever_work_it_declares() {
	Chain::default().run(|| {
		let who = register(1);
		let devices: Vec<_> = (0..70).map(|i| StorageDevice::new(i, 1)).collect();
		devices.iter().for_each(|device| device.enrol(&who));
		to_epoch(2);
		next_block();
		let mut terms = published(1, 1, &devices).terms;
		assert!(terms.chunks() >= 2 && terms.work < 2 * BODY_WORK, "{terms:?}");
		terms.bodies = vec![H256::zero(); 2].try_into().unwrap();
		assert_ok!(commit_signed(&terms, &publisher(1)));

		assert_eq!(Aggregators::<Test>::get(account(1)).unwrap().spent.epoch, 1);
		assert_eq!(Aggregators::<Test>::get(account(1)).unwrap().spent.work, 2 * BODY_WORK);
	});
}

#[test]
fn what_is_refused_behind_another_shard_has_its_reason_and_spends_quota() {
	Chain::default().run(|| {
		let terms = overlapping();
		assert_ok!(commit_signed(&terms, &publisher(1)));

		assert!(has_event(|event| matches!(
			event,
			Event::CommitRefused { reason: Refusal::ShardOutOfOrder, .. }
		)));
		assert_eq!(Aggregators::<Test>::get(account(1)).unwrap().spent.epoch, 1);
		assert_eq!(Aggregators::<Test>::get(account(1)).unwrap().spent.work, 2 * BODY_WORK);
		assert_eq!(Commitments::<Test>::iter().count(), 1);
		assert_eq!(Shards::<Test>::iter().count(), 1);
	});
}

#[test]
fn no_author_can_turn_shards_round() {
	use frame_support::traits::Authorize;
	Chain::default().run(|| {
		let mut second = ready(&two_devices()).terms;
		second.shard = 1;
		let payload = second.signing_payload(&Attestation::genesis_hash());
		let signature = publisher(1).sign(&payload).0;
		let call = RuntimeCall::Attestation(crate::Call::commit { terms: second, signature });

		assert!(call.authorize(TransactionSource::External).unwrap().is_ok());
		assert_eq!(
			call.authorize(TransactionSource::InBlock).unwrap().map(drop),
			invalid(InvalidTransaction::Future)
		);
	});
}

/// What a commitment requires of a pool, and what it provides.
fn tags(terms: &Terms) -> Option<(Vec<Vec<u8>>, Vec<Vec<u8>>)> {
	use frame_support::traits::Authorize;
	let payload = terms.signing_payload(&Attestation::genesis_hash());
	let signature = publisher(1).sign(&payload).0;
	let call = crate::Call::commit { terms: terms.clone(), signature };
	let valid = RuntimeCall::Attestation(call).authorize(TransactionSource::External)?.ok()?.0;
	Some((valid.requires, valid.provides))
}

#[test]
fn a_shard_waits_in_the_pool_for_the_one_before_it() {
	Chain::default().run(|| {
		let first = ready(&two_devices());
		let mut second = first.terms.clone();
		second.shard = 1;

		let (requires, provides) = tags(&first.terms).unwrap();
		assert!(requires.is_empty());
		assert_eq!(tags(&second).unwrap().0, provides[..1]);
		commit(1, &first);
		assert!(tags(&second).unwrap().0.is_empty(), "the shard before is there");
	});
}

/// A pool has each tag once, so it holds no more of an aggregator's commitments than its quota is good for.
#[test]
fn more_networks_are_no_more_places_in_a_pool() {
	Chain::default().run(|| {
		const PLACES: u32 = 8;
		OpenNetworks::set(40);
		register_with(1, PLACES * BODY_WORK, 1_000_000);
		to_epoch(2);
		next_block();
		assert!(Attestation::least_quota(&Attestation::now().unwrap().2) <= BODY_WORK);
		let mut places = std::collections::BTreeSet::new();
		let mut first_of = Vec::new();
		for network in 1..=40 {
			for shard in 0..=u8::MAX {
				let mut terms = empty_terms(1, shard, BODY_WORK, H256::repeat_byte(9));
				terms.network = network;
				let Some((_, provides)) = tags(&terms) else { continue };
				assert!(u32::from(shard) < PLACES);
				if shard == 0 {
					first_of.push(provides[1].clone());
				}
				places.insert(provides[1].clone());
			}
		}
		assert_eq!(places.len(), PLACES as usize);
		// Whoever works for a few networks need not wait.
		let first: std::collections::BTreeSet<_> = first_of[..4].iter().collect();
		assert_eq!((first.len(), first_of.len()), (4, 40));
	});
}

#[test]
fn nobody_can_have_refused_terms_spend_quota_again() {
	Chain::default().run(|| {
		let mut terms = overlapping();
		assert_ok!(commit_signed(&terms, &publisher(1)));
		assert_refused(|| commit_signed(&terms, &publisher(1)), InvalidTransaction::Stale);
		terms.work += 1;
		assert_ok!(commit_signed(&terms, &publisher(1)));
	});
}

#[test]
fn an_aggregator_that_cannot_pay_the_bond_is_refused() {
	Chain::default().run(|| {
		let packed = ready(&two_devices());
		let left = Balances::free_balance(account(1)) - 100_000;
		assert_ok!(Balances::transfer_keep_alive(
			RuntimeOrigin::signed(account(1)),
			account(2),
			left
		));
		assert_ok!(commit_signed(&packed.terms, &publisher(1)));

		assert!(has_event(|event| matches!(
			event,
			Event::CommitRefused { reason: Refusal::BondNotCovered, .. }
		)));
		assert_eq!(Commitments::<Test>::iter().count(), 0);
	});
}

#[test]
fn a_void_epoch_takes_no_commitments() {
	Chain::default().run(|| {
		let who = register(1);
		let devices = two_devices();
		devices.iter().for_each(|device| device.enrol(&who));
		to_epoch(1);
		next_block();
		let packed = published(1, 1, &devices);
		blocks_after(100);
		to_epoch(2);
		next_block();
		assert_refused(|| commit_signed(&packed.terms, &publisher(1)), custom(Invalid::EpochVoid));
	});
}

#[test]
fn refused_commitments_use_a_quota_up_and_it_refills_with_the_epoch() {
	Chain::default().run(|| {
		let mut terms = overlapping();
		// A quota of 2,000 is good for seven batches of at least 256; one is committed.
		for _ in 0..6 {
			terms.work += 1;
			assert_ok!(commit_signed(&terms, &publisher(1)));
			assert_eq!(Commitments::<Test>::iter().count(), 1);
		}
		terms.work += 1;
		assert_refused(|| commit_signed(&terms, &publisher(1)), custom(Invalid::QuotaSpent));

		to_epoch(3);
		next_block();
		let packed = published(1, 2, &two_devices());
		commit(1, &packed);
		assert_eq!(Commitments::<Test>::iter().count(), 2);
	});
}

#[test]
fn work_beyond_the_quota_is_not_taken() {
	Chain::default().run(|| {
		let mut terms = ready(&two_devices()).terms;
		terms.work = QUOTA + 1;
		assert_refused(|| commit_signed(&terms, &publisher(1)), custom(Invalid::QuotaSpent));
		terms.work = QUOTA;
		assert_ok!(commit_signed(&terms, &publisher(1)));
	});
}

#[test]
fn shards_follow_each_other_without_overlap() {
	Chain::default().run(|| {
		let mut devices: Vec<_> = (0..6).map(|i| StorageDevice::new(i, 1)).collect();
		devices.sort_by_key(StorageDevice::id);
		ready(&devices);
		let first = published(1, 1, &devices[..3]);
		let overlapping = published(1, 1, &devices[2..]);
		let after = published(1, 1, &devices[3..]);
		commit(1, &first);

		let mut terms = overlapping.terms.clone();
		terms.shard = 1;
		assert_ok!(commit_signed(&terms, &publisher(1)));
		assert!(has_event(|event| matches!(
			event,
			Event::CommitRefused { reason: Refusal::ShardOutOfOrder, .. }
		)));

		let mut terms = after.terms.clone();
		terms.shard = 1;
		assert_ok!(commit_signed(&terms, &publisher(1)));
		assert_eq!(Commitments::<Test>::iter().count(), 2);
	});
}

#[test]
fn four_thousand_and_ninety_six_random_devices_are_one_commitment() {
	Chain::default().parameters(|p| p.epoch_work = 100_000).run(|| {
		let who = account(1);
		let key = substation_primitives::ReportKey::Sr25519(publisher(1).public());
		let origin = RuntimeOrigin::signed(who.clone());
		let proof = publisher_proof(1, &who);
		assert_ok!(Attestation::register_aggregator(origin, key, proof, 20_000, 1_000_000));
		to_epoch(2);
		next_block();
		let reports = (0..4_096u32)
			.map(|i| (sp_io::hashing::blake2_256(&i.to_le_bytes()).into(), vec![0; 100]))
			.collect();
		let context = context(1, &who);
		let mut packed = substation_proofs::author::pack(&context, &policy(), &reports).remove(0);
		publish(&mut packed);
		let batch = commit(1, &packed);

		let commitment = Commitments::<Test>::get(1, batch).unwrap();
		assert_eq!((commitment.count, commitment.cuts.len()), (4_096, 64));
		// Nobody of them is a device, and each is judged: a leaf with nothing in it.
		let crate::Outcome::Result(vector) = result_of(1, batch) else { panic!("unavailable") };
		assert_eq!(vector.iter().map(|element| element.count).sum::<u32>(), 4_096);
		assert!(vector.iter().all(|element| element.sum == 0));
		let judged = leaves(1, &packed, 63);
		assert_eq!(judged.len(), 64);
		assert_eq!(vector[63].score_root, substation_primitives::batch::score_root(&judged));
	});
}

#[test]
fn calls_that_are_authorized_take_no_other_origin() {
	Chain::default().run(|| {
		let packed = ready(&two_devices());
		let batch = packed.terms.batch_id();
		for origin in
			[RuntimeOrigin::none(), RuntimeOrigin::root(), RuntimeOrigin::signed(account(1))]
		{
			assert_noop!(
				Attestation::commit(origin.clone(), packed.terms.clone(), [0; 64]),
				DispatchError::BadOrigin
			);
			let bundle = SealBundle { epoch: 1, judge: 0, seals: Default::default() };
			let signature = judge_pair(0).sign(b"").into();
			assert_noop!(
				Attestation::seal(origin.clone(), bundle, signature),
				DispatchError::BadOrigin
			);
			assert_noop!(
				Attestation::reveal(
					origin,
					crate::Round::Committee,
					batch,
					crate::Outcome::Unavailable
				),
				DispatchError::BadOrigin
			);
		}
	});
}
