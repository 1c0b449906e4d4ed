//! How much is issued when.

use super::*;
use proptest::prelude::*;
use substation_primitives::EpochIndex;

#[test]
fn the_default_curve_ends_under_its_cap() {
	let curve = Curve::default();
	assert!(curve.is_sound());
	let all = curve.total_before(EpochIndex::MAX);

	assert!(all <= curve.cap);
	assert!(all > curve.cap / 1_000 * 999);
}

#[test]
fn budgets_halve_and_end() {
	let curve = Curve { cap: 2_000, initial: 100, halving: 10 };
	assert!(curve.is_sound());
	assert!(!Curve { cap: 1_999, ..curve }.is_sound());
	assert!(!Curve { halving: 0, ..curve }.is_sound());

	let budgets: Vec<_> = [0, 9, 10, 20, 60, 69, 70, 2_000].map(|e| curve.budget(e)).into();
	assert_eq!(budgets, [100, 100, 50, 25, 1, 1, 0, 0]);
}

/// Begins a chain with this curve.
fn begin(curve: Curve) -> sp_io::TestExternalities {
	let emission = EmissionConfig { curve, ..Default::default() };
	RuntimeGenesisConfig { emission, ..Default::default() }.build_storage().unwrap().into()
}

#[test]
fn a_chain_begins_with_a_curve_that_just_stays_under_its_cap() {
	let curve = Curve { cap: 2_000, initial: 100, halving: 10 };
	begin(curve).execute_with(|| assert_eq!(IssuanceCurve::<Test>::get(), curve));
}

#[test]
#[should_panic(expected = "the issuance curve would exceed its cap")]
fn a_chain_does_not_begin_with_a_curve_that_exceeds_its_cap() {
	begin(Curve { cap: 1_999, initial: 100, halving: 10 });
}

#[test]
#[should_panic(expected = "the issuance curve would exceed its cap")]
fn a_chain_does_not_begin_with_a_curve_that_never_halves() {
	begin(Curve { cap: 2_000, initial: 100, halving: 0 });
}

#[test]
#[should_panic(expected = "the issuance curve would exceed its cap")]
fn a_chain_does_not_begin_with_a_curve_that_cannot_be_counted() {
	begin(Curve { cap: Balance::MAX, initial: Balance::MAX, halving: 10 });
}

proptest! {
	#[test]
	fn totals_are_the_sum_of_budgets(
		initial in 0u128..1_000_000,
		halving in 1u32..50,
		epoch in 0u32..500,
	) {
		let curve = Curve { cap: Balance::MAX, initial, halving };
		let sum: Balance = (0..epoch).map(|epoch| curve.budget(epoch)).sum();
		prop_assert_eq!(curve.total_before(epoch), sum);
		prop_assert!(sum <= initial * u128::from(halving) * 2);
	}
}
