//! What judging a report costs, beside what one raw signature verification costs in the same run.
//!
//! `cargo bench -p substation-proofs --bench judge`

use std::{collections::BTreeMap, hint::black_box};

use criterion::{criterion_group, criterion_main, Criterion, Throughput};
use sp_core::{ed25519, sr25519, Pair};
use substation_primitives::{
	batch::Terms,
	bill::{Bill, Leaf},
	signing::ReportContext,
	AccountId32, DeviceId, HardwareKey,
};
use substation_proofs::{
	author::{self, example_context, exchange, pack, DevicePair, Reception, Transmission},
	bandwidth,
	coverage::{self, Band},
	facts::{self, Cell, Chair, DeviceFacts, Place},
	judge, judge_chunks, known, mapping, presence,
	sensing::{self, Channel, Reading, Sample},
	storage::{self, Committed},
	KindPolicy, Policy, RULES,
};

fn pair(number: u16) -> DevicePair {
	let mut seed = [9; 32];
	seed[..2].copy_from_slice(&number.to_le_bytes());
	DevicePair::from_seed(&seed)
}

fn facts(context: &ReportContext, pair: &DevicePair) -> DeviceFacts {
	DeviceFacts {
		key: pair.public(),
		owner: [7; 32].into(),
		aggregator: context.aggregator.clone(),
		aggregator_since: 0,
		cut: 50_000,
		since: 0,
		place: None,
		chair: Some(Chair::default()),
		data_set: None,
	}
}

type Known = BTreeMap<DeviceId, DeviceFacts>;

/// Devices that hold a mebibyte each and show four pieces.
fn storage(count: u16) -> (Policy, Known, BTreeMap<DeviceId, Vec<u8>>) {
	let context = example_context();
	let kind = storage::Policy { shown: 4, cap: 1 << 24 };
	let data: Vec<u8> = (0..1u32 << 20).map(|i| i as u8).collect();
	let committed = Committed::new(&data).expect("there is data");
	let (mut known, mut reports) = (Known::new(), BTreeMap::new());
	for pair in (0..count).map(pair) {
		let id = pair.device_id();
		let evidence = committed.prove(&context, &kind, &id, &data).expect("it is held");
		reports.insert(id, pair.report(&context, &id, &evidence));
		let data_set = Some(committed.data_set());
		known.insert(id, DeviceFacts { data_set, ..facts(&context, &pair) });
	}
	(Policy { ramp: 0, kind: KindPolicy::Storage(kind) }, known, reports)
}

/// Devices in groups of eight that hear each other: fifteen receptions in each report, the most that
/// one holds.
fn coverage(count: u16) -> (Policy, Known, BTreeMap<DeviceId, Vec<u8>>) {
	let context = example_context();
	let kind = coverage::Policy {
		min_distance: 1,
		max_distance: 100_000,
		margin: 30,
		sensitivity: -1_500,
		reciprocity: 150,
		max_eirp: 160,
		bands: vec![Band { from: 863_000_000, to: 870_000_000 }].try_into().expect("one band"),
		resolution: 8,
		target: 4,
		spare: 100_000,
		full_marks: 4_000_000,
	};
	let pairs: BTreeMap<_, _> =
		(0..count).map(|number| (pair(number).device_id(), pair(number))).collect();
	let mut known = Known::new();
	for (number, (id, pair)) in (0i32..).zip(&pairs) {
		let latitude = 451_885_000 + number * 20_000;
		let place = Place { latitude, longitude: 57_245_000, cell: 0, eirp: 140 };
		known.insert(*id, DeviceFacts { place: Some(place), ..facts(&context, pair) });
	}
	let ids: Vec<_> = pairs.keys().copied().collect();
	let transmissions: Vec<_> = ids
		.iter()
		.enumerate()
		.map(|(number, beaconer)| {
			let heard_by = (1..=8)
				.map(|step| ids[(number + step) % ids.len()])
				.filter(|witness| witness != beaconer)
				.map(|witness| Reception::alike(witness, -1_200))
				.collect();
			Transmission { beaconer: *beaconer, frequency: 868_100_000, heard_by }
		})
		.collect();
	let reports = exchange(&context, &pairs, &transmissions)
		.iter()
		.map(|(id, evidence)| (*id, pairs[id].report(&context, id, evidence)))
		.collect();
	(Policy { ramp: 0, kind: KindPolicy::Coverage(kind) }, known, reports)
}

/// Machines each of which fourteen others call, the most that may.
fn presence(count: u16) -> (Policy, Known, BTreeMap<DeviceId, Vec<u8>>) {
	let context = example_context();
	let kind = presence::Policy {
		callers: 14,
		quorum: 3,
		needed: 750_000,
		elder: 0,
		overhead: 30_000,
		pace: 100,
		presence: 300_000,
		full_burn: 1_000_000,
	};
	let pairs: BTreeMap<_, _> =
		(0..count).map(|number| (pair(number).device_id(), pair(number))).collect();
	let mut known = Known::new();
	for (index, (id, pair)) in (0u32..).zip(&pairs) {
		let place = Place {
			latitude: 451_885_000 + index as i32 * 20_000,
			longitude: 57_245_000,
			cell: 0,
			eirp: 0,
		};
		let cell = Cell { id: 0, occupied: count.into(), chairs: count.into() };
		let chair = Some(Chair { index, cell });
		known.insert(*id, DeviceFacts { place: Some(place), chair, ..facts(&context, pair) });
	}
	let reports = known
		.iter()
		.map(|(id, own)| {
			let evidence =
				author::presence(&context, &kind, &known, &pairs, (id, own), |_| Some(20_000));
			(*id, pairs[id].report(&context, id, &evidence))
		})
		.collect();
	(Policy { ramp: 0, kind: KindPolicy::Presence(kind) }, known, reports)
}

/// Sensors of one cell, each with eight witnesses: twenty-four slots of two channels.
fn sensing(count: u16) -> (Policy, Known, BTreeMap<DeviceId, Vec<u8>>) {
	const SLOTS: u8 = 24;
	let context = example_context();
	let channel = |high| Channel { low: 0, high, step: 0 };
	let kind = sensing::Policy {
		slots: SLOTS,
		channels: vec![channel(19_998), channel(32_767)].try_into().expect("two channels"),
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
	};
	let mut known = Known::new();
	for index in 0..count {
		let pair = pair(index);
		let latitude = 451_885_000 + i32::from(index) * 20_000;
		let place = Some(Place { latitude, longitude: 57_245_000, cell: 0, eirp: 0 });
		let cell = Cell { id: 5, occupied: count.into(), chairs: count.into() };
		let chair = Some(Chair { index: index.into(), cell });
		known.insert(pair.device_id(), DeviceFacts { place, chair, ..facts(&context, &pair) });
	}
	let samples = |number: u16| -> Vec<Sample> {
		let slot = |slot: u8| {
			let typical = 200 + i16::from(slot % 7) * 40 + (number % 5) as i16;
			let readings = [typical, typical * 2].map(|typical| Reading {
				low: typical - 3,
				typical,
				high: typical + 5,
			});
			Sample { count: 24, readings: readings.to_vec().try_into().expect("two channels") }
		};
		(0..SLOTS).map(slot).collect()
	};
	let everybody: BTreeMap<_, _> = (0..count)
		.map(|number| (pair(number).device_id(), (pair(number), samples(number))))
		.collect();
	let reports = known
		.iter()
		.map(|(id, own)| {
			let evidence =
				author::sensing(&context, &kind, &known, &everybody, (id, own), [7; 16], |_| false);
			(*id, everybody[id].0.report(&context, id, &evidence))
		})
		.collect();
	(Policy { ramp: 0, kind: KindPolicy::Sensing(kind) }, known, reports)
}

/// A host with four parts of the largest bill, and what was posted.
fn bandwidth() -> (Policy, known::Known, Vec<u8>) {
	let context = example_context();
	let kind = bandwidth::Policy { full_burn: 1_000_000, max_rate: 10_000_000 };
	let (host, payer) = (pair(1), AccountId32::new([8; 32]));
	let id = host.device_id();
	let leaf = |number: u32| Leaf {
		device: if number.is_multiple_of(16_384) { id } else { DeviceId::repeat_byte(2) },
		down: 1_000_000,
		up: 50_000,
		seconds: 60,
		credits: u128::from(number) + 1,
	};
	let bill = Bill::new((0..65_536).map(leaf).collect()).expect("a bill");
	let shares = (0..4).map(|part| author::share_of(&bill, &payer, part * 16_384));
	let shares: Vec<_> = shares.map(|share| share.expect("a part")).collect();
	let evidence = bandwidth::Evidence { bills: shares.try_into().expect("four parts") };
	let (root, credits) = bill.root();
	let posted = facts::Bill { root, leaves: 65_536, credits, left_burned: 1_000_000_000 };
	let mut known = known::Known::default();
	known.note_device(id, Some(facts(&context, &host)));
	known.note(known::Question::Bill(payer), known::Answer::Bill(Some(posted)));
	let policy = Policy { ramp: 0, kind: KindPolicy::Bandwidth(kind) };
	(policy, known, host.report(&context, &id, &evidence))
}

/// As dear a track as there is: up and down by almost a kilometre in each of 239 steps, so that all parts that count are credited, heard by four.
fn mapping() -> (Policy, known::Known, Vec<u8>) {
	let context = example_context();
	let kind = mapping::Policy {
		span: 1,
		delay: 0,
		speed: 42,
		step: 1_000,
		replenish: 168,
		least: 200,
		full: 10_000,
		resolution: 4,
		target: 50,
		reach: 1_000_000,
		sightings: 4,
		sighted: 250_000,
		eirp: 161,
		margin: 30,
		far: 1_000_000,
	};
	let (driver, mut draw) = (pair(1), 1u64);
	let mut next = |of: u64| {
		draw = draw.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
		((draw >> 33) % of) as i16
	};
	let step = |number: u8| {
		let north = 8_900 - next(800);
		let up = number.is_multiple_of(2);
		mapping::Step {
			seconds: if up { 24 } else { 29 },
			north: if up { north } else { -north },
			east: 100 + next(200),
		}
	};
	let mut evidence = mapping::Evidence {
		start: 1_721_800_800,
		latitude: 457_000_000,
		longitude: 48_000_000,
		steps: (0u8..239).map(step).collect::<Vec<_>>().try_into().expect("a track"),
		..Default::default()
	};
	let id = driver.device_id();
	let place = |latitude| Place { latitude, longitude: 48_000_000, cell: 0, eirp: 0 };
	let mut known = known::Known::default();
	let own = DeviceFacts { place: Some(place(457_000_000)), ..facts(&context, &driver) };
	known.note_device(id, Some(own));
	let points = evidence.points();
	let sightings = (2..6).map(|number| {
		let witness = pair(number);
		let (fix, power) = (points[usize::from(number) * 30], -1_400);
		let owner = [number as u8; 32].into();
		let stands = Some(place(fix.point.latitude));
		let other = DeviceFacts { owner, place: stands, ..facts(&context, &witness) };
		known.note_device(witness.device_id(), Some(other));
		let message =
			context.sighting(&witness.device_id(), &id, fix.at as u32, power, 868_100_000);
		mapping::Sighting {
			witness: witness.device_id(),
			point: number as u8 * 30,
			late: 0,
			power,
			frequency: 868_100_000,
			signature: witness.sign(&message),
		}
	});
	evidence.sightings = sightings.collect::<Vec<_>>().try_into().expect("four");
	for (epoch, at) in [(context.epoch - 1, 1_721_800_800), (context.epoch, 1_721_808_000)] {
		let answer = known::Answer::Opened(Some(at * 1_000));
		known.note(known::Question::Opened(epoch), answer);
	}
	let policy = Policy { ramp: 0, kind: KindPolicy::Mapping(kind) };
	(policy, known, driver.report(&context, &id, &evidence))
}

fn signatures(c: &mut Criterion) {
	let message = [7; 300];
	let (ed, sr) = (ed25519::Pair::from_seed(&[1; 32]), sr25519::Pair::from_seed(&[1; 32]));
	let (ed_signature, sr_signature) = (ed.sign(&message), sr.sign(&message));
	let mut group = c.benchmark_group("verify");
	group.throughput(Throughput::Elements(1));
	group.bench_function("ed25519", |b| {
		b.iter(|| assert!(ed25519::Pair::verify(black_box(&ed_signature), message, &ed.public())))
	});
	group.bench_function("sr25519", |b| {
		b.iter(|| assert!(sr25519::Pair::verify(black_box(&sr_signature), message, &sr.public())))
	});
	group.finish();
}

fn reports(c: &mut Criterion) {
	let context = example_context();
	let mut group = c.benchmark_group("judge");
	group.throughput(Throughput::Elements(1));
	for (name, (policy, known, reports)) in [
		("storage", storage(1)),
		("coverage, 15 receptions", coverage(32)),
		("presence, 14 answers", presence(32)),
		("sensing, 8 witnesses", sensing(32)),
	] {
		let report = reports.values().max_by_key(|report| report.len()).expect("a report");
		let (_, judgement) =
			judge(RULES, &context, &policy, &known, report).expect("the rules are kept");
		assert!(judgement.fault.is_none() && judgement.score > 0, "{name}: {judgement:?}");
		group.bench_function(name, |b| {
			b.iter(|| judge(RULES, &context, &policy, &known, black_box(report)))
		});
	}
	for (name, (policy, known, report)) in
		[("bandwidth, 4 parts", bandwidth()), ("mapping, 239 steps, 4 sightings", mapping())]
	{
		let (_, judgement) = judge(RULES, &context, &policy, &known, &report).expect("the rules");
		assert!(judgement.fault.is_none() && judgement.score > 0, "{name}: {judgement:?}");
		group.bench_function(name, |b| {
			b.iter(|| judge(RULES, &context, &policy, &known, black_box(&report)))
		});
	}
	group.finish();
}

fn batches(c: &mut Criterion) {
	let context = example_context();
	let mut group = c.benchmark_group("batch");
	group.sample_size(10);
	for count in [64, 2_048] {
		group.throughput(Throughput::Elements(count.into()));
		for (name, (policy, known, reports)) in
			[("storage", storage(count)), ("coverage", coverage(count))]
		{
			let packed = pack(&context, &policy, &reports);
			let judged = || -> u64 {
				packed
					.iter()
					.flat_map(|batch| {
						let terms: &Terms = &batch.terms;
						judge_chunks(RULES, &context, &policy, &known, terms, &batch.chunks)
							.expect("the rules are kept")
					})
					.map(|chunk| chunk.element.sum)
					.sum()
			};
			assert!(judged() > 0, "{name}: nothing counts");
			group.bench_function(format!("{name}, {count} reports"), |b| b.iter(judged));
		}
	}
	group.finish();
}

fn identities(c: &mut Criterion) {
	let key = HardwareKey::from(pair(1).public());
	c.bench_function("device identity", |b| b.iter(|| black_box(&key).device_id()));
}

criterion_group!(benches, signatures, reports, batches, identities);
criterion_main!(benches);
