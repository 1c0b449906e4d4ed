//! Offences: how late they can be shown, when they are punished, and that a referendum comes in time to cancel it.

use frame_support::traits::KeyOwnerProofSystem;
use polkadot_sdk::{
	pallet_grandpa,
	pallet_staking::{Call, Ledger, UnappliedSlashes},
	sp_runtime::KeyTypeId,
	sp_session::MembershipProof,
	sp_staking::offence::ReportOffence,
};
use sp_keyring::{Ed25519Keyring, Sr25519Keyring as Key};
use substation_runtime::{
	configs::RecentKeys,
	constants::time::{
		APPEAL_ERAS, DAYS, REPORTABLE_ERAS, SESSIONS_PER_ERA, SESSION_SLOTS, SLASH_DEFER_ERAS,
	},
	AccountId, Historical, Offences, Runtime, Session,
};

use crate::chain::{by_governance, dispatch, era, Chain};

const GRANDPA: KeyTypeId = KeyTypeId(*b"gran");

fn staked(who: &AccountId) -> u128 {
	Ledger::<Runtime>::get(who).unwrap().active
}

/// Reports that `who` has voted for two blocks in one of GRANDPA's rounds, in `session`.
fn report(who: &AccountId, session: u32, round: u64) {
	let offence = pallet_grandpa::EquivocationOffence {
		time_slot: pallet_grandpa::TimeSlot { set_id: 0, round },
		session_index: session,
		validator_set_count: 4,
		offender: (who.clone(), ()),
	};
	Offences::report_offence(vec![], offence).ok().unwrap();
}

/// A proof that Bob had his key, of the present session.
fn proof() -> MembershipProof {
	RecentKeys::prove((GRANDPA, Ed25519Keyring::Bob.public())).unwrap()
}

fn is_taken(proof: MembershipProof) -> bool {
	RecentKeys::check_proof((GRANDPA, Ed25519Keyring::Bob.public()), proof).is_some()
}

/// Two contradict themselves. A referendum cancels what one of them is punished with.
#[test]
fn an_offence_is_punished_however_late_it_is_shown_and_can_be_cancelled_first() {
	for late in [0, 36, 37, 60, 110, REPORTABLE_ERAS] {
		Chain::run(|chain| {
			chain.eras_later(2);
			let [bob, charlie] = [Key::Bob, Key::Charlie].map(|key| key.to_account_id());
			let (offence, session, before) = (era(), Session::current_index(), staked(&bob));
			assert_eq!(staked(&charlie), before);
			let proof = proof();

			chain.eras_later(late);
			assert!(is_taken(proof), "shown {late} eras later");
			report(&bob, session, 1);
			report(&charlie, session, 2);
			let (due, slashes) = UnappliedSlashes::<Runtime>::iter().next().unwrap();
			assert_eq!((due, slashes.len()), (offence + SLASH_DEFER_ERAS + 1, 2));
			// Longer than the longest referendum, which takes seven days.
			let left = (due - era() - 1) * SESSIONS_PER_ERA * SESSION_SLOTS;
			assert!(left > 7 * DAYS * 5 / 4, "{left} slots are left");
			assert!(due - era() >= APPEAL_ERAS);
			let index = slashes.iter().position(|slash| slash.validator == bob).unwrap();
			let slash_indices = vec![index as u32];
			// The election has filled the block in which the era began.
			chain.next_block();
			by_governance(chain, Call::cancel_deferred_slash { era: due, slash_indices });
			while era() + 1 < due {
				chain.next_session();
				assert_eq!([staked(&bob), staked(&charlie)], [before; 2]);
			}
			chain.eras_later(1);
			// Staking takes what is due a block later.
			chain.next_block();
			assert_eq!(staked(&bob), before);
			assert!(staked(&charlie) < before / 2, "nine sixteenths are gone");
			assert_eq!(UnappliedSlashes::<Runtime>::iter().count(), 0);
		});
	}
}

/// Sessions are known for longer: what is shown too late to be cancelled is not taken.
#[test]
fn an_offence_that_nobody_could_cancel_any_more_cannot_be_shown() {
	Chain::run(|chain| {
		chain.eras_later(2);
		let proof = proof();
		let offence = era();
		while era() < offence + REPORTABLE_ERAS {
			chain.next_session();
			assert!(is_taken(proof.clone()));
		}
		while era() == offence + REPORTABLE_ERAS {
			assert!(is_taken(proof.clone()));
			chain.next_session();
		}
		assert!(!is_taken(proof.clone()));
		let known = Historical::check_proof((GRANDPA, Ed25519Keyring::Bob.public()), proof);
		assert!(known.is_some(), "who had the key is known still");
	});
}

/// Who takes stake away before an offence is shown does not get it before the offence is punished.
#[test]
fn stake_that_is_unbonded_at_once_is_slashed_all_the_same() {
	Chain::run(|chain| {
		chain.eras_later(2);
		let bob = Key::Bob;
		let who = bob.to_account_id();
		let (session, all) = (Session::current_index(), staked(&who));
		chain.next_block();
		chain.send(&bob.pair(), Call::chill {}).unwrap();
		chain.send(&bob.pair(), Call::unbond { value: all }).unwrap();
		chain.eras_later(110);
		report(&who, session, 1);
		let due = UnappliedSlashes::<Runtime>::iter().next().unwrap().0;
		let withdraw = || Call::<Runtime>::withdraw_unbonded { num_slashing_spans: 10 };
		let left = || Ledger::<Runtime>::get(&who).map_or(0, |ledger| ledger.total);
		// Also in the session in which the era of the punishment is planned, and has not begun.
		while era() < due {
			dispatch(&who, withdraw());
			assert_eq!(
				left(),
				all,
				"none of it is free yet, in session {}",
				Session::current_index()
			);
			chain.next_session();
		}
		chain.next_block();
		assert!(left() < all / 2 && left() > 0);
		while era() <= due {
			chain.next_session();
		}
		dispatch(&who, withdraw());
		assert_eq!(left(), 0, "the rest is free");
	});
}
