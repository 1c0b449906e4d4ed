//! What the judge makes of recordings of real devices, without a chain. The figures stand in
//! docs/agent.md.

use std::{collections::BTreeMap, fs, path::PathBuf};

use substation_agent::{
	replay::{helium::Recording, uptime::Uptimes, Counts},
	tables::HOUR,
};
use substation_primitives::{report::Fault, signing::ReportContext, DeviceId, H256};
use substation_proofs::{
	author::{self, example_context, DevicePair},
	coverage::{self, Band},
	facts::{Cell, Chair, DeviceFacts},
	judge, presence, KindPolicy, Policy, RULES,
};
use substation_zombienet_tests::field::recording;

/// That of the development chain's coverage network.
fn policy() -> Policy {
	let kind = KindPolicy::Coverage(coverage::Policy {
		min_distance: 1,
		max_distance: 100_000,
		margin: 30,
		sensitivity: -1_500,
		reciprocity: 150,
		max_eirp: 161,
		bands: vec![Band { from: 863_000_000, to: 870_000_000 }].try_into().unwrap(),
		resolution: 8,
		target: 4,
		spare: 100_000,
		full_marks: 4_000_000,
	});
	Policy { ramp: 0, kind }
}

/// The counts for a recording dealt out to so many epochs; nothing if it is not at hand.
fn rehearse(name: &str, epochs: u32) -> Option<(Recording, Counts)> {
	let Some(path) = recording(name) else {
		eprintln!("no recording {name} at hand: SUBSTATION_RECORDINGS says where they are");
		return None;
	};
	let read = Recording::read(&path).unwrap();
	let counts = read.deal(epochs).unwrap().rehearse(&policy()).unwrap();
	Some((read, counts))
}

fn refused(counts: &Counts) -> Vec<(&str, u32)> {
	counts.refused.iter().map(|(reason, times)| (reason.as_str(), *times)).collect()
}

#[test]
fn of_the_towers_receptions_one_is_impossible_however_they_are_dealt_out() {
	const TOWER: &str = "radio/helium_ems_tourperret_2023-01_first800.ndjson";
	for epochs in [2, 16, 10_000] {
		let Some((read, counts)) = rehearse(TOWER, epochs) else { return };
		assert_eq!((read.receptions(), read.unplaced), (800, 0));
		assert_eq!((counts.paid, refused(&counts)), (799, vec![("TooStrong", 1)]), "{epochs}");
	}
}

#[test]
fn of_the_mobile_testers_receptions_none_is_impossible() {
	let Some((read, counts)) = rehearse("radio/helium_ftd_2022-02.ndjson", 8) else { return };
	assert_eq!((read.receptions(), read.unplaced), (1_198, 197));
	assert_eq!((counts.paid, refused(&counts)), (1_195, vec![("BeyondFourteenWitnesses", 3)]));
}

/// The readings of all sensors; nothing if they are not at hand.
fn uptimes() -> Option<Uptimes> {
	let mut files = Vec::<PathBuf>::new();
	for day in ["2019-05-07", "2019-05-08"] {
		let Some(folder) = recording(&format!("environment/{day}")) else {
			eprintln!("no recording of sensors at hand: SUBSTATION_RECORDINGS says where they are");
			return None;
		};
		files.extend(fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()));
	}
	Some(Uptimes::read(&files).unwrap())
}

/// What an independent judge in Python finds of the same days, machine by machine and hour by hour: the identities, chairs, entropies and the
/// policy are its own.
#[test]
fn machines_that_were_up_as_sensors_really_were_are_paid_as_the_reference_says() {
	let Some(read) = uptimes() else { return };
	let numbers: Vec<u64> = read.machines().collect();
	assert_eq!((numbers.len(), read.readings(), read.hours()), (23, 24_792, 48));
	assert!(read.left_out.is_empty(), "{:?}", read.left_out);
	let id = |number: u64| DeviceId::from_low_u64_be(number);
	let pairs: BTreeMap<DeviceId, DevicePair> = (1..)
		.zip(&numbers)
		.map(|(seed, number)| (id(*number), DevicePair::from_seed(&[seed; 32])))
		.collect();
	let facts: BTreeMap<DeviceId, DeviceFacts> = (0..)
		.zip(&numbers)
		.map(|(index, number)| {
			let facts = DeviceFacts {
				key: pairs[&id(*number)].public(),
				owner: [7; 32].into(),
				aggregator: example_context().aggregator,
				aggregator_since: 0,
				cut: 0,
				since: 0,
				place: None,
				chair: Some(Chair { index, cell: Cell { id: 0, occupied: 23, chairs: 23 } }),
				data_set: None,
			};
			(id(*number), facts)
		})
		.collect();
	let kind = presence::Policy {
		callers: 8,
		quorum: 3,
		needed: 750_000,
		elder: 24,
		overhead: 30_000,
		pace: 0,
		presence: 300_000,
		full_burn: 1_000_000,
	};
	let policy = Policy { ramp: 0, kind: KindPolicy::Presence(kind) };
	let (mut reports, mut full, mut sum) = (0, 0, 0u64);
	let mut refused = Vec::new();
	let (mut always, mut always_full) = (0, 0);
	for hour in 0..48u32 {
		let entropy = H256::repeat_byte(3 + hour as u8);
		let context = ReportContext { epoch: 1_000 + hour, entropy, ..example_context() };
		for number in numbers.iter().filter(|number| read.was_up(**number, hour)) {
			let device = id(*number);
			let heard = |caller: &DeviceId| {
				let slot = context.slot(caller, &device, 8);
				let other = caller.to_low_u64_be();
				read.answers(*number, other, hour, (slot, 8)).then_some(50_000)
			};
			let own = (&device, &facts[&device]);
			let evidence = author::presence(&context, &kind, &facts, &pairs, own, heard);
			let report = pairs[&device].report(&context, &device, &evidence);
			let (_, found) = judge(RULES, &context, &policy, &facts, &report).unwrap();
			reports += 1;
			full += u32::from(found.score == 300_000);
			sum += u64::from(found.score);
			refused.extend(found.fault.map(|fault| (*number, fault)));
			let from = i64::from(hour) * HOUR;
			if (from..from + HOUR).step_by(150).all(|second| read.is_up(*number, second)) {
				always += 1;
				always_full += u32::from(found.score == 300_000);
			}
		}
	}
	assert_eq!((reports, refused.len(), full, sum), (1_067, 12, 1_041, 315_149_990));
	assert!(refused.iter().all(|(_, fault)| *fault == Fault::TooFewAnswers));
	let of = |sensor| refused.iter().filter(|(number, _)| *number == sensor).count();
	assert_eq!((of(24_543), of(22_068), of(16_422)), (8, 3, 1));
	// Of the hours in which a machine was up all the time, none has less than full marks, though its callers were away at times.
	assert_eq!((always, always_full), (1_021, 1_021));
}
