//! Dividing budgets otherwise.

use super::*;
use codec::{Decode, Encode};
use frame_support::traits::Get;
use sp_runtime::DispatchResult;
use substation_primitives::epoch::MAX_FACT_WINDOW;

type MaxEpochsPerEra = <Test as Config>::MaxEpochsPerEra;

fn set(division: Division) -> DispatchResult {
	Emission::set_division(RuntimeOrigin::root(), division)
}

/// A part as JSON may name it, which nothing bounds.
fn unbounded(parts: u32) -> Permill {
	use serde::{
		de::value::{Error, SeqDeserializer},
		Deserialize,
	};
	Permill::deserialize(SeqDeserializer::<_, Error>::new(core::iter::once(parts))).unwrap()
}

#[test]
fn each_epoch_is_divided_as_it_was_governed_for_it() {
	let division = division(40, 30, 20, 10);
	chain(|| {
		Now::set(3);
		assert_eq!(pay_era(), 45_000);
		assert_ok!(set(division));
		assert!(has_event(Event::DivisionSet { from: 5, division }));
		assert_eq!((Emission::division(4), Emission::division(5)), (Division::default(), division));
		// Epochs 3 and 4 as ever, 5 and 6 otherwise.
		Now::set(7);
		assert_eq!(pay_era(), 2 * 15_000 + 2 * 30_000);
		assert_eq!(balance(219), 30_000 + 2 * 10_000 + 2 * 20_000);
		Emission::note_settled(1, 4, 1_000);
		Emission::note_settled(1, 5, 1_000);
		let pool = |epoch| Pools::<Test>::get(epoch, 1).unwrap().amount;
		assert_eq!((pool(4), pool(5)), (52_500, 30_000));
	});
}

#[test]
fn a_division_is_set_two_epochs_ahead_and_told() {
	chain(|| {
		let other = division(40, 30, 20, 10);
		assert_ok!(set(other));
		assert_eq!(events(), [Event::DivisionSet { from: 12, division: other }]);
		assert_eq!([11, 12].map(Emission::division), [Division::default(), other]);
		assert_eq!(Divisions::<Test>::get().latest(), Some(&other));
	});
}

#[test]
fn nobody_but_its_origin_sets_a_division() {
	chain(|| {
		for origin in [RuntimeOrigin::none(), RuntimeOrigin::signed(account(1))] {
			assert_noop!(
				Emission::set_division(origin, division(40, 30, 20, 10)),
				DispatchError::BadOrigin
			);
		}
	});
}

#[test]
fn a_division_is_of_all_there_is_and_not_a_millionth_less_or_more() {
	chain(|| {
		for (devices, refused) in [(699_999, true), (700_001, true), (700_000, false)] {
			let devices = Permill::from_parts(devices);
			let division = Division { devices, ..Default::default() };
			if refused {
				assert_noop!(set(division), Error::NotAll);
			} else {
				assert_ok!(set(division));
			}
		}
		assert_noop!(set(division(0, 0, 0, 0)), Error::NotAll);
		assert_noop!(set(division(100, 100, 100, 100)), Error::NotAll);
	});
}

#[test]
fn parts_whose_sum_cannot_be_counted_are_more_than_all() {
	chain(|| {
		// Counted with 32 bits, all together would be all there is.
		let half = unbounded(1 << 31);
		let (devices, validators) = (half, half);
		let (treasury, reserve) = (unbounded(0), unbounded(1_000_000));
		assert_noop!(set(Division { devices, validators, treasury, reserve }), Error::NotAll);
		// Nor does a call carry such parts.
		let encoded = Division { devices, ..Default::default() }.encode();
		assert!(Division::decode(&mut &encoded[..]).is_err());
	});
}

#[test]
fn one_part_may_be_all_there_is() {
	for (number, all) in
		[(0, [100, 0, 0, 0]), (1, [0, 100, 0, 0]), (2, [0, 0, 100, 0]), (3, [0, 0, 0, 100])]
	{
		chain(|| {
			let [devices, validators, treasury, reserve] = all;
			let division = division(devices, validators, treasury, reserve);
			Now::set(0);
			assert_ok!(set(division));
			assert_eq!(events(), [Event::DivisionSet { from: 2, division }]);
			FirstUnpaid::<Test>::put(2);
			Now::set(3);
			let validators = pay_era();
			Emission::note_settled(1, 2, 1_000_000);
			// Network 1 has three quarters of what devices get.
			let devices = Pools::<Test>::get(2, 1).unwrap().amount * 4 / 3;
			let reserve = Balances::free_balance(Emission::reserve());
			let mut expected = [0; 4];
			expected[number] = 100_000;
			assert_eq!([devices, validators, balance(219), reserve], expected);
		});
	}
}

#[test]
fn the_last_of_an_epochs_changes_counts() {
	chain(|| {
		let other = division(40, 30, 20, 10);
		for change in 0..2 * DIVISIONS_KEPT {
			let division = if change % 2 == 0 { division(10, 30, 20, 40) } else { other };
			assert_ok!(set(division));
		}
		assert_eq!(Divisions::<Test>::get().len(), 1);
		assert_eq!([11, 12].map(Emission::division), [Division::default(), other]);
		assert_eq!(events().len(), 2 * DIVISIONS_KEPT as usize);
	});
}

#[test]
fn the_same_division_again_is_told_and_changes_nothing() {
	chain(|| {
		let other = division(40, 30, 20, 10);
		assert_ok!(set(other));
		let stored = Divisions::<Test>::get();
		for now in 20..20 + 2 * DIVISIONS_KEPT {
			Now::set(now);
			assert_ok!(set(other));
			assert!(has_event(Event::DivisionSet { from: now + 2, division: other }));
		}
		assert_eq!(Divisions::<Test>::get(), stored);
		assert_eq!([11, 12, 99].map(Emission::division), [Division::default(), other, other]);
	});
}

#[test]
fn a_division_is_changed_no_oftener_than_is_remembered() {
	chain(|| {
		let (even, odd) = (division(40, 30, 20, 10), division(10, 30, 20, 40));
		for change in 0..DIVISIONS_KEPT - 1 {
			Now::set(10 + change);
			assert_ok!(set(if change % 2 == 0 { even } else { odd }));
		}
		Now::set(100);
		assert_noop!(set(Division::default()), Error::TooManyChanges);
		assert_eq!(Emission::division(1), Division::default());
		// Once the second has counted for as long as any is asked for: an era, a fact's window, and 64.
		FirstUnpaid::<Test>::put(100);
		let era: u32 = <MaxEpochsPerEra as Get<u32>>::get();
		let asked = 13 + era + MAX_FACT_WINDOW + 64;
		Now::set(asked - 1);
		assert_noop!(set(Division::default()), Error::TooManyChanges);
		Now::set(asked);
		assert_ok!(set(Division::default()));
	});
}

#[test]
fn whatever_is_not_paid_yet_is_divided_as_it_was() {
	chain(|| {
		let (first, second) = (division(40, 30, 20, 10), division(10, 30, 20, 40));
		assert_ok!(set(first));
		Now::set(400);
		assert_ok!(set(second));
		// By now nobody but the next era asks for what counted before.
		Now::set(900);
		assert_ok!(set(Division::default()));
		let at = [11, 12, 401, 402, 901, 902].map(Emission::division);
		let default = Division::default();
		assert_eq!(at, [default, first, first, second, second, default]);
		assert_eq!(pay_era(), 8 * 15_000);
		assert_eq!(pay_era(), 4 * 15_000 + 4 * 30_000);
		// Once all of that is paid, it is forgotten.
		FirstUnpaid::<Test>::put(902);
		Now::set(1_100);
		assert_ok!(set(second));
		assert_eq!(Divisions::<Test>::get().len(), 2);
		assert_eq!([902, 1_101, 1_102].map(Emission::division), [default, default, second]);
	});
}
