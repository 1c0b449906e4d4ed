//! Bandwidth.

use super::*;
use crate::{
	author::share_of,
	bandwidth::{assess, Bandwidth, Evidence, Policy, Rejection, Share},
	facts::Bill as Posted,
	known::Answer,
	ResourceKind,
};
use substation_primitives::{
	bill::{Bill, Leaf},
	merkle,
};

/// A token, in planck.
const UNIT: u128 = 1_000_000_000_000;
/// Twenty-five tokens for a full score.
const POLICY: Policy = Policy { full_burn: 25 * UNIT, max_rate: 10_000_000 };

fn payer(number: u8) -> AccountId32 {
	[number; 32].into()
}

/// Somebody has posted a bill.
fn note(facts: &mut Known, payer: AccountId32, posted: Posted) {
	facts.note(Question::Bill(payer), Answer::Bill(Some(posted)));
}

/// Somebody posts a bill, of which so much stays burned.
fn post(facts: &mut Known, number: u8, bill: &Bill, left_burned: u128) {
	let (root, credits) = bill.root();
	let leaves = bill.leaves().len() as u32;
	note(facts, payer(number), Posted { root, leaves, credits, left_burned });
}

fn host(number: u8) -> DeviceId {
	DeviceId::repeat_byte(number)
}

fn leaf(number: u8, credits: u128) -> Leaf {
	Leaf { device: host(number), down: 1_000_000, up: 50_000, seconds: 60, credits }
}

/// What hosts are owed, in their order from 1 on.
fn bill(owed: &[u128]) -> Bill {
	Bill::new((1..).zip(owed).map(|(number, credits)| leaf(number, *credits)).collect()).unwrap()
}

fn evidence(shares: &[Share]) -> Evidence {
	Evidence { bills: shares.to_vec().try_into().unwrap() }
}

fn score(facts: &Known, device: &DeviceId, shares: &[Share]) -> Result<u32, Fault> {
	let (assessed, work) = assess(&POLICY, facts, device, &evidence(shares));
	assert!(work <= Bandwidth::work(&POLICY, &evidence(shares)));
	assessed.map(|assessed| assessed.score)
}

/// Why the first share counts nothing.
fn rejected(facts: &Known, device: &DeviceId, share: Share) -> Option<Rejection> {
	// Beside one that counts, or all would be worth nothing.
	let own = Bill::new(vec![Leaf { device: *device, ..leaf(1, UNIT) }]).unwrap();
	let mut facts = facts.clone();
	post(&mut facts, 99, &own, UNIT);
	let beside = share_of(&own, &payer(99), 0).unwrap();
	let (assessed, _) = assess(&POLICY, &facts, device, &evidence(&[share, beside]));
	assessed.unwrap().bills[0].1.err()
}

#[test]
fn a_host_is_paid_for_what_stays_burned_of_its_parts() {
	let whole = bill(&[10, 20, 70]);
	let mut facts = Known::default();
	post(&mut facts, 1, &whole, 5 * UNIT);
	let share = |index| share_of(&whole, &payer(1), index).unwrap();
	for (index, expected) in [(0, 20_000), (1, 40_000), (2, 140_000)] {
		assert_eq!(score(&facts, &host(index as u8 + 1), &[share(index)]), Ok(expected));
	}
	// By a second payer, too, up to a full score.
	let other = Bill::new(vec![leaf(3, 7)]).unwrap();
	post(&mut facts, 2, &other, 40 * UNIT);
	let second = share_of(&other, &payer(2), 0).unwrap();
	assert_eq!(score(&facts, &host(3), &[share(2), second.clone()]), Ok(FULL_SCORE));
	post(&mut facts, 2, &other, UNIT);
	assert_eq!(score(&facts, &host(3), &[second, share(2)]), Ok(180_000));
}

#[test]
fn what_is_no_part_of_a_bill_counts_nothing() {
	let whole = bill(&[100, 200, 300, 400, 500]);
	let mut facts = Known::default();
	post(&mut facts, 1, &whole, 5 * UNIT);
	let share = |index| share_of(&whole, &payer(1), index).unwrap();
	assert_eq!(rejected(&facts, &host(1), share(0)), None);
	let wrong = |share: Share| rejected(&facts, &host(1), share);
	assert_eq!(wrong(Share { credits: 101, ..share(0) }), Some(Rejection::WrongBill));
	assert_eq!(wrong(share(1)), Some(Rejection::WrongBill), "another's");
	assert_eq!(wrong(Share { index: 1, ..share(0) }), Some(Rejection::WrongBill));
	assert_eq!(wrong(Share { seconds: 61, ..share(0) }), Some(Rejection::WrongBill));
	assert_eq!(wrong(Share { payer: payer(7), ..share(0) }), Some(Rejection::NoBill));
	// Moved from the sibling: the root holds both sums.
	let mut moved = share(0);
	moved.credits += 5;
	moved.path[0].1 -= 5;
	assert_eq!(wrong(moved), Some(Rejection::WrongBill));
	let mut short = share(0);
	short.path.pop();
	assert_eq!(wrong(short), Some(Rejection::WrongBill));
	assert_eq!(score(&facts, &host(1), &[share(1)]), Err(Fault::NothingCounts));
	assert_eq!(score(&facts, &host(1), &[]), Err(Fault::NothingCounts));
	assert_eq!(score(&facts, &host(1), &[share(0), share(0)]), Err(Fault::RepeatedBill));
}

#[test]
fn of_two_leaves_that_claim_the_whole_one_counts() {
	let (first, second) = (leaf(1, 100), leaf(2, 100));
	let sides = [first.hash(0), second.hash(1)];
	let sums = |sums: [u128; 2]| {
		let node = (2u8, (sides[0], sums[0]), (sides[1], sums[1]));
		sp_io::hashing::blake2_256(&codec::Encode::encode(&node)).into()
	};
	let posted = Posted { root: sums([100, 0]), leaves: 2, credits: 100, left_burned: 25 * UNIT };
	let mut facts = Known::default();
	note(&mut facts, payer(1), posted);
	let share = |own: &Leaf, index: u32, beside: (H256, u128)| Share {
		payer: payer(1),
		index,
		down: own.down,
		up: own.up,
		seconds: own.seconds,
		credits: own.credits,
		path: vec![beside].try_into().unwrap(),
	};
	assert_eq!(score(&facts, &host(1), &[share(&first, 0, (sides[1], 0))]), Ok(FULL_SCORE));
	let other = share(&second, 1, (sides[0], 100));
	assert_eq!(score(&facts, &host(2), &[other]), Err(Fault::NothingCounts));
	assert_eq!(merkle::depth(2), 1);
}

#[test]
fn more_bytes_than_a_line_carries_count_nothing() {
	let carried = |down: u64, up: u64, seconds: u32| {
		let own = Leaf { device: host(1), down, up, seconds, credits: 5 };
		let whole = Bill::new(vec![own]).unwrap();
		let mut facts = Known::default();
		post(&mut facts, 1, &whole, 5 * UNIT);
		rejected(&facts, &host(1), share_of(&whole, &payer(1), 0).unwrap())
	};
	// Ten gigabits a second.
	assert_eq!(carried(1_250_000_000, 0, 1), None);
	assert_eq!(carried(1_250_000_000, 1, 1), Some(Rejection::TooFast));
	assert_eq!(carried(10_000_000_000_000, 0, 3_600), Some(Rejection::TooFast));
	assert_eq!(carried(0, 0, 0), None);
	assert_eq!(carried(1, 0, 0), Some(Rejection::TooFast));
	assert_eq!(carried(u64::MAX, u64::MAX, u32::MAX), Some(Rejection::TooFast));
}

#[test]
fn policies_are_bounded_and_do_not_pay_for_washing() {
	assert!(POLICY.is_sound());
	for wrong in [
		Policy { full_burn: 0, ..POLICY },
		Policy { max_rate: 999, ..POLICY },
		Policy { max_rate: 1_000_000_001, ..POLICY },
	] {
		assert!(!wrong.is_sound(), "{wrong:?}");
	}
	// Half of 25 tokens is passed on: of what stays burned, 95 hundredths may come back.
	let half = Policy { full_burn: 25 * UNIT / 2, ..POLICY };
	let caps = [10, 11, 12].map(|cap| Bandwidth::fits_cap(&half, cap * UNIT));
	assert_eq!(caps, [true, true, false]);
	assert!(Bandwidth::fits_cadence(&POLICY, 1) && !Bandwidth::fits_cadence(&POLICY, 2));
}

#[test]
fn the_longest_report_is_judged_within_its_work() {
	let leaves = (0..65_536u32).map(|number| Leaf {
		device: if number.is_multiple_of(16_384) { host(1) } else { host(2) },
		..leaf(1, u128::from(number) + 1)
	});
	let whole = Bill::new(leaves.collect()).unwrap();
	let mut facts = Known::default();
	post(&mut facts, 1, &whole, u128::MAX);
	let shares: Vec<_> =
		(0..4).map(|part| share_of(&whole, &payer(1), part * 16_384).unwrap()).collect();
	assert_eq!(score(&facts, &host(1), &shares), Ok(FULL_SCORE));
	let long = codec::Encode::encoded_size(&evidence(&shares));
	assert_eq!(long, 1 + 4 * (32 + 4 + 8 + 8 + 4 + 16 + 1 + 16 * 48));
	assert_eq!(Bandwidth::work(&POLICY, &evidence(&shares)), Bandwidth::MAX_WORK);
}

proptest! {
	/// Whoever shows which leaves, to whatever payers they belong: no more is counted than what stays burned, and what trading with oneself adds to
	/// the pay is less than that.
	#[test]
	fn no_more_counts_than_stays_burned(
		owed in prop::collection::vec(1u128..1_000_000, 1..20),
		left_burned in 0u128..100 * UNIT,
		full in UNIT..100 * UNIT,
	) {
		let whole = bill(&owed);
		let mut facts = Known::default();
		post(&mut facts, 1, &whole, left_burned);
		let policy = Policy { full_burn: full, ..POLICY };
		let rate_cap = full * 95 / 100;
		prop_assert!(Bandwidth::fits_cap(&policy, rate_cap));
		let (mut counted, mut paid) = (0, 0);
		for (index, _) in (0u32..).zip(&owed) {
			let share = share_of(&whole, &payer(1), index).unwrap();
			let (assessed, _) = assess(&policy, &facts, &host(index as u8 + 1), &evidence(&[share]));
			if let Ok(assessed) = assessed {
				counted += assessed.left_burned;
				paid += rate_cap * u128::from(assessed.score) / u128::from(FULL_SCORE);
			}
		}
		prop_assert!(counted <= left_burned && paid * 100 <= left_burned * 95);
	}

	/// Whatever a report says, and whatever was posted, it is judged.
	#[test]
	fn nothing_that_is_said_panics(
		said in prop::collection::vec(
			(any::<u8>(), any::<u32>(), any::<[u64; 2]>(), any::<u32>(), any::<u128>(),
				prop::collection::vec((any::<[u8; 32]>(), any::<u128>()), 0..=16)),
			0..=4,
		),
		left_burned: u128,
		leaves: u32,
	) {
		let shares = said.into_iter().map(|(number, index, [down, up], seconds, credits, path)| {
			let path: Vec<_> = path.into_iter().map(|(hash, sum)| (H256(hash), sum)).collect();
			let path = path.try_into().unwrap();
			Share { payer: payer(number), index, down, up, seconds, credits, path }
		});
		let shares: Vec<_> = shares.collect();
		let mut facts = Known::default();
		for share in &shares {
			let root = share.leaf(&host(1)).hash(share.index);
			let posted = Posted { root, leaves, credits: share.credits, left_burned };
			note(&mut facts, share.payer.clone(), posted);
		}
		let (assessed, work) = assess(&POLICY, &facts, &host(1), &evidence(&shares));
		prop_assert!(work <= Bandwidth::work(&POLICY, &evidence(&shares)));
		if let Ok(assessed) = assessed {
			prop_assert!((1..=FULL_SCORE).contains(&assessed.score));
		}
	}
}
