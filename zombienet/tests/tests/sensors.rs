//! What the judge makes of recordings of real sensors, beside what an independent judge in Python makes of the same files: identities, cells, chairs,
//! epochs and the policy are its own.

use std::{collections::BTreeMap, fs};

use substation_agent::replay::sensing::Measured;
use substation_primitives::{
	report::{Fault, Judgement},
	signing::ReportContext,
	DeviceId, H256,
};
use substation_proofs::{
	author::{self, example_context, DevicePair},
	facts::{Cell, Chair, DeviceFacts, Place},
	judge,
	sensing::{self, Channel, Reading, Sample},
	work_of, KindPolicy, Policy, RULES,
};
use substation_zombienet_tests::field::recording;

/// Slots of a day.
const SLOTS: usize = 24;
/// Cells at H3 resolution 5 of the places of the first day, with the sensors in them; a cell's chairs are in the order of these numbers.
const CELLS: [&[u64]; 8] = [
	&[8554, 22068, 22549, 22597, 22618, 22691, 22885, 23007, 23628, 24543, 25095, 25555],
	&[5331, 7789, 15462, 17079],
	&[15092, 22480],
	&[16422],
	&[22449],
	&[22523],
	&[22612],
	&[22879],
];

/// What both days' files say; nothing if they are not at hand.
fn recorded() -> Option<Measured> {
	let mut files = Vec::new();
	for name in ["2019-05-07", "2019-05-08"] {
		let Some(folder) = recording(&format!("environment/{name}")) else {
			eprintln!("no recording of sensors at hand: SUBSTATION_RECORDINGS says where they are");
			return None;
		};
		files.extend(fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()));
	}
	Some(Measured::read(&files).unwrap())
}

fn policy() -> sensing::Policy {
	let dust = |high| Channel { low: 0, high, step: 0 };
	sensing::Policy {
		slots: SLOTS as u8,
		channels: vec![dust(19_998), dust(32_767)].try_into().unwrap(),
		nested: true,
		live: false,
		min_count: 8,
		min_valid: 500_000,
		stuck: 6,
		resolution: 5,
		min_distance: 100,
		reach: 25_000,
		witnesses: 8,
		quorum: 3,
		elder: 24,
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

fn id(number: u64) -> DeviceId {
	DeviceId::from_low_u64_be(number)
}

/// The sensors as a network.
struct Field {
	read: Measured,
	pairs: BTreeMap<DeviceId, DevicePair>,
	facts: BTreeMap<DeviceId, DeviceFacts>,
}

impl Field {
	fn new(read: Measured) -> Self {
		let places: BTreeMap<u64, (f64, f64)> = read.places().collect();
		let (mut pairs, mut facts) = (BTreeMap::new(), BTreeMap::new());
		let mut seed = 0;
		for (cell, members) in (1u64..).zip(CELLS) {
			for (index, number) in (0..).zip(members) {
				seed += 1;
				let pair = DevicePair::from_seed(&[seed; 32]);
				let (north, east) = places[number];
				let count = members.len() as u32;
				let cell = Cell { id: cell, occupied: count, chairs: count };
				let own = DeviceFacts {
					key: pair.public(),
					owner: [7; 32].into(),
					aggregator: example_context().aggregator,
					aggregator_since: 0,
					cut: 0,
					since: 0,
					place: Some(Place {
						latitude: (north * 1e7).round() as i32,
						longitude: (east * 1e7).round() as i32,
						cell: 0,
						eirp: 0,
					}),
					chair: Some(Chair { index, cell }),
					data_set: None,
				};
				facts.insert(id(*number), own);
				pairs.insert(id(*number), pair);
			}
		}
		Self { read, pairs, facts }
	}

	/// What a sensor measured in a day's slots from one on.
	fn samples(&self, number: u64, from: usize) -> Vec<Sample> {
		self.read.samples(number, from as u32, SLOTS as u8)
	}

	/// The sensors, by their numbers.
	fn numbers(&self) -> Vec<u64> {
		self.read.places().map(|(number, _)| number).collect()
	}

	/// What judges find of everybody's report of the day that begins with a slot, if all are honest but for what is `changed`.
	fn judged(
		&self,
		from: usize,
		day: u32,
		change: &dyn Fn(u64, Vec<Sample>) -> Vec<Sample>,
		late: &dyn Fn(u64) -> bool,
	) -> BTreeMap<u64, (Judgement, usize)> {
		let entropy = H256::repeat_byte(3 + day as u8);
		let context = ReportContext { epoch: 1_000 + 24 * day, entropy, ..example_context() };
		let everybody: BTreeMap<_, _> = self
			.numbers()
			.iter()
			.map(|number| {
				let samples = change(*number, self.samples(*number, from));
				(id(*number), (self.pairs[&id(*number)].clone(), samples))
			})
			.collect();
		let kind = policy();
		let policy = Policy { ramp: 0, kind: KindPolicy::Sensing(kind.clone()) };
		self.numbers()
			.iter()
			.map(|number| {
				let device = id(*number);
				let own = (&device, &self.facts[&device]);
				let evidence =
					author::sensing(&context, &kind, &self.facts, &everybody, own, [0; 16], |_| {
						late(*number)
					});
				let report = self.pairs[&device].report(&context, &device, &evidence);
				let (_, found) = judge(RULES, &context, &policy, &self.facts, &report).unwrap();
				assert!(found.work <= work_of(&policy, &report));
				(*number, (found, report.len()))
			})
			.collect()
	}

	fn honest(&self, from: usize, day: u32) -> BTreeMap<u64, (Judgement, usize)> {
		self.judged(from, day, &|_, samples| samples, &|_| false)
	}
}

fn field() -> Option<Field> {
	let read = recorded()?;
	assert_eq!((read.sensors(), read.readings(), read.hours()), (23, 24_792, 48));
	assert!(read.left_out.is_empty(), "{:?}", read.left_out);
	Some(Field::new(read))
}

#[test]
fn two_days_of_real_sensors_score_what_the_reference_says() {
	let Some(field) = field() else { return };
	let mut longest = 0;
	for (day, sum, refused) in [(0, 13_254_166, 24_543), (1, 16_285_359, 16_422)] {
		let found = field.honest(day as usize * SLOTS, day);
		let scores: u64 = found.values().map(|(found, _)| u64::from(found.score)).sum();
		let faults: Vec<_> =
			found.iter().filter_map(|(number, (one, _))| Some((*number, one.fault?))).collect();
		assert_eq!((scores, faults), (sum, vec![(refused, Fault::TooFewSamples)]), "day {day}");
		longest = found.values().map(|(_, length)| *length).max().unwrap().max(longest);
	}
	assert_eq!(longest, 1_883);
}

#[test]
fn windows_of_a_day_an_hour_apart_are_refused_as_the_reference_says() {
	let Some(field) = field() else { return };
	let (mut reports, mut refused) = (0, BTreeMap::<u64, u32>::new());
	for from in 0..25 {
		for (number, (found, _)) in field.honest(from, from as u32) {
			reports += 1;
			if let Some(fault) = found.fault {
				assert_eq!(fault, Fault::TooFewSamples);
				*refused.entry(number).or_default() += 1;
			}
		}
	}
	assert_eq!((reports, refused), (575, BTreeMap::from([(16_422, 8), (24_543, 9)])));
}

#[test]
fn what_the_reference_refuses_is_refused() {
	let Some(field) = field() else { return };
	// A sensor in the town.
	const LIAR: u64 = 22_549;
	let times = |factor: (i32, i32)| {
		move |number: u64, samples: Vec<Sample>| -> Vec<Sample> {
			if number != LIAR {
				return samples;
			}
			let scale = |value: i16| (i32::from(value) * factor.0 / factor.1).min(32_767) as i16;
			samples
				.into_iter()
				.map(|mut sample| {
					for reading in sample.readings.iter_mut() {
						let Reading { low, typical, high } = *reading;
						let [low, typical, high] = [low, typical, high].map(scale);
						*reading = Reading { low, typical, high };
					}
					sample
				})
				.collect()
		}
	};
	let constant = |number: u64, samples: Vec<Sample>| -> Vec<Sample> {
		let first = samples[0].clone();
		if number == LIAR {
			vec![first; SLOTS]
		} else {
			samples
		}
	};
	let honest = |_: u64, samples: Vec<Sample>| samples;
	let fault = |change: &dyn Fn(u64, Vec<Sample>) -> Vec<Sample>, late: &dyn Fn(u64) -> bool| {
		let found = &field.judged(0, 0, change, late)[&LIAR].0;
		(found.fault, found.score)
	};
	assert_eq!(fault(&honest, &|_| false).0, None);
	assert_eq!(fault(&times((5, 1)), &|_| false), (Some(Fault::Disagrees), 0));
	assert_eq!(fault(&times((10, 1)), &|_| false), (Some(Fault::Disagrees), 0));
	assert_eq!(fault(&times((1, 5)), &|_| false), (Some(Fault::Disagrees), 0));
	assert_eq!(fault(&constant, &|_| false), (Some(Fault::Stuck), 0));
	// What was sealed after the witnesses had shown theirs is worth nothing, however right it is.
	let late = fault(&honest, &|number| number == LIAR);
	assert_eq!(late, (Some(Fault::TooFewSamples), 0));
}
