//! Batches of each kind, in which some reports are good and some are refused: for vectors, and for tests of whatever is made of them.

use std::collections::BTreeMap;

use substation_primitives::{
	bill::{self, Bill},
	signing::Witnessed,
	AccountId32, H256,
};
use substation_proofs::{
	author::{self, example_context, exchange, DevicePair, Reception, Transmission},
	bandwidth,
	coverage::{self, Band, Evidence, Heard},
	evidence_in,
	facts::{self, Cell, Chair, DeviceFacts, Place},
	geo::Point,
	known::{Answer, Known, Question},
	mapping, presence,
	sensing::{self, Channel, Reading, Sample},
	storage::{self, Committed},
	tiles::{Tile, Tiles},
	KindPolicy, Policy,
};

pub fn pair(number: u8) -> DevicePair {
	DevicePair::from_seed(&[number; 32])
}

pub fn coverage_policy() -> Policy {
	let kind = KindPolicy::Coverage(coverage::Policy {
		min_distance: 300,
		max_distance: 100_000,
		margin: 30,
		sensitivity: -1_500,
		reciprocity: 150,
		max_eirp: 160,
		bands: vec![Band { from: 863_000_000, to: 870_000_000 }].try_into().unwrap(),
		resolution: 8,
		target: 4,
		spare: 100_000,
		full_marks: 4_000_000,
	});
	Policy { ramp: 0, kind }
}

fn device_facts(number: u8, data: Option<&[u8]>) -> DeviceFacts {
	DeviceFacts {
		key: pair(number).public(),
		owner: [7; 32].into(),
		aggregator: example_context().aggregator,
		aggregator_since: 0,
		cut: 50_000,
		since: 0,
		place: Some(Place {
			latitude: 452_000_000 + i32::from(number) * 20_000,
			longitude: 57_000_000,
			cell: 0,
			eirp: 140,
		}),
		chair: Some(Chair { index: number.into(), cell: Cell { id: 1, occupied: 5, chairs: 5 } }),
		data_set: data.map(|data| Committed::new(data).unwrap().data_set()),
	}
}

pub fn storage_policy() -> Policy {
	Policy { ramp: 10, kind: KindPolicy::Storage(storage::Policy { shown: 2, cap: 4_096 }) }
}

pub type Reported = BTreeMap<substation_primitives::DeviceId, (DeviceFacts, Vec<u8>)>;

/// Twenty radios in a row, each of which all others hear: beacons with the most witnesses that count, one witness too
/// near, and points beyond full marks.
pub fn coverage_batch() -> Reported {
	let context = example_context();
	let pairs: BTreeMap<_, _> =
		(1..=20).map(|number| (pair(number).device_id(), pair(number))).collect();
	let transmissions: Vec<_> = (1..=20)
		.map(|number| Transmission {
			beaconer: pair(number).device_id(),
			frequency: 868_100_000,
			heard_by: (1..=20)
				.filter(|other| *other != number)
				.map(|other| {
					let power = -900 - 10 * i16::from(number.abs_diff(other));
					Reception::alike(pair(other).device_id(), power)
				})
				.collect(),
		})
		.collect();
	let evidence = exchange(&context, &pairs, &transmissions);
	(1..=20)
		.map(|number| {
			let device = pair(number).device_id();
			let report = pair(number).report(&context, &device, &evidence[&device]);
			(device, (device_facts(number, None), report))
		})
		.collect()
}

/// The same radios, of which some are refused: for another aggregator, a signature, a place, a challenge, a repeated
/// witness, too many signatures; and some of whose receptions are not signed, too near, or too far. What each counts as work follows from what was
/// checked of it.
pub fn refused_batch() -> Reported {
	let context = example_context();
	let mut reported = coverage_batch();
	let devices: Vec<_> = reported.keys().copied().collect();
	let pairs: BTreeMap<_, _> =
		(1..=20).map(|number| (pair(number).device_id(), pair(number))).collect();
	let mut say = |place: usize, change: &dyn Fn(&mut Evidence)| {
		let device = devices[place];
		let (_, report) = reported.get_mut(&device).unwrap();
		let mut evidence = evidence_in::<Evidence>(report).unwrap();
		change(&mut evidence);
		*report = pairs[&device].report(&context, &device, &evidence);
	};
	say(0, &|evidence| {
		if let Some(beacon) = &mut evidence.beacon {
			beacon.challenge[0] ^= 1;
		}
	});
	say(1, &|evidence| {
		let receipts = &mut evidence.beacon.as_mut().unwrap().receipts;
		receipts[1] = receipts[0].clone();
	});
	say(2, &|evidence| {
		let heard = Heard {
			beaconer: pair(21).device_id(),
			challenge: [0; 8],
			frequency: 868_100_000,
			power: 0,
			word: Witnessed { rank: 0, witnesses: 1, receipts: H256::zero(), answered: 0 },
			signature: [0; 64],
		};
		evidence.heard = vec![heard; 15].try_into().unwrap();
	});
	say(3, &|evidence| {
		let receipts = &mut evidence.beacon.as_mut().unwrap().receipts;
		receipts.iter_mut().for_each(|receipt| receipt.signature[3] ^= 1);
	});
	let mut facts = |place: usize, change: &dyn Fn(&mut DeviceFacts)| {
		change(&mut reported.get_mut(&devices[place]).unwrap().0);
	};
	facts(4, &|facts| facts.aggregator = AccountId32::new([9; 32]));
	facts(5, &|facts| facts.key = pair(99).public());
	facts(6, &|facts| facts.place = None);
	facts(7, &|facts| facts.place.iter_mut().for_each(|place| place.latitude += 20_000_000));
	facts(8, &|facts| facts.place.iter_mut().for_each(|place| place.latitude -= 19_000));
	reported
}

pub fn sensing_policy() -> Policy {
	let channel = |high| Channel { low: 0, high, step: 600 };
	let kind = sensing::Policy {
		slots: 8,
		channels: vec![channel(10_000), channel(30_000)].try_into().unwrap(),
		nested: true,
		live: false,
		min_count: 3,
		min_valid: 500_000,
		stuck: 4,
		resolution: 5,
		min_distance: 100,
		reach: 30_000,
		witnesses: 8,
		quorum: 3,
		elder: 2,
		tolerance: 6,
		relative: 500_000,
		min_fit: 500_000,
		coherence: 150_000,
		quiet: 500_000,
		level: 100_000,
		alone: 400_000,
		target: 12,
		spare: 100_000,
	};
	Policy { ramp: 0, kind: KindPolicy::Sensing(kind) }
}

/// What the `number`-th sensor measures: what all do, but for a little of its own.
pub fn samples(number: i16) -> Vec<Sample> {
	let air = [200i16, 260, 250, 330, 420, 390, 300, 220];
	air.iter()
		.zip(1i16..)
		.map(|(value, slot)| {
			let value = value + (number * 7 + slot * 3) % 11 * (number % 4);
			let reading = |value| Reading { low: value - 3, typical: value, high: value + 5 };
			let readings = vec![reading(value), reading(2 * value)].try_into().unwrap();
			Sample { count: 9, readings }
		})
		.collect()
}

/// Sixteen sensors of one cell: one stuck, one five times too high, one with gaps, one that sealed late, one that moves the other way, one that leaves a witness out, one that
/// has just come, one too far for anybody, one with a channel too few, and what is nobody's word.
pub fn sensing_batch() -> Reported {
	let context = example_context();
	let KindPolicy::Sensing(policy) = sensing_policy().kind else { unreachable!() };
	let mut facts: BTreeMap<_, _> = (1u8..=16)
		.map(|number| {
			let cell = Cell { id: 5, occupied: 16, chairs: 16 };
			let chair = Some(Chair { index: u32::from(number) - 1, cell });
			(pair(number).device_id(), DeviceFacts { chair, ..device_facts(number, None) })
		})
		.collect();
	let of = |number: u8| pair(number).device_id();
	facts.get_mut(&of(7)).unwrap().since = context.epoch - 1;
	let far = facts.get_mut(&of(8)).unwrap().place.as_mut().unwrap();
	far.latitude += 9_000_000;
	let everybody: BTreeMap<_, _> = (1u8..=16)
		.map(|number| {
			let mut all = samples(number.into());
			let scaled = |sample: &Sample, times: i16, of: i16| {
				let reading = |one: &Reading| Reading {
					low: one.low / of * times,
					typical: one.typical / of * times,
					high: one.high / of * times,
				};
				let readings: Vec<_> = sample.readings.iter().map(reading).collect();
				Sample { count: sample.count, readings: readings.try_into().unwrap() }
			};
			match number {
				1 => all = vec![all[0].clone(); 8],
				2 => all = all.iter().map(|one| scaled(one, 5, 1)).collect(),
				3 => all[..5].iter_mut().for_each(|one| one.count = 2),
				5 => all.reverse(),
				9 => all.iter_mut().for_each(|one| one.readings.truncate(1)),
				_ => (),
			}
			(of(number), (pair(number), all))
		})
		.collect();
	facts
		.iter()
		.map(|(device, own)| {
			let number = (1u8..=16).find(|number| of(*number) == *device).unwrap();
			let late = |slot: usize| number == 4 && slot < 5;
			let who = (device, own);
			let mut evidence =
				author::sensing(&context, &policy, &facts, &everybody, who, [number; 16], late);
			match number {
				6 => drop(evidence.statements.remove(2)),
				10 => evidence.testimonies.iter_mut().for_each(|word| word.signature[0] ^= 1),
				11 => evidence.statements[0].place = 9,
				_ => (),
			}
			(*device, (own.clone(), pair(number).report(&context, device, &evidence)))
		})
		.collect()
}

pub fn presence_policy() -> Policy {
	let kind = presence::Policy {
		callers: 8,
		quorum: 3,
		needed: 750_000,
		elder: 2,
		overhead: 30_000,
		pace: 100,
		presence: 300_000,
		full_burn: 1_000_000,
	};
	Policy { ramp: 0, kind: KindPolicy::Presence(kind) }
}

/// Twenty machines, each heard by one caller more than the one before, up to all; some of their callers are too far away for what they sign, one has
/// just come, one has no place, one names whom the lot has not, one the same twice, and one has signed for its callers itself.
pub fn presence_batch() -> Reported {
	let context = example_context();
	let KindPolicy::Presence(policy) = presence_policy().kind else { unreachable!() };
	let pairs: BTreeMap<_, _> =
		(1..=20).map(|number| (pair(number).device_id(), pair(number))).collect();
	let mut facts: BTreeMap<_, _> = (0u8..)
		.zip(&pairs)
		.map(|(index, (device, pair))| {
			let cell = Cell { id: 0, occupied: 20, chairs: 22 };
			let chair = Some(Chair { index: index.into(), cell });
			(*device, DeviceFacts { chair, key: pair.public(), ..device_facts(index, None) })
		})
		.collect();
	for (number, facts) in facts.values_mut().enumerate() {
		match number {
			16 => facts.since = context.epoch - 1,
			17 => facts.place = None,
			18 => facts.place.iter_mut().for_each(|place| place.latitude += 100_000_000),
			_ => (),
		}
	}
	facts
		.iter()
		.zip(0usize..)
		.map(|((device, own), number)| {
			let own_pair = pairs.keys().map(|one| (*one, pairs[device].clone())).collect();
			let signers = if number == 15 { &own_pair } else { &pairs };
			let mut evidence =
				author::presence(&context, &policy, &facts, signers, (device, own), |_| {
					Some(9_000)
				});
			let mut answers = evidence.answers.to_vec();
			answers.truncate(number);
			match (number, answers.first_mut()) {
				(13, Some(first)) => first.place = 9,
				(14, Some(first)) => first.place = 1,
				_ => (),
			}
			if number == 13 {
				answers.rotate_left(1);
			}
			evidence.answers = answers.try_into().unwrap();
			(*device, (own.clone(), pairs[device].report(&context, device, &evidence)))
		})
		.collect()
}

/// Data of one piece to more than the cap, and a last report that is none.
pub fn storage_batch() -> Reported {
	let context = example_context();
	let KindPolicy::Storage(policy) = storage_policy().kind else { unreachable!() };
	let mut reported: Reported = (1..=20)
		.map(|number| {
			let device = pair(number).device_id();
			let data: Vec<u8> = (0..=255u8).cycle().take(usize::from(number) * 256).collect();
			let evidence =
				Committed::new(&data).unwrap().prove(&context, &policy, &device, &data).unwrap();
			let report = pair(number).report(&context, &device, &evidence);
			(device, (device_facts(number, Some(&data)), report))
		})
		.collect();
	if let Some(mut last) = reported.last_entry() {
		last.get_mut().1.truncate(40);
	}
	reported
}

/// Who has billed hosts, what each part is, and what stays burned of all.
const PAYER: [u8; 32] = [8; 32];

/// What hosts are owed, in the order of their numbers from 1 on.
fn bill() -> Bill {
	let leaf = |number: u8| bill::Leaf {
		device: pair(number).device_id(),
		down: 500_000 * u64::from(number),
		up: 70_000,
		seconds: if number == 3 { 1 } else { 60 },
		credits: 1_000 * u128::from(number),
	};
	Bill::new((1..=6).map(leaf).collect()).unwrap()
}

pub fn bandwidth_policy() -> Policy {
	let kind = bandwidth::Policy { full_burn: 200_000, max_rate: 1_000 };
	Policy { ramp: 0, kind: KindPolicy::Bandwidth(kind) }
}

/// Six hosts of one bill: one whose line is too slow for what it has carried, one that says more, one that shows a part twice, and one that shows
/// somebody's who has not billed.
pub fn bandwidth_batch() -> Reported {
	let (context, bill) = (example_context(), bill());
	(1u8..=6)
		.map(|number| {
			let device = pair(number).device_id();
			let mut share = author::share_of(&bill, &PAYER.into(), u32::from(number) - 1).unwrap();
			match number {
				4 => share.credits += 1,
				5 => share.payer = [9; 32].into(),
				_ => (),
			}
			let shares = if number == 6 { vec![share.clone(), share] } else { vec![share] };
			let evidence = bandwidth::Evidence { bills: shares.try_into().unwrap() };
			let report = pair(number).report(&context, &device, &evidence);
			(device, (device_facts(number, None), report))
		})
		.collect()
}

/// The hour that mapping's reports are about, in milliseconds.
const PERIOD: std::ops::Range<u64> = 1_721_800_800_000..1_721_804_400_000;
/// Where its drives begin.
const HOME: Point = Point { latitude: 452_000_000, longitude: 57_000_000 };

pub fn mapping_policy() -> Policy {
	let kind = mapping::Policy {
		span: 1,
		delay: 0,
		speed: 42,
		step: 1_000,
		replenish: 4,
		least: 100,
		full: 2_000,
		resolution: 4,
		target: 4,
		reach: 20_000,
		sightings: 1,
		sighted: 250_000,
		eirp: 161,
		margin: 30,
		far: 100_000,
	};
	Policy { ramp: 0, kind: KindPolicy::Mapping(kind) }
}

/// Six devices: one that winds through the country and was heard, one that was heard too strongly, one that nobody heard, one that leaps, one that goes
/// straight, and one that drove an hour later.
pub fn mapping_batch() -> Reported {
	let context = example_context();
	(1u8..=6)
		.map(|number| {
			let device = pair(number).device_id();
			let step = |place: usize| mapping::Step {
				seconds: if number == 5 { 8 } else { [7, 9, 12, 8][place % 4] },
				north: match number {
					4 if place.is_multiple_of(3) => 20_000,
					5 => 600,
					_ => [500, 700, 600, 400][place % 4],
				},
				east: if number == 5 { 300 } else { [300, -100, 200, 400][place % 4] },
			};
			let mut evidence = mapping::Evidence {
				start: (PERIOD.start / 1_000) as u32 + if number == 6 { 3_600 } else { 60 },
				latitude: HOME.latitude,
				longitude: HOME.longitude,
				steps: (0..40).map(step).collect::<Vec<_>>().try_into().unwrap(),
				frames: 3,
				images: H256::repeat_byte(number),
				sightings: Default::default(),
			};
			if number <= 2 {
				let (witness, at) = (pair(3), evidence.points()[20].at as u32 + 2);
				let power = if number == 1 { -1_200 } else { -100 };
				let message =
					context.sighting(&witness.device_id(), &device, at, power, 868_100_000);
				let sighting = mapping::Sighting {
					witness: witness.device_id(),
					point: 20,
					late: 2,
					power,
					frequency: 868_100_000,
					signature: witness.sign(&message),
				};
				evidence.sightings = vec![sighting].try_into().unwrap();
			}
			let report = pair(number).report(&context, &device, &evidence);
			let facts = DeviceFacts { owner: [number; 32].into(), ..device_facts(number, None) };
			(device, (facts, report))
		})
		.collect()
}

/// What is known of who reports, and of all else that some kind asks for: a bill, when the period was, and tiles of which half were mapped before.
pub fn known(reported: &Reported) -> Known {
	let context = example_context();
	let devices = reported.iter().map(|(device, (facts, _))| (*device, facts.clone()));
	let mut facts: Known = devices.collect();
	let (root, credits) = bill().root();
	let posted = facts::Bill { root, leaves: 6, credits, left_burned: 777_777 };
	facts.note(Question::Bill(PAYER.into()), Answer::Bill(Some(posted)));
	for (epoch, at) in [(context.epoch - 1, PERIOD.start), (context.epoch, PERIOD.end)] {
		facts.note(Question::Opened(epoch), Answer::Opened(Some(at)));
	}
	let mut tiles = Tiles { marked: [0; 64], wanted: 1 };
	tiles.marked[..32].fill(context.epoch - 1);
	let parent = Tile::of(&HOME).parent();
	facts.note(Question::Tiles(parent), Answer::Tiles(Some(Box::new(tiles))));
	facts
}
