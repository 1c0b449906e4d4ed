//! What there is for an epoch, and what an era pays of it.

use super::*;
use sp_staking::EraPayout;

#[test]
fn budgets_halve() {
	chain(|| {
		let budgets: Vec<_> = [0, 99, 100, 250].map(Emission::budget_of).into();
		assert_eq!(budgets, [100_000, 100_000, 50_000, 25_000]);
	});
}

#[test]
fn an_era_pays_for_the_epochs_that_have_ended() {
	chain(|| {
		Now::set(3);
		assert_eq!(Emission::era_payout(AMPLE.0, AMPLE.1, 0), (45_000, 0));
		assert_eq!(balance(219), 30_000);
		assert_eq!(Balances::free_balance(Emission::reserve()), 15_000);
		assert_eq!(Issued::<Test>::get(), 90_000);
		assert_eq!(Emission::era_payout(AMPLE.0, AMPLE.1, 0), (0, 0));
		Now::set(4);
		assert_eq!(Emission::era_payout(AMPLE.0, AMPLE.1, 0), (15_000, 0));
	});
}

#[test]
fn stake_is_paid_what_it_earns_and_the_reserve_gets_the_rest() {
	chain(|| {
		Now::set(3);
		// A quarter of all tokens: twelve hundredths in a thousand epochs.
		assert_eq!(Emission::pay_era(1_000_000, 4_000_000), 360);
		assert_eq!(balance(219), 30_000);
		assert_eq!(Balances::free_balance(Emission::reserve()), 15_000 + 45_000 - 360);
		assert_eq!(Issued::<Test>::get(), 90_000);
		let told =
			Event::FundsPaid { from: 0, to: 3, validators: 360, treasury: 30_000, reserve: 59_640 };
		assert_eq!(events(), [told]);
	});
}

#[test]
fn stake_earns_nothing_in_void_epochs() {
	chain(|| {
		Now::set(3);
		Void::set([0, 2].into());
		assert_eq!(Emission::pay_era(1_000_000, 4_000_000), 120);
		assert_eq!(Balances::free_balance(Emission::reserve()), 5_000 + 15_000 - 120);
	});
}

#[test]
fn where_nothing_is_staked_validators_get_nothing() {
	chain(|| {
		Now::set(3);
		assert_eq!(Emission::pay_era(0, 0), 0);
		assert_eq!(Balances::free_balance(Emission::reserve()), 60_000);
	});
}

#[test]
fn void_epochs_pay_nobody() {
	chain(|| {
		Now::set(3);
		Void::set([1].into());
		assert_eq!(pay_era(), 30_000);
	});
}

#[test]
fn a_long_era_is_paid_in_parts() {
	chain(|| {
		Now::set(10);
		assert_eq!(pay_era(), 8 * 15_000);
		assert_eq!(pay_era(), 2 * 15_000);
	});
}

#[test]
fn what_an_era_paid_is_told() {
	chain(|| {
		Now::set(3);
		pay_era();
		let told = Event::FundsPaid {
			from: 0,
			to: 3,
			validators: 45_000,
			treasury: 30_000,
			reserve: 15_000,
		};
		assert_eq!(events(), [told]);
		assert_eq!(FirstUnpaid::<Test>::get(), 3);
		// And that there was nothing to pay.
		pay_era();
		let nothing = Event::FundsPaid { from: 3, to: 3, validators: 0, treasury: 0, reserve: 0 };
		assert_eq!(events().last(), Some(&nothing));
	});
}

#[test]
fn what_the_reserves_account_cannot_take_is_not_issued() {
	chain(|| {
		Now::set(3);
		MinimumBalance::set(15_001);
		assert_eq!(pay_era(), 45_000);
		assert_eq!(Balances::free_balance(Emission::reserve()), 0);
		assert_eq!(balance(219), 30_000);
		// What validators get is issued by whoever asked.
		assert_eq!(Balances::total_issuance(), 30_000);
		assert_eq!(Issued::<Test>::get(), 75_000);
		let told = events();
		let [Event::FundsPaid { from: 0, to: 3, treasury: 30_000, .. }] = told[..] else {
			panic!("{told:?}");
		};

		MinimumBalance::set(15_000);
		FirstUnpaid::<Test>::put(0);
		pay_era();
		assert_eq!(Balances::free_balance(Emission::reserve()), 15_000);
	});
}

#[test]
fn what_the_treasurys_account_cannot_take_is_burned_and_not_issued_again() {
	chain(|| {
		Now::set(1);
		MinimumBalance::set(10_001);
		pay_era();
		assert_eq!((balance(219), Balances::total_issuance()), (0, 0));
		assert_eq!(Issued::<Test>::get(), 25_000);
	});
}
