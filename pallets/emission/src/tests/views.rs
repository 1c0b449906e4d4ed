//! What anybody can ask.

use super::*;

#[test]
fn a_pool_is_there_from_its_first_settlement_until_it_is_closed() {
	chain(|| {
		assert_eq!(Emission::pool(1, 5), None);
		Emission::note_settled(1, 5, 1_000_000);
		let pool = Pool { amount: 52_500, rate_cap: 1_000_000, total: 1_000_000, paid: 0 };
		assert_eq!(Emission::pool(1, 5), Some(pool));
		assert_eq!([Emission::pool(2, 5), Emission::pool(1, 4), Emission::pool(5, 1)], [None; 3]);
		assert_ok!(claim(1, 5, vec![leaf(0, 600_000, 50_000)]));
		assert_eq!(Emission::pool(1, 5), Some(Pool { paid: 31_500, ..pool }));
		Expired::set(6);
		idle();
		assert_eq!(Emission::pool(1, 5), None);
	});
}

#[test]
fn a_budget_is_what_the_curve_says_of_an_epoch_that_is_not_void() {
	chain(|| {
		Void::set([99].into());
		let budgets = [0, 98, 99, 100, 199, 200, 1_600, 1_700, EpochIndex::MAX];
		assert_eq!(
			budgets.map(Emission::budget),
			[100_000, 100_000, 0, 50_000, 50_000, 25_000, 1, 0, 0]
		);
	});
}

#[test]
fn a_division_is_asked_for_by_the_epoch() {
	chain(|| {
		assert_eq!(Emission::division(0), division(70, 15, 10, 5));
		assert_eq!(Emission::division(EpochIndex::MAX), division(70, 15, 10, 5));
	});
}
