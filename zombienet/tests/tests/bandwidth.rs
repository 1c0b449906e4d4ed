//! What is counted of recorded 5G sessions, and what the judge makes of a bill for them, beside what an independent judge in Python makes of the same
//! files.

use std::fs;

use substation_agent::replay::traffic::Traffic;
use substation_primitives::{
	bill::{Bill, Leaf},
	AccountId32, DeviceId,
};
use substation_proofs::{
	author::share_of,
	bandwidth::{assess, Evidence, Policy},
	facts,
	known::{Answer, Known, Question},
};
use substation_zombienet_tests::field::recording;

/// Planck for a byte: a token for a gigabyte.
const PRICE: u128 = 1_000;
/// Twenty-five tokens for a full score, ten gigabits a second.
const POLICY: Policy = Policy { full_burn: 25_000_000_000_000, max_rate: 10_000_000 };

/// The sessions in the order of their files' names; nothing if they are not at hand.
fn traffic() -> Option<Traffic> {
	let Some(folder) = recording("bandwidth") else {
		eprintln!("no recording of traffic at hand: SUBSTATION_RECORDINGS says where they are");
		return None;
	};
	let mut files: Vec<_> = fs::read_dir(folder)
		.unwrap()
		.map(|file| file.unwrap().path())
		.filter(|path| {
			path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("5g_"))
		})
		.collect();
	files.sort();
	Some(Traffic::read(&files).unwrap())
}

#[test]
fn six_sessions_are_counted_and_paid_as_the_reference_says() {
	let Some(read) = traffic() else { return };
	assert!(read.left_out.is_empty(), "{:?}", read.left_out);
	let steps: Vec<usize> = read.sessions.iter().map(|session| session.steps.len()).collect();
	assert_eq!(steps, [19, 35, 267, 679, 42, 24]);
	let down: Vec<u64> = read.sessions.iter().map(|session| session.total().down).collect();
	assert_eq!(
		down,
		[95_604_000, 369_948_375, 4_418_989_375, 17_579_111_750, 217_456_500, 101_593_625]
	);
	for session in &read.sessions {
		let follow = |pair: &[_]| match pair {
			[earlier, later] => {
				substation_sdk::metering::Counted::follows(later, earlier, POLICY.max_rate)
			}
			_ => false,
		};
		assert!(session.steps.windows(2).all(follow), "{}", session.name);
	}

	let host = |number: u64| DeviceId::from_low_u64_be(number);
	let leaf = |(number, total): (u64, substation_sdk::metering::Counted)| Leaf {
		device: host(number),
		down: total.down,
		up: total.up,
		seconds: total.seconds,
		credits: u128::from(total.down + total.up) * PRICE,
	};
	let totals = read.sessions.iter().map(|session| session.total());
	let bill = Bill::new((0..).zip(totals).map(leaf).collect()).unwrap();
	let (root, credits) = bill.root();
	assert_eq!(credits, 22_841_282_750_000);
	// All of it stays burned.
	let posted = facts::Bill { root, leaves: 6, credits, left_burned: credits };
	let payer = AccountId32::new([7; 32]);
	let mut facts = Known::default();
	facts.note(Question::Bill(payer.clone()), Answer::Bill(Some(posted)));
	let scores: Vec<u32> = (0..6u32)
		.map(|index| {
			let bills = vec![share_of(&bill, &payer, index).unwrap()].try_into().unwrap();
			let (assessed, _) = assess(&POLICY, &facts, &host(index.into()), &Evidence { bills });
			assessed.unwrap().score
		})
		.collect();
	assert_eq!(scores, [4_066, 14_987, 177_438, 704_164, 8_874, 4_119]);
	assert_eq!(scores.iter().sum::<u32>(), 913_648);
}
