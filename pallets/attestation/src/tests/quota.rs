//! What a batch costs at the least, and what quota buys.

use super::*;
use crate::{Outcome, Round};
use substation_primitives::{
	batch::BODY_WORK,
	epoch::{CHANCES, MAX_COMMITTEE, MAX_JUDGES},
	ReportKey,
};

/// The least quota by the number of judges: what a batch causes on the chain has to be paid for.
#[test]
fn the_least_quota_rises_with_the_number_of_judges() {
	Chain::default().judges(50).run(|| {
		to_epoch(1);
		let record = Attestation::now().unwrap().2;
		let least = Attestation::least_quota(&record);
		assert!(least > 256, "{least}");
		let register = |quota| {
			let (key, proof) =
				(ReportKey::Sr25519(publisher(1).public()), publisher_proof(1, &account(1)));
			let origin = RuntimeOrigin::signed(account(1));
			Attestation::register_aggregator(origin, key, proof, quota, 1)
		};
		assert_noop!(register(least - 1), Error::QuotaTooSmall);
		assert_ok!(register(least));
	});
}

/// Less than a third of the judges, and as many draws as quota buys. With committees of eight, three of these four
/// thousand would be theirs; and what they could settle would be a lie about a body that nobody has.
#[test]
fn a_third_of_the_judges_captures_no_committee_whatever_it_pays_for_draws() {
	const JUDGES: u8 = 55;
	const LIARS: u32 = 18;
	Chain::default().judges(JUDGES).parameters(|p| p.epoch_work = 2_000_000).run(|| {
		let buyers: Vec<u8> = (2..18).collect();
		for buyer in &buyers {
			register_with(*buyer, 120_000, 25_600);
		}
		to_epoch(2);
		next_block();
		let mut tickets: Vec<BatchId> = Vec::new();
		for buyer in &buyers {
			for shard in 0..=255u8 {
				let terms = empty_terms(*buyer, shard, 256, H256::repeat_byte(0xee));
				commit_signed(&terms, &publisher(*buyer)).unwrap();
				tickets.push(terms.batch_id());
			}
		}
		to_index(8);
		let record = Attestation::now().unwrap().2;
		let members =
			|batch: &BatchId| Attestation::members(&record, Round::Committee, batch).unwrap();
		let liars = |batch: &BatchId| members(batch).iter().filter(|place| **place < LIARS).count();
		let best = *tickets.iter().max_by_key(|batch| liars(batch)).unwrap();
		assert!(liars(&best) < 15, "a committee is captured");
		// Even where two thirds of a committee lie, the others say that there is no body.
		for member in members(&best) {
			let sealed = if member < LIARS { lie(1_000_000) } else { Outcome::Unavailable };
			assert_ok!(seal(member as u8, Round::Committee, best, sealed.root()));
		}
		to_index(13);
		assert_refused(
			|| reveal(Round::Committee, best, lie(1_000_000)),
			InvalidTransaction::BadProof,
		);
	});
}

#[test]
fn a_batch_costs_more_the_more_judge_it_and_fits_an_epoch_however_many_do() {
	Chain::default().run(|| {
		let least = |judges, committee| Attestation::least_quota_for(judges, committee);
		let by_judges: Vec<_> = (1..=MAX_JUDGES).map(|judges| least(judges, 16)).collect();
		assert!(by_judges.windows(2).all(|pair| pair[0] <= pair[1]));
		// A committee has no more members than there are judges.
		assert_eq!(least(4, 4), least(4, MAX_COMMITTEE.into()));
		assert!(least(100, 8) < least(100, 16));
		assert!(least(MAX_JUDGES, MAX_COMMITTEE.into()) < Parameters::default().epoch_work);
		assert!(least(1, 1) <= BODY_WORK, "reading a body is dearer where few judge");
	});
}

#[test]
fn with_smaller_committees_or_more_draws_more_are_captured() {
	Chain::default().run(|| {
		let usual = Parameters::default();
		let captures = |parameters| Attestation::captures(&parameters);
		assert!(captures(usual) < CHANCES / 1_000);
		assert!(captures(Parameters { committee: 8, ..usual }) > captures(usual));
		let more = Parameters { epoch_work: usual.epoch_work * 2, ..usual };
		assert!(captures(more) >= captures(usual) * 2);
	});
}
