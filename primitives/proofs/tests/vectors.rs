//! Test vectors of everything that is signed or hashed, for those who write firmware and clients in
//! other languages. They are committed; `UPDATE_VECTORS=1 cargo test --workspace --test vectors`
//! writes them anew.

use std::{collections::BTreeMap, path::PathBuf};

use codec::Encode;
use serde_json::{json, Value};
use sp_core::{ed25519, sr25519, Pair};
use substation_primitives::{
	batch::{self, Body, Element, Leaf, Terms},
	bill::{self, Bill},
	keys::{HardwareKey, ReportKey},
	merkle,
	report::{report_hash, Fault},
	signing::{self, Witnessed},
	AccountId32, H256,
};
use substation_proofs::{
	author::{self, example_context, exchange, pack, DevicePair, Reception, Transmission},
	bandwidth,
	coverage::{self, Band, Evidence, Heard},
	evidence_in,
	facts::{self, Cell, Chair, DeviceFacts, Place},
	geo::Point,
	judge_chunks,
	known::{Answer, Known, Question},
	lot, mapping, presence,
	rules::{Rules, KEPT, RULES},
	sensing::{self, Channel, Reading, Sample},
	storage::{self, Committed},
	tiles::{Tile, Tiles},
	KindPolicy, Policy,
};

fn hex(bytes: impl AsRef<[u8]>) -> String {
	format!("0x{}", hex::encode(bytes))
}

fn encoded(value: &impl Encode) -> String {
	hex(value.encode())
}

fn pair(number: u8) -> DevicePair {
	DevicePair::from_seed(&[number; 32])
}

fn coverage_policy() -> Policy {
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

fn keys() -> Value {
	let ed = ed25519::Pair::from_seed(&[1; 32]);
	let sr = sr25519::Pair::from_seed(&[1; 32]);
	let key = |key: ReportKey| {
		let hardware = HardwareKey::from(key);
		json!({ "encoded": encoded(&key), "device_id": hex(hardware.device_id()) })
	};
	json!({
		"seed": hex([1; 32]),
		"ed25519": key(ReportKey::Ed25519(ed.public())),
		"sr25519": key(ReportKey::Sr25519(sr.public())),
		"p256": {
			"encoded": encoded(&HardwareKey::P256([2; 33])),
			"device_id": hex(HardwareKey::P256([2; 33]).device_id()),
		},
	})
}

fn context() -> Value {
	let context = example_context();
	json!({
		"genesis": hex(context.genesis),
		"network": context.network,
		"epoch": context.epoch,
		"aggregator": encoded(&context.aggregator),
		"entropy": hex(context.entropy),
	})
}

fn messages() -> Value {
	let context = example_context();
	let (beaconer, witness) = (pair(1).device_id(), pair(2).device_id());
	let challenge = context.challenge(&beaconer);
	let owner = AccountId32::new([5; 32]);
	let receipt = context.receipt(&beaconer, &witness, &challenge, 868_100_000, -1_043);
	let word =
		Witnessed { rank: 1, witnesses: 3, receipts: H256::repeat_byte(7), answered: -1_061 };
	let witnessed = context.witnessed(&beaconer, &witness, &challenge, 868_100_000, &word);
	let registration = signing::registration(&context.genesis, &owner, 1, 1_000);
	let voucher = signing::voucher(&context.genesis, 1, &beaconer);
	let publisher = signing::publisher(&context.genesis, &AccountId32::new([2; 32]));
	let rotation = signing::rotation(&context.genesis, &beaconer, &pair(3).public(), 0);
	let report = H256::repeat_byte(8);
	let acknowledgement = signing::acknowledgement(&context.genesis, 1, 7, &beaconer, &report);
	let note =
		signing::note(&context.genesis, (1, 0x0881_f9ed_923f_ffff, 7), &beaconer, 3, b"word");
	let signed = |number: u8, message: &[u8]| json!({ "message": hex(message), "seed": hex([number; 32]), "signature": hex(pair(number).sign(message)) });
	json!({
		"beaconer": hex(beaconer),
		"witness": hex(witness),
		"challenge": hex(challenge),
		"receipt": signed(2, &receipt),
		"witnessed": signed(1, &witnessed),
		"registration": signed(1, &registration),
		"voucher": signed(9, &voucher),
		"rotation": signed(1, &rotation),
		"publisher": signed(4, &publisher),
		"acknowledgement": signed(4, &acknowledgement),
		"note": signed(1, &note),
		"agreement": signed(1, &signing::agreement(&context.genesis, &beaconer, &owner, &[3; 32])),
		"seals": sensing::seals(&context, &beaconer, &[9; 16], &samples(1)).iter().map(hex).collect::<Vec<_>>(),
		"statement": signed(2, &context.statement(&witness, &[7, sensing::NONE, -3])),
		"testimony": signed(
			2,
			&context.testimony(&witness, &beaconer, &H256::repeat_byte(7), 0b101, 0b11),
		),
		"sighting": signed(
			2,
			&context.sighting(&witness, &beaconer, 1_721_800_900, -1_043, 868_100_000),
		),
		"knock": signed(1, &context.knock(&witness, &beaconer)),
		"answer": signed(1, &context.answer(&witness, &beaconer, &[7; 8])),
		"heartbeat": signed(2, &context.heartbeat(&witness, &beaconer, 41_000)),
		"slots": (4..12).map(|parts| context.slot(&witness, &beaconer, parts)).collect::<Vec<_>>(),
		"pieces": (0..4).map(|draw| context.piece(&beaconer, draw, 1_000)).collect::<Vec<_>>(),
		"called": json!({
			"of 23 chairs": lot::draw(lot::CALL, &context, &beaconer, 23, 16),
			"of 1000 chairs": lot::draw(lot::CALL, &context, &beaconer, 1_000, 16),
			"of 3 chairs": lot::draw(lot::CALL, &context, &beaconer, 3, 16),
		}),
	})
}

fn storage_report() -> Value {
	let context = example_context();
	let device = pair(1).device_id();
	let data: Vec<u8> = (0..=255u8).cycle().take(1_000).collect();
	let committed = Committed::new(&data).unwrap();
	let policy = storage::Policy { shown: 1, cap: 1_024 };
	let evidence = committed.prove(&context, &policy, &device, &data).unwrap();
	let report = pair(1).report(&context, &device, &evidence);
	json!({
		"data": "the bytes 0 to 255, over and over, 1,000 of them",
		"pieces": committed.data_set().pieces,
		"root": hex(committed.data_set().root),
		"evidence": encoded(&evidence),
		"signed": hex(context.report(&device, &evidence.encode())),
		"report": hex(&report),
		"report_hash": hex(report_hash(&report)),
	})
}

fn coverage_reports() -> Value {
	let context = example_context();
	let pairs: BTreeMap<_, _> =
		(1..=3).map(|number| (pair(number).device_id(), pair(number))).collect();
	let transmission = Transmission {
		beaconer: pair(1).device_id(),
		frequency: 868_100_000,
		heard_by: vec![
			Reception { witness: pair(2).device_id(), power: -1_043, answered: -1_061 },
			Reception::alike(pair(3).device_id(), -980),
		],
	};
	let evidence = exchange(&context, &pairs, &[transmission]);
	let reports: BTreeMap<_, _> = evidence
		.iter()
		.map(|(device, evidence)| (*device, pairs[device].report(&context, device, evidence)))
		.collect();
	let packed = pack(&context, &coverage_policy(), &reports).remove(0);
	let mut terms = packed.terms.clone();
	terms.bodies = vec![H256::repeat_byte(6)].try_into().unwrap();
	json!({
		"reports": reports
			.iter()
			.map(|(device, report)| {
				json!({
					"device": hex(device),
					"signed": hex(context.report(device, &evidence[device].encode())),
					"report": hex(report),
				})
			})
			.collect::<Vec<_>>(),
		"body": hex(&packed.bodies[0]),
		"body_topic": hex(signing::body_topic(
			&context.genesis,
			context.network,
			context.epoch,
			&context.aggregator,
		)),
		"chunk_root": hex(batch::chunk_root(0, &packed.chunks[0])),
		"commitment": commitment(&terms),
	})
}

fn commitment(terms: &Terms) -> Value {
	let payload = terms.signing_payload(&example_context().genesis);
	json!({
		"terms": encoded(terms),
		"batch_id": hex(terms.batch_id()),
		"signed": hex(&payload),
		"seed": hex([2; 32]),
		"ed25519_signature": hex(ed25519::Pair::from_seed(&[2; 32]).sign(&payload).0),
	})
}

fn trees() -> Value {
	let leaves: Vec<Vec<u8>> = (0..5u8).map(|i| vec![i; 3]).collect();
	let hashes: Vec<_> = (0..).zip(&leaves).map(|(i, bytes)| merkle::leaf(i, bytes)).collect();
	let tree = merkle::Tree::new(hashes.clone());
	json!({
		"empty": hex(merkle::empty()),
		"empty_chunk": hex(merkle::empty_root(batch::CHUNK_DEPTH)),
		"leaves": leaves.iter().map(hex).collect::<Vec<_>>(),
		"leaf_hashes": hashes.iter().map(hex).collect::<Vec<_>>(),
		"root": hex(tree.root()),
		"path_of_3": tree.path(3).unwrap().iter().map(hex).collect::<Vec<_>>(),
	})
}

fn outcomes() -> Value {
	let leaves = [
		Leaf {
			index: 0,
			device: pair(1).device_id(),
			report: H256::repeat_byte(1),
			score: 680_000,
			fault: None,
			cut: 50_000,
		},
		Leaf {
			index: 1,
			device: pair(2).device_id(),
			report: H256::repeat_byte(2),
			score: 0,
			fault: Some(Fault::BadSignature),
			cut: 0,
		},
	];
	let element =
		Element { score_root: batch::score_root(&leaves), sum: 680_000, count: 2, work: 12 };
	let elements = [element, Element::default()];
	let (genesis, opening) = (H256::repeat_byte(1), H256::repeat_byte(2));
	let root = batch::vector_root(&elements);
	let batch = H256::repeat_byte(3);
	let seal = signing::seal(&genesis, &opening, &batch, &[4; 32], &root);
	// As the chain has it: the epoch, the judge's place, and for each seal the round and the batch.
	let bundle = (7u32, 1u16, vec![(0u8, batch, seal)]);
	let signed = (signing::SEALS, genesis, opening, &bundle).encode();
	json!({
		"leaves": leaves.iter().map(encoded).collect::<Vec<_>>(),
		"score_root": hex(element.score_root),
		"elements": elements.iter().map(encoded).collect::<Vec<_>>(),
		"vector_root": hex(root),
		"unavailable": hex(batch::unavailable()),
		"seal": {
			"genesis": hex(genesis),
			"opening": hex(opening),
			"batch": hex([3; 32]),
			"judge": hex([4; 32]),
			"result": hex(root),
			"seal": hex(seal),
		},
		"seals": {
			"bundle": encoded(&bundle),
			"signed": hex(&signed),
			"seed": hex([6; 32]),
			"ed25519_signature": hex(ed25519::Pair::from_seed(&[6; 32]).sign(&signed).0),
		},
		"empty_body": encoded(&Body::default()),
	})
}

/// What each kept version of the rules decides: its bounds, and its elements for one batch of each kind. A change of
/// anything here under a number that is kept already changes what judges agree on in the middle of an epoch.
fn rules() -> Value {
	// What is only rehearsed is no rule yet.
	let versions = KEPT.iter().filter(|rules| rules.version <= RULES).map(|rules| {
		let Rules { version, max_signatures, max_chunk_bytes, max_chunk_work } = *rules;
		(
			version.to_string(),
			json!({
				"max_signatures": max_signatures,
				"max_chunk_bytes": max_chunk_bytes,
				"max_chunk_work": max_chunk_work,
				"coverage": judged(version, &coverage_policy(), coverage_batch()),
				"storage": judged(version, &storage_policy(), storage_batch()),
				"presence": judged(version, &presence_policy(), presence_batch()),
				"sensing": judged(version, &sensing_policy(), sensing_batch()),
				"bandwidth": judged(version, &bandwidth_policy(), bandwidth_batch()),
				"mapping": judged(version, &mapping_policy(), mapping_batch()),
				"refused": judged(version, &coverage_policy(), refused_batch()),
			}),
		)
	});
	Value::Object(versions.collect())
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

fn storage_policy() -> Policy {
	Policy { ramp: 10, kind: KindPolicy::Storage(storage::Policy { shown: 2, cap: 4_096 }) }
}

type Reported = BTreeMap<substation_primitives::DeviceId, (DeviceFacts, Vec<u8>)>;

/// Twenty radios in a row, each of which all others hear: beacons with the most witnesses that count, one witness too
/// near, and points beyond full marks.
fn coverage_batch() -> Reported {
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
fn refused_batch() -> Reported {
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

fn sensing_policy() -> Policy {
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
fn samples(number: i16) -> Vec<Sample> {
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
fn sensing_batch() -> Reported {
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

fn presence_policy() -> Policy {
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
fn presence_batch() -> Reported {
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
fn storage_batch() -> Reported {
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

fn bandwidth_policy() -> Policy {
	let kind = bandwidth::Policy { full_burn: 200_000, max_rate: 1_000 };
	Policy { ramp: 0, kind: KindPolicy::Bandwidth(kind) }
}

/// Six hosts of one bill: one whose line is too slow for what it has carried, one that says more, one that shows a part twice, and one that shows
/// somebody's who has not billed.
fn bandwidth_batch() -> Reported {
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

fn mapping_policy() -> Policy {
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
fn mapping_batch() -> Reported {
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

fn judged(version: u16, policy: &Policy, reported: Reported) -> Value {
	let context = example_context();
	let devices = reported.iter().map(|(device, (facts, _))| (*device, facts.clone()));
	let mut facts: Known = devices.collect();
	let (root, credits) = bill().root();
	let posted = facts::Bill { root, leaves: 6, credits, left_burned: 777_777 };
	facts.note(Question::Bill(PAYER.into()), Answer::Bill(Some(posted)));
	for (epoch, at) in [(context.epoch - 1, PERIOD.start), (context.epoch, PERIOD.end)] {
		facts.note(Question::Opened(epoch), Answer::Opened(Some(at)));
	}
	// Half of what the third device drives through was mapped before.
	let mut tiles = Tiles { marked: [0; 64], wanted: 1 };
	tiles.marked[..32].fill(context.epoch - 1);
	let parent = Tile::of(&HOME).parent();
	facts.note(Question::Tiles(parent), Answer::Tiles(Some(Box::new(tiles))));
	let reports = reported.into_iter().map(|(device, (_, report))| (device, report)).collect();
	let mut packed = pack(&context, policy, &reports).remove(0);
	packed.terms.bodies = vec![H256::repeat_byte(6)].try_into().unwrap();
	let judged =
		judge_chunks(version, &context, policy, &facts, &packed.terms, &packed.chunks).unwrap();
	let leaves = |leaves: &[Leaf]| {
		leaves.iter().map(|leaf| json!([leaf.score, leaf.fault])).collect::<Vec<_>>()
	};
	judged
		.iter()
		.map(|chunk| json!({ "element": encoded(&chunk.element), "scores": leaves(&chunk.leaves) }))
		.collect()
}

#[test]
fn committed_vectors_are_what_this_code_makes() {
	let vectors = json!({
		"keys": keys(),
		"context": context(),
		"messages": messages(),
		"storage": storage_report(),
		"coverage": coverage_reports(),
		"trees": trees(),
		"outcomes": outcomes(),
		"rules": rules(),
	});
	let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/vectors.json");
	if std::env::var_os("UPDATE_VECTORS").is_some() {
		let text = serde_json::to_string_pretty(&vectors).unwrap() + "\n";
		std::fs::write(&path, text).unwrap();
	}
	let committed: Value = serde_json::from_str(
		&std::fs::read_to_string(&path).expect("docs/vectors.json is committed"),
	)
	.unwrap();

	assert_eq!(committed, vectors, "docs/vectors.json is out of date");
}
