//! Sealing: who may, when, what counts.

use super::*;
use crate::{types::Invalid, Round, SealBundle, Seals};
use codec::Encode;
use substation_primitives::BatchId;

/// A batch of epoch 1 is committed to, the draw is known, seals are open.
fn ready() -> BatchId {
	let batch = one_committed();
	to_index(8);
	batch
}

fn sealed(batch: BatchId) -> Vec<u16> {
	Seals::<Test>::get(1, (batch, Round::Committee)).iter().map(|(judge, _)| *judge).collect()
}

const ROOT: H256 = H256::repeat_byte(5);

/// As docs/wire-format.md has it, and its test vectors.
#[test]
fn what_a_judge_signs_is_a_flat_row_of_fields() {
	let (genesis, opening) = (H256::repeat_byte(1), H256::repeat_byte(2));
	let entry = |round, batch, seal| crate::SealEntry { round, batch, seal };
	let (batch, seal) = (H256::repeat_byte(3), H256::repeat_byte(4));
	let seals = vec![entry(Round::Committee, batch, seal), entry(Round::FullSet, batch, seal)];
	let bundle = SealBundle { epoch: 7, judge: 1, seals: seals.try_into().unwrap() };
	let flat = (7u32, 1u16, vec![(0u8, batch, seal), (1u8, batch, seal)]);
	assert_eq!(
		bundle.signing_payload(&genesis, &opening),
		(b"substation/seals/1", genesis, opening, flat).encode()
	);
}

#[test]
fn a_judge_seals_a_batch_once_and_the_first_seal_counts() {
	Chain::default().run(|| {
		let batch = ready();
		assert_ok!(seal(2, Round::Committee, batch, ROOT));
		let first = Seals::<Test>::get(1, (batch, Round::Committee));
		assert!(has_event(|event| matches!(event, Event::Sealed { seals: 1, .. })));
		assert_refused(
			|| seal(2, Round::Committee, batch, H256::repeat_byte(6)),
			InvalidTransaction::Stale,
		);

		assert_eq!(Seals::<Test>::get(1, (batch, Round::Committee)), first);
	});
}

#[test]
fn who_was_found_out_for_an_offence_seals_and_lists_nothing_while_it_is_disabled() {
	Chain::default().run(|| {
		let batch = ready();
		let judge = Attestation::now().unwrap().2.judges[2].account.clone();
		Disabled::set(vec![judge]);
		let refused = InvalidTransaction::Custom(Invalid::Disabled as u8);
		assert_refused(|| seal(2, Round::Committee, batch, ROOT), refused);
		assert_ok!(seal(1, Round::Committee, batch, ROOT));
		to_index(13);
		assert_refused(|| lack(2, &[batch]), refused);
		Disabled::set(Vec::new());
		assert_ok!(lack(2, &[batch]));

		assert_eq!(sealed(batch), [1]);
	});
}

#[test]
fn seals_open_after_the_draw_and_close_at_their_block() {
	Chain::default().run(|| {
		let batch = ready();
		to_index(12);
		assert_ok!(seal(0, Round::Committee, batch, ROOT));
		to_index(13);
		assert_refused(|| seal(1, Round::Committee, batch, ROOT), InvalidTransaction::Stale);
	});
	Chain::default().run(|| {
		let batch = one_committed();
		to_index(6);
		assert_refused(|| seal(1, Round::Committee, batch, ROOT), InvalidTransaction::Stale);
		to_index(7);
		assert_ok!(seal(1, Round::Committee, batch, ROOT));
	});
}

#[test]
fn only_the_judges_key_seals_in_its_place() {
	Chain::default().run(|| {
		let batch = ready();
		let (epoch, _, record) = Attestation::now().unwrap();
		let opening = record.opening.unwrap();
		let bundle = |judge: u16| SealBundle {
			epoch,
			judge,
			seals: vec![entry(Round::Committee, batch, 1, ROOT)].try_into().unwrap(),
		};
		assert_refused(
			|| seal_signed(bundle(1), &opening, &judge_pair(2)),
			InvalidTransaction::BadProof,
		);
		assert_refused(
			|| seal_signed(bundle(4), &opening, &judge_pair(4)),
			InvalidTransaction::BadSigner,
		);
	});
}

#[test]
fn a_bundle_signed_on_another_branch_or_in_another_epoch_is_refused() {
	Chain::default().run(|| {
		let batch = ready();
		let (epoch, _, record) = Attestation::now().unwrap();
		let seals = vec![entry(Round::Committee, batch, 1, ROOT)];
		let bundle =
			|epoch| SealBundle { epoch, judge: 1, seals: seals.clone().try_into().unwrap() };
		assert_refused(
			|| seal_signed(bundle(epoch), &H256::repeat_byte(77), &judge_pair(1)),
			InvalidTransaction::BadProof,
		);
		for (epoch, error) in
			[(epoch - 1, InvalidTransaction::Stale), (epoch + 1, InvalidTransaction::Future)]
		{
			assert_refused(
				|| seal_signed(bundle(epoch), &record.opening.unwrap(), &judge_pair(1)),
				error,
			);
		}
	});
}

#[test]
fn stale_entries_of_a_bundle_are_skipped() {
	Chain::default().run(|| {
		let batch = ready();
		let unknown = H256::repeat_byte(99);
		let entries = vec![
			entry(Round::Committee, unknown, 3, ROOT),
			entry(Round::Committee, batch, 3, ROOT),
		];
		assert_ok!(seal_all(3, entries.clone()));
		assert!(has_event(|event| matches!(event, Event::Sealed { seals: 1, .. })));
		assert_eq!(sealed(batch), [3]);
		assert_refused(|| seal_all(3, entries), InvalidTransaction::Stale);
		assert_refused(|| seal_all(3, vec![]), InvalidTransaction::Stale);
	});
}

#[test]
fn a_bundle_is_not_padded_with_what_is_skipped() {
	Chain::default().run(|| {
		let batch = ready();
		let fresh = entry(Round::Committee, batch, 3, ROOT);
		let other = entry(Round::Committee, batch, 3, H256::repeat_byte(6));
		let unknown = |byte| entry(Round::Committee, H256::repeat_byte(byte), 3, ROOT);
		let stale = InvalidTransaction::Custom(crate::types::Invalid::MostlyStale as u8);
		assert_refused(|| seal_all(3, vec![fresh, unknown(98), unknown(99)]), stale);
		assert_refused(|| seal_all(3, vec![fresh, fresh, other]), stale);
		assert_ok!(seal_all(3, vec![fresh, other]));
		assert_eq!(sealed(batch), [3], "the first of two words for one batch counts");
	});
}

#[test]
fn who_was_not_drawn_seals_nothing() {
	Chain::default().judges(12).parameters(|p| p.committee = 4).run(|| {
		let batch = ready();
		let judges = Attestation::epoch_record(2).unwrap().judges;
		let drawn = Attestation::drawn(1, Round::Committee, batch).unwrap();
		assert_eq!(drawn.len(), 4);
		for judge in 0..12u8 {
			if drawn.contains(&judges[usize::from(judge)].account) {
				assert_ok!(seal(judge, Round::Committee, batch, ROOT));
			} else {
				assert_refused(
					|| seal(judge, Round::Committee, batch, ROOT),
					InvalidTransaction::Stale,
				);
			}
		}
		assert_eq!(sealed(batch).len(), 4);
	});
}

#[test]
fn who_was_drawn_for_a_batch_stays_so() {
	Chain::default().judges(12).parameters(|p| p.committee = 4).run(|| {
		let batch = ready();
		let drawn = Attestation::drawn(1, Round::Committee, batch);
		assert!(drawn.is_some());
		assert_eq!(Attestation::drawn(1, Round::FullSet, batch), None, "its epoch has not begun");
		assert_eq!(
			Attestation::drawn(2, Round::Committee, batch),
			None,
			"nor that of later reports"
		);
		to_epoch(3);
		assert_eq!(Attestation::drawn(1, Round::FullSet, batch), None, "before that epoch's draw");
		to_index(8);
		assert_eq!(
			Attestation::drawn(1, Round::Committee, batch),
			drawn,
			"another draw changes nothing"
		);
		assert_ne!(Attestation::drawn(2, Round::Committee, batch), drawn, "which draws others");
		assert_eq!(Attestation::drawn(1, Round::FullSet, batch).unwrap().len(), 12);
		to_epoch(2 + Attestation::fact_window() + 2);
		next_block();
		assert_eq!(Attestation::drawn(1, Round::Committee, batch), None, "its record is forgotten");
	});
}
