//! What pools hold, and what is left of them.

use super::*;
use proptest::prelude::*;

#[test]
fn a_network_gets_its_weights_part_of_the_devices_share() {
	chain(|| {
		Emission::note_settled(1, 5, 600);
		Emission::note_settled(2, 5, 100);

		// 70 % of 100,000, by 30 and 10 of 40.
		assert_eq!(Pools::<Test>::get(5, 1).unwrap().amount, 52_500);
		assert_eq!(Pools::<Test>::get(5, 2).unwrap().amount, 17_500);
		assert!(has_event(Event::PoolOpened { network: 1, epoch: 5, amount: 52_500 }));
	});
}

#[test]
fn a_pool_is_computed_once_and_its_total_grows() {
	chain(|| {
		Emission::note_settled(1, 5, 600);
		Shares::set(Default::default());
		Emission::note_settled(1, 5, 300);

		let pool = Pools::<Test>::get(5, 1).unwrap();
		assert_eq!((pool.amount, pool.total), (52_500, 900));
	});
}

#[test]
fn a_network_that_reports_rarely_gets_the_pools_of_its_cadence() {
	chain(|| {
		Shares::mutate(|shares| shares.get_mut(&1).unwrap().cadence = 4);
		Emission::note_settled(1, 8, 600);
		assert_eq!(Pools::<Test>::get(8, 1).unwrap().amount, 4 * 52_500);
		// Nothing is paid for void epochs.
		Void::set([9, 11].into());
		Emission::note_settled(1, 12, 600);
		assert_eq!(Pools::<Test>::get(12, 1).unwrap().amount, 2 * 52_500);
	});
}

#[test]
fn a_network_that_changes_its_cadence_is_paid_for_no_epoch_twice() {
	chain(|| {
		ChangedCadence::set(Some((24, 24)));
		for epoch in 1..24 {
			Emission::note_settled(1, epoch, 600);
		}
		Emission::note_settled(1, 24, 600);
		assert_eq!(Pools::<Test>::get(24, 1).unwrap().amount, 52_500);
		Now::set(60);
		Emission::note_settled(1, 48, 600);
		assert_eq!(Pools::<Test>::get(48, 1).unwrap().amount, 24 * 52_500);
	});
}

#[test]
fn a_pool_pays_no_more_than_it_holds_whatever_judges_agree_on() {
	chain(|| {
		// A total of one, and scores that add up to far more.
		Emission::note_settled(1, 5, 1);
		let leaves = (0..10).map(|i| leaf(i, u32::MAX, 0)).collect();
		assert_ok!(claim(1, 5, leaves));
		let pool = Pools::<Test>::get(5, 1).unwrap();
		assert_eq!(pool.paid, pool.payable());
	});
}

#[test]
fn a_network_without_weight_or_terms_pays_nothing() {
	chain(|| {
		Shares::mutate(|shares| {
			shares.get_mut(&1).unwrap().weight = 0;
			shares.remove(&2);
		});
		Emission::note_settled(1, 5, 600);
		Emission::note_settled(2, 5, 600);
		assert_eq!(Pools::<Test>::get(5, 1).unwrap().amount, 0);
		assert_eq!(Pools::<Test>::get(5, 2), None);
	});
}

#[test]
fn what_was_not_claimed_is_the_networks_income() {
	chain(|| {
		Emission::note_settled(1, 5, 1_000_000);
		assert_ok!(claim(1, 5, vec![leaf(0, 600_000, 0)]));
		idle();
		assert!(Pools::<Test>::contains_key(5, 1));
		Expired::set(6);
		idle();

		assert_eq!(balance(221), 21_000);
		assert_eq!(Pools::<Test>::get(5, 1), None);
		assert_eq!(Issued::<Test>::get(), 52_500);
		assert!(has_event(Event::PoolClosed { network: 1, epoch: 5, rest: 21_000 }));
		assert_noop!(claim(1, 5, vec![leaf(1, 400_000, 0)]), Error::NoPool);
	});
}

#[test]
fn what_the_rate_cap_held_back_is_nobodys_income() {
	chain(|| {
		Shares::mutate(|shares| shares.get_mut(&1).unwrap().rate_cap = 1_000);
		Emission::note_settled(1, 5, 500_000);
		Expired::set(6);
		idle();

		assert_eq!(balance(221), 500);
	});
}

#[test]
fn a_batch_worth_nothing_leaves_nothing() {
	chain(|| {
		Emission::note_settled(1, 5, 0);
		Expired::set(6);
		idle();

		assert_eq!(balance(221), 0);
		assert_eq!(Pools::<Test>::iter().count(), 0);
	});
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(128))]

	#[test]
	fn payments_never_exceed_the_pool(
		amount in 0u128..u128::MAX / 2,
		rate_cap in 0u128..1_000_000_000_000_000_000,
		scores in prop::collection::vec(0u32..=FULL_SCORE, 1..200),
	) {
		let total = scores.iter().map(|score| u64::from(*score)).sum();
		let pool = Pool { amount, rate_cap, total, paid: 0 };
		let paid: u128 = scores.iter().map(|score| pool.payment(*score)).sum();
		prop_assert!(paid <= pool.payable());
		prop_assert!(pool.payable() <= amount);
	}
}

#[test]
fn what_is_taken_back_leaves_what_there_was() {
	chain(|| {
		Emission::note_settled(1, 5, 600);
		Emission::note_settled(1, 5, u64::from(u32::MAX));
		Emission::note_corrected(1, 5, u32::MAX.into(), 0);
		assert_eq!(Pools::<Test>::get(5, 1).unwrap().total, 600);
		Emission::note_corrected(1, 5, 600, 599);
		assert_eq!(Pools::<Test>::get(5, 1).unwrap().total, 599);
		Emission::note_corrected(1, 6, 7, 0);
		assert_eq!(Pools::<Test>::iter().count(), 1, "where there is no pool, none is made");
	});
}

#[test]
fn a_pool_that_is_not_what_was_settled_is_found() {
	chain(|| {
		Emission::note_settled(1, 5, 600);
		SettledTotal::set(Some(601));
		assert!(Emission::do_try_state().is_err());
		SettledTotal::set(None);
		assert!(Emission::do_try_state().is_ok());
	});
}
