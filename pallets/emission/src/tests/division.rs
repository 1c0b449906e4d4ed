//! Dividing budgets otherwise.

use super::*;
use sp_runtime::Permill;

#[test]
fn each_epoch_is_divided_as_it_was_governed_for_it() {
	let division = Division {
		devices: Permill::from_percent(40),
		validators: Permill::from_percent(30),
		treasury: Permill::from_percent(20),
		reserve: Permill::from_percent(10),
	};
	chain(|| {
		Now::set(3);
		assert_eq!(Emission::pay_era(), 45_000);
		assert_ok!(Emission::set_division(RuntimeOrigin::root(), division));
		assert!(has_event(Event::DivisionSet { from: 5, division }));
		assert_eq!((Emission::division(4), Emission::division(5)), (Division::default(), division));
		// Epochs 3 and 4 as ever, 5 and 6 otherwise.
		Now::set(7);
		assert_eq!(Emission::pay_era(), 2 * 15_000 + 2 * 30_000);
		assert_eq!(balance(219), 30_000 + 2 * 10_000 + 2 * 20_000);
		Emission::note_settled(1, 4, 1_000);
		Emission::note_settled(1, 5, 1_000);
		let pool = |epoch| Pools::<Test>::get(epoch, 1).unwrap().amount;
		assert_eq!((pool(4), pool(5)), (52_500, 30_000));
	});
}

#[test]
fn a_division_is_of_all_there_is_and_changed_no_oftener_than_is_remembered() {
	chain(|| {
		let ten = Permill::from_percent(10);
		let less = Division { devices: Permill::from_percent(69), ..Default::default() };
		let more = Division { reserve: ten, ..Default::default() };
		for division in [less, more] {
			assert_noop!(Emission::set_division(RuntimeOrigin::root(), division), Error::NotAll);
		}
		assert_noop!(
			Emission::set_division(RuntimeOrigin::signed(account(1)), Division::default()),
			DispatchError::BadOrigin
		);
		let other =
			Division { treasury: Permill::from_percent(5), reserve: ten, ..Default::default() };
		for change in 0..DIVISIONS_KEPT - 1 {
			Now::set(10 + change);
			let division = if change % 2 == 0 { other } else { Division::default() };
			assert_ok!(Emission::set_division(RuntimeOrigin::root(), division));
		}
		Now::set(100);
		assert_noop!(
			Emission::set_division(RuntimeOrigin::root(), Division::default()),
			Error::TooManyChanges
		);
		assert_eq!(Emission::division(1), Division::default());
	});
}
