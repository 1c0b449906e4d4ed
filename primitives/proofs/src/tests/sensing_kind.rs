//! Sensing.

use super::*;
use crate::{
	author::{sensing, typical},
	sensing::{
		assess, called, seals, Assessment, Channel, Evidence, Policy, Reading, Sample, Statement,
		NONE,
	},
	ResourceKind,
};

type Everybody = BTreeMap<DeviceId, (DevicePair, Vec<Sample>)>;

const SLOTS: usize = 8;

fn sensing_policy() -> Policy {
	let channel = |high| Channel { low: 0, high, step: 0 };
	Policy {
		slots: SLOTS as u8,
		channels: vec![channel(10_000), channel(20_000)].try_into().unwrap(),
		nested: true,
		live: false,
		min_count: 3,
		min_valid: 500_000,
		stuck: 4,
		resolution: 5,
		min_distance: 100,
		reach: 25_000,
		witnesses: 8,
		quorum: 3,
		elder: 0,
		tolerance: 6,
		relative: 500_000,
		min_fit: 500_000,
		coherence: 150_000,
		quiet: 500_000,
		level: 100_000,
		alone: 400_000,
		target: 16,
		spare: 100_000,
	}
}

fn sample(value: i16) -> Sample {
	let reading =
		|value: i16| Reading { low: value - 2, typical: value, high: value.saturating_add(3) };
	Sample { count: 9, readings: vec![reading(value), reading(value * 2)].try_into().unwrap() }
}

/// What everybody in the cell measures, but for a little of each one's own.
const AIR: [i16; SLOTS] = [200, 260, 250, 330, 420, 390, 300, 220];

/// Members of one cell, about a kilometre apart, and what they have measured.
fn members(size: u32) -> (Vec<DeviceId>, Everybody, Facts) {
	let (ids, pairs, mut facts) = fleet(size);
	let cell = Cell { id: 5, occupied: size, chairs: size };
	let mut everybody = Everybody::new();
	for (index, id) in (0..).zip(&ids) {
		facts.get_mut(id).unwrap().chair = Some(Chair { index, cell });
		let own = AIR.iter().map(|value| sample(value + index as i16)).collect();
		everybody.insert(*id, (pairs[id].clone(), own));
	}
	(ids, everybody, facts)
}

fn evidence(everybody: &Everybody, facts: &Facts, id: &DeviceId, late: &[usize]) -> Evidence {
	let context = example_context();
	let own = (id, &facts[id]);
	sensing(&context, &sensing_policy(), facts, everybody, own, [3; 16], |slot| {
		late.contains(&slot)
	})
}

fn judged(
	policy: &Policy,
	facts: &Facts,
	id: &DeviceId,
	evidence: &Evidence,
) -> Result<Assessment, Fault> {
	let context = example_context();
	let (assessed, work) = assess(&context, policy, facts, id, &facts[id], evidence);
	assert!(work <= <crate::sensing::Sensing as ResourceKind>::work(policy, evidence));
	assert!(work <= <crate::sensing::Sensing as ResourceKind>::MAX_WORK);
	assessed
}

#[test]
fn who_measures_as_its_witnesses_do_has_a_full_score() {
	let (ids, everybody, facts) = members(10);
	let shown = evidence(&everybody, &facts, &ids[0], &[]);
	assert_eq!((shown.statements.len(), shown.testimonies.len()), (8, 7));
	let found = judged(&sensing_policy(), &facts, &ids[0], &shown).unwrap();
	assert_eq!((found.valid, found.witnesses, found.fits), (8, 8, (8, 8)));
	assert_eq!(
		(found.credit, found.fit, found.marks, found.score),
		(1_000_000, 1_000_000, 1_000_000, 1_000_000)
	);
	// Beyond the chairs that are paid in full, a part.
	let wanted = Policy { target: 1, ..sensing_policy() };
	let of = |number: usize| {
		let shown = evidence(&everybody, &facts, &ids[number], &[]);
		judged(&wanted, &facts, &ids[number], &shown).unwrap().score
	};
	assert_eq!((of(0), of(1)), (1_000_000, 100_000));
}

#[test]
fn what_cannot_be_is_refused_by_name() {
	let (ids, everybody, facts) = members(10);
	let policy = sensing_policy();
	let honest = evidence(&everybody, &facts, &ids[0], &[]);
	let fault = |change: &dyn Fn(&mut Evidence)| {
		let mut changed = honest.clone();
		change(&mut changed);
		judged(&policy, &facts, &ids[0], &changed).err()
	};
	assert_eq!(fault(&|_| ()), None);
	assert_eq!(fault(&|e| e.samples.truncate(SLOTS - 1)), Some(Fault::WrongSampleCount));
	assert_eq!(
		fault(&|e| e.statements[2].typical.truncate(SLOTS - 1)),
		Some(Fault::WrongSampleCount)
	);
	assert_eq!(fault(&|e| e.statements[1].place = 0), Some(Fault::RepeatedWitness));
	assert_eq!(fault(&|e| e.testimonies[1].place = 0), Some(Fault::RepeatedWitness));
	assert_eq!(fault(&|e| e.statements[7].place = 8), Some(Fault::NotCalled));
	// Who has spoken is on the others' rolls.
	assert_eq!(fault(&|e| e.statements.retain(|one| one.place != 3)), Some(Fault::WitnessLeftOut));
	assert_eq!(fault(&|e| e.statements[3].signature[5] ^= 1), Some(Fault::WitnessLeftOut));
	let mut nowhere = facts.clone();
	nowhere.get_mut(&ids[0]).unwrap().place = None;
	assert_eq!(judged(&policy, &nowhere, &ids[0], &honest).err(), Some(Fault::NoPlace));

	let with = |samples: Vec<Sample>, late: &[usize]| {
		let mut everybody = everybody.clone();
		everybody.get_mut(&ids[0]).unwrap().1 = samples;
		let shown = evidence(&everybody, &facts, &ids[0], late);
		judged(&policy, &facts, &ids[0], &shown)
	};
	let times = |factor: i16| AIR.iter().map(|value| sample(value * factor)).collect::<Vec<_>>();
	assert_eq!(with(times(5), &[]).err(), Some(Fault::Disagrees));
	assert_eq!(with(vec![sample(300); SLOTS], &[]).err(), Some(Fault::Stuck));
	let mut gaps = times(1);
	gaps[..5].iter_mut().for_each(|sample| sample.count = 2);
	assert_eq!(with(gaps, &[]).err(), Some(Fault::TooFewSamples));
	// Sealed after the witnesses had shown theirs.
	assert_eq!(with(times(1), &[0, 1, 2, 3, 4]).err(), Some(Fault::TooFewSamples));
	let half = with(times(1), &[0, 1, 2, 3]).unwrap();
	assert_eq!((half.valid, half.score), (4, 500_000));
	// The right level, and the wrong way: what rises with the others falls.
	let flat = AIR.iter().map(|value| sample(580 - value)).collect();
	let found = with(flat, &[]).unwrap();
	assert_eq!((found.marks, found.tunes[0].marks), (100_000, 0));
	assert!(found.tunes[0].own < Some(0) && found.score <= 100_000);
}

#[test]
fn each_slot_is_valid_by_all_of_its_channels() {
	let (ids, everybody, facts) = members(1);
	let policy = sensing_policy();
	let valid = |policy: &Policy, change: &dyn Fn(&mut Sample)| {
		let mut everybody = everybody.clone();
		change(&mut everybody.get_mut(&ids[0]).unwrap().1[3]);
		let shown = evidence(&everybody, &facts, &ids[0], &[]);
		judged(policy, &facts, &ids[0], &shown).unwrap().valid
	};
	assert_eq!(valid(&policy, &|_| ()), 8);
	assert_eq!(valid(&policy, &|s| s.count = 2), 7);
	assert_eq!(valid(&policy, &|s| s.readings.truncate(1)), 7);
	assert_eq!(valid(&policy, &|s| *s = Sample::default()), 7);
	assert_eq!(valid(&policy, &|s| s.readings[0].low = -1), 7);
	assert_eq!(valid(&policy, &|s| s.readings[0].low = 331), 7);
	assert_eq!(valid(&policy, &|s| s.readings[1].high = 20_001), 7);
	assert_eq!(valid(&policy, &|s| s.readings[1] = Reading { low: 0, typical: 329, high: 400 }), 7);
	let loose = Policy { nested: false, ..policy.clone() };
	assert_eq!(valid(&loose, &|s| s.readings[1] = Reading { low: 0, typical: 329, high: 400 }), 8);
	// Three jumps are too far: from 330 to 420, from 390 to 300, and from there, which does not count, to 220 as from 390.
	let mut steep = policy;
	steep.channels[0].step = 89;
	assert_eq!(valid(&steep, &|_| ()), 5);
}

#[test]
fn who_is_alone_or_hides_its_witnesses_has_a_part() {
	// Two others are no quorum.
	let (ids, everybody, facts) = members(3);
	let shown = evidence(&everybody, &facts, &ids[0], &[]);
	let found = judged(&sensing_policy(), &facts, &ids[0], &shown).unwrap();
	assert_eq!((found.called.len(), found.score), (2, 400_000));
	// Ten others are there, and none is shown.
	let (ids, everybody, facts) = members(10);
	let mut bare = evidence(&everybody, &facts, &ids[0], &[]);
	bare.statements = Default::default();
	bare.testimonies = Default::default();
	let found = judged(&sensing_policy(), &facts, &ids[0], &bare).unwrap();
	assert_eq!((found.witnesses, found.marks, found.score), (0, 100_000, 100_000));
	// Statements without words for this device compare nothing: two seal chains cannot be shown to two halves.
	let mut mute = evidence(&everybody, &facts, &ids[0], &[]);
	mute.testimonies.truncate(4);
	let found = judged(&sensing_policy(), &facts, &ids[0], &mute).unwrap();
	assert_eq!((found.words, found.witnesses, found.score), (4, 0, 100_000));
	let mut enough = evidence(&everybody, &facts, &ids[0], &[]);
	enough.testimonies.truncate(5);
	assert_eq!(judged(&sensing_policy(), &facts, &ids[0], &enough).unwrap().score, 1_000_000);
}

#[test]
fn one_sensor_with_several_names_is_no_witness_of_itself() {
	let (ids, mut everybody, facts) = members(10);
	let mine = everybody[&ids[0]].1.clone();
	let who = called(&example_context(), &sensing_policy(), &facts, &ids[0], &facts[&ids[0]]);
	for (copier, _) in &who[..6] {
		everybody.get_mut(copier).unwrap().1 = mine.clone();
	}
	let shown = evidence(&everybody, &facts, &ids[0], &[]);
	let found = judged(&sensing_policy(), &facts, &ids[0], &shown).unwrap();
	assert_eq!((found.witnesses, found.score), (2, 100_000));
}

#[test]
fn a_seal_binds_all_samples_up_to_it_and_a_testimony_binds_the_last() {
	let (ids, everybody, facts) = members(10);
	let context = example_context();
	let (_, samples) = &everybody[&ids[0]];
	let sealed = seals(&context, &ids[0], &[3; 16], samples);
	assert_eq!(sealed.len(), SLOTS);
	let mut other = samples.clone();
	other[4].readings[0].high += 1;
	let changed = seals(&context, &ids[0], &[3; 16], &other);
	let same = |slot: usize| sealed[slot] == changed[slot];
	assert!((0..4).all(same) && !(4..SLOTS).any(same));
	assert_ne!(seals(&context, &ids[0], &[4; 16], samples)[0], sealed[0]);
	assert_ne!(seals(&context, &ids[1], &[3; 16], samples)[0], sealed[0]);
	// Other samples than those that were sealed: no testimony is signed for them, so nothing is compared.
	let mut lied = evidence(&everybody, &facts, &ids[0], &[]);
	lied.samples[7].readings[0].high += 1;
	let found = judged(&sensing_policy(), &facts, &ids[0], &lied).unwrap();
	assert_eq!((found.words, found.score), (0, 100_000));
	// A statement says what counts, and that nothing does.
	let said = typical(&sensing_policy(), &[sample(7), Sample::default()]);
	assert_eq!(said, [7, NONE]);
}

#[test]
fn each_value_has_its_range() {
	type Change = fn(&mut Policy);
	let sound: [Change; 13] = [
		|p| (p.slots, p.stuck) = (4, 4),
		|p| p.slots = 48,
		|p| p.min_count = 1,
		|p| p.stuck = 3,
		|p| p.stuck = 8,
		|p| p.resolution = 12,
		|p| (p.min_distance, p.reach) = (1, 2),
		|p| p.reach = 1_000_000,
		|p| (p.witnesses, p.quorum) = (3, 3),
		|p| p.min_valid = 1,
		|p| p.coherence = 1,
		|p| p.channels[0].low = i16::MIN,
		|p| p.target = 1,
	];
	let unsound: [Change; 24] = [
		|p| p.slots = 3,
		|p| p.slots = 49,
		|p| p.channels.clear(),
		|p| p.channels[1].low = p.channels[1].high,
		|p| p.min_count = 0,
		|p| p.min_valid = 0,
		|p| p.min_valid = 1_000_001,
		|p| p.stuck = 2,
		|p| p.stuck = 9,
		|p| p.resolution = 13,
		|p| p.min_distance = 0,
		|p| p.min_distance = p.reach,
		|p| p.reach = 1_000_001,
		|p| p.witnesses = 9,
		|p| p.quorum = 2,
		|p| p.quorum = 9,
		|p| p.relative = 1_000_001,
		|p| p.min_fit = 1_000_001,
		|p| p.coherence = 0,
		|p| p.quiet = 1_000_001,
		|p| p.level = 1_000_001,
		|p| p.alone = 1_000_001,
		|p| p.target = 0,
		|p| p.spare = 1_000_001,
	];
	let judged = |change: &Change| {
		let mut policy = sensing_policy();
		change(&mut policy);
		crate::Policy { ramp: 0, kind: KindPolicy::Sensing(policy) }.is_sound()
	};
	for (number, change) in sound.iter().enumerate() {
		assert!(judged(change), "{number} of the sound ones");
	}
	for (number, change) in unsound.iter().enumerate() {
		assert!(!judged(change), "{number} of the unsound ones");
	}
}

proptest! {
	/// Whatever is measured and said, also at the ends of all ranges: nothing panics, and nothing is worth more than everything.
	#[test]
	fn no_evidence_panics_or_earns_too_much(
		values in prop::collection::vec(prop::collection::vec(any::<i16>(), SLOTS), 10),
		prompt: u64,
		step: u16,
		secret: [u8; 16],
	) {
		let (ids, mut everybody, facts) = members(10);
		for ((_, samples), values) in everybody.values_mut().zip(&values) {
			for (one, value) in samples.iter_mut().zip(values) {
				let reading = Reading { low: *value, typical: *value, high: *value };
				one.readings = vec![reading; 2].try_into().unwrap();
			}
		}
		let mut policy = sensing_policy();
		for channel in policy.channels.iter_mut() {
			(channel.low, channel.high) = (i16::MIN, i16::MAX);
		}
		policy.channels[0].step = step;
		policy.min_fit = 0;
		let mut shown = evidence(&everybody, &facts, &ids[0], &[]);
		let whole = judged(&policy, &facts, &ids[0], &shown);
		prop_assert!(whole.is_err() || whole.is_ok_and(|found| found.score <= FULL_SCORE));
		shown.secret = secret;
		for word in shown.testimonies.iter_mut() {
			word.prompt = prompt;
		}
		let _ = judged(&policy, &facts, &ids[0], &shown);
		let empty = Statement { place: 3, typical: Default::default(), signature: [0; 64] };
		shown.statements = vec![empty].try_into().unwrap();
		prop_assert!(judged(&policy, &facts, &ids[0], &shown).is_err());
	}
}
