//! Which epochs a membership was paid for.

use super::*;
use crate::claims::{ClaimBits, SPAN};
use proptest::prelude::*;
use std::collections::BTreeSet;

#[test]
fn who_leaves_and_comes_back_is_paid_once() {
	chain(|| {
		let device = registered(1, 1, 0);
		Now::set(20);
		assert_eq!(Devices::claim(0, &device, &[15, 14, 15]), [true, true, false]);
		assert_ok!(Devices::leave(signed(1), device, 0));
		Now::set(23);
		assert_ok!(Devices::join(signed(1), device, 0, account(9), CUT, None));
		assert_eq!(held(1), 1_030, "the row and its deposit are the same");

		assert_eq!(Devices::claim(0, &device, &[15]), [false]);
		assert!(Devices::is_paid(0, device, 15));
		assert_eq!(Devices::claim(0, &device, &[15, 16]), [false, true]);
		assert_eq!(Devices::facts(0, &device, 25).unwrap().since, 25, "seniority starts again");
	});
}

#[test]
fn a_claim_tells_the_owner_and_is_seen() {
	chain(|| {
		let device = registered(1, 1, 0);
		Now::set(20);
		assert!(!Devices::is_paid(0, device, 15));
		assert_eq!(Devices::claim(0, &device, &[15]), [true]);

		assert!(Devices::is_paid(0, device, 15));
		assert!(!Devices::is_paid(0, device, 16));
		assert!(Devices::is_paid(0, device, 9), "what was before it was registered");
		assert!(!Devices::is_paid(1, device, 15), "no membership, no payment");
	});
}

#[test]
fn who_has_no_membership_claims_nothing_and_nothing_is_stored() {
	chain(|| {
		let device = registered(1, 1, 0);
		Now::set(20);
		stores_nothing(|| {
			assert_eq!(Devices::claim(1, &device, &[15]), [false]);
			assert_eq!(Devices::claim(0, &id(2), &[15]), [false]);
		});
	});
}

#[test]
fn an_epoch_is_marked_once() {
	let mut bits = ClaimBits::new(90);

	assert!(!bits.mark(85, 100), "before it began");
	assert!(!bits.is_marked(95, 100));
	assert!(bits.mark(95, 100));
	assert!(bits.is_marked(95, 100));
	assert!(!bits.mark(95, 100));
	assert!(!bits.mark(95, 94 + SPAN));
	assert!(!bits.mark(94, 94 + SPAN), "its bit is another epoch's by now");
}

#[test]
fn claiming_a_later_epoch_first_loses_nothing() {
	let mut bits = ClaimBits::new(10);

	assert!(bits.mark(99, 100));
	assert!(bits.mark(40, 100));
	assert!(!bits.mark(40, 101));
}

proptest! {
	/// However epochs advance and whatever is claimed when, each is marked at most once, and an
	/// epoch recent enough can always be marked.
	#[test]
	fn never_twice(steps in prop::collection::vec((0u32..300, 0u32..400), 1..200)) {
		let mut now = 500;
		let mut bits = ClaimBits::new(0);
		let mut marked = BTreeSet::new();
		for (step, age) in steps {
			now += step;
			let epoch = now.saturating_sub(age);
			let recent = age < SPAN;
			prop_assert_eq!(bits.is_marked(epoch, now), !recent || marked.contains(&epoch));
			prop_assert_eq!(bits.mark(epoch, now), recent && marked.insert(epoch));
		}
	}
}
