//! What judges seal for a chunk is what anybody finds who judges that chunk alone.

use std::collections::BTreeMap;

use proptest::prelude::*;
use substation_primitives::{
	batch::{Chunk, Element, Sums, Terms, MAX_CHUNK_WORK},
	report::{Fault, ReportBytes},
	signing::Witnessed,
	DeviceId, H256,
};
use substation_proofs::{
	author::{example_context, pack, DevicePair},
	can_be_found,
	coverage::{self, Band},
	facts::{Chair, DeviceFacts},
	judge, judge_chunk, judge_chunks,
	storage::{self, Committed},
	KindPolicy, Policy, BASE_WORK, RULES,
};

type Facts = BTreeMap<DeviceId, DeviceFacts>;

fn pair(number: u32) -> DevicePair {
	let mut seed = [0; 32];
	seed[..4].copy_from_slice(&number.to_le_bytes());
	DevicePair::from_seed(&seed)
}

fn policy() -> Policy {
	Policy { ramp: 0, kind: KindPolicy::Storage(storage::Policy { shown: 1, cap: 2_560 }) }
}

fn coverage() -> Policy {
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

fn batch(devices: u32) -> (Facts, Terms, Vec<Chunk>) {
	let context = example_context();
	let KindPolicy::Storage(kind) = policy().kind else { unreachable!() };
	let mut facts = Facts::new();
	let mut reports = BTreeMap::new();
	for number in 0..devices {
		let (pair, data) = (pair(number), vec![number as u8; 1_000]);
		let id = pair.device_id();
		let committed = Committed::new(&data).unwrap();
		let own = DeviceFacts {
			key: pair.public(),
			owner: [7; 32].into(),
			aggregator: context.aggregator.clone(),
			aggregator_since: 0,
			cut: 50_000,
			since: 0,
			place: None,
			chair: Some(Chair::default()),
			data_set: Some(committed.data_set()),
		};
		facts.insert(id, own);
		let evidence = committed.prove(&context, &kind, &id, &data).unwrap();
		reports.insert(id, pair.report(&context, &id, &evidence));
	}
	let packed = pack(&context, &policy(), &reports).remove(0);
	(facts, packed.terms, packed.chunks)
}

/// A coverage report that takes much work, whatever it is worth.
fn dear() -> ReportBytes {
	let filler = coverage::Heard {
		beaconer: H256::zero(),
		challenge: [0; 8],
		frequency: 868_100_000,
		power: 0,
		word: Witnessed { rank: 0, witnesses: 1, receipts: H256::zero(), answered: 0 },
		signature: [0; 64],
	};
	let evidence = coverage::Evidence { beacon: None, heard: vec![filler; 15].try_into().unwrap() };
	let id = pair(0).device_id();
	pair(0).report(&example_context(), &id, &evidence).try_into().unwrap()
}

/// How a chunk is spoiled.
#[derive(Clone, Debug)]
enum Change {
	/// Bytes that are no report, so many.
	Noise(usize),
	/// The report at this place once more.
	Again(prop::sample::Index),
	/// All reports go.
	Empty,
	/// Reports that take more work than a chunk may, under the other kind.
	Dear(usize),
}

fn change() -> impl Strategy<Value = Change> {
	prop_oneof![
		(1usize..70_000).prop_map(Change::Noise),
		any::<prop::sample::Index>().prop_map(Change::Again),
		Just(Change::Empty),
		(1usize..64).prop_map(Change::Dear),
	]
}

fn apply(chunk: &mut Chunk, change: &Change) {
	match change {
		Change::Noise(length) => {
			chunk.truncate(60);
			for _ in 0..3 {
				let _ = chunk.try_push(vec![7; *length].try_into().unwrap());
			}
		}
		Change::Again(place) if !chunk.is_empty() => {
			let again = chunk[place.index(chunk.len())].clone();
			chunk.truncate(63);
			let _ = chunk.try_push(again);
		}
		Change::Again(_) => (),
		Change::Empty => chunk.truncate(0),
		Change::Dear(count) => {
			chunk.truncate(64 - count);
			for _ in 0..*count {
				let _ = chunk.try_push(dear());
			}
		}
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(48))]

	/// Also for batches that declare too little, and for chunks that are too long, too dear, empty or noise.
	#[test]
	fn an_element_is_a_function_of_its_own_chunk_and_the_terms(
		devices in 1u32..200,
		changes in prop::collection::vec((any::<prop::sample::Index>(), change()), 0..4),
		declared in (0u32..2_000, 0u32..300),
		other_kind: bool,
	) {
		let context = example_context();
		let (facts, mut terms, mut chunks) = batch(devices);
		let policy = if other_kind { coverage() } else { policy() };
		for (place, change) in &changes {
			let place = place.index(chunks.len());
			apply(&mut chunks[place], change);
		}
		(terms.work, terms.count) = declared;
		let whole = judge_chunks(RULES, &context, &policy, &facts, &terms, &chunks).unwrap();
		prop_assert_eq!(whole.len(), chunks.len());
		for (number, chunk) in (0u32..).zip(&chunks) {
			let alone =
				judge_chunk(RULES, &context, &policy, &facts, &terms, number, chunk).unwrap();
			prop_assert_eq!(&alone, &whole[number as usize]);
			prop_assert!(can_be_found(RULES, &policy, &alone.element), "{:?}", alone.element);
		}
		// What there is, is told truly, whatever was declared; work is what was checked of it.
		let elements: Vec<_> = whole.iter().map(|chunk| chunk.element).collect();
		let sums = Sums::of(&elements).unwrap();
		prop_assert_eq!(sums.count, chunks.iter().map(|chunk| chunk.len() as u64).sum::<u64>());
		let work = |report: &ReportBytes| {
			u64::from(substation_proofs::work_of(&policy, report))
		};
		let base = u64::from(BASE_WORK);
		let (mut least, mut most) = (0, 0);
		for (chunk, judged) in chunks.iter().zip(&whole) {
			if judged.leaves.is_empty() {
				least += base * chunk.len() as u64;
				most += base * chunk.len() as u64;
			}
			for (report, leaf) in chunk.iter().zip(&judged.leaves) {
				let (from, to) = match leaf.fault {
					None => (work(report), work(report)),
					// Some of its pieces, or of its receptions, were checked.
					Some(Fault::WrongPiece | Fault::NothingCounts) => (base, work(report)),
					Some(_) => (base, base),
				};
				least += from;
				most += to;
			}
			prop_assert!(judged.taken() <= judged.element.work);
		}
		prop_assert!((least..=most).contains(&sums.work), "{} in {least}..={most}", sums.work);
		prop_assert!(sums.work <= chunks.iter().flatten().map(work).sum::<u64>());
	}
}

#[test]
fn an_unknown_version_of_the_rules_is_no_answer() {
	let context = example_context();
	let (facts, terms, chunks) = batch(70);
	for rules in [0, 1, 2, RULES - 1, RULES + 1, u16::MAX - 1] {
		assert_eq!(judge_chunks(rules, &context, &policy(), &facts, &terms, &chunks), None);
		let chunk = &chunks[0];
		assert_eq!(judge_chunk(rules, &context, &policy(), &facts, &terms, 0, chunk), None);
		assert_eq!(judge(rules, &context, &policy(), &facts, &chunk[0]), None);
		assert!(!can_be_found(rules, &policy(), &Element::default()));
	}
	assert!(judge_chunks(RULES, &context, &policy(), &facts, &terms, &chunks).is_some());
}

#[test]
fn an_element_that_no_judge_finds_is_told_from_those_that_are_found() {
	let root = H256::repeat_byte(1);
	let can = |score_root, sum, count, work| {
		can_be_found(RULES, &policy(), &Element { score_root, sum, count, work })
	};
	// One report of storage takes from two units to six.
	assert_eq!([1, 2, 6, 7].map(|work| can(root, 0, 1, work)), [false, true, true, false]);
	assert_eq!([64, 65].map(|count| can(root, 0, count, 3 * count)), [true, false]);
	assert_eq!([1_000_000, 1_000_001].map(|sum| can(root, sum, 1, 2)), [true, false]);
	assert!(!can(root, u64::MAX, 64, 128));
	assert!(!can(root, 0, u32::MAX, u32::MAX));
	// What is worth nothing as a whole has no root and no sum.
	assert!(can(H256::zero(), 0, 64, 64 * BASE_WORK));
	assert!(!can(H256::zero(), 1, 64, 64 * BASE_WORK));
	assert!(!can(H256::zero(), 0, 64, 64 * BASE_WORK + 1));
	let dear = |score_root, sum, work| {
		can_be_found(RULES, &coverage(), &Element { score_root, sum, count: 64, work })
	};
	assert!(dear(root, 5, MAX_CHUNK_WORK));
	assert!(!dear(root, 0, MAX_CHUNK_WORK + 1));
	assert!(dear(H256::zero(), 0, 64 * BASE_WORK));
	assert!(!dear(H256::zero(), 0, MAX_CHUNK_WORK));
	assert_eq!(coverage().max_report_work(), BASE_WORK + 58);
}
