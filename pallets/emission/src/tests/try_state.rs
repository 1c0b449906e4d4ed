//! What the check of the state finds.

use super::*;
use frame_support::traits::{
	fungible::Mutate,
	tokens::{Fortitude, Precision, Preservation},
};

/// What is wrong with the state.
fn wrong() -> Option<&'static str> {
	Emission::do_try_state().err().map(Into::into)
}

/// A pool of epoch 5, of which nothing was paid.
fn settled() {
	Emission::note_settled(1, 5, 1_000_000);
	assert!(Pools::<Test>::contains_key(5, 1));
}

#[test]
fn a_planck_that_was_minted_outside_is_found() {
	chain(|| {
		assert_eq!(wrong(), None);
		let who = account(1);
		Balances::mint_into(&who, 1).unwrap();
		assert_eq!(wrong(), Some("there are more tokens than were endowed and issued"));
		// One that was burned before it makes no difference to how many may be made.
		let (exact, force) = (Precision::Exact, Fortitude::Force);
		Balances::burn_from(&who, 1, Preservation::Expendable, exact, force).unwrap();
		assert_eq!(wrong(), None);
	});
}

#[test]
fn more_than_the_curve_has_let_out_is_found() {
	chain(|| {
		let all = IssuanceCurve::<Test>::get().total_before(Now::get());
		let before = Issued::<Test>::get();
		Issued::<Test>::put(all);
		assert_eq!(wrong(), None);
		Issued::<Test>::put(all + 1);
		assert_eq!(wrong(), Some("more was issued than the curve allows"));
		Issued::<Test>::put(before);
	});
}

#[test]
fn a_pool_that_says_or_pays_something_else_than_was_settled_is_found() {
	chain(|| {
		settled();
		SettledTotal::set(Some(1_000_000));
		let pool = Pools::<Test>::get(5, 1).unwrap();
		let with = |change: fn(&mut Pool)| {
			let mut pool = pool;
			change(&mut pool);
			Pools::<Test>::insert(5, 1, pool);
			wrong()
		};
		let drifted = Some("a pool's total is not that of its settlements");
		assert_eq!(with(|pool| pool.total += 1), drifted);
		assert_eq!(with(|pool| pool.total -= 1), drifted);
		let too_much = Some("a pool paid more than it holds");
		assert_eq!(with(|pool| pool.paid = pool.amount + 1), too_much);
		Pools::<Test>::insert(5, 1, pool);
		assert_eq!(wrong(), None);
		SettledTotal::set(None);
	});
}
