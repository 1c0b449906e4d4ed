//! Whatever bytes a device signs as evidence, of whatever kind: the judge ends, with no more than a full score and no more work than it has said before.

mod batches;

use batches::*;
use proptest::prelude::*;
use substation_primitives::{report::Report, FULL_SCORE};
use substation_proofs::{author::example_context, judge, work_of, Policy, RULES};

/// A change to some bytes.
#[derive(Clone, Debug)]
enum Change {
	Flip(prop::sample::Index, u8),
	Set(prop::sample::Index, u8),
	Cut(prop::sample::Index),
	Drop(prop::sample::Index, u8),
	Insert(prop::sample::Index, Vec<u8>),
	Repeat(prop::sample::Index, u8),
}

fn change() -> impl Strategy<Value = Change> {
	let at = any::<prop::sample::Index>;
	prop_oneof![
		4 => (at(), 0u8..8).prop_map(|(at, bit)| Change::Flip(at, bit)),
		3 => (at(), prop_oneof![Just(0u8), Just(255), any::<u8>()]).prop_map(|(at, to)| Change::Set(at, to)),
		1 => at().prop_map(Change::Cut),
		1 => (at(), 1u8..40).prop_map(|(at, bytes)| Change::Drop(at, bytes)),
		1 => (at(), prop::collection::vec(any::<u8>(), 1..40)).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
		1 => (at(), 1u8..200).prop_map(|(at, bytes)| Change::Repeat(at, bytes)),
	]
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
	if bytes.is_empty() {
		return;
	}
	let length = bytes.len();
	let until = |from: usize, count: u8| from..(from + usize::from(count)).min(length);
	match change {
		Change::Flip(at, bit) => bytes[at.index(length)] ^= 1 << bit,
		Change::Set(at, to) => bytes[at.index(length)] = *to,
		Change::Cut(at) => bytes.truncate(at.index(length)),
		Change::Drop(at, count) => drop(bytes.drain(until(at.index(length), *count))),
		Change::Insert(at, more) => {
			let at = at.index(length);
			drop(bytes.splice(at..at, more.iter().copied()));
		}
		Change::Repeat(at, count) => {
			let from = at.index(length);
			let part = bytes[until(from, *count)].to_vec();
			drop(bytes.splice(from..from, part));
		}
	}
}

/// Each kind, with what is reported of it; of coverage also what is refused.
fn kinds() -> [(Policy, Reported); 7] {
	[
		(coverage_policy(), coverage_batch()),
		(coverage_policy(), refused_batch()),
		(storage_policy(), storage_batch()),
		(sensing_policy(), sensing_batch()),
		(presence_policy(), presence_batch()),
		(mapping_policy(), mapping_batch()),
		(bandwidth_policy(), bandwidth_batch()),
	]
}

/// By whose seed a device's key was made.
fn seed(device: &substation_primitives::DeviceId) -> Option<u8> {
	(0..=u8::MAX).find(|number| pair(*number).device_id() == *device)
}

#[test]
fn signed_bytes_of_any_form_are_judged_within_their_work() {
	let context = example_context();
	let known: Vec<_> = kinds()
		.into_iter()
		.map(|(policy, reported)| {
			let facts = known(&reported);
			let signed: Vec<_> = reported
				.into_iter()
				.filter_map(|(device, (_, report))| {
					let report: Report = codec::DecodeAll::decode_all(&mut &report[..]).ok()?;
					Some((device, pair(seed(&device)?), report.evidence))
				})
				.collect();
			assert!(!signed.is_empty(), "{}", policy.kind_name());
			(policy, facts, signed)
		})
		.collect();
	let cases = ProptestConfig::with_cases(1_500);
	let given = (
		any::<prop::sample::Index>(),
		any::<prop::sample::Index>(),
		prop::collection::vec(change(), 0..6),
	);
	let mut runner = proptest::test_runner::TestRunner::new(cases);
	let mut judged = std::collections::BTreeMap::<&str, u32>::new();
	let counts = std::cell::RefCell::new(&mut judged);
	runner
		.run(&given, |(kind, which, changes)| {
			let (policy, facts, signed) = &known[kind.index(known.len())];
			let (device, pair, evidence) = &signed[which.index(signed.len())];
			let mut evidence = evidence.clone();
			changes.iter().for_each(|change| apply(&mut evidence, change));
			let report = pair.report_of(&context, device, evidence);
			let said = work_of(policy, &report);
			let (_, judgement) = judge(RULES, &context, policy, facts, &report).unwrap();
			prop_assert!(judgement.score <= FULL_SCORE);
			prop_assert!(judgement.fault.is_none() || judgement.score == 0);
			prop_assert!(judgement.work <= said, "{judgement:?}, said {said}");
			if judgement.fault.is_none() {
				*counts.borrow_mut().entry(policy.kind_name()).or_default() += 1;
			}
			Ok(())
		})
		.unwrap();
	// Of each kind some were left whole, or were changed where it did not matter.
	assert_eq!(judged.len(), 6, "{judged:?}");
}
