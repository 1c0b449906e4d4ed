//! The judge as a whole. What belongs to one kind has a file of its own.

mod bandwidth_kind;
mod coverage_kind;
mod mapping_kind;
mod presence_kind;
mod sensing_kind;
mod storage_kind;

use storage_kind::storage_fixture;

use super::*;
use crate::{
	author::{example_context, exchange, pack, DevicePair, Reception, Transmission},
	coverage::{beacon_points, witness_points, Band, Evidence, Rejection},
	facts::{Bill, Cell, Chair, DeviceFacts, FactSource, Place},
	known::{Known, Question},
	storage::Committed,
};
use codec::{DecodeAll, Encode};
use proptest::prelude::*;
use sp_core::Pair;
use std::collections::BTreeMap;
use substation_primitives::{
	batch::{assemble, Element},
	keys::ReportKey,
	report::{Fault, Judgement, Report, ReportBytes},
	signing::{ReportContext, Witnessed},
	AccountId32, DeviceId, Score, FULL_SCORE, H256,
};

type Facts = BTreeMap<DeviceId, DeviceFacts>;
type Pairs = BTreeMap<DeviceId, DevicePair>;

const FREQUENCY: u32 = 868_100_000;

/// What a beaconer says that one alone has heard.
const ONLY: Witnessed =
	Witnessed { rank: 0, witnesses: 1, receipts: H256([0; 32]), answered: -1_100 };

fn pair(number: u32) -> DevicePair {
	let mut seed = [0; 32];
	seed[..4].copy_from_slice(&number.to_le_bytes());
	if number.is_multiple_of(2) {
		DevicePair::from_seed(&seed)
	} else {
		DevicePair::Sr25519(sp_core::sr25519::Pair::from_seed(&seed))
	}
}

/// Devices in a row, about a kilometre apart.
fn fleet(size: u32) -> (Vec<DeviceId>, Pairs, Facts) {
	let pairs: Vec<_> = (0..size).map(pair).collect();
	let ids = pairs.iter().map(|pair| pair.device_id()).collect();
	let facts = (0..)
		.zip(&pairs)
		.map(|(i, pair)| {
			let place = Place {
				latitude: 452_000_000 + i * 90_000,
				longitude: 57_000_000,
				cell: 0,
				eirp: 140,
			};
			let facts = DeviceFacts {
				key: pair.public(),
				owner: [7; 32].into(),
				aggregator: example_context().aggregator,
				aggregator_since: 0,
				cut: 50_000,
				since: 0,
				place: Some(place),
				chair: Some(Chair::default()),
				data_set: None,
			};
			(pair.device_id(), facts)
		})
		.collect();
	(ids, pairs.into_iter().map(|pair| (pair.device_id(), pair)).collect(), facts)
}

fn coverage_policy() -> coverage::Policy {
	coverage::Policy {
		min_distance: 300,
		max_distance: 100_000,
		margin: 30,
		sensitivity: -1_500,
		reciprocity: 150,
		max_eirp: 160,
		bands: vec![Band { from: 863_000_000, to: 870_000_000 }].try_into().unwrap(),
		resolution: 8,
		target: 2,
		spare: 250_000,
		full_marks: 2_000_000,
	}
}

fn policy() -> Policy {
	Policy { ramp: 0, kind: KindPolicy::Coverage(coverage_policy()) }
}

/// Device 0 is heard by all others.
fn one_beacon(ids: &[DeviceId]) -> Vec<Transmission> {
	vec![Transmission {
		beaconer: ids[0],
		frequency: FREQUENCY,
		heard_by: ids[1..].iter().map(|id| Reception::alike(*id, -1_100)).collect(),
	}]
}

fn judge_evidence(
	pairs: &Pairs,
	facts: &Facts,
	device: DeviceId,
	evidence: &impl Encode,
) -> Judgement {
	let context = example_context();
	let report = pairs[&device].report(&context, &device, evidence);
	let (judged, judgement) = judge(RULES, &context, &policy(), facts, &report).unwrap();
	assert_eq!(judged, Some(device));
	judgement
}

#[test]
fn each_value_of_a_policy_has_its_range() {
	type Change = fn(&mut coverage::Policy);
	let sound: [Change; 18] = [
		|p| p.min_distance = 1,
		|p| p.min_distance = p.max_distance - 1,
		|p| p.max_distance = p.min_distance + 1,
		|p| p.max_distance = 1_000_000,
		|p| p.margin = 0,
		|p| p.margin = 300,
		|p| p.sensitivity = -1_740,
		|p| p.sensitivity = 0,
		|p| p.reciprocity = 0,
		|p| p.reciprocity = 300,
		|p| p.max_eirp = 700,
		|p| p.bands[0] = Band { from: 1_000_000, to: 1_000_000 },
		|p| p.bands[0].to = u32::MAX,
		|p| p.resolution = 0,
		|p| p.resolution = 12,
		|p| p.target = 1,
		|p| p.full_marks = 100_000,
		|p| p.full_marks = 100_000_000,
	];
	let unsound: [Change; 16] = [
		|p| p.min_distance = 0,
		|p| p.min_distance = p.max_distance,
		|p| p.max_distance = p.min_distance,
		|p| p.max_distance = 1_000_001,
		|p| p.margin = 301,
		|p| p.sensitivity = -1_741,
		|p| p.sensitivity = 1,
		|p| p.reciprocity = 301,
		|p| p.max_eirp = 701,
		|p| p.bands.clear(),
		|p| p.bands[0].from = p.bands[0].to + 1,
		|p| p.bands[0].from = 999_999,
		|p| p.resolution = 13,
		|p| p.target = 0,
		|p| p.full_marks = 99_999,
		|p| p.full_marks = 100_000_001,
	];
	let judged = |change: &Change| {
		let mut policy = coverage_policy();
		change(&mut policy);
		Policy { ramp: 0, kind: KindPolicy::Coverage(policy) }.is_sound()
	};
	for (number, change) in sound.iter().enumerate() {
		assert!(judged(change), "{number} of the sound ones");
	}
	for (number, change) in unsound.iter().enumerate() {
		assert!(!judged(change), "{number} of the unsound ones");
	}
	let storage = |shown, cap| {
		let kind = KindPolicy::Storage(storage::Policy { shown, cap });
		Policy { ramp: u16::MAX, kind }.is_sound()
	};
	assert_eq!([0, 1, 4, 5].map(|shown| storage(shown, 1_000)), [false, true, true, false]);
	assert_eq!([255, 256, u64::MAX].map(|cap| storage(1, cap)), [false, true, true]);
}

#[test]
fn a_report_is_bound_to_everything_in_its_context() {
	let (ids, pairs, mut facts) = fleet(4);
	let context = example_context();
	let evidence = exchange(&context, &pairs, &one_beacon(&ids));
	let report = pairs[&ids[1]].report(&context, &ids[1], &evidence[&ids[1]]);
	let fault = |context: &ReportContext, facts: &Facts, report: &[u8]| {
		judge(RULES, context, &policy(), facts, report).unwrap().1.fault
	};
	assert_eq!(fault(&context, &facts, &report), None);

	let elsewhere = AccountId32::new([9; 32]);
	let other = ReportContext { aggregator: elsewhere.clone(), ..context.clone() };
	assert_eq!(fault(&other, &facts, &report), Some(Fault::OtherAggregator));
	for facts in facts.values_mut() {
		facts.aggregator = elsewhere.clone();
	}
	assert_eq!(fault(&other, &facts, &report), Some(Fault::BadSignature));
	assert_eq!(fault(&context, &facts, &report), Some(Fault::OtherAggregator));
	facts.remove(&ids[1]);
	assert_eq!(fault(&context, &facts, &report), Some(Fault::NotMember));
}

#[test]
fn four_thousand_and_ninety_six_random_devices_fit_one_batch() {
	let (_, _, _, _, policy) = storage_fixture(1);
	let context = example_context();
	let reports: BTreeMap<DeviceId, Vec<u8>> = (0..4_096u32)
		.map(|i| (sp_io::hashing::blake2_256(&i.encode()).into(), vec![0; 100]))
		.collect();

	let batches = pack(&context, &policy, &reports);

	assert_eq!(batches.len(), 1);
	let packed = &batches[0];
	assert_eq!(packed.terms.count, 4_096);
	assert_eq!(packed.terms.chunks(), 64);
	assert_eq!(packed.bodies.len(), 1);
}

#[test]
fn a_batch_too_long_for_one_body_or_one_batch_is_spread() {
	let (_, _, _, _, policy) = storage_fixture(1);
	let context = example_context();
	let reports = |count: u32, length: usize| -> BTreeMap<DeviceId, Vec<u8>> {
		(0..count)
			.map(|i| (sp_io::hashing::blake2_256(&i.encode()).into(), vec![7; length]))
			.collect()
	};

	let long = pack(&context, &policy, &reports(3_000, 1_000));
	assert_eq!(long.len(), 1);
	assert_eq!(long[0].bodies.len(), 4);
	let packed = &long[0];
	let mut terms = packed.terms.clone();
	terms.bodies = vec![H256::zero(); packed.bodies.len()].try_into().unwrap();
	assert!(terms.is_well_formed());
	assert!(packed.bodies.iter().all(|body| body.len() <= 1_000_000));
	assert_eq!(assemble(&terms, &packed.bodies).as_deref(), Some(&packed.chunks[..]));

	let many = pack(&context, &policy, &reports(9_000, 10));
	assert_eq!(many.len(), 3);
	assert_eq!(many.iter().map(|packed| packed.terms.count).sum::<u32>(), 9_000);
	for (shard, pair) in (0..).zip(many.windows(2)) {
		assert_eq!(pair[0].terms.shard, shard);
		assert!(pair[0].terms.last < pair[1].terms.cuts[0], "shards follow each other");
	}
}

/// A packed batch of honest reports, its facts and policy.
fn honest_batch(size: u32) -> (author::Packed, Facts) {
	let (ids, pairs, facts) = fleet(size);
	let context = example_context();
	let evidence = exchange(&context, &pairs, &one_beacon(&ids));
	let reports = evidence
		.iter()
		.map(|(id, evidence)| (*id, pairs[id].report(&context, id, evidence)))
		.collect();
	(pack(&context, &policy(), &reports).remove(0), facts)
}

#[test]
fn a_chunk_is_judged_report_by_report() {
	let (packed, facts) = honest_batch(12);
	let context = example_context();
	let judged =
		judge_chunk(RULES, &context, &policy(), &facts, &packed.terms, 0, &packed.chunks[0])
			.unwrap();

	assert_eq!(judged.element.count, 12);
	assert_eq!(judged.element.work, packed.terms.work);
	assert!(judged.leaves.iter().all(|leaf| leaf.fault.is_none() && leaf.score > 0));
	assert_eq!(judged.element.score_root, substation_primitives::batch::score_root(&judged.leaves));
	let sum: u64 = judged.leaves.iter().map(|leaf| u64::from(leaf.score)).sum();
	assert_eq!(judged.element.sum, sum);
}

#[test]
fn misplaced_repeated_and_malformed_reports_spoil_only_themselves() {
	let (packed, facts) = honest_batch(12);
	let context = example_context();
	let mut terms = packed.terms.clone();
	let mut reports = packed.chunks[0].to_vec();
	reports.insert(3, reports[2].clone());
	reports[5] = vec![1, 2, 3].try_into().unwrap();
	terms.last = substation_primitives::batch::prefix(&H256::from_slice(&reports[11][..32]));
	let judged = judge_chunk(RULES, &context, &policy(), &facts, &terms, 0, &reports).unwrap();
	// Of the three nothing is checked.
	let checked = (0..13).filter(|number| ![3, 5, 12].contains(number));
	let ten: u32 = checked.map(|number: usize| work_of(&policy(), &reports[number])).sum();
	assert_eq!(judged.element.work, ten + 3 * BASE_WORK);
	assert_eq!(judged.taken(), ten + 1);
	let faults: Vec<_> = judged.leaves.iter().map(|leaf| leaf.fault).collect();

	assert_eq!(faults[3], Some(Fault::OutOfOrder));
	assert_eq!(faults[5], Some(Fault::Malformed));
	assert_eq!(faults[12], Some(Fault::OutOfRange));
	assert_eq!(faults.iter().filter(|fault| fault.is_none()).count(), 10);
}

#[test]
fn a_chunk_too_long_or_too_dear_is_worth_nothing() {
	let (packed, facts) = honest_batch(12);
	let context = example_context();
	let judge = |reports: &[ReportBytes]| {
		judge_chunk(RULES, &context, &policy(), &facts, &packed.terms, 0, reports).unwrap()
	};
	let mut long = packed.chunks[0].to_vec();
	long.push(vec![0; 127 * 1024].try_into().unwrap());
	let worthless = |count, work| JudgedChunk {
		element: Element { count, work, ..Default::default() },
		leaves: Vec::new(),
	};
	assert_eq!(judge(&long), worthless(13, 13 * BASE_WORK));

	// Sixty-four reports with sixteen signatures each take 2,048 units.
	let (ids, pairs, _) = fleet(1);
	let filler = coverage::Heard {
		beaconer: ids[0],
		challenge: [0; 8],
		frequency: FREQUENCY,
		power: 0,
		word: ONLY,
		signature: [0; 64],
	};
	let dear = Evidence { beacon: None, heard: vec![filler; 15].try_into().unwrap() };
	let report: ReportBytes = pairs[&ids[0]].report(&context, &ids[0], &dear).try_into().unwrap();
	assert_eq!(judge(&vec![report.clone(); 64]), worthless(64, 64 * BASE_WORK));
	// One is signed, and hears itself: nothing more is checked. The others are the same once more.
	assert_eq!(judge(&vec![report; 62]).element.work, 62 * BASE_WORK);
}

/// Work is what was checked, reception by reception.
#[test]
fn what_nobody_checks_is_no_work() {
	let (packed, mut facts) = honest_batch(12);
	let context = example_context();
	let bytes = packed.chunks[0][0].to_vec();
	let report = Report::decode_all(&mut &bytes[..]).unwrap();
	let (device, whole) = (report.device, work_of(&policy(), &bytes));
	let judge = |facts: &BTreeMap<DeviceId, DeviceFacts>, bytes: &[u8]| {
		let (_, judged) = judge(RULES, &context, &policy(), facts, bytes).unwrap();
		(judged.fault, judged.work)
	};
	assert_eq!(judge(&facts, &bytes), (None, whole));
	// Another's signature: nothing of what it says is looked into.
	let mut forged = report.clone();
	forged.signature[3] ^= 1;
	assert_eq!(judge(&facts, &forged.encode()), (Some(Fault::BadSignature), BASE_WORK));
	// Nobody whom it names is known: facts were asked for, and no signature was checked.
	let alone = facts.iter().filter(|(id, _)| **id == device);
	let alone = alone.map(|(id, facts)| (*id, facts.clone())).collect();
	let half = BASE_WORK + (whole - BASE_WORK) / 2;
	assert_eq!(judge(&alone, &bytes), (Some(Fault::NothingCounts), half));
	facts.get_mut(&device).unwrap().place = None;
	assert_eq!(judge(&facts, &bytes), (Some(Fault::NoPlace), BASE_WORK));
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(64))]

	/// No bytes panic the judge, and none but the device's own report scores.
	#[test]
	fn arbitrary_bytes_are_worth_nothing(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
		let (_, _, facts) = fleet(4);
		let (_, _, _, _, storage) = storage_fixture(1_000);
		for policy in [policy(), storage] {
			let judgement = judge(RULES, &example_context(), &policy, &facts, &bytes).unwrap().1;
			prop_assert_eq!(judgement.score, 0);
		}
	}

	/// One flipped bit anywhere makes a report worth no more than before.
	#[test]
	fn a_flipped_bit_never_gains(bit in any::<prop::sample::Index>(), device in 0usize..5) {
		let (ids, pairs, facts) = fleet(5);
		let context = example_context();
		let evidence = exchange(&context, &pairs, &one_beacon(&ids));
		let mut report = pairs[&ids[device]].report(&context, &ids[device], &evidence[&ids[device]]);
		let honest = judge(RULES, &context, &policy(), &facts, &report).unwrap().1.score;
		prop_assert!(honest > 0);
		let bit = bit.index(report.len() * 8);
		report[bit / 8] ^= 1 << (bit % 8);
		prop_assert_eq!(judge(RULES, &context, &policy(), &facts, &report).unwrap().1.score, 0);
	}

	#[test]
	fn shares_never_exceed_the_whole(whole: u32, part: u64, of: u64) {
		prop_assert!(share(whole, part, of) <= whole);
	}
}

#[test]
fn keys_of_both_schemes_are_in_the_fleet() {
	let (_, pairs, _) = fleet(2);
	let schemes: Vec<_> =
		pairs.values().map(|pair| matches!(pair.public(), ReportKey::Ed25519(_))).collect();

	assert!(schemes.contains(&true) && schemes.contains(&false));
}

#[test]
fn who_fetches_what_the_judge_lacks_finds_what_the_chain_finds() {
	let (ids, pairs, mut facts) = fleet(9);
	let context = example_context();
	let transmissions: Vec<_> = (0..3)
		.map(|sender| Transmission {
			beaconer: ids[sender],
			frequency: FREQUENCY,
			heard_by: ids
				.iter()
				.filter(|id| **id != ids[sender])
				.map(|id| Reception::alike(*id, -1_100))
				.collect(),
		})
		.collect();
	let evidence = exchange(&context, &pairs, &transmissions);
	// Some are only named.
	let reports = evidence
		.iter()
		.filter(|(id, _)| ids[..6].contains(id))
		.map(|(id, evidence)| (*id, pairs[id].report(&context, id, evidence)))
		.collect();
	let packed = pack(&context, &policy(), &reports).remove(0);
	// One has left, and one has another aggregator.
	facts.remove(&ids[4]);
	facts.get_mut(&ids[5]).unwrap().aggregator = [77; 32].into();
	let by_chain =
		judge_chunks(RULES, &context, &policy(), &facts, &packed.terms, &packed.chunks).unwrap();
	let (mut known, mut rounds) = (Known::default(), 0);
	let by_agent = loop {
		rounds += 1;
		let judged =
			judge_chunks(RULES, &context, &policy(), &known, &packed.terms, &packed.chunks)
				.unwrap();
		let lacking = known.take_lacking();
		if lacking.is_empty() {
			break judged;
		}
		for question in lacking {
			let Question::Device(device) = question else { panic!("{question:?}") };
			known.note_device(device, facts.get(&device).cloned());
		}
	};
	assert_eq!(by_agent, by_chain);
	assert!(by_chain[0].element.sum > 0 && rounds == 3, "{rounds}");
}
