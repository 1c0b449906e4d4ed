//! Presence.

use super::*;
use crate::{
	author::presence,
	presence::{assess, Answer, Evidence, Policy, Rejection},
	tiles::{Parent, Tiles},
	ResourceKind,
};

const POLICY: Policy = Policy {
	callers: 8,
	quorum: 3,
	needed: 750_000,
	elder: 0,
	overhead: 30_000,
	pace: 0,
	presence: 300_000,
	full_burn: 1_000,
};

/// Members who sit in the chairs of one network, about a kilometre apart.
fn members(size: u32) -> (Vec<DeviceId>, Pairs, Facts) {
	let (ids, pairs, mut facts) = fleet(size);
	let cell = Cell { id: 0, occupied: size, chairs: size };
	for (index, id) in (0..).zip(&ids) {
		facts.get_mut(id).unwrap().chair = Some(Chair { index, cell });
	}
	(ids, pairs, facts)
}

/// What stays burned of a device's sales, beside everybody's facts.
struct Burned<'a>(&'a Facts, u128);

impl FactSource for Burned<'_> {
	fn device(&self, device: &DeviceId) -> Option<DeviceFacts> {
		self.0.device(device)
	}

	fn chair(&self, cell: u64, index: u32) -> Option<DeviceId> {
		self.0.chair(cell, index)
	}

	fn left_burned(&self, _: &DeviceId) -> u128 {
		self.1
	}

	fn bill(&self, _: &AccountId32) -> Option<Bill> {
		None
	}

	fn tiles(&self, _: &Parent) -> Option<Tiles> {
		None
	}

	fn opened(&self, _: u32) -> Option<u64> {
		None
	}
}

/// The evidence of a machine of which `count` callers in their order hear in so many microseconds.
fn heard(
	policy: &Policy,
	facts: &Facts,
	pairs: &Pairs,
	device: &DeviceId,
	delays: &[u32],
) -> Evidence {
	let context = example_context();
	let who = crate::presence::called(&context, policy, facts, device, &facts[device]);
	let delay = |caller: &DeviceId| {
		let place = who.iter().position(|(one, _)| one == caller)?;
		delays.get(place).copied()
	};
	presence(&context, policy, facts, pairs, (device, &facts[device]), delay)
}

fn score(
	policy: &Policy,
	facts: &impl FactSource,
	device: &DeviceId,
	evidence: &Evidence,
) -> Result<Score, Fault> {
	let own = facts.device(device).unwrap();
	let checked = <crate::presence::Presence as ResourceKind>::score(
		&example_context(),
		policy,
		facts,
		device,
		&own,
		evidence,
	);
	assert!(checked.work <= <crate::presence::Presence as ResourceKind>::work(policy, evidence));
	checked.score
}

#[test]
fn who_answers_enough_calls_has_full_marks_for_being_there() {
	let (ids, pairs, facts) = members(20);
	for (answered, expected) in [
		(0, Err(Fault::TooFewAnswers)),
		(2, Err(Fault::TooFewAnswers)),
		// Of six that are needed.
		(3, Ok(150_000)),
		(5, Ok(249_999)),
		(6, Ok(300_000)),
		(8, Ok(300_000)),
	] {
		let evidence = heard(&POLICY, &facts, &pairs, &ids[0], &vec![50_000; answered]);
		assert_eq!(evidence.answers.len(), answered);
		assert_eq!(score(&POLICY, &facts, &ids[0], &evidence), expected, "{answered}");
	}
}

#[test]
fn where_fewer_are_called_than_the_quorum_all_have_to_answer() {
	let (ids, pairs, facts) = members(3);
	let heard = |count| heard(&POLICY, &facts, &pairs, &ids[0], &vec![1; count]);
	assert_eq!(score(&POLICY, &facts, &ids[0], &heard(1)), Err(Fault::TooFewAnswers));
	assert_eq!(score(&POLICY, &facts, &ids[0], &heard(2)), Ok(300_000));

	// Nobody to be called by is nobody who has heard.
	let (ids, _, facts) = members(1);
	let nothing = Evidence::default();
	assert_eq!(score(&POLICY, &facts, &ids[0], &nothing), Err(Fault::TooFewAnswers));
	let mut chairless = facts.clone();
	chairless.get_mut(&ids[0]).unwrap().chair = None;
	assert_eq!(score(&POLICY, &chairless, &ids[0], &nothing), Err(Fault::TooFewAnswers));
}

#[test]
fn the_rest_of_the_score_is_for_what_stayed_burned() {
	let (ids, pairs, facts) = members(20);
	let evidence = heard(&POLICY, &facts, &pairs, &ids[0], &[1; 6]);
	for (burned, expected) in [
		(0, 300_000),
		(1, 300_700),
		(500, 650_000),
		(999, 999_300),
		(1_000, 1_000_000),
		(u128::MAX, 1_000_000),
	] {
		let facts = Burned(&facts, burned);
		assert_eq!(score(&POLICY, &facts, &ids[0], &evidence), Ok(expected), "{burned}");
	}
	// Who is not there has nothing of it.
	let away = heard(&POLICY, &facts, &pairs, &ids[0], &[1; 2]);
	let sold = Burned(&facts, 1_000);
	assert_eq!(score(&POLICY, &sold, &ids[0], &away), Err(Fault::TooFewAnswers));
}

#[test]
fn what_use_adds_to_the_pay_is_less_than_what_stayed_burned() {
	for rate_cap in [0, 1, 949_999, 950_000, 10_000_000_000_000u128] {
		for presence in [0, 1, 300_000, 999_999, 1_000_000] {
			let policy = Policy { presence, ..POLICY };
			let least = policy.least_burn(rate_cap);
			let policy = Policy { full_burn: least, ..policy };
			assert!(<crate::presence::Presence as ResourceKind>::fits_cap(&policy, rate_cap));
			if least > 0 {
				let less = Policy { full_burn: least - 1, ..policy };
				assert!(!<crate::presence::Presence as ResourceKind>::fits_cap(&less, rate_cap));
			}
			// What a score adds is paid by the rate cap, at the most.
			let adds = rate_cap * u128::from(FULL_SCORE - presence) / 1_000_000;
			assert!(adds * 100 <= least * 95, "{rate_cap} {presence}");
		}
	}
	assert_eq!(POLICY.least_burn(u128::MAX), u128::MAX.div_ceil(950_000));
	// What counts in its epoch is asked for in each.
	let cadence = |presence, cadence| {
		let policy = Policy { presence, ..POLICY };
		<crate::presence::Presence as ResourceKind>::fits_cadence(&policy, cadence)
	};
	assert!(cadence(300_000, 1) && !cadence(999_999, 2) && cadence(1_000_000, 24));
}

#[test]
fn each_answer_that_does_not_count_has_its_reason() {
	let (ids, pairs, mut facts) = members(9);
	let policy = Policy { pace: 100, ..POLICY };
	// One stands where a signal takes 1,000 microseconds, at the least, there and back.
	let far = &ids[8];
	let place = facts[far].place.unwrap();
	let moved = Place { latitude: place.latitude - 13_500_000, ..place };
	facts.get_mut(far).unwrap().place = Some(moved);
	let context = example_context();
	let device = &ids[0];
	let assessed = |facts: &Facts, delay: u32, change: &dyn Fn(&mut Answer)| {
		let mut evidence =
			presence(&context, &policy, facts, &pairs, (device, &facts[device]), |caller| {
				Some(if caller == far { delay } else { 2_000 })
			});
		let who = crate::presence::called(&context, &policy, facts, device, &facts[device]);
		let at = who.iter().position(|(one, _)| one == far).unwrap();
		change(&mut evidence.answers[at]);
		let (assessment, _) = assess(&context, &policy, facts, device, &facts[device], &evidence);
		let assessment = assessment.unwrap();
		assert!(assessment.answers.iter().all(|(one, result)| one == far || result.is_ok()));
		assessment.answers[at].1
	};
	let metres = u64::from(geo::distance(
		facts[device].place.unwrap().point(),
		facts[far].place.unwrap().point(),
	));
	let (least, most) = ((2 * metres).div_ceil(300) as u32, 30_000 + (2 * metres / 100) as u32);
	let same = |_: &mut Answer| ();
	assert_eq!(assessed(&facts, least, &same), Ok(()));
	assert_eq!(assessed(&facts, least - 1, &same), Err(Rejection::TooFast));
	assert_eq!(assessed(&facts, most, &same), Ok(()));
	assert_eq!(assessed(&facts, most + 1, &same), Err(Rejection::TooSlow));
	let changed = |answer: &mut Answer| answer.delay += 1;
	assert_eq!(assessed(&facts, least, &changed), Err(Rejection::BadSignature));
	let changed = |answer: &mut Answer| answer.signature[9] ^= 1;
	assert_eq!(assessed(&facts, least, &changed), Err(Rejection::BadSignature));
	let mut nowhere = facts.clone();
	nowhere.get_mut(far).unwrap().place = None;
	assert_eq!(assessed(&nowhere, least, &same), Err(Rejection::NoPlace));
}

#[test]
fn who_was_not_called_or_signs_twice_spoils_the_report() {
	let (ids, pairs, facts) = members(20);
	let evidence = heard(&POLICY, &facts, &pairs, &ids[0], &[1; 8]);
	let spoiled = |change: &dyn Fn(&mut Vec<Answer>)| {
		let mut answers = evidence.answers.to_vec();
		change(&mut answers);
		let changed = Evidence { answers: answers.try_into().unwrap() };
		score(&POLICY, &facts, &ids[0], &changed)
	};
	assert_eq!(spoiled(&|answers| answers[7].place = 8), Err(Fault::NotCalled));
	assert_eq!(spoiled(&|answers| answers[1].place = 0), Err(Fault::RepeatedWitness));
	assert_eq!(spoiled(&|answers| answers.swap(0, 1)), Err(Fault::RepeatedWitness));
	// Another member has signed in the place of who was called.
	let stranger = ids.iter().find(|id| {
		let who =
			crate::presence::called(&example_context(), &POLICY, &facts, &ids[0], &facts[&ids[0]]);
		**id != ids[0] && who.iter().all(|(one, _)| one != *id)
	});
	let stranger = stranger.unwrap();
	let word = pairs[stranger].heartbeat(&example_context(), (stranger, 0), &ids[0], 1);
	let replaced = spoiled(&|answers| answers[0] = word.clone());
	// Seven others are enough.
	assert_eq!(replaced, Ok(300_000));
}

#[test]
fn each_value_has_its_range() {
	type Change = fn(&mut Policy);
	let sound: [Change; 12] = [
		|p| p.callers = 3,
		|p| p.callers = 14,
		|p| p.quorum = 1,
		|p| p.quorum = 8,
		|p| p.needed = 1,
		|p| p.needed = 1_000_000,
		|p| p.elder = u16::MAX,
		|p| p.overhead = 1_000_000,
		|p| p.pace = 150,
		|p| p.presence = 0,
		|p| (p.presence, p.full_burn) = (1_000_000, 0),
		|p| p.full_burn = u128::MAX,
	];
	let unsound: [Change; 9] = [
		|p| p.callers = 0,
		|p| p.callers = 15,
		|p| p.quorum = 0,
		|p| p.quorum = 9,
		|p| p.needed = 0,
		|p| p.needed = 1_000_001,
		|p| p.overhead = 1_000_001,
		|p| p.pace = 151,
		|p| p.full_burn = 0,
	];
	let judged = |change: &Change| {
		let mut policy = POLICY;
		change(&mut policy);
		crate::Policy { ramp: 0, kind: KindPolicy::Presence(policy) }.is_sound()
	};
	for (number, change) in sound.iter().enumerate() {
		assert!(judged(change), "{number} of the sound ones");
	}
	for (number, change) in unsound.iter().enumerate() {
		assert!(!judged(change), "{number} of the unsound ones");
	}
}

/// How often a machine that is away is paid if its owner has a part of all members, and they sign for it: as the reference computes from the
/// hypergeometric distribution, for a network of a thousand.
#[test]
fn an_absent_machine_is_paid_as_rarely_as_its_owner_has_few_members() {
	const MEMBERS: u32 = 1_000;
	const EPOCHS: u32 = 4_000;
	let id = |number: u32| DeviceId::from_low_u64_be(number.into());
	for (owned, paid, marks) in
		[(50, 0.0055, 0.0028), (100, 0.0374, 0.0196), (200, 0.2024, 0.1123), (330, 0.5239, 0.3208)]
	{
		let (mut times, mut sum) = (0u32, 0u32);
		for epoch in 0..EPOCHS {
			let context = ReportContext { epoch, ..example_context() };
			let drawn = crate::lot::draw(crate::lot::CALL, &context, &id(0), MEMBERS, 16);
			let called = drawn.into_iter().filter(|chair| *chair != 0).take(8);
			let signs = called.filter(|chair| *chair <= owned).count() as u32;
			if signs >= 3 {
				times += 1;
				sum += signs.min(6);
			}
		}
		let rate = f64::from(times) / f64::from(EPOCHS);
		let mean = f64::from(sum) / 6.0 / f64::from(EPOCHS);
		// Four deviations of a share of so many.
		let near = |found: f64, expected: f64| {
			(found - expected).abs()
				< 4.0 * (expected * (1.0 - expected) / f64::from(EPOCHS)).sqrt()
		};
		assert!(near(rate, paid) && near(mean, marks), "{owned}: {rate} {mean}");
	}
}

proptest! {
	/// Whatever evidence says, it is judged within what its lengths declare, and counts no more than what was signed.
	#[test]
	fn no_evidence_panics_or_earns_too_much(
		kept in prop::collection::vec((any::<bool>(), 0u32..60_000, any::<bool>()), 8),
		burned: u128,
		pace in 0u16..=150,
	) {
		let (ids, pairs, facts) = members(12);
		let policy = Policy { pace, ..POLICY };
		let delays: Vec<_> = kept.iter().map(|(_, delay, _)| *delay).collect();
		let whole = heard(&policy, &facts, &pairs, &ids[0], &delays);
		let honest = whole.answers.iter().zip(&kept).filter(|(_, (there, ..))| *there);
		let answers: Vec<_> = honest
			.clone()
			.map(|(answer, (.., forged))| {
				let mut answer = answer.clone();
				answer.signature[7] ^= u8::from(*forged);
				answer
			})
			.collect();
		let signed = honest.filter(|(_, (.., forged))| !forged).count() as u32;
		let evidence = Evidence { answers: answers.try_into().unwrap() };
		match score(&policy, &Burned(&facts, burned), &ids[0], &evidence) {
			Err(fault) => prop_assert_eq!(fault, Fault::TooFewAnswers),
			Ok(score) => {
				let used = if burned >= policy.full_burn { 700_000 } else { 700 * burned as u32 };
				prop_assert!(signed >= 3 && score <= 300_000 * signed.min(6) / 6 + used);
				prop_assert!(pace > 0 || score >= 150_000);
			}
		}
		prop_assert!(signed >= 3 || pace > 0 || evidence.answers.len() >= signed as usize);
	}

	/// And so is rubbish.
	#[test]
	fn what_nobody_has_signed_earns_nothing(
		answers in prop::collection::vec((any::<u8>(), any::<u32>(), any::<[u8; 32]>()), 0..=14),
		burned: u128,
		pace in 0u16..=150,
	) {
		let (ids, _, facts) = members(12);
		let answers: Vec<_> = answers
			.into_iter()
			.map(|(place, delay, half)| Answer {
				place,
				delay,
				signature: [half, half].concat().try_into().unwrap(),
			})
			.collect();
		let evidence = Evidence { answers: answers.try_into().unwrap() };
		let policy = Policy { pace, ..POLICY };
		let scored = score(&policy, &Burned(&facts, burned), &ids[0], &evidence);
		prop_assert!(scored.is_err(), "nobody has signed: {scored:?}");
	}
}
