//! What is told of the market.

use super::*;
use codec::MaxEncodedLen;

#[test]
fn offers_are_told_in_pages() {
	chain(|| {
		for price in 1..=60 {
			assert_ok!(offer(meter(price)));
		}
		let first = Market::offers(0, None, 1_000);
		assert_eq!(first.len(), 50);
		let rest = Market::offers(0, Some(first[49].0), 50);
		let mut all: Vec<_> = first.iter().chain(&rest).map(|(offer, _)| *offer).collect();
		all.sort();
		assert_eq!(all, (0..60).collect::<Vec<_>>());
		assert_eq!(Market::offers(1, None, 50), []);
	});
}

#[test]
fn both_sides_find_their_agreements() {
	metered(10, 1_000, || {
		assert_ok!(Market::open(signed(3), 0, 0, 1_000, key(7)));
		let numbers = |number: u8| -> Vec<_> {
			let mut all: Vec<_> = Market::agreements_of(account(number), None, 50)
				.into_iter()
				.map(|(agreement, _)| agreement)
				.collect();
			all.sort();
			all
		};
		assert_eq!((numbers(1), numbers(2), numbers(3)), (vec![0, 1], vec![0], vec![1]));
		let first = Market::agreements_of(account(1), None, 1);
		let next = Market::agreements_of(account(1), Some(first[0].0), 50);
		assert_eq!(next.len(), 1);
		assert_ne!(next[0].0, first[0].0);
	});
}

#[test]
fn an_agreement_is_told_with_what_follows_from_it() {
	streaming(100, 1_050, || {
		pass(3);
		let seen = Market::agreement(0).unwrap();
		assert_eq!(seen.row, row(0));
		assert_eq!(seen.end, Some((START + 10, Reason::Overdrawn)));
		assert_eq!(seen.warn_at, Some(START));
		assert_eq!((seen.due, seen.refund, seen.covered_units), (300, 750, None));
		assert_eq!(Market::agreement(1), None);
	});
	metered(10, 1_050, || {
		assert_ok!(settle(receipt(7, 0, 5)));
		let seen = Market::agreement(0).unwrap();
		assert_eq!((seen.covered_units, seen.due, seen.refund), (Some(105), 0, 1_000));
		assert_eq!((seen.end, seen.warn_at), (None, None));
		assert!(Market::is_covered(0, 105) && !Market::is_covered(0, 106));
		assert!(!Market::is_covered(1, 0));
	});
	// No more than an epoch pays.
	let ask = Ask { terms: Terms::Meter { price: 10, unit: Unit::Bytes, most: 7 }, ..meter(10) };
	agreed(ask, 1_050, || {
		assert!(Market::is_covered(0, 7) && !Market::is_covered(0, 8));
		assert_ok!(settle(receipt(7, 0, 5)));
		assert!(Market::is_covered(0, 7) && !Market::is_covered(0, 8));
		Now::set(11);
		assert!(Market::is_covered(0, 12) && !Market::is_covered(0, 13));
	});
}

#[test]
fn use_is_told_for_sixty_four_epochs() {
	streaming(100, 100_000, || {
		pass(1);
		assert_ok!(settle(None));
		assert_eq!(Market::usage(0, 10).unwrap().sales, 1);
		assert_eq!((Market::usage(0, 9), Market::usage(1, 10)), (None, None));
		Now::set(10 + 64);
		assert!(Market::usage(0, 10).is_some());
		pass(1);
		assert_ok!(settle(None));
		assert_eq!(Market::usage(0, 10), None);
		assert_eq!(Market::usage(0, 74).unwrap().sales, 1);
	});
}

/// What deposits are paid for: keys, and what is in a trie's node beside them.
#[test]
fn the_largest_rows_fit_what_is_paid_for_them() {
	let offer = (32 + 8 + 4 + 8 + 4) + Offer::max_encoded_len();
	let party = 32 + 16 + 32 + 8 + 4;
	let agreement = (32 + 8 + 4) + Agreement::max_encoded_len() + 2 * party;
	assert_eq!((offer, agreement), (275, 618));
	assert!(offer <= 400 && agreement <= 640, "what `Deposit` says in the runtime");
}
