//! Who says what a token costs.

use super::*;
use frame_support::traits::SortedMembers;

fn set(feeders: impl IntoIterator<Item = u8>, slow: Option<Price>) -> DispatchResult {
	let feeders: Vec<_> = feeders.into_iter().map(account).collect();
	Credits::set_feeders(root(), feeders.try_into().unwrap(), slow)
}

#[test]
fn they_are_stored_in_order_and_told() {
	chain(|| {
		assert_ok!(set([30, 10, 20], Some(PAR)));
		let feeders = vec![account(10), account(20), account(30)];
		assert_eq!(last_event(), Event::FeedersSet { feeders: feeders.clone(), slow: Some(PAR) });
		assert_eq!(Credits::feeders(), feeders);
		assert_eq!(Credits::sorted_members(), feeders);
		assert_eq!(<Credits as SortedMembers<_>>::count(), 3);
		assert!(<Credits as SortedMembers<_>>::contains(&account(20)));
		assert!(!<Credits as SortedMembers<_>>::contains(&account(11)));
	});
}

#[test]
fn there_are_three_to_sixteen() {
	chain(|| {
		for few in [vec![], vec![1], vec![1, 2]] {
			assert_noop!(set(few, None), Error::FeedersOutOfRange);
		}
		assert_ok!(set(1..=3, Some(PAR)));
		assert_ok!(set(1..=16, None));
	});
}

#[test]
fn nobody_is_one_twice() {
	chain(|| {
		assert_noop!(set([1, 2, 2], None), Error::FeedersOutOfRange);
		assert_noop!(set([1, 2, 3, 1], None), Error::FeedersOutOfRange);
	});
}

#[test]
fn only_root_names_them() {
	chain(|| {
		let feeders: FeedersOf = vec![account(1), account(2), account(3)].try_into().unwrap();
		for origin in [signed(1), signed(50), RuntimeOrigin::none()] {
			assert_noop!(
				Credits::set_feeders(origin, feeders.clone(), None),
				DispatchError::BadOrigin
			);
		}
	});
}

#[test]
fn what_those_have_said_who_leave_is_forgotten() {
	at_par(|| {
		assert_ok!(set([11, 12, 13, 20], None));
		assert_eq!(Said::get().into_keys().collect::<Vec<_>>(), [11, 12, 13].map(account));
	});
}

#[test]
fn there_is_no_price_until_somebody_speaks() {
	at_par(|| {
		assert_ok!(set([11, 12, 13], None));
		assert_noop!(Credits::buy(signed(1), STN, 0), Error::PriceTooFew);
		// The others' words still count.
		feed(account(11), PAR);
		assert_ok!(Credits::buy(signed(1), STN, 0));
	});
}

#[test]
fn the_slow_mean_goes_on_or_begins_anew_as_is_said() {
	at_par(|| {
		feed_all(&[1_000; 5]);
		assert_ok!(set([21, 22, 23], None));
		for number in 21..24 {
			feed(account(number), PAR);
		}
		assert_noop!(Credits::buy(signed(1), STN, 0), Error::PriceWild);
		assert_ok!(set([21, 22, 23], Some(PAR)));
		feed(account(21), PAR);
		assert_ok!(Credits::buy(signed(1), STN, 0));
	});
}

#[test]
fn the_slow_mean_begins_with_a_price() {
	chain(|| {
		for nonsense in [0, 999, 1_000_000_000_000_000_001, u128::MAX] {
			assert_noop!(set([1, 2, 3], Some(nonsense)), Error::PriceOutOfRange);
		}
		assert_ok!(set([1, 2, 3], Some(1_000)));
		assert_ok!(set([1, 2, 3], Some(1_000_000_000_000_000_000)));
	});
}

#[test]
fn the_first_ones_do_not_say_what_the_slow_mean_begins_with() {
	chain(|| {
		assert_noop!(set([1, 2, 3], None), Error::NoBeginning);
		assert_ok!(set([1, 2, 3], Some(PAR)));
		assert_ok!(set([4, 5, 6], None));
	});
}

#[test]
fn genesis_is_held_to_the_same() {
	let build = |feeders: Vec<u8>, price| {
		std::panic::catch_unwind(|| {
			let feeders = feeders.iter().copied().map(account).collect();
			let credits = CreditsConfig { feeders, price, ..Default::default() };
			RuntimeGenesisConfig { credits, ..Default::default() }.build_storage().unwrap()
		})
		.is_ok()
	};
	assert!(build(vec![], None));
	assert!(build(vec![3, 2, 1], Some(1_000)));
	assert!(!build(vec![3, 2, 1], None));
	assert!(!build(vec![1, 2], Some(PAR)));
	assert!(!build(vec![1, 2, 2], Some(PAR)));
	assert!(!build((1..=17).collect(), Some(PAR)));
	assert!(!build(vec![1, 2, 3], Some(999)));
}
