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
		assert_eq!(Emission::era_payout(0, 0, 0), (45_000, 0));
		assert_eq!(balance(219), 30_000);
		assert_eq!(Balances::free_balance(Emission::reserve()), 15_000);
		assert_eq!(Issued::<Test>::get(), 90_000);
		assert_eq!(Emission::era_payout(0, 0, 0), (0, 0));
		Now::set(4);
		assert_eq!(Emission::era_payout(0, 0, 0), (15_000, 0));
	});
}

#[test]
fn void_epochs_pay_nobody() {
	chain(|| {
		Now::set(3);
		Void::set([1].into());
		assert_eq!(Emission::pay_era(), 30_000);
	});
}

#[test]
fn a_long_era_is_paid_in_parts() {
	chain(|| {
		Now::set(10);
		assert_eq!(Emission::pay_era(), 8 * 15_000);
		assert_eq!(Emission::pay_era(), 2 * 15_000);
	});
}
