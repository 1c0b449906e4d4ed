//! Coverage.

use super::*;

#[test]
fn a_beacon_and_its_witnesses_are_paid_by_hip_15() {
	let (ids, pairs, facts) = fleet(7);
	let evidence = exchange(&example_context(), &pairs, &one_beacon(&ids));

	// Six witnesses: the beacon earns 2 - 0.8^2, each witness (3 + 0.8^2) / 6; full marks are 2.
	let beacon = judge_evidence(&pairs, &facts, ids[0], &evidence[&ids[0]]);
	assert_eq!((beacon.score, beacon.fault), (680_000, None));
	assert_eq!(beacon.work, 2 + 2 * 6);
	let witness = judge_evidence(&pairs, &facts, ids[1], &evidence[&ids[1]]);
	assert_eq!((witness.score, witness.fault), (303_333, None));
}

#[test]
fn points_follow_the_published_table() {
	// HIP-15 with N = 4 and r = 0.8.
	let beacons: Vec<_> = (0..=14).map(beacon_points).collect();
	assert_eq!(beacons[..6], [0, 250_000, 500_000, 750_000, 1_000_000, 1_200_000]);
	assert!(beacons.windows(2).all(|pair| pair[0] < pair[1]));
	assert!(beacons.iter().all(|points| *points <= 2_000_000));
	let witnesses: Vec<_> = (1..=14).map(witness_points).collect();
	assert_eq!(witnesses[..5], [1_000_000, 1_000_000, 1_000_000, 1_000_000, 760_000]);
	assert!(witnesses[3..].windows(2).all(|pair| pair[0] > pair[1]));
}

#[test]
fn who_sits_in_a_spare_chair_earns_a_part_and_a_new_device_in_proportion() {
	let (ids, pairs, mut facts) = fleet(7);
	let evidence = exchange(&example_context(), &pairs, &one_beacon(&ids));
	let score = |facts: &Facts| judge_evidence(&pairs, facts, ids[0], &evidence[&ids[0]]).score;
	// However many others there are.
	for (index, paid) in [(0, 680_000), (1, 680_000), (2, 170_000), (900, 170_000)] {
		let cell = Cell { id: 1, occupied: 900, chairs: 901 };
		facts.get_mut(&ids[0]).unwrap().chair = Some(Chair { index, cell });
		assert_eq!(score(&facts), paid, "{index}");
	}
	facts.get_mut(&ids[0]).unwrap().chair = None;
	assert_eq!(judge_evidence(&pairs, &facts, ids[0], &evidence[&ids[0]]).score, 170_000);

	let context = example_context();
	facts.get_mut(&ids[0]).unwrap().since = context.epoch - 2;
	let report = pairs[&ids[0]].report(&context, &ids[0], &evidence[&ids[0]]);
	let ramped = Policy { ramp: 10, ..policy() };
	assert_eq!(judge(RULES, &context, &ramped, &facts, &report).unwrap().1.score, 51_000);
}

#[test]
fn an_impossible_reception_counts_nothing_and_the_others_do() {
	let (ids, pairs, facts) = fleet(7);
	let context = example_context();
	let mut transmissions = one_beacon(&ids);
	// From 6 km: 14 dBm less 106.8 dB is -92.8 dBm; 10 dB stronger is impossible.
	transmissions[0].heard_by[5] = Reception::alike(ids[6], -828);
	let evidence = &exchange(&context, &pairs, &transmissions)[&ids[0]];

	let own = &facts[&ids[0]];
	let assessed =
		coverage::assess(&context, &coverage_policy(), &facts, &ids[0], own, evidence).unwrap();

	assert_eq!(assessed.receipts[5], Err(Rejection::TooStrong));
	assert!(assessed.receipts[..5].iter().all(Result::is_ok));
	assert_eq!(assessed.beacon_points, beacon_points(5));
}

#[test]
fn each_way_in_which_a_reception_can_be_false_has_its_reason() {
	let (ids, pairs, facts) = fleet(3);
	let context = example_context();
	let honest = &exchange(&context, &pairs, &one_beacon(&ids))[&ids[0]];
	let assess = |facts: &Facts, change: &dyn Fn(&mut coverage::Beacon)| {
		let mut evidence = honest.clone();
		change(evidence.beacon.as_mut().unwrap());
		let own = &facts[&ids[0]];
		coverage::assess(&context, &coverage_policy(), facts, &ids[0], own, &evidence)
			.unwrap()
			.receipts[0]
	};
	let moved = |metres: i32| {
		let mut facts = facts.clone();
		let place = facts[&ids[0]].place.unwrap();
		let latitude = place.latitude + metres * 90;
		facts.get_mut(&ids[1]).unwrap().place = Some(Place { latitude, ..place });
		facts
	};
	let without = |change: &dyn Fn(&mut Facts)| {
		let mut facts = facts.clone();
		change(&mut facts);
		facts
	};

	assert_eq!(assess(&facts, &|_| ()), Ok(()));
	assert_eq!(assess(&moved(200), &|_| ()), Err(Rejection::TooNear));
	assert_eq!(assess(&moved(101_000), &|_| ()), Err(Rejection::TooFar));
	assert_eq!(
		assess(&without(&|f| f.retain(|id, _| *id != ids[1])), &|_| ()),
		Err(Rejection::UnknownDevice)
	);
	assert_eq!(
		assess(&without(&|f| f.get_mut(&ids[1]).unwrap().place = None), &|_| ()),
		Err(Rejection::NoPlace)
	);
	assert_eq!(assess(&facts, &|b| b.receipts[0].power = -100), Err(Rejection::TooStrong));
	assert_eq!(assess(&facts, &|b| b.receipts[0].answered = -100), Err(Rejection::TooStrong));
	assert_eq!(assess(&facts, &|b| b.receipts[0].answered = -1_250), Ok(()));
	assert_eq!(assess(&facts, &|b| b.receipts[0].answered = -1_251), Err(Rejection::NotReciprocal));
	assert_eq!(assess(&facts, &|b| b.receipts[0].answered = -1_501), Err(Rejection::TooWeak));
	assert_eq!(assess(&facts, &|b| b.receipts[0].power = -1_101), Err(Rejection::BadSignature));
	assert_eq!(assess(&facts, &|b| b.receipts[0].signature[5] ^= 1), Err(Rejection::BadSignature));
	let outside = |b: &mut coverage::Beacon| b.frequency = 915_000_000;
	let mut evidence = honest.clone();
	outside(evidence.beacon.as_mut().unwrap());
	let (policy, own) = (coverage_policy(), &facts[&ids[0]]);
	let assessed = coverage::assess(&context, &policy, &facts, &ids[0], own, &evidence).unwrap();
	assert_eq!(assessed.receipts, [Err(Rejection::OutsideBands); 2]);
	assert_eq!((assessed.points, assessed.score), (0, 0));
	// A report in which nothing counts is faulty as a whole.
	let checked = <coverage::Coverage as crate::ResourceKind>::score(
		&context, &policy, &facts, &ids[0], own, &evidence,
	);
	assert_eq!(checked.score, Err(Fault::NothingCounts));
	assert_eq!(checked.work, 0, "no signature was checked, and no fact asked for");
}

#[test]
fn each_way_in_which_a_beacon_heard_can_be_false_has_its_reason() {
	let (ids, pairs, facts) = fleet(3);
	let context = example_context();
	let honest = &exchange(&context, &pairs, &one_beacon(&ids))[&ids[1]];
	let assess = |change: &dyn Fn(&mut coverage::Heard)| {
		let mut evidence = honest.clone();
		// A second, honest beacon keeps the report from counting nothing.
		let kept =
			pairs[&ids[2]].acknowledge(&context, &ids[2], (&ids[1], -1_100), FREQUENCY, ONLY);
		evidence.heard.try_push(kept).unwrap();
		change(&mut evidence.heard[0]);
		let own = &facts[&ids[1]];
		let assessed =
			coverage::assess(&context, &coverage_policy(), &facts, &ids[1], own, &evidence)
				.unwrap();
		assert_eq!(assessed.heard[1], Ok(1_000_000));
		assessed.heard[0]
	};

	assert_eq!(assess(&|_| ()), Ok(1_000_000));
	assert_eq!(assess(&|h| h.word.witnesses = 0), Err(Rejection::WrongCount));
	assert_eq!(assess(&|h| h.word.witnesses = 15), Err(Rejection::WrongCount));
	assert_eq!(assess(&|h| h.word.witnesses = 1), Err(Rejection::BadSignature));
	assert_eq!(assess(&|h| h.word.rank = 2), Err(Rejection::WrongRank));
	assert_eq!(assess(&|h| h.word.rank = 1), Err(Rejection::BadSignature));
	assert_eq!(assess(&|h| h.word.receipts = H256::zero()), Err(Rejection::BadSignature));
	assert_eq!(assess(&|h| h.word.answered -= 1), Err(Rejection::BadSignature));
	assert_eq!(assess(&|h| h.word.answered -= 151), Err(Rejection::NotReciprocal));
	assert_eq!(assess(&|h| h.word.answered = -1_501), Err(Rejection::TooWeak));
	assert_eq!(assess(&|h| h.word.answered = 0), Err(Rejection::TooStrong));
	assert_eq!(assess(&|h| h.power = -1_501), Err(Rejection::TooWeak));
	assert_eq!(assess(&|h| h.challenge[0] ^= 1), Err(Rejection::StaleChallenge));
	assert_eq!(assess(&|h| h.frequency = 1), Err(Rejection::OutsideBands));
	assert_eq!(assess(&|h| h.power = 0), Err(Rejection::TooStrong));
}

#[test]
fn cheats_are_told_by_their_faults() {
	let (ids, pairs, facts) = fleet(4);
	let context = example_context();
	let honest = exchange(&context, &pairs, &one_beacon(&ids));
	let fault = |evidence: &Evidence, device: DeviceId| {
		judge_evidence(&pairs, &facts, device, evidence).fault
	};

	let mut selfish = honest[&ids[0]].clone();
	let own = Reception::alike(ids[0], -1_100);
	let receipt = pairs[&ids[0]].receipt(&context, &ids[0], FREQUENCY, &own);
	selfish.beacon.as_mut().unwrap().receipts.try_push(receipt).unwrap();
	assert_eq!(fault(&selfish, ids[0]), Some(Fault::SelfWitness));

	let mut repeated = honest[&ids[0]].clone();
	let receipt = repeated.beacon.as_ref().unwrap().receipts[0].clone();
	repeated.beacon.as_mut().unwrap().receipts.try_push(receipt).unwrap();
	assert_eq!(fault(&repeated, ids[0]), Some(Fault::RepeatedWitness));

	let mut two_counts = honest[&ids[1]].clone();
	let other = pairs[&ids[0]].acknowledge(&context, &ids[0], (&ids[1], -1_100), FREQUENCY, ONLY);
	two_counts.heard.try_push(other).unwrap();
	assert_eq!(fault(&two_counts, ids[1]), Some(Fault::RepeatedBeacon));

	assert_eq!(fault(&Evidence::default(), ids[0]), Some(Fault::NothingCounts));

	// Evidence of another epoch, signed again as if it were new.
	let stale = exchange(
		&ReportContext { entropy: H256::repeat_byte(9), ..context.clone() },
		&pairs,
		&one_beacon(&ids),
	);
	assert_eq!(fault(&stale[&ids[0]], ids[0]), Some(Fault::StaleChallenge));
	assert_eq!(fault(&stale[&ids[1]], ids[1]), Some(Fault::NothingCounts));
}

/// Judging a report costs sixteen signatures at most, its own included.
#[test]
fn a_report_with_more_signatures_than_a_judge_pays_for_is_refused_unread() {
	let (ids, pairs, facts) = fleet(20);
	let context = example_context();
	let mut evidence = exchange(&context, &pairs, &one_beacon(&ids))[&ids[0]].clone();
	assert_eq!(evidence.beacon.as_ref().unwrap().receipts.len(), 14);
	let mut hear = |beaconer: usize| {
		let heard = pairs[&ids[beaconer]].acknowledge(
			&context,
			&ids[beaconer],
			(&ids[0], -1_100),
			FREQUENCY,
			ONLY,
		);
		evidence.heard.try_push(heard).unwrap();
		judge_evidence(&pairs, &facts, ids[0], &evidence)
	};
	assert_eq!(hear(18).fault, None);
	let refused = hear(19);
	assert_eq!((refused.fault, refused.score), (Some(Fault::TooManySignatures), 0));
}

/// Four honest radios, and one beside them that says it stands far away.
#[test]
fn who_claims_to_be_far_away_cannot_make_a_near_reception_weak() {
	let (ids, pairs, mut facts) = fleet(5);
	let context = example_context();
	let liar = ids[4];
	// It stands 350 m from the first, and says 80 km.
	let place = facts[&liar].place.unwrap();
	let claimed = Place { latitude: place.latitude + 7_000_000, ..place };
	facts.get_mut(&liar).unwrap().place = Some(claimed);
	let score = |power, answered| {
		let transmissions: Vec<_> = ids[..4]
			.iter()
			.map(|beaconer| Transmission {
				beaconer: *beaconer,
				frequency: FREQUENCY,
				heard_by: vec![Reception { witness: liar, power, answered }],
			})
			.collect();
		let evidence = &exchange(&context, &pairs, &transmissions)[&liar];
		let own = &facts[&liar];
		coverage::assess(&context, &coverage_policy(), &facts, &liar, own, evidence).unwrap()
	};
	// What is heard so strongly was not sent so far away, whoever measured it.
	for (power, answered) in [(-400, -400), (-1_390, -400), (-400, -1_390)] {
		let assessed = score(power, answered);
		assert_eq!(assessed.heard, [Err(Rejection::TooStrong); 4], "{power} {answered}");
	}
	// What could have come from there has to be as weak both ways.
	assert_eq!(score(-1_390, -1_200).heard, [Err(Rejection::NotReciprocal); 4]);
	assert_eq!(score(-1_390, -1_240).score, FULL_SCORE);
	// What it cannot tell: a transmitter that is turned down from one that is far away.
}

/// What a beaconer says to one who has heard it says which of how many, and of which receipts.
#[test]
fn a_beaconer_that_has_more_witnesses_than_it_says_contradicts_itself() {
	let (ids, pairs, _) = fleet(7);
	let evidence = exchange(&example_context(), &pairs, &one_beacon(&ids));
	let words: Vec<_> = ids[1..].iter().map(|id| evidence[id].heard[0].word).collect();

	let ranks: Vec<_> = words.iter().map(|word| word.rank).collect();
	assert_eq!(ranks, [0, 1, 2, 3, 4, 5], "each rank is one witness's");
	let receipts = &evidence[&ids[0]].beacon.as_ref().unwrap().receipts;
	let hash = substation_primitives::signing::receipts_hash(receipts);
	assert!(words.iter().all(|word| (word.witnesses, word.receipts) == (6, hash)));
	// The list in the beaconer's own report has the same hash: a longer one has another.
	let mut more = receipts.to_vec();
	more.push(receipts[0].clone());
	assert_ne!(substation_primitives::signing::receipts_hash(&more), hash);
}
